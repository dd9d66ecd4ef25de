//! Orders: signed, built, given again and remembered.

use super::{exact, require, sign, Answer, Card};
use crate::{memory::Memory, platform::Store};
use specie_card::{
    apdu::Status,
    protocol::{FundingNote, HistoryEntry, Payment},
};
use specie_primitives::{
    attestation::Challenge,
    ids::CarrierId,
    order::{self, Order},
    possession,
    wire::Wire,
};

impl Card {
    pub(super) fn sign_order(&mut self, data: &[u8], store: &mut impl Store) -> Answer {
        require(data.len() == order::LEN, Status::WrongLength)?;
        let order = Order::from_wire(data).map_err(|_| Status::WrongData)?;
        let (address, sequence) = self.next_order()?;
        require(order.carrier == address, Status::ReferenceNotFound)?;
        let sequence = sequence.ok_or(Status::ConditionsNotSatisfied)?;
        require(order.sequence == sequence, Status::ReferenceDataNotUsable)?;
        self.release(&order, store)
    }

    pub(super) fn pay(&mut self, data: &[u8], store: &mut impl Store) -> Answer {
        require(data.len() == Payment::MAX_LEN, Status::WrongLength)?;
        let payment = Payment::from_wire(data).map_err(|_| Status::WrongData)?;
        let (address, sequence) = self.next_order()?;
        let sequence = sequence.ok_or(Status::ConditionsNotSatisfied)?;
        let genesis = self.memory.currency.as_ref().map_or([0; 32], |currency| currency.genesis);
        let signature = self.release(&payment.order(genesis, address, sequence), store)?;
        Ok([sequence.to_le_bytes().as_slice(), &signature].concat())
    }

    /// Whose the next order is, and its sequence, unless the counter is at its end.
    fn next_order(&self) -> Result<(CarrierId, Option<u32>), Status> {
        let currency = self.memory.currency.as_ref().ok_or(Status::ConditionsNotSatisfied)?;
        require(!self.memory.locked, Status::ConditionsNotSatisfied)?;
        let address = currency.address.ok_or(Status::ConditionsNotSatisfied)?;
        Ok((address, currency.sequence.checked_add(1)))
    }

    /// Counts the order in the memory, and only then signs it.
    fn release(&mut self, order: &Order, store: &mut impl Store) -> Answer {
        require(self.memory.code.is_none() || self.session.verified, Status::SecurityStatusNotSatisfied)?;
        let currency = self.memory.currency.as_ref().ok_or(Status::ConditionsNotSatisfied)?;
        let (currency, key) = (currency.signed(order), currency.key.clone());
        if self.memory.personalisation.contactless {
            self.session.verified = false;
        }
        self.commit(Memory { currency: Some(currency), ..self.memory.clone() }, store)?;
        sign(&key, order.message().as_bytes())
    }

    pub(super) fn last_order(&self, part: u8) -> Answer {
        let currency = self.memory.currency.as_ref().ok_or(Status::ConditionsNotSatisfied)?;
        require(!self.memory.locked, Status::ConditionsNotSatisfied)?;
        let message = currency.last.as_ref().ok_or(Status::ConditionsNotSatisfied)?.message();
        match part {
            0 => Ok(message.as_bytes().to_vec()),
            _ => sign(&currency.key, message.as_bytes()),
        }
    }

    pub(super) fn history(&self, list: u8, index: u8) -> Answer {
        let currency = self.memory.currency.as_ref();
        let list = currency.map(|currency| if list == 0 { &currency.orders } else { &currency.fundings });
        let entry = list.and_then(|list| list.get(usize::from(index))).ok_or(Status::WrongParameters)?;
        Ok(entry.to_vec())
    }

    pub(super) fn note_funding(&mut self, data: &[u8], store: &mut impl Store) -> Answer {
        let data: [u8; FundingNote::MAX_LEN] = exact(data)?;
        let note = FundingNote::from_wire(&data).map_err(|_| Status::WrongData)?;
        let currency = self.memory.currency.as_ref().ok_or(Status::ConditionsNotSatisfied)?;
        require(self.memory.code.is_none() || self.session.verified, Status::SecurityStatusNotSatisfied)?;
        let currency = currency.noted(HistoryEntry::of_funding(&note, currency.sequence));
        self.commit(Memory { currency: Some(currency), ..self.memory.clone() }, store)?;
        Ok(vec![])
    }

    /// The card's address: one that it has computed may be told again, and one that it was told may be told anew.
    pub(super) fn set_address(&mut self, told: &[u8; 32], store: &mut impl Store) -> Answer {
        let mut currency = self.memory.currency.clone().ok_or(Status::ConditionsNotSatisfied)?;
        let told = Some(CarrierId(*told));
        if currency.address != told {
            require(!self.memory.personalisation.computes_address, Status::ReferenceNotFound)?;
            currency.address = told;
            self.commit(Memory { currency: Some(currency), ..self.memory.clone() }, store)?;
        }
        Ok(vec![])
    }

    pub(super) fn prove(&self, challenge: &Challenge) -> Answer {
        let currency = self.memory.currency.as_ref().ok_or(Status::ConditionsNotSatisfied)?;
        sign(&currency.key, possession::message(challenge).as_bytes())
    }
}

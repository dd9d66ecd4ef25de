//! Orders: signed as they are, or built by the card; asked for again; and what the card remembers of them.

use super::{length, malformed, Host, HostError};
use crate::{
    apdu::Status,
    protocol::{FundingNote, HistoryEntry, HistoryKind, Instruction, Payment, HISTORY},
    signatures::{identify, CardSignature},
    transport::Transport,
};
use alloc::vec::Vec;
use specie_primitives::{
    attestation::Challenge,
    crypto::{PublicKey, Signature},
    ids::CarrierId,
    order::Order,
    possession,
    wire::Wire,
};

/// What a card remembers of its payments, newest first: at most [`HISTORY`] of each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// The orders that it has signed.
    pub orders: Vec<HistoryEntry>,
    /// The fundings that it was told of: nobody else vouches for them.
    pub fundings: Vec<HistoryEntry>,
}

impl<T: Transport> Host<T> {
    /// Has the card sign an order (F12). What it returns is the currency key's, low S, ready for the chain.
    ///
    /// After an error the card may have signed all the same, unless it says that it refuses ([`HostError::leaves_open`]): ask with
    /// [`Self::last_order`].
    pub fn sign_order(&mut self, order: &Order) -> Result<Signature, HostError> {
        let key = self.currency_key()?;
        if order.carrier != CarrierId::of(&key) {
            return Err(HostError::OtherCarrier);
        }
        self.ensure_address()?;
        let message = order.message();
        let answer = self.secretly(Instruction::SignOrder, message.as_bytes())?;
        read_signature(Instruction::SignOrder, &answer, message.as_bytes(), &key)
    }

    /// Has the card build its next order and sign it (F12, F99), the one after `sequence`, which the card has attested to just now: an
    /// older order is not taken for it. The chain is the one for which the card was made; when that is not the one with this `genesis`
    /// hash, the signature is refused here ([`HostError::WrongSignature`]).
    ///
    /// After an error the card may have signed all the same, unless it says that it refuses ([`HostError::leaves_open`]): ask with
    /// [`Self::last_order`], and pay no second time.
    pub fn pay(
        &mut self,
        payment: &Payment,
        genesis: [u8; 32],
        sequence: u32,
    ) -> Result<(Order, Signature), HostError> {
        let instruction = Instruction::Pay;
        let key = self.currency_key()?;
        self.ensure_address()?;
        let answer = self.secretly(instruction, &payment.to_vec())?;
        let Some((told, signature)) = answer.split_first_chunk() else {
            return Err(length(instruction, 4, answer.len()));
        };
        let told = u32::from_le_bytes(*told);
        if Some(told) != sequence.checked_add(1) {
            return Err(super::contradiction(instruction, "not the order after the attested sequence"));
        }
        let order = payment.order(genesis, CarrierId::of(&key), told);
        let signature = read_signature(instruction, signature, order.message().as_bytes(), &key)?;
        Ok((order, signature))
    }

    /// The last order that the card has signed, with a signature over the same bytes: how a torn exchange is taken up again. `challenge`
    /// is fresh: when the card says that it has none, it must say so signed.
    ///
    /// `None`: the present key has signed no order. That a locked card gives none is an error.
    pub fn last_order(&mut self, challenge: &Challenge) -> Result<Option<(Order, Signature)>, HostError> {
        let instruction = Instruction::GetLastOrder;
        let attested = self.attest(challenge)?.attestation;
        let key = self.currency_key()?;
        if attested.sequence == 0 {
            return Ok(None);
        }
        let bytes = self.exchange_at(instruction, [0, 0], &[])?;
        let order = Order::from_wire(&bytes).map_err(|fault| malformed(instruction, fault))?;
        let answer = self.exchange_at(instruction, [0, 1], &[])?;
        let signature = read_signature(instruction, &answer, &bytes, &key)?;
        if order.sequence != attested.sequence {
            return Err(super::contradiction(instruction, "another order than the attested one"));
        }
        match order.carrier == CarrierId::of(&key) {
            true => Ok(Some((order, signature))),
            false => Err(HostError::OtherCarrier),
        }
    }

    /// What the card remembers of its payments (F117).
    pub fn history(&mut self) -> Result<History, HostError> {
        Ok(History {
            orders: self.entries(0, |kind| matches!(kind, HistoryKind::Order(_)))?,
            fundings: self.entries(1, |kind| kind == HistoryKind::Funding)?,
        })
    }

    fn entries(
        &mut self,
        list: u8,
        is_right: impl Fn(HistoryKind) -> bool,
    ) -> Result<Vec<HistoryEntry>, HostError> {
        let instruction = Instruction::GetHistory;
        let mut entries = Vec::new();
        for index in (0..=u8::MAX).take(HISTORY) {
            let bytes = match self.exchange_at(instruction, [list, index], &[]) {
                Err(HostError::Refused { status: Status::WrongParameters, .. }) => break,
                answer => answer?,
            };
            let entry = HistoryEntry::from_wire(&bytes).map_err(|fault| malformed(instruction, fault))?;
            if !is_right(entry.kind) {
                return Err(super::contradiction(instruction, "an entry of the other list"));
            }
            entries.push(entry);
        }
        Ok(entries)
    }

    /// Tells the card of a funding, for its own history (F117).
    pub fn note_funding(&mut self, note: &FundingNote) -> Result<(), HostError> {
        self.tell(Instruction::NoteFunding, &note.to_vec())
    }

    /// Has the card prove that it holds the currency key (F15).
    pub fn prove(&mut self, challenge: &Challenge) -> Result<Signature, HostError> {
        let key = self.currency_key()?;
        let answer = self.ask(Instruction::Prove, challenge)?;
        read_signature(Instruction::Prove, &answer, possession::message(challenge).as_bytes(), &key)
    }
}

/// Reads a signature of the currency key, and refuses one that is not.
fn read_signature(
    instruction: Instruction,
    answer: &[u8],
    message: &[u8],
    key: &PublicKey,
) -> Result<Signature, HostError> {
    let signature =
        CardSignature::from_card(key.scheme(), answer).map_err(|fault| malformed(instruction, fault))?;
    identify(&signature, message, key).ok_or(HostError::WrongSignature { command: instruction.name() })
}

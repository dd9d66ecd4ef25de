//! The present currency key, its counters, and what it has signed.

use super::{read_secret, write_secret, zeros, MemoryError};
use crate::keys::SecretKey;
use specie_card::protocol::{HistoryEntry, HISTORY};
use specie_primitives::{
    attestation::KEPT,
    ids::CarrierId,
    order::{self, Order},
    wire::{Reader, Wire, WireError, Writer},
    BlockNumber,
};

/// How many entries, and room for as many as there can be.
const HISTORY_FIELD: usize = 1 + HISTORY * HistoryEntry::MAX_LEN;

/// A currency key with its counters.
#[derive(Clone, Debug, PartialEq)]
pub struct Currency {
    /// The key.
    pub key: SecretKey,
    /// The genesis hash of the chain that it was made for.
    pub genesis: [u8; 32],
    /// The carrier's address; `None`: the card does not compute it, and was not told it yet.
    pub address: Option<CarrierId>,
    /// How many orders it has signed.
    pub sequence: u32,
    /// The greatest expiry that it ever signed.
    pub last_valid_until: BlockNumber,
    /// The expiries of its last orders: that of the order with sequence `n` at place `n mod 8`, zeros where there is none.
    pub expiries: [BlockNumber; KEPT],
    /// What the machine told the card that made it, hashed: whoever says the same gets the same answer again.
    pub told: [u8; 32],
    /// The last order.
    pub last: Option<Order>,
    /// Its last orders, newest first, at most [`HISTORY`].
    pub orders: Vec<HistoryEntry>,
    /// The last fundings that it was told of, newest first, at most [`HISTORY`].
    pub fundings: Vec<HistoryEntry>,
}

impl Currency {
    /// The length of the format in bytes.
    pub(super) const LEN: usize = 33 + 32 + 33 + 8 + 4 * KEPT + 32 + (1 + order::LEN) + 2 * HISTORY_FIELD;

    /// A new key, made for what hashes to `told`.
    pub const fn new(key: SecretKey, told: [u8; 32], genesis: [u8; 32]) -> Self {
        Self {
            key,
            genesis,
            address: None,
            sequence: 0,
            last_valid_until: 0,
            expiries: [0; KEPT],
            told,
            last: None,
            orders: Vec::new(),
            fundings: Vec::new(),
        }
    }

    /// The address that belongs to the key.
    pub fn computed_address(&self) -> CarrierId {
        CarrierId::of(self.key.public())
    }

    /// The same key after one more order.
    #[must_use]
    pub fn signed(&self, order: &Order) -> Self {
        let Order { sequence, valid_until, .. } = *order;
        let mut next = self.clone();
        next.sequence = sequence;
        next.last_valid_until = self.last_valid_until.max(valid_until);
        if let Some(place) = next.expiries.get_mut(place_of(sequence)) {
            *place = valid_until;
        }
        next.last = Some(*order);
        put_first(&mut next.orders, HistoryEntry::of_order(order));
        next
    }

    /// The same key after a note of a funding.
    #[must_use]
    pub fn noted(&self, funding: HistoryEntry) -> Self {
        let mut next = self.clone();
        put_first(&mut next.fundings, funding);
        next
    }

    /// The greatest expiry among the orders after `since`; of all orders, when more than the last [`KEPT`] came after it.
    pub fn valid_until_since(&self, since: u32) -> BlockNumber {
        let Some(first) = since.checked_add(1) else { return 0 };
        let orders = first..=self.sequence;
        if orders.clone().count() > KEPT {
            return self.last_valid_until;
        }
        orders.filter_map(|sequence| self.expiries.get(place_of(sequence)).copied()).max().unwrap_or(0)
    }

    pub(super) fn write(&self, out: &mut Writer<'_>) {
        write_secret(&self.key, out);
        out.bytes(&self.genesis).u8(self.address.is_some().into());
        out.bytes(self.address.unwrap_or(CarrierId([0; 32])).as_bytes());
        out.u32(self.sequence).u32(self.last_valid_until);
        for expiry in self.expiries {
            out.u32(expiry);
        }
        out.bytes(&self.told);
        match &self.last {
            None => out.bytes(&[0; 1 + order::LEN]),
            Some(order) => out.u8(1).bytes(order.message().as_bytes()),
        };
        write_history(&self.orders, out);
        write_history(&self.fundings, out);
    }

    pub(super) fn read(input: &mut Reader<'_>) -> Result<Self, MemoryError> {
        let key = read_secret(input)?;
        let genesis = input.array()?;
        let address = match input.bool("address")? {
            true => Some(CarrierId(input.array()?)),
            false => {
                zeros(input, 32)?;
                None
            }
        };
        let (sequence, last_valid_until) = (input.u32()?, input.u32()?);
        let mut expiries = [0; KEPT];
        for place in &mut expiries {
            *place = input.u32()?;
        }
        let told = input.array()?;
        let last = match input.bool("last order")? {
            true => Some(Order::from_wire(input.bytes(order::LEN)?)?),
            false => {
                zeros(input, order::LEN)?;
                None
            }
        };
        let (orders, fundings) = (read_history(input)?, read_history(input)?);
        Ok(Self { key, genesis, address, sequence, last_valid_until, expiries, told, last, orders, fundings })
    }
}

/// Where the expiry of the order with this sequence is kept.
const fn place_of(sequence: u32) -> usize {
    sequence as usize % KEPT
}

/// The oldest entry goes.
fn put_first(list: &mut Vec<HistoryEntry>, entry: HistoryEntry) {
    list.truncate(HISTORY - 1);
    list.insert(0, entry);
}

fn write_history(list: &[HistoryEntry], out: &mut Writer<'_>) {
    out.u8(u8::try_from(list.len()).unwrap_or(0));
    for place in 0..HISTORY {
        match list.get(place) {
            Some(entry) => entry.write(out),
            None => {
                out.bytes(&[0; HistoryEntry::MAX_LEN]);
            }
        }
    }
}

fn read_history(input: &mut Reader<'_>) -> Result<Vec<HistoryEntry>, WireError> {
    let len = usize::from(input.u8()?);
    let empty = HISTORY.checked_sub(len).ok_or(WireError::NotCanonical { field: "history" })?;
    let list = (0..len).map(|_| HistoryEntry::read(input)).collect::<Result<_, _>>()?;
    zeros(input, empty * HistoryEntry::MAX_LEN)?;
    Ok(list)
}

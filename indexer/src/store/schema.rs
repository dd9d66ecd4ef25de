//! The column families, their keys and their values: everything that is on disk.
//!
//! ```text
//! meta           name                                        → format, genesis, cursor, history since
//!                                                              (the cursor's height follows its name)
//! carriers       address 32                                  → CarrierRow
//! devices        h(device key) 8                             → p(address) 8, one for each key the card has made,
//!                                                              in order
//! batches        batch 8                                     → Batch
//! places         manufacturer 4 ‖ position 4                 → batch 8
//! manufacturers  manufacturer 4                              → ManufacturerInfo
//! machines       account 32                                  → Machine
//! grants         account 32 ‖ word 4                         → 256 bits; absent: none is open
//! history        address 32 ‖ block 4 ‖ event 4              → HistoryValue
//! blocks         block 4                                     → hash 32 ‖ time 8, for blocks with history
//!
//!      devices ──p(address)──▶ carriers ──batch──▶ batches ◀──batch── places ◀──manufacturer── manufacturers
//!                                 │ address                                        (position)
//!                                 ▼
//!                              history ──block──▶ blocks                  machines ◀──account── grants
//! ```
//!
//! Numbers in keys are big endian, so that they sort. Values are SCALE, with compact integers. `h` is the start of
//! BLAKE2b-256 of the key's wire form, `p` the start of the address: a device is found by its candidates, each of which
//! names the device in full. What repeats from carrier to carrier (machine, depositor, deposit, batch) stands together
//! at the start of a row, where compression finds it.
//!
//! A change of anything in this file needs another [`FORMAT`].

use codec::{Compact, Decode, Encode};
use sp_core::H256;
use specie_primitives::{
    crypto::{blake2_256, PublicKey},
    ids::{BatchId, CarrierId, CurrencyId, MachineId, ManufacturerId, PoolId},
    index::{CarrierEntry, Happening},
    pool::PoolLock,
    records::{Carrier, CarrierState},
};

use crate::core::Position;

/// The format of the whole database. Another one is refused, and built again.
pub const FORMAT: u32 = 5;

/// The column families.
pub mod family {
    /// Named values.
    pub const META: &str = "meta";
    /// Carriers by address.
    pub const CARRIERS: &str = "carriers";
    /// The carriers of devices.
    pub const DEVICES: &str = "devices";
    /// Batches by id.
    pub const BATCHES: &str = "batches";
    /// The order of a manufacturer's batches.
    pub const PLACES: &str = "places";
    /// Manufacturers by number.
    pub const MANUFACTURERS: &str = "manufacturers";
    /// Machines by account.
    pub const MACHINES: &str = "machines";
    /// Open grants.
    pub const GRANTS: &str = "grants";
    /// What happened to carriers.
    pub const HISTORY: &str = "history";
    /// The blocks in which it happened.
    pub const BLOCKS: &str = "blocks";

    /// Those that hold the state of the last final block, and nothing of the blocks before.
    pub const STATE: [&str; 7] = [CARRIERS, DEVICES, BATCHES, PLACES, MANUFACTURERS, MACHINES, GRANTS];

    /// All of them. The named values come last: RocksDB tells its manifest of the families in this order, so whatever
    /// part of that is lost, the cursor is lost with it, and [`super::meta::CURSOR`] shows it.
    pub const ALL: [&str; 10] =
        [CARRIERS, DEVICES, BATCHES, PLACES, MANUFACTURERS, MACHINES, GRANTS, HISTORY, BLOCKS, META];
}

/// The named values.
pub mod meta {
    /// [`super::FORMAT`], `u32`.
    pub const FORMAT: &[u8] = b"format";
    /// The genesis hash of the chain, 32 bytes.
    pub const GENESIS: &[u8] = b"genesis";
    /// The last final block that is in, a [`crate::core::Head`]. Absent while the database is being built.
    ///
    /// Its height follows in the key, and every step deletes the row of the step before. So a log of writes that is
    /// read over files that lack the writes before it leaves two rows, and shows.
    pub const CURSOR: &[u8] = b"cursor";
    /// The first block whose history is complete, `u32`.
    pub const HISTORY_SINCE: &[u8] = b"history since";
}

/// A carrier. See the [module](self) for the order of the fields.
#[derive(Encode, Decode)]
pub struct CarrierRow {
    machine: [u8; 32],
    depositor: [u8; 32],
    #[codec(compact)]
    deposit: u128,
    #[codec(compact)]
    batch: u64,
    currency: CurrencyId,
    denomination: Option<Compact<u128>>,
    state: CarrierState,
    funding_due: Option<Compact<u32>>,
    #[codec(compact)]
    registered_at: u32,
    #[codec(compact)]
    generation: u32,
    #[codec(compact)]
    sequence: u32,
    #[codec(compact)]
    balance: u128,
    #[codec(compact)]
    held: u128,
    device_key: PublicKey,
    currency_key: PublicKey,
    pool: Option<(PoolId, PoolLock)>,
}

impl From<&CarrierEntry> for CarrierRow {
    fn from(entry: &CarrierEntry) -> Self {
        let record = &entry.record;
        Self {
            machine: record.machine.0,
            depositor: record.depositor,
            deposit: record.deposit,
            batch: record.batch.0,
            currency: record.currency,
            denomination: record.denomination.map(Compact),
            state: record.state,
            funding_due: record.funding_due.map(Compact),
            registered_at: record.registered_at,
            generation: record.generation,
            sequence: record.sequence,
            balance: entry.balance,
            held: entry.held,
            device_key: record.device_key,
            currency_key: record.currency_key,
            pool: entry.pool,
        }
    }
}

impl From<CarrierRow> for CarrierEntry {
    fn from(row: CarrierRow) -> Self {
        Self {
            record: Carrier {
                batch: BatchId(row.batch),
                device_key: row.device_key,
                currency_key: row.currency_key,
                generation: row.generation,
                sequence: row.sequence,
                state: row.state,
                currency: row.currency,
                denomination: row.denomination.map(|amount| amount.0),
                funding_due: row.funding_due.map(|block| block.0),
                machine: MachineId(row.machine),
                depositor: row.depositor,
                deposit: row.deposit,
                registered_at: row.registered_at,
            },
            balance: row.balance,
            held: row.held,
            pool: row.pool,
        }
    }
}

/// An entry of a carrier's history.
#[derive(Encode, Decode)]
pub struct HistoryValue {
    /// The extrinsic's index in the block.
    pub extrinsic: Option<Compact<u32>>,
    /// What happened.
    pub what: Happening,
}

/// A block in which something happened.
#[derive(Clone, Copy, Encode, Decode)]
pub struct BlockValue {
    /// Its hash.
    pub hash: H256,
    /// Its time, in milliseconds since 1970.
    pub timestamp: u64,
}

/// How many bytes of hashes and addresses stand for the whole in [`family::DEVICES`].
pub const SHORT: usize = 8;

/// The key of the cursor at a height.
pub fn cursor(number: u32) -> [u8; 10] {
    join(meta::CURSOR, &number.to_be_bytes())
}

/// The key of a device.
pub fn device(key: &PublicKey) -> [u8; SHORT] {
    short(&key.using_encoded(blake2_256))
}

/// The start of an address.
pub fn short(bytes: &[u8; 32]) -> [u8; SHORT] {
    let [a, b, c, d, e, f, g, h, ..] = *bytes;
    [a, b, c, d, e, f, g, h]
}

/// The key of a batch.
pub const fn batch(id: BatchId) -> [u8; 8] {
    id.0.to_be_bytes()
}

/// The key of a manufacturer.
pub const fn manufacturer(id: ManufacturerId) -> [u8; 4] {
    id.0.to_be_bytes()
}

/// The key of a block.
pub const fn block(number: u32) -> [u8; 4] {
    number.to_be_bytes()
}

/// The key of a place in a manufacturer's list.
pub fn place(maker: ManufacturerId, position: u32) -> [u8; 8] {
    join(&manufacturer(maker), &position.to_be_bytes())
}

/// The key of a word of grants.
pub fn grants(machine: &MachineId, number: u32) -> [u8; 36] {
    join(&machine.0, &number.to_be_bytes())
}

/// The number in the key of a word of grants.
pub fn grants_number(key: &[u8]) -> Option<u32> {
    key.get(32..)?.try_into().ok().map(u32::from_be_bytes)
}

/// The key of an entry of a carrier's history.
pub fn history(carrier: &CarrierId, at: Position) -> [u8; 40] {
    let at: [u8; 8] = join(&at.block.to_be_bytes(), &at.event.to_be_bytes());
    join(&carrier.0, &at)
}

/// The position in the key of an entry of history.
pub fn history_position(key: &[u8]) -> Option<Position> {
    let number = |range| -> Option<u32> {
        key.get::<std::ops::Range<usize>>(range)?.try_into().ok().map(u32::from_be_bytes)
    };
    Some(Position { block: number(32..36)?, event: number(36..40)? })
}

/// Two parts of a key, whose lengths add up to `N`.
fn join<const N: usize>(one: &[u8], other: &[u8]) -> [u8; N] {
    let mut key = [0; N];
    key.iter_mut().zip(one.iter().chain(other)).for_each(|(to, from)| *to = *from);
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_sort_as_their_numbers_do() {
        let carrier = CarrierId([7; 32]);
        let at = |block, event| history(&carrier, Position { block, event });
        assert!(at(1, 300) < at(2, 0) && at(2, 0) < at(256, 0) && at(256, 1) < at(256, 2));
        assert_eq!(history_position(&at(258, 65_537)), Some(Position { block: 258, event: 65_537 }));
        assert_eq!(grants_number(&grants(&MachineId([1; 32]), 77)), Some(77));
        assert!(place(ManufacturerId(1), u32::MAX) < place(ManufacturerId(2), 0));
    }
}

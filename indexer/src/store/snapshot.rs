//! What readers see: the database as it was at one moment.

use super::{
    access::{decode, handle},
    error::StoreError,
    schema::{self, family, BlockValue, CarrierRow, HistoryValue},
};
use crate::core::{Base, HistoryRow, Position};
use codec::Decode;
use rocksdb::{Direction, IteratorMode, ReadOptions, DB};
use self_cell::self_cell;
use specie_primitives::{
    api::ManufacturerInfo,
    crypto::PublicKey,
    ids::{BatchId, CarrierId, MachineId, ManufacturerId},
    index::{CarrierEntry, GrantWord},
    records::{Batch, Device, Machine},
};
use std::{fmt, sync::Arc};

/// A key and its value, or why they cannot be read.
type ScannedRow = Result<(Box<[u8]>, Box<[u8]>), rocksdb::Error>;

type DbSnapshot<'a> = rocksdb::Snapshot<'a>;

self_cell!(
    /// A snapshot together with its database, so that it can be handed around.
    struct Cell {
        owner: Arc<DB>,
        #[covariant]
        dependent: DbSnapshot,
    }
);

/// The final state at one moment.
pub struct Snapshot(Cell);

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Snapshot")
    }
}

impl Snapshot {
    pub(super) fn take(db: Arc<DB>) -> Self {
        Self(Cell::new(db, |db| db.snapshot()))
    }

    fn get<T: Decode>(&self, family: &'static str, key: &[u8]) -> Result<Option<T>, StoreError> {
        let handle = handle(self.0.borrow_owner(), family)?;
        let bytes = self.0.borrow_dependent().get_pinned_cf(handle, key)?;
        bytes.map(|bytes| decode(family, &bytes)).transpose()
    }

    /// Many carriers at once, in the order of `ids`: several times as quick as one by one.
    pub fn carriers(&self, ids: &[CarrierId]) -> Result<Vec<Option<CarrierEntry>>, StoreError> {
        let db = self.0.borrow_owner();
        let handle = handle(db, family::CARRIERS)?;
        let mut options = ReadOptions::default();
        options.set_snapshot(self.0.borrow_dependent());
        // The database looks keys up in one pass when they come in its order.
        let mut order: Vec<usize> = (0..ids.len()).collect();
        order.sort_unstable_by_key(|index| ids.get(*index));
        let keys: Vec<&[u8]> = order.iter().filter_map(|index| ids.get(*index)).map(|id| &id.0[..]).collect();
        let mut found = vec![None; ids.len()];
        for (index, row) in order.iter().zip(db.batched_multi_get_cf_opt(handle, &keys, true, &options)) {
            if let (Some(place), Some(bytes)) = (found.get_mut(*index), row?) {
                *place = Some(decode::<CarrierRow>(family::CARRIERS, &bytes)?.into());
            }
        }
        Ok(found)
    }

    /// The rows of `family` from `start` on, while their keys begin with `prefix`.
    fn scan(
        &self,
        family: &'static str,
        start: &[u8],
        direction: Direction,
        prefix: Vec<u8>,
    ) -> Result<impl Iterator<Item = ScannedRow> + '_, StoreError> {
        let handle = handle(self.0.borrow_owner(), family)?;
        let rows = self.0.borrow_dependent().iterator_cf(handle, IteratorMode::From(start, direction));
        Ok(rows.take_while(move |row| row.as_ref().map_or(true, |(key, _)| key.starts_with(&prefix))))
    }

    /// The carriers whose addresses begin like this: one, unless somebody searched for two alike.
    fn carriers_like(&self, start: &[u8]) -> Result<Vec<(CarrierId, CarrierEntry)>, StoreError> {
        let mut found = Vec::new();
        for row in self.scan(family::CARRIERS, start, Direction::Forward, start.to_vec())? {
            let (key, value) = row?;
            let id = decode::<[u8; 32]>(family::CARRIERS, &key)?;
            found.push((CarrierId(id), decode::<CarrierRow>(family::CARRIERS, &value)?.into()));
        }
        Ok(found)
    }
}

impl Base for Snapshot {
    type Error = StoreError;

    fn carrier(&self, id: &CarrierId) -> Result<Option<CarrierEntry>, StoreError> {
        Ok(self.get::<CarrierRow>(family::CARRIERS, &id.0)?.map(Into::into))
    }

    fn device(&self, key: &PublicKey) -> Result<Option<Device>, StoreError> {
        let family = handle(self.0.borrow_owner(), family::DEVICES)?;
        let Some(candidates) = self.0.borrow_dependent().get_pinned_cf(family, schema::device(key))? else {
            return Ok(None);
        };
        let mut newest: Option<Device> = None;
        for candidate in candidates.chunks_exact(schema::SHORT) {
            for (carrier, entry) in self.carriers_like(candidate)? {
                let generation = entry.record.generation;
                if entry.record.device_key == *key && newest.is_none_or(|known| known.generation < generation) {
                    newest = Some(Device { carrier, generation });
                }
            }
        }
        Ok(newest)
    }

    fn batch(&self, id: BatchId) -> Result<Option<Batch>, StoreError> {
        self.get(family::BATCHES, &schema::batch(id))
    }

    fn place(&self, manufacturer: ManufacturerId, position: u32) -> Result<Option<BatchId>, StoreError> {
        let family = handle(self.0.borrow_owner(), family::PLACES)?;
        let bytes = self.0.borrow_dependent().get_pinned_cf(family, schema::place(manufacturer, position))?;
        let id = bytes.map(|bytes| decode::<[u8; 8]>(family::PLACES, &bytes)).transpose()?;
        Ok(id.map(|id| BatchId(u64::from_be_bytes(id))))
    }

    fn manufacturer(&self, id: ManufacturerId) -> Result<Option<ManufacturerInfo>, StoreError> {
        self.get(family::MANUFACTURERS, &schema::manufacturer(id))
    }

    fn machine(&self, id: MachineId) -> Result<Option<Machine>, StoreError> {
        self.get(family::MACHINES, &id.0)
    }

    fn open_grants(&self, machine: MachineId, from: u32, limit: usize) -> Result<Vec<u32>, StoreError> {
        let start = schema::grants(&machine, from / GrantWord::GRANTS);
        let mut open = Vec::new();
        for row in self.scan(family::GRANTS, &start, Direction::Forward, machine.0.to_vec())? {
            let (key, value) = row?;
            let number = schema::grants_number(&key).unwrap_or(0);
            let word = GrantWord { machine, number, bits: decode(family::GRANTS, &value)? };
            open.extend(word.open().filter(|index| *index >= from));
            if open.len() >= limit {
                break;
            }
        }
        open.truncate(limit);
        Ok(open)
    }

    fn history(
        &self,
        carrier: &CarrierId,
        before: Option<Position>,
        limit: usize,
    ) -> Result<Vec<HistoryRow>, StoreError> {
        // Just before `before`; or the last of the carrier's, which a key after all its keys finds.
        let start = match before {
            Some(Position { block: 0, event: 0 }) => return Ok(Vec::new()),
            Some(Position { block, event: 0 }) => Position { block: block - 1, event: u32::MAX },
            Some(Position { block, event }) => Position { block, event: event - 1 },
            None => Position { block: u32::MAX, event: u32::MAX },
        };
        let start = schema::history(carrier, start);
        let mut rows: Vec<HistoryRow> = Vec::new();
        for row in self.scan(family::HISTORY, &start, Direction::Reverse, carrier.0.to_vec())?.take(limit) {
            let (key, value) = row?;
            let value: HistoryValue = decode(family::HISTORY, &value)?;
            let position = schema::history_position(&key).ok_or(StoreError::NoFamily(family::HISTORY))?;
            let block = match rows.last() {
                Some(last) if last.position.block == position.block => {
                    Some(BlockValue { hash: last.block, timestamp: last.timestamp })
                }
                _ => self.get::<BlockValue>(family::BLOCKS, &schema::block(position.block))?,
            };
            let block = block.ok_or(StoreError::Malformed {
                family: family::BLOCKS,
                source: "the block of an entry of history is missing".into(),
            })?;
            rows.push(HistoryRow {
                position,
                block: block.hash,
                timestamp: block.timestamp,
                extrinsic: value.extrinsic.map(|index| index.0),
                what: value.what,
                is_final: true,
            });
        }
        Ok(rows)
    }
}

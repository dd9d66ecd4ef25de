//! Opening, writing and building.

use super::{
    access::{decode, handle},
    error::StoreError,
    schema::{self, family, meta, BlockValue, CarrierRow, HistoryValue, FORMAT},
    snapshot::Snapshot,
};
use crate::core::{Head, Layer, Position};
use codec::{Compact, Decode, Encode};
use rocksdb::{
    BlockBasedOptions, Cache, ColumnFamilyDescriptor, DBCompressionType, Direction, IteratorMode, Options,
    WriteBatch, WriteOptions, DB,
};
use sp_core::H256;
use specie_primitives::{
    crypto::PublicKey,
    ids::CarrierId,
    index::{CarrierEntry, Changes},
};
use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::Arc,
};

/// What waits in memory before it is written out, for each column family.
const WRITE_BUFFER_BYTES: usize = 16 << 20;

/// How much of the log of writes is kept before it is written out.
const MAX_LOG_BYTES: u64 = 64 << 20;

/// RocksDB's own log files.
const LOG_FILES: usize = 2;
const LOG_FILE_BYTES: usize = 1 << 20;

/// Of the bits of a filter, so many for each key: one look in a hundred is in vain.
const FILTER_BITS: f64 = 10.0;

/// Where the database is and what it may take.
#[derive(Clone, Debug)]
pub struct StoreOptions {
    /// Its folder.
    pub path: PathBuf,
    /// The memory for what was read, in bytes.
    pub cache_bytes: usize,
}

/// How many records there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Carriers.
    pub carriers: u64,
    /// Batches.
    pub batches: u64,
    /// Manufacturers.
    pub manufacturers: u64,
    /// Places of batches in their manufacturers' lists.
    pub places: u64,
    /// Machines.
    pub machines: u64,
    /// Words of grants.
    pub grants: u64,
    /// Entries of history.
    pub history: u64,
}

/// A column family, a key in it, and its value.
pub type Row = (&'static str, Vec<u8>, Vec<u8>);

/// The database.
#[derive(Debug)]
pub struct Store {
    db: Arc<DB>,
    cursor: Option<Head>,
    history_since: u32,
}

impl Store {
    /// Opens the database of the chain with this genesis, or makes a new one.
    ///
    /// Errors: [`StoreError::OtherFormat`], [`StoreError::OtherChain`], whatever RocksDB finds wrong with the files.
    pub fn open(options: &StoreOptions, genesis: H256) -> Result<Self, StoreError> {
        std::fs::create_dir_all(&options.path)?;
        let cache = Cache::new_lru_cache(options.cache_bytes);
        let families = family::ALL.map(|name| ColumnFamilyDescriptor::new(name, family_options(name, &cache)));
        let db = DB::open_cf_descriptors(&database_options(), &options.path, families)?;
        check_identity(&db, &options.path, genesis)?;
        let cursor = read_cursor(&db)?;
        let history_since = read_meta(&db, meta::HISTORY_SINCE)?.unwrap_or(0);
        Ok(Self { db: Arc::new(db), cursor, history_since })
    }

    /// Moves the folder of a database that cannot be used aside; returns where to. Its history may be all that is left
    /// of what a pruned node cannot read again.
    pub fn set_aside(path: &Path) -> Result<Option<PathBuf>, StoreError> {
        if !path.exists() {
            return Ok(None);
        }
        let aside = (0u32..)
            .map(|number| path.with_extension(format!("aside-{number}")))
            .find(|candidate| !candidate.exists());
        if let Some(aside) = &aside {
            std::fs::rename(path, aside)?;
        }
        Ok(aside)
    }

    /// The last final block that is in; `None`: the database is empty or half built.
    pub const fn cursor(&self) -> Option<&Head> {
        self.cursor.as_ref()
    }

    /// The first block whose history is complete.
    pub const fn history_since(&self) -> u32 {
        self.history_since
    }

    /// Whether somebody still holds a snapshot.
    pub fn has_readers(&self) -> bool {
        Arc::strong_count(&self.db) > 1
    }

    /// What is in now, for readers.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot::take(self.db.clone())
    }

    /// Takes in blocks that have become final, oldest first: all of them or, if it fails, none.
    pub fn commit(&mut self, layers: &[Arc<Layer>]) -> Result<(), StoreError> {
        let mut before = self.cursor;
        for layer in layers {
            let follows = before.is_some_and(|before| before.hash == layer.parent);
            if !follows {
                return Err(StoreError::OutOfOrder { found: layer.head.number, last: before });
            }
            before = Some(layer.head);
        }
        self.write(layers)
    }

    /// The same for blocks between which others, that changed nothing, are left out.
    pub fn commit_with_gaps(&mut self, layers: &[Arc<Layer>]) -> Result<(), StoreError> {
        let mut before = self.cursor;
        for layer in layers {
            if before.is_none_or(|before| before.number >= layer.head.number) {
                return Err(StoreError::OutOfOrder { found: layer.head.number, last: before });
            }
            before = Some(layer.head);
        }
        self.write(layers)
    }

    fn write(&mut self, layers: &[Arc<Layer>]) -> Result<(), StoreError> {
        let Some(last) = layers.last() else { return Ok(()) };
        let mut writer = Writer::new(&self.db);
        for layer in layers {
            writer.layer(layer)?;
        }
        writer.cursor(self.cursor.as_ref(), &last.head)?;
        self.db.write_opt(writer.batch, &WriteOptions::default())?;
        self.cursor = Some(last.head);
        Ok(())
    }

    /// Begins to build: until [`Self::end_build`], the database counts as half built. History that is there stays.
    pub fn begin_build(&mut self) -> Result<(), StoreError> {
        let mut batch = WriteBatch::default();
        if let Some(cursor) = &self.cursor {
            batch.delete_cf(handle(&self.db, family::META)?, schema::cursor(cursor.number));
        }
        // The state is read again as a whole: what the chain no longer has must not stay.
        for name in family::STATE {
            batch.delete_range_cf(handle(&self.db, name)?, [0u8; 0].as_slice(), [0xff; 40].as_slice());
        }
        self.db.write_opt(batch, &WriteOptions::default())?;
        self.cursor = None;
        Ok(())
    }

    /// Takes in a page of the whole state. Not logged: a build that is cut short starts anew.
    pub fn build(&mut self, page: &Changes) -> Result<(), StoreError> {
        let mut writer = Writer::new(&self.db);
        writer.state(page)?;
        let mut options = WriteOptions::default();
        options.disable_wal(true);
        self.db.write_opt(writer.batch, &options)?;
        Ok(())
    }

    /// Ends a build: what is in is the state of `cursor`, and history is complete from `history_since` on.
    pub fn end_build(&mut self, cursor: Head, history_since: u32) -> Result<(), StoreError> {
        // Everything must be in files before the cursor says that it is.
        let families = family::ALL.map(|name| handle(&self.db, name));
        let families = families.into_iter().collect::<Result<Vec<_>, _>>()?;
        self.db.flush_cfs_opt(&families, &rocksdb::FlushOptions::default())?;
        let mut writer = Writer::new(&self.db);
        writer.cursor(self.cursor.as_ref(), &cursor)?;
        writer.meta(meta::HISTORY_SINCE, &history_since)?;
        self.db.write_opt(writer.batch, &WriteOptions::default())?;
        (self.cursor, self.history_since) = (Some(cursor), history_since);
        Ok(())
    }

    /// Counts the records, one by one.
    pub fn totals(&self) -> Result<Totals, StoreError> {
        let count = |name| -> Result<u64, StoreError> {
            let mut count = 0;
            for row in self.db.iterator_cf(handle(&self.db, name)?, IteratorMode::Start) {
                row?;
                count += 1;
            }
            Ok(count)
        };
        Ok(Totals {
            carriers: count(family::CARRIERS)?,
            batches: count(family::BATCHES)?,
            manufacturers: count(family::MANUFACTURERS)?,
            places: count(family::PLACES)?,
            machines: count(family::MACHINES)?,
            grants: count(family::GRANTS)?,
            history: count(family::HISTORY)?,
        })
    }

    /// Every key and value, column family by column family, to compare two databases.
    pub fn dump(&self) -> Result<Vec<Row>, StoreError> {
        let mut rows = Vec::new();
        for name in family::ALL {
            for row in self.db.iterator_cf(handle(&self.db, name)?, IteratorMode::Start) {
                let (key, value) = row?;
                rows.push((name, key.into_vec(), value.into_vec()));
            }
        }
        Ok(rows)
    }

    /// The size of its files, in bytes, after everything was written out and compacted.
    pub fn compact(&self) -> Result<u64, StoreError> {
        let mut bytes = 0;
        for name in family::ALL {
            let family = handle(&self.db, name)?;
            self.db.flush_cf(family)?;
            self.db.compact_range_cf(family, None::<&[u8]>, None::<&[u8]>);
            bytes += self.db.property_int_value_cf(family, "rocksdb.live-sst-files-size")?.unwrap_or(0);
        }
        Ok(bytes)
    }
}

fn database_options() -> Options {
    let mut options = Options::default();
    options.create_if_missing(true);
    options.create_missing_column_families(true);
    options.set_paranoid_checks(true);
    // The column families are written out together: a log that was cut off can only take all of them back.
    options.set_atomic_flush(true);
    options.set_max_total_wal_size(MAX_LOG_BYTES);
    options.set_keep_log_file_num(LOG_FILES);
    options.set_max_log_file_size(LOG_FILE_BYTES);
    options
}

fn family_options(name: &str, cache: &Cache) -> Options {
    let mut blocks = BlockBasedOptions::default();
    blocks.set_block_cache(cache);
    blocks.set_bloom_filter(FILTER_BITS, false);
    blocks.set_cache_index_and_filter_blocks(true);
    blocks.set_pin_l0_filter_and_index_blocks_in_cache(true);
    let mut options = Options::default();
    options.set_block_based_table_factory(&blocks);
    options.set_write_buffer_size(WRITE_BUFFER_BYTES);
    options.set_compression_type(match name {
        // Nothing but the starts of hashes.
        family::DEVICES => DBCompressionType::None,
        _ => DBCompressionType::Snappy,
    });
    options
}

/// Refuses what is not this program's index of this chain, and marks a new database as such.
fn check_identity(db: &DB, path: &Path, genesis: H256) -> Result<(), StoreError> {
    match (read_meta::<u32>(db, meta::FORMAT)?, read_meta::<H256>(db, meta::GENESIS)?) {
        (None, None) if db.iterator_cf(handle(db, family::META)?, IteratorMode::Start).next().is_none() => {
            let mut writer = Writer::new(db);
            writer.meta(meta::FORMAT, &FORMAT)?;
            writer.meta(meta::GENESIS, &genesis)?;
            Ok(db.write_opt(writer.batch, &WriteOptions::default())?)
        }
        (Some(found), _) if found != FORMAT => {
            Err(StoreError::OtherFormat { path: path.into(), found, expected: FORMAT })
        }
        (_, Some(found)) if found != genesis => {
            Err(StoreError::OtherChain { path: path.into(), found, expected: genesis })
        }
        (Some(_), Some(_)) => Ok(()),
        _ => Err(damaged("what says which index this is has gone")),
    }
}

/// The only cursor that there is.
fn read_cursor(db: &DB) -> Result<Option<Head>, StoreError> {
    let from = IteratorMode::From(meta::CURSOR, Direction::Forward);
    let mut cursor = None;
    for row in db.iterator_cf(handle(db, family::META)?, from) {
        let (key, value) = row?;
        if !key.starts_with(meta::CURSOR) {
            break;
        }
        let head: Head = decode(family::META, &value)?;
        if cursor.replace(head).is_some() || *key != schema::cursor(head.number) {
            return Err(damaged("writes before the last ones are missing"));
        }
    }
    Ok(cursor)
}

fn damaged(what: &'static str) -> StoreError {
    StoreError::Malformed { family: family::META, source: what.into() }
}

fn read_meta<T: Decode>(db: &DB, name: &[u8]) -> Result<Option<T>, StoreError> {
    let bytes = db.get_pinned_cf(handle(db, family::META)?, name)?;
    bytes.map(|bytes| decode(family::META, &bytes)).transpose()
}

/// Puts one atomic write together.
struct Writer<'a> {
    db: &'a DB,
    batch: WriteBatch,
    /// Devices that this write has changed already.
    devices: HashMap<[u8; schema::SHORT], Vec<u8>>,
}

impl<'a> Writer<'a> {
    fn new(db: &'a DB) -> Self {
        Self { db, batch: WriteBatch::default(), devices: HashMap::new() }
    }

    fn meta(&mut self, name: &[u8], value: &impl Encode) -> Result<(), StoreError> {
        self.batch.put_cf(handle(self.db, family::META)?, name, value.encode());
        Ok(())
    }

    /// Moves the cursor.
    fn cursor(&mut self, from: Option<&Head>, to: &Head) -> Result<(), StoreError> {
        if let Some(from) = from {
            self.batch.delete_cf(handle(self.db, family::META)?, schema::cursor(from.number));
        }
        self.meta(&schema::cursor(to.number), to)
    }

    fn put(&mut self, family: &'static str, key: &[u8], value: &impl Encode) -> Result<(), StoreError> {
        self.batch.put_cf(handle(self.db, family)?, key, value.encode());
        Ok(())
    }

    fn layer(&mut self, layer: &Layer) -> Result<(), StoreError> {
        for (id, entry) in &layer.carriers {
            self.carrier(id, entry)?;
        }
        for (id, batch) in &layer.batches {
            self.put(family::BATCHES, &schema::batch(*id), batch)?;
        }
        for (id, known) in &layer.manufacturers {
            self.put(family::MANUFACTURERS, &schema::manufacturer(*id), known)?;
        }
        for (id, machine) in &layer.machines {
            self.put(family::MACHINES, &id.0, machine)?;
        }
        self.lists(&layer.places, &layer.grants)?;
        if layer.history.is_empty() {
            return Ok(());
        }
        let Head { number, hash, chain } = layer.head;
        for entry in &layer.history {
            let at = Position { block: number, event: entry.event };
            let value = HistoryValue { extrinsic: entry.extrinsic.map(Compact), what: entry.what };
            self.put(family::HISTORY, &schema::history(&entry.carrier, at), &value)?;
        }
        self.put(family::BLOCKS, &schema::block(number), &BlockValue { hash, timestamp: chain.timestamp })
    }

    fn state(&mut self, page: &Changes) -> Result<(), StoreError> {
        for (id, entry) in &page.carriers {
            self.carrier(id, entry)?;
        }
        for (id, batch) in &page.batches {
            self.put(family::BATCHES, &schema::batch(*id), batch)?;
        }
        for known in &page.manufacturers {
            self.put(family::MANUFACTURERS, &schema::manufacturer(known.id), known)?;
        }
        for (id, machine) in &page.machines {
            self.put(family::MACHINES, &id.0, machine)?;
        }
        self.lists(&page.places, &page.grants)
    }

    fn lists(
        &mut self,
        places: &[specie_primitives::index::BatchPlace],
        grants: &[specie_primitives::index::GrantWord],
    ) -> Result<(), StoreError> {
        for place in places {
            let key = schema::place(place.manufacturer, place.position);
            self.batch.put_cf(handle(self.db, family::PLACES)?, key, schema::batch(place.batch));
        }
        for word in grants {
            let (family, key) = (handle(self.db, family::GRANTS)?, schema::grants(&word.machine, word.number));
            if word.bits == [0; 32] {
                self.batch.delete_cf(family, key);
            } else {
                self.batch.put_cf(family, key, word.bits);
            }
        }
        Ok(())
    }

    fn carrier(&mut self, id: &CarrierId, entry: &CarrierEntry) -> Result<(), StoreError> {
        self.put(family::CARRIERS, &id.0, &CarrierRow::from(entry))?;
        self.device(&entry.record.device_key, id)
    }

    /// Adds the carrier to those of its device, unless it is there.
    fn device(&mut self, device: &PublicKey, id: &CarrierId) -> Result<(), StoreError> {
        let (key, candidate) = (schema::device(device), schema::short(&id.0));
        let family = handle(self.db, family::DEVICES)?;
        let mut candidates = match self.devices.remove(&key) {
            Some(known) => known,
            None => self.db.get_cf(family, key)?.unwrap_or_default(),
        };
        // In the order of their bytes, so that the rows do not tell in which order they came.
        let mut known = candidates.chunks_exact(schema::SHORT);
        let place = known.position(|known| known >= &candidate[..]);
        let at = place.map_or(candidates.len(), |place| place.saturating_mul(schema::SHORT));
        if !candidates.get(at..).is_some_and(|rest| rest.starts_with(&candidate)) {
            candidates.splice(at..at, candidate);
            self.batch.put_cf(family, key, &candidates);
        }
        self.devices.insert(key, candidates);
        Ok(())
    }
}

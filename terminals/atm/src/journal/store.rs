//! The journal's database.

use super::records::{CachedBatch, ClaimRecord, GrantState, Record, Settlement, StepRecord, What};
use crate::{
    clock,
    stock::{Bin, Stock, StockError},
};
use redb::{Database, ReadableDatabase, ReadableTable, ReadableTableMetadata, TableDefinition, WriteTransaction};
use serde::{de::DeserializeOwned, Serialize};
use specie_client::{answers::CurrencyRecord, Account};
use std::{collections::BTreeMap, path::Path};
use thiserror::Error;

/// The format of this version.
const FORMAT: u32 = 3;

const META: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("meta");
const CASES: TableDefinition<'_, u64, &[u8]> = TableDefinition::new("cases");
const OPEN: TableDefinition<'_, u64, ()> = TableDefinition::new("open");
const STEPS: TableDefinition<'_, u64, &[u8]> = TableDefinition::new("steps");
const GRANTS: TableDefinition<'_, u32, &[u8]> = TableDefinition::new("grants");
const BATCHES: TableDefinition<'_, u64, &[u8]> = TableDefinition::new("batches");
const QUEUE: TableDefinition<'_, u64, &[u8]> = TableDefinition::new("queue");
const KEPT: TableDefinition<'_, u64, ()> = TableDefinition::new("kept");
const UNSETTLED: TableDefinition<'_, (u64, u8), &[u8]> = TableDefinition::new("unsettled");
const SETTLED: TableDefinition<'_, (u64, u8), &[u8]> = TableDefinition::new("settled");

/// Why the journal cannot be read or written. The machine stops: it does nothing that it cannot remember.
#[derive(Debug, Error)]
pub enum JournalError {
    /// The database failed.
    #[error("journal: {0}")]
    Database(#[source] Box<redb::Error>),
    /// A row is not what it should be.
    #[error("journal: a row of {table} cannot be read: {source}")]
    Row {
        /// The table.
        table: &'static str,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
    /// It was written by another version.
    #[error("journal: its format is {0}, this program's is {FORMAT}; run the program that wrote it")]
    Format(u32),
    /// It is of another machine, or of another chain.
    #[error("journal: it is of {what} {known}, not {wanted}")]
    Other {
        /// What is different.
        what: &'static str,
        /// What the journal has.
        known: String,
        /// What was configured.
        wanted: String,
    },
    /// There is no such bin.
    #[error("journal: {0}")]
    Stock(StockError),
    /// There is no such case.
    #[error("journal: there is no case {0}")]
    NoCase(u64),
    /// The case has no such claim.
    #[error("journal: case {0} has no claim {1}")]
    NoClaim(u64, u8),
    /// The claim is settled already.
    #[error("journal: claim {case}/{place} was settled by {by}: {how}", by = .settled.by, how = .settled.how)]
    IsSettled {
        /// The number of the case.
        case: u64,
        /// The place of the claim.
        place: u8,
        /// How.
        settled: Settlement,
    },
}

impl<E: Into<redb::Error>> From<E> for JournalError {
    fn from(error: E) -> Self {
        Self::Database(Box::new(error.into()))
    }
}

/// What a step changes beside the case itself.
#[derive(Clone, Debug, Default)]
pub struct Written {
    /// The stock, as it is from now on.
    pub stock: Option<Stock>,
    /// A grant that the case uses from now on.
    pub grant: Option<u32>,
    /// A registration to be sent when the machine is online.
    pub queue: Option<Vec<u8>>,
}

/// The journal.
pub struct Journal {
    database: Database,
}

impl Journal {
    /// Opens the journal in a file, or makes one, of this machine on this chain. `stock`: the bins as they are configured; what is
    /// in them the journal knows, but for those that are marked otherwise than before ([`Stock::configured`]).
    pub fn open(path: &Path, machine: Account, genesis: &[u8; 32], stock: &Stock) -> Result<Self, JournalError> {
        let journal = Self { database: Database::create(path)? };
        let transaction = journal.database.begin_write()?;
        let changed;
        {
            let mut meta = transaction.open_table(META)?;
            let format = read(&meta, "format", "meta")?.unwrap_or(FORMAT);
            if format != FORMAT {
                return Err(JournalError::Format(format));
            }
            put(&mut meta, "format", &FORMAT)?;
            own(&mut meta, "machine", &machine.to_string())?;
            own(&mut meta, "genesis", &hex::encode(genesis))?;
            let known: Option<Stock> = read(&meta, "stock", "meta")?;
            let (now, marked) = known.map_or_else(|| (stock.clone(), Vec::new()), |known| known.configured(stock));
            put(&mut meta, "stock", &now)?;
            changed = marked;
            transaction.open_table(CASES)?;
            transaction.open_table(OPEN)?;
            transaction.open_table(STEPS)?;
            transaction.open_table(GRANTS)?;
            transaction.open_table(BATCHES)?;
            transaction.open_table(QUEUE)?;
            transaction.open_table(UNSETTLED)?;
            transaction.open_table(SETTLED)?;
            transaction.open_table(KEPT)?;
        }
        for bin in changed {
            note(&transaction, 0, What::Marked(bin.0))?;
        }
        transaction.commit()?;
        Ok(journal)
    }

    /// Begins a case; its number.
    pub fn begin(&self, record: &Record) -> Result<u64, JournalError> {
        let transaction = self.database.begin_write()?;
        let number = {
            let mut cases = transaction.open_table(CASES)?;
            let number = cases.last()?.map_or(1, |(last, _)| last.value().saturating_add(1));
            put(&mut cases, number, record)?;
            transaction.open_table(OPEN)?.insert(number, ())?;
            number
        };
        note(&transaction, number, What::Opened)?;
        transaction.commit()?;
        Ok(number)
    }

    /// Writes what has happened to a case, all of it or nothing.
    pub fn write(&self, number: u64, record: &Record, what: What, also: Written) -> Result<(), JournalError> {
        let transaction = self.database.begin_write()?;
        put_case(&transaction, number, record)?;
        if let Some(stock) = &also.stock {
            put(&mut transaction.open_table(META)?, "stock", stock)?;
        }
        if let Some(grant) = also.grant {
            put(&mut transaction.open_table(GRANTS)?, grant, &GrantState::UsedBy(number))?;
        }
        if let Some(registration) = &also.queue {
            transaction.open_table(QUEUE)?.insert(number, registration.as_slice())?;
        }
        if let What::Ended(_) = what {
            transaction.open_table(OPEN)?.remove(number)?;
        }
        note(&transaction, number, what)?;
        transaction.commit()?;
        Ok(())
    }

    /// A registration is not to be sent any more: the chain has it, or refuses it for good. `record` says which.
    pub fn dequeue(&self, number: u64, record: &Record) -> Result<(), JournalError> {
        let transaction = self.database.begin_write()?;
        put_case(&transaction, number, record)?;
        transaction.open_table(QUEUE)?.remove(number)?;
        transaction.commit()?;
        Ok(())
    }

    /// Changes a case that has ended: what was found out later.
    pub fn amend(&self, number: u64, record: &Record) -> Result<(), JournalError> {
        let transaction = self.database.begin_write()?;
        put_case(&transaction, number, record)?;
        transaction.commit()?;
        Ok(())
    }

    /// A case.
    pub fn case(&self, number: u64) -> Result<Record, JournalError> {
        let transaction = self.database.begin_read()?;
        read(&transaction.open_table(CASES)?, number, "cases")?.ok_or(JournalError::NoCase(number))
    }

    /// All cases, in their order.
    pub fn cases(&self) -> Result<Vec<(u64, Record)>, JournalError> {
        let transaction = self.database.begin_read()?;
        let cases = transaction.open_table(CASES)?;
        let mut all = Vec::new();
        for row in cases.iter()? {
            let (number, record) = row?;
            all.push((number.value(), parse(record.value(), "cases")?));
        }
        Ok(all)
    }

    /// The cases that have not ended: one at most, unless somebody interferes.
    pub fn open_cases(&self) -> Result<Vec<(u64, Record)>, JournalError> {
        self.cases_of(OPEN)
    }

    /// The cases that have ended with their card in the operator's compartment.
    pub fn kept(&self) -> Result<Vec<(u64, Record)>, JournalError> {
        self.cases_of(KEPT)
    }

    fn cases_of(&self, table: TableDefinition<'_, u64, ()>) -> Result<Vec<(u64, Record)>, JournalError> {
        let transaction = self.database.begin_read()?;
        let cases = transaction.open_table(CASES)?;
        let mut found = Vec::new();
        for row in transaction.open_table(table)?.iter()? {
            let number = row?.0.value();
            found.push((number, read(&cases, number, "cases")?.ok_or(JournalError::NoCase(number))?));
        }
        Ok(found)
    }

    /// The operator takes all cards out of the compartment: their cases.
    pub fn empty_compartment(&self) -> Result<Vec<(u64, Record)>, JournalError> {
        let mut kept = self.kept()?;
        let transaction = self.database.begin_write()?;
        for (number, record) in &mut kept {
            record.taken_out = Some(clock::now());
            put_case(&transaction, *number, record)?;
            note(&transaction, *number, What::TakenOut)?;
        }
        transaction.commit()?;
        Ok(kept)
    }

    /// The cases that began at `since` (milliseconds since 1970) or later, newest first.
    pub fn cases_since(&self, since: u64) -> Result<Vec<Record>, JournalError> {
        let transaction = self.database.begin_read()?;
        let cases = transaction.open_table(CASES)?;
        let mut recent = Vec::new();
        for row in cases.iter()?.rev() {
            let record: Record = parse(row?.1.value(), "cases")?;
            if record.begun < since {
                break;
            }
            recent.push(record);
        }
        Ok(recent)
    }

    /// The last `count` lines, oldest first.
    pub fn last_steps(&self, count: usize) -> Result<Vec<StepRecord>, JournalError> {
        let transaction = self.database.begin_read()?;
        let steps = transaction.open_table(STEPS)?;
        let mut last = Vec::new();
        for row in steps.iter()?.rev().take(count) {
            last.push(parse(row?.1.value(), "steps")?);
        }
        last.reverse();
        Ok(last)
    }

    /// How many lines there are.
    pub fn steps(&self) -> Result<u64, JournalError> {
        Ok(self.database.begin_read()?.open_table(STEPS)?.len()?)
    }

    /// The stock.
    pub fn stock(&self) -> Result<Stock, JournalError> {
        let transaction = self.database.begin_read()?;
        Ok(read(&transaction.open_table(META)?, "stock", "meta")?.unwrap_or_default())
    }

    /// The operator has filled a bin, or took out what was in it: it holds `count` now.
    pub fn fill(&self, bin: Bin, count: u32) -> Result<(), JournalError> {
        let mut stock = self.stock()?;
        stock.filled(bin, count).map_err(JournalError::Stock)?;
        let transaction = self.database.begin_write()?;
        put(&mut transaction.open_table(META)?, "stock", &stock)?;
        note(&transaction, 0, What::Filled(bin.0, count))?;
        transaction.commit()?;
        Ok(())
    }

    /// Keeps the chain's currencies, for when there is no network: their ids never change their meaning.
    pub fn set_currencies(&self, currencies: &[CurrencyRecord]) -> Result<(), JournalError> {
        let transaction = self.database.begin_write()?;
        put(&mut transaction.open_table(META)?, "currencies", &currencies)?;
        transaction.commit()?;
        Ok(())
    }

    /// The chain's currencies, as they were when it was last asked; none if it never was.
    pub fn currencies(&self) -> Result<Vec<CurrencyRecord>, JournalError> {
        let transaction = self.database.begin_read()?;
        Ok(read(&transaction.open_table(META)?, "currencies", "meta")?.unwrap_or_default())
    }

    /// Which grants the chain says are open. Those that a case has used are not open, whatever it says.
    pub fn set_grants(&self, open: &[u32]) -> Result<(), JournalError> {
        let transaction = self.database.begin_write()?;
        {
            let mut grants = transaction.open_table(GRANTS)?;
            let known = all_grants(&grants)?;
            for (index, state) in &known {
                if *state == GrantState::Open && !open.contains(index) {
                    grants.remove(*index)?;
                }
            }
            for index in open.iter().filter(|index| !known.contains_key(*index)) {
                put(&mut grants, *index, &GrantState::Open)?;
            }
        }
        transaction.commit()?;
        Ok(())
    }

    /// The grants that no case has used.
    pub fn open_grants(&self) -> Result<Vec<u32>, JournalError> {
        let transaction = self.database.begin_read()?;
        let grants = all_grants(&transaction.open_table(GRANTS)?)?;
        Ok(grants.into_iter().filter(|(_, state)| *state == GrantState::Open).map(|(index, _)| index).collect())
    }

    /// Keeps batch keys for when there is no network.
    pub fn set_batches(&self, batches: &[(u64, CachedBatch)]) -> Result<(), JournalError> {
        let transaction = self.database.begin_write()?;
        {
            let mut table = transaction.open_table(BATCHES)?;
            for (id, batch) in batches {
                put(&mut table, *id, batch)?;
            }
        }
        transaction.commit()?;
        Ok(())
    }

    /// A batch, as it was when it was last asked.
    pub fn batch(&self, id: u64) -> Result<Option<CachedBatch>, JournalError> {
        read(&self.database.begin_read()?.open_table(BATCHES)?, id, "batches")
    }

    /// How many batches are known.
    pub fn batches(&self) -> Result<u64, JournalError> {
        Ok(self.database.begin_read()?.open_table(BATCHES)?.len()?)
    }

    /// The registrations to be sent, by case.
    pub fn queue(&self) -> Result<Vec<(u64, Vec<u8>)>, JournalError> {
        let transaction = self.database.begin_read()?;
        let mut queued = Vec::new();
        for row in transaction.open_table(QUEUE)?.iter()? {
            let (number, registration) = row?;
            queued.push((number.value(), registration.value().to_vec()));
        }
        Ok(queued)
    }

    /// The claims of all cases, with how each was settled.
    pub fn claims(&self) -> Result<Vec<ClaimRecord>, JournalError> {
        let cases = self.cases()?;
        let settled = self.database.begin_read()?.open_table(SETTLED)?;
        let mut claims = Vec::new();
        for (number, record) in cases {
            for (place, claim) in (0..=u8::MAX).zip(record.case.claims) {
                let settled = read(&settled, (number, place), "settled")?;
                claims.push(ClaimRecord { case: number, place, claim, settled });
            }
        }
        Ok(claims)
    }

    /// The claims that are open.
    pub fn unsettled(&self) -> Result<Vec<ClaimRecord>, JournalError> {
        let transaction = self.database.begin_read()?;
        let mut open = Vec::new();
        for row in transaction.open_table(UNSETTLED)?.iter()? {
            let (key, claim) = row?;
            let (case, place) = key.value();
            open.push(ClaimRecord { case, place, claim: parse(claim.value(), "unsettled")?, settled: None });
        }
        Ok(open)
    }

    /// A claim is settled.
    pub fn settle(&self, number: u64, place: u8, by: &str, how: &str) -> Result<(), JournalError> {
        let record = self.case(number)?;
        if usize::from(place) >= record.case.claims.len() {
            return Err(JournalError::NoClaim(number, place));
        }
        let settlement = Settlement { at: clock::now(), by: by.into(), how: how.into() };
        let transaction = self.database.begin_write()?;
        {
            let mut table = transaction.open_table(SETTLED)?;
            if let Some(settled) = read(&table, (number, place), "settled")? {
                return Err(JournalError::IsSettled { case: number, place, settled });
            }
            put(&mut table, (number, place), &settlement)?;
        }
        transaction.open_table(UNSETTLED)?.remove((number, place))?;
        note(&transaction, number, What::Settled(place, by.into(), how.into()))?;
        transaction.commit()?;
        Ok(())
    }
}

/// A case as it is, whether its card is in the compartment, and which of its claims are open.
fn put_case(transaction: &WriteTransaction, number: u64, record: &Record) -> Result<(), JournalError> {
    put(&mut transaction.open_table(CASES)?, number, record)?;
    let mut kept = transaction.open_table(KEPT)?;
    match record.is_kept() {
        true => kept.insert(number, ())?,
        false => kept.remove(number)?,
    };
    let settled = transaction.open_table(SETTLED)?;
    let mut unsettled = transaction.open_table(UNSETTLED)?;
    for (place, claim) in (0..=u8::MAX).zip(&record.case.claims) {
        if settled.get((number, place))?.is_none() {
            put(&mut unsettled, (number, place), claim)?;
        }
    }
    Ok(())
}

fn note(transaction: &WriteTransaction, case: u64, what: What) -> Result<(), JournalError> {
    let mut steps = transaction.open_table(STEPS)?;
    let number = steps.last()?.map_or(1, |(last, _)| last.value().saturating_add(1));
    put(&mut steps, number, &StepRecord { at: clock::now(), case, what })
}

fn all_grants(grants: &impl ReadableTable<u32, &'static [u8]>) -> Result<BTreeMap<u32, GrantState>, JournalError> {
    let mut all = BTreeMap::new();
    for row in grants.iter()? {
        let (index, state) = row?;
        all.insert(index.value(), parse(state.value(), "grants")?);
    }
    Ok(all)
}

/// The journal is of one machine on one chain for ever.
fn own(
    meta: &mut redb::Table<'_, &'static str, &'static [u8]>,
    what: &'static str,
    wanted: &str,
) -> Result<(), JournalError> {
    let known: Option<String> = read(meta, what, "meta")?;
    match known {
        Some(known) if known != wanted => Err(JournalError::Other { what, known, wanted: wanted.into() }),
        Some(_) => Ok(()),
        None => put(meta, what, &wanted),
    }
}

fn put<'k, K: redb::Key + 'static>(
    table: &mut redb::Table<'_, K, &'static [u8]>,
    key: impl std::borrow::Borrow<K::SelfType<'k>>,
    value: &impl Serialize,
) -> Result<(), JournalError> {
    let bytes = serde_json::to_vec(value).map_err(|source| JournalError::Row { table: "any", source })?;
    table.insert(key, bytes.as_slice())?;
    Ok(())
}

fn read<'k, K: redb::Key + 'static, T: DeserializeOwned>(
    table: &impl ReadableTable<K, &'static [u8]>,
    key: impl std::borrow::Borrow<K::SelfType<'k>>,
    name: &'static str,
) -> Result<Option<T>, JournalError> {
    table.get(key)?.map(|row| parse(row.value(), name)).transpose()
}

fn parse<T: DeserializeOwned>(bytes: &[u8], table: &'static str) -> Result<T, JournalError> {
    serde_json::from_slice(bytes).map_err(|source| JournalError::Row { table, source })
}

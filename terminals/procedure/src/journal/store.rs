//! The journal.

use super::{
    changes::{hash_of, no_anchor, Changes},
    error::{JournalError, FORMAT},
    line::{Body, ClaimRecord, Line, What},
    shelf::{Shelf, Slot},
    tables::{
        if_there, parse, read, ANCHOR, BEGUN, CASES, ENDED, FORMAT_KEY, IDENTITY, LINES, MARKS, META, OF_CASE,
        OPEN, SETTLED, UNSETTLED,
    },
};
use crate::{
    chain::{self, Hash, Head},
    Entry, Procedure,
};
use redb::{Database, ReadTransaction, ReadableDatabase, ReadableTable, ReadableTableMetadata, TableDefinition};
use serde::de::DeserializeOwned;
use std::{collections::BTreeMap, marker::PhantomData, ops::RangeBounds, path::Path};

/// A journal of cases of one kind.
pub struct Journal<P: Procedure> {
    pub(crate) database: Database,
    kind: PhantomData<fn() -> P>,
}

/// Makes an empty file that nobody but its owner may read or write, unless there is one.
pub(super) fn private(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(|_| ())
}

impl<P: Procedure> Journal<P> {
    /// Opens the journal in a file, or makes one. `identity`: what it is of for ever, as a machine and a chain; a journal of any
    /// other is refused.
    pub fn open(path: &Path, identity: &[(&str, &str)]) -> Result<Self, JournalError> {
        // It has what customers signed: no file that others may read.
        private(path).map_err(|source| JournalError::File { path: path.into(), source })?;
        let journal = Self { database: Database::create(path)?, kind: PhantomData };
        let identity: Vec<(String, String)> =
            identity.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        let transaction = journal.database.begin_write()?;
        {
            let meta = transaction.open_table(META)?;
            let format = read(&meta, FORMAT_KEY, "meta")?.unwrap_or(FORMAT);
            if format != FORMAT {
                return Err(JournalError::Format(format));
            }
            let known: Option<Vec<(String, String)>> = read(&meta, IDENTITY, "meta")?;
            is_same(known.as_ref().unwrap_or(&identity), &identity)?;
            let anchor: Option<Head> = read(&meta, ANCHOR, "meta")?;
            drop(meta);
            let changes = Changes::<P>::of(&transaction);
            changes.meta(FORMAT_KEY, &FORMAT)?;
            changes.meta(IDENTITY, &identity)?;
            changes.meta(ANCHOR, &anchor.unwrap_or_else(|| Head::of(&identity)))?;
            transaction.open_table(CASES)?;
            transaction.open_table(OPEN)?;
            transaction.open_table(BEGUN)?;
            transaction.open_table(ENDED)?;
            transaction.open_table(MARKS)?;
            transaction.open_table(LINES)?;
            transaction.open_table(OF_CASE)?;
            transaction.open_table(UNSETTLED)?;
            transaction.open_table(SETTLED)?;
        }
        transaction.commit()?;
        Ok(journal)
    }

    /// Changes several things, all of them or nothing.
    pub fn change<T>(
        &self,
        work: impl FnOnce(&Changes<'_, P>) -> Result<T, JournalError>,
    ) -> Result<T, JournalError> {
        let transaction = self.database.begin_write()?;
        let answer = work(&Changes::of(&transaction))?;
        transaction.commit()?;
        Ok(answer)
    }

    /// Begins a case; its number.
    pub fn begin(&self, entry: &Entry<P>) -> Result<u64, JournalError> {
        self.change(|changes| changes.begin(entry))
    }

    /// Writes what has happened to a case, and what changes with it.
    pub fn write(
        &self,
        number: u64,
        entry: &Entry<P>,
        what: What<P>,
        also: impl FnOnce(&Changes<'_, P>) -> Result<(), JournalError>,
    ) -> Result<(), JournalError> {
        self.change(|changes| {
            changes.write(number, entry, what)?;
            also(changes)
        })
    }

    /// Changes a case by what was found out beside its commands.
    pub fn amend(&self, number: u64, entry: &Entry<P>, why: &str) -> Result<(), JournalError> {
        self.write(number, entry, What::Amended { why: why.into() }, |_| Ok(()))
    }

    /// A claim is settled: `by` whom, and `how`, in words.
    pub fn settle(&self, number: u64, place: u8, by: &str, how: &str) -> Result<(), JournalError> {
        let entry = self.case(number)?;
        if usize::from(place) >= entry.case.claims().len() {
            return Err(JournalError::NoClaim(number, place));
        }
        self.change(|changes| changes.settle(number, place, by, how))
    }

    /// A case.
    pub fn case(&self, number: u64) -> Result<Entry<P>, JournalError> {
        case(&self.database.begin_read()?, number)
    }

    /// All cases, in their order.
    pub fn cases(&self) -> Result<Vec<(u64, Entry<P>)>, JournalError> {
        let mut all = Vec::new();
        for row in self.database.begin_read()?.open_table(CASES)?.iter()? {
            let (number, entry) = row?;
            all.push((number.value(), parse(entry.value(), "cases")?));
        }
        Ok(all)
    }

    /// The cases that have not ended: one at most, unless somebody interferes.
    pub fn open_cases(&self) -> Result<Vec<(u64, Entry<P>)>, JournalError> {
        let transaction = self.database.begin_read()?;
        let mut found = Vec::new();
        for row in transaction.open_table(OPEN)?.iter()? {
            let number = row?.0.value();
            found.push((number, case(&transaction, number)?));
        }
        Ok(found)
    }

    /// The cases under a mark.
    pub fn marked(&self, mark: &str) -> Result<Vec<(u64, Entry<P>)>, JournalError> {
        let transaction = self.database.begin_read()?;
        let mut found = Vec::new();
        for row in transaction.open_table(MARKS)?.range((mark, 0)..=(mark, u64::MAX))? {
            let number = row?.0.value().1;
            found.push((number, case(&transaction, number)?));
        }
        Ok(found)
    }

    /// The cases that began within these milliseconds since 1970, newest first.
    pub fn begun(&self, within: impl RangeBounds<u64>) -> Result<Vec<(u64, Entry<P>)>, JournalError> {
        self.within(BEGUN, within)
    }

    /// The cases that ended within these milliseconds since 1970, newest first.
    pub fn ended(&self, within: impl RangeBounds<u64>) -> Result<Vec<(u64, Entry<P>)>, JournalError> {
        self.within(ENDED, within)
    }

    fn within(
        &self,
        table: super::tables::Order,
        within: impl RangeBounds<u64>,
    ) -> Result<Vec<(u64, Entry<P>)>, JournalError> {
        let (from, to) =
            (within.start_bound().map(|from| (*from, 0)), within.end_bound().map(|to| (*to, u64::MAX)));
        // A bound that leaves a number out leaves out all of its cases.
        let to = match to {
            std::ops::Bound::Excluded((number, _)) => std::ops::Bound::Excluded((number, 0)),
            other => other,
        };
        let transaction = self.database.begin_read()?;
        let mut found = Vec::new();
        for row in transaction.open_table(table)?.range::<(u64, u64)>((from, to))?.rev() {
            let number = row?.0.value().1;
            found.push((number, case(&transaction, number)?));
        }
        Ok(found)
    }

    /// The last `count` lines, oldest first.
    pub fn last_lines(&self, count: usize) -> Result<Vec<Line<P>>, JournalError> {
        let mut last = Vec::new();
        for row in self.database.begin_read()?.open_table(LINES)?.iter()?.rev().take(count) {
            let (number, row) = row?;
            last.push(line(number.value(), row.value())?);
        }
        last.reverse();
        Ok(last)
    }

    /// The lines of a case, oldest first.
    pub fn lines_of(&self, number: u64) -> Result<Vec<Line<P>>, JournalError> {
        let transaction = self.database.begin_read()?;
        let lines = transaction.open_table(LINES)?;
        let mut found = Vec::new();
        for key in transaction.open_table(OF_CASE)?.range((number, 0)..=(number, u64::MAX))? {
            let at = key?.0.value().1;
            let row = lines.get(at)?.ok_or_else(|| missing(at))?;
            found.push(line(at, row.value())?);
        }
        Ok(found)
    }

    /// How many lines there are.
    pub fn lines(&self) -> Result<u64, JournalError> {
        Ok(self.database.begin_read()?.open_table(LINES)?.len()?)
    }

    /// The claims of all cases, with how each was settled.
    pub fn claims(&self) -> Result<Vec<ClaimRecord<P::Claim>>, JournalError> {
        let cases = self.cases()?;
        let settled = self.database.begin_read()?.open_table(SETTLED)?;
        let mut claims = Vec::new();
        for (number, entry) in cases {
            for (place, claim) in (0..=u8::MAX).zip(entry.case.claims()) {
                let settled = read(&settled, (number, place), "settled")?;
                claims.push(ClaimRecord { case: number, place, claim: claim.clone(), settled });
            }
        }
        Ok(claims)
    }

    /// The claims that are open.
    pub fn unsettled(&self) -> Result<Vec<ClaimRecord<P::Claim>>, JournalError> {
        let transaction = self.database.begin_read()?;
        let mut open = Vec::new();
        for row in transaction.open_table(UNSETTLED)?.iter()? {
            let (key, claim) = row?;
            let (case, place) = key.value();
            open.push(ClaimRecord { case, place, claim: parse(claim.value(), "unsettled")?, settled: None });
        }
        Ok(open)
    }

    /// A row of a shelf.
    pub fn get<V: DeserializeOwned>(&self, shelf: &Shelf<V>, key: u64) -> Result<Option<V>, JournalError> {
        let (transaction, name) = (self.database.begin_read()?, shelf.table());
        let table = if_there(transaction.open_table(TableDefinition::<u64, &[u8]>::new(&name)))?;
        table.map_or(Ok(None), |table| read(&table, key, shelf.name))
    }

    /// The first row of a shelf.
    pub fn first<V: DeserializeOwned>(&self, shelf: &Shelf<V>) -> Result<Option<(u64, V)>, JournalError> {
        Ok(self.rows(shelf, 1)?.into_iter().next())
    }

    /// The first `count` rows of a shelf.
    pub fn rows<V: DeserializeOwned>(&self, shelf: &Shelf<V>, count: usize) -> Result<Vec<(u64, V)>, JournalError> {
        let (transaction, name) = (self.database.begin_read()?, shelf.table());
        let table = if_there(transaction.open_table(TableDefinition::<u64, &[u8]>::new(&name)))?;
        let mut rows = Vec::new();
        let Some(table) = table else { return Ok(rows) };
        for row in table.iter()?.take(count) {
            let (key, value) = row?;
            rows.push((key.value(), parse(value.value(), shelf.name)?));
        }
        Ok(rows)
    }

    /// How many rows a shelf has.
    pub fn count<V>(&self, shelf: &Shelf<V>) -> Result<u64, JournalError> {
        let (transaction, name) = (self.database.begin_read()?, shelf.table());
        let table = if_there(transaction.open_table(TableDefinition::<u64, &[u8]>::new(&name)))?;
        table.map_or(Ok(0), |table| Ok(table.len()?))
    }

    /// A single value; `None`: it was never set.
    pub fn slot<V: DeserializeOwned>(&self, slot: &Slot<V>) -> Result<Option<V>, JournalError> {
        read(&self.database.begin_read()?.open_table(META)?, slot.key().as_str(), slot.name)
    }

    /// Where the lines end: the number of the last one, and its hash.
    pub fn head(&self) -> Result<Head, JournalError> {
        let transaction = self.database.begin_read()?;
        let lines = transaction.open_table(LINES)?;
        let last = lines.last()?.map(|(number, row)| Head { line: number.value(), hash: hash_of(row.value()) });
        match last {
            Some(head) => Ok(head),
            None => anchor(&transaction),
        }
    }

    /// Whether every line is there and as it was written, and every case as its last line left it: where the lines end.
    pub fn verify(&self) -> Result<Head, JournalError> {
        let transaction = self.database.begin_read()?;
        let mut head = anchor(&transaction)?;
        let mut states: BTreeMap<u64, (u64, Hash)> = BTreeMap::new();
        for row in transaction.open_table(LINES)?.iter()? {
            let (number, row) = row?;
            let (number, row) = (number.value(), row.value());
            let text = row.get(32..).unwrap_or_default();
            let next = head.next(text);
            if number != next.line {
                return Err(missing(next.line));
            }
            if hash_of(row) != next.hash {
                return Err(broken(number, "it does not follow from the line before"));
            }
            let body: Body<P> = parse(text, "lines")?;
            if let Some(state) = body.state {
                states.insert(body.case, (number, state));
            }
            head = next;
        }
        let cases = transaction.open_table(CASES)?;
        for (case, (line, state)) in states {
            let found = cases.get(case)?.map(|row| chain::of_case(row.value()));
            match found {
                Some(found) if found == state => {}
                Some(_) => return Err(broken(line, &format!("case {case} is not as this line left it"))),
                None => return Err(broken(line, &format!("case {case} is not there"))),
            }
        }
        // Each claim is open or settled, and there is none beside.
        let (unsettled, settled) = (transaction.open_table(UNSETTLED)?, transaction.open_table(SETTLED)?);
        let mut claims = 0;
        for row in cases.iter()? {
            let (number, row) = row?;
            let entry: Entry<P> = parse(row.value(), "cases")?;
            for (place, _) in (0..=u8::MAX).zip(entry.case.claims()) {
                let key = (number.value(), place);
                if unsettled.get(key)?.is_some() == settled.get(key)?.is_some() {
                    return Err(broken(head.line, &format!("claim {}/{place} is neither open nor settled", key.0)));
                }
                claims += 1;
            }
        }
        match unsettled.len()? + settled.len()? == claims {
            true => Ok(head),
            false => Err(broken(head.line, "there are claims of no case")),
        }
    }
}

fn is_same(known: &[(String, String)], wanted: &[(String, String)]) -> Result<(), JournalError> {
    let other = known.iter().zip(wanted).find(|(known, wanted)| known != wanted);
    match other {
        None => Ok(()),
        Some(((what, known), (_, wanted))) => {
            Err(JournalError::Other { what: what.clone(), known: known.clone(), wanted: wanted.clone() })
        }
    }
}

fn case<P: Procedure>(transaction: &ReadTransaction, number: u64) -> Result<Entry<P>, JournalError> {
    read(&transaction.open_table(CASES)?, number, "cases")?.ok_or(JournalError::NoCase(number))
}

fn line<P: Procedure>(number: u64, row: &[u8]) -> Result<Line<P>, JournalError> {
    let Body { at, case, what, .. } = parse(row.get(32..).unwrap_or_default(), "lines")?;
    Ok(Line { number, hash: hash_of(row), at, case, what })
}

fn anchor(transaction: &ReadTransaction) -> Result<Head, JournalError> {
    read(&transaction.open_table(META)?, ANCHOR, "meta")?.ok_or_else(no_anchor)
}

fn missing(line: u64) -> JournalError {
    broken(line, "it is missing")
}

fn broken(line: u64, why: &str) -> JournalError {
    JournalError::Broken { line, why: why.into() }
}

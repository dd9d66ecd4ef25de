//! What one transaction changes, all of it or nothing.

use super::{
    error::JournalError,
    line::{Body, Settlement, What},
    shelf::{Shelf, Slot},
    tables::{
        read, text, ANCHOR, BEGUN, CASES, ENDED, LAST_CASE, LINES, MARKS, META, OF_CASE, OPEN, SETTLED, UNSETTLED,
    },
};
use crate::{
    chain::{self, Hash, Head},
    clock, Entry, Procedure,
};
use redb::{ReadableTable, TableDefinition, WriteTransaction};
use serde::{de::DeserializeOwned, Serialize};
use std::marker::PhantomData;

/// A transaction of the journal.
pub struct Changes<'a, P: Procedure> {
    transaction: &'a WriteTransaction,
    kind: PhantomData<fn() -> P>,
}

impl<'a, P: Procedure> Changes<'a, P> {
    pub(super) const fn of(transaction: &'a WriteTransaction) -> Self {
        Self { transaction, kind: PhantomData }
    }

    /// A row of a shelf, as this transaction has it.
    pub fn get<V: DeserializeOwned>(&self, shelf: &Shelf<V>, key: u64) -> Result<Option<V>, JournalError> {
        let name = shelf.table();
        read(&self.transaction.open_table(TableDefinition::<u64, &[u8]>::new(&name))?, key, shelf.name)
    }

    /// Puts a row onto a shelf.
    pub fn put<V: Serialize>(&self, shelf: &Shelf<V>, key: u64, value: &V) -> Result<(), JournalError> {
        let (name, bytes) = (shelf.table(), text(value, shelf.name)?);
        self.transaction.open_table(TableDefinition::<u64, &[u8]>::new(&name))?.insert(key, bytes.as_slice())?;
        Ok(())
    }

    /// Takes a row off a shelf.
    pub fn take<V>(&self, shelf: &Shelf<V>, key: u64) -> Result<(), JournalError> {
        let name = shelf.table();
        self.transaction.open_table(TableDefinition::<u64, &[u8]>::new(&name))?.remove(key)?;
        Ok(())
    }

    /// The numbers of a shelf's rows.
    pub fn keys<V>(&self, shelf: &Shelf<V>) -> Result<Vec<u64>, JournalError> {
        let name = shelf.table();
        let table = self.transaction.open_table(TableDefinition::<u64, &[u8]>::new(&name))?;
        let mut keys = Vec::new();
        for row in table.iter()? {
            keys.push(row?.0.value());
        }
        Ok(keys)
    }

    /// A single value, as this transaction has it.
    pub fn slot<V: DeserializeOwned>(&self, slot: &Slot<V>) -> Result<Option<V>, JournalError> {
        read(&self.transaction.open_table(META)?, slot.key().as_str(), slot.name)
    }

    /// Changes a single value.
    pub fn set<V: Serialize>(&self, slot: &Slot<V>, value: &V) -> Result<(), JournalError> {
        self.meta(&slot.key(), value)
    }

    pub(super) fn meta(&self, key: &str, value: &impl Serialize) -> Result<(), JournalError> {
        self.transaction.open_table(META)?.insert(key, text(value, key)?.as_slice())?;
        Ok(())
    }

    /// Notes something of the machine itself.
    pub fn note(&self, note: P::Note) -> Result<(), JournalError> {
        self.line(0, What::Noted(note), None)
    }

    /// A new case; its number.
    pub fn begin(&self, entry: &Entry<P>) -> Result<u64, JournalError> {
        // Numbers of cases that were forgotten are not given again.
        let last: Option<u64> = read(&self.transaction.open_table(META)?, LAST_CASE, "meta")?;
        let number = last.unwrap_or(0).saturating_add(1);
        self.meta(LAST_CASE, &number)?;
        self.transaction.open_table(BEGUN)?.insert((entry.begun, number), ())?;
        self.transaction.open_table(OPEN)?.insert(number, ())?;
        let state = self.keep(number, entry)?;
        self.line(number, What::Opened { case: entry.case.clone() }, Some(state))?;
        Ok(number)
    }

    /// A case as it is from now on, with the line that says why.
    pub fn write(&self, number: u64, entry: &Entry<P>, what: What<P>) -> Result<(), JournalError> {
        let state = self.keep(number, entry)?;
        if let What::Ended { .. } = what {
            self.transaction.open_table(OPEN)?.remove(number)?;
            self.transaction.open_table(ENDED)?.insert((entry.ended.unwrap_or_default(), number), ())?;
        }
        self.line(number, what, Some(state))
    }

    /// A claim is settled.
    pub fn settle(&self, case: u64, place: u8, by: &str, how: &str) -> Result<(), JournalError> {
        {
            let mut settled = self.transaction.open_table(SETTLED)?;
            if let Some(settled) = read(&settled, (case, place), "settled")? {
                return Err(JournalError::IsSettled { case, place, settled });
            }
            let settlement = Settlement { at: clock::now(), by: by.into(), how: how.into() };
            settled.insert((case, place), text(&settlement, "settled")?.as_slice())?;
        }
        let open = self.transaction.open_table(UNSETTLED)?.remove((case, place))?.is_some();
        let row = self.transaction.open_table(CASES)?.get(case)?.map(|row| chain::of_case(row.value()));
        match open {
            true => self.line(case, What::Settled { place, by: by.into(), how: how.into() }, row),
            false => Err(JournalError::NoClaim(case, place)),
        }
    }

    /// Writes a case, its marks, and which of its claims are open. Its hash.
    fn keep(&self, number: u64, entry: &Entry<P>) -> Result<Hash, JournalError> {
        let bytes = text(entry, "cases")?;
        self.transaction.open_table(CASES)?.insert(number, bytes.as_slice())?;
        let mut marks = self.transaction.open_table(MARKS)?;
        for mark in P::MARKS {
            match P::is_marked(mark, entry) {
                true => marks.insert((*mark, number), ())?,
                false => marks.remove((*mark, number))?,
            };
        }
        let settled = self.transaction.open_table(SETTLED)?;
        let mut unsettled = self.transaction.open_table(UNSETTLED)?;
        for (place, claim) in (0..=u8::MAX).zip(entry.case.claims()) {
            if settled.get((number, place))?.is_none() {
                unsettled.insert((number, place), text(claim, "unsettled")?.as_slice())?;
            }
        }
        Ok(chain::of_case(&bytes))
    }

    fn line(&self, case: u64, what: What<P>, state: Option<Hash>) -> Result<(), JournalError> {
        let mut lines = self.transaction.open_table(LINES)?;
        let last = lines.last()?.map(|(number, row)| Head { line: number.value(), hash: hash_of(row.value()) });
        let head = match last {
            Some(head) => head,
            None => read(&self.transaction.open_table(META)?, ANCHOR, "meta")?.ok_or_else(no_anchor)?,
        };
        let bytes = text(&Body { at: clock::now(), case, what, state }, "lines")?;
        let next = head.next(&bytes);
        lines.insert(next.line, [&next.hash.0, bytes.as_slice()].concat().as_slice())?;
        if case > 0 {
            self.transaction.open_table(OF_CASE)?.insert((case, next.line), ())?;
        }
        Ok(())
    }
}

/// The hash in front of a line.
pub(super) fn hash_of(row: &[u8]) -> Hash {
    Hash(row.first_chunk().copied().unwrap_or_default())
}

pub(super) fn no_anchor() -> JournalError {
    JournalError::Broken { line: 0, why: "nobody knows where the lines begin".into() }
}

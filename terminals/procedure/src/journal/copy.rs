//! A copy of the journal, while the machine works.

use super::{
    error::JournalError,
    shelf::PREFIX,
    store::{private, Journal},
    tables::{
        if_there, read, BEGUN, CASES, ENDED, IDENTITY, LINES, MARKS, META, OF_CASE, OPEN, SETTLED, UNSETTLED,
    },
};
use crate::{chain::Head, Procedure};
use redb::{
    Database, Key, ReadTransaction, ReadableDatabase, ReadableTable, TableDefinition, TableHandle, Value,
    WriteTransaction,
};
use std::path::Path;

impl<P: Procedure> Journal<P> {
    /// Copies the journal as it is now into a new file: where its lines end. The machine may go on meanwhile.
    pub fn copy(&self, to: &Path) -> Result<Head, JournalError> {
        if to.exists() {
            return Err(JournalError::Refused(format!("{} is there already", to.display())));
        }
        // A copy that was cut off is none.
        let part = to.with_extension("part");
        let file = |source| JournalError::File { path: part.clone(), source };
        match std::fs::remove_file(&part) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(file(error)),
            _ => {}
        }
        let from = self.database.begin_read()?;
        private(&part).map_err(file)?;
        let database = Database::create(&part)?;
        let into = database.begin_write()?;
        rows(&from, &into, META)?;
        rows(&from, &into, CASES)?;
        rows(&from, &into, OPEN)?;
        rows(&from, &into, BEGUN)?;
        rows(&from, &into, ENDED)?;
        rows(&from, &into, MARKS)?;
        rows(&from, &into, LINES)?;
        rows(&from, &into, OF_CASE)?;
        rows(&from, &into, UNSETTLED)?;
        rows(&from, &into, SETTLED)?;
        for table in from.list_tables()?.filter(|table| table.name().starts_with(PREFIX)) {
            rows(&from, &into, TableDefinition::<u64, &[u8]>::new(table.name()))?;
        }
        into.commit()?;
        drop(database);
        // What was written is read once: a backup that cannot be is found when it is made.
        let identity = self.identity()?;
        let identity: Vec<(&str, &str)> =
            identity.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let head = Self::open(&part, &identity)?.verify()?;
        std::fs::rename(&part, to).map_err(file)?;
        Ok(head)
    }

    /// What the journal is of.
    pub fn identity(&self) -> Result<Vec<(String, String)>, JournalError> {
        let known = read(&self.database.begin_read()?.open_table(META)?, IDENTITY, "meta")?;
        Ok(known.unwrap_or_default())
    }
}

fn rows<K: Key + 'static, V: Value + 'static>(
    from: &ReadTransaction,
    into: &WriteTransaction,
    table: TableDefinition<'_, K, V>,
) -> Result<(), JournalError> {
    let Some(known) = if_there(from.open_table(table))? else { return Ok(()) };
    let mut copy = into.open_table(table)?;
    for row in known.iter()? {
        let (key, value) = row?;
        copy.insert(key.value(), value.value())?;
    }
    Ok(())
}

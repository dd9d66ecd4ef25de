//! The tables of the database, and their rows.

use super::error::JournalError;
use redb::{ReadableTable, TableDefinition};
use serde::{de::DeserializeOwned, Serialize};

/// Rows of JSON by number.
pub(super) type Rows = TableDefinition<'static, u64, &'static [u8]>;

/// Rows of JSON by case and claim.
pub(super) type ClaimRows = TableDefinition<'static, (u64, u8), &'static [u8]>;

/// Numbers of cases in the order of another number.
pub(super) type Order = TableDefinition<'static, (u64, u64), ()>;

pub(crate) const META: TableDefinition<'static, &str, &[u8]> = TableDefinition::new("meta");
pub(crate) const CASES: Rows = TableDefinition::new("cases");
pub(super) const OPEN: TableDefinition<'static, u64, ()> = TableDefinition::new("open");
pub(crate) const BEGUN: Order = TableDefinition::new("begun");
pub(crate) const ENDED: Order = TableDefinition::new("ended");
pub(super) const MARKS: TableDefinition<'static, (&str, u64), ()> = TableDefinition::new("marks");
pub(crate) const LINES: Rows = TableDefinition::new("lines");
pub(crate) const OF_CASE: Order = TableDefinition::new("of-case");
pub(crate) const UNSETTLED: ClaimRows = TableDefinition::new("unsettled");
pub(crate) const SETTLED: ClaimRows = TableDefinition::new("settled");

/// Keys of `meta`.
pub(super) const FORMAT_KEY: &str = "format";
pub(super) const IDENTITY: &str = "identity";
pub(super) const LAST_CASE: &str = "last-case";
pub(crate) const ANCHOR: &str = "anchor";

/// JSON.
pub(super) fn text(value: &impl Serialize, table: &str) -> Result<Vec<u8>, JournalError> {
    serde_json::to_vec(value).map_err(|source| JournalError::Row { table: table.into(), source })
}

/// From JSON.
pub(super) fn parse<T: DeserializeOwned>(bytes: &[u8], table: &str) -> Result<T, JournalError> {
    serde_json::from_slice(bytes).map_err(|source| JournalError::Row { table: table.into(), source })
}

/// A row, if it is there.
pub(super) fn read<'k, K: redb::Key + 'static, T: DeserializeOwned>(
    table: &impl ReadableTable<K, &'static [u8]>,
    key: impl std::borrow::Borrow<K::SelfType<'k>>,
    name: &str,
) -> Result<Option<T>, JournalError> {
    table.get(key)?.map(|row| parse(row.value(), name)).transpose()
}

/// A table that is empty until something is written into it.
pub(super) fn if_there<T>(table: Result<T, redb::TableError>) -> Result<Option<T>, JournalError> {
    match table {
        Ok(table) => Ok(Some(table)),
        Err(redb::TableError::TableDoesNotExist(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

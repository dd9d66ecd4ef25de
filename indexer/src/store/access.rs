//! A column family by its name, and what its values decode to.

use super::error::StoreError;
use codec::Decode;
use rocksdb::{ColumnFamily, DB};

/// The column family with this name.
pub(super) fn handle<'a>(db: &'a DB, name: &'static str) -> Result<&'a ColumnFamily, StoreError> {
    db.cf_handle(name).ok_or(StoreError::NoFamily(name))
}

/// Decodes a value of `family`.
pub(super) fn decode<T: Decode>(family: &'static str, bytes: &[u8]) -> Result<T, StoreError> {
    T::decode(&mut &*bytes).map_err(|source| StoreError::Malformed { family, source })
}

//! Final state in RocksDB: one atomic write for every step of finality, the cursor included.
//!
//! * A killed process loses at most the last steps, all of them or none, and takes them again from the node.
//! * What is read is checksummed. A damaged file is an error and never an answer.
//! * Readers hold a [`Snapshot`]: what they see does not move while they look.

mod access;
mod error;
mod rocks;
pub mod schema;
mod snapshot;

pub use error::StoreError;
pub use rocks::{Row, Store, StoreOptions, Totals};
pub use snapshot::Snapshot;

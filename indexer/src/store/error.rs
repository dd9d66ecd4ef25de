//! What can be wrong with the database.

use crate::core::Head;
use sp_core::H256;
use std::path::PathBuf;

/// Why the database cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It cannot be opened, read or written: no such disk, no room, no right, damaged files.
    #[error("index database: {0}")]
    Database(#[from] rocksdb::Error),
    /// A value is not what was written.
    #[error("index database: a value in `{family}` cannot be read: {source}")]
    Malformed {
        /// The column family.
        family: &'static str,
        /// What is wrong with it.
        #[source]
        source: codec::Error,
    },
    /// Another version of this program wrote it.
    #[error("the index at {path:?} has format {found}, this program format {expected}")]
    OtherFormat {
        /// Where it is.
        path: PathBuf,
        /// The format that it has.
        found: u32,
        /// The format that this program writes.
        expected: u32,
    },
    /// It is the index of another chain.
    #[error("the index at {path:?} is of the chain with genesis {found:?}, not {expected:?}")]
    OtherChain {
        /// Where it is.
        path: PathBuf,
        /// Its chain.
        found: H256,
        /// The node's chain.
        expected: H256,
    },
    /// Its folder cannot be made, moved or read.
    #[error("the folder of the index: {0}")]
    Folder(#[from] std::io::Error),
    /// A column family that the format has is not there.
    #[error("index database: no column family `{0}`")]
    NoFamily(&'static str),
    /// A layer was to be written that does not follow the last one.
    #[error("block {found} does not follow the last one in the index, {last:?}")]
    OutOfOrder {
        /// The block that was to be written.
        found: u32,
        /// The last one that is in.
        last: Option<Head>,
    },
}

impl StoreError {
    /// Whether building the index again is the cure. A full disk or a missing right is none of its faults.
    pub fn calls_for_rebuild(&self) -> bool {
        use rocksdb::ErrorKind;
        match self {
            Self::OtherFormat { .. } | Self::Malformed { .. } | Self::NoFamily(_) | Self::OutOfOrder { .. } => true,
            Self::Database(error) => match error.kind() {
                ErrorKind::Corruption => true,
                // A missing or cut file is an I/O error to RocksDB; so is a full disk.
                ErrorKind::IOError | ErrorKind::InvalidArgument | ErrorKind::Unknown | ErrorKind::NotFound => {
                    let text = error.to_string();
                    ["No such file", "missing", "Column family", "CURRENT", "MANIFEST", "checksum"]
                        .iter()
                        .any(|sign| text.contains(sign))
                        && !text.contains("No space left")
                }
                _ => false,
            },
            Self::OtherChain { .. } | Self::Folder(_) => false,
        }
    }
}

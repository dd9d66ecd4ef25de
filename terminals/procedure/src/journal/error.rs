//! Why a journal cannot be read or written.

use super::line::Settlement;
use thiserror::Error;

/// The format of this version.
pub(super) const FORMAT: u32 = 4;

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
        table: String,
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
        what: String,
        /// What the journal has.
        known: String,
        /// What was configured.
        wanted: String,
    },
    /// There is no such case.
    #[error("journal: there is no case {0}; it may have been exported and forgotten")]
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
    /// A line is not what it was, or is missing.
    #[error("journal: line {line}: {why}")]
    Broken {
        /// The number of the line.
        line: u64,
        /// What is wrong.
        why: String,
    },
    /// What the machine kind wants to note cannot be.
    #[error("journal: {0}")]
    Refused(String),
    /// A file beside it.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: std::path::PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
}

impl<E: Into<redb::Error>> From<E> for JournalError {
    fn from(error: E) -> Self {
        Self::Database(Box::new(error.into()))
    }
}

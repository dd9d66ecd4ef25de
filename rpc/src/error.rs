//! The errors that a method answers with. Their codes are stable.

use crate::time::millis;
use jsonrpsee::types::ErrorObjectOwned;
use serde::Serialize;
use specie_indexer::StoreError;
use specie_primitives::{verdict::Reason, wire::WireError};
use specie_rpc_types::ErrorCode;
use std::time::Duration;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The index's database failed, or the node is going down.
    #[error("the node could not read its index: {0}")]
    Internal(String),
    /// No carrier was ever registered at the address, and no evidence was given.
    #[error("no carrier is registered at this address")]
    UnknownAddress,
    /// The evidence is not in the format. The card or the line is at fault; this says nothing about the card.
    #[error("malformed evidence: {0}")]
    MalformedEvidence(String),
    /// The address is neither SS58 nor 32 bytes of hex.
    #[error("malformed address: {0}")]
    MalformedAddress(String),
    /// The evidence is of another carrier than the address.
    #[error("the evidence is not of the carrier at this address")]
    OtherCarrier,
    /// The evidence answers another challenge than the asker's: somebody's old answer, or a mix-up.
    #[error("the evidence answers another challenge")]
    OtherChallenge,
    /// More was asked for than the node answers at once.
    #[error("too many: {asked} asked for, {limit} at most")]
    TooMany {
        /// How many.
        asked: usize,
        /// The most.
        limit: usize,
    },
    /// Neither an address nor evidence was given.
    #[error("give an address, evidence, or both")]
    NothingAsked,
    /// The batch was never registered.
    #[error("no batch has this id")]
    UnknownBatch,
    /// The manufacturer was never registered.
    #[error("no manufacturer has this number")]
    UnknownManufacturer,
    /// The machine was never registered.
    #[error("no machine is registered under this account")]
    UnknownMachine,
    /// The node is catching up, or its blocks are too old, so that a list might lack something.
    #[error("the node cannot know: {0}")]
    Stale(Reason),
    /// The client, or all clients together, ask for more than the node can do. Nothing was done.
    #[error("overloaded: ask again in {} ms", .retry_after.as_millis())]
    Overloaded {
        /// When to ask again.
        retry_after: Duration,
    },
    /// The cursor is not one that a method of this node gave.
    #[error("malformed cursor")]
    MalformedCursor,
    /// There is no such currency.
    #[error("no currency has this name")]
    UnknownCurrency,
    /// There is no such pool.
    #[error("no pool has this number")]
    UnknownPool,
}

impl Error {
    /// The code of the error.
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::Internal(_) => ErrorCode::Internal,
            Self::UnknownAddress => ErrorCode::UnknownAddress,
            Self::MalformedEvidence(_) => ErrorCode::MalformedEvidence,
            Self::MalformedAddress(_) => ErrorCode::MalformedAddress,
            Self::OtherCarrier => ErrorCode::OtherCarrier,
            Self::TooMany { .. } => ErrorCode::TooMany,
            Self::NothingAsked => ErrorCode::NothingAsked,
            Self::UnknownBatch => ErrorCode::UnknownBatch,
            Self::UnknownManufacturer => ErrorCode::UnknownManufacturer,
            Self::UnknownMachine => ErrorCode::UnknownMachine,
            Self::Stale(_) => ErrorCode::Stale,
            Self::OtherChallenge => ErrorCode::OtherChallenge,
            Self::Overloaded { .. } => ErrorCode::Overloaded,
            Self::MalformedCursor => ErrorCode::MalformedCursor,
            Self::UnknownCurrency => ErrorCode::UnknownCurrency,
            Self::UnknownPool => ErrorCode::UnknownPool,
        }
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        Self::Internal(error.to_string())
    }
}

/// The data of [`Error::Overloaded`].
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RetryAnswer {
    /// When to ask again, in milliseconds from now.
    retry_after_ms: u64,
}

impl From<WireError> for Error {
    fn from(error: WireError) -> Self {
        Self::MalformedEvidence(error.to_string())
    }
}

impl From<Error> for ErrorObjectOwned {
    fn from(error: Error) -> Self {
        let data = match &error {
            Error::Overloaded { retry_after } => Some(RetryAnswer { retry_after_ms: millis(*retry_after) }),
            _ => None,
        };
        Self::owned(error.code().number(), error.to_string(), data)
    }
}

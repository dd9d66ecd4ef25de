//! The errors that a method answers with. Their codes are stable.

use jsonrpsee::types::ErrorObjectOwned;
use specie_primitives::wire::WireError;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The node's database or runtime failed.
    #[error("the node could not read its own state: {0}")]
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
    Stale(&'static str),
}

impl Error {
    /// The code of the error.
    pub const fn code(&self) -> i32 {
        match self {
            Self::Internal(_) => 9000,
            Self::UnknownAddress => 9001,
            Self::MalformedEvidence(_) => 9002,
            Self::MalformedAddress(_) => 9003,
            Self::OtherCarrier => 9004,
            Self::TooMany { .. } => 9005,
            Self::NothingAsked => 9006,
            Self::UnknownBatch => 9007,
            Self::UnknownManufacturer => 9008,
            Self::UnknownMachine => 9009,
            Self::Stale(_) => 9010,
            Self::OtherChallenge => 9011,
        }
    }
}

impl From<WireError> for Error {
    fn from(error: WireError) -> Self {
        Self::MalformedEvidence(error.to_string())
    }
}

impl From<Error> for ErrorObjectOwned {
    fn from(error: Error) -> Self {
        Self::owned(error.code(), error.to_string(), None::<()>)
    }
}

//! Why there is no answer, and whose fault it is.

use crate::{metadata::MetadataError, signer::SignerError};
use jsonrpsee::core::ClientError as RpcError;
use specie_rpc_types::Code;
use thiserror::Error;

/// A node understood, and refuses.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{message} ({code}){}", data.as_ref().map(|data| format!(": {data}")).unwrap_or_default())]
pub struct Refusal {
    /// Its code, as `docs/rpc.md` has them.
    pub code: Code,
    /// In words.
    pub message: String,
    /// More words, if there are.
    pub data: Option<String>,
}

/// Why there is no answer.
#[derive(Debug, Error)]
pub enum ClientError {
    /// No node could be reached, or none is able to answer; why, node by node.
    #[error("no node answers: {}", .0.iter().map(|(url, why)| format!("{url}: {why}")).collect::<Vec<_>>().join("; "))]
    Unreachable(Vec<(String, String)>),
    /// The node refuses.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The node answers what it cannot.
    #[error("unexpected answer: {0}")]
    Unexpected(String),
    /// The key does not sign.
    #[error(transparent)]
    Signer(#[from] SignerError),
    /// The chain does not have what is to be called, or asks for something that this client does not know.
    #[error(transparent)]
    Metadata(#[from] MetadataError),
    /// It is in a final block, and failed there.
    #[error("failed on chain: {0}")]
    Failed(String),
    /// It was not included in time, and cannot be any more.
    #[error("not included in time")]
    Expired,
    /// Another transaction of the account took its number: it never can be included.
    #[error("another transaction of this account took its number")]
    Superseded,
    /// The signature is another account's, or over something else.
    #[error("that is no signature of {0} over this transaction")]
    WrongSignature(crate::Account),
    /// It was sent, and what became of it could not be found out in time.
    #[error("sent, and its fate is not known")]
    NotKnown,
}

impl ClientError {
    /// The refusal, if it is one.
    pub const fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }

    /// Whether the node refused with this code.
    pub fn has_code(&self, code: impl Into<Code>) -> bool {
        let code = code.into();
        self.refusal().is_some_and(|refusal| refusal.code == code)
    }
}

/// What one node said, or why it said nothing.
pub(crate) enum Fault {
    /// It refuses what was asked.
    Refused(Refusal),
    /// It cannot answer now: ask another.
    NodeCannot(String),
    /// It cannot be reached.
    Gone(String),
}

impl From<RpcError> for Fault {
    fn from(error: RpcError) -> Self {
        match error {
            RpcError::Call(error) => {
                let text = |raw: &serde_json::value::RawValue| {
                    serde_json::from_str::<String>(raw.get()).unwrap_or_else(|_| raw.get().into())
                };
                let refusal = Refusal {
                    code: error.code().into(),
                    message: error.message().into(),
                    data: error.data().map(text),
                };
                if refusal.code.is_of_node() {
                    Self::NodeCannot(refusal.to_string())
                } else {
                    Self::Refused(refusal)
                }
            }
            other => Self::Gone(other.to_string()),
        }
    }
}

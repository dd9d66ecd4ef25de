//! What a verdict is asked with.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a verdict is asked about: an address, a card's evidence, or both. As text, so that the node can say which of them is
/// malformed.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VerdictQuery {
    /// The carrier's address: SS58, or 32 bytes of hex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The wire form of the card's evidence, in hex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<String>,
    /// With evidence: the challenge that the asker gave the card, 32 bytes of hex. Evidence over another challenge
    /// is somebody's old answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub challenge: Option<String>,
}

/// How much is said about each of many carriers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Detail {
    /// Everything, as for one.
    #[default]
    Full,
    /// State, reason, balance and sequence.
    Brief,
}

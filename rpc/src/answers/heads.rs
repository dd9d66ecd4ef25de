//! The blocks that an answer holds at.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A block and its age.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct HeadAnswer {
    /// Its height.
    pub number: u32,
    /// Its hash.
    pub hash: String,
    /// How long ago it was made by its own word and the node's clock, in milliseconds.
    pub age_ms: u64,
}

/// The blocks that an answer holds at.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct HeadsAnswer {
    /// The best block.
    pub best: HeadAnswer,
    /// The last final block.
    pub finalized: HeadAnswer,
}

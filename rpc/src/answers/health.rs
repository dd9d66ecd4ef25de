//! Whether the node can answer.

use super::heads::HeadsAnswer;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Whether the node can answer.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct HealthAnswer {
    /// Whether verdicts are given.
    pub able: bool,
    /// Why not.
    pub reason: Option<String>,
    /// Whether the node is catching up with the network.
    pub syncing: bool,
    /// The blocks that answers hold at; `null` when the index knows none.
    pub head: Option<HeadsAnswer>,
    /// The node's own best block.
    pub node_best: u32,
    /// The oldest best block for which it answers, in milliseconds.
    pub max_best_age_ms: u64,
    /// The oldest final block for which it answers, in milliseconds.
    pub max_finalized_age_ms: u64,
    /// What the index does.
    pub index: IndexAnswer,
    /// How many blocks the index lags behind the node; `null`: it knows none.
    pub index_lag: Option<u32>,
    /// The first block from which histories are complete; `null`: the index knows none.
    pub history_since: Option<u32>,
    /// Whether the pool's news reach the index.
    pub watches_pool: bool,
    /// How many transactions of the pool are known.
    pub pool_transactions: u64,
    /// How many subscriptions there are.
    pub subscriptions: u64,
    /// What orders and grants are bound to.
    pub genesis: String,
    /// The time between two blocks, in milliseconds; `null`: the index knows no block.
    pub slot_ms: Option<u64>,
    /// Whether the chain takes no orders, because its safe mode is on or the issuer has paused them: every verdict says
    /// `suspended/ordersStopped` then; `null`: the index knows no block.
    pub orders_stopped: Option<bool>,
    /// How many blocks ahead an order may expire; `null`: the index knows no block.
    pub max_order_lifetime: Option<u32>,
    /// What the network takes of an order's fee, in base units: for secp256k1, P-256 and Ed25519; `null`: the index
    /// knows no block.
    pub order_fees: Option<[String; 3]>,
}

/// What the index does.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct IndexAnswer {
    /// `starting`, `building`, `following`, `awaitingUpgrade` or `failed`.
    pub status: String,
    /// While it builds: how many records or blocks are in.
    pub done: Option<u64>,
    /// While it builds: of how many, if that is known.
    pub total: Option<u64>,
    /// When it has failed: why.
    pub error: Option<String>,
}

//! Whether the node can answer.

use crate::{
    scalars::{Hash, Heads, Units},
    word::{List, Word},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use specie_primitives::{crypto::Scheme, names, verdict::Reason, Balance, BlockNumber};

/// Whether the node can answer, and the constants of the chain.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct Health {
    /// Whether verdicts are given.
    pub able: bool,
    /// Why not.
    pub reason: Option<Word<Reason>>,
    /// Whether the node is catching up with the network.
    pub syncing: bool,
    /// The blocks that answers hold at; `null` when the index knows none.
    pub head: Option<Heads>,
    /// The node's own best block.
    pub node_best: BlockNumber,
    /// The oldest best block for which it answers, in milliseconds.
    pub max_best_age_ms: u64,
    /// The oldest final block for which it answers, in milliseconds.
    pub max_finalized_age_ms: u64,
    /// What the index does.
    pub index: IndexHealth,
    /// How many blocks the index lags behind the node; `null`: it knows none.
    pub index_lag: Option<u32>,
    /// The first block from which histories are complete; `null`: the index knows none.
    pub history_since: Option<BlockNumber>,
    /// Whether the pool's news reach the index.
    pub watches_pool: bool,
    /// How many transactions of the pool are known.
    pub pool_transactions: u64,
    /// How many subscriptions there are.
    pub subscriptions: u64,
    /// What orders and grants are bound to.
    pub genesis: Hash,
    /// The time between two blocks, in milliseconds; `null`: the index knows no block.
    pub slot_ms: Option<u64>,
    /// Whether the chain takes no orders, because its safe mode is on or the issuer has paused them: every verdict says
    /// `suspended/ordersStopped` then; `null`: the index knows no block.
    pub orders_stopped: Option<bool>,
    /// How many blocks ahead an order may expire; `null`: the index knows no block.
    pub max_order_lifetime: Option<BlockNumber>,
    /// What the network takes of an order's fee, in base units: for secp256k1, P-256 and Ed25519; `null`: the index
    /// knows no block.
    pub order_fees: Option<Vec<Units>>,
}

/// What the index does.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct IndexHealth {
    /// `starting`, `building`, `following`, `awaitingUpgrade` or `failed`.
    pub status: Word<IndexStatus>,
    /// While it builds: how many records or blocks are in.
    pub done: Option<u64>,
    /// While it builds: of how many, if that is known.
    pub total: Option<u64>,
    /// When it has failed: why.
    pub error: Option<String>,
}

/// What the index does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IndexStatus {
    /// It has not begun.
    Starting,
    /// It reads the chain from its beginning, or a state of it.
    Building,
    /// It follows the chain.
    Following,
    /// The runtime has changed: the node has to be started anew.
    AwaitingUpgrade,
    /// It cannot go on.
    Failed,
}

impl List for IndexStatus {}

names!(IndexStatus {
    Starting => "starting",
    Building => "building",
    Following => "following",
    AwaitingUpgrade => "awaitingUpgrade",
    Failed => "failed",
});

impl Health {
    /// What the network takes of the fee of an order that is signed by this scheme, in base units; `None`: the node does not say.
    pub fn order_fee(&self, scheme: Scheme) -> Option<Balance> {
        self.order_fees.as_ref()?.get(usize::from(scheme.tag())).map(|fee| fee.0)
    }
}

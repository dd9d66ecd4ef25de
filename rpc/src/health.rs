//! Whether the node can answer.

use crate::{
    standing::{orders_stopped, Grounds},
    time::millis,
};
use specie_indexer::Status;
use specie_rpc_types::{Hash, Health, IndexHealth, IndexStatus};

/// Whether the node can answer, and where everything stands.
pub fn health(grounds: &Grounds, subscriptions: usize) -> Health {
    let standing = grounds.stand(&[]);
    let best = standing.moment.as_ref().map(|moment| *moment.best());
    Health {
        able: standing.ignorance.is_none(),
        reason: standing.ignorance.map(|ignorance| ignorance.reason().into()),
        syncing: standing.syncing,
        head: standing.heads(),
        node_best: standing.node_best,
        max_best_age_ms: millis(grounds.freshness.best),
        max_finalized_age_ms: millis(grounds.freshness.finalized),
        index: index_answer(grounds.index.status()),
        index_lag: best.map(|best| standing.node_best.saturating_sub(best.number)),
        history_since: standing.moment.as_ref().map(|moment| moment.history_since()),
        watches_pool: grounds.index.pool_stream_alive(),
        pool_transactions: grounds.index.claims_len().0 as u64,
        subscriptions: subscriptions as u64,
        genesis: Hash(grounds.node.genesis()),
        slot_ms: best.map(|best| best.chain.slot_ms),
        orders_stopped: standing.moment.as_ref().map(orders_stopped),
        max_order_lifetime: best.map(|best| best.chain.max_order_lifetime),
        order_fees: best.map(|best| best.chain.order_fees.map(Into::into).to_vec()),
    }
}

fn index_answer(status: Status) -> IndexHealth {
    let answer = |status: IndexStatus| IndexHealth { status: status.into(), done: None, total: None, error: None };
    match status {
        Status::Starting => answer(IndexStatus::Starting),
        Status::Building { done, total } => {
            IndexHealth { done: Some(done), total, ..answer(IndexStatus::Building) }
        }
        Status::Following => answer(IndexStatus::Following),
        Status::AwaitingUpgrade { number } => IndexHealth {
            error: Some(format!("block {number} changed the runtime")),
            ..answer(IndexStatus::AwaitingUpgrade)
        },
        Status::Failed { reason } => IndexHealth { error: Some(reason), ..answer(IndexStatus::Failed) },
    }
}

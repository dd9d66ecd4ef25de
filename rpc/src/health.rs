//! Whether the node can answer.

use crate::{
    answers::{reason_name, HealthAnswer, IndexAnswer},
    input::hex_of,
    standing::{millis, orders_stopped, Grounds},
};
use specie_indexer::Status;

/// Whether the node can answer, and where everything stands.
pub fn health(grounds: &Grounds, subscriptions: usize) -> HealthAnswer {
    let standing = grounds.stand(&[]);
    let best = standing.moment.as_ref().map(|moment| *moment.best());
    HealthAnswer {
        able: standing.ignorance.is_none(),
        reason: standing.ignorance.map(|ignorance| reason_name(ignorance.reason()).into()),
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
        genesis: hex_of(&grounds.node.genesis()),
        slot_ms: best.map(|best| best.chain.slot_ms),
        orders_stopped: standing.moment.as_ref().map(orders_stopped),
        max_order_lifetime: best.map(|best| best.chain.max_order_lifetime),
        order_fees: best.map(|best| best.chain.order_fees.map(|fee| fee.to_string())),
    }
}

fn index_answer(status: Status) -> IndexAnswer {
    let answer = |status: &str| IndexAnswer { status: status.into(), done: None, total: None, error: None };
    match status {
        Status::Starting => answer("starting"),
        Status::Building { done, total } => IndexAnswer { done: Some(done), total, ..answer("building") },
        Status::Following => answer("following"),
        Status::AwaitingUpgrade { number } => {
            IndexAnswer { error: Some(format!("block {number} changed the runtime")), ..answer("awaitingUpgrade") }
        }
        Status::Failed { reason } => IndexAnswer { error: Some(reason), ..answer("failed") },
    }
}

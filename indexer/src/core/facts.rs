//! What follows from final state, the blocks on top of it and the pool.

use super::{
    base::{Base, HistoryRow, Position},
    chain::Chain,
    claims::Pending,
    layer::Head,
};
use specie_primitives::{
    crypto::PublicKey,
    ids::{BatchId, CarrierId},
    index::CarrierEntry,
    records::{Batch, Device},
    verdict::View,
};

/// What is asked about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Question {
    /// A carrier.
    pub carrier: Option<CarrierId>,
    /// A device key.
    pub device: Option<PublicKey>,
    /// The batch that a certificate names.
    pub certified: Option<BatchId>,
}

/// What the chain and the pool say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// At the best block.
    pub best: View,
    /// At the last final block.
    pub finalized: View,
    /// The spends that wait and that the best block has not overtaken.
    pub pending: Vec<Pending>,
    /// The batch that the certificate names, or without one the record, at the best block.
    pub batch: Option<(BatchId, Batch)>,
}

/// Answers a question. `pending` is what the claims say about its carrier.
pub fn facts<B: Base>(
    chain: &Chain,
    base: &B,
    pending: &[Pending],
    question: &Question,
) -> Result<Facts, B::Error> {
    let final_entry = question.carrier.map(|id| base.carrier(&id)).transpose()?.flatten();
    let best_entry = question.carrier.and_then(|id| newest(chain, |layer| layer.carriers.get(&id).copied()));
    let best_entry = best_entry.or(final_entry);
    let final_device = question.device.map(|key| base.device(&key)).transpose()?.flatten();
    let best_device = question.device.and_then(|key| newest(chain, |layer| layer.devices.get(&key).copied()));

    let recorded = best_entry.or(final_entry).map(|entry| entry.record.batch);
    let recorded = recorded.map(|id| batches(chain, base, id)).transpose()?;
    let certified = question.certified.map(|id| batches(chain, base, id)).transpose()?;
    // A record's batch never changes, so it is the same one at both blocks.
    let view = |head: &Head,
                entry: Option<CarrierEntry>,
                device: Option<Device>,
                pick: fn(&BatchPair) -> Option<Batch>| {
        let state = |pair: &Option<BatchPair>| pair.as_ref().and_then(pick).map(|batch| batch.state);
        View {
            number: head.number,
            carrier: entry.map(|entry| entry.record),
            balance: entry.map_or(0, |entry| entry.balance),
            held: entry.map_or(0, |entry| entry.held),
            batch: entry.and_then(|_| state(&recorded)),
            certified_batch: state(&certified),
            device,
            orders_stopped: head.chain.orders_stopped,
            pool: entry.and_then(|entry| entry.pool).map(|(_, lock)| lock),
        }
    };
    let best = view(chain.best(), best_entry, best_device.or(final_device), |pair| pair.best);
    let finalized = view(chain.finalized(), final_entry, final_device, |pair| pair.finalized);
    let accepted = best_entry.map_or(0, |entry| entry.record.sequence);
    let named = question.certified.and(certified).or(recorded);
    Ok(Facts {
        best,
        finalized,
        pending: pending
            .iter()
            .filter(|pending| pending.claim.sequence > accepted && pending.claim.valid_until > finalized.number)
            .copied()
            .collect(),
        batch: named.and_then(|pair| pair.best.map(|batch| (pair.id, batch))),
    })
}

/// A carrier's history, newest first: at most `limit` entries before `before`.
pub fn history<B: Base>(
    chain: &Chain,
    base: &B,
    carrier: &CarrierId,
    before: Option<Position>,
    limit: usize,
) -> Result<Vec<HistoryRow>, B::Error> {
    let mut rows: Vec<_> = chain
        .newest_first()
        .flat_map(|layer| {
            let entries = layer.history().iter().rev().filter(|entry| entry.carrier == *carrier);
            entries.map(|entry| HistoryRow {
                position: Position { block: layer.head.number, event: entry.event },
                block: layer.head.hash,
                timestamp: layer.head.chain.timestamp,
                extrinsic: entry.extrinsic,
                what: entry.what,
                is_final: false,
            })
        })
        .filter(|row| before.is_none_or(|before| row.position < before))
        .take(limit)
        .collect();
    let left = limit.saturating_sub(rows.len());
    if left > 0 {
        rows.extend(base.history(carrier, before, left)?);
    }
    Ok(rows)
}

/// A batch at both blocks.
#[derive(Clone, Copy, Debug)]
struct BatchPair {
    id: BatchId,
    best: Option<Batch>,
    finalized: Option<Batch>,
}

fn batches<B: Base>(chain: &Chain, base: &B, id: BatchId) -> Result<BatchPair, B::Error> {
    let finalized = base.batch(id)?;
    let best = newest(chain, |layer| layer.batches.get(&id).copied()).or(finalized);
    Ok(BatchPair { id, best, finalized })
}

/// What the newest layer says that says anything.
fn newest<T>(chain: &Chain, look: impl Fn(&super::Layer) -> Option<T>) -> Option<T> {
    chain.newest_first().find_map(|layer| look(layer))
}

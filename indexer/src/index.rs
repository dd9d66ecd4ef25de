//! The index as everybody else sees it: what is known now, and what changes.

use crate::{
    core::{facts, history, Base, Chain, Claims, Facts, Head, HistoryRow, Layer, Pending, Position, Question},
    metrics::Metrics,
    store::{Snapshot, StoreError},
};
use parking_lot::RwLock;
use sp_core::H256;
use specie_primitives::{
    ids::{BatchId, CarrierId},
    index::Claim,
};
use std::{
    collections::{HashMap, HashSet},
    fmt,
    sync::{
        atomic::{AtomicBool, Ordering},
        Arc,
    },
};

/// What the index does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// It has not looked at the chain yet.
    Starting,
    /// It reads the whole state, or all blocks.
    Building {
        /// How many records or blocks are in.
        done: u64,
        /// Of how many, if that is known.
        total: Option<u64>,
    },
    /// It follows the chain.
    Following,
    /// It waits for a block that changed the runtime to become final, to read the whole state then.
    AwaitingUpgrade {
        /// The block.
        number: u32,
    },
    /// It cannot work, and tries again.
    Failed {
        /// Why.
        reason: String,
    },
}

/// What has changed for those who watch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Touched {
    /// These carriers.
    pub carriers: HashSet<CarrierId>,
    /// Every carrier of these batches.
    pub batches: HashSet<BatchId>,
    /// Whether the heads moved.
    pub heads: bool,
}

impl Touched {
    /// Whether nothing has changed.
    pub fn is_empty(&self) -> bool {
        self.carriers.is_empty() && self.batches.is_empty() && !self.heads
    }

    /// Adds what else has changed.
    pub fn merge(&mut self, other: Self) {
        self.carriers.extend(other.carriers);
        self.batches.extend(other.batches);
        self.heads |= other.heads;
    }
}

/// Hears of every change, on the thread that makes it: must be quick.
pub trait Listener: Send + Sync {
    /// Something changed; it can be seen already.
    fn changed(&self, touched: Touched);
}

/// Final state and the blocks on top of it, at one moment.
#[derive(Debug)]
pub struct Published {
    /// The blocks.
    pub chain: Chain,
    /// The final state.
    pub base: Snapshot,
    /// The first block whose history is complete.
    pub history_since: u32,
}

/// What the index knows, for all threads.
pub struct Index {
    /// Blocks and pool under one lock, so that a spend that goes from the one to the other is never in neither.
    known: RwLock<Known>,
    status: RwLock<Status>,
    listener: RwLock<Option<Arc<dyn Listener>>>,
    pool_stream_alive: AtomicBool,
    /// What it counts and times.
    pub metrics: Metrics,
}

#[derive(Default)]
struct Known {
    published: Option<Arc<Published>>,
    claims: Claims,
}

impl fmt::Debug for Index {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Index").field("status", &self.status()).finish_non_exhaustive()
    }
}

/// Everything that is known at one moment, for any number of questions.
#[derive(Debug)]
pub struct Moment {
    published: Arc<Published>,
    pending: HashMap<CarrierId, Vec<Pending>>,
}

impl Index {
    /// An index that knows nothing yet.
    pub fn new(metrics: Metrics) -> Self {
        Self {
            known: RwLock::new(Known::default()),
            status: RwLock::new(Status::Starting),
            listener: RwLock::new(None),
            pool_stream_alive: AtomicBool::new(false),
            metrics,
        }
    }

    /// What the index does.
    pub fn status(&self) -> Status {
        self.status.read().clone()
    }

    /// Whether the stream of the pool's news is alive.
    pub fn pool_stream_alive(&self) -> bool {
        self.pool_stream_alive.load(Ordering::Relaxed)
    }

    /// How many transactions of the pool are known, and how many carriers have claims on them.
    pub fn claims_len(&self) -> (usize, usize) {
        self.known.read().claims.len()
    }

    /// Everything that is known now, with the claims on these carriers; `None`: the index knows nothing.
    pub fn moment<'a>(&self, carriers: impl IntoIterator<Item = &'a CarrierId>) -> Option<Moment> {
        let known = self.known.read();
        let published = known.published.clone()?;
        let claims_on = |id: &CarrierId| {
            let pending = known.claims.of(id);
            (!pending.is_empty()).then(|| (*id, pending.to_vec()))
        };
        let pending = carriers.into_iter().filter_map(claims_on).collect();
        Some(Moment { published, pending })
    }

    /// Puts somebody to listen. One at a time.
    pub fn set_listener(&self, listener: Arc<dyn Listener>) {
        *self.listener.write() = Some(listener);
    }

    pub(crate) fn set_status(&self, status: Status) {
        *self.status.write() = status;
    }

    pub(crate) fn set_pool_stream_alive(&self, alive: bool) {
        self.pool_stream_alive.store(alive, Ordering::Relaxed);
    }

    /// Shows readers a new state. The spends of blocks that were `dropped` while the node's best block was `since` wait
    /// again; those of blocks that were dropped long ago are forgotten, and their carriers returned.
    pub(crate) fn publish(&self, published: Published, dropped: &[Arc<Layer>], since: u32) -> Vec<CarrierId> {
        self.metrics.heads(&published.chain);
        let best = published.chain.best().number;
        let mut known = self.known.write();
        dropped.iter().for_each(|layer| known.claims.retract(layer, since));
        known.published = Some(Arc::new(published));
        known.claims.forget_retracted(best)
    }

    /// Takes away what readers saw: whoever asks now is told that the node cannot know. The spends of blocks that are
    /// not final wait again: when the index is back, the node may be on another branch.
    pub(crate) fn withdraw(&self) {
        let mut known = self.known.write();
        if let Some(published) = known.published.take() {
            let best = published.chain.best().number;
            published.chain.newest_first().for_each(|layer| known.claims.retract(layer, best));
        }
    }

    /// Tells whoever listens.
    pub(crate) fn tell(&self, touched: Touched) {
        if touched.is_empty() {
            return;
        }
        let listener = self.listener.read().clone();
        if let Some(listener) = listener {
            listener.changed(touched);
        }
    }

    /// A transaction has entered the pool.
    pub(crate) fn pool_add(&self, transaction: H256, claims: Vec<Claim>) {
        let carriers = self.known.write().claims.pool_add(transaction, claims);
        self.tell(Touched { carriers: carriers.into_iter().collect(), ..Touched::default() });
    }

    /// Transactions have left the pool.
    pub(crate) fn pool_drop(&self, transactions: &[H256]) {
        if transactions.is_empty() {
            return;
        }
        let carriers = {
            let claims = &mut self.known.write().claims;
            transactions.iter().flat_map(|transaction| claims.pool_drop(transaction)).collect()
        };
        self.tell(Touched { carriers, ..Touched::default() });
    }

    pub(crate) fn knows_transaction(&self, transaction: &H256) -> bool {
        self.known.read().claims.knows(transaction)
    }

    pub(crate) fn known_transactions(&self) -> HashSet<H256> {
        self.known.read().claims.transactions().copied().collect()
    }
}

impl Moment {
    /// The last final block.
    pub fn finalized(&self) -> &Head {
        self.published.chain.finalized()
    }

    /// The best block.
    pub fn best(&self) -> &Head {
        self.published.chain.best()
    }

    /// The final state.
    pub fn base(&self) -> &Snapshot {
        &self.published.base
    }

    /// The first block whose history is complete.
    pub fn history_since(&self) -> u32 {
        self.published.history_since
    }

    /// What is known about a carrier, a device, a batch. The carrier is one of those that the moment was taken for.
    pub fn facts(&self, question: &Question) -> Result<Facts, StoreError> {
        self.facts_over(&self.published.base, question)
    }

    /// The same over another view of the final state, for example one that remembers what it has read.
    pub fn facts_over<B: Base>(&self, base: &B, question: &Question) -> Result<Facts, B::Error> {
        let pending = question.carrier.and_then(|id| self.pending.get(&id)).map_or(&[][..], Vec::as_slice);
        facts(&self.published.chain, base, pending, question)
    }

    /// A carrier's history, newest first: at most `limit` entries before `before`.
    pub fn history(
        &self,
        carrier: &CarrierId,
        before: Option<Position>,
        limit: usize,
    ) -> Result<Vec<HistoryRow>, StoreError> {
        history(&self.published.chain, &self.published.base, carrier, before, limit)
    }
}

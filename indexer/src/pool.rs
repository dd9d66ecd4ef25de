//! Watching the pool.
//!
//! The pool announces what comes in and nothing of what leaves. Its announcements come once for each hash, however
//! often a transaction returns; to a listener that lags they stop without a word. So they only serve to be quick:
//! what is true is found by comparing with the pool itself, again and again.

use crate::{
    index::Index,
    source::{Source, SourceError},
};
use futures::{Stream, StreamExt};
use sc_transaction_pool_api::{InPoolTransaction, TransactionPool, TxHash};
use sp_api::ProvideRuntimeApi;
use sp_blockchain::HeaderBackend;
use sp_core::H256;
use sp_runtime::traits::Block as BlockT;
use specie_primitives::index::IndexApi;
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::{Duration, Instant},
};

/// How many comparisons in a row a transaction must be missing from before it counts as gone.
const MISSES: u8 = 2;

/// For how long it must be missing: while the pool moves from one block to the next, what it shows has holes.
pub const MISSING_FOR: Duration = Duration::from_millis(300);

/// How long to wait before the pool's news are subscribed to again.
const RESUBSCRIBE: Duration = Duration::from_millis(100);

/// What the index asks of a pool.
pub struct PoolWatch<C, P, B> {
    source: Source<C, B>,
    pool: Arc<P>,
    index: Arc<Index>,
}

impl<C, P, B> Clone for PoolWatch<C, P, B> {
    fn clone(&self) -> Self {
        Self { source: self.source.clone(), pool: self.pool.clone(), index: self.index.clone() }
    }
}

/// What comparisons with the pool have found missing: how often in a row, and since when.
#[derive(Debug, Default)]
pub struct Missing(HashMap<H256, (u8, Instant)>);

/// What is to be forgotten once the index has seen the blocks up to the one that the pool may have seen.
#[derive(Debug, Default)]
pub struct Gone(Vec<H256>);

impl<C, P, B> PoolWatch<C, P, B>
where
    B: BlockT<Hash = H256>,
    C: ProvideRuntimeApi<B> + HeaderBackend<B>,
    C::Api: IndexApi<B>,
    P: TransactionPool<Block = B, Hash = H256>,
{
    /// Over a pool.
    pub const fn new(source: Source<C, B>, pool: Arc<P>, index: Arc<Index>) -> Self {
        Self { source, pool, index }
    }

    /// Follows the pool's news for ever; subscribes again when they end.
    pub async fn run(self) {
        loop {
            let news = self.pool.import_notification_stream();
            self.index.metrics.pool_stream();
            self.index.set_pool_stream_alive(true);
            self.listen(news).await;
            self.index.set_pool_stream_alive(false);
            log::warn!(target: crate::LOG, "the pool's news have ended; subscribing again");
            futures_timer::Delay::new(RESUBSCRIBE).await;
        }
    }

    async fn listen(&self, mut news: impl Stream<Item = TxHash<P>> + Unpin) {
        while let Some(hash) = news.next().await {
            let noticed = Instant::now();
            // One that has gone already, or is not ready in the newest view, is found by the next comparison.
            let Some(transaction) = self.pool.ready_transaction(&hash) else { continue };
            self.look(hash, &*transaction);
            self.index.metrics.pool(noticed.elapsed());
        }
    }

    /// Adds what is new in the pool, and returns what has left it. What it returns may be forgotten only once the index
    /// has every block that the node has now: a spend that went into a block must be seen there first.
    pub fn compare(&self, missing: &mut Missing, now: Instant) -> Gone {
        let known = self.index.known_transactions();
        let mut there = HashSet::new();
        for transaction in self.pool.ready() {
            there.insert(*transaction.hash());
            if !known.contains(transaction.hash()) {
                self.look(*transaction.hash(), &*transaction);
            }
        }
        for transaction in self.pool.futures() {
            there.insert(*transaction.hash());
            if !known.contains(transaction.hash()) {
                self.look(*transaction.hash(), &transaction);
            }
        }
        missing.update(known, &there, now)
    }

    /// Forgets what has left the pool.
    pub fn forget(&self, Gone(transactions): Gone) {
        self.index.pool_drop(&transactions);
        self.index.metrics.pool_len(self.index.claims_len());
    }

    fn look<T>(&self, hash: H256, transaction: &T)
    where
        T: InPoolTransaction<Transaction = Arc<B::Extrinsic>>,
    {
        if self.index.knows_transaction(&hash) {
            return;
        }
        match self.claims(transaction) {
            Ok(claims) => self.index.pool_add(hash, claims),
            // The next comparison tries again.
            Err(error) => log::warn!(target: crate::LOG, "transaction {hash:?} cannot be looked at: {error}"),
        }
    }

    fn claims<T>(&self, transaction: &T) -> Result<Vec<specie_primitives::index::Claim>, SourceError>
    where
        T: InPoolTransaction<Transaction = Arc<B::Extrinsic>>,
    {
        let extrinsic = B::Extrinsic::clone(transaction.data());
        self.source.claims(self.source.heads().best.1, extrinsic)
    }
}

impl Missing {
    fn update(&mut self, known: HashSet<H256>, there: &HashSet<H256>, now: Instant) -> Gone {
        let before = std::mem::take(&mut self.0);
        let mut gone = Vec::new();
        for hash in known.into_iter().filter(|hash| !there.contains(hash)) {
            let (misses, since) = before.get(&hash).copied().unwrap_or((0, now));
            let misses = misses.saturating_add(1);
            if misses >= MISSES && now.saturating_duration_since(since) >= MISSING_FOR {
                gone.push(hash);
            } else {
                self.0.insert(hash, (misses, since));
            }
        }
        Gone(gone)
    }
}

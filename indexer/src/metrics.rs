//! What Prometheus sees of the index.

use crate::core::Chain;
use prometheus_endpoint::{
    exponential_buckets, register, Counter, Gauge, Histogram, HistogramOpts, PrometheusError, Registry, U64,
};
use std::time::Duration;

/// Counters, gauges and times; without a registry they count for nobody.
#[derive(Clone, Debug, Default)]
pub struct Metrics(Option<Registered>);

#[derive(Clone, Debug)]
struct Registered {
    best: Gauge<U64>,
    finalized: Gauge<U64>,
    depth: Gauge<U64>,
    lag: Gauge<U64>,
    block_seconds: Histogram,
    commit_seconds: Histogram,
    pool_seconds: Histogram,
    pool_transactions: Gauge<U64>,
    pool_claims: Gauge<U64>,
    pool_streams: Counter<U64>,
    reorganisations: Counter<U64>,
    failures: Counter<U64>,
}

impl Metrics {
    /// Registers them all.
    pub fn register(registry: &Registry) -> Result<Self, PrometheusError> {
        let gauge = |name, help| register(Gauge::new(name, help)?, registry);
        let counter = |name, help| register(Counter::new(name, help)?, registry);
        // From 50 µs to some 25 seconds.
        let times = |name: &str, help: &str| {
            let buckets = exponential_buckets(0.000_05, 2.0, 20)?;
            register(Histogram::with_opts(HistogramOpts::new(name, help).buckets(buckets))?, registry)
        };
        Ok(Self(Some(Registered {
            best: gauge("specie_index_best_block", "The best block that is indexed")?,
            finalized: gauge("specie_index_finalized_block", "The last final block that is indexed")?,
            depth: gauge("specie_index_blocks_not_final", "Blocks that are indexed and not final")?,
            lag: gauge("specie_index_lag_blocks", "Blocks that the node has and the index has not")?,
            block_seconds: times("specie_index_block_seconds", "From noticing a block to showing it")?,
            commit_seconds: times("specie_index_commit_seconds", "Writing final blocks to the database")?,
            pool_seconds: times("specie_index_pool_seconds", "From the pool's news to showing a transaction")?,
            pool_transactions: gauge("specie_index_pool_transactions", "Transactions of the pool that are known")?,
            pool_claims: gauge("specie_index_pool_carriers", "Carriers with a spend in the pool")?,
            pool_streams: counter("specie_index_pool_streams", "How often the pool's news were subscribed to")?,
            reorganisations: counter("specie_index_reorganisations", "How often blocks were dropped")?,
            failures: counter("specie_index_failures", "How often the index could not go on")?,
        })))
    }

    fn with(&self, update: impl FnOnce(&Registered)) {
        if let Some(registered) = &self.0 {
            update(registered);
        }
    }

    pub(crate) fn heads(&self, chain: &Chain) {
        self.with(|known| {
            known.best.set(chain.best().number.into());
            known.finalized.set(chain.finalized().number.into());
            known.depth.set(chain.depth() as u64);
        });
    }

    pub(crate) fn lag(&self, blocks: u32) {
        self.with(|known| known.lag.set(blocks.into()));
    }

    pub(crate) fn block(&self, took: Duration) {
        self.with(|known| known.block_seconds.observe(took.as_secs_f64()));
    }

    pub(crate) fn commit(&self, took: Duration) {
        self.with(|known| known.commit_seconds.observe(took.as_secs_f64()));
    }

    pub(crate) fn pool(&self, took: Duration) {
        self.with(|known| known.pool_seconds.observe(took.as_secs_f64()));
    }

    pub(crate) fn pool_len(&self, (transactions, carriers): (usize, usize)) {
        self.with(|known| {
            known.pool_transactions.set(transactions as u64);
            known.pool_claims.set(carriers as u64);
        });
    }

    pub(crate) fn pool_stream(&self) {
        self.with(|known| known.pool_streams.inc());
    }

    pub(crate) fn reorganisation(&self) {
        self.with(|known| known.reorganisations.inc());
    }

    pub(crate) fn failure(&self) {
        self.with(|known| known.failures.inc());
    }
}

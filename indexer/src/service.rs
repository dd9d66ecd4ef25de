//! The plugin: the tasks that keep the index up to date beside a running node.

use crate::{
    build,
    follow::{FollowError, Follower},
    index::{Index, Status},
    metrics::Metrics,
    pool::{Missing, PoolWatch},
    source::Source,
    store::{Store, StoreOptions},
};
use futures::{
    channel::mpsc,
    future::{select, Either},
    FutureExt, SinkExt, StreamExt,
};
use prometheus_endpoint::{PrometheusError, Registry};
use sc_client_api::BlockchainEvents;
use sc_transaction_pool_api::TransactionPool;
use sp_api::ProvideRuntimeApi;
use sp_blockchain::HeaderBackend;
use sp_core::{traits::SpawnNamed, H256};
use sp_runtime::traits::Block as BlockT;
use specie_primitives::index::IndexApi;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

/// How often the index looks at the node and the pool when nobody wakes it. Bounds how long a spend that has left the
/// pool is still shown: three times this.
const LOOK: Duration = Duration::from_millis(200);

/// How long to wait after a failure.
const RETRY: Duration = Duration::from_secs(1);

/// How long to wait for readers of a database that is to be closed.
const READERS: Duration = Duration::from_millis(20);

/// The group of the tasks, for the node's own metrics.
const GROUP: &str = "specie-index";

/// What the plugin needs of its node.
pub struct Plugin<'a, C, P, B> {
    /// The chain.
    pub source: Source<C, B>,
    /// The transactions that are not in a block yet.
    pub pool: Arc<P>,
    /// Where the database is.
    pub store: StoreOptions,
    /// Whether to read every block since the first instead of the state of the last. Needs an archive node.
    pub history: bool,
    /// Runs the tasks.
    pub spawner: &'a dyn SpawnNamed,
    /// Where the metrics go.
    pub registry: Option<&'a Registry>,
}

/// Starts the plugin. The index is there at once; what it knows comes later.
///
/// Nothing that goes wrong here ends the node: [`Index::status`] tells what did.
pub fn spawn<C, P, B>(plugin: Plugin<'_, C, P, B>) -> Result<Arc<Index>, PrometheusError>
where
    B: BlockT<Hash = H256>,
    C: ProvideRuntimeApi<B> + HeaderBackend<B> + BlockchainEvents<B> + Send + Sync + 'static,
    C::Api: IndexApi<B>,
    P: TransactionPool<Block = B, Hash = H256> + 'static,
{
    let metrics = plugin.registry.map(Metrics::register).transpose()?.unwrap_or_default();
    let index = Arc::new(Index::new(metrics));
    let source = plugin.source;
    let watch = PoolWatch::new(source.clone(), plugin.pool, index.clone());
    // One waiting wake-up is as good as many.
    let (wake, woken) = mpsc::channel(1);
    plugin.spawner.spawn("specie-index-wake", Some(GROUP), drain(source.client().clone(), wake).boxed());
    plugin.spawner.spawn_blocking("specie-index-pool", Some(GROUP), watch.clone().run().boxed());
    let keeper = Keeper { source, watch, index: index.clone(), options: plugin.store, history: plugin.history };
    plugin.spawner.spawn_blocking("specie-index", Some(GROUP), keeper.run(woken).boxed());
    Ok(index)
}

/// Takes the node's announcements off its hands at once: each holds the state of a block. They say no more than that
/// there is something to look at.
async fn drain<C, B>(client: Arc<C>, mut wake: mpsc::Sender<()>)
where
    B: BlockT,
    C: BlockchainEvents<B>,
{
    let imported = client.import_notification_stream().map(drop);
    let finalized = client.finality_notification_stream().map(drop);
    let mut news = futures::stream::select(imported, finalized);
    while news.next().await.is_some() {
        if wake.try_send(()).is_err_and(|error| error.is_disconnected()) {
            return;
        }
    }
    // The node is going down.
    let _ = wake.close().await;
}

/// Keeps the database and the index up to date.
struct Keeper<C, P, B> {
    source: Source<C, B>,
    watch: PoolWatch<C, P, B>,
    index: Arc<Index>,
    options: StoreOptions,
    history: bool,
}

impl<C, P, B> Keeper<C, P, B>
where
    B: BlockT<Hash = H256>,
    C: ProvideRuntimeApi<B> + HeaderBackend<B> + Send + Sync + 'static,
    C::Api: IndexApi<B>,
    P: TransactionPool<Block = B, Hash = H256> + 'static,
{
    async fn run(self, mut woken: mpsc::Receiver<()>) {
        let mut missing = Missing::default();
        loop {
            let error = match self.open().await {
                Ok(mut follower) => {
                    let error = self.follow(&mut follower, &mut woken, &mut missing).await;
                    self.close(follower.into_store()).await;
                    error
                }
                Err(error) => error,
            };
            self.index.metrics.failure();
            self.index.metrics.lag(self.source.heads().best.0);
            self.index.withdraw();
            log::error!(target: crate::LOG, "{error}");
            if !self.cure(&error) {
                self.index.set_status(Status::Failed { reason: error.to_string() });
                futures_timer::Delay::new(RETRY).await;
            }
        }
    }

    /// Follows until something goes wrong.
    async fn follow(
        &self,
        follower: &mut Follower<C, B>,
        woken: &mut mpsc::Receiver<()>,
        missing: &mut Missing,
    ) -> FollowError {
        loop {
            // In this order: what the pool has dropped because it is in a block must be seen in the block first.
            let gone = self.watch.compare(missing, Instant::now());
            match follower.advance() {
                Ok(true) => self.watch.forget(gone),
                // What is gone may be in a block that is not indexed.
                Ok(false) => {}
                Err(error) => match self.awaits(&error) {
                    Some(number) => self.index.set_status(Status::AwaitingUpgrade { number }),
                    None => return error,
                },
            }
            // The news end when the node goes down; until this task is ended too, it must leave its thread now and then.
            if let Either::Left((None, rest)) = select(woken.next(), futures_timer::Delay::new(LOOK)).await {
                rest.await;
            }
        }
    }

    /// The block that changed the runtime, while its child is not final: its migrations are in the child's state.
    fn awaits(&self, error: &FollowError) -> Option<u32> {
        match *error {
            FollowError::Upgrade { number } if self.source.heads().finalized.0 <= number => Some(number),
            _ => None,
        }
    }

    /// Opens the database, builds it where it must be built, and shows what it holds.
    async fn open(&self) -> Result<Follower<C, B>, FollowError> {
        let mut store = Store::open(&self.options, self.source.heads().genesis)?;
        if store.cursor().is_none() {
            store = self.built(store, self.history).await?;
        }
        match Follower::resume(self.source.clone(), store, self.index.clone()) {
            Ok(mut follower) => match follower.advance() {
                Ok(_) => {
                    follower.publish();
                    Ok(follower)
                }
                Err(error) if self.awaits(&error).is_some() => {
                    follower.publish();
                    Ok(follower)
                }
                Err(error) => {
                    self.close(follower.into_store()).await;
                    self.rebuilt_after(error).await
                }
            },
            Err(refused) => {
                let (store, error) = *refused;
                self.close(store).await;
                self.rebuilt_after(error).await
            }
        }
    }

    /// Where the blocks between are gone, reads the state again; the history that is there stays.
    async fn rebuilt_after(&self, error: FollowError) -> Result<Follower<C, B>, FollowError> {
        let is_curable = match &error {
            FollowError::Gap { .. } => true,
            // Its migrations, in the block after it, are final too.
            FollowError::Upgrade { number } => self.source.heads().finalized.0 > *number,
            _ => false,
        };
        if !is_curable {
            return Err(error);
        }
        log::warn!(target: crate::LOG, "{error}; reading the state of the last final block, history has a gap");
        let store = Store::open(&self.options, self.source.heads().genesis)?;
        // Not every block, however much was asked for: this one, or the state before it, can never be read again.
        let store = self.built(store, false).await?;
        let follower =
            Follower::resume(self.source.clone(), store, self.index.clone()).map_err(|refused| refused.1)?;
        // There may be no block on top of the last final one, and nothing else to show.
        follower.publish();
        Ok(follower)
    }

    async fn built(&self, mut store: Store, history: bool) -> Result<Store, FollowError> {
        self.index.set_status(Status::Building { done: 0, total: None });
        let index = self.index.clone();
        let mut progress = move |done, total| index.set_status(Status::Building { done, total });
        let result = match history {
            true => build::from_history(&self.source, &mut store, &mut progress),
            false => build::from_state(&self.source, &mut store, &mut progress),
        };
        match result {
            Ok(head) => {
                log::info!(target: crate::LOG, "the index is built, up to block {}", head.number);
                Ok(store)
            }
            Err(error) => {
                self.close(store).await;
                Err(error)
            }
        }
    }

    /// Closes the database, once its last reader has gone.
    async fn close(&self, store: Store) {
        self.index.withdraw();
        while store.has_readers() {
            futures_timer::Delay::new(READERS).await;
        }
    }

    /// Puts files aside that will never be of use again; whether that was the trouble.
    fn cure(&self, error: &FollowError) -> bool {
        let is_useless = match error {
            FollowError::Store(error) => error.calls_for_rebuild(),
            // Below that height the node may be catching up with what the index has seen already.
            FollowError::Foreign { number, .. } => self.source.heads().finalized.0 >= *number,
            _ => false,
        };
        if !is_useless {
            return false;
        }
        match Store::set_aside(&self.options.path) {
            Ok(Some(aside)) => {
                log::warn!(target: crate::LOG, "the index was put aside to {aside:?} and is built again");
                true
            }
            Ok(None) => false,
            Err(error) => {
                log::error!(target: crate::LOG, "the index cannot be put aside: {error}");
                false
            }
        }
    }
}

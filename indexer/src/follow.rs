//! Following the node: blocks become layers, final layers become rows.

use crate::{
    core::{Chain, ChainError, Layer},
    index::{Index, Published, Status, Touched},
    source::{Link, Source, SourceError},
    store::{Store, StoreError},
};
use sp_api::ProvideRuntimeApi;
use sp_blockchain::HeaderBackend;
use sp_core::H256;
use sp_runtime::traits::Block as BlockT;
use specie_primitives::{ids::CarrierId, index::IndexApi};
use std::{sync::Arc, time::Instant};

/// How many final blocks are written at once while catching up: some megabytes at the most.
const CATCH_UP_BLOCKS: u32 = 64;

/// How many blocks without finality are held in memory. A chain that has gone so long without it (two hours of blocks
/// of two seconds) has other troubles, and every verdict says by then that the node cannot know.
const MAX_LAYERS: usize = 4_096;

/// Why the index cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum FollowError {
    /// The node does not say.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The index's own database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A block does not fit.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// Blocks that the index lacks cannot be read any more: it has to read the whole state.
    #[error("the state of final block {number} is gone")]
    Gap {
        /// The first of them.
        number: u32,
    },
    /// There is no index yet.
    #[error("the index holds nothing; the node builds it, or `index rebuild`")]
    Empty,
    /// A block's changes are not complete: it changed the runtime.
    #[error("block {number} changed the runtime")]
    Upgrade {
        /// The block.
        number: u32,
    },
    /// Index and node are on different branches below their last final blocks.
    #[error("block {number}, {hash:?}, is final for one of node and index and not known to the other")]
    Foreign {
        /// The height.
        number: u32,
        /// The hash.
        hash: H256,
    },
}

/// Follows a node. Owns the database.
pub struct Follower<C, B> {
    source: Source<C, B>,
    store: Store,
    chain: Chain,
    index: Arc<Index>,
    /// The height of the node's best block when it was last looked at.
    node_best: u32,
}

impl<C, B> Follower<C, B>
where
    B: BlockT<Hash = H256>,
    C: ProvideRuntimeApi<B> + HeaderBackend<B>,
    C::Api: IndexApi<B>,
{
    /// Goes on from where the database is. An error gives the database back.
    pub fn resume(
        source: Source<C, B>,
        store: Store,
        index: Arc<Index>,
    ) -> Result<Self, Box<(Store, FollowError)>> {
        let Some(cursor) = store.cursor().copied() else {
            return Err(Box::new((store, FollowError::Empty)));
        };
        // The node must have the block, and hold it to be final or at least not to be on another branch than final ones.
        match source.link(cursor.hash) {
            Ok(_) => {}
            Err(SourceError::NoBlock(_)) => {
                let error = FollowError::Foreign { number: cursor.number, hash: cursor.hash };
                return Err(Box::new((store, error)));
            }
            Err(error) => return Err(Box::new((store, error.into()))),
        }
        Ok(Self { source, store, chain: Chain::new(cursor), index, node_best: cursor.number })
    }

    /// Gives the database back.
    pub fn into_store(self) -> Store {
        self.store
    }

    /// The blocks that are indexed.
    pub const fn chain(&self) -> &Chain {
        &self.chain
    }

    /// Catches up with the node, and shows what is new. Returns whether it has come to the node's best block: not when
    /// there are more blocks without finality than are held.
    pub fn advance(&mut self) -> Result<bool, FollowError> {
        let heads = self.source.heads();
        self.node_best = heads.best.0;
        self.index.metrics.lag(heads.best.0.saturating_sub(self.chain.best().number));
        self.advance_final(heads.finalized)?;
        self.advance_best(heads.best.1)?;
        self.index.metrics.lag(heads.best.0.saturating_sub(self.chain.best().number));
        Ok(self.chain.best().hash == heads.best.1)
    }

    /// Shows readers where the index stands.
    pub fn publish(&self) {
        self.show(&[]);
    }

    fn show(&self, dropped: &[Arc<Layer>]) -> Vec<CarrierId> {
        let (chain, base) = (self.chain.clone(), self.store.snapshot());
        let published = Published { chain, base, history_since: self.store.history_since() };
        let forgotten = self.index.publish(published, dropped, self.node_best);
        self.index.set_status(Status::Following);
        forgotten
    }

    /// Takes in what is final, some blocks at a time.
    fn advance_final(&mut self, (target, target_hash): (u32, H256)) -> Result<(), FollowError> {
        while self.chain.finalized().number < target {
            let next = self.chain.finalized().number.saturating_add(CATCH_UP_BLOCKS).min(target);
            let hash = match next == target {
                true => target_hash,
                false => self.source.at(next)?.hash,
            };
            if !self.chain.contains(hash) {
                self.switch_to(hash)?;
            }
            self.settle(hash)?;
        }
        Ok(())
    }

    /// Goes to the best block.
    fn advance_best(&mut self, best: H256) -> Result<(), FollowError> {
        if self.chain.best().hash == best {
            return Ok(());
        }
        self.switch_to(best)
    }

    /// Makes `target` the best block: takes off what is not below it, and puts on what is missing.
    fn switch_to(&mut self, target: H256) -> Result<(), FollowError> {
        let begun = Instant::now();
        let (base, missing) = self.route(target)?;
        // Read first: if that fails, nothing has changed.
        let layers = missing.iter().map(|link| self.read(link)).collect::<Result<Vec<_>, _>>()?;
        let dropped = self.chain.unwind(base)?;

        let mut touched = Touched { heads: true, ..Touched::default() };
        dropped.iter().chain(&layers).for_each(|layer| touch(&mut touched, layer));
        if !dropped.is_empty() {
            self.index.metrics.reorganisation();
        }
        for layer in layers {
            self.chain.apply(layer)?;
        }
        touched.carriers.extend(self.show(&dropped));
        self.index.tell(touched);
        self.index.metrics.block(begun.elapsed());
        Ok(())
    }

    /// The highest block of ours that is below `target`, and the blocks from there to it, oldest first.
    fn route(&self, target: H256) -> Result<(H256, Vec<Link>), FollowError> {
        let mut missing = Vec::new();
        let mut at = target;
        while !self.chain.contains(at) {
            let link = self.source.link(at)?;
            if link.number <= self.chain.finalized().number {
                let Link { number, hash, .. } = link;
                return Err(FollowError::Foreign { number, hash });
            }
            at = link.parent;
            missing.push(link);
        }
        missing.reverse();
        let kept = self.chain.depth_of(at).unwrap_or(0);
        missing.truncate(MAX_LAYERS.saturating_sub(kept));
        Ok((at, missing))
    }

    fn read(&self, link: &Link) -> Result<Arc<Layer>, FollowError> {
        let changes = match self.source.changes(link) {
            Ok(read) => read,
            // A block whose state is gone will not come back.
            Err(SourceError::Runtime { number, .. }) if number <= self.source.heads().finalized.0 => {
                return Err(FollowError::Gap { number });
            }
            Err(error) => return Err(error.into()),
        };
        if !changes.complete {
            return Err(FollowError::Upgrade { number: link.number });
        }
        Ok(Arc::new(link.layer(changes)))
    }

    /// Writes what has become final, then shows it.
    fn settle(&mut self, hash: H256) -> Result<(), FollowError> {
        let begun = Instant::now();
        let mut settled_chain = self.chain.clone();
        let layers = settled_chain.finalize(hash)?;
        self.store.commit(&layers)?;
        self.chain = settled_chain;
        let mut touched = Touched { heads: true, ..Touched::default() };
        layers.iter().for_each(|layer| touch(&mut touched, layer));
        self.publish();
        self.index.tell(touched);
        self.index.metrics.commit(begun.elapsed());
        Ok(())
    }
}

fn touch(touched: &mut Touched, layer: &Layer) {
    touched.carriers.extend(layer.carriers());
    touched.batches.extend(layer.batches());
}

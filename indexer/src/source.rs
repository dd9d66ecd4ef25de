//! What the index asks of the node: the only place that knows a client.

use crate::core::Layer;
use sp_api::ProvideRuntimeApi;
use sp_blockchain::HeaderBackend;
use sp_core::H256;
use sp_runtime::traits::{Block as BlockT, Header as HeaderT, SaturatedConversion};
use specie_primitives::index::{Changes, Claim, IndexApi, SnapshotPage};
use std::{marker::PhantomData, sync::Arc};

/// Why the node does not say.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The node's database failed.
    #[error("the node's database: {0}")]
    Blockchain(#[from] sp_blockchain::Error),
    /// The node does not have this block.
    #[error("the node has no block {0}")]
    NoBlock(String),
    /// The runtime could not be asked at this block: its state is gone, or it does not know the question.
    #[error("the runtime at block {number}: {reason}")]
    Runtime {
        /// The block.
        number: u32,
        /// What it says.
        reason: String,
    },
}

/// A block without what it changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// Its height.
    pub number: u32,
    /// Its hash.
    pub hash: H256,
    /// Its parent.
    pub parent: H256,
}

/// Where the node stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heads {
    /// The genesis block.
    pub genesis: H256,
    /// The best block: height and hash.
    pub best: (u32, H256),
    /// The last final block: height and hash.
    pub finalized: (u32, H256),
}

/// A node's client, as the index uses it.
pub struct Source<C, B> {
    client: Arc<C>,
    block: PhantomData<fn() -> B>,
}

impl<C, B> Clone for Source<C, B> {
    fn clone(&self) -> Self {
        Self { client: self.client.clone(), block: PhantomData }
    }
}

impl<C, B> Source<C, B>
where
    B: BlockT<Hash = H256>,
    C: ProvideRuntimeApi<B> + HeaderBackend<B>,
    C::Api: IndexApi<B>,
{
    /// Over a client.
    pub const fn new(client: Arc<C>) -> Self {
        Self { client, block: PhantomData }
    }

    /// Where the node stands.
    pub fn heads(&self) -> Heads {
        let info = self.client.info();
        Heads {
            genesis: info.genesis_hash,
            best: (info.best_number.saturated_into(), info.best_hash),
            finalized: (info.finalized_number.saturated_into(), info.finalized_hash),
        }
    }

    /// A block's place.
    pub fn link(&self, hash: H256) -> Result<Link, SourceError> {
        let header = self.client.header(hash)?.ok_or_else(|| SourceError::NoBlock(format!("{hash:?}")))?;
        Ok(Link { number: (*header.number()).saturated_into(), hash, parent: *header.parent_hash() })
    }

    /// The block at a height of the best chain.
    pub fn at(&self, number: u32) -> Result<Link, SourceError> {
        let hash = self.client.hash(number.into())?.ok_or_else(|| SourceError::NoBlock(number.to_string()))?;
        self.link(hash)
    }

    /// What a block changed.
    pub fn changes(&self, link: &Link) -> Result<Changes, SourceError> {
        self.client.runtime_api().changes(link.hash).map_err(|error| self.failed(link.number, &error))
    }

    /// A block with what it changed, and whether that is everything.
    pub fn layer(&self, link: &Link) -> Result<(Layer, bool), SourceError> {
        let changes = self.changes(link)?;
        let complete = changes.complete;
        Ok((Layer::new(link.number, link.hash, link.parent, changes), complete))
    }

    /// A page of the whole state of a block.
    pub fn snapshot(&self, at: &Link, after: Option<Vec<u8>>, limit: u32) -> Result<SnapshotPage, SourceError> {
        self.client.runtime_api().snapshot(at.hash, after, limit).map_err(|error| self.failed(at.number, &error))
    }

    /// The orders in an extrinsic.
    pub fn claims(&self, at: H256, extrinsic: B::Extrinsic) -> Result<Vec<Claim>, SourceError> {
        self.client.runtime_api().claims(at, extrinsic).map_err(|error| self.failed(0, &error))
    }

    fn failed(&self, number: u32, error: &sp_api::ApiError) -> SourceError {
        SourceError::Runtime { number, reason: error.to_string() }
    }
}

//! What the index asks of the node: the only place that knows a client.

use crate::core::Layer;
use hex_literal::hex;
use sc_client_api::{Backend, StateBackend, TrieCacheContext};
use sp_api::ProvideRuntimeApi;
use sp_blockchain::HeaderBackend;
use sp_core::{storage::well_known_keys::CODE, H256};
use sp_runtime::traits::{Block as BlockT, Header as HeaderT, SaturatedConversion};
use specie_primitives::index::{Changes, Claim, IndexApi, SnapshotPage};
use std::{marker::PhantomData, sync::Arc};

/// Where every chain made with FRAME keeps the events of its last block: `System.Events`.
const EVENTS: [u8; 32] = hex!("26aa394eea5630e07c48ae0c9558cef780d41e5e16056765bc8461851072c9d7");

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

impl Link {
    /// The block with what it changed.
    pub(crate) fn layer(&self, changes: Changes) -> Layer {
        Layer::new(self.number, self.hash, self.parent, changes)
    }
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
    state: Option<Arc<dyn RawState>>,
    block: PhantomData<fn() -> B>,
}

impl<C, B> Clone for Source<C, B> {
    fn clone(&self) -> Self {
        Self { client: self.client.clone(), state: self.state.clone(), block: PhantomData }
    }
}

impl<C, B> Source<C, B> {
    /// Over a client.
    pub const fn new(client: Arc<C>) -> Self {
        Self { client, state: None, block: PhantomData }
    }

    /// Over a client and the database under it: reading many blocks is several times as quick where most of them are
    /// alike.
    pub fn with_backend<BE>(client: Arc<C>, backend: Arc<BE>) -> Self
    where
        B: BlockT<Hash = H256>,
        BE: Backend<B> + 'static,
    {
        let state = Database { backend, block: PhantomData::<fn() -> B> };
        Self { client, state: Some(Arc::new(state)), block: PhantomData }
    }

    /// The client.
    pub(crate) const fn client(&self) -> &Arc<C> {
        &self.client
    }

    /// What tells a block from others that were executed by other code or had other events; `None`: it cannot be told.
    pub(crate) fn imprint(&self, at: H256) -> Option<Imprint> {
        self.state.as_ref()?.imprint(at)
    }
}

/// The hashes of a block's code and events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Imprint {
    code: H256,
    events: H256,
}

/// The state of blocks, as bytes.
trait RawState: Send + Sync {
    fn imprint(&self, at: H256) -> Option<Imprint>;
}

struct Database<BE, B> {
    backend: Arc<BE>,
    block: PhantomData<B>,
}

impl<BE, B> RawState for Database<BE, fn() -> B>
where
    B: BlockT<Hash = H256>,
    BE: Backend<B>,
{
    fn imprint(&self, at: H256) -> Option<Imprint> {
        // What fails here is asked of the runtime, and told then.
        let state = self.backend.state_at(at, TrieCacheContext::Untrusted).ok()?;
        let hash = |key: &[u8]| state.storage_hash(key).ok().flatten();
        Some(Imprint { code: hash(CODE)?, events: hash(&EVENTS)? })
    }
}

impl<C, B> Source<C, B>
where
    B: BlockT<Hash = H256>,
    C: ProvideRuntimeApi<B> + HeaderBackend<B>,
    C::Api: IndexApi<B>,
{
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

//! A node over the model: chain, runtime and announcements, with the faults that a test asks for.

use crate::model::{Block, Header, ModelBlock, Tree};
use codec::Decode;
use parking_lot::{Mutex, RwLock};
use sc_client_api::{
    backend::FinalizeSummary, notifications::StorageEventStream, BlockImportNotification, BlockchainEvents,
    FinalityNotification, FinalityNotifications, ImportNotifications, StorageKey,
};
use sc_utils::mpsc::{tracing_unbounded, TracingUnboundedSender};
use sp_api::{ApiError, ApiRef, ProvideRuntimeApi};
use sp_blockchain::{BlockStatus, HeaderBackend, Info};
use sp_core::H256;
use sp_runtime::OpaqueExtrinsic;
use specie_indexer::Source;
use specie_primitives::index::{Changes, Claim, IndexApi, SnapshotPage};
use std::{
    collections::HashSet,
    sync::{
        atomic::{AtomicBool, AtomicUsize, Ordering},
        Arc,
    },
};

/// A node. What is asked of it, it answers from the tree.
pub struct Node(Arc<Inner>);

pub struct Inner {
    pub tree: RwLock<Tree>,
    /// Blocks whose state is gone.
    pub pruned: RwLock<HashSet<H256>>,
    /// Blocks that changed the runtime: what they changed is not complete.
    pub upgrades: RwLock<HashSet<H256>>,
    /// The runtime answers nothing.
    pub is_down: AtomicBool,
    /// The most records in a page.
    pub page: AtomicUsize,
    imports: Mutex<Vec<TracingUnboundedSender<BlockImportNotification<Block>>>>,
    finalities: Mutex<Vec<TracingUnboundedSender<FinalityNotification<Block>>>>,
}

impl std::ops::Deref for Node {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Node {
    pub fn new(tree: Tree) -> Arc<Self> {
        Arc::new(Self(Arc::new(Inner {
            tree: RwLock::new(tree),
            pruned: RwLock::default(),
            upgrades: RwLock::default(),
            is_down: AtomicBool::new(false),
            page: AtomicUsize::new(7),
            imports: Mutex::default(),
            finalities: Mutex::default(),
        })))
    }

    pub fn source(self: &Arc<Self>) -> Source<Node, Block> {
        Source::new(self.clone())
    }
}

impl Inner {
    pub fn block(&self, hash: H256) -> Arc<ModelBlock> {
        self.tree.read().block(hash).clone()
    }

    pub fn best(&self) -> Arc<ModelBlock> {
        self.tree.read().best().clone()
    }

    pub fn finalized(&self) -> Arc<ModelBlock> {
        self.tree.read().finalized().clone()
    }

    /// Makes a block best, and announces it.
    pub fn import(&self, hash: H256) {
        self.tree.write().set_best(hash);
        let header = self.block(hash).header.clone();
        self.imports.lock().retain(|listener| {
            let (unpin, _) = tracing_unbounded("unpin", 1_000);
            let origin = sp_consensus::BlockOrigin::NetworkBroadcast;
            let news = BlockImportNotification::new(hash, origin, header.clone(), true, None, unpin);
            listener.unbounded_send(news).is_ok()
        });
    }

    /// Makes a block final, and announces it.
    pub fn finalize(&self, hash: H256) {
        self.tree.write().finalized = hash;
        let header = self.block(hash).header.clone();
        self.finalities.lock().retain(|listener| {
            let (unpin, _) = tracing_unbounded("unpin", 1_000);
            let summary =
                FinalizeSummary { header: header.clone(), finalized: vec![hash], stale_blocks: Vec::new() };
            listener.unbounded_send(FinalityNotification::from_summary(summary, unpin)).is_ok()
        });
    }

    fn asked(&self, at: H256) -> Result<Arc<ModelBlock>, ApiError> {
        let tree = self.tree.read();
        let block = tree.blocks.get(&at);
        if self.is_down.load(Ordering::SeqCst) {
            return Err(ApiError::Application("the runtime does not answer".into()));
        }
        let block = block.filter(|_| !self.pruned.read().contains(&at));
        block.cloned().ok_or_else(|| ApiError::UnknownBlock(format!("state of {at:?} is gone")))
    }
}

impl HeaderBackend<Block> for Node {
    fn header(&self, hash: H256) -> sp_blockchain::Result<Option<Header>> {
        Ok(self.tree.read().blocks.get(&hash).map(|block| block.header.clone()))
    }

    fn info(&self) -> Info<Block> {
        let tree = self.tree.read();
        let (best, finalized) = (tree.best(), tree.finalized());
        Info {
            best_hash: best.hash,
            best_number: best.number(),
            genesis_hash: tree.genesis,
            finalized_hash: finalized.hash,
            finalized_number: finalized.number(),
            finalized_state: None,
            number_leaves: 1,
            block_gap: None,
        }
    }

    fn status(&self, hash: H256) -> sp_blockchain::Result<BlockStatus> {
        let known = self.tree.read().blocks.contains_key(&hash);
        Ok(if known { BlockStatus::InChain } else { BlockStatus::Unknown })
    }

    fn number(&self, hash: H256) -> sp_blockchain::Result<Option<u32>> {
        Ok(self.tree.read().blocks.get(&hash).map(|block| block.number()))
    }

    fn hash(&self, number: u32) -> sp_blockchain::Result<Option<H256>> {
        Ok(self.tree.read().canonical.get(number as usize).copied())
    }
}

impl BlockchainEvents<Block> for Node {
    fn import_notification_stream(&self) -> ImportNotifications<Block> {
        let (sender, receiver) = tracing_unbounded("imports", 1_000);
        self.imports.lock().push(sender);
        receiver
    }

    fn every_import_notification_stream(&self) -> ImportNotifications<Block> {
        unimplemented!("nobody asks")
    }

    fn finality_notification_stream(&self) -> FinalityNotifications<Block> {
        let (sender, receiver) = tracing_unbounded("finalities", 1_000);
        self.finalities.lock().push(sender);
        receiver
    }

    fn storage_changes_notification_stream(
        &self,
        _: Option<&[StorageKey]>,
        _: Option<&[(StorageKey, Option<Vec<StorageKey>>)]>,
    ) -> sp_blockchain::Result<StorageEventStream<H256>> {
        unimplemented!("nobody asks")
    }
}

impl ProvideRuntimeApi<Block> for Node {
    type Api = Runtime;

    fn runtime_api(&self) -> ApiRef<'_, Runtime> {
        Runtime(self.0.clone()).into()
    }
}

/// The runtime of a node.
pub struct Runtime(Arc<Inner>);

sp_api::mock_impl_runtime_apis! {
    impl IndexApi<Block> for Runtime {
        #[advanced]
        fn changes(&self, at: H256) -> Result<Changes, ApiError> {
            let mut changes = self.0.asked(at)?.changes.clone();
            if self.0.upgrades.read().contains(&at) {
                // What the old events told can be anything; nobody may rely on it.
                changes = Changes { complete: false, ..Changes::none(changes.chain) };
            }
            Ok(changes)
        }

        #[advanced]
        fn snapshot(&self, at: H256, after: Option<Vec<u8>>, limit: u32) -> Result<SnapshotPage, ApiError> {
            let block = self.0.asked(at)?;
            let limit = self.0.page.load(Ordering::SeqCst).min(limit as usize);
            Ok(block.state.page(block.changes.chain, after, limit))
        }

        #[advanced]
        fn claims(&self, at: H256, extrinsic: OpaqueExtrinsic) -> Result<Vec<Claim>, ApiError> {
            self.0.asked(at)?;
            let (_, claims) = <(u64, Vec<Claim>)>::decode(&mut extrinsic.inner()).expect("the tests made it");
            Ok(claims)
        }
    }
}

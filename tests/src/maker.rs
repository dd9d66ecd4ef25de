//! A chain of the real runtime, made as quickly as its blocks can be executed: a client in this process, without network
//! and consensus, on the database of a node that is not running. What it makes is final at once, and nobody has sealed
//! it: good for a node's own files, not for its peers.

use codec::Encode;
use frame_support::storage::storage_prefix;
use sc_block_builder::BlockBuilderBuilder;
use sc_client_api::{execution_extensions::ExecutionExtensions, StorageProvider};
use sc_client_db::{BlocksPruning, DatabaseSettings, DatabaseSource, PruningMode};
use sc_consensus::{BlockImport, BlockImportParams, ForkChoiceStrategy, ImportResult, StateAction};
use sc_executor::WasmExecutor;
use sc_service::{ClientConfig, GenericChainSpec, GenesisBlockBuilder, TFullBackend, TFullClient, TaskManager};
use sc_transaction_pool::{
    notification_future, TransactionPoolHandle, TransactionPoolOptions, TransactionPoolType,
};
use sp_blockchain::{ApplyExtrinsicFailed, Error as BlockchainError, HeaderBackend};
use sp_consensus::BlockOrigin;
use sp_core::{storage::StorageKey, H256};
use sp_runtime::{
    generic::{Digest, DigestItem},
    traits::Block as _,
    transaction_validity::{InvalidTransaction, TransactionValidityError},
    OpaqueExtrinsic,
};
use specie_indexer::{Index, Plugin, Source, StoreOptions};
use specie_runtime::{apis::RuntimeApi, opaque::Block, Runtime, RuntimeCall, UncheckedExtrinsic};
use std::{
    error::Error,
    iter::Peekable,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// How old the first block is. The others follow in slots one after the other, and should not come to be in the future.
const AGE: Duration = Duration::from_secs(23 * 3_600);

/// How long a slot is, in milliseconds.
const SLOT_MILLIS: u64 = specie_runtime::slots::DEFAULT_SLOT_MILLIS;

/// The memory for the database and for the state, in MiB.
const CACHE_MIB: usize = 256;

type Executor = WasmExecutor<sp_io::SubstrateHostFunctions>;
type Backend = TFullBackend<Block>;
/// The chain's client.
pub type Client = TFullClient<Block, RuntimeApi, Executor>;
type Pool = TransactionPoolHandle<Block, Client>;

/// Makes or imports blocks.
pub struct Maker {
    client: Arc<Client>,
    backend: Arc<Backend>,
    pool: Arc<Pool>,
    tasks: TaskManager,
    folder: PathBuf,
    /// The slot of the genesis block.
    slot: u64,
    /// How many events are in the blocks that were made.
    pub events: u64,
    /// How many bytes of headers and bodies.
    pub bytes: u64,
}

impl Maker {
    /// On the database of the node with this base path, whose chain has this specification and this id.
    pub fn open(specification: &Path, base: &Path, id: &str) -> Result<Self, Box<dyn Error>> {
        let folder = base.join("chains").join(id);
        let backend = sc_service::new_db_backend::<Block>(DatabaseSettings {
            trie_cache_maximum_size: Some(CACHE_MIB << 20),
            state_pruning: Some(PruningMode::ArchiveAll),
            source: DatabaseSource::RocksDb { path: folder.join("db/full"), cache_size: CACHE_MIB },
            blocks_pruning: BlocksPruning::KeepAll,
            pruning_filters: Vec::new(),
            metrics_registry: None,
        })?;
        let specification = GenericChainSpec::<sc_service::NoExtension>::from_json_file(specification.into())?;
        let executor = Executor::builder().build();
        let genesis = GenesisBlockBuilder::new(&specification, true, backend.clone(), executor.clone())?;
        let tasks = TaskManager::new(tokio::runtime::Handle::current(), None)?;
        let client = Arc::new(sc_service::new_client(
            backend.clone(),
            executor.clone(),
            genesis,
            None,
            None,
            ExecutionExtensions::new(None, Arc::new(executor)),
            Box::new(tasks.spawn_handle()),
            None,
            None,
            ClientConfig::default(),
        )?);
        let options = TransactionPoolOptions::new_with_params(
            8_192,
            20 << 20,
            None,
            TransactionPoolType::ForkAware,
            false,
            false,
        );
        let every_block = options.use_all_block_notifications();
        let pool = sc_transaction_pool::Builder::new(tasks.spawn_essential_handle(), client.clone(), true.into());
        let pool = Arc::new(pool.with_options(options).build());
        let news = notification_future(client.clone(), pool.clone(), every_block);
        tasks.spawn_handle().spawn("pool", None, news);
        let now = SystemTime::now().duration_since(UNIX_EPOCH)?;
        let slot = (now - AGE).as_millis() as u64 / SLOT_MILLIS;
        Ok(Self { client, backend, pool, tasks, folder, slot, events: 0, bytes: 0 })
    }

    /// The genesis hash.
    pub fn genesis(&self) -> H256 {
        self.client.info().genesis_hash
    }

    /// Starts the plugin beside the client.
    pub fn index(&self) -> Result<Arc<Index>, Box<dyn Error>> {
        let store = StoreOptions { path: self.folder.join("specie-index"), cache_bytes: CACHE_MIB << 20 };
        Ok(specie_indexer::spawn::<_, _, Block>(Plugin {
            source: Source::with_backend(self.client.clone(), self.backend.clone()),
            pool: self.pool.clone(),
            store,
            history: false,
            spawner: &self.tasks.spawn_handle(),
            registry: None,
        })?)
    }

    /// Makes a block of as many of these extrinsics as it holds. Returns how many those are.
    pub async fn block(
        &mut self,
        extrinsics: &mut Peekable<impl Iterator<Item = Vec<u8>>>,
    ) -> Result<u32, Box<dyn Error>> {
        let info = self.client.info();
        let slot = self.slot + u64::from(info.best_number) + 1;
        let digest = Digest { logs: vec![DigestItem::PreRuntime(*b"aura", slot.encode())] };
        let builder = BlockBuilderBuilder::new(&*self.client).on_parent_block(info.best_hash);
        let builder = builder.with_parent_block_number(info.best_number).with_inherent_digests(digest);
        let mut builder = builder.build()?;
        let now = pallet_timestamp::Call::<Runtime>::set { now: slot * SLOT_MILLIS };
        builder.push(UncheckedExtrinsic::new_bare(RuntimeCall::Timestamp(now)).into())?;
        let mut pushed = 0;
        while let Some(extrinsic) = extrinsics.peek() {
            match builder.push(OpaqueExtrinsic::try_from_encoded_extrinsic(extrinsic)?) {
                Ok(()) => pushed += 1,
                Err(BlockchainError::ApplyExtrinsicFailed(ApplyExtrinsicFailed::Validity(
                    TransactionValidityError::Invalid(InvalidTransaction::ExhaustsResources),
                ))) if pushed > 0 => break,
                Err(error) => return Err(error.into()),
            }
            extrinsics.next();
        }
        let (block, changes) = builder.build()?.into_inner();
        self.bytes += block.encoded_size() as u64;
        let hash = block.header.hash();
        let changes = StateAction::ApplyChanges(sc_consensus::StorageChanges::Changes(changes));
        self.take(block, changes).await?;
        let count = self.client.storage(hash, &StorageKey(storage_prefix(b"System", b"EventCount").to_vec()))?;
        let count = count.ok_or("no events")?;
        self.events += u64::from(<u32 as codec::Decode>::decode(&mut &count.0[..])?);
        Ok(pushed)
    }

    /// Executes and takes in a block that somebody else has made.
    pub async fn import(&self, block: Block) -> Result<(), Box<dyn Error>> {
        self.take(block, StateAction::Execute).await
    }

    /// The block at a height.
    pub fn at(&self, number: u32) -> Result<Block, Box<dyn Error>> {
        use sc_client_api::BlockBackend;
        let hash = self.client.hash(number)?.ok_or("no such block")?;
        Ok(self.client.block(hash)?.ok_or("no such block")?.block)
    }

    /// The height of the best block.
    pub fn height(&self) -> u32 {
        self.client.info().best_number
    }

    async fn take(&self, block: Block, action: StateAction<Block>) -> Result<(), Box<dyn Error>> {
        let (header, body) = block.deconstruct();
        let mut import = BlockImportParams::new(BlockOrigin::Own, header);
        import.body = Some(body);
        import.state_action = action;
        import.fork_choice = Some(ForkChoiceStrategy::LongestChain);
        import.finalized = true;
        match self.client.import_block(import).await? {
            ImportResult::Imported(_) => Ok(()),
            other => Err(format!("not imported: {other:?}").into()),
        }
    }
}

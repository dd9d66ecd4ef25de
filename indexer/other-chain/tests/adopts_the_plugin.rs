//! Another chain with the plugin: a real client that runs another runtime's WASM, with a real database and a real pool.
//!
//! The chain is `specie-other-chain`. It has no consensus: the test makes the blocks and says what is final.

use codec::Encode;
use pallet_carriers::Registration;
use sc_block_builder::BlockBuilderBuilder;
use sc_client_api::{execution_extensions::ExecutionExtensions, Finalizer};
use sc_client_db::{BlocksPruning, DatabaseSettings, DatabaseSource, PruningMode};
use sc_consensus::{BlockImport, BlockImportParams, ForkChoiceStrategy, ImportResult, StateAction};
use sc_executor::WasmExecutor;
use sc_service::{ClientConfig, GenericChainSpec, GenesisBlockBuilder, TFullBackend, TFullClient, TaskManager};
use sc_transaction_pool::{
    notification_future, TransactionPoolHandle, TransactionPoolOptions, TransactionPoolType,
};
use sc_transaction_pool_api::{InPoolTransaction, TransactionPool, TransactionSource};
use serde_json::json;
use sp_blockchain::HeaderBackend;
use sp_consensus::BlockOrigin;
use sp_core::H256;
use sp_keyring::Sr25519Keyring::{self, Alice, Bob, Charlie, Dave, Eve, Ferdie};
use sp_runtime::{traits::Block as _, OpaqueExtrinsic};
use specie_card::host::Host;
use specie_card_sim::{
    factory::{self, Batch, Specification},
    software::{MemoryMedium, OsHardware, SoftwareCard},
};
use specie_indexer::{
    build,
    core::{self, Base, Facts, HistoryRow, Question},
    spawn,
    store::{Store, StoreOptions},
    verify, Index, Listener, Plugin, Source, Status, Touched,
};
use specie_other_chain::{
    extension, Balance, OpaqueBlock, Runtime, RuntimeApi, RuntimeCall, SignedPayload, UncheckedExtrinsic,
    BLOCK_MILLIS, TREASURY, WASM_BINARY,
};
use specie_primitives::{
    acts::{Actor, Cause, CauseCode},
    crypto::{Scheme, Signature},
    ids::{BatchId, CarrierId, CurrencyId, MachineId},
    index::Happening,
    initialisation::{CarrierTerms, Initialisation},
    order::{Order, Purpose, NO_REFERENCE},
    records::CarrierState,
    wire::Wire,
};
use std::{
    path::PathBuf,
    sync::{
        atomic::{AtomicBool, Ordering},
        Arc,
    },
    time::{Duration, Instant},
};
use tempfile::TempDir;

type Executor = WasmExecutor<sp_io::SubstrateHostFunctions>;
type Client = TFullClient<OpaqueBlock, RuntimeApi, Executor>;
type Pool = TransactionPoolHandle<OpaqueBlock, Client>;
type Card = Host<SoftwareCard<MemoryMedium>>;

/// What takes longer has failed.
const PATIENCE: Duration = Duration::from_secs(60);
/// How much each account starts with, in base units.
const ENDOWMENT: Balance = 10_000_000;
const BATCH: BatchId = BatchId(77);

/// A node of the other chain, without network and consensus.
struct Node {
    client: Arc<Client>,
    backend: Arc<TFullBackend<OpaqueBlock>>,
    pool: Arc<Pool>,
    tasks: TaskManager,
    folder: TempDir,
}

impl Node {
    fn new(genesis: serde_json::Value) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let backend = sc_service::new_db_backend::<OpaqueBlock>(DatabaseSettings {
            trie_cache_maximum_size: Some(1 << 20),
            state_pruning: Some(PruningMode::ArchiveAll),
            source: DatabaseSource::ParityDb { path: folder.path().join("chain") },
            blocks_pruning: BlocksPruning::KeepAll,
            pruning_filters: Vec::new(),
            metrics_registry: None,
        })
        .unwrap();
        let wasm = WASM_BINARY.expect("the WASM was built: SKIP_WASM_BUILD is not set");
        let spec = GenericChainSpec::<sc_service::NoExtension>::builder(wasm, None)
            .with_genesis_config_patch(genesis)
            .build();
        let executor = Executor::builder().build();
        let genesis = GenesisBlockBuilder::new(&spec, true, backend.clone(), executor.clone()).unwrap();
        let tasks = TaskManager::new(tokio::runtime::Handle::current(), None).unwrap();
        let client = sc_service::new_client(
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
        );
        let client = Arc::new(client.unwrap());
        let options = TransactionPoolOptions::new_with_params(
            8_192,
            20 << 20,
            None,
            TransactionPoolType::ForkAware,
            false,
            false,
        );
        let every_block = options.use_all_block_notifications();
        let spawner = tasks.spawn_essential_handle();
        let pool = sc_transaction_pool::Builder::new(spawner, client.clone(), true.into());
        let pool = Arc::new(pool.with_options(options).build());
        let news = notification_future(client.clone(), pool.clone(), every_block);
        tasks.spawn_handle().spawn("pool", None, news);
        Self { client, backend, pool, tasks, folder }
    }

    fn index_path(&self) -> PathBuf {
        self.folder.path().join("index")
    }

    fn source(&self) -> Source<Client, OpaqueBlock> {
        Source::with_backend(self.client.clone(), self.backend.clone())
    }

    fn start_plugin(&self) -> Arc<Index> {
        spawn::<_, _, OpaqueBlock>(Plugin {
            source: self.source(),
            pool: self.pool.clone(),
            store: store(self.index_path()),
            history: true,
            spawner: &self.tasks.spawn_handle(),
            registry: None,
        })
        .unwrap()
    }

    fn genesis(&self) -> H256 {
        self.client.info().genesis_hash
    }

    fn best(&self) -> H256 {
        self.client.info().best_hash
    }

    fn signed(&self, by: Sr25519Keyring, nonce: u32, call: impl Into<RuntimeCall>) -> OpaqueExtrinsic {
        let call = call.into();
        let (extension, implicit) = extension(nonce, self.genesis());
        let payload = SignedPayload::from_raw(call.clone(), extension.clone(), implicit);
        let signature = payload.using_encoded(|bytes| by.sign(bytes));
        let address = by.to_account_id().into();
        UncheckedExtrinsic::new_signed(call, address, signature.into(), extension).into()
    }

    /// An order as a transaction that no account signs.
    fn bare(&self, (order, signature): (Order, Signature)) -> OpaqueExtrinsic {
        let call = pallet_carriers::Call::<Runtime>::spend { order, signature };
        UncheckedExtrinsic::new_bare(call.into()).into()
    }

    /// Submits once the pool has come to the best block: while it is on the way there, it may take a transaction and
    /// say all the same that it had it already.
    async fn submit(&self, transaction: OpaqueExtrinsic) -> H256 {
        let best = self.best();
        self.pool.ready_at(best).await;
        self.pool.submit_one(best, TransactionSource::External, transaction).await.unwrap()
    }

    /// The transactions that the pool has for a block on top of this one.
    async fn ready(&self, parent: H256) -> Vec<OpaqueExtrinsic> {
        let ready = self.pool.ready_at(parent).await;
        ready.map(|transaction| OpaqueExtrinsic::clone(transaction.data())).collect()
    }

    /// A block of these transactions, executed and imported.
    async fn block(&self, parent: H256, transactions: Vec<OpaqueExtrinsic>) -> H256 {
        let builder = BlockBuilderBuilder::new(&*self.client).on_parent_block(parent);
        let mut builder = builder.fetch_parent_block_number(&*self.client).unwrap().build().unwrap();
        for transaction in transactions {
            builder.push(transaction).unwrap();
        }
        let (header, transactions) = builder.build().unwrap().into_inner().0.deconstruct();
        let hash = header.hash();
        let mut block = BlockImportParams::new(BlockOrigin::Own, header);
        block.body = Some(transactions);
        block.state_action = StateAction::Execute;
        block.fork_choice = Some(ForkChoiceStrategy::LongestChain);
        let imported = self.client.import_block(block).await.unwrap();
        assert!(matches!(imported, ImportResult::Imported(_)), "{imported:?}");
        hash
    }

    /// A block on top of the best one, of all that the pool has.
    async fn next(&self) -> H256 {
        let best = self.best();
        self.block(best, self.ready(best).await).await
    }

    fn finalize(&self, hash: H256) {
        self.client.finalize_block(hash, None, true).unwrap();
    }
}

/// A factory's card, and the machine in front of it.
fn card(batch: &Batch) -> Card {
    let hardware = OsHardware::without_delay;
    let memory = factory::personalise(batch, &Specification::contact(Scheme::Secp256k1), &mut hardware()).unwrap();
    let mut card = Host::new(SoftwareCard::in_memory(&memory, hardware()).unwrap());
    card.select().unwrap();
    card
}

/// The genesis of a chain with a manufacturer (Eve) of one batch, and a machine (Bob) that Charlie runs.
fn genesis(batch: &Batch) -> serde_json::Value {
    let endowed = [Alice, Bob, Charlie, Dave, Eve, Ferdie].map(Sr25519Keyring::to_account_id);
    let balances: Vec<_> = endowed.into_iter().chain([TREASURY]).map(|account| (account, ENDOWMENT)).collect();
    let batch = json!({ "id": BATCH.0, "key": batch.key().to_vec(), "capacity": 10, "expires": 1_000 });
    let maker =
        json!({ "account": Eve.to_account_id(), "name": "another factory", "quota": 10, "batches": [batch] });
    let machine = json!({ "account": Bob.to_account_id(), "operator": Charlie.to_account_id(), "grants": 3 });
    json!({
        "balances": { "balances": balances },
        "manufacturers": { "manufacturers": [maker] },
        "machines": { "machines": [machine] },
    })
}

/// Why the issuer of this chain freezes a carrier.
const CAUSE: Cause = Cause { code: CauseCode::LegalOrder, document: Some([0xd0; 32]) };

fn store(path: PathBuf) -> StoreOptions {
    StoreOptions { path, cache_bytes: 1 << 20 }
}

fn account(of: Sr25519Keyring) -> [u8; 32] {
    of.to_account_id().into()
}

/// One carrier, its card, and what the index says of it.
struct Watched {
    index: Arc<Index>,
    carrier: CarrierId,
    card: Card,
    genesis: H256,
}

impl Watched {
    /// A signed order that pays Dave.
    fn order(&mut self, sequence: u32, amount: Balance) -> (Order, Signature) {
        let order = Order {
            genesis: self.genesis.0,
            carrier: self.carrier,
            purpose: Purpose::Transfer,
            sequence,
            to: account(Dave),
            amount,
            fee: 1_000,
            fee_to: account(Charlie),
            valid_until: 50,
            reference: NO_REFERENCE,
            epoch: 0,
        };
        (order, self.card.sign_order(&order).unwrap())
    }

    fn facts(&self) -> Facts {
        let question = Question { carrier: Some(self.carrier), certified: Some(BATCH), ..Question::default() };
        self.index.moment([&self.carrier]).unwrap().facts(&question).unwrap()
    }

    fn history(&self) -> Vec<HistoryRow> {
        self.index.moment([]).unwrap().history(&self.carrier, None, 100).unwrap()
    }

    /// Waits; at every look on the way, `always` must hold too.
    async fn wait(&self, what: &str, always: impl Fn(&Facts) -> bool, is_so: impl Fn(&Facts) -> bool) -> Facts {
        let begun = Instant::now();
        loop {
            let facts = self.facts();
            assert!(always(&facts), "on the way to {what}: {facts:?}");
            if is_so(&facts) {
                return facts;
            }
            assert!(begun.elapsed() < PATIENCE, "{what} does not happen: {facts:?}, {:?}", self.index.status());
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    async fn wait_for_best(&self, number: u32) -> Facts {
        self.wait("the block", |_| true, |facts| facts.best.number == number).await
    }

    async fn wait_for_final(&self, number: u32) -> Facts {
        self.wait("finality", |_| true, |facts| facts.finalized.number == number).await
    }
}

fn sequence(facts: &Facts) -> u32 {
    facts.best.carrier.map_or(0, |carrier| carrier.sequence)
}

/// The sequences of the orders that wait.
fn waiting(facts: &Facts) -> Vec<u32> {
    facts.pending.iter().map(|pending| pending.claim.sequence).collect()
}

/// Whether a spend is seen, in the chain or waiting: never in neither.
fn shows(number: u32) -> impl Fn(&Facts) -> bool {
    move |facts| sequence(facts) >= number || waiting(facts).contains(&number)
}

#[tokio::test(flavor = "multi_thread")]
async fn f11_f14_another_chain_adopts_the_plugin() {
    let batch = Batch::native(BATCH, Scheme::P256, &mut OsHardware::without_delay()).unwrap();
    let node = Node::new(genesis(&batch));
    let index = node.start_plugin();
    let begun = Instant::now();
    while index.status() != Status::Following || index.moment([]).is_none() {
        assert!(begun.elapsed() < PATIENCE, "{:?}", index.status());
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let mut watched = register(&node, index, &batch).await;
    put_money_on(&node, &watched).await;
    spend_through_a_reorganisation(&node, &mut watched).await;
    spend_inside_a_batch(&node, &mut watched).await;
    freeze(&node, &watched).await;
    compare_with_the_chain(node, watched).await;
}

/// The machine registers a new card, in block 1.
async fn register(node: &Node, index: Arc<Index>, batch: &Batch) -> Watched {
    let moment = index.moment([]).unwrap();
    let machine = MachineId(account(Bob));
    assert_eq!(moment.base().open_grants(machine, 0, 10).unwrap(), [0, 1, 2], "the genesis was read");

    let mut card = card(batch);
    let terms = CarrierTerms::default();
    let asked = Initialisation { genesis: node.genesis().0, machine, grant: 0, terms };
    let statement = card.initialise(&asked, Scheme::Secp256k1).unwrap();
    let certificate = card.certificate().unwrap();
    let carrier = card.carrier().unwrap();
    let registration = Registration { grant: 0, certificate, statement, terms };
    let call = pallet_carriers::Call::<Runtime>::initialise { registration };
    node.submit(node.signed(Bob, 0, call)).await;
    node.next().await;

    let watched = Watched { index, carrier, card, genesis: node.genesis() };
    let facts = watched.wait_for_best(1).await;
    assert_eq!(facts.best.carrier.unwrap().depositor, account(Charlie));
    assert_eq!(facts.finalized.carrier, None);
    assert_eq!(facts.batch.unwrap().1.registered, 1);
    watched
}

/// Money comes by a plain transfer and by the pallet's call, in block 2, which becomes final.
async fn put_money_on(node: &Node, watched: &Watched) {
    let carrier = watched.carrier;
    let dest = sp_runtime::AccountId32::new(carrier.0).into();
    let transfer = pallet_balances::Call::<Runtime>::transfer_allow_death { dest, value: 30_000 };
    node.submit(node.signed(Alice, 0, transfer)).await;
    let fund = pallet_carriers::Call::<Runtime>::fund { carrier, amount: 70_000 };
    node.submit(node.signed(Alice, 1, fund)).await;
    let block = node.next().await;

    let facts = watched.wait_for_best(2).await;
    assert_eq!((facts.best.balance, facts.finalized.balance), (100_000, 0));
    node.finalize(block);
    assert_eq!(watched.wait_for_final(2).await.finalized.balance, 100_000);
}

/// An order is in the pool, in a block, in a block that was dropped, in a block again, and final.
async fn spend_through_a_reorganisation(node: &Node, watched: &mut Watched) {
    let order = watched.order(1, 40_000);
    let transaction = node.submit(node.bare(order)).await;
    let facts = watched.wait("the claim", |_| true, |facts| waiting(facts) == [1]).await;
    assert_eq!(facts.pending[0].origin, core::Origin::Pool(transaction));
    assert_eq!((facts.best.number, facts.best.balance), (2, 100_000), "it is in no block");

    let (parent, dropped) = (node.best(), node.next().await);
    let in_block = |facts: &Facts| sequence(facts) == 1 && facts.pending.is_empty();
    let facts = watched.wait("the spend in the block", shows(1), in_block).await;
    assert_eq!((facts.best.number, facts.best.balance), (3, 59_000));
    assert_eq!((facts.finalized.number, facts.finalized.balance), (2, 100_000));
    assert!(!watched.history()[0].is_final);
    // Long enough for the index to forget that the transaction was in the pool.
    watched.wait("an empty pool", shows(1), |_| watched.index.claims_len() == (0, 0)).await;

    let other = node.block(parent, Vec::new()).await;
    assert_eq!(node.best(), dropped, "a fork as long as the best chain is not better");
    let other = node.block(other, Vec::new()).await;
    assert_eq!(node.best(), other);
    let is_back = |facts: &Facts| facts.best.number == 4 && waiting(facts).contains(&1);
    let facts = watched.wait("the spend waiting again", shows(1), is_back).await;
    assert_eq!((sequence(&facts), facts.best.balance), (0, 100_000));
    assert!(!watched.history().iter().any(|row| matches!(row.what, Happening::Spent { .. })));

    let block = node.next().await;
    let facts = watched.wait("the spend in a block again", shows(1), in_block).await;
    assert_eq!((facts.best.number, facts.best.balance), (5, 59_000), "the pool had kept the order");
    node.finalize(block);
    let facts = watched.wait("finality", shows(1), |facts| facts.finalized.number == 5).await;
    assert_eq!(facts.finalized.carrier.map(|carrier| carrier.sequence), Some(1));
    assert_eq!(facts.finalized.balance, 59_000);
}

/// An order inside a call of this chain's own, that Alice signs: seen in the pool if the card signed it.
async fn spend_inside_a_batch(node: &Node, watched: &mut Watched) {
    let (order, signature) = watched.order(2, 10_000);
    let forged = Order { amount: 20_000, ..order };
    let calls = [forged, order].map(|order| pallet_carriers::Call::<Runtime>::spend { order, signature }.into());
    let batch = pallet_utility::Call::<Runtime>::force_batch { calls: calls.into() };
    node.submit(node.signed(Alice, 2, batch)).await;
    let facts = watched.wait("the claim", |_| true, |facts| !facts.pending.is_empty()).await;
    assert_eq!(waiting(&facts), [2], "the forged one is not believed");
    assert_eq!(facts.pending[0].claim.amount, 10_000);
    node.next().await;
    let in_block = |facts: &Facts| sequence(facts) == 2 && facts.pending.is_empty();
    assert_eq!(watched.wait("the spend in the block", shows(2), in_block).await.best.balance, 48_000);
}

/// This chain's issuer is one account.
async fn freeze(node: &Node, watched: &Watched) {
    let call = pallet_carriers::Call::<Runtime>::freeze { carrier: watched.carrier, cause: CAUSE };
    node.submit(node.signed(Ferdie, 0, call)).await;
    let block = node.next().await;
    let facts = watched.wait_for_best(7).await;
    assert_eq!(facts.best.carrier.unwrap().state, CarrierState::Frozen);
    assert_eq!(facts.finalized.carrier.unwrap().state, CarrierState::Active);
    node.finalize(block);
    watched.wait_for_final(7).await;
}

/// The history is what happened, and the files are what the chain says.
async fn compare_with_the_chain(node: Node, watched: Watched) {
    assert_eq!(watched.index.moment([]).unwrap().history_since(), 0);
    let (alice, dave, charlie) = (account(Alice), account(Dave), account(Charlie));
    let spent = |sequence, amount, fee, network_fee| Happening::Spent {
        sequence,
        purpose: Purpose::Transfer,
        to: dave,
        amount,
        fee_to: charlie,
        fee,
        network_fee,
        reference: None,
    };
    let initialised = Happening::Initialised {
        batch: BATCH,
        machine: MachineId(account(Bob)),
        grant: 0,
        generation: 1,
        currency: CurrencyId::Native,
        denomination: None,
    };
    let happened = [
        (7, Happening::Frozen { by: Actor::Account(account(Ferdie)), cause: CAUSE }),
        // The signer of the batch paid the network; this one charges nothing.
        (6, spent(2, 10_000, 1_000, 0)),
        (5, spent(1, 40_000, 690, 310)),
        (2, Happening::Funded { amount: 70_000, by: alice, machine: None, fee: 0 }),
        (2, Happening::Received { amount: 30_000, currency: CurrencyId::Native, from: Some(alice) }),
        (1, initialised),
    ];
    let history = watched.history();
    assert_eq!(history.iter().map(|row| (row.position.block, row.what)).collect::<Vec<_>>(), happened);
    for row in history {
        assert!(row.is_final);
        assert_eq!(Some(row.block), node.client.hash(row.position.block).unwrap());
        assert_eq!(row.timestamp, u64::from(row.position.block) * BLOCK_MILLIS);
    }

    let source = node.source();
    let Node { tasks, folder, .. } = node;
    let Watched { index, genesis, .. } = watched;
    drop((tasks, index));
    let live = reopened(folder.path().join("index"), genesis).await;
    let report = verify::verify::<_, OpaqueBlock>(&source, &live, &mut |_, _| {}).unwrap();
    assert!(report.holds(), "{report:?}");
    assert_eq!((report.chain.carriers, report.chain.batches, report.chain.machines), (1, 1, 1));

    let mut again = Store::open(&store(folder.path().join("again")), genesis).unwrap();
    build::from_history::<_, OpaqueBlock>(&source, &mut again, &mut |_, _| {}).unwrap();
    assert_eq!(live.dump().unwrap(), again.dump().unwrap());
}

/// Somebody listens to the index and does not come back: the index's thread hangs.
#[derive(Default)]
struct Stuck {
    reached: AtomicBool,
    released: AtomicBool,
}

impl Listener for Stuck {
    fn changed(&self, _: Touched) {
        self.reached.store(true, Ordering::Relaxed);
        while !self.released.load(Ordering::Relaxed) {
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn f11_stalled_index_delays_no_block() {
    const BLOCKS: u32 = 100;
    let batch = Batch::native(BATCH, Scheme::P256, &mut OsHardware::without_delay()).unwrap();
    let node = Node::new(genesis(&batch));
    let index = node.start_plugin();
    wait_for("an index", || index.status() == Status::Following).await;
    let stuck = Arc::new(Stuck::default());
    index.set_listener(stuck.clone());
    node.next().await;
    wait_for("the index to hang", || stuck.reached.load(Ordering::Relaxed)).await;

    // The chain goes on, finality too, and the index stays where it was.
    for _ in 0..BLOCKS {
        let block = node.next().await;
        node.finalize(block);
    }
    assert_eq!(node.client.info().finalized_number, BLOCKS + 1);
    assert!(index.moment([]).unwrap().best().number <= 1);

    stuck.released.store(true, Ordering::Relaxed);
    wait_for("the index to catch up", || index.moment([]).unwrap().finalized().number == BLOCKS + 1).await;
}

async fn wait_for(what: &str, holds: impl Fn() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < PATIENCE, "waited in vain for {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// The plugin's database, once its tasks have let go of it.
async fn reopened(path: PathBuf, genesis: H256) -> Store {
    let begun = Instant::now();
    loop {
        match Store::open(&store(path.clone()), genesis) {
            Ok(store) => return store,
            Err(error) => assert!(begun.elapsed() < PATIENCE, "{error}"),
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

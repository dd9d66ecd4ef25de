//! A pool under the test's control: it announces, forgets, and lets its news fall silent as the real one does.

use crate::model::{extrinsic, Block};
use futures::channel::mpsc;
use parking_lot::Mutex;
use sc_transaction_pool_api::{
    error::Error, ImportNotificationStream, InPoolTransaction, PoolStatus, ReadyTransactions, TransactionPool,
    TransactionSource, TransactionStatusStreamFor, TransactionTag, TxInvalidityReportMap,
};
use sp_core::H256;
use sp_runtime::OpaqueExtrinsic;
use specie_primitives::{crypto::blake2_256, index::Claim};
use std::{
    collections::{BTreeMap, HashMap, HashSet},
    pin::Pin,
    sync::Arc,
    time::Duration,
};

/// How many announcements wait for a listener; the real pool's queues are bounded too.
const NEWS: usize = 16;

/// A transaction.
#[derive(Clone, Debug)]
pub struct Transaction {
    pub hash: H256,
    pub data: Arc<OpaqueExtrinsic>,
    pub claims: Vec<Claim>,
}

impl Transaction {
    pub fn new(salt: u64, claims: Vec<Claim>) -> Self {
        let data = extrinsic(salt, &claims);
        Self { hash: blake2_256(data.inner()).into(), data: Arc::new(data), claims }
    }
}

impl InPoolTransaction for Transaction {
    type Transaction = Arc<OpaqueExtrinsic>;
    type Hash = H256;

    fn data(&self) -> &Arc<OpaqueExtrinsic> {
        &self.data
    }
    fn hash(&self) -> &H256 {
        &self.hash
    }
    fn priority(&self) -> &u64 {
        &0
    }
    fn longevity(&self) -> &u64 {
        &64
    }
    fn requires(&self) -> &[TransactionTag] {
        &[]
    }
    fn provides(&self) -> &[TransactionTag] {
        &[]
    }
    fn is_propagable(&self) -> bool {
        true
    }
}

/// A pool.
#[derive(Default)]
pub struct Pool(Mutex<Inside>);

#[derive(Default)]
struct Inside {
    ready: BTreeMap<H256, Arc<Transaction>>,
    futures: BTreeMap<H256, Transaction>,
    /// There, and not shown: the pool moves from one block to the next.
    holes: HashSet<H256>,
    /// What was announced once is not announced again.
    announced: HashSet<H256>,
    listeners: Vec<mpsc::Sender<H256>>,
    subscriptions: usize,
}

impl Inside {
    fn announce(&mut self, hash: H256) {
        if self.announced.insert(hash) {
            // A listener that lags is removed without a word.
            self.listeners.retain_mut(|listener| listener.try_send(hash).is_ok());
        }
    }
}

impl Pool {
    pub fn new() -> Arc<Self> {
        Arc::default()
    }

    /// Takes a transaction in, as ready.
    pub fn add(&self, transaction: &Transaction) {
        let mut inside = self.0.lock();
        inside.futures.remove(&transaction.hash);
        inside.ready.insert(transaction.hash, Arc::new(transaction.clone()));
        inside.announce(transaction.hash);
    }

    /// Takes a transaction in whose turn has not come. Nobody hears of it.
    pub fn add_future(&self, transaction: &Transaction) {
        let mut inside = self.0.lock();
        if !inside.ready.contains_key(&transaction.hash) {
            inside.futures.insert(transaction.hash, transaction.clone());
        }
    }

    /// A transaction vanishes. Nobody hears of it.
    pub fn remove(&self, hash: &H256) {
        let mut inside = self.0.lock();
        inside.ready.remove(hash);
        inside.futures.remove(hash);
        inside.holes.remove(hash);
    }

    /// Shows everything but these.
    pub fn set_holes(&self, holes: HashSet<H256>) {
        self.0.lock().holes = holes;
    }

    /// Every transaction that is there, shown or not.
    pub fn all(&self) -> Vec<Transaction> {
        let inside = self.0.lock();
        let ready = inside.ready.values().map(|transaction| Transaction::clone(transaction));
        ready.chain(inside.futures.values().cloned()).collect()
    }

    /// Those that it shows.
    pub fn shown(&self) -> HashSet<H256> {
        let inside = self.0.lock();
        inside
            .ready
            .keys()
            .chain(inside.futures.keys())
            .filter(|hash| !inside.holes.contains(hash))
            .copied()
            .collect()
    }

    /// Those that it shows as ready.
    pub fn shown_ready(&self) -> HashSet<H256> {
        let inside = self.0.lock();
        inside.ready.keys().filter(|hash| !inside.holes.contains(hash)).copied().collect()
    }

    /// Ends the news of everybody.
    pub fn end_news(&self) {
        self.0.lock().listeners.clear();
    }

    /// How many listen, and how often somebody has begun to.
    pub fn listeners(&self) -> (usize, usize) {
        let inside = self.0.lock();
        (inside.listeners.len(), inside.subscriptions)
    }
}

/// Some transactions, one after the other.
struct Ready(std::vec::IntoIter<Arc<Transaction>>);

impl Iterator for Ready {
    type Item = Arc<Transaction>;

    fn next(&mut self) -> Option<Arc<Transaction>> {
        self.0.next()
    }
}

impl ReadyTransactions for Ready {
    fn report_invalid(&mut self, _: &Arc<Transaction>) {}
}

type AnyReady = Box<dyn ReadyTransactions<Item = Arc<Transaction>> + Send>;

#[async_trait::async_trait]
impl TransactionPool for Pool {
    type Block = Block;
    type Hash = H256;
    type InPoolTransaction = Transaction;
    type Error = Error;

    async fn submit_at(
        &self,
        _: H256,
        _: TransactionSource,
        _: Vec<OpaqueExtrinsic>,
    ) -> Result<Vec<Result<H256, Error>>, Error> {
        unimplemented!("nobody asks")
    }

    async fn submit_one(&self, _: H256, _: TransactionSource, _: OpaqueExtrinsic) -> Result<H256, Error> {
        unimplemented!("nobody asks")
    }

    async fn submit_and_watch(
        &self,
        _: H256,
        _: TransactionSource,
        _: OpaqueExtrinsic,
    ) -> Result<Pin<Box<TransactionStatusStreamFor<Self>>>, Error> {
        unimplemented!("nobody asks")
    }

    async fn ready_at(&self, _: H256) -> AnyReady {
        self.ready()
    }

    fn ready(&self) -> AnyReady {
        let inside = self.0.lock();
        let shown = inside.ready.values().filter(|transaction| !inside.holes.contains(&transaction.hash));
        Box::new(Ready(shown.cloned().collect::<Vec<_>>().into_iter()))
    }

    async fn report_invalid(&self, _: Option<H256>, _: TxInvalidityReportMap<H256>) -> Vec<Arc<Transaction>> {
        unimplemented!("nobody asks")
    }

    fn futures(&self) -> Vec<Transaction> {
        let inside = self.0.lock();
        inside.futures.values().filter(|transaction| !inside.holes.contains(&transaction.hash)).cloned().collect()
    }

    fn status(&self) -> PoolStatus {
        unimplemented!("nobody asks")
    }

    fn import_notification_stream(&self) -> ImportNotificationStream<H256> {
        let (sender, receiver) = mpsc::channel(NEWS);
        let mut inside = self.0.lock();
        inside.listeners.push(sender);
        inside.subscriptions += 1;
        receiver
    }

    fn on_broadcasted(&self, _: HashMap<H256, Vec<String>>) {}

    fn hash_of(&self, extrinsic: &OpaqueExtrinsic) -> H256 {
        blake2_256(extrinsic.inner()).into()
    }

    fn ready_transaction(&self, hash: &H256) -> Option<Arc<Transaction>> {
        let inside = self.0.lock();
        inside.ready.get(hash).filter(|_| !inside.holes.contains(hash)).cloned()
    }

    async fn ready_at_with_timeout(&self, _: H256, _: Duration) -> AnyReady {
        self.ready()
    }
}

//! The door of the pool: an order whose signature is not its card's is turned away before the runtime is asked.
//!
//! A forged order costs its sender nothing. The runtime would find it out in WASM, for P-256 in a millisecond; the node's own
//! code takes a tenth of that. Nothing else is decided here: an order of a card that the chain does not know, one that this code
//! cannot read, and every other extrinsic go to the pool as they are. A card's key never changes (its address is a hash of
//! it), so that an order is forged at every block or at none.
//!
//! A peer that sends a forged order loses reputation, as for every transaction that the pool finds bad.

use crate::full::{FullClient, FullPool};
use async_trait::async_trait;
use codec::DecodeAll as _;
use frame_support::traits::{GetCallIndex as _, GetCallName as _, PalletInfoAccess as _};
use parking_lot::Mutex;
use prometheus_endpoint::{register, Counter, PrometheusError, Registry, U64};
use sc_client_api::StorageProvider as _;
use sc_transaction_pool_api::{
    error::Error as PoolError, ChainEvent, ImportNotificationStream, MaintainedTransactionPool, PoolStatus,
    ReadyTransactions, TransactionFor, TransactionPool, TransactionSource, TransactionStatusStreamFor, TxHash,
    TxInvalidityReportMap,
};
use sp_api::{CallApiAt as _, CallContext};
use sp_runtime::{generic::EXTRINSIC_FORMAT_VERSION, transaction_validity::InvalidTransaction, OpaqueExtrinsic};
use sp_storage::StorageKey;
use specie_primitives::{
    crypto::{Signature, Software},
    order::Order,
    records::Carrier,
};
use specie_runtime::{opaque::Block, Carriers, Hash, Runtime, VERSION};
use std::{collections::HashMap, pin::Pin, sync::Arc, time::Duration};

type InPool = <FullPool as TransactionPool>::InPoolTransaction;
type Error = <FullPool as TransactionPool>::Error;

/// The pool behind its door.
pub struct Sieve {
    pool: Arc<FullPool>,
    client: Arc<FullClient>,
    /// Whether the runtime at a block is the one whose extrinsics this code reads.
    known: Mutex<Option<(Hash, bool)>>,
    turned_away: Option<Counter<U64>>,
    /// What the bytes of an order begin with; `None`: this runtime has none.
    prefix: Option<[u8; 3]>,
}

impl Sieve {
    /// Puts the door before `pool`.
    pub fn new(
        pool: Arc<FullPool>,
        client: Arc<FullClient>,
        registry: Option<&Registry>,
    ) -> Result<Self, PrometheusError> {
        let counter = |registry| {
            let name = "specie_pool_forged_orders_total";
            register(
                Counter::new(name, "Orders whose signature is not their card's, turned away from the pool")?,
                registry,
            )
        };
        let turned_away = registry.map(counter).transpose()?;
        Ok(Self { pool, client, known: Mutex::new(None), turned_away, prefix: prefix_of_orders() })
    }

    /// An error for an order that is not its card's.
    fn pass(&self, at: Hash, extrinsic: &OpaqueExtrinsic) -> Result<(), Error> {
        if !self.is_forged(at, extrinsic).unwrap_or(false) {
            return Ok(());
        }
        if let Some(counter) = &self.turned_away {
            counter.inc();
        }
        Err(PoolError::InvalidTransaction(InvalidTransaction::BadProof).into())
    }

    /// `None`: it is no order, or this node cannot tell.
    fn is_forged(&self, at: Hash, extrinsic: &OpaqueExtrinsic) -> Option<bool> {
        let (order, signature) = order_in(extrinsic, self.prefix?)?;
        if !self.is_known_runtime(at) {
            return None;
        }
        let key = StorageKey(pallet_carriers::Carriers::<Runtime>::hashed_key_for(order.carrier));
        let stored = self.client.storage(at, &key).ok()??;
        let carrier = Carrier::decode_all(&mut &*stored.0).ok()?;
        Some(!order.verify::<Software>(&signature, &carrier.currency_key))
    }

    /// Whether this code reads the extrinsics of the runtime at a block as that runtime does.
    fn is_known_runtime(&self, at: Hash) -> bool {
        let mut known = self.known.lock();
        if let Some((_, is_known)) = known.filter(|(block, _)| *block == at) {
            return is_known;
        }
        let version = self.client.runtime_version_at(at, CallContext::Offchain);
        let is_known = version.is_ok_and(|version| {
            (version.spec_version, version.transaction_version)
                == (VERSION.spec_version, VERSION.transaction_version)
        });
        *known = Some((at, is_known));
        is_known
    }
}

/// The order that an extrinsic is, as a card's holder sends it: a bare extrinsic of the current format with this one call.
///
/// Nothing else is decoded here. A call may hold calls that hold calls, as deep as its sender likes, and what decodes
/// those outside of the runtime's sandbox runs out of stack.
fn order_in(extrinsic: &OpaqueExtrinsic, prefix: [u8; 3]) -> Option<(Order, Signature)> {
    let call = extrinsic.inner().strip_prefix(&prefix)?;
    <(Order, Signature)>::decode_all(&mut &*call).ok()
}

/// What the bytes of such an extrinsic begin with: the format, and the index of pallet and call.
fn prefix_of_orders() -> Option<[u8; 3]> {
    let spend = pallet_carriers::Call::<Runtime>::get_call_names().iter().position(|name| *name == "spend")?;
    let call = pallet_carriers::Call::<Runtime>::get_call_indices().get(spend)?;
    Some([EXTRINSIC_FORMAT_VERSION, u8::try_from(Carriers::index()).ok()?, *call])
}

#[async_trait]
impl TransactionPool for Sieve {
    type Block = Block;
    type Hash = TxHash<FullPool>;
    type InPoolTransaction = InPool;
    type Error = Error;

    async fn submit_at(
        &self,
        at: Hash,
        source: TransactionSource,
        extrinsics: Vec<TransactionFor<Self>>,
    ) -> Result<Vec<Result<TxHash<Self>, Error>>, Error> {
        let passed: Vec<_> = extrinsics.iter().map(|extrinsic| self.pass(at, extrinsic)).collect();
        let good = extrinsics.into_iter().zip(&passed).filter(|(_, passed)| passed.is_ok());
        let good: Vec<_> = good.map(|(extrinsic, _)| extrinsic).collect();
        let mut submitted = self.pool.submit_at(at, source, good).await?.into_iter();
        let unanswered = || Err(PoolError::Unactionable.into());
        Ok(passed
            .into_iter()
            .map(|passed| match passed {
                Ok(()) => submitted.next().unwrap_or_else(unanswered),
                Err(error) => Err(error),
            })
            .collect())
    }

    async fn submit_one(
        &self,
        at: Hash,
        source: TransactionSource,
        extrinsic: TransactionFor<Self>,
    ) -> Result<TxHash<Self>, Error> {
        self.pass(at, &extrinsic)?;
        self.pool.submit_one(at, source, extrinsic).await
    }

    async fn submit_and_watch(
        &self,
        at: Hash,
        source: TransactionSource,
        extrinsic: TransactionFor<Self>,
    ) -> Result<Pin<Box<TransactionStatusStreamFor<Self>>>, Error> {
        self.pass(at, &extrinsic)?;
        self.pool.submit_and_watch(at, source, extrinsic).await
    }

    async fn ready_at(&self, at: Hash) -> Box<dyn ReadyTransactions<Item = Arc<InPool>> + Send> {
        self.pool.ready_at(at).await
    }

    fn ready(&self) -> Box<dyn ReadyTransactions<Item = Arc<InPool>> + Send> {
        self.pool.ready()
    }

    async fn report_invalid(
        &self,
        at: Option<Hash>,
        errors: TxInvalidityReportMap<TxHash<Self>>,
    ) -> Vec<Arc<InPool>> {
        self.pool.report_invalid(at, errors).await
    }

    fn futures(&self) -> Vec<InPool> {
        self.pool.futures()
    }

    fn status(&self) -> PoolStatus {
        self.pool.status()
    }

    fn import_notification_stream(&self) -> ImportNotificationStream<TxHash<Self>> {
        self.pool.import_notification_stream()
    }

    fn on_broadcasted(&self, propagations: HashMap<TxHash<Self>, Vec<String>>) {
        self.pool.on_broadcasted(propagations);
    }

    fn hash_of(&self, extrinsic: &TransactionFor<Self>) -> TxHash<Self> {
        self.pool.hash_of(extrinsic)
    }

    fn ready_transaction(&self, hash: &TxHash<Self>) -> Option<Arc<InPool>> {
        self.pool.ready_transaction(hash)
    }

    async fn ready_at_with_timeout(
        &self,
        at: Hash,
        timeout: Duration,
    ) -> Box<dyn ReadyTransactions<Item = Arc<InPool>> + Send> {
        self.pool.ready_at_with_timeout(at, timeout).await
    }
}

#[async_trait]
impl MaintainedTransactionPool for Sieve {
    async fn maintain(&self, event: ChainEvent<Block>) {
        self.pool.maintain(event).await;
    }
}

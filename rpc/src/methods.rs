//! The methods. Each takes one snapshot and answers from it alone.

use crate::{
    answers::{
        reason_name, BatchAnswer, BatchList, GrantAnswer, GrantList, HealthAnswer, ManufacturerAnswer,
        ManufacturerList, VerdictAnswer, VerdictItem, VerdictList,
    },
    error::Error,
    input::{address, hex_of, ss58, VerdictQuery},
    snapshot::Snapshot,
    Deps,
};
use jsonrpsee::{core::async_trait, proc_macros::rpc};
use sp_api::ProvideRuntimeApi;
use sp_blockchain::HeaderBackend;
use sp_runtime::traits::Block as BlockT;
use specie_primitives::{
    api::CarrierApi,
    grant,
    ids::{BatchId, MachineId, ManufacturerId},
};
use std::marker::PhantomData;

/// The most questions in one `carrier_verdicts`: each costs a few calls of the runtime.
pub const MAX_VERDICTS: usize = 256;

/// The items in one page of a list.
pub const MAX_LIST: u32 = 128;

/// Specie's methods.
#[rpc(client, server)]
pub trait SpecieRpc {
    /// What a carrier is worth, and whether it is valid now.
    #[method(name = "carrier_verdict", blocking)]
    fn verdict(&self, query: VerdictQuery) -> Result<VerdictAnswer, Error>;

    /// The same for many, from one snapshot.
    #[method(name = "carrier_verdicts", blocking)]
    fn verdicts(&self, queries: Vec<VerdictQuery>) -> Result<VerdictList, Error>;

    /// A batch, at the last final block.
    #[method(name = "batch_get", blocking)]
    fn batch(&self, batch: u64) -> Result<BatchAnswer, Error>;

    /// The batches of a manufacturer.
    #[method(name = "batch_list", blocking)]
    fn batches(&self, manufacturer: u32, cursor: Option<u32>) -> Result<BatchList, Error>;

    /// The manufacturers.
    #[method(name = "manufacturer_list", blocking)]
    fn manufacturers(&self, cursor: Option<u32>) -> Result<ManufacturerList, Error>;

    /// What a machine may do and the grants that it may use.
    #[method(name = "machine_grants", blocking)]
    fn grants(&self, machine: String, cursor: Option<u32>) -> Result<GrantList, Error>;

    /// Whether the node can answer.
    #[method(name = "specie_health", blocking)]
    fn health(&self) -> Result<HealthAnswer, Error>;
}

/// The methods over a client.
pub struct Methods<C, B> {
    deps: Deps<C>,
    block: PhantomData<fn() -> B>,
}

impl<C, B> Methods<C, B>
where
    B: BlockT<Hash = sp_core::H256>,
    C: ProvideRuntimeApi<B> + HeaderBackend<B> + Send + Sync + 'static,
    C::Api: CarrierApi<B>,
{
    /// The methods over what `deps` names.
    pub fn new(deps: Deps<C>) -> Self {
        Self { deps, block: PhantomData }
    }

    fn snapshot(&self) -> Result<Snapshot<'_, C, B>, Error> {
        Snapshot::take(&self.deps)
    }

    /// A snapshot that is fresh enough for a list.
    fn fresh(&self) -> Result<Snapshot<'_, C, B>, Error> {
        let snapshot = self.snapshot()?;
        match snapshot.ignorance {
            Some(ignorance) => Err(Error::Stale(reason_name(ignorance.reason()))),
            None => Ok(snapshot),
        }
    }
}

#[async_trait]
impl<C, B> SpecieRpcServer for Methods<C, B>
where
    B: BlockT<Hash = sp_core::H256>,
    C: ProvideRuntimeApi<B> + HeaderBackend<B> + Send + Sync + 'static,
    C::Api: CarrierApi<B>,
{
    fn verdict(&self, query: VerdictQuery) -> Result<VerdictAnswer, Error> {
        self.snapshot()?.verdict(&query)
    }

    fn verdicts(&self, queries: Vec<VerdictQuery>) -> Result<VerdictList, Error> {
        if queries.len() > MAX_VERDICTS {
            return Err(Error::TooMany { asked: queries.len(), limit: MAX_VERDICTS });
        }
        let snapshot = self.snapshot()?;
        let verdicts = queries
            .iter()
            .map(|query| match snapshot.verdict(query) {
                Ok(verdict) => VerdictItem::Verdict(Box::new(verdict)),
                Err(error) => VerdictItem::Error { code: error.code(), message: error.to_string() },
            })
            .collect();
        Ok(VerdictList { verdicts, head: snapshot.heads() })
    }

    fn batch(&self, batch: u64) -> Result<BatchAnswer, Error> {
        let snapshot = self.fresh()?;
        let id = BatchId(batch);
        let known = snapshot.ask(|api| api.batch(snapshot.finalized.hash, id))?;
        Ok(BatchAnswer::of(id, &known.ok_or(Error::UnknownBatch)?))
    }

    fn batches(&self, manufacturer: u32, cursor: Option<u32>) -> Result<BatchList, Error> {
        let snapshot = self.fresh()?;
        let (at, from) = (snapshot.finalized.hash, cursor.unwrap_or(0));
        let maker = snapshot.ask(|api| api.manufacturers(at, manufacturer, 1))?;
        let count = maker.first().ok_or(Error::UnknownManufacturer)?.batches;
        let page = snapshot.ask(|api| api.batches(at, ManufacturerId(manufacturer), from, MAX_LIST))?;
        let next = from.saturating_add(MAX_LIST);
        Ok(BatchList {
            batches: page.iter().map(|(id, batch)| BatchAnswer::of(*id, batch)).collect(),
            cursor: (next < count).then_some(next),
            head: snapshot.heads(),
        })
    }

    fn manufacturers(&self, cursor: Option<u32>) -> Result<ManufacturerList, Error> {
        let snapshot = self.fresh()?;
        let from = cursor.unwrap_or(0);
        let page = snapshot.ask(|api| api.manufacturers(snapshot.finalized.hash, from, MAX_LIST))?;
        let full = page.len() == MAX_LIST as usize;
        Ok(ManufacturerList {
            manufacturers: page.iter().map(ManufacturerAnswer::of).collect(),
            cursor: full.then_some(from.saturating_add(MAX_LIST)),
            head: snapshot.heads(),
        })
    }

    fn grants(&self, machine: String, cursor: Option<u32>) -> Result<GrantList, Error> {
        let id = MachineId(address(&machine)?);
        let snapshot = self.fresh()?;
        let at = snapshot.finalized.hash;
        let known = snapshot.ask(|api| api.machine(at, id))?.ok_or(Error::UnknownMachine)?;
        let open = snapshot.ask(|api| api.open_grants(at, id, cursor.unwrap_or(0), MAX_LIST))?;
        let last = open.last().filter(|_| open.len() == MAX_LIST as usize);
        let genesis = &snapshot.genesis;
        let grants = open
            .iter()
            .map(|index| GrantAnswer { index: *index, challenge: hex_of(&grant::challenge(genesis, &id, *index)) });
        Ok(GrantList {
            machine: ss58(id.0),
            operator: ss58(known.operator),
            suspended: known.suspended,
            may_initialise: known.permissions.initialise,
            open_grants: known.open_grants,
            grants: grants.collect(),
            cursor: last.and_then(|index| index.checked_add(1)),
            head: snapshot.heads(),
        })
    }

    fn health(&self) -> Result<HealthAnswer, Error> {
        let snapshot = self.snapshot()?;
        let millis = |duration: std::time::Duration| duration.as_millis().try_into().unwrap_or(u64::MAX);
        Ok(HealthAnswer {
            able: snapshot.ignorance.is_none(),
            reason: snapshot.ignorance.map(|ignorance| reason_name(ignorance.reason()).into()),
            syncing: snapshot.syncing,
            head: snapshot.heads(),
            max_best_age_ms: millis(self.deps.freshness.best),
            max_finalized_age_ms: millis(self.deps.freshness.finalized),
            index_lag: None,
            watches_pool: false,
            genesis: hex_of(&snapshot.genesis),
            max_order_lifetime: snapshot.best.chain.max_order_lifetime,
            order_fees: snapshot.best.chain.order_fees.map(|fee| fee.to_string()),
        })
    }
}

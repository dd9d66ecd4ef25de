//! The JSON-RPC methods beyond those of every Substrate node: FRAME's, GRANDPA's and Specie's.

use crate::full::{FullBackend, FullClient, FullPool};
use jsonrpsee::{Methods, RpcModule};
use pallet_transaction_payment_rpc::{
    TransactionPayment, TransactionPaymentApiServer, TransactionPaymentRuntimeApi,
};
use parking_lot::Mutex;
use sc_client_api::HeaderBackend;
use sc_consensus_grandpa::{
    FinalityProofProvider, GrandpaJustificationStream, SharedAuthoritySet, SharedVoterState,
};
use sc_consensus_grandpa_rpc::{Grandpa, GrandpaApiServer};
use sc_rpc::SubscriptionTaskExecutor;
use sc_transaction_pool_api::TransactionPool;
use sp_api::ProvideRuntimeApi;
use sp_block_builder::BlockBuilder;
use sp_consensus::SyncOracle;
use specie_primitives::{
    api::{CarrierApi, PoolApi, PoolInfo},
    currency::{CurrencyInfo, Supply, SupplyPage, MAX_SUPPLY_PAGE},
    ids::{CarrierId, CurrencyId, PoolId, Reference},
};
use specie_rpc::RequestPage;
use specie_runtime::{opaque::Block, AccountId, Balance, BlockNumber, Hash, Nonce};
use std::{collections::HashMap, sync::Arc};
use substrate_frame_rpc_system::{AccountNonceApi, System, SystemApiServer};

/// Why the methods could not be put together: two of one name, or what a method's own crate reports.
pub type Error = Box<dyn std::error::Error + Send + Sync>;

/// What the methods answer from.
pub struct Deps {
    /// The chain.
    pub client: Arc<FullClient>,
    /// The transactions that are not in a block yet.
    pub pool: Arc<FullPool>,
    /// Finality.
    pub grandpa: GrandpaDeps,
    /// Specie's own methods.
    pub specie: RpcModule<()>,
}

/// What the methods on finality answer from.
pub struct GrandpaDeps {
    /// The rounds of voting that are going on.
    pub voter_state: SharedVoterState,
    /// Who votes.
    pub authority_set: SharedAuthoritySet<Hash, BlockNumber>,
    /// The proofs of finality as they are made.
    pub justifications: GrandpaJustificationStream<Block>,
    /// The proofs of finality that are stored.
    pub finality_proofs: Arc<FinalityProofProvider<FullBackend, Block>>,
}

/// Puts the methods together. `executor` runs the subscriptions.
pub fn create(deps: &Deps, executor: SubscriptionTaskExecutor) -> Result<RpcModule<()>, Error> {
    let mut module = frame(deps.client.clone(), deps.pool.clone())?;
    module.merge(grandpa(&deps.grandpa, executor))?;
    module.merge(deps.specie.clone())?;
    Ok(module)
}

/// `system_accountNextIndex`, `system_dryRun`, `payment_queryInfo` and `payment_queryFeeDetails`.
fn frame<C, P>(client: Arc<C>, pool: Arc<P>) -> Result<RpcModule<()>, Error>
where
    C: ProvideRuntimeApi<Block> + HeaderBackend<Block> + Send + Sync + 'static,
    C::Api: AccountNonceApi<Block, AccountId, Nonce>,
    C::Api: TransactionPaymentRuntimeApi<Block, Balance>,
    C::Api: BlockBuilder<Block>,
    P: TransactionPool + 'static,
{
    let mut module = RpcModule::new(());
    module.merge(System::new(client.clone(), pool).into_rpc())?;
    module.merge(TransactionPayment::new(client).into_rpc())?;
    Ok(module)
}

/// `grandpa_roundState`, `grandpa_proveFinality` and `grandpa_subscribeJustifications`.
fn grandpa(deps: &GrandpaDeps, executor: SubscriptionTaskExecutor) -> Methods {
    Grandpa::new(
        executor,
        deps.authority_set.clone(),
        deps.voter_state.clone(),
        deps.justifications.clone(),
        deps.finality_proofs.clone(),
    )
    .into_rpc()
    .into()
}

/// What Specie's methods ask the node.
pub struct NodeState<S> {
    /// The chain.
    pub client: Arc<FullClient>,
    /// Knows whether the node is catching up with the network.
    pub sync_service: Arc<S>,
    /// The currencies that were asked for.
    pub currencies: Mutex<HashMap<CurrencyId, CurrencyInfo>>,
}

impl<S: SyncOracle + Send + Sync> specie_rpc::Node for NodeState<S> {
    fn is_syncing(&self) -> bool {
        self.sync_service.is_major_syncing()
    }

    fn best(&self) -> u32 {
        self.client.info().best_number
    }

    fn genesis(&self) -> [u8; 32] {
        self.client.info().genesis_hash.0
    }

    fn currency(&self, id: CurrencyId) -> Option<CurrencyInfo> {
        if let Some(known) = self.currencies.lock().get(&id) {
            return Some(known.clone());
        }
        let info = self.client.info();
        let at = |block| self.client.runtime_api().currency(block, id).ok().flatten();
        // One that a reorganisation may drop is not kept: another could get its number.
        match at(info.finalized_hash) {
            Some(known) => {
                self.currencies.lock().insert(id, known.clone());
                Some(known)
            }
            None => at(info.best_hash),
        }
    }

    fn currencies(&self, at: Hash, from: u32, limit: u32) -> Result<Vec<CurrencyInfo>, String> {
        self.client.runtime_api().currencies(at, from, limit).map_err(|error| error.to_string())
    }

    fn pool(&self, at: Hash, id: PoolId) -> Result<Option<PoolInfo>, String> {
        self.client.runtime_api().pool(at, id).map_err(|error| error.to_string())
    }

    fn membership(&self, at: Hash, carrier: CarrierId) -> Result<Option<PoolId>, String> {
        self.client.runtime_api().membership(at, carrier).map_err(|error| error.to_string())
    }

    fn members(
        &self,
        at: Hash,
        id: PoolId,
        after: Option<CarrierId>,
        limit: u32,
    ) -> Result<Vec<CarrierId>, String> {
        self.client.runtime_api().members(at, id, after, limit).map_err(|error| error.to_string())
    }

    fn requests(&self, at: Hash, id: PoolId, after: Option<Reference>, limit: u32) -> Result<RequestPage, String> {
        self.client.runtime_api().requests(at, id, after, limit).map_err(|error| error.to_string())
    }

    fn supply(&self, at: Hash, id: CurrencyId) -> Result<Option<(Supply, SupplyPage)>, String> {
        let failed = |error: sp_api::ApiError| error.to_string();
        let api = self.client.runtime_api();
        let Some(supply) = api.supply(at, id).map_err(failed)? else { return Ok(None) };
        let mut all = SupplyPage::default();
        loop {
            // An instance for each page, as each remembers what it has read.
            let api = self.client.runtime_api();
            let page = api.supply_in_carriers(at, id, all.next, MAX_SUPPLY_PAGE).map_err(failed)?;
            all.carriers = all.carriers.saturating_add(page.carriers);
            all.free = all.free.saturating_add(page.free);
            all.held = all.held.saturating_add(page.held);
            all.next = page.next;
            if all.next.is_none() {
                return Ok(Some((supply, all)));
            }
        }
    }
}

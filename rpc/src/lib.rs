//! The node's JSON-RPC for machines: what is this carrier worth, and is it valid *now*?
//!
//! Every answer rests on one snapshot, the best and the last final block read together, and names both. A node
//! that cannot know, because it is catching up or its blocks are old, says so: a verdict is then `unknown`, and a
//! list an error. What decides is [`specie_primitives::verdict::assess`], and nothing here.
//!
//! `docs/rpc.md` describes every method with real answers.
#![deny(missing_docs)]
#![forbid(unsafe_code)]

mod answers;
mod error;
mod input;
mod methods;
mod snapshot;
mod verdicts;

pub use answers::{
    BatchAnswer, BatchList, CarrierAnswer, CertificateAnswer, GrantList, HeadAnswer, HeadsAnswer, HealthAnswer,
    ManufacturerAnswer, ManufacturerList, VerdictAnswer, VerdictItem, VerdictList,
};
pub use error::Error;
pub use input::VerdictQuery;
pub use methods::{SpecieRpcClient, SpecieRpcServer, MAX_LIST, MAX_VERDICTS};
pub use snapshot::Freshness;

use jsonrpsee::{core::RegisterMethodError, RpcModule};
use sp_api::ProvideRuntimeApi;
use sp_blockchain::HeaderBackend;
use sp_runtime::traits::Block as BlockT;
use specie_primitives::api::CarrierApi;
use std::sync::Arc;

/// What the methods answer from.
pub struct Deps<C> {
    /// The chain.
    pub client: Arc<C>,
    /// How old a block may be before the node says that it does not know.
    pub freshness: Freshness,
    /// Whether the node is catching up with the network.
    pub syncing: Arc<dyn Fn() -> bool + Send + Sync>,
}

/// Puts the methods together.
pub fn create<C, B>(deps: Deps<C>) -> Result<RpcModule<()>, RegisterMethodError>
where
    B: BlockT<Hash = sp_core::H256>,
    C: ProvideRuntimeApi<B> + HeaderBackend<B> + Send + Sync + 'static,
    C::Api: CarrierApi<B>,
{
    let mut module = RpcModule::new(());
    module.merge(methods::Methods::<C, B>::new(deps).into_rpc())?;
    Ok(module)
}

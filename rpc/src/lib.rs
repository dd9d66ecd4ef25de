//! The node's JSON-RPC for machines: what is this carrier worth, and is it valid *now*?
//!
//! Every answer rests on one snapshot of final blocks, best blocks and pool, and names the blocks that it holds at. A node
//! that cannot know, because it is catching up, its blocks are old or its index lags, says so: a verdict is then
//! `unknown`, and a list an error. What decides is [`specie_primitives::verdict::assess`], and nothing here.
//!
//! # Properties
//!
//! * No verdict, history or list of cards asks the runtime: the index has everything, and reading it takes microseconds.
//!   What a currency is called is asked once, and never changes.
//! * Work is charged to the client that asks for it ([`Allowance`]); what takes its time runs in lanes of its own.
//! * A subscriber hears every change once and in order, or of a gap.
//! * Codes of errors, names of states and reasons, and fields of answers never change their meaning.
//!
//! The shapes of questions and answers are [`specie_rpc_types`]. `docs/rpc.md` describes every method with real answers; `rpc.discover` describes them to programs.
#![deny(missing_docs)]
#![forbid(unsafe_code)]

mod answers;
mod bounds;
mod cache;
mod error;
mod health;
mod input;
mod lanes;
mod limits;
mod methods;
mod metrics;
mod openrpc;
mod pages;
mod safes;
mod standing;
mod subscriptions;
mod supplies;
mod time;
mod verdicts;

pub use bounds::{MAX_BRIEF_VERDICTS, MAX_HISTORY, MAX_LIST, MAX_VERDICTS, MAX_WATCHED};
pub use error::Error;
pub use limits::Allowance;
pub use methods::{SpecieRpcClient, SpecieRpcServer};
pub use standing::{Freshness, Node, RequestPage};

use jsonrpsee::{core::RegisterMethodError, RpcModule};
use prometheus_endpoint::{PrometheusError, Registry};
use specie_indexer::Index;
use std::sync::Arc;

/// How many histories and lists are read at once, and how many may wait.
const PAGE_LANE: (usize, usize) = (1, 64);

/// How many may wait while one supply is added up.
const SUPPLIES_IN_LINE: usize = 8;

/// How many may wait behind the verdicts that are worked on.
const VERDICTS_IN_LINE: usize = 1_024;

/// What the methods answer from.
pub struct Deps<'a> {
    /// The index.
    pub index: Arc<Index>,
    /// The node.
    pub node: Arc<dyn Node>,
    /// How old a block may be before the node says that it does not know.
    pub freshness: Freshness,
    /// What a client may take.
    pub allowance: Allowance,
    /// Where the metrics go.
    pub registry: Option<&'a Registry>,
}

/// Why the methods could not be put together.
#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    /// Two methods of one name.
    #[error(transparent)]
    Methods(#[from] RegisterMethodError),
    /// Two metrics of one name.
    #[error(transparent)]
    Metrics(#[from] PrometheusError),
    /// No thread for the subscriptions.
    #[error("the thread for the subscriptions: {0}")]
    Thread(#[from] std::io::Error),
}

/// Puts the methods together. To be called once for a node.
pub fn create(deps: Deps<'_>) -> Result<RpcModule<()>, CreateError> {
    let metrics = deps.registry.map(metrics::Metrics::register).transpose()?.unwrap_or_default();
    let grounds = Arc::new(standing::Grounds { index: deps.index, node: deps.node, freshness: deps.freshness });
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let methods = methods::Methods {
        limits: limits::Limits::new(deps.allowance),
        verdict_lane: lanes::Lane::new(cores, VERDICTS_IN_LINE),
        page_lane: lanes::Lane::new(PAGE_LANE.0, PAGE_LANE.1),
        supply_lane: lanes::Lane::new(1, SUPPLIES_IN_LINE),
        supplies: Arc::default(),
        hub: subscriptions::Hub::start(grounds.clone(), metrics.clone())?,
        grounds,
        metrics,
    };
    let mut module = RpcModule::new(());
    module.merge(methods.into_rpc())?;
    Ok(module)
}

//! Where the node stands: whether anything can be said now, and at which blocks.

use crate::{error::Error, time::millis};
use sp_core::H256;
use specie_indexer::{core::Head, Index, Moment};
use specie_primitives::{
    api::PoolInfo,
    currency::{CurrencyInfo, Supply, SupplyPage},
    ids::{CarrierId, CurrencyId, PoolId, Reference},
    request::Request,
    verdict::Ignorance,
};
use specie_rpc_types::{Block, Hash, Heads};
use std::{
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// How many blocks the index may lag behind the node: the one that it is reading just now.
const MAX_LAG_BLOCKS: u32 = 1;

/// How old a block may be before the node says that it does not know.
#[derive(Clone, Debug)]
pub struct Freshness {
    /// The best block.
    pub best: Duration,
    /// The last final block.
    pub finalized: Duration,
}

/// What the methods ask the node itself.
pub trait Node: Send + Sync {
    /// Whether it is catching up with the network.
    fn is_syncing(&self) -> bool;
    /// The height of its best block.
    fn best(&self) -> u32;
    /// The genesis hash.
    fn genesis(&self) -> [u8; 32];
    /// What a currency is called. It never changes, so that a node asks its runtime once. `None`: there is no such currency,
    /// or the node cannot read it.
    fn currency(&self, id: CurrencyId) -> Option<CurrencyInfo>;
    /// The currencies from number `from` at a block, the chain's own first; or why the node cannot tell.
    fn currencies(&self, at: H256, from: u32, limit: u32) -> Result<Vec<CurrencyInfo>, String>;
    /// A pool at a block, or why the node cannot tell.
    fn pool(&self, at: H256, id: PoolId) -> Result<Option<PoolInfo>, String>;
    /// The pool that a carrier belongs to at a block.
    fn membership(&self, at: H256, carrier: CarrierId) -> Result<Option<PoolId>, String>;
    /// Members of a pool at a block, after `after`.
    fn members(&self, at: H256, id: PoolId, after: Option<CarrierId>, limit: u32)
        -> Result<Vec<CarrierId>, String>;
    /// Requests to a pool at a block, after `after`.
    fn requests(&self, at: H256, id: PoolId, after: Option<Reference>, limit: u32) -> Result<RequestPage, String>;
    /// How much there is of a currency at a block, and what its carriers hold of it; or why the node cannot tell.
    fn supply(&self, at: H256, id: CurrencyId) -> Result<Option<(Supply, SupplyPage)>, String>;
}

/// Requests, by their references.
pub type RequestPage = Vec<(Reference, Request<[u8; 32]>)>;

/// What standings are taken from.
pub struct Grounds {
    /// The index.
    pub index: Arc<Index>,
    /// The node.
    pub node: Arc<dyn Node>,
    /// How old a block may be.
    pub freshness: Freshness,
}

/// Where the node stands at one moment.
#[derive(Debug)]
pub struct Standing {
    /// What is known; `None`: nothing.
    pub moment: Option<Moment>,
    /// Why nothing can be said from it, if so.
    pub ignorance: Option<Ignorance>,
    /// Whether the node is catching up with the network.
    pub syncing: bool,
    /// The height of the node's own best block.
    pub node_best: u32,
}

impl Grounds {
    /// Where the node stands, with what waits for these carriers.
    pub fn stand<'a>(&self, carriers: impl IntoIterator<Item = &'a CarrierId>) -> Standing {
        let syncing = self.node.is_syncing();
        let moment = self.index.moment(carriers);
        // After the moment, so that a block that comes in between counts against the index.
        let node_best = self.node.best();
        let ignorance = match &moment {
            _ if syncing => Some(Ignorance::Syncing),
            None => Some(Ignorance::IndexBehind),
            Some(moment) => self.ignorance(moment, node_best),
        };
        Standing { moment, ignorance, syncing, node_best }
    }

    /// What is known, for an answer that must not lack anything.
    pub fn fresh<'a>(&self, carriers: impl IntoIterator<Item = &'a CarrierId>) -> Result<Moment, Error> {
        let standing = self.stand(carriers);
        match (standing.ignorance, standing.moment) {
            (None, Some(moment)) => Ok(moment),
            (ignorance, _) => Err(Error::Stale(ignorance.unwrap_or(Ignorance::IndexBehind).reason())),
        }
    }

    fn ignorance(&self, moment: &Moment, node_best: u32) -> Option<Ignorance> {
        if age_of(moment.best()) > self.freshness.best {
            Some(Ignorance::BestBlockStale)
        } else if age_of(moment.finalized()) > self.freshness.finalized {
            Some(Ignorance::FinalizedBlockStale)
        } else if node_best.saturating_sub(moment.best().number) > MAX_LAG_BLOCKS {
            Some(Ignorance::IndexBehind)
        } else {
            None
        }
    }
}

impl Standing {
    /// Both blocks as an answer names them.
    pub fn heads(&self) -> Option<Heads> {
        self.moment.as_ref().map(heads_of)
    }

    /// Both blocks, if anything can be said at them.
    pub fn heads_if_able(&self) -> Option<Heads> {
        self.heads().filter(|_| self.ignorance.is_none())
    }
}

/// Both blocks as an answer names them.
pub fn heads_of(moment: &Moment) -> Heads {
    Heads { best: head_of(moment.best()), finalized: head_of(moment.finalized()) }
}

/// A block as an answer names it.
pub fn head_of(head: &Head) -> Block {
    Block { number: head.number, hash: Hash(head.hash.0), age_ms: millis(age_of(head)) }
}

/// Whether the chain takes no orders, at either block.
pub fn orders_stopped(moment: &Moment) -> bool {
    moment.best().chain.orders_stopped || moment.finalized().chain.orders_stopped
}

/// The distance of a block's time from the node's clock. A block of the future is as suspect as an old one: one of
/// the two clocks is wrong.
fn age_of(head: &Head) -> Duration {
    let made = UNIX_EPOCH + Duration::from_millis(head.chain.timestamp);
    let now = SystemTime::now();
    now.duration_since(made).unwrap_or_else(|ahead| ahead.duration())
}

//! The best and the last final block, read together, and whether they are fresh enough to answer from.

use crate::{
    answers::{HeadAnswer, HeadsAnswer},
    error::Error,
    input::hex_of,
    Deps,
};
use sp_api::{ApiError, ProvideRuntimeApi};
use sp_blockchain::HeaderBackend;
use sp_runtime::traits::{Block as BlockT, SaturatedConversion};
use specie_primitives::{
    api::{CarrierApi, ChainInfo},
    verdict::Ignorance,
};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How old a block may be before the node says that it does not know.
#[derive(Clone, Debug)]
pub struct Freshness {
    /// The best block.
    pub best: Duration,
    /// The last final block.
    pub finalized: Duration,
}

/// One block of a snapshot.
pub struct Head<B: BlockT> {
    /// Its hash.
    pub hash: B::Hash,
    /// Its height.
    pub number: u32,
    /// The chain's constants at it.
    pub chain: ChainInfo,
    /// Its age.
    age: Duration,
}

/// Two blocks of one moment.
pub struct Snapshot<'a, C, B: BlockT> {
    client: &'a C,
    /// The best block.
    pub best: Head<B>,
    /// The last final block.
    pub finalized: Head<B>,
    /// Why nothing can be said from them, if so.
    pub ignorance: Option<Ignorance>,
    /// Whether the node is catching up with the network.
    pub syncing: bool,
    /// The genesis hash: the runtime does not know it yet at block 0.
    pub genesis: [u8; 32],
}

impl<'a, C, B> Snapshot<'a, C, B>
where
    B: BlockT<Hash = sp_core::H256>,
    C: ProvideRuntimeApi<B> + HeaderBackend<B>,
    C::Api: CarrierApi<B>,
{
    /// Takes a snapshot.
    pub fn take(deps: &'a Deps<C>) -> Result<Self, Error> {
        let info = deps.client.info();
        let syncing = (deps.syncing)();
        let head = |hash, number| -> Result<Head<B>, Error> {
            let chain = deps.client.runtime_api().chain(hash).map_err(internal)?;
            Ok(Head { hash, number, age: age_of(chain.timestamp), chain })
        };
        let best = head(info.best_hash, info.best_number.saturated_into())?;
        let finalized = head(info.finalized_hash, info.finalized_number.saturated_into())?;
        let ignorance = if syncing {
            Some(Ignorance::Syncing)
        } else if best.age > deps.freshness.best {
            Some(Ignorance::BestBlockStale)
        } else if finalized.age > deps.freshness.finalized {
            Some(Ignorance::FinalizedBlockStale)
        } else {
            None
        };
        Ok(Self { client: &deps.client, best, finalized, ignorance, syncing, genesis: info.genesis_hash.0 })
    }

    /// Asks the runtime. An instance of its API serves one block, so each question gets its own.
    pub fn ask<R>(&self, question: impl FnOnce(&C::Api) -> Result<R, ApiError>) -> Result<R, Error> {
        question(&self.client.runtime_api()).map_err(internal)
    }

    /// Both blocks as an answer names them.
    pub fn heads(&self) -> HeadsAnswer {
        HeadsAnswer { best: self.best.answer(), finalized: self.finalized.answer() }
    }
}

impl<B: BlockT<Hash = sp_core::H256>> Head<B> {
    fn answer(&self) -> HeadAnswer {
        HeadAnswer {
            number: self.number,
            hash: hex_of(self.hash.as_bytes()),
            age_ms: self.age.as_millis().saturated_into(),
        }
    }
}

/// The distance of a block's time from the node's clock. A block of the future is as suspect as an old one: one of
/// the two clocks is wrong.
fn age_of(timestamp_ms: u64) -> Duration {
    let made = UNIX_EPOCH + Duration::from_millis(timestamp_ms);
    let now = SystemTime::now();
    now.duration_since(made).unwrap_or_else(|ahead| ahead.duration())
}

fn internal(error: ApiError) -> Error {
    Error::Internal(error.to_string())
}

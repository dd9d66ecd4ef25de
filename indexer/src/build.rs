//! Building the database: from the state of the last final block, or from every block since the first.

use crate::{
    core::{Chain, Head},
    follow::FollowError,
    source::{Link, Source, SourceError},
    store::Store,
};
use sp_api::ProvideRuntimeApi;
use sp_blockchain::HeaderBackend;
use sp_core::H256;
use sp_runtime::traits::Block as BlockT;
use specie_primitives::index::{IndexApi, MAX_SNAPSHOT_PAGE};
use std::sync::Arc;

/// How many blocks of history are written at once.
const HISTORY_BLOCKS: usize = 256;

/// Told how far a build is: how many are in, and of how many if that is known.
pub type Progress<'a> = dyn FnMut(u64, Option<u64>) + Send + 'a;

/// Reads the whole state of the last final block. History begins with the block after it, unless the database has some
/// already that reaches up to it.
pub fn from_state<C, B>(
    source: &Source<C, B>,
    store: &mut Store,
    progress: &mut Progress<'_>,
) -> Result<Head, FollowError>
where
    B: BlockT<Hash = H256>,
    C: ProvideRuntimeApi<B> + HeaderBackend<B>,
    C::Api: IndexApi<B>,
{
    let link = source.link(source.heads().finalized.1)?;
    store.begin_build()?;
    let (mut after, mut done) = (None, 0u64);
    let head = loop {
        let page = source.snapshot(&link, after, MAX_SNAPSHOT_PAGE)?;
        store.build(&page.changes)?;
        done = done.saturating_add(len(&page.changes));
        progress(done, None);
        if page.next.is_none() {
            break Head { number: link.number, hash: link.hash, chain: page.changes.chain };
        }
        after = page.next;
    };
    // Nothing happened before the first block.
    let history_since = if link.number == 0 { 0 } else { link.number.saturating_add(1) };
    store.end_build(head, history_since)?;
    Ok(head)
}

/// Reads every block from the first to the last final one. Needs a node that has kept the state of all of them.
pub fn from_history<C, B>(
    source: &Source<C, B>,
    store: &mut Store,
    progress: &mut Progress<'_>,
) -> Result<Head, FollowError>
where
    B: BlockT<Hash = H256>,
    C: ProvideRuntimeApi<B> + HeaderBackend<B>,
    C::Api: IndexApi<B>,
{
    let target = source.heads().finalized.0;
    let genesis = source.at(0)?;
    let mut head = from_genesis(source, store, &genesis)?;
    while head.number < target {
        let mut chain = Chain::new(head);
        let last = head.number.saturating_add(HISTORY_BLOCKS as u32).min(target);
        for number in head.number.saturating_add(1)..=last {
            let link = source.at(number)?;
            let (layer, complete) = source.layer(&link).map_err(|error| lacks(error, number))?;
            if !complete {
                return Err(FollowError::Upgrade { number });
            }
            chain.apply(Arc::new(layer))?;
        }
        let layers = chain.finalize(chain.best().hash)?;
        store.commit(&layers)?;
        head = *chain.finalized();
        progress(head.number.into(), Some(target.into()));
    }
    Ok(head)
}

/// The state of the first block, which no events tell.
fn from_genesis<C, B>(source: &Source<C, B>, store: &mut Store, genesis: &Link) -> Result<Head, FollowError>
where
    B: BlockT<Hash = H256>,
    C: ProvideRuntimeApi<B> + HeaderBackend<B>,
    C::Api: IndexApi<B>,
{
    store.begin_build()?;
    let mut after = None;
    loop {
        let page = source.snapshot(genesis, after, MAX_SNAPSHOT_PAGE).map_err(|error| lacks(error, 0))?;
        store.build(&page.changes)?;
        if page.next.is_none() {
            let head = Head { number: 0, hash: genesis.hash, chain: page.changes.chain };
            store.end_build(head, 0)?;
            return Ok(head);
        }
        after = page.next;
    }
}

fn lacks(error: SourceError, number: u32) -> FollowError {
    match error {
        SourceError::Runtime { .. } => FollowError::Gap { number },
        error => error.into(),
    }
}

fn len(page: &specie_primitives::index::Changes) -> u64 {
    let count = page.carriers.len()
        + page.devices.len()
        + page.batches.len()
        + page.places.len()
        + page.manufacturers.len()
        + page.machines.len()
        + page.grants.len();
    count as u64
}

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
use specie_primitives::index::{Changes, IndexApi, MAX_SNAPSHOT_PAGE};
use std::sync::Arc;

/// How many blocks of history are written at once.
const HISTORY_BLOCKS: u32 = 256;

/// Told how far a build is: how many are in, and of how many if that is known.
pub type Progress<'a> = dyn FnMut(u64, Option<u64>) + Send + 'a;

/// Reads the whole state of the last final block. History begins with the block after it; what the database has of it
/// from before stays.
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
    state_of(source, store, &link, progress)
}

/// Reads every block from the first to the last final one. Needs a node that has kept the state of all of them. Where a
/// block changed the runtime, the state of its child is read instead, and history is complete from there on.
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
    // No events tell how the first block came about.
    let mut head = state_of(source, store, &source.at(0)?, &mut |_, _| {}).map_err(|error| lacks(error, 0))?;
    while head.number < target {
        let mut chain = Chain::new(head);
        let last = head.number.saturating_add(HISTORY_BLOCKS).min(target);
        let mut changed_runtime = None;
        for number in head.number.saturating_add(1)..=last {
            let link = source.at(number)?;
            let (layer, complete) = source.layer(&link).map_err(|error| lacks(error.into(), number))?;
            if !complete {
                changed_runtime = Some(number);
                break;
            }
            chain.apply(Arc::new(layer))?;
        }
        let layers = chain.finalize(chain.best().hash)?;
        store.commit(&layers)?;
        head = *chain.finalized();
        match changed_runtime {
            // Who follows the chain from here waits for the child.
            Some(number) if number == target => break,
            Some(number) => {
                let child = source.at(number.saturating_add(1))?;
                head =
                    state_of(source, store, &child, &mut |_, _| {}).map_err(|error| lacks(error, child.number))?;
            }
            None => {}
        }
        progress(head.number.into(), Some(target.into()));
    }
    Ok(head)
}

/// Reads the whole state of a block into the database.
fn state_of<C, B>(
    source: &Source<C, B>,
    store: &mut Store,
    link: &Link,
    progress: &mut Progress<'_>,
) -> Result<Head, FollowError>
where
    B: BlockT<Hash = H256>,
    C: ProvideRuntimeApi<B> + HeaderBackend<B>,
    C::Api: IndexApi<B>,
{
    store.begin_build()?;
    let (mut after, mut done) = (None, 0u64);
    loop {
        let page = source.snapshot(link, after, MAX_SNAPSHOT_PAGE)?;
        store.build(&page.changes)?;
        done = done.saturating_add(len(&page.changes));
        progress(done, None);
        if page.next.is_none() {
            let head = Head { number: link.number, hash: link.hash, chain: page.changes.chain };
            // Nothing happened before the first block.
            let history_since = if link.number == 0 { 0 } else { link.number.saturating_add(1) };
            store.end_build(head, history_since)?;
            return Ok(head);
        }
        after = page.next;
    }
}

fn lacks(error: FollowError, number: u32) -> FollowError {
    match error {
        FollowError::Source(SourceError::Runtime { .. }) => FollowError::Gap { number },
        error => error,
    }
}

fn len(page: &Changes) -> u64 {
    let count = page.carriers.len()
        + page.devices.len()
        + page.batches.len()
        + page.places.len()
        + page.manufacturers.len()
        + page.machines.len()
        + page.grants.len();
    count as u64
}

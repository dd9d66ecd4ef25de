//! Building the database: from the state of the last final block, or from every block since the first.

use crate::{
    core::{ChainError, Head, Layer},
    follow::FollowError,
    source::{Imprint, Link, Source, SourceError},
    store::Store,
};
use parking_lot::RwLock;
use sp_api::ProvideRuntimeApi;
use sp_blockchain::HeaderBackend;
use sp_core::H256;
use sp_runtime::traits::Block as BlockT;
use specie_primitives::index::{Changes, IndexApi, MAX_SNAPSHOT_PAGE};
use std::{collections::HashSet, num::NonZero, sync::Arc};

/// How many blocks of history are written at once.
const HISTORY_BLOCKS: u32 = 256;

/// How many kinds of blocks that changed nothing are remembered. A chain has a few: those with nothing but inherents.
const MAX_QUIET: usize = 1_024;

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

/// Reads every block from the first to the last final one, on all cores. Needs a node that has kept the state of all of
/// them. Where a block changed the runtime, the state of its child is read instead, and history is complete from there
/// on.
pub fn from_history<C, B>(
    source: &Source<C, B>,
    store: &mut Store,
    progress: &mut Progress<'_>,
) -> Result<Head, FollowError>
where
    B: BlockT<Hash = H256>,
    C: ProvideRuntimeApi<B> + HeaderBackend<B> + Send + Sync,
    C::Api: IndexApi<B>,
{
    let target = source.heads().finalized.0;
    // No events tell how the first block came about.
    let mut head = state_of(source, store, &source.at(0)?, &mut |_, _| {}).map_err(|error| lacks(error, 0))?;
    let mut quiet = Quiet::default();
    while head.number < target {
        let last = head.number.saturating_add(HISTORY_BLOCKS).min(target);
        let Read { layers, upgrade } = read(source, &quiet, &head, last)?;
        store.commit_with_gaps(&layers)?;
        head = layers.last().map_or(head, |layer| layer.head);
        match upgrade {
            // Who follows the chain from here waits for the child.
            Some(number) if number == target => break,
            Some(number) => {
                let child = source.at(number.saturating_add(1))?;
                head =
                    state_of(source, store, &child, &mut |_, _| {}).map_err(|error| lacks(error, child.number))?;
                quiet = Quiet::default();
            }
            None => {}
        }
        progress(head.number.into(), Some(target.into()));
    }
    Ok(head)
}

/// Imprints of blocks that changed nothing.
type Quiet = RwLock<HashSet<Imprint>>;

/// Blocks in a row.
struct Read {
    /// Those that changed something, and the last one.
    layers: Vec<Arc<Layer>>,
    /// The block after them, if it changed the runtime.
    upgrade: Option<u32>,
}

/// What is known of a block.
enum Block {
    /// It changed nothing.
    Quiet,
    /// It changed this, or perhaps nothing.
    Layer(Arc<Layer>),
    /// It changed the runtime.
    Upgrade,
}

/// Reads the blocks from the child of `after` to `last`, or up to one that changed the runtime, on all cores.
fn read<C, B>(source: &Source<C, B>, quiet: &Quiet, after: &Head, last: u32) -> Result<Read, FollowError>
where
    B: BlockT<Hash = H256>,
    C: ProvideRuntimeApi<B> + HeaderBackend<B> + Send + Sync,
    C::Api: IndexApi<B>,
{
    let numbers: Vec<u32> = (after.number.saturating_add(1)..=last).collect();
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    let one = |number: &u32| -> Result<(Link, Block), FollowError> {
        let link = source.at(*number)?;
        Ok((link, block(source, quiet, &link, *number == last)?))
    };
    let blocks: Vec<_> = std::thread::scope(|scope| {
        let share = numbers.len().div_ceil(threads).max(1);
        let readers: Vec<_> = numbers
            .chunks(share)
            .map(|numbers| scope.spawn(move || numbers.iter().map(one).collect::<Vec<_>>()))
            .collect();
        let joined = readers.into_iter().map(|reader| reader.join());
        joined.flat_map(|read| read.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    });
    let (mut layers, mut parent) = (Vec::new(), after.hash);
    for read in blocks {
        let (link, block) = read?;
        if link.parent != parent {
            return Err(ChainError::NotAChild { number: link.number }.into());
        }
        parent = link.hash;
        match block {
            Block::Quiet => {}
            Block::Layer(layer) => layers.push(layer),
            Block::Upgrade => return Ok(Read { layers, upgrade: Some(link.number) }),
        }
    }
    Ok(Read { layers, upgrade: None })
}

/// Reads a block; in full, if it is the last of a row: the index goes on from there.
fn block<C, B>(source: &Source<C, B>, quiet: &Quiet, link: &Link, is_last: bool) -> Result<Block, FollowError>
where
    B: BlockT<Hash = H256>,
    C: ProvideRuntimeApi<B> + HeaderBackend<B>,
    C::Api: IndexApi<B>,
{
    let imprint = if is_last { None } else { source.imprint(link.hash) };
    if imprint.is_some_and(|imprint| quiet.read().contains(&imprint)) {
        return Ok(Block::Quiet);
    }
    let changes = source.changes(link).map_err(|error| lacks(error.into(), link.number))?;
    if !changes.complete {
        return Ok(Block::Upgrade);
    }
    if let Some(imprint) = imprint.filter(|_| changes.quiet) {
        let mut quiet = quiet.write();
        if quiet.len() < MAX_QUIET {
            quiet.insert(imprint);
        }
    }
    Ok(Block::Layer(Arc::new(link.layer(changes))))
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

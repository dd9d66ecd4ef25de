//! The plugin as a whole beside a node: it starts, builds, follows, and gets over what goes wrong.

use crate::{
    model::{Block, Tree},
    node::Node,
    pool::{Pool, Transaction},
    seed::Random,
    world::{folder, options},
};
use futures::future::{AbortHandle, Abortable, BoxFuture};
use parking_lot::Mutex;
use sp_core::{traits::SpawnNamed, H256};
use specie_indexer::{core::Question, spawn, Index, Plugin, Status};
use specie_primitives::index::Claim;
use std::{
    path::PathBuf,
    sync::{atomic::Ordering::SeqCst, Arc},
    thread::JoinHandle,
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// What takes longer has failed.
const PATIENCE: Duration = Duration::from_secs(30);

/// Runs each task on a thread of its own, until it is told to stop.
#[derive(Clone, Default)]
struct Threads(Arc<Mutex<Vec<Task>>>);

type Task = (AbortHandle, JoinHandle<()>);

impl SpawnNamed for Threads {
    fn spawn_blocking(&self, _: &'static str, _: Option<&'static str>, future: BoxFuture<'static, ()>) {
        let (handle, registration) = AbortHandle::new_pair();
        let thread = std::thread::spawn(move || {
            let _ = futures::executor::block_on(Abortable::new(future, registration));
        });
        self.0.lock().push((handle, thread));
    }

    fn spawn(&self, name: &'static str, group: Option<&'static str>, future: BoxFuture<'static, ()>) {
        self.spawn_blocking(name, group, future);
    }
}

impl Threads {
    fn stop(&self) {
        for (handle, thread) in std::mem::take(&mut *self.0.lock()) {
            handle.abort();
            thread.join().expect("no task panics");
        }
    }
}

/// A node with the plugin.
struct Plant {
    node: Arc<Node>,
    pool: Arc<Pool>,
    folder: TempDir,
    random: Random,
    running: Option<(Threads, Arc<Index>)>,
}

impl Plant {
    /// A chain of ten final blocks and ten that are not.
    fn new(seed: u64) -> Self {
        let mut random = Random::new(seed);
        let node = Node::new(Tree::new(&mut random));
        let mut plant = Self { node, pool: Pool::new(), folder: folder(), random, running: None };
        plant.grow(10);
        plant.node.finalize(plant.node.best().hash);
        plant.grow(10);
        plant
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("index")
    }

    fn start(&mut self, history: bool) {
        let threads = Threads::default();
        let plugin = Plugin {
            source: self.node.source(),
            pool: self.pool.clone(),
            store: options(self.path()),
            history,
            spawner: &threads,
            registry: None,
        };
        let index = spawn::<_, _, Block>(plugin).unwrap();
        self.running = Some((threads, index));
    }

    fn stop(&mut self) {
        if let Some((threads, index)) = self.running.take() {
            threads.stop();
            drop(index);
        }
    }

    fn index(&self) -> &Arc<Index> {
        &self.running.as_ref().expect("it runs").1
    }

    fn child(&mut self) -> H256 {
        let best = self.node.best().hash;
        self.node.tree.write().grow(best, 4, &[], &mut self.random)
    }

    fn grow(&mut self, blocks: u32) {
        for _ in 0..blocks {
            let child = self.child();
            self.node.import(child);
        }
    }

    fn finalize_best(&self) {
        self.node.finalize(self.node.best().hash);
    }

    fn wait(&self, what: &str, is_so: impl Fn(&Index) -> bool) {
        let begun = Instant::now();
        while !is_so(self.index()) {
            assert!(begun.elapsed() < PATIENCE, "{what} does not happen: {:?}", self.index().status());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Waits until the index is where the node is, and compares what the two say.
    fn wait_until_equal(&self) {
        let (best, finalized) = (self.node.best(), self.node.finalized());
        self.wait("following", |index| {
            let heads = index.moment([]).map(|moment| (*moment.best(), *moment.finalized()));
            heads == Some((best.head(), finalized.head())) && index.status() == Status::Following
        });
        let moment = self.index().moment([]).unwrap();
        for (id, entry) in &best.state.carriers {
            let device = Some(entry.record.device_key);
            let question = Question { carrier: Some(*id), device, certified: Some(entry.record.batch) };
            let facts = moment.facts(&question).unwrap();
            assert_eq!(facts.best, best.state.view(best.number(), &question));
            assert_eq!(facts.finalized, finalized.state.view(finalized.number(), &question));
        }
    }

    fn history_since(&self) -> u32 {
        self.index().moment([]).unwrap().history_since()
    }

    /// The folders that were put aside.
    fn aside(&self) -> usize {
        let entries = std::fs::read_dir(self.folder.path()).unwrap();
        entries.filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().contains("aside")).count()
    }
}

impl Drop for Plant {
    fn drop(&mut self) {
        self.stop();
    }
}

#[test]
fn f11_plugin_builds_from_the_state_and_follows() {
    let mut plant = Plant::new(1);
    plant.start(false);
    plant.wait_until_equal();
    assert_eq!(plant.history_since(), 11);
    for _ in 0..5 {
        plant.grow(3);
        plant.wait_until_equal();
        plant.finalize_best();
        plant.wait_until_equal();
    }
    // A fork.
    let parent = plant.node.finalized().hash;
    plant.grow(2);
    plant.wait_until_equal();
    let mut at = parent;
    for _ in 0..4 {
        at = plant.node.tree.write().grow(at, 4, &[], &mut plant.random);
    }
    plant.node.import(at);
    plant.wait_until_equal();
    assert!(plant.index().pool_stream_alive());
}

#[test]
fn f11_plugin_shows_a_spend_in_the_pool_and_then_in_the_block() {
    let mut plant = Plant::new(2);
    plant.start(false);
    plant.wait_until_equal();
    let best = plant.node.best();
    let (&carrier, entry) = best.state.carriers.iter().next().unwrap();
    let sequence = entry.record.sequence + 1;
    let claim = best.state.claim(1_000, &mut plant.random).unwrap();
    let spend = Transaction::new(1, vec![Claim { carrier, sequence, ..claim }]);
    let question = Question { carrier: Some(carrier), ..Question::default() };
    let facts = |index: &Index| index.moment([&carrier]).unwrap().facts(&question).unwrap();
    plant.pool.add(&spend);
    plant.wait("the spend in the pool", |index| facts(index).pending.len() == 1);
    let block = plant.node.tree.write().grow(best.hash, 0, &spend.claims, &mut plant.random);
    plant.node.import(block);
    plant.pool.remove(&spend.hash);
    plant.wait("the spend in the block", |index| {
        let facts = facts(index);
        assert!(facts.pending.len() == 1 || facts.best.carrier.unwrap().sequence == sequence);
        facts.pending.is_empty()
    });
    plant.wait("the transaction forgotten", |index| index.claims_len() == (0, 0));
}

#[test]
fn f14_plugin_goes_on_where_it_was_with_its_history() {
    let mut plant = Plant::new(3);
    plant.start(true);
    plant.wait_until_equal();
    assert_eq!(plant.history_since(), 0);
    for _ in 0..3 {
        plant.stop();
        plant.grow(100);
        plant.finalize_best();
        plant.grow(3);
        plant.start(false);
        plant.wait_until_equal();
        assert_eq!(plant.history_since(), 0, "nothing was built again");
    }
    let moment = plant.index().moment([]).unwrap();
    let (best, finalized) = (plant.node.best(), plant.node.finalized().number());
    for id in best.state.carriers.keys() {
        let expected = plant.node.tree.read().history(best.hash, id, finalized, 1_000);
        assert_eq!(moment.history(id, None, 1_000).unwrap(), expected);
    }
}

#[test]
fn f11_plugin_gets_over_a_runtime_that_does_not_answer() {
    let mut plant = Plant::new(4);
    plant.node.is_down.store(true, SeqCst);
    plant.start(false);
    plant.wait("a failure", |index| matches!(index.status(), Status::Failed { .. }));
    assert!(plant.index().moment([]).is_none());
    plant.node.is_down.store(false, SeqCst);
    plant.wait_until_equal();
    plant.node.is_down.store(true, SeqCst);
    plant.grow(3);
    plant.wait("a failure", |index| matches!(index.status(), Status::Failed { .. }));
    assert!(plant.index().moment([]).is_none(), "what is old is not served");
    plant.node.is_down.store(false, SeqCst);
    plant.wait_until_equal();
}

#[test]
fn f14_plugin_reads_the_state_after_an_upgrade() {
    for history in [false, true] {
        let mut plant = Plant::new(5);
        plant.start(history);
        plant.wait_until_equal();
        let since = plant.history_since();
        let before = plant.node.best();
        let upgrade = plant.child();
        plant.node.upgrades.write().insert(upgrade);
        plant.node.import(upgrade);
        plant.grow(2);
        let number = plant.node.block(upgrade).number();
        plant.wait("waiting for the upgrade", |index| index.status() == Status::AwaitingUpgrade { number });
        let moment = plant.index().moment([]).unwrap();
        assert_eq!(*moment.best(), before.head(), "what was known is still served");
        drop(moment);
        plant.node.finalize(upgrade);
        std::thread::sleep(Duration::from_millis(500));
        assert_eq!(
            plant.index().status(),
            Status::AwaitingUpgrade { number },
            "the migrations come in the next block"
        );
        plant.finalize_best();
        plant.wait_until_equal();
        assert_eq!(
            plant.history_since(),
            plant.node.finalized().number() + 1,
            "history was complete from {since} on"
        );
        plant.grow(5);
        plant.finalize_best();
        plant.wait_until_equal();
    }
}

#[test]
fn f14_plugin_that_starts_while_an_upgrade_is_not_final_serves_what_it_has() {
    let mut plant = Plant::new(6);
    plant.start(false);
    plant.wait_until_equal();
    plant.stop();
    let upgrade = plant.child();
    plant.node.upgrades.write().insert(upgrade);
    plant.node.import(upgrade);
    let number = plant.node.block(upgrade).number();
    plant.start(false);
    plant.wait("waiting for the upgrade", |index| index.status() == Status::AwaitingUpgrade { number });
    assert!(plant.index().moment([]).is_some());
    plant.grow(2);
    plant.finalize_best();
    plant.wait_until_equal();
}

#[test]
fn f14_plugin_that_was_asked_for_history_builds_in_spite_of_an_upgrade() {
    let mut plant = Plant::new(7);
    let upgrade = plant.child();
    plant.node.upgrades.write().insert(upgrade);
    plant.node.import(upgrade);
    plant.grow(400);
    plant.finalize_best();
    plant.start(true);
    plant.wait_until_equal();
    // The child of the block that changed the runtime is read as a state; what came after it is told by events.
    assert_eq!(plant.history_since(), plant.node.block(upgrade).number() + 2);
}

#[test]
fn f14_plugin_reads_the_state_where_blocks_are_gone() {
    let mut plant = Plant::new(8);
    plant.start(true);
    plant.wait_until_equal();
    plant.stop();
    plant.grow(50);
    plant.finalize_best();
    let pruned: Vec<_> = plant.node.tree.read().canonical[..60].to_vec();
    plant.node.pruned.write().extend(pruned);
    plant.start(false);
    plant.wait_until_equal();
    assert_eq!(plant.history_since(), plant.node.finalized().number() + 1);
    assert_eq!(plant.aside(), 0, "the history that there was is still there");
}

#[test]
fn f14_plugin_puts_a_damaged_database_aside_and_builds_again() {
    let mut plant = Plant::new(9);
    plant.start(false);
    plant.wait_until_equal();
    for round in 1..=2 {
        plant.stop();
        for entry in std::fs::read_dir(plant.path()).unwrap().map(Result::unwrap) {
            if entry.file_name().to_string_lossy().starts_with("MANIFEST") {
                std::fs::write(entry.path(), b"nothing of use").unwrap();
            }
        }
        plant.start(false);
        plant.wait_until_equal();
        assert_eq!(plant.aside(), round);
    }
}

#[test]
fn f14_plugin_never_serves_blocks_that_the_node_does_not_know() {
    let mut plant = Plant::new(10);
    plant.start(false);
    plant.wait_until_equal();
    plant.grow(5);
    plant.finalize_best();
    plant.wait_until_equal();
    plant.stop();
    // The same chain up to its first block, and others after it.
    let first = plant.node.tree.read().genesis;
    let block = plant.node.block(first);
    let tree = Tree {
        blocks: std::collections::HashMap::from([(first, block)]),
        genesis: first,
        best: first,
        finalized: first,
        canonical: vec![first],
    };
    plant.node = Node::new(tree);
    plant.grow(10);
    plant.finalize_best();
    plant.start(false);
    let begun = Instant::now();
    plant.wait("a failure", |index| matches!(index.status(), Status::Failed { .. }));
    while begun.elapsed() < Duration::from_secs(3) {
        assert!(plant.index().moment([]).is_none());
        std::thread::sleep(Duration::from_millis(1));
    }
    let Status::Failed { reason } = plant.index().status() else { panic!("{:?}", plant.index().status()) };
    assert!(reason.contains("block 25"), "{reason}");
    assert_eq!(plant.aside(), 0, "the node may be catching up with what the index has seen");
    // At that height it has other final blocks: it never will.
    plant.grow(40);
    plant.finalize_best();
    plant.wait_until_equal();
    assert_eq!(plant.aside(), 1);
}

#[test]
fn f14_plugin_waits_for_its_readers_before_it_closes() {
    let mut plant = Plant::new(11);
    plant.start(false);
    plant.wait_until_equal();
    let moment = plant.index().moment([]).unwrap();
    let (best, question) = (plant.node.best(), Question::default());
    plant.node.is_down.store(true, SeqCst);
    plant.grow(1);
    plant.wait("taking away what was shown", |index| index.moment([]).is_none());
    plant.node.is_down.store(false, SeqCst);
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(moment.facts(&question).unwrap().best.number, best.number());
    assert!(plant.index().moment([]).is_none());
    drop(moment);
    plant.wait_until_equal();
}

//! What a pool does that nobody is told of.

use crate::{
    model::{Block, Tree},
    node::Node,
    pool::{Pool, Transaction},
    seed::Random,
    world::{folder, options, RETRACTED_BLOCKS},
};
use futures::FutureExt;
use sp_core::H256;
use specie_indexer::{
    build,
    core::{Facts, Origin, Question},
    store::Store,
    Follower, Index, Metrics, Missing, PoolWatch, MISSING_FOR,
};
use specie_primitives::{ids::CarrierId, index::Claim};
use std::{
    collections::HashSet,
    pin::Pin,
    sync::{
        atomic::{AtomicBool, AtomicU64, Ordering::SeqCst},
        Arc,
    },
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// An index over a chain with a carrier, and its pool.
struct Desk {
    node: Arc<Node>,
    pool: Arc<Pool>,
    index: Arc<Index>,
    watch: PoolWatch<Node, Pool, Block>,
    news: Pin<Box<dyn futures::Future<Output = ()> + Send>>,
    follower: Follower<Node, Block>,
    missing: Missing,
    clock: Instant,
    random: Random,
    carrier: CarrierId,
    _folder: TempDir,
}

impl Desk {
    fn new() -> Self {
        let mut random = Random::new(7);
        let tree = Tree::new(&mut random);
        let carrier = *tree.best().state.carriers.keys().next().expect("the first block has some");
        let (node, pool, folder) = (Node::new(tree), Pool::new(), folder());
        let index = Arc::new(Index::new(Metrics::default()));
        let mut store = Store::open(&options(folder.path()), node.tree.read().genesis).unwrap();
        build::from_history(&node.source(), &mut store, &mut |_, _| ()).unwrap();
        let watch = PoolWatch::new(node.source(), pool.clone(), index.clone());
        let Ok(follower) = Follower::resume(node.source(), store, index.clone()) else { panic!("it is built") };
        follower.publish();
        let news = Box::pin(watch.clone().run());
        let mut desk = Self {
            node,
            pool,
            index,
            watch,
            news,
            follower,
            missing: Missing::default(),
            clock: Instant::now(),
            random,
            carrier,
            _folder: folder,
        };
        desk.listen();
        desk
    }

    fn claim(&mut self, sequence: u32) -> Claim {
        let claim = self.node.best().state.claim(1_000, &mut self.random).expect("there are carriers");
        Claim { carrier: self.carrier, sequence, ..claim }
    }

    fn transaction(&mut self, sequence: u32) -> Transaction {
        let claim = self.claim(sequence);
        Transaction::new(self.random.next(), vec![claim])
    }

    fn listen(&mut self) {
        assert!((&mut self.news).now_or_never().is_none());
    }

    fn turn(&mut self) {
        self.clock += MISSING_FOR;
        let gone = self.watch.compare(&mut self.missing, self.clock);
        self.follower.advance().unwrap();
        self.watch.forget(gone);
    }

    fn facts(&self) -> Facts {
        let moment = self.index.moment([&self.carrier]).unwrap();
        moment.facts(&Question { carrier: Some(self.carrier), ..Question::default() }).unwrap()
    }

    fn waiting(&self) -> Vec<(Origin, u32)> {
        self.facts().pending.iter().map(|pending| (pending.origin, pending.claim.sequence)).collect()
    }

    fn grow(&mut self, parent: H256, claims: &[Claim]) -> H256 {
        self.node.tree.write().grow(parent, 0, claims, &mut self.random)
    }
}

#[test]
fn pool_news_show_a_spend_at_once() {
    let mut desk = Desk::new();
    let spend = desk.transaction(1);
    desk.pool.add(&spend);
    desk.listen();
    assert_eq!(desk.waiting(), [(Origin::Pool(spend.hash), 1)]);
}

#[test]
fn pool_spend_whose_turn_has_not_come_is_shown_by_a_comparison() {
    let mut desk = Desk::new();
    let spend = desk.transaction(3);
    desk.pool.add_future(&spend);
    desk.listen();
    assert!(desk.waiting().is_empty(), "nobody announced it");
    desk.turn();
    assert_eq!(desk.waiting(), [(Origin::Pool(spend.hash), 3)]);
}

#[test]
fn pool_removal_without_a_word_is_seen_by_the_second_comparison() {
    let mut desk = Desk::new();
    let spend = desk.transaction(1);
    desk.pool.add(&spend);
    desk.turn();
    desk.pool.remove(&spend.hash);
    desk.listen();
    desk.turn();
    assert_eq!(desk.waiting().len(), 1, "once may be a hole");
    desk.turn();
    assert!(desk.waiting().is_empty(), "twice is not");
    assert_eq!(desk.index.claims_len(), (0, 0));
}

#[test]
fn pool_hole_of_one_comparison_hides_nothing() {
    let mut desk = Desk::new();
    let spend = desk.transaction(1);
    desk.pool.add(&spend);
    for _ in 0..20 {
        desk.turn();
        desk.pool.set_holes(HashSet::from([spend.hash]));
        assert_eq!(desk.waiting().len(), 1);
        desk.turn();
        desk.pool.set_holes(HashSet::new());
        assert_eq!(desk.waiting().len(), 1);
    }
}

#[test]
fn pool_news_that_end_are_subscribed_to_again_and_nothing_is_lost() {
    let mut desk = Desk::new();
    assert_eq!(desk.pool.listeners(), (1, 1));
    assert!(desk.index.pool_stream_alive());
    desk.pool.end_news();
    desk.listen();
    assert!(!desk.index.pool_stream_alive());
    let between = desk.transaction(1);
    desk.pool.add(&between);
    desk.turn();
    assert_eq!(desk.waiting().len(), 1, "the comparison has found it");
    let begun = Instant::now();
    while desk.pool.listeners().0 == 0 {
        desk.listen();
        assert!(begun.elapsed() < Duration::from_secs(10));
        std::thread::sleep(Duration::from_millis(10));
    }
    assert!(desk.index.pool_stream_alive());
    let after = desk.transaction(2);
    desk.pool.add(&after);
    desk.listen();
    assert_eq!(desk.waiting().len(), 2, "the news go on");
}

#[test]
fn pool_news_that_lag_lose_nothing() {
    let mut desk = Desk::new();
    let spends: Vec<_> = (1..=100).map(|sequence| desk.transaction(sequence)).collect();
    spends.iter().for_each(|spend| desk.pool.add(spend));
    assert_eq!(desk.pool.listeners().0, 0, "the listener was removed without a word");
    desk.listen();
    assert!(desk.waiting().len() < spends.len());
    desk.turn();
    assert_eq!(desk.waiting().len(), spends.len());
}

#[test]
fn pool_transaction_that_returns_unannounced_is_shown_again() {
    let mut desk = Desk::new();
    let spend = desk.transaction(1);
    desk.pool.add(&spend);
    desk.listen();
    desk.pool.remove(&spend.hash);
    desk.turn();
    desk.turn();
    assert!(desk.waiting().is_empty());
    desk.pool.add(&spend);
    desk.listen();
    assert!(desk.waiting().is_empty(), "a hash is announced once");
    desk.turn();
    assert_eq!(desk.waiting(), [(Origin::Pool(spend.hash), 1)]);
}

#[test]
fn pool_spend_that_a_reorganisation_made_invalid_stays_for_a_while() {
    let mut desk = Desk::new();
    let claim = desk.claim(1);
    let genesis = desk.node.best().hash;
    let spent = desk.grow(genesis, &[claim]);
    desk.node.import(spent);
    desk.turn();
    assert_eq!(desk.facts().best.carrier.unwrap().sequence, 1);
    // The other branch lacks it, and the pool never takes it back.
    let mut at = desk.grow(genesis, &[]);
    at = desk.grow(at, &[]);
    desk.node.import(at);
    desk.turn();
    let dropped_at = desk.node.best().number();
    loop {
        let shown = desk.waiting();
        let is_over = desk.node.best().number() >= dropped_at + RETRACTED_BLOCKS;
        let expected = (Origin::Retracted { block: spent, number: 1 }, 1);
        assert_eq!(shown, if is_over { vec![] } else { vec![expected] });
        if is_over {
            break;
        }
        at = desk.grow(at, &[]);
        desk.node.import(at);
        desk.turn();
    }
}

#[test]
fn pool_spend_of_a_fork_deeper_than_the_memory_of_dropped_blocks_is_shown() {
    let mut desk = Desk::new();
    let (claim, genesis) = (desk.claim(1), desk.node.best().hash);
    let mut at = desk.grow(genesis, &[claim]);
    let spent = at;
    for _ in 0..20 {
        at = desk.grow(at, &[]);
    }
    desk.node.import(at);
    desk.turn();
    let mut at = genesis;
    for _ in 0..25 {
        at = desk.grow(at, &[]);
    }
    desk.node.import(at);
    let second = desk.node.tree.read().canonical[2];
    desk.node.finalize(second);
    desk.turn();
    assert_eq!(desk.waiting(), [(Origin::Retracted { block: spent, number: 1 }, 1)]);
}

#[test]
fn pool_spend_of_a_block_that_is_dropped_twice_is_shown_once() {
    let mut desk = Desk::new();
    let (claim, genesis) = (desk.claim(1), desk.node.best().hash);
    let spent = desk.grow(genesis, &[claim]);
    let other = desk.grow(genesis, &[]);
    for _ in 0..50 {
        desk.node.import(spent);
        desk.turn();
        assert!(desk.waiting().is_empty(), "it is in the best block");
        desk.node.import(other);
        desk.turn();
        assert_eq!(desk.waiting().len(), 1);
    }
}

#[test]
fn pool_conflicting_orders_of_one_sequence_are_both_shown() {
    let mut desk = Desk::new();
    let (one, other) = (desk.transaction(1), desk.transaction(1));
    assert_ne!(one.claims, other.claims);
    desk.pool.add(&one);
    desk.pool.add_future(&other);
    desk.turn();
    let shown: HashSet<_> = desk.waiting().into_iter().collect();
    assert_eq!(shown, HashSet::from([(Origin::Pool(one.hash), 1), (Origin::Pool(other.hash), 1)]));
    // Both of one transaction, too.
    let both = Transaction::new(1, vec![one.claims[0], other.claims[0]]);
    let mut desk = Desk::new();
    desk.pool.add(&both);
    desk.listen();
    assert_eq!(desk.waiting().len(), 2);
    desk.pool.remove(&both.hash);
    desk.turn();
    desk.turn();
    assert!(desk.waiting().is_empty());
}

#[test]
fn pool_spend_that_is_overtaken_or_expired_is_not_shown() {
    let mut desk = Desk::new();
    let short = Claim { valid_until: 2, ..desk.claim(9) };
    let (early, expiring) = (desk.transaction(1), Transaction::new(5, vec![short]));
    desk.pool.add(&early);
    desk.pool.add(&expiring);
    desk.turn();
    assert_eq!(desk.waiting().len(), 2);
    let (genesis, later) = (desk.node.best().hash, desk.claim(2));
    let one = desk.grow(genesis, &[later]);
    let two = desk.grow(one, &[]);
    desk.node.import(two);
    desk.turn();
    assert_eq!(desk.waiting(), [(Origin::Pool(expiring.hash), 9)], "sequence 1 was overtaken by 2");
    desk.node.finalize(one);
    desk.turn();
    assert_eq!(desk.waiting().len(), 1, "a block at height 2 may still hold it");
    desk.node.finalize(two);
    desk.turn();
    assert!(desk.waiting().is_empty());
}

#[test]
fn pool_transaction_that_cannot_be_looked_at_is_looked_at_again() {
    let mut desk = Desk::new();
    desk.node.is_down.store(true, SeqCst);
    let spend = desk.transaction(1);
    desk.pool.add(&spend);
    desk.listen();
    desk.turn();
    assert!(desk.waiting().is_empty());
    desk.node.is_down.store(false, SeqCst);
    desk.turn();
    assert_eq!(desk.waiting().len(), 1);
}

/// One thread is the node: spends go into blocks, blocks are dropped, spends return to the pool. One is the index. One
/// asks all the time.
#[test]
fn pool_spend_on_its_way_is_never_in_neither() {
    const SPENDS: u32 = 400;
    let desk = Desk::new();
    let Desk { node, pool, index, watch, mut follower, mut missing, mut random, carrier, _folder, .. } = desk;
    // What the index has shown once must be somewhere from then on.
    let (seen, asked, over) = (AtomicU64::new(0), AtomicU64::new(0), AtomicBool::new(false));
    let question = Question { carrier: Some(carrier), ..Question::default() };
    let highest = || {
        let facts = index.moment([&carrier]).unwrap().facts(&question).unwrap();
        let pending = facts.pending.iter().map(|pending| pending.claim.sequence).max();
        u64::from(pending.unwrap_or(0).max(facts.best.carrier.unwrap().sequence))
    };
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !over.load(SeqCst) {
                    let before = seen.load(SeqCst);
                    let now = highest();
                    if now < before {
                        over.store(true, SeqCst);
                        panic!("order {before} is in neither pool nor block; the highest is {now}");
                    }
                    seen.fetch_max(now, SeqCst);
                    asked.fetch_add(1, SeqCst);
                }
            });
        }
        scope.spawn(|| {
            while !over.load(SeqCst) {
                let gone = watch.compare(&mut missing, Instant::now());
                follower.advance().unwrap();
                watch.forget(gone);
            }
        });
        for sequence in 1..=SPENDS {
            let claim = node.best().state.claim(1 << 20, &mut random).unwrap();
            let transaction = Transaction::new(random.next(), vec![Claim { carrier, sequence, ..claim }]);
            pool.add(&transaction);
            while seen.load(SeqCst) < sequence.into() && !over.load(SeqCst) {
                std::thread::yield_now();
            }
            let parent = node.best().hash;
            if random.one_in(2) {
                // In a block, which is dropped: the pool takes it back only later.
                let block = node.tree.write().grow(parent, 0, &transaction.claims, &mut random);
                node.import(block);
                pool.remove(&transaction.hash);
                let other = node.tree.write().grow(parent, 0, &[], &mut random);
                node.import(other);
                std::thread::sleep(Duration::from_micros(random.below(800)));
                pool.add(&transaction);
                std::thread::sleep(Duration::from_micros(random.below(800)));
            }
            let parent = node.best().hash;
            let block = node.tree.write().grow(parent, 0, &transaction.claims, &mut random);
            node.import(block);
            pool.remove(&transaction.hash);
            if random.one_in(4) {
                node.finalize(parent);
            }
            std::thread::sleep(Duration::from_micros(random.below(800)));
        }
        over.store(true, SeqCst);
    });
    assert_eq!(seen.into_inner(), u64::from(SPENDS));
    println!("{} moments", asked.into_inner());
}

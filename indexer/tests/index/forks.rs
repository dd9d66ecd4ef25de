//! Random chains: forks, finality that jumps, a pool that churns, restarts; the index equals the model all the way.

use crate::{
    model::Tree,
    pool::Transaction,
    seed::{setting, Random},
    world::World,
};
use sp_core::H256;
use std::{
    panic::{catch_unwind, resume_unwind, AssertUnwindSafe},
    sync::atomic::{AtomicU64, Ordering::SeqCst},
};

/// How many histories are tried: a sample, or all with `SPECIE_LONG`. `SPECIE_INDEX_HISTORIES` asks for another number.
const HISTORIES: u64 = 2_000;
const LONG: u64 = 10_000;

/// So many histories follow one another in one database: opening it takes longer than a history.
const PER_WORLD: u64 = 25;

/// Every how-manieth history ends in a database that is built in an empty folder.
const FROM_SCRATCH: u64 = 5;

/// The steps of a history.
const STEPS: u64 = 10;

/// The deepest fork.
const MAX_FORK: u64 = 20;

/// What a chain has gone through.
struct Story {
    world: World,
    random: Random,
    /// Transactions that were there once, and may return.
    gone: Vec<Transaction>,
    /// Best blocks of old.
    leaves: Vec<H256>,
    forks: u64,
}

impl Story {
    fn new(seed: u64) -> Self {
        let mut random = Random::new(seed);
        let world = World::new(Tree::new(&mut random));
        Self { world, random, gone: Vec::new(), leaves: Vec::new(), forks: 0 }
    }

    fn step(&mut self) {
        match self.random.below(20) {
            0..=5 => self.grow(),
            6..=8 => self.fork(),
            9 => self.go_back(),
            10..=12 => self.finalize(),
            13 if self.random.one_in(2) => self.world.restart(),
            _ => {}
        }
        for _ in 0..self.random.below(3) {
            self.churn();
        }
        if self.random.one_in(2) {
            self.world.listen();
        }
        // Now and then the index sleeps while the node goes on.
        if !self.random.one_in(4) {
            self.turn();
        }
    }

    fn turn(&mut self) {
        let mut random = Random::new(self.random.next());
        self.world.turn(|world| {
            if random.one_in(4) {
                let best = world.node.best().hash;
                let child = world.node.tree.write().grow(best, 1, &[], &mut random);
                world.node.import(child);
            }
        });
        self.world.check(&mut self.random);
    }

    /// Some blocks on `parent`, the last of which is the best one from then on.
    fn extend(&mut self, parent: H256, blocks: u64) {
        let mut parent = parent;
        for _ in 0..blocks {
            let mut claims = Vec::new();
            for transaction in self.world.pool.all() {
                if self.random.one_in(4) {
                    claims.extend(transaction.claims);
                }
            }
            let steps = self.random.below(4) as u32;
            parent = self.world.node.tree.write().grow(parent, steps, &claims, &mut self.random);
        }
        self.world.node.import(parent);
    }

    fn grow(&mut self) {
        let blocks = 1 + self.random.below(3);
        self.extend(self.world.node.best().hash, blocks);
    }

    fn fork(&mut self) {
        let (best, finalized) = (self.world.node.best(), self.world.node.finalized());
        let room = u64::from(best.number() - finalized.number());
        if room == 0 {
            return;
        }
        let depth = 1 + self.random.below(room.min(MAX_FORK));
        let parent = self.world.node.tree.read().canonical[best.number() as usize - depth as usize];
        self.leaves.push(best.hash);
        self.forks += 1;
        let blocks = (depth + self.random.below(4)).saturating_sub(1).max(1);
        self.extend(parent, blocks);
    }

    /// A branch that was given up is the best one again.
    fn go_back(&mut self) {
        let finalized = self.world.node.finalized().hash;
        let tree = &self.world.node.tree;
        self.leaves.retain(|leaf| {
            let tree = tree.read();
            tree.block(*leaf).number() >= tree.finalized().number() && tree.is_below(finalized, *leaf)
        });
        if let Some(leaf) = self.random.pick(&self.leaves).copied() {
            self.leaves.push(self.world.node.best().hash);
            self.world.node.import(leaf);
            self.forks += 1;
        }
    }

    fn finalize(&mut self) {
        let (best, finalized) = (self.world.node.best(), self.world.node.finalized());
        let room = u64::from(best.number() - finalized.number());
        let to = finalized.number() + self.random.below(room + 1) as u32;
        let hash = self.world.node.tree.read().canonical[to as usize];
        self.world.node.finalize(hash);
    }

    /// Something happens in the pool.
    fn churn(&mut self) {
        let pool = self.world.pool.clone();
        let all = pool.all();
        match self.random.below(10) {
            0..=3 => {
                let best = self.world.node.best();
                let count = 1 + self.random.below(2);
                let claims = (0..count).filter_map(|_| best.state.claim(best.number(), &mut self.random)).collect();
                let transaction = Transaction::new(self.random.next(), claims);
                match self.random.one_in(4) {
                    true => pool.add_future(&transaction),
                    false => pool.add(&transaction),
                }
            }
            4 | 5 => {
                if let Some(transaction) = self.random.pick(all) {
                    pool.remove(&transaction.hash);
                    self.gone.push(transaction);
                }
            }
            6 => {
                if let Some(transaction) = self.random.pick(&self.gone).cloned() {
                    pool.add(&transaction);
                }
            }
            7 => {
                let hidden = all.iter().map(|transaction| transaction.hash).filter(|_| self.random.one_in(2));
                pool.set_holes(hidden.collect());
            }
            8 => pool.set_holes(Default::default()),
            _ => {
                pool.end_news();
                // Whatever is in a block that everybody has is gone.
                let best = self.world.node.best();
                for transaction in all {
                    if transaction.claims.iter().all(|claim| best.state.sequence(&claim.carrier) >= claim.sequence)
                    {
                        pool.remove(&transaction.hash);
                    }
                }
            }
        }
    }

    fn history(&mut self, from_scratch: bool) {
        for _ in 0..STEPS {
            self.step();
        }
        self.finalize();
        self.turn();
        self.turn();
        self.world.equals_a_rebuild(from_scratch);
        self.world.check(&mut self.random);
    }
}

#[test]
fn f14_forks_and_reorgs_equal_a_rebuild() {
    let usual = if std::env::var_os("SPECIE_LONG").is_some() { LONG } else { HISTORIES };
    let histories = setting("SPECIE_INDEX_HISTORIES", usual);
    let first = setting("SPECIE_INDEX_SEED", 1);
    let (next, checks, forks) = (AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0));
    let begun = std::time::Instant::now();
    let work = || loop {
        let world = next.fetch_add(1, SeqCst);
        if world * PER_WORLD >= histories {
            return;
        }
        let seed = first + world;
        let told = catch_unwind(AssertUnwindSafe(|| {
            let mut story = Story::new(seed);
            for history in 1..=PER_WORLD {
                story.history(history % FROM_SCRATCH == 0);
            }
            checks.fetch_add(story.world.checks, SeqCst);
            forks.fetch_add(story.forks, SeqCst);
        }));
        if let Err(panic) = told {
            next.store(u64::MAX / PER_WORLD / 2, SeqCst);
            eprintln!("again with: SPECIE_INDEX_SEED={seed} SPECIE_INDEX_HISTORIES={PER_WORLD}");
            resume_unwind(panic);
        }
    };
    // Twice as many as processors: opening and closing a database is mostly waiting.
    let threads = std::thread::available_parallelism().map_or(2, |count| 2 * count.get().min(8));
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        for worker in workers {
            if let Err(panic) = worker.join() {
                resume_unwind(panic);
            }
        }
    });
    let (checks, forks, took) = (checks.into_inner(), forks.into_inner(), begun.elapsed());
    println!(
        "{histories} histories, {} steps, {forks} reorganisations, {checks} questions in {took:?}",
        histories * (STEPS + 2)
    );
}

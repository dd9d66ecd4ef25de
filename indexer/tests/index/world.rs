//! A node, its index in a real database, and what the index must know by now.

use crate::{
    model::{Block, State, Tree},
    node::Node,
    pool::{Pool, Transaction},
    seed::Random,
};
use futures::FutureExt;
use sp_core::H256;
use specie_indexer::{
    build,
    core::{Base, Origin, Pending, Question},
    store::Store,
    verify, Follower, Index, Metrics, Missing, Moment, PoolWatch, StoreOptions, MISSING_FOR,
};
use specie_primitives::{
    crypto::PublicKey,
    ids::{BatchId, CarrierId},
};
use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    path::{Path, PathBuf},
    pin::Pin,
    sync::Arc,
    time::Instant,
};
use tempfile::TempDir;

/// For how many blocks a dropped spend must be shown. As in the index, on purpose a number of its own.
pub const RETRACTED_BLOCKS: u32 = 16;

/// A folder in memory where there is such a place: what is tested is never the disk.
pub fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { TempDir::new_in(memory) } else { TempDir::new() }.expect("there is room")
}

pub fn options(path: impl Into<PathBuf>) -> StoreOptions {
    StoreOptions { path: path.into(), cache_bytes: 1 << 20 }
}

pub fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

/// What is known of a transaction.
#[derive(Clone, Debug)]
struct Known {
    transaction: Transaction,
    misses: u8,
    /// Whether the index must show it, or only may: it was announced, and gone before anybody compared.
    must: bool,
}

/// A moment that a reader has kept.
struct Kept {
    moment: Moment,
    best: H256,
    finalized: H256,
}

pub struct World {
    pub node: Arc<Node>,
    pub pool: Arc<Pool>,
    pub index: Arc<Index>,
    folder: TempDir,
    watch: PoolWatch<Node, Pool, Block>,
    news: Pin<Box<dyn futures::Future<Output = ()> + Send>>,
    missing: Missing,
    clock: Instant,
    follower: Option<Follower<Node, Block>>,
    known: BTreeMap<H256, Known>,
    /// Blocks that the index has dropped, and how high the node's chain was then.
    dropped: Vec<(H256, u32)>,
    best: H256,
    finalized: H256,
    carriers: BTreeSet<CarrierId>,
    devices: BTreeSet<PublicKey>,
    batches: BTreeSet<BatchId>,
    kept: Option<Kept>,
    built: Option<(TempDir, Store)>,
    pub checks: u64,
}

impl World {
    /// The index of a new chain, with its whole history.
    pub fn new(tree: Tree) -> Self {
        let (node, pool, folder) = (Node::new(tree), Pool::new(), folder());
        let index = Arc::new(Index::new(Metrics::default()));
        let genesis = node.tree.read().genesis;
        // To make a database takes longer than to copy one.
        drop(Store::open(&options(folder.path().join("empty")), genesis).unwrap());
        copy(&folder.path().join("empty"), &folder.path().join("db"));
        let mut store = Store::open(&options(folder.path().join("db")), genesis).unwrap();
        build::from_history(&node.source(), &mut store, &mut |_, _| ()).unwrap();
        let watch = PoolWatch::new(node.source(), pool.clone(), index.clone());
        let finalized = store.cursor().unwrap().hash;
        let follower = Follower::resume(node.source(), store, index.clone()).ok();
        let mut world = Self {
            news: Box::pin(watch.clone().run()),
            node,
            pool,
            index,
            folder,
            watch,
            missing: Missing::default(),
            clock: Instant::now(),
            follower,
            known: BTreeMap::new(),
            dropped: Vec::new(),
            best: finalized,
            finalized,
            carriers: BTreeSet::new(),
            devices: BTreeSet::new(),
            batches: BTreeSet::new(),
            kept: None,
            built: None,
            checks: 0,
        };
        world.advance();
        world.follower.as_ref().unwrap().publish();
        world
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("db")
    }

    /// Hears the pool's news.
    pub fn listen(&mut self) {
        let ready = self.pool.shown_ready();
        for transaction in self.pool.all() {
            if ready.contains(&transaction.hash) {
                let may = Known { misses: 0, must: false, transaction: transaction.clone() };
                self.known.entry(transaction.hash).or_insert(may);
            }
        }
        assert!((&mut self.news).now_or_never().is_none(), "the pool is followed for ever");
    }

    /// One turn of the index: compares, lets the node go on meanwhile, follows, forgets.
    pub fn turn(&mut self, meanwhile: impl FnOnce(&mut Self)) {
        self.clock += MISSING_FOR;
        let gone = self.watch.compare(&mut self.missing, self.clock);
        let shown = self.pool.shown();
        for transaction in self.pool.all() {
            if shown.contains(&transaction.hash) {
                let there = Known { misses: 0, must: true, transaction: transaction.clone() };
                self.known.insert(transaction.hash, there);
            }
        }
        for (hash, known) in &mut self.known {
            known.misses = if shown.contains(hash) { 0 } else { known.misses + 1 };
        }
        meanwhile(self);
        self.advance();
        self.watch.forget(gone);
        self.known.retain(|_, known| known.misses < 2);
    }

    fn advance(&mut self) {
        self.follower.as_mut().unwrap().advance().unwrap();
        let tree = self.node.tree.read();
        let number = tree.best().number();
        let newly = tree.above(self.best, tree.best);
        // If it was dropped before, the last time counts.
        self.dropped.retain(|(hash, _)| newly.iter().all(|block| block.hash != *hash));
        self.dropped.extend(newly.iter().map(|block| (block.hash, number)));
        self.dropped.retain(|(_, since)| since + RETRACTED_BLOCKS > number);
        (self.best, self.finalized) = (tree.best, tree.finalized);
        for state in [&tree.best().state, &tree.finalized().state] {
            self.carriers.extend(state.carriers.keys());
            self.devices.extend(state.devices.keys());
            self.batches.extend(state.batches.keys());
        }
    }

    /// The program ends and starts again.
    pub fn restart(&mut self) {
        self.kept = None;
        self.index = Arc::new(Index::new(Metrics::default()));
        self.watch = PoolWatch::new(self.node.source(), self.pool.clone(), self.index.clone());
        self.news = Box::pin(self.watch.clone().run());
        (self.missing, self.known) = (Missing::default(), BTreeMap::new());
        self.dropped.clear();
        let store = self.follower.take().unwrap().into_store();
        let cursor = *store.cursor().unwrap();
        assert!(!store.has_readers());
        drop(store);
        let store = Store::open(&options(self.path()), self.node.tree.read().genesis).unwrap();
        assert_eq!(store.cursor(), Some(&cursor));
        assert_eq!(store.history_since(), 0);
        self.best = cursor.hash;
        self.follower = Follower::resume(self.node.source(), store, self.index.clone()).ok();
        self.turn(|_| ());
        self.follower.as_ref().unwrap().publish();
    }

    fn question(&self, random: &mut Random) -> Question {
        let unknown = random.one_in(10);
        Question {
            carrier: match unknown {
                true => Some(CarrierId(random.bytes())),
                false => random.pick(&self.carriers).copied().filter(|_| !random.one_in(8)),
            },
            device: random.pick(&self.devices).copied().filter(|_| random.one_in(2)),
            certified: random.pick(&self.batches).copied().filter(|_| random.one_in(2)),
        }
    }

    /// What the index says of some carriers, devices and batches is what the model says.
    pub fn check(&mut self, random: &mut Random) {
        let moment = self.index.moment(&self.carriers).expect("it is published");
        let tree = self.node.tree.read();
        let (best, finalized) = (tree.block(self.best), tree.block(self.finalized));
        assert_eq!(*moment.best(), best.head());
        assert_eq!(*moment.finalized(), finalized.head());
        for _ in 0..4 {
            let question = self.question(random);
            self.agrees(&tree, &moment, &question);
            self.checks += 1;
        }
        // Those on whom there are claims are asked about more often.
        let claims = self.known.values().flat_map(|known| &known.transaction.claims);
        let dropped = self.dropped.iter().flat_map(|(hash, _)| tree.block(*hash).spends());
        let claimed: BTreeSet<CarrierId> =
            claims.map(|claim| claim.carrier).chain(dropped.map(|(id, ..)| id)).collect();
        for _ in 0..2 {
            if let Some(carrier) = random.pick(&claimed).filter(|id| self.carriers.contains(*id)) {
                let question = Question { carrier: Some(*carrier), ..Question::default() };
                self.agrees(&tree, &moment, &question);
                self.checks += 1;
            }
        }
        if let Some(carrier) = random.pick(&self.carriers) {
            let limit = 1 + random.below(6) as usize;
            let expected = tree.history(self.best, carrier, finalized.number(), 2 * limit);
            let mut found = moment.history(carrier, None, limit).unwrap();
            if let Some(last) = found.last().map(|row| row.position) {
                found.extend(moment.history(carrier, Some(last), limit).unwrap());
            }
            assert_eq!(found, expected, "the history of {carrier:?}");
        }
        base_agrees(moment.base(), &finalized.state, random);
        let kept = random.one_in(3).then_some(Kept { moment, best: self.best, finalized: self.finalized });
        if let Some(kept) = &self.kept {
            let question = self.question(random);
            let facts = kept.moment.facts(&question).unwrap();
            let view = |hash| tree.block(hash).state.view(tree.block(hash).number(), &question);
            assert_eq!(facts.best, view(kept.best), "an old moment does not move");
            assert_eq!(facts.finalized, view(kept.finalized), "an old moment does not move");
        }
        self.kept = kept.or_else(|| self.kept.take().filter(|_| !random.one_in(3)));
    }

    fn agrees(&self, tree: &Tree, moment: &Moment, question: &Question) {
        let (best, finalized) = (tree.block(self.best), tree.block(self.finalized));
        let facts = moment.facts(question).unwrap();
        assert_eq!(facts.best, best.state.view(best.number(), question), "best view of {question:?}");
        assert_eq!(
            facts.finalized,
            finalized.state.view(finalized.number(), question),
            "final view of {question:?}"
        );
        let recorded = question.carrier.and_then(|id| best.state.carriers.get(&id)).map(|entry| entry.record.batch);
        let named = question.certified.or(recorded);
        assert_eq!(facts.batch, named.and_then(|id| best.state.batches.get(&id).map(|batch| (id, *batch))));
        let Some(carrier) = question.carrier else {
            assert!(facts.pending.is_empty());
            return;
        };
        let counts = |sequence: u32| sequence > best.state.sequence(&carrier);
        let mut must = HashSet::new();
        let mut may = HashSet::new();
        for (hash, known) in &self.known {
            for claim in known.transaction.claims.iter().filter(|claim| {
                claim.carrier == carrier && counts(claim.sequence) && claim.valid_until > finalized.number()
            }) {
                may.insert((Origin::Pool(*hash), claim.sequence, claim.to));
                if known.must {
                    must.insert((Origin::Pool(*hash), claim.sequence, claim.to));
                }
            }
        }
        for (hash, _) in &self.dropped {
            let block = tree.block(*hash);
            for (_, sequence, to) in block.spends().filter(|(id, sequence, _)| *id == carrier && counts(*sequence))
            {
                let origin = Origin::Retracted { block: *hash, number: block.number() };
                must.insert((origin, sequence, to));
                may.insert((origin, sequence, to));
            }
        }
        let found: Vec<_> =
            facts.pending.iter().map(|Pending { origin, claim }| (*origin, claim.sequence, claim.to)).collect();
        let shown: HashSet<_> = found.iter().copied().collect();
        assert_eq!(shown.len(), found.len(), "each spend once: {found:?}");
        let lost: Vec<_> = must.difference(&shown).collect();
        assert!(lost.is_empty(), "spends of {carrier:?} that are not shown: {lost:?}");
        let made_up: Vec<_> = shown.difference(&may).collect();
        assert!(made_up.is_empty(), "spends of {carrier:?} that nobody made: {made_up:?}");
    }

    /// The database is the one that is built from the chain, in an empty folder or over what was built before, and the
    /// comparison with the chain finds nothing.
    pub fn equals_a_rebuild(&mut self, from_scratch: bool) {
        let follower = self.follower.take().unwrap();
        let store = follower.into_store();
        let report = verify::verify(&self.node.source(), &store, &mut |_, _| ()).unwrap();
        assert!(report.holds(), "{report:?}");
        if from_scratch {
            self.built = None;
        }
        let (_, built) = self.built.get_or_insert_with(|| {
            let scratch = folder();
            copy(&self.folder.path().join("empty"), scratch.path());
            let store = Store::open(&options(scratch.path()), self.node.tree.read().genesis).unwrap();
            (scratch, store)
        });
        build::from_history(&self.node.source(), built, &mut |_, _| ()).unwrap();
        assert_eq!(built.cursor(), store.cursor());
        let (ours, theirs) = (store.dump().unwrap(), built.dump().unwrap());
        if ours != theirs {
            let different: Vec<_> = ours.iter().filter(|row| !theirs.contains(row)).collect();
            let missing: Vec<_> = theirs.iter().filter(|row| !ours.contains(row)).collect();
            panic!("only the followed one has {different:?}, only the built one {missing:?}");
        }
        self.best = store.cursor().unwrap().hash;
        // The layers above were given up with the follower; nothing of them counts as dropped.
        self.follower = Follower::resume(self.node.source(), store, self.index.clone()).ok();
        self.advance();
        self.follower.as_ref().unwrap().publish();
    }
}

/// Records that no question asks for.
pub fn base_agrees(base: &impl Base<Error = specie_indexer::StoreError>, state: &State, random: &mut Random) {
    if let Some((id, machine)) = random.pick(&state.machines) {
        assert_eq!(base.machine(*id).unwrap(), Some(*machine));
        let open = state.open_grants(*id);
        let from = random.below(800) as u32;
        let expected: Vec<u32> = open.into_iter().filter(|index| *index >= from).take(5).collect();
        assert_eq!(base.open_grants(*id, from, 5).unwrap(), expected);
    }
    if let Some((&(manufacturer, position), batch)) = random.pick(&state.places) {
        assert_eq!(base.place(manufacturer, position).unwrap(), Some(*batch));
    }
    if let Some((id, known)) = random.pick(&state.manufacturers) {
        assert_eq!(base.manufacturer(*id).unwrap().as_ref(), Some(known));
    }
}

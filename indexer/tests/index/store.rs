//! Faults of the database: what is damaged is refused or older, and never wrong.

use crate::{
    model::Tree,
    node::Node,
    seed::{setting, Random},
    world::{base_agrees, copy, folder, options},
};
use codec::Encode;
use rocksdb::{ColumnFamilyDescriptor, Options, DB};
use specie_indexer::{
    build,
    core::{Base, Layer},
    store::{
        schema::{self, family, meta},
        Store,
    },
    verify, Follower, Index, Metrics, StoreError,
};
use std::{collections::BTreeMap, path::Path, sync::Arc};

/// How many times files are damaged; `SPECIE_INDEX_CORRUPTIONS` asks for more.
const CORRUPTIONS: u64 = 1_000;

type Dump = Vec<(&'static str, Vec<u8>, Vec<u8>)>;

/// A node whose chain is a straight line of final blocks.
fn line(blocks: u32, seed: u64) -> Arc<Node> {
    let mut random = Random::new(seed);
    let mut tree = Tree::new(&mut random);
    for _ in 0..blocks {
        let child = tree.grow(tree.best, 6, &[], &mut random);
        tree.set_best(child);
    }
    tree.finalized = tree.best;
    Node::new(tree)
}

fn open(node: &Node, path: &Path) -> Result<Store, StoreError> {
    Store::open(&options(path), node.tree.read().genesis)
}

fn built(node: &Arc<Node>, path: &Path) -> Store {
    let mut store = open(node, path).unwrap();
    build::from_history(&node.source(), &mut store, &mut |_, _| ()).unwrap();
    store
}

fn layer(node: &Node, number: u32) -> Arc<Layer> {
    let block = node.block(node.tree.read().canonical[number as usize]);
    Arc::new(Layer::new(number, block.hash, block.header.parent_hash, block.changes.clone()))
}

/// Writes past the index into its database.
fn tamper(path: &Path, write: impl FnOnce(&DB)) {
    let families = family::ALL.map(|name| ColumnFamilyDescriptor::new(name, Options::default()));
    let db = DB::open_cf_descriptors(&Options::default(), path, families).unwrap();
    write(&db);
}

fn put(path: &Path, name: &str, key: &[u8], value: &[u8]) {
    tamper(path, |db| db.put_cf(db.cf_handle(name).unwrap(), key, value).unwrap());
}

/// The first row of a column family.
fn first(dump: &Dump, name: &str) -> (Vec<u8>, Vec<u8>) {
    let row = dump.iter().find(|(of, ..)| *of == name);
    let (_, key, value) = row.unwrap_or_else(|| panic!("there is a row in {name}"));
    (key.clone(), value.clone())
}

#[test]
fn store_of_another_format_is_refused() {
    let (node, folder) = (line(5, 1), folder());
    drop(built(&node, folder.path()));
    put(folder.path(), family::META, meta::FORMAT, &(schema::FORMAT + 1).encode());
    for _ in 0..2 {
        let error = open(&node, folder.path()).unwrap_err();
        let StoreError::OtherFormat { found, expected, .. } = &error else { panic!("{error}") };
        assert_eq!((*found, *expected), (schema::FORMAT + 1, schema::FORMAT));
        assert!(error.calls_for_rebuild());
    }
}

#[test]
fn store_of_another_chain_is_refused_and_left_alone() {
    let (node, other, folder) = (line(5, 1), line(5, 2), folder());
    let dump = built(&node, folder.path()).dump().unwrap();
    let error = open(&other, folder.path()).unwrap_err();
    assert!(matches!(error, StoreError::OtherChain { .. }), "{error}");
    assert!(!error.calls_for_rebuild(), "somebody mixed up two folders");
    assert_eq!(open(&node, folder.path()).unwrap().dump().unwrap(), dump);
}

#[test]
fn store_that_has_lost_its_identity_is_refused() {
    let (node, folder) = (line(5, 1), folder());
    drop(built(&node, folder.path()));
    for name in [meta::FORMAT, meta::GENESIS] {
        let damaged = folder.path().join(format!("without-{}", name.len()));
        std::fs::create_dir(&damaged).unwrap();
        for entry in std::fs::read_dir(folder.path()).unwrap().map(Result::unwrap) {
            if entry.path().is_file() {
                std::fs::copy(entry.path(), damaged.join(entry.file_name())).unwrap();
            }
        }
        tamper(&damaged, |db| db.delete_cf(db.cf_handle(family::META).unwrap(), name).unwrap());
        let error = open(&node, &damaged).unwrap_err();
        assert!(error.calls_for_rebuild(), "{error}");
    }
}

#[test]
fn store_refuses_blocks_out_of_order() {
    let (node, folder) = (line(6, 3), folder());
    let mut store = open(&node, folder.path()).unwrap();
    assert!(matches!(store.commit(&[layer(&node, 1)]), Err(StoreError::OutOfOrder { found: 1, last: None })));
    drop(store);
    let mut store = built(&line(0, 3), folder.path());
    store.commit(&[layer(&node, 1), layer(&node, 2)]).unwrap();
    let dump = store.dump().unwrap();
    for wrong in [vec![4], vec![2], vec![1], vec![3, 5], vec![3, 3], vec![4, 3]] {
        let layers: Vec<_> = wrong.iter().map(|number| layer(&node, *number)).collect();
        let error = store.commit(&layers).unwrap_err();
        assert!(matches!(error, StoreError::OutOfOrder { .. }), "{error}");
        assert!(error.calls_for_rebuild());
        assert_eq!(store.dump().unwrap(), dump, "nothing of {wrong:?} was written");
        assert_eq!(store.cursor().unwrap().number, 2);
    }
    store.commit(&[]).unwrap();
    store.commit(&[layer(&node, 3)]).unwrap();
    assert_eq!(store.cursor().unwrap().number, 3);
}

#[test]
fn store_that_was_closed_while_it_was_built_is_empty() {
    let (node, folder) = (line(30, 4), folder());
    let block = node.finalized();
    for pages in 0..6 {
        let mut store = open(&node, folder.path()).unwrap();
        store.begin_build().unwrap();
        let mut after = None;
        for _ in 0..pages {
            let page = block.state.page(block.changes.chain, after, 5);
            store.build(&page.changes).unwrap();
            after = page.next;
        }
        drop(store);
        let mut store = open(&node, folder.path()).unwrap();
        assert_eq!(store.cursor(), None);
        assert!(store.commit(&[layer(&node, 1)]).is_err());
        assert!(Follower::resume(node.source(), store, Arc::new(Index::new(Metrics::default()))).is_err());
        // Then it is built, and the next build begins over a full one.
        let mut store = open(&node, folder.path()).unwrap();
        let head = build::from_state(&node.source(), &mut store, &mut |_, _| ()).unwrap();
        assert_eq!(head, block.head());
        assert_eq!(store.history_since(), head.number + 1);
        assert!(verify::verify(&node.source(), &store, &mut |_, _| ()).unwrap().holds());
    }
}

#[test]
fn store_built_from_the_state_holds_the_records_of_one_that_followed() {
    let (node, one, other) = (line(40, 5), folder(), folder());
    let mut from_state = open(&node, one.path()).unwrap();
    build::from_state(&node.source(), &mut from_state, &mut |_, _| ()).unwrap();
    let from_history = built(&node, other.path());
    let records = |store: &Store| -> Dump {
        let past = [family::HISTORY, family::BLOCKS];
        let mut rows = store.dump().unwrap();
        rows.retain(|(name, key, _)| !past.contains(name) && key != meta::HISTORY_SINCE);
        rows
    };
    assert_eq!(records(&from_state), records(&from_history));
}

#[test]
fn store_that_is_built_again_keeps_history_and_nothing_else() {
    let (node, folder) = (line(20, 6), folder());
    let before = built(&node, folder.path()).dump().unwrap();
    for name in family::STATE {
        let (mut key, value) = first(&before, name);
        *key.last_mut().unwrap() ^= 1;
        put(folder.path(), name, &key, &value);
    }
    let mut store = open(&node, folder.path()).unwrap();
    build::from_state(&node.source(), &mut store, &mut |_, _| ()).unwrap();
    let mut after = store.dump().unwrap();
    let since = after.iter_mut().find(|(_, key, _)| key == meta::HISTORY_SINCE).unwrap();
    assert_eq!(since.2, 21u32.encode());
    since.2 = 0u32.encode();
    assert_eq!(after, before);
}

#[test]
fn store_verify_finds_every_kind_of_wrong_row() {
    let (node, healthy) = (line(20, 8), folder());
    let dump = built(&node, healthy.path()).dump().unwrap();
    let finds = |what: &str, write: &dyn Fn(&DB)| {
        let damaged = folder();
        copy(healthy.path(), damaged.path());
        tamper(damaged.path(), write);
        let store = open(&node, damaged.path()).unwrap();
        let report = verify::verify(&node.source(), &store, &mut |_, _| ()).unwrap();
        assert!(!report.holds() && !report.told.is_empty(), "{what} is not found");
    };
    for name in family::STATE {
        let (key, value) = first(&dump, name);
        finds(&format!("a missing row of {name}"), &|db| db.delete_cf(db.cf_handle(name).unwrap(), &key).unwrap());
        let changed = match name {
            // Carriers that there are not.
            family::DEVICES => vec![0xee; value.len()],
            // The last byte says that the carrier belongs to no pool; before it is an amount.
            family::CARRIERS => {
                let (mut value, last) = (value.clone(), value.len() - 1);
                value[last - 1] ^= 1;
                value
            }
            // The last field is a number or a key.
            _ => {
                let mut value = value.clone();
                *value.last_mut().unwrap() ^= 1;
                value
            }
        };
        finds(&format!("a changed row of {name}"), &|db| {
            db.put_cf(db.cf_handle(name).unwrap(), &key, &changed).unwrap();
        });
        if name != family::DEVICES {
            let mut other = key.clone();
            *other.last_mut().unwrap() ^= 0x40;
            finds(&format!("a row too many of {name}"), &|db| {
                db.put_cf(db.cf_handle(name).unwrap(), &other, &value).unwrap();
            });
        }
    }
}

#[test]
fn store_value_that_cannot_be_read_is_an_error() {
    let (node, healthy) = (line(20, 9), folder());
    let dump = built(&node, healthy.path()).dump().unwrap();
    for name in [family::CARRIERS, family::BATCHES, family::MACHINES, family::MANUFACTURERS, family::GRANTS] {
        let (key, value) = first(&dump, name);
        let damaged = folder();
        copy(healthy.path(), damaged.path());
        put(damaged.path(), name, &key, &value[..value.len() / 2]);
        let store = open(&node, damaged.path()).unwrap();
        let error = verify::verify(&node.source(), &store, &mut |_, _| ()).unwrap_err();
        let specie_indexer::FollowError::Store(error) = error else { panic!("{error}") };
        assert!(matches!(error, StoreError::Malformed { .. }), "{error}");
        assert!(error.calls_for_rebuild());
    }
    let damaged = folder();
    copy(healthy.path(), damaged.path());
    put(damaged.path(), family::META, &schema::cursor(20), &[1, 2, 3]);
    assert!(open(&node, damaged.path()).unwrap_err().calls_for_rebuild());
}

/// What became of damaged files.
#[derive(Debug, Default)]
struct Fates {
    unharmed: u64,
    older: u64,
    empty: u64,
    refused: u64,
    fails_on_read: u64,
}

/// A database that has seen it all: a build, commits, some starts, and a log that is not written out yet.
fn aged(node: &Arc<Node>, path: &Path, last: u32) {
    let genesis = line(0, 11);
    let mut store = built(&genesis, path);
    for number in 1..=last {
        store.commit(&[layer(node, number)]).unwrap();
        if number % 5 == 0 {
            drop(store);
            store = open(node, path).unwrap();
        }
        if number == 12 {
            store.compact().unwrap();
        }
    }
}

/// Damages a file; tells what it did.
fn damage(path: &Path, random: &mut Random) -> String {
    let mut files: BTreeMap<&str, Vec<_>> = BTreeMap::new();
    for entry in std::fs::read_dir(path).unwrap() {
        let file = entry.unwrap().path();
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let kind = match name.as_str() {
            "CURRENT" => "current",
            name if name.starts_with("MANIFEST") => "manifest",
            name if name.ends_with(".sst") => "table",
            name if name.ends_with(".log") => "log",
            _ => continue,
        };
        files.entry(kind).or_default().push(file);
    }
    files.values_mut().for_each(|files| files.sort());
    let (_, files) = random.pick(&files).unwrap();
    let file = random.pick(files).unwrap();
    let mut bytes = std::fs::read(file).unwrap();
    let at = random.below(bytes.len().max(1) as u64) as usize;
    let what = match random.below(8) {
        0 => {
            std::fs::remove_file(file).unwrap();
            return format!("{file:?} deleted");
        }
        1 | 2 => {
            bytes.truncate(at);
            "truncated"
        }
        3 => {
            bytes[at..].iter_mut().take(64).for_each(|byte| *byte = 0);
            "zeroed"
        }
        4 => {
            bytes.extend(random.bytes());
            "longer"
        }
        5 => {
            bytes.clear();
            "emptied"
        }
        _ if bytes.is_empty() => "left",
        _ => {
            bytes[at] ^= 1 << random.below(8);
            "flipped"
        }
    };
    std::fs::write(file, bytes).unwrap();
    format!("{file:?} {what} at {at}")
}

/// Everything that the database says is the truth at its cursor, or an error that a rebuild cures.
fn inspect(node: &Node, path: &Path, expected: &[Dump], random: &mut Random, fates: &mut Fates) {
    let store = match open(node, path) {
        Ok(store) => store,
        Err(error) => {
            assert!(error.calls_for_rebuild(), "a rebuild cures it: {error}");
            fates.refused += 1;
            return;
        }
    };
    let Some(cursor) = store.cursor().copied() else {
        fates.empty += 1;
        return;
    };
    let block = node.block(cursor.hash);
    assert_eq!(cursor, block.head(), "the cursor is a block of the chain");
    let expected_rows = &expected[cursor.number as usize];
    let base = store.snapshot();
    let mut errors = 0;
    let mut is = |result: Result<bool, StoreError>| match result {
        Ok(is_true) => assert!(is_true, "a wrong record at block {}", cursor.number),
        Err(error) => {
            assert!(error.calls_for_rebuild(), "a rebuild cures it: {error}");
            errors += 1;
        }
    };
    let state = &block.state;
    for (id, entry) in &state.carriers {
        is(base.carrier(id).map(|found| found == Some(*entry)));
        let rows = node.tree.read().history(cursor.hash, id, cursor.number, 100);
        is(base.history(id, None, 100).map(|found| found == rows));
    }
    for (key, device) in &state.devices {
        is(base.device(key).map(|found| found == Some(*device)));
    }
    for (id, batch) in &state.batches {
        is(base.batch(*id).map(|found| found == Some(*batch)));
    }
    for (&(manufacturer, position), id) in &state.places {
        is(base.place(manufacturer, position).map(|found| found == Some(*id)));
    }
    for (id, machine) in &state.machines {
        is(base.machine(*id).map(|found| found == Some(*machine)));
        is(base.open_grants(*id, 0, 10_000).map(|found| found == state.open_grants(*id)));
    }
    match store.dump() {
        Ok(rows) => assert!(rows == *expected_rows, "not the rows of block {}", cursor.number),
        Err(error) => {
            assert!(error.calls_for_rebuild(), "a rebuild cures it: {error}");
            errors += 1;
        }
    }
    if errors > 0 {
        fates.fails_on_read += 1;
    } else if cursor.number as usize + 1 == expected.len() {
        base_agrees(&base, state, random);
        fates.unharmed += 1;
    } else {
        fates.older += 1;
    }
}

#[test]
fn store_with_damaged_files_is_older_or_refused_and_never_wrong() {
    const LAST: u32 = 24;
    let node = line(LAST, 11);
    let expected: Vec<Dump> = (0..=LAST)
        .map(|number| {
            let folder = folder();
            let mut store = built(&line(0, 11), folder.path());
            (1..=number).for_each(|number| store.commit(&[layer(&node, number)]).unwrap());
            store.dump().unwrap()
        })
        .collect();
    let healthy = folder();
    aged(&node, healthy.path(), LAST);
    let mut fates = Fates::default();
    let (count, first) = (setting("SPECIE_INDEX_CORRUPTIONS", CORRUPTIONS), setting("SPECIE_INDEX_SEED", 1));
    let mut wrong = Vec::new();
    for seed in first..first + count {
        let mut random = Random::new(seed);
        let damaged = folder();
        copy(healthy.path(), damaged.path());
        let what = damage(damaged.path(), &mut random);
        let inspected = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            inspect(&node, damaged.path(), &expected, &mut random, &mut fates);
        }));
        if inspected.is_err() {
            wrong.push(format!("SPECIE_INDEX_SEED={seed} SPECIE_INDEX_CORRUPTIONS=1: {what}"));
        }
    }
    println!("{count} damaged databases: {fates:?}");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn store_that_is_put_aside_leaves_room_for_a_new_one() {
    let (node, folder) = (line(5, 1), folder());
    let path = folder.path().join("index");
    assert_eq!(Store::set_aside(&path).unwrap(), None);
    let mut aside = Vec::new();
    for _ in 0..3 {
        drop(built(&node, &path));
        aside.push(Store::set_aside(&path).unwrap().unwrap());
        assert!(!path.exists() && aside.last().unwrap().is_dir());
    }
    aside.dedup();
    assert_eq!(aside.len(), 3);
    assert_eq!(open(&node, &aside[0]).unwrap().cursor().unwrap().number, 5, "it can still be read");
}

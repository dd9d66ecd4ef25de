//! Manufacturers from the first block on.

use super::*;
use crate::{
    mock::{execute, ext_with, RuntimeGenesisConfig},
    GenesisBatch, GenesisConfig, GenesisManufacturer, Manufacturer,
};
use frame_support::genesis_builder_helper::build_state;
use specie_primitives::{records::BatchState, wire::Wire};

fn batch(id: u64) -> GenesisBatch {
    GenesisBatch { id, key: KEY.to_vec(), capacity: 10, expires: FAR }
}

fn manufacturer(account: u64, batches: Vec<GenesisBatch>) -> GenesisManufacturer<u64> {
    GenesisManufacturer { account, name: "Acme".into(), quota: 1_000, batches }
}

/// Builds a chain that begins with `manufacturers`, and checks it.
fn build(manufacturers: Vec<GenesisManufacturer<u64>>) {
    execute(ext_with(GenesisConfig { manufacturers }), || ());
}

#[test]
fn registers_in_the_order_of_the_list() {
    let manufacturers = vec![manufacturer(BOLT, vec![batch(2), batch(1)]), manufacturer(ACME, vec![])];
    execute(ext_with(GenesisConfig { manufacturers }), || {
        let expected = |account, batches: u32| Manufacturer::<Test> {
            account,
            name: name("Acme"),
            batches,
            capacity: 10 * u64::from(batches),
            quota: 1_000,
            suspended: false,
        };
        assert_eq!(
            Manufacturers::manufacturers_page(0, 10),
            [(ManufacturerId(0), expected(BOLT, 2)), (ManufacturerId(1), expected(ACME, 0))]
        );
        let expected = Batch {
            manufacturer: ManufacturerId(0),
            key: KEY,
            state: BatchState::Active,
            blocks_orders: false,
            capacity: 10,
            registered: 0,
            expires: FAR,
        };
        assert_eq!(
            Manufacturers::batches_page(ManufacturerId(0), 0, 10),
            [(BatchId(2), expected), (BatchId(1), expected)]
        );
        // The next one to be registered follows them.
        assert_eq!(register(STRANGER), ManufacturerId(2));
    });
}

#[test]
fn boundary_block_nought_is_not_past() {
    build(vec![manufacturer(ACME, vec![GenesisBatch { expires: 0, ..batch(1) }])]);
}

#[test]
fn boundary_most_batches() {
    build(vec![manufacturer(ACME, (0..3).map(batch).collect())]);
}

/// A chain specification as JSON, with `fields` in its batch.
fn json(fields: &str) -> Vec<u8> {
    let batch =
        format!(r#"{{"id": 1, "key": {key:?}, "capacity": 10, "expires": 1000{fields}}}"#, key = KEY.to_vec());
    let acme = format!(r#"{{"account": 1, "name": "Acme", "quota": 1000, "batches": [{batch}]}}"#);
    format!(r#"{{"system": {{}}, "manufacturers": {{"manufacturers": [{acme}]}}}}"#).into_bytes()
}

#[test]
fn reads_a_chain_specification() {
    sp_io::TestExternalities::default().execute_with(|| {
        build_state::<RuntimeGenesisConfig>(json("")).unwrap();
        assert_eq!(Manufacturers::manufacturer_of(ACME), Some(ManufacturerId(0)));
        assert_eq!(record(BatchId(1)).key, KEY);
        Manufacturers::do_try_state().unwrap();
    });
}

#[test]
fn fails_unknown_field_in_a_chain_specification() {
    sp_io::TestExternalities::default().execute_with(|| {
        let error = build_state::<RuntimeGenesisConfig>(json(r#", "blocksOrders": true"#)).unwrap_err();
        assert!(error.contains("unknown field `blocksOrders`"), "{error}");
    });
}

#[test]
#[should_panic(expected = "the name of a manufacturer at genesis is too long")]
fn fails_name_too_long() {
    build(vec![GenesisManufacturer { name: "seventeen bytes!!".into(), ..manufacturer(ACME, vec![]) }]);
}

#[test]
#[should_panic(expected = "a manufacturer at genesis cannot be registered")]
fn fails_empty_name() {
    build(vec![GenesisManufacturer { name: String::new(), ..manufacturer(ACME, vec![]) }]);
}

#[test]
#[should_panic(expected = "a manufacturer at genesis cannot be registered")]
fn fails_account_taken() {
    build(vec![manufacturer(ACME, vec![]), manufacturer(ACME, vec![])]);
}

#[test]
#[should_panic(expected = "a batch key at genesis is malformed")]
fn fails_truncated_batch_key() {
    let mut key = KEY.to_vec();
    key.pop();
    build(vec![manufacturer(ACME, vec![GenesisBatch { key, ..batch(1) }])]);
}

#[test]
#[should_panic(expected = "a batch key at genesis is malformed")]
fn fails_batch_key_off_its_curve() {
    let key = BatchKey::Keycard([0; 33]).to_vec();
    build(vec![manufacturer(ACME, vec![GenesisBatch { key, ..batch(1) }])]);
}

#[test]
#[should_panic(expected = "a batch at genesis cannot be added")]
fn fails_batch_exists() {
    build(vec![manufacturer(ACME, vec![batch(1)]), manufacturer(BOLT, vec![batch(1)])]);
}

#[test]
#[should_panic(expected = "a batch at genesis cannot be added")]
fn fails_no_capacity() {
    build(vec![manufacturer(ACME, vec![GenesisBatch { capacity: 0, ..batch(1) }])]);
}

#[test]
#[should_panic(expected = "a batch at genesis cannot be added")]
fn fails_too_many_batches() {
    build(vec![manufacturer(ACME, (0..4).map(batch).collect())]);
}

//! The pallet's behaviour, a file for each, and what they share.

mod batches;
mod capacity;
mod genesis;
mod invariants;
mod permissions;
mod properties;
mod register;
mod states;

use crate::mock::{build_and_execute, Manufacturers, RuntimeOrigin, System, Test};
use frame_support::{assert_ok, BoundedVec};
use specie_primitives::{
    crypto::PublicKey,
    ids::{BatchId, ManufacturerId},
    records::{Batch, BatchKey},
    traits::BatchKeys,
};

type Event = crate::Event<Test>;
type Error = crate::Error<Test>;
type Name = BoundedVec<u8, <Test as crate::Config>::MaxNameLen>;

/// A manufacturer's account.
const ACME: u64 = 1;

/// Another's.
const BOLT: u64 = 2;

/// The account of nobody who is registered.
const STRANGER: u64 = 9;

/// A batch of [`ACME`]'s where a test has one.
const BATCH: BatchId = BatchId(7);

/// A block that no test reaches.
const FAR: u32 = 1_000;

/// The base point of secp256k1, compressed.
const SECP256K1: [u8; 33] = [
    0x02, 0x79, 0xbe, 0x66, 0x7e, 0xf9, 0xdc, 0xbb, 0xac, 0x55, 0xa0, 0x62, 0x95, 0xce, 0x87, 0x0b, 0x07, 0x02,
    0x9b, 0xfc, 0xdb, 0x2d, 0xce, 0x28, 0xd9, 0x59, 0xf2, 0x81, 0x5b, 0x16, 0xf8, 0x17, 0x98,
];

/// The base point of P-256, compressed.
const P256: [u8; 33] = [
    0x03, 0x6b, 0x17, 0xd1, 0xf2, 0xe1, 0x2c, 0x42, 0x47, 0xf8, 0xbc, 0xe6, 0xe5, 0x63, 0xa4, 0x40, 0xf2, 0x77,
    0x03, 0x7d, 0x81, 0x2d, 0xeb, 0x33, 0xa0, 0xf4, 0xa1, 0x39, 0x45, 0xd8, 0x98, 0xc2, 0x96,
];

/// RFC 8032's first test key.
const ED25519: [u8; 32] = [
    0xd7, 0x5a, 0x98, 0x01, 0x82, 0xb1, 0x0a, 0xb7, 0xd5, 0x4b, 0xfe, 0xd3, 0xc9, 0x64, 0x07, 0x3a, 0x0e, 0xe1,
    0x72, 0xf3, 0xda, 0xa6, 0x23, 0x25, 0xaf, 0x02, 0x1a, 0x68, 0xf7, 0x07, 0x51, 0x1a,
];

/// The key of a batch where it does not matter which.
const KEY: BatchKey = BatchKey::Native(PublicKey::Ed25519(ED25519));

fn issuer() -> RuntimeOrigin {
    RuntimeOrigin::root()
}

fn signed(account: u64) -> RuntimeOrigin {
    RuntimeOrigin::signed(account)
}

fn name(text: &str) -> Name {
    text.as_bytes().to_vec().try_into().unwrap()
}

/// Registers `account` and returns its number.
fn register(account: u64) -> ManufacturerId {
    assert_ok!(Manufacturers::register(issuer(), account, name("Acme")));
    Manufacturers::manufacturer_of(account).unwrap()
}

/// Adds a batch that does not expire while a test runs.
fn add_batch(account: u64, batch: BatchId, capacity: u32) {
    assert_ok!(Manufacturers::add_batch(signed(account), batch, KEY, capacity, FAR));
}

/// Registers [`ACME`] with [`BATCH`], for 100 carriers.
fn acme_with_batch() -> ManufacturerId {
    let acme = register(ACME);
    add_batch(ACME, BATCH, 100);
    acme
}

/// What the carriers' pallet sees of a batch.
fn record(batch: BatchId) -> Batch {
    <Manufacturers as BatchKeys>::batch(batch).unwrap()
}

fn assert_event(event: Event) {
    System::assert_last_event(event.into());
}

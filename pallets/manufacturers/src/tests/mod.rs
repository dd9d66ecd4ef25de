//! The pallet's behaviour, a file for each, and what they share.

mod batches;
mod capacity;
mod genesis;
mod invariants;
mod permissions;
mod properties;
mod register;
mod scenario;
mod states;

use crate::mock::{build_and_execute, Manufacturers, RuntimeOrigin, System, Test};
use frame_support::{assert_ok, BoundedVec};
use specie_primitives::{
    acts::{Actor, Cause, CauseCode},
    batch::possession_message,
    crypto::{sha256, PublicKey, Signature},
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

/// What a manufacturer's batches may have room for.
const QUOTA: u64 = 1 << 40;

/// Why the issuer does what it does in these tests.
const CAUSE: Cause = Cause { code: CauseCode::Defect, document: Some([0xd0; 32]) };

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
    assert_ok!(Manufacturers::register(issuer(), account, name("Acme"), QUOTA));
    Manufacturers::manufacturer_of(account).unwrap()
}

/// Who a manufacturer's own acts are by.
fn by(account: u64) -> Actor<u64> {
    Actor::Account(account)
}

/// The genesis hash of the SDK's mocks.
const GENESIS: [u8; 32] = [69; 32];

/// The signature of the private key 1, or of RFC 8032's first one, that `manufacturer` has the batch key.
fn possession(manufacturer: ManufacturerId, batch: BatchId, key: &BatchKey) -> Signature {
    use k256::ecdsa::signature::hazmat::PrehashSigner;
    let message = possession_message(&GENESIS, manufacturer, batch, key);
    let one = {
        let mut secret = [0; 32];
        secret[31] = 1;
        secret
    };
    match key {
        BatchKey::Native(PublicKey::P256(_)) => {
            let key = p256::ecdsa::SigningKey::from_slice(&one).unwrap();
            let signature: p256::ecdsa::Signature = key.sign_prehash(&sha256(message.as_bytes())).unwrap();
            Signature::P256(signature.normalize_s().unwrap_or(signature).to_bytes().into())
        }
        BatchKey::Native(PublicKey::Ed25519(_)) => {
            let secret = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
            let secret = <[u8; 32]>::try_from(hex::decode(secret).unwrap()).unwrap();
            let signature = ed25519_zebra::SigningKey::from(secret).sign(message.as_bytes());
            Signature::Ed25519(signature.into())
        }
        _ => {
            let key = k256::ecdsa::SigningKey::from_slice(&one).unwrap();
            let (signature, id) = key.sign_prehash_recoverable(&sha256(message.as_bytes())).unwrap();
            let mut bytes = [id.to_byte(); 65];
            bytes[..64].copy_from_slice(&signature.to_bytes());
            Signature::Secp256k1(bytes)
        }
    }
}

/// Adds a batch as its manufacturer does, or as the issuer does where the key is a foreign one.
fn add(account: u64, batch: BatchId, key: BatchKey, capacity: u32, expires: u32) -> sp_runtime::DispatchResult {
    let manufacturer = Manufacturers::manufacturer_of(account);
    if let (BatchKey::Keycard(_) | BatchKey::CoinkiteRoot(_), Some(manufacturer)) = (key, manufacturer) {
        return Manufacturers::add_foreign_batch(issuer(), manufacturer, batch, key, capacity, expires);
    }
    let possession = possession(manufacturer.unwrap_or_default(), batch, &key);
    Manufacturers::add_batch(signed(account), batch, key, capacity, expires, possession)
}

/// Adds a batch that does not expire while a test runs.
fn add_batch(account: u64, batch: BatchId, capacity: u32) {
    assert_ok!(add(account, batch, KEY, capacity, FAR));
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

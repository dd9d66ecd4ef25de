//! A chain that begins with as many carriers as wanted: the raw genesis of the development chain with their records,
//! devices and accounts in it, byte for byte as the pallets would have stored them.
//!
//! Carrier `n` has keys that follow from `n`, so whoever measures knows its address and can sign its orders.

use crate::node::{binary, Options, BULK_CHAIN};
use codec::Encode;
use serde_json::{json, Value};
use sp_core::{ed25519, Pair as _, H256};
use sp_keyring::Sr25519Keyring;
use specie_indexer::{store::Store, StoreError, StoreOptions};
use specie_primitives::{
    crypto::{blake2_256, PublicKey, Signature},
    ids::{BatchId, CarrierId, CurrencyId, MachineId, ManufacturerId},
    order::{Order, Purpose, NO_REFERENCE},
    records::{Batch, BatchKey, BatchState, Carrier, CarrierState, Device},
};
use specie_runtime::{AccountId, Runtime, UNIT};
use std::{
    error::Error,
    io::{BufWriter, Write},
    path::Path,
    process::Command,
    time::Duration,
};

/// The file with the specification, in the folder of the node.
pub const SPECIFICATION: &str = "bench.json";

/// The batch of all of them.
pub const BATCH: BatchId = BatchId(1_000_000);

/// What each of them holds, in base units.
pub const BALANCE: u128 = 100 * UNIT;

/// The currency key of carrier `number`.
pub fn currency(number: u64) -> ed25519::Pair {
    ed25519::Pair::from_seed(&blake2_256(&[b"specie bulk currency".as_slice(), &number.to_le_bytes()].concat()))
}

/// The address of carrier `number`.
pub fn address(number: u64) -> CarrierId {
    CarrierId::of(&PublicKey::Ed25519(currency(number).public().0))
}

/// An order of carrier `number` for a little of its money, to Eve.
pub fn order(number: u64, sequence: u32, genesis: [u8; 32], valid_until: u32) -> (Order, Signature) {
    order_to(Sr25519Keyring::Eve.to_raw_public(), number, sequence, genesis, valid_until)
}

/// An order of carrier `number` for a little of its money.
pub fn order_to(
    to: [u8; 32],
    number: u64,
    sequence: u32,
    genesis: [u8; 32],
    valid_until: u32,
) -> (Order, Signature) {
    let pair = currency(number);
    let order = Order {
        genesis,
        carrier: CarrierId::of(&PublicKey::Ed25519(pair.public().0)),
        purpose: Purpose::Transfer,
        sequence,
        to,
        amount: UNIT,
        fee: UNIT / 20,
        fee_to: Sr25519Keyring::Eve.to_raw_public(),
        valid_until,
        reference: NO_REFERENCE,
        epoch: 0,
    };
    (order, sign(number, &order))
}

/// What carrier `number` says to an order.
pub fn sign(number: u64, order: &Order) -> Signature {
    Signature::Ed25519(currency(number).sign(order.message().as_bytes()).0)
}

/// How to start the only validator of a chain with `count` carriers, in `folder`, with `extra` on its command line; and
/// their addresses.
pub fn node(folder: &Path, count: u64, extra: &[&str]) -> Result<(Options, Vec<CarrierId>), Box<dyn Error>> {
    let (specification, addresses) = specification(folder, "dev", count)?;
    let key = format!("{:064x}", 1);
    let args = ["--chain", &specification, "--alice", "--node-key", &key, "--force-authoring"];
    let args = args.iter().chain(extra).map(ToString::to_string).collect();
    let options = Options::new(folder.join("node"), args)?;
    Ok((Options { start_limit: Duration::from_secs(900), ..options }, addresses))
}

/// The specification of the chain `preset` with `count` carriers, in a file in `folder`; and their addresses.
pub fn specification(folder: &Path, preset: &str, count: u64) -> Result<(String, Vec<CarrierId>), Box<dyn Error>> {
    let path = folder.join(SPECIFICATION);
    let raw = Command::new(binary()?).args(["export-chain-spec", "--chain", preset, "--raw"]).output()?;
    let addresses = write(&String::from_utf8(raw.stdout)?, count, &path)?;
    Ok((path.display().to_string(), addresses))
}

/// Writes the specification with `count` carriers to `to`; `raw` is the raw specification of the chain without. Returns their addresses.
pub fn write(raw: &str, count: u64, to: &Path) -> Result<Vec<CarrierId>, Box<dyn Error>> {
    let mut specification: Value = serde_json::from_str(raw)?;
    specification["name"] = json!("Specie Benchmark");
    specification["id"] = json!(BULK_CHAIN);
    let top = specification["genesis"]["raw"]["top"].take();
    let mut top = top.as_object().ok_or("no raw genesis")?.clone();
    for (key, value) in common(count) {
        top.insert(hex(&key), json!(hex(&value)));
    }
    let issuance = hex(&pallet_balances::TotalIssuance::<Runtime>::hashed_key());
    let known = top.get(&issuance).and_then(Value::as_str).ok_or("no total issuance")?;
    let known: u128 = codec::Decode::decode(&mut &hex::decode(known.trim_start_matches("0x"))?[..])?;
    let total = known + u128::from(count) * BALANCE;
    top.insert(issuance, json!(hex(&total.encode())));

    // By hand, entry by entry: a million of them do not fit a document in memory.
    const HOLE: &str = "@@entries@@";
    specification["genesis"]["raw"]["top"] = json!(HOLE);
    let text = serde_json::to_string(&specification)?;
    let (before, after) = text.split_once(&format!("\"{HOLE}\"")).ok_or("no place for the entries")?;
    let mut file = BufWriter::new(std::fs::File::create(to)?);
    write!(file, "{before}{{")?;
    for (index, (key, value)) in top.iter().enumerate() {
        let comma = if index == 0 { "" } else { "," };
        write!(file, "{comma}\"{key}\":{value}")?;
    }
    let mut addresses = Vec::new();
    for number in 0..count {
        let (id, entries) = carrier(number);
        addresses.push(id);
        for (key, value) in entries {
            write!(file, ",\"{}\":\"{}\"", hex(&key), hex(&value))?;
        }
    }
    write!(file, "}}{after}")?;
    file.flush()?;
    Ok(addresses)
}

/// Opens the index of a node that is not running.
pub fn store(path: &Path) -> Result<Store, StoreError> {
    let options = StoreOptions { path: path.into(), cache_bytes: 64 << 20 };
    // It tells which chain it is of by refusing another one.
    match Store::open(&options, H256::zero()) {
        Err(StoreError::OtherChain { found, .. }) => Store::open(&options, found),
        other => other,
    }
}

/// A key of the state and its value.
type Entry = (Vec<u8>, Vec<u8>);

/// The manufacturer and its batch.
fn common(count: u64) -> Vec<Entry> {
    let account = Sr25519Keyring::Ferdie.to_account_id();
    let maker = ManufacturerId(0);
    let record = pallet_manufacturers::Manufacturer::<Runtime> {
        account: account.clone(),
        name: b"Bulk Cards".to_vec().try_into().unwrap_or_default(),
        batches: 1,
        capacity: u64::from(u32::MAX),
        quota: u64::from(u32::MAX),
        suspended: false,
    };
    let registered = count.try_into().unwrap_or(u32::MAX);
    let batch = Batch {
        manufacturer: maker,
        key: BatchKey::Native(PublicKey::Ed25519(currency(u64::MAX).public().0)),
        state: BatchState::Active,
        blocks_orders: false,
        capacity: u32::MAX,
        registered,
        expires: u32::MAX,
    };
    vec![
        (pallet_manufacturers::ManufacturerCount::<Runtime>::hashed_key().to_vec(), 1u32.encode()),
        (pallet_manufacturers::Manufacturers::<Runtime>::hashed_key_for(maker), record.encode()),
        (pallet_manufacturers::ManufacturerOf::<Runtime>::hashed_key_for(account), maker.encode()),
        (pallet_manufacturers::BatchesOf::<Runtime>::hashed_key_for(maker, 0), BATCH.encode()),
        (pallet_manufacturers::Batches::<Runtime>::hashed_key_for(BATCH), batch.encode()),
    ]
}

/// What the pallets store for a carrier.
fn carrier(number: u64) -> (CarrierId, [Entry; 3]) {
    let device_key =
        PublicKey::Ed25519(blake2_256(&[b"specie bulk device".as_slice(), &number.to_le_bytes()].concat()));
    let currency_key = PublicKey::Ed25519(currency(number).public().0);
    let id = CarrierId::of(&currency_key);
    let record = Carrier {
        batch: BATCH,
        device_key,
        currency_key,
        generation: 1,
        sequence: 0,
        state: CarrierState::Active,
        currency: CurrencyId::Native,
        denomination: None,
        funding_due: None,
        machine: MachineId(Sr25519Keyring::Charlie.to_raw_public()),
        depositor: Sr25519Keyring::Charlie.to_raw_public(),
        // Nothing is held for them, so nothing has to be.
        deposit: 0,
        registered_at: 0,
    };
    let account = frame_system::AccountInfo {
        nonce: 0u32,
        consumers: 0,
        providers: 1,
        sufficients: 0,
        data: pallet_balances::AccountData { free: BALANCE, ..Default::default() },
    };
    let device = Device { carrier: id, generation: 1 };
    let entries = [
        (pallet_carriers::Carriers::<Runtime>::hashed_key_for(id), record.encode()),
        (pallet_carriers::Devices::<Runtime>::hashed_key_for(device_key), device.encode()),
        (frame_system::Account::<Runtime>::hashed_key_for(AccountId::from(id.0)), account.encode()),
    ];
    (id, entries)
}

/// Bytes as the RPC has them.
pub fn hex(bytes: &[u8]) -> String {
    format!("0x{}", hex::encode(bytes))
}

//! Orders against payments between accounts: how many of each a block takes by what they are declared to weigh, and how long
//! such a block really takes, in one run.

use super::{figure, head};
use crate::{
    bulk,
    chain::{signed, Chain},
    maker::Maker,
    node::BULK_CHAIN,
};
use sp_core::H256;
use sp_keyring::Sr25519Keyring;
use specie_primitives::order::Order;
use specie_runtime::{opaque::Block, slots::DEFAULT_SLOT_MILLIS, AccountId, UNIT};
use std::{
    error::Error,
    path::Path,
    time::{Duration, Instant},
};

/// How many carriers the chain begins with: each pays once, and each is paid once.
const CARRIERS: u64 = 4_000;

/// How many full blocks of each are made and executed.
const BLOCKS: usize = 3;

/// How often they are executed.
const ROUNDS: usize = 5;

/// What full blocks of one kind of extrinsic hold and take.
struct Speed {
    /// How many are in a full block.
    in_a_block: u32,
    /// How long a full block took to execute and store, the median.
    took: Duration,
}

/// Measures both, in `folder`.
pub async fn run(folder: &Path) -> Result<(), Box<dyn Error>> {
    head("### Orders against payments");
    let transfers = measured(&folder.join("transfers"), |genesis| Box::new(transfers(genesis))).await?;
    let orders = measured(&folder.join("orders"), |genesis| Box::new(orders(genesis))).await?;
    tell("`Balances.transfer_keep_alive`, each to another carrier", &transfers);
    tell("orders of Ed25519 cards, bare, each of another carrier to another, without request and receiver of the fee", &orders);
    let declared = f64::from(orders.in_a_block) / f64::from(transfers.in_a_block);
    let each = |speed: &Speed| speed.took.as_secs_f64() / f64::from(speed.in_a_block);
    figure("orders for each payment, as declared", &format!("{declared:.2}"));
    figure(
        "orders for each payment, by the time that they took",
        &format!("{:.2}", each(&transfers) / each(&orders)),
    );
    let runtime = specie_runtime::WASM_BINARY.map_or(0, <[u8]>::len);
    figure("the runtime, compressed", &format!("{runtime} bytes"));
    Ok(())
}

fn tell(what: &str, speed: &Speed) {
    let a_second = f64::from(speed.in_a_block) * 1_000.0 / DEFAULT_SLOT_MILLIS as f64;
    let took = speed.took.as_secs_f64() * 1_000.0;
    figure(
        what,
        &format!(
            "{} in a full block, {a_second:.0} a second; the block takes {took:.0} ms of its slot of \
             {DEFAULT_SLOT_MILLIS} ms, {:.0} µs each",
            speed.in_a_block,
            took * 1_000.0 / f64::from(speed.in_a_block),
        ),
    );
}

/// Makes full blocks, then has fresh databases execute them.
async fn measured(
    folder: &Path,
    extrinsics: impl FnOnce(H256) -> Box<dyn Iterator<Item = Vec<u8>>>,
) -> Result<Speed, Box<dyn Error>> {
    std::fs::create_dir_all(folder)?;
    let (options, _) = bulk::node(folder, CARRIERS, &[])?;
    let specification = folder.join(bulk::SPECIFICATION);
    let mut maker = Maker::open(&specification, &options.base, BULK_CHAIN)?;
    let mut extrinsics = extrinsics(maker.genesis()).peekable();
    let mut in_a_block = u32::MAX;
    for _ in 0..BLOCKS {
        in_a_block = in_a_block.min(maker.block(&mut extrinsics).await?);
    }
    if extrinsics.peek().is_none() {
        return Err("there were too few extrinsics for full blocks".into());
    }
    let count = u32::try_from(BLOCKS)?;
    let blocks: Vec<Block> = (1..=count).map(|number| maker.at(number)).collect::<Result<_, _>>()?;
    let mut times = Vec::new();
    for round in 0..ROUNDS {
        let maker = Maker::open(&specification, &folder.join(format!("import-{round}")), BULK_CHAIN)?;
        for block in blocks.clone() {
            let begun = Instant::now();
            maker.import(block).await?;
            times.push(begun.elapsed());
        }
    }
    times.sort_unstable();
    let took = times.get(times.len() / 2).copied().unwrap_or_default();
    Ok(Speed { in_a_block, took })
}

/// Payments of one account to carriers, of which none is paid twice.
fn transfers(genesis: H256) -> impl Iterator<Item = Vec<u8>> {
    let pair = Sr25519Keyring::Alice.pair();
    (0..CARRIERS).map(move |number| {
        let dest = AccountId::from(bulk::address(number).0).into();
        let pay = pallet_balances::Call::transfer_keep_alive { dest, value: UNIT };
        signed(genesis, pay.into(), &pair, number as u32)
    })
}

/// Orders of carriers, of which none orders and none is paid twice. Nobody gets a part of the fee.
fn orders(genesis: H256) -> impl Iterator<Item = Vec<u8>> {
    (0..CARRIERS).map(move |number| {
        let to = bulk::address((number + CARRIERS / 2) % CARRIERS).0;
        let (order, _) = bulk::order_to(to, number, 1, genesis.0, 1_000);
        let order = Order { fee_to: order.carrier.0, ..order };
        Chain::order(&order, &bulk::sign(number, &order))
    })
}

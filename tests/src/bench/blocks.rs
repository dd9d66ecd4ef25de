//! Reading blocks: building the index from all of them, an address with a million entries, what the index costs the node
//! that imports, and what libraries do instead.

use super::{
    figure, head, histogram,
    load::{at_rate, Params},
    times,
    wire::connect,
};
use crate::{
    bulk::{self, hex},
    chain::{signed, Chain},
    foreign::{Client, POLKADOT_JS, SUBSTRATE_INTERFACE},
    maker::Maker,
    node::{without_authoring, Node, Options, BULK_CHAIN},
};
use serde_json::Value;
use sp_core::{sr25519::Pair, H256};
use sp_keyring::Sr25519Keyring;
use specie_indexer::Status;
use specie_runtime::{opaque::Block, AccountId, RuntimeCall, UNIT};
use std::{
    error::Error,
    iter::Peekable,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

/// How many blocks nothing happens in.
const EMPTY_BLOCKS: u32 = 30_000;

/// How many payments one carrier gets.
const HOT_PAYMENTS: u32 = 1_000_000;

/// How many payments are in one extrinsic of those.
const IN_A_BATCH: u32 = 500;

/// How many payments to carriers, and half as many orders of carriers.
const PAYMENTS: u32 = 30_000;

/// How many carriers the chains begin with that have payments.
const CARRIERS: u64 = 20_000;

/// How many the others begin with: what is measured are blocks.
const FEW: u64 = 100;

/// How many blocks are imported with and without the index, empty and full ones.
const IMPORTED: u32 = 300;
const IMPORTED_FULL: u32 = 40;

/// How often.
const ROUNDS: usize = 5;

/// How many blocks a library reads the events of.
const READ_BY_PEERS: u32 = 10;

/// The carrier that gets a million payments.
const HOT: u64 = 7;

/// A node that is not running, and what its chain is made of.
struct Made {
    options: Options,
    specification: PathBuf,
    blocks: u32,
    events: u64,
    bytes: u64,
}

/// Measures everything, in `folder`.
pub async fn run(folder: &Path) -> Result<(), Box<dyn Error>> {
    let empty = made(&folder.join("empty"), FEW, EMPTY_BLOCKS, |_| Box::new(std::iter::empty())).await?;
    let hot = made(&folder.join("hot"), CARRIERS, 0, |genesis| Box::new(hot(genesis))).await?;
    let busy = made(&folder.join("busy"), CARRIERS, 0, |genesis| Box::new(payments(genesis))).await?;

    head("### Building the index from all blocks");
    rebuilt("without transactions", &empty)?;
    rebuilt("with a million payments to one carrier", &hot)?;
    rebuilt("with payments to carriers and orders of carriers", &busy)?;

    head("### A carrier with a million entries");
    hottest(&hot).await?;

    head("### Import, with and without the index");
    for (pause, count) in [(Duration::from_millis(20), IMPORTED), (Duration::ZERO, IMPORTED)] {
        imported("without transactions", &empty, folder, count, pause).await?;
    }
    for (pause, count) in [(Duration::from_millis(250), IMPORTED_FULL), (Duration::ZERO, IMPORTED_FULL)] {
        imported("full", &busy, folder, count, pause).await?;
    }

    head("### Libraries that decode events");
    peers(&busy).await
}

/// Makes a chain: blocks without transactions, then as many as the extrinsics need.
async fn made(
    folder: &Path,
    carriers: u64,
    empty: u32,
    extrinsics: impl FnOnce(H256) -> Box<dyn Iterator<Item = Vec<u8>>>,
) -> Result<Made, Box<dyn Error>> {
    std::fs::create_dir_all(folder)?;
    let (options, _) = bulk::node(folder, carriers, &["--state-pruning", "archive"])?;
    let specification = folder.join(bulk::SPECIFICATION);
    let begun = Instant::now();
    let mut maker = Maker::open(&specification, &options.base, BULK_CHAIN)?;
    for _ in 0..empty {
        maker.block(&mut std::iter::empty().peekable()).await?;
    }
    let mut extrinsics: Peekable<_> = extrinsics(maker.genesis()).peekable();
    while extrinsics.peek().is_some() {
        maker.block(&mut extrinsics).await?;
    }
    let (blocks, events, bytes) = (maker.height(), maker.events, maker.bytes);
    eprintln!("{blocks} blocks with {events} events made in {:?}", begun.elapsed());
    Ok(Made { options, specification, blocks, events, bytes })
}

/// A million payments to one carrier.
fn hot(genesis: H256) -> impl Iterator<Item = Vec<u8>> {
    let pay = || pallet_balances::Call::transfer_keep_alive {
        dest: AccountId::from(bulk::address(HOT).0).into(),
        value: UNIT / 1_000,
    };
    let calls: Vec<RuntimeCall> = (0..IN_A_BATCH).map(|_| pay().into()).collect();
    let pair = Sr25519Keyring::Alice.pair();
    (0..HOT_PAYMENTS / IN_A_BATCH).map(move |nonce| {
        let call = pallet_utility::Call::batch { calls: calls.clone() };
        signed(genesis, call.into(), &pair, nonce)
    })
}

/// Two payments and an order, in turn; each carrier orders once.
fn payments(genesis: H256) -> impl Iterator<Item = Vec<u8>> {
    let pair: Pair = Sr25519Keyring::Alice.pair();
    (0..PAYMENTS).flat_map(move |number| {
        let dest = AccountId::from(bulk::address(u64::from(number) * 31 % CARRIERS).0).into();
        let pay = pallet_balances::Call::transfer_keep_alive { dest, value: UNIT };
        let payment = signed(genesis, pay.into(), &pair, number);
        let order = (number % 2 == 0).then(|| {
            let (order, signature) = bulk::order(u64::from(number / 2), 1, genesis.0, 1_000);
            Chain::order(&order, &signature)
        });
        std::iter::once(payment).chain(order)
    })
}

/// Builds the index from all blocks with the operator's command.
fn rebuilt(what: &str, made: &Made) -> Result<(), Box<dyn Error>> {
    let built = |command: &[&str]| -> Result<(f64, u64), Box<dyn Error>> {
        let (done, said) = made.options.index_command(command)?;
        if !done {
            return Err(said.into());
        }
        // "… (12.3 s)": without the start of the process.
        let seconds = said.rsplit('(').next().and_then(|rest| rest.split(' ').next()).unwrap_or_default();
        Ok((seconds.parse()?, bulk::store(&made.options.index())?.compact()?))
    };
    let (_, without) = built(&["rebuild"])?;
    let (seconds, with) = built(&["rebuild", "--history"])?;
    let Made { blocks, events, bytes, .. } = made;
    let history = with.saturating_sub(without);
    figure(
        &format!("{blocks} blocks {what}, {events} events"),
        &format!(
            "{seconds:.2} s: {:.0} blocks/s, {:.0} events/s; {history} bytes of histories, {:.1} % of {bytes} bytes of \
             blocks",
            f64::from(*blocks) / seconds,
            *events as f64 / seconds,
            100.0 * history as f64 / *bytes as f64
        ),
    );
    Ok(())
}

/// Starts the node on the chain that was made, without making blocks.
async fn started(made: &Made) -> Result<Node, Box<dyn Error>> {
    let mut args = without_authoring(&made.options.args);
    // Its blocks are as old as the chain is long.
    for option in ["--max-best-age", "--max-finalized-age"] {
        args.extend([option.to_owned(), "86400".to_owned()]);
    }
    args.extend(["--rpc-client-work", "0"].map(ToOwned::to_owned));
    let mut node = Node::start(Options { args, ..made.options.clone() })?;
    node.client().await?.wait_for_index().await?;
    Ok(node)
}

async fn hottest(made: &Made) -> Result<(), Box<dyn Error>> {
    let mut node = started(made).await?;
    let url = node.url();
    let verdict: Params =
        Arc::new(|number| format!(r#"[{{"address":"{}"}}]"#, hex(&bulk::address(number % CARRIERS).0)));
    let hot: Params = Arc::new(|_| format!(r#"[{{"address":"{}"}}]"#, hex(&bulk::address(HOT).0)));
    at_rate(&url, "carrier_verdict", verdict.clone(), 1_000, 20_000).await?;
    for (what, params) in [("of any carrier", verdict), ("of that carrier", hot)] {
        let outcome = at_rate(&url, "carrier_verdict", params, 1_000, 10_000).await?;
        times(&format!("`carrier_verdict` {what}"), &outcome.latencies, "1000 calls a second");
    }
    let mut asker = connect(&url).await.map_err(|error| error.to_string())?;
    let (mut pages, mut entries, mut cursor) = (histogram()?, 0u64, Value::Null);
    let begun = Instant::now();
    loop {
        let params = format!(r#"["{}",{cursor},1000]"#, hex(&bulk::address(HOT).0));
        let asked = Instant::now();
        let text = asker.ask("carrier_history", &params).await.map_err(|error| error.to_string())?;
        pages.saturating_record(asked.elapsed().as_micros() as u64);
        let answer: Value = serde_json::from_str(&text)?;
        let page = &answer["result"];
        entries += page["entries"].as_array().ok_or(text)?.len() as u64;
        cursor = page["cursor"].clone();
        if cursor.is_null() {
            break;
        }
    }
    if entries != u64::from(HOT_PAYMENTS) {
        return Err(format!("{entries} entries of {HOT_PAYMENTS}").into());
    }
    let rate = entries as f64 / begun.elapsed().as_secs_f64();
    times(
        "`carrier_history` of that carrier, pages of 1000 to the end",
        &pages,
        &format!("{rate:.0} entries a second"),
    );
    node.kill()?;
    Ok(())
}

/// Imports the same blocks into fresh databases, with and without the index beside them, in turn: with a pause after each
/// as a node that follows a chain, or without as one that catches up.
async fn imported(
    what: &str,
    made: &Made,
    folder: &Path,
    count: u32,
    pause: Duration,
) -> Result<(), Box<dyn Error>> {
    let blocks: Vec<Block> = {
        let maker = Maker::open(&made.specification, &made.options.base, BULK_CHAIN)?;
        (1..=count.min(maker.height())).map(|number| maker.at(number)).collect::<Result<_, _>>()?
    };
    let mut took = [Vec::new(), Vec::new()];
    for round in 0..ROUNDS * 2 {
        let with_index = round % 2 == 1;
        // Another one each time: what is dropped may take a moment to let go of its files.
        let base = folder.join(format!("import-{what}-{}-{round}", pause.as_millis()));
        let maker = Maker::open(&made.specification, &base, BULK_CHAIN)?;
        let index = with_index.then(|| maker.index()).transpose()?;
        if let Some(index) = &index {
            while index.status() != Status::Following {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }
        let mut elapsed = Duration::ZERO;
        for block in blocks.clone() {
            let begun = Instant::now();
            maker.import(block).await?;
            elapsed += begun.elapsed();
            tokio::time::sleep(pause).await;
        }
        if let Some(index) = &index {
            // It was beside the import all the time, and has not put its work off.
            let behind = index.moment([]).map_or(u32::MAX, |moment| maker.height() - moment.best().number);
            eprintln!("{elapsed:?} with the index, which is {behind} blocks behind at the end");
        } else {
            eprintln!("{elapsed:?} without the index");
        }
        if let Some(list) = took.get_mut(usize::from(with_index)) {
            list.push(elapsed);
        }
    }
    let [without, with] = took.map(|mut list| {
        list.sort_unstable();
        let median = list.get(list.len() / 2).copied().unwrap_or_default();
        median.as_secs_f64() * 1_000.0 / blocks.len() as f64
    });
    figure(
        &format!(
            "import of a block {what}, {}, median of {ROUNDS} times {} blocks",
            if pause.is_zero() { "catching up".to_owned() } else { format!("one every {} ms", pause.as_millis()) },
            blocks.len()
        ),
        &format!(
            "{without:.3} ms without the index, {with:.3} ms with it: {:+.1} %",
            100.0 * (with / without - 1.0)
        ),
    );
    Ok(())
}

/// What a user would do without the index: read a carrier's record with a library, and decode the events of blocks.
async fn peers(made: &Made) -> Result<(), Box<dyn Error>> {
    let mut node = started(made).await?;
    let addresses: Vec<_> = (0..200u64).map(|number| hex(&bulk::address(number * 97 % CARRIERS).0)).collect();
    let last = made.blocks;
    let (from, to) = ((last / 2).to_string(), (last / 2 + READ_BY_PEERS).min(last).to_string());
    for (name, script, client) in [
        ("@polkadot/api", "bench.mjs", &POLKADOT_JS as &'static Client),
        ("substrate-interface", "bench.py", &SUBSTRATE_INTERFACE),
    ] {
        let installed = client.install().await?;
        let text = installed.run(script, &[&node.url(), &addresses.join(","), &from, &to]).await?;
        let said: Value = serde_json::from_str(text.lines().last().unwrap_or_default())?;
        let mut latencies = histogram()?;
        for micros in said["micros"].as_array().ok_or("no times")? {
            latencies.saturating_record(micros.as_f64().unwrap_or_default() as u64);
        }
        times(&format!("{name}: a carrier's record and balance, one after the other"), &latencies, "");
        let rate = said["events"].as_f64().unwrap_or_default() / said["seconds"].as_f64().unwrap_or(f64::INFINITY);
        figure(&format!("{name}: events of blocks, read and decoded"), &format!("{rate:.0} events/s"));
    }
    let mut asker = connect(&node.url()).await.map_err(|error| error.to_string())?;
    let mut latencies = histogram()?;
    for address in &addresses {
        let asked = Instant::now();
        asker
            .ask("carrier_verdict", &format!(r#"[{{"address":"{address}"}}]"#))
            .await
            .map_err(|error| error.to_string())?;
        latencies.saturating_record(asked.elapsed().as_micros() as u64);
    }
    times("`carrier_verdict`, one after the other", &latencies, "");
    node.kill()?;
    Ok(())
}

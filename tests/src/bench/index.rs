//! What machines ask all day: the rows of index and RPC.

use super::{
    figure, head, histogram,
    load::{at_full_speed, at_rate, Outcome, Params},
    times,
    wire::{call, connect, WireError},
};
use crate::{
    bulk::{self, hex},
    chain::Chain,
    metrics,
    node::{free_port, Node, BULK_CHAIN},
};
use codec::Encode;
use futures::future::try_join;
use jsonrpsee::{core::client::ClientT, rpc_params};
use sp_keyring::Sr25519Keyring;
use specie_primitives::ids::CarrierId;
use specie_runtime::{AccountId, Runtime};
use std::{
    error::Error,
    path::Path,
    process::Command,
    sync::Arc,
    time::{Duration, Instant},
};

/// How many calls a second the latencies are measured at.
const RATE: u64 = 1_000;

/// How many of them.
const CALLS: u64 = 10_000;

/// How many blocks are watched while nothing happens.
const EMPTY_BLOCKS: u32 = 30;

/// A carrier for the n-th call: all over the place, and no two alike for long.
fn nth(addresses: &[CarrierId], number: u64) -> CarrierId {
    let index = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) % addresses.len().max(1) as u64;
    addresses.get(index as usize).copied().unwrap_or_default()
}

/// Measures everything with `count` carriers, in `folder`.
pub async fn run(folder: &Path, count: u64) -> Result<(), Box<dyn Error>> {
    let begun = Instant::now();
    let prometheus = free_port()?;
    let extra = [
        "--rpc-client-work",
        "0",
        "--rpc-max-connections",
        "1000",
        "--rpc-max-request-size",
        "64",
        "--rpc-max-response-size",
        "64",
        "--state-pruning",
        "archive",
        "--index-cache",
        "1024",
        "--prometheus-port",
        &prometheus.to_string(),
    ];
    let (mut options, addresses) = bulk::node(folder, count, &extra)?;
    let addresses = Arc::new(addresses);
    options.metrics = true;
    let mut args = options.args.clone();
    eprintln!("{count} carriers written in {:?}", begun.elapsed());

    let begun = Instant::now();
    let mut node = Node::start(options)?;
    let chain = node.client().await?;
    chain.wait_for_final(1).await?;
    chain.wait_for_index().await?;
    eprintln!("the node answers after {:?}", begun.elapsed());

    head(&format!("### Questions, {count} carriers"));
    single(&node.url(), &addresses).await?;
    bulk_rows(&node.url(), &addresses).await?;
    pool(&node.url(), &chain, count).await?;
    subscriptions(&node, &chain, &addresses).await?;
    head("### The index itself");
    blocks(&chain, prometheus).await?;

    // With the limits that a node has unless its operator says otherwise.
    args.retain(|arg| arg != "--rpc-client-work" && arg != "0");
    node.restart_with(args)?;
    node.client().await?.wait_for_index().await?;
    head("### One client too many");
    overload(&node.url(), &addresses).await?;
    node.kill()?;
    head("### Files");
    files(folder, count)
}

/// One verdict, and the peers.
async fn single(url: &str, addresses: &Arc<Vec<CarrierId>>) -> Result<(), Box<dyn Error>> {
    let all = addresses.clone();
    let verdict: Params = Arc::new(move |number| format!(r#"[{{"address":"{}"}}]"#, hex(&nth(&all, number).0)));
    let all = addresses.clone();
    let state_call: Params = Arc::new(move |number| {
        let arguments = (Some(nth(&all, number)), None::<specie_primitives::evidence::Evidence>).encode();
        format!(r#"["CarrierApi_verdict","{}"]"#, hex(&arguments))
    });
    let all = addresses.clone();
    let storage: Params = Arc::new(move |number| {
        format!(r#"["{}"]"#, hex(&pallet_carriers::Carriers::<Runtime>::hashed_key_for(nth(&all, number))))
    });
    // Once through, so that all three find warm caches.
    for (method, params) in [("carrier_verdict", &verdict), ("state_getStorage", &storage)] {
        at_full_speed(url, method, params.clone(), 2, 32, 50_000).await?;
    }
    let note = format!("{RATE} calls a second, one WebSocket");
    for (what, method, params) in [
        ("`carrier_verdict`", "carrier_verdict", &verdict),
        ("peer: `state_call` to `CarrierApi_verdict`", "state_call", &state_call),
        ("peer: `state_getStorage` of the record", "state_getStorage", &storage),
    ] {
        let outcome = sound(at_rate(url, method, params.clone(), RATE, CALLS).await?)?;
        times(what, &outcome.latencies, &note);
    }
    for (what, method, params, calls) in [
        ("`carrier_verdict`", "carrier_verdict", &verdict, 150_000),
        ("peer: `state_call` to `CarrierApi_verdict`", "state_call", &state_call, 20_000),
        ("peer: `state_getStorage` of the record", "state_getStorage", &storage, 50_000),
    ] {
        let outcome = sound(at_full_speed(url, method, params.clone(), 4, 64, calls).await?)?;
        times(
            &format!("{what}, 4 × 64 at once"),
            &outcome.latencies,
            &format!("**{:.0} a second**", outcome.rate()),
        );
    }
    Ok(())
}

fn sound(outcome: Outcome) -> Result<Outcome, Box<dyn Error>> {
    match outcome.errors {
        0 => Ok(outcome),
        errors => Err(format!("{errors} answers were errors").into()),
    }
}

/// Lists of verdicts.
async fn bulk_rows(url: &str, addresses: &Arc<Vec<CarrierId>>) -> Result<(), Box<dyn Error>> {
    for (items, detail, calls) in
        [(100, "full", 200), (1_000, "full", 50), (1_000, "brief", 100), (10_000, "brief", 40)]
    {
        let all = addresses.clone();
        let params: Params = Arc::new(move |number| {
            let queries: Vec<_> = (0..items)
                .map(|item| format!(r#"{{"address":"{}"}}"#, hex(&nth(&all, number * items + item).0)))
                .collect();
            format!(r#"[[{}],"{detail}"]"#, queries.join(","))
        });
        let outcome = sound(at_full_speed(url, "carrier_verdicts", params, 1, 1, calls).await?)?;
        let rate = outcome.rate() * items as f64;
        times(
            &format!("`carrier_verdicts` of {items}, `{detail}`"),
            &outcome.latencies,
            &format!("**{rate:.0} carriers a second**"),
        );
    }
    Ok(())
}

/// From the pool's answer to the verdict.
async fn pool(url: &str, chain: &Chain, count: u64) -> Result<(), Box<dyn Error>> {
    let mut asker = connect(url).await.map_err(|error| error.to_string())?;
    let mut watcher = connect(url).await.map_err(|error| error.to_string())?;
    let orders = 300.min(count);
    let first = count - orders;
    let (best, _) = chain.heights().await?;
    let watched: Vec<_> = (first..count).map(|number| format!("\"{}\"", hex(&bulk::address(number).0))).collect();
    watcher
        .send(call(1, "carrier_subscribe", &format!("[[{}]]", watched.join(","))))
        .await
        .map_err(|error| error.to_string())?;
    // The verdicts as they are now.
    for _ in 0..=orders {
        watcher.notification().await.map_err(|error| error.to_string())?;
    }
    let (mut visible, mut notified) = (histogram()?, histogram()?);
    for number in first..count {
        let (order, signature) = bulk::order(number, 1, chain.genesis.0, best + 1_000);
        let extrinsic = hex(&Chain::order(&order, &signature));
        let address = hex(&order.carrier.0);
        let text = asker
            .ask("author_submitExtrinsic", &format!("[\"{extrinsic}\"]"))
            .await
            .map_err(|error| error.to_string())?;
        if super::load::is_error(&text) {
            return Err(text.into());
        }
        let taken = Instant::now();
        let seen = async {
            loop {
                let text = asker.ask("carrier_verdict", &format!(r#"[{{"address":"{address}"}}]"#)).await?;
                // Had a block come first, it would say so instead.
                if text.contains("\"spendInPool\"") || text.contains("\"spendNotFinal\"") {
                    return Ok::<_, WireError>(taken.elapsed());
                }
            }
        };
        let ss58 = AccountId::from(order.carrier.0).to_string();
        let heard = async {
            loop {
                if watcher.notification().await?.contains(&ss58) {
                    return Ok(taken.elapsed());
                }
            }
        };
        let (seen, heard) = try_join(seen, heard).await.map_err(|error| error.to_string())?;
        visible.saturating_record(seen.as_micros() as u64);
        notified.saturating_record(heard.as_micros() as u64);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    times("pool's answer → in a verdict", &visible, "the question's own way included");
    times("pool's answer → told to a subscriber", &notified, "");
    Ok(())
}

/// Many subscriptions: what they cost, and how soon one of them hears while others ask.
async fn subscriptions(node: &Node, chain: &Chain, addresses: &Arc<Vec<CarrierId>>) -> Result<(), Box<dyn Error>> {
    const EACH: usize = 10_000;
    const ORDERS: u64 = 300;
    let connections = (addresses.len() / EACH).min(10);
    let before = node.memory()?;
    let (told, mut news) = tokio::sync::mpsc::unbounded_channel();
    for connection in 0..connections {
        let mut watcher = connect(&node.url()).await.map_err(|error| error.to_string())?;
        let some = addresses.iter().skip(connection * EACH).take(EACH);
        let some: Vec<_> = some.map(|id| format!("\"{}\"", hex(&id.0))).collect();
        watcher
            .send(call(1, "carrier_subscribe", &format!("[[{}]]", some.join(","))))
            .await
            .map_err(|error| error.to_string())?;
        for _ in 0..=EACH {
            watcher.notification().await.map_err(|error| error.to_string())?;
        }
        let told = told.clone();
        tokio::spawn(async move {
            while let Ok(text) = watcher.notification().await {
                if told.send((Instant::now(), text)).is_err() {
                    return;
                }
            }
        });
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    let after = node.memory()?;
    let watched = connections * EACH;
    if watched == 0 {
        return Ok(());
    }
    let each = after.saturating_sub(before) / watched as u64;
    figure(&format!("memory of the process for each of {watched} watched carriers"), &format!("{each} bytes"));

    let all = addresses.clone();
    let verdict: Params = Arc::new(move |number| format!(r#"[{{"address":"{}"}}]"#, hex(&nth(&all, number).0)));
    let url = node.url();
    // A thread and a runtime of its own, as if it were another machine.
    let load = std::thread::spawn(move || -> Result<Outcome, String> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let calls = at_rate(&url, "carrier_verdict", verdict, RATE, RATE * 20);
        runtime.map_err(|error| error.to_string())?.block_on(calls).map_err(|error| error.to_string())
    });
    let mut asker = connect(&node.url()).await.map_err(|error| error.to_string())?;
    let (best, _) = chain.heights().await?;
    let mut heard = histogram()?;
    for order in 0..ORDERS {
        // Not those at the end: they have ordered before.
        let (order, signature) =
            bulk::order(order * (watched as u64 * 9 / 10) / ORDERS, 1, chain.genesis.0, best + 1_000);
        let extrinsic = hex(&Chain::order(&order, &signature));
        let text = asker.ask("author_submitExtrinsic", &format!("[\"{extrinsic}\"]")).await;
        let taken = Instant::now();
        let text = text.map_err(|error| error.to_string())?;
        if super::load::is_error(&text) {
            return Err(text.into());
        }
        let ss58 = AccountId::from(order.carrier.0).to_string();
        let at = loop {
            let (at, text) = news.recv().await.ok_or("the subscribers have gone")?;
            if text.contains(&ss58) {
                break at;
            }
        };
        heard.saturating_record(at.saturating_duration_since(taken).as_micros() as u64);
        tokio::time::sleep(Duration::from_millis(40)).await;
    }
    load.join().map_err(|_| "the load has ended")??;
    times(
        &format!("pool's answer → told to the subscriber, one of {watched} watched"),
        &heard,
        &format!("beside {RATE} verdicts a second"),
    );
    Ok(())
}

/// One client as fast as it can, another at its own pace.
async fn overload(url: &str, addresses: &Arc<Vec<CarrierId>>) -> Result<(), Box<dyn Error>> {
    let all = addresses.clone();
    let verdict: Params = Arc::new(move |number| format!(r#"[{{"address":"{}"}}]"#, hex(&nth(&all, number).0)));
    let alone = at_rate(url, "carrier_verdict", verdict.clone(), 100, 500).await?;
    times("`carrier_verdict`, nobody else asks", &alone.latencies, "100 calls a second");
    // Five times what one client may take, for as long as the other asks.
    let flood = at_rate(url, "carrier_verdict", verdict.clone(), 117_000, 600_000);
    // A thread and a runtime of its own, as if it were another machine.
    let own_url = url.to_owned();
    let victim = std::thread::spawn(move || -> Result<Outcome, String> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let calls = at_rate(&own_url, "carrier_verdict", verdict, 100, 500);
        runtime.map_err(|error| error.to_string())?.block_on(calls).map_err(|error| error.to_string())
    });
    let flood = flood.await?;
    let victim = victim.join().map_err(|_| "the other client has ended")??;
    times("`carrier_verdict` beside a client that floods", &victim.latencies, "100 calls a second");
    let refused = 100.0 * flood.errors as f64 / flood.latencies.len().max(1) as f64;
    figure("the flooding client", &format!("{:.0} calls a second, {refused:.0} % refused (9012)", flood.rate()));
    Ok(())
}

/// From a block to its index, by the node's own clock.
async fn blocks(chain: &Chain, prometheus: u16) -> Result<(), Box<dyn Error>> {
    const BLOCK: &str = "specie_index_block_seconds";
    let warm = metric(prometheus, BLOCK).await?;
    let (best, _) = chain.heights().await?;
    chain.wait_for_final(best + EMPTY_BLOCKS).await?;
    let before = metric(prometheus, BLOCK).await?;
    row("block noticed → indexed, empty", &before.since(&warm), "blocks");
    // Fills blocks with transfers to carriers, each of which is a change of an index row.
    let alice = Sr25519Keyring::Alice.pair();
    let sent = Instant::now();
    let calls = chain
        .signed_in_a_row(
            6_000,
            || pallet_balances::Call::transfer_keep_alive {
                dest: AccountId::from(bulk::address(1).0).into(),
                value: specie_runtime::UNIT,
            },
            &alice,
        )
        .await?;
    for extrinsic in &calls {
        let _: String = chain.client.request("author_submitExtrinsic", rpc_params![hex(extrinsic)]).await?;
    }
    eprintln!("{} transfers sent in {:?}", calls.len(), sent.elapsed());
    let (best, _) = chain.heights().await?;
    chain.wait_for_final(best + 4).await?;
    let all = metric(prometheus, BLOCK).await?;
    row(&format!("block noticed → indexed, {} transfers to carriers", calls.len()), &all.since(&before), "blocks");
    row("final blocks written", &metric(prometheus, "specie_index_commit_seconds").await?, "times");
    row(
        "pool's news → shown, by the node's clock",
        &metric(prometheus, "specie_index_pool_seconds").await?,
        "transactions",
    );
    Ok(())
}

fn row(what: &str, quantiles: &Buckets, unit: &str) {
    println!("| {what} | {} | {} | | | {} {unit} |", quantiles.at(0.5), quantiles.at(0.99), quantiles.count());
}

/// A histogram of Prometheus: bounds, and how many samples lie below each.
struct Buckets(Vec<(f64, u64)>);

impl Buckets {
    fn count(&self) -> u64 {
        self.0.last().map_or(0, |(_, count)| *count)
    }

    /// What came after `earlier`.
    fn since(&self, earlier: &Self) -> Self {
        let buckets = self.0.iter().zip(&earlier.0);
        Self(buckets.map(|((bound, now), (_, then))| (*bound, now.saturating_sub(*then))).collect())
    }

    /// The bound of the bucket in which a quantile lies.
    fn at(&self, part: f64) -> String {
        let wanted = (self.count() as f64 * part).ceil() as u64;
        let bound = self.0.iter().find(|(_, below)| *below >= wanted).map_or(f64::INFINITY, |(bound, _)| *bound);
        format!("≤ {:.2} ms", bound * 1_000.0)
    }
}

async fn metric(port: u16, name: &str) -> Result<Buckets, Box<dyn Error>> {
    let text = metrics::page(port).await?;
    let mut buckets = Vec::new();
    for line in text.lines().filter(|line| line.starts_with(&format!("{name}_bucket"))) {
        let bound = line.split("le=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
        let count: f64 = line.rsplit(' ').next().unwrap_or_default().parse()?;
        buckets.push((bound.parse::<f64>().unwrap_or(f64::INFINITY), count as u64));
    }
    Ok(Buckets(buckets))
}

/// Building, verifying, and the size on disk.
fn files(folder: &Path, count: u64) -> Result<(), Box<dyn Error>> {
    let (base, specification) = (folder.join("node"), folder.join(bulk::SPECIFICATION));
    for (what, command, history) in [
        ("`index verify`", "verify", false),
        ("`index rebuild`", "rebuild", false),
        ("`index rebuild --history`", "rebuild", true),
    ] {
        let mut index = Command::new(crate::node::binary()?);
        index.args(["index", command]).arg("--chain").arg(&specification).arg("--base-path").arg(&base);
        index.args(history.then_some("--history"));
        let begun = Instant::now();
        let output = index.output()?;
        let said = String::from_utf8_lossy(&output.stdout).trim().lines().last().unwrap_or_default().to_owned();
        if !output.status.success() {
            return Err(format!("{what}: {said} {}", String::from_utf8_lossy(&output.stderr)).into());
        }
        figure(what, &format!("{:.1} s with start-up: {said}", begun.elapsed().as_secs_f64()));
    }
    let store = bulk::store(&base.join("chains").join(BULK_CHAIN).join("specie-index"))?;
    let bytes = store.compact()?;
    figure(
        "index on disk, compacted",
        &format!("{bytes} bytes, {:.1} for each carrier", bytes as f64 / count as f64),
    );
    Ok(())
}

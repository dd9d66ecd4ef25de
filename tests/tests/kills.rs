//! A busy node is killed at random moments, from its first millisecond on: the index is whole every time, and in the end
//! it is, row by row, what reading all blocks again would make of it.
//!
//! `SPECIE_KILLS` says how often, `SPECIE_SEED` at which moments.

use jsonrpsee::core::client::Error as ClientError;
use specie_primitives::records::Carrier;
use specie_rpc::SpecieRpcClient;
use specie_rpc_types::IndexStatus;
use specie_runtime::{Runtime, UNIT};
use specie_tests::{
    bulk, cast,
    chain::{Chain, ChainError},
    node::{without_authoring, Node},
    seed::{self, random},
};
use std::{
    collections::BTreeSet,
    error::Error,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

type Outcome = Result<(), Box<dyn Error>>;

/// How often, unless `SPECIE_KILLS` says otherwise.
const KILLS: u64 = 12;

/// The longest that a node lives: it has made two blocks by then.
const LIFE_MILLIS: u64 = 5_000;

/// Enough that all of them together never run out of money.
const CARRIERS: u64 = 2_000;

/// What the traffic saw.
#[derive(Default)]
struct Seen {
    /// When the node was started last.
    started: Option<Instant>,
    /// From the first answer of the RPC to an index that follows the chain.
    ready: Vec<Duration>,
    /// From the start of the process to an index that follows the chain.
    from_start: Vec<Duration>,
    /// How many extrinsics the node took.
    taken: u64,
}

#[tokio::test(flavor = "multi_thread")]
async fn f11_killed_index_equals_the_chain() -> Outcome {
    let (kills, seed) = (seed::asked_for("SPECIE_KILLS", KILLS), seed::seed());
    println!("SPECIE_KILLS={kills} SPECIE_SEED={seed}");
    let folder = tempfile::tempdir()?;
    let (options, _) = bulk::node(folder.path(), CARRIERS, &["--state-pruning", "archive"])?;
    let mut node = Node::start(options)?;
    let chain = node.client().await?;
    chain.wait_for_final(1).await?;
    chain.wait_for_index().await?;
    drop(chain);

    let seen = Arc::new(Mutex::new(Seen::default()));
    let traffic = tokio::spawn(traffic(node.url(), seed, seen.clone()));
    for kill in 0..kills {
        tokio::time::sleep(Duration::from_millis(random(seed, "life", kill) % LIFE_MILLIS)).await;
        node.kill()?;
        let (content, said) = node.verify_index()?;
        assert!(content && said.contains("the index and the chain are equal"), "kill {kill}: {said}");
        seen.lock().map_err(|_| "the traffic has ended")?.started = Some(Instant::now());
        node.start_again()?;
    }
    traffic.abort();
    report(kills, &seen)?;

    // Nobody makes blocks any more; the index takes in what the node had.
    node.restart_with(without_authoring(node.args()))?;
    let chain = node.client().await?;
    chain.wait_for_index().await?;
    let blocks = chain.heights().await?.1;
    node.kill()?;
    let kept = bulk::store(&node.index())?.dump()?;
    let (done, said) = node.index_command(&["rebuild", "--history"])?;
    assert!(done, "{said}");
    let built = bulk::store(&node.index())?.dump()?;
    let (kept, built): (BTreeSet<_>, BTreeSet<_>) = (kept.into_iter().collect(), built.into_iter().collect());
    let differences: Vec<_> = kept.symmetric_difference(&built).take(5).collect();
    assert!(differences.is_empty(), "kept and built again differ: {differences:?}");
    println!("{} rows after {blocks} blocks, built again from them: the same", built.len());
    Ok(())
}

fn report(kills: u64, seen: &Mutex<Seen>) -> Outcome {
    let mut seen = seen.lock().map_err(|_| "the traffic has ended")?;
    println!("{kills} kills, {} extrinsics taken", seen.taken);
    assert!(seen.taken > 0, "the node was never busy");
    let Seen { ready, from_start, .. } = &mut *seen;
    for (what, times) in [("first answer of the RPC", ready), ("start of the process", from_start)] {
        times.sort_unstable();
        let at = |part: usize| times.get(part * times.len() / 100).or(times.last()).copied().unwrap_or_default();
        println!(
            "from the {what} to an index that follows, {} times: {:?} median, {:?} most",
            times.len(),
            at(50),
            at(100)
        );
    }
    Ok(())
}

/// Orders of carriers and payments to them, for as long as there is a node, and with the next one again.
async fn traffic(url: String, seed: u64, seen: Arc<Mutex<Seen>>) {
    for number in 0.. {
        let mut sent = random(seed, "traffic", number);
        if let Err(error) = busy(&url, &mut sent, &seen).await {
            // Killed, or not there yet. What the node has against an extrinsic is not asked: it was killed while it had
            // the one before.
            let _: ChainError = error;
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

async fn busy(url: &str, number: &mut u64, seen: &Mutex<Seen>) -> Result<(), ChainError> {
    let chain = Chain::connect(url).await?;
    let answered = Instant::now();
    while chain.client.health().await?.index.status != IndexStatus::Following {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    if let Ok(mut seen) = seen.lock() {
        seen.ready.push(answered.elapsed());
        let started = seen.started;
        seen.from_start.extend(started.map(|started| started.elapsed()));
    }
    loop {
        *number += 1;
        let extrinsic = match *number % 4 {
            0 => {
                let dest = specie_runtime::AccountId::from(bulk::address(*number % CARRIERS).0).into();
                let gift = pallet_balances::Call::transfer_keep_alive { dest, value: UNIT };
                chain.signed(gift.into(), &cast::user()).await?
            }
            _ => spend(&chain, *number % CARRIERS).await?,
        };
        match chain.send(&extrinsic).await {
            Ok(_) => seen.lock().map(|mut seen| seen.taken += 1).unwrap_or_default(),
            Err(ChainError::Rpc(ClientError::Call(_))) => {}
            Err(error) => return Err(error),
        }
        tokio::time::sleep(Duration::from_millis(15)).await;
    }
}

/// The next order of a carrier.
async fn spend(chain: &Chain, number: u64) -> Result<Vec<u8>, ChainError> {
    let best =
        jsonrpsee::core::client::ClientT::request(&chain.client, "chain_getBlockHash", jsonrpsee::rpc_params![]);
    let key = pallet_carriers::Carriers::<Runtime>::hashed_key_for(bulk::address(number));
    let record: Option<Carrier> = chain.storage(&key, best.await?).await?;
    let sequence = record.map_or(0, |record| record.sequence) + 1;
    let until = chain.heights().await?.0 + 1_000;
    let (order, signature) = bulk::order(number, sequence, chain.genesis.0, until);
    Ok(Chain::order(&order, &signature))
}

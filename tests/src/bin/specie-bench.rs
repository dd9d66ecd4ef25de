//! Measures what the weights and the documents claim, on a real node: `make bench`.
//!
//! Prints a Markdown page. A signature's cost in the runtime is the difference between a verdict with evidence of a
//! batch that the chain knows (two signature checks) and one of a batch that it does not know (none), both by
//! `state_call`, so everything else falls out.

use codec::Encode;
use jsonrpsee::{core::client::ClientT, rpc_params};
use specie_primitives::{crypto::Scheme, evidence::Evidence, ids::BatchId, ids::CarrierId};
use specie_tests::{
    cards::{challenge, Factory},
    cast,
    chain::{of_evidence, Chain},
    node::Node,
    scene::Scene,
};
use std::{error::Error, time::Instant};

/// How often each question is asked.
const ROUNDS: usize = 400;

/// The median and the 99th percentile, in microseconds.
struct Times {
    median: f64,
    p99: f64,
}

impl Times {
    fn of(mut samples: Vec<f64>) -> Result<Self, Box<dyn Error>> {
        samples.sort_by(f64::total_cmp);
        let at = |part: f64| samples.get((samples.len() as f64 * part) as usize).copied();
        Ok(Self { median: at(0.5).ok_or("no samples")?, p99: at(0.99).ok_or("no samples")? })
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let mut node = Node::dev(folder.path())?;
    let chain = node.client().await?;
    let scene = Scene::new(&chain, folder.path())?;
    scene.open(1).await?;

    println!("| measured | median | p99 |\n|---|---|---|");
    for (index, scheme) in Scheme::ALL.into_iter().enumerate() {
        let known = Factory::new(folder.path(), 10 + index as u64, scheme)?;
        let unknown = Factory::new(folder.path(), 20 + index as u64, scheme)?;
        let call = pallet_manufacturers::Call::add_batch {
            batch: BatchId(10 + index as u64),
            key: known.batch.key(),
            capacity: 1,
            expires: 1_000_000,
        };
        chain.execute(call, &cast::manufacturer()).await?;
        let checked = state_call(&chain, &evidence(known, scheme)?).await?;
        let unchecked = state_call(&chain, &evidence(unknown, scheme)?).await?;
        row(&format!("`state_call` of a verdict, {scheme:?}, two signatures"), &checked);
        row(&format!("`state_call` of a verdict, {scheme:?}, none"), &unchecked);
        println!(
            "| **one {scheme:?} check in the runtime** | {:.0} µs | |",
            (checked.median - unchecked.median) / 2.0
        );
    }
    row("`carrier_verdict` with evidence, P-256, two signatures, over WebSocket", &rpc(scene).await?);
    Ok(())
}

fn row(what: &str, times: &Times) {
    println!("| {what} | {:.0} µs | {:.0} µs |", times.median, times.p99);
}

fn evidence(mut factory: Factory, scheme: Scheme) -> Result<Evidence, Box<dyn Error>> {
    Ok(factory.card(scheme)?.evidence(&challenge()?)?)
}

async fn state_call(chain: &Chain, evidence: &Evidence) -> Result<Times, Box<dyn Error>> {
    let arguments = (None::<CarrierId>, Some(evidence)).encode();
    let arguments = format!("0x{}", hex::encode(arguments));
    let mut samples = Vec::new();
    for _ in 0..ROUNDS {
        let begun = Instant::now();
        let _: String =
            chain.client.request("state_call", rpc_params!["CarrierApi_verdict", arguments.clone()]).await?;
        samples.push(begun.elapsed().as_secs_f64() * 1e6);
    }
    Times::of(samples)
}

/// Of the batch that the scene has registered.
async fn rpc(scene: Scene<'_>) -> Result<Times, Box<dyn Error>> {
    let Scene { chain, factory, .. } = scene;
    let evidence = evidence(factory, Scheme::P256)?;
    let mut samples = Vec::new();
    for _ in 0..ROUNDS {
        let begun = Instant::now();
        chain.verdict(of_evidence(&evidence)).await?;
        samples.push(begun.elapsed().as_secs_f64() * 1e6);
    }
    Times::of(samples)
}

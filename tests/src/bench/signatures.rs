//! What checking a signature costs in the runtime: the difference between a verdict with evidence of a batch that the
//! chain knows (two signature checks) and one of a batch that it does not know (none), both by `state_call`, so
//! everything else falls out.

use super::{figure, head, histogram, times};
use crate::{
    cards::{challenge, Factory},
    cast,
    chain::{of_evidence, Chain},
    node::Node,
    scene::{CarrierTerms, Scene, FACE_VALUE},
};
use codec::Encode;
use hdrhistogram::Histogram;
use jsonrpsee::{core::client::ClientT, rpc_params};
use specie_primitives::{
    crypto::Scheme,
    evidence::Evidence,
    ids::{BatchId, CarrierId},
    order::Order,
};
use specie_runtime::UNIT;
use std::{error::Error, path::Path, time::Instant};

/// How often each question is asked.
const ROUNDS: usize = 400;

/// Measures the checks of all three schemes.
pub async fn run(folder: &Path) -> Result<(), Box<dyn Error>> {
    let mut node = Node::dev_with(folder, &["--rpc-client-work", "0"])?;
    let chain = node.client().await?;
    let mut scene = Scene::new(&chain, folder)?;
    scene.open(2).await?;
    head("### Signatures");
    for (index, scheme) in Scheme::ALL.into_iter().enumerate() {
        let known = Factory::new(folder, 10 + index as u64, scheme)?;
        let unknown = Factory::new(folder, 20 + index as u64, scheme)?;
        let call = pallet_manufacturers::Call::add_batch {
            batch: BatchId(10 + index as u64),
            key: known.batch.key(),
            capacity: 1,
            expires: 1_000_000,
            possession: scene.possession(&known.batch),
        };
        chain.execute(call, &cast::manufacturer()).await?;
        let checked = state_call(&chain, &evidence(known, scheme)?).await?;
        let unchecked = state_call(&chain, &evidence(unknown, scheme)?).await?;
        times(&format!("`state_call` of a verdict, {scheme:?}, two signatures"), &checked, "");
        times(&format!("`state_call` of a verdict, {scheme:?}, none"), &unchecked, "");
        let median = |times: &Histogram<u64>| times.value_at_quantile(0.5);
        let check = median(&checked).saturating_sub(median(&unchecked)) / 2;
        figure(&format!("one {scheme:?} check in the runtime"), &format!("{check} µs"));
    }
    forged_orders(&mut scene).await?;
    let Scene { chain, factory, .. } = scene;
    let evidence = evidence(factory, Scheme::P256)?;
    let mut samples = histogram()?;
    for _ in 0..ROUNDS {
        let begun = Instant::now();
        chain
            .client
            .request::<serde_json::Value, _>("carrier_verdict", rpc_params![of_evidence(&evidence)])
            .await?;
        samples.saturating_record(begun.elapsed().as_micros() as u64);
    }
    times("`carrier_verdict` with evidence, P-256, two signatures", &samples, "one after the other");
    Ok(())
}

/// What an order with somebody else's signature costs: the runtime, and the node that turns it away before.
async fn forged_orders(scene: &mut Scene<'_>) -> Result<(), Box<dyn Error>> {
    let mut card = scene.factory.card(Scheme::P256)?;
    scene.initialise(&mut card, Scheme::P256, CarrierTerms::default()).await?;
    scene.fund(&mut card, FACE_VALUE).await?;
    let (order, signature) = scene.sign_order(&mut card, |order| order.valid_until += 1_000).await?;
    let (mut judged, mut refused) = (histogram()?, histogram()?);
    for number in 0..ROUNDS {
        let forged = Chain::order(&Order { amount: UNIT + number as u128, ..order }, &signature);
        let begun = Instant::now();
        let block = scene.chain.client.request::<String, _>("chain_getBlockHash", rpc_params![]).await?;
        let asked = [&[2][..], &forged, &hex::decode(block.trim_start_matches("0x"))?].concat();
        let asked = rpc_params!["TaggedTransactionQueue_validate_transaction", hex_of(&asked)];
        let said: String = scene.chain.client.request("state_call", asked).await?;
        judged.saturating_record(begun.elapsed().as_micros() as u64);
        // `Err(Invalid(BadProof))`
        if said != "0x010004" {
            return Err(format!("the runtime says {said} of a forged order").into());
        }
        let begun = Instant::now();
        let sent =
            scene.chain.client.request::<String, _>("author_submitExtrinsic", rpc_params![hex_of(&forged)]).await;
        refused.saturating_record(begun.elapsed().as_micros() as u64);
        if sent.is_ok() {
            return Err("a forged order was let in".into());
        }
    }
    times("a forged P-256 order, judged by the runtime", &judged, "`state_call` and the hash of the best block");
    times("a forged P-256 order, turned away by the node", &refused, "`author_submitExtrinsic`");
    Ok(())
}

fn hex_of(bytes: &[u8]) -> String {
    format!("0x{}", hex::encode(bytes))
}

fn evidence(mut factory: Factory, scheme: Scheme) -> Result<Evidence, Box<dyn Error>> {
    Ok(factory.card(scheme)?.evidence(&challenge()?)?)
}

async fn state_call(chain: &Chain, evidence: &Evidence) -> Result<Histogram<u64>, Box<dyn Error>> {
    let arguments = (None::<CarrierId>, Some(evidence)).encode();
    let arguments = format!("0x{}", hex::encode(arguments));
    let mut samples = histogram()?;
    for _ in 0..ROUNDS {
        let begun = Instant::now();
        let _: String =
            chain.client.request("state_call", rpc_params!["CarrierApi_verdict", arguments.clone()]).await?;
        samples.saturating_record(begun.elapsed().as_micros() as u64);
    }
    Ok(samples)
}

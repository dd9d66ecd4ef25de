//! Clients that others wrote see a normal chain: `@polkadot/api` and `substrate-interface` drive a real node.
//!
//! What they check is in `clients/`, a script for each, which prints a line for each check. This side plays the
//! factory and the card, whose bytes the scripts bring to the chain.

use codec::Encode;
use serde_json::{json, Value};
use specie_link::{Call, Key, Nodes};
use specie_primitives::{
    crypto::{Scheme, Signature},
    ids::PoolId,
    order::Order,
    pool::{consent, Duties, PoolPolicy},
};
use specie_runtime::UNIT;
use specie_tests::{
    cards::{challenge, CardHost},
    cast,
    chain::{of_evidence, Chain},
    foreign::{Client, POLKADOT_JS, SUBSTRATE_INTERFACE},
    node::Node,
    scene::{CarrierTerms, Scene},
};
use std::{error::Error, path::Path, time::Duration};

/// How many lines each script prints. Counted, because a script that ends early may look like one that succeeds.
const CHECKS: usize = 25;

/// How many lines `openrpc_check.py` prints for one carrier, manufacturer, batch, machine and safe.
const OPENRPC_CHECKS: usize = 66;

/// What a card and its factory bring to a chain that has not heard of them.
///
/// Arguments of calls are in their SCALE encoding. The orders are for a part of 100 SPC and for the rest; `bare`
/// is the second one as an extrinsic that no account signs. `evidence` is from before the orders, `spentEvidence`
/// from after them.
async fn card(chain: &Chain, folder: &Path) -> Result<Value, Box<dyn Error>> {
    let mut scene = Scene::new(chain, folder)?;
    let mut card = scene.factory.card(Scheme::P256)?;
    let registration = scene.registration(&cast::atm(), 0, &mut card, Scheme::P256, CarrierTerms::default())?;
    let evidence = card.evidence(&challenge()?)?;

    let in_time = |order: &mut Order| order.valid_until += 600;
    let part = scene
        .sign_order(&mut card, |order| {
            in_time(order);
            order.amount = 40 * UNIT;
        })
        .await?;
    let rest = scene.sign_order(&mut card, in_time).await?;
    Ok(json!({
        "atm": "//Specie//Atm//1",
        "batch": scene.factory.batch.id.0,
        "batchKey": hex_of(&scene.factory.batch.key().encode()),
        "possession": hex_of(&scene.possession(&scene.factory.batch).encode()),
        "carrier": hex_of(&card.carrier()?.encode()),
        "registration": hex_of(&registration.encode()),
        "orders": [signed(&part), signed(&rest)],
        "bare": hex_of(&Chain::order(&rest.0, &rest.1)),
        "evidence": of_evidence(&evidence),
        "spentEvidence": of_evidence(&card.evidence(&challenge()?)?),
    }))
}

fn signed((order, signature): &(Order, Signature)) -> Value {
    json!({ "bytes": hex_of(&order.encode()), "signature": hex_of(&signature.encode()) })
}

fn hex_of(bytes: &[u8]) -> String {
    format!("0x{}", hex::encode(bytes))
}

async fn sees_a_normal_chain(client: &'static Client) -> Result<(), Box<dyn Error>> {
    let installed = client.install().await?;
    let (folder, node, chain) = Node::dev_alone(&[]).await?;
    chain.wait_for_final(1).await?;
    let card = card(&chain, folder.path()).await?.to_string();
    let (script, _) = client.scripts.first().ok_or("no script")?;
    let printed = installed.run(script, &[&node.url(), &card]).await?;
    print!("{printed}");
    assert_eq!(printed.lines().filter(|line| line.starts_with("ok ")).count(), CHECKS, "of:\n{printed}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn f2_f6_f11_f12_f14_f16_polkadot_js_sees_a_normal_chain() -> Result<(), Box<dyn Error>> {
    sees_a_normal_chain(&POLKADOT_JS).await
}

#[tokio::test(flavor = "multi_thread")]
async fn f2_f6_f11_f12_f14_f16_substrate_interface_sees_a_normal_chain() -> Result<(), Box<dyn Error>> {
    sees_a_normal_chain(&SUBSTRATE_INTERFACE).await
}

/// Makes a pool, and has the card join it.
async fn in_a_safe(node: &Node, card: &mut CardHost) -> Result<(), Box<dyn Error>> {
    let nodes = Nodes::new([node.url()], None);
    let operator = Key::from_secret("//Charlie")?;
    let limit = Duration::from_secs(60);
    let policy = PoolPolicy { lease: 10, approvals: 1 };
    let unlocker = Duties { unlocker: true, ..Duties::default() };
    nodes.execute(&Call::create_pool(policy, vec![(operator.account(), unlocker)]), &operator, limit).await?;
    let until = nodes.heights().await?.lowest_best + 100;
    let order = consent(nodes.genesis().await?, PoolId(0), operator.account().0, card.carrier()?, 1, until);
    let signature = card.sign_order(&order)?;
    nodes.execute(&Call::join_pool(PoolId(0), &order, &signature), &operator, limit).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn f11_f14_f16_answers_are_as_openrpc_describes_them() -> Result<(), Box<dyn Error>> {
    let installed = SUBSTRATE_INTERFACE.install().await?;
    let (folder, node, chain) = Node::dev_alone(&[]).await?;
    chain.wait_for_final(1).await?;
    let mut scene = Scene::new(&chain, folder.path())?;
    scene.open(2).await?;
    let mut card = scene.funded_card().await?;
    in_a_safe(&node, &mut card).await?;
    chain.wait_for_index().await?;
    let carrier = specie_runtime::AccountId::from(card.carrier()?.0).to_string();
    let printed = installed.run("openrpc_check.py", &[&node.url(), &carrier]).await?;
    print!("{printed}");
    assert_eq!(printed.lines().filter(|line| line.starts_with("ok ")).count(), OPENRPC_CHECKS, "of:\n{printed}");
    Ok(())
}

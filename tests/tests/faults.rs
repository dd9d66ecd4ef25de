//! One node and what can befall it: a kill, a full disk, no network, garbage.

use jsonrpsee::{core::client::ClientT, rpc_params};
use specie_primitives::{crypto::Scheme, verdict::Reason};
use specie_rpc::SpecieRpcClient;
use specie_tests::{
    cards::CardHost,
    cast,
    chain::{of_address, short, Chain, ChainError},
    disk::SmallDisk,
    node::{Node, Options},
    scene::{CarrierTerms, Scene, BATCH, FACE_VALUE},
    waiting::wait_until,
};
use std::{
    error::Error,
    time::{Duration, Instant},
};

/// What was final before a kill is there after it, and answered alike.
#[tokio::test(flavor = "multi_thread")]
async fn f11_node_remembers_through_kills() -> Result<(), Box<dyn Error>> {
    let (folder, mut node, chain) = Node::dev_alone(&[]).await?;
    let mut scene = Scene::new(&chain, folder.path())?;
    scene.open(2).await?;
    let mut card = scene.funded_card().await?;
    let address = of_address(&card.carrier()?.0.into());
    let before = chain.verdict(address.clone()).await?;
    let height = chain.heights().await?.1;

    for _ in 0..5 {
        node.restart()?;
        let chain = node.client().await?;
        // Its best block is too old at first where the machine is slow: then it knows nothing, and says so.
        wait_until(|| async { Ok(chain.client.health().await?.able) }).await?;
        let after = chain.verdict(address.clone()).await?;
        assert!(chain.heights().await?.1 >= height, "finality went back");
        // The head has moved on; everything else is as it was.
        assert_eq!(specie_rpc_types::Verdict { head: before.head, ..after }, before);
    }
    let chain = node.client().await?;
    assert_eq!(Scene::new(&chain, folder.path())?.verdict(&mut card).await?, "safe/sound");
    Ok(())
}

/// A node that has never met the network knows nothing, and says so.
#[tokio::test(flavor = "multi_thread")]
async fn f14_lonely_node_knows_nothing() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let args = ["--chain", "local"].map(Into::into).to_vec();
    let mut node = Node::start(Options::new(folder.path().into(), args)?)?;
    let chain = node.client().await?;
    // Its index may need a moment to find out that there is nothing yet; until then it knows nothing either.
    let begun = Instant::now();
    let mut health = chain.client.health().await?;
    while health.reason == Some(Reason::IndexBehind.into()) && begun.elapsed() < Duration::from_secs(20) {
        assert!(!health.able);
        tokio::time::sleep(Duration::from_millis(200)).await;
        health = chain.client.health().await?;
    }
    assert_eq!((health.able, health.reason), (false, Some(Reason::BestBlockStale.into())));
    assert_eq!(health.genesis.0, chain.genesis.0);
    let answer = chain.verdict(of_address(&[1; 32].into())).await?;
    assert_eq!(short(&answer), "unknown/bestBlockStale");
    assert!(!answer.proven && answer.balance.is_none() && answer.carrier.is_none());
    for refused in [
        chain.client.batch(1).await.err(),
        chain.client.batches(0, None).await.err(),
        chain.client.manufacturers(None).await.err(),
        chain.client.grants(cast::account(&cast::atm()).to_string(), None).await.err(),
    ] {
        let refused = refused.ok_or("a list from a node that knows nothing")?.to_string();
        assert!(refused.contains("9010"), "{refused}");
    }
    Ok(())
}

/// The disk fills up under a running node. Whatever the node does then, it invents nothing, and once there is room
/// again it goes on where it was.
#[tokio::test(flavor = "multi_thread")]
async fn f11_full_disk_loses_nothing() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let Some(disk) = SmallDisk::mount(&folder.path().join("disk"))? else {
        println!("SKIPPED: mounting a small disk needs the right to mount");
        return Ok(());
    };
    let mut node = Node::dev_with(&disk.path, &["--max-best-age", "10"])?;
    let chain = node.client().await?;
    let scene = Scene::new(&chain, folder.path())?;
    scene.open(1).await?;
    let known = chain.client.batch(BATCH).await?;
    let height = chain.heights().await?.1;

    disk.fill()?;
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(60) && node.is_running()? {
        match chain.client.health().await {
            Ok(health) if !health.able => break,
            Ok(_) => tokio::time::sleep(Duration::from_secs(1)).await,
            // The connection ends with the node.
            Err(_) => break,
        }
    }
    disk.free()?;
    node.restart()?;
    let chain = node.client().await?;
    chain.wait_for_final(height + 2).await?;
    assert_eq!(chain.client.batch(BATCH).await?, known);
    Ok(())
}

/// A machine that has lost its connection gets an error, and never an answer.
#[tokio::test(flavor = "multi_thread")]
async fn f11_stopped_node_is_an_error() -> Result<(), Box<dyn Error>> {
    let (_folder, mut node, chain) = Node::dev_alone(&[]).await?;
    node.kill()?;
    assert!(chain.verdict(of_address(&[1; 32].into())).await.is_err());
    assert!(Chain::connect(&node.url()).await.is_err());
    Ok(())
}

/// A card cannot fill the pool: what it signs while an order waits is refused aloud, and finds its place later.
#[tokio::test(flavor = "multi_thread")]
async fn f12_one_order_of_a_carrier_waits_at_a_time() -> Result<(), Box<dyn Error>> {
    let (folder, _node, chain) = Node::dev_alone(&["--pool-limit", "4"]).await?;
    let mut scene = Scene::new(&chain, folder.path())?;
    scene.open(2).await?;
    let mut card = scene.factory.card(Scheme::Ed25519)?;
    scene.initialise(&mut card, Scheme::Ed25519, CarrierTerms::default()).await?;
    scene.fund(&mut card, FACE_VALUE).await?;

    let mut orders = Vec::new();
    for _ in 0..12 {
        let (order, signature) = scene.sign_order(&mut card, |order| order.amount = specie_runtime::UNIT).await?;
        orders.push(Chain::order(&order, &signature));
    }
    let refused = refusals(&chain, &orders).await;
    assert!(!refused.is_empty(), "a pool of 4 took 12");
    assert!(refused.iter().all(|code| *code == TOO_LOW_PRIORITY), "{refused:?}");
    spend_at_last(&scene, &mut card).await
}

/// More transactions than the pool takes: what is refused is refused aloud, and an order finds its place later.
#[tokio::test(flavor = "multi_thread")]
async fn f12_full_pool_refuses_aloud() -> Result<(), Box<dyn Error>> {
    let (folder, _node, chain) = Node::dev_alone(&["--pool-limit", "4"]).await?;
    let mut scene = Scene::new(&chain, folder.path())?;
    scene.open(2).await?;
    let mut card = scene.funded_card().await?;

    // Each needs the one before, so none can take another's place.
    let remark = || frame_system::Call::remark { remark: b"filler".to_vec() };
    let fillers = chain.signed_in_a_row(24, remark, &cast::user()).await?;
    let refused = refusals(&chain, &fillers).await;
    assert!(refused.contains(&IMMEDIATELY_DROPPED), "a pool of 4 took 24: {refused:?}");
    spend_at_last(&scene, &mut card).await
}

/// The pool's error for a transaction that cannot replace the one that waits.
const TOO_LOW_PRIORITY: i32 = 1014;

/// The pool's error for a transaction for which it has no room.
const IMMEDIATELY_DROPPED: i32 = 1016;

/// Sends them all, and returns the codes of those that were refused.
async fn refusals(chain: &Chain, extrinsics: &[Vec<u8>]) -> Vec<i32> {
    let mut refused = Vec::new();
    for extrinsic in extrinsics {
        let hex = format!("0x{}", hex::encode(extrinsic));
        let sent: Result<String, _> = chain.client.request("author_submitExtrinsic", rpc_params![hex]).await;
        if let Err(jsonrpsee::core::ClientError::Call(error)) = sent {
            refused.push(error.code());
        }
    }
    println!("{} of {} refused: {refused:?}", refused.len(), extrinsics.len());
    refused
}

/// The card's last order brings its counter level, whatever became of the others.
async fn spend_at_last(scene: &Scene<'_>, card: &mut CardHost) -> Result<(), Box<dyn Error>> {
    let (order, signature) = scene.sign_order(card, |_| {}).await?;
    let mut sent = Err(ChainError::NotIncluded("not tried".into()));
    for _ in 0..20 {
        sent = scene.chain.submit(&Chain::order(&order, &signature)).await;
        if sent.is_ok() {
            break;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    sent?.finalized().await?;
    assert_eq!(scene.verdict(card).await?, "withdrawn/spent");
    Ok(())
}

//! Four validators, some of them killed.

use specie_link::{orders::Payer, ClientError, Key, Nodes, OrderFate};
use specie_primitives::verdict::Reason;
use specie_rpc::SpecieRpcClient;
use specie_runtime::UNIT;
use specie_tests::{
    cast,
    chain::{of_address, short, Chain},
    node::{binary, free_port, network, network_with, node_key, Node, Options, FIRST_PEER},
    scene::{ask, Scene, FACE_VALUE, ORDER_FEE},
};
use std::{
    error::Error,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

/// One of four may fall: the others go on, and it catches up with what happened meanwhile.
#[tokio::test(flavor = "multi_thread")]
async fn f11_f12_network_goes_on_when_one_of_four_is_killed() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let mut nodes = network(folder.path())?;
    let chain = nodes[0].client().await?;
    let mut scene = Scene::new(&chain, folder.path())?;
    scene.open(2).await?;
    let mut card = scene.funded_card().await?;
    assert_eq!(scene.verdict(&mut card).await?, "safe/sound");

    nodes[3].kill()?;
    let payee = cast::account(&cast::payee());
    let before = chain.balance(&payee).await?;
    let (order, signature) = scene.sign_order(&mut card, |_| {}).await?;
    chain.submit(&Chain::order(&order, &signature)).await?.finalized().await?;
    assert_eq!(chain.balance(&payee).await?, before + FACE_VALUE - ORDER_FEE);
    assert_eq!(scene.verdict(&mut card).await?, "withdrawn/spent");

    nodes[3].restart()?;
    let returned = nodes[3].client().await?;
    returned.wait_for_final(chain.heights().await?.1).await?;
    assert_eq!(returned.balance(&payee).await?, before + FACE_VALUE - ORDER_FEE);
    let answer = ask(&returned, &mut card).await?;
    assert_eq!(short(&answer), "withdrawn/spent");
    Ok(())
}

/// Two of four are too many: blocks go on and nothing is final, so the node says that it does not know.
#[tokio::test(flavor = "multi_thread")]
async fn f14_nothing_is_known_without_finality() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let mut nodes = network_with(folder.path(), &["--max-finalized-age", "20"])?;
    let chain = nodes[0].client().await?;
    chain.wait_for_final(1).await?;
    wait_for_reason(&chain, None).await?;

    nodes[2].kill()?;
    nodes[3].kill()?;
    wait_for_reason(&chain, Some(Reason::FinalizedBlockStale)).await?;
    let card_of_nobody = of_address(&cast::account(&cast::user()));
    let answer = chain.verdict(card_of_nobody).await?;
    assert_eq!((short(&answer).as_str(), answer.balance), ("unknown/finalizedBlockStale", None));
    let refused = chain.client.manufacturers(None).await.expect_err("a list that may lack something is an error");
    assert!(refused.to_string().contains("the node cannot know: finalizedBlockStale"), "{refused}");

    nodes[2].restart()?;
    nodes[3].restart()?;
    wait_for_reason(&chain, None).await
}

/// A freeze comes before an order that every pool has taken already: pools drop it, and the node in between tells nobody the same
/// bytes again. Once the carrier is free, whoever may pay for the order has it executed all the same, and nobody else.
#[tokio::test(flavor = "multi_thread")]
async fn f12_an_order_that_was_refused_for_a_while_is_executed_in_other_bytes() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let (mut validator, mut between) = pair(folder.path())?;
    let chain = validator.client().await?;
    let far = between.client().await?;
    let mut scene = Scene::new(&chain, folder.path())?;
    scene.open(6).await?;
    for _ in 0..4 {
        let mut card = scene.funded_card().await?;
        let carrier = card.carrier()?;
        let address = of_address(&carrier.0.into());
        far.wait_for_final(chain.heights().await?.1).await?;
        let (order, signature) = scene.sign_order(&mut card, |order| order.valid_until += 60).await?;
        // Both wait in the same pool, and who tips more is first.
        chain.wait_for_best(chain.heights().await?.0 + 1).await?;
        let nodes = Nodes::new([between.url()], None);
        let freeze = pallet_carriers::Call::freeze { carrier, cause: cast::CAUSE };
        let freeze = pallet_sudo::Call::sudo { call: Box::new(freeze.into()) };
        let freeze = chain.signed_with_tip(freeze, &cast::issuer(), UNIT).await?;
        let sent = nodes.send_order(&order, &signature, Payer::Nobody, Duration::ZERO);
        let (sent, frozen) = tokio::join!(sent, async { chain.submit(&freeze).await?.finalized().await });
        frozen?;
        if short(&chain.verdict(address.clone()).await?) != "suspended/frozen"
            || !matches!(sent, Err(ClientError::NotKnown))
        {
            println!("too late: {sent:?}");
            continue;
        }
        let unfreeze = pallet_carriers::Call::unfreeze { carrier, cause: cast::CAUSE };
        scene.issuer(unfreeze).await?;
        far.wait_for_final(chain.heights().await?.1).await?;
        assert_eq!(short(&chain.verdict(address.clone()).await?), "unproven/noEvidence");

        // The same bytes are taken by the node in between at the most, and go no further.
        let same = nodes.send_order(&order, &signature, Payer::Nobody, Duration::from_secs(15)).await;
        println!("the same bytes: {same:?}");
        assert!(!matches!(same, Ok(OrderFate::Dead(_))), "{same:?}");
        let machine = Key::from_secret("//Specie//Atm//1")?;
        let paid = nodes.send_order(&order, &signature, Payer::IfNeeded(&machine), Duration::from_secs(60)).await?;
        assert!(matches!(paid, OrderFate::Executed { .. }), "{paid:?}");
        return Ok(());
    }
    Err("the freeze never came before the order".into())
}

/// A validator, and a node that makes no blocks and knows it alone.
fn pair(folder: &Path) -> Result<(Node, Node), Box<dyn Error>> {
    // Each development chain has a genesis of its own: both read it from a file.
    let spec =
        Command::new(binary()?).args(["export-chain-spec", "--chain", "dev", "--slot=1000", "--raw"]).output()?;
    let chain = folder.join("chain.json");
    std::fs::write(&chain, spec.stdout)?;
    let chain = chain.display().to_string();
    let listen = format!("/ip4/127.0.0.1/tcp/{}", free_port()?);
    let key = node_key(0);
    let validator = [
        "--chain",
        &chain,
        "--alice",
        "--validator",
        "--force-authoring",
        "--node-key",
        &key,
        "--listen-addr",
        &listen,
    ];
    let boot = format!("{listen}/p2p/{FIRST_PEER}");
    let between = ["--chain", &chain, "--bootnodes", &boot];
    let start = |name: &str, args: &[&str]| {
        Node::start(Options::new(folder.join(name), args.iter().map(ToString::to_string).collect())?)
    };
    Ok((start("validator", &validator)?, start("between", &between)?))
}

/// Waits until the node gives this reason for not answering; `None`: until it answers.
async fn wait_for_reason(chain: &Chain, reason: Option<Reason>) -> Result<(), Box<dyn Error>> {
    let begun = Instant::now();
    loop {
        let health = chain.client.health().await?;
        if health.reason == reason.map(Into::into) {
            assert_eq!(health.able, reason.is_none());
            return Ok(());
        }
        if begun.elapsed() > Duration::from_secs(120) {
            return Err(format!("still {:?}, not {reason:?}", health.reason).into());
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

//! Four validators, some of them killed.

use specie_rpc::SpecieRpcClient;
use specie_tests::{
    cast,
    chain::{of_address, short, Chain},
    node::{network, network_with},
    scene::{ask, Scene, FACE_VALUE, ORDER_FEE},
};
use std::{
    error::Error,
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
    wait_for_reason(&chain, Some("finalizedBlockStale")).await?;
    let card_of_nobody = of_address(&cast::account(&cast::user()));
    let answer = chain.verdict(card_of_nobody).await?;
    assert_eq!((short(&answer).as_str(), answer.balance), ("unknown/finalizedBlockStale", None));
    let refused = chain.client.manufacturers(None).await.expect_err("a list that may lack something is an error");
    assert!(refused.to_string().contains("the node cannot know: finalizedBlockStale"), "{refused}");

    nodes[2].restart()?;
    nodes[3].restart()?;
    wait_for_reason(&chain, None).await
}

/// Waits until the node gives this reason for not answering; `None`: until it answers.
async fn wait_for_reason(chain: &Chain, reason: Option<&str>) -> Result<(), Box<dyn Error>> {
    let begun = Instant::now();
    loop {
        let health = chain.client.health().await?;
        if health.reason.as_deref() == reason {
            assert_eq!(health.able, reason.is_none());
            return Ok(());
        }
        if begun.elapsed() > Duration::from_secs(120) {
            return Err(format!("still {:?}, not {reason:?}", health.reason).into());
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

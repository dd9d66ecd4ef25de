//! A validator that was cut off comes back: its blocks are dropped, and no spend in them is forgotten.

use specie_card::host::Host;
use specie_primitives::verdict::{Reason, State};
use specie_rpc::SpecieRpcClient;
use specie_rpc_types::{Units, Verdict};
use specie_tests::{
    cards::CardHost,
    cast,
    chain::{of_address, Chain},
    node::network_with,
    scene::{ask, Scene},
};
use std::{
    error::Error,
    time::{Duration, Instant},
};

/// Long enough for a cut-off validator, whose heads grow old.
const PATIENT: [&str; 5] = ["--max-best-age", "900", "--max-finalized-age", "900", "--rpc-methods=unsafe"];

/// How long each step may take.
const LIMIT: Duration = Duration::from_secs(150);

async fn at_once(chain: &Chain, card: &mut CardHost) -> Result<Verdict, Box<dyn Error>> {
    Ok(chain.client.verdict(of_address(&card.carrier()?.0.into())).await?)
}

/// While a block with a spend is dropped, the spend is seen all the time: in the block, as dropped, in the pool, in another
/// block. And where two orders contradict each other, the one that the network took is what counts in the end.
#[tokio::test(flavor = "multi_thread")]
async fn f14_reorganised_spend_is_never_forgotten() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let mut nodes = network_with(folder.path(), &PATIENT)?;
    let chain = nodes[0].client().await?;
    let mut scene = Scene::new(&chain, folder.path())?;
    scene.open(2).await?;
    let mut lone = scene.funded_card().await?;
    let mut cloned = scene.funded_card().await?;
    let mut clone = Host::new(cloned.transport_mut().clone_keys()?);
    clone.select()?;
    let first = chain.address_in_network().await?;

    // Dave is cut off.
    nodes[3].restart_alone()?;
    let dave = nodes[3].client().await?;
    dave.wait_for_index().await?;

    // He takes two orders into blocks of his own; the network takes one that contradicts the second.
    let (order, signature) = scene.sign_order(&mut lone, |_| {}).await?;
    dave.send(&Chain::order(&order, &signature)).await?;
    let (order, signature) = scene.sign_order(&mut cloned, |_| {}).await?;
    dave.send(&Chain::order(&order, &signature)).await?;
    let begun = Instant::now();
    while !at_once(&dave, &mut lone).await?.has(Reason::SpendNotFinal) {
        if begun.elapsed() > LIMIT {
            return Err("the lone validator makes no block".into());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let in_block = at_once(&dave, &mut cloned).await?;
    assert!(in_block.has(Reason::SpendNotFinal), "{in_block:?}");
    let elsewhere = cast::account(&cast::user());
    let (order, signature) = scene.sign_order(&mut clone, |order| order.to = elsewhere.into()).await?;
    chain.submit(&Chain::order(&order, &signature)).await?.finalized().await?;
    assert_eq!(at_once(&dave, &mut cloned).await?.carrier.map(|carrier| carrier.sequence), Some(1));
    assert!(dave.heights().await?.1 < chain.heights().await?.1, "he is not alone");

    // He comes back.
    dave.join(&first).await?;
    let begun = Instant::now();
    let mut seen = Vec::new();
    loop {
        let answer = at_once(&dave, &mut lone).await?;
        if begun.elapsed() > LIMIT {
            return Err(format!("still {:?} after {seen:?}", answer.reasons).into());
        }
        if answer.state == State::Unknown {
            // Catching up: nothing is claimed.
            continue;
        }
        let is_final = !answer.has(Reason::SpendNotFinal) && !answer.has(Reason::SpendInPool);
        if is_final {
            assert_eq!(answer.carrier.as_ref().map(|carrier| carrier.sequence), Some(1), "forgotten: {answer:?}");
            assert_eq!(answer.balance.and_then(|balance| balance.finalized), Some(Units(0)));
            break;
        }
        assert_eq!(answer.state, State::Unsafe, "{answer:?}");
        let kind = match answer.pending_spends.unwrap_or_default().first() {
            Some(spend) if spend.dropped_block.is_some() => "dropped",
            Some(_) => "pool",
            None => "block",
        };
        if seen.last() != Some(&kind) {
            seen.push(kind);
        }
    }
    println!("the spend of the dropped block was seen in: {seen:?}");
    assert!(nodes[3].log()?.contains("Reorg"), "no block was dropped");

    // Both tell the same in the end.
    dave.wait_for_final(chain.heights().await?.1).await?;
    for card in [&mut lone, &mut cloned] {
        let account = card.carrier()?.0.into();
        let (here, there) = (dave.verdict(of_address(&account)).await?, chain.verdict(of_address(&account)).await?);
        assert_eq!(
            (here.state, here.carrier, here.pending_spends),
            (there.state, there.carrier, there.pending_spends)
        );
    }
    assert_eq!(ask(&dave, &mut lone).await?.state, State::Withdrawn);
    Ok(())
}

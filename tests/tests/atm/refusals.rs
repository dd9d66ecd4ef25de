//! What the chain refuses.

use crate::{cash_out, Branch, Tested, ISSUE_50, LIMIT};
use specie_atm::case::{Claim, Place, Refusal, Registration, Spend};
use specie_atm::policy::Spc;
use specie_device::Keep;
use specie_link::{amount::UNIT, Call, Key};
use specie_primitives::{
    crypto::Scheme,
    ids::{BatchId, CarrierId, CurrencyId},
};
use specie_tests::{atm::Result, cards::Factory, cast};

/// What the chain refuses, and cards that are not what they seem (F2, F5, F14, F15, F16, F20).
#[tokio::test(flavor = "multi_thread")]
async fn f2_f5_f14_f15_f16_f19_f20_refused_by_the_chain() -> Tested {
    let place = Branch::new(&[]).await?;
    let last = || -> Result<_> { Ok(place.atm.last_case()?.case) };
    let query =
        |card: &str, end: &str| format!("idle\nchoose What is this card worth\ninsert {card}\n{end}cancel\nidle\n");
    place.atm.play_well(ISSUE_50)?;
    let good = place.last_card()?;
    let carrier = place.atm.carrier(&good)?.ok_or("no carrier")?;

    // Rolled back to before its order: a copy, and kept (F13, F14).
    let image = std::fs::read(place.atm.card_file(&good))?;
    place.atm.play_well(ISSUE_50)?;
    let spent = place.last_card()?;
    let before = std::fs::read(place.atm.card_file(&spent))?;
    place.atm.play_well(&cash_out(true))?;
    std::fs::write(place.atm.card_file(&spent), before)?;
    place.atm.play_well(&query(&spent, "screen not genuine\n"))?;
    assert_eq!((last()?.refusal, last()?.keep), (Some(Refusal::Counterfeit), Some(Keep::Counterfeit)));

    // A blank of a good batch, which nobody has initialised: genuine, and nothing that could be paid.
    place.atm.change_world(|things| {
        let blank = things.bins[1].pop();
        things.pocket.extend(blank);
    })?;
    place.atm.command("fill", &["1", "19"])?;
    place.atm.play_well(
        "idle\nchoose Money onto my card\ntype 1\nwallet sign\nchoose Yes\ninsert\ntake\nscreen does not know this card\n\
         cancel\nidle\n",
    )?;
    assert_eq!(last()?.refusal, Some(Refusal::NotRegistered));

    // Of a batch that nobody has registered (F16): it may be another chain's, or of a batch that is still to come, so its
    // holder gets it back.
    let mut factory = Factory::new(&place.atm.folder.join("cards"), 4_711, Scheme::P256)?;
    drop(factory.card(Scheme::P256)?);
    place.atm.change_world(|things| things.pocket.push("batch-4711-card-1".into()))?;
    place.atm.play_well(&query("batch-4711-card-1", "take\nscreen notOurs\n"))?;
    assert_eq!((last()?.keep, last()?.place), (None, Place::Customer));
    std::fs::remove_file(place.atm.card_file("batch-4711-card-1"))?;
    place.atm.change_world(|things| things.pocket.retain(|card| card != "batch-4711-card-1"))?;

    // A node that asks more for an order than the operator allows: nothing is signed, nothing is taken.
    place.atm.configure(|config| config.policy.max_order_fee = Spc(UNIT / 10_000))?;
    let dear = cash_out(true).replace("insert\n", &format!("insert {good}\n")).replace("Thank you", "did not sign");
    place.atm.play_well(&dear)?;
    assert_eq!((last()?.refusal, last()?.place), (Some(Refusal::NotSpent), Place::Customer));
    assert_eq!(std::fs::read(place.atm.card_file(&good))?, image, "it has signed nothing");
    place.atm.configure(|config| config.policy.max_order_fee = Spc(UNIT / 100))?;

    // Frozen by the issuer: given back, and cannot be cashed (F20). Let go, it is worth what it was.
    place.issuer(Call::freeze(CarrierId(carrier.0), cast::CAUSE)).await?;
    let cash = cash_out(true).replace("insert\n", &format!("insert {good}\n")).replace("Thank you", "stopped");
    place.atm.play_well(&cash)?;
    assert_eq!((last()?.refusal, last()?.place), (Some(Refusal::Stopped), Place::Customer));
    assert_eq!(std::fs::read(place.atm.card_file(&good))?, image, "it has signed nothing");
    place.issuer(Call::unfreeze(CarrierId(carrier.0), cast::CAUSE)).await?;
    place.atm.play_well(&query(&good, "take\nscreen safe\n"))?;

    // Its batch revoked: known at once while there is a network; the machine makes no cards of it any more (F16).
    place.issuer(Call::suspend_batch(BatchId(place.atm.batch.0), cast::CAUSE)).await?;
    place.atm.play_well(&query(&good, "take\nscreen batchSuspended\n"))?;
    let refused =
        "idle\nchoose A new card\nchoose 20 SPC\nwallet sign\nchoose Yes\nscreen no card left\ncancel\nidle\n";
    place.atm.play_well(refused)?;
    assert_eq!((last()?.refusal, last()?.bad_blanks), (Some(Refusal::NoBlank), 3));
    // The next customer costs no blanks: for a while no new card is made (F1, F3).
    let rest = |seconds| place.atm.configure(move |config| config.policy.rest_after_refusal = seconds);
    rest(600)?;
    place.atm.play_well("idle\nscreen There are no new cards\n")?;
    rest(0)?;
    place.issuer(Call::reactivate_batch(BatchId(place.atm.batch.0), cast::CAUSE)).await?;

    // Nor where the machine cannot pay the network for a registration.
    let (key, charlie) = (Key::from_file(&place.atm.folder.join("machine.key"))?, Key::from_secret("//Charlie")?);
    let spent = Call::transfer_all(CurrencyId::Native, charlie.account());
    place.nodes.execute(&spent, &key, LIMIT).await?;
    place.atm.play_well("idle\nscreen There are no new cards\n")?;
    let back = Call::transfer(CurrencyId::Native, key.account(), 10 * UNIT);
    place.nodes.execute(&back, &charlie, LIMIT).await?;

    // The issuer stops the machine (F2): it says so, and makes nothing.
    place.issuer(Call::suspend_machine(place.atm.account, cast::CAUSE)).await?;
    place.atm.play_well("idle\nscreen There are no new cards\nchoose Money onto my card\ntype 1\nwallet sign\nscreen has stopped this machine\ncancel\nidle\n")?;
    place.issuer(Call::resume_machine(place.atm.account, cast::CAUSE)).await?;

    // Grants that were taken back while the machine was offline: what was made is found out, and recorded (F2, F5).
    place.atm.play_well(
        "idle\ncable out\nscreen The network cannot be reached\nchoose A new card without money\nchoose 50 SPC\nwallet sign\ntake\n\
         screen Thank you\ncancel\n",
    )?;
    let grant = last()?.grant.ok_or("no grant")?;
    place.issuer(Call::revoke_grants(place.atm.account, 0, 60, cast::CAUSE)).await?;
    let books = place.atm.books()?;
    assert!(books["differences"].to_string().contains("GrantNotOpen"), "{books} (grant {grant})");
    assert_eq!(last()?.registration, Registration::Refused);
    assert_eq!(last()?.claims, vec![Claim::NotRegistered], "a customer has it");
    place.atm.play_well("idle\nscreen There are no new cards\ncancel\n")?;

    // A batch that is revoked makes no card a fake, and nobody's money worthless (F16).
    place.issuer(Call::revoke_batch(BatchId(place.atm.batch.0), cast::CAUSE)).await?;
    place.atm.play_well(&query(&good, "take\nscreen batchRevoked\n"))?;
    assert_eq!((last()?.refusal, last()?.place), (None, Place::Customer));
    place.atm.play_well(&cash_out(true).replace("insert\n", &format!("insert {good}\n")))?;
    assert!(matches!(last()?.spend, Spend::Final(_)), "{:?}", last()?);
    place.audited().await
}

/// A machine that nobody has registered says so, and does nothing that only a registered one may (F2).
#[tokio::test(flavor = "multi_thread")]
async fn f2_a_machine_that_nobody_registered() -> Tested {
    let place = Branch::new(&["--unregistered"]).await?;
    place.atm.play_well(
        "idle\nscreen There are no new cards\nchoose Money onto my card\ntype 1\nwallet sign\n\
         screen This machine is not registered\ncancel\nidle\nchoose A card's money\n\
         screen This machine is not registered\ncancel\nidle\n",
    )?;
    assert_eq!(place.atm.journal()?.cases()?, vec![], "nobody was served");
    place.audited().await
}

/// A card that has signed an order which nobody has seen takes no money: the order could still take it away (F14, F19).
#[tokio::test(flavor = "multi_thread")]
async fn f14_f19_a_card_with_an_order_outstanding() -> Tested {
    let place = Branch::new(&[]).await?;
    place.atm.play_well(ISSUE_50)?;
    place.atm.play_well(&cash_out(true))?;
    let card = place.last_card()?;
    let best = place.nodes.health().await?.head.ok_or("no head")?.best.number;
    place.atm.sign_in_secret(&card, place.nodes.genesis().await?, best + 400)?;
    place.atm.play_well(
        "idle\nchoose Money onto my card\ntype 50\nwallet sign\nchoose Yes\ninsert\ntake\nscreen still under way\n\
         cancel\nidle\nchoose What is this card worth\ninsert\ntake\nscreen orderOutstanding\ncancel\nidle\n",
    )?;
    let cases = place.atm.journal()?.cases()?;
    let refusals: Vec<_> = cases.iter().map(|(_, record)| record.case.refusal).collect();
    assert_eq!(refusals, [None, None, Some(Refusal::NotEmpty), None]);
    place.audited().await
}

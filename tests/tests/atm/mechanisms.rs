//! Mechanisms that fail.

use crate::{Branch, Tested};
use specie_atm::case::{Claim, Place, Refusal};
use specie_device::Keep;
use specie_tests::atm::Result;

/// The mechanisms fail (F1, F7, F9, F10).
#[tokio::test(flavor = "multi_thread")]
async fn f1_f7_f9_f10_mechanisms_that_fail() -> Tested {
    let place = Branch::new(&[]).await?;
    let issue = |begin: &str, end: &str| {
        format!("idle\n{begin}choose A new card\nchoose 50 SPC\nwallet sign\nchoose Yes\n{end}cancel\nidle\n")
    };
    let last = || -> Result<_> { Ok(place.atm.last_case()?.case) };

    place.atm.play_well(&issue("fault pick jam\n", "screen The card module is stuck\n"))?;
    assert_eq!((last()?.refusal, last()?.claims.len()), (Some(Refusal::Jam), 0));

    // Printed wrongly: kept, and the money on it is the customer's.
    let print = |fault: &str| {
        format!(
            "idle\nfault print {fault}\nchoose A new card\nchoose 20 SPC\nwallet sign\nchoose Yes\nwallet pay\n\
             screen Something went wrong\ncancel\nidle\n"
        )
    };
    for fault in ["mismatch", "jam"] {
        place.atm.play_well(&print(fault))?;
        assert_eq!((last()?.keep, last()?.claims), (Some(Keep::Spoilt), vec![Claim::MoneyOnKeptCard]), "{fault}");
    }

    // Stuck on its way out; not taken, and taken back in; an exit that does not know.
    let stuck = issue("fault present jam\n", "wallet pay\nscreen Something went wrong\n");
    place.atm.play_well(stuck.trim_end_matches("idle\n"))?;
    assert_eq!((last()?.place, last()?.claims), (Place::Kept, vec![Claim::MoneyOnKeptCard]));
    // Until the operator has opened it, the machine serves nobody.
    let played = place.atm.play("screen Out of order\n", &[])?;
    assert!(played.ended_well, "{}", played.said);
    assert!(place.atm.command("clear", &[])?.contains("fifty"));
    place.atm.play_well(&issue("", "wallet pay\nscreen Something went wrong\n"))?;
    assert_eq!((last()?.place, last()?.keep), (Place::Kept, Some(Keep::NotTaken)));
    assert_eq!(last()?.claims, vec![Claim::MoneyOnKeptCard]);
    place
        .atm
        .play_well(&issue("fault taken unknown-after\n", "wallet pay\ntake\nscreen Something went wrong\n"))?;
    assert_eq!((last()?.place, last()?.claims), (Place::Unknown, vec![Claim::CardNotFound]));

    // A slot that is stuck, nothing put in, and something that is no card.
    let query =
        |begin: &str, end: &str| format!("idle\n{begin}choose What is this card worth\n{end}cancel\nidle\n");
    place.atm.play_well(&query("fault swallow jam\n", "insert\nscreen The card module is stuck\n"))?;
    place.atm.play_well("back\n")?;
    place.atm.play_well(&query("", "screen No card was put in\n"))?;
    assert_eq!(last()?.refusal, Some(Refusal::NoCarrier));
    place.atm.change_world(|things| things.pocket.push("library-card".into()))?;
    place.atm.play_well(&query("", "insert library-card\ntake\nscreen No card was put in\n"))?;
    place.atm.change_world(|things| things.pocket.retain(|card| card != "library-card"))?;

    // A bin that is emptier than the journal believes.
    place
        .atm
        .change_world(|things| things.kept.extend(things.bins[0].drain(..).map(|card| (Keep::BadBlank, card))))?;
    place.atm.play_well(&issue("", "screen There is no card left\n"))?;
    assert_eq!(last()?.refusal, Some(Refusal::NoBlank));
    let books = place.atm.books()?;
    assert_eq!(books["toFill"], serde_json::json!(["bin 0 (50 SPC) is empty"]), "{books}");
    place.atm.command("fill", &["1", "3"])?;
    let books = place.atm.books()?;
    assert!(books["toFill"].to_string().contains("bin 1 (any amount) is low: 3 left"), "{books}");
    assert!(books["differences"].to_string().contains("bin 1: 3 in the journal"), "{books}");
    let left = place.atm.things()?.bins[1].len().to_string();
    place.atm.command("fill", &["1", &left])?;
    place.audited().await
}

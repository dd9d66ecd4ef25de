//! Power cuts.

use crate::{cash_out, every, Branch, Tested, ISSUE_50};
use specie_atm::case::{Claim, Ending, Place};

/// A case that ends the program whenever it goes on does not do so for ever: it is given up, and people are told.
#[tokio::test(flavor = "multi_thread")]
async fn f9_f21_a_case_that_ends_the_program_again_and_again() -> Tested {
    let place = Branch::new(&[]).await?;
    let played = place.atm.play(ISSUE_50, &["--cut", "10"])?;
    assert!(played.said.contains("power cut"), "{}", played.said);
    for _ in 0..9 {
        assert_eq!(place.atm.journal()?.open_cases()?.len(), 1);
        let played = place.atm.play("idle\n", &["--cut", "1"])?;
        assert!(!played.ended_well && played.said.contains("power cut"), "{}", played.said);
    }
    place.atm.play("screen Out of order\n", &[])?;
    let case = place.atm.last_case()?;
    assert_eq!((case.ending, case.case.place), (Some(Ending::Claimed), Place::Unknown), "{case:#?}");
    assert!(case.case.claims.contains(&Claim::CardNotFound));
    place.atm.command("clear", &[])?;
    place.atm.play_well(ISSUE_50)?;
    place.audited().await
}

/// The power fails at each moment of making a card, and of cashing one; every time the machine goes on, and the books are
/// right.
#[tokio::test(flavor = "multi_thread")]
async fn f1_f9_f12_f13_power_cuts_at_every_moment() -> Tested {
    let place = Branch::new(&["--cards", "40"]).await?;
    // Moments of a whole issue: 8 acts with two each; of a cash-out: 7 acts. Those when something was done that nobody has
    // written down come first: picked, made a key, paid, presented; swallowed, signed, executed, presented.
    let all = std::env::var("SPECIE_CUTS").is_ok();
    let moments = |last: u32, some: [u32; 4]| if all { every(last, last) } else { some.to_vec() };
    for cut in moments(16, [2, 6, 10, 12]) {
        let played = place.atm.play(ISSUE_50, &["--cut", &cut.to_string()])?;
        assert!(!played.ended_well && played.said.contains("power cut"), "{cut}: {}", played.said);
        // What stuck out of the slot somebody takes, or not.
        place.atm.play_well("idle\n")?;
    }
    place.atm.play_well(ISSUE_50)?;
    for cut in moments(14, [2, 8, 10, 12]) {
        let played = place.atm.play(&cash_out(true), &["--cut", &cut.to_string()])?;
        assert!(!played.ended_well && played.said.contains("power cut"), "{cut}: {}", played.said);
        place.atm.play_well("idle\n")?;
        if place.atm.things()?.pocket.is_empty() {
            place.atm.play_well(ISSUE_50)?;
        }
    }
    place.atm.books()?;
    place.audited().await
}

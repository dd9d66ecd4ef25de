//! Cards that are not what they should be, or do not say what they should.

use crate::{cash_out, every, Branch, Tested, ISSUE_50};
use specie_atm::case::{Claim, Ending, Place, Refusal, Spend, Standing};
use specie_card::code::{Code, CodeKind};
use specie_device::Keep;
use specie_link::{amount::UNIT, money::Money};
use specie_tests::atm::Result;

/// Cards that are pulled out, or lose their contact, at any command of any act (F13 above all: between signing and marking).
#[tokio::test(flavor = "multi_thread")]
async fn f4_f9_f13_contacts_that_slip_lose_nothing() -> Tested {
    let place = Branch::new(&[]).await?;
    for skip in [0, 5, 9] {
        for wrong in ["unknown-before", "unknown-after"] {
            let script = format!("idle\nfault card {wrong} {skip}\nfault card {wrong} 9\n{}", &ISSUE_50[5..]);
            let played = place.atm.play(&script, &[])?;
            assert!(played.ended_well, "{}", played.said);
            if skip != 5 {
                let script = format!("idle\nfault card {wrong} {skip}\n{}", &cash_out(false)[5..]);
                let played = place.atm.play(&script, &[])?;
                assert!(played.ended_well, "{}", played.said);
            }
        }
    }
    place.audited().await
}

/// A thief takes the paid card out of the exit and has an empty one taken back in: the machine knows that it has another card.
#[tokio::test(flavor = "multi_thread")]
async fn f9_f16_a_card_that_is_swapped_at_the_exit() -> Tested {
    let place = Branch::new(&[]).await?;
    place.atm.play_well(ISSUE_50)?;
    place.atm.play_well(&cash_out(true))?;
    let (empty, first) = (place.last_card()?, place.atm.last_case()?.papers.carrier);
    let swap = ISSUE_50.replace("take\nscreen Thank you", &format!("swap {empty}\nscreen Something went wrong"));
    place.atm.play_well(&swap)?;
    let record = place.atm.last_case()?;
    assert_eq!(record.case.claims, vec![Claim::CardNotFound, Claim::MoneyOnKeptCard], "{record:#?}");
    assert_ne!(record.papers.carrier, first, "the claim is about the card that was paid");
    assert_eq!(place.atm.things()?.kept, vec![(Keep::NotTaken, empty)]);
    place.audited().await
}

/// Cards over T=0 serve as any others. One whose answers come from somewhere else is given back, and is no fake; where nobody times
/// cards, nobody knows.
#[tokio::test(flavor = "multi_thread")]
async fn f4_f14_f21_cards_over_t0_and_cards_that_are_somewhere_else() -> Tested {
    let place = Branch::new(&[]).await?;
    place.atm.play_well(&format!("card t0\n{ISSUE_50}"))?;
    place.atm.play_well(&format!("card t0\n{}", cash_out(false)))?;
    place.atm.play_well(&format!("card t0\n{ISSUE_50}"))?;
    let query = "idle\nchoose What is this card worth\ninsert\ntake\n";
    place.atm.configure(|config| config.policy.longest_round = 30_000)?;
    place.atm.play_well(&format!("card relayed\n{query}screen No card was put in\ncancel\nidle\n"))?;
    let record = place.atm.last_case()?;
    assert_eq!(
        (record.case.refusal, record.case.keep, record.case.place),
        (Some(Refusal::NoCarrier), None, Place::Customer)
    );
    assert!(record.remarks.iter().any(|remark| remark.contains("somebody may pass it on")), "{:?}", record.remarks);
    for manner in ["plain", "t0"] {
        place.atm.play_well(&format!("card {manner}\n{query}screen Thank you\ncancel\nidle\n"))?;
    }
    place.atm.configure(|config| config.policy.longest_round = 0)?;
    place.atm.play_well(&format!("card relayed\n{query}screen Thank you\ncancel\nidle\n"))?;
    place.audited().await
}

/// A reader that takes its time is waited for, at whatever command: nothing is lost, and nobody is called a fake.
#[tokio::test(flavor = "multi_thread")]
async fn f4_f12_f21_a_slow_reader_is_waited_for() -> Tested {
    let place = Branch::new(&[]).await?;
    for command in [1, 6] {
        place.atm.play_well(&format!("idle\nfault card slow {command}\n{}", &ISSUE_50[5..]))?;
        place.atm.play_well(&format!("idle\nfault card slow {command}\n{}", &cash_out(false)[5..]))?;
    }
    for (number, record) in place.atm.journal()?.cases()? {
        assert_eq!((record.ending, record.case.refusal), (Some(Ending::Done), None), "case {number}: {record:#?}");
    }
    place.audited().await
}

/// A card that its holder has locked is given back as it is, or unlocked with its code; what wrong codes have cost it is waited off
/// in front of the customer, if it is not too long.
#[tokio::test(flavor = "multi_thread")]
async fn f12_f14_f93_a_locked_card_is_unlocked_at_the_machine() -> Tested {
    let place = Branch::new(&[]).await?;
    place.atm.play_well(ISSUE_50)?;
    let card = place.last_card()?;
    let code = Code::new(b"271828")?;
    let lock = |ticks: u16| {
        place.atm.change_card(&card, |memory| {
            memory.code = Some((CodeKind::Pin, code));
            memory.locked = true;
            memory.attempts.delay_ticks = ticks;
        })
    };
    let last = || -> Result<_> { Ok(place.atm.last_case()?.case) };
    let query = "idle\nchoose What is this card worth\ninsert\n";
    let cash = cash_out(true);
    let (before, after) = cash.split_once("insert\n").ok_or("no insert")?;

    // As it is: told, and given back.
    lock(0)?;
    place
        .atm
        .play_well(&format!("{query}screen The card is locked\nchoose No\ntake\nscreen locked\ncancel\nidle\n"))?;
    assert_eq!((last()?.refusal, last()?.standing, last()?.place), (None, Some(Standing::Locked), Place::Customer));
    place.atm.play_well(&format!(
        "{before}insert\nscreen The card is locked\nchoose No\ntake\nscreen signs nothing until it is unlocked\ncancel\nidle\n"
    ))?;
    assert_eq!(
        (last()?.refusal, last()?.spend, last()?.place),
        (Some(Refusal::Locked), Spend::None, Place::Customer)
    );

    // Too long a pause: nothing is waited for.
    lock(7_200)?;
    place.atm.play_well(&format!(
        "{query}screen The card is locked\nchoose Yes\nscreen too long\ntake\nscreen locked\ncancel\nidle\n"
    ))?;
    assert_eq!(last()?.standing, Some(Standing::Locked));

    // After a pause, and a wrong code.
    lock(3)?;
    place.atm.play_well(&format!(
        "{query}screen The card is locked\nchoose Yes\nscreen Please wait\ntype 111111\nscreen Once more\ntype 271828\ntake\nscreen holds 50 SPC\ncancel\nidle\n"
    ))?;
    assert_eq!(last()?.standing, Some(Standing::Safe(Money::native(50 * UNIT))));

    // Unlocked, and cashed.
    lock(0)?;
    place.atm.play_well(&format!(
        "{before}insert\nscreen The card is locked\nchoose Yes\nscreen the card is unlocked\ntype 271828\nscreen the card pays\ntype 271828\n{after}"
    ))?;
    assert!(matches!(last()?.spend, Spend::Final(_)));
    place.audited().await
}

/// Cards that answer with a wrong bit now and then: they are asked again, nothing is lost, and nobody is called a fake.
#[tokio::test(flavor = "multi_thread")]
async fn f4_f16_damaged_answers_are_asked_for_again() -> Tested {
    let place = Branch::new(&[]).await?;
    let rounds = std::env::var("SPECIE_DAMAGES").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(5);
    for answer in every(40, rounds) {
        let script = format!("idle\nfault card mismatch {answer}\n{}", &ISSUE_50[5..]);
        place.atm.play_well(&script)?;
        let script = format!("idle\nfault card mismatch {}\n{}", answer * 2 / 3, &cash_out(false)[5..]);
        place.atm.play_well(&script)?;
    }
    for (number, record) in place.atm.journal()?.cases()? {
        assert_eq!(record.ending, Some(Ending::Done), "case {number}: {record:#?}");
    }
    // A look at a card, with each of its answers damaged in turn, on the way to the nodes too.
    place.atm.play_well(ISSUE_50)?;
    for answer in 0..14 {
        place.atm.play_well(&format!(
            "idle\nfault card mismatch {answer}\nchoose What is this card worth\ninsert\ntake\nscreen Thank you\ncancel\nidle\n"
        ))?;
        assert_eq!(place.atm.last_case()?.case.keep, None, "answer {answer}");
    }
    // One that answers nonsense again and again is given back, whatever it is: a fault is no fake.
    let nonsense = "fault card mismatch\n".repeat(40);
    place.atm.play_well(&format!(
        "idle\n{nonsense}choose What is this card worth\ninsert\ntake\nscreen No card was put in\ncancel\nidle\n"
    ))?;
    let case = place.atm.last_case()?.case;
    assert_eq!((case.refusal, case.keep), (Some(Refusal::NoCarrier), None));
    assert!(place.atm.things()?.kept.iter().all(|(why, _)| *why == Keep::GivenBack));
    place.audited().await
}

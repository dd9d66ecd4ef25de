//! Cards in a real reader.

use crate::{cash_out, every, Branch, Tested, ISSUE_50, PAYEE};
use specie_atm::case::{Payment, Place, Registration, Spend};
use specie_device::Keep;
use specie_link::{amount::UNIT, money::Money};
use specie_reader::slot::FIRST_PORT;

/// The whole of it through `pcscd`: made, printed, checked, cashed, recharged, given back; and made with no network.
#[tokio::test(flavor = "multi_thread")]
async fn f1_f2_f3_f4_f5_f6_f7_f8_f9_f10_f11_f12_f13_f14_f16_f17_f18_f19_f21_through_a_real_reader() -> Tested {
    let place = Branch::new(&["--slot", &FIRST_PORT.to_string()]).await?;
    let before = place.balance(PAYEE).await?;
    let service = specie_reader::service::Service::start(2)?;

    // A card that is marked, and one of another amount, which is printed.
    let said = place.atm.play_well(&format!(
        "{ISSUE_50}idle\nchoose A new card\nchoose Another amount\ntype 7.5\nwallet sign\nchoose Yes\nwallet pay\ntake\n\
         screen Thank you\ncancel\nidle\n"
    ))?;
    assert!(said.contains("case 2: done"), "{said}");
    let record = place.atm.last_case()?;
    assert_eq!(record.case.payment, Payment::Final(Money::native(7_500_000_000_000)));
    assert_eq!(record.papers.fee_paid, Some(Money::native(UNIT / 2 + 75_000_000_000)), "0.5 SPC and 1 %");
    assert_eq!(record.papers.payer, Some(place.atm.wallet()?.account()), "the verified user's wallet paid");
    let things = place.atm.things()?;
    let face = things.faces.get(&place.last_card()?).ok_or("nothing is printed")?;
    assert_eq!((face.amount.as_str(), face.date.len()), ("7.5 SPC", 10));
    assert_eq!(things.faces.len(), 1, "a marked card is not printed on");

    // What it is worth; all of it to an account, and the card back; money onto the same card again; and given back.
    place.atm.play_well("idle\nchoose What is this card worth\ninsert\ntake\nscreen safe\ncancel\nidle\n")?;
    place.atm.play_well(&cash_out(true))?;
    let record = place.atm.last_case()?;
    let Spend::Final(Money { units: paid, .. }) = record.case.spend else {
        return Err(format!("{record:?}").into());
    };
    assert_eq!(place.balance(PAYEE).await? - before, paid);
    assert!(paid > 7_490_000_000_000, "the fee of the order is small: {paid}");
    let fee = specie_link::amount::format(7_500_000_000_000 - paid);
    let receipt = record.papers.receipt.unwrap_or_default();
    assert!(receipt.contains(&format!("taken off as fee: {fee} SPC")), "{receipt}");
    place.atm.play_well(
        "idle\nchoose Money onto my card\ntype 7.5\nwallet sign\nchoose Yes\ninsert\nwallet pay\ntake\nscreen Thank you\n\
         cancel\nidle\nchoose What is this card worth\ninsert\ntake\nscreen safe\ncancel\nidle\n",
    )?;
    place.atm.play_well(&cash_out(false))?;
    assert_eq!(place.atm.last_case()?.case.keep, Some(Keep::GivenBack));

    // With no network the machine says what it can still do, and does that.
    let said = place.atm.play_well(
        "idle\ncable out\nscreen The network cannot be reached\nchoose A new card without money\nchoose 50 SPC\nwallet sign\ntake\n\
         screen Thank you\ncancel\nscreen The network cannot be reached\nchoose Is this card genuine\ninsert\ntake\n\
         screen Nothing was decided\ncancel\ncable in\nidle\nwait 14\n",
    )?;
    assert!(said.contains("books: case 8: registered"), "{said}");
    assert_eq!(place.atm.journal()?.case(8)?.case.registration, Registration::Final);
    place.atm.play_well(
        "idle\nchoose Money onto my card\ntype 50\nwallet sign\nchoose Yes\ninsert\nwallet pay\ntake\nscreen Thank you\n\
         cancel\nidle\nchoose What is this card worth\ninsert\ntake\nscreen safe\ncancel\nidle\n",
    )?;
    drop(service);
    let statement = place.atm.command("statement", &[])?;
    for line in
        ["issue: done                   2", "issue offline: done           1", "cash-out: done                2"]
    {
        assert!(statement.contains(line), "{statement}");
    }
    place.audited().await
}

/// Cards that are pulled out of a real reader at any command, before it has worked and after.
#[tokio::test(flavor = "multi_thread")]
async fn f3_f4_f9_f10_f12_f13_cards_that_are_pulled_out_of_a_real_reader() -> Tested {
    let place = Branch::new(&["--slot", &FIRST_PORT.to_string()]).await?;
    let service = specie_reader::service::Service::start(2)?;
    let rounds = std::env::var("SPECIE_PULLS").ok().and_then(|pulls| pulls.parse().ok()).unwrap_or(3);
    // An issue has some forty commands for the card, a cash-out some thirty.
    for (number, command) in every(36, rounds).into_iter().enumerate() {
        let wrong = ["unknown-after", "unknown-before"][number % 2];
        let played = place.atm.play(&format!("idle\nfault card {wrong} {command}\n{}", &ISSUE_50[5..]), &[])?;
        assert!(played.ended_well, "{}", played.said);
        // Pulled out just after it has signed, the card gives the same order once more.
        let cash = cash_out(true).replace("screen Thank you", "wait 1");
        let script = format!("idle\nfault card {wrong} {}\n{}", command * 3 / 4, &cash[5..]);
        let played = place.atm.play(&script, &[])?;
        let case = place.atm.last_case()?.case;
        let is_right = matches!(case.spend, Spend::Final(_));
        assert!(played.ended_well && is_right && case.place == Place::Customer, "{}{case:?}", played.said);
    }
    // Above all when the card has signed, and nobody has what it signed (F13): it is asked for the same order, and for no other.
    for wrong in ["unknown-before", "unknown-after"] {
        place.atm.play_well(ISSUE_50)?;
        let played = place.atm.play(&format!("idle\nfault sign {wrong}\n{}", &cash_out(true)[5..]), &[])?;
        let case = place.atm.last_case()?.case;
        assert!(played.ended_well && matches!(case.spend, Spend::Final(_)), "{}{case:?}", played.said);
        let signed = place.atm.last_case()?.papers.order().ok_or("no order")?.sequence;
        assert_eq!(signed, 1, "{wrong}");
    }
    drop(service);
    place.audited().await
}

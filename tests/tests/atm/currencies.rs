//! A machine that deals in two currencies.

use crate::{cash_out, Branch, Tested, ISSUE_50, LIMIT, PAYEE};
use specie_atm::case::{Claim, Ending, Payment, Refusal, Registration, Spend};
use specie_link::{
    amount::{Currency, UNIT},
    money::{Currencies, Money},
    Account, Call, Key,
};
use specie_ops::roles::Role;
use specie_primitives::{acts::Cause, ids::CurrencyId};
use specie_tests::atm::Result;
use std::time::Duration;

const EURO: CurrencyId = CurrencyId::Asset(1);

/// How a customer makes a card of 20 EUR, from the bin whose cards are marked so.
const ISSUE_20: &str = "idle\nchoose A new card\nchoose 20 EUR\nwallet sign\nchoose Yes\nwallet pay\ntake\n\
                        screen Thank you\ncancel\n";

const fn euros(units: u128) -> Money {
    Money { currency: EURO, units }
}

/// A machine on a chain with euros, of which its customer has 500.
async fn branch() -> Result<Branch> {
    let wallet = Key::from_secret("//Dave")?.account();
    let place = Branch::with(
        &["--currency", "asset:1"],
        &[
            Call::create_currency("Euro", "EUR", 2, 5, 1_000_000, Cause::default()),
            Call::mint(EURO, wallet, 50_000, [1; 32]),
        ],
    )
    .await?;
    assert_eq!(place.atm.config()?.policy.order_fee(EURO), 5, "the least that an account may hold");
    Ok(place)
}

/// What the chain says that a carrier's money and denomination are.
async fn on_chain(place: &Branch, carrier: Option<Account>) -> Result<(Option<CurrencyId>, Option<u128>)> {
    let verdict = place.nodes.verdict_at(carrier.ok_or("no carrier")?).await?.ok_or("not registered")?;
    let record = verdict.carrier.ok_or("no record")?;
    Ok((record.currency.id(), record.denomination.map(|denomination| denomination.0)))
}

/// The address of a card that the machine is using, between two of its looks.
async fn address(place: &Branch, card: &str) -> Result<Account> {
    for _ in 0..200 {
        if let Ok(Some(carrier)) = place.atm.carrier(card) {
            return Ok(carrier);
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Err("the card is always in use".into())
}

/// Made marked and printed, paid with its fee, looked at, cashed, recharged; each in euros, on the receipt and in the books.
#[tokio::test(flavor = "multi_thread")]
async fn f1_f6_f7_f8_f11_f12_f18_f19_cards_of_another_currency() -> Tested {
    let place = branch().await?;
    place.atm.play_well(ISSUE_20)?;
    let record = place.atm.last_case()?;
    assert_eq!(record.case.payment, Payment::Final(euros(2_000)));
    assert_eq!(record.papers.fee_paid, Some(euros(20)), "1 %; the flat part is of SPC alone");
    let receipt = record.papers.receipt.clone().unwrap_or_default();
    for line in ["a new card of 20 EUR", "paid onto it: 20 EUR", "fee from your wallet: 0.2 EUR"] {
        assert!(receipt.contains(line), "{receipt}");
    }
    assert_eq!(on_chain(&place, record.papers.carrier).await?, (Some(EURO), Some(2_000)));
    let marked: Vec<_> = place.atm.journal()?.stock()?.bins().map(|(_, bin)| (bin.marked, bin.count)).collect();
    assert_eq!(marked, [(Some(Money::native(50 * UNIT)), 20), (None, 20), (Some(euros(2_000)), 19)]);

    // Another amount, on a card on which nothing stands yet.
    place.atm.play_well(
        "idle\nchoose A new card\nchoose Another amount\nscreen In which money\nchoose EUR\ntype 7.505\nscreen at most 2 digits\ntype 7.50\n\
         wallet sign\nchoose Yes\nwallet pay\ntake\nscreen Thank you\ncancel\nidle\n",
    )?;
    let things = place.atm.things()?;
    assert_eq!(things.faces.get(&place.last_card()?).map(|face| face.amount.as_str()), Some("7.5 EUR"));
    assert_eq!(on_chain(&place, place.atm.last_case()?.papers.carrier).await?, (Some(EURO), Some(750)));

    // Looked at, and cashed: the machine pays the network, and takes its fee in euros.
    place
        .atm
        .play_well("idle\nchoose What is this card worth\ninsert\ntake\nscreen holds 7.5 EUR\ncancel\nidle\n")?;
    let said = place.atm.play_well(&cash_out(true))?;
    let record = place.atm.last_case()?;
    assert_eq!(record.case.spend, Spend::Final(euros(745)), "{said}");
    let receipt = record.papers.receipt.unwrap_or_default();
    assert!(receipt.contains("paid out: 7.45 EUR") && receipt.contains("taken off as fee: 0.05 EUR"), "{receipt}");

    // Money of one currency does not go onto a card of another; its own does.
    let recharge = |money: &str, end: &str| {
        format!("idle\nchoose Money onto my card\nscreen In which money\nchoose {money}\ntype 7.5\nwallet sign\nchoose Yes\ninsert\n{end}cancel\nidle\n")
    };
    place.atm.play_well(&recharge("SPC", "take\nscreen The card's money is another currency\n"))?;
    let record = place.atm.last_case()?;
    assert_eq!((record.case.refusal, record.ending), (Some(Refusal::OtherCurrency), Some(Ending::Refused)));
    place.atm.play_well(&recharge("EUR", "wallet pay\ntake\nscreen Thank you\n"))?;
    assert_eq!(place.atm.last_case()?.case.payment, Payment::Final(euros(750)));

    // Less than a card can hold is not put on it.
    place.atm.play_well(
        "idle\nchoose Money onto my card\nscreen In which money\nchoose EUR\ntype 0.04\nscreen 0.05 EUR is the least\ncancel\nidle\n",
    )?;

    // The statement keeps the currencies apart.
    place.atm.play_well(ISSUE_50)?;
    let statement = place.atm.command("statement", &[])?;
    for line in [
        "paid onto cards          50 SPC, 35 EUR",
        "paid out by cards        7.45 EUR",
        "fees from wallets        1 SPC, 0.36 EUR",
        "fees of orders           0.05 EUR",
        "bin 2, 20 EUR                19",
    ] {
        assert!(statement.contains(line), "no {line:?} in {statement}");
    }
    let statement: serde_json::Value = serde_json::from_str(&place.atm.command("statement", &["--json"])?)?;
    assert_eq!(statement["funded"]["asset:1"], "3500");
    place.audited().await
}

/// With no network, and with the power gone while money is under way: the card's currency stays what was agreed.
#[tokio::test(flavor = "multi_thread")]
async fn f2_f5_f12_another_currency_offline_and_after_power_cuts() -> Tested {
    let place = branch().await?;
    place.atm.play_well(
        "idle\ncable out\nscreen The network cannot be reached\nchoose A new card without money\nchoose 20 EUR\nwallet sign\n\
         take\nscreen Thank you\ncancel\ncable in\nidle\nwait 14\n",
    )?;
    let record = place.atm.last_case()?;
    assert_eq!(record.case.registration, Registration::Final, "{record:#?}");
    assert_eq!(on_chain(&place, record.papers.carrier).await?, (Some(EURO), Some(2_000)));

    // Paid, and the power gone before that was written down; then a card cashed, in the same way.
    let played = place.atm.play(ISSUE_20, &["--cut", "10"])?;
    assert!(!played.ended_well && played.said.contains("power cut"), "{}", played.said);
    place.atm.play_well("idle\n")?;
    let case = place.atm.last_case()?.case;
    assert_eq!((case.payment, case.claims), (Payment::Final(euros(2_000)), vec![Claim::MoneyOnKeptCard]));
    place.atm.play_well(ISSUE_20)?;
    let played = place.atm.play(&cash_out(true), &["--cut", "10"])?;
    assert!(!played.ended_well && played.said.contains("power cut"), "{}", played.said);
    place.atm.play_well("idle\n")?;
    assert_eq!(place.atm.last_case()?.case.spend, Spend::Final(euros(1_995)));
    place.audited().await
}

/// What the chain would refuse is not signed: a card with less than the fee, a payee that is the card itself, a machine that
/// cannot pay the network. And money of another currency than the card's is nobody's payment, and is claimed.
#[tokio::test(flavor = "multi_thread")]
async fn f6_f12_orders_and_payments_that_cannot_be() -> Tested {
    let place = branch().await?;
    let last = || place.atm.last_case();
    place.atm.play_well(
        "idle\nchoose A new card\nchoose Another amount\nscreen In which money\nchoose EUR\ntype 0.09\nwallet sign\nchoose Yes\n\
         wallet pay\ntake\nscreen Thank you\ncancel\nidle\n",
    )?;
    let poor = last()?;
    assert_eq!(
        (poor.case.payment, poor.papers.fee_paid),
        (Payment::Final(euros(9)), Some(euros(0))),
        "a fee of 0.01 nobody can hold"
    );
    let try_cash_out = |payee: &str, why: &str| {
        let end = format!("take\nscreen {why}\ncancel\n");
        cash_out(true).replace("take\nscreen Thank you\ncancel\n", &end).replace(PAYEE, payee)
    };
    place.atm.play_well(&try_cash_out(PAYEE, "less than the fee"))?;
    assert_eq!((last()?.case.refusal, last()?.papers.signature), (Some(Refusal::TooLittle), None));
    let itself = poor.papers.carrier.ok_or("no carrier")?.to_string();
    place.atm.play_well(&try_cash_out(&itself, "cannot go to the card itself"))?;
    assert_eq!((last()?.case.refusal, last()?.papers.signature), (Some(Refusal::ToItself), None));

    // Money of another currency, sent to the card on the screen. The customer then gives up.
    place.atm.configure(|config| config.policy.waits.payment = 30)?;
    let played = place
        .atm
        .begin("idle\nchoose A new card\nchoose 20 EUR\nwallet sign\nchoose Yes\nscreen Pay with your wallet\n")?;
    let card = place.atm.things()?.station.ok_or("no card at the station")?;
    let carrier = address(&place, &card).await?;
    let call = Call::transfer(CurrencyId::Native, carrier, 5 * UNIT);
    place.nodes.execute(&call, &Key::from_secret("//Eve")?, LIMIT).await?;
    let said = played.end("cancel\nscreen Something went wrong\ncancel\nidle\n")?;
    let case = last()?.case;
    assert_eq!((case.payment, &case.claims), (Payment::TimedOut, &vec![Claim::OtherMoney]), "{said:#?}");

    // A machine that has spent its own money gives the card back unsigned.
    place.atm.play_well(ISSUE_20)?;
    let key = Key::from_file(&place.atm.folder.join("machine.key"))?;
    let alice = Key::from_secret("//Alice")?.account();
    place.nodes.execute(&Call::transfer_all(CurrencyId::Native, alice), &key, LIMIT).await?;
    place.atm.play_well(&try_cash_out(PAYEE, "cannot pay the network"))?;
    assert_eq!((last()?.case.refusal, last()?.papers.signature), (Some(Refusal::CannotPay), None));
    place.audited().await
}

/// A role's limits hold in each currency; a machine that does not deal in a card's currency, or has been told other digits than
/// the chain has, gives the card back unsigned.
#[tokio::test(flavor = "multi_thread")]
async fn f11_f12_f14_f17_a_currency_that_is_not_dealt_in() -> Tested {
    let place = branch().await?;
    let limits = |limits: &[&str]| -> Result<()> {
        let max_amount = limits.iter().map(|limit| limit.parse()).collect::<std::result::Result<_, _>>()?;
        place.atm.configure(|config| {
            config.policy.identification.anybody = Role { max_amount, ..Role::default() };
        })
    };
    let try_20 =
        |end: &str| format!("idle\nchoose A new card\nchoose 20 EUR\nwallet sign\nscreen {end}\ncancel\nidle\n");
    limits(&["100"])?;
    place.atm.play_well(&try_20("may put no EUR on cards"))?;
    limits(&["100", "19.99 EUR"])?;
    place.atm.play_well(&try_20("at most 19.99 EUR on one carrier"))?;
    limits(&[])?;
    place.atm.play_well(ISSUE_20)?;
    let card = place.last_card()?;

    let refused = "take\nscreen The card's money is another currency\ncancel\nidle\n";
    let try_cash_out = cash_out(true).replace("take\nscreen Thank you\ncancel\n", refused);
    let euro = |decimals| Currency { id: "asset:1".into(), symbol: Some("EUR".into()), decimals: Some(decimals) };
    // Ten times as much by the number alone.
    let (wrong, free): (Currencies, _) = (vec![euro(1)].try_into()?, vec!["0 EUR".parse()?]);
    place.atm.configure(|config| {
        config.policy.currencies = wrong;
        config.policy.order_fees = free;
    })?;
    place.atm.play_well(&try_cash_out)?;
    // What lies in the bin is not marked with what the file says now: nobody gets it until the operator has looked.
    let books = place.atm.books()?;
    let bin = "bin 2: 0 in the journal, 19 in the bin: count it, then specie-atm fill FOLDER 2 COUNT";
    let said = "asset:1 is EUR with 1 decimals in the configuration and EUR with 2 decimals on chain: not dealt in";
    assert_eq!(books["differences"], serde_json::json!([bin, said]));

    place.atm.configure(|config| {
        config.policy.currencies = Currencies::default();
        config.policy.order_fees.clear();
        config.bins.truncate(2);
    })?;
    place.atm.play_well(&try_cash_out)?;
    let record = place.atm.last_case()?;
    assert_eq!((record.case.refusal, record.papers.order), (Some(Refusal::OtherCurrency), None));
    assert_eq!(record.ending, Some(Ending::Refused));
    // What it is worth anybody may know.
    place
        .atm
        .play_well("idle\nchoose What is this card worth\ninsert\ntake\nscreen holds 20 EUR\ncancel\nidle\n")?;
    assert_eq!(place.last_card()?, card);

    place.audited().await?;

    // A configuration that makes no sense is refused with its reason.
    place.atm.configure(|config| {
        config.policy.order_fees = vec!["1 EUR".parse().unwrap_or_else(|error| panic!("{error}"))]
    })?;
    let said = place.atm.play("idle\n", &[])?;
    assert!(!said.ended_well && said.said.contains("the machine does not deal in EUR"), "{}", said.said);
    Ok(())
}

//! People and their money.

use crate::{Branch, Tested, ISSUE_50, LIMIT};
use specie_atm::case::{Cash, Claim, Payment, Refusal, Spend};
use specie_device::Keep;
use specie_link::{amount::UNIT, Call, Key};
use specie_ops::roles::Role;
use specie_primitives::ids::CurrencyId;
use specie_tests::atm::Result;

/// Who does not pay, pays too little, may not, or does not answer (F6, F8, F12, F17, F18, F21).
#[tokio::test(flavor = "multi_thread")]
async fn f6_f8_f12_f17_f18_f21_people_and_their_money() -> Tested {
    let place = Branch::new(&[]).await?;
    let last = || -> Result<_> { Ok(place.atm.last_case()?.case) };
    let cases = || -> Result<_> { Ok(place.atm.journal()?.cases()?.len()) };
    let issue =
        |end: &str| format!("idle\nchoose A new card\nchoose 20 SPC\nwallet sign\nchoose Yes\n{end}cancel\nidle\n");

    // Not paid in time; ended by the customer; and the chain refuses another amount than the card is marked with (F8).
    place.atm.play_well(&issue("screen Not done\n"))?;
    assert_eq!((last()?.refusal, last()?.keep), (Some(Refusal::NotPaid), Some(Keep::Unfunded)));
    place.atm.play_well(&issue("screen Pay with your wallet\ncancel\nscreen Not done\n"))?;
    place.atm.play_well(&issue("wallet pay 19\nscreen Not done\n"))?;
    assert_eq!((last()?.payment, last()?.claims.len()), (Payment::TimedOut, 0), "the chain has refused it");

    // A wallet with too little money (F6).
    let poor = Key::from_secret("//Specie//Poor")?;
    let rich = std::fs::read_to_string(place.atm.folder.join("wallet.key"))?;
    std::fs::write(place.atm.folder.join("wallet.key"), "//Specie//Poor\n")?;
    let dave = Key::from_secret("//Dave")?;
    place.nodes.execute(&Call::transfer(CurrencyId::Native, poor.account(), 5 * UNIT), &dave, LIMIT).await?;
    place.atm.play_well(&issue("wallet pay\nscreen Not done\n"))?;
    assert_eq!(last()?.refusal, Some(Refusal::NotPaid));
    std::fs::write(place.atm.folder.join("wallet.key"), rich)?;

    // Who leaves one card after the other unpaid gets none for a while; nor does anybody, when all together do (F6).
    let left = cases()?;
    place.atm.configure(|config| config.policy.unpaid_an_hour = 3)?;
    place
        .atm
        .play_well("idle\nchoose A new card\nchoose 20 SPC\nwallet sign\nscreen not paid for\ncancel\nidle\n")?;
    place
        .atm
        .configure(|config| (config.policy.unpaid_an_hour, config.policy.unpaid_an_hour_together) = (1_000, 4))?;
    place.atm.play_well("idle\nscreen no new cards now\n")?;
    place.atm.configure(|config| config.policy.unpaid_an_hour_together = 1_000)?;
    assert_eq!(cases()?, left);

    // Nobody answers: at each page the machine is where it began, and no case was begun.
    let before = cases()?;
    place.atm.configure(|config| config.policy.waits.customer = 3)?;
    place.atm.play_well(
        "idle\nchoose A new card\nscreen How much\nidle\nchoose A card's money\nscreen To which\nidle\n",
    )?;
    // A bad payee, three times (F12); a signature that does not fit (F17); no consent to the fee (F18).
    place.atm.configure(|config| config.policy.waits.customer = 12)?;
    place.atm.play_well(
        "idle\nchoose A card's money\ntype 5HGjWAeFDfFCWPsjFQdVV2Msvz2XtMktvgocEZcCj68kUMaX\nscreen That does not do\n\
         type hello\nscreen That does not do\nwait 0.3\ntype 15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5\n\
         screen Sorry\ncancel\nidle\nchoose A new card\nchoose 20 SPC\nwallet refuse hello\nscreen not from a wallet\n\
         cancel\nidle\nchoose A new card\nchoose 20 SPC\nwallet sign\nscreen Fee from your wallet: 0.7 SPC\nchoose No\nidle\n",
    )?;
    // Roles: a limit on one card, and an account that is not known.
    let ten = "10".parse()?;
    place.atm.configure(|config| {
        let identification = &mut config.policy.identification;
        identification.roles.insert("small".into(), Role { max_amount: vec![ten], ..Role::default() });
        identification.accounts.insert(dave.account(), "small".into());
    })?;
    place
        .atm
        .play_well("idle\nchoose A new card\nchoose 20 SPC\nwallet sign\nscreen at most 10 SPC\ncancel\nidle\n")?;
    place.atm.configure(|config| {
        config.policy.identification.accounts.clear();
        config.policy.identification.anybody.issue = false;
    })?;
    place
        .atm
        .play_well("idle\nchoose A new card\nchoose 20 SPC\nwallet sign\nscreen not known here\ncancel\nidle\n")?;
    assert_eq!(cases()?, before, "nobody was served");

    // The fee in cash: not paid, and given back when nothing comes of the case; taken when the card is (F18).
    place.atm.configure(|config| {
        config.policy.identification.for_issue = false;
        config.policy.cash_fee = 200;
    })?;
    let cash = |end: &str| {
        format!("idle\nchoose A new card\nchoose 20 SPC\nscreen Fee in cash: 200\nchoose Yes\n{end}cancel\nidle\n")
    };
    place.atm.play_well(&cash("cash 199\nscreen The fee was not paid\nback\n"))?;
    assert_eq!(last()?.refusal, Some(Refusal::NoFee));
    place.atm.play_well(&cash("cash 300\nscreen Not done\n"))?;
    assert_eq!((last()?.cash, last()?.refusal), (Cash::Returned, Some(Refusal::NotPaid)));
    place.atm.play_well(&cash("cash 300\nwallet pay\ntake\nscreen Thank you\n"))?;
    assert_eq!((last()?.cash, place.atm.things()?.safe), (Cash::Taken, 200));
    let receipt = place.atm.last_case()?.papers.receipt.unwrap_or_default();
    assert!(receipt.contains("fee in cash: 200 cent") && receipt.contains("paid onto it: 20 SPC"), "{receipt}");
    assert!(place.atm.things()?.receipts.contains(&receipt), "it was printed");

    // Cash that is stuck, on its way to the safe or back: a claim, and nobody is served until the operator has been there.
    for (fault, end) in [("stack", "wallet pay\ntake\n"), ("return", "")] {
        let stuck = format!("cash 300\n{end}screen Something went wrong\n");
        let script = cash(&stuck).replace("idle\nchoose", &format!("idle\nfault {fault} jam\nchoose"));
        place.atm.play_well(script.trim_end_matches("idle\n"))?;
        assert_eq!((last()?.cash, last()?.claims), (Cash::Unknown, vec![Claim::CashNotFound]), "{fault}");
        place.atm.play_well("screen Out of order\n")?;
        assert_eq!(place.atm.command("clear", &[])?, "200 in cash are in the safe now\n");
        place.atm.play_well("idle\n")?;
    }
    place.audited().await
}

/// A customer who reads Chinese, in larger letters; the next one is met in English again (F21).
#[tokio::test(flavor = "multi_thread")]
async fn f21_a_customer_chooses_the_language() -> Tested {
    let place = Branch::new(&["--cards", "4"]).await?;
    place.atm.play_well(
        "idle\nchoose 中文\nscreen 请选择服务\nchoose 大字\nscreen 小字\nchoose 制作新卡\nchoose 50 SPC\nwallet sign\nscreen 您同意吗\nchoose 是\n\
         screen 请用钱包付款\nwallet pay\ntake\nscreen 谢谢\ncancel\nidle\nscreen What can I do\n",
    )?;
    let record = place.atm.last_case()?;
    let receipt = record.papers.receipt.unwrap_or_default();
    assert_eq!(record.papers.terms.language, "zh");
    assert!(receipt.contains("一张 50 SPC 的新卡") && receipt.contains("已付到卡上：50 SPC"), "{receipt}");
    // A language that the machine does not speak is an error of the file.
    let file = place.atm.folder.join("atm.toml");
    let text = std::fs::read_to_string(&file)?;
    std::fs::write(&file, text.replace("\"zh\"", "\"fr\""))?;
    let refused = place.atm.command("books", &[]).unwrap_err().to_string();
    assert!(refused.contains("there is no language \"fr\"; there are: en, zh"), "{refused}");
    Ok(())
}

/// A card that was paid and not taken is kept without its money: that goes back to the wallet that paid, by the word of the chain
/// (F6, F9). So it does after a power cut at any moment of it.
#[tokio::test(flavor = "multi_thread")]
async fn f6_f9_money_on_a_card_that_was_not_taken_goes_back() -> Tested {
    let place = Branch::new(&["--cards", "6"]).await?;
    place.atm.configure(|config| config.policy.pay_back = true)?;
    let payer = place.atm.wallet()?.account().to_string();
    let before = place.balance(&payer).await?;
    let left = ISSUE_50.replace("take\nscreen Thank you\n", "screen Not done\n");
    let said = place.atm.play_well(&left)?;
    let record = place.atm.last_case()?;
    assert_eq!((record.case.keep, record.case.claims.as_slice()), (Some(Keep::NotTaken), [].as_slice()), "{said}");
    let Spend::Final(paid) = record.case.spend else { panic!("{record:?}") };
    assert!(paid.units > 49 * UNIT, "{paid:?}");
    let receipt = record.papers.receipt.unwrap_or_default();
    assert!(receipt.contains(&format!("back to {payer}, who had paid")), "{receipt}");
    // What it has cost: the operator's fee of the purchase, and the network's fees.
    let cost = before - place.balance(&payer).await?;
    assert!(cost < 2 * UNIT, "{cost}");
    // Cut while the order is signed and sent: moments 19 to 24 of a card that is not taken.
    for cut in [21, 22, 23, 24] {
        let played = place.atm.play(&left, &["--cut", &cut.to_string()])?;
        assert!(played.said.contains("power cut"), "{}", played.said);
        place.atm.play_well("idle\n")?;
        let record = place.atm.last_case()?;
        let is_back = matches!(record.case.spend, Spend::Final(_)) && record.case.claims.is_empty();
        assert!(is_back, "cut {cut}, {}: {record:#?}", played.said);
    }
    place.audited().await
}

//! Nodes that die, or are of another chain.

use crate::{cash_out, Branch, Tested, ISSUE_50, LIMIT};
use specie_atm::case::{Claim, Ending, Payment, Refusal, Spend};
use specie_device::Keep;
use specie_link::{amount::UNIT, money::Money};
use specie_tests::atm::Atm;
use std::time::{Duration, Instant};

/// A node dies in the middle, and another one goes on; with none, the machine waits and finds out (F2, F6, F11, F12).
#[tokio::test(flavor = "multi_thread")]
async fn f6_f11_f12_nodes_that_die() -> Tested {
    let mut place = Branch::new(&[]).await?;
    // The first address is nobody's.
    place.atm.configure(|config| config.nodes.insert(0, "ws://127.0.0.1:1".into()))?;
    place.atm.play_well(ISSUE_50)?;
    assert_eq!(place.atm.last_case()?.ending, Some(Ending::Done));

    // The cable is pulled out when the card has signed: a claim, which the chain settles later.
    place.atm.configure(|config| config.policy.waits.finality = 6)?;
    let script = cash_out(true)
        .replace("insert\n", "insert\nscreen Paying\ncable out\n")
        .replace("Thank you", "Something went wrong");
    place.atm.play_well(&script)?;
    let case = place.atm.last_case()?.case;
    assert_eq!(case.claims, vec![Claim::SpendNotKnown], "{case:?}");
    tokio::time::sleep(Duration::from_secs(10)).await;
    let books = place.atm.books()?;
    assert_eq!(books["open"], serde_json::json!([]), "{books}");
    assert!(books["settled"].to_string().contains("paid out"), "{books}");
    assert!(matches!(place.atm.last_case()?.case.spend, Spend::Final(_)));

    // No node at all: the machine starts, says what it can do, and no card is called a fake.
    place.node.kill()?;
    place.atm.play_well(
        "idle\nscreen The network cannot be reached\nchoose Is this card genuine\ninsert\ntake\nscreen Nothing was decided\n\
         cancel\n",
    )?;
    assert_eq!(place.atm.last_case()?.case.refusal, Some(Refusal::Offline));
    // As many cards for nothing as the operator allows: none.
    place.atm.configure(|config| config.policy.offline_a_day = 0)?;
    place.atm.play_well("idle\nscreen There are no new cards now\ncancel\n")?;
    place.node.start_again()?;
    place.node.client().await?;
    place.nodes.wait_until_able(LIMIT).await?;
    place.audited().await
}

/// A folder without a machine, and a machine of another chain.
#[tokio::test(flavor = "multi_thread")]
async fn a_machine_of_another_chain_is_refused() -> Tested {
    let place = Branch::new(&[]).await?;
    place.atm.play_well("idle\n")?;
    place.atm.configure(|config| config.genesis = format!("0x{}", "07".repeat(32)))?;
    let played = place.atm.play("idle\n", &[])?;
    assert!(!played.ended_well && played.said.contains("genesis"), "{}", played.said);
    std::fs::remove_file(place.atm.folder.join("journal"))?;
    // With a journal of its own it runs, and believes no node of another chain.
    place.atm.play_well("idle\nscreen The network cannot be reached\n")?;
    // A folder is not made twice, nor where there is a file.
    for taken in [place.atm.folder.clone(), place.atm.folder.join("atm.toml/folder")] {
        assert!(Atm::prepare(&taken, &[place.node.url()], &[]).is_err());
    }
    Ok(())
}

/// A payment that is seen and does not become final in time: the card is kept, the money claimed, and later found (F6).
#[tokio::test(flavor = "multi_thread")]
async fn f6_a_payment_that_is_not_final_in_time() -> Tested {
    let mut place = Branch::new(&[]).await?;
    place.atm.configure(|config| (config.policy.waits.payment, config.policy.waits.finality) = (90, 8))?;
    let played = place
        .atm
        .begin("idle\nchoose A new card\nchoose 20 SPC\nwallet sign\nchoose Yes\nscreen Pay with your wallet\n")?;
    // From now on the node makes blocks, and none of them is final.
    let args = [place.node.args(), &["--no-grandpa".to_owned()]].concat();
    place.node.restart_with(args)?;
    place.node.client().await?;
    let said = played.end("wallet pay\nscreen Something went wrong\ncancel\n")?;
    let case = place.atm.last_case()?.case;
    assert_eq!((case.payment, case.keep), (Payment::NotKnown, Some(Keep::Abandoned)), "{said:#?}");
    assert_eq!(case.claims, vec![Claim::PaymentNotKnown, Claim::MoneyOnKeptCard]);

    let args = place.node.args().iter().filter(|arg| *arg != "--no-grandpa").cloned().collect();
    place.node.restart_with(args)?;
    place.node.client().await?;
    place.nodes.wait_until_able(LIMIT).await?;
    // Whatever the machine's clock said, claims are decided by the chain's blocks: it began in a year, and was over in 1970.
    let journal = place.atm.journal()?;
    let mut record = journal.case(1)?;
    (record.begun, record.ended) = (record.begun + 365 * 86_400_000, Some(1));
    journal.amend(1, &record, "changed by the test")?;
    drop(journal);
    // The payment's block becomes final when the validator votes again: some blocks, or some more on a busy machine.
    let begun = Instant::now();
    let books = loop {
        let books = place.atm.books()?;
        if books["settled"] != serde_json::json!([]) || begun.elapsed() > LIMIT {
            break books;
        }
        tokio::time::sleep(Duration::from_secs(2)).await;
    };
    assert!(books["settled"].to_string().contains("it was paid: 20 SPC"), "{books}");
    assert_eq!(place.atm.last_case()?.case.payment, Payment::Final(Money::native(20 * UNIT)));

    // The operator takes the card out, with what is owed for it.
    let slip = place.atm.command("empty", &[])?;
    let carrier = place.atm.last_case()?.papers.carrier.ok_or("no carrier")?.to_string();
    assert!(
        slip.contains(&carrier) && slip.contains("CLAIM 1/1: a card that the machine has kept holds"),
        "{slip}"
    );
    assert_eq!((place.atm.things()?.kept.len(), place.atm.journal()?.kept()?.len()), (0, 0));
    assert!(place.atm.command("empty", &[])?.starts_with("0 cards"));
    place.audited().await
}

/// As many nodes as the operator wants to agree have to be there before a customer is asked for money (F6).
#[tokio::test(flavor = "multi_thread")]
async fn f6_too_few_nodes_to_agree() -> Tested {
    let place = Branch::new(&[]).await?;
    place.atm.configure(|config| {
        config.nodes.push("ws://127.0.0.1:1".into());
        config.policy.agreeing_nodes = 2;
    })?;
    place.atm.play_well("idle\nscreen The network cannot be reached\ncancel\n")?;
    place.atm.configure(|config| config.nodes[1] = config.nodes[0].clone())?;
    place.atm.play_well(ISSUE_50)?;
    assert_eq!(place.atm.last_case()?.ending, Some(Ending::Done));
    place.audited().await
}

/// A node that says of every card that it holds more is believed in nothing: neither is a card handed over on its word, nor told to be worth it
/// (F6, F11, F14). The machine waits, or says that it cannot know.
#[tokio::test(flavor = "multi_thread")]
async fn f6_f11_f14_a_node_that_lies_is_not_believed() -> Tested {
    let place = Branch::new(&["--cards", "4"]).await?;
    place.atm.configure(|config| {
        config.nodes = vec![config.nodes[0].clone(); 2];
        config.policy.agreeing_nodes = 2;
    })?;
    let said = place.atm.play_well(
        "idle\nchoose A new card\nchoose 50 SPC\nwallet sign\nchoose Yes\nnode lies\nwallet pay\nwait 8\nnode honest\ntake\n\
         screen Thank you\ncancel\nnode lies\nidle\nchoose What is this card worth\ninsert\ntake\nscreen Not done\ncancel\nidle\n",
    )?;
    let cases = place.atm.journal()?.cases()?;
    let [(_, made), (_, asked)] = cases.as_slice() else { panic!("{said}") };
    assert_eq!(made.case.payment, Payment::Final(Money::native(50 * UNIT)), "{said}");
    assert!(made.remarks.iter().any(|remark| remark.contains("says otherwise")), "{:?}", made.remarks);
    assert_eq!(asked.case.refusal, Some(Refusal::Offline), "{:?}", asked.remarks);
    let receipt = asked.papers.receipt.clone().unwrap_or_default();
    assert!(!receipt.contains("holds 9"), "{receipt}");
    place.audited().await
}

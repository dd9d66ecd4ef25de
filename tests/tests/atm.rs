//! The ATM as its customers meet it (F1 to F21): the real program, a real node, real card bytes through a real PC/SC
//! service, and each failure that document 1 names.

use specie_atm::{
    case::{Cash, Claim, Ending, Keep, Payment, Place, Refusal, Registration, Spend},
    policy::{Role, Spc},
};
use specie_client::{amount::UNIT, Call, Key, Nodes};
use specie_primitives::{
    crypto::Scheme,
    ids::{BatchId, CarrierId},
};
use specie_reader::slot::FIRST_PORT;
use specie_tests::{
    atm::{audit, Atm, Result},
    cards::Factory,
    node::Node,
};
use std::time::Duration;
use tempfile::TempDir;

const PAYEE: &str = "5HGjWAeFDfFCWPsjFQdVV2Msvz2XtMktvgocEZcCj68kUMaw";
const LIMIT: Duration = Duration::from_secs(120);

/// How a customer makes a card of 50 SPC, from the bin whose cards are marked so.
const ISSUE_50: &str = "idle\nchoose A new card\nchoose 50 SPC\nwallet sign\nchoose Yes\nwallet pay\ntake\n\
                        screen Thank you\ncancel\n";

/// How a customer cashes the last card.
fn cash_out(back: bool) -> String {
    let (back, take) = if back { ("Yes", "take\n") } else { ("No", "") };
    format!(
        "idle\nchoose A card's money\ntype {PAYEE}\nchoose {back}\nchoose Yes, pay\ninsert\n{take}screen Thank you\ncancel\n"
    )
}

/// A node, and a machine on its chain.
struct Branch {
    _folder: TempDir,
    node: Node,
    nodes: Nodes,
    atm: Atm,
    cards: usize,
    cash: u64,
}

impl Branch {
    async fn new(extra: &[&str]) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let mut node = Node::dev_with(folder.path(), &[])?;
        node.client().await?;
        let url = node.url();
        let atm = Atm::prepare(&folder.path().join("atm"), std::slice::from_ref(&url), extra)?;
        let things = atm.things()?;
        let nodes = Nodes::new([url], None);
        Ok(Self { _folder: folder, node, nodes, cards: things.cards(), cash: things.cash(), atm })
    }

    /// The books are right.
    async fn audited(&self) -> Result<()> {
        let wrong = audit(&self.atm, &self.nodes, self.cards, self.cash).await?;
        assert_eq!(wrong, Vec::<String>::new(), "{:#?}", self.atm.journal()?.cases()?);
        Ok(())
    }

    async fn issuer(&self, call: Call) -> Result<()> {
        self.nodes.execute(&Call::sudo(call), &Key::from_secret("//Alice")?, LIMIT).await?;
        Ok(())
    }

    /// What an account has, in base units.
    async fn balance(&self, account: &str) -> Result<u128> {
        Ok(self.nodes.balance(account.parse()?).await?)
    }

    /// The card that came out last.
    fn last_card(&self) -> Result<String> {
        self.atm.things()?.pocket.last().cloned().ok_or_else(|| "the pocket is empty".into())
    }
}

type Tested = std::result::Result<(), Box<dyn std::error::Error>>;

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
    assert!(said.contains("case 2: Some(Done)"), "{said}");
    let record = place.atm.last_case()?;
    assert_eq!(record.case.payment, Payment::Final(7_500_000_000_000));
    assert_eq!(record.fee_paid, Some(UNIT / 2 + 75_000_000_000), "0.5 SPC and 1 %");
    assert_eq!(record.payer, Some(place.atm.wallet()?.account()), "the verified user's wallet paid");
    let things = place.atm.things()?;
    let face = things.faces.get(&place.last_card()?).ok_or("nothing is printed")?;
    assert_eq!((face.amount.as_str(), face.date.len()), ("7.5 SPC", 10));
    assert_eq!(things.faces.len(), 1, "a marked card is not printed on");

    // What it is worth; all of it to an account, and the card back; money onto the same card again; and given back.
    place.atm.play_well("idle\nchoose What is this card worth\ninsert\ntake\nscreen safe\ncancel\nidle\n")?;
    place.atm.play_well(&cash_out(true))?;
    let record = place.atm.last_case()?;
    let Spend::Final(paid) = record.case.spend else { return Err(format!("{record:?}").into()) };
    assert_eq!(place.balance(PAYEE).await? - before, paid);
    assert!(paid > 7_400_000_000_000, "the fee of the order is small: {paid}");
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
        // Pulled out just after it has signed, the card has counted an order that nobody has: it signs the next one.
        let cash = cash_out(true).replace("screen Thank you", "wait 1");
        let script = format!("idle\nfault card {wrong} {}\n{}", command * 3 / 4, &cash[5..]);
        let played = place.atm.play(&script, &[])?;
        let case = place.atm.last_case()?.case;
        let is_right = matches!(case.spend, Spend::Final(_));
        assert!(played.ended_well && is_right && case.place == Place::Customer, "{}{case:?}", played.said);
    }
    drop(service);
    place.audited().await
}

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
    place.audited().await
}

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
    place.nodes.execute(&Call::transfer(poor.account(), 5 * UNIT), &dave, LIMIT).await?;
    place.atm.play_well(&issue("wallet pay\nscreen Not done\n"))?;
    assert_eq!(last()?.refusal, Some(Refusal::NotPaid));
    std::fs::write(place.atm.folder.join("wallet.key"), rich)?;

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
    place.atm.configure(|config| {
        let identification = &mut config.policy.identification;
        identification.roles.insert("small".into(), Role { max_amount: Some(Spc(10 * UNIT)), ..Role::default() });
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
    let receipt = place.atm.last_case()?.receipt.unwrap_or_default();
    assert!(receipt.contains("fee in cash: 200 cent") && receipt.contains("paid onto it: 20 SPC"), "{receipt}");
    assert!(place.atm.things()?.receipts.contains(&receipt), "it was printed");
    place.audited().await
}

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

    // Of a batch that nobody has registered (F16).
    let mut factory = Factory::new(&place.atm.folder.join("cards"), 4_711, Scheme::P256)?;
    drop(factory.card(Scheme::P256)?);
    place.atm.change_world(|things| things.pocket.push("batch-4711-card-1".into()))?;
    place.atm.play_well(&query("batch-4711-card-1", "screen not genuine\n"))?;
    assert_eq!(last()?.keep, Some(Keep::Counterfeit));
    std::fs::remove_file(place.atm.card_file("batch-4711-card-1"))?;
    place.atm.change_world(|things| things.kept.retain(|(_, card)| card != "batch-4711-card-1"))?;

    // Frozen by the issuer: given back, and cannot be cashed (F20). Let go, it is worth what it was.
    place.issuer(Call::freeze(CarrierId(carrier.0))).await?;
    let cash =
        cash_out(true).replace("insert\n", &format!("insert {good}\n")).replace("Thank you", "stopped or locked");
    place.atm.play_well(&cash)?;
    assert_eq!((last()?.refusal, last()?.place), (Some(Refusal::Stopped), Place::Customer));
    assert_eq!(std::fs::read(place.atm.card_file(&good))?, image, "it has signed nothing");
    place.issuer(Call::unfreeze(CarrierId(carrier.0))).await?;
    place.atm.play_well(&query(&good, "take\nscreen safe\n"))?;

    // Its batch revoked: known at once while there is a network; the machine makes no cards of it any more (F16).
    place.issuer(Call::suspend_batch(BatchId(place.atm.batch.0))).await?;
    place.atm.play_well(&query(&good, "take\nscreen batchSuspended\n"))?;
    let refused =
        "idle\nchoose A new card\nchoose 20 SPC\nwallet sign\nchoose Yes\nscreen no card left\ncancel\nidle\n";
    place.atm.play_well(refused)?;
    assert_eq!((last()?.refusal, last()?.bad_blanks), (Some(Refusal::NoBlank), 3));
    place.issuer(Call::reactivate_batch(BatchId(place.atm.batch.0))).await?;

    // The issuer stops the machine (F2): it says so, and makes nothing.
    place.issuer(Call::suspend_machine(place.atm.account)).await?;
    place.atm.play_well("idle\nscreen There are no new cards\nchoose Money onto my card\ntype 1\nwallet sign\nscreen has stopped this machine\ncancel\nidle\n")?;
    place.issuer(Call::resume_machine(place.atm.account)).await?;

    // Grants that were taken back while the machine was offline: what was made is found out, and recorded (F2, F5).
    place.atm.play_well(
        "idle\ncable out\nscreen The network cannot be reached\nchoose A new card without money\nchoose 50 SPC\nwallet sign\ntake\n\
         screen Thank you\ncancel\n",
    )?;
    let grant = last()?.grant.ok_or("no grant")?;
    place.issuer(Call::revoke_grants(place.atm.account, 0, 60)).await?;
    let books = place.atm.books()?;
    assert!(books["differences"].to_string().contains("GrantNotOpen"), "{books} (grant {grant})");
    assert_eq!(last()?.registration, Registration::Refused);
    place.atm.play_well("idle\nscreen There are no new cards\ncancel\n")?;
    place.audited().await
}

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
    place.node.start_again()?;
    place.node.client().await?;
    place.nodes.wait_until_able(LIMIT).await?;
    place.audited().await
}

/// The power fails at each moment of making a card, and of cashing one; every time the machine goes on, and the books are
/// right.
#[tokio::test(flavor = "multi_thread")]
async fn f1_f9_f12_f13_power_cuts_at_every_moment() -> Tested {
    let place = Branch::new(&["--cards", "40"]).await?;
    let rounds = std::env::var("SPECIE_CUTS").ok().and_then(|cuts| cuts.parse().ok()).unwrap_or(4);
    // Moments of a whole issue: 8 acts with two each; of a cash-out: 7 acts.
    for cut in every(16, rounds) {
        let played = place.atm.play(ISSUE_50, &["--cut", &cut.to_string()])?;
        assert!(!played.ended_well && played.said.contains("power cut"), "{cut}: {}", played.said);
        // What stuck out of the slot somebody takes, or not.
        place.atm.play_well("idle\n")?;
    }
    place.atm.play_well(ISSUE_50)?;
    for cut in every(14, rounds) {
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

/// Some of the moments 1 to `last`, spread evenly; all of them when there are rounds enough.
fn every(last: u32, rounds: u32) -> Vec<u32> {
    let rounds = rounds.clamp(1, last);
    (1..=rounds).map(|round| round * last / rounds).collect()
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

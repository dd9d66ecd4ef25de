//! The production program on services of XFS4IoT, with screen and keys in a program of their own.

use crate::{Branch, Tested, LIMIT, PAYEE};
use specie_atm::{
    case::{Cash, Claim, Ending, Place, Spend},
    config::{Acceptor, Drivers},
    customer::wallet::Wallet,
};
use specie_device::{
    front::{Entered, Shown},
    simulated::world::World,
    Entry, Page,
};
use specie_link::Nodes;
use specie_tests::{
    atm::{Atm, Result},
    xfs::{Services, Wrong},
};
use std::{
    io::{BufRead as _, BufReader, Lines, Write as _},
    os::unix::net::UnixStream,
    process::{Child, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

/// Whoever stands in front of the screen.
struct Customer {
    stream: UnixStream,
    lines: Lines<BufReader<UnixStream>>,
    shown: Option<Shown>,
}

impl Customer {
    fn at(atm: &Atm) -> Result<Self> {
        let begun = Instant::now();
        loop {
            match UnixStream::connect(atm.folder.join("screen")) {
                Ok(stream) => {
                    stream.set_read_timeout(Some(LIMIT))?;
                    let lines = BufReader::new(stream.try_clone()?).lines();
                    return Ok(Self { stream, lines, shown: None });
                }
                Err(_) if begun.elapsed() < LIMIT => std::thread::sleep(Duration::from_millis(50)),
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Waits for a page that is so.
    fn wait(&mut self, is_so: impl Fn(&Page) -> bool) -> Result<Shown> {
        loop {
            if let Some(shown) = self.shown.as_ref().filter(|shown| is_so(&shown.page)) {
                return Ok(shown.clone());
            }
            self.next()?;
        }
    }

    fn next(&mut self) -> Result<()> {
        let line = self.lines.next().ok_or("the machine has gone")?;
        let shown: Shown = serde_json::from_str(&line.map_err(|_| format!("last: {:?}", self.shown))?)?;
        println!("{}: {} {:?}", shown.number, shown.page.heading, shown.page.lines);
        self.shown = Some(shown);
        Ok(())
    }

    fn enter(&mut self, page: u64, entry: Entry) -> Result<()> {
        println!("{page}: {entry:?}");
        let text = serde_json::to_string(&Entered { page, entry })?;
        self.shown = None;
        Ok(writeln!(self.stream, "{text}")?)
    }

    fn screen(&mut self, text: &str) -> Result<()> {
        self.wait(|page| page.heading.contains(text)).map(|_| ())
    }

    fn choose(&mut self, text: &str) -> Result<()> {
        let place = |page: &Page| page.choices.iter().position(|choice| choice == text);
        loop {
            let shown = self.wait(|page| place(page).is_some())?;
            self.enter(shown.number, Entry::Choice(place(&shown.page).unwrap_or_default()))?;
            self.next()?;
            // The page had changed under the finger, as when a node is slow for a moment: once more.
            if self.shown.as_ref().is_none_or(|next| next.page.heading != shown.page.heading) {
                return Ok(());
            }
        }
    }

    fn sign(&mut self, wallet: &Wallet) -> Result<()> {
        let shown = self.wait(|page| page.code.as_ref().is_some_and(|code| code.starts_with("specie:identify")))?;
        let answer = wallet.sign(&shown.page.code.unwrap_or_default())?;
        self.enter(shown.number, Entry::Text(answer))
    }

    fn pay(&mut self, wallet: &Arc<Wallet>) -> Result<()> {
        let shown = self.wait(|page| page.code.as_ref().is_some_and(|code| code.starts_with("specie:pay")))?;
        Ok(wallet.pay_and_go(shown.page.code.unwrap_or_default(), None)?)
    }

    fn end(&mut self, text: &str) -> Result<()> {
        let shown = self.wait(|page| page.heading.contains(text))?;
        self.enter(shown.number, Entry::Cancel)?;
        self.screen("What can I do")
    }

    /// A card of 50 SPC, up to its payment.
    fn buy(&mut self, wallet: &Arc<Wallet>) -> Result<()> {
        self.choose("A new card")?;
        self.choose("50 SPC")?;
        self.sign(wallet)?;
        self.choose("Yes")
    }
}

/// Ends the machine as an operator does, and waits for it.
fn stop(mut machine: Child) -> Result<()> {
    // SAFETY: a signal to a process of ours.
    unsafe { libc::kill(i32::try_from(machine.id())?, libc::SIGTERM) };
    match machine.wait()?.success() {
        true => Ok(()),
        false => Err("the machine did not end well".into()),
    }
}

/// `specie-atm run` on devices behind XFS4IoT services: a card is made, paid with a fee in cash, checked and cashed (F1, F6, F7, F9, F11, F12,
/// F18); and each service jams, or is lost in the middle of a command (F9).
#[tokio::test(flavor = "multi_thread")]
async fn f1_f6_f7_f9_f11_f12_f18_a_machine_on_xfs4iot_services() -> Tested {
    let place = Branch::new(&["--cards", "8"]).await?;
    let atm = &place.atm;
    let world = Arc::new(World::open(&atm.folder)?);
    let services = Services::start(world.clone())?;
    let at = |name: &str| format!("{}/{name}", services.address);
    atm.configure(|config| {
        config.policy.cash_fee = 1_500;
        config.drivers = Some(Drivers {
            cards: at("CardReader"),
            bins: vec!["unit1".into(), "unit2".into()],
            retain: "unit9".into(),
            chip: true,
            card_printer: at("CardPrinter"),
            face_form: "specie-face".into(),
            face_media: "card".into(),
            receipt_printer: at("ReceiptPrinter"),
            acceptor: Some(Acceptor { service: at("CashAcceptor"), currency: "EUR".into(), minor: 100 }),
            auxiliaries: Some(at("Auxiliaries")),
        });
    })?;
    let wallet = Arc::new(Wallet::new(atm.wallet()?, Arc::new(Nodes::new([place.node.url()], None)))?);
    // It has a runtime of its own, which cannot end inside of another one.
    std::mem::forget(wallet.clone());
    let start = || -> Result<Child> { Ok(atm.run()?.stdin(Stdio::null()).stdout(Stdio::null()).spawn()?) };
    let take = || -> Result<()> {
        assert!(world.wait_until(LIMIT, |things| things.exit.is_some()), "no card came out");
        assert!(world.customer_takes()?);
        Ok(())
    };
    let machine = start()?;
    let mut customer = Customer::at(atm)?;

    customer.buy(&wallet)?;
    customer.screen("Put in the cash")?;
    world.customer_offers_cash(1_500)?;
    customer.pay(&wallet)?;
    take()?;
    customer.end("Thank you")?;
    assert_eq!(world.things().safe, 1_500, "a ten and a five");
    let card = world.things().pocket.last().cloned().ok_or("no card")?;

    customer.choose("What is this card worth?")?;
    world.customer_offers(None)?;
    take()?;
    customer.end("Thank you")?;

    // More than the fee: the machine gives no change, and gives it all back.
    customer.buy(&wallet)?;
    customer.screen("Put in the cash")?;
    world.customer_offers_cash(2_000)?;
    customer.end("Not done")?;
    assert_eq!((world.things().acceptor, world.things().safe), (0, 1_500));

    // The service is lost while the card goes out; it has gone out. The machine finds it at the exit, where it waits: had it been taken
    // before, nobody would know by whom.
    services.plan("CardReader.Move", Wrong::LostAfter);
    customer.choose("A card's money to an account")?;
    let shown = customer.wait(|page| page.entry.is_some())?;
    customer.enter(shown.number, Entry::Text(PAYEE.into()))?;
    customer.choose("Yes")?;
    customer.choose("Yes, pay")?;
    world.customer_offers(Some(&card))?;
    customer.screen("Take your card")?;
    take()?;
    customer.end("Thank you")?;

    // Killed in the middle of a customer's business, it goes on where it was: a card that was paid is kept with a claim.
    services.plan("CardReader.Move", Wrong::LostBefore);
    customer.buy(&wallet)?;
    customer.screen("Put in the cash")?;
    world.customer_offers_cash(1_500)?;
    customer.screen("Pay with your wallet")?;
    let mut killed = machine;
    killed.kill()?;
    killed.wait()?;
    let machine = start()?;
    let mut customer = Customer::at(atm)?;
    customer.screen("What can I do")?;

    // Stuck on its way out: out of order, until the operator has opened the machine.
    customer.buy(&wallet)?;
    customer.screen("Put in the cash")?;
    world.customer_offers_cash(1_500)?;
    customer.screen("Pay with your wallet")?;
    services.plan("CardReader.Move", Wrong::Error("mediaJam"));
    customer.pay(&wallet)?;
    customer.wait(|page| page.heading == "Something went wrong").map(|_| ())?;
    customer.screen("Out of order")?;
    world.operator_clears()?;
    customer.screen("What can I do")?;
    stop(machine)?;

    let cases = atm.journal()?.cases()?;
    let endings: Vec<_> = cases.iter().filter_map(|(_, record)| record.ending).collect();
    use Ending::{Claimed, Done, Refused};
    assert_eq!(endings[..4], [Done, Done, Refused, Done]);
    assert!(matches!(cases[3].1.case.spend, Spend::Final(_)));
    assert_eq!((cases[2].1.case.cash, cases[2].1.case.place), (Cash::None, Place::Nowhere));
    let stuck = &cases.last().ok_or("no case")?.1;
    assert_eq!((stuck.ending, stuck.case.claims.contains(&Claim::MoneyOnKeptCard)), (Some(Claimed), true));
    place.audited().await
}

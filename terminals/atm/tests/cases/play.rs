//! Any case, with any faults, interrupted at any instant any number of times: it ends, and after every step machine, customer,
//! chain and claims agree.

use crate::world::{kind, Plastic, World, AMOUNT, FEE};
use proptest::{prelude::*, test_runner::TestRunner};
use specie_atm::case::{Act, Case, Cash, Claim, Ending, Kind, Means, Outcome, Place, Request};
use specie_device::Keep;
use specie_procedure::{
    play::{play, Chances, Cut},
    Procedure as _, Step,
};

/// No case takes more acts than this, whatever happens.
const MAX_ACTS: usize = 400;

impl specie_procedure::play::World<Case> for World {
    fn means(&self) -> Means {
        Means { grant: Some(7), max_bad_blanks: 3, pays_back: true }
    }

    fn perform(&mut self, act: &Act, case: &Case, chances: &mut Chances) -> Outcome {
        self.do_act(act, case, chances)
    }

    fn unknown(&self, act: &Act) -> Option<Outcome> {
        is_of_a_device(act).then_some(Outcome::Unknown)
    }

    fn dark(&mut self, case: &Case, chances: &mut Chances) {
        self.without_power(chances);
        self.forget(case);
    }

    fn check(&self, case: &Case) -> Result<(), String> {
        in_between(case, self)
    }

    fn between(&mut self, case: &mut Case, chances: &mut Chances) {
        if chances.happens(15) {
            case.customer_leaves();
        }
    }
}

const fn is_of_a_device(act: &Act) -> bool {
    matches!(
        act,
        Act::Pick(_)
            | Act::Swallow
            | Act::Present
            | Act::AwaitTaken
            | Act::Retract
            | Act::Keep(_)
            | Act::HoldCash
            | Act::StackCash
            | Act::ReturnCash
            | Act::Print
    )
}

/// What must be so after every step, of a case that has not ended yet.
fn in_between(case: &Case, world: &World) -> Result<(), String> {
    let claimed = |claim| case.claims.contains(&claim);
    let must = |is_so: bool, what: &str| if is_so { Ok(()) } else { Err(format!("{what}: {case:?}")) };
    // Cards, cash, money.
    must(world.cards() == world.at_first.0, "a card is lost, or there are two of one")?;
    must(world.cash() == world.at_first.1, "cash is lost")?;
    must(world.balances.values().sum::<u128>() + world.paid_out == world.paid_in, "money is lost")?;
    // What leaves the machine is what was promised.
    let mut dispensed = world.customer.iter().chain(&world.exit).filter(|card| World::is_blank(card));
    if let Some(card) = dispensed.next() {
        let held = card.carrier().map(|carrier| world.balance(carrier));
        let wanted = if matches!(case.request.kind, Kind::Issue { .. }) { AMOUNT } else { 0 };
        must(card.genuine && held == Some(wanted), "a card left the machine that is not what was promised")?;
    }
    must(dispensed.next().is_none(), "two cards left the machine")?;
    must(
        !world.kept.iter().any(|(keep, card)| *keep == Keep::Counterfeit && card.genuine),
        "no fake is kept as one",
    )?;
    // Where the machine believes the card to be it is.
    must(case.place != Place::Station || world.station.is_some(), "no card is at the station")?;
    must(case.place != Place::Nowhere || (world.station.is_none() && world.exit.is_none()), "a card is inside")?;
    // Cash that the machine has is somebody's.
    let is_held = matches!(case.cash, Cash::Held | Cash::Moving(_)) || claimed(Claim::CashNotFound);
    must(world.acceptor == 0 || is_held, "cash is held that the case does not know of")?;
    must(case.cash != Cash::Held || world.acceptor > 0, "the case believes that cash is held")?;
    let is_owed = case.is_fulfilled() || claimed(Claim::Cash) || claimed(Claim::CashNotFound);
    must(case.cash != Cash::Taken || is_owed, "a fee was taken for nothing")?;
    // Disputes: money on a card that the machine has for good is claimed at once, not at the end.
    let is_decided = !matches!(case.place, Place::Moving(_));
    let is_known = claimed(Claim::MoneyOnKeptCard) || claimed(Claim::CardNotFound);
    let holds = |card: &Plastic| card.carrier().is_some_and(|carrier| world.balance(carrier) > 0);
    let has_money = world.kept.iter().any(|(keep, card)| *keep != Keep::Counterfeit && holds(card));
    must(!(is_decided && has_money) || is_known, "money on a kept card, and no claim")?;
    must(case.place != Place::Unknown || claimed(Claim::CardNotFound), "nobody is told that the card is not found")
}

/// What must be true of every case that has ended.
fn audit(case: &Case, world: &World) -> Result<(), TestCaseError> {
    let claimed = |claim| case.claims.contains(&claim);
    prop_assert_eq!(world.cards(), world.at_first.0, "a card is lost, or there are two of one");
    prop_assert_eq!(world.cash(), world.at_first.1, "cash is lost");
    let on_chain: u128 = world.balances.values().sum();
    prop_assert_eq!(on_chain + world.paid_out, world.paid_in, "money is lost");
    prop_assert!(case.receipt && world.receipts > 0, "no receipt");

    // A blank that left the machine is what was promised, and only one did.
    let dispensed: Vec<&Plastic> =
        world.customer.iter().chain(&world.exit).filter(|card| World::is_blank(card)).collect();
    prop_assert!(dispensed.len() <= 1, "two cards left the machine: {:?}", dispensed);
    for card in &dispensed {
        let carrier = card.carrier().expect("a blank left the machine");
        prop_assert!(card.genuine, "a fake left the machine");
        match case.request.kind {
            Kind::Issue { .. } => {
                prop_assert_eq!(world.balance(carrier), AMOUNT, "a carrier left the machine that is not worth it");
                prop_assert!(card.printed || !case.request.print, "without its print");
            }
            _ => prop_assert_eq!(world.balance(carrier), 0),
        }
    }

    // Money on a card that the customer does not have is claimed.
    for (keep, card) in &world.kept {
        let money = card.carrier().map_or(0, |carrier| world.balance(carrier));
        let is_known =
            claimed(Claim::MoneyOnKeptCard) || claimed(Claim::CardNotFound) || *keep == Keep::Counterfeit;
        prop_assert!(money == 0 || is_known, "{money} on a kept card ({keep:?}) and no claim");
    }
    let stuck = world.station.iter().chain(&world.exit);
    for card in stuck {
        let money = card.carrier().map_or(0, |carrier| world.balance(carrier));
        let is_known = claimed(Claim::MoneyOnKeptCard) || claimed(Claim::CardNotFound);
        prop_assert!(money == 0 || is_known, "{money} on a stuck card and no claim");
    }
    // Who has a card that was booked as kept is known to have it, perhaps.
    if dispensed.iter().any(|card| card.carrier().is_some_and(|carrier| world.balance(carrier) > 0)) {
        prop_assert!(
            case.place == Place::Customer || claimed(Claim::CardNotFound),
            "kept, and the customer has it"
        );
    }
    // A customer who brought a card has it, or a claim, or gave it up, or it was a fake.
    if case.is_customers_card() && !world.customer.iter().any(World::is_own) {
        let given = world.kept.iter().any(|(keep, _)| matches!(keep, Keep::GivenBack | Keep::Counterfeit));
        prop_assert!(given || !case.claims.is_empty(), "the customer's card is gone without a claim");
    }
    // No fake is called one that is none.
    for (keep, card) in &world.kept {
        prop_assert!(*keep != Keep::Counterfeit || !card.genuine, "a genuine card was kept as a fake");
    }

    // Cash.
    prop_assert_ne!(case.cash, Cash::Held, "the customer's cash was left in the acceptor");
    if world.safe > 0 {
        prop_assert_eq!(world.safe, FEE);
        let is_claimed = claimed(Claim::Cash) || claimed(Claim::CashNotFound);
        prop_assert!(case.is_fulfilled() || is_claimed, "a fee was taken for nothing");
    }
    let is_counted = case.request.cash_fee > 0 && !claimed(Claim::CashNotFound);
    if is_counted && case.is_fulfilled() && !World::needs_no_fee(case) {
        prop_assert_eq!(world.safe, FEE, "a card for nothing");
    }
    if is_counted && !case.is_fulfilled() && case.customer_is_here {
        prop_assert_eq!(world.safe, 0, "the customer waits for the cash");
    }
    prop_assert!(world.acceptor == 0 || claimed(Claim::CashNotFound));

    // What it says of itself.
    let ending = case.plan(&Means { grant: None, max_bad_blanks: 3, pays_back: true });
    prop_assert!(matches!(ending, Step::End(_)));
    if ending == Step::End(Ending::Done) {
        prop_assert!(case.is_fulfilled(), "it says done, and is not: {:?}", case);
    }
    if case.place == Place::Unknown {
        prop_assert!(claimed(Claim::CardNotFound));
    }
    Ok(())
}

fn any_case() -> impl Strategy<Value = (u8, bool, bool, Vec<u8>)> {
    (0u8..6, any::<bool>(), any::<bool>(), prop::collection::vec(any::<u8>(), 0..400))
}

fn begin(of: u8, fee: bool, print: bool, chances: &mut Chances) -> (Case, World) {
    let (kind, held) = kind(of);
    let world = World::new(chances, held);
    let print = print && of == 0;
    (Case::new(Request { kind, cash_fee: if fee { FEE } else { 0 }, print }), world)
}

fn failed(broken: specie_procedure::play::Broken) -> TestCaseError {
    TestCaseError::fail(broken.to_string())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000_000, ..ProptestConfig::default() })]

    #[test]
    fn f5_f6_f9_f12_f18_whatever_happens_the_books_agree((of, fee, print, bytes) in any_case()) {
        let mut chances = Chances::new(bytes);
        let (mut case, mut world) = begin(of, fee, print, &mut chances);
        play(&mut case, &mut world, &mut chances, MAX_ACTS, |_| Cut::No).map_err(failed)?;
        audit(&case, &world)?;
    }
}

/// A case that is given up at any act ends soon, and people are told of everything that is not certain.
#[test]
fn f9_f21_a_case_that_is_given_up_ends_with_its_claims() {
    let mut config = ProptestConfig { cases: 200_000, ..ProptestConfig::default() };
    config.source_file = Some(file!());
    let mut runner = TestRunner::new(config);
    let any = (any_case(), 0usize..30);
    let played = runner.run(&any, |((of, fee, print, bytes), at)| {
        let mut chances = Chances::new(bytes);
        let (mut case, mut world) = begin(of, fee, print, &mut chances);
        let cut = |number| if number == at { Cut::GivenUp } else { Cut::No };
        let acts = play(&mut case, &mut world, &mut chances, MAX_ACTS, cut).map_err(failed)?;
        prop_assert!(acts <= at || acts - at <= 10, "{} acts after it was given up", acts - at);
        audit(&case, &world)
    });
    played.unwrap();
}

/// The power goes at each act of each case in turn, before and after it was done, and nothing else goes wrong.
#[test]
fn f9_power_cut_at_every_step() {
    let mut played = 0;
    for of in 0..6 {
        for (fee, print) in [(false, false), (true, false), (true, true)] {
            for cut in [Cut::Before, Cut::After] {
                for at in 0..MAX_ACTS {
                    let mut chances = Chances::new(Vec::new());
                    let (mut case, mut world) = begin(of, fee, print, &mut chances);
                    let cut_at = |number| if number == at { cut } else { Cut::No };
                    let acts = play(&mut case, &mut world, &mut chances, MAX_ACTS, cut_at).unwrap();
                    audit(&case, &world).unwrap();
                    played += 1;
                    if at >= acts {
                        assert_eq!(
                            case.plan(&Means { grant: None, max_bad_blanks: 3, pays_back: true }),
                            Step::End(Ending::Done)
                        );
                        break;
                    }
                }
            }
        }
    }
    println!("{played} cases, each cut at another step");
}

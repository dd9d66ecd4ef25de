//! Each failure that the document names, told as a story.

use crate::world::BIN;
use specie_atm::case::{
    Act, Card, Case, Cash, Claim, Ending, Fault, Genuine, Key, Kind, Means, Outcome, PaidBy, Place, Refusal,
    Request, Spend, Standing,
};
use specie_device::{Keep, Spot};
use specie_link::money::Money;
use specie_procedure::{Procedure as _, Step};

const MEANS: Means = Means { grant: Some(3), max_bad_blanks: 1, pays_back: false };

/// Of a machine that pays back what is on a card that it keeps.
const PAYS_BACK: Means = Means { pays_back: true, ..MEANS };
const CARRIER: [u8; 32] = [5; 32];

/// Acts and what came of each; the plan must ask for just these.
fn told(case: &mut Case, story: &[(Act, Outcome)]) {
    told_with(case, &MEANS, story);
}

fn told_with(case: &mut Case, means: &Means, story: &[(Act, Outcome)]) {
    for (act, outcome) in story {
        assert_eq!(case.plan(means), Step::Do(*act), "after {case:?}");
        case.begin(act);
        case.learn(act, outcome);
    }
}

fn ends(case: &Case, ending: Ending) {
    assert_eq!(case.plan(&MEANS), Step::End(ending), "{case:?}");
}

fn case(kind: Kind) -> Case {
    Case::new(Request { kind, cash_fee: 0, print: false })
}

fn issue() -> Case {
    case(Kind::Issue { bin: BIN, amount: Money::native(100) })
}

fn cash_out(keep: bool) -> Case {
    case(Kind::CashOut { to: [1; 32], keep })
}

const BLANK: Outcome = Outcome::Card(Card { genuine: Genuine::Yes, key: Key::None });
const MADE: Outcome =
    Outcome::Card(Card { genuine: Genuine::Yes, key: Key::Made { carrier: CARRIER, sequence: 0, grant: Some(3) } });
const OWN: Outcome =
    Outcome::Card(Card { genuine: Genuine::Yes, key: Key::Made { carrier: CARRIER, sequence: 4, grant: None } });
const DONE: Outcome = Outcome::Done;
const INITIALISE: Act = Act::Initialise { grant: 3 };

#[test]
fn f2_f3_f6_f9_issue() {
    let mut case = issue();
    told(
        &mut case,
        &[
            (Act::Pick(BIN), DONE),
            (Act::Read, BLANK),
            (INITIALISE, MADE),
            (Act::Register, DONE),
            (Act::AwaitPayment, Outcome::Paid(Money::native(100))),
            (Act::Present, DONE),
            (Act::AwaitTaken, DONE),
            (Act::Receipt, DONE),
        ],
    );
    ends(&case, Ending::Done);
}

#[test]
fn f1_bin_is_empty() {
    let mut case = issue();
    told(&mut case, &[(Act::Pick(BIN), Outcome::Failed(Fault::Nothing)), (Act::Receipt, DONE)]);
    assert_eq!(case.refusal, Some(Refusal::NoBlank));
    ends(&case, Ending::Refused);
}

#[test]
fn f2_f5_no_grant_is_left() {
    let mut case = case(Kind::IssueOffline { bin: BIN, amount: Money::native(100) });
    let none = Means { grant: None, ..MEANS };
    assert_eq!(case.plan(&none), Step::Do(Act::GiveUp(Refusal::NoGrant)));
    case.learn(&Act::GiveUp(Refusal::NoGrant), &DONE);
    told(&mut case, &[(Act::Receipt, DONE)]);
    ends(&case, Ending::Refused);
}

#[test]
fn f5_issue_offline() {
    let mut case = case(Kind::IssueOffline { bin: BIN, amount: Money::native(100) });
    told(
        &mut case,
        &[
            (Act::Pick(BIN), DONE),
            (Act::Read, BLANK),
            (INITIALISE, MADE),
            (Act::Queue, DONE),
            (Act::Present, DONE),
            (Act::AwaitTaken, DONE),
            (Act::Receipt, DONE),
        ],
    );
    ends(&case, Ending::Done);
}

#[test]
fn f3_f16_blanks_that_are_none_are_kept_and_others_taken() {
    let fake = Outcome::Card(Card { genuine: Genuine::No, key: Key::None });
    for bad in [OWN, fake, Outcome::Failed(Fault::NoCarrier)] {
        let mut case = issue();
        told(
            &mut case,
            &[
                (Act::Pick(BIN), DONE),
                (Act::Read, bad),
                (Act::Keep(Keep::BadBlank), DONE),
                (Act::Pick(BIN), DONE),
                (Act::Read, bad),
                (Act::Keep(Keep::BadBlank), DONE),
                (Act::GiveUp(Refusal::NoBlank), DONE),
                (Act::Receipt, DONE),
            ],
        );
        ends(&case, Ending::Refused);
    }
}

#[test]
fn f2_chain_refuses_the_registration() {
    let mut case = issue();
    told(
        &mut case,
        &[
            (Act::Pick(BIN), DONE),
            (Act::Read, BLANK),
            (INITIALISE, MADE),
            (Act::Register, Outcome::Failed(Fault::ChainRefuses)),
            (Act::Keep(Keep::Refused), DONE),
            (Act::Receipt, DONE),
        ],
    );
    assert_eq!(case.refusal, Some(Refusal::ChainRefuses));
    ends(&case, Ending::Refused);
}

#[test]
fn f6_f8_payment_that_does_not_come_or_is_another() {
    for (outcome, ending, claims) in [
        (Outcome::Failed(Fault::TimedOut), Ending::Refused, vec![]),
        (Outcome::PaidOtherwise(Money::native(50)), Ending::Claimed, vec![Claim::MoneyOnKeptCard]),
    ] {
        let mut case = issue();
        told(
            &mut case,
            &[
                (Act::Pick(BIN), DONE),
                (Act::Read, BLANK),
                (INITIALISE, MADE),
                (Act::Register, DONE),
                (Act::AwaitPayment, outcome),
                (Act::Keep(Keep::Unfunded), DONE),
                (Act::Receipt, DONE),
            ],
        );
        assert_eq!((case.refusal, &case.claims), (Some(Refusal::NotPaid), &claims));
        ends(&case, ending);
    }
}

#[test]
fn f7_spoilt_print_keeps_the_card_and_claims_its_money() {
    for outcome in [Outcome::Mismatch, Outcome::Failed(Fault::Jam)] {
        let mut case = issue();
        case.request.print = true;
        told(
            &mut case,
            &[
                (Act::Pick(BIN), DONE),
                (Act::Read, BLANK),
                (INITIALISE, MADE),
                (Act::Register, DONE),
                (Act::AwaitPayment, Outcome::Paid(Money::native(100))),
                (Act::Print, outcome),
                (Act::Keep(Keep::Spoilt), DONE),
                (Act::Receipt, DONE),
            ],
        );
        assert_eq!(case.claims, [Claim::MoneyOnKeptCard]);
        ends(&case, Ending::Claimed);
    }
}

#[test]
fn f9_card_that_is_not_taken_is_retracted_and_claimed() {
    let mut case = issue();
    told(
        &mut case,
        &[
            (Act::Pick(BIN), DONE),
            (Act::Read, BLANK),
            (INITIALISE, MADE),
            (Act::Register, DONE),
            (Act::AwaitPayment, Outcome::Paid(Money::native(100))),
            (Act::Present, DONE),
            (Act::AwaitTaken, Outcome::Failed(Fault::TimedOut)),
            (Act::Retract, DONE),
            (Act::Read, MADE),
            (Act::Keep(Keep::NotTaken), DONE),
            (Act::Receipt, DONE),
        ],
    );
    assert_eq!(case.claims, [Claim::MoneyOnKeptCard]);
    ends(&case, Ending::Claimed);
}

#[test]
fn f9_outcome_of_dispensing_is_not_known() {
    let mut case = issue();
    told(
        &mut case,
        &[
            (Act::Pick(BIN), DONE),
            (Act::Read, BLANK),
            (INITIALISE, MADE),
            (Act::Register, DONE),
            (Act::AwaitPayment, Outcome::Paid(Money::native(100))),
            (Act::Present, DONE),
        ],
    );
    assert_eq!(case.plan(&MEANS), Step::Do(Act::AwaitTaken));
    case.begin(&Act::AwaitTaken);
    case.restarted();
    told(&mut case, &[(Act::FindCard, Outcome::Found(Spot::Neither)), (Act::Receipt, DONE)]);
    assert_eq!(case.claims, [Claim::CardNotFound]);
    ends(&case, Ending::Claimed);
}

#[test]
fn f3_power_cut_while_the_key_is_made() {
    let mut case = issue();
    told(&mut case, &[(Act::Pick(BIN), DONE), (Act::Read, BLANK)]);
    case.begin(&INITIALISE);
    case.restarted();
    // The key is there: nobody is, so it goes to the operator.
    told(&mut case, &[(Act::Read, MADE), (Act::Keep(Keep::Unfunded), DONE), (Act::Receipt, DONE)]);
    ends(&case, Ending::Refused);
}

#[test]
fn f10_no_card_and_no_carrier() {
    let mut query = case(Kind::Query);
    told(&mut query, &[(Act::Swallow, Outcome::Failed(Fault::Nothing)), (Act::Receipt, DONE)]);
    ends(&query, Ending::Refused);

    let mut query = case(Kind::Query);
    told(
        &mut query,
        &[
            (Act::Swallow, DONE),
            (Act::Read, Outcome::Failed(Fault::NoCarrier)),
            (Act::Present, DONE),
            (Act::AwaitTaken, DONE),
            (Act::Receipt, DONE),
        ],
    );
    assert_eq!(query.refusal, Some(Refusal::NoCarrier));
    ends(&query, Ending::Refused);
}

#[test]
fn f11_f14_query() {
    for (standing, keeps, refusal, ending) in [
        (Standing::Safe(Money::native(9)), false, None, Ending::Done),
        (Standing::Empty, false, None, Ending::Done),
        (Standing::Doubtful, false, None, Ending::Done),
        (Standing::OtherCurrency, false, None, Ending::Done),
        (Standing::Unknown, false, Some(Refusal::Offline), Ending::Refused),
        (Standing::Counterfeit, true, Some(Refusal::Counterfeit), Ending::Refused),
    ] {
        let mut query = case(Kind::Query);
        told(&mut query, &[(Act::Swallow, DONE), (Act::Read, OWN), (Act::AskChain, Outcome::Standing(standing))]);
        if let Some(refusal) = refusal {
            told(&mut query, &[(Act::GiveUp(refusal), DONE)]);
        }
        if keeps {
            told(&mut query, &[(Act::Keep(Keep::Counterfeit), DONE)]);
        } else {
            told(&mut query, &[(Act::Present, DONE), (Act::AwaitTaken, DONE)]);
        }
        told(&mut query, &[(Act::Receipt, DONE)]);
        assert_eq!(query.refusal, refusal);
        ends(&query, ending);
    }
}

/// A locked card is unlocked once at the most; one that stays locked is given back, and nothing is signed.
#[test]
fn f12_f14_f19_f93_a_locked_card() {
    let locked = (Act::AskChain, Outcome::Standing(Standing::Locked));
    let taken = [(Act::Present, DONE), (Act::AwaitTaken, DONE), (Act::Receipt, DONE)];
    for outcome in [Outcome::Failed(Fault::TimedOut), Outcome::Failed(Fault::CardRefuses)] {
        for mut case in [cash_out(true), case(Kind::Fund { amount: Money::native(100) })] {
            told(&mut case, &[(Act::Swallow, DONE), (Act::Read, OWN), locked, (Act::Unlock, outcome)]);
            told(&mut case, &[(Act::GiveUp(Refusal::Locked), DONE)]);
            told(&mut case, &taken);
            ends(&case, Ending::Refused);
        }
        let mut query = case(Kind::Query);
        told(&mut query, &[(Act::Swallow, DONE), (Act::Read, OWN), locked, (Act::Unlock, outcome)]);
        told(&mut query, &taken);
        ends(&query, Ending::Done);
    }
    // Whatever the machine knows of the unlocking, the card says how it stands.
    for outcome in [DONE, Outcome::Unknown] {
        let mut case = cash_out(false);
        told(&mut case, &[(Act::Swallow, DONE), (Act::Read, OWN), locked, (Act::Unlock, outcome), locked]);
        told(&mut case, &[(Act::GiveUp(Refusal::Locked), DONE)]);
        told(&mut case, &taken);
        ends(&case, Ending::Refused);
    }
    let mut case = cash_out(false);
    told(
        &mut case,
        &[
            (Act::Swallow, DONE),
            (Act::Read, OWN),
            locked,
            (Act::Unlock, DONE),
            (Act::AskChain, Outcome::Standing(Standing::Safe(Money::native(100)))),
            (Act::SignOrder, Outcome::Signed { sequence: 5, until: 90 }),
            (Act::SendOrder, Outcome::Spent(Money::native(99))),
        ],
    );
    told(&mut case, &taken);
    ends(&case, Ending::Done);
}

/// A card whose money the machine cannot use is given back unsigned, and is no fake.
#[test]
fn f12_f19_a_card_of_another_currency() {
    for mut case in [cash_out(true), case(Kind::Fund { amount: Money::native(100) })] {
        told(
            &mut case,
            &[
                (Act::Swallow, DONE),
                (Act::Read, OWN),
                (Act::AskChain, Outcome::Standing(Standing::OtherCurrency)),
                (Act::GiveUp(Refusal::OtherCurrency), DONE),
                (Act::Present, DONE),
                (Act::AwaitTaken, DONE),
                (Act::Receipt, DONE),
            ],
        );
        ends(&case, Ending::Refused);
    }
}

#[test]
fn f12_cash_out() {
    for keep in [false, true] {
        let mut case = cash_out(keep);
        told(
            &mut case,
            &[
                (Act::Swallow, DONE),
                (Act::Read, OWN),
                (Act::AskChain, Outcome::Standing(Standing::Safe(Money::native(100)))),
                (Act::SignOrder, Outcome::Signed { sequence: 5, until: 90 }),
                (Act::SendOrder, Outcome::Spent(Money::native(99))),
            ],
        );
        if keep {
            told(&mut case, &[(Act::Keep(Keep::GivenBack), DONE)]);
        } else {
            told(&mut case, &[(Act::Present, DONE), (Act::AwaitTaken, DONE)]);
        }
        told(&mut case, &[(Act::Receipt, DONE)]);
        ends(&case, Ending::Done);
    }
}

#[test]
fn f12_unconfirmed_order_gives_the_card_back_with_a_claim() {
    let mut case = cash_out(true);
    told(
        &mut case,
        &[
            (Act::Swallow, DONE),
            (Act::Read, OWN),
            (Act::AskChain, Outcome::Standing(Standing::Safe(Money::native(100)))),
            (Act::SignOrder, Outcome::Signed { sequence: 5, until: 90 }),
            (Act::SendOrder, Outcome::Failed(Fault::TimedOut)),
            (Act::Present, DONE),
            (Act::AwaitTaken, DONE),
            (Act::Receipt, DONE),
        ],
    );
    assert_eq!(case.claims, [Claim::SpendNotKnown]);
    ends(&case, Ending::Claimed);
}

#[test]
fn f13_power_cut_while_the_card_signs_signs_again() {
    let mut case = cash_out(false);
    told(
        &mut case,
        &[
            (Act::Swallow, DONE),
            (Act::Read, OWN),
            (Act::AskChain, Outcome::Standing(Standing::Safe(Money::native(100)))),
            (Act::SignOrder, Outcome::Signed { sequence: 5, until: 90 }),
        ],
    );
    // It was signed and is in the journal: it goes to the chain although nobody waits any more.
    case.restarted();
    told(
        &mut case,
        &[
            (Act::Read, OWN),
            (Act::SendOrder, Outcome::Spent(Money::native(99))),
            (Act::Keep(Keep::Abandoned), DONE),
            (Act::Receipt, DONE),
        ],
    );
    assert_eq!(case.claims, [Claim::KeptCard]);
    ends(&case, Ending::Claimed);
}

/// A cash-out whose card was told to sign when the power went.
fn cut_while_it_signs() -> Case {
    let mut case = cash_out(false);
    told(
        &mut case,
        &[
            (Act::Swallow, DONE),
            (Act::Read, OWN),
            (Act::AskChain, Outcome::Standing(Standing::Safe(Money::native(100)))),
        ],
    );
    case.begin(&Act::SignOrder);
    case.restarted();
    case
}

/// The card was told to sign when the power went: whether it has, it says when the power is back, and gives the same order.
#[test]
fn f13_power_cut_before_the_signature_is_here_asks_the_card_for_it() {
    for (outcome, spend) in [
        (Outcome::Signed { sequence: 5, until: 90 }, Spend::Signed { sequence: 5, until: 90 }),
        (Outcome::Unknown, Spend::Asked),
        (Outcome::Failed(Fault::TimedOut), Spend::None),
    ] {
        let mut case = cut_while_it_signs();
        told(&mut case, &[(Act::Read, OWN), (Act::SignOrder, outcome)]);
        assert_eq!(case.spend, spend);
        let is_open = matches!(outcome, Outcome::Unknown);
        assert_eq!(case.claims.contains(&Claim::SpendNotKnown), is_open);
    }
    // A card that cannot be read says nothing: the blocks decide.
    let mut case = cut_while_it_signs();
    told(&mut case, &[(Act::Read, Outcome::Failed(Fault::NoCarrier))]);
    assert_eq!(case.claims, [Claim::SpendNotKnown]);
}

#[test]
fn f18_fee_in_cash_is_taken_with_the_card_and_given_back_without() {
    let start = || {
        let mut case = issue();
        case.request.cash_fee = 5;
        case.cash = Cash::Due;
        told(
            &mut case,
            &[
                (Act::HoldCash, DONE),
                (Act::Pick(BIN), DONE),
                (Act::Read, BLANK),
                (INITIALISE, MADE),
                (Act::Register, DONE),
            ],
        );
        case
    };
    let mut case = start();
    told(
        &mut case,
        &[
            (Act::AwaitPayment, Outcome::Paid(Money::native(100))),
            (Act::Present, DONE),
            (Act::AwaitTaken, DONE),
            (Act::StackCash, DONE),
            (Act::Receipt, DONE),
        ],
    );
    ends(&case, Ending::Done);

    let mut case = start();
    told(
        &mut case,
        &[
            (Act::AwaitPayment, Outcome::Failed(Fault::TimedOut)),
            (Act::Keep(Keep::Unfunded), DONE),
            (Act::ReturnCash, DONE),
            (Act::Receipt, DONE),
        ],
    );
    ends(&case, Ending::Refused);
}

#[test]
fn f18_no_fee_no_card() {
    let mut case = issue();
    case.request.cash_fee = 5;
    case.cash = Cash::Due;
    told(&mut case, &[(Act::HoldCash, Outcome::Failed(Fault::TimedOut)), (Act::Receipt, DONE)]);
    assert_eq!(case.refusal, Some(Refusal::NoFee));
    ends(&case, Ending::Refused);
}

#[test]
fn f19_recharge() {
    let mut recharge = case(Kind::Fund { amount: Money::native(100) });
    told(
        &mut recharge,
        &[
            (Act::Swallow, DONE),
            (Act::Read, OWN),
            (Act::AskChain, Outcome::Standing(Standing::Empty)),
            (Act::AwaitPayment, Outcome::Paid(Money::native(100))),
            (Act::Present, DONE),
            (Act::AwaitTaken, DONE),
            (Act::Receipt, DONE),
        ],
    );
    ends(&recharge, Ending::Done);

    // While an order of it may be outstanding it is not empty for certain.
    let mut recharge = case(Kind::Fund { amount: Money::native(100) });
    told(
        &mut recharge,
        &[
            (Act::Swallow, DONE),
            (Act::Read, OWN),
            (Act::AskChain, Outcome::Standing(Standing::Doubtful)),
            (Act::GiveUp(Refusal::NotEmpty), DONE),
            (Act::Present, DONE),
            (Act::AwaitTaken, DONE),
            (Act::Receipt, DONE),
        ],
    );
    ends(&recharge, Ending::Refused);
}

#[test]
fn f21_customer_who_leaves_gets_the_card_into_the_operators_compartment() {
    let mut query = case(Kind::Query);
    told(&mut query, &[(Act::Swallow, DONE), (Act::Read, OWN)]);
    query.customer_leaves();
    told(&mut query, &[(Act::Keep(Keep::Abandoned), DONE), (Act::Receipt, DONE)]);
    assert_eq!(query.claims, [Claim::MoneyOnKeptCard]);
    ends(&query, Ending::Claimed);
}

/// Up to a new card that holds its money.
const PAID: [(Act, Outcome); 5] = [
    (Act::Pick(BIN), DONE),
    (Act::Read, BLANK),
    (INITIALISE, MADE),
    (Act::Register, DONE),
    (Act::AwaitPayment, Outcome::Paid(Money::native(100))),
];

#[test]
fn f9_f16_a_paid_card_is_never_a_bad_blank() {
    // The power goes after the payment; when it is back, the batch is in doubt, or the card seems another one.
    let doubtful =
        Card { genuine: Genuine::NotKnown, key: Key::Made { carrier: CARRIER, sequence: 0, grant: Some(3) } };
    let fake = Card { genuine: Genuine::No, ..doubtful };
    for outcome in [Outcome::Card(doubtful), Outcome::Card(fake), OWN, BLANK, Outcome::Failed(Fault::NoCarrier)] {
        let mut case = issue();
        told(&mut case, &PAID);
        case.restarted();
        told(&mut case, &[(Act::Read, outcome), (Act::Keep(Keep::Abandoned), DONE), (Act::Receipt, DONE)]);
        assert_eq!(case.claims, [Claim::MoneyOnKeptCard], "{outcome:?}");
        ends(&case, Ending::Claimed);
    }
}

#[test]
fn f9_a_card_that_cannot_be_taken_back_in_may_be_the_customers() {
    let taken_back = |outcome| {
        let mut case = issue();
        told(&mut case, &PAID);
        told(
            &mut case,
            &[(Act::Present, DONE), (Act::AwaitTaken, Outcome::Failed(Fault::TimedOut)), (Act::Retract, outcome)],
        );
        case
    };
    let mut stuck = taken_back(Outcome::Failed(Fault::Jam));
    told(&mut stuck, &[(Act::Receipt, DONE)]);
    assert_eq!(stuck.claims, [Claim::CardNotFound]);
    ends(&stuck, Ending::Claimed);

    // Somebody took it, and pushed another one in: one that answers, or one that does not.
    for (read, keep) in [(Outcome::Mismatch, Keep::NotTaken), (Outcome::Failed(Fault::NoCarrier), Keep::Abandoned)]
    {
        let mut swapped = taken_back(DONE);
        told(&mut swapped, &[(Act::Read, read), (Act::Keep(keep), DONE), (Act::Receipt, DONE)]);
        assert!(swapped.claims.contains(&Claim::CardNotFound), "{read:?}");
        ends(&swapped, Ending::Claimed);
    }

    // The rollers do not know, and the card is inside all the same: it is read as well.
    let mut case = taken_back(Outcome::Unknown);
    told(&mut case, &[(Act::FindCard, Outcome::Found(Spot::Station)), (Act::Read, Outcome::Mismatch)]);
    assert_eq!(case.claims, [Claim::CardNotFound]);
}

/// Rollers that never know, and a card that is inside in the end: nobody has read which.
#[test]
fn f9_a_card_that_is_stuck_when_it_came_back_may_be_another_one() {
    let mut case = issue();
    told(&mut case, &PAID);
    told(&mut case, &[(Act::Present, DONE), (Act::AwaitTaken, Outcome::Failed(Fault::TimedOut))]);
    let doubt = [(Act::Retract, Outcome::Unknown), (Act::FindCard, Outcome::Found(Spot::Exit))];
    told(&mut case, &[doubt, doubt].concat());
    told(
        &mut case,
        &[(Act::Retract, Outcome::Unknown), (Act::FindCard, Outcome::Found(Spot::Station)), (Act::Receipt, DONE)],
    );
    assert_eq!(case.place, Place::Kept);
    assert_eq!(case.claims, [Claim::CardNotFound, Claim::MoneyOnKeptCard]);
    ends(&case, Ending::Claimed);
}

/// A card that stays at the exit is within everybody's reach: it is not booked as the machine's.
#[test]
fn f9_an_exit_that_never_knows_has_given_the_card_away() {
    let mut case = issue();
    told(&mut case, &PAID);
    told(&mut case, &[(Act::Present, DONE)]);
    let doubt = [(Act::AwaitTaken, Outcome::Unknown), (Act::FindCard, Outcome::Found(Spot::Exit))];
    told(&mut case, &[doubt, doubt, doubt].concat());
    told(&mut case, &[(Act::Receipt, DONE)]);
    assert_eq!((case.place, case.claims.as_slice()), (Place::Unknown, &[Claim::CardNotFound][..]));
    ends(&case, Ending::Claimed);
}

#[test]
fn f18_cash_that_nobody_counted_is_not_paid() {
    let mut case = issue();
    case.request.cash_fee = 5;
    case.cash = Cash::Due;
    told(
        &mut case,
        &[(Act::HoldCash, Outcome::Unknown), (Act::CountCash, Outcome::Counted(false)), (Act::Receipt, DONE)],
    );
    assert_eq!((case.refusal, case.cash), (Some(Refusal::NoFee), Cash::None));
    ends(&case, Ending::Refused);
}

#[test]
fn f1_f9_f10_a_device_that_never_knows_is_broken() {
    let mut case = issue();
    let doubt = [(Act::Pick(BIN), Outcome::Unknown), (Act::FindCard, Outcome::Found(Spot::Neither))];
    told(&mut case, &[doubt, doubt, doubt].concat());
    told(&mut case, &[(Act::Receipt, DONE)]);
    assert_eq!(case.refusal, Some(Refusal::Jam));
    ends(&case, Ending::Refused);

    let mut case = issue();
    told(&mut case, &PAID);
    let doubt = [(Act::Present, Outcome::Unknown), (Act::FindCard, Outcome::Found(Spot::Station))];
    told(&mut case, &[doubt, doubt, doubt].concat());
    told(&mut case, &[(Act::Receipt, DONE)]);
    assert_eq!((case.refusal, case.claims.as_slice()), (Some(Refusal::Jam), [Claim::MoneyOnKeptCard].as_slice()));

    // Sensors that fail: nobody knows where the card is.
    let mut case = issue();
    told(&mut case, &PAID);
    told(
        &mut case,
        &[(Act::Present, Outcome::Unknown), (Act::FindCard, Outcome::Failed(Fault::Jam)), (Act::Receipt, DONE)],
    );
    assert_eq!(case.claims, [Claim::CardNotFound]);
}

#[test]
fn f9_f10_cards_that_are_not_where_they_should_be() {
    // A blank that went through to the exit comes back in.
    let mut case = issue();
    told(
        &mut case,
        &[
            (Act::Pick(BIN), Outcome::Unknown),
            (Act::FindCard, Outcome::Found(Spot::Exit)),
            (Act::Retract, DONE),
            (Act::Read, BLANK),
        ],
    );
    assert!(!matches!(case.plan(&MEANS), Step::Do(Act::Present | Act::AwaitTaken)), "{case:?}");

    // The customer's card that never went in, and one that nobody sees any more.
    let mut query = case_of_query();
    told(
        &mut query,
        &[
            (Act::Swallow, Outcome::Unknown),
            (Act::FindCard, Outcome::Found(Spot::Exit)),
            (Act::AwaitTaken, DONE),
            (Act::Receipt, DONE),
        ],
    );
    ends(&query, Ending::Refused);
    let mut query = case_of_query();
    told(
        &mut query,
        &[(Act::Swallow, Outcome::Unknown), (Act::FindCard, Outcome::Found(Spot::Neither)), (Act::Receipt, DONE)],
    );
    assert_eq!(query.claims, [Claim::CardNotFound]);
    ends(&query, Ending::Claimed);
}

fn case_of_query() -> Case {
    case(Kind::Query)
}

#[test]
fn f5_a_card_that_falls_silent_before_it_is_queued_stays_here() {
    let mut case = case(Kind::IssueOffline { bin: BIN, amount: Money::native(100) });
    told(
        &mut case,
        &[
            (Act::Pick(BIN), DONE),
            (Act::Read, BLANK),
            (INITIALISE, MADE),
            (Act::Queue, Outcome::Failed(Fault::NoCarrier)),
            (Act::Keep(Keep::Unfunded), DONE),
            (Act::Receipt, DONE),
        ],
    );
    ends(&case, Ending::Refused);
}

#[test]
fn f12_an_order_that_the_pool_refuses_is_not_dead() {
    let mut case = cash_out(false);
    told(
        &mut case,
        &[
            (Act::Swallow, DONE),
            (Act::Read, OWN),
            (Act::AskChain, Outcome::Standing(Standing::Safe(Money::native(100)))),
            (Act::SignOrder, Outcome::Signed { sequence: 5, until: 90 }),
            (Act::SendOrder, Outcome::Unknown),
            (Act::Present, DONE),
            (Act::AwaitTaken, DONE),
            (Act::Receipt, DONE),
        ],
    );
    assert_eq!(
        (case.refusal, case.claims.as_slice()),
        (Some(Refusal::NotSpent), [Claim::SpendNotKnown].as_slice())
    );
    ends(&case, Ending::Claimed);
}

/// A card that was paid and not taken.
fn not_taken() -> Case {
    let mut case = issue();
    told(&mut case, &PAID);
    let back = [(Act::Present, DONE), (Act::AwaitTaken, Outcome::Failed(Fault::TimedOut)), (Act::Retract, DONE)];
    told(&mut case, &back);
    told(&mut case, &[(Act::Read, MADE)]);
    case
}

const PAYER: PaidBy = PaidBy { account: [8; 32], paid: Money::native(100) };
const SIGNED: Outcome = Outcome::Signed { sequence: 1, until: 99 };

/// The card is kept empty, and nothing is owed.
#[test]
fn f6_f9_money_on_a_card_that_is_kept_goes_back_to_who_paid() {
    let kept = [(Act::Keep(Keep::NotTaken), DONE), (Act::Receipt, DONE)];
    let sent = [
        (Act::FindPayer, Outcome::Payer(Some(PAYER))),
        (Act::SignOrder, SIGNED),
        (Act::SendOrder, Outcome::Spent(Money::native(99))),
    ];
    let mut case = not_taken();
    told_with(&mut case, &PAYS_BACK, &sent);
    told_with(&mut case, &PAYS_BACK, &kept);
    assert_eq!((case.claims.as_slice(), case.is_fulfilled()), ([].as_slice(), false));
    assert_eq!(case.plan(&PAYS_BACK), Step::End(Ending::Refused));

    // A wrong amount, and a face that shows another one: the same.
    let mut spoilt = issue();
    spoilt.request.print = true;
    told(&mut spoilt, &PAID);
    told(&mut spoilt, &[(Act::Print, Outcome::Mismatch)]);
    told_with(&mut spoilt, &PAYS_BACK, &sent);
    told_with(&mut spoilt, &PAYS_BACK, &[(Act::Keep(Keep::Spoilt), DONE), (Act::Receipt, DONE)]);
    assert_eq!(spoilt.claims, []);
}

/// Whatever goes wrong on the way, what is on the card stays a claim.
#[test]
fn f6_f9_what_cannot_be_paid_back_is_a_claim() {
    let find = (Act::FindPayer, Outcome::Payer(Some(PAYER)));
    let kept = [(Act::Keep(Keep::NotTaken), DONE), (Act::Receipt, DONE)];
    for (story, claims) in [
        (vec![(Act::FindPayer, Outcome::Payer(None))], vec![Claim::MoneyOnKeptCard]),
        (vec![(Act::FindPayer, Outcome::Unknown)], vec![Claim::MoneyOnKeptCard]),
        (vec![find, (Act::SignOrder, Outcome::Failed(Fault::CardRefuses))], vec![Claim::MoneyOnKeptCard]),
        (vec![find, (Act::SignOrder, Outcome::Unknown)], vec![Claim::SpendNotKnown, Claim::MoneyOnKeptCard]),
        (
            vec![find, (Act::SignOrder, SIGNED), (Act::SendOrder, Outcome::Failed(Fault::Offline))],
            vec![Claim::SpendNotKnown, Claim::MoneyOnKeptCard],
        ),
        (
            vec![find, (Act::SignOrder, SIGNED), (Act::SendOrder, Outcome::Failed(Fault::ChainRefuses))],
            vec![Claim::MoneyOnKeptCard],
        ),
    ] {
        let mut case = not_taken();
        told_with(&mut case, &PAYS_BACK, &story);
        told_with(&mut case, &PAYS_BACK, &kept);
        assert_eq!(case.claims, claims, "{story:?}");
        assert_eq!(case.plan(&PAYS_BACK), Step::End(Ending::Claimed));
    }
}

/// The power goes while the money is on its way back: the card is asked, and the same order is sent.
#[test]
fn f6_f9_power_cuts_while_money_goes_back() {
    let mut case = not_taken();
    told_with(&mut case, &PAYS_BACK, &[(Act::FindPayer, Outcome::Payer(Some(PAYER)))]);
    case.begin(&Act::SignOrder);
    case.restarted();
    let signed = Outcome::Card(Card {
        genuine: Genuine::Yes,
        key: Key::Made { carrier: CARRIER, sequence: 1, grant: Some(3) },
    });
    told_with(&mut case, &PAYS_BACK, &[(Act::Read, signed), (Act::SignOrder, SIGNED)]);
    case.begin(&Act::SendOrder);
    case.restarted();
    let rest = [
        (Act::Read, signed),
        (Act::SendOrder, Outcome::Spent(Money::native(99))),
        (Act::Keep(Keep::NotTaken), DONE),
        (Act::Receipt, DONE),
    ];
    told_with(&mut case, &PAYS_BACK, &rest);
    assert_eq!(case.claims, []);
}

//! Random sequences of calls and orders against a model in plain Rust. A failure prints its seed, which goes into
//! `regressions.txt`.

use super::*;
use proptest::{prelude::*, test_runner::FileFailurePersistence};
use specie_primitives::request::Held;
use std::collections::BTreeMap;

const ACCOUNTS: [AccountId32; 3] = [MACHINE, PAYEE, STRANGER];
const CARDS: [AccountId32; 2] = [CARD, OTHER_CARD];

/// One thing that happens. Requests are named by their numbers: few, so that the steps meet.
#[derive(Clone, Debug)]
enum Step {
    Open { number: u64, exact: bool, amount: Balance },
    Order { number: u64, card: usize, amount: Balance, hold: bool },
    Settle { by: usize, number: u64, amount: Balance },
    Release { by: usize, number: u64 },
    Doubt { by: usize, number: u64 },
    Resolve { number: u64, amount: Option<Balance> },
    Expire { number: u64 },
    Prune { number: u64 },
    Blocks(u32),
}

fn step() -> impl Strategy<Value = Step> {
    let (number, amount, by) = (0..4u64, prop::sample::select(vec![10u128, 50, 100, 400]), 0..ACCOUNTS.len());
    prop_oneof![
        4 => (number.clone(), any::<bool>(), amount.clone())
            .prop_map(|(number, exact, amount)| Step::Open { number, exact, amount }),
        8 => (number.clone(), 0..CARDS.len(), amount.clone(), any::<bool>())
            .prop_map(|(number, card, amount, hold)| Step::Order { number, card, amount, hold }),
        6 => (by.clone(), number.clone(), amount.clone())
            .prop_map(|(by, number, amount)| Step::Settle { by, number, amount }),
        2 => (by.clone(), number.clone()).prop_map(|(by, number)| Step::Release { by, number }),
        3 => (by, number.clone()).prop_map(|(by, number)| Step::Doubt { by, number }),
        3 => (number.clone(), proptest::option::of(amount)).prop_map(|(number, amount)| Step::Resolve { number, amount }),
        1 => number.clone().prop_map(|number| Step::Expire { number }),
        1 => number.prop_map(|number| Step::Prune { number }),
        3 => (1..15u32).prop_map(Step::Blocks),
    ]
}

fn reference(number: u64) -> Reference {
    Requests::reference_of(&MACHINE, number)
}

impl Step {
    /// Does it; `Err` when it was refused, in whatever way.
    fn run(&self) -> Result<(), ()> {
        match self {
            Self::Open { number, exact, amount } => {
                let amount =
                    if *exact { Asked::Exactly(*amount) } else { Asked::Between { least: 1, most: *amount } };
                Requests::open(signed(MACHINE), *number, Terms { amount, ..terms() })
            }
            Self::Order { number, card, amount, hold } => {
                let carrier = CarrierId(CARDS[*card].clone().into());
                let order = Payment { carrier, amount: *amount, ..payment(reference(*number), *hold) };
                // What the carriers' pallet checks before it asks.
                let least = if *hold { amount + ED } else { *amount };
                if free(&CARDS[*card]) < least + ED {
                    return Err(());
                }
                execute_order(&order).map_err(drop)?
            }
            Self::Settle { by, number, amount } => {
                Requests::settle(signed(ACCOUNTS[*by].clone()), reference(*number), *amount)
            }
            Self::Release { by, number } => {
                Requests::release(signed(ACCOUNTS[*by].clone()), reference(*number), CAUSE)
            }
            Self::Doubt { by, number } => Requests::doubt(signed(ACCOUNTS[*by].clone()), reference(*number), CAUSE),
            Self::Resolve { number, amount } => {
                Requests::resolve(RuntimeOrigin::root(), reference(*number), *amount, CAUSE)
            }
            Self::Expire { number } => Requests::expire(signed(STRANGER), reference(*number)),
            Self::Prune { number } => Requests::prune(signed(STRANGER), reference(*number)),
            Self::Blocks(blocks) => {
                System::set_block_number(System::block_number() + blocks);
                Ok(())
            }
        }
        .map_err(drop)
    }
}

/// What was seen of every request, held against what becomes of it.
#[derive(Default)]
struct Witness {
    states: BTreeMap<u64, RequestState>,
    /// What the payee got for each request.
    paid: BTreeMap<u64, Balance>,
}

impl Witness {
    /// Whatever a step did: money is conserved, what is resolved stays so, nobody is paid twice for one request, and what is
    /// on hold is what the requests say.
    fn observe(&mut self) {
        check_state();
        let mut held = BTreeMap::<CarrierId, Balance>::new();
        for number in 0..NextNumber::<Test>::get(MACHINE) {
            let before = self.states.get(&number).copied();
            let Some(request) = Requests::request(reference(number)) else {
                assert!(before.is_none_or(|state| state.resolved_at().is_some()), "an unresolved request vanished");
                continue;
            };
            if let Some(before) = before.filter(|before| before.resolved_at().is_some()) {
                assert_eq!(request.state, before, "a resolved request changed");
            }
            if let RequestState::Settled { amount, .. } = request.state {
                let known = *self.paid.entry(number).or_insert(amount);
                assert_eq!(known, amount);
            }
            if let Some(Held { carrier, amount, .. }) = request.state.held() {
                *held.entry(*carrier).or_default() += amount;
            }
            self.states.insert(number, request.state);
        }
        for card in CARDS {
            let carrier = CarrierId(card.into());
            let said = held.get(&carrier).copied().unwrap_or_default();
            assert_eq!(
                <Requests as RequestLedger>::held(&carrier, CurrencyId::Native),
                said,
                "nothing is held without a request"
            );
        }
        let paid: Balance = self.paid.values().sum();
        assert_eq!(free(&PAYEE), START + paid, "the payee got what the requests were settled for, once each");
    }
}

/// A failure is kept in a file, from where later runs repeat it first.
fn cases(cases: u32) -> ProptestConfig {
    const REGRESSIONS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/tests/regressions.txt");
    let failure_persistence = Some(Box::new(FileFailurePersistence::Direct(REGRESSIONS)) as _);
    ProptestConfig { cases, failure_persistence, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(cases(512))]

    #[test]
    fn f81_f101_random_sequences_pay_once_and_conserve_money(steps in prop::collection::vec(step(), 1..120)) {
        execute(|| {
            let mut witness = Witness::default();
            for step in steps {
                let before = sp_io::storage::root(sp_runtime::StateVersion::V1);
                let refused = step.run().is_err();
                let after = sp_io::storage::root(sp_runtime::StateVersion::V1);
                // A refused order has moved nothing: the ledger is asked before the money moves.
                assert!(!refused || before == after, "a refusal changed something: {step:?}");
                if !refused && !matches!(step, Step::Blocks(_) | Step::Order { .. } | Step::Prune { .. }) {
                    assert!(step.run().is_ok(), "the same call again is refused: {step:?}");
                    assert_eq!(sp_io::storage::root(sp_runtime::StateVersion::V1), after, "and changes something: {step:?}");
                }
                witness.observe();
            }
        });
    }
}

//! What is let in never fails: a bare extrinsic pays nothing until it executes, so one that passed
//! `authorize` and failed in dispatch could be included again and again for nothing.

use crate::{cards::TestCard, mock::*, Call};
use frame_support::{
    assert_ok,
    traits::{fungible::Inspect, LockableCurrency, UnfilteredDispatchable, WithdrawReasons},
};
use proptest::{
    prelude::*,
    test_runner::{FileFailurePersistence, TestRunner},
};
use sp_runtime::{
    transaction_validity::{InvalidTransaction, TransactionValidityError},
    AccountId32,
};
use specie_primitives::{
    crypto::Scheme,
    order::{Order, Purpose, EVERYTHING, NO_REFERENCE},
    Balance,
};
use std::cell::Cell;

/// A failure prints its seed and is kept in a file, from where later runs repeat it first.
pub fn cases(cases: u32) -> ProptestConfig {
    const REGRESSIONS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/tests/regressions.txt");
    let failure_persistence = Some(Box::new(FileFailurePersistence::Direct(REGRESSIONS)) as _);
    ProptestConfig { cases, failure_persistence, ..ProptestConfig::default() }
}

/// Who may receive.
#[derive(Clone, Copy, Debug)]
enum Receiver {
    Alice,
    Operator,
    Machine,
    /// A machine whose account holds nothing.
    EmptyMachine,
    Nobody,
    /// Holds exactly the existential deposit.
    Poor,
    Carrier,
    OtherCarrier,
}

/// What an order takes, beside its fee.
#[derive(Clone, Copy, Debug)]
enum Amount {
    Exactly(Balance),
    Everything,
    /// Everything but this, less when negative.
    AllBut(i32),
}

/// What an order pays for its inclusion.
#[derive(Clone, Copy, Debug)]
enum Fee {
    Exactly(Balance),
    /// The network's and this.
    Network(i32),
}

/// What else may lie on the carrier's account: nothing that the pallets put there, but nobody can rule it out.
#[derive(Clone, Copy, Debug)]
enum Burden {
    None,
    /// Another pallet needs the account to live.
    Consumer,
    /// So much is locked.
    Lock(Balance),
}

#[derive(Clone, Copy, Debug)]
struct Case {
    scheme: Scheme,
    balance: Balance,
    amount: Amount,
    fee: Fee,
    to: Receiver,
    fee_to: Receiver,
    cash_out: bool,
    sequence: u32,
    valid_for: i32,
    burden: Burden,
}

fn receivers() -> impl Strategy<Value = Receiver> {
    use Receiver::*;
    prop::sample::select(vec![Alice, Operator, Machine, EmptyMachine, Nobody, Poor, Carrier, OtherCarrier])
}

fn any_case() -> impl Strategy<Value = Case> {
    let ed = ED as i32;
    let amount = prop_oneof![
        2 => (0..4 * ED).prop_map(Amount::Exactly),
        3 => Just(Amount::Everything),
        3 => prop_oneof![Just(0), ed..2 * ed].prop_map(Amount::AllBut),
        2 => (-2..2 * ed).prop_map(Amount::AllBut),
        1 => prop::sample::select(vec![EVERYTHING - 1, EVERYTHING - 20, 1 << 127]).prop_map(Amount::Exactly),
    ];
    let fee = prop_oneof![
        6 => (0..2 * ed).prop_map(Fee::Network),
        1 => (-2..2).prop_map(Fee::Network),
        1 => (0..4 * ED).prop_map(Fee::Exactly),
        1 => prop::sample::select(vec![Balance::MAX, Balance::MAX - 5]).prop_map(Fee::Exactly),
    ];
    let burden = prop_oneof![
        6 => Just(Burden::None),
        1 => Just(Burden::Consumer),
        1 => (0..4 * ED).prop_map(Burden::Lock),
    ];
    let order = (amount, fee, receivers(), receivers(), prop::bool::weighted(0.2));
    let valid_for = prop_oneof![8 => 0..=LIFETIME as i32, 1 => -1..=LIFETIME as i32 + 1];
    let rest = (prop::sample::select(&Scheme::ALL[..]), ED..10 * ED, 0u32..16, valid_for, burden);
    (order, rest).prop_map(
        |((amount, fee, to, fee_to, cash_out), (scheme, balance, sequence, valid_for, burden))| Case {
            scheme,
            balance,
            amount,
            fee,
            to,
            fee_to,
            cash_out,
            sequence,
            valid_for,
            burden,
        },
    )
}

impl Receiver {
    fn account(self, card: &TestCard, other: &TestCard) -> AccountId32 {
        match self {
            Self::Alice => ALICE,
            Self::Operator => OPERATOR,
            Self::Machine => MACHINE,
            Self::EmptyMachine => OTHER_MACHINE,
            Self::Nobody => NOBODY,
            Self::Poor => POOR,
            Self::Carrier => address(card),
            Self::OtherCarrier => address(other),
        }
    }
}

const POOR: AccountId32 = AccountId32::new([8; 32]);

impl Case {
    fn order(&self, card: &TestCard, other: &TestCard) -> Order {
        let fee = match self.fee {
            Fee::Exactly(fee) => fee,
            Fee::Network(more) => network_fee(card).saturating_add_signed(more.into()),
        };
        let amount = match self.amount {
            Amount::Exactly(amount) => amount,
            Amount::Everything => EVERYTHING,
            Amount::AllBut(left) => self.balance.saturating_sub(fee).saturating_add_signed(-i128::from(left)),
        };
        Order {
            genesis: GENESIS,
            carrier: card.id(),
            purpose: if self.cash_out { Purpose::CashOut } else { Purpose::Transfer },
            sequence: self.sequence,
            to: self.to.account(card, other).into(),
            amount,
            fee,
            fee_to: self.fee_to.account(card, other).into(),
            valid_until: System::block_number().saturating_add_signed(self.valid_for),
            reference: NO_REFERENCE,
            epoch: 0,
        }
    }

    /// A registered card with the balance and the burden, and another one; one order in sixteen is stale.
    fn prepare(&self) -> (TestCard, TestCard) {
        let (card, other) = (card(self.scheme, 1), card(Scheme::Ed25519, 2));
        initialise(&card);
        initialise(&other);
        assert_ok!(Balances::transfer_allow_death(signed(BOB), address(&card), self.balance));
        assert_ok!(Balances::transfer_allow_death(signed(BOB), POOR, ED));
        match self.burden {
            Burden::None => (),
            Burden::Consumer => {
                assert_ok!(System::inc_consumers(&address(&card)));
            }
            Burden::Lock(amount) => {
                Balances::set_lock(*b"property", &address(&card), amount, WithdrawReasons::all());
            }
        }
        (card, other)
    }
}

fn total(account: &AccountId32) -> Balance {
    <Balances as Inspect<_>>::total_balance(account)
}

/// Returns whether the order was let in.
fn check(case: &Case) -> bool {
    let (card, other) = case.prepare();
    let order = case.order(&card, &other);
    let signature = card.sign(&order);
    let (to, fee_to): (AccountId32, AccountId32) = (order.to.into(), order.fee_to.into());
    let carrier = address(&card);
    let watched = [carrier.clone(), to.clone(), fee_to.clone()];
    let before = watched.clone().map(|account| total(&account));
    let issuance = Balances::total_issuance();

    let authorised = validate(&order, &signature);
    let dispatch = || {
        let origin = RuntimeOrigin::none();
        Call::<Test>::spend { order, signature }.dispatch_bypass_filter(origin)
    };
    match authorised {
        Ok(_) => {
            let dispatched = dispatch();
            assert!(dispatched.is_ok(), "let in, and failed with {dispatched:?}");
            let rest = order.fee - network_fee(&card);
            // Nobody takes what is less than an account may hold; a card that names itself bids.
            let is_burnt = fee_to == carrier || before[2] == 0 && rest < ED;
            let (fee, burnt) = if is_burnt { (0, order.fee) } else { (rest, network_fee(&card)) };
            let taken = before[0] - total(&carrier);
            let amount = taken - order.fee;
            if order.amount != EVERYTHING {
                // What would be left and is dust goes to the payee.
                let dust = amount - order.amount;
                assert!(dust == 0 || dust < ED && total(&carrier) == 0, "{dust} more than ordered");
            }
            let to_both = if to == fee_to { amount + fee } else { amount };
            let fee_to_both = if to == fee_to { amount + fee } else { fee };
            assert_eq!(total(&to) - before[1], to_both);
            if fee_to != carrier {
                assert_eq!(total(&fee_to) - before[2], fee_to_both);
            }
            // To the last unit: nothing is burnt but the fee, or the network's part of it.
            assert_eq!(Balances::total_issuance(), issuance - burnt);
            let again: TransactionValidityError = InvalidTransaction::Stale.into();
            assert_eq!(validate(&order, &signature), Err(again));
            assert!(dispatch().is_err());
            true
        }
        Err(_) => {
            // What is refused could not have been executed either.
            assert!(dispatch().is_err());
            assert_eq!(watched.map(|account| total(&account)), before);
            assert_eq!(Balances::total_issuance(), issuance);
            false
        }
    }
}

#[test]
fn what_is_let_in_never_fails() {
    let mut runner = TestRunner::new(cases(4_000));
    let (accepted, refused) = (Cell::new(0), Cell::new(0));
    let result = runner.run(&any_case(), |case| {
        execute(|| {
            let count = if check(&case) { &accepted } else { &refused };
            count.set(count.get() + 1);
        });
        Ok(())
    });
    if let Err(failure) = result {
        panic!("{failure}\n{runner}");
    }
    // The property says something only when both happen often.
    assert!(accepted.get() > 400 && refused.get() > 400, "{accepted:?} let in, {refused:?} refused");
}

/// Every combination of the amounts around each limit, with nothing left to chance.
#[test]
fn boundary_what_is_let_in_never_fails() {
    let balance = 5 * ED;
    let mut accepted = 0;
    for left in [-1, 0, 1, ED as i32 - 1, ED as i32] {
        for fee in [-1, 0, 1, ED as i32 - 1, ED as i32] {
            for (to, fee_to) in [
                (Receiver::Nobody, Receiver::Nobody),
                (Receiver::Nobody, Receiver::Alice),
                (Receiver::Alice, Receiver::Nobody),
                (Receiver::EmptyMachine, Receiver::EmptyMachine),
                (Receiver::Alice, Receiver::Carrier),
            ] {
                execute(|| {
                    let case = Case {
                        scheme: Scheme::Secp256k1,
                        balance,
                        amount: Amount::AllBut(left),
                        fee: Fee::Network(fee),
                        to,
                        fee_to,
                        cash_out: false,
                        sequence: 1,
                        valid_for: 1,
                        burden: Burden::None,
                    };
                    accepted += u32::from(check(&case));
                });
            }
        }
    }
    // All but an order for more than there is, and a fee that does not pay the network: what would be left as dust goes to
    // the payee, and a fee that nobody can take is burnt.
    assert_eq!(accepted, 4 * 4 * 5);
}

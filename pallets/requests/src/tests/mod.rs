//! The pallet's behaviour, a file for each, and what they share.

mod currency;
mod hold;
mod open;
mod pay;
mod properties;
mod prune;
mod scenario;

use crate::{mock::*, HoldReason, NextNumber};
use frame_support::{
    assert_noop, assert_ok,
    traits::fungible::{Inspect, InspectHold},
};
use sp_runtime::{AccountId32, DispatchError, DispatchResult};
use specie_primitives::{
    acts::{Actor, Cause, CauseCode},
    ids::{CarrierId, CurrencyId, PoolId, Reference},
    request::{Asked, RequestKind, RequestState},
    traits::{Payment, RequestLedger, RequestRefusal},
    Balance,
};

type Error = crate::Error<Test>;
type Event = crate::Event<Test>;
type Terms = specie_primitives::request::Terms<AccountId32>;

const CAUSE: Cause = Cause { code: CauseCode::Defect, document: Some([0xd0; 32]) };

fn signed(account: AccountId32) -> RuntimeOrigin {
    RuntimeOrigin::signed(account)
}

/// 100 for a withdrawal, until block 11, to be settled until block 21.
fn terms() -> Terms {
    Terms {
        kind: RequestKind::Withdrawal,
        payee: PAYEE,
        payer: None,
        currency: CurrencyId::Native,
        amount: Asked::Exactly(100),
        expires: System::block_number() + 10,
        settle_by: System::block_number() + 20,
        pool: None,
        parent: None,
    }
}

/// The machine opens a request.
fn open(terms: Terms) -> Reference {
    let number = NextNumber::<Test>::get(MACHINE);
    assert_ok!(Requests::open(signed(MACHINE), number, terms));
    Requests::reference_of(&MACHINE, number)
}

/// What the card's order for 100 is going to do.
fn payment(reference: Reference, hold: bool) -> Payment {
    Payment {
        reference,
        carrier: CarrierId(CARD.into()),
        sequence: 1,
        payee: PAYEE.into(),
        amount: 100,
        currency: CurrencyId::Native,
        epoch: 0,
        hold,
    }
}

/// Does what the carriers' pallet does with an order: checks, moves the money, books.
fn execute_order(payment: &Payment) -> Result<DispatchResult, RequestRefusal> {
    <Requests as RequestLedger>::check(payment)?;
    if !payment.hold {
        let (from, to) = (AccountId32::from(payment.carrier.0), AccountId32::from(payment.payee));
        assert_ok!(Balances::transfer_allow_death(signed(from), to, payment.amount));
    }
    Ok(<Requests as RequestLedger>::book(payment))
}

/// A request for which the card holds 100.
fn held() -> Reference {
    let reference = open(terms());
    assert_ok!(execute_order(&payment(reference, true)).unwrap());
    reference
}

fn state(reference: Reference) -> RequestState {
    Requests::request(reference).unwrap().state
}

fn free(account: &AccountId32) -> Balance {
    Balances::free_balance(account)
}

/// What is on hold at the card.
fn on_hold() -> Balance {
    <Requests as RequestLedger>::held(&CarrierId(CARD.into()), CurrencyId::Native)
}

fn deposited() -> Balance {
    Balances::balance_on_hold(&HoldReason::Record.into(), &MACHINE)
}

fn assert_last(event: Event) {
    System::assert_last_event(event.into());
}

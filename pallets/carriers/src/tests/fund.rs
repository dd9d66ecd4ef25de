//! Putting money on a carrier.

use crate::{mock::*, Error, Event};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::{DispatchResult, TokenError};
use specie_primitives::{
    crypto::Scheme,
    ids::{BatchId, CarrierId, CurrencyId},
    order::{Order, EVERYTHING},
    records::{FeePolicy, Permissions},
    Balance,
};

type MachineError = pallet_machines::Error<Test>;

fn denominated(amount: Balance) -> CarrierId {
    let card = card(Scheme::P256, 1);
    let terms = marked(&card, 0, amount);
    assert_ok!(Carriers::initialise(signed(MACHINE), terms));
    card.id()
}

/// [`MACHINE`] asks 5 and one per mille.
fn ask() {
    let fee = FeePolicy { flat: 5, parts_per_million: 1_000 };
    assert_ok!(Machines::change_fee_ceiling(RuntimeOrigin::root(), MACHINE, fee));
    assert_ok!(Machines::change_fee(signed(OPERATOR), MACHINE, fee));
}

fn fund_at(id: CarrierId, amount: Balance, max_fee: Balance) -> DispatchResult {
    Carriers::fund_at(signed(ALICE), id, amount, MACHINE, max_fee)
}

#[test]
fn f6_anybody_funds() {
    execute(|| {
        let card = card(Scheme::Ed25519, 1);
        let id = initialise(&card);
        assert_ok!(Carriers::fund(signed(BOB), id, 300));
        assert_last(Event::CarrierFunded {
            carrier: id,
            amount: 300,
            currency: CurrencyId::Native,
            by: BOB,
            machine: None,
            fee: 0,
        });
        assert_eq!(Balances::free_balance(address(&card)), 300);
        assert_eq!(Balances::free_balance(BOB), START - 300);
        assert_ok!(Carriers::fund(signed(ALICE), id, 1));
        assert_eq!(Balances::free_balance(address(&card)), 301);
    });
}

#[test]
fn f6_fails_when_the_carrier_is_unknown() {
    execute(|| {
        let id = card(Scheme::P256, 1).id();
        assert_noop!(Carriers::fund(signed(ALICE), id, 100), Error::<Test>::UnknownCarrier);
    });
}

#[test]
fn boundary_f6_of_the_payers_balance() {
    execute(|| {
        let id = initialise(&card(Scheme::P256, 1));
        for amount in [START + 1, START, START - ED + 1] {
            assert!(Carriers::fund(signed(ALICE), id, amount).is_err());
        }
        assert_noop!(Carriers::fund(signed(ALICE), id, START + 1), TokenError::FundsUnavailable);
        assert_noop!(Carriers::fund(signed(ALICE), id, START - ED + 1), TokenError::NotExpendable);
        assert_ok!(Carriers::fund(signed(ALICE), id, START - ED));
    });
}

#[test]
fn boundary_f6_of_the_existential_deposit() {
    execute(|| {
        let id = initialise(&card(Scheme::P256, 1));
        assert_noop!(Carriers::fund(signed(ALICE), id, ED - 1), TokenError::BelowMinimum);
        assert_ok!(Carriers::fund(signed(ALICE), id, ED));
    });
}

#[test]
fn f6_fails_when_it_is_more_than_there_can_be() {
    execute(|| {
        let card = funded(Scheme::P256, 100);
        let call = Carriers::fund(signed(ALICE), card.id(), Balance::MAX);
        assert_noop!(call, sp_runtime::ArithmeticError::Underflow);
    });
}

#[test]
fn f6_fails_when_the_carrier_is_stopped() {
    execute(|| {
        let id = initialise(&card(Scheme::P256, 1));
        assert_ok!(Carriers::freeze(RuntimeOrigin::root(), id, CAUSE));
        assert_noop!(Carriers::fund(signed(ALICE), id, 100), Error::<Test>::CarrierFrozen);
        assert_ok!(Carriers::retire(RuntimeOrigin::root(), id, CAUSE));
        assert_noop!(Carriers::fund(signed(ALICE), id, 100), Error::<Test>::CarrierRetired);
    });
}

#[test]
fn f16_fails_when_the_batch_is_suspended_or_revoked() {
    execute(|| {
        let id = initialise(&card(Scheme::P256, 1));
        assert_ok!(Manufacturers::suspend_batch(signed(MANUFACTURER), BatchId(1), CAUSE));
        assert_noop!(Carriers::fund(signed(ALICE), id, 100), Error::<Test>::BatchNotActive);
        assert_noop!(fund_at(id, 100, 0), Error::<Test>::BatchNotActive);
        assert_ok!(Manufacturers::reactivate_batch(RuntimeOrigin::root(), BatchId(1), CAUSE));
        assert_ok!(Carriers::fund(signed(ALICE), id, 100));
        assert_ok!(Manufacturers::revoke_batch(RuntimeOrigin::root(), BatchId(1), CAUSE));
        assert_noop!(Carriers::fund(signed(ALICE), id, 100), Error::<Test>::BatchNotActive);
    });
}

#[test]
fn boundary_f8_the_amount_is_the_denomination() {
    execute(|| {
        let id = denominated(500);
        for amount in [1, 499] {
            assert_noop!(Carriers::fund(signed(ALICE), id, amount), Error::<Test>::NotDenomination);
        }
        // The amount is the most that it may take.
        assert_ok!(Carriers::fund(signed(ALICE), id, 1_000));
        assert_last(Event::CarrierFunded {
            carrier: id,
            amount: 500,
            currency: CurrencyId::Native,
            by: ALICE,
            machine: None,
            fee: 0,
        });
        assert_noop!(Carriers::fund(signed(ALICE), id, 500), Error::<Test>::NotDenomination);
    });
}

#[test]
fn f8_makes_a_denomination_up_after_a_plain_transfer() {
    execute(|| {
        let id = denominated(500);
        assert_ok!(Balances::transfer_allow_death(signed(BOB), id.0.into(), 200));
        assert_noop!(Carriers::fund(signed(ALICE), id, 299), Error::<Test>::NotDenomination);
        // Who sees the funding on its way and sends money first does not make it fail.
        assert_ok!(Carriers::fund(signed(ALICE), id, 500));
        assert_last(Event::CarrierFunded {
            carrier: id,
            amount: 300,
            currency: CurrencyId::Native,
            by: ALICE,
            machine: None,
            fee: 0,
        });
        assert_eq!(Balances::free_balance(sp_runtime::AccountId32::new(id.0)), 500);
    });
}

#[test]
fn f18_the_operator_gets_the_machines_fee() {
    execute(|| {
        ask();
        let id = initialise(&card(Scheme::P256, 1));
        let operator = Balances::free_balance(OPERATOR);
        // 5 and 2.5, rounded up.
        assert_ok!(fund_at(id, 2_500, 100));
        assert_last(Event::CarrierFunded {
            carrier: id,
            amount: 2_500,
            currency: CurrencyId::Native,
            by: ALICE,
            machine: Some(MACHINE),
            fee: 8,
        });
        assert_eq!(Balances::free_balance(ALICE), START - 2_508);
        assert_eq!(Balances::free_balance(OPERATOR), operator + 8);
        assert_eq!(Balances::free_balance(MACHINE), START);
    });
}

#[test]
fn f18_a_machine_may_ask_nothing() {
    execute(|| {
        let id = initialise(&card(Scheme::P256, 1));
        assert_ok!(fund_at(id, 100, 0));
        assert_last(Event::CarrierFunded {
            carrier: id,
            amount: 100,
            currency: CurrencyId::Native,
            by: ALICE,
            machine: Some(MACHINE),
            fee: 0,
        });
    });
}

#[test]
fn boundary_f18_of_what_the_payer_agreed_to() {
    execute(|| {
        ask();
        let id = initialise(&card(Scheme::P256, 1));
        assert_noop!(fund_at(id, 1_000, 5), Error::<Test>::FeeAboveLimit);
        assert_ok!(fund_at(id, 1_000, 6));
    });
}

#[test]
fn f18_fails_when_the_payer_cannot_pay_both() {
    execute(|| {
        ask();
        let id = initialise(&card(Scheme::P256, 1));
        // All but the existential deposit may leave the account. The fee is 1,004, and 1,005 for the first.
        assert_noop!(fund_at(id, START - ED, 2_000), TokenError::FundsUnavailable);
        assert_noop!(fund_at(id, START - ED - 1_003, 2_000), TokenError::NotExpendable);
        assert_ok!(fund_at(id, START - ED - 1_004, 2_000));
        assert_eq!(Balances::free_balance(ALICE), ED);
    });
}

#[test]
fn f18_fails_at_a_machine_that_may_not_fund() {
    execute(|| {
        let id = initialise(&card(Scheme::P256, 1));
        let unknown = Carriers::fund_at(signed(ALICE), id, 100, BOB, 0);
        assert_noop!(unknown, MachineError::UnknownMachine);
        let permissions = Permissions { fund: false, ..EVERY_PERMISSION };
        assert_ok!(Machines::change_permissions(RuntimeOrigin::root(), MACHINE, permissions));
        assert_noop!(fund_at(id, 100, 0), MachineError::NotPermitted);
        assert_ok!(Machines::change_permissions(RuntimeOrigin::root(), MACHINE, EVERY_PERMISSION));
        assert_ok!(Machines::suspend(RuntimeOrigin::root(), MACHINE, CAUSE));
        assert_noop!(fund_at(id, 100, 0), MachineError::MachineSuspended);
    });
}

#[test]
fn f19_recharges_a_cashed_carrier() {
    for scheme in Scheme::ALL {
        execute(|| {
            let card = funded(scheme, 200);
            let first = Order { amount: EVERYTHING, ..order(&card) };
            assert_ok!(spend(&card, &first));
            assert_eq!(Balances::free_balance(address(&card)), 0);
            assert_ok!(Carriers::fund(signed(BOB), card.id(), 300));
            // The order that emptied it cannot empty it again, nor can another of its sequence.
            assert_noop!(spend(&card, &first), Error::<Test>::StaleSequence);
            let same = Order { amount: 150, ..first };
            assert_noop!(spend(&card, &same), Error::<Test>::StaleSequence);
            assert_ok!(spend(&card, &Order { sequence: 2, ..first }));
            assert_eq!(record(&card).sequence, 2);
        });
    }
}

#[test]
fn f6_fails_when_it_is_nothing() {
    execute(|| {
        let card = card(Scheme::Secp256k1, 1);
        initialise(&card);
        assert_noop!(Carriers::fund(signed(ALICE), card.id(), 0), Error::<Test>::AmountTooSmall);
        assert_noop!(Carriers::fund_at(signed(ALICE), card.id(), 0, MACHINE, 100), Error::<Test>::AmountTooSmall);
    });
}

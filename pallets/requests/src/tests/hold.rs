//! Putting money on hold, settling it, giving it back, and what nobody knows.

use super::*;

#[test]
fn f115_money_on_hold_stays_at_its_address() {
    execute(|| {
        let reference = held();
        let carrier = CarrierId(CARD.into());
        assert_last(Event::RequestHeld { reference, carrier, amount: 100 });
        assert_eq!((free(&CARD), on_hold(), free(&PAYEE)), (START - 100, 100, START));
        assert_eq!(Balances::total_balance(&CARD), START);
    });
}

#[test]
fn f115_settles_for_what_was_given_and_frees_the_rest() {
    for amount in [ED, 99, 100] {
        execute(|| {
            let reference = held();
            assert_ok!(Requests::settle(signed(MACHINE), reference, amount));
            let (carrier, by) = (CarrierId(CARD.into()), Actor::Account(MACHINE));
            let cause = Cause::default();
            assert_last(Event::RequestSettled { reference, carrier, payee: PAYEE, amount, by, cause });
            assert_eq!((free(&CARD), on_hold(), free(&PAYEE)), (START - amount, 0, START + amount));
            assert_eq!(state(reference), RequestState::Settled { carrier, amount, at: 1 });
        });
    }
}

#[test]
fn f115_the_same_settlement_again_changes_nothing() {
    execute(|| {
        let reference = held();
        assert_ok!(Requests::settle(signed(MACHINE), reference, 60));
        let root = sp_io::storage::root(sp_runtime::StateVersion::V1);
        // Long after, too: the answer is the first one's.
        System::set_block_number(50);
        assert_ok!(Requests::settle(signed(MACHINE), reference, 60));
        System::set_block_number(1);
        assert_eq!(root, sp_io::storage::root(sp_runtime::StateVersion::V1));
        for other in [59, 61, 100] {
            assert_noop!(Requests::settle(signed(MACHINE), reference, other), Error::WrongState);
        }
        assert_noop!(Requests::release(signed(MACHINE), reference, CAUSE), Error::WrongState);
        assert_noop!(Requests::doubt(signed(MACHINE), reference, CAUSE), Error::WrongState);
    });
}

#[test]
fn fails_more_than_held_and_nothing() {
    execute(|| {
        let reference = held();
        assert_noop!(Requests::settle(signed(MACHINE), reference, 101), Error::MoreThanHeld);
        assert_noop!(Requests::settle(signed(MACHINE), reference, Balance::MAX), Error::MoreThanHeld);
        assert_noop!(Requests::settle(signed(MACHINE), reference, 0), Error::PayeeCannotReceive);
    });
}

#[test]
fn fails_a_part_that_the_payee_cannot_take() {
    execute(|| {
        let nobody = AccountId32::new([77; 32]);
        let reference = open(Terms { payee: nobody.clone(), ..terms() });
        let order = Payment { payee: nobody.clone().into(), ..payment(reference, true) };
        assert_ok!(execute_order(&order).unwrap());
        assert_noop!(Requests::settle(signed(MACHINE), reference, ED - 1), Error::PayeeCannotReceive);
        assert_ok!(Requests::settle(signed(MACHINE), reference, ED));
        assert_eq!(free(&nobody), ED);
    });
}

#[test]
fn fails_settling_by_anybody_but_the_opener() {
    execute(|| {
        let reference = held();
        for account in [PAYEE, STRANGER, CARD] {
            assert_noop!(Requests::settle(signed(account), reference, 100), Error::NotPermitted);
        }
    });
}

#[test]
fn f115_released_money_is_free_again() {
    for account in [MACHINE, PAYEE] {
        execute(|| {
            let reference = held();
            assert_noop!(Requests::release(signed(STRANGER), reference, CAUSE), Error::NotPermitted);
            assert_ok!(Requests::release(signed(account.clone()), reference, CAUSE));
            let freed = Some((CarrierId(CARD.into()), 100));
            let by = Actor::Account(account.clone());
            assert_last(Event::RequestReleased { reference, freed, by, cause: CAUSE });
            assert_eq!((free(&CARD), on_hold(), free(&PAYEE)), (START, 0, START));
            assert_ok!(Requests::release(signed(account), reference, CAUSE));
            assert_noop!(Requests::settle(signed(MACHINE), reference, 100), Error::WrongState);
        });
    }
}

/// The notes may be in the customer's hand, and the machine without power: neither side gets the money by waiting.
#[test]
fn boundary_money_that_nobody_settles_in_time() {
    execute(|| {
        let reference = held();
        System::set_block_number(21);
        assert_noop!(Requests::doubt(signed(STRANGER), reference, CAUSE), Error::NotPermitted);
        System::set_block_number(22);
        assert_noop!(Requests::settle(signed(MACHINE), reference, 100), Error::TooLate);
        assert_noop!(Requests::expire(signed(STRANGER), reference), Error::WrongState);
        assert_ok!(Requests::doubt(signed(STRANGER), reference, CAUSE));
        let (carrier, by) = (CarrierId(CARD.into()), Actor::Account(STRANGER));
        assert_last(Event::RequestInDoubt { reference, carrier, amount: 100, by, cause: CAUSE });
        assert_eq!((free(&CARD), on_hold()), (START - 100, 100));
    });
}

/// In doubt, a machine that comes back cannot decide for itself any more.
#[test]
fn f79_what_is_in_doubt_is_the_issuers_to_decide() {
    for (amount, paid) in [(Some(100), 100), (Some(40), 40), (None, 0)] {
        execute(|| {
            let reference = held();
            assert_noop!(Requests::resolve(RuntimeOrigin::root(), reference, amount, CAUSE), Error::WrongState);
            assert_ok!(Requests::doubt(signed(PAYEE), reference, CAUSE));
            assert_ok!(Requests::doubt(signed(PAYEE), reference, CAUSE));
            assert_noop!(Requests::settle(signed(MACHINE), reference, 100), Error::WrongState);
            assert_noop!(Requests::release(signed(MACHINE), reference, CAUSE), Error::WrongState);
            let by_machine = Requests::resolve(signed(MACHINE), reference, amount, CAUSE);
            assert_eq!(by_machine, Err(DispatchError::BadOrigin));

            assert_ok!(Requests::resolve(RuntimeOrigin::root(), reference, amount, CAUSE));
            assert_eq!((free(&CARD), on_hold(), free(&PAYEE)), (START - paid, 0, START + paid));
            // Again the same: nothing. Another way: refused.
            assert_ok!(Requests::resolve(RuntimeOrigin::root(), reference, amount, CAUSE));
            let other = Requests::resolve(RuntimeOrigin::root(), reference, Some(77), CAUSE);
            assert_eq!(other, Err(Error::WrongState.into()));
        });
    }
}

#[test]
fn fails_unknown_request() {
    execute(|| {
        let nothing = Reference([7; 32]);
        assert_noop!(Requests::settle(signed(MACHINE), nothing, 1), Error::UnknownRequest);
        assert_noop!(Requests::release(signed(MACHINE), nothing, CAUSE), Error::UnknownRequest);
        assert_noop!(Requests::doubt(signed(MACHINE), nothing, CAUSE), Error::UnknownRequest);
        assert_noop!(Requests::expire(signed(MACHINE), nothing), Error::UnknownRequest);
        assert_noop!(Requests::prune(signed(MACHINE), nothing), Error::UnknownRequest);
        assert_noop!(Requests::resolve(RuntimeOrigin::root(), nothing, None, CAUSE), Error::UnknownRequest);
    });
}

/// At most what leaves the existential deposit free can be held.
#[test]
fn boundary_a_card_cannot_hold_its_last_unit() {
    execute(|| {
        let reference = open(Terms { amount: Asked::Between { least: 1, most: START }, ..terms() });
        let order = |amount| Payment { amount, ..payment(reference, true) };
        assert!(execute_order(&order(START - ED + 1)).unwrap().is_err());
        assert_ok!(execute_order(&order(START - ED)).unwrap());
        assert_eq!(free(&CARD), ED);
        assert_ok!(Requests::settle(signed(MACHINE), reference, START - ED));
    });
}

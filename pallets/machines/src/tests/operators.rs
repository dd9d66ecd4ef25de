//! Another operator for a machine: announced, seen coming, taken back.

use super::*;

const DELAY: u32 = 10;

fn announce(operator: AccountId32) {
    assert_ok!(Machines::change_operator(issuer(), ATM, operator, CAUSE));
}

fn apply() -> DispatchResult {
    Machines::apply_operator_change(signed(STRANGER), ATM)
}

#[test]
fn f17_boundary_takes_effect_after_the_delay() {
    build_and_execute(|| {
        register(ATM);
        announce(SAFE);
        let (machine, from) = (ATM, 1 + DELAY);
        let by = Actor::Root;
        assert_event(Event::OperatorChangeAnnounced { machine, operator: SAFE, from, by, cause: CAUSE });
        assert_eq!(record(ATM).operator, <[u8; 32]>::from(OPERATOR));

        System::set_block_number(DELAY);
        assert_noop!(apply(), Error::TooEarly);
        System::set_block_number(1 + DELAY);
        assert_ok!(apply());
        assert_event(Event::OperatorChanged { machine: ATM, from: OPERATOR, to: SAFE });
        assert_eq!(authorise(&ATM, Permission::Fund), Ok(SAFE));
        assert_noop!(Machines::change_fee(signed(OPERATOR), ATM, policy(0, 0)), Error::NotOperator);
        assert_ok!(Machines::change_fee(signed(SAFE), ATM, policy(0, 0)));
        assert_noop!(apply(), Error::NoOperatorChange);
    });
}

#[test]
fn f17_an_announcement_replaces_an_earlier_one_and_begins_anew() {
    build_and_execute(|| {
        register(ATM);
        announce(SAFE);
        System::set_block_number(5);
        announce(STRANGER);
        System::set_block_number(1 + DELAY);
        assert_noop!(apply(), Error::TooEarly);
        System::set_block_number(5 + DELAY);
        assert_ok!(apply());
        assert_eq!(record(ATM).operator, <[u8; 32]>::from(STRANGER));
    });
}

#[test]
fn f17_a_change_that_was_taken_back_never_happens() {
    build_and_execute(|| {
        register(ATM);
        announce(SAFE);
        assert_ok!(Machines::cancel_operator_change(issuer(), ATM, CAUSE));
        assert_event(Event::OperatorChangeCancelled { machine: ATM, by: Actor::Root, cause: CAUSE });
        System::set_block_number(100);
        assert_noop!(apply(), Error::NoOperatorChange);
        assert_noop!(Machines::cancel_operator_change(issuer(), ATM, CAUSE), Error::NoOperatorChange);
    });
}

#[test]
fn f17_fails_by_anybody_but_the_issuer_and_for_no_machine() {
    build_and_execute(|| {
        register(ATM);
        for account in [OPERATOR, ATM, STRANGER] {
            let change = Machines::change_operator(signed(account.clone()), ATM, account.clone(), CAUSE);
            assert_eq!(change, Err(DispatchError::BadOrigin));
            assert_noop!(Machines::cancel_operator_change(signed(account), ATM, CAUSE), DispatchError::BadOrigin);
        }
        assert_noop!(Machines::change_operator(issuer(), SAFE, STRANGER, CAUSE), Error::UnknownMachine);
        assert_noop!(Machines::apply_operator_change(RuntimeOrigin::none(), ATM), DispatchError::BadOrigin);
    });
}

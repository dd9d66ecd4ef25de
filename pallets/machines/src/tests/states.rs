//! Suspending machines and resuming them.

use super::*;

#[test]
fn f2_fails_suspended_machine() {
    build_and_execute(|| {
        register(ATM);
        register(SAFE);
        give(ATM, 3);
        assert_ok!(Machines::suspend(issuer(), ATM, CAUSE));
        assert_event(Event::MachineSuspended { machine: ATM, by: Actor::Root, cause: CAUSE });
        assert!(record(ATM).suspended);
        for permission in EVERY_PERMISSION {
            assert_noop!(authorise(&ATM, permission), Error::MachineSuspended);
            assert_eq!(authorise(&SAFE, permission), Ok(OPERATOR));
        }
    });
}

#[test]
fn f2_fails_unknown_machine() {
    build_and_execute(|| {
        register(SAFE);
        for permission in EVERY_PERMISSION {
            assert_noop!(authorise(&ATM, permission), Error::UnknownMachine);
        }
    });
}

#[test]
fn a_resumed_machine_goes_on_where_it_was() {
    build_and_execute(|| {
        register(ATM);
        give(ATM, 3);
        assert_ok!(use_grant(&ATM, 1));
        assert_ok!(Machines::change_fee(signed(OPERATOR), ATM, CEILING));
        let before = record(ATM);

        assert_ok!(Machines::suspend(issuer(), ATM, CAUSE));
        assert_eq!(record(ATM), Machine { suspended: true, ..before });
        assert_eq!(open(ATM), [0, 2]);

        assert_ok!(Machines::resume(issuer(), ATM, CAUSE));
        assert_event(Event::MachineResumed { machine: ATM, by: Actor::Root, cause: CAUSE });
        assert_eq!(record(ATM), before);
        assert_eq!(open(ATM), [0, 2]);
        for permission in EVERY_PERMISSION {
            assert_eq!(authorise(&ATM, permission), Ok(OPERATOR));
        }
    });
}

#[test]
fn the_grants_of_a_stolen_machine_are_revoked_while_it_is_suspended() {
    build_and_execute(|| {
        register(ATM);
        give(ATM, 3);
        assert_ok!(Machines::suspend(issuer(), ATM, CAUSE));
        assert_ok!(Machines::revoke_grants(issuer(), ATM, 0, 3, CAUSE));
        assert_ok!(Machines::resume(issuer(), ATM, CAUSE));
        assert!(open(ATM).is_empty());
    });
}

#[test]
fn fails_machine_suspended() {
    build_and_execute(|| {
        register(ATM);
        assert_ok!(Machines::suspend(issuer(), ATM, CAUSE));
        assert_noop!(Machines::suspend(issuer(), ATM, CAUSE), Error::MachineSuspended);
    });
}

#[test]
fn fails_machine_not_suspended() {
    build_and_execute(|| {
        register(ATM);
        assert_noop!(Machines::resume(issuer(), ATM, CAUSE), Error::MachineNotSuspended);
        assert_ok!(Machines::suspend(issuer(), ATM, CAUSE));
        assert_ok!(Machines::resume(issuer(), ATM, CAUSE));
        assert_noop!(Machines::resume(issuer(), ATM, CAUSE), Error::MachineNotSuspended);
    });
}

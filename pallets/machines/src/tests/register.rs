//! Registering machines.

use super::*;

#[test]
fn f2_authorises_a_named_machine() {
    build_and_execute(|| {
        assert_eq!(Machines::machine_record(ATM), None);
        assert_ok!(Machines::register(issuer(), ATM, MachineKind::Atm, OPERATOR, ALL, CEILING));
        assert_event(Event::MachineRegistered {
            machine: ATM,
            kind: MachineKind::Atm,
            operator: OPERATOR,
            permissions: ALL,
            by: Actor::Root,
        });
        let expected = Machine {
            kind: MachineKind::Atm,
            operator: OPERATOR.into(),
            permissions: ALL,
            suspended: false,
            next_grant: 0,
            open_grants: 0,
            fee: policy(0, 0),
            fee_ceiling: CEILING,
        };
        assert_eq!(Machines::machine_record(ATM), Some(expected));
    });
}

#[test]
fn takes_every_kind() {
    build_and_execute(|| {
        let kinds =
            [MachineKind::Atm, MachineKind::Safe, MachineKind::Shop, MachineKind::Vehicle, MachineKind::Phone];
        for (number, kind) in (1..).zip(kinds) {
            let machine = AccountId32::new([number; 32]);
            assert_ok!(Machines::register(issuer(), machine.clone(), kind, OPERATOR, ALL, CEILING));
            assert_eq!(record(machine).kind, kind);
        }
    });
}

#[test]
fn a_machine_may_run_itself() {
    build_and_execute(|| {
        assert_ok!(Machines::register(issuer(), ATM, MachineKind::Phone, ATM, ALL, CEILING));
        assert_eq!(authorise(&ATM, Permission::Fund), Ok(ATM));
        assert_ok!(Machines::change_fee(signed(ATM), ATM, CEILING));
    });
}

#[test]
fn fails_machine_exists() {
    build_and_execute(|| {
        register(ATM);
        give(ATM, 3);
        let again = || Machines::register(issuer(), ATM, MachineKind::Shop, STRANGER, ALL, CEILING);
        assert_noop!(again(), Error::MachineExists);
        assert_ok!(Machines::suspend(issuer(), ATM, CAUSE));
        assert_noop!(again(), Error::MachineExists);
    });
}

#[test]
fn f18_boundary_ceiling() {
    build_and_execute(|| {
        let register = |parts_per_million| {
            let ceiling = policy(Balance::MAX, parts_per_million);
            Machines::register(issuer(), ATM, MachineKind::Atm, OPERATOR, ALL, ceiling)
        };
        for too_much in [1_000_001, u32::MAX] {
            assert_noop!(register(too_much), Error::FeeTooHigh);
        }
        assert_ok!(register(1_000_000));
    });
}

//! Who may make which call, and what a machine may do.

use super::*;
use crate::Call;
use frame_support::traits::UnfilteredDispatchable;
use sp_runtime::DispatchError::BadOrigin;

/// Every call that is the issuer's alone.
fn issuer_calls() -> [Call<Test>; 7] {
    let machine = ATM;
    [
        Call::register {
            machine: STRANGER,
            kind: MachineKind::Atm,
            operator: STRANGER,
            permissions: ALL,
            fee_ceiling: CEILING,
        },
        Call::change_permissions { machine: machine.clone(), permissions: ALL },
        Call::suspend { machine: machine.clone(), cause: CAUSE },
        Call::resume { machine: machine.clone(), cause: CAUSE },
        Call::give_grants { machine: machine.clone(), count: 1 },
        Call::revoke_grants { machine: machine.clone(), from: 0, count: 1, cause: CAUSE },
        Call::change_fee_ceiling { machine, ceiling: CEILING },
    ]
}

#[test]
fn fails_issuer_calls_by_anybody_else() {
    build_and_execute(|| {
        register(ATM);
        give(ATM, 1);
        for call in issuer_calls() {
            for origin in [signed(ATM), signed(OPERATOR), signed(STRANGER), RuntimeOrigin::none()] {
                assert_noop!(call.clone().dispatch_bypass_filter(origin), BadOrigin);
            }
        }
    });
}

#[test]
fn fails_changing_a_fee_without_an_account() {
    build_and_execute(|| {
        register(ATM);
        for origin in [issuer(), RuntimeOrigin::none()] {
            assert_noop!(Machines::change_fee(origin, ATM, CEILING), BadOrigin);
        }
    });
}

#[test]
fn fails_unknown_machine() {
    build_and_execute(|| {
        register(SAFE);
        let calls = issuer_calls().into_iter().filter(|call| !matches!(call, Call::register { .. }));
        for call in calls {
            assert_noop!(call.dispatch_bypass_filter(issuer()), Error::UnknownMachine);
        }
        assert_noop!(Machines::change_fee(signed(OPERATOR), ATM, CEILING), Error::UnknownMachine);
    });
}

mod change_permissions {
    use super::*;

    #[test]
    fn allows_what_it_says_and_nothing_else() {
        build_and_execute(|| {
            register(ATM);
            for bits in 0..8 {
                let permissions =
                    Permissions { initialise: bits & 1 != 0, fund: bits & 2 != 0, cash_out: bits & 4 != 0 };
                assert_ok!(Machines::change_permissions(issuer(), ATM, permissions));
                assert_event(Event::MachinePermissionsChanged { machine: ATM, permissions, by: Actor::Root });
                assert_eq!(record(ATM).permissions, permissions);

                for (bit, permission) in EVERY_PERMISSION.into_iter().enumerate() {
                    if bits & (1 << bit) != 0 {
                        assert_eq!(authorise(&ATM, permission), Ok(OPERATOR));
                    } else {
                        assert_noop!(authorise(&ATM, permission), Error::NotPermitted);
                    }
                }
            }
        });
    }

    #[test]
    fn changes_nothing_else() {
        build_and_execute(|| {
            register(ATM);
            give(ATM, 3);
            assert_ok!(Machines::change_fee(signed(OPERATOR), ATM, CEILING));
            assert_ok!(Machines::suspend(issuer(), ATM, CAUSE));
            let before = record(ATM);
            let permissions = Permissions::default();
            assert_ok!(Machines::change_permissions(issuer(), ATM, permissions));
            assert_eq!(record(ATM), Machine { permissions, ..before });
        });
    }
}

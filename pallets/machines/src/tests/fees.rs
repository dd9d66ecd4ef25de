//! What a machine asks for funding, and the most that it may ask (F18).

use super::*;

mod ask {
    use super::*;

    #[test]
    fn f18_flat_and_proportional() {
        build_and_execute(|| {
            register(ATM);
            // Ten units and one per cent, rounded up.
            assert_ok!(Machines::change_fee(signed(OPERATOR), ATM, policy(10, 10_000)));
            for (amount, expected) in [(0, 10), (1, 11), (100, 11), (101, 12), (10_000, 110), (10_001, 111)] {
                assert_eq!(fee(&ATM, amount), Ok(expected));
            }
        });
    }

    #[test]
    fn nothing_before_the_operator_asks() {
        build_and_execute(|| {
            register(ATM);
            for amount in [0, 1, Balance::MAX] {
                assert_eq!(fee(&ATM, amount), Ok(0));
            }
        });
    }

    #[test]
    fn f18_boundary_largest_fee() {
        build_and_execute(|| {
            let ceiling = policy(1, 1_000_000);
            assert_ok!(Machines::register(issuer(), ATM, MachineKind::Atm, OPERATOR, ALL, ceiling));
            assert_ok!(Machines::change_fee(signed(OPERATOR), ATM, ceiling));
            assert_eq!(fee(&ATM, Balance::MAX - 1), Ok(Balance::MAX));
            assert_noop!(fee(&ATM, Balance::MAX), Error::Overflow);
        });
    }

    #[test]
    fn fails_unknown_machine() {
        build_and_execute(|| {
            register(SAFE);
            assert_noop!(fee(&ATM, 1), Error::UnknownMachine);
        });
    }
}

mod change_fee {
    use super::*;

    #[test]
    fn f18_the_operator_sets_it() {
        build_and_execute(|| {
            register(ATM);
            let before = record(ATM);
            let fee = policy(5, 300);
            assert_ok!(Machines::change_fee(signed(OPERATOR), ATM, fee));
            assert_event(Event::FeeChanged { machine: ATM, fee, by: Actor::Account(OPERATOR) });
            assert_eq!(record(ATM), Machine { fee, ..before });
        });
    }

    #[test]
    fn f18_boundary_ceiling() {
        build_and_execute(|| {
            register(ATM);
            let change = |fee| Machines::change_fee(signed(OPERATOR), ATM, fee);
            for too_high in [policy(51, 20_000), policy(50, 20_001), policy(51, 0), policy(0, u32::MAX)] {
                assert_noop!(change(too_high), Error::FeeTooHigh);
            }
            for allowed in [CEILING, policy(50, 0), policy(0, 20_000), policy(0, 0)] {
                assert_ok!(change(allowed));
            }
        });
    }

    #[test]
    fn f18_fails_not_operator() {
        build_and_execute(|| {
            register(ATM);
            assert_ok!(Machines::register(issuer(), SAFE, MachineKind::Safe, STRANGER, ALL, CEILING));
            for account in [ATM, SAFE, STRANGER] {
                assert_noop!(Machines::change_fee(signed(account), ATM, policy(0, 0)), Error::NotOperator);
            }
        });
    }

    #[test]
    fn one_operators_machines_ask_differently() {
        build_and_execute(|| {
            register(ATM);
            register(SAFE);
            assert_ok!(Machines::change_fee(signed(OPERATOR), ATM, policy(5, 0)));
            assert_ok!(Machines::change_fee(signed(OPERATOR), SAFE, policy(7, 0)));
            assert_eq!((fee(&ATM, 1), fee(&SAFE, 1)), (Ok(5), Ok(7)));
        });
    }
}

mod change_fee_ceiling {
    use super::*;

    /// A machine that asks 40 units and one per cent.
    fn asking() -> FeePolicy {
        register(ATM);
        let fee = policy(40, 10_000);
        assert_ok!(Machines::change_fee(signed(OPERATOR), ATM, fee));
        fee
    }

    #[test]
    fn f18_a_fee_above_it_falls_to_it() {
        for (ceiling, expected) in [
            (policy(40, 10_000), policy(40, 10_000)),
            (policy(39, 10_000), policy(39, 10_000)),
            (policy(40, 9_999), policy(40, 9_999)),
            (policy(100, 0), policy(40, 0)),
            (policy(0, 0), policy(0, 0)),
        ] {
            build_and_execute(|| {
                asking();
                let before = record(ATM);
                assert_ok!(Machines::change_fee_ceiling(issuer(), ATM, ceiling));
                assert_event(Event::FeeCeilingChanged { machine: ATM, ceiling, fee: expected, by: Actor::Root });
                assert_eq!(record(ATM), Machine { fee: expected, fee_ceiling: ceiling, ..before });
            });
        }
    }

    #[test]
    fn f18_a_fee_does_not_rise_with_it() {
        build_and_execute(|| {
            let fee = asking();
            let ceiling = policy(1_000, 500_000);
            assert_ok!(Machines::change_fee_ceiling(issuer(), ATM, ceiling));
            assert_event(Event::FeeCeilingChanged { machine: ATM, ceiling, fee, by: Actor::Root });
            assert_ok!(Machines::change_fee(signed(OPERATOR), ATM, ceiling));
        });
    }

    #[test]
    fn f18_boundary_whole_amount() {
        build_and_execute(|| {
            asking();
            let change = |ceiling| Machines::change_fee_ceiling(issuer(), ATM, ceiling);
            for too_high in [policy(0, 1_000_001), policy(0, u32::MAX)] {
                assert_noop!(change(too_high), Error::FeeTooHigh);
            }
            assert_ok!(change(policy(Balance::MAX, 1_000_000)));
        });
    }
}

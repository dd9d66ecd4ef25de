//! Pools and who has duties in them.

use super::*;

#[test]
fn f102_a_pool_is_made_changed_and_dissolved() {
    execute(|| {
        let id = create();
        assert_eq!((id, pool(id).parties, held()), (POOL, 5, POOL_DEPOSIT));
        assert_eq!(pool(id).operator, OPERATOR);
        let policy = PoolPolicy { lease: MAX_LEASE, approvals: 1 };
        assert_ok!(Safes::change_policy(signed(OPERATOR), id, policy));
        assert_eq!(pool(id).policy, policy);
        assert_ok!(Safes::change_party(signed(OPERATOR), id, MANAGER, NO_DUTIES));
        assert_eq!((pool(id).parties, PartiesOf::<Test>::get(id, MANAGER)), (4, None));
        assert_ok!(join(UNIT, id, card(1)));
        assert_noop!(Safes::dissolve(signed(OPERATOR), id), Error::HasMembers);
        assert_ok!(Safes::leave(signed(OPERATOR), id, card(1)));
        assert_noop!(Safes::dissolve(signed(UNIT), id), Error::NotPermitted);
        assert_ok!(Safes::dissolve(signed(OPERATOR), id));
        assert_eq!((Pools::<Test>::get(id), held()), (None, 0));
        assert_eq!(create(), PoolId(1), "a number is given once");
    });
}

#[test]
fn f93_a_pool_that_nobody_could_unlock_is_refused() {
    execute(|| {
        let id = create();
        for policy in [
            PoolPolicy { lease: 0, ..POLICY },
            PoolPolicy { lease: MAX_LEASE + 1, ..POLICY },
            PoolPolicy { approvals: 0, ..POLICY },
            PoolPolicy { approvals: 3, ..POLICY },
        ] {
            assert_noop!(Safes::change_policy(signed(OPERATOR), id, policy), Error::BadPolicy);
        }
        assert_noop!(Safes::change_party(signed(OPERATOR), id, CLERK, NO_DUTIES), Error::BadPolicy);
        let none = vec![(UNIT, UNIT_DUTIES)].try_into().unwrap();
        assert_noop!(Safes::create(signed(OPERATOR), POLICY, none), Error::BadPolicy);
    });
}

#[test]
fn f101_units_are_the_operators_machines() {
    execute(|| {
        let id = create();
        assert_noop!(Safes::change_party(signed(OPERATOR), id, STRANGER, UNIT_DUTIES), Error::NotOperatorsMachine);
        let parties = vec![(UNIT, UNIT_DUTIES), (CLERK, UNLOCKER), (MANAGER, UNLOCKER)].try_into().unwrap();
        assert_noop!(Safes::create(signed(STRANGER), POLICY, parties), Error::NotOperatorsMachine);
        // Who leads and may not any more leads no more.
        assert_ok!(Safes::take_lead(signed(UNIT), id, 0));
        assert_ok!(Safes::change_party(signed(OPERATOR), id, UNIT, NO_DUTIES));
        assert_eq!((pool(id).leader, pool(id).epoch), (None, 2), "what it has had signed is dead");
        assert_eq!(last_event(), Event::EpochEnded { pool: id, epoch: 2 });
        assert_ok!(Safes::take_lead(signed(OTHER_UNIT), id, 2));
        // A machine that is stopped leads no more, and has nobody join.
        Machines::suspend(&OTHER_UNIT);
        assert_noop!(Safes::renew(signed(OTHER_UNIT), id, 3), Error::NotPermitted);
        assert_noop!(join(OTHER_UNIT, id, card(1)), Error::NotPermitted);
        assert!(!may_open(&OTHER_UNIT, id, 3));
        System::set_block_number(2 + POLICY.lease);
        assert_noop!(Safes::take_lead(signed(OTHER_UNIT), id, 3), Error::NotPermitted);
    });
}

#[test]
fn parties_are_few_and_the_operators_choice() {
    execute(|| {
        let id = create();
        assert_ok!(Safes::change_party(signed(OPERATOR), id, STRANGER, HOST_DUTIES));
        let more = AccountId32::new([8; 32]);
        assert_noop!(Safes::change_party(signed(OPERATOR), id, more, HOST_DUTIES), Error::TooManyParties);
        for account in [UNIT, HOST, STRANGER] {
            assert_noop!(Safes::change_party(signed(account.clone()), id, HOST, NO_DUTIES), Error::NotPermitted);
            assert_noop!(Safes::change_policy(signed(account), id, POLICY), Error::NotPermitted);
        }
    });
}

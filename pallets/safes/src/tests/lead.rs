//! Who leads, and for how long.

use super::*;

#[test]
fn f101_the_lead_is_taken_renewed_and_given_up() {
    execute(|| {
        let id = create();
        assert_ok!(Safes::take_lead(signed(UNIT), id, 0));
        assert_eq!(last_event(), Event::LeadTaken { pool: id, leader: UNIT, epoch: 1, lease_until: 11 });
        System::set_block_number(8);
        assert_ok!(Safes::renew(signed(UNIT), id, 1));
        assert_eq!((pool(id).lease_until, pool(id).epoch), (18, 1));
        // Its own lead it may take anew, which ends what it signed before.
        assert_ok!(Safes::take_lead(signed(UNIT), id, 1));
        assert_eq!(pool(id).epoch, 2);
        assert_ok!(Safes::step_down(signed(UNIT), id, 2));
        assert_eq!((pool(id).leader, pool(id).epoch), (None, 2));
        assert_ok!(Safes::take_lead(signed(OTHER_UNIT), id, 2));
    });
}

#[test]
fn f101_of_two_that_take_over_at_once_one_leads() {
    execute(|| {
        let id = create();
        assert_ok!(Safes::take_lead(signed(UNIT), id, 0));
        assert_noop!(Safes::take_lead(signed(OTHER_UNIT), id, 0), Error::OtherEpoch);
        assert_noop!(Safes::take_lead(signed(OTHER_UNIT), id, 1), Error::Led);
        // The lease's last block is the leader's still.
        System::set_block_number(11);
        assert_noop!(Safes::take_lead(signed(OTHER_UNIT), id, 1), Error::Led);
        System::set_block_number(12);
        assert_ok!(Safes::take_lead(signed(OTHER_UNIT), id, 1));
        assert_noop!(Safes::take_lead(signed(UNIT), id, 1), Error::OtherEpoch);
    });
}

#[test]
fn f101_a_leader_that_was_late_goes_on_while_nobody_took_over() {
    execute(|| {
        let id = create();
        assert_ok!(Safes::take_lead(signed(UNIT), id, 0));
        System::set_block_number(40);
        assert_ok!(Safes::renew(signed(UNIT), id, 1));
        assert_noop!(Safes::take_lead(signed(OTHER_UNIT), id, 1), Error::Led);
    });
}

#[test]
fn f101_only_units_lead() {
    execute(|| {
        let id = create();
        for account in [OPERATOR, HOST, CLERK, STRANGER] {
            assert_noop!(Safes::take_lead(signed(account), id, 0), Error::NotPermitted);
        }
        assert_noop!(Safes::take_lead(signed(UNIT), PoolId(9), 0), Error::UnknownPool);
        assert_ok!(Safes::take_lead(signed(UNIT), id, 0));
        assert_noop!(Safes::renew(signed(OTHER_UNIT), id, 1), Error::NotPermitted);
        assert_noop!(Safes::step_down(signed(OTHER_UNIT), id, 1), Error::NotPermitted);
        assert_noop!(Safes::step_down(signed(UNIT), id, 0), Error::OtherEpoch);
    });
}

/// A box that was stolen: the issuer suspends its machine.
#[test]
fn f101_a_machine_that_is_stopped_keeps_nobody_waiting_and_is_paid_for_nothing() {
    execute(|| {
        let id = create();
        assert_ok!(join(UNIT, id, card(1)));
        assert_ok!(Safes::take_lead(signed(UNIT), id, 0));
        assert_ok!(asked_by(UNIT, card(1), Some(id), 1));
        assert_noop!(Safes::take_lead(signed(OTHER_UNIT), id, 1), Error::Led);
        Machines::suspend(&UNIT);
        assert_eq!(asked_by(UNIT, card(1), Some(id), 1), Err(PoolRefusal::OtherEpoch));
        assert_ok!(gate(card(1), Some(id), 1));
        assert!(!<Safes as PoolAuthority<AccountId32>>::may_take_back(&UNIT, id));
        assert_ok!(Safes::take_lead(signed(OTHER_UNIT), id, 1));
    });
}

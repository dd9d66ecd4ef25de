//! What carriers and requests are told.

use super::*;

fn may_receive(carrier: CarrierId) -> bool {
    <Safes as PoolAuthority<AccountId32>>::may_receive(&carrier)
}

#[test]
fn f81_a_member_pays_for_requests_to_its_pool_alone() {
    execute(|| {
        let (id, other) = (create(), create());
        assert_ok!(join(UNIT, id, card(1)));
        assert_eq!(gate(card(1), None, 0), Err(PoolRefusal::NoRequest));
        assert_eq!(gate(card(1), Some(other), 0), Err(PoolRefusal::OtherPool));
        assert_ok!(gate(card(1), Some(id), 0));
        assert_eq!(gate(card(1), Some(id), 1), Err(PoolRefusal::LaterEpoch), "known elsewhere, perhaps");
        assert_ok!(Safes::take_lead(signed(UNIT), id, 0));
        assert_eq!(gate(card(1), Some(id), 0), Err(PoolRefusal::OtherEpoch));
        // Whoever has no such duty any more asks for nothing.
        assert_ok!(asked_by(UNIT, card(1), Some(id), 1));
        assert_ok!(Safes::change_party(signed(OPERATOR), id, HOST, NO_DUTIES));
        assert_eq!(gate(card(1), Some(id), 1), Err(PoolRefusal::OtherEpoch));
        assert_eq!(asked_by(CLERK, card(1), Some(id), 1), Err(PoolRefusal::OtherEpoch));
        // Nobody else pays a request to a pool.
        assert_ok!(gate(card(2), None, 0));
        assert_eq!(gate(card(2), Some(id), 0), Err(PoolRefusal::OtherPool));
    });
}

#[test]
fn f82_f89_what_is_on_hold_goes_out_in_its_epoch_from_an_open_pool() {
    execute(|| {
        let id = create();
        assert_ok!(join(UNIT, id, card(1)));
        assert_ok!(Safes::take_lead(signed(UNIT), id, 0));
        for (asked, said) in [
            (None, Ok(())),
            (Some((id, 0)), Ok(())),
            (Some((id, 1)), Ok(())),
            (Some((id, 7)), Err(PoolRefusal::OtherEpoch)),
        ] {
            assert_eq!(may_settle(card(1), asked), said, "{asked:?}");
        }
        let may_take_back = |who| <Safes as PoolAuthority<AccountId32>>::may_take_back(&who, id);
        assert!(may_take_back(OPERATOR) && may_take_back(UNIT));
        assert!(!may_take_back(OTHER_UNIT) && !may_take_back(HOST) && !may_take_back(STRANGER));
        assert_ok!(Safes::lock(signed(UNIT), id, PoolLock::NoPayout, CAUSE));
        for asked in [None, Some((id, 0)), Some((id, 1))] {
            assert_eq!(may_settle(card(1), asked), Err(PoolRefusal::Locked));
        }
        assert_ok!(may_settle(card(2), None));
        // One order is one order: nothing goes out beside it.
        unlock(id, PoolLock::OneOrder);
        assert_eq!(may_settle(card(1), Some((id, 1))), Err(PoolRefusal::Locked));
        <Safes as PoolAuthority<AccountId32>>::paid(&card(1));
        unlock(id, PoolLock::Open);
        // The pool that was asked decides, also after the card has left.
        assert_ok!(Safes::leave(signed(OPERATOR), id, card(1)));
        assert_ok!(may_settle(card(1), Some((id, 1))));
        assert_eq!(may_settle(card(1), Some((id, 7))), Err(PoolRefusal::OtherEpoch));
        assert_ok!(Safes::lock(signed(UNIT), id, PoolLock::NoPayout, CAUSE));
        assert_eq!(may_settle(card(1), Some((id, 1))), Err(PoolRefusal::Locked));
        assert_ok!(may_settle(card(1), None));
        // Whoever may ask no more settles no more.
        assert_ok!(Safes::change_party(signed(OPERATOR), id, HOST, NO_DUTIES));
        assert_eq!(may_settle(card(1), Some((id, 0))), Err(PoolRefusal::OtherEpoch));
    });
}

#[test]
fn f89_f90_a_locked_pool_pays_nobody_and_takes_in_as_its_lock_says() {
    execute(|| {
        let id = create();
        assert_ok!(join(UNIT, id, card(1)));
        for (lock, lets_in) in [(PoolLock::NoPayout, true), (PoolLock::NoChange, false)] {
            assert_ok!(Safes::lock(signed(UNIT), id, lock, CAUSE));
            assert_eq!(gate(card(1), Some(id), 0), Err(PoolRefusal::Locked));
            assert_eq!((may_receive(card(1)), may_receive(card(2))), (lets_in, true));
            assert_eq!(<Safes as PoolAuthority<AccountId32>>::pool_of(&card(1)), Some((id, lock)));
        }
    });
}

#[test]
fn f104_the_leader_asks_in_its_epoch_and_a_host_in_any() {
    execute(|| {
        let id = create();
        assert!(may_open(&HOST, id, 0) && !may_open(&UNIT, id, 0));
        assert_ok!(Safes::take_lead(signed(UNIT), id, 0));
        assert!(may_open(&UNIT, id, 1) && may_open(&HOST, id, 1) && may_open(&HOST, id, 0));
        assert!(!may_open(&UNIT, id, 0) && !may_open(&HOST, id, 2) && !may_open(&OTHER_UNIT, id, 1));
        for account in [OPERATOR, CLERK, STRANGER] {
            assert!(!may_open(&account, id, 1) && !may_open(&account, id, 0));
        }
        assert!(!may_open(&HOST, PoolId(9), 0));
        assert_ok!(Safes::lock(signed(UNIT), id, PoolLock::NoPayout, CAUSE));
        assert!(!may_open(&UNIT, id, 1) && !may_open(&HOST, id, 0));
    });
}

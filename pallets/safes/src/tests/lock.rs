//! The lock.

use super::*;

#[test]
fn f89_f91_any_party_locks_and_tighter_only() {
    for account in [OPERATOR, UNIT, HOST, CLERK] {
        execute(|| {
            let id = create();
            assert_ok!(Safes::lock(signed(account.clone()), id, PoolLock::NoPayout, CAUSE));
            assert_eq!((pool(id).lock, pool(id).lock_number), (PoolLock::NoPayout, 1));
            let by = Actor::Account(account.clone());
            let locked = Event::PoolLocked { pool: id, lock: PoolLock::NoPayout, number: 1, by, cause: CAUSE };
            assert_eq!(last_event(), locked);
            assert_noop!(Safes::lock(signed(UNIT), id, PoolLock::NoPayout, CAUSE), Error::WrongLock);
            assert_ok!(Safes::lock(signed(UNIT), id, PoolLock::NoChange, CAUSE));
            assert_noop!(Safes::lock(signed(UNIT), id, PoolLock::NoPayout, CAUSE), Error::WrongLock);
            for open in [PoolLock::Open, PoolLock::OneOrder] {
                assert_noop!(Safes::lock(signed(UNIT), id, open, CAUSE), Error::WrongLock);
            }
        });
    }
}

#[test]
fn f89_the_issuer_locks_and_strangers_do_not() {
    execute(|| {
        let id = create();
        assert_noop!(Safes::lock(signed(STRANGER), id, PoolLock::NoPayout, CAUSE), Error::NotPermitted);
        assert_noop!(Safes::lock(RuntimeOrigin::root(), PoolId(9), PoolLock::NoPayout, CAUSE), Error::UnknownPool);
        assert_ok!(Safes::lock(RuntimeOrigin::root(), id, PoolLock::NoChange, CAUSE));
        assert_eq!(pool(id).lock, PoolLock::NoChange);
    });
}

#[test]
fn f93_as_many_unlock_as_the_policy_says_and_this_lock_alone() {
    execute(|| {
        let id = create();
        assert_noop!(Safes::unlock(signed(CLERK), id, 0, PoolLock::Open), Error::WrongLock);
        assert_ok!(Safes::lock(signed(UNIT), id, PoolLock::NoPayout, CAUSE));
        for account in [OPERATOR, UNIT, HOST, STRANGER] {
            assert_noop!(Safes::unlock(signed(account), id, 1, PoolLock::Open), Error::NotPermitted);
        }
        assert_noop!(Safes::unlock(signed(CLERK), id, 1, PoolLock::NoPayout), Error::WrongLock);
        assert_noop!(Safes::unlock(signed(CLERK), id, 0, PoolLock::Open), Error::OtherLock);
        assert_ok!(Safes::unlock(signed(CLERK), id, 1, PoolLock::Open));
        assert_ok!(Safes::unlock(signed(CLERK), id, 1, PoolLock::Open));
        assert_eq!(pool(id).lock, PoolLock::NoPayout, "one who agrees twice is one");
        // Tighter meanwhile: what was agreed to was another lock.
        assert_ok!(Safes::lock(signed(HOST), id, PoolLock::NoChange, CAUSE));
        assert_eq!(Approvals::<Test>::iter_prefix(id).count(), 0);
        assert_noop!(Safes::unlock(signed(MANAGER), id, 1, PoolLock::Open), Error::OtherLock);
        assert_ok!(Safes::unlock(signed(MANAGER), id, 2, PoolLock::OneOrder));
        // For one order, and for good: not the same.
        assert_ok!(Safes::unlock(signed(CLERK), id, 2, PoolLock::Open));
        assert_eq!(pool(id).lock, PoolLock::NoChange);
        assert_ok!(Safes::unlock(signed(MANAGER), id, 2, PoolLock::Open));
        assert_eq!((pool(id).lock, pool(id).lock_number), (PoolLock::Open, 3));
    });
}

#[test]
fn f92_unlocked_for_one_order_and_locked_again() {
    execute(|| {
        let id = create();
        assert_ok!(join(UNIT, id, card(1)));
        assert_ok!(join(UNIT, id, card(2)));
        assert_ok!(Safes::lock(signed(UNIT), id, PoolLock::NoPayout, CAUSE));
        unlock(id, PoolLock::OneOrder);
        assert_ok!(gate(card(1), Some(id), 0));
        <Safes as PoolAuthority<AccountId32>>::paid(&card(9));
        assert_eq!(pool(id).lock, PoolLock::OneOrder, "the order of a card of no pool");
        <Safes as PoolAuthority<AccountId32>>::paid(&card(1));
        assert_eq!(pool(id).lock, PoolLock::NoPayout);
        let lock = PoolLock::NoPayout;
        assert_eq!(last_event(), Event::PoolRelocked { pool: id, lock, number: 3, carrier: card(1) });
        assert_eq!(gate(card(2), Some(id), 0), Err(PoolRefusal::Locked));
        unlock(id, PoolLock::Open);
        <Safes as PoolAuthority<AccountId32>>::paid(&card(1));
        assert_eq!(pool(id).lock, PoolLock::Open);
    });
}

#[test]
fn f93_who_unlocks_is_not_changed_while_the_pool_is_locked() {
    execute(|| {
        let id = create();
        assert_ok!(Safes::lock(RuntimeOrigin::root(), id, PoolLock::NoPayout, CAUSE));
        let laxer = PoolPolicy { approvals: 1, ..POLICY };
        assert_noop!(Safes::change_policy(signed(OPERATOR), id, laxer), Error::PoolLocked);
        assert_noop!(Safes::change_party(signed(OPERATOR), id, OPERATOR, UNLOCKER), Error::PoolLocked);
        assert_noop!(Safes::change_party(signed(OPERATOR), id, CLERK, NO_DUTIES), Error::PoolLocked);
        // Other duties are.
        assert_ok!(Safes::change_party(signed(OPERATOR), id, HOST, NO_DUTIES));
        unlock(id, PoolLock::Open);
        assert_ok!(Safes::change_policy(signed(OPERATOR), id, laxer));
        assert_ok!(Safes::change_party(signed(OPERATOR), id, CLERK, NO_DUTIES));
    });
}

//! An operator that has lost its key.

use super::*;

#[test]
fn f101_the_issuer_gives_a_pool_another_operator_after_a_delay() {
    execute(|| {
        let id = create();
        assert_ok!(join(UNIT, id, card(1)));
        assert_ok!(Safes::take_lead(signed(UNIT), id, 0));
        let remedy = Remedy::Operator(STRANGER);
        assert_noop!(
            Safes::announce_remedy(signed(OPERATOR), id, remedy.clone(), CAUSE),
            sp_runtime::DispatchError::BadOrigin
        );
        assert_noop!(Safes::carry_out_remedy(signed(CLERK), id), Error::NoRemedy);
        assert_ok!(Safes::announce_remedy(RuntimeOrigin::root(), id, remedy, CAUSE));
        System::set_block_number(REMEDY_DELAY);
        assert_noop!(Safes::carry_out_remedy(signed(CLERK), id), Error::TooEarly);
        System::set_block_number(1 + REMEDY_DELAY);
        assert_ok!(Safes::carry_out_remedy(signed(CLERK), id));
        assert_eq!((pool(id).operator, pool(id).leader, held()), (STRANGER, None, 0));
        assert_eq!(pool(id).epoch, 2, "what the unit had had signed is dead");
        let reason = crate::HoldReason::Record.into();
        assert_eq!(Balances::balance_on_hold(&reason, &STRANGER), POOL_DEPOSIT + MEMBER_DEPOSIT);
        assert_eq!(
            Balances::free_balance(STRANGER),
            START,
            "the deposit was the first operator's, and goes with the pool"
        );
        assert_eq!(PartiesOf::<Test>::iter_prefix(id).count(), 0, "they had their duties from the operator before");
        assert_ok!(Safes::leave(signed(STRANGER), id, card(1)));
        assert_noop!(Safes::carry_out_remedy(signed(CLERK), id), Error::NoRemedy);
    });
}

#[test]
fn f101_the_issuer_releases_members_after_a_delay() {
    execute(|| {
        let id = create();
        assert_ok!(join(UNIT, id, card(1)));
        assert_ok!(Safes::lock(signed(UNIT), id, PoolLock::NoChange, CAUSE));
        assert_ok!(Safes::announce_remedy(RuntimeOrigin::root(), id, Remedy::Release, CAUSE));
        assert_ok!(Safes::cancel_remedy(RuntimeOrigin::root(), id, CAUSE));
        assert_noop!(Safes::cancel_remedy(RuntimeOrigin::root(), id, CAUSE), Error::NoRemedy);
        assert_ok!(Safes::announce_remedy(RuntimeOrigin::root(), id, Remedy::Release, CAUSE));
        System::set_block_number(1 + REMEDY_DELAY);
        assert_eq!(gate(card(1), None, 0), Err(PoolRefusal::NoRequest));
        assert_ok!(Safes::carry_out_remedy(signed(STRANGER), id));
        assert_ok!(gate(card(1), None, 0));
        assert_eq!(<Safes as PoolAuthority<AccountId32>>::pool_of(&card(1)), None);
        assert_noop!(Safes::lock(signed(UNIT), id, PoolLock::NoChange, CAUSE), Error::Released);
        assert_noop!(Safes::unlock(signed(CLERK), id, 1, PoolLock::Open), Error::Released);
        assert_noop!(join(UNIT, id, card(2)), Error::Released);
        assert_noop!(Safes::take_lead(signed(UNIT), id, 0), Error::Released);
        assert!(!may_open(&HOST, id, 0));
        assert_noop!(Safes::announce_remedy(RuntimeOrigin::root(), id, Remedy::Release, CAUSE), Error::Released);
        assert_ok!(Safes::leave(signed(STRANGER), id, card(1)));
        assert_eq!(Remedies::<Test>::get(id), None);
        assert_ok!(Safes::dissolve(signed(STRANGER), id));
        assert_eq!((held(), Balances::free_balance(OPERATOR)), (0, START), "the deposits are the operator's");
    });
}

#[test]
fn f93_f101_a_new_operator_can_have_a_locked_pool_unlocked() {
    execute(|| {
        // Those who unlock are machines of the operator that has lost its keys.
        let both = Duties { unlocker: true, ..UNIT_DUTIES };
        let parties = vec![(UNIT, both), (OTHER_UNIT, both)];
        assert_ok!(Safes::create(signed(OPERATOR), POLICY, parties.try_into().unwrap()));
        let id = POOL;
        assert_ok!(join(UNIT, id, card(1)));
        assert_ok!(Safes::lock(signed(UNIT), id, PoolLock::NoPayout, CAUSE));
        assert_ok!(Safes::announce_remedy(RuntimeOrigin::root(), id, Remedy::Operator(STRANGER), CAUSE));
        System::set_block_number(1 + REMEDY_DELAY);
        assert_ok!(Safes::carry_out_remedy(signed(STRANGER), id));
        assert_ok!(Safes::change_party(signed(STRANGER), id, CLERK, UNLOCKER));
        // From then on it takes the unlocker.
        assert_noop!(Safes::change_party(signed(STRANGER), id, MANAGER, UNLOCKER), Error::PoolLocked);
        assert_ok!(Safes::unlock(signed(CLERK), id, 1, PoolLock::Open));
        assert_ok!(Safes::leave(signed(STRANGER), id, card(1)));
    });
}

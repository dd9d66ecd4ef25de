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
        assert_eq!(PartiesOf::<Test>::get(id, UNIT), None, "a machine of the operator before");
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
        assert_noop!(join(UNIT, id, card(2)), Error::Released);
        assert_noop!(Safes::take_lead(signed(UNIT), id, 0), Error::Released);
        assert!(!may_open(&HOST, id, 0));
        assert_noop!(Safes::announce_remedy(RuntimeOrigin::root(), id, Remedy::Release, CAUSE), Error::Released);
        assert_ok!(Safes::leave(signed(STRANGER), id, card(1)));
        assert_eq!(Remedies::<Test>::get(id), None);
        assert_ok!(Safes::dissolve(signed(OPERATOR), id));
    });
}

//! Who belongs to a pool.

use super::*;

#[test]
fn f98_a_card_joins_by_its_own_consent_and_leaves() {
    execute(|| {
        let id = create();
        assert_ok!(join(UNIT, id, card(1)));
        assert_eq!(last_event(), Event::MemberJoined { pool: id, carrier: card(1), by: UNIT });
        assert_ok!(join(OPERATOR, id, card(2)));
        assert_eq!((pool(id).members, PoolOf::<Test>::get(card(1))), (2, Some(id)));
        assert_eq!(held(), POOL_DEPOSIT + 2 * MEMBER_DEPOSIT);
        assert_noop!(join(UNIT, id, card(1)), Error::AlreadyMember);
        assert_ok!(Safes::leave(signed(OPERATOR), id, card(1)));
        assert_eq!((PoolOf::<Test>::get(card(1)), MembersOf::<Test>::get(id, card(1))), (None, None));
        assert_eq!(held(), POOL_DEPOSIT + MEMBER_DEPOSIT);
        assert_noop!(Safes::leave(signed(OPERATOR), id, card(1)), Error::NotMember);
    });
}

#[test]
fn f98_a_consent_is_of_one_chain_one_pool_one_card_and_one_time() {
    execute(|| {
        let (id, other) = (create(), create());
        let right = consent(id, card(1));
        let stranger: [u8; 32] = STRANGER.into();
        for wrong in [
            Order { genesis: [9; 32], ..right },
            consent(other, card(1)),
            Order { carrier: card(2), ..right },
            Order { to: stranger, ..right },
            Order { fee_to: stranger, ..right },
            Order { amount: 1, ..right },
            Order { fee: 1, ..right },
            Order { purpose: Purpose::Transfer, ..right },
            Order { reference: Reference([0; 32]), ..right },
            Order { epoch: 1, ..right },
        ] {
            assert_noop!(Safes::join(signed(UNIT), id, Box::new(wrong), signature_of(&wrong)), Error::NoConsent);
        }
        let unsigned = signature_of(&Order { sequence: 9, ..right });
        assert!(Safes::join(signed(UNIT), id, Box::new(right), unsigned).is_err());
        assert_ok!(Safes::join(signed(UNIT), id, Box::new(right), signature_of(&right)));
        assert_ok!(Safes::leave(signed(OPERATOR), id, card(1)));
        let again = Safes::join(signed(UNIT), id, Box::new(right), signature_of(&right));
        assert_eq!(again, Err("an earlier sequence".into()), "it serves once");
        assert_ok!(join(UNIT, id, card(1)));
    });
}

#[test]
fn f98_foreign_cards_and_strangers_are_refused() {
    execute(|| {
        let id = create();
        assert_noop!(join(UNIT, id, card(200)), Error::UnknownCarrier);
        for account in [HOST, CLERK, STRANGER] {
            assert_noop!(join(account, id, card(1)), Error::NotPermitted);
        }
        assert_noop!(join(UNIT, PoolId(9), card(1)), Error::UnknownPool);
        for number in 1..=MAX_MEMBERS {
            assert_ok!(join(UNIT, id, card(number as u8)));
        }
        assert_noop!(join(UNIT, id, card(99)), Error::TooManyMembers);
        let other = create();
        assert_noop!(join(UNIT, other, card(1)), Error::AlreadyMember);
        for account in [UNIT, HOST, STRANGER] {
            assert_noop!(Safes::leave(signed(account), id, card(1)), Error::NotPermitted);
        }
    });
}

#[test]
fn f89_nobody_leaves_a_pool_that_is_locked() {
    execute(|| {
        let id = create();
        assert_ok!(join(UNIT, id, card(1)));
        assert_ok!(Safes::lock(signed(UNIT), id, PoolLock::NoPayout, CAUSE));
        assert_noop!(Safes::leave(signed(OPERATOR), id, card(1)), Error::PoolLocked);
        unlock(id, PoolLock::OneOrder);
        assert_noop!(Safes::leave(signed(OPERATOR), id, card(1)), Error::PoolLocked);
    });
}

//! Asking for a payment.

use super::*;

#[test]
fn f105_a_request_is_kept_for_a_deposit() {
    execute(|| {
        let reference = open(terms());
        assert_last(Event::RequestOpened { reference, opener: MACHINE, number: 0, terms: terms() });
        let request = Requests::request(reference).unwrap();
        assert_eq!((request.opener, request.terms, request.state), (MACHINE, terms(), RequestState::Open));
        assert_eq!((deposited(), free(&MACHINE)), (DEPOSIT, START - DEPOSIT));
        assert_eq!(Requests::next_number(MACHINE), 1);
    });
}

/// A machine that does not know whether its call got through repeats it.
#[test]
fn the_same_call_again_changes_nothing() {
    execute(|| {
        let first = terms();
        open(first.clone());
        let root = sp_io::storage::root(sp_runtime::StateVersion::V1);
        assert_ok!(Requests::open(signed(MACHINE), 0, first.clone()));
        assert_eq!(root, sp_io::storage::root(sp_runtime::StateVersion::V1));
        let other = Terms { amount: Asked::Exactly(101), ..first };
        assert_noop!(Requests::open(signed(MACHINE), 0, other), Error::NumberUsed);
    });
}

#[test]
fn fails_numbers_that_are_not_next() {
    execute(|| {
        assert_noop!(Requests::open(signed(MACHINE), 1, terms()), Error::NumberAhead);
        assert_noop!(Requests::open(signed(MACHINE), u64::MAX, terms()), Error::NumberAhead);
    });
}

#[test]
fn references_are_of_one_opener_one_number_and_one_chain() {
    execute(|| {
        let of = |account: &AccountId32, number| Requests::reference_of(account, number);
        let all = [of(&MACHINE, 0), of(&MACHINE, 1), of(&PAYEE, 0), Reference::of(&[1; 32], &MACHINE.into(), 0)];
        for (index, one) in all.iter().enumerate() {
            assert!(all.iter().skip(index + 1).all(|other| one != other));
        }
    });
}

#[test]
fn boundary_times() {
    execute(|| {
        let submit =
            |expires, settle_by| Requests::open(signed(MACHINE), 0, Terms { expires, settle_by, ..terms() });
        let most = 1 + MAX_LIFETIME;
        for expires in [0, most + 1, u32::MAX] {
            assert_noop!(submit(expires, expires), Error::BadExpiry);
        }
        for settle_by in [0, most - 1, most + MAX_SETTLEMENT + 1, u32::MAX] {
            assert_noop!(submit(most, settle_by), Error::BadSettlement);
        }
        assert_ok!(submit(most, most + MAX_SETTLEMENT));
    });
}

#[test]
fn boundary_amount() {
    execute(|| {
        for amount in [Asked::Exactly(ED - 1), Asked::Between { least: 1, most: ED - 1 }, Asked::Exactly(0)] {
            let tiny = Terms { amount, ..terms() };
            assert_noop!(Requests::open(signed(MACHINE), 0, tiny), Error::AmountTooSmall);
        }
        open(Terms { amount: Asked::Between { least: 1, most: ED }, ..terms() });
    });
}

#[test]
fn fails_without_money_for_the_deposit() {
    execute(|| {
        let poor = AccountId32::new([99; 32]);
        assert!(Requests::open(signed(poor), 0, terms()).is_err());
        assert_noop!(Requests::open(RuntimeOrigin::none(), 0, terms()), DispatchError::BadOrigin);
    });
}

#[test]
fn only_a_pools_unit_asks_a_pool() {
    execute(|| {
        let of = |pool, epoch| Terms { pool: Some((PoolId(pool), epoch)), ..terms() };
        for (account, terms) in [(STRANGER, of(1, 3)), (MACHINE, of(2, 3)), (MACHINE, of(1, 2))] {
            assert_noop!(Requests::open(signed(account), 0, terms), Error::NotPoolsUnit);
        }
        open(of(1, 3));
    });
}

#[test]
fn a_part_belongs_to_a_request_of_the_same_opener() {
    execute(|| {
        let whole = open(terms());
        let part = Terms { parent: Some(whole), ..terms() };
        assert_noop!(Requests::open(signed(STRANGER), 0, part.clone()), Error::UnknownParent);
        let nothing = Terms { parent: Some(Reference([7; 32])), ..terms() };
        assert_noop!(Requests::open(signed(MACHINE), 1, nothing), Error::UnknownParent);
        open(part);
    });
}

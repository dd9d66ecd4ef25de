//! Money is made, given back and destroyed.

use super::*;
use crate::{Act, Booked};
use frame_support::{
    assert_noop,
    traits::{
        fungible::{Balanced, Mutate as _},
        fungibles::Mutate,
        tokens::{Fortitude, Precision, Preservation},
        OnUnbalanced,
    },
};
use sp_runtime::{DispatchError, TokenError};
use specie_primitives::traits::NetworkFees;

#[test]
fn f111_money_is_minted_against_its_cap() {
    with_euro(|| {
        let minted = Event::MoneyMinted {
            currency: EURO,
            to: ALICE,
            amount: 500,
            total: 500,
            entry: [1; 32],
            by: Actor::Root,
        };
        assert_last(minted);
        assert_eq!(Assets::balance(1, &ALICE), 500);
        assert_noop!(mint(EURO, BOB, 2_501, 2), Error::AboveCap);
        assert_ok!(mint(EURO, BOB, 2_500, 2));
        assert_eq!((supply(EURO).total, supply(EURO).minted), (3_000, 3_000));
        assert_noop!(mint(EURO, BOB, 1, 3), Error::AboveCap);

        // The chain's own too.
        assert_ok!(mint(NATIVE, NOBODY, CAP - 2 * START, 4));
        assert_eq!(Balances::free_balance(NOBODY), CAP - 2 * START);
        assert_noop!(mint(NATIVE, ALICE, 1, 5), Error::AboveCap);
    });
}

/// A clerk's second click, or a motion that is made twice: an entry of the books stands for one act.
#[test]
fn f111_an_entry_of_the_books_serves_once() {
    with_euro(|| {
        assert_noop!(mint(EURO, ALICE, 500, 1), Error::EntryUsed);
        assert_noop!(mint(NATIVE, ALICE, 7, 1), Error::EntryUsed);
        let booked = Booked { currency: EURO, act: Act::Mint, amount: 500, at: 1 };
        assert_eq!(Issuance::entry([1; 32]), Some(booked));
        assert_ok!(Balances::transfer_allow_death(RuntimeOrigin::signed(BOB), ISSUER, 100));
        assert_noop!(burn(NATIVE, 50, 1), Error::EntryUsed);
        assert_ok!(burn(NATIVE, 50, 2));
        assert_noop!(burn(NATIVE, 50, 2), Error::EntryUsed);
        // What was refused used nothing up.
        assert_noop!(mint(EURO, ALICE, 5_000, 9), Error::AboveCap);
        assert_ok!(mint(EURO, ALICE, 5, 9));
    });
}

#[test]
fn f111_only_what_was_given_back_is_burnt() {
    with_euro(|| {
        assert_noop!(burn(EURO, 1, 2), Error::NotGivenBack);
        let alice = || RuntimeOrigin::signed(ALICE);
        assert_ok!(Assets::transfer(alice(), 1, ISSUER, 200));
        assert_noop!(burn(EURO, 201, 2), Error::NotGivenBack);
        assert_ok!(burn(EURO, 120, 2));
        let burnt = Event::MoneyBurnt { currency: EURO, amount: 120, total: 380, entry: [2; 32], by: Actor::Root };
        assert_last(burnt);
        assert_eq!(Assets::balance(1, &ISSUER), 80);
        // There is room below the cap again.
        assert_ok!(mint(EURO, BOB, 2_620, 3));
        assert_eq!(supply(EURO).total, 3_000);
    });
}

/// What would be left on the issuer's account and is less than an account may hold goes too, and is counted.
#[test]
fn a_remainder_that_is_dust_is_counted() {
    with_euro(|| {
        assert_ok!(Assets::transfer(RuntimeOrigin::signed(ALICE), 1, ISSUER, 200));
        assert_ok!(burn(EURO, 199, 2));
        let known = supply(EURO);
        assert_eq!((known.burnt, known.fees_burnt, known.total, known.remainder()), (199, 1, 300, 0));

        assert_ok!(Balances::transfer_allow_death(RuntimeOrigin::signed(BOB), ISSUER, 100));
        assert_ok!(burn(NATIVE, 95, 3));
        let known = supply(NATIVE);
        assert_eq!((known.burnt, known.fees_burnt, known.remainder()), (95, 5, 0));
        // And whoever sends nearly everything away.
        assert_ok!(Balances::transfer_allow_death(RuntimeOrigin::signed(BOB), ALICE, START - 100 - 3));
        assert_eq!((supply(NATIVE).fees_burnt, supply(NATIVE).remainder()), (8, 0));
    });
}

#[test]
fn fees_are_counted() {
    with_euro(|| {
        let fee =
            Balances::withdraw(&ALICE, 30, Precision::Exact, Preservation::Preserve, Fortitude::Polite).unwrap();
        <Issuance as OnUnbalanced<_>>::on_unbalanced(fee);
        assert_ok!(<Issuance as NetworkFees<_>>::collect(NATIVE, &BOB, 12));
        assert_ok!(<Issuance as NetworkFees<_>>::collect(EURO, &ALICE, 7));
        assert_eq!((supply(NATIVE).fees_burnt, supply(NATIVE).total), (42, 2 * START - 42));
        assert_eq!((supply(EURO).fees_burnt, supply(EURO).total), (7, 493));
        assert_noop!(<Issuance as NetworkFees<_>>::collect(EURO, &BOB, 1), TokenError::FundsUnavailable);
    });
}

#[test]
fn fails_without_amount_currency_or_issuer() {
    with_euro(|| {
        let signed = || RuntimeOrigin::signed(ALICE);
        assert_noop!(mint(EURO, ALICE, 0, 2), Error::NoAmount);
        assert_noop!(burn(EURO, 0, 2), Error::NoAmount);
        for unknown in [CurrencyId::Asset(0), CurrencyId::Asset(2), CurrencyId::Asset(u32::MAX)] {
            assert_noop!(mint(unknown, ALICE, 5, 2), Error::UnknownCurrency);
            assert_noop!(burn(unknown, 5, 2), Error::UnknownCurrency);
            assert_noop!(Issuance::change_cap(root(), unknown, 5, CAUSE), Error::UnknownCurrency);
            assert_eq!(Issuance::supply(unknown), None);
        }
        // Less than an account may hold.
        assert_noop!(mint(EURO, NOBODY, 1, 2), TokenError::BelowMinimum);
        assert_noop!(mint(NATIVE, NOBODY, ED - 1, 2), TokenError::BelowMinimum);
        assert_noop!(mint(EURO, ALICE, Balance::MAX, 2), Error::Overflow);
        assert_noop!(Issuance::mint(signed(), EURO, ALICE, 5, [2; 32]), DispatchError::BadOrigin);
        assert_noop!(Issuance::burn(signed(), EURO, 5, [2; 32]), DispatchError::BadOrigin);
        assert_noop!(Issuance::change_cap(signed(), EURO, 5, CAUSE), DispatchError::BadOrigin);
    });
}

#[test]
fn a_lower_cap_stops_minting_and_destroys_nothing() {
    with_euro(|| {
        assert_ok!(Issuance::change_cap(root(), EURO, 100, CAUSE));
        assert_last(Event::CapChanged { currency: EURO, cap: 100, by: Actor::Root, cause: CAUSE });
        assert_eq!(supply(EURO).total, 500);
        let too_large = Issuance::change_cap(root(), EURO, crate::MAX_CAP + 1, CAUSE);
        assert_noop!(too_large, Error::CapTooLarge);
        assert_noop!(mint(EURO, BOB, 5, 2), Error::AboveCap);
        assert_ok!(Issuance::change_cap(root(), EURO, 510, CAUSE));
        assert_ok!(mint(EURO, BOB, 5, 2));
    });
}

/// What the pallet did not make is seen at once.
#[test]
fn money_from_elsewhere_does_not_reconcile() {
    with_euro(|| {
        Balances::mint_into(&ALICE, 5).unwrap();
        assert_eq!(supply(NATIVE).remainder(), -5);
        assert!(Issuance::do_try_state().is_err());
        let (exact, polite) = (Precision::Exact, Fortitude::Polite);
        Balances::burn_from(&ALICE, 5, Preservation::Preserve, exact, polite).unwrap();
        Assets::burn_from(1, &ALICE, 6, Preservation::Preserve, exact, polite).unwrap();
        assert_eq!(supply(EURO).remainder(), 6);
        assert!(Issuance::do_try_state().is_err());
        Assets::mint_into(1, &ALICE, 6).unwrap();
        assert_ok!(Issuance::do_try_state());
    });
}

//! Currencies come into being.

use super::*;
use frame_support::{assert_noop, traits::fungibles::Inspect};
use sp_runtime::DispatchError;
use specie_primitives::currency::CurrencyInfo;

#[test]
fn f1_f111_the_issuer_creates_a_currency() {
    execute(|| {
        assert_ok!(create("EUR"));
        let (name, symbol, by) = (text("Euro of the island"), text("EUR"), Actor::Root);
        let created = Event::CurrencyCreated {
            currency: EURO,
            name,
            symbol,
            decimals: 2,
            minimum: 2,
            cap: 3_000,
            by,
            cause: CAUSE,
        };
        assert_last(created);
        let euro = CurrencyInfo {
            id: EURO,
            name: b"Euro of the island".to_vec(),
            symbol: b"EUR".to_vec(),
            decimals: 2,
            minimum: 2,
        };
        assert_eq!(Issuance::info(EURO), Some(euro.clone()));
        assert_eq!(Issuance::info(CurrencyId::Asset(2)), None);
        assert!(Assets::asset_exists(1));

        assert_ok!(create("CHF"));
        let ids = |from, limit| -> Vec<_> {
            Issuance::currencies_page(from, limit).into_iter().map(|known| known.id).collect()
        };
        assert_eq!(ids(0, 10), [NATIVE, EURO, CurrencyId::Asset(2)]);
        assert_eq!(ids(0, 2), [NATIVE, EURO]);
        assert_eq!(ids(2, 10), [CurrencyId::Asset(2)]);
        assert_eq!(ids(3, 10), []);
        assert_eq!(Issuance::currencies_page(1, 1), [euro]);
    });
}

#[test]
fn nobody_else_creates_one() {
    execute(|| {
        let origin = RuntimeOrigin::signed(ALICE);
        let call = Issuance::create(origin, text("Euro"), text("EUR"), 2, 2, 3_000, CAUSE);
        assert_noop!(call, DispatchError::BadOrigin);
    });
}

/// What machines print and people read cannot pass for something else.
#[test]
fn names_and_symbols_are_plain() {
    execute(|| {
        let make = |name: &str, symbol: &str, decimals, minimum| {
            Issuance::create(root(), text(name), text(symbol), decimals, minimum, 3_000, CAUSE)
        };
        for name in ["", "Eu\u{202e}ro", "Euro\u{1b}[2J", "Euro\n"] {
            assert_noop!(make(name, "EUR", 2, 2), Error::BadName);
        }
        for symbol in ["", "eur", "E R", "EUROEUROE", "ÄUR", "E-R", "EUR\u{200b}"] {
            assert_noop!(make("Euro", symbol, 2, 2), Error::BadSymbol);
        }
        assert_noop!(make("Euro", "EUR", 19, 2), Error::BadDecimals);
        assert_noop!(make("Euro", "EUR", 2, 0), Error::BadMinimum);
        assert_noop!(make("Another", "SPC", 2, 2), Error::SymbolTaken);
        assert_ok!(make("Euro", "EUR", 18, 1));
        assert_noop!(make("Euro again", "EUR", 2, 2), Error::SymbolTaken);
    });
}

#[test]
fn without_a_cap_at_genesis_nothing_more_is_minted() {
    new_test_ext(None).execute_with(|| {
        assert_eq!(supply(NATIVE).cap, 2 * START);
        assert_noop!(mint(NATIVE, ALICE, 1, 1), Error::AboveCap);
        check_state();
    });
}

#[test]
#[should_panic(expected = "than its cap allows")]
fn a_genesis_above_its_cap_is_refused() {
    new_test_ext(Some(2 * START - 1));
}

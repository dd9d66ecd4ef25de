//! The example of the crate's documentation.

use super::*;
use frame_support::{assert_noop, traits::fungibles::Mutate, traits::tokens::Preservation};

#[docify::export]
#[test]
fn a_currency_from_its_first_coin_to_its_last() {
    execute(|| {
        // The issuer creates a currency with two digits and a cap of 3,000 base units, and makes 500 of it on somebody's account.
        // Each act names the entry of the issuer's books that it stands for.
        assert_ok!(Issuance::create(root(), text("Euro of the island"), text("EUR"), 2, 2, 3_000, CAUSE));
        assert_ok!(Issuance::mint(root(), EURO, ALICE, 500, [1; 32]));
        assert_noop!(Issuance::mint(root(), EURO, ALICE, 500, [1; 32]), Error::EntryUsed);
        assert_noop!(Issuance::mint(root(), EURO, ALICE, 2_501, [2; 32]), Error::AboveCap);

        // Money is destroyed where it was given back to the issuer, and nowhere else.
        assert_ok!(<Assets as Mutate<_>>::transfer(1, &ALICE, &ISSUER, 200, Preservation::Expendable));
        assert_ok!(Issuance::burn(root(), EURO, 200, [3; 32]));

        // What was made, less what was destroyed, is what there is.
        let Supply { minted, burnt, total, .. } = Issuance::supply(EURO).unwrap();
        assert_eq!((minted, burnt, total), (500, 200, 300));
        assert_eq!(Issuance::supply(EURO).unwrap().remainder(), 0);
    });
}

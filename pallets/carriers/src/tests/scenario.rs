//! The example of the crate's documentation.

use crate::mock::*;
use frame_support::assert_ok;
use sp_runtime::transaction_validity::InvalidTransaction;
use specie_primitives::{
    crypto::Scheme,
    initialisation::CarrierTerms,
    order::{Order, Purpose, EVERYTHING},
};

#[docify::export]
#[test]
fn a_card_from_the_factory_to_the_cash_desk() {
    execute(|| {
        // A machine has a new card make its key, with grant 0 and on its terms: a face value of 500. The card's first statement
        // says so, and registers it.
        let card = card(Scheme::Ed25519, 1);
        let terms = CarrierTerms { denomination: Some(500), ..CarrierTerms::default() };
        let registration = registration_on(&MACHINE, &card, 0, terms);
        assert_ok!(Carriers::initialise(signed(MACHINE), registration));

        // Somebody puts the face value on it.
        assert_ok!(Carriers::fund(signed(ALICE), card.id(), 500));
        assert_eq!(Balances::free_balance(address(&card)), 500);

        // The card signs an order over all of it: to Bob, with a fee of 20 for whoever runs the machine. It needs no account
        // that signs for it: it is an extrinsic by itself. The network takes its part out of the fee.
        let order = Order {
            genesis: GENESIS,
            carrier: card.id(),
            purpose: Purpose::Transfer,
            sequence: 1,
            to: BOB.into(),
            amount: EVERYTHING,
            fee: 20,
            fee_to: OPERATOR.into(),
            valid_until: System::block_number() + 10,
            ..order(&card)
        };
        let (_, applied) = submit_bare(&order, &card.sign(&order));
        assert_ok!(applied.unwrap());
        assert_eq!(Balances::free_balance(BOB), START + 480);
        assert_eq!(record(&card).sequence, 1);

        // Once and never again.
        let (validity, _) = submit_bare(&order, &card.sign(&order));
        assert_eq!(validity, Err(InvalidTransaction::Stale.into()));
    });
}

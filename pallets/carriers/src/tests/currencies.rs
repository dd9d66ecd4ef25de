//! Cards whose money is another currency than the chain's own.

use crate::{cards::TestCard, mock::*, CheckOrder, Error, Event};
use frame_support::{
    assert_noop, assert_ok, dispatch::GetDispatchInfo, traits::fungible::Inspect as _, BoundedVec,
};
use sp_runtime::{
    traits::DispatchTransaction,
    transaction_validity::{InvalidTransaction, TransactionSource, TransactionValidityError, ValidTransaction},
    AccountId32,
};
use specie_primitives::{
    acts::Actor,
    crypto::Scheme,
    ids::{CurrencyId, Reference},
    initialisation::CarrierTerms,
    order::{Order, Purpose, EVERYTHING},
    request::{Asked, RequestKind, RequestState, Terms},
    Balance,
};

const EURO: CurrencyId = CurrencyId::Asset(1);

/// The least that an account holds of it, in base units.
const CENT: Balance = 2;

/// Alice has 10,000 of the euro.
fn with_euro(test: impl FnOnce()) {
    execute(|| {
        let text = |text: &str| BoundedVec::try_from(text.as_bytes().to_vec()).unwrap();
        let root = RuntimeOrigin::root;
        assert_ok!(Issuance::create(root(), text("Euro"), text("EUR"), 2, CENT, 1_000_000, CAUSE));
        assert_ok!(Issuance::mint(root(), EURO, ALICE, 10_000, [1; 32]));
        test();
    });
}

/// A card that was registered for the euro.
fn initialised() -> TestCard {
    let card = card(Scheme::Ed25519, 0);
    let terms =
        registration_on(&MACHINE, &card, open_grant(), CarrierTerms { currency: EURO, ..CarrierTerms::default() });
    assert_ok!(Carriers::initialise(signed(MACHINE), terms));
    card
}

/// The same with 300 on it.
fn funded() -> TestCard {
    let card = initialised();
    assert_ok!(Carriers::fund(signed(ALICE), card.id(), 300));
    card
}

fn euros(account: &AccountId32) -> Balance {
    Assets::balance(1, account)
}

/// An order that pays the network nothing: its signer does.
fn free_order(card: &TestCard) -> Order {
    Order { fee: 0, ..order(card) }
}

#[test]
fn f1_f6_a_card_is_registered_for_a_currency_and_funded_in_it() {
    with_euro(|| {
        let card = initialised();
        assert_eq!(record(&card).currency, EURO);
        let native = Balances::free_balance(ALICE);
        assert_ok!(Carriers::fund(signed(ALICE), card.id(), 300));
        let (carrier, by) = (card.id(), ALICE);
        assert_last(Event::CarrierFunded { carrier, amount: 300, currency: EURO, by, machine: None, fee: 0 });
        assert_eq!((euros(&address(&card)), euros(&ALICE)), (300, 9_700));
        assert_eq!(Balances::free_balance(ALICE), native);
        let view = Carriers::view(Some(card.id()), None, None);
        assert_eq!((view.balance, view.held), (300, 0));
    });
}

#[test]
fn f5_an_unknown_currency_and_a_face_value_that_is_too_small_are_refused() {
    with_euro(|| {
        let card = card(Scheme::Ed25519, 0);
        let register = |currency, denomination| {
            let terms = CarrierTerms { currency, denomination, ..CarrierTerms::default() };
            Carriers::initialise(signed(MACHINE), registration_on(&MACHINE, &card, open_grant(), terms))
        };
        for unknown in [CurrencyId::Asset(0), CurrencyId::Asset(2)] {
            assert_noop!(register(unknown, None), Error::<Test>::UnknownCurrency);
        }
        assert_noop!(register(EURO, Some(CENT - 1)), Error::<Test>::BadDenomination);
        assert_ok!(register(EURO, Some(CENT)));
    });
}

/// The flat part of a machine's fee is an amount of the chain's own currency, and is not asked in another.
#[test]
fn f18_a_machine_asks_its_proportional_fee_in_the_currency() {
    with_euro(|| {
        let card = initialised();
        let ceiling = specie_primitives::records::FeePolicy { flat: 5, parts_per_million: 10_000 };
        add_machine_with(&NOBODY, &OPERATOR, EVERY_PERMISSION, ceiling);
        assert_ok!(Machines::change_fee(signed(OPERATOR), NOBODY, ceiling));
        assert_ok!(Carriers::fund_at(signed(ALICE), card.id(), 1_000, NOBODY, 10));
        assert_eq!((euros(&address(&card)), euros(&OPERATOR)), (1_000, 10));
        let over = Carriers::fund_at(signed(ALICE), card.id(), 1_000, NOBODY, 9);
        assert_noop!(over, Error::<Test>::FeeAboveLimit);
    });
}

/// A fee of less than its receiver may hold keeps no money off the card.
#[test]
fn f6_f18_a_fee_that_cannot_be_received_is_not_taken() {
    with_euro(|| {
        let card = initialised();
        let ceiling = specie_primitives::records::FeePolicy { flat: 0, parts_per_million: 10_000 };
        add_machine_with(&NOBODY, &OPERATOR, EVERY_PERMISSION, ceiling);
        assert_ok!(Machines::change_fee(signed(OPERATOR), NOBODY, ceiling));
        let amount = (CENT - 1) * 100;
        assert_ok!(Carriers::fund_at(signed(ALICE), card.id(), amount, NOBODY, CENT));
        let (carrier, machine) = (card.id(), Some(NOBODY));
        assert_last(Event::CarrierFunded { carrier, amount, currency: EURO, by: ALICE, machine, fee: 0 });
        assert_eq!((euros(&address(&card)), euros(&OPERATOR), euros(&ALICE)), (amount, 0, 10_000 - amount));
        // An operator who has some gets it.
        assert_ok!(Carriers::fund_at(signed(ALICE), card.id(), CENT * 100, NOBODY, CENT));
        assert_ok!(Carriers::fund_at(signed(ALICE), card.id(), amount, NOBODY, CENT));
        assert_eq!(euros(&OPERATOR), 2 * CENT - 1);
    });
}

#[test]
fn f12_an_order_travels_in_a_signed_extrinsic() {
    with_euro(|| {
        let card = funded();
        let order = Order { fee: 20, ..order(&card) };
        // By itself it would pay the network in a currency that the network does not take.
        let refused = InvalidTransaction::Custom(23).into();
        assert_eq!(validate(&order, &card.sign(&order)), Err(refused));
        assert_eq!(submit_bare(&order, &card.sign(&order)).1, Err(refused));

        let native = Balances::free_balance(BOB);
        assert_ok!(spend(&card, &order));
        assert_last(Event::CarrierSpent {
            carrier: card.id(),
            sequence: 1,
            purpose: Purpose::Transfer,
            to: BOB,
            amount: 100,
            currency: EURO,
            fee_to: OPERATOR,
            fee: 20,
            network_fee: 0,
            reference: None,
            submitted_by: Some(ALICE),
        });
        assert_eq!((euros(&address(&card)), euros(&BOB), euros(&OPERATOR)), (180, 100, 20));
        assert_eq!(Balances::free_balance(BOB), native);
        assert_noop!(spend(&card, &order), Error::<Test>::StaleSequence);
    });
}

#[test]
fn f12_everything_empties_the_card_and_destroys_nothing() {
    with_euro(|| {
        let card = funded();
        let all = Order { amount: EVERYTHING, to: NOBODY.into(), ..free_order(&card) };
        assert_ok!(spend(&card, &all));
        assert_eq!((euros(&address(&card)), euros(&NOBODY)), (0, 300));
        assert_eq!(Issuance::supply(EURO).unwrap().fees_burnt, 0);
    });
}

/// What would be left and is less than an account may hold goes to the payee, as with the chain's own currency.
#[test]
fn f12_dust_goes_to_the_payee() {
    with_euro(|| {
        let card = funded();
        assert_ok!(spend(&card, &Order { amount: 299, ..free_order(&card) }));
        assert_eq!((euros(&address(&card)), euros(&BOB)), (0, 300));
    });
}

/// A bid, and a fee that nobody can take, are burnt and counted in the currency.
#[test]
fn f12_what_is_burnt_of_a_fee_is_counted() {
    with_euro(|| {
        let card = funded();
        assert_ok!(spend(&card, &Order { fee: 30, fee_to: card.id().0, ..order(&card) }));
        assert_eq!(Issuance::supply(EURO).unwrap().fees_burnt, 30);
        let next = Order { sequence: 2, amount: 50, fee: 1, fee_to: NOBODY.into(), ..order(&card) };
        assert_ok!(spend(&card, &next));
        let supply = Issuance::supply(EURO).unwrap();
        assert_eq!((supply.fees_burnt, supply.remainder()), (31, 0));
    });
}

#[test]
fn f12_more_than_there_is_and_too_little_are_refused() {
    with_euro(|| {
        let card = funded();
        let with = |amount, fee| Order { amount, fee, ..order(&card) };
        assert_noop!(spend(&card, &with(301, 0)), Error::<Test>::InsufficientBalance);
        assert_noop!(spend(&card, &with(290, 11)), Error::<Test>::InsufficientBalance);
        assert_noop!(spend(&card, &with(CENT - 1, 0)), Error::<Test>::AmountTooSmall);
        assert_noop!(spend(&card, &with(Balance::MAX - 1, 2)), Error::<Test>::InsufficientBalance);
        assert_noop!(spend(&card, &Order { to: card.id().0, ..free_order(&card) }), Error::<Test>::BadPayee);
    });
}

/// Alice asks for a payment to Bob.
fn open(currency: CurrencyId, amount: Asked) -> Reference {
    let number = pallet_requests::NextNumber::<Test>::get(ALICE);
    let terms = Terms {
        kind: RequestKind::Sale,
        payee: BOB,
        payer: None,
        currency,
        amount,
        expires: System::block_number() + 10,
        settle_by: System::block_number() + 20,
        pool: None,
        parent: None,
    };
    assert_ok!(Requests::open(signed(ALICE), number, terms));
    Requests::reference_of(&ALICE, number)
}

#[test]
fn f61_f62_a_request_in_a_currency_is_held_and_settled_in_it() {
    with_euro(|| {
        let card = funded();
        let reference = open(EURO, Asked::Exactly(100));
        let order = Order { purpose: Purpose::Hold, reference, ..free_order(&card) };
        assert_ok!(spend(&card, &order));
        let view = Carriers::view(Some(card.id()), None, None);
        assert_eq!((view.balance, view.held, held_for_requests(&card)), (200, 100, 0));
        check_state();

        // At most free less the minimum can be held, and the minimum stays while something is.
        let all = Order { sequence: 2, amount: EVERYTHING, ..free_order(&card) };
        assert_ok!(spend(&card, &all));
        assert_eq!(euros(&address(&card)), CENT);
        assert_ok!(Requests::settle(signed(ALICE), reference, 60));
        assert_eq!((euros(&BOB), euros(&address(&card))), (198 + 60, CENT + 40));
        assert!(matches!(Requests::request(reference).unwrap().state, RequestState::Settled { amount: 60, .. }));
    });
}

#[test]
fn f61_f62_a_request_in_another_currency_is_not_paid() {
    with_euro(|| {
        let card = funded();
        for (currency, fails) in [(CurrencyId::Native, true), (EURO, false)] {
            let reference = open(currency, Asked::Exactly(100));
            let order = Order { reference, ..free_order(&card) };
            if fails {
                assert_noop!(spend(&card, &order), Error::<Test>::RequestMismatch);
            } else {
                assert_ok!(spend(&card, &order));
            }
        }
    });
}

/// Somebody sends a card money of a currency that is not its own: the issuer gets it out, whatever the card's state, and
/// touches nothing else.
#[test]
fn f12_money_of_another_currency_has_a_way_out() {
    with_euro(|| {
        let (native, root) = (crate::mock::funded(Scheme::Secp256k1, 500), RuntimeOrigin::root);
        assert_ok!(Assets::transfer(signed(ALICE), 1, address(&native), 70));
        // It is not the card's money.
        let view = Carriers::view(Some(native.id()), None, None);
        assert_eq!(view.balance, 500);
        assert_noop!(
            Carriers::settle(root(), native.id(), BOB, CurrencyId::Native, CAUSE),
            Error::<Test>::WrongState
        );
        assert_ok!(Carriers::settle(root(), native.id(), BOB, EURO, CAUSE));
        assert_last(Event::CarrierSettled {
            carrier: native.id(),
            to: BOB,
            amount: 70,
            currency: EURO,
            by: Actor::Root,
            cause: CAUSE,
        });
        assert_eq!((euros(&BOB), Balances::free_balance(address(&native))), (70, 500));
        assert_noop!(Carriers::settle(root(), native.id(), BOB, EURO, CAUSE), Error::<Test>::InsufficientBalance);

        // And the chain's own on a card of another.
        let card = funded();
        assert_ok!(Balances::transfer_allow_death(signed(ALICE), address(&card), 40));
        assert_ok!(Carriers::settle(root(), card.id(), NOBODY, CurrencyId::Native, CAUSE));
        assert_eq!((euros(&address(&card)), Balances::free_balance(NOBODY)), (300, 40));
        // An order can still move the rest.
        assert_ok!(spend(&card, &Order { amount: EVERYTHING, ..free_order(&card) }));
    });
}

#[test]
fn f13_the_next_key_of_a_card_may_have_another_currency() {
    with_euro(|| {
        let old = funded();
        let new = old.reset();
        assert_ok!(Carriers::rotate(signed(MACHINE), registration(&new, open_grant())));
        assert_eq!((record(&new).currency, record(&old).currency), (CurrencyId::Native, EURO));
        let left = System::events().into_iter().find_map(|record| match record.event {
            RuntimeEvent::Carriers(Event::CarrierRotated { left, .. }) => Some(left),
            _ => None,
        });
        assert_eq!(left, Some(300));
        assert_ok!(Carriers::settle(RuntimeOrigin::root(), old.id(), BOB, EURO, CAUSE));
        assert_eq!(euros(&BOB), 300);
    });
}

/// What the pool learns of somebody's transaction that carries an order.
fn checked_of(
    who: AccountId32,
    order: &Order,
    signature: &specie_primitives::crypto::Signature,
) -> Result<ValidTransaction, TransactionValidityError> {
    let call: RuntimeCall = crate::Call::<Test>::spend { order: *order, signature: *signature }.into();
    let (info, source) = (call.get_dispatch_info(), TransactionSource::External);
    CheckOrder::<Test>::new().validate_only(signed(who), &call, &info, 0, source, 0).map(|(validity, ..)| validity)
}

#[test]
fn f12_an_order_that_cannot_be_executed_costs_its_signer_nothing() {
    with_euro(|| {
        let card = funded();
        let order = Order { fee: 20, ..order(&card) };
        let checked = |order: &Order, signed_order: &Order| checked_of(ALICE, order, &card.sign(signed_order));
        let valid = checked(&order, &order).unwrap();
        assert_eq!((valid.provides.len(), valid.priority, valid.longevity), (1, 0, 11));

        let forged = Order { amount: 99, ..order };
        assert_eq!(checked(&forged, &order), Err(InvalidTransaction::BadProof.into()));
        let too_much = Order { amount: 301, ..order };
        assert_eq!(checked(&too_much, &too_much), Err(InvalidTransaction::Payment.into()));
        SpendPaused::set(true);
        assert_eq!(checked(&order, &order), Err(InvalidTransaction::Call.into()));
        SpendPaused::set(false);
        assert_ok!(spend(&card, &order));
        assert_eq!(checked(&order, &order), Err(InvalidTransaction::Stale.into()));
    });
}

/// An order is public while it waits. Whoever wraps it takes nobody's place in the pool: a tip that is never paid would be
/// enough to keep a card from paying.
#[test]
fn f12_a_copy_of_an_order_takes_nobodys_place() {
    with_euro(|| {
        let native = crate::mock::funded(Scheme::Secp256k1, 300);
        let order = crate::mock::order(&native);
        let signature = native.sign(&order);
        let by_itself = validate(&order, &signature).unwrap().provides;
        let machines = checked_of(MACHINE, &order, &signature).unwrap().provides;
        let strangers = checked_of(BOB, &order, &signature).unwrap().provides;
        assert!(machines.iter().chain(&strangers).all(|tag| !by_itself.contains(tag)));
        assert_ne!(machines, strangers);
        // From one signer one waits.
        let next = Order { sequence: 2, ..order };
        assert_eq!(checked_of(MACHINE, &next, &native.sign(&next)).unwrap().provides, machines);
    });
}

#[test]
fn other_transactions_are_not_looked_at() {
    execute(|| {
        let call: RuntimeCall = frame_system::Call::remark { remark: Vec::new() }.into();
        let (info, source) = (call.get_dispatch_info(), TransactionSource::External);
        let (validity, ..) =
            CheckOrder::<Test>::new().validate_only(signed(ALICE), &call, &info, 0, source, 0).unwrap();
        assert_eq!(validity, ValidTransaction::default());
    });
}

#[test]
fn f12_a_card_needs_nothing_of_the_chains_own_currency() {
    with_euro(|| {
        let card = funded();
        assert_eq!(Balances::total_balance(&address(&card)), 0);
        assert_ok!(spend(&card, &free_order(&card)));
    });
}

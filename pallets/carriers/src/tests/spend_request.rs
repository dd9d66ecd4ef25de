//! Orders that name a request: paid at once, or put on hold and settled later.

use crate::{cards::TestCard, mock::*, spending::REQUEST_NOT_OPEN, Error, Event};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::transaction_validity::{InvalidTransaction, TransactionValidityError, UnknownTransaction};
use specie_primitives::{
    crypto::Scheme,
    ids::{CurrencyId, PoolId, Reference},
    order::{Order, Purpose, EVERYTHING},
    request::{Asked, RequestKind, RequestState, Terms},
};

/// Alice asks that 100 be paid to Bob.
fn open(amount: Asked) -> Reference {
    let number = pallet_requests::NextNumber::<Test>::get(ALICE);
    let terms = Terms {
        kind: RequestKind::Sale,
        payee: BOB,
        payer: None,
        currency: CurrencyId::Native,
        amount,
        expires: System::block_number() + 10,
        settle_by: System::block_number() + 20,
        pool: None,
        parent: None,
    };
    assert_ok!(Requests::open(signed(ALICE), number, terms));
    Requests::reference_of(&ALICE, number)
}

/// A card with 300 and its order over 100 for the request; the fee of 20 goes to the operator.
fn with_order(purpose: Purpose, test: impl FnOnce(TestCard, Order)) {
    execute(|| {
        let card = funded(Scheme::Ed25519, 300);
        let reference = open(Asked::Exactly(100));
        let order = Order { purpose, reference, ..order(&card) };
        test(card, order);
    });
}

fn state(reference: Reference) -> RequestState {
    Requests::request(reference).unwrap().state
}

#[test]
fn f81_f112_an_order_pays_its_request_once() {
    with_order(Purpose::Transfer, |card, order| {
        let (_, applied) = submit_bare(&order, &card.sign(&order));
        assert_ok!(applied.unwrap());
        let settled = RequestState::Settled { carrier: card.id(), amount: 100, at: 1 };
        assert_eq!((state(order.reference), Balances::free_balance(BOB)), (settled, START + 100));

        // Another card, or the same one again: the request is closed.
        let rival = crate::mock::card(Scheme::Secp256k1, 7);
        initialise(&rival);
        assert_ok!(Carriers::fund(signed(ALICE), rival.id(), 300));
        let second = Order { reference: order.reference, ..crate::mock::order(&rival) };
        assert_eq!(validate(&second, &rival.sign(&second)), Err(InvalidTransaction::Custom(16).into()));
        let again = Order { sequence: 2, ..order };
        assert_noop!(spend(&card, &again), Error::<Test>::RequestClosed);
        // An order that names no request is not concerned.
        assert_ok!(spend(&card, &Order { sequence: 2, ..crate::mock::order(&card) }));
    });
}

/// A stranger's order pushes nobody's out of the pool, whatever it bids: what two cards' orders provide has nothing in
/// common. The first one in a block is paid, and the second is refused there.
#[test]
fn f81_attack_a_rival_pushes_no_order_for_the_same_request_out() {
    with_order(Purpose::Transfer, |card, order| {
        let rival = crate::mock::card(Scheme::Secp256k1, 7);
        initialise(&rival);
        assert_ok!(Carriers::fund(signed(ALICE), rival.id(), 300));
        let second = Order { reference: order.reference, ..crate::mock::order(&rival) };
        let tags = [(&card, order), (&rival, second)]
            .map(|(card, order)| validate(&order, &card.sign(&order)).unwrap().provides);
        assert!(tags[0].iter().all(|tag| !tags[1].contains(tag)));
        let (_, applied) = submit_bare(&order, &card.sign(&order));
        assert_ok!(applied.unwrap());
        let (_, applied) = submit_bare(&second, &rival.sign(&second));
        assert_eq!(applied.err(), Some(crate::Error::<Test>::RequestClosed.validity()));
    });
}

/// The pool bans what is invalid for half an hour; a request that is not open yet may be in the next block.
#[test]
fn a_request_that_is_not_open_yet_is_not_known() {
    with_order(Purpose::Transfer, |card, order| {
        let number = pallet_requests::NextNumber::<Test>::get(ALICE);
        let early = Order { reference: Requests::reference_of(&ALICE, number), ..order };
        let expected = TransactionValidityError::from(UnknownTransaction::Custom(REQUEST_NOT_OPEN));
        assert_eq!(validate(&early, &card.sign(&early)), Err(expected));
        assert_noop!(spend(&card, &early), Error::<Test>::RequestNotOpen);
        assert_eq!(open(Asked::Exactly(100)), early.reference);
        assert_ok!(validate(&early, &card.sign(&early)));
    });
}

#[test]
fn fails_what_the_request_does_not_ask_for() {
    with_order(Purpose::Transfer, |card, order| {
        for (bad, number, error) in [
            (Order { amount: 99, ..order }, 17, Error::<Test>::RequestMismatch),
            (Order { amount: 101, ..order }, 17, Error::<Test>::RequestMismatch),
            (Order { to: ALICE.into(), ..order }, 17, Error::<Test>::RequestMismatch),
            (Order { epoch: 1, ..order }, 19, Error::<Test>::RequestOtherEpoch),
        ] {
            assert_eq!(validate(&bad, &card.sign(&bad)), Err(InvalidTransaction::Custom(number).into()));
            assert_noop!(spend(&card, &bad), error);
        }
        System::set_block_number(11);
        let late = Order { valid_until: 20, ..order };
        assert_ok!(validate(&late, &card.sign(&late)));
        System::set_block_number(12);
        assert_noop!(spend(&card, &late), Error::<Test>::RequestClosed);
    });
}

#[test]
fn a_carrier_without_a_pool_pays_no_pool() {
    with_order(Purpose::Transfer, |_, _| {
        let number = pallet_requests::NextNumber::<Test>::get(ALICE);
        let request = Requests::request(Requests::reference_of(&ALICE, 0)).unwrap();
        let terms = Terms { pool: Some((PoolId(1), 1)), ..request.terms };
        let refused = Requests::open(signed(ALICE), number, terms);
        assert_eq!(refused, Err(pallet_requests::Error::<Test>::NotPoolsUnit.into()));
    });
}

#[test]
fn f115_money_on_hold_is_settled_for_what_was_given() {
    with_order(Purpose::Hold, |card, order| {
        let (_, applied) = submit_bare(&order, &card.sign(&order));
        assert_ok!(applied.unwrap());
        // The fee is gone, the amount is on hold, the rest is free.
        assert_eq!((Balances::free_balance(address(&card)), held_for_requests(&card)), (180, 100));
        assert_last(Event::CarrierSpent {
            carrier: card.id(),
            sequence: 1,
            purpose: Purpose::Hold,
            to: BOB,
            amount: 100,
            currency: CurrencyId::Native,
            fee_to: OPERATOR,
            fee: 16,
            network_fee: 4,
            reference: order.request(),
            submitted_by: None,
        });
        assert_eq!(Balances::free_balance(BOB), START);
        let view = Carriers::view(Some(card.id()), None, None);
        assert_eq!((view.balance, view.held), (180, 100));

        assert_ok!(Requests::settle(signed(ALICE), order.reference, 60));
        assert_eq!((Balances::free_balance(address(&card)), held_for_requests(&card)), (220, 0));
        assert_eq!(Balances::free_balance(BOB), START + 60);
    });
}

#[test]
fn f115_a_holder_whose_request_is_released_has_everything_again() {
    with_order(Purpose::Hold, |card, order| {
        assert_ok!(spend(&card, &order));
        assert_ok!(Requests::release(signed(ALICE), order.reference, CAUSE));
        assert_eq!((Balances::free_balance(address(&card)), held_for_requests(&card)), (280, 0));
        let next = Order { sequence: 2, ..crate::mock::order(&card) };
        assert_ok!(spend(&card, &Order { amount: EVERYTHING, ..next }));
        assert_eq!(Balances::free_balance(address(&card)), 0);
    });
}

/// While money is on hold the existential deposit stays free; everything beyond it may be spent, and none of what is held.
#[test]
fn boundary_spending_beside_money_on_hold() {
    with_order(Purpose::Hold, |card, order| {
        assert_ok!(spend(&card, &order));
        let next = Order { sequence: 2, fee: 0, ..crate::mock::order(&card) };
        for amount in [180 - ED + 1, 180, 280] {
            assert_noop!(spend(&card, &Order { amount, ..next }), Error::<Test>::InsufficientBalance);
        }
        assert_ok!(spend(&card, &Order { amount: 180 - ED - 1, ..next }));
        // One unit alone is less than an order may move.
        let rest = Order { amount: EVERYTHING, sequence: 3, ..next };
        assert_noop!(spend(&card, &rest), Error::<Test>::AmountTooSmall);
        assert_eq!((Balances::free_balance(address(&card)), held_for_requests(&card)), (ED + 1, 100));
        assert_ok!(Requests::settle(signed(ALICE), order.reference, 100));
    });
}

#[test]
fn boundary_at_most_all_but_the_existential_deposit_can_be_held() {
    execute(|| {
        let card = funded(Scheme::Ed25519, 300);
        let reference = open(Asked::Between { least: 1, most: 1_000 });
        let base = Order { purpose: Purpose::Hold, reference, fee: 20, ..order(&card) };
        for amount in [280, 280 - ED + 1] {
            let too_much = Order { amount, ..base };
            assert_noop!(spend(&card, &too_much), Error::<Test>::InsufficientBalance);
        }
        // Everything is everything that can be held.
        assert_ok!(spend(&card, &Order { amount: EVERYTHING, ..base }));
        assert_eq!((Balances::free_balance(address(&card)), held_for_requests(&card)), (ED, 280 - ED));
    });
}

#[test]
fn fails_a_hold_without_a_request() {
    with_order(Purpose::Hold, |card, order| {
        let nothing = Order { reference: Reference([0; 32]), ..order };
        assert_noop!(spend(&card, &nothing), Error::<Test>::HoldWithoutRequest);
        assert_eq!(validate(&nothing, &card.sign(&nothing)), Err(InvalidTransaction::Custom(15).into()));
    });
}

/// A stranger who sends the card a base unit does not make its order for everything more than the request takes.
#[test]
fn f62_f81_a_strangers_dust_does_not_void_an_order_for_everything() {
    execute(|| {
        let card = funded(Scheme::Ed25519, 300);
        let reference = open(Asked::Exactly(280));
        let order = Order { amount: EVERYTHING, reference, ..order(&card) };
        assert_ok!(Balances::transfer_allow_death(signed(BOB), address(&card), 1));
        let (_, applied) = submit_bare(&order, &card.sign(&order));
        assert_ok!(applied.unwrap());
        assert_eq!(state(reference), RequestState::Settled { carrier: card.id(), amount: 280, at: 1 });
        // What is left could not stay by itself, and went to the payee.
        assert_eq!(Balances::free_balance(address(&card)), 0);
    });
}

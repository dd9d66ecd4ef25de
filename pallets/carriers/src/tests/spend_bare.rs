//! Orders that nobody's account signs.

use crate::{cards::TestCard, mock::*, spending::TAG_PREFIX, Error, Event, WeightInfo};
use codec::Encode;
use frame_support::{assert_noop, assert_ok, dispatch::GetDispatchInfo, traits::UnfilteredDispatchable};
#[allow(deprecated)]
use sp_runtime::traits::ValidateUnsigned;
use sp_runtime::{
    traits::{Applyable, Checkable},
    transaction_validity::{InvalidTransaction, TransactionSource, TransactionValidityError, ValidTransaction},
};
use specie_primitives::{
    crypto::Scheme,
    ids::{BatchId, CurrencyId},
    order::{Order, Purpose, EVERYTHING},
};

type Weights = <Test as crate::Config>::WeightInfo;

/// A card of `scheme` with 300, and its order of 100 with a fee of 20.
fn with_order(scheme: Scheme, test: impl FnOnce(TestCard, Order)) {
    execute(|| {
        let card = funded(scheme, 300);
        let order = order(&card);
        test(card, order);
    });
}

/// That the pool and the block refuse the order for this reason, and nothing changes.
fn assert_refused(card: &TestCard, order: &Order, why: InvalidTransaction) {
    let root = sp_io::storage::root(sp_runtime::StateVersion::V1);
    let (validity, applied) = submit_bare(order, &card.sign(order));
    assert_eq!(validity, Err(why.into()));
    assert_eq!(applied.err(), Some(why.into()));
    assert_eq!(root, sp_io::storage::root(sp_runtime::StateVersion::V1));
}

fn assert_accepted(card: &TestCard, order: &Order) {
    let (validity, applied) = submit_bare(order, &card.sign(order));
    assert_ok!(validity);
    assert_ok!(applied.unwrap());
}

#[test]
fn f12_enters_without_an_account() {
    for scheme in Scheme::ALL {
        with_order(scheme, |card, order| {
            let issuance = Balances::total_issuance();
            let operator = Balances::free_balance(OPERATOR);
            let network_fee = network_fee(&card);
            let (validity, applied) = submit_bare(&order, &card.sign(&order));
            let expected = ValidTransaction {
                priority: 1_000,
                requires: vec![],
                provides: vec![(TAG_PREFIX, (card.id(), 1u32)).encode(), (TAG_PREFIX, card.id()).encode()],
                longevity: 11,
                propagate: true,
            };
            assert_eq!(validity, Ok(expected));
            assert_ok!(applied.unwrap());
            assert_last(Event::CarrierSpent {
                carrier: card.id(),
                sequence: 1,
                purpose: Purpose::Transfer,
                to: BOB,
                amount: 100,
                currency: CurrencyId::Native,
                fee_to: OPERATOR,
                fee: 20 - network_fee,
                network_fee,
                reference: None,
                submitted_by: None,
            });
            assert_eq!(Balances::free_balance(address(&card)), 180);
            assert_eq!(Balances::free_balance(BOB), START + 100);
            assert_eq!(Balances::free_balance(OPERATOR), operator + 20 - network_fee);
            assert_eq!(Balances::total_issuance(), issuance - network_fee);
        });
    }
}

#[test]
fn weighs_the_signature_check_once() {
    for scheme in Scheme::ALL {
        with_order(scheme, |card, order| {
            let call = crate::Call::<Test>::spend { order, signature: card.sign(&order) };
            let info = call.get_dispatch_info();
            let shape = crate::Shape::of(&order);
            assert_eq!(info.call_weight, Weights::spend(shape, scheme));
            // A bare extrinsic has no extensions, and gives back what only other currencies need.
            assert_eq!(info.extension_weight, Default::default());
            let (_, applied) = submit_bare(&order, &card.sign(&order));
            assert_eq!(applied.unwrap().unwrap().actual_weight, Some(Weights::spend_native(shape, scheme)));
        });
    }
}

#[test]
fn f12_spends_everything_to_a_new_account() {
    for scheme in Scheme::ALL {
        with_order(scheme, |card, order| {
            let order = Order { amount: EVERYTHING, to: NOBODY.into(), ..order };
            assert_accepted(&card, &order);
            assert_eq!(Balances::free_balance(NOBODY), 280);
            assert_eq!(Balances::free_balance(address(&card)), 0);
        });
    }
}

#[test]
fn f12_the_order_can_be_included_once() {
    with_order(Scheme::P256, |card, order| {
        assert_accepted(&card, &order);
        assert_refused(&card, &order, InvalidTransaction::Stale);
        // Neither way around it: a signed extrinsic does not take it either.
        assert_noop!(spend(&card, &order), Error::<Test>::StaleSequence);
    });
}

#[test]
fn orders_of_one_carrier_exclude_each_other_in_the_pool() {
    with_order(Scheme::Ed25519, |card, order| {
        let provides = |order: &Order| validate(order, &card.sign(order)).unwrap().provides;
        let other = Order { to: ALICE.into(), fee: 30, ..order };
        assert_eq!(provides(&order), provides(&other));
        let next = provides(&Order { sequence: 2, ..order });
        assert_ne!(provides(&order)[0], next[0]);
        assert_eq!(provides(&order)[1], next[1]);
    });
}

/// What a card pays to somebody buys no place in the pool; what it burns does.
#[test]
fn the_priority_is_what_the_card_bids() {
    with_order(Scheme::P256, |card, order| {
        let priority = |fee, fee_to: [u8; 32]| {
            let order = Order { fee, fee_to, amount: ED, ..order };
            validate(&order, &card.sign(&order)).unwrap().priority
        };
        let paid = [12, 13, 100].map(|fee| priority(fee, OPERATOR.into()));
        let bid = [12, 13, 100].map(|fee| priority(fee, card.id().0));
        assert_eq!((paid, bid), ([1_000; 3], [1_000, 1_001, 1_088]));
    });
}

#[test]
fn f12_a_bid_is_burnt_whole() {
    with_order(Scheme::P256, |card, order| {
        let issuance = Balances::total_issuance();
        assert_accepted(&card, &Order { fee: 30, fee_to: card.id().0, ..order });
        assert_eq!(Balances::total_issuance(), issuance - 30);
        assert_eq!(Balances::free_balance(address(&card)), 300 - 100 - 30);
    });
}

/// The same order in other bytes has another hash: whoever waits for the one that the node has told would not find it.
#[test]
fn f12_refuses_an_older_format_and_a_general_transaction_in_a_block() {
    with_order(Scheme::P256, |card, order| {
        let call: RuntimeCall = crate::Call::<Test>::spend { order, signature: card.sign(&order) }.into();
        let wrong_form = InvalidTransaction::Custom(20).into();
        let unknown_origin = InvalidTransaction::UnknownOrigin.into();
        for (extrinsic, why) in [
            (UncheckedExtrinsic::new_bare_legacy(call.clone()), wrong_form),
            (UncheckedExtrinsic::new_transaction(call.clone(), ()), unknown_origin),
        ] {
            let (info, len) = (extrinsic.get_dispatch_info(), extrinsic.encoded_size());
            System::note_extrinsic(extrinsic.encode());
            let checked = extrinsic.check(&frame_system::ChainContext::<Test>::default()).unwrap();
            assert_eq!(checked.apply::<Test>(&info, len).err(), Some(why));
        }
        assert_accepted(&card, &order);
    });
}

#[test]
fn boundary_the_pool_keeps_an_order_to_its_last_block() {
    with_order(Scheme::P256, |card, order| {
        // The pool asks for the block after its best one, adds the longevity to the best one's number, and drops
        // the order when the best one gets there: when the last block that may include it has been made.
        for best in 0..order.valid_until {
            System::set_block_number(best + 1);
            let validity = validate(&order, &card.sign(&order)).unwrap();
            assert_eq!(u64::from(best) + validity.longevity, u64::from(order.valid_until));
        }
        System::set_block_number(order.valid_until + 1);
        assert_refused(&card, &order, InvalidTransaction::Custom(3));
        System::set_block_number(order.valid_until);
        assert_accepted(&card, &order);
    });
}

#[test]
fn boundary_f12_of_the_network_fee() {
    for scheme in Scheme::ALL {
        with_order(scheme, |card, order| {
            let network_fee = network_fee(&card);
            assert_refused(&card, &Order { fee: network_fee - 1, ..order }, InvalidTransaction::Payment);
            assert_refused(&card, &Order { fee: 0, ..order }, InvalidTransaction::Payment);
            // The receiver of nothing may be anybody, even the carrier.
            assert_accepted(&card, &Order { fee: network_fee, fee_to: card.id().0, ..order });
            assert_eq!(Balances::free_balance(address(&card)), 200 - network_fee);
        });
    }
}

#[test]
fn fails_by_name_when_the_fee_is_too_low() {
    with_order(Scheme::P256, |card, order| {
        // In a signed extrinsic no fee is too low; and no block dispatches what was not let in.
        let order = Order { fee: 11, ..order };
        let call = crate::Call::<Test>::spend { order, signature: card.sign(&order) };
        assert_noop!(call.dispatch_bypass_filter(RuntimeOrigin::none()), Error::<Test>::FeeTooLow);
        assert_ok!(spend(&card, &order));
    });
}

#[test]
fn f12_refuses_with_a_stable_number() {
    with_order(Scheme::P256, |card, order| {
        use InvalidTransaction::{Custom, Payment, Stale};
        let stranger = crate::mock::card(Scheme::P256, 9);
        assert_refused(&stranger, &crate::mock::order(&stranger), Custom(1));
        let now = System::block_number();
        for (bad, why) in [
            (Order { genesis: [0; 32], ..order }, Custom(2)),
            (Order { valid_until: now - 1, ..order }, Custom(3)),
            (Order { valid_until: now + LIFETIME + 1, ..order }, Custom(4)),
            (Order { purpose: Purpose::CashOut, ..order }, Custom(10)),
            (Order { to: card.id().0, ..order }, Custom(11)),
            (Order { amount: ED - 1, ..order }, Custom(13)),
            (Order { purpose: Purpose::Hold, ..order }, Custom(15)),
            (Order { amount: 281, ..order }, Payment),
            (Order { sequence: 0, ..order }, Stale),
        ] {
            assert_refused(&card, &bad, why);
        }
        let root = RuntimeOrigin::root;
        assert_ok!(Manufacturers::suspend_batch(signed(MANUFACTURER), BatchId(1), CAUSE));
        assert_ok!(Manufacturers::block_orders(root(), BatchId(1), true, CAUSE));
        assert_refused(&card, &order, Custom(9));
        assert_ok!(Manufacturers::reactivate_batch(root(), BatchId(1), CAUSE));
        assert_ok!(Carriers::freeze(root(), card.id(), CAUSE));
        assert_refused(&card, &order, Custom(5));
        let other = Order { amount: 1, ..order };
        assert_ok!(Carriers::report_orders(signed(BOB), order, card.sign(&order), other, card.sign(&other)));
        assert_refused(&card, &order, Custom(6));
        assert_ok!(Carriers::retire(root(), card.id(), CAUSE));
        assert_refused(&card, &order, Custom(8));
    });
}

#[test]
fn f19_refuses_the_orders_of_a_superseded_key() {
    execute(|| {
        let old = card(Scheme::P256, 1);
        initialise(&old);
        assert_ok!(Carriers::rotate(signed(MACHINE), registration(&old.reset(), open_grant())));
        assert_ok!(Balances::transfer_allow_death(signed(ALICE), address(&old), 300));
        assert_refused(&old, &order(&old), InvalidTransaction::Custom(7));
    });
}

#[test]
fn what_the_pool_need_not_know_has_a_number_too() {
    let expected = TransactionValidityError::from(InvalidTransaction::Custom(254));
    assert_eq!(Error::<Test>::NoConflict.validity(), expected);
}

#[test]
fn f12_refuses_a_bad_signature() {
    for scheme in Scheme::ALL {
        with_order(scheme, |card, order| {
            let stranger = crate::mock::card(scheme, 9).sign(&order);
            let (validity, applied) = submit_bare(&order, &stranger);
            assert_eq!(validity, Err(InvalidTransaction::BadProof.into()));
            assert_eq!(applied.err(), Some(InvalidTransaction::BadProof.into()));
            if scheme != Scheme::Ed25519 {
                let high = negate_s(&card.sign(&order));
                assert_eq!(validate(&order, &high), Err(InvalidTransaction::BadProof.into()));
            }
        });
    }
}

#[test]
fn f12_cashes_out_at_a_machine() {
    with_order(Scheme::Secp256k1, |card, order| {
        let order = Order { purpose: Purpose::CashOut, fee_to: MACHINE.into(), ..order };
        assert_ok!(Machines::suspend(RuntimeOrigin::root(), MACHINE, CAUSE));
        assert_refused(&card, &order, InvalidTransaction::Custom(10));
        assert_ok!(Machines::resume(RuntimeOrigin::root(), MACHINE, CAUSE));
        assert_accepted(&card, &order);
        assert_eq!(Balances::free_balance(MACHINE), START + 17);
    });
}

#[test]
fn the_call_filter_keeps_orders_out() {
    with_order(Scheme::Ed25519, |card, order| {
        // Were it let in, it would fail when it is dispatched, and could be included again and again for nothing.
        SpendPaused::set(true);
        assert_refused(&card, &order, InvalidTransaction::Call);
        SpendPaused::set(false);
        assert_accepted(&card, &order);
    });
}

#[test]
#[allow(deprecated)]
fn nothing_else_is_let_in() {
    execute(|| {
        let carrier = card(Scheme::P256, 1).id();
        let freeze = crate::Call::<Test>::freeze { carrier, cause: CAUSE };
        let refused = Err(InvalidTransaction::Call.into());
        assert_eq!(Carriers::validate_unsigned(TransactionSource::External, &freeze), refused);
    });
}

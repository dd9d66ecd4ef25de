//! Orders inside somebody's signed extrinsic.

use crate::{cards::TestCard, mock::*, Error, Event};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::AccountId32;
use specie_primitives::{
    crypto::{Scheme, Signature},
    ids::{BatchId, CurrencyId},
    order::{Order, Purpose, EVERYTHING},
    records::{CarrierState, Permissions},
    Balance,
};

fn balance(account: &AccountId32) -> Balance {
    Balances::free_balance(account)
}

/// A P-256 card with 300, and its order of 100 with a fee of 20.
fn with_order(test: impl FnOnce(TestCard, Order)) {
    execute(|| {
        let card = funded(Scheme::P256, 300);
        let order = order(&card);
        test(card, order);
    });
}

#[test]
fn f12_transfers() {
    for scheme in Scheme::ALL {
        execute(|| {
            let card = funded(scheme, 300);
            let (alice, issuance) = (balance(&ALICE), Balances::total_issuance());
            let operator = balance(&OPERATOR);
            let order = order(&card);
            assert_ok!(spend(&card, &order));
            // The signer pays the network's fee elsewhere: the whole fee goes to its receiver.
            assert_last(Event::CarrierSpent {
                carrier: card.id(),
                sequence: 1,
                purpose: Purpose::Transfer,
                to: BOB,
                amount: 100,
                currency: CurrencyId::Native,
                fee_to: OPERATOR,
                fee: 20,
                network_fee: 0,
                reference: None,
                submitted_by: Some(ALICE),
            });
            assert_eq!(balance(&address(&card)), 180);
            assert_eq!(balance(&BOB), START + 100);
            assert_eq!(balance(&OPERATOR), operator + 20);
            assert_eq!((balance(&ALICE), Balances::total_issuance()), (alice, issuance));
            assert_eq!(record(&card).sequence, 1);
        });
    }
}

#[test]
fn f12_spends_everything() {
    with_order(|card, order| {
        assert_ok!(spend(&card, &Order { amount: EVERYTHING, to: NOBODY.into(), ..order }));
        assert_last(Event::CarrierSpent {
            carrier: card.id(),
            sequence: 1,
            purpose: Purpose::Transfer,
            to: NOBODY,
            amount: 280,
            currency: CurrencyId::Native,
            fee_to: OPERATOR,
            fee: 20,
            network_fee: 0,
            reference: None,
            submitted_by: Some(ALICE),
        });
        assert_eq!((balance(&address(&card)), balance(&NOBODY)), (0, 280));
        assert!(!frame_system::Account::<Test>::contains_key(address(&card)));
    });
}

#[test]
fn f12_needs_no_fee() {
    with_order(|card, order| {
        // Without a fee nothing is asked of its receiver, be it the carrier itself.
        assert_ok!(spend(&card, &Order { fee: 0, fee_to: card.id().0, ..order }));
        assert_eq!(balance(&address(&card)), 200);
    });
}

#[test]
fn f12_pays_payee_and_fee_to_one_account() {
    with_order(|card, order| {
        assert_ok!(spend(&card, &Order { to: NOBODY.into(), fee_to: NOBODY.into(), ..order }));
        assert_eq!(balance(&NOBODY), 120);
    });
}

#[test]
fn f12_fails_when_the_payee_is_the_carrier() {
    with_order(|card, order| {
        let bad = Order { to: card.id().0, ..order };
        assert_noop!(spend(&card, &bad), Error::<Test>::BadPayee);
    });
}

#[test]
fn f12_a_fee_that_nobody_can_take_is_burnt() {
    with_order(|card, order| {
        let issuance = Balances::total_issuance();
        assert_ok!(spend(&card, &Order { fee_to: card.id().0, ..order }));
        assert_eq!(Balances::total_issuance(), issuance - 20);
        let dust = Order { fee: ED - 1, fee_to: NOBODY.into(), sequence: 2, amount: ED, ..order };
        assert_ok!(spend(&card, &dust));
        assert_eq!(Balances::total_issuance(), issuance - 20 - (ED - 1));
        assert_ok!(spend(&card, &Order { fee: ED, sequence: 3, ..dust }));
        assert_eq!((balance(&NOBODY), Balances::total_issuance()), (ED, issuance - 20 - (ED - 1)));
    });
}

#[test]
fn f12_fails_on_another_chain() {
    with_order(|card, order| {
        let other = Order { genesis: [0; 32], ..order };
        assert_noop!(spend(&card, &other), Error::<Test>::WrongChain);
    });
}

#[test]
fn f12_fails_when_the_carrier_is_unknown() {
    execute(|| {
        let card = card(Scheme::P256, 1);
        assert_noop!(spend(&card, &order(&card)), Error::<Test>::UnknownCarrier);
    });
}

#[test]
fn f12_fails_for_another_carrier() {
    with_order(|card, order| {
        // The twin's key signs, or the order is taken to the twin: neither moves anything.
        let twin = crate::mock::card(Scheme::P256, 7);
        initialise(&twin);
        assert_ok!(Carriers::fund(signed(ALICE), twin.id(), 300));
        let foreign = Carriers::spend(signed(BOB), order, twin.sign(&order));
        assert_noop!(foreign, Error::<Test>::BadSignature);
        let moved = Carriers::spend(signed(BOB), Order { carrier: twin.id(), ..order }, card.sign(&order));
        assert_noop!(moved, Error::<Test>::BadSignature);
    });
}

#[test]
fn boundary_f12_of_the_expiry() {
    with_order(|card, order| {
        System::set_block_number(order.valid_until + 1);
        assert_noop!(spend(&card, &order), Error::<Test>::OrderExpired);
        System::set_block_number(order.valid_until);
        assert_ok!(spend(&card, &order));
    });
}

#[test]
fn boundary_f12_of_the_lifetime() {
    with_order(|card, order| {
        let latest = System::block_number() + LIFETIME;
        let long = Order { valid_until: latest + 1, ..order };
        assert_noop!(spend(&card, &long), Error::<Test>::OrderTooLong);
        assert_ok!(spend(&card, &Order { valid_until: latest, ..order }));
        // It was too long only for the block that it came in.
        System::set_block_number(2);
        assert_ok!(spend(&card, &Order { sequence: 2, ..long }));
    });
}

#[test]
fn f12_fails_when_the_sequence_is_stale() {
    with_order(|card, order| {
        assert_noop!(spend(&card, &Order { sequence: 0, ..order }), Error::<Test>::StaleSequence);
        assert_ok!(spend(&card, &Order { sequence: 5, ..order }));
        for sequence in [0, 1, 4, 5] {
            assert_noop!(spend(&card, &Order { sequence, ..order }), Error::<Test>::StaleSequence);
        }
    });
}

#[test]
fn boundary_f12_gaps_are_allowed() {
    with_order(|card, order| {
        let order = Order { amount: 50, fee: 0, ..order };
        for sequence in [3, 4, u32::MAX] {
            assert_ok!(spend(&card, &Order { sequence, ..order }));
            assert_eq!(record(&card).sequence, sequence);
        }
        assert_noop!(spend(&card, &Order { sequence: u32::MAX, ..order }), Error::<Test>::StaleSequence);
    });
}

#[test]
fn f12_fails_when_the_signature_is_anothers() {
    for scheme in Scheme::ALL {
        execute(|| {
            let card = funded(scheme, 300);
            let order = order(&card);
            let submit = |signature| Carriers::spend(signed(ALICE), order, signature);
            let stranger = crate::mock::card(scheme, 9);
            assert_noop!(submit(stranger.sign(&order)), Error::<Test>::BadSignature);
            let device = card.device.sign(order.message().as_bytes());
            assert_noop!(submit(device), Error::<Test>::BadSignature);
            let changed = card.sign(&Order { amount: 101, ..order });
            assert_noop!(submit(changed), Error::<Test>::BadSignature);
            for garbage in [
                Signature::Secp256k1([0; 65]),
                Signature::Secp256k1([0xff; 65]),
                Signature::P256([0; 64]),
                Signature::P256([0xff; 64]),
                Signature::Ed25519([0; 64]),
                Signature::Ed25519([0xff; 64]),
            ] {
                assert_noop!(submit(garbage), Error::<Test>::BadSignature);
            }
            for other in Scheme::ALL.into_iter().filter(|other| *other != scheme) {
                let wrong = crate::mock::card(other, 0).sign(&order);
                assert_noop!(submit(wrong), Error::<Test>::BadSignature);
            }
        });
    }
}

#[test]
fn f12_fails_when_any_field_was_changed() {
    with_order(|card, order| {
        let signature = card.sign(&order);
        for changed in [
            Order { purpose: Purpose::CashOut, fee_to: MACHINE.into(), ..order },
            Order { sequence: 2, ..order },
            Order { to: ALICE.into(), ..order },
            Order { amount: 99, ..order },
            Order { amount: EVERYTHING, ..order },
            Order { fee: 19, ..order },
            Order { fee_to: ALICE.into(), ..order },
            Order { valid_until: order.valid_until + 1, ..order },
        ] {
            let call = Carriers::spend(signed(ALICE), changed, signature);
            assert_noop!(call, Error::<Test>::BadSignature);
        }
    });
}

#[test]
fn f12_refuses_a_high_s() {
    for scheme in [Scheme::Secp256k1, Scheme::P256] {
        execute(|| {
            let card = funded(scheme, 300);
            let order = order(&card);
            let high = Carriers::spend(signed(ALICE), order, negate_s(&card.sign(&order)));
            assert_noop!(high, Error::<Test>::BadSignature);
        });
    }
}

#[test]
fn boundary_f12_of_the_balance() {
    with_order(|card, order| {
        let submit = |amount, fee| spend(&card, &Order { amount, fee, ..order });
        for (amount, fee) in [(281, 20), (301, 0), (0, 301), (EVERYTHING, 301), (EVERYTHING, Balance::MAX)] {
            assert_noop!(submit(amount, fee), Error::<Test>::InsufficientBalance);
        }
        assert_noop!(submit(EVERYTHING - 1, 1), Error::<Test>::InsufficientBalance);
        assert_noop!(submit(EVERYTHING - 1, 20), Error::<Test>::InsufficientBalance);
        assert_ok!(submit(280, 20));
        assert_eq!(balance(&address(&card)), 0);
    });
}

#[test]
fn boundary_f12_of_the_remainder() {
    with_order(|card, order| {
        assert_ok!(spend(&card, &Order { amount: 280 - ED, ..order }));
        assert_eq!(balance(&address(&card)), ED);
    });
    // One unit from a stranger does not kill an order that empties the account: what would be dust goes to the payee.
    for left in 1..ED {
        with_order(|card, order| {
            let all = Order { amount: 280, ..order };
            assert_ok!(Balances::transfer_allow_death(signed(ALICE), address(&card), left));
            assert_ok!(spend(&card, &all));
            assert_eq!((balance(&address(&card)), balance(&BOB)), (0, START + 280 + left));
        });
    }
}

#[test]
fn boundary_f12_of_the_amount() {
    with_order(|card, order| {
        for amount in [0, 1, ED - 1] {
            // Even to an account that exists: what is refused does not depend on the payee.
            assert_noop!(spend(&card, &Order { amount, ..order }), Error::<Test>::AmountTooSmall);
        }
        let all_but_dust = Order { amount: EVERYTHING, fee: 300 - ED + 1, ..order };
        assert_noop!(spend(&card, &all_but_dust), Error::<Test>::AmountTooSmall);
        assert_ok!(spend(&card, &Order { amount: ED, to: NOBODY.into(), ..order }));
        assert_eq!(balance(&NOBODY), ED);
    });
}

#[test]
fn f12_fails_when_the_carrier_is_stopped() {
    with_order(|card, order| {
        assert_ok!(Carriers::freeze(RuntimeOrigin::root(), card.id(), CAUSE));
        assert_noop!(spend(&card, &order), Error::<Test>::CarrierFrozen);
        assert_ok!(Carriers::unfreeze(RuntimeOrigin::root(), card.id(), CAUSE));
        let other = Order { amount: 50, ..order };
        let (one, two) = (card.sign(&order), card.sign(&other));
        assert_ok!(Carriers::report_orders(signed(BOB), order, one, other, two));
        assert!(matches!(record(&card).state, CarrierState::Marked(_)));
        assert_noop!(spend(&card, &order), Error::<Test>::CarrierMarked);
        assert_ok!(Carriers::retire(RuntimeOrigin::root(), card.id(), CAUSE));
        assert_noop!(spend(&card, &order), Error::<Test>::CarrierRetired);
        assert_eq!(balance(&address(&card)), 300);
    });
}

#[test]
fn f12_a_suspended_batch_blocks_only_when_the_issuer_says_so() {
    with_order(|card, order| {
        let next = |sequence| Order { amount: 50, fee: 0, sequence, ..order };
        let block = |blocked| {
            assert_ok!(Manufacturers::block_orders(RuntimeOrigin::root(), BatchId(1), blocked, CAUSE));
        };
        // A block alone stops nothing while the batch is active.
        block(true);
        assert_ok!(spend(&card, &next(1)));
        block(false);
        assert_ok!(Manufacturers::suspend_batch(signed(MANUFACTURER), BatchId(1), CAUSE));
        assert_ok!(spend(&card, &next(2)));
        block(true);
        assert_noop!(spend(&card, &next(3)), Error::<Test>::BatchOrdersBlocked);
        assert_ok!(Manufacturers::revoke_batch(RuntimeOrigin::root(), BatchId(1), CAUSE));
        assert_noop!(spend(&card, &next(3)), Error::<Test>::BatchOrdersBlocked);
        block(false);
        assert_ok!(spend(&card, &next(3)));
    });
}

#[test]
fn f12_cashes_out_at_a_machine() {
    with_order(|card, order| {
        let order = Order { purpose: Purpose::CashOut, fee_to: MACHINE.into(), ..order };
        assert_ok!(spend(&card, &order));
        assert_last(Event::CarrierSpent {
            carrier: card.id(),
            sequence: 1,
            purpose: Purpose::CashOut,
            to: BOB,
            amount: 100,
            currency: CurrencyId::Native,
            fee_to: MACHINE,
            fee: 20,
            network_fee: 0,
            reference: None,
            submitted_by: Some(ALICE),
        });
        assert_eq!(balance(&MACHINE), START + 20);
    });
}

#[test]
fn f12_fails_to_cash_out_at_an_unauthorised_machine() {
    with_order(|card, order| {
        let order = Order { purpose: Purpose::CashOut, fee_to: MACHINE.into(), ..order };
        let unknown = Order { fee_to: OPERATOR.into(), ..order };
        assert_noop!(spend(&card, &unknown), Error::<Test>::MachineMayNotCashOut);
        // The machine must be named even where it gets nothing.
        let unpaid = Order { fee: 0, ..unknown };
        assert_noop!(spend(&card, &unpaid), Error::<Test>::MachineMayNotCashOut);
        let permissions = Permissions { cash_out: false, ..EVERY_PERMISSION };
        assert_ok!(Machines::change_permissions(RuntimeOrigin::root(), MACHINE, permissions));
        assert_noop!(spend(&card, &order), Error::<Test>::MachineMayNotCashOut);
        assert_ok!(Machines::change_permissions(RuntimeOrigin::root(), MACHINE, EVERY_PERMISSION));
        assert_ok!(Machines::suspend(RuntimeOrigin::root(), MACHINE, CAUSE));
        assert_noop!(spend(&card, &order), Error::<Test>::MachineMayNotCashOut);
        assert_ok!(Machines::resume(RuntimeOrigin::root(), MACHINE, CAUSE));
        assert_ok!(spend(&card, &order));
    });
}

#[test]
fn f12_fails_by_root() {
    with_order(|card, order| {
        let call = Carriers::spend(RuntimeOrigin::root(), order, card.sign(&order));
        assert_noop!(call, sp_runtime::DispatchError::BadOrigin);
    });
}

#[test]
fn nothing_but_an_order_moves_a_carriers_money() {
    with_order(|card, _| {
        // No account key maps to the address, but even an origin that did could not pretend to be an order.
        let signature = card.sign(&order(&card));
        let forged = Order { amount: EVERYTHING, to: ALICE.into(), ..order(&card) };
        let call = Carriers::spend(signed(address(&card)), forged, signature);
        assert_noop!(call, Error::<Test>::BadSignature);
    });
}

//! Proofs that a card was cloned.

use crate::{cards::TestCard, mock::*, Error, Event};
use frame_support::{
    assert_noop, assert_ok,
    dispatch::{DispatchResultWithPostInfo, Pays},
};
use sp_runtime::DispatchError;
use specie_primitives::{
    attestation::{Attestation, SignedAttestation},
    crypto::{PublicKey, Scheme},
    ids::CurrencyId,
    order::{Order, Purpose, EVERYTHING},
    records::{CarrierState, Fraud},
};

const CHALLENGE: [u8; 32] = [0xc4; 32];

fn report_orders(card: &TestCard, one: &Order, other: &Order) -> DispatchResultWithPostInfo {
    Carriers::report_orders(signed(BOB), *one, card.sign(one), *other, card.sign(other))
}

fn report(
    device: PublicKey,
    one: SignedAttestation,
    other: Option<SignedAttestation>,
) -> DispatchResultWithPostInfo {
    Carriers::report_attestations(signed(BOB), device, one, other)
}

/// The same device with another currency key of the same generation.
fn clone_of(card: &TestCard) -> TestCard {
    TestCard { generation: card.generation, ..card.reset() }
}

#[test]
fn two_orders_of_one_sequence_mark_the_carrier() {
    for scheme in Scheme::ALL {
        execute(|| {
            let card = funded(scheme, 300);
            let one = order(&card);
            let other = Order { to: ALICE.into(), ..one };
            let info = report_orders(&card, &one, &other).unwrap();
            assert_eq!(info.pays_fee, Pays::No);
            let fraud = Fraud::ConflictingOrders;
            assert_last(Event::CarrierMarked { carrier: card.id(), fraud, by: BOB });
            assert_eq!(record(&card).state, CarrierState::Marked(fraud));
            // The money waits for the issuer.
            assert_eq!(Balances::free_balance(address(&card)), 300);
            assert_noop!(spend(&card, &one), Error::<Test>::CarrierMarked);
            assert_noop!(Carriers::fund(signed(ALICE), card.id(), 1), Error::<Test>::CarrierMarked);
            assert_ok!(Carriers::settle(RuntimeOrigin::root(), card.id(), ALICE, CurrencyId::Native, CAUSE));
        });
    }
}

#[test]
fn an_executed_or_expired_order_proves_it_too() {
    execute(|| {
        let card = funded(Scheme::P256, 300);
        let one = order(&card);
        assert_ok!(spend(&card, &one));
        System::set_block_number(one.valid_until + 50);
        let other = Order { valid_until: 3, ..one };
        assert_ok!(report_orders(&card, &one, &other));
    });
}

#[test]
fn fails_when_the_orders_do_not_conflict() {
    execute(|| {
        let card = funded(Scheme::P256, 300);
        let one = order(&card);
        for other in [one, Order { sequence: 2, ..one }, Order { genesis: [0; 32], ..one }] {
            assert_noop!(report_orders(&card, &one, &other), Error::<Test>::NoConflict);
        }
        let twin = crate::mock::card(Scheme::P256, 5);
        initialise(&twin);
        let foreign = Order { carrier: twin.id(), ..one };
        assert_noop!(report_orders(&card, &one, &foreign), Error::<Test>::NoConflict);
    });
}

#[test]
fn one_order_with_two_signatures_is_no_conflict() {
    execute(|| {
        let card = funded(Scheme::P256, 300);
        let one = order(&card);
        let signature = card.sign(&one);
        let call = Carriers::report_orders(signed(BOB), one, signature, one, negate_s(&signature));
        assert_noop!(call, Error::<Test>::NoConflict);
    });
}

#[test]
fn fails_when_the_orders_are_for_another_chain() {
    execute(|| {
        // A card that is used on two chains is no clone.
        let card = funded(Scheme::P256, 300);
        let one = Order { genesis: [0; 32], ..order(&card) };
        let other = Order { amount: 1, ..one };
        assert_noop!(report_orders(&card, &one, &other), Error::<Test>::WrongChain);
    });
}

#[test]
fn fails_when_an_order_is_not_the_cards() {
    for scheme in Scheme::ALL {
        execute(|| {
            let card = funded(scheme, 300);
            let (one, other) = (order(&card), Order { amount: 1, ..order(&card) });
            let stranger = crate::mock::card(scheme, 5);
            let genuine = |order| card.sign(order);
            let forged = |order| stranger.sign(order);
            let submit = |first, second| Carriers::report_orders(signed(BOB), one, first, other, second);
            assert_noop!(submit(genuine(&one), forged(&other)), Error::<Test>::BadSignature);
            assert_noop!(submit(forged(&one), genuine(&other)), Error::<Test>::BadSignature);
            assert_noop!(submit(genuine(&one), genuine(&one)), Error::<Test>::BadSignature);
        });
    }
}

#[test]
fn fails_when_the_carrier_is_unknown() {
    execute(|| {
        let card = card(Scheme::P256, 1);
        let (one, other) = (order(&card), Order { amount: 1, ..order(&card) });
        assert_noop!(report_orders(&card, &one, &other), Error::<Test>::UnknownCarrier);
        let proof = card.attest(CHALLENGE);
        assert_noop!(report(card.device.public(), proof, None), Error::<Test>::UnknownDevice);
    });
}

#[test]
fn two_keys_of_one_generation_mark_the_carrier() {
    for scheme in Scheme::ALL {
        execute(|| {
            let card = funded(scheme, 300);
            let (one, other) = (card.attest(CHALLENGE), clone_of(&card).attest([1; 32]));
            let info = report(card.device.public(), one, Some(other)).unwrap();
            assert_eq!(info.pays_fee, Pays::No);
            let fraud = Fraud::ConflictingAttestations;
            assert_last(Event::CarrierMarked { carrier: card.id(), fraud, by: BOB });
            assert_eq!(record(&card).state, CarrierState::Marked(fraud));
        });
    }
}

#[test]
fn the_record_is_the_other_attestation() {
    execute(|| {
        let card = funded(Scheme::P256, 300);
        let own = card.attest(CHALLENGE);
        assert_noop!(report(card.device.public(), own, None), Error::<Test>::NoConflict);
        let clone = clone_of(&card).attest(CHALLENGE);
        assert_ok!(report(card.device.public(), clone, None));
        assert_eq!(record(&card).state, CarrierState::Marked(Fraud::ConflictingAttestations));
    });
}

#[test]
fn a_conflict_of_an_older_generation_marks_the_present_carrier() {
    execute(|| {
        let first = card(Scheme::P256, 1);
        initialise(&first);
        let second = first.reset();
        assert_ok!(Carriers::rotate(signed(MACHINE), registration(&second, open_grant())));
        let (one, other) = (first.attest(CHALLENGE), clone_of(&first).attest(CHALLENGE));
        assert_ok!(report(first.device.public(), one, Some(other)));
        assert_eq!(record(&first).state, CarrierState::Superseded);
        assert_eq!(record(&second).state, CarrierState::Marked(Fraud::ConflictingAttestations));
    });
}

#[test]
fn fails_when_the_attestations_do_not_conflict() {
    execute(|| {
        let card = funded(Scheme::P256, 300);
        let device = card.device.public();
        let one = card.attest(CHALLENGE);
        // The same key at another sequence, the next generation, and a blank card say nothing about a clone.
        let later = Attestation::initialised(&card.currency.public(), 1, 7, 9, true);
        let blank = card.attest_as(CHALLENGE, Attestation::blank(1, false));
        for other in [one, card.attest_as(CHALLENGE, later), card.reset().attest(CHALLENGE), blank] {
            assert_noop!(report(device, one, Some(other)), Error::<Test>::NoConflict);
            assert_noop!(report(device, other, Some(one)), Error::<Test>::NoConflict);
        }
        for alone in [card.reset().attest(CHALLENGE), blank] {
            assert_noop!(report(device, alone, None), Error::<Test>::NoConflict);
        }
    });
}

#[test]
fn fails_when_an_attestation_is_not_the_devices() {
    for scheme in Scheme::ALL {
        execute(|| {
            let card = funded(scheme, 300);
            let device = card.device.public();
            let (one, clone) = (card.attest(CHALLENGE), clone_of(&card).attest(CHALLENGE));
            let forged = SignedAttestation { signature: one.signature, ..clone };
            assert_noop!(report(device, forged, None), Error::<Test>::BadAttestation);
            assert_noop!(report(device, one, Some(forged)), Error::<Test>::BadAttestation);
            let stranger = crate::mock::card(scheme, 5).attest(CHALLENGE);
            assert_noop!(report(device, stranger, None), Error::<Test>::BadAttestation);
            // A genuine device that is not registered is no help against this one.
            let unknown = crate::mock::card(scheme, 5).device.public();
            assert_noop!(report(unknown, clone, None), Error::<Test>::UnknownDevice);
        });
    }
}

#[test]
fn fails_when_an_attestation_is_malformed() {
    execute(|| {
        // Zeros after a shorter key, or bytes there, would make two attestations of one and the same key.
        let card = funded(Scheme::Ed25519, 300);
        let mut padded = card.attest(CHALLENGE).attestation;
        padded.currency_key[32] = 1;
        let padded = card.attest_as(CHALLENGE, padded);
        assert_noop!(report(card.device.public(), padded, None), Error::<Test>::BadAttestation);
        let one = card.attest(CHALLENGE);
        assert_noop!(report(card.device.public(), one, Some(padded)), Error::<Test>::BadAttestation);
    });
}

#[test]
fn takes_a_high_s_from_the_device() {
    execute(|| {
        let card = funded(Scheme::P256, 300);
        let mut clone = clone_of(&card).attest(CHALLENGE);
        clone.signature = negate_s(&clone.signature);
        assert_ok!(report(card.device.public(), clone, None));
    });
}

#[test]
fn fails_when_the_carrier_cannot_be_marked() {
    execute(|| {
        let card = funded(Scheme::P256, 300);
        let (one, other) = (order(&card), Order { amount: EVERYTHING, ..order(&card) });
        let clone = clone_of(&card).attest(CHALLENGE);
        assert_ok!(Carriers::freeze(RuntimeOrigin::root(), card.id(), CAUSE));
        assert_ok!(report_orders(&card, &one, &other));
        assert_noop!(report_orders(&card, &one, &other), Error::<Test>::WrongState);
        assert_noop!(report(card.device.public(), clone, None), Error::<Test>::WrongState);
        assert_ok!(Carriers::retire(RuntimeOrigin::root(), card.id(), CAUSE));
        assert_noop!(report_orders(&card, &one, &other), Error::<Test>::WrongState);
    });
}

#[test]
fn a_superseded_carrier_can_be_marked() {
    execute(|| {
        let card = card(Scheme::P256, 1);
        initialise(&card);
        assert_ok!(Carriers::rotate(signed(MACHINE), registration(&card.reset(), open_grant())));
        let (one, other) = (order(&card), Order { purpose: Purpose::CashOut, ..order(&card) });
        assert_ok!(report_orders(&card, &one, &other));
        assert_eq!(record(&card).state, CarrierState::Marked(Fraud::ConflictingOrders));
        assert_eq!(record(&card.reset()).state, CarrierState::Active);
    });
}

#[test]
fn fails_without_a_signer() {
    execute(|| {
        let card = funded(Scheme::P256, 300);
        let (one, other) = (order(&card), Order { amount: 1, ..order(&card) });
        let (first, second) = (card.sign(&one), card.sign(&other));
        let orders = Carriers::report_orders(RuntimeOrigin::none(), one, first, other, second);
        assert_noop!(orders, DispatchError::BadOrigin);
        let clone = clone_of(&card).attest(CHALLENGE);
        let root = RuntimeOrigin::root();
        let attestations = Carriers::report_attestations(root, card.device.public(), clone, None);
        assert_noop!(attestations, DispatchError::BadOrigin);
    });
}

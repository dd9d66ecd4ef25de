//! What anyone may ask the runtime.

use crate::mock::*;
use frame_support::assert_ok;
use specie_primitives::{
    crypto::Scheme,
    ids::BatchId,
    records::{BatchState, Device},
    verdict::View,
};

#[test]
fn answers_with_the_records() {
    execute(|| {
        let card = card(Scheme::P256, 1);
        assert_eq!(Carriers::carrier_record(card.id()), None);
        assert_eq!(Carriers::device_record(card.device.public()), None);
        initialise(&card);
        assert_eq!(Carriers::carrier_record(card.id()).unwrap().currency_key, card.currency.public());
        let device = Device { carrier: card.id(), generation: 1 };
        assert_eq!(Carriers::device_record(card.device.public()), Some(device));
    });
}

#[test]
fn views_a_carrier_for_the_verdict() {
    execute(|| {
        System::set_block_number(3);
        let card = funded(Scheme::P256, 100);
        assert_ok!(Manufacturers::suspend_batch(signed(MANUFACTURER), BatchId(2), CAUSE));
        let expected = View {
            number: 3,
            carrier: Some(record(&card)),
            balance: 100,
            batch: Some(BatchState::Active),
            certified_batch: Some(BatchState::Suspended),
            device: Some(Device { carrier: card.id(), generation: 1 }),
            ..View::default()
        };
        let view = Carriers::view(Some(card.id()), Some(card.device.public()), Some(BatchId(2)));
        assert_eq!(view, expected);
    });
}

#[test]
fn views_what_the_chain_does_not_know() {
    execute(|| {
        let nothing = View { number: 1, ..View::default() };
        assert_eq!(Carriers::view(None, None, None), nothing);
        let card = card(Scheme::P256, 1);
        let unknown = Carriers::view(Some(card.id()), Some(card.device.public()), Some(BatchId(99)));
        assert_eq!(unknown, nothing);
    });
}

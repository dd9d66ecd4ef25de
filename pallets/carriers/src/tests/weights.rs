//! That a call is charged for the signatures that it makes the chain check.

use crate::{
    cards::{Factory, Format, TestCard},
    mock::*,
    Call, WeightInfo,
};
use frame_support::dispatch::GetDispatchInfo;
use specie_primitives::{crypto::Scheme, ids::BatchId};

type Weights = <Test as crate::Config>::WeightInfo;

/// Picoseconds of a call.
fn time(call: Call<Test>) -> u64 {
    call.get_dispatch_info().call_weight.ref_time()
}

/// Picoseconds of checking one signature.
fn check(scheme: Scheme) -> u64 {
    crate::weights::signature(scheme).ref_time()
}

/// Picoseconds of initialising a card whose keys are of `scheme`, certified in `format`.
fn initialising(format: Format, scheme: Scheme) -> u64 {
    let card = TestCard::new(&Factory::new(format, BatchId(1)), scheme, 1);
    let registration = registration(&card, 0);
    let rotating = time(Call::rotate { registration: registration.clone() });
    let initialising = time(Call::initialise { registration });
    assert!(rotating > initialising);
    initialising
}

#[test]
fn a_registration_pays_for_both_signatures() {
    let nothing = initialising(Format::Native(Scheme::Secp256k1), Scheme::Secp256k1) - 2 * check(Scheme::Secp256k1);
    for batch in Scheme::ALL {
        for device in Scheme::ALL {
            let expected = nothing + check(batch) + check(device);
            assert_eq!(initialising(Format::Native(batch), device), expected);
        }
    }
    let secp256k1 = check(Scheme::Secp256k1);
    assert_eq!(initialising(Format::Keycard, Scheme::Secp256k1), nothing + 2 * secp256k1);
    assert_eq!(initialising(Format::Coinkite, Scheme::Secp256k1), nothing + 3 * secp256k1);
}

#[test]
fn an_order_pays_for_its_signature() {
    execute(|| {
        for scheme in Scheme::ALL {
            let card = card(scheme, 1);
            let order = order(&card);
            let spend = Call::<Test>::spend { order, signature: card.sign(&order) };
            let info = spend.get_dispatch_info();
            let shape = crate::Shape::of(&order);
            assert_eq!(info.call_weight, Weights::spend(shape, scheme));
            assert!(info.call_weight.ref_time() > check(scheme));
        }
    });
}

#[test]
fn a_report_pays_for_two_signatures() {
    execute(|| {
        let orders = |scheme| {
            let card = card(scheme, 1);
            let (one, other) = (order(&card), order(&card));
            let (one_signature, other_signature) = (card.sign(&one), card.sign(&other));
            time(Call::report_orders { one, one_signature, other, other_signature })
        };
        let attestations = |scheme| {
            let card = card(scheme, 1);
            let one = card.attest([0; 32]);
            time(Call::report_attestations { device: card.device.public(), one, other: Some(one) })
        };
        for (one, two) in [(Scheme::P256, Scheme::Ed25519), (Scheme::P256, Scheme::Secp256k1)] {
            let difference = 2 * (check(one) - check(two));
            assert_eq!(orders(one) - orders(two), difference);
            assert_eq!(attestations(one) - attestations(two), difference);
        }
    });
}

/// The more an order makes the chain look at, the more it weighs; and the price is that of the dearest.
#[test]
fn an_order_weighs_what_it_looks_at() {
    let plain = crate::Shape { machine: false, fee_receiver: false, request: false, hold: false };
    let shapes = [
        plain,
        crate::Shape { machine: true, ..plain },
        crate::Shape { machine: true, fee_receiver: true, ..plain },
        crate::Shape { machine: true, fee_receiver: true, request: true, ..plain },
        crate::Shape::DEAREST,
    ];
    for scheme in Scheme::ALL {
        let weights = shapes.map(|shape| Weights::spend_native(shape, scheme).ref_time());
        assert!(weights.is_sorted() && weights[0] < weights[4], "{weights:?}");
        assert!(Weights::spend(plain, scheme).ref_time() > weights[0]);
    }
}

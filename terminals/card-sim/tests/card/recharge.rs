//! A new key for an old card, and what copies of a card's memory give away.

use crate::support::*;
use specie_card::{
    apdu::Status,
    host::{Host, HostError},
};
use specie_card_sim::{
    factory::{permit_reset, Specification},
    keys::SecretKey,
    software::Misbehaviour,
};
use specie_primitives::{
    attestation::Lifecycle,
    crypto::{Scheme, Software},
};

fn resettable(issuer: &SecretKey) -> Host<TestCard> {
    initialised(&Specification::contact(Scheme::Secp256k1).resettable_by(*issuer.public()), Scheme::Secp256k1)
}

#[test]
fn f19_reset_destroys_the_key_and_the_next_one_begins_a_generation() {
    for scheme in Scheme::ALL {
        let issuer = SecretKey::random(scheme, &mut SeededHardware::new("issuer")).unwrap();
        let mut host = resettable(&issuer);
        let first = host.currency_key().unwrap();
        let order = next_order(&mut host);
        host.sign_order(&order).unwrap();

        let device = host.info().unwrap().device;
        host.reset(&permit_reset(&issuer, &device, 1).unwrap()).unwrap();
        let blank = host.attest(&CHALLENGE).unwrap().attestation;
        assert_eq!((blank.lifecycle, blank.generation, blank.sequence), (Lifecycle::Blank, 1, 0));
        assert_eq!(blank.last_valid_until, 0);
        assert_eq!(host.currency_key(), Err(HostError::Blank));

        let made = host.initialise(&GRANT, Scheme::Secp256k1).unwrap();
        assert_eq!((made.attestation.generation, made.attestation.sequence), (2, 0));
        assert_ne!(host.currency_key().unwrap(), first);
        assert!(made.verify::<Software>(&GRANT, &device));
    }
}

#[test]
fn f19_reset_is_for_one_card_one_generation_one_issuer() {
    let issuer = issuer();
    let mut host = resettable(&issuer);
    let device = host.info().unwrap().device;
    let other = SecretKey::random(Scheme::P256, &mut SeededHardware::new("other")).unwrap();
    let refused = Err(HostError::Refused { command: "RESET", status: Status::SecurityStatusNotSatisfied });
    for permission in [
        permit_reset(&issuer, &device, 0),
        permit_reset(&issuer, &device, 2),
        permit_reset(&issuer, other.public(), 1),
        permit_reset(&other, &device, 1),
    ] {
        assert_eq!(host.reset(&permission.unwrap()), refused);
    }
    assert_eq!(host.attest(&CHALLENGE).unwrap().attestation.lifecycle, Lifecycle::Initialised);

    // The permission of the first generation is worth nothing in the second.
    let permission = permit_reset(&issuer, &device, 1).unwrap();
    host.reset(&permission).unwrap();
    host.initialise(&GRANT, Scheme::P256).unwrap();
    assert_eq!(host.reset(&permission), refused);
}

#[test]
fn f19_reset_needs_a_key_and_an_issuer() {
    let issuer = issuer();
    let refused = Err(HostError::Refused { command: "RESET", status: Status::ConditionsNotSatisfied });
    let mut nobody = plain();
    let device = nobody.info().unwrap().device;
    assert_eq!(nobody.reset(&permit_reset(&issuer, &device, 1).unwrap()), refused);
    let mut blank = blank(&Specification::contact(Scheme::Secp256k1).resettable_by(*issuer.public()));
    assert_eq!(blank.reset(&permit_reset(&issuer, &device, 0).unwrap()), refused);
}

#[test]
fn f19_rolled_back_memory_shows_an_older_sequence() {
    let mut host = plain();
    let before = host.transport_mut().snapshot();
    let first = next_order(&mut host);
    host.sign_order(&first).unwrap();
    host.transport_mut().restore(&before).unwrap();
    assert_eq!(host.attest(&CHALLENGE).unwrap().attestation.sequence, 0);
    // It signs the same sequence again: with the first order, proof of fraud.
    let mut second = next_order(&mut host);
    second.to = [0x66; 32];
    host.sign_order(&second).unwrap();
    assert!(first.conflicts_with(&second));
}

#[test]
fn f19_cloned_keys_sign_conflicting_orders() {
    let mut host = plain();
    let mut clone = Host::new(host.transport_mut().clone_keys().unwrap());
    clone.select().unwrap();
    assert_eq!(clone.carrier(), host.carrier());
    let order = next_order(&mut host);
    let mut other = order;
    other.amount += 1;
    let key = host.currency_key().unwrap();
    assert!(order.verify::<Software>(&host.sign_order(&order).unwrap(), &key));
    assert!(other.verify::<Software>(&clone.sign_order(&other).unwrap(), &key));
    assert!(order.conflicts_with(&other));
}

#[test]
fn f19_cloned_blank_card_makes_a_conflicting_key() {
    let mut host = blank(&Specification::contact(Scheme::P256));
    let mut clone = Host::new(host.transport_mut().clone_keys().unwrap());
    clone.select().unwrap();
    host.initialise(&GRANT, Scheme::P256).unwrap();
    clone.initialise(&GRANT, Scheme::P256).unwrap();
    let (one, two) = (host.attest(&CHALLENGE).unwrap(), clone.attest(&CHALLENGE).unwrap());
    assert!(one.conflicts_with(&two));
}

#[test]
fn f13_stuck_counter_attests_less_than_it_signed() {
    let mut host = plain();
    host.transport_mut().misbehave(Misbehaviour { stuck_counter: true, ..Default::default() }).unwrap();
    let order = next_order(&mut host);
    host.sign_order(&order).unwrap();
    assert_eq!(host.attest(&CHALLENGE).unwrap().attestation.sequence, 0);
}

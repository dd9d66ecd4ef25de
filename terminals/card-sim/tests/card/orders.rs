//! Signing orders.

use crate::support::*;
use specie_card::{
    apdu::Status,
    host::{Host, HostError},
    protocol::Instruction,
};
use specie_card_sim::{
    factory::Specification,
    software::{Misbehaviour, SoftwareCard},
};
use specie_primitives::{
    crypto::{Scheme, Software},
    ids::CarrierId,
    order::{Order, EVERYTHING},
    wire::Wire,
};

#[test]
fn f12_card_signs_order_with_every_scheme() {
    for scheme in Scheme::ALL {
        let mut host = initialised(&Specification::contact(Scheme::P256), scheme);
        let key = host.currency_key().unwrap();
        for sequence in 1..=20 {
            let order = next_order(&mut host);
            assert_eq!(order.sequence, sequence);
            // The check is for low S.
            let signature = host.sign_order(&order).unwrap();
            assert!(order.verify::<Software>(&signature, &key));
        }
    }
}

#[test]
fn f12_high_s_of_a_genuine_card_becomes_low() {
    for scheme in [Scheme::Secp256k1, Scheme::P256] {
        let mut host = initialised(&Specification::contact(scheme), scheme);
        host.transport_mut().misbehave(Misbehaviour { high_s: true, ..Default::default() }).unwrap();
        let order = next_order(&mut host);
        let key = host.currency_key().unwrap();
        let signature = host.sign_order(&order).unwrap();
        assert!(order.verify::<Software>(&signature, &key));
        let device = host.info().unwrap().device;
        assert!(host.attest(&CHALLENGE).unwrap().verify::<Software>(&device));
    }
}

/// Sends the order as it is and expects a refusal that changes nothing.
fn refused(host: &mut Host<TestCard>, order: &[u8], status: Status) {
    let before = host.transport_mut().memory().clone();
    assert_eq!(send(host.transport_mut(), Instruction::SignOrder, order), (vec![], status));
    assert_eq!(*host.transport_mut().memory(), before);
}

#[test]
fn f12_refuses_wrong_address() {
    let mut host = plain();
    let order = order(CarrierId([9; 32]), 1);
    assert_eq!(host.sign_order(&order), Err(HostError::OtherCarrier));
    refused(&mut host, &order.to_vec(), Status::ReferenceNotFound);
}

#[test]
fn f12_refuses_wrong_sequence() {
    let mut host = plain();
    let order = next_order(&mut host);
    host.sign_order(&order).unwrap();
    for sequence in [0, 1, 3, u32::MAX] {
        let order = Order { sequence, ..order };
        refused(&mut host, &order.to_vec(), Status::ReferenceDataNotUsable);
    }
}

#[test]
fn f12_refuses_wrong_domain() {
    let mut host = plain();
    let mut bytes = next_order(&mut host).to_vec();
    for domain in [b"specie:order:v2", b"specie:proof:v1", b"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"] {
        bytes[..15].copy_from_slice(domain);
        refused(&mut host, &bytes, Status::WrongData);
    }
}

#[test]
fn f12_refuses_unknown_purpose() {
    let mut host = plain();
    let mut bytes = next_order(&mut host).to_vec();
    bytes[79] = 3;
    refused(&mut host, &bytes, Status::WrongData);
}

#[test]
fn f12_refuses_wrong_length() {
    let mut host = plain();
    let bytes = next_order(&mut host).to_vec();
    refused(&mut host, &bytes[..219], Status::WrongLength);
    refused(&mut host, &[bytes.as_slice(), &[0]].concat(), Status::WrongLength);
    refused(&mut host, &[], Status::WrongLength);
}

#[test]
fn f12_refuses_when_blank() {
    let mut host = blank(&Specification::contact(Scheme::P256));
    let order = order(CarrierId([9; 32]), 1);
    assert_eq!(host.sign_order(&order), Err(HostError::Blank));
    refused(&mut host, &order.to_vec(), Status::ConditionsNotSatisfied);
}

#[test]
fn f12_f89_refuses_when_locked() {
    let mut host = plain();
    let order = next_order(&mut host);
    host.lock().unwrap();
    refused(&mut host, &order.to_vec(), Status::ConditionsNotSatisfied);
    host.unlock(None).unwrap();
    host.sign_order(&order).unwrap();
}

#[test]
fn f12_refuses_without_code() {
    let mut host = initialised(&printed("123456"), Scheme::Secp256k1);
    let order = next_order(&mut host);
    refused(&mut host, &order.to_vec(), Status::SecurityStatusNotSatisfied);
    host.verify_code(&code("123456")).unwrap();
    host.sign_order(&order).unwrap();
}

#[test]
fn f12_contactless_code_serves_one_order() {
    let mut host = initialised(&contactless("123456"), Scheme::Secp256k1);
    host.protect_code(&[7; 32]).unwrap();
    host.verify_code(&code("123456")).unwrap();
    let first = next_order(&mut host);
    // A refusal does not use the code up; a signature does.
    let refused = |status| Err(HostError::Refused { command: "SIGN ORDER", status });
    let gap = host.sign_order(&Order { sequence: 5, ..first });
    assert_eq!(gap, refused(Status::ReferenceDataNotUsable));
    host.sign_order(&first).unwrap();
    let second = next_order(&mut host);
    assert_eq!(host.sign_order(&second), refused(Status::SecurityStatusNotSatisfied));
    // The same channel, and the code again.
    host.verify_code(&code("123456")).unwrap();
    host.sign_order(&second).unwrap();
}

#[test]
fn f12_pin_of_a_contact_card_lasts_until_power_off() {
    let mut host = initialised(&with_pin("4711"), Scheme::Secp256k1);
    host.verify_code(&code("4711")).unwrap();
    for _ in 0..3 {
        let order = next_order(&mut host);
        host.sign_order(&order).unwrap();
    }
    let mut host = Host::new(host.into_transport().power_cycle().unwrap()).over_contacts();
    host.select().unwrap();
    let order = next_order(&mut host);
    refused(&mut host, &order.to_vec(), Status::SecurityStatusNotSatisfied);
}

#[test]
fn f12_refuses_when_it_cannot_count_further() {
    let mut host = plain();
    let mut memory = host.transport_mut().memory().clone();
    memory.currency.as_mut().unwrap().sequence = u32::MAX;
    let worn = SoftwareCard::in_memory(&memory, SeededHardware::new("worn")).unwrap();
    let mut host = Host::new(worn);
    host.select().unwrap();
    let order = order(host.carrier().unwrap(), 0);
    refused(&mut host, &order.to_vec(), Status::ConditionsNotSatisfied);
}

#[test]
fn f13_attestation_counts_orders_and_remembers_the_greatest_expiry() {
    let mut host = plain();
    for (valid_until, greatest) in [(500, 500), (900, 900), (100, 900), (0, 900), (901, 901)] {
        let mut order = next_order(&mut host);
        order.valid_until = valid_until;
        order.amount = EVERYTHING;
        host.sign_order(&order).unwrap();
        let said = host.attest(&CHALLENGE).unwrap().attestation;
        assert_eq!((said.sequence, said.last_valid_until), (order.sequence, greatest));
    }
}

//! The lock in the card's memory.

use crate::support::*;
use specie_card::{
    apdu::Status,
    host::{Host, HostError},
    protocol::Instruction,
};
use specie_card_sim::factory::Specification;
use specie_primitives::crypto::{Scheme, Software};

#[test]
fn f89_f90_locked_card_refuses_orders_and_still_attests() {
    let mut host = plain();
    let order = next_order(&mut host);
    host.lock().unwrap();
    host.lock().unwrap();
    let refused = Err(HostError::Refused { command: "SIGN ORDER", status: Status::ConditionsNotSatisfied });
    assert_eq!(host.sign_order(&order), refused);
    let said = host.attest(&CHALLENGE).unwrap();
    assert!(said.attestation.locked && said.verify::<Software>(&host.info().unwrap().device));
    host.prove(&CHALLENGE).unwrap();
}

#[test]
fn f94_lock_survives_power_off() {
    let mut host = plain();
    host.lock().unwrap();
    let mut host = Host::new(host.into_transport().power_cycle().unwrap()).over_contacts();
    assert!(host.select().unwrap().locked);
    assert!(host.attest(&CHALLENGE).unwrap().attestation.locked);
}

#[test]
fn f93_unlock_needs_the_code() {
    let mut host = initialised(&with_pin("4711"), Scheme::Secp256k1);
    host.lock().unwrap();
    let none = Err(HostError::Refused { command: "UNLOCK", status: Status::WrongLength });
    assert_eq!(host.unlock(None), none);
    for left in [2, 1, 0] {
        let wrong = Err(HostError::WrongCode { command: "UNLOCK", tries_left: left });
        assert_eq!(host.unlock(Some(&code("0000"))), wrong);
    }
    assert_eq!(host.unlock(Some(&code("4711"))), Err(HostError::Delayed { command: "UNLOCK" }));
    while host.wait().unwrap() > 0 {}
    assert!(host.info().unwrap().locked);
    host.unlock(Some(&code("4711"))).unwrap();
    assert!(!host.info().unwrap().locked);
}

#[test]
fn f93_an_earlier_code_does_not_unlock() {
    let mut host = blank(&with_pin("4711"));
    host.verify_code(&code("4711")).unwrap();
    host.lock().unwrap();
    assert!(host.unlock(None).is_err());
    assert!(host.info().unwrap().locked);
}

#[test]
fn f93_card_without_code_unlocks_without() {
    let mut host = blank(&Specification::contact(Scheme::P256));
    host.lock().unwrap();
    assert_eq!(send(host.transport_mut(), Instruction::Unlock, b"4711").1, Status::WrongLength);
    host.unlock(None).unwrap();
    host.unlock(None).unwrap();
    assert!(!host.info().unwrap().locked);
}

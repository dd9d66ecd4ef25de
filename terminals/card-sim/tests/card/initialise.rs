//! Making the key, and reading it.

use crate::support::*;
use specie_card::{
    apdu::Status,
    host::HostError,
    protocol::{Instruction, AID},
};
use specie_card_sim::factory::Specification;
use specie_primitives::{
    attestation::Lifecycle,
    crypto::{PublicKey, Scheme, Software},
    ids::CarrierId,
    initialisation::{contribution, FirstStatement, Initialisation},
};

#[test]
fn f3_initialise_makes_key_of_every_scheme_signed_by_every_device() {
    for device in Scheme::ALL {
        for scheme in Scheme::ALL {
            let mut host = blank(&Specification::contact(device));
            let made = host.initialise(&GRANT, scheme).unwrap();
            let device = *host.transport_mut().memory().personalisation.device.public();
            assert!(made.verify::<Software>(&GRANT, &device));
            assert!(!made.verify::<Software>(&OTHER_TERMS, &device));
            assert_eq!(made.attestation.generation, 1);
            assert_eq!((made.attestation.sequence, made.attestation.last_valid_until), (0, 0));
            let key = made.attestation.currency_key().unwrap().unwrap();
            assert_eq!(key.scheme(), scheme);
            assert_eq!(key, *host.transport_mut().memory().currency.as_ref().unwrap().key.public());
        }
    }
}

#[test]
fn f3_what_the_card_is_told_goes_into_the_key() {
    let specification = Specification::contact(Scheme::Secp256k1);
    let key = |grant: &Initialisation| {
        let mut host = blank(&specification);
        host.initialise(grant, Scheme::P256).unwrap();
        host.currency_key().unwrap()
    };
    // The random bytes are the same each time.
    assert_eq!(key(&GRANT), key(&GRANT));
    assert_ne!(key(&GRANT), key(&OTHER_TERMS));
}

#[test]
fn f3_refuses_second_initialise() {
    let mut host = plain();
    let before = host.attest(&CHALLENGE).unwrap();
    let refused = Err(HostError::Refused { command: "INITIALISE", status: Status::ConditionsNotSatisfied });
    assert_eq!(host.initialise(&OTHER_TERMS, Scheme::Secp256k1), refused);
    assert_eq!(host.initialise(&GRANT, Scheme::Ed25519), refused);
    assert_eq!(host.attest(&CHALLENGE), Ok(before));
}

#[test]
fn f3_initialise_whose_answer_was_lost_is_asked_again() {
    let mut host = blank(&Specification::contact(Scheme::P256));
    let device = host.info().unwrap().device;
    send(host.transport_mut(), Instruction::Initialise, &telling(&GRANT, 2));
    let found = host.initialise(&GRANT, Scheme::Ed25519).unwrap();
    assert!(found.verify::<Software>(&GRANT, &device));
    assert_eq!(host.initialise(&GRANT, Scheme::Ed25519), Ok(found));
    assert_eq!(host.attest(&CHALLENGE).unwrap().attestation, found.attestation);
    // Once the key has signed an order the statement would not be true any more.
    let order = next_order(&mut host);
    host.sign_order(&order).unwrap();
    let refused = Err(HostError::Refused { command: "INITIALISE", status: Status::ConditionsNotSatisfied });
    assert_eq!(host.initialise(&GRANT, Scheme::Ed25519), refused);
}

#[test]
fn f3_no_attestation_stands_for_the_first_statement() {
    let mut host = plain();
    let device = host.info().unwrap().device;
    for challenge in [contribution(&GRANT.told()), CHALLENGE, [0; 32]] {
        for since in [0, 1, u32::MAX] {
            let said = host.attest_since(&challenge, since).unwrap();
            let statement = FirstStatement { attestation: said.attestation, signature: said.signature };
            assert!(!statement.verify::<Software>(&GRANT, &device));
        }
    }
}

#[test]
fn f3_refuses_malformed_initialise() {
    let mut card = blank(&Specification::contact(Scheme::P256)).into_transport();
    for len in [0, 1, 33, 93, 95, 255] {
        assert_eq!(send(&mut card, Instruction::Initialise, &vec![0; len]).1, Status::WrongLength, "{len}");
    }
    let unknown_scheme = telling(&GRANT, 3);
    assert_eq!(send(&mut card, Instruction::Initialise, &unknown_scheme).1, Status::WrongData);
    assert_eq!(card.memory().generation, 0);
}

#[test]
fn f3_private_key_cannot_be_read() {
    let mut card = initialised(&printed("123456"), Scheme::Secp256k1).into_transport();
    send(&mut card, Instruction::VerifyCode, b"123456");
    let currency = card.memory().currency.as_ref().unwrap().key.to_bytes();
    let device = card.memory().personalisation.device.to_bytes();
    for cla in [0x00, 0x80] {
        for ins in 0..=0xFF {
            for (p1, p2) in [(0, 0), (0, 1), (4, 0), (0x3F, 0), (0, 0xF0), (0xFF, 0xFF)] {
                for body in [[].as_slice(), &[0], &[1, 0, 0], &[7, 0xF0, 0x53, 0x50, 0x45, 0x43, 0x49, 0x45, 0]] {
                    let (data, status) = raw(&mut card, &[&[cla, ins, p1, p2], body].concat());
                    for secret in [currency, device] {
                        assert!(!data.windows(32).any(|part| part == secret), "{cla:02X} {ins:02X}");
                    }
                    // READ BINARY, READ RECORD and GET DATA, by their names.
                    if matches!(ins, 0xB0 | 0xB1 | 0xB2 | 0xB3 | 0xCA | 0xCB) {
                        assert_eq!(status, Status::InstructionNotSupported);
                    }
                }
            }
        }
    }
    let hidden = format!("{:?}", card.memory());
    assert!(!hidden.contains("Scalar") && hidden.contains("SecretKey { public:"), "{hidden}");
}

#[test]
fn f4_reads_key_and_address() {
    for scheme in Scheme::ALL {
        let mut host = initialised(&Specification::contact(Scheme::P256), scheme);
        let key = host.currency_key().unwrap();
        assert_eq!(host.carrier(), Ok(CarrierId::of(&key)));
        let held = host.transport_mut().memory().currency.as_ref().unwrap().key.public();
        assert_eq!(key, *held);
    }
}

#[test]
fn f4_blank_card_has_no_key() {
    let mut host = blank(&Specification::contact(Scheme::P256));
    assert_eq!(host.currency_key(), Err(HostError::Blank));
    assert_eq!(host.carrier(), Err(HostError::Blank));
    let said = host.attest(&CHALLENGE).unwrap().attestation;
    assert_eq!((said.lifecycle, said.generation), (Lifecycle::Blank, 0));
}

#[test]
fn info_says_what_the_card_is() {
    let mut host = blank(&contactless("123456").resettable_by(*issuer().public()));
    let info = host.info().unwrap();
    assert!(info.capabilities.contactless && info.capabilities.code_required && info.capabilities.resettable);
    assert!(info.capabilities.mixes_challenge && !info.capabilities.code_changeable);
    assert!(info.capabilities.computes_address && info.capabilities.has_channel);
    assert_eq!((info.writes, info.address), (Some(0), None));
    assert_eq!((info.lifecycle, info.generation, info.tries_left, info.delay_ticks), (Lifecycle::Blank, 0, 3, 0));
    assert!(Scheme::ALL.into_iter().all(|scheme| info.supports(scheme)));
    assert!(matches!(info.device, PublicKey::Secp256k1(_)));
}

#[test]
fn a_card_answers_nothing_before_it_is_selected() {
    let mut card = card(&Specification::contact(Scheme::P256));
    for instruction in Instruction::ALL {
        let (data, status) = send(&mut card, instruction, &[]);
        assert!(data.is_empty() && status != Status::Success, "{instruction:?}");
    }
    assert_eq!(send_at(&mut card, Instruction::Select, [4, 0], &[0xA0, 0, 0]).1, Status::NotFound);
    assert_eq!(send_at(&mut card, Instruction::Select, [0, 0], &AID).1, Status::WrongParameters);
    select(&mut card);
    assert_eq!(send(&mut card, Instruction::GetInfo, &[]).1, Status::Success);
    // Another application is chosen: this one is not any more.
    send_at(&mut card, Instruction::Select, [4, 0], &[0xA0, 0, 0]);
    assert_eq!(send(&mut card, Instruction::GetInfo, &[]).1, Status::ConditionsNotSatisfied);
}

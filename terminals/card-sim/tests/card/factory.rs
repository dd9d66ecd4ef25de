//! A card on its way through the factory, over its own commands (F16).

use crate::support::*;
use specie_card::{
    apdu::Status,
    code::CodeKind,
    host::{Host, HostError, Personalisation},
    protocol::Instruction,
};
use specie_card_sim::{keys::SecretKey, memory::Memory, software::SoftwareCard};
use specie_primitives::{
    certificate::Certificate,
    crypto::{PublicKey, Scheme, Software},
    verdict::Finding,
    wire::Wire,
};

fn chip() -> TestCard {
    let device = SecretKey::random(Scheme::P256, &mut SeededHardware::new("chip")).unwrap();
    SoftwareCard::in_memory(&Memory::unfinished(device), SeededHardware::new("factory")).unwrap()
}

type Wrong = Box<dyn std::error::Error>;

fn certify(device: &PublicKey) -> Result<Certificate, Wrong> {
    Ok(batch(Scheme::P256).certify(device)?)
}

#[test]
fn f16_a_chip_becomes_a_card_by_its_own_commands() {
    let pin = Some((CodeKind::Pin, code("4711")));
    let printed = Some((CodeKind::Printed, code("271828")));
    let issuer = Some(*issuer().public());
    for scheme in Scheme::ALL {
        for wanted in [
            Personalisation::default(),
            Personalisation { code: pin, issuer, contactless: false },
            Personalisation { code: printed, issuer, contactless: true },
        ] {
            let mut host = Host::new(chip());
            let certificate = host.personalise(scheme, &wanted, certify).unwrap();
            let info = host.info().unwrap();
            assert_eq!((info.device, info.device.scheme()), (certificate.device(), scheme));
            assert_eq!(info.capabilities.contactless, wanted.contactless);
            assert_eq!(info.capabilities.code_required, wanted.code.is_some());
            assert_eq!(info.capabilities.resettable, wanted.issuer.is_some());
            host.initialise(&GRANT, Scheme::Secp256k1).unwrap();
            let evidence = host.evidence(&CHALLENGE).unwrap();
            let key = batch(Scheme::P256).key();
            assert!(matches!(evidence.examine::<Software>(Some(&key)), Ok(Finding::Genuine(_))));
            if let Some((_, code)) = &wanted.code {
                host.protect_code(&[7; 32]).unwrap();
                host.verify_code(code).unwrap();
            }
            let order = next_order(&mut host);
            host.sign_order(&order).unwrap();
            // Nothing of the factory is left, also after the power was away.
            let mut card = host.into_transport().power_cycle().unwrap();
            select(&mut card);
            for instruction in Instruction::ALL.into_iter().filter(|instruction| instruction.is_of_factory()) {
                let answer = send(&mut card, instruction, &[0]);
                assert_eq!(answer, (vec![], Status::ConditionsNotSatisfied), "{instruction:?}");
            }
        }
    }
}

#[test]
fn f16_an_unfinished_card_does_nothing_else() {
    let mut card = chip();
    select(&mut card);
    for instruction in Instruction::ALL.into_iter().filter(|instruction| !instruction.is_of_factory()) {
        if instruction != Instruction::Select {
            let answer = send(&mut card, instruction, &[]);
            assert_eq!(answer, (vec![], Status::ConditionsNotSatisfied), "{instruction:?}");
        }
    }
    let refused = Host::new(chip()).select();
    assert_eq!(refused, Err(HostError::Refused { command: "GET INFO", status: Status::ConditionsNotSatisfied }));
}

#[test]
fn f16_the_factorys_mistakes_are_refused() {
    let mut card = chip();
    select(&mut card);
    let state = Status::ConditionsNotSatisfied;
    let mut refuses = |instruction, data: &[u8], status| {
        assert_eq!(send(&mut card, instruction, data), (vec![], status), "{instruction:?} {data:?}");
    };
    refuses(Instruction::Finalise, &[0], state);
    refuses(Instruction::Finalise, &[], Status::WrongLength);
    refuses(Instruction::GenerateDeviceKey, &[9], Status::WrongData);
    refuses(Instruction::GenerateDeviceKey, &[], Status::WrongLength);
    refuses(Instruction::PutCertificate, &[7; 50], Status::WrongData);
    // Another card's.
    let other = certify(SecretKey::random(Scheme::P256, &mut SeededHardware::new("other")).unwrap().public());
    refuses(Instruction::PutCertificate, &other.unwrap().to_vec(), Status::WrongData);
    refuses(Instruction::PutIssuerKey, &[0; 34], Status::WrongLength);
    refuses(Instruction::PutIssuerKey, &[1; 66], Status::WrongData);
    refuses(Instruction::PutIssuerKey, &[9; 66], Status::WrongData);
    refuses(Instruction::PutCode, b"\x0112345", Status::WrongLength);
    refuses(Instruction::PutCode, b"\x0112345a", Status::WrongData);
    refuses(Instruction::PutCode, b"\x03123456", Status::WrongData);
    let (made, _) = send(&mut card, Instruction::GenerateDeviceKey, &[Scheme::P256.tag()]);
    let device = PublicKey::from_wire(&made).unwrap();
    let certificate = certify(&device).unwrap().to_vec();
    assert_eq!(send(&mut card, Instruction::PutCertificate, &certificate).1, Status::Success);
    // Without contacts a code is needed.
    assert_eq!(send(&mut card, Instruction::Finalise, &[1]).1, state);
    assert_eq!(send(&mut card, Instruction::Finalise, &[2]).1, Status::WrongData);
    // Whoever begins again has nothing left of before.
    send(&mut card, Instruction::GenerateDeviceKey, &[Scheme::P256.tag()]);
    assert_eq!(send(&mut card, Instruction::Finalise, &[0]).1, state);
}

/// The power goes at any moment: the card is unfinished, or finished and whole.
#[test]
fn f16_a_torn_personalisation_is_done_again() {
    for cut in (0..40_000).step_by(1_733) {
        let mut card = chip();
        card.medium_mut().cut_after(cut);
        let mut host = Host::new(card);
        let _ = host.personalise(Scheme::P256, &Personalisation::default(), certify);
        let mut card = host.into_transport();
        card.medium_mut().power_on();
        let mut host = Host::new(card.power_cycle().unwrap());
        if host.select().is_err() {
            host.personalise(Scheme::P256, &Personalisation::default(), certify).unwrap();
        }
        assert!(host.certificate().unwrap().device() == host.info().unwrap().device);
    }
}

//! The factory's word, in three formats.

use crate::support::*;
use specie_card::{apdu::Status, host::Host, protocol::Instruction};
use specie_card_sim::{
    factory::{personalise, Batch, FactoryError, Specification},
    software::{Misbehaviour, SoftwareCard},
};
use specie_primitives::{
    certificate::Certificate,
    crypto::{Scheme, Software},
    ids::BatchId,
    verdict::Finding,
    wire::Wire,
};

fn batches() -> Vec<(Batch, Vec<Scheme>)> {
    let mut hardware = SeededHardware::new("batches");
    let mut batches: Vec<_> = Scheme::ALL
        .into_iter()
        .map(|scheme| (Batch::native(BatchId(1), scheme, &mut hardware).unwrap(), Scheme::ALL.to_vec()))
        .collect();
    batches.push((Batch::keycard(BatchId(2), &mut hardware).unwrap(), vec![Scheme::Secp256k1]));
    batches.push((Batch::coinkite(BatchId(3), &mut hardware).unwrap(), vec![Scheme::Secp256k1]));
    batches
}

fn host_of(batch: &Batch, device: Scheme, seed: &str) -> Host<TestCard> {
    let mut hardware = SeededHardware::new(seed);
    let memory = personalise(batch, &Specification::contact(device), &mut hardware).unwrap();
    let mut host = Host::new(SoftwareCard::in_memory(&memory, hardware).unwrap());
    host.select().unwrap();
    host
}

#[test]
fn f16_certificate_formats_verify_against_their_batch_and_no_other() {
    let batches = batches();
    for (index, (batch, schemes)) in batches.iter().enumerate() {
        for device in schemes {
            let mut host = host_of(batch, *device, "card");
            let certificate = host.certificate().unwrap();
            assert_eq!(certificate.batch(), batch.id);
            assert_eq!(certificate.device(), host.info().unwrap().device);
            for (other, (key, _)) in batches.iter().enumerate() {
                assert_eq!(certificate.verify::<Software>(&key.key()).is_ok(), index == other);
            }
            // Blank and initialised alike.
            for _ in 0..2 {
                let evidence = host.evidence(&CHALLENGE).unwrap();
                let finding = evidence.examine::<Software>(Some(&batch.key())).unwrap();
                assert!(matches!(finding, Finding::Genuine(claims) if claims.device == certificate.device()));
                let _ = host.initialise(&GRANT, Scheme::Ed25519);
            }
        }
    }
}

#[test]
fn f16_formats_of_other_makers_are_for_secp256k1() {
    for (batch, schemes) in batches() {
        for device in Scheme::ALL {
            let made = personalise(&batch, &Specification::contact(device), &mut SeededHardware::new("card"));
            match schemes.contains(&device) {
                true => assert!(made.is_ok()),
                false => assert_eq!(made, Err(FactoryError::SchemeOfFormat)),
            }
        }
    }
}

#[test]
fn f16_keycard_certificate_has_the_98_bytes_of_its_cards() {
    let (batch, _) = &batches()[3];
    let certificate = host_of(batch, Scheme::Secp256k1, "card").certificate().unwrap();
    let bytes = certificate.to_vec();
    let raw = &bytes[9..];
    assert_eq!(raw.len(), 98);
    assert_eq!(Certificate::from_keycard(batch.id, raw), Ok(certificate));
}

#[test]
fn f16_copied_certificate_is_detected() {
    for (batch, schemes) in batches() {
        for device in schemes {
            let genuine = host_of(&batch, device, "genuine").certificate().unwrap();
            for own in Scheme::ALL {
                // A card that the batch never saw shows a genuine card's certificate.
                let (foreign, _) = &batches()[0];
                let mut host = host_of(foreign, own, "fake");
                let copied = Misbehaviour { certificate: Some(genuine), ..Default::default() };
                host.transport_mut().misbehave(copied).unwrap();
                host.select().unwrap();
                let evidence = host.evidence(&CHALLENGE).unwrap();
                assert_eq!(*evidence.certificate(), genuine);
                assert_eq!(evidence.examine::<Software>(Some(&batch.key())), Ok(Finding::BadAttestation));
            }
        }
    }
}

#[test]
fn f16_unknown_batch_is_found() {
    let (batch, _) = &batches()[0];
    let evidence = host_of(batch, Scheme::P256, "card").evidence(&CHALLENGE).unwrap();
    assert_eq!(evidence.examine::<Software>(None), Ok(Finding::UnknownBatch));
}

#[test]
fn f16_certificate_is_read_from_any_offset() {
    let (batch, _) = &batches()[4];
    let mut host = host_of(batch, Scheme::Secp256k1, "card");
    let whole = host.certificate().unwrap().to_vec();
    let card = host.transport_mut();
    for offset in 0..whole.len() {
        let (part, status) =
            send_at(card, Instruction::GetCertificate, u16::try_from(offset).unwrap().to_be_bytes(), &[]);
        assert_eq!((part.as_slice(), status), (&whole[offset..], Status::Success));
    }
    for offset in [whole.len(), 0xFFFF] {
        let parameters = u16::try_from(offset).unwrap().to_be_bytes();
        let answer = send_at(card, Instruction::GetCertificate, parameters, &[]);
        assert_eq!(answer, (vec![], Status::WrongParameters));
    }
    assert_eq!(send(card, Instruction::GetCertificate, &[1]).1, Status::WrongLength);
}

#[test]
fn f16_a_card_can_be_contactless_only_with_a_code() {
    let specification = Specification { contactless: true, ..Specification::contact(Scheme::P256) };
    let made = personalise(&batch(Scheme::P256), &specification, &mut SeededHardware::new("card"));
    assert_eq!(made, Err(FactoryError::ContactlessNeedsCode));
    let made = personalise(&batch(Scheme::P256), &printed("12345"), &mut SeededHardware::new("card"));
    assert_eq!(made, Err(FactoryError::PrintedCodeLength));
}

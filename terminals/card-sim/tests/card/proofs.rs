//! Proof of possession, and challenges.

use crate::support::*;
use specie_card::{apdu::Status, host::HostError, protocol::Instruction};
use specie_card_sim::{factory::Specification, software::Misbehaviour};
use specie_primitives::{
    crypto::{Scheme, Software},
    possession::verify_proof,
    verdict::Finding,
};

#[test]
fn f15_proof_of_possession_with_every_scheme() {
    for scheme in Scheme::ALL {
        let mut host = initialised(&printed("123456"), scheme);
        // No code is needed.
        let proof = host.prove(&CHALLENGE).unwrap();
        let key = host.currency_key().unwrap();
        assert!(verify_proof::<Software>(&CHALLENGE, &proof, &key));
        // Replayed for another challenge it proves nothing.
        assert!(!verify_proof::<Software>(&[0x11; 32], &proof, &key));
    }
}

#[test]
fn f15_blank_card_proves_nothing() {
    let mut host = blank(&Specification::contact(Scheme::P256));
    assert_eq!(host.prove(&CHALLENGE), Err(HostError::Blank));
    let answer = send(host.transport_mut(), Instruction::Prove, &CHALLENGE);
    assert_eq!(answer, (vec![], Status::ConditionsNotSatisfied));
}

#[test]
fn f15_challenges_have_their_length() {
    let mut card = plain().into_transport();
    for (instruction, own) in [(Instruction::Prove, 32), (Instruction::Attest, 36)] {
        for len in [0, 31, own - 1, own + 1, 255] {
            assert_eq!(send(&mut card, instruction, &vec![1; len]), (vec![], Status::WrongLength));
        }
    }
}

#[test]
fn f15_wrong_challenge_is_detected() {
    let key = batch(Scheme::P256).key();
    for scheme in Scheme::ALL {
        let mut host = initialised(&Specification::contact(scheme), scheme);
        host.transport_mut().misbehave(Misbehaviour { wrong_challenge: true, ..Default::default() }).unwrap();
        assert_eq!(host.prove(&CHALLENGE), Err(HostError::WrongSignature { command: "PROVE" }));
        // The host hands the evidence on; the examination says what it is.
        let evidence = host.evidence(&CHALLENGE).unwrap();
        assert_eq!(*evidence.challenge(), CHALLENGE);
        assert_eq!(evidence.examine::<Software>(Some(&key)), Ok(Finding::BadAttestation));
    }
}

#[test]
fn f15_wrong_challenge_at_initialisation_is_detected() {
    let mut host = blank(&Specification::contact(Scheme::Secp256k1));
    host.transport_mut().misbehave(Misbehaviour { wrong_challenge: true, ..Default::default() }).unwrap();
    let device = host.info().unwrap().device;
    let made = host.initialise(&GRANT, Scheme::Secp256k1).unwrap();
    assert!(!made.verify::<Software>(&GRANT, &device));
}

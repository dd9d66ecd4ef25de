//! Certificates that other people's cards and emulators made, and what their makers' own tests say of them.
//!
//! Where each comes from stands beside it in `vectors/foreign-certificates.json`.

#![cfg(feature = "std")]

mod common;

use common::negate_s;
use serde_json::Value;
use specie_primitives::{
    certificate::{Certificate, CertificateFault},
    crypto::{recovery_id, secp256k1_from_der, Arithmetic, PublicKey, Scheme, Signature, Software},
    ids::BatchId,
    records::BatchKey,
    wire::{Wire, WireError},
};

const BATCH: BatchId = BatchId(1);

fn list(name: &str) -> Vec<Value> {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/vectors/foreign-certificates.json");
    let file: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    file[name].as_array().unwrap().clone()
}

fn bytes(value: &Value) -> Vec<u8> {
    hex::decode(value.as_str().unwrap()).unwrap()
}

fn array<const N: usize>(value: &Value) -> [u8; N] {
    bytes(value).try_into().unwrap()
}

/// In one word, as the file has it: what reading and checking a certificate gives.
fn outcome(read: Result<Certificate, WireError>, key: &BatchKey) -> &'static str {
    match read.map(|certificate| certificate.verify::<Software>(key)) {
        Ok(Ok(())) => "Valid",
        Ok(Err(CertificateFault::BadSignature)) => "BadSignature",
        Ok(Err(CertificateFault::OtherFormat)) => "OtherFormat",
        Err(WireError::TooShort { .. }) => "TooShort",
        Err(WireError::TrailingBytes { .. }) => "TrailingBytes",
        Err(WireError::UnknownTag { .. }) => "UnknownTag",
        Err(WireError::NotOnCurve) => "NotOnCurve",
        Err(error) => panic!("{error}"),
    }
}

fn valid(entries: &[Value]) -> usize {
    entries.iter().filter(|entry| entry["expected"] == "Valid").count()
}

#[test]
fn f16_keycard() {
    let entries = list("keycard");
    assert_eq!((entries.len(), valid(&entries)), (31, 11));
    for entry in entries {
        let card = bytes(&entry["certificate"]);
        let authority = BatchKey::Keycard(array(&entry["authority"]));
        let found = outcome(Certificate::from_keycard(BATCH, &card), &authority);
        assert_eq!(entry["expected"], found, "{}", entry["name"]);
        // The wire form is the card's bytes after the tag and the batch.
        let wire = [&[1], &BATCH.to_vec()[..], &card].concat();
        assert_eq!(entry["expected"], outcome(Certificate::from_wire(&wire), &authority), "{}", entry["name"]);
    }
}

#[test]
fn f16_coinkite() {
    let entries = list("coinkite");
    assert_eq!((entries.len(), valid(&entries)), (25, 11));
    for entry in entries {
        let signatures: Vec<_> = entry["signatures"].as_array().unwrap().iter().map(bytes).collect();
        let wire = [&[2], &BATCH.to_vec()[..], &bytes(&entry["card_key"]), &signatures.concat()].concat();
        let root = BatchKey::CoinkiteRoot(array(&entry["root"]));
        assert_eq!(entry["expected"], outcome(Certificate::from_wire(&wire), &root), "{}", entry["name"]);
    }
}

#[test]
fn f16_known_keys_are_keys() {
    for entry in list("known_keys") {
        assert!(PublicKey::from_bytes(Scheme::Secp256k1, &bytes(&entry["key"])).is_ok(), "{}", entry["name"]);
    }
}

/// A Keycard's answer to a challenge, which it signs as if it were a digest; with high S, as cards do.
#[test]
fn f15_keycard_answers_a_challenge() {
    let entries = list("keycard");
    let entry = entries.iter().find(|entry| !entry["answer_der"].is_null()).unwrap();
    let device: [u8; 33] = array(&entry["certificate"].as_str().unwrap()[..66].into());
    let scalars = secp256k1_from_der(&bytes(&entry["answer_der"])).unwrap();
    let recovers = |signature: &Signature| {
        let signature = signature.as_bytes().try_into().unwrap();
        Software::recover_secp256k1(signature, &array(&entry["challenge"])) == Some(device)
    };
    let ids = (0..4).filter(|id| {
        let mut bytes = [*id; 65];
        bytes[..64].copy_from_slice(&scalars);
        let high = Signature::Secp256k1(bytes);
        assert!(!recovers(&high), "the arithmetic is given low S alone");
        recovers(&negate_s(&high))
    });
    assert_eq!(ids.count(), 1);
}

/// A Coinkite card's proof that it is there: `r ‖ s` over SHA-256 of a text and two nonces.
#[test]
fn f15_coinkite_check() {
    for entry in list("coinkite_check") {
        let message = [b"OPENDIME".to_vec(), bytes(&entry["card_nonce"]), bytes(&entry["app_nonce"])].concat();
        let (signature, card) = (array(&entry["auth_sig"]), array(&entry["card_key"]));
        assert!(recovery_id(&signature, &message, &card).is_some(), "{}", entry["name"]);
        assert!(recovery_id(&signature, &message[1..], &card).is_none(), "{}", entry["name"]);
    }
}

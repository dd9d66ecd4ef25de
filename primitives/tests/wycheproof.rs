//! Wycheproof's vectors against the crate's checks.
//!
//! A vector passes through what a machine does to a card's answer: DER to `r ‖ s`, the recovery id by trial, then
//! [`verify`]. It counts as accepted when every step succeeds.
//!
//! *Valid* must be accepted and *Invalid* refused. *Acceptable* would mean "correct, though a strict reader may
//! refuse": either answer passes, so long as the check does not panic. The sets in use have none of these.
//!
//! Ed25519 needs no exception either: the check follows ZIP 215, which takes more keys and more `R` than RFC 8032,
//! but no vector of the set lies in the difference. [`UNLIKE_RFC_8032`] is the place to list one with its reason.

#![cfg(feature = "std")]

use specie_primitives::crypto::{
    p256_from_der, recovery_id, secp256k1_from_der, verify, PublicKey, SPolicy, Scheme, Signature, Software,
};
use wycheproof::{ecdsa, eddsa, TestResult};

/// Ed25519 vectors whose expectation does not hold under ZIP 215, by number, each with its reason.
const UNLIKE_RFC_8032: [(usize, &str); 0] = [];

/// How a set went.
#[derive(Debug, Default, PartialEq, Eq)]
struct Count {
    valid: usize,
    invalid: usize,
    acceptable: usize,
}

impl Count {
    fn add(&mut self, expected: TestResult, accepted: bool, name: &str) {
        match expected {
            TestResult::Valid => {
                assert!(accepted, "{name}: valid, but refused");
                self.valid += 1;
            }
            TestResult::Invalid => {
                assert!(!accepted, "{name}: invalid, but accepted");
                self.invalid += 1;
            }
            TestResult::Acceptable => self.acceptable += 1,
        }
    }
}

/// The compressed form of Wycheproof's uncompressed key.
fn compress(scheme: Scheme, uncompressed: &[u8]) -> PublicKey {
    let (x, y) = uncompressed.strip_prefix(&[4]).unwrap().split_at(32);
    let compressed = [&[2 + (y[31] & 1)], x].concat();
    PublicKey::from_bytes(scheme, &compressed).unwrap()
}

/// Whether the check takes `r ‖ s` under one of the policies.
fn accepts(key: &PublicKey, message: &[u8], scalars: &[u8; 64], policy: SPolicy) -> bool {
    match key {
        PublicKey::Secp256k1(bytes) => {
            let Some(low) = recovery_id(scalars, message, bytes) else { return false };
            // The trial gives the low S; put the card's S back, so that the policy sees it.
            let mut recoverable = low;
            recoverable[..64].copy_from_slice(scalars);
            if recoverable != low {
                recoverable[64] ^= 1;
            }
            verify::<Software>(&Signature::Secp256k1(recoverable), message, key, policy)
        }
        PublicKey::P256(_) => verify::<Software>(&Signature::P256(*scalars), message, key, policy),
        PublicKey::Ed25519(_) => panic!("not a key of ECDSA"),
    }
}

fn run(name: ecdsa::TestName, scheme: Scheme, policy: SPolicy) -> Count {
    let mut count = Count::default();
    for group in ecdsa::TestSet::load(name).unwrap().test_groups {
        let key = compress(scheme, &group.key.key);
        for test in group.tests {
            let scalars = match (group.test_type, scheme) {
                (ecdsa::TestGroupTypeId::EcdsaP1363, _) => test.sig[..].try_into().ok(),
                (_, Scheme::Secp256k1) => secp256k1_from_der(&test.sig).ok(),
                (_, _) => p256_from_der(&test.sig).ok(),
            };
            let accepted = scalars.is_some_and(|scalars| accepts(&key, &test.msg, &scalars, policy));
            count.add(test.result, accepted, &format!("{name:?} {}: {}", test.tc_id, test.comment));
        }
    }
    count
}

#[test]
fn secp256k1_der() {
    let count = run(ecdsa::TestName::EcdsaSecp256k1Sha256, Scheme::Secp256k1, SPolicy::Normalise);
    assert_eq!(count, Count { valid: 164, invalid: 299, acceptable: 0 });
}

#[test]
fn secp256k1_p1363() {
    let count = run(ecdsa::TestName::EcdsaSecp256k1Sha256P1363, Scheme::Secp256k1, SPolicy::Normalise);
    assert_eq!(count, Count { valid: 163, invalid: 79, acceptable: 0 });
}

/// Bitcoin's rules: high S is invalid, as in an order.
#[test]
fn secp256k1_low_s_only() {
    let count = run(ecdsa::TestName::EcdsaSecp256k1Sha256Bitcoin, Scheme::Secp256k1, SPolicy::LowOnly);
    assert_eq!(count, Count { valid: 162, invalid: 301, acceptable: 0 });
}

#[test]
fn p256_der() {
    let count = run(ecdsa::TestName::EcdsaSecp256r1Sha256, Scheme::P256, SPolicy::Normalise);
    assert_eq!(count, Count { valid: 170, invalid: 301, acceptable: 0 });
}

#[test]
fn p256_p1363() {
    let count = run(ecdsa::TestName::EcdsaSecp256r1Sha256P1363, Scheme::P256, SPolicy::Normalise);
    assert_eq!(count, Count { valid: 169, invalid: 83, acceptable: 0 });
}

#[test]
fn p256_webcrypto() {
    let count = run(ecdsa::TestName::EcdsaSecp256r1Webcrypto, Scheme::P256, SPolicy::Normalise);
    assert_eq!(count, Count { valid: 169, invalid: 83, acceptable: 0 });
}

#[test]
fn ed25519() {
    let mut count = Count::default();
    for group in eddsa::TestSet::load(eddsa::TestName::Ed25519).unwrap().test_groups {
        let key = PublicKey::from_bytes(Scheme::Ed25519, &group.key.pk).unwrap();
        for test in group.tests {
            if UNLIKE_RFC_8032.iter().any(|(number, _)| *number == test.tc_id) {
                continue;
            }
            // The policy is ECDSA's: S of Ed25519 has one form, whatever it says.
            for policy in [SPolicy::Normalise, SPolicy::LowOnly] {
                let accepted = test.sig[..]
                    .try_into()
                    .is_ok_and(|bytes| verify::<Software>(&Signature::Ed25519(bytes), &test.msg, &key, policy));
                count.add(test.result, accepted, &format!("Ed25519 {}: {}", test.tc_id, test.comment));
            }
        }
    }
    assert_eq!(count, Count { valid: 2 * 88, invalid: 2 * 62, acceptable: 0 });
}

//! Keys that sign, for the integration tests: what a card and a factory have and this crate does not.

// Each test crate compiles this module for itself and uses its own part of it.
#![allow(dead_code)]

use k256::ecdsa::signature::hazmat::PrehashSigner;
use proptest::{prelude::ProptestConfig, test_runner::FileFailurePersistence};
use specie_primitives::crypto::{sha256, PublicKey, Scheme, Signature};

/// The order of secp256k1, big endian.
pub const SECP256K1_ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe, 0xba, 0xae,
    0xdc, 0xe6, 0xaf, 0x48, 0xa0, 0x3b, 0xbf, 0xd2, 0x5e, 0x8c, 0xd0, 0x36, 0x41, 0x41,
];

/// The order of P-256, big endian.
pub const P256_ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6,
    0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];

/// The fourteen encodings of Ed25519's eight points of small order: RFC 8032's own and those that ZIP 215 takes too.
pub const SMALL_ORDER: [&str; 14] = [
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
];

/// A property's configuration: a failure prints its seed and is kept in a file, from where later runs repeat it first.
pub fn cases(cases: u32) -> ProptestConfig {
    const REGRESSIONS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/regressions.txt");
    let failure_persistence = Some(Box::new(FileFailurePersistence::Direct(REGRESSIONS)) as _);
    ProptestConfig { cases, failure_persistence, ..ProptestConfig::default() }
}

/// A private key.
#[derive(Clone)]
pub enum Key {
    Secp256k1(k256::ecdsa::SigningKey),
    P256(p256::ecdsa::SigningKey),
    Ed25519(ed25519_zebra::SigningKey),
}

impl Key {
    /// The key with this secret: a scalar for ECDSA, a seed for Ed25519.
    pub fn from_secret(scheme: Scheme, secret: [u8; 32]) -> Self {
        match scheme {
            Scheme::Secp256k1 => Self::Secp256k1(k256::ecdsa::SigningKey::from_slice(&secret).unwrap()),
            Scheme::P256 => Self::P256(p256::ecdsa::SigningKey::from_slice(&secret).unwrap()),
            Scheme::Ed25519 => Self::Ed25519(ed25519_zebra::SigningKey::from(secret)),
        }
    }

    /// The key whose secret is SHA-256 of `name`: below both curves' orders for all but one name in 2³².
    pub fn named(scheme: Scheme, name: &str) -> Self {
        Self::from_secret(scheme, sha256(name.as_bytes()))
    }

    /// The `number`-th test key of `scheme`.
    pub fn numbered(scheme: Scheme, number: u32) -> Self {
        Self::named(scheme, &format!("specie test key {number}"))
    }

    pub fn public(&self) -> PublicKey {
        let (scheme, bytes) = match self {
            Self::Secp256k1(key) => {
                (Scheme::Secp256k1, key.verifying_key().to_encoded_point(true).as_bytes().to_vec())
            }
            Self::P256(key) => (Scheme::P256, key.verifying_key().to_encoded_point(true).as_bytes().to_vec()),
            Self::Ed25519(key) => {
                (Scheme::Ed25519, <[u8; 32]>::from(ed25519_zebra::VerificationKey::from(key)).to_vec())
            }
        };
        PublicKey::from_bytes(scheme, &bytes).unwrap()
    }

    /// The public key as compressed SEC1; ECDSA only.
    pub fn compressed(&self) -> [u8; 33] {
        self.public().as_bytes().try_into().unwrap()
    }

    /// The signature over `message` in the form that a machine sends: low S, with its recovery id.
    pub fn sign(&self, message: &[u8]) -> Signature {
        let digest = sha256(message);
        match self {
            Self::Secp256k1(key) => {
                let (signature, id) = key.sign_prehash_recoverable(&digest).unwrap();
                let mut bytes = [id.to_byte(); 65];
                bytes[..64].copy_from_slice(&signature.to_bytes());
                Signature::Secp256k1(bytes)
            }
            Self::P256(key) => {
                let signature: p256::ecdsa::Signature = key.sign_prehash(&digest).unwrap();
                Signature::P256(signature.normalize_s().unwrap_or(signature).to_bytes().into())
            }
            Self::Ed25519(key) => Signature::Ed25519(key.sign(message).to_bytes()),
        }
    }

    /// The compact `r ‖ s` of [`Self::sign`] over `message`; ECDSA only.
    pub fn sign_scalars(&self, message: &[u8]) -> [u8; 64] {
        self.sign(message).as_bytes()[..64].try_into().unwrap()
    }

    /// A Coinkite signature over `message`: `header ‖ r ‖ s`, header being 39 plus the recovery id.
    pub fn sign_coinkite(&self, message: &[u8]) -> [u8; 65] {
        let signature = self.sign(message);
        let (scalars, id) = signature.as_bytes().split_at(64);
        let mut bytes = [39 + id[0]; 65];
        bytes[1..].copy_from_slice(scalars);
        bytes
    }
}

/// The other S of an ECDSA signature, with the recovery id that belongs to it. Ed25519 has none.
pub fn negate_s(signature: &Signature) -> Signature {
    match signature {
        Signature::Secp256k1(bytes) => {
            let (r, s) = k256::ecdsa::Signature::from_slice(&bytes[..64]).unwrap().split_scalars();
            let negated = k256::ecdsa::Signature::from_scalars(r, -*s).unwrap();
            let mut other = [bytes[64] ^ 1; 65];
            other[..64].copy_from_slice(&negated.to_bytes());
            Signature::Secp256k1(other)
        }
        Signature::P256(bytes) => {
            let (r, s) = p256::ecdsa::Signature::from_slice(bytes).unwrap().split_scalars();
            Signature::P256(p256::ecdsa::Signature::from_scalars(r, -*s).unwrap().to_bytes().into())
        }
        Signature::Ed25519(_) => panic!("Ed25519 has one S"),
    }
}

/// The DER form of an ECDSA signature, as a card answers it: minimal integers.
pub fn to_der(scalars: &[u8; 64]) -> Vec<u8> {
    let (r, s) = scalars.split_at(32);
    sequence(&[integer(&minimal(r)), integer(&minimal(s))].concat())
}

/// A DER sequence around `content`.
pub fn sequence(content: &[u8]) -> Vec<u8> {
    [&[0x30, u8::try_from(content.len()).unwrap()], content].concat()
}

/// A DER integer with exactly these bytes, minimal or not.
pub fn integer(bytes: &[u8]) -> Vec<u8> {
    [&[0x02, u8::try_from(bytes.len()).unwrap()], bytes].concat()
}

/// The shortest two's complement form of a big-endian unsigned number.
pub fn minimal(number: &[u8]) -> Vec<u8> {
    let digits: Vec<u8> = number.iter().copied().skip_while(|byte| *byte == 0).collect();
    match digits.first() {
        Some(first) if *first < 0x80 => digits,
        _ => [vec![0], digits].concat(),
    }
}

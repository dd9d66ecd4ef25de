//! Between a card's signatures (DER, any S, no recovery id) and the chain's (`r ‖ s`, low S, recovery id).

use alloc::vec::Vec;
use specie_primitives::{
    crypto::{
        p256_from_der, recovery_id, secp256k1_from_der, verify, PublicKey, SPolicy, Scheme, Signature, Software,
    },
    wire::WireError,
};

/// The longest signature that a card answers: two 33-byte integers in DER.
pub const MAX_CARD_SIGNATURE: usize = 72;

/// A well-formed signature as a card gave it: `r ‖ s` of an ECDSA scheme with S as it was, or Ed25519's 64 bytes.
/// Whose it is, nobody has checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CardSignature {
    scheme: Scheme,
    bytes: [u8; 64],
}

impl CardSignature {
    /// `r ‖ s` of an ECDSA scheme, S of either size; or Ed25519's 64 bytes.
    pub const fn new(scheme: Scheme, bytes: [u8; 64]) -> Self {
        Self { scheme, bytes }
    }

    /// Reads exactly what a card of `scheme` answers.
    pub fn from_card(scheme: Scheme, bytes: &[u8]) -> Result<Self, WireError> {
        let bytes = match scheme {
            Scheme::Secp256k1 => secp256k1_from_der(bytes)?,
            Scheme::P256 => p256_from_der(bytes)?,
            Scheme::Ed25519 => specie_primitives::wire::Wire::from_wire(bytes)?,
        };
        Ok(Self { scheme, bytes })
    }

    /// The signature as a card answers it.
    pub fn to_card(&self) -> Vec<u8> {
        let der = match self.scheme {
            Scheme::Secp256k1 => {
                k256::ecdsa::Signature::from_slice(&self.bytes).map(|it| it.to_der().as_bytes().to_vec()).ok()
            }
            Scheme::P256 => {
                p256::ecdsa::Signature::from_slice(&self.bytes).map(|it| it.to_der().as_bytes().to_vec()).ok()
            }
            Scheme::Ed25519 => None,
        };
        // Scalars out of range, which only a forger has, have no DER; their bytes are refused by every reader.
        der.unwrap_or_else(|| self.bytes.to_vec())
    }

    /// The same signature with the low S.
    #[must_use]
    pub fn with_low_s(self) -> Self {
        let low: Option<[u8; 64]> = match self.scheme {
            Scheme::Secp256k1 => k256::ecdsa::Signature::from_slice(&self.bytes)
                .ok()
                .and_then(|it| it.normalize_s())
                .map(|it| it.to_bytes().into()),
            Scheme::P256 => p256::ecdsa::Signature::from_slice(&self.bytes)
                .ok()
                .and_then(|it| it.normalize_s())
                .map(|it| it.to_bytes().into()),
            Scheme::Ed25519 => None,
        };
        Self { bytes: low.unwrap_or(self.bytes), ..self }
    }

    /// The same signature with the high S, as genuine cards give every other time.
    #[must_use]
    pub fn with_high_s(self) -> Self {
        let low = self.with_low_s();
        let high: Option<[u8; 64]> = match self.scheme {
            Scheme::Secp256k1 => k256::ecdsa::Signature::from_slice(&low.bytes)
                .and_then(|it| {
                    let (r, s) = it.split_scalars();
                    k256::ecdsa::Signature::from_scalars(r, -s)
                })
                .map(|it| it.to_bytes().into())
                .ok(),
            Scheme::P256 => p256::ecdsa::Signature::from_slice(&low.bytes)
                .and_then(|it| {
                    let (r, s) = it.split_scalars();
                    p256::ecdsa::Signature::from_scalars(r, -s)
                })
                .map(|it| it.to_bytes().into())
                .ok(),
            Scheme::Ed25519 => None,
        };
        Self { bytes: high.unwrap_or(low.bytes), ..self }
    }

    /// The chain's form without a check, recovery id 0: for evidence against a card whose signature is not its
    /// key's, so that the verdict says so and not the host.
    pub fn unidentified(&self) -> Signature {
        let bytes = self.with_low_s().bytes;
        match self.scheme {
            Scheme::Secp256k1 => {
                let mut recoverable = [0; 65];
                let (scalars, _) = recoverable.split_at_mut(64);
                scalars.copy_from_slice(&bytes);
                Signature::Secp256k1(recoverable)
            }
            Scheme::P256 => Signature::P256(bytes),
            Scheme::Ed25519 => Signature::Ed25519(bytes),
        }
    }
}

/// The chain's form of `signature`, when it is `key`'s over `message`.
pub fn identify(signature: &CardSignature, message: &[u8], key: &PublicKey) -> Option<Signature> {
    let candidate = match (signature.scheme, key) {
        (Scheme::Secp256k1, PublicKey::Secp256k1(key)) => {
            Signature::Secp256k1(recovery_id(&signature.bytes, message, key)?)
        }
        _ => signature.unidentified(),
    };
    verify::<Software>(&candidate, message, key, SPolicy::LowOnly).then_some(candidate)
}

/// `signature` as a card wants to be given it: without recovery id, ECDSA in DER.
pub fn to_card(signature: &Signature) -> Vec<u8> {
    let mut bytes = [0; 64];
    for (place, byte) in bytes.iter_mut().zip(signature.as_bytes()) {
        *place = *byte;
    }
    CardSignature { scheme: signature.scheme(), bytes }.to_card()
}

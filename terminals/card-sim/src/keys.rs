//! Private keys: making one with the issuer's contribution, and signing as a card does.

use crate::hardware::{Hardware, RandomFailure};
use core::fmt;
use k256::ecdsa::signature::hazmat::PrehashSigner;
use specie_card::signatures::{self, CardSignature};
use specie_primitives::{
    crypto::{sha256, PublicKey, Scheme, Signature},
    wire::Wire,
};
use thiserror::Error;

/// The domain of the currency key's seed.
pub const KEYGEN_DOMAIN: &[u8] = b"specie:keygen:v1";

/// Why there is no key, or no signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum KeyError {
    /// The bytes are not a private key of the scheme: zero, or not below the order of the curve.
    #[error("not a private key of this scheme")]
    OutOfRange,
    /// The random number generator failed.
    #[error(transparent)]
    Random(#[from] RandomFailure),
    /// The signature could not be computed.
    #[error("the signature could not be computed")]
    Signing,
}

/// A private key of any scheme. Its `Debug` shows the public key alone.
#[derive(Clone, PartialEq)]
pub struct SecretKey {
    secret: Secret,
    public: PublicKey,
}

#[derive(Clone, PartialEq)]
enum Secret {
    Secp256k1(k256::ecdsa::SigningKey),
    P256(p256::ecdsa::SigningKey),
    Ed25519(ed25519_zebra::SigningKey),
}

/// What goes into a currency key beside the card's own random bytes.
#[derive(Clone, Copy, Debug)]
pub struct KeyContext<'a> {
    /// The contribution of whoever initialises: [`contribution`].
    ///
    /// [`contribution`]: specie_primitives::initialisation::contribution
    pub contribution: &'a [u8; 32],
    /// The card's device key.
    pub device: &'a PublicKey,
    /// The generation that the key begins.
    pub generation: u32,
}

impl SecretKey {
    /// The key with these 32 bytes: a big-endian scalar, or the seed of RFC 8032.
    pub fn from_bytes(scheme: Scheme, bytes: &[u8; 32]) -> Result<Self, KeyError> {
        let out_of_range = |_| KeyError::OutOfRange;
        let (secret, public) = match scheme {
            Scheme::Secp256k1 => {
                let key = k256::ecdsa::SigningKey::from_slice(bytes).map_err(out_of_range)?;
                let point = key.verifying_key().to_encoded_point(true);
                let public = point.as_bytes().try_into().map_err(|_| KeyError::OutOfRange)?;
                (Secret::Secp256k1(key), PublicKey::Secp256k1(public))
            }
            Scheme::P256 => {
                let key = p256::ecdsa::SigningKey::from_slice(bytes).map_err(out_of_range)?;
                let point = key.verifying_key().to_encoded_point(true);
                let public = point.as_bytes().try_into().map_err(|_| KeyError::OutOfRange)?;
                (Secret::P256(key), PublicKey::P256(public))
            }
            Scheme::Ed25519 => {
                let key = ed25519_zebra::SigningKey::from(*bytes);
                let public = ed25519_zebra::VerificationKey::from(&key).into();
                (Secret::Ed25519(key), PublicKey::Ed25519(public))
            }
        };
        Ok(Self { secret, public })
    }

    /// A random key: what a factory makes.
    pub fn random(scheme: Scheme, hardware: &mut impl Hardware) -> Result<Self, KeyError> {
        loop {
            let mut bytes = [0; 32];
            hardware.random(&mut bytes)?;
            // Of 2^32 tries at most one is out of range.
            if let Ok(key) = Self::from_bytes(scheme, &bytes) {
                return Ok(key);
            }
        }
    }

    /// A currency key: the card's own 32 random bytes and the machine's contribution, hashed together.
    ///
    /// The bytes of the key are `SHA-256("specie:keygen:v1" ‖ random 32 ‖ contribution 32 ‖ scheme and device public key
    /// ‖ scheme of the new key ‖ generation u32 ‖ attempt u8)` with the first attempt from 0 on that gives a valid key.
    /// Who knows the contribution learns nothing about the key; a weak random generator is helped by it.
    pub fn generate(scheme: Scheme, random: &[u8; 32], context: &KeyContext<'_>) -> Result<Self, KeyError> {
        let mut message = KEYGEN_DOMAIN.to_vec();
        message.extend_from_slice(random);
        message.extend_from_slice(context.contribution);
        message.extend_from_slice(&context.device.to_vec());
        message.push(scheme.tag());
        message.extend_from_slice(&context.generation.to_le_bytes());
        (0..=u8::MAX)
            .find_map(|attempt| {
                message.push(attempt);
                let bytes = sha256(&message);
                message.pop();
                Self::from_bytes(scheme, &bytes).ok()
            })
            .ok_or(KeyError::OutOfRange)
    }

    /// The public key.
    pub const fn public(&self) -> &PublicKey {
        &self.public
    }

    /// The key's scheme.
    pub const fn scheme(&self) -> Scheme {
        self.public.scheme()
    }

    /// The private bytes, for the memory of a software card and the factory's files.
    pub fn to_bytes(&self) -> [u8; 32] {
        match &self.secret {
            Secret::Secp256k1(key) => key.to_bytes().into(),
            Secret::P256(key) => key.to_bytes().into(),
            Secret::Ed25519(key) => (*key).into(),
        }
    }

    /// Signs as a card answers: ECDSA over SHA-256 in DER, with low S; Ed25519 as 64 bytes.
    pub fn sign_as_card(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        Ok(self.sign_scalars(message)?.to_card())
    }

    /// Signs as the chain wants it: low S, with the recovery id for secp256k1.
    pub fn sign(&self, message: &[u8]) -> Result<Signature, KeyError> {
        signatures::identify(&self.sign_scalars(message)?, message, &self.public).ok_or(KeyError::Signing)
    }

    fn sign_scalars(&self, message: &[u8]) -> Result<CardSignature, KeyError> {
        let failed = |_| KeyError::Signing;
        let (scheme, bytes) = match &self.secret {
            Secret::Secp256k1(key) => {
                let signature: k256::ecdsa::Signature = key.sign_prehash(&sha256(message)).map_err(failed)?;
                (Scheme::Secp256k1, signature.to_bytes().into())
            }
            Secret::P256(key) => {
                let signature: p256::ecdsa::Signature = key.sign_prehash(&sha256(message)).map_err(failed)?;
                (Scheme::P256, signature.to_bytes().into())
            }
            Secret::Ed25519(key) => (Scheme::Ed25519, key.sign(message).into()),
        };
        Ok(CardSignature::new(scheme, bytes).with_low_s())
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecretKey").field("public", &self.public).finish_non_exhaustive()
    }
}

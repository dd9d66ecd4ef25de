//! The arithmetic in portable Rust, for machines, firmware and the node.

use super::{p256, Arithmetic};
use k256::ecdsa::RecoveryId;

/// [`Arithmetic`] by the RustCrypto and Zcash Foundation crates; P-256 with a multiplication of our own.
#[derive(Clone, Copy, Debug, Default)]
pub struct Software;

impl Arithmetic for Software {
    fn recover_secp256k1(signature: &[u8; 65], digest: &[u8; 32]) -> Option<[u8; 33]> {
        let (scalars, id) = (signature.get(..64)?, *signature.last()?);
        let id = RecoveryId::from_byte(id)?;
        let signature = k256::ecdsa::Signature::from_slice(scalars).ok()?;
        let key = k256::ecdsa::VerifyingKey::recover_from_prehash(digest, &signature, id).ok()?;
        key.to_encoded_point(true).as_bytes().try_into().ok()
    }

    fn verify_p256(signature: &[u8; 64], digest: &[u8; 32], key: &[u8; 33]) -> bool {
        p256::verify(signature, digest, key)
    }

    fn verify_ed25519(signature: &[u8; 64], message: &[u8], key: &[u8; 32]) -> bool {
        let Ok(key) = ed25519_zebra::VerificationKey::try_from(*key) else { return false };
        key.verify(&ed25519_zebra::Signature::from(*signature), message).is_ok()
    }
}

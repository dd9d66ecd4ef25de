//! Signature checks by the host's functions where it has one, and in WASM where it has none.

use specie_primitives::crypto::{Arithmetic, Software};

/// [`Arithmetic`] for the runtime.
pub struct HostArithmetic;

impl Arithmetic for HostArithmetic {
    fn recover_secp256k1(signature: &[u8; 65], digest: &[u8; 32]) -> Option<[u8; 33]> {
        sp_io::crypto::secp256k1_ecdsa_recover_compressed(signature, digest).ok()
    }

    /// The host has no P-256.
    fn verify_p256(signature: &[u8; 64], digest: &[u8; 32], key: &[u8; 33]) -> bool {
        Software::verify_p256(signature, digest, key)
    }

    fn verify_ed25519(signature: &[u8; 64], message: &[u8], key: &[u8; 32]) -> bool {
        let signature = sp_core::ed25519::Signature::from_raw(*signature);
        let key = sp_core::ed25519::Public::from_raw(*key);
        sp_io::crypto::ed25519_verify(&signature, message, &key)
    }
}

//! The three signature schemes, and the one place where a signature is checked.
//!
//! ECDSA signs SHA-256 of the message, Ed25519 the message. The arithmetic behind the checks is a parameter
//! ([`Arithmetic`]): machines and firmware use [`Software`], the runtime its host's functions. Both give the same
//! answers; a test holds them against each other.

mod ecdsa;
mod keys;
mod p256;
mod software;

use sha2::Digest as _;

pub use ecdsa::{p256_from_der, recovery_id, secp256k1_from_der};
pub use keys::{PublicKey, Scheme, Signature, UnknownScheme};
pub use software::Software;

/// Which S values an ECDSA check takes.
///
/// With `(r, s)`, `(r, n − s)` is valid too. Genuine cards in the field produce both, so certificates and
/// attestations are normalised; a spend order must have the low one, so that nobody can change its bytes on the
/// way. Nothing in the system is keyed on signature bytes either way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SPolicy {
    /// High S is turned into low S before the check.
    Normalise,
    /// High S is refused.
    LowOnly,
}

/// The arithmetic of the three schemes.
///
/// The inputs are already normalised and range checked by [`verify`].
pub trait Arithmetic {
    /// The compressed secp256k1 key whose signature `r ‖ s ‖ recovery id` over `digest` this is.
    fn recover_secp256k1(signature: &[u8; 65], digest: &[u8; 32]) -> Option<[u8; 33]>;

    /// Whether `r ‖ s` over `digest` is a P-256 signature of the compressed `key`.
    fn verify_p256(signature: &[u8; 64], digest: &[u8; 32], key: &[u8; 33]) -> bool;

    /// Whether `signature` over `message` is an Ed25519 signature of `key`.
    ///
    /// Follows ZIP 215, like the SDK's host function, so that every implementation agrees on every input.
    fn verify_ed25519(signature: &[u8; 64], message: &[u8], key: &[u8; 32]) -> bool;
}

/// Whether `signature` is `key`'s signature over `message`.
///
/// False for a signature of another scheme than the key's, a malformed one, and one that `policy` refuses.
pub fn verify<A: Arithmetic>(signature: &Signature, message: &[u8], key: &PublicKey, policy: SPolicy) -> bool {
    match (signature, key) {
        (Signature::Secp256k1(bytes), PublicKey::Secp256k1(key)) => {
            recover_secp256k1::<A>(bytes, message, policy).is_some_and(|signer| signer == *key)
        }
        (Signature::P256(bytes), PublicKey::P256(key)) => ecdsa::apply_policy_p256(bytes, policy)
            .is_some_and(|bytes| A::verify_p256(&bytes, &sha256(message), key)),
        (Signature::Ed25519(bytes), PublicKey::Ed25519(key)) => A::verify_ed25519(bytes, message, key),
        _ => false,
    }
}

/// The secp256k1 key that signed SHA-256 of `message`, for formats that carry no key (Coinkite's chain).
pub fn recover_secp256k1<A: Arithmetic>(signature: &[u8; 65], message: &[u8], policy: SPolicy) -> Option<[u8; 33]> {
    let signature = ecdsa::apply_policy_secp256k1(signature, policy)?;
    A::recover_secp256k1(&signature, &sha256(message))
}

/// SHA-256.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    sha2::Sha256::digest(bytes).into()
}

/// BLAKE2b with 32 bytes of output, unkeyed: the hash of the chain's addresses.
pub fn blake2_256(bytes: &[u8]) -> [u8; 32] {
    blake2::Blake2b::<blake2::digest::consts::U32>::digest(bytes).into()
}

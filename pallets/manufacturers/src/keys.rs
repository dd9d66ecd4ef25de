//! Batch keys by their bytes.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use specie_primitives::{crypto::PublicKey, records::BatchKey};

/// A key's bytes, zero padded, whatever scheme or format they are used for.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub struct RawKey(pub [u8; 33]);

impl From<&BatchKey> for RawKey {
    fn from(key: &BatchKey) -> Self {
        match key {
            BatchKey::Keycard(key) | BatchKey::CoinkiteRoot(key) => Self(*key),
            BatchKey::Native(PublicKey::Secp256k1(key) | PublicKey::P256(key)) => Self(*key),
            BatchKey::Native(PublicKey::Ed25519(key)) => {
                let mut raw = [0; 33];
                raw.iter_mut().zip(key).for_each(|(place, byte)| *place = *byte);
                Self(raw)
            }
        }
    }
}

//! Public keys and signatures of the three schemes.

use crate::{
    ids::scale_derives,
    wire::{Reader, Wire, WireError, Writer},
};
use core::{fmt, str::FromStr};
use curve25519_dalek::edwards::CompressedEdwardsY;

scale_derives! {
    /// A signature scheme. Java Cards and secure elements offer ECDSA on the first two curves.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum Scheme {
        /// ECDSA on secp256k1 over SHA-256; tag 0.
        Secp256k1,
        /// ECDSA on P-256 over SHA-256; tag 1.
        P256,
        /// Ed25519; tag 2.
        Ed25519,
    }

    /// A public key with its scheme: one tag byte, then the key.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum PublicKey {
        /// Compressed SEC1.
        Secp256k1([u8; 33]),
        /// Compressed SEC1.
        P256([u8; 33]),
        /// RFC 8032.
        Ed25519([u8; 32]),
    }

    /// A signature with its scheme: one tag byte, then the signature.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Signature {
        /// `r ‖ s ‖ recovery id` (0 to 3), big-endian scalars.
        Secp256k1([u8; 65]),
        /// `r ‖ s`, big-endian scalars.
        P256([u8; 64]),
        /// RFC 8032.
        Ed25519([u8; 64]),
    }
}

impl Scheme {
    /// Every scheme, in the order of the tags.
    pub const ALL: [Self; 3] = [Self::Secp256k1, Self::P256, Self::Ed25519];

    /// The byte that stands for the scheme.
    pub const fn tag(self) -> u8 {
        match self {
            Self::Secp256k1 => 0,
            Self::P256 => 1,
            Self::Ed25519 => 2,
        }
    }

    /// The scheme of a tag.
    pub const fn from_tag(tag: u8) -> Result<Self, WireError> {
        match tag {
            0 => Ok(Self::Secp256k1),
            1 => Ok(Self::P256),
            2 => Ok(Self::Ed25519),
            tag => Err(WireError::UnknownTag { field: "scheme", tag }),
        }
    }

    /// Its name in commands, configurations and answers: `secp256k1`, `p256` or `ed25519`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Secp256k1 => "secp256k1",
            Self::P256 => "p256",
            Self::Ed25519 => "ed25519",
        }
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A text that is no scheme's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownScheme;

impl fmt::Display for UnknownScheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a scheme is secp256k1, p256 or ed25519")
    }
}

impl core::error::Error for UnknownScheme {}

impl FromStr for Scheme {
    type Err = UnknownScheme;

    fn from_str(name: &str) -> Result<Self, UnknownScheme> {
        Self::ALL.into_iter().find(|scheme| scheme.name() == name).ok_or(UnknownScheme)
    }
}

impl PublicKey {
    /// The bytes of a key field that is padded to the longest scheme.
    pub const PADDED_LEN: usize = 33;

    /// A key from its bytes without a tag, exact and on its curve.
    pub fn from_bytes(scheme: Scheme, bytes: &[u8]) -> Result<Self, WireError> {
        let mut input = Reader::new(bytes);
        let key = Self::read_untagged(scheme, &mut input)?;
        input.finish()?;
        Ok(key)
    }

    /// The key's scheme.
    pub const fn scheme(&self) -> Scheme {
        match self {
            Self::Secp256k1(_) => Scheme::Secp256k1,
            Self::P256(_) => Scheme::P256,
            Self::Ed25519(_) => Scheme::Ed25519,
        }
    }

    /// The key without its tag.
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Secp256k1(bytes) | Self::P256(bytes) => bytes,
            Self::Ed25519(bytes) => bytes,
        }
    }

    /// Whether the key is a point of its curve, in its one encoding, that can be used safely.
    ///
    /// Ed25519 points of small order are refused: with them one signature fits many messages.
    pub fn validate(&self) -> Result<(), WireError> {
        let valid = match self {
            Self::Secp256k1(bytes) => is_compressed(bytes) && k256::PublicKey::from_sec1_bytes(bytes).is_ok(),
            Self::P256(bytes) => is_compressed(bytes) && p256::PublicKey::from_sec1_bytes(bytes).is_ok(),
            Self::Ed25519(bytes) => CompressedEdwardsY(*bytes)
                .decompress()
                .is_some_and(|point| point.compress().0 == *bytes && !point.is_small_order()),
        };
        if valid {
            Ok(())
        } else {
            Err(WireError::NotOnCurve)
        }
    }

    /// Reads a key without its tag.
    pub(crate) fn read_untagged(scheme: Scheme, input: &mut Reader<'_>) -> Result<Self, WireError> {
        let key = match scheme {
            Scheme::Secp256k1 => Self::Secp256k1(input.array()?),
            Scheme::P256 => Self::P256(input.array()?),
            Scheme::Ed25519 => Self::Ed25519(input.array()?),
        };
        key.validate()?;
        Ok(key)
    }

    /// Reads a key without its tag from a field of [`Self::PADDED_LEN`] bytes, zero padded.
    pub(crate) fn read_padded(scheme: Scheme, input: &mut Reader<'_>) -> Result<Self, WireError> {
        let key = Self::read_untagged(scheme, input)?;
        if scheme == Scheme::Ed25519 && input.u8()? != 0 {
            return Err(WireError::NotCanonical { field: "key padding" });
        }
        Ok(key)
    }
}

impl Signature {
    /// The signature's scheme.
    pub const fn scheme(&self) -> Scheme {
        match self {
            Self::Secp256k1(_) => Scheme::Secp256k1,
            Self::P256(_) => Scheme::P256,
            Self::Ed25519(_) => Scheme::Ed25519,
        }
    }

    /// The signature without its tag.
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Secp256k1(bytes) => bytes,
            Self::P256(bytes) | Self::Ed25519(bytes) => bytes,
        }
    }
}

/// SEC1's compressed form; the libraries take its compact form too, which has the same length and one byte for both Y.
fn is_compressed(bytes: &[u8; 33]) -> bool {
    matches!(bytes[0], 2 | 3)
}

impl Wire for Scheme {
    const MAX_LEN: usize = 1;

    fn write(&self, out: &mut Writer<'_>) {
        out.u8(self.tag());
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, WireError> {
        Self::from_tag(input.u8()?)
    }
}

impl Wire for PublicKey {
    const MAX_LEN: usize = 34;

    fn write(&self, out: &mut Writer<'_>) {
        out.u8(self.scheme().tag()).bytes(self.as_bytes());
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, WireError> {
        let scheme = Scheme::read(input)?;
        Self::read_untagged(scheme, input)
    }
}

impl Wire for Signature {
    const MAX_LEN: usize = 66;

    fn write(&self, out: &mut Writer<'_>) {
        out.u8(self.scheme().tag()).bytes(self.as_bytes());
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, WireError> {
        Ok(match Scheme::read(input)? {
            Scheme::Secp256k1 => {
                let bytes: [u8; 65] = input.array()?;
                match bytes[64] {
                    0..=3 => Self::Secp256k1(bytes),
                    tag => return Err(WireError::UnknownTag { field: "recovery id", tag }),
                }
            }
            Scheme::P256 => Self::P256(input.array()?),
            Scheme::Ed25519 => Self::Ed25519(input.array()?),
        })
    }
}

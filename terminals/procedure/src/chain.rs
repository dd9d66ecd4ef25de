//! The hash chain over the journal's lines.
//!
//! Each line's hash covers the line before: who has kept the hash of one line sees later whether any line up to it was changed,
//! taken out or put in. A line also has the hash of its case as the line left it, so that a case cannot be changed beside the lines. Whoever
//! may write the file can write a whole chain anew; against that the day's statement has the last hash, out of the machine's
//! reach.

use sha2::{Digest, Sha256};
use std::{fmt, str::FromStr};
use thiserror::Error;

/// What the first hash is taken over, before the journal's identity.
const DOMAIN: &[u8] = b"specie:journal:v1";

/// A SHA-256 hash, written in hex.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct Hash(#[serde(with = "in_hex")] pub [u8; 32]);

/// 32 bytes, in hex.
pub(crate) mod in_hex {
    use serde::{de::Error, Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(bytes: &[u8; 32], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&hex::encode(bytes))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<[u8; 32], D::Error> {
        let (text, mut bytes) = (String::deserialize(from)?, [0; 32]);
        hex::decode_to_slice(text, &mut bytes).map_err(D::Error::custom)?;
        Ok(bytes)
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// A text that is no hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a hash is 64 digits of hex")]
pub struct NoHash;

impl FromStr for Hash {
    type Err = NoHash;

    fn from_str(text: &str) -> Result<Self, NoHash> {
        let mut hash = [0; 32];
        hex::decode_to_slice(text, &mut hash).map_err(|_| NoHash)?;
        Ok(Self(hash))
    }
}

/// Where a chain stands: the last line, and its hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Head {
    /// The number of the line; 0: none yet.
    pub line: u64,
    /// Its hash.
    pub hash: Hash,
}

impl Head {
    /// Before the first line of a journal of this identity: SHA-256 over `specie:journal:v1` and, for each name and value, their
    /// lengths (4 bytes, big endian) and bytes.
    pub fn of(identity: &[(String, String)]) -> Self {
        let mut hash = Sha256::new().chain_update(DOMAIN);
        for text in identity.iter().flat_map(|(name, value)| [name, value]) {
            let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
            hash = hash.chain_update(length.to_be_bytes()).chain_update(text.as_bytes());
        }
        Self { line: 0, hash: Hash(hash.finalize().into()) }
    }

    /// After one more line: SHA-256 over the hash before, the line's number (8 bytes, big endian) and its JSON.
    #[must_use]
    pub fn next(&self, text: &[u8]) -> Self {
        let line = self.line.saturating_add(1);
        let hash = Sha256::new().chain_update(self.hash.0).chain_update(line.to_be_bytes()).chain_update(text);
        Self { line, hash: Hash(hash.finalize().into()) }
    }
}

/// The hash of a case as it stands in the journal: SHA-256 over its JSON.
pub fn of_case(text: &[u8]) -> Hash {
    Hash(Sha256::digest(text).into())
}

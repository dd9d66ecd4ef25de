//! Amounts, bytes and blocks.

use crate::text::as_text;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use specie_primitives::{Balance, BlockNumber};
use std::{fmt, num::ParseIntError, str::FromStr};
use thiserror::Error;

/// An amount of base units, as a decimal string.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Units(pub Balance);

/// 32 bytes: `0x` and hex.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub [u8; 32]);

/// Bytes: `0x` and hex.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Bytes(pub Vec<u8>);

/// A text that is not `0x` and hex of as many bytes as there should be.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
#[error("not 0x and hex: {0}")]
pub struct NotHex(#[from] hex::FromHexError);

/// A block, and its age.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct Block {
    /// Its height.
    pub number: BlockNumber,
    /// Its hash.
    pub hash: Hash,
    /// How long ago it was made by its own word and the node's clock, in milliseconds.
    pub age_ms: u64,
}

/// The blocks that an answer holds at.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq)]
pub struct Heads {
    /// The best block.
    pub best: Block,
    /// The last final block.
    pub finalized: Block,
}

impl fmt::Display for Units {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Units {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, ParseIntError> {
        text.parse().map(Self)
    }
}

impl From<Balance> for Units {
    fn from(units: Balance) -> Self {
        Self(units)
    }
}

fn digits(text: &str) -> Result<&str, NotHex> {
    text.strip_prefix("0x").ok_or(NotHex(hex::FromHexError::InvalidStringLength))
}

impl FromStr for Hash {
    type Err = NotHex;

    fn from_str(text: &str) -> Result<Self, NotHex> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(digits(text)?, &mut bytes)?;
        Ok(Self(bytes))
    }
}

impl FromStr for Bytes {
    type Err = NotHex;

    fn from_str(text: &str) -> Result<Self, NotHex> {
        Ok(Self(hex::decode(digits(text)?)?))
    }
}

/// Both show as the text that they are read from.
macro_rules! shown_as_hex {
    ($($kind:ty),*) => {
        $(
            impl fmt::Display for $kind {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    write!(f, "0x{}", hex::encode(&self.0))
                }
            }

            impl fmt::Debug for $kind {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    fmt::Display::fmt(self, f)
                }
            }
        )*
    };
}

shown_as_hex!(Hash, Bytes);
as_text!(Units);
as_text!(Hash);
as_text!(Bytes);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again_and_nothing_else() {
        let hash = Hash([7; 32]);
        assert_eq!(serde_json::to_string(&hash).unwrap(), format!("\"0x{}\"", "07".repeat(32)));
        assert_eq!(hash.to_string().parse(), Ok(hash));
        assert_eq!("0x".parse(), Ok(Bytes(Vec::new())));
        assert_eq!(
            serde_json::from_str::<Units>("\"340282366920938463463374607431768211455\"").unwrap().0,
            u128::MAX
        );
        for wrong in ["", "07", "0x7", "0xzz", "0x07"] {
            assert!(wrong.parse::<Hash>().is_err(), "{wrong}");
        }
        for wrong in ["", "07", "0x7", "0xzz"] {
            assert!(wrong.parse::<Bytes>().is_err(), "{wrong}");
        }
        for wrong in ["\"-1\"", "\"\"", "\"1.5\"", "1", "null", "\"340282366920938463463374607431768211456\""] {
            assert!(serde_json::from_str::<Units>(wrong).is_err(), "{wrong}");
        }
    }
}

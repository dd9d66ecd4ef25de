//! What the methods are asked with.

use crate::error::Error;
use codec::{DecodeAll, Encode};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sp_core::crypto::{AccountId32, Ss58AddressFormat, Ss58Codec};
use specie_indexer::core::Position;
use specie_primitives::{attestation::Challenge, evidence::Evidence, ids::CurrencyId, wire::Wire};

/// The SS58 prefix of the chain's addresses.
const SS58_PREFIX: u16 = 42;

/// What a verdict is asked about: an address, a card's evidence, or both.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VerdictQuery {
    /// The carrier's address: SS58, or 32 bytes of hex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The wire form of the card's evidence, in hex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<String>,
    /// With evidence: the challenge that the asker gave the card, 32 bytes of hex. Evidence over another challenge
    /// is somebody's old answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub challenge: Option<String>,
}

/// How much is said about each of many carriers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Detail {
    /// Everything, as for one.
    #[default]
    Full,
    /// State, reason, balance and sequence.
    Brief,
}

/// A currency from its name.
pub fn currency(text: &str) -> Result<CurrencyId, Error> {
    text.parse().map_err(|_| Error::UnknownCurrency)
}

/// A place in a history, from a cursor.
pub fn position(text: &str) -> Result<Position, Error> {
    let bytes = hex::decode(text).map_err(|_| Error::MalformedCursor)?;
    Position::decode_all(&mut &bytes[..]).map_err(|_| Error::MalformedCursor)
}

/// The cursor for a place in a history.
pub fn position_text(position: Position) -> String {
    hex::encode(position.encode())
}

/// An account or carrier from SS58 or hex.
pub fn address(text: &str) -> Result<[u8; 32], Error> {
    if let Some(digits) = text.strip_prefix("0x") {
        let mut bytes = [0; 32];
        hex::decode_to_slice(digits, &mut bytes)
            .map_err(|error| Error::MalformedAddress(format!("32 bytes of hex expected: {error}")))?;
        return Ok(bytes);
    }
    let (account, format) = AccountId32::from_ss58check_with_version(text)
        .map_err(|error| Error::MalformedAddress(format!("not SS58: {error}")))?;
    if format != Ss58AddressFormat::custom(SS58_PREFIX) {
        let prefix = u16::from(format);
        return Err(Error::MalformedAddress(format!(
            "of another network: SS58 prefix {prefix}, not {SS58_PREFIX}"
        )));
    }
    Ok(account.into())
}

/// Evidence from hex.
pub fn evidence(text: &str) -> Result<Evidence, Error> {
    let malformed = |reason: String| Error::MalformedEvidence(reason);
    let digits = text.strip_prefix("0x").ok_or_else(|| malformed("hex begins with 0x".into()))?;
    // Before decoding: what cannot be evidence need not be decoded.
    if digits.len() > 2 * Evidence::MAX_LEN {
        return Err(malformed(format!("{} bytes at most", Evidence::MAX_LEN)));
    }
    let bytes = hex::decode(digits).map_err(|error| malformed(error.to_string()))?;
    Ok(Evidence::from_wire(&bytes)?)
}

/// A challenge from hex.
pub fn challenge(text: Option<&str>) -> Result<Challenge, Error> {
    let malformed = |reason: &str| Error::MalformedEvidence(format!("challenge: {reason}"));
    let text = text.ok_or_else(|| malformed("give the one that the card was asked with"))?;
    let digits = text.strip_prefix("0x").ok_or_else(|| malformed("hex begins with 0x"))?;
    let mut bytes = [0; 32];
    hex::decode_to_slice(digits, &mut bytes).map_err(|error| malformed(&error.to_string()))?;
    Ok(bytes)
}

/// The SS58 form of an account or carrier.
pub fn ss58(account: [u8; 32]) -> String {
    AccountId32::new(account).to_ss58check_with_version(Ss58AddressFormat::custom(SS58_PREFIX))
}

/// Bytes as hex.
pub fn hex_of(bytes: &[u8]) -> String {
    format!("0x{}", hex::encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_text_is_an_address_or_an_error(text in ".{0,100}") {
            let _ = address(&text);
            let _ = evidence(&text);
        }

        #[test]
        fn any_hex_is_evidence_or_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            if let Ok(read) = evidence(&hex_of(&bytes)) {
                prop_assert_eq!(read.to_vec(), bytes);
            }
        }

        #[test]
        fn addresses_are_read_as_they_are_written(account in any::<[u8; 32]>()) {
            prop_assert_eq!(address(&ss58(account)).unwrap(), account);
            prop_assert_eq!(address(&hex_of(&account)).unwrap(), account);
        }
    }

    #[test]
    fn a_currency_has_one_name() {
        assert_eq!(currency("native").unwrap(), CurrencyId::Native);
        assert_eq!(currency("asset:7").unwrap(), CurrencyId::Asset(7));
        for wrong in ["", "Native", "asset", "asset:", "asset:07", "asset:+7", "asset:-1", "asset:4294967296", "7"]
        {
            assert_eq!(currency(wrong).unwrap_err().code(), 9014, "{wrong}");
        }
    }

    #[test]
    fn fails_for_another_network() {
        let polkadot = AccountId32::new([1; 32]).to_ss58check_with_version(Ss58AddressFormat::custom(0));
        let error = address(&polkadot).unwrap_err();
        assert_eq!(error.code(), 9003);
        assert!(error.to_string().contains("SS58 prefix 0, not 42"), "{error}");
    }
}

//! What the methods are asked with.

use crate::error::Error;
use codec::{DecodeAll, Encode};
use specie_indexer::core::Position;
use specie_primitives::{attestation::Challenge, evidence::Evidence, ids::CurrencyId, wire::Wire};
use specie_rpc_types::Account;

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
    text.parse::<Account>().map(|account| account.0).map_err(|error| Error::MalformedAddress(error.to_string()))
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use specie_rpc_types::{Bytes, ErrorCode};

    proptest! {
        #[test]
        fn any_text_is_an_address_or_an_error(text in ".{0,100}") {
            let _ = address(&text);
            let _ = evidence(&text);
        }

        #[test]
        fn any_hex_is_evidence_or_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            if let Ok(read) = evidence(&Bytes(bytes.clone()).to_string()) {
                prop_assert_eq!(read.to_vec(), bytes);
            }
        }

        #[test]
        fn addresses_are_read_as_they_are_written(account in any::<[u8; 32]>()) {
            prop_assert_eq!(address(&Account(account).to_string()).unwrap(), account);
            prop_assert_eq!(address(&Bytes(account.to_vec()).to_string()).unwrap(), account);
        }
    }

    #[test]
    fn a_currency_has_one_name() {
        assert_eq!(currency("native").unwrap(), CurrencyId::Native);
        assert_eq!(currency("asset:7").unwrap(), CurrencyId::Asset(7));
        for wrong in ["", "Native", "asset", "asset:", "asset:07", "asset:+7", "asset:-1", "asset:4294967296", "7"]
        {
            assert_eq!(currency(wrong).unwrap_err().code(), ErrorCode::UnknownCurrency, "{wrong}");
        }
    }

    #[test]
    fn fails_for_another_network() {
        let error = address("15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5").unwrap_err();
        assert_eq!(error.code(), ErrorCode::MalformedAddress);
        assert!(error.to_string().contains("SS58 prefix is 0, not 42"), "{error}");
    }
}

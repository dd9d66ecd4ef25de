//! Whose signature over what, and when it is not, over what else it might be.

use super::answer::{failed, Checked};
use specie_card::signatures::{identify, CardSignature, MAX_CARD_SIGNATURE};
use specie_primitives::crypto::{sha256, PublicKey, Scheme};

/// Fails unless `bytes` are `key`'s signature over `message`, S of either size.
///
/// `mistakes` are messages that a card may have signed instead, with what it did wrong then.
pub fn expect_signature(
    what: &str,
    key: &PublicKey,
    message: &[u8],
    bytes: &[u8],
    mistakes: &[(&str, Vec<u8>)],
) -> Checked {
    let signature = expect_form(what, key.scheme(), bytes)?;
    if identify(&signature, message, key).is_some() {
        return Ok(());
    }
    let twice = ("the message is hashed twice", sha256(message).to_vec());
    let known = mistakes.iter().chain([&twice]).find(|(_, other)| identify(&signature, other, key).is_some());
    let hint = known.map_or(String::new(), |(mistake, _)| format!(": {mistake}"));
    let expected = format!(
        "{what} over <{}> by the {:?} key {}",
        hex::encode(message),
        key.scheme(),
        hex::encode(key.as_bytes())
    );
    failed(expected, format_args!("<{}>, which is not{hint}", hex::encode(bytes)))
}

/// Fails unless `bytes` are a signature in the form in which a card answers it.
pub fn expect_form(what: &str, scheme: Scheme, bytes: &[u8]) -> Checked<CardSignature> {
    let form = match scheme {
        Scheme::Ed25519 => "64 bytes",
        _ => "DER, a SEQUENCE of two positive INTEGERs in the shortest form",
    };
    match CardSignature::from_card(scheme, bytes) {
        Ok(signature) if bytes.len() <= MAX_CARD_SIGNATURE => Ok(signature),
        _ => {
            failed(format_args!("{what} as {form}"), format_args!("{} bytes <{}>", bytes.len(), hex::encode(bytes)))
        }
    }
}

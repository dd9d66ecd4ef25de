//! What a host does to a card's ECDSA answer: DER to `r ‖ s`, low S, and the recovery id by trial.

use super::{sha256, SPolicy};
use crate::wire::WireError;
use k256::ecdsa::RecoveryId;

/// `r ‖ s` of a secp256k1 signature in DER, as the card gave it: S is left as it is.
///
/// Exact DER only: the shortest form, positive integers below the curve's order, nothing after the end.
pub fn secp256k1_from_der(der: &[u8]) -> Result<[u8; 64], WireError> {
    let signature = k256::ecdsa::Signature::from_der(der).map_err(|_| WireError::BadDer)?;
    Ok(signature.to_bytes().into())
}

/// `r ‖ s` of a P-256 signature in DER, as the card gave it: S is left as it is.
///
/// Exact DER only, like [`secp256k1_from_der`].
pub fn p256_from_der(der: &[u8]) -> Result<[u8; 64], WireError> {
    let signature = p256::ecdsa::Signature::from_der(der).map_err(|_| WireError::BadDer)?;
    Ok(signature.to_bytes().into())
}

/// The recoverable, low-S form `r ‖ s ‖ recovery id` of `signature`, found by trial against `key`.
///
/// `None` when the signature over `message` is not the key's.
pub fn recovery_id(signature: &[u8; 64], message: &[u8], key: &[u8; 33]) -> Option<[u8; 65]> {
    let signature = k256::ecdsa::Signature::from_slice(signature).ok()?;
    let signature = signature.normalize_s().unwrap_or(signature);
    let key = k256::ecdsa::VerifyingKey::from_sec1_bytes(key).ok()?;
    let id = RecoveryId::trial_recovery_from_prehash(&key, &sha256(message), &signature).ok()?;
    let mut bytes = [0; 65];
    let (scalars, tail) = bytes.split_at_mut(64);
    scalars.copy_from_slice(&signature.to_bytes());
    tail.fill(id.to_byte());
    Some(bytes)
}

/// `signature` as `policy` wants it; `None` when it is out of range or refused.
pub(super) fn apply_policy_secp256k1(signature: &[u8; 65], policy: SPolicy) -> Option<[u8; 65]> {
    let (scalars, id) = (signature.get(..64)?, *signature.last()?);
    let id = RecoveryId::from_byte(id)?;
    let parsed = k256::ecdsa::Signature::from_slice(scalars).ok()?;
    let (parsed, id) = match (parsed.normalize_s(), policy) {
        (None, _) => (parsed, id),
        (Some(_), SPolicy::LowOnly) => return None,
        // The negated S belongs to the point with the other Y.
        (Some(low), SPolicy::Normalise) => (low, RecoveryId::new(!id.is_y_odd(), id.is_x_reduced())),
    };
    let mut bytes = [0; 65];
    let (scalars, tail) = bytes.split_at_mut(64);
    scalars.copy_from_slice(&parsed.to_bytes());
    tail.fill(id.to_byte());
    Some(bytes)
}

/// `signature` as `policy` wants it; `None` when it is out of range or refused.
pub(super) fn apply_policy_p256(signature: &[u8; 64], policy: SPolicy) -> Option<[u8; 64]> {
    let parsed = p256::ecdsa::Signature::from_slice(signature).ok()?;
    match (parsed.normalize_s(), policy) {
        (None, _) => Some(*signature),
        (Some(_), SPolicy::LowOnly) => None,
        (Some(low), SPolicy::Normalise) => Some(low.to_bytes().into()),
    }
}

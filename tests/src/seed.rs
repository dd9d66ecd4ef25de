//! Randomness that can be had again: everything follows from a seed, which is printed.

use specie_primitives::crypto::blake2_256;
use std::time::{SystemTime, UNIX_EPOCH};

/// A number that whoever runs a test may give in the environment; otherwise this one.
pub fn asked_for(variable: &str, otherwise: u64) -> u64 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// The seed in `SPECIE_SEED`, or another one each time.
pub fn seed() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    asked_for("SPECIE_SEED", now.as_nanos() as u64)
}

/// The random number `number` of a kind.
pub fn random(seed: u64, kind: &str, number: u64) -> u64 {
    let hash = blake2_256(&[&seed.to_le_bytes(), kind.as_bytes(), &number.to_le_bytes()].concat());
    hash.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

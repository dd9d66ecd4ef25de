//! The random numbers of a case.
//!
//! A case has one seed from the system's generator. What it needs at random afterwards, as the challenges for cards, follows from the
//! seed: who runs a case again from the journal asks the same questions. After a power cut the numbers are new, so that no
//! challenge is asked twice.

use crate::{Entry, Procedure};
use sha2::{Digest, Sha256};
use std::sync::atomic::{AtomicU64, Ordering};

/// What a number is hashed under.
const DOMAIN: &[u8] = b"specie:draw:v1";

/// A seed from the system's generator, 32 bytes.
pub fn seed() -> Result<[u8; 32], getrandom::Error> {
    let mut seed = [0; 32];
    getrandom::getrandom(&mut seed)?;
    Ok(seed)
}

/// The random numbers of a case, one after the other.
#[derive(Debug, Default)]
pub struct Draws {
    seed: [u8; 32],
    restarts: u8,
    next: AtomicU64,
}

impl Draws {
    /// Those of a case since its last power cut.
    pub const fn of<P: Procedure>(entry: &Entry<P>) -> Self {
        Self { seed: entry.seed, restarts: entry.restarts, next: AtomicU64::new(0) }
    }

    /// The next 32 bytes: SHA-256 over `specie:draw:v1`, the seed, the number of power cuts (1 byte), and the number of the draw
    /// (8 bytes, big endian).
    pub fn draw(&self) -> [u8; 32] {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let hash = Sha256::new().chain_update(DOMAIN).chain_update(self.seed);
        hash.chain_update([self.restarts]).chain_update(number.to_be_bytes()).finalize().into()
    }
}

//! What the state machine needs of its hardware.

use crate::memory::Memory;
use thiserror::Error;

/// The memory could not be written: it holds the state before or after, and nothing may be released.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the card's memory could not be written")]
pub struct StoreFailure;

/// The random number generator failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the random number generator failed")]
pub struct RandomFailure;

/// The card's memory.
pub trait Store {
    /// Makes `memory` the state that the next power-up finds, whole. A power loss on the way leaves the state before
    /// or this one, nothing between. Returns when it is safe.
    fn save(&mut self, memory: &Memory) -> Result<(), StoreFailure>;
}

/// The rest of the card's hardware.
pub trait Hardware {
    /// Fills `bytes` from the card's own true random number generator.
    fn random(&mut self, bytes: &mut [u8]) -> Result<(), RandomFailure>;

    /// Works for about one second: a card that has no clock runs a fixed number of hashes.
    fn tick(&mut self);
}

impl<H: Hardware + ?Sized> Hardware for &mut H {
    fn random(&mut self, bytes: &mut [u8]) -> Result<(), RandomFailure> {
        (**self).random(bytes)
    }

    fn tick(&mut self) {
        (**self).tick();
    }
}

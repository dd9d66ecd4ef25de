//! The card's hardware beside its memory.

use thiserror::Error;

/// The random number generator failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the random number generator failed")]
pub struct RandomFailure;

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

//! A card's random numbers and ticks, from the operating system.

use crate::platform::{Hardware, RandomFailure};
use std::time::Duration;

/// The operating system's random numbers, and sleep for work.
#[derive(Clone, Copy, Debug)]
pub struct OsHardware {
    tick: Duration,
}

impl OsHardware {
    /// A tick is a second.
    pub const fn new() -> Self {
        Self { tick: Duration::from_secs(1) }
    }

    /// A tick takes no time, for tests.
    pub const fn without_delay() -> Self {
        Self { tick: Duration::ZERO }
    }
}

impl Default for OsHardware {
    fn default() -> Self {
        Self::new()
    }
}

impl Hardware for OsHardware {
    fn random(&mut self, bytes: &mut [u8]) -> Result<(), RandomFailure> {
        getrandom::getrandom(bytes).map_err(|_| RandomFailure)
    }

    fn tick(&mut self) {
        std::thread::sleep(self.tick);
    }
}

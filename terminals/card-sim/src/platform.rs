//! What the state machine needs of its hardware.

pub use crate::hardware::{Hardware, RandomFailure};
use crate::memory::Memory;
use thiserror::Error;

/// The memory could not be written: it holds the state before or after, and nothing may be released.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the card's memory could not be written")]
pub struct StoreFailure;

/// The card's memory.
pub trait Store {
    /// Makes `memory` the state that the next power-up finds, whole. A power loss on the way leaves the state before
    /// or this one, nothing between. Returns when it is safe.
    fn save(&mut self, memory: &Memory) -> Result<(), StoreFailure>;
}

//! A card in software: the state machine on a file or on memory, for development, tests and simulations.
//!
//! Its keys lie in its file in the clear. It is not for money that matters.

mod card;
mod hardware;
mod medium;
mod misbehaviour;
mod store;

pub use card::{SoftwareCard, SoftwareError};
pub use hardware::OsHardware;
pub use medium::{FileMedium, Medium, MemoryMedium};
pub use misbehaviour::{Misbehaviour, Snapshot};
pub use store::{ImageError, SlotStore, IMAGE_LEN, SLOT_LEN};

//! Why a device did not do what it was told.

use thiserror::Error;

/// Why a device did not do what it was told.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DeviceError {
    /// There is nothing to take; nothing has changed.
    #[error("there is nothing to take")]
    Nothing,
    /// A mechanism is stuck; what was to be moved is where it was.
    #[error("a mechanism is stuck")]
    Jam,
    /// Nobody did what was waited for; nothing has changed.
    #[error("nobody did it in time")]
    TimedOut,
    /// The device does not answer, or says that it does not know: anything may have happened.
    #[error("the device does not know: {0}")]
    Unknown(String),
}

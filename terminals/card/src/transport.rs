//! The link to a card.

use alloc::{boxed::Box, string::String, vec::Vec};
use thiserror::Error;

/// Why an exchange did not happen. Says nothing about the card: it may have received the command or not.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TransportError {
    /// The card or its reader is gone.
    #[error("the card is gone: {0}")]
    Disconnected(String),
    /// No answer in time.
    #[error("the card did not answer in time")]
    Timeout,
    /// The answer did not arrive whole.
    #[error("the answer arrived damaged: {0}")]
    Garbled(String),
}

/// Something that carries APDUs to one card.
pub trait Transport {
    /// Sends a command and returns the response, status word included.
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError>;
}

impl<T: Transport + ?Sized> Transport for &mut T {
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        (**self).transmit(command)
    }
}

impl<T: Transport + ?Sized> Transport for Box<T> {
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        (**self).transmit(command)
    }
}

//! What a card answered, and what a check gives.

use core::fmt;
use specie_card::{apdu::Status, transport::TransportError};

/// Why a check did not pass.
#[derive(Clone, Debug)]
pub enum Stop {
    /// The card does something else than the protocol demands.
    Failed {
        /// The demand.
        expected: String,
        /// What came.
        got: String,
    },
    /// It cannot be tried.
    Skipped(String),
    /// The link failed.
    Broken(TransportError),
}

/// What a check gives.
pub type Checked<T = ()> = Result<T, Stop>;

pub fn failed<T>(expected: impl fmt::Display, got: impl fmt::Display) -> Checked<T> {
    Err(Stop::Failed { expected: expected.to_string(), got: got.to_string() })
}

pub fn skipped<T>(why: impl fmt::Display) -> Checked<T> {
    Err(Stop::Skipped(why.to_string()))
}

/// Fails unless what came is what is demanded.
pub fn same<T: PartialEq + fmt::Display>(what: &str, expected: T, got: T) -> Checked {
    if expected == got {
        Ok(())
    } else {
        failed(format_args!("{what} {expected}"), got)
    }
}

/// What a card answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub data: Vec<u8>,
    pub word: u16,
}

impl Answer {
    /// The data, when the word is 9000.
    pub fn done(self) -> Checked<Vec<u8>> {
        if self.word == Status::Success.word() {
            Ok(self.data)
        } else {
            failed("9000 (done)", self)
        }
    }

    /// Nothing but 9000.
    pub fn empty(self) -> Checked {
        self.is(Status::Success)
    }

    /// Nothing but this status.
    pub fn is(self, status: Status) -> Checked {
        if self.data.is_empty() && self.word == status.word() {
            Ok(())
        } else {
            failed(format_args!("{} and no data", describe(status.word())), self)
        }
    }

    /// Some refusal: neither data nor 9000, nor the promise of data with GET RESPONSE.
    pub fn is_refusal(&self) -> bool {
        self.data.is_empty() && self.word != Status::Success.word() && self.word >> 8 != 0x61
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&describe(self.word))?;
        match self.data.len() {
            0 => Ok(()),
            len => write!(f, " with {len} bytes {}", hex::encode(&self.data)),
        }
    }
}

/// A status word with its meaning in this protocol.
pub fn describe(word: u16) -> String {
    match Status::from_word(word) {
        Status::Other(word) => format!("{word:04X} (no word of this protocol)"),
        status => format!("{word:04X} ({status})"),
    }
}

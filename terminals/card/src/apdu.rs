//! Commands, responses and status words of ISO 7816-4, in the short form.
//!
//! A short command holds at most 255 bytes of data and a short response at most 256. Everything in this protocol
//! fits, so extended length is refused: a card does not have to support it.

use alloc::{vec, vec::Vec};
use thiserror::Error;

/// The longest data field of a command in bytes.
pub const MAX_COMMAND_DATA: usize = 255;

/// The longest data field of a response in bytes.
pub const MAX_RESPONSE_DATA: usize = 256;

/// Why bytes are not an APDU, or cannot become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ApduError {
    /// Less than a header, or less than a status word.
    #[error("{len} bytes are less than {needed}, the least an APDU has")]
    TooShort {
        /// The length in bytes.
        len: usize,
        /// The least.
        needed: usize,
    },
    /// The length fields contradict the length of the bytes.
    #[error("the length fields do not fit the {len} bytes there are")]
    LengthMismatch {
        /// The length in bytes.
        len: usize,
    },
    /// Extended length.
    #[error("extended length is not supported")]
    Extended,
    /// More data than a short APDU holds.
    #[error("{len} bytes of data are more than a short APDU holds")]
    TooLong {
        /// The length in bytes.
        len: usize,
    },
}

/// A command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Command<'a> {
    /// Class.
    pub cla: u8,
    /// Instruction.
    pub ins: u8,
    /// First parameter.
    pub p1: u8,
    /// Second parameter.
    pub p2: u8,
    /// Data, up to [`MAX_COMMAND_DATA`] bytes.
    pub data: &'a [u8],
    /// How many bytes the host expects at most, 1 to 256; `None` when it expects none.
    pub le: Option<u16>,
}

impl<'a> Command<'a> {
    /// Reads exactly one command.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, ApduError> {
        let len = bytes.len();
        let [cla, ins, p1, p2, body @ ..] = bytes else { return Err(ApduError::TooShort { len, needed: 4 }) };
        let (data, le): (&[u8], _) = match body {
            [] => (&[], None),
            [le] => (&[], Some(*le)),
            [0, ..] => return Err(ApduError::Extended),
            [lc, rest @ ..] => {
                let lc = usize::from(*lc);
                match rest.split_at_checked(lc) {
                    Some((data, [])) => (data, None),
                    Some((data, [le])) => (data, Some(*le)),
                    _ => return Err(ApduError::LengthMismatch { len }),
                }
            }
        };
        let le = le.map(|le| if le == 0 { 256 } else { u16::from(le) });
        Ok(Self { cla: *cla, ins: *ins, p1: *p1, p2: *p2, data, le })
    }

    /// Writes the command. A `le` outside 1 to 256 is sent as 256.
    pub fn to_bytes(&self) -> Result<Vec<u8>, ApduError> {
        let mut bytes = vec![self.cla, self.ins, self.p1, self.p2];
        if !self.data.is_empty() {
            bytes.push(u8::try_from(self.data.len()).map_err(|_| ApduError::TooLong { len: self.data.len() })?);
            bytes.extend_from_slice(self.data);
        }
        if let Some(le) = self.le {
            bytes.push(u8::try_from(le).unwrap_or(0));
        }
        Ok(bytes)
    }
}

/// A response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Response<'a> {
    /// Data, up to [`MAX_RESPONSE_DATA`] bytes.
    pub data: &'a [u8],
    /// How it went.
    pub status: Status,
}

impl<'a> Response<'a> {
    /// Reads exactly one response.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, ApduError> {
        let Some((data, status)) = bytes.split_last_chunk::<2>() else {
            return Err(ApduError::TooShort { len: bytes.len(), needed: 2 });
        };
        if data.len() > MAX_RESPONSE_DATA {
            return Err(ApduError::TooLong { len: data.len() });
        }
        Ok(Self { data, status: Status::from_word(u16::from_be_bytes(*status)) })
    }

    /// Writes the response.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.data.to_vec();
        bytes.extend_from_slice(&self.status.word().to_be_bytes());
        bytes
    }
}

/// A status word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Status {
    /// 9000: done.
    #[error("done")]
    Success,
    /// 63Cx: wrong code; this many tries are left before the next delay.
    #[error("wrong code, {tries_left} tries left before a delay")]
    WrongCode {
        /// 0 to 15.
        tries_left: u8,
    },
    /// 6581: the memory could not be written; nothing was released.
    #[error("memory failure")]
    MemoryFailure,
    /// 6700: a length is wrong, or it is not a short APDU.
    #[error("wrong length")]
    WrongLength,
    /// 6982: the code was not shown, or the issuer's signature is not valid.
    #[error("security status not satisfied")]
    SecurityStatusNotSatisfied,
    /// 6983: a delay is outstanding.
    #[error("blocked until the delay is over")]
    AuthenticationBlocked,
    /// 6984: the order's sequence is not the card's own plus one.
    #[error("sequence does not follow the card's")]
    ReferenceDataNotUsable,
    /// 6985: the card's state does not allow it.
    #[error("the card's state does not allow it")]
    ConditionsNotSatisfied,
    /// 6987: a code or an order came in clear, and this card wants it inside a channel.
    #[error("codes and orders are to come inside a channel")]
    ChannelNeeded,
    /// 6988: what came inside the channel is none of it; the channel is closed.
    #[error("not a message of the channel")]
    NotOfChannel,
    /// 6A80: the data are malformed.
    #[error("wrong data")]
    WrongData,
    /// 6A82: there is no such application.
    #[error("application not found")]
    NotFound,
    /// 6A86: wrong P1 or P2.
    #[error("wrong P1 or P2")]
    WrongParameters,
    /// 6A88: the order is for another carrier, or the address is another one's.
    #[error("this card does not hold that carrier's key")]
    ReferenceNotFound,
    /// 6D00: there is no such instruction. The answer to every attempt to read a key.
    #[error("no such instruction")]
    InstructionNotSupported,
    /// 6E00: there is no such class.
    #[error("no such class")]
    ClassNotSupported,
    /// 6F00: the random number generator or the cryptography failed.
    #[error("hardware failure")]
    HardwareFailure,
    /// A word that this protocol does not use.
    #[error("status word {0:04X}")]
    Other(u16),
}

impl Status {
    /// The status with this word.
    pub const fn from_word(word: u16) -> Self {
        match word {
            0x9000 => Self::Success,
            0x63C0..=0x63CF => Self::WrongCode { tries_left: word.to_be_bytes()[1] & 0x0F },
            0x6581 => Self::MemoryFailure,
            0x6700 => Self::WrongLength,
            0x6982 => Self::SecurityStatusNotSatisfied,
            0x6983 => Self::AuthenticationBlocked,
            0x6984 => Self::ReferenceDataNotUsable,
            0x6985 => Self::ConditionsNotSatisfied,
            0x6987 => Self::ChannelNeeded,
            0x6988 => Self::NotOfChannel,
            0x6A80 => Self::WrongData,
            0x6A82 => Self::NotFound,
            0x6A86 => Self::WrongParameters,
            0x6A88 => Self::ReferenceNotFound,
            0x6D00 => Self::InstructionNotSupported,
            0x6E00 => Self::ClassNotSupported,
            0x6F00 => Self::HardwareFailure,
            word => Self::Other(word),
        }
    }

    /// The word. Tries above 15 are sent as 15.
    pub const fn word(self) -> u16 {
        match self {
            Self::Success => 0x9000,
            Self::WrongCode { tries_left: tries @ 0..=15 } => u16::from_be_bytes([0x63, 0xC0 | tries]),
            Self::WrongCode { .. } => 0x63CF,
            Self::MemoryFailure => 0x6581,
            Self::WrongLength => 0x6700,
            Self::SecurityStatusNotSatisfied => 0x6982,
            Self::AuthenticationBlocked => 0x6983,
            Self::ReferenceDataNotUsable => 0x6984,
            Self::ConditionsNotSatisfied => 0x6985,
            Self::ChannelNeeded => 0x6987,
            Self::NotOfChannel => 0x6988,
            Self::WrongData => 0x6A80,
            Self::NotFound => 0x6A82,
            Self::WrongParameters => 0x6A86,
            Self::ReferenceNotFound => 0x6A88,
            Self::InstructionNotSupported => 0x6D00,
            Self::ClassNotSupported => 0x6E00,
            Self::HardwareFailure => 0x6F00,
            Self::Other(word) => word,
        }
    }
}

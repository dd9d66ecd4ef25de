//! Why the host has no answer.

use crate::{
    apdu::{ApduError, Status},
    channel::ChannelError,
    protocol::VERSION,
    transport::TransportError,
};
use alloc::string::String;
use specie_primitives::wire::WireError;
use thiserror::Error;

/// Why the host has no answer.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum HostError {
    /// The link failed. The card may have executed the command.
    #[error("{command}: {source}")]
    Transport {
        /// The command.
        command: &'static str,
        /// What happened.
        #[source]
        source: TransportError,
    },
    /// The answer is none of this protocol: a reader has made it, or another program's application on the card. A fault of the link.
    #[error(
        "{command}: {answer} is no carrier's answer: the reader may have made it, or another program uses the card"
    )]
    Foreign {
        /// The command.
        command: &'static str,
        /// What came.
        answer: String,
    },
    /// There is a card, and it has no Specie application.
    #[error("not a carrier: the card does not have the application")]
    NotACarrier,
    /// The card speaks another version of the protocol.
    #[error("the card speaks version {0} of the protocol, this host version {VERSION}")]
    OtherVersion(u8),
    /// The answer is not in the protocol's form: a fault of the card or the link, and no sign of a fake.
    #[error("{command}: malformed answer: {fault}")]
    Malformed {
        /// The command.
        command: &'static str,
        /// What is wrong.
        #[source]
        fault: AnswerFault,
    },
    /// The card refused.
    #[error("{command}: the card refused: {status} ({word:04X})", word = status.word())]
    Refused {
        /// The command.
        command: &'static str,
        /// Its status word.
        #[source]
        status: Status,
    },
    /// The code is wrong.
    #[error("{command}: wrong code, {tries_left} tries left before a delay")]
    WrongCode {
        /// The command.
        command: &'static str,
        /// How many wrong codes until the next delay begins; 0: it has begun.
        tries_left: u8,
    },
    /// A delay after wrong codes is not worked off yet; [`Host::wait`](super::Host::wait).
    #[error("{command}: blocked until the delay after wrong codes is worked off")]
    Delayed {
        /// The command.
        command: &'static str,
    },
    /// The code would go over the air in clear: make a channel first, [`Host::open_channel`](super::Host::open_channel).
    #[error("a code goes inside a channel alone, unless the card lies in a reader with contacts")]
    ChannelNeeded,
    /// There is no channel, or what came is none of it.
    #[error("{command}: {source}")]
    Channel {
        /// The command.
        command: &'static str,
        /// What is wrong.
        #[source]
        source: ChannelError,
    },
    /// What the device key signed are not the rounds that the host has timed: somebody in between answered them, or the exchange was
    /// disturbed. Says nothing about the card; ask it without a timed exchange.
    #[error("{command}: the card has signed other rounds than were answered here")]
    OtherRounds {
        /// The command.
        command: &'static str,
    },
    /// The card is blank, and the question is for a currency key.
    #[error("the card is blank")]
    Blank,
    /// The order names another carrier than the card in the reader, or the card keeps to another address than its key's.
    #[error("the order is for another carrier than this card, or the card keeps to another address")]
    OtherCarrier,
    /// The signature is well formed, and the currency key did not make it over this message.
    #[error("{command}: the signature is not the card's over this message")]
    WrongSignature {
        /// The command.
        command: &'static str,
    },
}

impl HostError {
    /// Whether the card may have done what it was told all the same: it has not said that it refuses, or it failed after it had
    /// written. An order is then asked for with [`last_order`](super::Host::last_order), and not signed anew.
    pub const fn leaves_open(&self) -> bool {
        match self {
            Self::Refused { status, .. } => matches!(status, Status::MemoryFailure | Status::HardwareFailure),
            Self::Transport { .. }
            | Self::Foreign { .. }
            | Self::Malformed { .. }
            | Self::WrongSignature { .. }
            | Self::Channel { .. } => true,
            Self::NotACarrier
            | Self::OtherVersion(_)
            | Self::WrongCode { .. }
            | Self::Delayed { .. }
            | Self::ChannelNeeded
            | Self::OtherRounds { .. }
            | Self::Blank
            | Self::OtherCarrier => false,
        }
    }
}

/// What is wrong with an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum AnswerFault {
    /// It is not a response APDU.
    #[error(transparent)]
    Apdu(#[from] ApduError),
    /// Its data are not in the format.
    #[error("{0}")]
    Format(#[from] WireError),
    /// Its length is not the one that follows from the rest.
    #[error("{got} bytes instead of {expected}")]
    Length {
        /// What was expected.
        expected: usize,
        /// What came.
        got: usize,
    },
    /// It contradicts what was asked.
    #[error("it contradicts the question: {0}")]
    Contradiction(&'static str),
}

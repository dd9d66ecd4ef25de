//! Why a command was not done, and what to do next.
//!
//! A fault of a card, a link or a node is told as what it is, and never as a verdict on a card.

use crate::{
    answer::{Answer, BAD, NOT_KNOWN},
    refusals,
};
use serde_json::{json, Value};
use specie_card::host::HostError;
use specie_card_sim::software::SoftwareError;
use specie_console::causes::in_one_line;
use specie_link::{
    account::KeyError,
    amount::AmountError,
    signer::{keystore::KeystoreError, SignerError},
    ClientError,
};
use specie_reader::{
    choice::{ChoiceError, FindError},
    pcsc::ReaderError,
};
use std::io;
use thiserror::Error;

/// Why a command was not done.
#[derive(Debug, Error)]
pub enum Error {
    /// The nodes: none answers, or one refuses, or the call failed on chain.
    #[error(transparent)]
    Chain(#[from] ClientError),
    /// The card, or the link to it.
    #[error(transparent)]
    Card(#[from] HostError),
    /// The card's file.
    #[error(transparent)]
    CardFile(#[from] SoftwareError),
    /// The reader.
    #[error(transparent)]
    Reader(#[from] ReaderError),
    /// No reader is called so, or several are.
    #[error(transparent)]
    ReaderName(#[from] ChoiceError),
    /// Whoever signs.
    #[error(transparent)]
    Signer(#[from] SignerError),
    /// The key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The command needs a key and has none.
    #[error("this command signs, and has no key")]
    NoKey,
    /// The chain has no sudo key, and nobody said how many members are to agree.
    #[error("the issuer of this chain is its council, and nobody said how many of its members are to agree")]
    NoThreshold,
    /// Nobody has agreed to something that cannot be undone.
    #[error("{0}: nobody has agreed to it")]
    NotConfirmed(String),
    /// There is no such thing on chain.
    #[error("{0}")]
    NotFound(String),
    /// The command line contradicts itself or the card.
    #[error("{0}")]
    Usage(String),
    /// What the card's verdict says forbids it.
    #[error("{0}")]
    Forbidden(String),
    /// The nodes cannot know now.
    #[error("{0}")]
    Unknown(String),
    /// An order was signed, and then something went wrong.
    #[error("{source}; the order is signed, and can be sent again")]
    OrderSigned {
        /// The order with its signature.
        order: String,
        /// What went wrong.
        #[source]
        source: Box<Error>,
    },
    /// Nothing was to be signed: what would have been.
    #[error("nothing was signed")]
    Prepared(Box<Answer>),
    /// A signal asked it to end: Ctrl-C, `kill`, a closed terminal.
    #[error("interrupted")]
    Interrupted,
    /// A file or a terminal.
    #[error("{0}")]
    Io(#[from] io::Error),
}

impl From<FindError> for Error {
    fn from(error: FindError) -> Self {
        match error {
            FindError::Service(error) => error.into(),
            FindError::Choice(error) => error.into(),
        }
    }
}

impl From<AmountError> for Error {
    fn from(error: AmountError) -> Self {
        match error {
            AmountError::UnknownCurrency(_) => Self::Unknown(error.to_string()),
            error => Self::Usage(error.to_string()),
        }
    }
}

impl Error {
    /// For programs: stable.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Chain(error) => match error {
                ClientError::Unreachable(_) => "unreachable",
                ClientError::Refused(_) => "refused",
                ClientError::Failed(_) => "failedOnChain",
                ClientError::Expired => "expired",
                ClientError::Superseded => "superseded",
                ClientError::WrongSignature(_) => "wrongSignature",
                ClientError::Signer(_) => "key",
                ClientError::NotKnown => "notKnown",
                ClientError::Unexpected(_) | ClientError::Metadata(_) => "unexpectedAnswer",
            },
            Self::Card(_) | Self::CardFile(_) => "card",
            Self::Reader(_) | Self::ReaderName(_) => "reader",
            Self::Key(_) | Self::Signer(_) | Self::NoKey => "key",
            Self::NoThreshold | Self::Usage(_) => "usage",
            Self::NotConfirmed(_) => "notConfirmed",
            Self::NotFound(_) => "notFound",
            Self::Forbidden(_) => "forbidden",
            Self::Unknown(_) => "unknown",
            Self::OrderSigned { source, .. } => source.kind(),
            Self::Prepared(_) => "prepared",
            Self::Interrupted => "interrupted",
            Self::Io(_) => "io",
        }
    }

    /// The exit code.
    pub fn exit(&self) -> u8 {
        match self {
            Self::Usage(_) | Self::NoKey | Self::NoThreshold => super::USAGE,
            Self::Forbidden(_) => BAD,
            Self::Unknown(_) | Self::Chain(ClientError::NotKnown) => NOT_KNOWN,
            // It may be executed yet.
            Self::OrderSigned { source, .. } => match **source {
                Self::Chain(ClientError::Refused(_)) => 1,
                _ => NOT_KNOWN,
            },
            _ => 1,
        }
    }

    /// What happened, with its causes, each said once.
    pub fn text(&self) -> String {
        in_one_line(self)
    }

    /// What to do next.
    pub fn advice(&self) -> Option<String> {
        let advice = match self {
            Self::Chain(error) => return of_chain(error),
            Self::Card(error) => of_card(error),
            Self::CardFile(_) => "Software cards are made by `specie-card factory card`; a file is one card.",
            Self::Reader(ReaderError::NoService) => "Software cards (--card FILE) need no reader.",
            Self::Reader(_) | Self::ReaderName(_) => "`specie card list` shows the readers and what is in them.",
            Self::Key(KeyError::Readable(_)) | Self::Signer(SignerError::Account(KeyError::Readable(_))) => "Whoever may read the file may have the key: consider a new one.",
            Self::Signer(SignerError::Token(_)) => "Is the token there, and is the PIN the user's?",
            Self::Signer(SignerError::Keystore(KeystoreError::NotOne(_))) => "`specie key seal FILE` makes a keystore.",
            // They say themselves what is wrong.
            Self::Signer(SignerError::Keystore(_) | SignerError::Account(KeyError::File { .. }))
            | Self::Key(KeyError::File { .. }) => return None,
            Self::Key(_) | Self::Signer(_) => "A key file holds a secret phrase on its first line.",
            Self::NoKey => "Give --key FILE (or, for development, --secret '//Alice').",
            Self::NoThreshold => {
                "Give --threshold N: two thirds of the members are the issuer. The others then vote with `specie motion vote`."
            }
            Self::NotConfirmed(_) => "Say --yes if it is meant.",
            Self::Forbidden(_) => "--force does it nevertheless.",
            Self::Unknown(_) => "Ask again, or another node (--node): this says nothing about the card.",
            Self::OrderSigned { order, .. } => {
                return Some(format!(
                    "It is executed once at most, however often it is sent (with --pay and a key where a pool goes on refusing \
                     it):\n  specie order send {order}"
                ));
            }
            Self::NotFound(_) | Self::Usage(_) | Self::Prepared(_) | Self::Interrupted | Self::Io(_) => return None,
        };
        Some(advice.into())
    }

    /// For programs.
    pub fn json(&self) -> Value {
        let mut error = json!({ "kind": self.kind(), "message": self.text() });
        if let Some(advice) = self.advice() {
            error["advice"] = advice.into();
        }
        if let Self::Chain(ClientError::Refused(refusal)) = self.root() {
            error["code"] = refusal.code.number().into();
            error["data"] = refusal.data.clone().into();
        }
        if let Self::OrderSigned { order, .. } = self {
            error["order"] = order.clone().into();
        }
        json!({ "error": error })
    }

    fn root(&self) -> &Self {
        match self {
            Self::OrderSigned { source, .. } => source.root(),
            other => other,
        }
    }
}

fn of_chain(error: &ClientError) -> Option<String> {
    let advice = match error {
        ClientError::Unreachable(_) => {
            "Is the node running, and of this chain? --node and SPECIE_NODES name the nodes."
        }
        ClientError::Refused(refusal) => return refusals::of_pool(refusal).map(Into::into),
        ClientError::Failed(name) => return refusals::of_chain(name).map(Into::into),
        ClientError::Signer(_) => "Nothing was sent: the key did not sign.",
        ClientError::Expired => "Nothing was done, and nothing will be: do it again.",
        ClientError::Superseded => "Nothing was done by it, and nothing will be: prepare it again.",
        ClientError::WrongSignature(_) => "Is it the signature of this very file? Nothing was sent.",
        ClientError::NotKnown => "It may be done yet: look before you do it again.",
        ClientError::Unexpected(_) | ClientError::Metadata(_) => "Node and command may be of different versions.",
    };
    Some(advice.into())
}

fn of_card(error: &HostError) -> &'static str {
    match error {
        HostError::Transport { .. } | HostError::Foreign { .. } => {
            "The link failed, which says nothing about the card: put it in again, and ask again."
        }
        HostError::NotACarrier => "It is some other card, or has another application.",
        HostError::OtherVersion(_) => "Card and command are of different versions.",
        HostError::Malformed { .. } | HostError::WrongSignature { .. } => {
            "A fault of the card or the link, and no verdict: try it again; `specie card conformance` looks closer."
        }
        HostError::ChannelNeeded | HostError::Channel { .. } => {
            "The code has not been shown to the card. Put it in again; if it happens again, somebody may stand in between."
        }
        HostError::OtherRounds { .. } => {
            "The answers came from somewhere else than the signature: the card may not be where it seems to be. It is no fake for it."
        }
        HostError::WrongCode { .. } => "The code is printed on the card, or is its holder's PIN.",
        HostError::Delayed { .. } => "The card has to work off the delay under power first.",
        HostError::Blank => "It has no currency key, and so no address: a machine initialises it.",
        HostError::Refused { .. } | HostError::OtherCarrier => {
            "`specie card info` shows what the card says of itself."
        }
    }
}

//! The command line for readers and cards.

use crate::{complete, parse};
use clap::{
    builder::{PossibleValuesParser, TypedValueParser},
    Args, Subcommand, ValueEnum,
};
use specie_card::code::Code;
use specie_conformance::Effect;
use specie_primitives::{
    crypto::{Scheme, Signature},
    records::BatchKey,
};
use std::path::PathBuf;

/// Readers, and what is in them.
#[derive(Subcommand)]
pub enum CardCommand {
    /// List the readers, and what is in each
    List,
    /// Show what a card says of itself; no node is asked
    Info(CardPlace),
    /// Have a card prove that it holds its currency key, and take the time of its answers
    Prove(CardPlace),
    /// Show the last order that a card has signed, to be sent again
    LastOrder(CardPlace),
    /// Show the payments that a card remembers
    History(CardPlace),
    /// Show a card its code, and how many tries are left
    VerifyCode(Coded),
    /// Choose another PIN
    ChangeCode(ChangeCode),
    /// Work off the delay after wrong codes: the card has to stay where it is
    Wait(CardPlace),
    /// Have a card sign no orders until it is unlocked
    Lock(CardPlace),
    /// Have a locked card sign orders again
    Unlock(Coded),
    /// Destroy a card's currency key, with the issuer's permission: whatever is at its address is out of reach then
    Reset(Reset),
    /// Examine whether a card keeps the protocol, byte by byte
    Conformance(Box<Conformance>),
}

/// Where the card is.
#[derive(Args)]
#[group(skip)]
pub struct CardPlace {
    /// The card in this reader: its number in `specie card list`, or a part of its name
    #[arg(long, value_name = "N", add = complete::readers(), required_unless_present = "card", conflicts_with = "card")]
    pub reader: Option<String>,
    /// The software card in this file
    #[arg(long, value_name = "FILE")]
    pub card: Option<PathBuf>,
}

/// A card, and its code.
#[derive(Args)]
#[group(skip)]
pub struct Coded {
    #[command(flatten)]
    pub place: CardPlace,
    /// The card's code; asked for, unseen, when it is left out
    #[arg(long, value_name = "DIGITS", value_parser = parse::code)]
    pub code: Option<Code>,
    #[command(flatten)]
    pub trust: Trust,
}

/// What is known of a card before a code is shown to it.
#[derive(Args)]
#[group(skip)]
pub struct Trust {
    /// Show the code to a card that no node has been asked about: who has made it may keep the code
    #[arg(long)]
    pub unexamined: bool,
}

/// A card, its PIN, and another one.
#[derive(Args)]
#[group(skip)]
pub struct ChangeCode {
    #[command(flatten)]
    pub place: CardPlace,
    /// The present PIN; asked for, unseen, when it is left out
    #[arg(long, value_name = "DIGITS", value_parser = parse::code)]
    pub old: Option<Code>,
    /// The new PIN, 4 to 12 digits; asked for twice, unseen, when it is left out
    #[arg(long, value_name = "DIGITS", value_parser = parse::code)]
    pub new: Option<Code>,
    #[command(flatten)]
    pub trust: Trust,
}

/// A card, and the issuer's word that it may be reset.
#[derive(Args)]
#[group(skip)]
pub struct Reset {
    #[command(flatten)]
    pub place: CardPlace,
    /// The issuer's signature for this card and generation: scheme and signature
    #[arg(long, value_name = "HEX", value_parser = parse::signature, required_unless_present = "issuer")]
    pub permission: Option<Signature>,
    /// The file with the issuer's key, as `specie-card factory issuer` makes it
    #[arg(long, value_name = "FILE", conflicts_with = "permission")]
    pub issuer: Option<PathBuf>,
}

/// An examination.
#[derive(Args)]
#[group(skip)]
pub struct Conformance {
    /// The card in this reader: its number in `specie card list`, or a part of its name
    #[arg(long, value_name = "N", add = complete::readers(), required_unless_present = "card", conflicts_with = "card")]
    pub reader: Option<String>,
    /// The software card in this file
    #[arg(long, value_name = "FILE")]
    pub card: Option<PathBuf>,
    /// The most that may be done to the card
    #[arg(long, value_enum, default_value_t = Reach::Harmless)]
    pub reach: Reach,
    /// The card's code; without it, what needs one is skipped
    #[arg(long, value_name = "DIGITS", value_parser = parse::code)]
    pub code: Option<Code>,
    /// The key of the card's batch; without it, and without --batch, the certificate's signature is not checked
    #[arg(long, value_name = "HEX", value_parser = parse::batch_key, conflicts_with = "batch")]
    pub batch_key: Option<BatchKey>,
    /// The card's batch: its key is asked of a node
    #[arg(long, value_name = "ID")]
    pub batch: Option<u64>,
    /// The file with the issuer's key, as `specie-card factory issuer` makes it, for RESET
    #[arg(long, value_name = "FILE")]
    pub issuer: Option<PathBuf>,
    /// The schemes to make currency keys of, with commas between; all when left out
    #[arg(long, value_parser = scheme(), value_delimiter = ',')]
    pub schemes: Vec<Scheme>,
    /// What the challenges follow from, 32 bytes: the same asks the same card the same; random when left out
    #[arg(long, value_name = "HEX", value_parser = parse::hash)]
    pub seed: Option<[u8; 32]>,
    /// A new file for every APDU, and the digits of the code with them
    #[arg(long, value_name = "FILE")]
    pub trace: Option<PathBuf>,
}

/// How far an examination may go.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Reach {
    /// Nothing lasts
    Harmless,
    /// The lock, the PIN or the count of wrong codes changes and is put back
    Restored,
    /// A blank card gets a currency key
    Initialises,
    /// Orders are signed, for no chain
    SignsOrders,
    /// The currency key is destroyed, and with it the money at its address
    Resets,
}

impl From<Reach> for Effect {
    fn from(reach: Reach) -> Self {
        match reach {
            Reach::Harmless => Self::Harmless,
            Reach::Restored => Self::Restored,
            Reach::Initialises => Self::Initialises,
            Reach::SignsOrders => Self::SignsOrders,
            Reach::Resets => Self::Resets,
        }
    }
}

/// A scheme by its name.
pub(super) fn scheme() -> impl TypedValueParser<Value = Scheme> {
    PossibleValuesParser::new(Scheme::ALL.map(Scheme::name)).try_map(|name| name.parse::<Scheme>())
}

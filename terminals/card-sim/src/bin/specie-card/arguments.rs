//! The command line.

use clap::{
    builder::{PossibleValuesParser, TypedValueParser},
    Args, Parser, Subcommand, ValueEnum,
};
use specie_card::code::Code;
use specie_primitives::{
    crypto::{PublicKey, Scheme},
    order::{Purpose, EVERYTHING},
    wire::Wire,
};
use std::path::PathBuf;

/// Makes batches and software cards, and drives a software card. For development and tests: the keys lie in the
/// files in the clear.
#[derive(Debug, Parser)]
#[command(name = "specie-card", version)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make keys, batches and cards.
    #[command(subcommand)]
    Factory(Factory),
    /// Say what a card is.
    Info {
        /// The card's file.
        card: PathBuf,
    },
    /// Show a card's certificate.
    Certificate {
        /// The card's file.
        card: PathBuf,
    },
    /// Have a blank card make its currency key.
    Initialise {
        /// The card's file.
        card: PathBuf,
        /// For whom and on which terms.
        #[command(flatten)]
        told: Told,
        /// The scheme of the currency key.
        #[arg(long, value_parser = scheme(), default_value_t = Scheme::Secp256k1)]
        scheme: Scheme,
    },
    /// Have a card attest its state.
    Attest(AskedSince),
    /// Read a card's certificate and attestation: the evidence that a verdict is asked with.
    Evidence(AskedSince),
    /// Have a card prove that it holds its currency key.
    Prove(Challenged),
    /// Have a card sign an order; the sequence is the card's own plus one.
    SignOrder(Box<SignOrder>),
    /// Change a card's PIN.
    ChangeCode {
        /// The card's file.
        card: PathBuf,
        /// The PIN that it has.
        #[arg(long, value_parser = code)]
        old: Code,
        /// The PIN that it gets.
        #[arg(long, value_parser = code)]
        new: Code,
    },
    /// Work off the delay after wrong codes: about a second for each tick.
    Wait {
        /// The card's file.
        card: PathBuf,
    },
    /// Make a card refuse orders.
    Lock {
        /// The card's file.
        card: PathBuf,
    },
    /// Make a card sign orders again.
    Unlock {
        /// The card's file.
        card: PathBuf,
        /// Its code, when it has one.
        #[arg(long, value_parser = code)]
        code: Option<Code>,
    },
    /// Destroy a card's currency key.
    Reset {
        /// The card's file.
        card: PathBuf,
        /// The issuer's key file.
        #[arg(long)]
        issuer: PathBuf,
    },
    /// Send APDUs as they are, after the application was selected, in one session.
    Apdu {
        /// The card's file.
        card: PathBuf,
        /// Commands in hex.
        #[arg(required = true, value_parser = hex_bytes)]
        commands: Vec<Bytes>,
    },
}

#[derive(Debug, Subcommand)]
pub enum Factory {
    /// Make the key whose signature resets cards.
    Issuer {
        /// Its scheme.
        #[arg(long, value_parser = scheme(), default_value_t = Scheme::Secp256k1)]
        scheme: Scheme,
        /// The new file.
        #[arg(long)]
        out: PathBuf,
    },
    /// Make a batch.
    Batch {
        /// Its id on chain: the manufacturer's number times 2³², and a lot number below that.
        #[arg(long)]
        id: u64,
        /// The format of its certificates.
        #[arg(long, value_enum, default_value_t = Format::Native)]
        format: Format,
        /// The scheme of its key; only secp256k1 for the formats of other makers.
        #[arg(long, value_parser = scheme(), default_value_t = Scheme::Secp256k1)]
        scheme: Scheme,
        /// The new file.
        #[arg(long)]
        out: PathBuf,
    },
    /// Prove that a manufacturer has a batch's key: what adding the batch to the chain needs.
    Prove {
        /// The batch's file.
        #[arg(long)]
        batch: PathBuf,
        /// The genesis hash of the chain, 32 bytes of hex.
        #[arg(long, value_parser = hex_array)]
        genesis: [u8; 32],
        /// The manufacturer's number on the chain.
        #[arg(long)]
        manufacturer: u32,
    },
    /// Make a blank card.
    Card(NewCard),
}

#[derive(Debug, Args)]
pub struct NewCard {
    /// The batch's file.
    #[arg(long)]
    pub batch: PathBuf,
    /// The scheme of the device key.
    #[arg(long, value_parser = scheme(), default_value_t = Scheme::Secp256k1)]
    pub scheme: Scheme,
    /// The public key whose signature resets the card: scheme byte and key in hex.
    #[arg(long, value_parser = public_key)]
    pub issuer: Option<PublicKey>,
    /// The card answers without contact. Prints a random code unless one is given.
    #[arg(long)]
    pub contactless: bool,
    /// The code to print on the card, six digits.
    #[arg(long, value_parser = code, conflicts_with = "pin")]
    pub printed_code: Option<Code>,
    /// A PIN that its holder can change, 4 to 12 digits.
    #[arg(long, value_parser = code)]
    pub pin: Option<Code>,
    /// The new file.
    #[arg(long)]
    pub out: PathBuf,
}

#[derive(Debug, Args)]
pub struct Challenged {
    /// The card's file.
    pub card: PathBuf,
    /// The challenge, 32 bytes of hex; random when it is left out.
    #[arg(long, value_parser = hex_array)]
    pub challenge: Option<[u8; 32]>,
}

#[derive(Debug, Args)]
pub struct AskedSince {
    #[command(flatten)]
    pub asked: Challenged,
    /// The sequence that the chain has accepted for good: the expiry is that of the orders after it.
    #[arg(long, default_value_t = 0)]
    pub since: u32,
}

#[derive(Debug, Args)]
pub struct Told {
    /// The genesis hash of the chain, 32 bytes of hex.
    #[arg(long, value_parser = hex_array)]
    pub genesis: [u8; 32],
    /// The account of the machine, 32 bytes of hex.
    #[arg(long, value_parser = hex_array)]
    pub machine: [u8; 32],
    /// The index of its grant.
    #[arg(long)]
    pub grant: u32,
    /// The number of the asset; the chain's own currency when it is left out.
    #[arg(long)]
    pub asset: Option<u32>,
    /// The face value in base units; any amount when it is left out.
    #[arg(long, value_parser = face_value)]
    pub denomination: Option<u128>,
    /// Within how many blocks it is to be funded; whenever when it is left out.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    pub fund_within: Option<u32>,
}

fn face_value(text: &str) -> Result<u128, String> {
    match text.parse() {
        Ok(0) => Err("a face value is more than 0".into()),
        Ok(amount) => Ok(amount),
        Err(_) => Err("base units, a whole number".into()),
    }
}

#[derive(Debug, Args)]
pub struct SignOrder {
    /// The card's file.
    pub card: PathBuf,
    /// The genesis hash of the chain, 32 bytes of hex.
    #[arg(long, value_parser = hex_array)]
    pub genesis: [u8; 32],
    /// What the order is for.
    #[arg(long, value_enum, default_value_t = PurposeName::Transfer)]
    pub purpose: PurposeName,
    /// The account that is paid, 32 bytes of hex.
    #[arg(long, value_parser = hex_array)]
    pub to: [u8; 32],
    /// Base units, or `everything`.
    #[arg(long, value_parser = amount)]
    pub amount: u128,
    /// Base units.
    #[arg(long, default_value_t = 0)]
    pub fee: u128,
    /// The account that gets the fee, 32 bytes of hex; the payee when it is left out.
    #[arg(long, value_parser = hex_array)]
    pub fee_to: Option<[u8; 32]>,
    /// The last block that may include it.
    #[arg(long)]
    pub valid_until: u32,
    /// The request that it pays or holds for, 32 bytes of hex.
    #[arg(long, value_parser = hex_array)]
    pub reference: Option<[u8; 32]>,
    /// The epoch of the pool that the carrier belongs to.
    #[arg(long, default_value_t = 0)]
    pub epoch: u32,
    /// The card's code, when it has one.
    #[arg(long, value_parser = code)]
    pub code: Option<Code>,
}

/// Bytes of any length from the command line.
#[derive(Clone, Debug)]
pub struct Bytes(pub Vec<u8>);

/// A scheme by its name.
fn scheme() -> impl TypedValueParser<Value = Scheme> {
    PossibleValuesParser::new(Scheme::ALL.map(Scheme::name)).try_map(|name| name.parse::<Scheme>())
}

/// A certificate format by its name.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Format {
    /// Specie's own.
    Native,
    /// Keycard's.
    Keycard,
    /// Coinkite's.
    Coinkite,
}

/// An order's purpose by its name.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum PurposeName {
    /// From hand to hand.
    Transfer,
    /// Cash-out at the machine that the receiver of the fee names.
    CashOut,
    /// On hold for the request that the order names.
    Hold,
}

impl From<PurposeName> for Purpose {
    fn from(name: PurposeName) -> Self {
        match name {
            PurposeName::Transfer => Self::Transfer,
            PurposeName::CashOut => Self::CashOut,
            PurposeName::Hold => Self::Hold,
        }
    }
}

fn hex_bytes(text: &str) -> Result<Bytes, String> {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    hex::decode(digits).map(Bytes).map_err(|error| format!("not hex: {error}"))
}

fn hex_array(text: &str) -> Result<[u8; 32], String> {
    let Bytes(bytes) = hex_bytes(text)?;
    bytes.as_slice().try_into().map_err(|_| format!("32 bytes are needed, these are {}", bytes.len()))
}

fn public_key(text: &str) -> Result<PublicKey, String> {
    PublicKey::from_wire(&hex_bytes(text)?.0).map_err(|error| error.to_string())
}

fn code(text: &str) -> Result<Code, String> {
    Code::new(text.as_bytes()).map_err(|error| error.to_string())
}

fn amount(text: &str) -> Result<u128, String> {
    match text {
        "everything" => Ok(EVERYTHING),
        number => number.parse().map_err(|error| format!("neither base units nor `everything`: {error}")),
    }
}

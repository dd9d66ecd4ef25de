//! The command line.

mod account;
mod card;
mod carrier;
mod currency;
mod registry;
mod safe;
mod transaction;

pub use account::{AccountCommand, KeyCommand, Qr};
pub use card::{CardCommand, CardPlace, ChangeCode, Coded, Conformance, Reach, Reset, Trust};
pub use carrier::{CarrierCommand, CashOut, Fund, Register, Target};
pub use currency::{CurrencyCommand, NewCurrency};
pub use registry::{
    BatchCommand, GrantCommand, MachineCommand, ManufacturerCommand, May, MotionCommand, NewMachine, OrderCommand,
};
pub use safe::{Ask, Join, NewSafe, Pay, RemedyAct, SafeCommand};
pub use transaction::TransactionCommand;

use crate::{complete, parse};
use clap::{Args, Parser, Subcommand};
use specie_link::Account;
use specie_primitives::acts::CauseCode;

/// What is told below the help of the whole command.
const AFTER_HELP: &str = "\
Exit codes:
  0  done; of a verdict: safe
  1  not done: the card, the reader or the node failed, the chain refused, or nobody agreed to it
  2  the command line is wrong, lacks something, or asks for what cannot be: nothing was done
  3  the answer is there, and it is bad: a verdict other than safe and unknown, a card that does not conform or is not
     to be signed with, an order that can never be executed, a motion that was not agreed to, a node that cannot answer
  4  nobody knows yet: a verdict `unknown`; something was sent, and is neither final nor dead

Amounts are in SPC or, of a card, in its own currency: 100, 0.25, `20 EUR`. Accounts are SS58 with prefix 42, or 0x and 64 digits.
An error is a fault of a card, a link, a node or the command line: it never says that a card is a fake.";

/// The operator's command of a Specie chain: manufacturers, batches, machines, grants, carriers and cards.
#[derive(Parser)]
#[command(name = "specie", version, after_help = AFTER_HELP)]
pub struct Arguments {
    /// What every command takes.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What every command takes.
#[derive(Args)]
#[command(next_help_heading = "Options of every command")]
pub struct Global {
    /// A profile of ~/.config/specie/config.toml: nodes, genesis and key by a name; the file's default when left out [env: SPECIE_PROFILE]
    #[arg(long, global = true, value_name = "NAME", add = complete::profiles())]
    pub profile: Option<String>,
    /// A node, ws:// or wss://, the preferred first; may be repeated [env: SPECIE_NODES, with commas between]
    /// [default: ws://127.0.0.1:9944]
    #[arg(long, global = true, value_name = "URL")]
    pub node: Vec<String>,
    /// The genesis hash of the chain that the nodes must be of; that of the first one that answers when left out
    #[arg(long, global = true, value_name = "HEX", value_parser = parse::hash)]
    pub genesis: Option<[u8; 32]>,
    /// The key that signs: a file with its secret phrase, which nobody but its owner may read; an encrypted keystore (`specie key seal`); or a
    /// token's key by its URI, pkcs11:token=…;object=…?module-path=…&pin-source=file:…
    #[arg(long, global = true, value_name = "FILE", conflicts_with = "secret")]
    pub key: Option<String>,
    /// The secret itself, as `//Alice`. For development alone: everybody on this machine sees it, and the shell keeps
    /// it [env: SPECIE_SECRET]
    #[arg(long, global = true, value_name = "SECRET")]
    pub secret: Option<String>,
    /// One JSON document on standard output; errors as JSON on standard error
    #[arg(long, global = true)]
    pub json: bool,
    /// How many seconds something that was sent may take until it is final
    #[arg(long, global = true, value_name = "SECONDS", default_value_t = 120)]
    pub wait: u64,
    /// Do what cannot be undone without asking
    #[arg(long, global = true)]
    pub yes: bool,
    /// How many members of the issuer's council are to agree, on a chain without a sudo key
    #[arg(long, global = true, value_name = "N")]
    pub threshold: Option<u32>,
    /// Sign and send nothing: show the transaction that would be, and what it costs. The account is the key's, or --signer
    #[arg(long, global = true)]
    pub dry_run: bool,
    /// Who is going to sign, when the key is elsewhere
    #[arg(long, global = true, value_name = "ACCOUNT", requires = "dry_run", conflicts_with_all = ["key", "secret"])]
    pub signer: Option<Account>,
    /// Write the transaction into this file, for `specie transaction sign` where the key is
    #[arg(long, global = true, value_name = "FILE", requires = "dry_run")]
    pub save: Option<std::path::PathBuf>,
    /// Why an authority acts, for the books: legalOrder, fraud, lostOrStolen, defect, keyCompromised, correction,
    /// ownersRequest, endOfLife, cleared or maintenance
    #[arg(long, global = true, value_name = "CODE", default_value = "notGiven")]
    pub cause: CauseCode,
    /// The hash of the document that says more about the cause
    #[arg(long, global = true, value_name = "HEX", value_parser = parse::hash)]
    pub document: Option<[u8; 32]>,
}

/// What to do.
#[derive(Subcommand)]
pub enum Command {
    /// Show whether the nodes can answer, and the chain's constants
    Health,
    /// Manufacturers of cards
    #[command(subcommand)]
    Manufacturer(ManufacturerCommand),
    /// Production batches and their keys
    #[command(subcommand)]
    Batch(BatchCommand),
    /// ATMs, safes, shops, vehicles and phones
    #[command(subcommand)]
    Machine(MachineCommand),
    /// Grants: what allows a machine to initialise cards, one each
    #[command(subcommand)]
    Grant(GrantCommand),
    /// Carriers on chain, and the cards that hold their keys
    #[command(subcommand)]
    Carrier(CarrierCommand),
    /// Currencies: who makes their money, and whether the supply adds up
    #[command(subcommand)]
    Currency(CurrencyCommand),
    /// Safes: pools of cards, who leads them, their lock, and what is asked of them
    #[command(subcommand)]
    Safe(SafeCommand),
    /// Readers, and what is in them
    #[command(subcommand)]
    Card(CardCommand),
    /// Orders that cards have signed
    #[command(subcommand)]
    Order(OrderCommand),
    /// Motions of the issuer's council
    #[command(subcommand)]
    Motion(MotionCommand),
    /// Transactions that are signed where no network is
    #[command(subcommand)]
    Transaction(TransactionCommand),
    /// Keys: keystores, and the accounts behind keys
    #[command(subcommand)]
    Key(KeyCommand),
    /// Accounts
    #[command(subcommand)]
    Account(AccountCommand),
    /// The QR code of an address, or of a payment onto a card
    Qr(Qr),
    /// Write manual pages into a folder
    Man {
        /// The folder
        folder: std::path::PathBuf,
    },
    /// Print what a shell needs to complete this command's words
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

impl Command {
    /// Whether it signs one transaction of an account and does nothing else: neither with a card, nor with files.
    pub const fn is_one_transaction(&self) -> bool {
        use CarrierCommand as Carrier;
        match self {
            Self::Manufacturer(command) => !matches!(command, ManufacturerCommand::List),
            Self::Batch(command) => !matches!(command, BatchCommand::List { .. } | BatchCommand::Show { .. }),
            Self::Machine(command) => !matches!(command, MachineCommand::List | MachineCommand::Show { .. }),
            Self::Grant(command) => !matches!(command, GrantCommand::List { .. }),
            Self::Currency(command) => !matches!(command, CurrencyCommand::List | CurrencyCommand::Supply { .. }),
            Self::Motion(command) => !matches!(command, MotionCommand::List),
            Self::Safe(command) => !matches!(
                command,
                SafeCommand::Show { .. }
                    | SafeCommand::Requests { .. }
                    | SafeCommand::Join(_)
                    | SafeCommand::Pay(_)
            ),
            Self::Carrier(command) => !matches!(
                command,
                Carrier::Verdict { .. }
                    | Carrier::History { .. }
                    | Carrier::CashOut(_)
                    | Carrier::Register(_)
                    | Carrier::Rotate(_)
                    | Carrier::Watch { .. }
            ),
            _ => false,
        }
    }
}

//! The command line for carriers.

use super::card::{scheme, CardPlace};
use crate::{
    complete,
    parse::{self, Amount, Bytes, Denomination, Due},
};
use clap::{Args, Subcommand};
use specie_card::code::Code;
use specie_link::{amount::Written, Account};
use specie_primitives::{crypto::Scheme, ids::CurrencyId};
use std::path::PathBuf;

/// Carriers on chain, and the cards that hold their keys.
#[derive(Subcommand)]
pub enum CarrierCommand {
    /// Show what a card is worth, and whether it is valid now; by its address alone, what is known of it
    Verdict {
        /// Whose
        #[command(flatten)]
        target: Target,
        /// Ask every node, and take the worst answer
        #[arg(long)]
        all_nodes: bool,
    },
    /// List what happened to a carrier, newest first
    History {
        /// Whose
        #[command(flatten)]
        target: Target,
        /// The most entries
        #[arg(long, default_value_t = 32)]
        limit: u32,
    },
    /// Put money on a carrier, from the key's account
    #[command(allow_missing_positional = true)]
    Fund(Fund),
    /// Have a card pay out, and follow the order until it is final
    CashOut(CashOut),
    /// Have a blank card make its key, and register it: the key that signs is a machine's
    Register(Register),
    /// Have a card that was reset make its next key, and register that
    Rotate(Register),
    /// Prove with two orders of one sequence that a card was cloned
    Report {
        /// One order, as `order send` takes it
        #[arg(value_parser = parse::bytes)]
        one: Bytes,
        /// The other one
        #[arg(value_parser = parse::bytes)]
        other: Bytes,
    },
    /// Tell what becomes of carriers, a line for each change, until Ctrl-C
    Watch {
        /// The carriers' addresses
        #[arg(required = true)]
        carriers: Vec<Account>,
        /// End after so many lines
        #[arg(long, value_name = "N")]
        count: Option<u64>,
    },
    /// Stop a carrier's orders, as the issuer
    Freeze {
        /// Whose
        #[command(flatten)]
        target: Target,
    },
    /// Let a carrier's orders go on, as the issuer
    Unfreeze {
        /// Whose
        #[command(flatten)]
        target: Target,
    },
    /// Take a carrier out of use for good, as the issuer
    Retire {
        /// Whose
        #[command(flatten)]
        target: Target,
    },
    /// Correct a carrier's record, as the issuer
    Repair {
        /// Whose
        #[command(flatten)]
        target: Target,
        /// The face value in the carrier's currency, or `any`
        #[arg(long, value_name = "AMOUNT", value_parser = parse::denomination)]
        denomination: Denomination,
        /// The block by which it is to be funded, or `whenever`
        #[arg(long, value_name = "BLOCK", value_parser = parse::due)]
        due: Due,
    },
    /// Clear a carrier that was proved to be cloned, as the issuer; it is frozen then
    Unmark {
        /// Which
        #[command(flatten)]
        target: Target,
    },
    /// Pay out, as the issuer, what a stopped carrier holds, or what somebody sent to a carrier in another currency
    Settle {
        /// Whose
        #[command(flatten)]
        target: Target,
        /// The account that gets it
        #[arg(long)]
        to: Account,
        /// The currency, `native` or `asset:` and a number; the carrier's own when left out
        #[arg(long, value_name = "ID", value_parser = parse::currency)]
        currency: Option<CurrencyId>,
    },
}

/// A carrier: by its address, or by the card that holds its key.
#[derive(Args)]
#[group(required = true, multiple = false)]
pub struct Target {
    /// The carrier's address
    pub address: Option<Account>,
    /// The card in this reader: its number in `specie card list`, or a part of its name
    #[arg(long, value_name = "N", add = complete::readers())]
    pub reader: Option<String>,
    /// The software card in this file
    #[arg(long, value_name = "FILE")]
    pub card: Option<PathBuf>,
}

/// A card that becomes a carrier.
#[derive(Args)]
#[group(skip)]
pub struct Register {
    #[command(flatten)]
    pub place: CardPlace,
    /// The grant; the machine's first open one when left out
    #[arg(long, value_name = "N")]
    pub grant: Option<u32>,
    /// What its money is to be, `native` or `asset:` and a number, for good
    #[arg(long, value_name = "ID", value_parser = parse::currency, default_value = "native")]
    pub currency: CurrencyId,
    /// Its face value; any amount when left out
    #[arg(long, value_name = "AMOUNT")]
    pub denomination: Option<Written>,
    /// By how many blocks after its registration it is to be funded; whenever when left out
    #[arg(long, value_name = "BLOCKS")]
    pub fund_within: Option<u32>,
    /// The scheme of its key; the first that the card knows when left out
    #[arg(long, value_name = "SCHEME", value_parser = scheme())]
    pub scheme: Option<Scheme>,
}

/// Money onto a carrier.
#[derive(Args)]
pub struct Fund {
    /// Whose
    #[command(flatten)]
    pub target: Target,
    /// How much, in the carrier's currency: 100, or `100 SPC` to make sure
    pub amount: Written,
    /// At this machine, with its fee on top
    #[arg(long, value_name = "ACCOUNT")]
    pub machine: Option<Account>,
    /// The most that the machine may take; what it asks now when left out
    #[arg(long, value_name = "AMOUNT", requires = "machine")]
    pub max_fee: Option<Written>,
    /// Also when the card's verdict says that it is a counterfeit, or stopped
    #[arg(long)]
    pub force: bool,
}

/// Money from a card.
#[derive(Args)]
#[group(skip)]
pub struct CashOut {
    /// The card in this reader: its number in `specie card list`, or a part of its name
    #[arg(long, value_name = "N", add = complete::readers(), required_unless_present = "card", conflicts_with = "card")]
    pub reader: Option<String>,
    /// The software card in this file
    #[arg(long, value_name = "FILE")]
    pub card: Option<PathBuf>,
    /// The account that is paid
    #[arg(long, value_name = "ACCOUNT")]
    pub to: Account,
    /// How much, in the card's currency, or `everything`
    #[arg(long, value_name = "AMOUNT", value_parser = parse::amount_or_everything, default_value = "everything")]
    pub amount: Amount,
    /// The card's code, when it signs only after it
    #[arg(long, value_name = "DIGITS", value_parser = parse::code)]
    pub code: Option<Code>,
    /// What the order offers for its execution, in the card's currency; when left out, the double of what the network asks
    /// now, and nothing where the key's account pays the network
    #[arg(long, value_name = "AMOUNT")]
    pub fee: Option<Written>,
    /// Who gets what the network leaves of the fee; the key's account or, without a key, the payee when left out
    #[arg(long, value_name = "ACCOUNT", conflicts_with = "machine")]
    pub fee_to: Option<Account>,
    /// A cash-out at this machine, which gets what is left of the fee; a plain transfer when left out
    #[arg(long, value_name = "ACCOUNT")]
    pub machine: Option<Account>,
    /// Sign whatever the verdict says
    #[arg(long)]
    pub force: bool,
}

//! The command line.

use clap::{Args, Parser, Subcommand};
use specie_primitives::ids::CurrencyId;
use std::path::PathBuf;

/// The host software of a machine that makes, funds, checks and cashes carriers.
#[derive(Parser)]
#[command(version, subcommand_required = false, arg_required_else_help = true)]
pub struct Arguments {
    /// Show the simulated machine of this folder in the terminal: short for `sim FOLDER`
    #[arg(long, value_name = "FOLDER")]
    pub sim: Option<PathBuf>,
    /// What to do.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What to do.
#[derive(Subcommand)]
pub enum Command {
    /// Make the folder of a simulated machine: blank cards, keys, configuration; and register it on a development chain
    Prepare(Prepare),
    /// Run the machine with its hardware: the XFS4IoT services that the configuration names, and a program for screen and keys at the
    /// socket `screen` in its folder. It ends after the customer who is there when it is told to (SIGTERM, Ctrl-C)
    Run {
        /// The machine's folder, with atm.toml
        folder: PathBuf,
    },
    /// Run the machine with simulated devices: by keys in the terminal, or by a script
    Sim(Sim),
    /// Compare journal, chain and bins, send what waits, settle what the chain can settle. Exit code 3: something does not
    /// agree; 4: the chain could not be asked
    Books {
        #[command(flatten)]
        at: At,
    },
    /// Print the statement of a day
    Statement {
        #[command(flatten)]
        at: At,
        /// The day, as 2026-11-22 (UTC); today when left out
        #[arg(long)]
        date: Option<String>,
    },
    /// Print the last lines of the journal
    Journal {
        #[command(flatten)]
        at: At,
        /// How many
        #[arg(long, default_value_t = 50)]
        last: usize,
    },
    /// List the alarms that are raised. Exit code 3: there are some
    Alarms {
        #[command(flatten)]
        at: At,
    },
    /// Check every hash of the journal, and run every case again from its lines
    Verify {
        #[command(flatten)]
        at: At,
    },
    /// Note that a claim is settled
    Settle {
        #[command(flatten)]
        at: At,
        /// The claim, as the receipt and the books name it: 7/0
        #[arg(value_parser = claim)]
        claim: (u64, u8),
        /// How it was settled, in words
        how: String,
        /// Who has settled it, where the machine knows no operators
        #[arg(long)]
        by: Option<String>,
    },
    /// Take out what is stuck inside: a card goes into the compartment, cash into the safe
    Clear {
        #[command(flatten)]
        at: At,
    },
    /// Take the cards out of the operator's compartment: note it, and list them with what is owed
    Empty {
        #[command(flatten)]
        at: At,
    },
    /// Note that a bin was filled
    Fill {
        #[command(flatten)]
        at: At,
        /// The number of the bin
        bin: u8,
        /// How many blanks it holds now, those included that were left; 10,000 at the most
        #[arg(value_parser = clap::value_parser!(u32).range(0..=10_000))]
        count: u32,
    },
    /// Write the journal's lines into a file for auditors, who can check it without this program
    Export {
        #[command(flatten)]
        at: At,
        /// The file, which must not be there
        file: PathBuf,
        /// Only what came after this line: the last one of the export before
        #[arg(long)]
        after: Option<u64>,
    },
    /// Check an export of a journal, hash by hash
    CheckExport {
        /// The export
        file: PathBuf,
    },
    /// Have the journal forget what is in an export and is older. Open claims, cards in the compartment and the last hash stay
    Forget {
        #[command(flatten)]
        at: At,
        /// The export
        file: PathBuf,
        /// How many days ago a case has ended that is forgotten
        #[arg(long, default_value_t = 400)]
        older_than: u64,
    },
    /// Copy the journal, while the machine works
    Backup {
        #[command(flatten)]
        at: At,
        /// The file, which must not be there
        file: PathBuf,
    },
    /// Go on from a copy of the journal. The machine must be off, and its journal gone: move it away first
    Restore {
        /// The machine's folder, with atm.toml
        folder: PathBuf,
        /// The copy
        file: PathBuf,
    },
    /// Print the hash of a PIN for the configuration
    Pin,
    /// Let an operator try again who has shown too many wrong PINs
    Unlock {
        #[command(flatten)]
        at: At,
        /// The name
        name: String,
    },
}

/// Which machine, and who asks.
#[derive(Args)]
pub struct At {
    /// The machine's folder, with atm.toml
    pub folder: PathBuf,
    /// Who you are, where the machine knows its operators; twice where it takes two people. The PIN is asked for: typed unseen, or a line
    /// of standard input
    #[arg(long = "as", value_name = "NAME")]
    pub who: Vec<String>,
    /// For programs
    #[arg(long)]
    pub json: bool,
}

/// What a machine's folder is made with.
#[derive(Args)]
pub struct Prepare {
    /// Where to make it
    pub folder: PathBuf,
    /// The nodes
    #[arg(long = "node", default_value = "ws://127.0.0.1:9944")]
    pub nodes: Vec<String>,
    /// How many blank cards each bin gets
    #[arg(long, default_value_t = 20)]
    pub cards: u32,
    /// How many grants the machine gets
    #[arg(long, default_value_t = 60)]
    pub grants: u32,
    /// Read the cards through the machine's PC/SC service, in its first reader, whose virtual slot has this port
    #[arg(long)]
    pub slot: Option<u16>,
    /// The wallet's secret
    #[arg(long, default_value = "//Dave")]
    pub wallet: String,
    /// A further currency to deal in, as the chain names it: asset:1. One more bin has cards marked with 20 of it
    #[arg(long = "currency", value_name = "ID")]
    pub currencies: Vec<CurrencyId>,
    /// Do not register anything: what is printed at the end is what the issuer and the maker write to the chain. A node is asked for the
    /// chain's genesis hash all the same
    #[arg(long)]
    pub unregistered: bool,
    /// With --unregistered: the number of the manufacturer whose batch the cards are of, as `specie manufacturer list` shows it
    #[arg(long, value_name = "NUMBER", default_value_t = 0, requires = "unregistered")]
    pub manufacturer: u32,
}

/// How a simulated machine is run.
#[derive(Args, Default)]
pub struct Sim {
    /// The machine's folder
    pub folder: PathBuf,
    /// A customer by script: a file, or - for standard input
    #[arg(long)]
    pub script: Option<PathBuf>,
    /// By chance one in so many works of the devices goes wrong
    #[arg(long, value_name = "N")]
    pub faults: Option<u64>,
    /// The seed of these chances
    #[arg(long, default_value_t = 0)]
    pub seed: u64,
    /// End the process, as a power cut would, at the Nth moment: each act has one when it begins and one when it is done
    #[arg(long, value_name = "N")]
    pub cut: Option<u32>,
    /// Start a PC/SC service with virtual readers; without it the one that runs is used
    #[arg(long)]
    pub own_service: bool,
}

/// A claim: the number of its case, and its place.
fn claim(text: &str) -> Result<(u64, u8), String> {
    let parts = text.split_once('/').and_then(|(case, place)| Some((case.parse().ok()?, place.parse().ok()?)));
    parts.ok_or_else(|| "a claim is written as 7/0: the case, and the place among its claims".into())
}

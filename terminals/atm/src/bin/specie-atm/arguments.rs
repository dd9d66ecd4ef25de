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
    /// Run the machine with simulated devices: by keys in the terminal, or by a script
    Sim(Sim),
    /// Compare journal, chain and bins, send what waits, settle what the chain can settle. Exit code 3: something does not
    /// agree; 4: the chain could not be asked
    Books {
        /// The machine's folder, with atm.toml
        folder: PathBuf,
        /// For programs
        #[arg(long)]
        json: bool,
    },
    /// Print the statement of a day
    Statement {
        /// The machine's folder, with atm.toml
        folder: PathBuf,
        /// The day, as 2026-11-22 (UTC); today when left out
        #[arg(long)]
        date: Option<String>,
        /// For programs
        #[arg(long)]
        json: bool,
    },
    /// Print the last lines of the journal
    Journal {
        /// The machine's folder, with atm.toml
        folder: PathBuf,
        /// How many
        #[arg(long, default_value_t = 50)]
        last: usize,
    },
    /// Note that a claim is settled
    Settle {
        /// The machine's folder, with atm.toml
        folder: PathBuf,
        /// The claim, as the receipt and the books name it: 7/0
        #[arg(value_parser = claim)]
        claim: (u64, u8),
        /// How it was settled, in words
        how: String,
        /// Who has settled it
        #[arg(long)]
        by: String,
    },
    /// Open a simulated machine: a card that is stuck inside goes into the compartment
    Clear {
        /// The machine's folder, with atm.toml
        folder: PathBuf,
    },
    /// Take the cards out of the operator's compartment: note it, and list them with what is owed
    Empty {
        /// The machine's folder, with atm.toml
        folder: PathBuf,
    },
    /// Note that a bin was filled
    Fill {
        /// The machine's folder, with atm.toml
        folder: PathBuf,
        /// The number of the bin
        bin: u8,
        /// How many blanks it holds now, those included that were left
        count: u32,
    },
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
    /// Do not register anything: the chain knows machine, batch and grants already
    #[arg(long)]
    pub unregistered: bool,
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

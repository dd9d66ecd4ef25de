//! The command line for transactions that are signed elsewhere.

use crate::parse;
use clap::Subcommand;
use specie_link::signer::Signed;
use std::path::PathBuf;

/// Transactions that `--dry-run --save FILE` wrote.
#[derive(Subcommand)]
pub enum TransactionCommand {
    /// Show what a transaction does: needs no network
    Show {
        /// The transaction
        file: PathBuf,
    },
    /// Sign a transaction with the key of its account, and print the signature: needs no network
    Sign {
        /// The transaction
        file: PathBuf,
    },
    /// Send a transaction with its signature, and follow it until it is final
    Send {
        /// The transaction
        file: PathBuf,
        /// What `transaction sign` printed
        #[arg(long, value_name = "HEX", value_parser = parse::signed)]
        signature: Signed,
    },
}

//! Accounts and keys.

use clap::{Args, Subcommand};
use specie_link::{amount::Written, Account};
use std::path::PathBuf;

/// What can be done with keys.
#[derive(Subcommand)]
pub enum KeyCommand {
    /// Put a secret into an encrypted keystore. Secret and passphrase are typed unseen; without a terminal they are the first two lines of
    /// standard input
    Seal {
        /// The keystore, which must not be there
        file: PathBuf,
    },
    /// Show the account of the key that signs (--key)
    Show,
}

/// A code for a phone.
#[derive(Args)]
pub struct Qr {
    /// The account, or the card's address
    pub account: Account,
    /// A payment of this much onto the card, as a machine asks for it
    #[arg(long, value_name = "AMOUNT", requires = "machine")]
    pub amount: Option<Written>,
    /// The machine, whose fee comes on top
    #[arg(long, value_name = "ACCOUNT", requires = "amount")]
    pub machine: Option<Account>,
}

/// What can be asked of accounts.
#[derive(Subcommand)]
pub enum AccountCommand {
    /// Show what an account holds, of each currency
    Balance {
        /// The account; that of the key when left out
        account: Option<Account>,
    },
}

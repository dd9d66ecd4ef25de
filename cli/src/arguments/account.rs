//! Accounts and keys.

use clap::Subcommand;
use specie_link::Account;
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

/// What can be asked of accounts.
#[derive(Subcommand)]
pub enum AccountCommand {
    /// Show what an account holds, of each currency
    Balance {
        /// The account; that of the key when left out
        account: Option<Account>,
    },
}

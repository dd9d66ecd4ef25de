//! The command line for currencies.

use crate::parse::{self, Amount};
use clap::{Args, Subcommand};
use specie_link::{amount::Written, Account};
use specie_primitives::ids::CurrencyId;

/// Currencies: who makes their money, and whether the supply adds up.
#[derive(Subcommand)]
pub enum CurrencyCommand {
    /// List the currencies
    List,
    /// Show how much there is of a currency, where it came from and went, and whether that adds up
    Supply {
        /// `native`, or `asset:` and a number
        #[arg(value_parser = parse::currency)]
        currency: CurrencyId,
    },
    /// Create a currency, as the issuer, of which there is nothing yet
    Create(NewCurrency),
    /// Make money, as the issuer
    Mint {
        /// `native`, or `asset:` and a number
        #[arg(value_parser = parse::currency)]
        currency: CurrencyId,
        /// How much, in that currency
        amount: Written,
        /// The account that gets it
        #[arg(long, value_name = "ACCOUNT")]
        to: Account,
        /// The hash of the entry in the issuer's books; it serves once
        #[arg(long, value_name = "HEX", value_parser = parse::hash)]
        entry: [u8; 32],
    },
    /// Destroy, as the issuer, money that was given back to it
    Burn {
        /// `native`, or `asset:` and a number
        #[arg(value_parser = parse::currency)]
        currency: CurrencyId,
        /// How much, in that currency
        amount: Written,
        /// The hash of the entry in the issuer's books; it serves once
        #[arg(long, value_name = "HEX", value_parser = parse::hash)]
        entry: [u8; 32],
    },
    /// Change the most that there may be of a currency, as the issuer
    Cap {
        /// `native`, or `asset:` and a number
        #[arg(value_parser = parse::currency)]
        currency: CurrencyId,
        /// How much, in that currency
        amount: Written,
    },
    /// Pay from the key's account to another: for example back to the issuer, which is to burn it
    Pay {
        /// `native`, or `asset:` and a number
        #[arg(value_parser = parse::currency)]
        currency: CurrencyId,
        /// How much, in that currency, or `everything`
        #[arg(value_parser = parse::amount_or_everything)]
        amount: Amount,
        /// The account that gets it; the issuer's when left out
        #[arg(long, value_name = "ACCOUNT")]
        to: Option<Account>,
    },
}

/// A currency.
#[derive(Args)]
pub struct NewCurrency {
    /// Its name
    #[arg(long)]
    pub name: String,
    /// What stands beside its amounts: one to eight capital letters and digits
    #[arg(long)]
    pub symbol: String,
    /// How many digits of an amount are behind the point, up to 18
    #[arg(long, value_name = "N")]
    pub decimals: u8,
    /// The least that an account may hold
    #[arg(long, value_name = "AMOUNT")]
    pub minimum: Written,
    /// The most that there may be
    #[arg(long, value_name = "AMOUNT")]
    pub cap: Written,
}

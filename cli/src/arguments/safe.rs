//! The command line for safes.

use super::card::CardPlace;
use crate::parse::{self, Amount};
use clap::{Args, Subcommand, ValueEnum};
use specie_card::code::Code;
use specie_link::{amount::Written, Account};
use specie_primitives::{
    ids::{CurrencyId, Reference},
    pool::PoolLock,
    request::RequestKind,
    BlockNumber,
};

/// Safes: pools of cards, who leads them, their lock, and what is asked of them.
#[derive(Subcommand)]
pub enum SafeCommand {
    /// Show what a safe holds: its record, and every card with its verdict
    Show {
        /// The pool
        pool: u32,
    },
    /// List what is asked of a safe
    Requests {
        /// The pool
        pool: u32,
    },
    /// Make a pool; whoever signs is its operator
    Create(NewSafe),
    /// Change what an account may do, as the operator; without any duty it is taken out
    Party {
        /// The pool
        pool: u32,
        /// The account
        account: Account,
        /// It may lead: a machine of the operator's
        #[arg(long)]
        unit: bool,
        /// It may ask for money
        #[arg(long)]
        host: bool,
        /// It may agree that the pool is unlocked
        #[arg(long)]
        unlocker: bool,
    },
    /// Change how long a lease is, and how many unlockers have to agree, as the operator
    Policy {
        /// The pool
        pool: u32,
        /// For how many blocks a unit leads after it has said so
        #[arg(long, value_name = "BLOCKS")]
        lease: Option<BlockNumber>,
        /// How many unlockers have to agree before the pool is unlocked
        #[arg(long, value_name = "N")]
        approvals: Option<u8>,
    },
    /// Have a card join, which signs that it does; sent by the operator or a unit
    Join(Join),
    /// Have a card leave, as the operator: it is a card like any other then
    Leave {
        /// The pool
        pool: u32,
        /// The card's address
        carrier: Account,
    },
    /// Take the lead, as a unit: nothing that was signed before is paid any more
    Lead {
        /// The pool
        pool: u32,
    },
    /// Lead for another lease
    Renew {
        /// The pool
        pool: u32,
    },
    /// Lead no more
    StepDown {
        /// The pool
        pool: u32,
    },
    /// Lock a pool, or lock it tighter; signed by the operator or any party
    Lock {
        /// The pool
        pool: u32,
        /// What its cards do then
        #[arg(value_enum)]
        lock: Lock,
        /// The key is the issuer's
        #[arg(long)]
        as_issuer: bool,
    },
    /// Agree that a pool is unlocked; signed by an unlocker
    Unlock {
        /// The pool
        pool: u32,
        /// For one order alone: it is locked again in the same block
        #[arg(long)]
        one_order: bool,
        /// The number of the lock that is meant; the one that the nodes tell when left out
        #[arg(long, value_name = "N")]
        number: Option<u32>,
    },
    /// Ask a pool for money: open a request, which one of its cards pays once; signed by a host, or by the unit that leads
    Ask(Ask),
    /// Have a card of the pool pay a request in the pool's present epoch, and follow the order until it is final
    Pay(Pay),
    /// End a pool that has no cards, as the operator
    Dissolve {
        /// The pool
        pool: u32,
    },
    /// Help a pool whose operator has lost its key, as the issuer, after a delay
    Remedy {
        /// The pool
        pool: u32,
        /// What
        #[command(flatten)]
        remedy: RemedyAct,
    },
}

/// What the issuer does for a pool.
#[derive(Args)]
#[group(required = true, multiple = false)]
pub struct RemedyAct {
    /// Announce that this account is going to be the operator
    #[arg(long, value_name = "ACCOUNT")]
    pub operator: Option<Account>,
    /// Announce that its cards are going to be cards like any others
    #[arg(long)]
    pub release: bool,
    /// Take the announcement back
    #[arg(long)]
    pub cancel: bool,
    /// Do what was announced, once the delay has passed; anybody may
    #[arg(long)]
    pub carry_out: bool,
}

/// A pool.
#[derive(Args)]
pub struct NewSafe {
    /// For how many blocks a unit leads after it has said so
    #[arg(long, value_name = "BLOCKS", default_value_t = 20)]
    pub lease: BlockNumber,
    /// How many unlockers have to agree before it is unlocked
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub approvals: u8,
    /// A machine of the operator's that may lead; may be repeated
    #[arg(long, value_name = "ACCOUNT")]
    pub unit: Vec<Account>,
    /// An account that may ask for money; may be repeated
    #[arg(long, value_name = "ACCOUNT")]
    pub host: Vec<Account>,
    /// An account that may agree that it is unlocked; may be repeated
    #[arg(long, value_name = "ACCOUNT", required = true)]
    pub unlocker: Vec<Account>,
}

/// A card that joins a pool.
#[derive(Args)]
#[group(skip)]
pub struct Join {
    /// The pool
    pub pool: u32,
    #[command(flatten)]
    pub place: CardPlace,
    /// The card's code, when it signs only after it
    #[arg(long, value_name = "DIGITS", value_parser = parse::code)]
    pub code: Option<Code>,
}

/// What a pool is asked for.
#[derive(Args)]
pub struct Ask {
    /// The pool
    pub pool: u32,
    /// How much
    pub amount: Written,
    /// Who is paid
    #[arg(long, value_name = "ACCOUNT")]
    pub payee: Account,
    /// The currency, `native` or `asset:` and a number
    #[arg(long, value_name = "ID", value_parser = parse::currency, default_value = "native")]
    pub currency: CurrencyId,
    /// What it is for: withdrawal, deposit, sale, voucher, vehicle or transfer
    #[arg(long, value_name = "KIND", default_value = "withdrawal")]
    pub kind: RequestKind,
    /// For how many blocks from now it may be paid
    #[arg(long, value_name = "BLOCKS", default_value_t = 600)]
    pub blocks: BlockNumber,
    /// The larger request that it is a part of
    #[arg(long, value_name = "HEX", value_parser = parse::reference)]
    pub parent: Option<Reference>,
}

/// A card's payment of a request.
#[derive(Args)]
#[group(skip)]
pub struct Pay {
    /// The pool
    pub pool: u32,
    /// The request, as `specie safe requests` shows it
    #[arg(value_parser = parse::reference)]
    pub request: Reference,
    #[command(flatten)]
    pub place: CardPlace,
    /// How much, in the card's currency; what the request asks for, or the least of it, when left out
    #[arg(long, value_name = "AMOUNT", value_parser = parse::amount_or_everything)]
    pub amount: Option<Amount>,
    /// The card's code, when it signs only after it
    #[arg(long, value_name = "DIGITS", value_parser = parse::code)]
    pub code: Option<Code>,
    /// What the order offers for its execution, as with `specie carrier cash-out`
    #[arg(long, value_name = "AMOUNT")]
    pub fee: Option<Written>,
}

/// A lock.
#[derive(Clone, Copy, ValueEnum)]
pub enum Lock {
    /// Cards pay nobody; money may come in
    NoPayout,
    /// Nothing goes out, and no order and no machine pays anything in
    NoChange,
}

impl From<Lock> for PoolLock {
    fn from(lock: Lock) -> Self {
        match lock {
            Lock::NoPayout => Self::NoPayout,
            Lock::NoChange => Self::NoChange,
        }
    }
}

//! The command line for what is registered on chain: manufacturers, batches, machines, grants, motions, orders.

use crate::parse::{self, Bytes};
use clap::{Args, Subcommand, ValueEnum};
use specie_link::Account;
use specie_primitives::{
    crypto::Signature,
    records::{BatchKey, FeePolicy, MachineKind},
};

/// Manufacturers of cards.
#[derive(Subcommand)]
pub enum ManufacturerCommand {
    /// List all of them
    List,
    /// Register one, as the issuer
    Register {
        /// Its name
        name: String,
        /// The account that adds its batches
        #[arg(long)]
        account: Account,
        /// How many carriers its batches may have room for together
        #[arg(long, default_value_t = 1_000_000)]
        quota: u64,
    },
    /// Stop one, as the issuer: it adds no batch, and none of its cards can be registered
    Suspend {
        /// Its number
        manufacturer: u32,
    },
    /// Let one work again, as the issuer
    Resume {
        /// Its number
        manufacturer: u32,
    },
    /// Change how many carriers its batches may have room for together, as the issuer
    Quota {
        /// Its number
        manufacturer: u32,
        /// How many
        quota: u64,
    },
}

/// Production batches.
#[derive(Subcommand)]
pub enum BatchCommand {
    /// List the batches of a manufacturer
    List {
        /// Its number
        manufacturer: u32,
    },
    /// Show one batch
    Show {
        /// Its id
        batch: u64,
    },
    /// Add a batch, as its manufacturer
    Add {
        /// Its id: the manufacturer's number times 2³², and a lot number of its own below that
        batch: u64,
        /// What certificates are checked against, as `specie-card factory batch` prints it
        #[arg(long, value_name = "HEX", value_parser = parse::batch_key)]
        batch_key: BatchKey,
        /// How many carriers may be registered under it
        #[arg(long)]
        capacity: u32,
        /// The last block at which one may be
        #[arg(long, value_name = "BLOCK")]
        expires: u32,
        /// That the manufacturer has the key, as `specie-card factory prove` prints it
        #[arg(long, value_name = "HEX", value_parser = parse::signature)]
        proof: Signature,
    },
    /// Add a batch under a card maker's own key, Keycard's or Coinkite's, as the issuer
    AddForeign {
        /// Its id, in its manufacturer's range
        batch: u64,
        /// What certificates are checked against, as `specie-card factory batch` prints it
        #[arg(long, value_name = "HEX", value_parser = parse::batch_key)]
        batch_key: BatchKey,
        /// How many carriers may be registered under it
        #[arg(long)]
        capacity: u32,
        /// The last block at which one may be
        #[arg(long, value_name = "BLOCK")]
        expires: u32,
    },
    /// Trust its cards no more for now
    Suspend {
        /// Its id
        batch: u64,
        /// The key is its manufacturer's, and not the issuer's
        #[arg(long)]
        as_manufacturer: bool,
    },
    /// Trust its cards again, as the issuer
    Reactivate {
        /// Its id
        batch: u64,
    },
    /// Trust its cards no more, for good, as the issuer
    Revoke {
        /// Its id
        batch: u64,
    },
    /// Refuse the orders of its carriers while it is not active, as the issuer
    BlockOrders {
        /// Its id
        batch: u64,
        /// Take them again
        #[arg(long)]
        unblock: bool,
    },
}

/// Machines.
#[derive(Subcommand)]
pub enum MachineCommand {
    /// List the machines of the chain
    List,
    /// Show what the chain keeps about a machine
    Show {
        /// Its account
        machine: Account,
    },
    /// Register a machine, as the issuer
    Register(NewMachine),
    /// Stop everything that a machine could do, as the issuer
    Suspend {
        /// Its account
        machine: Account,
    },
    /// Let a machine work again, as the issuer
    Resume {
        /// Its account
        machine: Account,
    },
    /// Announce, as the issuer, that another account is going to run a machine; anybody applies it when the delay has passed
    ChangeOperator {
        /// Its account
        machine: Account,
        /// Who is going to run it
        #[arg(long, required_unless_present_any = ["apply", "cancel"])]
        operator: Option<Account>,
        /// Put the announced change into effect
        #[arg(long, conflicts_with_all = ["operator", "cancel"])]
        apply: bool,
        /// The issuer takes the announced change back
        #[arg(long, conflicts_with = "operator")]
        cancel: bool,
    },
    /// Set what a machine asks for funding a carrier, as its operator
    Fee {
        /// Its account
        machine: Account,
        /// `0.5`, `1%` or `0.5SPC+1%`
        #[arg(value_parser = parse::fee)]
        fee: FeePolicy,
    },
}

/// A machine to register.
#[derive(Args)]
pub struct NewMachine {
    /// Its account
    pub machine: Account,
    /// The account that runs it: pays deposits, receives fees
    #[arg(long)]
    pub operator: Account,
    /// What it is
    #[arg(long, value_enum)]
    pub kind: Kind,
    /// What it may do, with commas between
    #[arg(long, value_enum, value_delimiter = ',')]
    pub may: Vec<May>,
    /// The most that it may ask for funding a carrier: `1SPC+2%`
    #[arg(long, value_name = "FEE", value_parser = parse::fee)]
    pub fee_ceiling: FeePolicy,
}

/// What a machine is.
#[derive(Clone, Copy, ValueEnum)]
pub enum Kind {
    /// Makes, funds, checks and cashes carriers
    Atm,
    /// Holds many carriers
    Safe,
    /// Takes carriers for goods
    Shop,
    /// Pays on its own
    Vehicle,
    /// A person's
    Phone,
}

impl From<Kind> for MachineKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Atm => Self::Atm,
            Kind::Safe => Self::Safe,
            Kind::Shop => Self::Shop,
            Kind::Vehicle => Self::Vehicle,
            Kind::Phone => Self::Phone,
        }
    }
}

/// What a machine may do.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum May {
    /// Register carriers, one for each grant
    Initialise,
    /// Take its fee for funding a carrier
    Fund,
    /// Cash carriers out
    CashOut,
}

/// Grants.
#[derive(Subcommand)]
pub enum GrantCommand {
    /// List the grants that a machine may still use
    List {
        /// Its account
        machine: Account,
        /// The most that are listed
        #[arg(long, default_value_t = 128)]
        limit: usize,
    },
    /// Grant a machine initialisations, as the issuer
    Give {
        /// Its account
        machine: Account,
        /// How many, 4,096 at most
        count: u32,
    },
    /// Take grants back that are not used, as the issuer
    Revoke {
        /// Its account
        machine: Account,
        /// The first index
        from: u32,
        /// How many indices from there on, 4,096 at most
        count: u32,
    },
}

/// Orders.
#[derive(Subcommand)]
pub enum OrderCommand {
    /// List the orders that are kept because their fate is not known
    List,
    /// Send an order that a card has signed, and follow it until its fate is final
    Send {
        /// What the interrupted command printed: the order and its signature
        #[arg(value_parser = parse::bytes)]
        order: Bytes,
        /// Have the key's account pay the network and send the order in a transaction of its own. Needed for an order that a pool
        /// refused for a reason that has gone: pools may go on refusing the same bytes
        #[arg(long)]
        pay: bool,
    },
    /// Show what an order says
    Show {
        /// The order and its signature
        #[arg(value_parser = parse::bytes)]
        order: Bytes,
    },
}

/// Motions.
#[derive(Subcommand)]
pub enum MotionCommand {
    /// The motions that are open
    List,
    /// Vote, as a member
    Vote {
        /// The hash of the proposal
        #[arg(value_parser = parse::hash)]
        proposal: [u8; 32],
        /// The motion's index
        index: u32,
        /// For it
        #[arg(long, conflicts_with = "reject", required_unless_present = "reject")]
        approve: bool,
        /// Against it
        #[arg(long)]
        reject: bool,
    },
    /// Anybody closes a motion that is decided: what was agreed to is done
    Close {
        /// The hash of the proposal
        #[arg(value_parser = parse::hash)]
        proposal: [u8; 32],
        /// The motion's index
        index: u32,
        /// The bytes of the proposal
        #[arg(long, value_name = "BYTES")]
        length: u32,
    },
    /// Anybody has the deposit of a motion that is gone given back to who moved it; until then it cannot be moved again
    Release {
        /// The hash of the proposal
        #[arg(value_parser = parse::hash)]
        proposal: [u8; 32],
    },
}

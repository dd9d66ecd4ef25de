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
    /// All of them
    List,
    /// The issuer registers one
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
    /// The issuer stops one: it adds no batch, and none of its cards can be registered
    Suspend {
        /// Its number
        manufacturer: u32,
    },
    /// The issuer lets one work again
    Resume {
        /// Its number
        manufacturer: u32,
    },
    /// The issuer changes how many carriers its batches may have room for together
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
    /// The batches of a manufacturer
    List {
        /// Its number
        manufacturer: u32,
    },
    /// One batch
    Show {
        /// Its id
        batch: u64,
    },
    /// A manufacturer adds a batch; signed with its own key
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
    /// The issuer adds a batch under a card maker's own key, Keycard's or Coinkite's
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
    /// Its cards are not trusted for now
    Suspend {
        /// Its id
        batch: u64,
        /// The key is its manufacturer's, and not the issuer's
        #[arg(long)]
        as_manufacturer: bool,
    },
    /// The issuer trusts its cards again
    Reactivate {
        /// Its id
        batch: u64,
    },
    /// The issuer trusts its cards no more, for good
    Revoke {
        /// Its id
        batch: u64,
    },
    /// The issuer refuses the orders of its carriers while it is not active
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
    /// The machines of the chain
    List,
    /// What the chain keeps about a machine
    Show {
        /// Its account
        machine: Account,
    },
    /// The issuer registers a machine
    Register(NewMachine),
    /// The issuer stops everything that a machine could do
    Suspend {
        /// Its account
        machine: Account,
    },
    /// The issuer lets a machine work again
    Resume {
        /// Its account
        machine: Account,
    },
    /// The issuer announces that another account is going to run a machine; anybody applies it when the delay has passed
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
    /// The operator sets what a machine asks for funding a carrier; signed with the operator's key
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
    /// The grants that a machine may still use
    List {
        /// Its account
        machine: Account,
        /// The most that are listed
        #[arg(long, default_value_t = 128)]
        limit: usize,
    },
    /// The issuer grants a machine initialisations
    Give {
        /// Its account
        machine: Account,
        /// How many, 4,096 at most
        count: u32,
    },
    /// The issuer takes grants back that are not used
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
    /// The orders that are kept because their fate is not known
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
    /// What an order says
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
    /// A member votes
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

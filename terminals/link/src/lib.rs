//! What machines and operators ask of the chain, and write to it, through any of several nodes.
//!
//! # Overview
//!
//! [`Nodes`] holds the addresses of several nodes and goes on with the next when one dies, lags behind or is busy. It asks
//! Specie's own methods ([`Nodes::verdict`], [`Nodes::grants`], …), and writes: a signed [`Call`] by [`Nodes::execute`],
//! which is followed through *final* blocks until it is in one or can never be, and a card's order by
//! [`Nodes::send_order`], which is followed by the carrier's own sequence.
//!
//! Calls are made by name from the chain's metadata, so that an upgrade of the runtime that moves them needs no new client.
//!
//! | module | subject |
//! |---|---|
//! | [`account`] | accounts, and the keys that sign for them |
//! | [`amount`] | amounts as people write them |
//! | [`answers`] | what the nodes answer: the node's own types |
//! | [`call`] | what can be written to the chain |
//! | [`came`] | what came onto a carrier, read from its history |
//! | [`council`] | the motions of the issuer's council |
//! | [`error`] | why there is no answer, and whose fault it is |
//! | [`foreign_keys`] | keys with which makers of other cards certify theirs |
//! | [`metadata`] | names in the chain's metadata, and their numbers |
//! | [`money`] | amounts with their currencies, and the currencies that a machine deals in |
//! | [`network`] | the chain as a machine asks it, one question after the other |
//! | [`nodes`] | several nodes |
//! | [`orders`] | cards' orders, followed until their fate is final |
//! | [`past`] | what happened to a carrier since a block |
//! | [`payment`] | what a wallet is asked to pay |
//! | [`payable`] | whether the chain can execute an order, before a card signs it |
//! | [`signer`] | who signs for an account: a file, an encrypted keystore, a token |
//! | [`unsigned`] | transactions that are prepared here and signed elsewhere |
//! | [`questions`] | verdicts, histories, and whether a node is able |
//!
//! # Example
//!
//! ```no_run
//! use specie_link::{Account, Nodes};
//!
//! # async fn ask() -> Result<(), Box<dyn std::error::Error>> {
//! let nodes = Nodes::new(["ws://127.0.0.1:9944".to_owned(), "wss://node.example".to_owned()], None);
//! let machine: Account = "5F6twRWjCT89gxPEszifT9Dugwc3NK2omzyGoHfYhVvK143t".parse()?;
//! match nodes.machine(machine).await? {
//!     Some(known) => println!("{} grants are open", known.open_grants),
//!     None => println!("no machine"),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Properties
//!
//! * A node of another chain is never believed, nor one that says of itself that it cannot know.
//! * [`Nodes::execute`] answers only what is final: done, failed, or impossible for good. A signed call is dead when its era
//!   is over; until then its fate is [`ClientError::NotKnown`].
//! * No answer of a node, however malformed, is a panic.
#![deny(missing_docs)]
#![forbid(unsafe_code)]

pub mod account;
pub mod amount;
mod bytes;
pub mod call;
pub mod came;
pub mod council;
pub mod error;
mod event;
mod extrinsic;
mod follow;
pub mod foreign_keys;
mod lists;
pub mod metadata;
pub mod money;
pub mod network;
mod node;
pub mod nodes;
pub mod orders;
pub mod past;
pub mod payable;
pub mod payment;
pub mod questions;
mod safes;
pub mod signer;
mod state;
pub mod unsigned;
mod words;

pub use account::{Account, Key};
pub use call::Call;
pub use error::{ClientError, Refusal};
pub use follow::{Event, Included};
pub use nodes::Nodes;
pub use orders::OrderFate;
pub use signer::Signer;
pub use specie_rpc_types as answers;

//! A software card, the factory that makes cards, and traces of what went over a link.
//!
//! The software card answers the protocol of `docs/card-protocol.md` byte for byte, remembers all that a card remembers in a
//! file, and survives a power cut at any byte. It is the model for those who write a card, and the card of tests and
//! simulations. The command `specie-card` makes such cards and talks to them.
//!
//! | module | subject |
//! |---|---|
//! | [`machine`] | the card's state machine, without I/O |
//! | [`memory`] | everything that a card remembers |
//! | [`keys`] | private keys on the card's side |
//! | [`platform`] | what the state machine needs of its hardware |
//! | [`software`] | a card in a file, and its misbehaviour for tests |
//! | [`factory`] | batches, cards and their certificates |
//! | [`trace`] | what went over a link, as text, and a link that plays it |
//!
//! # Properties
//!
//! * A card persists an order's sequence before it releases the signature: however the power fails, an attestation
//!   never claims fewer orders than exist.
//! * A private key leaves the card in no answer; there is no command that reads one.
//! * A wrong code is counted before it is compared, and never makes a card unusable for good.
//! * Any bytes at all give a status word and never a panic.
//!
//! # Example
//!
//! ```
//! use specie_card::host::Host;
//! use specie_card_sim::{
//!     factory::{self, Batch, Specification},
//!     software::{OsHardware, SoftwareCard},
//! };
//! use specie_primitives::{crypto::Scheme, ids::BatchId};
//!
//! let mut hardware = OsHardware::without_delay();
//! let batch = Batch::native(BatchId(7), Scheme::P256, &mut hardware)?;
//! let memory = factory::personalise(&batch, &Specification::contact(Scheme::P256), &mut hardware)?;
//! let mut host = Host::new(SoftwareCard::in_memory(&memory, hardware)?);
//! host.select()?;
//! assert_eq!(host.certificate()?.batch(), BatchId(7));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![deny(missing_docs)]
#![forbid(unsafe_code)]

pub mod factory;
pub mod hardware;
pub mod keys;
pub mod machine;
pub mod memory;
pub mod platform;
pub mod software;
pub mod trace;

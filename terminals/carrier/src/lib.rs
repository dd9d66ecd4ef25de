//! The card protocol, a software card, the factory that makes cards, and the host side that drives any card.
//!
//! A machine (an ATM, a safe, a shop terminal) talks to a carrier's card in short APDUs over whatever carries them:
//! a PC/SC reader, NFC, a cable, or a [`software`] card in the same process. `docs/card-protocol.md` describes the
//! same protocol for those who write a Java Card applet.
//!
//! | module | subject |
//! |---|---|
//! | [`apdu`] | commands, responses and status words of ISO 7816-4 |
//! | [`protocol`] | what this application's commands hold |
//! | [`code`] | the presence code or PIN, and the delay after wrong ones |
//! | [`keys`] | private keys on the card's side |
//! | [`signatures`] | between a card's signatures and the chain's |
//! | [`memory`] | everything that a card remembers |
//! | [`platform`] | what the state machine needs of its hardware |
//! | [`machine`] | the card's state machine, without I/O |
//! | [`software`] | a card in a file, and its misbehaviour for tests |
//! | [`factory`] | batches, cards and their certificates |
//! | [`transport`] | the link to a card |
//! | [`host`] | the machine's side of the protocol |
//! | [`causes`] | an error in one line |
//! | [`trace`] | what went over a link, as text, and a link that plays it |
//! | [`conformance`] | whether a card keeps the protocol, check by check |
//!
//! # Terminology
//!
//! * **device key**, **currency key**, **batch**, **attestation**, **grant**, **order**: as in `specie_primitives`.
//! * **presence code**: digits printed on a contactless card, so that holding it is needed and passing by is not
//!   enough. A **PIN** is the same for a card that belongs to somebody: its holder chooses it.
//! * **tick**: a second that the card spends working. A card has no clock, so a delay is paid in ticks.
//! * **generation**: how many currency keys the card has made.
//!
//! # Properties
//!
//! * A card persists an order's sequence before it releases the signature: however the power fails, an attestation
//!   never claims fewer orders than exist.
//! * A private key leaves the card in no answer; there is no command that reads one.
//! * A wrong code is counted before it is compared, and never makes a card unusable for good.
//! * Any bytes at all, at the card or at the host, give a status word or an error and never a panic.
//! * A malformed answer is a fault ([`host::HostError::Malformed`]); that a card is a fake is for the verdict to say.
//!
//! # Example
//!
//! ```
//! use specie_carrier::{factory::{self, Batch, Specification}, host::Host, software::SoftwareCard};
//! use specie_carrier::software::OsHardware;
//! use specie_primitives::{crypto::{Scheme, Software}, ids::{BatchId, MachineId}, verdict::Finding};
//! use specie_primitives::initialisation::{Initialisation, CarrierTerms};
//!
//! let mut hardware = OsHardware::without_delay();
//! let batch = Batch::native(BatchId(7), Scheme::P256, &mut hardware)?;
//! let memory = factory::personalise(&batch, &Specification::contact(Scheme::Secp256k1), &mut hardware)?;
//!
//! let mut host = Host::new(SoftwareCard::in_memory(&memory, hardware)?);
//! host.select()?;
//! let terms = CarrierTerms { denomination: Some(5_000_000), ..CarrierTerms::default() };
//! let asked = Initialisation { genesis: [1; 32], machine: MachineId([2; 32]), grant: 0, terms };
//! let made = host.initialise(&asked, Scheme::Ed25519)?;
//! assert_eq!(made.attestation.generation, 1);
//!
//! let evidence = host.evidence(&[2; 32])?;
//! assert!(matches!(evidence.examine::<Software>(Some(&batch.key())), Ok(Finding::Genuine(_))));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![deny(missing_docs)]
#![forbid(unsafe_code)]

pub mod apdu;
pub mod causes;
pub mod code;
pub mod conformance;
pub mod factory;
pub mod host;
pub mod keys;
pub mod machine;
pub mod memory;
pub mod platform;
pub mod protocol;
pub mod signatures;
pub mod software;
pub mod trace;
pub mod transport;

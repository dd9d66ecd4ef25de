//! The card protocol, and the host that drives any card. Without the standard library.
//!
//! A machine (an ATM, a safe, a shop terminal) talks to a carrier's card in short APDUs over whatever carries them: a PC/SC
//! reader, NFC, a cable, or a software card in the same process (`specie-card-sim`). `docs/card-protocol.md` describes the
//! same protocol for those who write a card.
//!
//! | module | subject |
//! |---|---|
//! | [`apdu`] | commands, responses and status words of ISO 7816-4 |
//! | [`protocol`] | what this application's commands hold |
//! | [`code`] | the presence code or PIN, and the delay after wrong ones |
//! | [`channel`] | a channel that nobody in between reads, for codes over the air |
//! | [`timed`] | how far away the card is that answers |
//! | [`signatures`] | between a card's signatures and the chain's |
//! | [`transport`] | the link to a card |
//! | [`host`] | the machine's side of the protocol |
//!
//! # Terminology
//!
//! * **device key**, **currency key**, **batch**, **attestation**, **grant**, **order**: as in `specie_primitives`.
//! * **presence code**: digits printed on a contactless card, so that holding it is needed and passing by is not
//!   enough. A **PIN** is the same for a card that belongs to somebody: its holder chooses it.
//! * **tick**: a second that the card spends working. A card has no clock, so a delay is paid in ticks.
//! * **generation**: how many currency keys the card has made.
//! * **relay**: somebody who passes a genuine card's answers on from elsewhere.
//!
//! # Properties
//!
//! * Any bytes at all give a status word or an error, and never a panic.
//! * A malformed answer is a fault ([`host::HostError::Malformed`]); that a card is a fake is for the verdict to say.
//!
//! # Example
//!
//! ```
//! use specie_card::host::Host;
//! use specie_card_sim::{factory::{self, Batch, Specification}, software::SoftwareCard};
//! use specie_card_sim::software::OsHardware;
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
#![no_std]
#![deny(missing_docs)]
#![forbid(unsafe_code)]

extern crate alloc;

pub mod apdu;
pub mod channel;
pub mod code;
pub mod host;
pub mod protocol;
pub mod signatures;
pub mod timed;
pub mod transport;

//! Cards in real readers over PC/SC, and software cards in virtual ones.
//!
//! | module | subject |
//! |---|---|
//! | [`pcsc`] | readers of the machine's PC/SC service, and the cards in them |
//! | [`choice`] | which reader is meant |
//! | [`procedure_bytes`] | what PC/SC leaves to the application: the words of T=0 |
//! | [`slot`] | a software card in a slot of the virtual reader `vpcd`: to the service it is a card like any other |
//! | [`software`] | a software card for such a slot |
//! | [`service`] | a PC/SC service with virtual readers, for tests and demonstrations |
//!
//! # Properties
//!
//! * What a reader or its driver reports is a fault of the link ([`TransportError`](specie_card::transport)), never a
//!   statement about the card. A card that was taken out while it worked may have done the work.
//! * A card is held exclusively while it is connected, and loses its power afterwards: nobody else sees what it was told.
//!
//! # Example
//!
//! ```no_run
//! use specie_card::host::Host;
//! use specie_reader::pcsc::Readers;
//! use std::time::Duration;
//!
//! let readers = Readers::connect()?;
//! let reader = readers.find("ACR122U")?;
//! if reader.wait_for_card(Duration::from_secs(30))? {
//!     let mut host = Host::new(reader.connect()?);
//!     println!("{:?}", host.select()?);
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![deny(missing_docs)]
#![forbid(unsafe_code)]

pub mod choice;
pub mod pcsc;
pub mod procedure_bytes;
pub mod service;
pub mod slot;
pub mod software;

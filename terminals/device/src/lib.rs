//! What machines are made of: each device behind a trait, whatever hardware it is.
//!
//! # Overview
//!
//! A machine has a [`Devices`]: what moves cards, what reads and prints them, what takes cash, a screen and keys. Whoever puts a
//! machine on hardware writes one implementation for each; the words are those of [XFS4IoT](https://www.xfs4iot.com) (CWA 17852), so that a service of
//! that standard is reached by renaming. A command ends in one of four ways: done; nothing there; stuck or not in time, with
//! nothing moved; or [unknown](DeviceError::Unknown), and then the machine looks for itself. A driver that does not know must say
//! so.
//!
//! | module | subject |
//! |---|---|
//! | [`module`](mod@module) | bins, station, exit, compartment |
//! | [`printer`] | prints on cards, and receipts |
//! | [`cash`] | holds cash until it is told where it belongs |
//! | [`screen`] | pages, keys, and what the customer did |
//! | [`status`] | how devices and doors are |
//! | [`xfs`] | devices behind XFS4IoT services |
//! | [`front`] | screen and keys in a program of their own |
//! | [`pcsc`] | cards in a reader of the machine's PC/SC service |
//! | [`simulated`] | devices where hardware is missing |
//!
//! ```
//! use specie_device::{Bin, DeviceError, simulated::{devices::Module, world::{Things, World}}, CurrencyModule};
//! use std::sync::Arc;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let folder = tempfile::tempdir()?;
//! let things = Things { bins: vec![vec!["blank-1".into()]], ..Things::default() };
//! let world = Arc::new(World::create(folder.path(), things)?);
//! let mut module = Module(world.clone());
//! module.pick(Bin(0))?;
//! module.present()?;
//! assert_eq!(world.things().exit.as_deref(), Some("blank-1"));
//! assert_eq!(module.pick(Bin(0)), Err(DeviceError::Jam), "where a card is, there is no room for another");
//! # Ok(())
//! # }
//! ```
#![deny(missing_docs)]
#![forbid(unsafe_code)]

pub mod cash;
mod error;
pub mod front;
pub mod module;
pub mod pcsc;
pub mod printer;
pub mod screen;
pub mod simulated;
pub mod status;
pub mod xfs;

pub use cash::CashAcceptor;
pub use error::DeviceError;
pub use module::{Bin, CurrencyModule, Keep, Spot};
pub use printer::{Face, Printer};
pub use screen::{Entry, Keypad, Page, Screen};
pub use status::{DeviceState, DoorState, Sensors};

use specie_card::transport::Transport;

/// What reads the card at the station.
pub trait CardReader: Send {
    /// Gives the card power; it loses it when the link is dropped.
    fn connect(&mut self) -> Result<Box<dyn Transport + '_>, DeviceError>;
}

/// All devices of a machine.
pub struct Devices {
    /// Moves cards.
    pub module: Box<dyn CurrencyModule>,
    /// Reads them.
    pub reader: Box<dyn CardReader>,
    /// Prints on them.
    pub printer: Box<dyn Printer>,
    /// Takes cash; `None`: the machine takes none.
    pub acceptor: Option<Box<dyn CashAcceptor>>,
    /// Shows.
    pub screen: Box<dyn Screen>,
    /// Is answered.
    pub keypad: Box<dyn Keypad>,
    /// Senses the doors; `None`: nothing does.
    pub sensors: Option<Box<dyn Sensors>>,
}

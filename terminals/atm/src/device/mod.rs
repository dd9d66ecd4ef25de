//! What the machine is made of: each device behind a trait, whatever hardware it is.

pub mod pcsc;

use crate::{
    case::{Keep, Spot},
    stock::Bin,
};
use serde::{Deserialize, Serialize};
use specie_card::transport::Transport;
use std::time::Duration;
use thiserror::Error;

/// Why a device did not do what it was told.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DeviceError {
    /// There is nothing to take; nothing has changed.
    #[error("there is nothing to take")]
    Nothing,
    /// A mechanism is stuck; what was to be moved is where it was.
    #[error("a mechanism is stuck")]
    Jam,
    /// Nobody did what was waited for; nothing has changed.
    #[error("nobody did it in time")]
    TimedOut,
    /// The device does not answer, or says that it does not know: anything may have happened.
    #[error("the device does not know: {0}")]
    Unknown(String),
}

/// What moves cards: bins, station, exit, and the operator's compartment (F1, F9, F10).
pub trait CurrencyModule: Send {
    /// A blank from a bin to the station.
    fn pick(&mut self, bin: Bin) -> Result<(), DeviceError>;
    /// The card that the customer puts into the exit within `limit`, to the station.
    fn swallow(&mut self, limit: Duration) -> Result<(), DeviceError>;
    /// The card from the station to the exit.
    fn present(&mut self) -> Result<(), DeviceError>;
    /// Waits until the customer takes the card from the exit. [`DeviceError::TimedOut`]: it is still there.
    fn await_taken(&mut self, limit: Duration) -> Result<(), DeviceError>;
    /// The card from the exit back to the station.
    fn retract(&mut self) -> Result<(), DeviceError>;
    /// The card from the station into the compartment.
    fn keep(&mut self, reason: Keep) -> Result<(), DeviceError>;
    /// Where the sensors see a card.
    fn find(&mut self) -> Result<Spot, DeviceError>;
    /// How many blanks are in each bin, where the module can count them.
    fn count(&mut self) -> Option<Vec<u32>>;
}

/// What reads the card at the station.
pub trait CardReader: Send {
    /// Gives the card power; it loses it when the link is dropped.
    fn connect(&mut self) -> Result<Box<dyn Transport + '_>, DeviceError>;
}

/// What is printed on a card (F7).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Face {
    /// The amount as it stands on the card.
    pub amount: String,
    /// The date, `2026-11-22`.
    pub date: String,
    /// The serial number: the first digits of the carrier's address.
    pub serial: String,
    /// The product's name.
    pub product: String,
}

/// What prints on cards at the station, and receipts.
pub trait Printer: Send {
    /// Prints on the card.
    fn print(&mut self, face: &Face) -> Result<(), DeviceError>;
    /// Reads what is printed on the card; `None`: nothing that can be read.
    fn read_back(&mut self) -> Result<Option<Face>, DeviceError>;
    /// Prints a receipt for the customer.
    fn receipt(&mut self, text: &str) -> Result<(), DeviceError>;
}

/// What takes cash for fees (F18). It holds what is put in until it is told where it belongs.
pub trait CashAcceptor: Send {
    /// Takes `amount`, in the smallest unit of the cash; what is too much it gives back at once.
    fn hold(&mut self, amount: u64, limit: Duration) -> Result<(), DeviceError>;
    /// What it holds, into the safe.
    fn stack(&mut self) -> Result<(), DeviceError>;
    /// What it holds, back to the customer.
    fn give_back(&mut self) -> Result<(), DeviceError>;
    /// Whether it holds anything.
    fn holds_any(&mut self) -> Result<bool, DeviceError>;
}

/// What is on the screen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// In a few words.
    pub heading: String,
    /// What there is to say.
    pub lines: Vec<String>,
    /// What can be chosen, by number from 1.
    pub choices: Vec<String>,
    /// What is to be typed, if anything.
    pub entry: Option<String>,
    /// What a wallet reads: shown as a QR code.
    pub code: Option<String>,
}

impl Page {
    /// A page with a heading alone.
    pub fn new(heading: impl Into<String>) -> Self {
        Self { heading: heading.into(), ..Self::default() }
    }

    /// One more line.
    #[must_use]
    pub fn line(mut self, line: impl Into<String>) -> Self {
        self.lines.push(line.into());
        self
    }

    /// One more choice.
    #[must_use]
    pub fn choice(mut self, choice: impl Into<String>) -> Self {
        self.choices.push(choice.into());
        self
    }

    /// Something to type.
    #[must_use]
    pub fn entry(mut self, what: impl Into<String>) -> Self {
        self.entry = Some(what.into());
        self
    }

    /// A code for a wallet.
    #[must_use]
    pub fn code(mut self, code: impl Into<String>) -> Self {
        self.code = Some(code.into());
        self
    }
}

/// What the customer sees (F21).
pub trait Screen: Send {
    /// Shows a page until the next one.
    fn show(&mut self, page: &Page);
}

/// What the customer did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// The choice with this number, from 0.
    Choice(usize),
    /// This was typed, or read from the customer's phone.
    Text(String),
    /// The key that ends it all.
    Cancel,
    /// Nothing.
    TimedOut,
}

/// How the customer answers: keys, a touch screen, a reader for the phone's codes.
pub trait Keypad: Send {
    /// Waits for an entry.
    fn read(&mut self, limit: Duration) -> Entry;
    /// Whether the customer has pressed the key that ends it all, since it was asked last. Does not wait.
    fn cancelled(&mut self) -> bool;
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
}

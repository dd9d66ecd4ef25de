//! What prints on cards, and receipts.

use crate::{DeviceError, DeviceState};
use serde::{Deserialize, Serialize};

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
    /// How the printer is.
    fn state(&mut self) -> DeviceState {
        DeviceState::Online
    }
}

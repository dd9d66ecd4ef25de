//! What moves cards, and where they are.

use crate::{DeviceError, DeviceState};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The number of a bin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Bin(pub u8);

/// Where the sensors see a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Spot {
    /// At the station.
    Station,
    /// At the exit.
    Exit,
    /// At neither.
    Neither,
}

/// Why the machine keeps a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Keep {
    /// A blank that does not work, or is not blank.
    BadBlank,
    /// A blank whose key was made, without money.
    Unfunded,
    /// A blank that the chain refuses.
    Refused,
    /// The print is not what it should be.
    Spoilt,
    /// The customer did not take it.
    NotTaken,
    /// A copy or a fake.
    Counterfeit,
    /// The customer gave it back, without money.
    GivenBack,
    /// Its case was interrupted and the customer had gone.
    Abandoned,
}

/// What moves cards: bins, station, exit, and the operator's compartment (F1, F9, F10). In XFS4IoT it is a motorised card reader with
/// storage units; the command of each method is named with it.
pub trait CurrencyModule: Send {
    /// A blank from a bin to the station. `CardReader.Move` from a unit to `transport`.
    fn pick(&mut self, bin: Bin) -> Result<(), DeviceError>;
    /// The card that the customer puts into the exit within `limit`, to the station. `CardReader.ReadRawData`, which waits for media.
    fn swallow(&mut self, limit: Duration) -> Result<(), DeviceError>;
    /// The card from the station to the exit. `CardReader.Move` to `exit`.
    fn present(&mut self) -> Result<(), DeviceError>;
    /// Waits until the customer takes the card from the exit. [`DeviceError::TimedOut`]: it is still there. The event
    /// `CardReader.MediaRemovedEvent`.
    fn await_taken(&mut self, limit: Duration) -> Result<(), DeviceError>;
    /// The card from the exit back to the station. `CardReader.Move` to `transport`.
    fn retract(&mut self) -> Result<(), DeviceError>;
    /// The card from the station into the compartment. `CardReader.Move` to a retain unit.
    fn keep(&mut self, reason: Keep) -> Result<(), DeviceError>;
    /// Where the sensors see a card. `Common.Status`: `cardReader.media`.
    fn find(&mut self) -> Result<Spot, DeviceError>;
    /// How many blanks are in each bin, where the module can count them. `Storage.GetStorage`.
    fn count(&mut self) -> Option<Vec<u32>>;
    /// How the module is.
    fn state(&mut self) -> DeviceState {
        DeviceState::Online
    }
}

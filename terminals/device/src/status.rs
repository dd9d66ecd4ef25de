//! How devices are, in the words of XFS4IoT.

use serde::{Deserialize, Serialize};

/// How a device is: `Common.Status`, property `device`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum DeviceState {
    /// It works.
    #[default]
    Online,
    /// It is there and does not answer.
    Offline,
    /// It has no power.
    PowerOff,
    /// There is none.
    NoDevice,
    /// It is broken, and needs a person.
    HardwareError,
    /// A person has done something wrong with it, and can mend it.
    UserError,
    /// It is at work.
    DeviceBusy,
    /// Somebody tampers with it.
    FraudAttempt,
    /// Somebody may tamper with it.
    PotentialFraud,
    /// It starts.
    Starting,
}

impl DeviceState {
    /// Whether commands may be given to it.
    pub const fn is_able(self) -> bool {
        matches!(self, Self::Online | Self::DeviceBusy | Self::PotentialFraud)
    }
}

/// How a door is: `Auxiliaries`, properties `cabinetDoor` and `safeDoor`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum DoorState {
    /// Closed, and not locked as far as is known.
    #[default]
    Closed,
    /// Open.
    Open,
    /// Closed and locked.
    Locked,
    /// Closed, locked and bolted.
    Bolted,
    /// Somebody has tampered with it.
    Tampered,
}

impl DoorState {
    /// Whether nobody can reach in.
    pub const fn is_shut(self) -> bool {
        matches!(self, Self::Closed | Self::Locked | Self::Bolted)
    }
}

/// What senses how the machine's housing is.
pub trait Sensors: Send {
    /// How the door to the operator's side is: bins, compartment, safe. `None`: nothing senses it.
    fn door(&mut self) -> Option<DoorState>;
}

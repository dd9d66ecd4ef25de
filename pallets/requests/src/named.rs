//! What events tell of carriers, for an index. Beside the events, so that a new one cannot be forgotten.

use crate::{Config, Event};
use specie_primitives::{ids::CarrierId, index::Happening};

impl<T: Config> Event<T> {
    /// What happened to which carrier; `None` for an event that is of none, or that the carrier's own event tells.
    pub fn happening(self) -> Option<(CarrierId, Happening)> {
        match self {
            Self::RequestSettled { reference, carrier, payee, amount, by, cause: _ } => {
                let (to, by) = (payee.into(), by.map(Into::into));
                Some((carrier, Happening::RequestSettled { reference, to, amount, by }))
            }
            Self::RequestReleased { reference, freed, by, cause: _ } => {
                let (carrier, amount) = freed?;
                Some((carrier, Happening::RequestReleased { reference, amount, by: by.map(Into::into) }))
            }
            Self::RequestInDoubt { reference, carrier, by, .. } => {
                Some((carrier, Happening::RequestInDoubt { reference, by: by.map(Into::into) }))
            }
            Self::RequestOpened { .. }
            | Self::RequestPaid { .. }
            | Self::RequestHeld { .. }
            | Self::RequestExpired { .. }
            | Self::RequestPruned { .. }
            | Self::__Ignore(..) => None,
        }
    }
}

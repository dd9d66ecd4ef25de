//! What events tell of carriers, for an index. Beside the events, so that a new one cannot be forgotten.

use crate::{Config, Event};
use alloc::{vec, vec::Vec};
use specie_primitives::{
    ids::{CarrierId, MachineId},
    index::Happening,
};

impl<T: Config> Event<T> {
    /// What happened to which carriers, in order. Nothing for an event that is of no carrier.
    pub fn happenings(self) -> Vec<(CarrierId, Happening)> {
        let (carrier, what) = match self {
            Self::CarrierInitialised { carrier, batch, machine, grant, generation, denomination } => {
                let machine = MachineId(machine.into());
                (carrier, Happening::Initialised { batch, machine, grant, generation, denomination })
            }
            Self::CarrierRotated { from, to, .. } => {
                return vec![
                    (from, Happening::RotatedTo { carrier: to }),
                    (to, Happening::RotatedFrom { carrier: from }),
                ];
            }
            Self::CarrierFunded { carrier, amount, by, machine, fee } => {
                let machine = machine.map(|machine| MachineId(machine.into()));
                (carrier, Happening::Funded { amount, by: by.into(), machine, fee })
            }
            Self::CarrierSpent { carrier, sequence, purpose, to, amount, fee_to, fee, network_fee } => {
                let (to, fee_to) = (to.into(), fee_to.into());
                (carrier, Happening::Spent { sequence, purpose, to, amount, fee_to, fee, network_fee })
            }
            Self::CarrierFrozen { carrier } => (carrier, Happening::Frozen),
            Self::CarrierUnfrozen { carrier } => (carrier, Happening::Unfrozen),
            Self::CarrierRepaired { carrier, denomination, funding_due } => {
                (carrier, Happening::Repaired { denomination, funding_due })
            }
            Self::CarrierRetired { carrier } => (carrier, Happening::Retired),
            Self::CarrierMarked { carrier, fraud, by } => (carrier, Happening::Marked { fraud, by: by.into() }),
            Self::CarrierSettled { carrier, to, amount } => (carrier, Happening::Settled { to: to.into(), amount }),
            // A constant of the chain.
            Self::OrderLifetimeChanged { .. } | Self::__Ignore(..) => return Vec::new(),
        };
        vec![(carrier, what)]
    }
}

//! What events tell of carriers, for an index. Beside the events, so that a new one cannot be forgotten.

use crate::{Config, Event};
use alloc::{vec, vec::Vec};
use specie_primitives::{
    acts::Actor,
    ids::{CarrierId, MachineId},
    index::Happening,
};

impl<T: Config> Event<T> {
    /// What happened to which carriers, in order. Nothing for an event that is of no carrier.
    pub fn happenings(self) -> Vec<(CarrierId, Happening)> {
        let (carrier, what) = match self {
            Self::CarrierInitialised { carrier, batch, machine, grant, generation, currency, denomination } => {
                let machine = MachineId(machine.into());
                (carrier, Happening::Initialised { batch, machine, grant, generation, currency, denomination })
            }
            Self::CarrierRotated { from, to, .. } => {
                return vec![
                    (from, Happening::RotatedTo { carrier: to }),
                    (to, Happening::RotatedFrom { carrier: from }),
                ];
            }
            Self::CarrierFunded { carrier, amount, currency: _, by, machine, fee } => {
                let machine = machine.map(|machine| MachineId(machine.into()));
                (carrier, Happening::Funded { amount, by: by.into(), machine, fee })
            }
            Self::CarrierSpent {
                carrier,
                sequence,
                purpose,
                to,
                amount,
                currency: _,
                fee_to,
                fee,
                network_fee,
                reference,
                submitted_by: _,
            } => {
                let (to, fee_to) = (to.into(), fee_to.into());
                (carrier, Happening::Spent { sequence, purpose, to, amount, fee_to, fee, network_fee, reference })
            }
            Self::CarrierFrozen { carrier, by, cause } => (carrier, Happening::Frozen { by: bytes(by), cause }),
            Self::CarrierUnfrozen { carrier, by, cause } => (carrier, Happening::Unfrozen { by: bytes(by), cause }),
            Self::CarrierRepaired { carrier, denomination, funding_due, by, cause } => {
                (carrier, Happening::Repaired { denomination, funding_due, by: bytes(by), cause })
            }
            Self::CarrierRetired { carrier, by, cause } => (carrier, Happening::Retired { by: bytes(by), cause }),
            Self::CarrierUnmarked { carrier, by, cause } => (carrier, Happening::Unmarked { by: bytes(by), cause }),
            Self::CarrierMarked { carrier, fraud, by } => (carrier, Happening::Marked { fraud, by: by.into() }),
            Self::CarrierSettled { carrier, to, amount, currency, by, cause } => {
                (carrier, Happening::Settled { to: to.into(), amount, currency, by: bytes(by), cause })
            }
            // A constant of the chain.
            Self::OrderLifetimeChanged { .. } | Self::__Ignore(..) => return Vec::new(),
        };
        vec![(carrier, what)]
    }
}

fn bytes<AccountId: Into<[u8; 32]>>(by: Actor<AccountId>) -> Actor<[u8; 32]> {
    by.map(Into::into)
}

//! What events name, for an index. Beside the events, so that a new one cannot be forgotten.

use crate::{Config, Event};

impl<T: Config> Event<T> {
    /// The machine whose record the event changed.
    pub const fn machine(&self) -> Option<&T::AccountId> {
        match self {
            Self::MachineRegistered { machine, .. }
            | Self::MachinePermissionsChanged { machine, .. }
            | Self::MachineSuspended { machine, .. }
            | Self::MachineResumed { machine, .. }
            | Self::GrantsGiven { machine, .. }
            | Self::GrantsRevoked { machine, .. }
            | Self::GrantUsed { machine, .. }
            | Self::FeeChanged { machine, .. }
            | Self::FeeCeilingChanged { machine, .. }
            | Self::OperatorChangeAnnounced { machine, .. }
            | Self::OperatorChangeCancelled { machine, .. }
            | Self::OperatorChanged { machine, .. } => Some(machine),
            Self::__Ignore(..) => None,
        }
    }

    /// The grants that it changed: the first index, and how many.
    pub const fn grants(&self) -> Option<(u32, u32)> {
        match self {
            Self::GrantsGiven { from, count, .. } | Self::GrantsRevoked { from, count, .. } => {
                Some((*from, *count))
            }
            Self::GrantUsed { index, .. } => Some((*index, 1)),
            Self::MachineRegistered { .. }
            | Self::MachinePermissionsChanged { .. }
            | Self::MachineSuspended { .. }
            | Self::MachineResumed { .. }
            | Self::FeeChanged { .. }
            | Self::FeeCeilingChanged { .. }
            | Self::OperatorChangeAnnounced { .. }
            | Self::OperatorChangeCancelled { .. }
            | Self::OperatorChanged { .. }
            | Self::__Ignore(..) => None,
        }
    }
}

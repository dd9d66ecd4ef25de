//! What events name, for an index. Beside the events, so that a new one cannot be forgotten.

use crate::{Config, Event};
use specie_primitives::ids::{CarrierId, PoolId};

impl<T: Config> Event<T> {
    /// The pool whose record the event changed.
    pub const fn pool(&self) -> Option<PoolId> {
        match self {
            Self::PoolCreated { pool, .. }
            | Self::PartyChanged { pool, .. }
            | Self::PolicyChanged { pool, .. }
            | Self::MemberJoined { pool, .. }
            | Self::MemberLeft { pool, .. }
            | Self::LeadTaken { pool, .. }
            | Self::LeaseRenewed { pool, .. }
            | Self::LeadGivenUp { pool, .. }
            | Self::PoolLocked { pool, .. }
            | Self::UnlockApproved { pool, .. }
            | Self::PoolUnlocked { pool, .. }
            | Self::RemedyAnnounced { pool, .. }
            | Self::RemedyCancelled { pool, .. }
            | Self::RemedyCarriedOut { pool, .. }
            | Self::PoolRelocked { pool, .. }
            | Self::EpochEnded { pool, .. }
            | Self::PoolDissolved { pool } => Some(*pool),
            Self::__Ignore(..) => None,
        }
    }

    /// The pool whose members pay from now on, or pay no more.
    pub const fn locked_or_unlocked(&self) -> Option<PoolId> {
        match self {
            Self::PoolLocked { pool, .. }
            | Self::PoolRelocked { pool, .. }
            | Self::PoolUnlocked { pool, .. }
            | Self::RemedyCarriedOut { pool, .. } => Some(*pool),
            Self::PoolCreated { .. }
            | Self::PartyChanged { .. }
            | Self::PolicyChanged { .. }
            | Self::MemberJoined { .. }
            | Self::MemberLeft { .. }
            | Self::LeadTaken { .. }
            | Self::LeaseRenewed { .. }
            | Self::LeadGivenUp { .. }
            | Self::UnlockApproved { .. }
            | Self::RemedyAnnounced { .. }
            | Self::RemedyCancelled { .. }
            | Self::PoolDissolved { .. }
            | Self::EpochEnded { .. }
            | Self::__Ignore(..) => None,
        }
    }

    /// The carrier that came into a pool or went out of it.
    pub const fn carrier(&self) -> Option<CarrierId> {
        match self {
            Self::MemberJoined { carrier, .. } | Self::MemberLeft { carrier, .. } => Some(*carrier),
            Self::PoolCreated { .. }
            | Self::PartyChanged { .. }
            | Self::PolicyChanged { .. }
            | Self::LeadTaken { .. }
            | Self::LeaseRenewed { .. }
            | Self::LeadGivenUp { .. }
            | Self::PoolLocked { .. }
            | Self::PoolRelocked { .. }
            | Self::UnlockApproved { .. }
            | Self::PoolUnlocked { .. }
            | Self::RemedyAnnounced { .. }
            | Self::RemedyCancelled { .. }
            | Self::RemedyCarriedOut { .. }
            | Self::PoolDissolved { .. }
            | Self::EpochEnded { .. }
            | Self::__Ignore(..) => None,
        }
    }
}

//! What events name, for an index. Beside the events, so that a new one cannot be forgotten.

use crate::{Config, Event};
use specie_primitives::ids::{BatchId, ManufacturerId};

impl<T: Config> Event<T> {
    /// The manufacturer whose record the event changed.
    pub const fn manufacturer(&self) -> Option<ManufacturerId> {
        match self {
            Self::ManufacturerRegistered { manufacturer, .. }
            | Self::ManufacturerAccountChanged { manufacturer, .. }
            | Self::BatchAdded { manufacturer, .. }
            | Self::ManufacturerSuspended { manufacturer, .. }
            | Self::ManufacturerResumed { manufacturer, .. }
            | Self::QuotaChanged { manufacturer, .. } => Some(*manufacturer),
            Self::BatchSuspended { .. }
            | Self::BatchReactivated { .. }
            | Self::BatchRevoked { .. }
            | Self::BatchOrdersBlocked { .. }
            | Self::__Ignore(..) => None,
        }
    }

    /// The batch whose record it changed.
    pub const fn batch(&self) -> Option<BatchId> {
        match self {
            Self::BatchAdded { batch, .. }
            | Self::BatchSuspended { batch, .. }
            | Self::BatchReactivated { batch, .. }
            | Self::BatchRevoked { batch, .. }
            | Self::BatchOrdersBlocked { batch, .. } => Some(*batch),
            Self::ManufacturerRegistered { .. }
            | Self::ManufacturerAccountChanged { .. }
            | Self::ManufacturerSuspended { .. }
            | Self::ManufacturerResumed { .. }
            | Self::QuotaChanged { .. }
            | Self::__Ignore(..) => None,
        }
    }
}

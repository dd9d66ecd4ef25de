//! What a verdict needs of this block.

use crate::*;
use frame_support::traits::fungible::Inspect;
use specie_primitives::{
    crypto::PublicKey,
    ids::{BatchId, CarrierId},
    traits::BatchKeys,
    verdict::View,
};

impl<T: Config> Pallet<T> {
    /// What this block says about a carrier, a device and the batch that a certificate names.
    pub fn view(carrier: Option<CarrierId>, device: Option<PublicKey>, certified: Option<BatchId>) -> View {
        let record = carrier.and_then(Carriers::<T>::get);
        let state = |batch| T::Batches::batch(batch).map(|batch| batch.state);
        View {
            number: Self::now(),
            carrier: record,
            balance: carrier.map_or(0, |id| T::Currency::total_balance(&Self::account(&id))),
            batch: record.and_then(|record| state(record.batch)),
            certified_batch: certified.and_then(state),
            device: device.and_then(Devices::<T>::get),
        }
    }
}

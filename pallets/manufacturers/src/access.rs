//! The registry behind the calls: adding, changing state, counting and reading.

use crate::*;
use alloc::vec::Vec;
use frame_support::{ensure, traits::Get, BoundedVec};
use sp_runtime::{traits::SaturatedConversion, DispatchError, DispatchResult};
use specie_primitives::{
    ids::{BatchId, ManufacturerId},
    records::{Batch, BatchKey, BatchState},
    traits::BatchKeys,
    BlockNumber,
};

/// Whether a batch may go from one state to another.
const fn may_change(from: BatchState, to: BatchState) -> bool {
    matches!(
        (from, to),
        (BatchState::Active, BatchState::Suspended | BatchState::Revoked)
            | (BatchState::Suspended, BatchState::Active | BatchState::Revoked)
    )
}

impl<T: Config> Pallet<T> {
    pub(crate) fn do_register(
        account: T::AccountId,
        name: BoundedVec<u8, T::MaxNameLen>,
    ) -> Result<ManufacturerId, DispatchError> {
        ensure!(!name.is_empty() && core::str::from_utf8(&name).is_ok(), Error::<T>::BadName);
        ensure!(!ManufacturerOf::<T>::contains_key(&account), Error::<T>::AccountTaken);
        let id = ManufacturerCount::<T>::get();
        let next = id.checked_add(1).ok_or(Error::<T>::Overflow)?;
        let manufacturer = ManufacturerId(id);
        ManufacturerCount::<T>::put(next);
        ManufacturerOf::<T>::insert(&account, manufacturer);
        let record = Manufacturer { account: account.clone(), name: name.clone(), batches: 0 };
        Manufacturers::<T>::insert(manufacturer, record);
        Self::deposit_event(Event::ManufacturerRegistered { manufacturer, account, name });
        Ok(manufacturer)
    }

    pub(crate) fn do_add_batch(
        manufacturer: ManufacturerId,
        batch: BatchId,
        key: BatchKey,
        capacity: u32,
        expires: BlockNumber,
    ) -> DispatchResult {
        let mut owner = Manufacturers::<T>::get(manufacturer).ok_or(Error::<T>::UnknownManufacturer)?;
        ensure!(!Batches::<T>::contains_key(batch), Error::<T>::BatchExists);
        ensure!(key.validate().is_ok(), Error::<T>::BadBatchKey);
        let unbound = !matches!(key, BatchKey::Native(_));
        ensure!(!unbound || !BatchOfKey::<T>::contains_key(key), Error::<T>::KeyTaken);
        ensure!(capacity > 0, Error::<T>::NoCapacity);
        ensure!(expires >= Self::now(), Error::<T>::AlreadyExpired);
        ensure!(owner.batches < T::MaxBatches::get(), Error::<T>::TooManyBatches);
        let index = owner.batches;
        owner.batches = index.checked_add(1).ok_or(Error::<T>::Overflow)?;
        Manufacturers::<T>::insert(manufacturer, owner);
        BatchesOf::<T>::insert(manufacturer, index, batch);
        if unbound {
            BatchOfKey::<T>::insert(key, batch);
        }
        let state = BatchState::Active;
        let record = Batch { manufacturer, key, state, blocks_orders: false, capacity, registered: 0, expires };
        Batches::<T>::insert(batch, record);
        Self::deposit_event(Event::BatchAdded { batch, manufacturer, key, capacity, expires });
        Ok(())
    }

    pub(crate) fn change_state(batch: BatchId, to: BatchState) -> DispatchResult {
        Batches::<T>::try_mutate(batch, |known| {
            let known = known.as_mut().ok_or(Error::<T>::UnknownBatch)?;
            ensure!(may_change(known.state, to), Error::<T>::WrongBatchState);
            known.state = to;
            Ok::<_, DispatchError>(())
        })?;
        Self::deposit_event(match to {
            BatchState::Active => Event::BatchReactivated { batch },
            BatchState::Suspended => Event::BatchSuspended { batch },
            BatchState::Revoked => Event::BatchRevoked { batch },
        });
        Ok(())
    }

    /// At most `limit` manufacturers in the order of their numbers, from the `from`-th.
    pub fn manufacturers_page(from: u32, limit: u32) -> Vec<(ManufacturerId, Manufacturer<T>)> {
        let end = from.saturating_add(limit).min(ManufacturerCount::<T>::get());
        (from..end)
            .map(ManufacturerId)
            .filter_map(|id| Manufacturers::<T>::get(id).map(|manufacturer| (id, manufacturer)))
            .collect()
    }

    /// At most `limit` batches of `manufacturer` in the order in which it added them, from the `from`-th.
    pub fn batches_page(manufacturer: ManufacturerId, from: u32, limit: u32) -> Vec<(BatchId, Batch)> {
        let count = Manufacturers::<T>::get(manufacturer).map_or(0, |known| known.batches);
        let end = from.saturating_add(limit).min(count);
        (from..end)
            .filter_map(|index| BatchesOf::<T>::get(manufacturer, index))
            .filter_map(|id| Batches::<T>::get(id).map(|batch| (id, batch)))
            .collect()
    }

    fn now() -> BlockNumber {
        frame_system::Pallet::<T>::block_number().saturated_into()
    }
}

impl<T: Config> BatchKeys for Pallet<T> {
    type Error = DispatchError;

    fn batch(id: BatchId) -> Option<Batch> {
        Batches::<T>::get(id)
    }

    fn count_carrier(id: BatchId) -> DispatchResult {
        Batches::<T>::try_mutate(id, |known| {
            let batch = known.as_mut().ok_or(Error::<T>::UnknownBatch)?;
            ensure!(batch.state == BatchState::Active, Error::<T>::BatchNotActive);
            ensure!(Self::now() <= batch.expires, Error::<T>::BatchExpired);
            ensure!(batch.registered < batch.capacity, Error::<T>::BatchFull);
            batch.registered = batch.registered.checked_add(1).ok_or(Error::<T>::Overflow)?;
            Ok(())
        })
    }
}

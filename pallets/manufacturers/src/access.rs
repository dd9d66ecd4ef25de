//! The registry behind the calls: adding, changing state, counting and reading.

use crate::*;
use alloc::vec::Vec;
use frame_support::{ensure, traits::Get, BoundedVec};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::{traits::SaturatedConversion, DispatchError, DispatchResult};
use specie_primitives::{
    acts::{Actor, Cause},
    batch::{proves_possession, MAX_MANUFACTURERS, MAX_QUOTA},
    crypto::Signature,
    ids::{BatchId, ManufacturerId},
    records::{Batch, BatchKey, BatchState},
    text::is_plain,
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
        quota: u64,
        by: Actor<T::AccountId>,
    ) -> Result<ManufacturerId, DispatchError> {
        ensure!(!name.is_empty() && core::str::from_utf8(&name).is_ok_and(is_plain), Error::<T>::BadName);
        ensure!(quota <= MAX_QUOTA, Error::<T>::QuotaTooLarge);
        ensure!(!ManufacturerOf::<T>::contains_key(&account), Error::<T>::AccountTaken);
        let id = ManufacturerCount::<T>::get();
        ensure!(id < MAX_MANUFACTURERS, Error::<T>::Overflow);
        let next = id.checked_add(1).ok_or(Error::<T>::Overflow)?;
        let manufacturer = ManufacturerId(id);
        ManufacturerCount::<T>::put(next);
        ManufacturerOf::<T>::insert(&account, manufacturer);
        let record = Manufacturer {
            account: account.clone(),
            name: name.clone(),
            batches: 0,
            capacity: 0,
            quota,
            suspended: false,
        };
        Manufacturers::<T>::insert(manufacturer, record);
        Self::deposit_event(Event::ManufacturerRegistered { manufacturer, account, name, quota, by });
        Ok(manufacturer)
    }

    pub(crate) fn change<R>(
        manufacturer: ManufacturerId,
        change: impl FnOnce(&mut Manufacturer<T>) -> Result<R, DispatchError>,
    ) -> Result<R, DispatchError> {
        Manufacturers::<T>::try_mutate(manufacturer, |known| {
            change(known.as_mut().ok_or(Error::<T>::UnknownManufacturer)?)
        })
    }

    /// Fails when the manufacturer is unknown or stopped.
    pub(crate) fn ensure_at_work(manufacturer: ManufacturerId) -> DispatchResult {
        let known = Manufacturers::<T>::get(manufacturer).ok_or(Error::<T>::UnknownManufacturer)?;
        ensure!(!known.suspended, Error::<T>::ManufacturerSuspended);
        Ok(())
    }

    /// Fails unless the batch key has signed that this manufacturer adds it on this chain.
    pub(crate) fn check_possession(
        manufacturer: ManufacturerId,
        batch: BatchId,
        key: &BatchKey,
        possession: &Signature,
    ) -> DispatchResult {
        let genesis = frame_system::Pallet::<T>::block_hash(BlockNumberFor::<T>::default()).into();
        ensure!(key.validate().is_ok(), Error::<T>::BadBatchKey);
        let proved = proves_possession::<T::Arithmetic>(&genesis, manufacturer, batch, key, possession);
        ensure!(proved, Error::<T>::NoPossession);
        Ok(())
    }

    pub(crate) fn do_add_batch(
        manufacturer: ManufacturerId,
        batch: BatchId,
        key: BatchKey,
        capacity: u32,
        expires: BlockNumber,
        by: Actor<T::AccountId>,
    ) -> DispatchResult {
        let mut owner = Manufacturers::<T>::get(manufacturer).ok_or(Error::<T>::UnknownManufacturer)?;
        ensure!(!owner.suspended, Error::<T>::ManufacturerSuspended);
        ensure!(batch.owner() == Some(manufacturer), Error::<T>::NotOwnId);
        ensure!(!Batches::<T>::contains_key(batch), Error::<T>::BatchExists);
        ensure!(key.validate().is_ok(), Error::<T>::BadBatchKey);
        let listed = Self::check_key_is_free(&key)?;
        ensure!(capacity > 0, Error::<T>::NoCapacity);
        owner.capacity = owner.capacity.checked_add(capacity.into()).ok_or(Error::<T>::Overflow)?;
        ensure!(owner.capacity <= owner.quota, Error::<T>::QuotaExceeded);
        ensure!(expires >= Self::now(), Error::<T>::AlreadyExpired);
        ensure!(owner.batches < T::MaxBatches::get(), Error::<T>::TooManyBatches);
        let index = owner.batches;
        owner.batches = index.checked_add(1).ok_or(Error::<T>::Overflow)?;
        Manufacturers::<T>::insert(manufacturer, owner);
        BatchesOf::<T>::insert(manufacturer, index, batch);
        if !listed {
            BatchOfKey::<T>::insert(RawKey::from(&key), batch);
        }
        let state = BatchState::Active;
        let record = Batch { manufacturer, key, state, blocks_orders: false, capacity, registered: 0, expires };
        Batches::<T>::insert(batch, record);
        Self::deposit_event(Event::BatchAdded { batch, manufacturer, key, capacity, expires, by });
        Ok(())
    }

    /// Fails when another batch has the key, unless the certificates of both say which batch they are of. Returns whether
    /// the key is listed already.
    fn check_key_is_free(key: &BatchKey) -> Result<bool, DispatchError> {
        let Some(first) = BatchOfKey::<T>::get(RawKey::from(key)) else { return Ok(false) };
        let known = Batches::<T>::get(first).map(|batch| batch.key);
        let both_name_their_batch = matches!((known, key), (Some(BatchKey::Native(_)), BatchKey::Native(_)));
        ensure!(both_name_their_batch, Error::<T>::KeyTaken);
        Ok(true)
    }

    pub(crate) fn change_state(
        batch: BatchId,
        to: BatchState,
        by: Actor<T::AccountId>,
        cause: Cause,
    ) -> DispatchResult {
        Batches::<T>::try_mutate(batch, |known| {
            let known = known.as_mut().ok_or(Error::<T>::UnknownBatch)?;
            ensure!(may_change(known.state, to), Error::<T>::WrongBatchState);
            known.state = to;
            Ok::<_, DispatchError>(())
        })?;
        Self::deposit_event(match to {
            BatchState::Active => Event::BatchReactivated { batch, by, cause },
            BatchState::Suspended => Event::BatchSuspended { batch, by, cause },
            BatchState::Revoked => Event::BatchRevoked { batch, by, cause },
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
            Self::ensure_at_work(batch.manufacturer)?;
            ensure!(batch.state == BatchState::Active, Error::<T>::BatchNotActive);
            ensure!(Self::now() <= batch.expires, Error::<T>::BatchExpired);
            ensure!(batch.registered < batch.capacity, Error::<T>::BatchFull);
            batch.registered = batch.registered.checked_add(1).ok_or(Error::<T>::Overflow)?;
            Ok(())
        })
    }

    fn registered() -> u64 {
        Batches::<T>::iter_values().map(|batch| u64::from(batch.registered)).sum()
    }
}

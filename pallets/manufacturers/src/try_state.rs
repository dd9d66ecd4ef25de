//! What always holds of the storage.

use crate::*;
use alloc::{
    collections::{BTreeMap, BTreeSet},
    vec::Vec,
};
use frame_support::{ensure, traits::Get};
use sp_runtime::DispatchError;
use specie_primitives::{ids::ManufacturerId, records::BatchKey};

impl<T: Config> Pallet<T> {
    /// Checks every invariant of the pallet.
    pub fn do_try_state() -> Result<(), DispatchError> {
        Self::check_manufacturers()?;
        Self::check_batches()?;
        Self::check_keys()
    }

    /// Manufacturers are numbered without gaps, and account and number point at each other.
    fn check_manufacturers() -> Result<(), DispatchError> {
        let count = ManufacturerCount::<T>::get();
        ensure!(Manufacturers::<T>::iter().count() == count as usize, "manufacturers are not counted");
        ensure!(ManufacturerOf::<T>::iter().count() == count as usize, "accounts are not counted");
        for id in (0..count).map(ManufacturerId) {
            let manufacturer = Manufacturers::<T>::get(id).ok_or("a manufacturer's number is missing")?;
            let back = ManufacturerOf::<T>::get(&manufacturer.account);
            ensure!(back == Some(id), "a manufacturer's account does not point back");
            ensure!(manufacturer.batches <= T::MaxBatches::get(), "a manufacturer has too many batches");
        }
        Ok(())
    }

    /// Every key is listed, for a batch that has it; a key whose certificates name no batch is in that batch alone.
    fn check_keys() -> Result<(), DispatchError> {
        let mut batches_of = BTreeMap::<RawKey, Vec<BatchKey>>::new();
        for batch in Batches::<T>::iter_values() {
            batches_of.entry(RawKey::from(&batch.key)).or_default().push(batch.key);
        }
        for (raw, id) in BatchOfKey::<T>::iter() {
            let batch = Batches::<T>::get(id).ok_or("a key of no batch")?;
            ensure!(RawKey::from(&batch.key) == raw, "a key is listed for another batch");
            let keys = batches_of.remove(&raw).unwrap_or_default();
            let all_native = keys.iter().all(|key| matches!(key, BatchKey::Native(_)));
            ensure!(all_native || keys.len() == 1, "a key that names no batch is in two batches");
        }
        ensure!(batches_of.is_empty(), "a key is not listed");
        Ok(())
    }

    /// Every batch is in its manufacturer's list once, within its capacity and with a usable key.
    fn check_batches() -> Result<(), DispatchError> {
        let mut listed = BTreeSet::new();
        let mut capacities = BTreeMap::<ManufacturerId, u64>::new();
        for (manufacturer, index, id) in BatchesOf::<T>::iter() {
            let owner = Manufacturers::<T>::get(manufacturer).ok_or("a list of batches has no owner")?;
            ensure!(index < owner.batches, "a batch is listed beyond the count");
            let batch = Batches::<T>::get(id).ok_or("a listed batch is missing")?;
            ensure!(batch.manufacturer == manufacturer, "a batch is in another manufacturer's list");
            ensure!(batch.registered <= batch.capacity, "a batch is over its capacity");
            ensure!(batch.key.validate().is_ok(), "a batch key is not on its curve");
            ensure!(listed.insert(id), "a batch is listed twice");
            ensure!(id.owner() == Some(manufacturer), "a batch id lies in another manufacturer's range");
            let sum = capacities.entry(manufacturer).or_default();
            *sum = sum.checked_add(u64::from(batch.capacity)).ok_or("capacities do not fit")?;
        }
        for (id, manufacturer) in Manufacturers::<T>::iter() {
            let sum = capacities.get(&id).copied().unwrap_or_default();
            ensure!(manufacturer.capacity == sum, "a manufacturer's capacity is not the sum of its batches'");
        }
        let counted: u32 = Manufacturers::<T>::iter_values().map(|known| known.batches).sum();
        ensure!(listed.len() == counted as usize, "batches are not counted");
        ensure!(Batches::<T>::iter().count() == listed.len(), "a batch is in no list");
        Ok(())
    }
}

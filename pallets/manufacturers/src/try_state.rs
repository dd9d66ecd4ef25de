//! What always holds of the storage.

use crate::*;
use alloc::collections::BTreeSet;
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

    /// A key is listed for the batch that has it, and only where the certificates do not name the batch.
    fn check_keys() -> Result<(), DispatchError> {
        for (key, id) in BatchOfKey::<T>::iter() {
            let batch = Batches::<T>::get(id).ok_or("a key of no batch")?;
            ensure!(batch.key == key, "a key is listed for another batch");
        }
        let unbound = Batches::<T>::iter_values().filter(|batch| !matches!(batch.key, BatchKey::Native(_)));
        ensure!(unbound.count() == BatchOfKey::<T>::iter().count(), "a key that names no batch is not listed");
        Ok(())
    }

    /// Every batch is in its manufacturer's list once, within its capacity and with a usable key.
    fn check_batches() -> Result<(), DispatchError> {
        let mut listed = BTreeSet::new();
        for (manufacturer, index, id) in BatchesOf::<T>::iter() {
            let owner = Manufacturers::<T>::get(manufacturer).ok_or("a list of batches has no owner")?;
            ensure!(index < owner.batches, "a batch is listed beyond the count");
            let batch = Batches::<T>::get(id).ok_or("a listed batch is missing")?;
            ensure!(batch.manufacturer == manufacturer, "a batch is in another manufacturer's list");
            ensure!(batch.registered <= batch.capacity, "a batch is over its capacity");
            ensure!(batch.key.validate().is_ok(), "a batch key is not on its curve");
            ensure!(listed.insert(id), "a batch is listed twice");
        }
        let counted: u32 = Manufacturers::<T>::iter_values().map(|known| known.batches).sum();
        ensure!(listed.len() == counted as usize, "batches are not counted");
        ensure!(Batches::<T>::iter().count() == listed.len(), "a batch is in no list");
        Ok(())
    }
}

//! What always holds of the storage.

use crate::*;
use alloc::collections::BTreeMap;
use frame_support::{
    ensure,
    traits::{fungible::InspectHold, Get},
};
use sp_runtime::DispatchError;
use specie_primitives::{
    ids::{BatchId, CarrierId},
    records::{Carrier, CarrierState},
    traits::BatchKeys,
    Balance,
};

impl<T: Config> Pallet<T> {
    /// Checks every invariant of the pallet.
    pub fn do_try_state() -> Result<(), DispatchError> {
        let lifetime = OrderLifetime::<T>::get();
        ensure!(lifetime > 0 && lifetime <= T::MaxOrderLifetime::get(), "the order lifetime is out of bounds");
        for (id, carrier) in Carriers::<T>::iter() {
            Self::check_carrier(id, &carrier)?;
        }
        Self::check_devices()?;
        Self::check_batches()?;
        Self::check_deposits()
    }

    /// A record is at the address of its key, names a batch, and is the device's last unless it was superseded.
    fn check_carrier(id: CarrierId, carrier: &Carrier) -> Result<(), DispatchError> {
        ensure!(id == CarrierId::of(&carrier.currency_key), "a carrier is not at the address of its key");
        ensure!(T::Batches::batch(carrier.batch).is_some(), "a carrier is of an unknown batch");
        ensure!(carrier.generation > 0, "a carrier has no generation");
        let device = Devices::<T>::get(carrier.device_key).ok_or("a carrier's device is not known")?;
        ensure!(carrier.generation <= device.generation, "a carrier is newer than its device's last");
        let in_use = matches!(carrier.state, CarrierState::Active | CarrierState::Frozen);
        ensure!(!in_use || device.carrier == id, "a device has two carriers in use");
        let is_over = carrier.state == CarrierState::Retired || device.carrier != id;
        ensure!(is_over == (carrier.deposit == 0), "a deposit is not that of the carrier's state");
        Ok(())
    }

    /// A device points at a carrier of its own, of the same generation.
    fn check_devices() -> Result<(), DispatchError> {
        for (key, device) in Devices::<T>::iter() {
            let carrier = Carriers::<T>::get(device.carrier).ok_or("a device points at no carrier")?;
            ensure!(carrier.device_key == key, "a device points at another device's carrier");
            ensure!(carrier.generation == device.generation, "a device's generation is not its carrier's");
        }
        Ok(())
    }

    /// Each device counts once against its batch: a card that makes another key is still the same card.
    fn check_batches() -> Result<(), DispatchError> {
        let mut devices = BTreeMap::<BatchId, u32>::new();
        for device in Devices::<T>::iter_values() {
            let carrier = Carriers::<T>::get(device.carrier).ok_or("a device points at no carrier")?;
            let count = devices.entry(carrier.batch).or_default();
            *count = count.saturating_add(1);
        }
        for (id, count) in &devices {
            let registered = T::Batches::batch(*id).map(|batch| batch.registered);
            ensure!(registered == Some(*count), "a batch does not count its devices");
        }
        let all: u64 = devices.into_values().map(u64::from).sum();
        ensure!(T::Batches::registered() == all, "a batch counts devices that there are not");
        Ok(())
    }

    /// What is held is what the records say.
    fn check_deposits() -> Result<(), DispatchError> {
        let mut deposits = BTreeMap::<[u8; 32], Balance>::new();
        for carrier in Carriers::<T>::iter_values() {
            let sum = deposits.entry(carrier.depositor).or_default();
            *sum = sum.checked_add(carrier.deposit).ok_or("deposits do not fit")?;
        }
        for (depositor, sum) in deposits {
            let held = T::Currency::balance_on_hold(&HoldReason::CarrierRecord.into(), &depositor.into());
            ensure!(held == sum, "deposits are not what is held");
        }
        Ok(())
    }
}

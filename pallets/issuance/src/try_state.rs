//! What always holds of the storage.

use crate::*;
use frame_support::{ensure, traits::fungibles::Inspect};
use sp_runtime::DispatchError;

impl<T: Config> Pallet<T> {
    /// Checks every invariant of the pallet.
    pub fn do_try_state() -> Result<(), DispatchError> {
        let count = AssetCount::<T>::get();
        ensure!(Ledgers::<T>::contains_key(CurrencyId::Native), "the chain's own currency has no ledger");
        for currency in Ledgers::<T>::iter_keys() {
            let supply = Self::supply(currency).ok_or("a ledger cannot be read")?;
            ensure!(supply.remainder() == 0, "a supply does not reconcile");
            let known = match currency {
                CurrencyId::Native => true,
                CurrencyId::Asset(number) => (1..=count).contains(&number) && T::Assets::asset_exists(number),
            };
            ensure!(known, "a ledger of no currency");
        }
        for number in 1..=count {
            ensure!(Ledgers::<T>::contains_key(CurrencyId::Asset(number)), "an asset has no ledger");
        }
        let symbols = Symbols::<T>::iter_values().count();
        ensure!(symbols == count as usize, "an asset has no symbol, or two");
        Ok(())
    }
}

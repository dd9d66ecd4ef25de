//! How much there is of each currency, and where what is gone has gone.

use crate::*;
use frame_support::traits::{
    fungible::Credit,
    fungibles::{metadata::Inspect as _, Inspect, Mutate},
    tokens::{Fortitude, Precision, Preservation},
    Get, Imbalance, OnUnbalanced,
};
use sp_runtime::{DispatchError, DispatchResult};
use specie_primitives::{
    currency::{CurrencyInfo, Supply},
    traits::NetworkFees,
    Balance,
};

impl<T: Config> Pallet<T> {
    /// What a currency is called; `None`: there is no such currency.
    pub fn info(id: CurrencyId) -> Option<CurrencyInfo> {
        let CurrencyId::Asset(number) = id else { return Some(T::NativeInfo::get()) };
        Ledgers::<T>::contains_key(id).then(|| CurrencyInfo {
            id,
            name: T::Assets::name(number),
            symbol: T::Assets::symbol(number),
            decimals: T::Assets::decimals(number),
            minimum: T::Money::minimum_balance(id),
        })
    }

    /// How much there is of a currency; `None`: there is no such currency.
    pub fn supply(currency: CurrencyId) -> Option<Supply> {
        let Ledger { cap, minted, burnt } = Ledgers::<T>::get(currency)?;
        let (fees_burnt, total) = (FeesBurnt::<T>::get(currency), T::Money::total_issuance(currency));
        Some(Supply { currency, cap, minted, burnt, fees_burnt, total })
    }

    pub(crate) fn count_burnt(currency: CurrencyId, amount: Balance) {
        // Less than everything that was ever minted, which fits.
        FeesBurnt::<T>::mutate(currency, |sum| *sum = sum.saturating_add(amount));
    }
}

/// The network's part of an order's fee: it is burnt, and counted.
impl<T: Config> NetworkFees<T::AccountId> for Pallet<T> {
    type Error = DispatchError;

    fn collect(currency: CurrencyId, from: &T::AccountId, amount: Balance) -> DispatchResult {
        let (expendable, exact, polite) = (Preservation::Expendable, Precision::Exact, Fortitude::Polite);
        // What is left of an account that dies by it goes the way of all remainders, which are counted by themselves.
        let burnt = T::Money::burn_from(currency, from, amount, expendable, exact, polite)?;
        Self::count_burnt(currency, burnt);
        Ok(())
    }
}

/// Fees of transactions, and remainders of accounts in the chain's own currency: they are burnt, and counted.
impl<T: Config> OnUnbalanced<Credit<T::AccountId, T::Native>> for Pallet<T> {
    fn on_nonzero_unbalanced(credit: Credit<T::AccountId, T::Native>) {
        Self::count_burnt(CurrencyId::Native, credit.peek());
        drop(credit);
    }
}

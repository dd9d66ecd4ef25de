//! What the issuer does.

use crate::*;
use frame_support::{
    ensure,
    traits::{
        fungibles::{metadata::Mutate as _, Create, Inspect, Mutate},
        tokens::{Fortitude, Precision, Preservation},
        Get,
    },
    BoundedVec,
};
use sp_runtime::{traits::SaturatedConversion, DispatchResult};
use specie_primitives::{
    acts::{Actor, Cause},
    text::is_plain,
    Balance, BlockNumber,
};

/// The most digits behind the point: more would leave no room for amounts.
pub const MAX_DECIMALS: u8 = 18;

/// The longest symbol, in letters.
const MAX_SYMBOL: usize = 8;

/// Whether `symbol` reads alike everywhere: ISO 4217's codes are three capital letters.
pub(crate) fn is_symbol(symbol: &[u8]) -> bool {
    (1..=MAX_SYMBOL).contains(&symbol.len())
        && symbol.iter().all(|letter| letter.is_ascii_uppercase() || letter.is_ascii_digit())
}

impl<T: Config> Pallet<T> {
    pub(crate) fn do_create(
        name: BoundedVec<u8, T::MaxNameLen>,
        symbol: BoundedVec<u8, T::MaxNameLen>,
        decimals: u8,
        minimum: Balance,
        cap: Balance,
        by: Actor<T::AccountId>,
        cause: Cause,
    ) -> DispatchResult {
        ensure!(!name.is_empty() && core::str::from_utf8(&name).is_ok_and(is_plain), Error::<T>::BadName);
        ensure!(is_symbol(&symbol), Error::<T>::BadSymbol);
        let taken = Symbols::<T>::contains_key(&symbol) || T::NativeInfo::get().symbol == symbol.as_slice();
        ensure!(!taken, Error::<T>::SymbolTaken);
        ensure!(decimals <= MAX_DECIMALS, Error::<T>::BadDecimals);
        ensure!(minimum > 0, Error::<T>::BadMinimum);
        ensure!(cap <= MAX_CAP, Error::<T>::CapTooLarge);

        let number = AssetCount::<T>::get().checked_add(1).ok_or(Error::<T>::Overflow)?;
        let (currency, owner) = (CurrencyId::Asset(number), T::IssuerAccount::get());
        // Sufficient: a card that holds it needs nothing of the chain's own currency.
        T::Assets::create(number, owner.clone(), true, minimum)?;
        T::Assets::set(number, &owner, name.to_vec(), symbol.to_vec(), decimals)?;
        AssetCount::<T>::put(number);
        Symbols::<T>::insert(&symbol, number);
        Ledgers::<T>::insert(currency, Ledger { cap, minted: 0, burnt: 0 });
        Self::deposit_event(Event::CurrencyCreated { currency, name, symbol, decimals, minimum, cap, by, cause });
        Ok(())
    }

    pub(crate) fn do_mint(
        currency: CurrencyId,
        to: T::AccountId,
        amount: Balance,
        entry: [u8; 32],
        by: Actor<T::AccountId>,
    ) -> DispatchResult {
        let ledger = Self::known(currency)?;
        ensure!(amount > 0, Error::<T>::NoAmount);
        let total = T::Money::total_issuance(currency).checked_add(amount).ok_or(Error::<T>::Overflow)?;
        ensure!(total <= ledger.cap, Error::<T>::AboveCap);
        Self::book(entry, currency, Act::Mint, amount)?;
        T::Money::mint_into(currency, &to, amount)?;
        let minted = ledger.minted.checked_add(amount).ok_or(Error::<T>::Overflow)?;
        Ledgers::<T>::insert(currency, Ledger { minted, ..ledger });
        Self::deposit_event(Event::MoneyMinted { currency, to, amount, total, entry, by });
        Ok(())
    }

    pub(crate) fn do_burn(
        currency: CurrencyId,
        amount: Balance,
        entry: [u8; 32],
        by: Actor<T::AccountId>,
    ) -> DispatchResult {
        let ledger = Self::known(currency)?;
        ensure!(amount > 0, Error::<T>::NoAmount);
        Self::book(entry, currency, Act::Burn, amount)?;
        let (from, expendable, polite) = (T::IssuerAccount::get(), Preservation::Expendable, Fortitude::Polite);
        let there = T::Money::reducible_balance(currency, &from, expendable, polite);
        ensure!(there >= amount, Error::<T>::NotGivenBack);
        let gone = T::Money::burn_from(currency, &from, amount, expendable, Precision::Exact, polite)?;
        // What would be left and is less than an account may hold goes too, and counts as a remainder.
        Self::count_burnt(currency, gone.saturating_sub(amount));
        let burnt = ledger.burnt.checked_add(amount).ok_or(Error::<T>::Overflow)?;
        Ledgers::<T>::insert(currency, Ledger { burnt, ..ledger });
        let total = T::Money::total_issuance(currency);
        Self::deposit_event(Event::MoneyBurnt { currency, amount, total, entry, by });
        Ok(())
    }

    pub(crate) fn do_change_cap(
        currency: CurrencyId,
        cap: Balance,
        by: Actor<T::AccountId>,
        cause: Cause,
    ) -> DispatchResult {
        let ledger = Self::known(currency)?;
        ensure!(cap <= MAX_CAP, Error::<T>::CapTooLarge);
        Ledgers::<T>::insert(currency, Ledger { cap, ..ledger });
        Self::deposit_event(Event::CapChanged { currency, cap, by, cause });
        Ok(())
    }

    fn known(currency: CurrencyId) -> Result<Ledger, Error<T>> {
        Ledgers::<T>::get(currency).ok_or(Error::UnknownCurrency)
    }

    /// Uses an entry of the books up.
    fn book(entry: [u8; 32], currency: CurrencyId, act: Act, amount: Balance) -> Result<(), Error<T>> {
        ensure!(!Entries::<T>::contains_key(entry), Error::EntryUsed);
        let at: BlockNumber = frame_system::Pallet::<T>::block_number().saturated_into();
        Entries::<T>::insert(entry, Booked { currency, act, amount, at });
        Ok(())
    }
}

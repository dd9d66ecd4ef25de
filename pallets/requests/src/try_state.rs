//! What always holds of the storage.

use crate::*;
use alloc::collections::BTreeMap;
use frame_support::{
    ensure,
    traits::{fungible::InspectHold as _, fungibles::InspectHold, Get},
};
use sp_runtime::DispatchError;
use specie_primitives::{
    ids::{CarrierId, CurrencyId},
    Balance,
};

impl<T: Config> Pallet<T> {
    /// Checks every invariant of the pallet.
    pub fn do_try_state() -> Result<(), DispatchError> {
        let mut payments = BTreeMap::<(CarrierId, CurrencyId), Balance>::new();
        let mut deposits = BTreeMap::<[u8; 32], (T::AccountId, Balance)>::new();
        for request in Requests::<T>::iter_values() {
            if let Some(held) = request.state.held() {
                ensure!(held.amount > 0, "nothing is held for a request");
                ensure!(request.terms.amount.takes(held.amount), "a request holds another amount than it asks for");
                add(payments.entry((held.carrier, request.terms.currency)).or_default(), held.amount)?;
            }
            let opener: [u8; 32] = request.opener.clone().into();
            let (_, sum) = deposits.entry(opener).or_insert_with(|| (request.opener.clone(), 0));
            add(sum, request.deposit)?;
            ensure!(request.deposit > 0, "a request is kept for nothing");
            ensure!(request.terms.expires <= request.terms.settle_by, "a request is settled before it expires");
        }
        for ((carrier, currency), sum) in payments {
            let held = T::Money::balance_on_hold(currency, &HoldReason::Payment.into(), &carrier.0.into());
            ensure!(held == sum, "what is held at a carrier is not what its requests say");
        }
        for (opener, sum) in deposits.into_values() {
            let held = T::Currency::balance_on_hold(&HoldReason::Record.into(), &opener);
            ensure!(held == sum, "the deposits of requests are not what is held");
        }
        for (pool, reference, ()) in ToPool::<T>::iter() {
            let request = Requests::<T>::get(reference).ok_or("a pool's list has a request that is gone")?;
            ensure!(request.terms.pool.is_some_and(|(known, _)| known == pool), "a list of another pool");
        }
        for (reference, request) in Requests::<T>::iter() {
            let is_listed = request.terms.pool.is_none_or(|(pool, _)| ToPool::<T>::contains_key(pool, reference));
            ensure!(is_listed, "a request to a pool is not in its list");
        }
        Self::check_numbers()
    }

    /// Every request has a number that its opener has used.
    fn check_numbers() -> Result<(), DispatchError> {
        for (reference, request) in Requests::<T>::iter() {
            let next = NextNumber::<T>::get(&request.opener);
            ensure!(next > 0, "a request of an opener without numbers");
            ensure!(reference.0 != [0; 32], "a request with the reference that stands for none");
            ensure!(request.opened_at <= Self::now(), "a request was opened in the future");
            ensure!(T::Deposit::get() > 0, "requests cost nothing");
        }
        Ok(())
    }
}

fn add(sum: &mut Balance, amount: Balance) -> Result<(), DispatchError> {
    *sum = sum.checked_add(amount).ok_or("a sum does not fit")?;
    Ok(())
}

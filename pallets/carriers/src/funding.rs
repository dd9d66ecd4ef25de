//! Putting money on a carrier.

use crate::*;
use frame_support::{
    ensure,
    traits::{
        fungibles::{Inspect, Mutate},
        tokens::Preservation,
    },
};
use sp_runtime::DispatchResult;
use specie_primitives::{
    ids::CarrierId,
    traits::{MachineAuthority, Permission, PoolAuthority},
    Balance,
};

impl<T: Config> Pallet<T> {
    /// Funds a carrier: with `amount`, or, where it has a denomination, with what it lacks of that and `amount` at most.
    /// `at` is the machine that takes a fee for it and the most that the payer agreed to.
    pub(crate) fn do_fund(
        payer: T::AccountId,
        id: CarrierId,
        amount: Balance,
        at: Option<(T::AccountId, Balance)>,
    ) -> DispatchResult {
        ensure!(amount > 0, Error::<T>::AmountTooSmall);
        let carrier = Carriers::<T>::get(id).ok_or(Error::<T>::UnknownCarrier)?;
        Self::ensure_in_use(&carrier)?;
        Self::ensure_active(carrier.batch)?;
        ensure!(T::Pools::may_receive(&id), Error::<T>::PayeeLocked);
        let (address, currency) = (Self::account(&id), carrier.currency);
        let amount = match carrier.denomination {
            None => amount,
            Some(denomination) => {
                let lacking = denomination.saturating_sub(T::Money::balance(currency, &address));
                ensure!(lacking > 0 && lacking <= amount, Error::<T>::NotDenomination);
                lacking
            }
        };

        let (machine, fee) = match at {
            None => (None, 0),
            Some((machine, max_fee)) => {
                let operator = T::Machines::authorise(&machine, Permission::Fund)?;
                let fee = T::Machines::fee(&machine, currency, amount)?;
                ensure!(fee <= max_fee, Error::<T>::FeeAboveLimit);
                // Less than its account may hold, or more: no reason to keep money off the card.
                let fee = if Self::can_receive(currency, &operator, fee) { fee } else { 0 };
                if fee > 0 {
                    T::Money::transfer(currency, &payer, &operator, fee, Preservation::Preserve)?;
                }
                (Some(machine), fee)
            }
        };
        T::Money::transfer(currency, &payer, &address, amount, Preservation::Preserve)?;
        Self::deposit_event(Event::CarrierFunded { carrier: id, amount, currency, by: payer, machine, fee });
        Ok(())
    }
}

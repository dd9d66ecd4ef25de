//! The states of a carrier and who changes them.

use crate::*;
use frame_support::{
    ensure,
    traits::{
        fungibles::{Inspect, Mutate},
        tokens::{Fortitude, Preservation},
    },
};
use sp_runtime::{DispatchError, DispatchResult};
use specie_primitives::{
    acts::{Actor, Cause},
    ids::{BatchId, CarrierId, CurrencyId},
    records::{BatchState, Carrier, CarrierState},
    traits::BatchKeys,
    Balance, BlockNumber,
};

/// Whether a carrier may go from one state to another.
const fn may_change(from: CarrierState, to: CarrierState) -> bool {
    use CarrierState::{Active, Frozen, Marked, Retired, Superseded};
    matches!(
        (from, to),
        (Active, Frozen | Marked(_) | Superseded | Retired)
            | (Frozen, Active | Marked(_) | Superseded | Retired)
            | (Superseded, Marked(_) | Retired)
            | (Marked(_), Retired)
    )
}

impl<T: Config> Pallet<T> {
    pub(crate) fn do_freeze(id: CarrierId, by: Actor<T::AccountId>, cause: Cause) -> DispatchResult {
        Self::change(id, |carrier| Self::enter(carrier, CarrierState::Frozen))?;
        Self::deposit_event(Event::CarrierFrozen { carrier: id, by, cause });
        Ok(())
    }

    pub(crate) fn do_unfreeze(id: CarrierId, by: Actor<T::AccountId>, cause: Cause) -> DispatchResult {
        Self::change(id, |carrier| Self::enter(carrier, CarrierState::Active))?;
        Self::deposit_event(Event::CarrierUnfrozen { carrier: id, by, cause });
        Ok(())
    }

    pub(crate) fn do_repair(
        id: CarrierId,
        denomination: Option<Balance>,
        funding_due: Option<BlockNumber>,
        by: Actor<T::AccountId>,
        cause: Cause,
    ) -> DispatchResult {
        Self::change(id, |carrier| {
            Self::check_terms(carrier.currency, denomination)?;
            ensure!(funding_due.is_none_or(|due| due >= Self::now()), Error::<T>::FundingDueInPast);
            let in_use = matches!(carrier.state, CarrierState::Active | CarrierState::Frozen);
            ensure!(in_use, Error::<T>::WrongState);
            carrier.denomination = denomination;
            carrier.funding_due = funding_due;
            Ok(())
        })?;
        Self::deposit_event(Event::CarrierRepaired { carrier: id, denomination, funding_due, by, cause });
        Ok(())
    }

    pub(crate) fn do_retire(id: CarrierId, by: Actor<T::AccountId>, cause: Cause) -> DispatchResult {
        Self::change(id, |carrier| {
            Self::enter(carrier, CarrierState::Retired)?;
            Self::release_deposit(carrier)
        })?;
        Self::deposit_event(Event::CarrierRetired { carrier: id, by, cause });
        Ok(())
    }

    pub(crate) fn do_unmark(id: CarrierId, by: Actor<T::AccountId>, cause: Cause) -> DispatchResult {
        Self::change(id, |carrier| {
            ensure!(matches!(carrier.state, CarrierState::Marked(_)), Error::<T>::WrongState);
            let is_latest = Devices::<T>::get(carrier.device_key).is_some_and(|device| device.carrier == id);
            // Nothing else leaves this state but retirement, or a mark could be taken away unseen.
            carrier.state = if is_latest { CarrierState::Frozen } else { CarrierState::Superseded };
            Ok(())
        })?;
        Self::deposit_event(Event::CarrierUnmarked { carrier: id, by, cause });
        Ok(())
    }

    pub(crate) fn do_settle(
        id: CarrierId,
        to: T::AccountId,
        currency: CurrencyId,
        by: Actor<T::AccountId>,
        cause: Cause,
    ) -> DispatchResult {
        let carrier = Carriers::<T>::get(id).ok_or(Error::<T>::UnknownCarrier)?;
        let is_its_own = currency == carrier.currency;
        ensure!(!is_its_own || carrier.state != CarrierState::Active, Error::<T>::WrongState);
        let address = Self::account(&id);
        ensure!(to != address, Error::<T>::BadPayee);
        let (expendable, polite) = (Preservation::Expendable, Fortitude::Polite);
        let amount = T::Money::reducible_balance(currency, &address, expendable, polite);
        ensure!(amount > 0, Error::<T>::InsufficientBalance);
        T::Money::transfer(currency, &address, &to, amount, expendable)?;
        Self::deposit_event(Event::CarrierSettled { carrier: id, to, amount, currency, by, cause });
        Ok(())
    }

    /// Changes a carrier's record.
    pub(crate) fn change<R>(
        id: CarrierId,
        change: impl FnOnce(&mut Carrier) -> Result<R, DispatchError>,
    ) -> Result<R, DispatchError> {
        Carriers::<T>::try_mutate(id, |known| change(known.as_mut().ok_or(Error::<T>::UnknownCarrier)?))
    }

    /// Moves a carrier to another state.
    pub(crate) fn enter(carrier: &mut Carrier, to: CarrierState) -> DispatchResult {
        ensure!(may_change(carrier.state, to), Error::<T>::WrongState);
        carrier.state = to;
        Ok(())
    }

    /// Fails with the reason why a carrier is not in use.
    pub(crate) fn ensure_in_use(carrier: &Carrier) -> Result<(), Error<T>> {
        match carrier.state {
            CarrierState::Active => Ok(()),
            CarrierState::Frozen => Err(Error::CarrierFrozen),
            CarrierState::Marked(_) => Err(Error::CarrierMarked),
            CarrierState::Superseded => Err(Error::CarrierSuperseded),
            CarrierState::Retired => Err(Error::CarrierRetired),
        }
    }

    /// Fails when the batch is unknown, suspended or revoked.
    pub(crate) fn ensure_active(batch: BatchId) -> DispatchResult {
        let batch = T::Batches::batch(batch).ok_or(Error::<T>::UnknownBatch)?;
        ensure!(batch.state == BatchState::Active, Error::<T>::BatchNotActive);
        Ok(())
    }
}

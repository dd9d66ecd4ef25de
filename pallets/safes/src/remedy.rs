//! What the issuer does for a pool whose operator has lost its key.

use crate::*;
use frame_support::{
    ensure,
    traits::{fungible::MutateHold, Get},
};
use sp_runtime::DispatchResult;
use specie_primitives::{
    acts::{Actor, Cause},
    ids::PoolId,
    pool::{Pool, Remedy},
};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_announce_remedy(
        by: Actor<T::AccountId>,
        id: PoolId,
        remedy: Remedy<T::AccountId>,
        cause: Cause,
    ) -> DispatchResult {
        let pool = Self::pool(id)?;
        ensure!(!pool.is_released, Error::<T>::Released);
        let from = Self::now().saturating_add(T::RemedyDelay::get());
        Remedies::<T>::insert(id, (remedy.clone(), from));
        Self::deposit_event(Event::RemedyAnnounced { pool: id, remedy, from, by, cause });
        Ok(())
    }

    pub(crate) fn do_cancel_remedy(by: Actor<T::AccountId>, id: PoolId, cause: Cause) -> DispatchResult {
        ensure!(Remedies::<T>::take(id).is_some(), Error::<T>::NoRemedy);
        Self::deposit_event(Event::RemedyCancelled { pool: id, by, cause });
        Ok(())
    }

    pub(crate) fn do_carry_out_remedy(id: PoolId) -> DispatchResult {
        let (remedy, from) = Remedies::<T>::take(id).ok_or(Error::<T>::NoRemedy)?;
        ensure!(Self::now() >= from, Error::<T>::TooEarly);
        let pool = Self::pool(id)?;
        match &remedy {
            Remedy::Operator(operator) => {
                Self::free(&pool.operator, pool.deposit)?;
                T::Currency::hold(&HoldReason::Record.into(), operator, pool.deposit)?;
                // Its units were machines of the operator before, who may have lost them with the key.
                let units: alloc::vec::Vec<_> = PartiesOf::<T>::iter_prefix(id)
                    .filter(|(_, duties)| duties.unit)
                    .map(|(unit, _)| unit)
                    .collect();
                let mut pool = Pool { operator: operator.clone(), leader: None, ..pool };
                for unit in units {
                    pool.parties = pool.parties.saturating_sub(1);
                    PartiesOf::<T>::remove(id, &unit);
                    Approvals::<T>::remove(id, &unit);
                    Self::deposit_event(Event::PartyChanged { pool: id, party: unit, duties: Default::default() });
                }
                Pools::<T>::insert(id, pool);
            }
            Remedy::Release => Pools::<T>::insert(id, Pool { leader: None, is_released: true, ..pool }),
        }
        Self::deposit_event(Event::RemedyCarriedOut { pool: id, remedy });
        Ok(())
    }
}

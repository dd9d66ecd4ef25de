//! What the issuer does for a pool whose operator has lost its key.

use crate::*;
use frame_support::{
    ensure,
    traits::{
        fungible::MutateHold,
        tokens::{Fortitude, Precision, Restriction},
        Get,
    },
};
use sp_runtime::DispatchResult;
use specie_primitives::{
    acts::{Actor, Cause},
    ids::PoolId,
    pool::{Pool, PoolPolicy, Remedy},
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
                let reason = HoldReason::Record.into();
                let (exact, on_hold, polite) = (Precision::Exact, Restriction::OnHold, Fortitude::Polite);
                if *operator != pool.operator {
                    let (from, deposit) = (&pool.operator, pool.deposit);
                    T::Currency::transfer_on_hold(&reason, from, operator, deposit, exact, on_hold, polite)?;
                }
                // Whoever had duties had them from the operator before, who may have lost their keys with its own.
                let parties: alloc::vec::Vec<_> = PartiesOf::<T>::iter_key_prefix(id).collect();
                for party in parties {
                    PartiesOf::<T>::remove(id, &party);
                    Approvals::<T>::remove(id, &party);
                    Self::deposit_event(Event::PartyChanged { pool: id, party, duties: Default::default() });
                }
                let epoch = pool.epoch.checked_add(1).ok_or(Error::<T>::Overflow)?;
                let policy = PoolPolicy { approvals: 1, ..pool.policy };
                let operator = operator.clone();
                Pools::<T>::insert(id, Pool { operator, leader: None, epoch, policy, parties: 0, ..pool });
                Self::deposit_event(Event::EpochEnded { pool: id, epoch });
            }
            Remedy::Release => Pools::<T>::insert(id, Pool { leader: None, is_released: true, ..pool }),
        }
        Self::deposit_event(Event::RemedyCarriedOut { pool: id, remedy });
        Ok(())
    }
}

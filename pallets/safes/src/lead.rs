//! Who leads a pool.

use crate::*;
use frame_support::ensure;
use sp_runtime::{DispatchError, DispatchResult};
use specie_primitives::{ids::PoolId, pool::Pool};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_take_lead(caller: T::AccountId, id: PoolId, epoch: u32) -> DispatchResult {
        let pool = Self::pool(id)?;
        ensure!(Self::is_unit(id, &pool, &caller), Error::<T>::NotPermitted);
        ensure!(!pool.is_released, Error::<T>::Released);
        ensure!(pool.epoch == epoch, Error::<T>::OtherEpoch);
        let now = Self::now();
        // A machine that the issuer has stopped keeps nobody waiting.
        let is_stopped = |leader: &T::AccountId| !Self::is_unit(id, &pool, leader);
        let may_lead = pool.may_be_led_by(&caller, now) || pool.leader.as_ref().is_some_and(is_stopped);
        ensure!(may_lead, Error::<T>::Led);
        let epoch = epoch.checked_add(1).ok_or(Error::<T>::Overflow)?;
        let lease_until = now.saturating_add(pool.policy.lease);
        Pools::<T>::insert(id, Pool { epoch, leader: Some(caller.clone()), lease_until, ..pool });
        Self::deposit_event(Event::LeadTaken { pool: id, leader: caller, epoch, lease_until });
        Ok(())
    }

    pub(crate) fn do_renew(caller: T::AccountId, id: PoolId, epoch: u32) -> DispatchResult {
        let pool = Self::led_by(&caller, id, epoch)?;
        ensure!(Self::is_unit(id, &pool, &caller), Error::<T>::NotPermitted);
        let lease_until = Self::now().saturating_add(pool.policy.lease);
        Pools::<T>::insert(id, Pool { lease_until, ..pool });
        Self::deposit_event(Event::LeaseRenewed { pool: id, lease_until });
        Ok(())
    }

    pub(crate) fn do_step_down(caller: T::AccountId, id: PoolId, epoch: u32) -> DispatchResult {
        let pool = Self::led_by(&caller, id, epoch)?;
        Pools::<T>::insert(id, Pool { leader: None, ..pool });
        Self::deposit_event(Event::LeadGivenUp { pool: id, leader: caller });
        Ok(())
    }

    fn led_by(caller: &T::AccountId, id: PoolId, epoch: u32) -> Result<Pool<T::AccountId>, DispatchError> {
        let pool = Self::pool(id)?;
        ensure!(pool.epoch == epoch, Error::<T>::OtherEpoch);
        ensure!(pool.leader.as_ref() == Some(caller), Error::<T>::NotPermitted);
        Ok(pool)
    }
}

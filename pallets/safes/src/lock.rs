//! The lock of a pool.

use crate::*;
use frame_support::{ensure, traits::Get};
use sp_runtime::DispatchResult;
use specie_primitives::{
    acts::{Actor, Cause},
    ids::PoolId,
    pool::{Pool, PoolLock},
};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_lock(by: Actor<T::AccountId>, id: PoolId, lock: PoolLock, cause: Cause) -> DispatchResult {
        let pool = Self::pool(id)?;
        ensure!(!pool.is_released, Error::<T>::Released);
        ensure!(!lock.lets_out() && lock > pool.lock, Error::<T>::WrongLock);
        let number = Self::change_lock(id, pool, lock)?;
        Self::deposit_event(Event::PoolLocked { pool: id, lock, number, by, cause });
        Ok(())
    }

    pub(crate) fn do_unlock(caller: T::AccountId, id: PoolId, number: u32, lock: PoolLock) -> DispatchResult {
        let pool = Self::pool(id)?;
        ensure!(!pool.is_released, Error::<T>::Released);
        let is_unlocker = PartiesOf::<T>::get(id, &caller).is_some_and(|duties| duties.unlocker);
        ensure!(is_unlocker, Error::<T>::NotPermitted);
        ensure!(lock.lets_out() && !pool.lock.lets_out(), Error::<T>::WrongLock);
        ensure!(pool.lock_number == number, Error::<T>::OtherLock);
        Approvals::<T>::insert(id, &caller, (number, lock));
        let agreed = Approvals::<T>::iter_prefix_values(id).filter(|known| *known == (number, lock)).count();
        let approvals = u32::try_from(agreed).unwrap_or(u32::MAX);
        Self::deposit_event(Event::UnlockApproved { pool: id, by: caller, lock, approvals });
        if agreed >= usize::from(pool.policy.approvals) {
            let number = Self::change_lock(id, pool, lock)?;
            Self::deposit_event(Event::PoolUnlocked { pool: id, lock, number });
        }
        Ok(())
    }

    /// The pool's lock is this one from now on. What was agreed to of the one before serves no more.
    pub(crate) fn change_lock(
        id: PoolId,
        pool: Pool<T::AccountId>,
        lock: PoolLock,
    ) -> Result<u32, sp_runtime::DispatchError> {
        let lock_number = pool.lock_number.checked_add(1).ok_or(Error::<T>::Overflow)?;
        Pools::<T>::insert(id, Pool { lock, lock_number, ..pool });
        // As many as there may be parties.
        let _ = Approvals::<T>::clear_prefix(id, T::MaxParties::get(), None);
        Ok(lock_number)
    }
}

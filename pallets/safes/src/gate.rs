//! What the carriers and the requests ask of the pools.

use crate::*;
use specie_primitives::{
    ids::{CarrierId, PoolId},
    pool::{Pool, PoolLock},
    traits::{PoolAuthority, PoolRefusal},
};

impl<T: Config> PoolAuthority<T::AccountId> for Pallet<T> {
    fn may_open(opener: &T::AccountId, pool: PoolId, epoch: u32) -> bool {
        let Some(known) = Pools::<T>::get(pool) else { return false };
        let is_host = || PartiesOf::<T>::get(pool, opener).is_some_and(|duties| duties.host);
        let leads =
            known.leader.as_ref() == Some(opener) && known.epoch == epoch && Self::is_unit(pool, &known, opener);
        // A host asks the pool, whoever leads it: its request is paid once, by the one that leads then.
        let may_ask = leads || ((epoch == 0 || epoch == known.epoch) && is_host());
        may_ask && known.lock.lets_out() && !known.is_released
    }

    fn check(carrier: &CarrierId, asked: Option<(PoolId, T::AccountId)>, epoch: u32) -> Result<(), PoolRefusal> {
        let Some((id, pool)) = Self::paying_pool(carrier) else {
            // Nobody but a member pays a request to a pool.
            return if asked.is_none() { Ok(()) } else { Err(PoolRefusal::OtherPool) };
        };
        let (asked, opener) = asked.ok_or(PoolRefusal::NoRequest)?;
        if asked != id {
            return Err(PoolRefusal::OtherPool);
        }
        if epoch > pool.epoch {
            return Err(PoolRefusal::LaterEpoch);
        }
        // Whoever was taken out of the pool asks for nothing more, and what it has asked for is not paid.
        if epoch < pool.epoch || !Self::has_duty(id, &pool, &opener) {
            return Err(PoolRefusal::OtherEpoch);
        }
        if pool.lock.lets_out() {
            Ok(())
        } else {
            Err(PoolRefusal::Locked)
        }
    }

    fn may_settle(
        opener: &T::AccountId,
        carrier: &CarrierId,
        asked: Option<(PoolId, u32)>,
    ) -> Result<(), PoolRefusal> {
        // The pool that was asked first, whatever has become of the carrier since: it may have left.
        if let Some((id, epoch)) = asked {
            let pool = Pools::<T>::get(id).filter(|pool| !pool.is_released).ok_or(PoolRefusal::OtherEpoch)?;
            if (epoch != 0 && epoch != pool.epoch) || !Self::has_duty(id, &pool, opener) {
                return Err(PoolRefusal::OtherEpoch);
            }
            if pool.lock != PoolLock::Open {
                return Err(PoolRefusal::Locked);
            }
        }
        // One order is one order: what is on hold does not go out beside it.
        match Self::paying_pool(carrier) {
            Some((_, pool)) if pool.lock != PoolLock::Open => Err(PoolRefusal::Locked),
            _ => Ok(()),
        }
    }

    fn may_take_back(caller: &T::AccountId, pool: PoolId) -> bool {
        let Some(known) = Pools::<T>::get(pool) else { return false };
        known.operator == *caller || (known.leader.as_ref() == Some(caller) && Self::is_unit(pool, &known, caller))
    }

    fn paid(carrier: &CarrierId) {
        let Some((id, pool)) = Self::paying_pool(carrier) else { return };
        let lock = pool.lock.after_payment();
        if lock == pool.lock {
            return;
        }
        // The number cannot run out: each change costs a transaction.
        if let Ok(number) = Self::change_lock(id, pool, lock) {
            Self::deposit_event(Event::PoolRelocked { pool: id, lock, number, carrier: *carrier });
        }
    }

    fn may_receive(carrier: &CarrierId) -> bool {
        let pool = PoolOf::<T>::get(carrier).and_then(Pools::<T>::get);
        pool.is_none_or(|pool| pool.is_released || pool.lock.lets_in())
    }

    fn pool_of(carrier: &CarrierId) -> Option<(PoolId, PoolLock)> {
        Self::paying_pool(carrier).map(|(id, pool)| (id, pool.lock))
    }
}

impl<T: Config> Pallet<T> {
    /// Whether an account may still ask a pool for money: a host, or a unit whose machine is at work.
    fn has_duty(id: PoolId, pool: &Pool<T::AccountId>, account: &T::AccountId) -> bool {
        let is_host = PartiesOf::<T>::get(id, account).is_some_and(|duties| duties.host);
        is_host || Self::is_unit(id, pool, account)
    }

    /// The pool in whose name a carrier pays; `None`: it pays as any other.
    fn paying_pool(carrier: &CarrierId) -> Option<(PoolId, Pool<T::AccountId>)> {
        let id = PoolOf::<T>::get(carrier)?;
        Pools::<T>::get(id).filter(|pool| !pool.is_released).map(|pool| (id, pool))
    }
}

//! What the carriers and the requests ask of the pools.

use crate::*;
use specie_primitives::{
    acts::{Actor, Cause, CauseCode},
    ids::{CarrierId, PoolId},
    pool::PoolLock,
    traits::{PoolAuthority, PoolRefusal},
};

impl<T: Config> PoolAuthority<T::AccountId> for Pallet<T> {
    fn may_open(opener: &T::AccountId, pool: PoolId, epoch: u32) -> bool {
        let Some(known) = Pools::<T>::get(pool) else { return false };
        let is_host = || PartiesOf::<T>::get(pool, opener).is_some_and(|duties| duties.host);
        let leads = known.leader.as_ref() == Some(opener) && known.epoch == epoch;
        // A host asks the pool, whoever leads it: its request is paid once, by the one that leads then.
        let may_ask = leads || ((epoch == 0 || epoch == known.epoch) && is_host());
        may_ask && known.lock.lets_out() && !known.is_released
    }

    fn check(carrier: &CarrierId, asked: Option<PoolId>, epoch: u32) -> Result<(), PoolRefusal> {
        let own = PoolOf::<T>::get(carrier).and_then(|id| Some((id, Pools::<T>::get(id)?)));
        let Some((id, pool)) = own.filter(|(_, pool)| !pool.is_released) else {
            // Nobody but a member pays a request to a pool.
            return if asked.is_none() { Ok(()) } else { Err(PoolRefusal::OtherPool) };
        };
        match asked {
            None => return Err(PoolRefusal::NoRequest),
            Some(asked) if asked != id => return Err(PoolRefusal::OtherPool),
            Some(_) => {}
        }
        if pool.epoch != epoch {
            return Err(PoolRefusal::OtherEpoch);
        }
        if pool.lock.lets_out() {
            Ok(())
        } else {
            Err(PoolRefusal::Locked)
        }
    }

    fn paid(carrier: &CarrierId) {
        let Some(id) = PoolOf::<T>::get(carrier) else { return };
        let Some(pool) = Pools::<T>::get(id).filter(|pool| pool.lock == PoolLock::OneOrder) else { return };
        let (by, lock) = (Actor::Account(pool.operator.clone()), PoolLock::NoPayout);
        let cause = Cause::of(CauseCode::Maintenance);
        // The number cannot run out: each change costs a transaction.
        if let Ok(number) = Self::change_lock(id, pool, lock) {
            Self::deposit_event(Event::PoolLocked { pool: id, lock, number, by, cause });
        }
    }

    fn may_receive(carrier: &CarrierId) -> bool {
        let pool = PoolOf::<T>::get(carrier).and_then(Pools::<T>::get);
        pool.is_none_or(|pool| pool.is_released || pool.lock.lets_in())
    }

    fn pool_of(carrier: &CarrierId) -> Option<(PoolId, PoolLock)> {
        let id = PoolOf::<T>::get(carrier)?;
        let pool = Pools::<T>::get(id).filter(|pool| !pool.is_released)?;
        Some((id, pool.lock))
    }
}

//! What always holds of the storage.

use crate::*;
use alloc::collections::BTreeMap;
use frame_support::{
    ensure,
    traits::{fungible::InspectHold, Get},
};
use sp_runtime::DispatchError;
use specie_primitives::{ids::PoolId, pool::Pool, Balance};

impl<T: Config> Pallet<T> {
    /// Checks every invariant of the pallet.
    pub fn do_try_state() -> Result<(), DispatchError> {
        let mut deposits = BTreeMap::<[u8; 32], (T::AccountId, Balance)>::new();
        for (id, pool) in Pools::<T>::iter() {
            Self::check_pool(id, &pool)?;
            let operator: [u8; 32] = pool.operator.clone().into();
            let (_, sum) = deposits.entry(operator).or_insert_with(|| (pool.operator.clone(), 0));
            *sum = sum.checked_add(pool.deposit).ok_or("a sum does not fit")?;
        }
        for (operator, sum) in deposits.into_values() {
            let held = T::Currency::balance_on_hold(&HoldReason::Record.into(), &operator);
            ensure!(held == sum, "the deposits of pools are not what is held");
        }
        for (carrier, id) in PoolOf::<T>::iter() {
            ensure!(MembersOf::<T>::contains_key(id, carrier), "a member is not in its pool's list");
            ensure!(Pools::<T>::contains_key(id), "a member of no pool");
        }
        for (id, carrier, _) in MembersOf::<T>::iter() {
            ensure!(PoolOf::<T>::get(carrier) == Some(id), "a list has a carrier of another pool");
        }
        for (id, _, _) in PartiesOf::<T>::iter() {
            ensure!(Pools::<T>::contains_key(id), "a party of no pool");
        }
        for (id, party, (number, lock)) in Approvals::<T>::iter() {
            let pool = Pools::<T>::get(id).ok_or("an approval for no pool")?;
            let duties = PartiesOf::<T>::get(id, &party).ok_or("an approval of no party")?;
            ensure!(duties.unlocker, "an approval of somebody who may give none");
            ensure!(number == pool.lock_number && lock.lets_out(), "an approval of another lock");
        }
        for id in Remedies::<T>::iter_keys() {
            ensure!(Pools::<T>::contains_key(id), "a remedy for no pool");
        }
        Ok(())
    }

    fn check_pool(id: PoolId, pool: &Pool<T::AccountId>) -> Result<(), DispatchError> {
        ensure!(id.0 < NextPool::<T>::get(), "a pool with a number that was not given");
        let parties: alloc::vec::Vec<_> = PartiesOf::<T>::iter_prefix_values(id).collect();
        ensure!(usize::try_from(pool.parties) == Ok(parties.len()), "a pool's parties are not as many as it says");
        ensure!(parties.iter().all(|duties| duties.any()), "a party without duties");
        ensure!(pool.parties <= T::MaxParties::get(), "a pool has too many parties");
        let unlockers = parties.iter().filter(|duties| duties.unlocker).count();
        let approvals = usize::from(pool.policy.approvals);
        // None there is after the issuer has given the pool another operator, who names some.
        ensure!(approvals <= unlockers.max(1) && approvals > 0, "a pool that nobody could unlock");
        ensure!(!(pool.is_released && pool.leader.is_some()), "a pool is led whose members are released");
        let members = MembersOf::<T>::iter_prefix(id).count();
        ensure!(usize::try_from(pool.members) == Ok(members), "a pool's members are not as many as it says");
        if let Some(leader) = &pool.leader {
            let duties = PartiesOf::<T>::get(id, leader).ok_or("a leader that is no party")?;
            ensure!(duties.unit && pool.epoch > 0, "a leader that may not lead");
        }
        let of_members = MembersOf::<T>::iter_prefix_values(id).map(|(_, deposit)| deposit);
        let sum = of_members.fold(0, |sum: Balance, deposit| sum.saturating_add(deposit));
        ensure!(sum <= pool.deposit, "a pool's deposit is less than that of its members");
        Ok(())
    }
}

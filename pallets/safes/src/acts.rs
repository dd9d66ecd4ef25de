//! Pools, their parties and their members.

use crate::*;
use frame_support::{
    ensure,
    traits::{fungible::MutateHold, tokens::Precision, Get},
};
use sp_runtime::{traits::SaturatedConversion, DispatchError, DispatchResult};
use specie_primitives::{
    crypto::Signature,
    ids::{CarrierId, PoolId},
    order::Order,
    pool::{self, Duties, Pool, PoolLock, PoolPolicy},
    traits::{CarrierKeys, MachineAuthority},
    Balance, BlockNumber,
};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_create(operator: T::AccountId, policy: PoolPolicy, parties: Parties<T>) -> DispatchResult {
        let number = NextPool::<T>::get();
        NextPool::<T>::put(number.checked_add(1).ok_or(Error::<T>::Overflow)?);
        let (id, deposit) = (PoolId(number), T::PoolDeposit::get());
        T::Currency::hold(&HoldReason::Record.into(), &operator, deposit)?;
        let pool = Pool {
            operator: operator.clone(),
            epoch: 0,
            leader: None,
            lease_until: 0,
            policy,
            lock: PoolLock::Open,
            lock_number: 0,
            parties: 0,
            members: 0,
            deposit,
            is_released: false,
        };
        Pools::<T>::insert(id, pool);
        Self::deposit_event(Event::PoolCreated { pool: id, operator, policy });
        for (party, duties) in parties {
            let pool = Self::pool(id)?;
            Self::set_party(id, pool, party, duties)?;
        }
        Self::ensure_policy(id, &policy)
    }

    pub(crate) fn do_change_party(
        caller: T::AccountId,
        id: PoolId,
        party: T::AccountId,
        duties: Duties,
    ) -> DispatchResult {
        let pool = Self::pool_of(&caller, id)?;
        let policy = pool.policy;
        Self::set_party(id, pool, party, duties)?;
        Self::ensure_policy(id, &policy)
    }

    fn set_party(id: PoolId, mut pool: Pool<T::AccountId>, party: T::AccountId, duties: Duties) -> DispatchResult {
        let is_own = |machine| T::Machines::operator(machine).is_some_and(|operator| operator == pool.operator);
        ensure!(!duties.unit || is_own(&party), Error::<T>::NotOperatorsMachine);
        let before = PartiesOf::<T>::get(id, &party);
        // Else the operator alone could undo what two unlockers are needed for, and the issuer's lock.
        let unlocks_otherwise = before.unwrap_or_default().unlocker != duties.unlocker;
        ensure!(
            pool.lock == PoolLock::Open || !unlocks_otherwise || !Self::has_unlockers(id),
            Error::<T>::PoolLocked
        );
        match (before.is_some(), duties.any()) {
            (false, true) => {
                ensure!(pool.parties < T::MaxParties::get(), Error::<T>::TooManyParties);
                pool.parties = pool.parties.checked_add(1).ok_or(Error::<T>::Overflow)?;
            }
            (true, false) => pool.parties = pool.parties.checked_sub(1).ok_or(Error::<T>::Overflow)?,
            (true, true) | (false, false) => {}
        }
        match duties.any() {
            true => PartiesOf::<T>::insert(id, &party, duties),
            false => PartiesOf::<T>::remove(id, &party),
        }
        if !duties.unlocker {
            Approvals::<T>::remove(id, &party);
        }
        let is_deposed = !duties.unit && pool.leader.as_ref() == Some(&party);
        if is_deposed {
            // What it has had signed is dead.
            pool.leader = None;
            pool.epoch = pool.epoch.checked_add(1).ok_or(Error::<T>::Overflow)?;
        }
        let epoch = pool.epoch;
        Pools::<T>::insert(id, pool);
        Self::deposit_event(Event::PartyChanged { pool: id, party, duties });
        if is_deposed {
            Self::deposit_event(Event::EpochEnded { pool: id, epoch });
        }
        Ok(())
    }

    /// Whether anybody could agree that the pool is unlocked. Nobody can after the issuer has given it another operator.
    fn has_unlockers(id: PoolId) -> bool {
        PartiesOf::<T>::iter_prefix_values(id).any(|duties| duties.unlocker)
    }

    pub(crate) fn do_change_policy(caller: T::AccountId, id: PoolId, policy: PoolPolicy) -> DispatchResult {
        let pool = Self::pool_of(&caller, id)?;
        let is_laxer = policy.approvals < pool.policy.approvals;
        ensure!(pool.lock == PoolLock::Open || !is_laxer, Error::<T>::PoolLocked);
        Pools::<T>::insert(id, Pool { policy, ..pool });
        Self::ensure_policy(id, &policy)?;
        Self::deposit_event(Event::PolicyChanged { pool: id, policy });
        Ok(())
    }

    /// A pool that nobody could unlock would be locked for good.
    fn ensure_policy(id: PoolId, policy: &PoolPolicy) -> DispatchResult {
        let unlockers = PartiesOf::<T>::iter_prefix_values(id).filter(|duties| duties.unlocker).count();
        let lease = policy.lease > 0 && policy.lease <= T::MaxLease::get();
        let approvals = policy.approvals > 0 && usize::from(policy.approvals) <= unlockers;
        ensure!(lease && approvals, Error::<T>::BadPolicy);
        Ok(())
    }

    pub(crate) fn do_join(
        caller: T::AccountId,
        id: PoolId,
        consent: Order,
        signature: Signature,
    ) -> DispatchResult {
        let (mut pool, carrier) = (Self::pool(id)?, consent.carrier);
        ensure!(pool.operator == caller || Self::is_unit(id, &pool, &caller), Error::<T>::NotPermitted);
        ensure!(!pool.is_released, Error::<T>::Released);
        ensure!(pool.members < T::MaxMembers::get(), Error::<T>::TooManyMembers);
        ensure!(T::Carriers::is_in_use(&carrier), Error::<T>::UnknownCarrier);
        ensure!(!PoolOf::<T>::contains_key(carrier), Error::<T>::AlreadyMember);
        let operator = pool.operator.clone().into();
        ensure!(pool::is_consent(&consent, Self::genesis_hash(), id, operator), Error::<T>::NoConsent);
        T::Carriers::accept(&consent, &signature).map_err(Into::into)?;

        let deposit = T::MemberDeposit::get();
        T::Currency::hold(&HoldReason::Record.into(), &pool.operator, deposit)?;
        pool.deposit = pool.deposit.checked_add(deposit).ok_or(Error::<T>::Overflow)?;
        pool.members = pool.members.checked_add(1).ok_or(Error::<T>::Overflow)?;
        Pools::<T>::insert(id, pool);
        PoolOf::<T>::insert(carrier, id);
        MembersOf::<T>::insert(id, carrier, (&caller, deposit));
        Self::deposit_event(Event::MemberJoined { pool: id, carrier, by: caller });
        Ok(())
    }

    pub(crate) fn do_leave(caller: T::AccountId, id: PoolId, carrier: CarrierId) -> DispatchResult {
        let mut pool = Self::pool(id)?;
        if !pool.is_released {
            ensure!(pool.operator == caller, Error::<T>::NotPermitted);
            // Else a card that is locked could leave, and pay.
            ensure!(pool.lock == PoolLock::Open, Error::<T>::PoolLocked);
        }
        ensure!(PoolOf::<T>::get(carrier) == Some(id), Error::<T>::NotMember);
        // As it was held: what the runtime asks may have changed since.
        let deposit = MembersOf::<T>::get(id, carrier).map_or(0, |(_, deposit)| deposit);
        Self::free(&pool.operator, deposit)?;
        pool.deposit = pool.deposit.saturating_sub(deposit);
        pool.members = pool.members.checked_sub(1).ok_or(Error::<T>::Overflow)?;
        Pools::<T>::insert(id, pool);
        PoolOf::<T>::remove(carrier);
        MembersOf::<T>::remove(id, carrier);
        Self::deposit_event(Event::MemberLeft { pool: id, carrier });
        Ok(())
    }

    pub(crate) fn do_dissolve(caller: T::AccountId, id: PoolId) -> DispatchResult {
        let pool = Self::pool(id)?;
        ensure!(pool.is_released || pool.operator == caller, Error::<T>::NotPermitted);
        ensure!(pool.members == 0, Error::<T>::HasMembers);
        Self::free(&pool.operator, pool.deposit)?;
        Pools::<T>::remove(id);
        Remedies::<T>::remove(id);
        // As many as there may be parties.
        let most = T::MaxParties::get();
        let _ = PartiesOf::<T>::clear_prefix(id, most, None);
        let _ = Approvals::<T>::clear_prefix(id, most, None);
        Self::deposit_event(Event::PoolDissolved { pool: id });
        Ok(())
    }

    pub(crate) fn free(operator: &T::AccountId, amount: Balance) -> DispatchResult {
        T::Currency::release(&HoldReason::Record.into(), operator, amount, Precision::BestEffort).map(|_| ())
    }

    pub(crate) fn pool(id: PoolId) -> Result<Pool<T::AccountId>, DispatchError> {
        Pools::<T>::get(id).ok_or_else(|| Error::<T>::UnknownPool.into())
    }

    /// A pool, for its operator.
    fn pool_of(caller: &T::AccountId, id: PoolId) -> Result<Pool<T::AccountId>, DispatchError> {
        let pool = Self::pool(id)?;
        ensure!(pool.operator == *caller, Error::<T>::NotPermitted);
        Ok(pool)
    }

    /// Whether an account is a unit of the pool, whose machine is the operator's still, and at work.
    pub(crate) fn is_unit(id: PoolId, pool: &Pool<T::AccountId>, account: &T::AccountId) -> bool {
        let has_duty = PartiesOf::<T>::get(id, account).is_some_and(|duties| duties.unit);
        has_duty && T::Machines::works_for(account).as_ref() == Some(&pool.operator)
    }

    /// Whether the caller is the operator or a party.
    pub(crate) fn ensure_of_pool(caller: &T::AccountId, id: PoolId) -> DispatchResult {
        let pool = Self::pool(id)?;
        let is_party = PartiesOf::<T>::contains_key(id, caller);
        ensure!(is_party || pool.operator == *caller, Error::<T>::NotPermitted);
        Ok(())
    }

    /// The height of this block.
    pub fn now() -> BlockNumber {
        frame_system::Pallet::<T>::block_number().saturated_into()
    }

    pub(crate) fn genesis_hash() -> [u8; 32] {
        frame_system::Pallet::<T>::block_hash(frame_system::pallet_prelude::BlockNumberFor::<T>::default()).into()
    }
}

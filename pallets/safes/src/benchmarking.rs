//! What each call costs in its worst case: a pool with as many parties as there may be.

use crate::{Pallet as Registry, *};
use alloc::{boxed::Box, vec::Vec};
use frame_benchmarking::v2::*;
use frame_support::traits::{
    fungible::{Inspect, Mutate},
    EnsureOrigin, Get,
};
use frame_system::{pallet_prelude::BlockNumberFor, Pallet as System, RawOrigin};
use specie_primitives::{
    acts::{Cause, CauseCode},
    crypto::Signature,
    ids::PoolId,
    order::Order,
    pool::{consent, Duties, PoolLock, PoolPolicy, Remedy},
};

const CAUSE: Cause = Cause { code: CauseCode::Defect, document: Some([0xd0; 32]) };
const POOL: PoolId = PoolId(0);
const UNLOCKER: Duties = Duties { unit: false, host: false, unlocker: true };
const UNIT: Duties = Duties { unit: true, host: false, unlocker: false };

fn issuer<T: Config>() -> Result<T::RuntimeOrigin, BenchmarkError> {
    T::IssuerOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)
}

fn rich<T: Config<Currency: Mutate<T::AccountId>>>(account: &T::AccountId) {
    let enough = T::PoolDeposit::get() + T::MemberDeposit::get() + T::Currency::minimum_balance();
    T::Currency::set_balance(account, enough * 10);
}

fn unlocker<T: Config>(number: u32) -> T::AccountId {
    account("unlocker", number, 0)
}

/// As many parties as there may be: a unit, and unlockers.
fn parties<T: Config>(count: u32, unit: T::AccountId) -> Parties<T> {
    let others = (1..count).map(|number| (unlocker::<T>(number), UNLOCKER));
    let all: Vec<_> = core::iter::once((unit, UNIT)).chain(others).collect();
    all.try_into().expect("as many as there may be; qed")
}

fn policy<T: Config>(approvals: u8) -> PoolPolicy {
    PoolPolicy { lease: T::MaxLease::get(), approvals }
}

/// A pool with all its parties: its operator and its unit.
fn made<T: Config<Currency: Mutate<T::AccountId>>>(
    approvals: u8,
) -> Result<(T::AccountId, T::AccountId), BenchmarkError> {
    let (operator, unit) = T::BenchmarkHelper::operator_and_unit();
    rich::<T>(&operator);
    let all = parties::<T>(T::MaxParties::get(), unit.clone());
    Registry::<T>::do_create(operator.clone(), policy::<T>(approvals), all)?;
    Ok((operator, unit))
}

fn a_card<T: Config>(operator: &T::AccountId) -> (Order, Signature) {
    let (genesis, until) = (Registry::<T>::genesis_hash(), Registry::<T>::now().saturating_add(1));
    T::BenchmarkHelper::carrier(&|carrier| consent(genesis, POOL, operator.clone().into(), carrier, 1, until))
}

fn pass<T: Config>(blocks: u32) {
    let now = System::<T>::block_number() + BlockNumberFor::<T>::from(blocks);
    System::<T>::set_block_number(now);
}

#[benchmarks(where T: Config<Currency: Mutate<T::AccountId>>)]
mod benchmarks {
    use super::*;

    #[benchmark]
    fn create() -> Result<(), BenchmarkError> {
        let (operator, unit) = T::BenchmarkHelper::operator_and_unit();
        rich::<T>(&operator);
        let all = parties::<T>(T::MaxParties::get(), unit);

        #[extrinsic_call]
        _(RawOrigin::Signed(operator), policy::<T>(1), all);

        assert!(Pools::<T>::contains_key(POOL));
        Ok(())
    }

    #[benchmark]
    fn change_party() -> Result<(), BenchmarkError> {
        let (operator, _) = made::<T>(1)?;

        #[extrinsic_call]
        _(RawOrigin::Signed(operator), POOL, unlocker::<T>(1), Duties { host: true, ..UNLOCKER });

        Ok(())
    }

    #[benchmark]
    fn change_policy() -> Result<(), BenchmarkError> {
        let (operator, _) = made::<T>(1)?;

        #[extrinsic_call]
        _(RawOrigin::Signed(operator), POOL, policy::<T>(2));

        Ok(())
    }

    #[benchmark]
    fn join() -> Result<(), BenchmarkError> {
        let (operator, unit) = made::<T>(1)?;
        let (order, signature) = a_card::<T>(&operator);

        #[extrinsic_call]
        _(RawOrigin::Signed(unit), POOL, Box::new(order), signature);

        assert_eq!(PoolOf::<T>::get(order.carrier), Some(POOL));
        Ok(())
    }

    #[benchmark]
    fn leave() -> Result<(), BenchmarkError> {
        let (operator, unit) = made::<T>(1)?;
        let (order, signature) = a_card::<T>(&operator);
        Registry::<T>::do_join(unit, POOL, order, signature)?;
        let carrier = order.carrier;

        #[extrinsic_call]
        _(RawOrigin::Signed(operator), POOL, carrier);

        assert_eq!(PoolOf::<T>::get(carrier), None);
        Ok(())
    }

    #[benchmark]
    fn take_lead() -> Result<(), BenchmarkError> {
        let (_, unit) = made::<T>(1)?;

        #[extrinsic_call]
        _(RawOrigin::Signed(unit), POOL, 0);

        Ok(())
    }

    #[benchmark]
    fn renew() -> Result<(), BenchmarkError> {
        let (_, unit) = made::<T>(1)?;
        Registry::<T>::do_take_lead(unit.clone(), POOL, 0)?;

        #[extrinsic_call]
        _(RawOrigin::Signed(unit), POOL, 1);

        Ok(())
    }

    #[benchmark]
    fn step_down() -> Result<(), BenchmarkError> {
        let (_, unit) = made::<T>(1)?;
        Registry::<T>::do_take_lead(unit.clone(), POOL, 0)?;

        #[extrinsic_call]
        _(RawOrigin::Signed(unit), POOL, 1);

        Ok(())
    }

    /// With the approvals of all but one unlocker, which it removes.
    #[benchmark]
    fn lock() -> Result<(), BenchmarkError> {
        let most = u8::try_from(T::MaxParties::get() - 1).unwrap_or(u8::MAX);
        let (_, unit) = made::<T>(most)?;
        let by = specie_primitives::acts::Actor::Account(unit.clone());
        Registry::<T>::do_lock(by, POOL, PoolLock::NoPayout, CAUSE)?;
        for number in 2..T::MaxParties::get() {
            Registry::<T>::do_unlock(unlocker::<T>(number), POOL, 1, PoolLock::Open)?;
        }

        #[extrinsic_call]
        _(RawOrigin::Signed(unit), POOL, PoolLock::NoChange, CAUSE);

        Ok(())
    }

    /// The last approval of all.
    #[benchmark]
    fn unlock() -> Result<(), BenchmarkError> {
        let most = u8::try_from(T::MaxParties::get() - 1).unwrap_or(u8::MAX);
        let (_, unit) = made::<T>(most)?;
        let by = specie_primitives::acts::Actor::Account(unit);
        Registry::<T>::do_lock(by, POOL, PoolLock::NoPayout, CAUSE)?;
        for number in 2..T::MaxParties::get() {
            Registry::<T>::do_unlock(unlocker::<T>(number), POOL, 1, PoolLock::Open)?;
        }

        #[extrinsic_call]
        _(RawOrigin::Signed(unlocker::<T>(1)), POOL, 1, PoolLock::Open);

        assert!(Pools::<T>::get(POOL).is_some_and(|pool| pool.lock == PoolLock::Open));
        Ok(())
    }

    #[benchmark]
    fn announce_remedy() -> Result<(), BenchmarkError> {
        let origin = issuer::<T>()?;
        made::<T>(1)?;

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, POOL, Remedy::Release, CAUSE);

        Ok(())
    }

    #[benchmark]
    fn cancel_remedy() -> Result<(), BenchmarkError> {
        let origin = issuer::<T>()?;
        made::<T>(1)?;
        Registry::<T>::announce_remedy(origin.clone(), POOL, Remedy::Release, CAUSE)?;

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, POOL, CAUSE);

        Ok(())
    }

    /// Another operator, to whom the deposit goes over.
    #[benchmark]
    fn carry_out_remedy() -> Result<(), BenchmarkError> {
        let origin = issuer::<T>()?;
        made::<T>(1)?;
        let heir: T::AccountId = account("heir", 0, 0);
        rich::<T>(&heir);
        Registry::<T>::announce_remedy(origin, POOL, Remedy::Operator(heir.clone()), CAUSE)?;
        pass::<T>(T::RemedyDelay::get());

        #[extrinsic_call]
        _(RawOrigin::Signed(heir.clone()), POOL);

        assert!(Pools::<T>::get(POOL).is_some_and(|pool| pool.operator == heir));
        Ok(())
    }

    #[benchmark]
    fn dissolve() -> Result<(), BenchmarkError> {
        let (operator, _) = made::<T>(1)?;

        #[extrinsic_call]
        _(RawOrigin::Signed(operator), POOL);

        assert!(!Pools::<T>::contains_key(POOL));
        Ok(())
    }

    impl_benchmark_test_suite!(Registry, crate::mock::new_test_ext(), crate::mock::Test);
}

//! What each call costs in its worst case.

use crate::{Pallet as Registry, *};
use frame_benchmarking::v2::*;
use frame_support::traits::EnsureOrigin;
use frame_system::{Pallet as System, RawOrigin};
use sp_runtime::traits::Get;
use specie_primitives::{
    acts::{Actor, Cause, CauseCode},
    records::{FeePolicy, MachineKind, Permissions},
};

const CAUSE: Cause = Cause { code: CauseCode::Defect, document: Some([0xd0; 32]) };
const KIND: MachineKind = MachineKind::Atm;
const PERMISSIONS: Permissions = Permissions { initialise: true, fund: true, cash_out: true };
const CEILING: FeePolicy = FeePolicy { flat: 50, parts_per_million: 20_000 };

/// The last grant of a word: grants that begin here touch as many words as any can.
const FROM: u32 = 255;

fn issuer<T: Config>() -> Result<T::RuntimeOrigin, BenchmarkError> {
    T::IssuerOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)
}

fn operator<T: Config>() -> T::AccountId {
    account("operator", 0, 0)
}

/// A registered machine whose next grant is [`FROM`].
fn machine<T: Config>() -> Result<T::AccountId, BenchmarkError> {
    let machine: T::AccountId = account("machine", 0, 0);
    Registry::<T>::do_register(&machine, KIND, operator::<T>(), PERMISSIONS, CEILING, Actor::Root)?;
    Registry::<T>::change(&machine, |known| {
        known.next_grant = FROM;
        Ok(())
    })?;
    Ok(machine)
}

fn assert_last_event<T: Config>(event: Event<T>) {
    System::<T>::assert_last_event(<T as frame_system::Config>::RuntimeEvent::from(event));
}

#[benchmarks]
mod benchmarks {
    use super::*;

    #[benchmark]
    fn register() -> Result<(), BenchmarkError> {
        let origin = issuer::<T>()?;
        let (machine, operator): (T::AccountId, _) = (account("machine", 0, 0), operator::<T>());

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, machine.clone(), KIND, operator.clone(), PERMISSIONS, CEILING);

        let event =
            Event::MachineRegistered { machine, kind: KIND, operator, permissions: PERMISSIONS, by: Actor::Root };
        assert_last_event::<T>(event);
        Ok(())
    }

    #[benchmark]
    fn change_permissions() -> Result<(), BenchmarkError> {
        let (origin, machine) = (issuer::<T>()?, machine::<T>()?);
        let permissions = Permissions::default();

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, machine.clone(), permissions);

        assert_last_event::<T>(Event::MachinePermissionsChanged { machine, permissions, by: Actor::Root });
        Ok(())
    }

    #[benchmark]
    fn suspend() -> Result<(), BenchmarkError> {
        let (origin, machine) = (issuer::<T>()?, machine::<T>()?);

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, machine.clone(), CAUSE);

        assert_last_event::<T>(Event::MachineSuspended { machine, by: Actor::Root, cause: CAUSE });
        Ok(())
    }

    #[benchmark]
    fn resume() -> Result<(), BenchmarkError> {
        let (origin, machine) = (issuer::<T>()?, machine::<T>()?);
        Registry::<T>::change(&machine, |known| {
            known.suspended = true;
            Ok(())
        })?;

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, machine.clone(), CAUSE);

        assert_last_event::<T>(Event::MachineResumed { machine, by: Actor::Root, cause: CAUSE });
        Ok(())
    }

    /// `n` grants that begin at the end of a word.
    #[benchmark]
    fn give_grants(n: Linear<1, { T::MaxGrantsPerCall::get() }>) -> Result<(), BenchmarkError> {
        let (origin, machine) = (issuer::<T>()?, machine::<T>()?);

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, machine.clone(), n);

        assert_last_event::<T>(Event::GrantsGiven { machine, from: FROM, count: n, by: Actor::Root });
        Ok(())
    }

    /// `n` grants that begin at the end of a word, all of them open.
    #[benchmark]
    fn revoke_grants(n: Linear<1, { T::MaxGrantsPerCall::get() }>) -> Result<(), BenchmarkError> {
        let (origin, machine) = (issuer::<T>()?, machine::<T>()?);
        Registry::<T>::do_give_grants(&machine, n, Actor::Root)?;

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, machine.clone(), FROM, n, CAUSE);

        let (from, by, cause) = (FROM, Actor::Root, CAUSE);
        assert_last_event::<T>(Event::GrantsRevoked { machine, from, count: n, revoked: n, by, cause });
        Ok(())
    }

    #[benchmark]
    fn change_fee() -> Result<(), BenchmarkError> {
        let machine = machine::<T>()?;

        #[extrinsic_call]
        _(RawOrigin::Signed(operator::<T>()), machine.clone(), CEILING);

        assert_last_event::<T>(Event::FeeChanged { machine, fee: CEILING, by: Actor::Account(operator::<T>()) });
        Ok(())
    }

    /// A ceiling below the machine's fee, which falls to it.
    #[benchmark]
    fn change_fee_ceiling() -> Result<(), BenchmarkError> {
        let (origin, machine) = (issuer::<T>()?, machine::<T>()?);
        Registry::<T>::change(&machine, |known| {
            known.fee = CEILING;
            Ok(())
        })?;
        let ceiling = FeePolicy::default();

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, machine.clone(), ceiling);

        assert_last_event::<T>(Event::FeeCeilingChanged { machine, ceiling, fee: ceiling, by: Actor::Root });
        Ok(())
    }

    #[benchmark]
    fn change_operator() -> Result<(), BenchmarkError> {
        let (origin, machine) = (issuer::<T>()?, machine::<T>()?);
        let next: T::AccountId = account("operator", 1, 0);

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, machine.clone(), next, CAUSE);

        assert!(OperatorChanges::<T>::contains_key(&machine));
        Ok(())
    }

    #[benchmark]
    fn cancel_operator_change() -> Result<(), BenchmarkError> {
        let (origin, machine) = (issuer::<T>()?, machine::<T>()?);
        Registry::<T>::change_operator(issuer::<T>()?, machine.clone(), account("operator", 1, 0), CAUSE)?;

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, machine.clone(), CAUSE);

        assert!(!OperatorChanges::<T>::contains_key(&machine));
        Ok(())
    }

    #[benchmark]
    fn apply_operator_change() -> Result<(), BenchmarkError> {
        let machine = machine::<T>()?;
        let next: T::AccountId = account("operator", 1, 0);
        Registry::<T>::change_operator(issuer::<T>()?, machine.clone(), next.clone(), CAUSE)?;
        System::<T>::set_block_number(System::<T>::block_number() + T::OperatorChangeDelay::get().into());

        #[extrinsic_call]
        _(RawOrigin::Signed(next.clone()), machine.clone());

        assert_eq!(Machines::<T>::get(&machine).map(|known| known.operator), Some(next.into()));
        Ok(())
    }

    impl_benchmark_test_suite!(Registry, crate::mock::new_test_ext(), crate::mock::Test);
}

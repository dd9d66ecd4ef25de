//! What each call costs in its worst case.

use crate::{Pallet as Registry, *};
use frame_benchmarking::v2::*;
use frame_support::traits::EnsureOrigin;
use frame_system::{Pallet as System, RawOrigin};
use sp_runtime::traits::Get;
use specie_primitives::records::{FeePolicy, MachineKind, Permissions};

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
    Registry::<T>::do_register(&machine, KIND, operator::<T>(), PERMISSIONS, CEILING)?;
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

        let event = Event::MachineRegistered { machine, kind: KIND, operator, permissions: PERMISSIONS };
        assert_last_event::<T>(event);
        Ok(())
    }

    #[benchmark]
    fn change_permissions() -> Result<(), BenchmarkError> {
        let (origin, machine) = (issuer::<T>()?, machine::<T>()?);
        let permissions = Permissions::default();

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, machine.clone(), permissions);

        assert_last_event::<T>(Event::MachinePermissionsChanged { machine, permissions });
        Ok(())
    }

    #[benchmark]
    fn suspend() -> Result<(), BenchmarkError> {
        let (origin, machine) = (issuer::<T>()?, machine::<T>()?);

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, machine.clone());

        assert_last_event::<T>(Event::MachineSuspended { machine });
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
        _(origin as T::RuntimeOrigin, machine.clone());

        assert_last_event::<T>(Event::MachineResumed { machine });
        Ok(())
    }

    /// `n` grants that begin at the end of a word.
    #[benchmark]
    fn give_grants(n: Linear<1, { T::MaxGrantsPerCall::get() }>) -> Result<(), BenchmarkError> {
        let (origin, machine) = (issuer::<T>()?, machine::<T>()?);

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, machine.clone(), n);

        assert_last_event::<T>(Event::GrantsGiven { machine, from: FROM, count: n });
        Ok(())
    }

    /// `n` grants that begin at the end of a word, all of them open.
    #[benchmark]
    fn revoke_grants(n: Linear<1, { T::MaxGrantsPerCall::get() }>) -> Result<(), BenchmarkError> {
        let (origin, machine) = (issuer::<T>()?, machine::<T>()?);
        Registry::<T>::do_give_grants(&machine, n)?;

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, machine.clone(), FROM, n);

        assert_last_event::<T>(Event::GrantsRevoked { machine, from: FROM, count: n, revoked: n });
        Ok(())
    }

    #[benchmark]
    fn change_fee() -> Result<(), BenchmarkError> {
        let machine = machine::<T>()?;

        #[extrinsic_call]
        _(RawOrigin::Signed(operator::<T>()), machine.clone(), CEILING);

        assert_last_event::<T>(Event::FeeChanged { machine, fee: CEILING });
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

        assert_last_event::<T>(Event::FeeCeilingChanged { machine, ceiling, fee: ceiling });
        Ok(())
    }

    impl_benchmark_test_suite!(Registry, crate::mock::new_test_ext(), crate::mock::Test);
}

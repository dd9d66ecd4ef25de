//! What each call costs in its worst case.

use crate::{Pallet as Registry, *};
use alloc::vec;
use frame_benchmarking::v2::*;
use frame_support::{traits::EnsureOrigin, BoundedVec};
use frame_system::{Pallet as System, RawOrigin};
use sp_runtime::traits::Get;
use specie_primitives::{
    crypto::PublicKey,
    ids::{BatchId, ManufacturerId},
    records::{BatchKey, BatchState},
    BlockNumber,
};

const BATCH: BatchId = BatchId(7);
const CAPACITY: u32 = 1_000;
const EXPIRES: BlockNumber = BlockNumber::MAX;

/// The base point of P-256, the curve whose points take longest to check.
const KEY: BatchKey = BatchKey::Native(PublicKey::P256([
    0x03, 0x6b, 0x17, 0xd1, 0xf2, 0xe1, 0x2c, 0x42, 0x47, 0xf8, 0xbc, 0xe6, 0xe5, 0x63, 0xa4, 0x40, 0xf2, 0x77,
    0x03, 0x7d, 0x81, 0x2d, 0xeb, 0x33, 0xa0, 0xf4, 0xa1, 0x39, 0x45, 0xd8, 0x98, 0xc2, 0x96,
]));

fn issuer<T: Config>() -> Result<T::RuntimeOrigin, BenchmarkError> {
    T::IssuerOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)
}

/// The longest name.
fn name<T: Config>() -> BoundedVec<u8, T::MaxNameLen> {
    BoundedVec::truncate_from(vec![b'n'; T::MaxNameLen::get() as usize])
}

/// A registered manufacturer: its number and its account.
fn manufacturer<T: Config>() -> Result<(ManufacturerId, T::AccountId), BenchmarkError> {
    let account: T::AccountId = account("manufacturer", 0, 0);
    Ok((Registry::<T>::do_register(account.clone(), name::<T>())?, account))
}

/// A registered manufacturer's account; it has added [`BATCH`], which is in `state`.
fn batch<T: Config>(state: BatchState) -> Result<T::AccountId, BenchmarkError> {
    let (manufacturer, account) = manufacturer::<T>()?;
    Registry::<T>::do_add_batch(manufacturer, BATCH, KEY, CAPACITY, EXPIRES)?;
    if state != BatchState::Active {
        Registry::<T>::change_state(BATCH, state)?;
    }
    Ok(account)
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
        let account: T::AccountId = account("manufacturer", 0, 0);

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, account.clone(), name::<T>());

        let event = Event::ManufacturerRegistered { manufacturer: ManufacturerId(0), account, name: name::<T>() };
        assert_last_event::<T>(event);
        Ok(())
    }

    #[benchmark]
    fn change_account() -> Result<(), BenchmarkError> {
        let origin = issuer::<T>()?;
        let (manufacturer, from) = manufacturer::<T>()?;
        let to: T::AccountId = account("manufacturer", 1, 0);

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, manufacturer, to.clone());

        assert_last_event::<T>(Event::ManufacturerAccountChanged { manufacturer, from, to });
        Ok(())
    }

    #[benchmark]
    fn add_batch() -> Result<(), BenchmarkError> {
        let (manufacturer, account) = manufacturer::<T>()?;

        #[extrinsic_call]
        _(RawOrigin::Signed(account), BATCH, KEY, CAPACITY, EXPIRES);

        let event =
            Event::BatchAdded { batch: BATCH, manufacturer, key: KEY, capacity: CAPACITY, expires: EXPIRES };
        assert_last_event::<T>(event);
        Ok(())
    }

    /// By the manufacturer, whose number has to be read as well.
    #[benchmark]
    fn suspend_batch() -> Result<(), BenchmarkError> {
        let account = batch::<T>(BatchState::Active)?;

        #[extrinsic_call]
        _(RawOrigin::Signed(account), BATCH);

        assert_last_event::<T>(Event::BatchSuspended { batch: BATCH });
        Ok(())
    }

    #[benchmark]
    fn reactivate_batch() -> Result<(), BenchmarkError> {
        let origin = issuer::<T>()?;
        batch::<T>(BatchState::Suspended)?;

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, BATCH);

        assert_last_event::<T>(Event::BatchReactivated { batch: BATCH });
        Ok(())
    }

    #[benchmark]
    fn revoke_batch() -> Result<(), BenchmarkError> {
        let origin = issuer::<T>()?;
        batch::<T>(BatchState::Active)?;

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, BATCH);

        assert_last_event::<T>(Event::BatchRevoked { batch: BATCH });
        Ok(())
    }

    #[benchmark]
    fn block_orders() -> Result<(), BenchmarkError> {
        let origin = issuer::<T>()?;
        batch::<T>(BatchState::Suspended)?;

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, BATCH, true);

        assert_last_event::<T>(Event::BatchOrdersBlocked { batch: BATCH, blocked: true });
        Ok(())
    }

    impl_benchmark_test_suite!(Registry, crate::mock::new_test_ext(), crate::mock::Test);
}

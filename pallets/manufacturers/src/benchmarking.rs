//! What each call costs in its worst case.

use crate::{Pallet as Registry, *};
use alloc::vec;
use frame_benchmarking::v2::*;
use frame_support::{traits::EnsureOrigin, BoundedVec};
use frame_system::{pallet_prelude::BlockNumberFor, Pallet as System, RawOrigin};
use p256::ecdsa::{signature::hazmat::PrehashSigner, SigningKey};
use sp_runtime::traits::Get;
use specie_primitives::{
    acts::{Actor, Cause, CauseCode},
    batch::possession_message,
    crypto::{sha256, PublicKey, Signature},
    ids::{BatchId, ManufacturerId},
    records::{BatchKey, BatchState},
    BlockNumber,
};

const BATCH: BatchId = BatchId(7);
const CAPACITY: u32 = 1_000;
const EXPIRES: BlockNumber = BlockNumber::MAX;
const CAUSE: Cause = Cause { code: CauseCode::Defect, document: Some([0xd0; 32]) };

/// A batch key of P-256, the scheme whose signatures take longest to check.
fn secret() -> SigningKey {
    SigningKey::from_slice(&sha256(b"benchmark")).expect("a scalar in range; qed")
}

fn key() -> BatchKey {
    let point = secret().verifying_key().to_encoded_point(true);
    BatchKey::Native(PublicKey::P256(point.as_bytes().try_into().expect("a compressed point has 33 bytes; qed")))
}

/// That `manufacturer` has the key.
fn possession<T: Config>(manufacturer: ManufacturerId) -> Signature {
    let genesis = System::<T>::block_hash(BlockNumberFor::<T>::default()).into();
    let message = possession_message(&genesis, manufacturer, BATCH, &key());
    let signed: p256::ecdsa::Signature =
        secret().sign_prehash(&sha256(message.as_bytes())).expect("the digest is long enough; qed");
    Signature::P256(signed.normalize_s().unwrap_or(signed).to_bytes().into())
}

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
    Ok((Registry::<T>::do_register(account.clone(), name::<T>(), 1 << 52, Actor::Root)?, account))
}

/// A registered manufacturer's account; it has added [`BATCH`], which is in `state`.
fn batch<T: Config>(state: BatchState) -> Result<T::AccountId, BenchmarkError> {
    let (manufacturer, account) = manufacturer::<T>()?;
    Registry::<T>::do_add_batch(manufacturer, BATCH, key(), CAPACITY, EXPIRES, Actor::Root)?;
    if state != BatchState::Active {
        Registry::<T>::change_state(BATCH, state, Actor::Root, CAUSE)?;
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
        _(origin as T::RuntimeOrigin, account.clone(), name::<T>(), 1_000);

        let (manufacturer, name, by) = (ManufacturerId(0), name::<T>(), Actor::Root);
        let event = Event::ManufacturerRegistered { manufacturer, account, name, quota: 1_000, by };
        assert_last_event::<T>(event);
        Ok(())
    }

    #[benchmark]
    fn change_account() -> Result<(), BenchmarkError> {
        let origin = issuer::<T>()?;
        let (manufacturer, from) = manufacturer::<T>()?;
        let to: T::AccountId = account("manufacturer", 1, 0);

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, manufacturer, to.clone(), CAUSE);

        let (by, cause) = (Actor::Root, CAUSE);
        assert_last_event::<T>(Event::ManufacturerAccountChanged { manufacturer, from, to, by, cause });
        Ok(())
    }

    #[benchmark]
    fn add_batch() -> Result<(), BenchmarkError> {
        let (manufacturer, account) = manufacturer::<T>()?;

        let signature = possession::<T>(manufacturer);

        #[extrinsic_call]
        _(RawOrigin::Signed(account), BATCH, key(), CAPACITY, EXPIRES, signature);

        assert_eq!(Batches::<T>::get(BATCH).map(|known| known.manufacturer), Some(manufacturer));
        Ok(())
    }

    /// By the manufacturer, whose number has to be read as well.
    #[benchmark]
    fn suspend_batch() -> Result<(), BenchmarkError> {
        let account = batch::<T>(BatchState::Active)?;

        #[extrinsic_call]
        _(RawOrigin::Signed(account.clone()), BATCH, CAUSE);

        let by = Actor::Account(account);
        assert_last_event::<T>(Event::BatchSuspended { batch: BATCH, by, cause: CAUSE });
        Ok(())
    }

    #[benchmark]
    fn reactivate_batch() -> Result<(), BenchmarkError> {
        let origin = issuer::<T>()?;
        batch::<T>(BatchState::Suspended)?;

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, BATCH, CAUSE);

        assert_last_event::<T>(Event::BatchReactivated { batch: BATCH, by: Actor::Root, cause: CAUSE });
        Ok(())
    }

    #[benchmark]
    fn revoke_batch() -> Result<(), BenchmarkError> {
        let origin = issuer::<T>()?;
        batch::<T>(BatchState::Active)?;

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, BATCH, CAUSE);

        assert_last_event::<T>(Event::BatchRevoked { batch: BATCH, by: Actor::Root, cause: CAUSE });
        Ok(())
    }

    #[benchmark]
    fn block_orders() -> Result<(), BenchmarkError> {
        let origin = issuer::<T>()?;
        batch::<T>(BatchState::Suspended)?;

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, BATCH, true, CAUSE);

        let (batch, blocked, by, cause) = (BATCH, true, Actor::Root, CAUSE);
        assert_last_event::<T>(Event::BatchOrdersBlocked { batch, blocked, by, cause });
        Ok(())
    }

    #[benchmark]
    fn add_foreign_batch() -> Result<(), BenchmarkError> {
        let (origin, (manufacturer, _)) = (issuer::<T>()?, manufacturer::<T>()?);
        // The base point of secp256k1.
        let key = BatchKey::Keycard([
            0x02, 0x79, 0xbe, 0x66, 0x7e, 0xf9, 0xdc, 0xbb, 0xac, 0x55, 0xa0, 0x62, 0x95, 0xce, 0x87, 0x0b, 0x07,
            0x02, 0x9b, 0xfc, 0xdb, 0x2d, 0xce, 0x28, 0xd9, 0x59, 0xf2, 0x81, 0x5b, 0x16, 0xf8, 0x17, 0x98,
        ]);

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, manufacturer, BATCH, key, CAPACITY, EXPIRES);

        assert_eq!(Batches::<T>::get(BATCH).map(|known| known.manufacturer), Some(manufacturer));
        Ok(())
    }

    #[benchmark]
    fn suspend_manufacturer() -> Result<(), BenchmarkError> {
        let (origin, (manufacturer, _)) = (issuer::<T>()?, manufacturer::<T>()?);

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, manufacturer, CAUSE);

        assert_last_event::<T>(Event::ManufacturerSuspended { manufacturer, by: Actor::Root, cause: CAUSE });
        Ok(())
    }

    #[benchmark]
    fn resume_manufacturer() -> Result<(), BenchmarkError> {
        let (origin, (manufacturer, _)) = (issuer::<T>()?, manufacturer::<T>()?);
        Registry::<T>::suspend_manufacturer(issuer::<T>()?, manufacturer, CAUSE)?;

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, manufacturer, CAUSE);

        assert_last_event::<T>(Event::ManufacturerResumed { manufacturer, by: Actor::Root, cause: CAUSE });
        Ok(())
    }

    #[benchmark]
    fn change_quota() -> Result<(), BenchmarkError> {
        let (origin, (manufacturer, _)) = (issuer::<T>()?, manufacturer::<T>()?);

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, manufacturer, 7);

        assert_last_event::<T>(Event::QuotaChanged { manufacturer, quota: 7, by: Actor::Root });
        Ok(())
    }

    impl_benchmark_test_suite!(Registry, crate::mock::new_test_ext(), crate::mock::Test);
}

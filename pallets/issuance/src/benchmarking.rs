//! What each call costs in its worst case.

use crate::{Pallet as Registry, *};
use frame_benchmarking::v2::*;
use frame_support::{
    traits::{
        fungibles::{Inspect, Mutate},
        EnsureOrigin, Get,
    },
    BoundedVec,
};
use specie_primitives::{
    acts::{Actor, Cause, CauseCode},
    Balance,
};

const CAUSE: Cause = Cause { code: CauseCode::Correction, document: Some([0xd0; 32]) };
const EURO: CurrencyId = CurrencyId::Asset(1);
const CAP: Balance = 1_000_000_000;

fn issuer<T: Config>() -> Result<T::RuntimeOrigin, BenchmarkError> {
    T::IssuerOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)
}

/// A text of the greatest length.
fn text<T: Config>(letter: u8, most: u32) -> BoundedVec<u8, T::MaxNameLen> {
    BoundedVec::truncate_from(alloc::vec![letter; T::MaxNameLen::get().min(most) as usize])
}

/// An asset, of which there is nothing yet: dearer than the chain's own currency.
fn with_euro<T: Config>() -> Result<(), BenchmarkError> {
    let (name, symbol) = (text::<T>(b'n', u32::MAX), text::<T>(b'E', 8));
    Registry::<T>::do_create(name, symbol, 2, 1, CAP, Actor::Root, CAUSE)?;
    Ok(())
}

#[benchmarks]
mod benchmarks {
    use super::*;

    #[benchmark]
    fn create() -> Result<(), BenchmarkError> {
        let origin = issuer::<T>()?;
        let (name, symbol) = (text::<T>(b'n', u32::MAX), text::<T>(b'E', 8));

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, name, symbol, 2, 1, CAP, CAUSE);

        assert_eq!(Registry::<T>::ledger(EURO), Some(Ledger { cap: CAP, minted: 0, burnt: 0 }));
        Ok(())
    }

    #[benchmark]
    fn mint() -> Result<(), BenchmarkError> {
        let origin = issuer::<T>()?;
        with_euro::<T>()?;
        let to: T::AccountId = account("to", 0, 0);

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, EURO, to.clone(), CAP, [1; 32]);

        assert_eq!(T::Money::balance(EURO, &to), CAP);
        Ok(())
    }

    #[benchmark]
    fn burn() -> Result<(), BenchmarkError> {
        let origin = issuer::<T>()?;
        with_euro::<T>()?;
        T::Money::mint_into(EURO, &T::IssuerAccount::get(), CAP)?;

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, EURO, CAP, [1; 32]);

        assert_eq!(T::Money::total_issuance(EURO), 0);
        Ok(())
    }

    #[benchmark]
    fn change_cap() -> Result<(), BenchmarkError> {
        let origin = issuer::<T>()?;
        with_euro::<T>()?;

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, EURO, CAP / 2, CAUSE);

        assert_eq!(Registry::<T>::ledger(EURO).map(|ledger| ledger.cap), Some(CAP / 2));
        Ok(())
    }

    impl_benchmark_test_suite!(Registry, crate::mock::new_test_ext(None), crate::mock::Test);
}

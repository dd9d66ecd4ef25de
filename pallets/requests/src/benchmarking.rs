//! What each call costs in its worst case: a request in the chain's own currency, whose holds are held on two accounts.

use crate::{Pallet as Registry, *};
use frame_benchmarking::v2::*;
use frame_support::traits::{
    fungible::{Inspect, Mutate},
    EnsureOrigin, Get,
};
use frame_system::{pallet_prelude::BlockNumberFor, Pallet as System, RawOrigin};
use specie_primitives::{
    acts::{Cause, CauseCode},
    ids::{CarrierId, CurrencyId, Reference},
    request::{Asked, RequestKind, RequestState, Terms},
    traits::{Payment, RequestLedger},
    Balance,
};

const CAUSE: Cause = Cause { code: CauseCode::Defect, document: Some([0xd0; 32]) };
const CARRIER: CarrierId = CarrierId([0xca; 32]);

fn issuer<T: Config>() -> Result<T::RuntimeOrigin, BenchmarkError> {
    T::IssuerOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)
}

fn amount<T: Config<Currency: Mutate<T::AccountId>>>() -> Balance {
    T::Currency::minimum_balance() * 100
}

fn rich<T: Config<Currency: Mutate<T::AccountId>>>(account: &T::AccountId) {
    T::Currency::set_balance(account, amount::<T>() * 10 + T::Deposit::get() * 10);
}

/// An opener with money, and a payee with an account.
fn people<T: Config<Currency: Mutate<T::AccountId>>>() -> (T::AccountId, T::AccountId) {
    let (opener, payee): (T::AccountId, T::AccountId) = (account("opener", 0, 0), account("payee", 0, 0));
    rich::<T>(&opener);
    rich::<T>(&payee);
    rich::<T>(&CARRIER.0.into());
    (opener, payee)
}

fn terms<T: Config<Currency: Mutate<T::AccountId>>>(
    payee: &T::AccountId,
    parent: Option<Reference>,
) -> Terms<T::AccountId> {
    let expires = Registry::<T>::now() + T::MaxLifetime::get();
    Terms {
        kind: RequestKind::Withdrawal,
        payee: payee.clone(),
        payer: Some(CARRIER),
        currency: CurrencyId::Native,
        amount: Asked::Between { least: 1, most: amount::<T>() },
        expires,
        settle_by: expires + T::MaxSettlement::get(),
        pool: None,
        parent,
    }
}

/// A request that is open.
fn opened<T: Config<Currency: Mutate<T::AccountId>>>() -> Result<(T::AccountId, Reference), BenchmarkError> {
    let (opener, payee) = people::<T>();
    Registry::<T>::do_open(opener.clone(), 0, terms::<T>(&payee, None))?;
    let reference = Registry::<T>::reference_of(&opener, 0);
    Ok((opener, reference))
}

/// A request for which money is on hold.
fn held<T: Config<Currency: Mutate<T::AccountId>>>() -> Result<(T::AccountId, Reference), BenchmarkError> {
    let (opener, reference) = opened::<T>()?;
    let payee: T::AccountId = account("payee", 0, 0);
    let payment = Payment {
        reference,
        carrier: CARRIER,
        sequence: 1,
        payee: payee.into(),
        amount: amount::<T>(),
        currency: CurrencyId::Native,
        epoch: 0,
        hold: true,
    };
    <Registry<T> as RequestLedger>::book(&payment)?;
    Ok((opener, reference))
}

fn pass<T: Config>(blocks: u32) {
    let now = System::<T>::block_number() + BlockNumberFor::<T>::from(blocks);
    System::<T>::set_block_number(now);
}

fn state<T: Config>(reference: Reference) -> Option<RequestState> {
    Requests::<T>::get(reference).map(|request| request.state)
}

#[benchmarks(where T: Config<Currency: Mutate<T::AccountId>>)]
mod benchmarks {
    use super::*;

    #[benchmark]
    fn open() -> Result<(), BenchmarkError> {
        // A part of a larger one: that one is read too.
        let (opener, parent) = opened::<T>()?;
        let terms = terms::<T>(&account("payee", 0, 0), Some(parent));

        #[extrinsic_call]
        _(RawOrigin::Signed(opener.clone()), 1, terms);

        assert_eq!(NextNumber::<T>::get(&opener), 2);
        Ok(())
    }

    #[benchmark]
    fn settle() -> Result<(), BenchmarkError> {
        let (opener, reference) = held::<T>()?;

        // A part, so that the rest is released too.
        #[extrinsic_call]
        _(RawOrigin::Signed(opener), reference, amount::<T>() / 2);

        assert!(matches!(state::<T>(reference), Some(RequestState::Settled { .. })));
        Ok(())
    }

    #[benchmark]
    fn release() -> Result<(), BenchmarkError> {
        let (opener, reference) = held::<T>()?;

        #[extrinsic_call]
        _(RawOrigin::Signed(opener), reference, CAUSE);

        assert!(matches!(state::<T>(reference), Some(RequestState::Released { .. })));
        Ok(())
    }

    #[benchmark]
    fn doubt() -> Result<(), BenchmarkError> {
        let (opener, reference) = held::<T>()?;

        #[extrinsic_call]
        _(RawOrigin::Signed(opener), reference, CAUSE);

        assert!(matches!(state::<T>(reference), Some(RequestState::InDoubt(_))));
        Ok(())
    }

    #[benchmark]
    fn resolve() -> Result<(), BenchmarkError> {
        let origin = issuer::<T>()?;
        let (opener, reference) = held::<T>()?;
        Registry::<T>::do_doubt(opener, reference, CAUSE)?;

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, reference, Some(amount::<T>() / 2), CAUSE);

        assert!(matches!(state::<T>(reference), Some(RequestState::Settled { .. })));
        Ok(())
    }

    #[benchmark]
    fn expire() -> Result<(), BenchmarkError> {
        let (opener, reference) = opened::<T>()?;
        pass::<T>(T::MaxLifetime::get() + 1);

        #[extrinsic_call]
        _(RawOrigin::Signed(opener), reference);

        assert!(matches!(state::<T>(reference), Some(RequestState::Expired { .. })));
        Ok(())
    }

    #[benchmark]
    fn prune() -> Result<(), BenchmarkError> {
        let (opener, reference) = held::<T>()?;
        Registry::<T>::do_release(opener.clone(), reference, CAUSE)?;
        pass::<T>(T::Retention::get() + 1);

        #[extrinsic_call]
        _(RawOrigin::Signed(opener), reference);

        assert_eq!(state::<T>(reference), None);
        Ok(())
    }

    impl_benchmark_test_suite!(Registry, crate::mock::new_test_ext(), crate::mock::Test);
}

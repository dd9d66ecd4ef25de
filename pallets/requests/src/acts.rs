//! What people and machines do to requests.

use crate::*;
use frame_support::{
    ensure,
    traits::{
        fungible::MutateHold as _,
        fungibles::{Inspect, MutateHold},
        tokens::{Fortitude, Precision, Provenance, Restriction},
        Get,
    },
};
use sp_runtime::{traits::SaturatedConversion, DispatchResult};
use specie_primitives::{
    acts::{Actor, Cause},
    ids::{CarrierId, Reference},
    request::{Act, Held, Refusal, Request, RequestState, Terms, Transition},
    traits::{PoolAuthority, PoolRefusal},
    Balance, BlockNumber,
};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_open(opener: T::AccountId, number: u64, terms: Terms<T::AccountId>) -> DispatchResult {
        let reference = Self::reference_of(&opener, number);
        let next = NextNumber::<T>::get(&opener);
        if number < next {
            // The same call again, and the answer is the first one's.
            let known = Requests::<T>::get(reference).ok_or(Error::<T>::NumberUsed)?;
            ensure!(known.terms == terms, Error::<T>::NumberUsed);
            return Ok(());
        }
        ensure!(number == next, Error::<T>::NumberAhead);
        Self::check_terms(&opener, &terms)?;

        let deposit = T::Deposit::get();
        T::Currency::hold(&HoldReason::Record.into(), &opener, deposit)?;
        NextNumber::<T>::insert(&opener, next.checked_add(1).ok_or(Error::<T>::Overflow)?);
        let (opened_at, state) = (Self::now(), RequestState::Open);
        if let Some((pool, _)) = terms.pool {
            ToPool::<T>::insert(pool, reference, ());
        }
        let request = Request { opener: opener.clone(), terms: terms.clone(), deposit, opened_at, state };
        Requests::<T>::insert(reference, request);
        Self::deposit_event(Event::RequestOpened { reference, opener, number, terms });
        Ok(())
    }

    fn check_terms(opener: &T::AccountId, terms: &Terms<T::AccountId>) -> DispatchResult {
        let now = Self::now();
        let latest = now.saturating_add(T::MaxLifetime::get());
        ensure!(terms.expires >= now && terms.expires <= latest, Error::<T>::BadExpiry);
        let latest = terms.expires.saturating_add(T::MaxSettlement::get());
        ensure!(terms.settle_by >= terms.expires && terms.settle_by <= latest, Error::<T>::BadSettlement);
        ensure!(T::Money::asset_exists(terms.currency), Error::<T>::UnknownCurrency);
        let (least, most) = (terms.amount.least(), terms.amount.most());
        ensure!(least <= most && most >= T::Money::minimum_balance(terms.currency), Error::<T>::AmountTooSmall);
        if let Some((pool, epoch)) = terms.pool {
            ensure!(T::Pools::may_open(opener, pool, epoch), Error::<T>::NotPoolsUnit);
        }
        if let Some(parent) = terms.parent {
            let known = Requests::<T>::get(parent).ok_or(Error::<T>::UnknownParent)?;
            ensure!(known.opener == *opener, Error::<T>::UnknownParent);
        }
        Ok(())
    }

    pub(crate) fn do_settle(caller: T::AccountId, reference: Reference, amount: Balance) -> DispatchResult {
        let request = Self::known(reference)?;
        ensure!(request.opener == caller, Error::<T>::NotPermitted);
        let act = Act::Settle { amount };
        // In doubt, it is the issuer's to decide.
        let doubted = matches!(request.state, RequestState::InDoubt(_));
        ensure!(!doubted, Error::<T>::WrongState);
        if matches!(request.state, RequestState::Held(_)) {
            ensure!(Self::now() <= request.terms.settle_by, Error::<T>::TooLate);
        }
        Self::check_pools(&request)?;
        Self::settle_as(request, reference, act, amount, Actor::Account(caller), Cause::default())
    }

    /// Whether the pools of the carrier and of the payee let what is on hold go out now.
    fn check_pools(request: &Request<T::AccountId>) -> DispatchResult {
        let Some(held) = request.state.held() else { return Ok(()) };
        T::Pools::may_settle(&request.opener, &held.carrier, request.terms.pool).map_err(
            |refusal| match refusal {
                PoolRefusal::Locked => Error::<T>::PoolLocked,
                _ => Error::<T>::OtherEpoch,
            },
        )?;
        let payee = CarrierId(request.terms.payee.clone().into());
        ensure!(T::Pools::may_receive(&payee), Error::<T>::PayeeLocked);
        Ok(())
    }

    pub(crate) fn do_release(caller: T::AccountId, reference: Reference, cause: Cause) -> DispatchResult {
        let request = Self::known(reference)?;
        let by_payee = request.terms.payee == caller && request.state != RequestState::Open;
        // What is on hold the pool takes back only where whoever asked can settle it no more: somebody may have the goods.
        let is_dead = |carrier: &CarrierId| {
            T::Pools::may_settle(&request.opener, carrier, request.terms.pool) == Err(PoolRefusal::OtherEpoch)
        };
        let is_loose = request.state.held().is_none_or(|held| is_dead(&held.carrier));
        let by_pool =
            || request.terms.pool.is_some_and(|(pool, _)| is_loose && T::Pools::may_take_back(&caller, pool));
        ensure!(request.opener == caller || by_payee || by_pool(), Error::<T>::NotPermitted);
        let doubted = matches!(request.state, RequestState::InDoubt(_));
        ensure!(!doubted, Error::<T>::WrongState);
        Self::release_as(request, reference, Actor::Account(caller), cause)
    }

    pub(crate) fn do_doubt(caller: T::AccountId, reference: Reference, cause: Cause) -> DispatchResult {
        let request = Self::known(reference)?;
        let is_party = request.opener == caller || request.terms.payee == caller;
        let is_late = Self::now() > request.terms.settle_by;
        ensure!(is_party || is_late, Error::<T>::NotPermitted);
        let Transition::To(state) = Self::after(&request, Act::Doubt)? else { return Ok(()) };
        if let Some(Held { carrier, amount, .. }) = state.held().copied() {
            let by = Actor::Account(caller);
            Self::deposit_event(Event::RequestInDoubt { reference, carrier, amount, by, cause });
        }
        Requests::<T>::insert(reference, Request { state, ..request });
        Ok(())
    }

    pub(crate) fn do_resolve(
        by: Actor<T::AccountId>,
        reference: Reference,
        amount: Option<Balance>,
        cause: Cause,
    ) -> DispatchResult {
        let request = Self::known(reference)?;
        let undecided = matches!(request.state, RequestState::Open | RequestState::Held(_));
        ensure!(!undecided, Error::<T>::WrongState);
        match amount {
            Some(amount) => Self::settle_as(request, reference, Act::Settle { amount }, amount, by, cause),
            None => Self::release_as(request, reference, by, cause),
        }
    }

    pub(crate) fn do_expire(reference: Reference) -> DispatchResult {
        let request = Self::known(reference)?;
        ensure!(Self::now() > request.terms.expires, Error::<T>::TooEarly);
        let Transition::To(state) = Self::after(&request, Act::Expire)? else { return Ok(()) };
        Requests::<T>::insert(reference, Request { state, ..request });
        Self::deposit_event(Event::RequestExpired { reference });
        Ok(())
    }

    pub(crate) fn do_prune(reference: Reference) -> DispatchResult {
        let request = Self::known(reference)?;
        let at = request.state.resolved_at().ok_or(Error::<T>::WrongState)?;
        ensure!(Self::now() > at.saturating_add(T::Retention::get()), Error::<T>::TooEarly);
        let reason = HoldReason::Record.into();
        T::Currency::release(&reason, &request.opener, request.deposit, Precision::BestEffort)?;
        Requests::<T>::remove(reference);
        if let Some((pool, _)) = request.terms.pool {
            ToPool::<T>::remove(pool, reference);
        }
        Self::deposit_event(Event::RequestPruned { reference });
        Ok(())
    }

    /// The payee gets `amount` of what is on hold, and the rest is free again.
    fn settle_as(
        request: Request<T::AccountId>,
        reference: Reference,
        act: Act,
        amount: Balance,
        by: Actor<T::AccountId>,
        cause: Cause,
    ) -> DispatchResult {
        let Transition::To(state) = Self::after(&request, act)? else { return Ok(()) };
        let held = request.state.held().copied().ok_or(Error::<T>::WrongState)?;
        let (address, payee): (T::AccountId, _) = (held.carrier.0.into(), request.terms.payee.clone());
        let currency = request.terms.currency;
        let can = T::Money::can_deposit(currency, &payee, amount, Provenance::Extant).into_result().is_ok();
        ensure!(amount > 0 && can, Error::<T>::PayeeCannotReceive);

        let reason = HoldReason::Payment.into();
        let (exact, free, polite) = (Precision::Exact, Restriction::Free, Fortitude::Polite);
        T::Money::transfer_on_hold(currency, &reason, &address, &payee, amount, exact, free, polite)?;
        let rest = held.amount.checked_sub(amount).ok_or(Error::<T>::MoreThanHeld)?;
        if rest > 0 {
            T::Money::release(currency, &reason, &address, rest, Precision::Exact)?;
        }
        Requests::<T>::insert(reference, Request { state, ..request });
        Self::deposit_event(Event::RequestSettled { reference, carrier: held.carrier, payee, amount, by, cause });
        Ok(())
    }

    /// What is on hold, if anything is, becomes free again.
    fn release_as(
        request: Request<T::AccountId>,
        reference: Reference,
        by: Actor<T::AccountId>,
        cause: Cause,
    ) -> DispatchResult {
        let Transition::To(state) = Self::after(&request, Act::Release)? else { return Ok(()) };
        let freed = match request.state.held().copied() {
            None => None,
            Some(Held { carrier, amount, .. }) => {
                let address: T::AccountId = carrier.0.into();
                let (currency, reason) = (request.terms.currency, HoldReason::Payment.into());
                T::Money::release(currency, &reason, &address, amount, Precision::Exact)?;
                Some((carrier, amount))
            }
        };
        Requests::<T>::insert(reference, Request { state, ..request });
        Self::deposit_event(Event::RequestReleased { reference, freed, by, cause });
        Ok(())
    }

    pub(crate) fn known(reference: Reference) -> Result<Request<T::AccountId>, Error<T>> {
        Requests::<T>::get(reference).ok_or(Error::UnknownRequest)
    }

    pub(crate) fn after(request: &Request<T::AccountId>, act: Act) -> Result<Transition, Error<T>> {
        request.state.after(act, Self::now()).map_err(|refusal| match refusal {
            Refusal::WrongState => Error::WrongState,
            Refusal::MoreThanHeld => Error::MoreThanHeld,
        })
    }

    /// The reference of an account's request.
    pub fn reference_of(opener: &T::AccountId, number: u64) -> Reference {
        let zero = frame_system::pallet_prelude::BlockNumberFor::<T>::default();
        let genesis = frame_system::Pallet::<T>::block_hash(zero).into();
        Reference::of(&genesis, &opener.clone().into(), number)
    }

    pub(crate) fn now() -> BlockNumber {
        frame_system::Pallet::<T>::block_number().saturated_into()
    }
}

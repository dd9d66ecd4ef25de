//! Requests as the carriers' orders meet them.

use crate::*;
use frame_support::traits::fungibles::{InspectHold, MutateHold};
use sp_runtime::{DispatchError, DispatchResult};
use specie_primitives::{
    ids::{CarrierId, CurrencyId, PoolId, Reference},
    request::{Act, Held, Request, RequestState, Transition},
    traits::{Payment, RequestLedger, RequestRefusal},
    Balance,
};

impl<T: Config> RequestLedger for Pallet<T> {
    type Error = DispatchError;

    fn check(payment: &Payment) -> Result<(), RequestRefusal> {
        let request = Requests::<T>::get(payment.reference).ok_or(RequestRefusal::NotOpen)?;
        let terms = &request.terms;
        let epoch = terms.pool.map_or(0, |(_, epoch)| epoch);
        let payee: [u8; 32] = terms.payee.clone().into();
        let checks = [
            (request.state == RequestState::Open && Self::now() <= terms.expires, RequestRefusal::Closed),
            (terms.payer.is_none_or(|payer| payer == payment.carrier), RequestRefusal::OtherPayer),
            (payment.payee == payee, RequestRefusal::OtherPayee),
            (payment.currency == terms.currency, RequestRefusal::OtherCurrency),
            (terms.amount.takes(payment.amount), RequestRefusal::OtherAmount),
            // Whose epoch is 0 is paid by whoever leads: the pool says which epoch is the current one.
            (payment.epoch == epoch || (terms.pool.is_some() && epoch == 0), RequestRefusal::OtherEpoch),
        ];
        checks.into_iter().try_for_each(|(holds, refusal)| if holds { Ok(()) } else { Err(refusal) })
    }

    fn book(payment: &Payment) -> DispatchResult {
        let request = Self::known(payment.reference)?;
        let Payment { reference, carrier, sequence, amount, .. } = *payment;
        let act = match payment.hold {
            true => Act::Hold(Held { carrier, sequence, amount }),
            false => Act::Pay { carrier, amount },
        };
        let Transition::To(state) = Self::after(&request, act)? else {
            return Err(Error::<T>::WrongState.into());
        };
        if payment.hold {
            T::Money::hold(payment.currency, &HoldReason::Payment.into(), &carrier.0.into(), amount)?;
        }
        Requests::<T>::insert(reference, Request { state, ..request });
        Self::deposit_event(match payment.hold {
            true => Event::RequestHeld { reference, carrier, amount },
            false => Event::RequestPaid { reference, carrier, amount },
        });
        Ok(())
    }

    fn pool(reference: &Reference) -> Option<(PoolId, [u8; 32])> {
        let request = Requests::<T>::get(reference)?;
        request.terms.pool.map(|(pool, _)| (pool, request.opener.into()))
    }

    fn most(reference: &Reference) -> Option<Balance> {
        Requests::<T>::get(reference).map(|request| request.terms.amount.most())
    }

    fn held(carrier: &CarrierId, currency: CurrencyId) -> Balance {
        T::Money::balance_on_hold(currency, &HoldReason::Payment.into(), &carrier.0.into())
    }
}

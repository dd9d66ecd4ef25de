//! What a verdict needs of this block.

use crate::*;
use frame_support::{
    ensure,
    traits::{fungibles::Inspect, Contains},
};
use sp_runtime::{DispatchError, DispatchResult};
use specie_primitives::{
    crypto::{PublicKey, Signature},
    ids::{BatchId, CarrierId},
    order::{Order, Purpose, NO_REFERENCE},
    records::{Carrier, CarrierState},
    traits::{BatchKeys, CarrierKeys, PoolAuthority, RequestLedger},
    verdict::View,
};

impl<T: Config> Pallet<T> {
    /// What this block says about a carrier, a device and the batch that a certificate names.
    pub fn view(carrier: Option<CarrierId>, device: Option<PublicKey>, certified: Option<BatchId>) -> View {
        let record = carrier.and_then(Carriers::<T>::get);
        let currency = record.map_or_else(Default::default, |record| record.currency);
        let state = |batch| T::Batches::batch(batch).map(|batch| batch.state);
        View {
            number: Self::now(),
            carrier: record,
            balance: carrier.map_or(0, |id| T::Money::balance(currency, &Self::account(&id))),
            held: carrier.map_or(0, |id| T::Requests::held(&id, currency)),
            batch: record.and_then(|record| state(record.batch)),
            certified_batch: certified.and_then(state),
            device: device.and_then(Devices::<T>::get),
            orders_stopped: Self::orders_stopped(),
            pool: carrier.and_then(|id| T::Pools::pool_of(&id)).map(|(_, lock)| lock),
        }
    }

    /// Whether the call filter refuses orders now: in safe mode, or because the issuer has paused them.
    pub fn orders_stopped() -> bool {
        // The filter looks at which call it is, and at none of its arguments.
        let order = Order {
            genesis: [0; 32],
            carrier: CarrierId([0; 32]),
            purpose: Purpose::Transfer,
            sequence: 0,
            to: [0; 32],
            amount: 0,
            fee: 0,
            fee_to: [0; 32],
            valid_until: 0,
            reference: NO_REFERENCE,
            epoch: 0,
        };
        let call = Call::<T>::spend { order, signature: Signature::Ed25519([0; 64]) };
        !T::BaseCallFilter::contains(&call.into())
    }
}

impl<T: Config> CarrierKeys for Pallet<T> {
    type Error = DispatchError;

    fn is_in_use(carrier: &CarrierId) -> bool {
        Carriers::<T>::get(carrier).is_some_and(|record| record.state == CarrierState::Active)
    }

    fn accept(order: &Order, signature: &Signature) -> DispatchResult {
        let carrier = Self::accepting(order)?;
        ensure!(order.verify::<T::Arithmetic>(signature, &carrier.currency_key), Error::<T>::BadSignature);
        Carriers::<T>::insert(order.carrier, Carrier { sequence: order.sequence, ..carrier });
        Ok(())
    }
}

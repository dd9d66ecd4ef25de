//! What the pool must know of orders in signed transactions.

use crate::{weights::WeightInfo, Call, Config, Pallet};
use codec::{Decode, DecodeWithMemTracking, Encode};
use core::marker::PhantomData;
use frame_support::{
    pallet_prelude::TransactionSource,
    traits::{Contains, IsSubType},
    weights::Weight,
};
use scale_info::TypeInfo;
use sp_runtime::{
    impl_tx_ext_default,
    traits::{AsSystemOriginSigner, DispatchInfoOf, TransactionExtension, ValidateResult},
    transaction_validity::{InvalidTransaction, ValidTransaction},
};

/// Checks the order that a signed transaction carries, in the pool and again in the block: a machine whose order cannot be
/// executed, or was executed from elsewhere, pays nothing for it. One order of a carrier waits in the pool from each signer.
///
/// Only where the order is the transaction's own call. Inside a batch, a multisig or a proxy it is not looked for: such a
/// transaction is executed, and paid for, whatever its parts say.
#[derive(Clone, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
#[scale_info(skip_type_params(T))]
pub struct CheckOrder<T>(PhantomData<T>);

impl<T> CheckOrder<T> {
    /// The extension. It has no bytes in a transaction.
    pub fn new() -> Self {
        Self(PhantomData)
    }
}

impl<T> Default for CheckOrder<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> PartialEq for CheckOrder<T> {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl<T> Eq for CheckOrder<T> {}

impl<T> core::fmt::Debug for CheckOrder<T> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("CheckOrder")
    }
}

impl<T: Config + Send + Sync> TransactionExtension<T::RuntimeCall> for CheckOrder<T>
where
    T::RuntimeOrigin: AsSystemOriginSigner<T::AccountId>,
{
    const IDENTIFIER: &'static str = "CheckOrder";
    type Implicit = ();
    type Pre = ();
    type Val = ();

    fn weight(&self, call: &T::RuntimeCall) -> Weight {
        match call.is_sub_type() {
            Some(Call::spend { signature, .. }) => T::WeightInfo::check_order(signature.scheme()),
            _ => Weight::zero(),
        }
    }

    fn validate(
        &self,
        origin: T::RuntimeOrigin,
        call: &T::RuntimeCall,
        _info: &DispatchInfoOf<T::RuntimeCall>,
        _len: usize,
        _self_implicit: (),
        _inherited_implication: &impl Encode,
        _source: TransactionSource,
    ) -> ValidateResult<(), T::RuntimeCall> {
        let validity = match (call.is_sub_type(), origin.as_system_origin_signer()) {
            (Some(Call::spend { order, signature }), Some(signer)) => {
                if !T::BaseCallFilter::contains(call) {
                    return Err(InvalidTransaction::Call.into());
                }
                Pallet::<T>::validate_signed_order(order, signature, signer)?
            }
            _ => ValidTransaction::default(),
        };
        Ok((validity, (), origin))
    }

    impl_tx_ext_default!(T::RuntimeCall; prepare);
}

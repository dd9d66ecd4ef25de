//! Checking and executing orders.

use crate::*;
use frame_support::{
    ensure,
    pallet_prelude::{
        InvalidTransaction, TransactionPriority, TransactionSource, TransactionValidityError,
        TransactionValidityWithRefund, ValidTransaction, Weight,
    },
    traits::{
        fungible::{Balanced, Inspect, Mutate},
        tokens::{Fortitude, Precision, Preservation, Provenance},
        Contains, OnUnbalanced,
    },
};
use sp_runtime::{traits::SaturatedConversion, DispatchResult};
use specie_primitives::{
    crypto::{Scheme, Signature},
    ids::CarrierId,
    order::{Order, Purpose, EVERYTHING},
    records::{BatchState, Carrier},
    traits::{BatchKeys, MachineAuthority, Permission},
    Balance,
};

/// The prefix of the tag that an order provides to the pool.
pub const TAG_PREFIX: &str = "specie:order";

/// Who pays the network for including an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Payer {
    /// The order, out of its fee.
    Order,
    /// The signer of the extrinsic around it.
    Signer,
}

/// Where an order's money goes, in base units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Split {
    /// To the payee.
    amount: Balance,
    /// To the receiver of the fee.
    fee: Balance,
    /// To the network.
    network_fee: Balance,
}

impl<T: Config> Pallet<T> {
    /// Lets an order into the pool and into a block: everything that could make it fail, and its signature.
    pub(crate) fn authorize_spend(
        _source: TransactionSource,
        order: &Order,
        signature: &Signature,
    ) -> TransactionValidityWithRefund {
        let call: T::RuntimeCall = Call::<T>::spend { order: *order, signature: *signature }.into();
        if !T::BaseCallFilter::contains(&call) {
            return Err(InvalidTransaction::Call.into());
        }
        let (_, split) = Self::check(order, Payer::Order).map_err(|error| error.validity())?;
        Self::check_signature(order, signature).map_err(|error| error.validity())?;
        let validity = ValidTransaction::with_tag_prefix(TAG_PREFIX)
            .priority(split.network_fee.saturated_into::<TransactionPriority>())
            .and_provides((order.carrier, order.sequence))
            .and_provides(order.carrier)
            // The pool drops what has no block left after its best one, and this block is the one after that.
            .longevity(u64::from(order.valid_until.saturating_sub(Self::now())).saturating_add(1))
            .propagate(true)
            .build()?;
        Ok((validity, Weight::zero()))
    }

    /// Whether the order is signed by its carrier's currency key.
    pub fn has_valid_signature(order: &Order, signature: &Signature) -> bool {
        Self::check_signature(order, signature).is_ok()
    }

    /// Whether the currency key signed the order.
    pub(crate) fn check_signature(order: &Order, signature: &Signature) -> Result<(), Error<T>> {
        let carrier = Carriers::<T>::get(order.carrier).ok_or(Error::UnknownCarrier)?;
        let valid = order.verify::<T::Arithmetic>(signature, &carrier.currency_key);
        ensure!(valid, Error::BadSignature);
        Ok(())
    }

    /// Executes an order whose signature has been checked.
    pub(crate) fn do_spend(order: &Order, payer: Payer) -> DispatchResult {
        let (mut carrier, split) = Self::check(order, payer)?;
        let address = Self::account(&order.carrier);
        let (to, fee_to): (T::AccountId, T::AccountId) = (order.to.into(), order.fee_to.into());

        carrier.sequence = order.sequence;
        Carriers::<T>::insert(order.carrier, carrier);
        // The payee last: until then the account holds at least the amount, which is no dust.
        if split.network_fee > 0 {
            let credit = <T::Currency as Balanced<_>>::withdraw(
                &address,
                split.network_fee,
                Precision::Exact,
                Preservation::Expendable,
                Fortitude::Polite,
            )?;
            T::NetworkFeeTo::on_unbalanced(credit);
        }
        if split.fee > 0 {
            T::Currency::transfer(&address, &fee_to, split.fee, Preservation::Expendable)?;
        }
        T::Currency::transfer(&address, &to, split.amount, Preservation::Expendable)?;
        Self::deposit_event(Event::CarrierSpent {
            carrier: order.carrier,
            sequence: order.sequence,
            purpose: order.purpose,
            to,
            amount: split.amount,
            fee_to,
            fee: split.fee,
            network_fee: split.network_fee,
        });
        Ok(())
    }

    /// Everything that must hold of an order but its signature. Writes nothing.
    fn check(order: &Order, payer: Payer) -> Result<(Carrier, Split), Error<T>> {
        ensure!(order.genesis == Self::genesis_hash(), Error::WrongChain);
        let carrier = Carriers::<T>::get(order.carrier).ok_or(Error::UnknownCarrier)?;
        Self::ensure_in_use(&carrier)?;
        ensure!(order.sequence > carrier.sequence, Error::StaleSequence);
        let now = Self::now();
        ensure!(now <= order.valid_until, Error::OrderExpired);
        let latest = now.saturating_add(OrderLifetime::<T>::get());
        ensure!(order.valid_until <= latest, Error::OrderTooLong);
        let batch = T::Batches::batch(carrier.batch).ok_or(Error::UnknownBatch)?;
        let blocked = batch.blocks_orders && batch.state != BatchState::Active;
        ensure!(!blocked, Error::BatchOrdersBlocked);
        if order.purpose == Purpose::CashOut {
            T::Machines::authorise(&order.fee_to.into(), Permission::CashOut)
                .map_err(|_| Error::MachineMayNotCashOut)?;
        }
        let split = Self::split(order, payer, carrier.currency_key.scheme())?;
        Self::check_receivers(order, &split)?;
        Ok((carrier, split))
    }

    /// Divides what the order takes, so that nothing is left that would be destroyed.
    fn split(order: &Order, payer: Payer, scheme: Scheme) -> Result<Split, Error<T>> {
        let network_fee = match payer {
            Payer::Order => T::OrderFee::order_fee(scheme),
            Payer::Signer => 0,
        };
        let fee = order.fee.checked_sub(network_fee).ok_or(Error::FeeTooLow)?;
        let address = Self::account(&order.carrier);
        let balance = T::Currency::reducible_balance(&address, Preservation::Expendable, Fortitude::Polite);
        let amount = match order.amount {
            EVERYTHING => balance.checked_sub(order.fee).ok_or(Error::InsufficientBalance)?,
            amount => amount,
        };
        let taken = amount.checked_add(order.fee).ok_or(Error::InsufficientBalance)?;
        let left = balance.checked_sub(taken).ok_or(Error::InsufficientBalance)?;
        let minimum = T::Currency::minimum_balance();
        ensure!(amount >= minimum, Error::AmountTooSmall);
        ensure!(left == 0 || left >= minimum, Error::RemainderTooSmall);
        Ok(Split { amount, fee, network_fee })
    }

    /// Whether both receivers can receive.
    fn check_receivers(order: &Order, split: &Split) -> Result<(), Error<T>> {
        let carrier = order.carrier;
        ensure!(CarrierId(order.to) != carrier, Error::BadPayee);
        let can_receive = |to: [u8; 32], amount| {
            T::Currency::can_deposit(&to.into(), amount, Provenance::Extant).into_result().is_ok()
        };
        ensure!(can_receive(order.to, split.amount), Error::BadPayee);
        if split.fee > 0 {
            ensure!(CarrierId(order.fee_to) != carrier, Error::BadFeeReceiver);
            ensure!(can_receive(order.fee_to, split.fee), Error::BadFeeReceiver);
        }
        Ok(())
    }
}

impl<T: Config> Error<T> {
    /// What the pool says of an order that it refuses. The numbers are stable; `docs/rpc.md` lists them.
    pub fn validity(&self) -> TransactionValidityError {
        let custom = match self {
            Self::BadSignature => return InvalidTransaction::BadProof.into(),
            Self::StaleSequence => return InvalidTransaction::Stale.into(),
            Self::FeeTooLow | Self::InsufficientBalance => return InvalidTransaction::Payment.into(),
            Self::UnknownCarrier => 1,
            Self::WrongChain => 2,
            Self::OrderExpired => 3,
            Self::OrderTooLong => 4,
            Self::CarrierFrozen => 5,
            Self::CarrierMarked => 6,
            Self::CarrierSuperseded => 7,
            Self::CarrierRetired => 8,
            Self::BatchOrdersBlocked => 9,
            Self::MachineMayNotCashOut => 10,
            Self::BadPayee => 11,
            Self::BadFeeReceiver => 12,
            Self::AmountTooSmall => 13,
            Self::RemainderTooSmall => 14,
            _ => 255,
        };
        InvalidTransaction::Custom(custom).into()
    }
}

//! Checking and executing orders.

use crate::*;
use frame_support::{
    ensure,
    pallet_prelude::{
        InvalidTransaction, TransactionSource, TransactionValidity, TransactionValidityError, UnknownTransaction,
        ValidTransaction,
    },
    traits::{
        fungibles::{Inspect, Mutate},
        tokens::{Fortitude, Preservation, Provenance},
        Contains,
    },
};
use sp_runtime::DispatchError;
use specie_primitives::{
    crypto::Signature,
    ids::{CarrierId, CurrencyId, Reference},
    order::{Order, Purpose, EVERYTHING},
    records::{BatchState, Carrier},
    traits::{
        BatchKeys, MachineAuthority, NetworkFees, Payment, Permission, PoolAuthority, PoolRefusal, RequestLedger,
        RequestRefusal,
    },
    Balance,
};

/// The prefix of the tags that an order provides to the pool.
pub const TAG_PREFIX: &str = "specie:order";

/// The format of bare extrinsics before the present one, which the SDK still decodes.
pub const OLDER_FORMAT: u8 = 4;

/// The refusal number of an order whose request nobody has opened yet. Told as *unknown*, not as *invalid*: the pool bans
/// bytes that were invalid for half an hour, and the request may be open in the next block.
pub const REQUEST_NOT_OPEN: u8 = 18;

/// The pool's word for an order of a carrier whose pool is locked now.
pub const POOL_LOCKED: u8 = 24;

/// The pool's word for an order to a carrier that may receive nothing now.
pub const PAYEE_LOCKED: u8 = 25;

/// What the pool says of an order of an epoch that has not begun, or whose block has not come in here.
pub const EPOCH_NOT_BEGUN: u8 = 28;

/// The most that an order of a pool's member offers, as a multiple of what the network asks.
pub const POOLS_FEE_FACTOR: Balance = 16;

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
    /// To the payee, or on hold for it.
    amount: Balance,
    /// What would be left and is less than an account may hold: to the payee as well.
    dust: Balance,
    /// To the receiver of the fee.
    fee: Balance,
    /// The network's part of the fee, and the rest of it where nobody gets that.
    burnt: Balance,
    /// How much of `burnt` buys a place before others.
    bid: Balance,
}

impl<T: Config> Pallet<T> {
    /// Lets an order into the pool and into a block: everything that could make it fail, and its signature.
    pub(crate) fn validate_order(
        source: TransactionSource,
        order: &Order,
        signature: &Signature,
    ) -> TransactionValidity {
        let call: T::RuntimeCall = Call::<T>::spend { order: *order, signature: *signature }.into();
        if !T::BaseCallFilter::contains(&call) {
            return Err(InvalidTransaction::Call.into());
        }
        if source == TransactionSource::InBlock && Self::comes_in_an_older_format() {
            return Err(Error::<T>::WrongForm.validity());
        }
        let (carrier, split) = Self::check_all(order, signature, Payer::Order)?;
        let scheme = carrier.currency_key.scheme();
        // No tag for the request: a stranger's order for it, with a higher bid, would push this one out and then be pushed
        // out by its own card's next, for one fee in all. In a block the second order for a request is refused.
        ValidTransaction::with_tag_prefix(TAG_PREFIX)
            .priority(T::OrderFee::priority(scheme, split.bid))
            .and_provides((order.carrier, order.sequence))
            .and_provides(order.carrier)
            // The pool drops what has no block left after its best one, and this block is the one after that.
            .longevity(u64::from(order.valid_until.saturating_sub(Self::now())).saturating_add(1))
            .propagate(true)
            .build()
    }

    /// What the pool must know of a signed transaction that carries an order: one order of a carrier waits from each signer,
    /// until it expires.
    ///
    /// Its tag is the signer's own. An order is public while it waits; were its tags given to whoever wraps it, a stranger
    /// could push it out by a tip that he never pays: with a transaction before it that leaves too little for the fee.
    pub(crate) fn validate_signed_order(
        order: &Order,
        signature: &Signature,
        signer: &T::AccountId,
    ) -> Result<ValidTransaction, TransactionValidityError> {
        Self::check_all(order, signature, Payer::Signer)?;
        let left = u64::from(order.valid_until.saturating_sub(Self::now())).saturating_add(1);
        ValidTransaction::with_tag_prefix(TAG_PREFIX).and_provides((order.carrier, signer)).longevity(left).build()
    }

    /// Everything that must hold of an order, its signature last: it costs the most.
    fn check_all(
        order: &Order,
        signature: &Signature,
        payer: Payer,
    ) -> Result<(Carrier, Split), TransactionValidityError> {
        let (carrier, split) = Self::check(order, payer).map_err(|error| error.validity())?;
        let signed = order.verify::<T::Arithmetic>(signature, &carrier.currency_key);
        ensure!(signed, Error::<T>::BadSignature.validity());
        Ok((carrier, split))
    }

    /// Whether the extrinsic that is being executed is a bare one of format 4: the same order in other bytes, under
    /// another hash.
    fn comes_in_an_older_format() -> bool {
        let index = frame_system::Pallet::<T>::extrinsic_index().unwrap_or_default();
        let bytes = frame_system::Pallet::<T>::extrinsic_data(index);
        let mut input = bytes.as_slice();
        let has_length = <codec::Compact<u32> as codec::Decode>::decode(&mut input).is_ok();
        has_length && input.first() == Some(&OLDER_FORMAT)
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

    /// Executes an order whose signature has been checked, and says in which currency. `submitter` is the signer of the
    /// extrinsic around it.
    pub(crate) fn do_spend(order: &Order, submitter: Option<T::AccountId>) -> Result<CurrencyId, DispatchError> {
        let payer = if submitter.is_some() { Payer::Signer } else { Payer::Order };
        let (mut carrier, split) = Self::check(order, payer)?;
        let address = Self::account(&order.carrier);
        let (to, fee_to): (T::AccountId, T::AccountId) = (order.to.into(), order.fee_to.into());
        let payment = payment(order, &carrier, split.amount);
        let currency = carrier.currency;

        carrier.sequence = order.sequence;
        Carriers::<T>::insert(order.carrier, carrier);
        // The payee last: until then the account holds at least the amount, which is no dust.
        if split.burnt > 0 {
            T::Fees::collect(currency, &address, split.burnt)?;
        }
        if split.fee > 0 {
            T::Money::transfer(currency, &address, &fee_to, split.fee, Preservation::Expendable)?;
        }
        let amount = match order.purpose {
            Purpose::Hold => split.amount,
            Purpose::Transfer | Purpose::CashOut => {
                let amount = split.amount.checked_add(split.dust).ok_or(Error::<T>::Overflow)?;
                T::Money::transfer(currency, &address, &to, amount, Preservation::Expendable)?;
                amount
            }
        };
        if let Some(payment) = payment {
            T::Requests::book(&payment)?;
        }
        T::Pools::paid(&order.carrier);
        Self::deposit_event(Event::CarrierSpent {
            carrier: order.carrier,
            sequence: order.sequence,
            purpose: order.purpose,
            to,
            amount,
            currency,
            fee_to,
            fee: split.fee,
            network_fee: split.burnt,
            reference: order.request(),
            submitted_by: submitter,
        });
        Ok(currency)
    }

    /// Everything that must hold of an order but its signature. Writes nothing.
    fn check(order: &Order, payer: Payer) -> Result<(Carrier, Split), Error<T>> {
        let carrier = Self::accepting(order)?;
        if order.purpose == Purpose::CashOut {
            T::Machines::authorise(&order.fee_to.into(), Permission::CashOut)
                .map_err(|_| Error::MachineMayNotCashOut)?;
        }
        let native = carrier.currency == CurrencyId::Native;
        ensure!(native || payer == Payer::Signer, Error::CurrencyNeedsSigner);
        Self::check_pools(order, &carrier)?;
        let split = Self::split(order, payer, &carrier)?;
        Self::check_payee(order, carrier.currency, &split)?;
        Self::check_request(order, &carrier, &split)?;
        Ok((carrier, split))
    }

    /// The carrier of an order that is its next one, in time and of this chain, and that nobody has stopped.
    pub(crate) fn accepting(order: &Order) -> Result<Carrier, Error<T>> {
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
        Ok(carrier)
    }

    /// Whether the pools of the carrier and of its payee let the order through.
    fn check_pools(order: &Order, carrier: &Carrier) -> Result<(), Error<T>> {
        let is_member = T::Pools::pool_of(&order.carrier).is_some();
        let request = order.request();
        if let Some(reference) = request.filter(|_| is_member) {
            // Nobody can tell yet to which pool it will be.
            ensure!(T::Requests::most(&reference).is_some(), Error::RequestNotOpen);
        }
        let asked = request.and_then(|reference| T::Requests::pool(&reference));
        let asked = asked.map(|(pool, opener)| (pool, opener.into()));
        T::Pools::check(&order.carrier, asked, order.epoch).map_err(|refusal| match refusal {
            PoolRefusal::Locked => Error::PoolLocked,
            PoolRefusal::NoRequest | PoolRefusal::OtherPool => Error::NotPoolsRequest,
            PoolRefusal::OtherEpoch => Error::RequestOtherEpoch,
            PoolRefusal::LaterEpoch => Error::EpochNotBegun,
        })?;
        if is_member {
            // Else whoever has the card in hand takes all of its money as the fee of a small payment.
            let most = match carrier.currency {
                CurrencyId::Native => {
                    let fee = T::OrderFee::order_fee(carrier.currency_key.scheme());
                    fee.saturating_mul(POOLS_FEE_FACTOR)
                }
                CurrencyId::Asset(_) => 0,
            };
            ensure!(order.fee <= most, Error::FeeOfPool);
        }
        let receives = |account| T::Pools::may_receive(&CarrierId(account));
        let bids = CarrierId(order.fee_to) == order.carrier;
        ensure!(receives(order.to) && (bids || order.fee == 0 || receives(order.fee_to)), Error::PayeeLocked);
        Ok(())
    }

    /// Divides what the order takes, so that nothing is left that would be destroyed.
    fn split(order: &Order, payer: Payer, carrier: &Carrier) -> Result<Split, Error<T>> {
        let currency = carrier.currency;
        let network_fee = match payer {
            Payer::Order => T::OrderFee::order_fee(carrier.currency_key.scheme()),
            Payer::Signer => 0,
        };
        let rest = order.fee.checked_sub(network_fee).ok_or(Error::FeeTooLow)?;
        let bids = CarrierId(order.fee_to) == order.carrier;
        let taken = !bids && rest > 0 && Self::can_receive(currency, &order.fee_to.into(), rest);
        let (fee, lost) = if taken { (rest, 0) } else { (0, rest) };
        let burnt = network_fee.checked_add(lost).ok_or(Error::Overflow)?;

        let address = Self::account(&order.carrier);
        let minimum = T::Money::minimum_balance(currency);
        let (expendable, polite) = (Preservation::Expendable, Fortitude::Polite);
        let spendable = T::Money::reducible_balance(currency, &address, expendable, polite);
        // While money is on hold the account cannot die, and the existential deposit stays free.
        let stays = T::Money::balance(currency, &address).saturating_sub(spendable);
        let available = match order.purpose {
            Purpose::Hold => spendable.checked_sub(minimum.saturating_sub(stays)),
            Purpose::Transfer | Purpose::CashOut => Some(spendable),
        }
        .ok_or(Error::InsufficientBalance)?;
        let amount = match order.amount {
            EVERYTHING => {
                let everything = available.checked_sub(order.fee).ok_or(Error::InsufficientBalance)?;
                // A stranger who sends the card a base unit must not make it offer more than the request takes.
                let asked = order.request().and_then(|reference| T::Requests::most(&reference));
                asked.map_or(everything, |most| most.min(everything))
            }
            amount => amount,
        };
        let taken = amount.checked_add(order.fee).ok_or(Error::InsufficientBalance)?;
        let left = available.checked_sub(taken).ok_or(Error::InsufficientBalance)?;
        ensure!(amount >= minimum, Error::AmountTooSmall);
        let dies = order.purpose != Purpose::Hold && stays == 0 && left < minimum;
        Ok(Split { amount, dust: if dies { left } else { 0 }, fee, burnt, bid: if bids { rest } else { 0 } })
    }

    /// Whether an account may hold so much more of a currency.
    pub(crate) fn can_receive(currency: CurrencyId, to: &T::AccountId, amount: Balance) -> bool {
        T::Money::can_deposit(currency, to, amount, Provenance::Extant).into_result().is_ok()
    }

    /// Whether the payee is another account that can receive the amount.
    fn check_payee(order: &Order, currency: CurrencyId, split: &Split) -> Result<(), Error<T>> {
        let amount = split.amount.checked_add(split.dust).ok_or(Error::Overflow)?;
        ensure!(CarrierId(order.to) != order.carrier, Error::BadPayee);
        ensure!(Self::can_receive(currency, &order.to.into(), amount), Error::BadPayee);
        Ok(())
    }

    /// Whether the request that the order names, if it names one, takes it.
    fn check_request(order: &Order, carrier: &Carrier, split: &Split) -> Result<(), Error<T>> {
        let Some(payment) = payment(order, carrier, split.amount) else {
            ensure!(order.purpose != Purpose::Hold, Error::HoldWithoutRequest);
            return Ok(());
        };
        T::Requests::check(&payment).map_err(|refusal| match refusal {
            RequestRefusal::NotOpen => Error::RequestNotOpen,
            RequestRefusal::Closed => Error::RequestClosed,
            RequestRefusal::OtherPayer
            | RequestRefusal::OtherPayee
            | RequestRefusal::OtherAmount
            | RequestRefusal::OtherCurrency => Error::RequestMismatch,
            RequestRefusal::OtherEpoch => Error::RequestOtherEpoch,
        })
    }
}

/// What an order is going to do for the request that it names; `None`: it names none.
fn payment(order: &Order, carrier: &Carrier, amount: Balance) -> Option<Payment> {
    order.request().map(|reference: Reference| Payment {
        reference,
        carrier: order.carrier,
        sequence: order.sequence,
        payee: order.to,
        amount,
        currency: carrier.currency,
        epoch: order.epoch,
        hold: order.purpose == Purpose::Hold,
    })
}

impl<T: Config> Error<T> {
    /// What the pool says of an order that it refuses. The numbers are stable; `docs/rpc.md` lists them.
    ///
    /// No error is left out: one that no order can meet has a number of its own too.
    pub fn validity(&self) -> TransactionValidityError {
        let custom = match self {
            Self::BadSignature => return InvalidTransaction::BadProof.into(),
            Self::StaleSequence => return InvalidTransaction::Stale.into(),
            Self::FeeTooLow | Self::InsufficientBalance => return InvalidTransaction::Payment.into(),
            // What passes is not known for good: the pool would ban these bytes for long.
            Self::RequestNotOpen => return UnknownTransaction::Custom(REQUEST_NOT_OPEN).into(),
            Self::PoolLocked => return UnknownTransaction::Custom(POOL_LOCKED).into(),
            Self::PayeeLocked => return UnknownTransaction::Custom(PAYEE_LOCKED).into(),
            Self::EpochNotBegun => return UnknownTransaction::Custom(EPOCH_NOT_BEGUN).into(),
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
            // 12 and 14 stood for a receiver of the fee that cannot receive it, and for a remainder that is dust: neither
            // is refused any more, and the numbers are not used again.
            Self::AmountTooSmall => 13,
            Self::HoldWithoutRequest => 15,
            Self::RequestClosed => 16,
            Self::RequestMismatch => 17,
            Self::RequestOtherEpoch => 19,
            Self::WrongForm => 20,
            Self::UnknownBatch => 21,
            Self::Overflow => 22,
            Self::CurrencyNeedsSigner => 23,
            Self::NotPoolsRequest => 26,
            Self::FeeOfPool => 27,
            Self::CarrierExists
            | Self::BatchNotActive
            | Self::BadCertificate
            | Self::BadAttestation
            | Self::NotFresh
            | Self::DeviceRegistered
            | Self::UnknownDevice
            | Self::NotNewer
            | Self::OtherBatch
            | Self::BadDenomination
            | Self::FundingDueInPast
            | Self::UnknownCurrency
            | Self::WrongState
            | Self::NotDenomination
            | Self::FeeAboveLimit
            | Self::NoConflict
            | Self::BadOrderLifetime => 254,
            Self::__Ignore(..) => 255,
        };
        InvalidTransaction::Custom(custom).into()
    }
}

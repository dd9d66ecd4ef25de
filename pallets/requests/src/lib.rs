//! Requests for payments: paid at once, or put on hold and settled later.
//!
//! A safe, a shop, a withdrawal, a voucher or a vehicle asks for a payment by a **request** on chain; a card's order names
//! it. What the payment is for may fail after the money has moved: the notes jam, the vending machine drops nothing. So a
//! card may put the money **on hold** at its own address, and the request is settled for what was really given, or
//! released. Nobody is paid twice for one request, whatever machines, networks and power cuts do.
//!
//! # Terminology
//!
//! * **reference**: the hash of who opened the request and of a number that this account never uses again
//!   ([`Reference::of`](specie_primitives::ids::Reference::of)). Nobody can choose one, so nobody can take one that
//!   another is going to use.
//! * **open**: it waits for a card's order.
//! * **held**: a card has put money on hold for it.
//! * **settled**: the payee got the money, or a part of it.
//! * **released**: nothing was paid; what was on hold is free again.
//! * **in doubt**: nobody knows whether what it was for has happened. The money stays on hold until the issuer, who has heard
//!   both sides, resolves it.
//!
//! # Who may do what, and until when
//!
//! | act | who | from | to | until |
//! |---|---|---|---|---|
//! | open | anybody, for a deposit | | open | |
//! | pay | a card's order | open | settled | `expires` |
//! | hold | a card's order of purpose hold | open | held | `expires` |
//! | settle | its opener; of a pool's money while that is open, in the request's epoch | held | settled | `settle_by` |
//! | release | its opener | open, held | released | |
//! | release | its payee | held | released | |
//! | release | of a request to a pool: its operator, the unit that leads it | open; held, where the opener cannot settle any more | released | |
//! | doubt | its opener or payee | held | in doubt | |
//! | doubt | anybody | held | in doubt | from `settle_by` on |
//! | resolve | the issuer | in doubt | settled, released | |
//! | expire | anybody | open | expired | from `expires` on |
//! | prune | anybody | settled, released, expired | gone | after the retention |
//!
//! Money on hold that nobody settles in time is not given back by itself: the notes may be in the customer's hand, and the
//! machine without power. It is in doubt, and people decide.
//!
//! # Properties
//!
//! * A request resolves once at most; the same call again changes nothing and succeeds.
//! * A reference is used once, for ever.
//! * What is on hold at a carrier is the sum of its requests that are held or in doubt, and nothing is held without one.
//! * Money on hold goes to the payee that the card signed, or becomes free again; nowhere else.
//! * The deposits held are the sum of the records'.
//!
//! # Example
//!
//! One of the tests, as it runs (`src/tests/scenario.rs`):
//!
#![doc = docify::embed!("src/tests/scenario.rs", a_withdrawal_of_which_a_note_jams)]
#![cfg_attr(not(feature = "std"), no_std)]
#![deny(missing_docs)]

extern crate alloc;

pub use pallet::*;
pub use weights::WeightInfo;

mod acts;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod ledger;
#[cfg(test)]
mod mock;
mod named;
#[cfg(test)]
mod tests;
mod try_state;
pub mod weights;

#[frame_support::pallet]
pub mod pallet {
    //! Storage, calls, events and errors.

    use super::*;
    use frame_support::{
        pallet_prelude::*,
        traits::{
            fungible::{Inspect, MutateHold},
            fungibles,
        },
    };
    use frame_system::pallet_prelude::*;
    use specie_primitives::{
        acts::{Actor, Cause},
        ids::{CarrierId, CurrencyId, PoolId, Reference},
        request::{Request, Terms},
        traits::PoolAuthority,
        Balance, BlockNumber,
    };

    /// What the pallet needs of its runtime.
    #[pallet::config]
    pub trait Config:
        frame_system::Config<AccountId: From<[u8; 32]> + Into<[u8; 32]>, Hash: Into<[u8; 32]>>
    {
        /// Who resolves what is in doubt.
        type IssuerOrigin: EnsureOrigin<Self::RuntimeOrigin, Success = Actor<Self::AccountId>>;

        /// The runtime's hold reasons.
        type RuntimeHoldReason: From<HoldReason>;

        /// The chain's own currency, in which deposits are made.
        type Currency: Inspect<Self::AccountId, Balance = Balance>
            + MutateHold<Self::AccountId, Reason = Self::RuntimeHoldReason>;

        /// Every currency.
        type Money: fungibles::MutateHold<
            Self::AccountId,
            AssetId = CurrencyId,
            Balance = Balance,
            Reason = Self::RuntimeHoldReason,
        >;

        /// The pools of carriers.
        type Pools: PoolAuthority<Self::AccountId>;

        /// What the opener deposits for each request, in base units.
        #[pallet::constant]
        type Deposit: Get<Balance>;

        /// How many blocks ahead a request may expire.
        #[pallet::constant]
        type MaxLifetime: Get<BlockNumber>;

        /// How many blocks after it has expired money may be settled.
        #[pallet::constant]
        type MaxSettlement: Get<BlockNumber>;

        /// How many blocks a resolved request is kept: longer than any order that names it can be on its way.
        #[pallet::constant]
        type Retention: Get<BlockNumber>;

        /// The cost of the calls.
        type WeightInfo: WeightInfo;
    }

    /// Why money is held.
    #[pallet::composite_enum]
    pub enum HoldReason {
        /// On a carrier, for a request that waits to be settled.
        #[codec(index = 0)]
        Payment,
        /// On who opened a request, for its record.
        #[codec(index = 1)]
        Record,
    }

    /// The layout of the storage, for migrations.
    pub const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

    /// The pallet.
    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    /// The requests by reference, which is a hash already.
    #[pallet::storage]
    pub type Requests<T: Config> = StorageMap<_, Identity, Reference, Request<T::AccountId>>;

    /// The requests to a pool whose records are kept.
    #[pallet::storage]
    pub type ToPool<T: Config> = StorageDoubleMap<_, Twox64Concat, PoolId, Identity, Reference, ()>;

    /// The number that an account's next request has.
    #[pallet::storage]
    pub type NextNumber<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, u64, ValueQuery>;

    /// What happened.
    #[pallet::event]
    #[pallet::generate_deposit(pub(super) fn deposit_event)]
    pub enum Event<T: Config> {
        /// Somebody asks for a payment.
        #[codec(index = 0)]
        RequestOpened {
            /// The request.
            reference: Reference,
            /// Who asks.
            opener: T::AccountId,
            /// The number among the opener's requests.
            number: u64,
            /// What is asked for.
            terms: Terms<T::AccountId>,
        },
        /// A card paid a request.
        #[codec(index = 1)]
        RequestPaid {
            /// The request.
            reference: Reference,
            /// The carrier that paid.
            carrier: CarrierId,
            /// Base units.
            amount: Balance,
        },
        /// A card put money on hold for a request.
        #[codec(index = 2)]
        RequestHeld {
            /// The request.
            reference: Reference,
            /// The carrier at whose address it lies.
            carrier: CarrierId,
            /// Base units.
            amount: Balance,
        },
        /// Money that was on hold went to the payee; the rest of it is free again.
        #[codec(index = 3)]
        RequestSettled {
            /// The request.
            reference: Reference,
            /// The carrier that pays.
            carrier: CarrierId,
            /// Who was paid.
            payee: T::AccountId,
            /// Base units.
            amount: Balance,
            /// Who settled it.
            by: Actor<T::AccountId>,
            /// Why.
            cause: Cause,
        },
        /// A request was taken back; what was on hold is free again.
        #[codec(index = 4)]
        RequestReleased {
            /// The request.
            reference: Reference,
            /// The carrier that has its money back, and how much in base units.
            freed: Option<(CarrierId, Balance)>,
            /// Who took it back.
            by: Actor<T::AccountId>,
            /// Why.
            cause: Cause,
        },
        /// Nobody knows whether what a request was for has happened.
        #[codec(index = 5)]
        RequestInDoubt {
            /// The request.
            reference: Reference,
            /// The carrier whose money stays on hold.
            carrier: CarrierId,
            /// Base units.
            amount: Balance,
            /// Who says so.
            by: Actor<T::AccountId>,
            /// Why.
            cause: Cause,
        },
        /// Nobody paid a request in time.
        #[codec(index = 6)]
        RequestExpired {
            /// The request.
            reference: Reference,
        },
        /// The record of a resolved request was removed.
        #[codec(index = 7)]
        RequestPruned {
            /// The request.
            reference: Reference,
        },
    }

    /// Why a call was refused.
    #[pallet::error]
    pub enum Error<T> {
        /// No request has this reference, or its record was removed.
        #[codec(index = 0)]
        UnknownRequest,
        /// The number was used for a request with other terms, or one whose record was removed.
        #[codec(index = 1)]
        NumberUsed,
        /// The number is not the next of the opener's.
        #[codec(index = 2)]
        NumberAhead,
        /// The expiry has passed, or lies too far ahead.
        #[codec(index = 3)]
        BadExpiry,
        /// The time for settling ends before the request expires, or too long after.
        #[codec(index = 4)]
        BadSettlement,
        /// The amount is less than an account may hold.
        #[codec(index = 5)]
        AmountTooSmall,
        /// The opener may not ask this pool, or not in this epoch.
        #[codec(index = 6)]
        NotPoolsUnit,
        /// The larger request is not one of the opener's.
        #[codec(index = 7)]
        UnknownParent,
        /// The caller may not do this to the request, or not at this block.
        #[codec(index = 8)]
        NotPermitted,
        /// The request's state does not allow it, or it was resolved in another way.
        #[codec(index = 9)]
        WrongState,
        /// More than what is on hold.
        #[codec(index = 10)]
        MoreThanHeld,
        /// The time for settling has passed: it is in doubt, and the issuer resolves it.
        #[codec(index = 11)]
        TooLate,
        /// The request has not expired, or its record is still needed.
        #[codec(index = 12)]
        TooEarly,
        /// The payee has no account that could take so little.
        #[codec(index = 13)]
        PayeeCannotReceive,
        /// A sum does not fit.
        #[codec(index = 14)]
        Overflow,
        /// There is no such currency.
        #[codec(index = 15)]
        UnknownCurrency,
        /// The pool that pays is locked: settle when it is open again.
        #[codec(index = 16)]
        PoolLocked,
        /// Another unit leads the pool that pays, or whoever asked may not any more.
        #[codec(index = 17)]
        OtherEpoch,
        /// The payee's pool takes nothing in.
        #[codec(index = 18)]
        PayeeLocked,
    }

    /// The pallet's calls.
    #[pallet::call(weight = T::WeightInfo)]
    impl<T: Config> Pallet<T> {
        /// Asks for a payment. `number` is the opener's next one ([`NextNumber`]); the same number with the same terms again
        /// changes nothing and succeeds, so that a machine that does not know whether its call got through repeats it.
        ///
        /// Origin: signed by anybody; holds the deposit. Errors: `NumberUsed`, `NumberAhead`, `BadExpiry`, `BadSettlement`,
        /// `UnknownCurrency`, `AmountTooSmall`, `NotPoolsUnit`, `UnknownParent`, the currency's. Event: `RequestOpened`.
        #[pallet::call_index(0)]
        pub fn open(
            origin: OriginFor<T>,
            #[pallet::compact] number: u64,
            terms: Terms<T::AccountId>,
        ) -> DispatchResult {
            let opener = ensure_signed(origin)?;
            Self::do_open(opener, number, terms)
        }

        /// Gives the payee `amount` base units of what is on hold; the rest is free again.
        ///
        /// Origin: signed by the opener, up to the block `settle_by`. Errors: `UnknownRequest`, `NotPermitted`, `TooLate`,
        /// `WrongState`, `MoreThanHeld`, `PayeeCannotReceive`; of a pool's money `PoolLocked` and `OtherEpoch`, of a pool's carrier as the
        /// payee `PayeeLocked`. Event: `RequestSettled`.
        #[pallet::call_index(1)]
        pub fn settle(
            origin: OriginFor<T>,
            reference: Reference,
            #[pallet::compact] amount: Balance,
        ) -> DispatchResult {
            let caller = ensure_signed(origin)?;
            Self::do_settle(caller, reference, amount)
        }

        /// Takes a request back; what is on hold is free again.
        ///
        /// Origin: signed by the opener, or by the payee where money is on hold; of a request to a pool also by its operator and the unit
        /// that leads it, where nothing is on hold or the opener cannot settle it any more. Errors: `UnknownRequest`, `NotPermitted`,
        /// `WrongState`. Event: `RequestReleased`.
        #[pallet::call_index(2)]
        pub fn release(origin: OriginFor<T>, reference: Reference, cause: Cause) -> DispatchResult {
            let caller = ensure_signed(origin)?;
            Self::do_release(caller, reference, cause)
        }

        /// Says that nobody knows whether what a request was for has happened: its money stays on hold until the issuer
        /// resolves it.
        ///
        /// Origin: signed by the opener or the payee; after the block `settle_by` by anybody. Errors: `UnknownRequest`,
        /// `NotPermitted`, `WrongState`. Event: `RequestInDoubt`.
        #[pallet::call_index(3)]
        pub fn doubt(origin: OriginFor<T>, reference: Reference, cause: Cause) -> DispatchResult {
            let caller = ensure_signed(origin)?;
            Self::do_doubt(caller, reference, cause)
        }

        /// Decides what is in doubt: the payee gets `amount` base units and the rest is free again, or all of it is.
        ///
        /// Origin: issuer. Errors: `UnknownRequest`, `WrongState`, `MoreThanHeld`, `PayeeCannotReceive`.
        /// Events: `RequestSettled` or `RequestReleased`.
        #[pallet::call_index(4)]
        pub fn resolve(
            origin: OriginFor<T>,
            reference: Reference,
            amount: Option<Balance>,
            cause: Cause,
        ) -> DispatchResult {
            let by = T::IssuerOrigin::ensure_origin(origin)?;
            Self::do_resolve(by, reference, amount, cause)
        }

        /// Closes a request that nobody paid in time.
        ///
        /// Origin: signed by anybody. Errors: `UnknownRequest`, `TooEarly`, `WrongState`. Event: `RequestExpired`.
        #[pallet::call_index(5)]
        pub fn expire(origin: OriginFor<T>, reference: Reference) -> DispatchResult {
            ensure_signed(origin)?;
            Self::do_expire(reference)
        }

        /// Removes the record of a resolved request and gives its deposit back.
        ///
        /// Origin: signed by anybody. Errors: `UnknownRequest`, `WrongState`, `TooEarly`. Event: `RequestPruned`.
        #[pallet::call_index(6)]
        pub fn prune(origin: OriginFor<T>, reference: Reference) -> DispatchResult {
            ensure_signed(origin)?;
            Self::do_prune(reference)
        }
    }

    /// What anyone may ask the runtime.
    #[pallet::view_functions]
    impl<T: Config> Pallet<T> {
        /// The request with this reference; `None`: it was never opened, or its record was removed.
        pub fn request(reference: Reference) -> Option<Request<T::AccountId>> {
            Requests::<T>::get(reference)
        }

        /// The number of the account's next request.
        pub fn next_number(opener: T::AccountId) -> u64 {
            NextNumber::<T>::get(opener)
        }
    }

    /// Invariants are checked by `try-runtime`.
    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        fn integrity_test() {
            assert!(T::Deposit::get() > 0, "requests could be opened for nothing");
            assert!(T::MaxLifetime::get() > 0, "no request could be opened");
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }
}

//! Carriers: registration, funding, spending, repair and proofs of fraud.
//!
//! A carrier is a card with money at the address of its currency key. The card signs **orders**; this pallet
//! executes them. Nothing else can move a carrier's money but the issuer, who can only settle what is stopped.
//!
//! # Terminology
//!
//! * **initialise**: register a carrier whose card has made its first currency key, with a grant.
//! * **rotate**: register the next currency key of a card that the issuer let reset.
//! * **denomination**: the face value printed on the card; funding must make the balance exactly that.
//! * **order**: the card's signed instruction; see [`specie_primitives::order`].
//! * **network fee**: what including an order costs; it comes out of the order's own fee, unless somebody else
//!   signs the extrinsic around it and pays.
//! * **marked**: proved to be cloned by two conflicting signatures; its money waits for the issuer.
//!
//! # How an order gets in
//!
//! As a *general transaction*, that nobody's account signs: the card's signature authorises it
//! (`#[pallet::authorize]`). Its longevity is its expiry, its priority the network's part of its fee: the rest goes
//! wherever the card says, its own pocket included, and must not buy a place. It provides the tags (carrier,
//! sequence) and (carrier): one order of a carrier waits at a time, so that a card cannot fill the pool. Or inside
//! any signed extrinsic, for clients that know no general transactions: then the signer pays the network fee, and the
//! whole fee of the order goes to its receiver. The receiver is signed, so nobody gains by taking an order out of the
//! pool and submitting it as their own.
//!
//! A general transaction pays nothing before it executes, so one that failed could be included again and again.
//! Therefore everything that could make it fail is checked before it is let in, the runtime's call filter too.
//!
//! # Properties
//!
//! * An order is accepted at most once: each sequence is greater than the one before. Nothing is keyed on
//!   signature bytes.
//! * An order for another chain, another carrier, out of its time, or of a stopped carrier is never accepted.
//! * An order executes whole or not at all, and never destroys a remainder: it empties the account or leaves at
//!   least the existential deposit.
//! * A device has at most one carrier that can spend.
//! * A record is never removed.
//! * The money held for records is the sum of the records' deposits.
#![cfg_attr(not(feature = "std"), no_std)]
#![deny(missing_docs)]

extern crate alloc;

pub use pallet::*;
pub use specie_primitives::registration::Registration;
pub use weights::WeightInfo;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
#[cfg(any(test, feature = "runtime-benchmarks"))]
mod cards;
mod fraud;
mod funding;
mod history;
mod lifecycle;
#[cfg(test)]
mod mock;
mod registration;
mod spending;
#[cfg(test)]
mod tests;
mod try_state;
mod views;
pub mod weights;

#[frame_support::pallet]
pub mod pallet {
    //! Storage, calls, events and errors.

    use super::*;
    use frame_support::{
        pallet_prelude::*,
        traits::{
            fungible::{Balanced, Credit, Inspect, Mutate, MutateHold},
            OnUnbalanced,
        },
    };
    use frame_system::{ensure_authorized, pallet_prelude::*};
    use specie_primitives::{
        attestation::SignedAttestation,
        crypto::{Arithmetic, PublicKey, Scheme, Signature},
        ids::{BatchId, CarrierId},
        order::{Order, Purpose},
        records::{Carrier, Device, Fraud},
        traits::{BatchKeys, MachineAuthority},
        Balance, BlockNumber,
    };

    /// What the pallet needs of its runtime.
    #[pallet::config]
    pub trait Config:
        frame_system::Config<
        AccountId: From<[u8; 32]> + Into<[u8; 32]>,
        Hash: Into<[u8; 32]>,
        RuntimeCall: From<Call<Self>>,
    >
    {
        /// Who freezes, repairs, retires and settles carriers.
        type IssuerOrigin: EnsureOrigin<Self::RuntimeOrigin>;

        /// The runtime's hold reasons.
        type RuntimeHoldReason: From<HoldReason>;

        /// The money.
        type Currency: Inspect<Self::AccountId, Balance = Balance>
            + Mutate<Self::AccountId>
            + Balanced<Self::AccountId>
            + MutateHold<Self::AccountId, Reason = Self::RuntimeHoldReason>;

        /// The registry of batches.
        type Batches: BatchKeys<Error = DispatchError>;

        /// The registry of machines.
        type Machines: MachineAuthority<Self::AccountId, Error = DispatchError>;

        /// How signatures are checked.
        type Arithmetic: Arithmetic;

        /// What including an order costs.
        type OrderFee: OrderFee;

        /// Where the network fee of an order goes.
        type NetworkFeeTo: OnUnbalanced<Credit<Self::AccountId, Self::Currency>>;

        /// What the operator of a machine deposits for each carrier that it registers, in base units.
        #[pallet::constant]
        type Deposit: Get<Balance>;

        /// How many blocks ahead an order may expire, unless the issuer says otherwise.
        #[pallet::constant]
        type DefaultOrderLifetime: Get<BlockNumber>;

        /// The most that the issuer can say: bounds how long a signed order can hang over a carrier.
        #[pallet::constant]
        type MaxOrderLifetime: Get<BlockNumber>;

        /// The cost of the calls.
        type WeightInfo: WeightInfo;

        /// What the benchmarks need to find on the chain.
        #[cfg(feature = "runtime-benchmarks")]
        type BenchmarkHelper: BenchmarkHelper<Self::AccountId>;
    }

    /// What the benchmarks need to find on the chain.
    #[cfg(feature = "runtime-benchmarks")]
    pub trait BenchmarkHelper<AccountId> {
        /// Adds an active batch with this key and room for carriers.
        fn add_batch(batch: BatchId, key: specie_primitives::records::BatchKey);

        /// Registers a machine of `operator` that may do everything, with the grants 0 and 1 open and a fee that
        /// is not zero.
        fn add_machine(machine: &AccountId, operator: &AccountId);
    }

    /// Why money is held.
    #[pallet::composite_enum]
    pub enum HoldReason {
        /// For the record of a carrier, on the operator of the machine that registered it.
        CarrierRecord,
    }

    /// What including an order costs at this block.
    pub trait OrderFee {
        /// The fee for an order of `scheme`, in base units.
        fn order_fee(scheme: Scheme) -> Balance;
    }

    /// The pallet.
    #[pallet::pallet]
    pub struct Pallet<T>(_);

    /// The carriers by address.
    #[pallet::storage]
    pub type Carriers<T: Config> = StorageMap<_, Blake2_128Concat, CarrierId, Carrier>;

    /// The carrier that was last registered on a device key.
    #[pallet::storage]
    pub type Devices<T: Config> = StorageMap<_, Blake2_128Concat, PublicKey, Device>;

    /// How many blocks ahead an order may expire.
    #[pallet::storage]
    pub type OrderLifetime<T: Config> = StorageValue<_, BlockNumber, ValueQuery, T::DefaultOrderLifetime>;

    /// Settings from the first block on.
    #[pallet::genesis_config]
    #[derive(frame_support::DefaultNoBound)]
    pub struct GenesisConfig<T: Config> {
        /// How many blocks ahead an order may expire; `None`: the runtime's default.
        pub order_lifetime: Option<BlockNumber>,
        /// Nothing.
        #[serde(skip)]
        pub _config: core::marker::PhantomData<T>,
    }

    #[pallet::genesis_build]
    impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
        fn build(&self) {
            if let Some(blocks) = self.order_lifetime {
                assert!(
                    blocks > 0 && blocks <= T::MaxOrderLifetime::get(),
                    "the lifetime of orders at genesis is out of its bounds"
                );
                OrderLifetime::<T>::put(blocks);
            }
        }
    }

    /// What happened.
    #[pallet::event]
    #[pallet::generate_deposit(pub(super) fn deposit_event)]
    pub enum Event<T: Config> {
        /// A machine registered a carrier.
        CarrierInitialised {
            /// Its address.
            carrier: CarrierId,
            /// The batch that certified its device.
            batch: BatchId,
            /// By whom.
            machine: T::AccountId,
            /// The index of the grant that was used up.
            grant: u32,
            /// Which of the card's currency keys it is.
            generation: u32,
            /// The face value in base units; `None`: any amount.
            denomination: Option<Balance>,
        },
        /// A card's newer currency key took the place of an older one.
        CarrierRotated {
            /// The address until now.
            from: CarrierId,
            /// The address from now on.
            to: CarrierId,
            /// Which of the card's currency keys the new one is.
            generation: u32,
        },
        /// Somebody put money on a carrier.
        CarrierFunded {
            /// Its address.
            carrier: CarrierId,
            /// Base units.
            amount: Balance,
            /// Who paid.
            by: T::AccountId,
            /// The machine that took a fee for it, if one did.
            machine: Option<T::AccountId>,
            /// Its fee in base units, paid on top.
            fee: Balance,
        },
        /// An order was executed.
        CarrierSpent {
            /// Its address.
            carrier: CarrierId,
            /// The sequence of the order.
            sequence: u32,
            /// What the order was for.
            purpose: Purpose,
            /// Who was paid.
            to: T::AccountId,
            /// What they got, in base units.
            amount: Balance,
            /// Who got the fee.
            fee_to: T::AccountId,
            /// What they got, in base units.
            fee: Balance,
            /// What the network got out of the order's fee, in base units; nothing when a signer paid it.
            network_fee: Balance,
        },
        /// The issuer stopped a carrier's orders.
        CarrierFrozen {
            /// Its address.
            carrier: CarrierId,
        },
        /// The issuer let a carrier's orders go on.
        CarrierUnfrozen {
            /// Its address.
            carrier: CarrierId,
        },
        /// The issuer corrected a carrier's record.
        CarrierRepaired {
            /// Its address.
            carrier: CarrierId,
            /// The face value from now on.
            denomination: Option<Balance>,
            /// The block by which it is to be funded.
            funding_due: Option<BlockNumber>,
        },
        /// The issuer took a carrier out of use for good.
        CarrierRetired {
            /// Its address.
            carrier: CarrierId,
        },
        /// A carrier was proved to be cloned.
        CarrierMarked {
            /// Its address.
            carrier: CarrierId,
            /// What was proved.
            fraud: Fraud,
            /// By whom.
            by: T::AccountId,
        },
        /// The issuer paid out what a stopped carrier held.
        CarrierSettled {
            /// Its address.
            carrier: CarrierId,
            /// Who was paid.
            to: T::AccountId,
            /// Base units.
            amount: Balance,
        },
        /// The issuer changed how far ahead orders may expire.
        OrderLifetimeChanged {
            /// Blocks.
            blocks: BlockNumber,
        },
    }

    /// Why a call was refused.
    #[pallet::error]
    #[derive(PartialEq, Eq)]
    pub enum Error<T> {
        /// No carrier has this address.
        UnknownCarrier,
        /// A carrier has this address already.
        CarrierExists,
        /// The chain does not know the batch.
        UnknownBatch,
        /// The batch is suspended or revoked.
        BatchNotActive,
        /// The certificate is not its batch's.
        BadCertificate,
        /// The attestation is malformed or not the device's.
        BadAttestation,
        /// The attestation is not over this grant's challenge: another grant, machine or chain.
        WrongChallenge,
        /// The card attests no currency key, or one that has signed orders.
        NotFresh,
        /// The card is registered already. Rotate it, if it has made a newer key.
        DeviceRegistered,
        /// The card is not registered.
        UnknownDevice,
        /// The card's key is not newer than the one that is registered.
        NotNewer,
        /// The card's certificate names another batch than the one that it was registered under.
        OtherBatch,
        /// There is still money at the old address.
        NotEmpty,
        /// A denomination below the existential deposit cannot be funded.
        BadDenomination,
        /// The block by which the carrier is to be funded has passed.
        FundingDueInPast,
        /// The carrier is frozen.
        CarrierFrozen,
        /// The carrier was proved to be cloned.
        CarrierMarked,
        /// The card has made a newer key.
        CarrierSuperseded,
        /// The carrier is out of use.
        CarrierRetired,
        /// The carrier's state does not allow this change.
        WrongState,
        /// The balance would not be the denomination.
        NotDenomination,
        /// The machine asks for more than the payer agreed to.
        FeeAboveLimit,
        /// The order is for another chain.
        WrongChain,
        /// The sequence was used, or one after it.
        StaleSequence,
        /// The order has expired.
        OrderExpired,
        /// The order expires too far ahead.
        OrderTooLong,
        /// The issuer has blocked the orders of this batch.
        BatchOrdersBlocked,
        /// The signature is not the currency key's, or has a high S.
        BadSignature,
        /// The receiver of the fee is not a machine that may cash carriers out.
        MachineMayNotCashOut,
        /// The payee is the carrier itself, or cannot receive the amount.
        BadPayee,
        /// The receiver of the fee cannot receive it.
        BadFeeReceiver,
        /// The order's fee does not cover the network's.
        FeeTooLow,
        /// The amount is nothing or, in an order, below the existential deposit.
        AmountTooSmall,
        /// The carrier does not hold that much.
        InsufficientBalance,
        /// What would be left is below the existential deposit and would be destroyed. Spend everything.
        RemainderTooSmall,
        /// The two do not contradict each other.
        NoConflict,
        /// A lifetime is one block to the most.
        BadOrderLifetime,
        /// A sum does not fit.
        Overflow,
    }

    /// The pallet's calls.
    #[pallet::call(weight = T::WeightInfo)]
    impl<T: Config> Pallet<T> {
        /// Registers a carrier on a card that has none yet; also one that was issued while offline.
        ///
        /// Origin: signed by a machine with the permission to initialise. Uses up its grant, counts against the
        /// batch's capacity, and holds the deposit on the machine's operator.
        /// Errors: those of the machine, the grant and the batch; `UnknownBatch`, `BadCertificate`,
        /// `BadAttestation`, `WrongChallenge`, `NotFresh`, `DeviceRegistered`, `CarrierExists`,
        /// `BadDenomination`, `FundingDueInPast`. Event: `CarrierInitialised`.
        #[pallet::call_index(0)]
        #[pallet::weight(T::WeightInfo::initialise(registration))]
        pub fn initialise(origin: OriginFor<T>, registration: Registration) -> DispatchResult {
            let machine = ensure_signed(origin)?;
            Self::do_initialise(machine, registration)
        }

        /// Registers the next currency key of a card whose last one the issuer let it destroy.
        ///
        /// Origin: signed by a machine with the permission to initialise; uses up its grant. The old address must
        /// be empty: cash it out before the reset, or let the issuer settle it. Its orders are never accepted
        /// again, so a signature that may be outstanding is dead.
        /// Errors: those of `initialise`; `UnknownDevice`, `NotNewer`, `OtherBatch`, `NotEmpty`,
        /// `WrongState`. Events: `CarrierInitialised`, `CarrierRotated`.
        #[pallet::call_index(1)]
        #[pallet::weight(T::WeightInfo::rotate(registration))]
        pub fn rotate(origin: OriginFor<T>, registration: Registration) -> DispatchResult {
            let machine = ensure_signed(origin)?;
            Self::do_rotate(machine, registration)
        }

        /// Puts money on a carrier.
        ///
        /// Origin: signed by whoever pays. With a denomination, the amount must make the balance exactly that. A
        /// plain transfer to the address funds it too, without any of the checks.
        /// Errors: `AmountTooSmall` for nothing, `UnknownCarrier`, the carrier's state, `BatchNotActive`,
        /// `NotDenomination`, the currency's. Event: `CarrierFunded`.
        #[pallet::call_index(2)]
        pub fn fund(
            origin: OriginFor<T>,
            carrier: CarrierId,
            #[pallet::compact] amount: Balance,
        ) -> DispatchResult {
            let payer = ensure_signed(origin)?;
            Self::do_fund(payer, carrier, amount, None)
        }

        /// Puts money on a carrier at a machine, and pays the machine's operator its fee on top.
        ///
        /// Origin: signed by whoever pays. `max_fee` is what they agreed to, in base units.
        /// Errors: those of `fund`; those of the machine; `FeeAboveLimit`. Event: `CarrierFunded`.
        #[pallet::call_index(3)]
        pub fn fund_at(
            origin: OriginFor<T>,
            carrier: CarrierId,
            #[pallet::compact] amount: Balance,
            machine: T::AccountId,
            #[pallet::compact] max_fee: Balance,
        ) -> DispatchResult {
            let payer = ensure_signed(origin)?;
            Self::do_fund(payer, carrier, amount, Some((machine, max_fee)))
        }

        /// Executes a card's order.
        ///
        /// Origin: none but the card's signature (a general transaction), or signed by anybody, who then pays the
        /// network fee. Errors: `UnknownCarrier`, the carrier's state, `WrongChain`, `StaleSequence`,
        /// `OrderExpired`, `OrderTooLong`, `BatchOrdersBlocked`, `BadSignature`, `BadPayee`, `BadFeeReceiver`,
        /// `FeeTooLow`, `AmountTooSmall`, `InsufficientBalance`, `RemainderTooSmall`, `MachineMayNotCashOut`.
        /// Event: `CarrierSpent`.
        #[pallet::call_index(4)]
        #[pallet::weight(T::WeightInfo::spend(signature.scheme()))]
        #[pallet::authorize(Self::authorize_spend)]
        #[pallet::weight_of_authorize(T::WeightInfo::authorize_spend(signature.scheme()))]
        pub fn spend(origin: OriginFor<T>, order: Order, signature: Signature) -> DispatchResultWithPostInfo {
            if ensure_authorized(origin.clone()).is_ok() {
                Self::do_spend(&order, spending::Payer::Order)?;
                // The signature was checked, and paid for, by `authorize_spend`.
                return Ok(Some(T::WeightInfo::spend_authorized()).into());
            }
            ensure_signed(origin)?;
            Self::check_signature(&order, &signature)?;
            Self::do_spend(&order, spending::Payer::Signer)?;
            Ok(().into())
        }

        /// Stops a carrier's orders.
        ///
        /// Origin: issuer. Errors: `UnknownCarrier`, `WrongState`. Event: `CarrierFrozen`.
        #[pallet::call_index(5)]
        pub fn freeze(origin: OriginFor<T>, carrier: CarrierId) -> DispatchResult {
            T::IssuerOrigin::ensure_origin(origin)?;
            Self::do_freeze(carrier)
        }

        /// Lets a frozen carrier's orders go on.
        ///
        /// Origin: issuer. Errors: `UnknownCarrier`, `WrongState`. Event: `CarrierUnfrozen`.
        #[pallet::call_index(6)]
        pub fn unfreeze(origin: OriginFor<T>, carrier: CarrierId) -> DispatchResult {
            T::IssuerOrigin::ensure_origin(origin)?;
            Self::do_unfreeze(carrier)
        }

        /// Corrects the record of a carrier that was issued wrongly: its face value, and when money is due.
        ///
        /// Origin: issuer. Errors: `UnknownCarrier`, `WrongState`, `BadDenomination`, `FundingDueInPast`.
        /// Event: `CarrierRepaired`.
        #[pallet::call_index(7)]
        pub fn repair(
            origin: OriginFor<T>,
            carrier: CarrierId,
            denomination: Option<Balance>,
            funding_due: Option<BlockNumber>,
        ) -> DispatchResult {
            T::IssuerOrigin::ensure_origin(origin)?;
            Self::do_repair(carrier, denomination, funding_due)
        }

        /// Takes a carrier out of use for good and gives its deposit back. Its record stays.
        ///
        /// Origin: issuer. Errors: `UnknownCarrier`, `WrongState`. Event: `CarrierRetired`.
        #[pallet::call_index(8)]
        pub fn retire(origin: OriginFor<T>, carrier: CarrierId) -> DispatchResult {
            T::IssuerOrigin::ensure_origin(origin)?;
            Self::do_retire(carrier)
        }

        /// Pays out what a stopped carrier holds: frozen, marked, superseded or retired.
        ///
        /// Origin: issuer. Errors: `UnknownCarrier`, `WrongState`, `BadPayee`, `InsufficientBalance` when there
        /// is nothing. Event: `CarrierSettled`.
        #[pallet::call_index(9)]
        pub fn settle(origin: OriginFor<T>, carrier: CarrierId, to: T::AccountId) -> DispatchResult {
            T::IssuerOrigin::ensure_origin(origin)?;
            Self::do_settle(carrier, to)
        }

        /// Proves with two different orders of one sequence that a currency key exists twice.
        ///
        /// Origin: signed by anybody; free when it is proved. Errors: `UnknownCarrier`, `WrongState`,
        /// `WrongChain`, `NoConflict`, `BadSignature`. Event: `CarrierMarked`.
        #[pallet::call_index(10)]
        #[pallet::weight(T::WeightInfo::report_orders(one_signature.scheme(), other_signature.scheme()))]
        pub fn report_orders(
            origin: OriginFor<T>,
            one: Order,
            one_signature: Signature,
            other: Order,
            other_signature: Signature,
        ) -> DispatchResultWithPostInfo {
            let reporter = ensure_signed(origin)?;
            Self::do_report_orders(reporter, (&one, &one_signature), (&other, &other_signature))?;
            Ok(Pays::No.into())
        }

        /// Proves with two attestations of one generation that a device key exists twice. Without the other
        /// attestation, the chain's own record is the other.
        ///
        /// Origin: signed by anybody; free when it is proved. Errors: `UnknownDevice`, `WrongState`,
        /// `BadAttestation`, `NoConflict`. Event: `CarrierMarked`.
        #[pallet::call_index(11)]
        #[pallet::weight(T::WeightInfo::report_attestations(device.scheme()))]
        pub fn report_attestations(
            origin: OriginFor<T>,
            device: PublicKey,
            one: SignedAttestation,
            other: Option<SignedAttestation>,
        ) -> DispatchResultWithPostInfo {
            let reporter = ensure_signed(origin)?;
            Self::do_report_attestations(reporter, &device, &one, other.as_ref())?;
            Ok(Pays::No.into())
        }

        /// Changes how many blocks ahead orders may expire.
        ///
        /// Origin: issuer. Errors: `BadOrderLifetime`. Event: `OrderLifetimeChanged`.
        #[pallet::call_index(12)]
        pub fn change_order_lifetime(origin: OriginFor<T>, blocks: BlockNumber) -> DispatchResult {
            T::IssuerOrigin::ensure_origin(origin)?;
            ensure!(blocks > 0 && blocks <= T::MaxOrderLifetime::get(), Error::<T>::BadOrderLifetime);
            OrderLifetime::<T>::put(blocks);
            Self::deposit_event(Event::OrderLifetimeChanged { blocks });
            Ok(())
        }
    }

    /// What anyone may ask the runtime.
    #[pallet::view_functions]
    impl<T: Config> Pallet<T> {
        /// The carrier at an address.
        pub fn carrier_record(carrier: CarrierId) -> Option<Carrier> {
            Carriers::<T>::get(carrier)
        }

        /// The carrier that was last registered on a device key.
        pub fn device_record(device: PublicKey) -> Option<Device> {
            Devices::<T>::get(device)
        }
    }

    /// Invariants are checked by `try-runtime`.
    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }
}

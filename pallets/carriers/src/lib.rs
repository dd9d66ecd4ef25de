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
//! * **bid**: what an order pays to be included before others.
//! * **marked**: proved to be cloned by two conflicting signatures; its money waits for the issuer.
//!
//! # How an order gets in
//!
//! As a *bare* extrinsic, which every client of the SDK's chains decodes: the card's signature authorises it
//! (`ValidateUnsigned`). Only the current format of bare extrinsics and signed extrinsics carry orders: were others let
//! in, anybody could wrap an order that is on its way in other bytes. Its longevity is its expiry. It provides the tags
//! (carrier, sequence) and (carrier): one order of a carrier waits at a time, so that a card cannot fill the pool. Its
//! priority is on the scale of signed transactions, by what it bids. Or inside any signed extrinsic: then the signer pays
//! the network fee, and the whole fee of the order goes to its receiver. The receiver is signed, so nobody gains by taking
//! an order out of the pool and submitting it as their own. An order in another currency than the chain's own comes in that
//! way only, since the network takes its fee in its own. [`CheckOrder`] checks it before it enters.
//!
//! A bare extrinsic pays nothing before it executes, so one that failed could be included again and again.
//! Therefore everything that could make it fail is checked before it is let in, the runtime's call filter too.
//!
//! # What becomes of the fee
//!
//! The network's part is burnt. The rest goes to the receiver; where the receiver has no account that could take it, it
//! is burnt. A card that names its own carrier as the receiver **bids**: the rest is burnt, and counts as a tip.
//!
//! # What strangers' money does
//!
//! Anybody can send money to any address, so nothing may fail by it: a balance above the denomination is a surplus, a
//! remainder that would be dust goes to the payee, and an address that still holds something is no hindrance to the
//! card's next key.
//!
//! # Properties
//!
//! * An order is accepted at most once: each sequence is greater than the one before. Nothing is keyed on
//!   signature bytes.
//! * An order for another chain, another carrier, out of its time, or of a stopped carrier is never accepted.
//! * An order executes whole or not at all, and never destroys a remainder: it empties the account or leaves at
//!   least the existential deposit.
//! * An order that names a request is accepted only as that request wants it.
//! * A device has at most one carrier that can spend.
//! * A record is never removed.
//! * The money held for records is the sum of the records' deposits.
//!
//! # Example
//!
//! One of the tests, as it runs (`src/tests/scenario.rs`):
//!
#![doc = docify::embed!("src/tests/scenario.rs", a_card_from_the_factory_to_the_cash_desk)]
#![cfg_attr(not(feature = "std"), no_std)]
#![deny(missing_docs)]

extern crate alloc;

pub use extension::CheckOrder;
pub use pallet::*;
pub use specie_primitives::registration::Registration;
pub use spending::OLDER_FORMAT;
pub use weights::{Shape, WeightInfo};

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
#[cfg(feature = "runtime-benchmarks")]
pub use benchmarking::consenting_carrier;
#[cfg(any(test, feature = "runtime-benchmarks"))]
mod cards;
mod extension;
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
            fungible::{Inspect, MutateHold},
            fungibles, IsSubType,
        },
    };
    use frame_system::pallet_prelude::*;
    use specie_primitives::{
        acts::{Actor, Cause},
        attestation::SignedAttestation,
        crypto::{Arithmetic, PublicKey, Scheme, Signature},
        ids::{BatchId, CarrierId, CurrencyId, Reference},
        order::{Order, Purpose},
        records::{Carrier, Device, Fraud},
        traits::{BatchKeys, MachineAuthority, NetworkFees, PoolAuthority, RequestLedger},
        Balance, BlockNumber,
    };

    /// What the pallet needs of its runtime.
    #[pallet::config]
    pub trait Config:
        frame_system::Config<
        AccountId: From<[u8; 32]> + Into<[u8; 32]>,
        Hash: Into<[u8; 32]>,
        RuntimeCall: From<Call<Self>> + IsSubType<Call<Self>>,
    >
    {
        /// Who freezes, repairs, retires and settles carriers.
        type IssuerOrigin: EnsureOrigin<Self::RuntimeOrigin, Success = Actor<Self::AccountId>>;

        /// The runtime's hold reasons.
        type RuntimeHoldReason: From<HoldReason>;

        /// The chain's own currency, in which deposits are made.
        type Currency: Inspect<Self::AccountId, Balance = Balance>
            + MutateHold<Self::AccountId, Reason = Self::RuntimeHoldReason>;

        /// Every currency.
        type Money: fungibles::Mutate<Self::AccountId, AssetId = CurrencyId, Balance = Balance>;

        /// What becomes of the network's part of an order's fee.
        type Fees: NetworkFees<Self::AccountId, Error = DispatchError>;

        /// The registry of batches.
        type Batches: BatchKeys<Error = DispatchError>;

        /// The registry of machines.
        type Machines: MachineAuthority<Self::AccountId, Error = DispatchError>;

        /// The ledger of requests.
        type Requests: RequestLedger<Error = DispatchError>;

        /// The pools that carriers belong to.
        type Pools: PoolAuthority<Self::AccountId>;

        /// How signatures are checked.
        type Arithmetic: Arithmetic;

        /// What including an order costs.
        type OrderFee: OrderFee;

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

        /// The pool's priority of an order that bids `bid` base units on top of its fee: what a signed transaction of the
        /// same weight with that tip has.
        fn priority(scheme: Scheme, bid: Balance) -> TransactionPriority;
    }

    /// The pallet.
    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    /// The layout of the storage, for migrations.
    pub const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

    /// The carriers by address.
    #[pallet::storage]
    pub type Carriers<T: Config> = StorageMap<_, Blake2_128Concat, CarrierId, Carrier>;

    /// The carrier that was last registered on a device key.
    #[pallet::storage]
    pub type Devices<T: Config> = StorageMap<_, Blake2_128Concat, PublicKey, Device>;

    /// How many blocks ahead an order may expire.
    #[pallet::storage]
    pub type OrderLifetime<T: Config> = StorageValue<_, BlockNumber, ValueQuery, T::DefaultOrderLifetime>;

    /// Tells chains apart whose genesis would be the same otherwise: development chains, which everybody makes of the same
    /// keys. Nothing reads it; it is there for the hash of the genesis block.
    #[pallet::storage]
    pub type Salt<T: Config> = StorageValue<_, [u8; 32]>;

    /// Settings from the first block on.
    #[pallet::genesis_config]
    #[derive(frame_support::DefaultNoBound)]
    pub struct GenesisConfig<T: Config> {
        /// How many blocks ahead an order may expire; `None`: the runtime's default.
        pub order_lifetime: Option<BlockNumber>,
        /// Tells chains apart whose genesis would be the same otherwise; zeros: nothing does.
        pub salt: [u8; 32],
        /// Nothing.
        #[serde(skip)]
        pub _config: core::marker::PhantomData<T>,
    }

    #[pallet::genesis_build]
    impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
        fn build(&self) {
            if self.salt != [0; 32] {
                Salt::<T>::put(self.salt);
            }
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
        #[codec(index = 0)]
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
            /// What its money is.
            currency: CurrencyId,
            /// The face value in base units; `None`: any amount.
            denomination: Option<Balance>,
        },
        /// A card's newer currency key took the place of an older one.
        #[codec(index = 1)]
        CarrierRotated {
            /// The address until now.
            from: CarrierId,
            /// The address from now on.
            to: CarrierId,
            /// Which of the card's currency keys the new one is.
            generation: u32,
            /// What the old address still holds, in base units; the issuer settles it.
            left: Balance,
            /// The machine that registered the new key.
            machine: T::AccountId,
        },
        /// Somebody put money on a carrier.
        #[codec(index = 2)]
        CarrierFunded {
            /// Its address.
            carrier: CarrierId,
            /// Base units.
            amount: Balance,
            /// Of this currency.
            currency: CurrencyId,
            /// Who paid.
            by: T::AccountId,
            /// The machine that took a fee for it, if one did.
            machine: Option<T::AccountId>,
            /// Its fee in base units, paid on top.
            fee: Balance,
        },
        /// A card paid.
        #[codec(index = 3)]
        CarrierSpent {
            /// Its address.
            carrier: CarrierId,
            /// The sequence of the order.
            sequence: u32,
            /// What the order was for.
            purpose: Purpose,
            /// Who was paid, or for whom the amount is on hold.
            to: T::AccountId,
            /// What they got, or what is on hold, in base units.
            amount: Balance,
            /// Of this currency, the fee too.
            currency: CurrencyId,
            /// Who got the fee.
            fee_to: T::AccountId,
            /// What they got, in base units.
            fee: Balance,
            /// What was burnt out of the order's fee, in base units: the network's part, and a bid.
            network_fee: Balance,
            /// The request that it was for.
            reference: Option<Reference>,
            /// The account that signed the extrinsic around the order, if one did.
            submitted_by: Option<T::AccountId>,
        },
        /// A carrier's orders were stopped.
        #[codec(index = 4)]
        CarrierFrozen {
            /// Its address.
            carrier: CarrierId,
            /// Who stopped them.
            by: Actor<T::AccountId>,
            /// Why.
            cause: Cause,
        },
        /// A carrier's orders may go on.
        #[codec(index = 5)]
        CarrierUnfrozen {
            /// Its address.
            carrier: CarrierId,
            /// Who says so.
            by: Actor<T::AccountId>,
            /// Why.
            cause: Cause,
        },
        /// A carrier's record was corrected.
        #[codec(index = 6)]
        CarrierRepaired {
            /// Its address.
            carrier: CarrierId,
            /// The face value from now on.
            denomination: Option<Balance>,
            /// The block by which it is to be funded.
            funding_due: Option<BlockNumber>,
            /// Who corrected it.
            by: Actor<T::AccountId>,
            /// Why.
            cause: Cause,
        },
        /// A carrier was taken out of use for good.
        #[codec(index = 7)]
        CarrierRetired {
            /// Its address.
            carrier: CarrierId,
            /// Who retired it.
            by: Actor<T::AccountId>,
            /// Why.
            cause: Cause,
        },
        /// A carrier was proved to be cloned.
        #[codec(index = 8)]
        CarrierMarked {
            /// Its address.
            carrier: CarrierId,
            /// What was proved.
            fraud: Fraud,
            /// Who proved it.
            by: T::AccountId,
        },
        /// What a stopped carrier held was paid out.
        #[codec(index = 9)]
        CarrierSettled {
            /// Its address.
            carrier: CarrierId,
            /// Who was paid.
            to: T::AccountId,
            /// Base units.
            amount: Balance,
            /// Of this currency, which need not be the carrier's.
            currency: CurrencyId,
            /// Who paid it out.
            by: Actor<T::AccountId>,
            /// Why.
            cause: Cause,
        },
        /// How far ahead orders may expire changed.
        #[codec(index = 10)]
        OrderLifetimeChanged {
            /// Blocks.
            blocks: BlockNumber,
            /// Who changed it.
            by: Actor<T::AccountId>,
        },
        /// A carrier that had been proved to be cloned was cleared; it is frozen, or superseded.
        #[codec(index = 11)]
        CarrierUnmarked {
            /// Its address.
            carrier: CarrierId,
            /// Who cleared it.
            by: Actor<T::AccountId>,
            /// Why.
            cause: Cause,
        },
    }

    /// Why a call was refused.
    #[pallet::error]
    #[derive(PartialEq, Eq)]
    pub enum Error<T> {
        /// No carrier has this address.
        #[codec(index = 0)]
        UnknownCarrier,
        /// A carrier has this address already.
        #[codec(index = 1)]
        CarrierExists,
        /// The chain does not know the batch.
        #[codec(index = 2)]
        UnknownBatch,
        /// The batch is suspended or revoked.
        #[codec(index = 3)]
        BatchNotActive,
        /// The certificate is not its batch's.
        #[codec(index = 4)]
        BadCertificate,
        /// The card's word is malformed, or not its device's: for a registration, over this chain, this machine, this grant and
        /// these terms.
        #[codec(index = 5)]
        BadAttestation,
        /// The card attests no currency key, or one that has signed orders.
        #[codec(index = 6)]
        NotFresh,
        /// The card is registered already. Rotate it, if it has made a newer key.
        #[codec(index = 7)]
        DeviceRegistered,
        /// The card is not registered.
        #[codec(index = 8)]
        UnknownDevice,
        /// The card's key is not newer than the one that is registered.
        #[codec(index = 9)]
        NotNewer,
        /// The card's certificate names another batch than the one that it was registered under.
        #[codec(index = 10)]
        OtherBatch,
        /// A denomination below the existential deposit cannot be funded.
        #[codec(index = 11)]
        BadDenomination,
        /// The block by which the carrier is to be funded has passed, or it is given no block at all.
        #[codec(index = 12)]
        FundingDueInPast,
        /// The carrier is frozen.
        #[codec(index = 13)]
        CarrierFrozen,
        /// The carrier was proved to be cloned.
        #[codec(index = 14)]
        CarrierMarked,
        /// The card has made a newer key.
        #[codec(index = 15)]
        CarrierSuperseded,
        /// The carrier is out of use.
        #[codec(index = 16)]
        CarrierRetired,
        /// The carrier's state does not allow this change.
        #[codec(index = 17)]
        WrongState,
        /// The carrier holds its denomination already, or the amount is less than what it lacks.
        #[codec(index = 18)]
        NotDenomination,
        /// The machine asks for more than the payer agreed to.
        #[codec(index = 19)]
        FeeAboveLimit,
        /// The order is for another chain.
        #[codec(index = 20)]
        WrongChain,
        /// The sequence was used, or one after it.
        #[codec(index = 21)]
        StaleSequence,
        /// The order has expired.
        #[codec(index = 22)]
        OrderExpired,
        /// The order expires too far ahead.
        #[codec(index = 23)]
        OrderTooLong,
        /// The issuer has blocked the orders of this batch.
        #[codec(index = 24)]
        BatchOrdersBlocked,
        /// The signature is not the currency key's, or has a high S.
        #[codec(index = 25)]
        BadSignature,
        /// The receiver of the fee is not a machine that may cash carriers out.
        #[codec(index = 26)]
        MachineMayNotCashOut,
        /// The payee is the carrier itself, or cannot receive the amount.
        #[codec(index = 27)]
        BadPayee,
        /// The order's fee does not cover the network's.
        #[codec(index = 28)]
        FeeTooLow,
        /// The amount is nothing or, in an order, below the existential deposit.
        #[codec(index = 29)]
        AmountTooSmall,
        /// The carrier does not hold that much.
        #[codec(index = 30)]
        InsufficientBalance,
        /// The two do not contradict each other.
        #[codec(index = 31)]
        NoConflict,
        /// A lifetime is at least one block, and no longer than the limit.
        #[codec(index = 32)]
        BadOrderLifetime,
        /// A sum does not fit.
        #[codec(index = 33)]
        Overflow,
        /// Nobody has opened the request that the order names, or not yet.
        #[codec(index = 34)]
        RequestNotOpen,
        /// The request was paid, held for, released or has expired.
        #[codec(index = 35)]
        RequestClosed,
        /// The request names another payee, amount or currency.
        #[codec(index = 36)]
        RequestMismatch,
        /// The order names another epoch than the request.
        #[codec(index = 37)]
        RequestOtherEpoch,
        /// An order that puts money on hold must name a request.
        #[codec(index = 38)]
        HoldWithoutRequest,
        /// Orders come as bare extrinsics of the current format, or in signed ones.
        #[codec(index = 39)]
        WrongForm,
        /// There is no such currency.
        #[codec(index = 40)]
        UnknownCurrency,
        /// The network takes its fee in the chain's own currency alone: an order in another one travels in a signed
        /// extrinsic, whose signer pays the network.
        #[codec(index = 41)]
        CurrencyNeedsSigner,
        /// The carrier belongs to a pool that is locked.
        #[codec(index = 42)]
        PoolLocked,
        /// The carrier belongs to a pool, and pays for a request to that pool alone; or the request is to another pool.
        #[codec(index = 43)]
        NotPoolsRequest,
        /// The payee belongs to a pool in which nothing may change now.
        #[codec(index = 44)]
        PayeeLocked,
        /// An order of a pool's member offers more for its execution than a pool lets out.
        #[codec(index = 45)]
        FeeOfPool,
        /// The order is of an epoch of its pool that has not begun.
        #[codec(index = 46)]
        EpochNotBegun,
    }

    /// The pallet's calls.
    #[pallet::call(weight = T::WeightInfo)]
    impl<T: Config> Pallet<T> {
        /// Registers a carrier on a card that has none yet; also one that was issued while offline.
        ///
        /// Origin: signed by a machine with the permission to initialise. Uses up its grant, counts against the
        /// batch's capacity, and holds the deposit on the machine's operator.
        /// Errors: those of the machine, the grant and the batch; `UnknownBatch`, `BadCertificate`,
        /// `BadAttestation`, `NotFresh`, `DeviceRegistered`, `CarrierExists`, `UnknownCurrency`,
        /// `BadDenomination`, `FundingDueInPast`. Event: `CarrierInitialised`.
        #[pallet::call_index(0)]
        #[pallet::weight(T::WeightInfo::initialise(registration))]
        pub fn initialise(origin: OriginFor<T>, registration: Registration) -> DispatchResult {
            let machine = ensure_signed(origin)?;
            Self::do_initialise(machine, registration)
        }

        /// Registers the next currency key of a card whose last one the issuer let it destroy.
        ///
        /// Origin: signed by a machine with the permission to initialise; uses up its grant. Cash the card out before
        /// the reset: what the old address still holds only the issuer can settle. Its orders are never accepted
        /// again, so a signature that may be outstanding is dead.
        /// Errors: those of `initialise`; `UnknownDevice`, `NotNewer`, `OtherBatch`,
        /// `WrongState`. Events: `CarrierInitialised`, `CarrierRotated`.
        #[pallet::call_index(1)]
        #[pallet::weight(T::WeightInfo::rotate(registration))]
        pub fn rotate(origin: OriginFor<T>, registration: Registration) -> DispatchResult {
            let machine = ensure_signed(origin)?;
            Self::do_rotate(machine, registration)
        }

        /// Puts money on a carrier.
        ///
        /// Origin: signed by whoever pays. With a denomination, the balance is topped up to it and `amount` is the most
        /// that this may take: what a stranger has sent there before is no hindrance. A plain transfer to the
        /// address funds it too, without any of the checks.
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
        /// Origin: signed by whoever pays. `max_fee` is what they agreed to, in base units. A fee that the operator's account
        /// cannot hold, because it is less than the least of the currency, is not taken.
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
        /// Origin: none but the card's signature (a bare extrinsic), or signed by anybody, who then pays the
        /// network fee. Errors: `UnknownCarrier`, the carrier's state, `WrongChain`, `StaleSequence`,
        /// `OrderExpired`, `OrderTooLong`, `BatchOrdersBlocked`, `BadSignature`, `BadPayee`, `FeeTooLow`,
        /// `AmountTooSmall`, `InsufficientBalance`, `MachineMayNotCashOut`, `HoldWithoutRequest`, `RequestNotOpen`,
        /// `RequestClosed`, `RequestMismatch`, `RequestOtherEpoch`, `CurrencyNeedsSigner`. Event: `CarrierSpent`.
        #[pallet::call_index(4)]
        #[pallet::weight(T::WeightInfo::spend(Shape::of(order), signature.scheme()))]
        pub fn spend(origin: OriginFor<T>, order: Order, signature: Signature) -> DispatchResultWithPostInfo {
            let submitter = match ensure_none(origin.clone()) {
                // `pre_dispatch` has checked everything, the signature too.
                Ok(()) => None,
                Err(_) => {
                    let submitter = ensure_signed(origin)?;
                    Self::check_signature(&order, &signature)?;
                    Some(submitter)
                }
            };
            let currency = Self::do_spend(&order, submitter)?;
            let native = T::WeightInfo::spend_native(Shape::of(&order), signature.scheme());
            Ok((currency == CurrencyId::Native).then_some(native).into())
        }

        /// Stops a carrier's orders.
        ///
        /// Origin: issuer. Errors: `UnknownCarrier`, `WrongState`. Event: `CarrierFrozen`.
        #[pallet::call_index(5)]
        pub fn freeze(origin: OriginFor<T>, carrier: CarrierId, cause: Cause) -> DispatchResult {
            let by = T::IssuerOrigin::ensure_origin(origin)?;
            Self::do_freeze(carrier, by, cause)
        }

        /// Lets a frozen carrier's orders go on.
        ///
        /// Origin: issuer. Errors: `UnknownCarrier`, `WrongState`. Event: `CarrierUnfrozen`.
        #[pallet::call_index(6)]
        pub fn unfreeze(origin: OriginFor<T>, carrier: CarrierId, cause: Cause) -> DispatchResult {
            let by = T::IssuerOrigin::ensure_origin(origin)?;
            Self::do_unfreeze(carrier, by, cause)
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
            cause: Cause,
        ) -> DispatchResult {
            let by = T::IssuerOrigin::ensure_origin(origin)?;
            Self::do_repair(carrier, denomination, funding_due, by, cause)
        }

        /// Takes a carrier out of use for good and gives its deposit back. Its record stays.
        ///
        /// Origin: issuer. Errors: `UnknownCarrier`, `WrongState`. Event: `CarrierRetired`.
        #[pallet::call_index(8)]
        pub fn retire(origin: OriginFor<T>, carrier: CarrierId, cause: Cause) -> DispatchResult {
            let by = T::IssuerOrigin::ensure_origin(origin)?;
            Self::do_retire(carrier, by, cause)
        }

        /// Pays out what a stopped carrier holds: frozen, marked, superseded or retired. And what any carrier holds in a
        /// currency that is not its own: somebody sent it there, and no order of the card's can move it.
        ///
        /// Origin: issuer. Errors: `UnknownCarrier`, `WrongState`, `BadPayee`, `InsufficientBalance` when there
        /// is nothing. Event: `CarrierSettled`.
        #[pallet::call_index(9)]
        pub fn settle(
            origin: OriginFor<T>,
            carrier: CarrierId,
            to: T::AccountId,
            currency: CurrencyId,
            cause: Cause,
        ) -> DispatchResult {
            let by = T::IssuerOrigin::ensure_origin(origin)?;
            Self::do_settle(carrier, to, currency, by, cause)
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
            let by = T::IssuerOrigin::ensure_origin(origin)?;
            ensure!(blocks > 0 && blocks <= T::MaxOrderLifetime::get(), Error::<T>::BadOrderLifetime);
            OrderLifetime::<T>::put(blocks);
            Self::deposit_event(Event::OrderLifetimeChanged { blocks, by });
            Ok(())
        }

        /// Clears a carrier that was proved to be cloned, for example because its card's software was at fault. It is
        /// frozen then, or superseded where its card has made a newer key.
        ///
        /// Origin: issuer. Errors: `UnknownCarrier`, `WrongState`. Event: `CarrierUnmarked`.
        #[pallet::call_index(13)]
        pub fn unmark(origin: OriginFor<T>, carrier: CarrierId, cause: Cause) -> DispatchResult {
            let by = T::IssuerOrigin::ensure_origin(origin)?;
            Self::do_unmark(carrier, by, cause)
        }
    }

    /// Lets orders into the pool and into blocks: `pre_dispatch` asks it again before each is executed.
    ///
    /// Only this form is decoded by every client of the SDK's chains (`docs/decisions.md`).
    #[allow(deprecated)]
    #[pallet::validate_unsigned]
    impl<T: Config> ValidateUnsigned for Pallet<T> {
        type Call = Call<T>;

        fn validate_unsigned(source: TransactionSource, call: &Self::Call) -> TransactionValidity {
            match call {
                Call::spend { order, signature } => Self::validate_order(source, order, signature),
                _ => Err(InvalidTransaction::Call.into()),
            }
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
        fn integrity_test() {
            let (default, max) = (T::DefaultOrderLifetime::get(), T::MaxOrderLifetime::get());
            assert!(default > 0 && default <= max, "the default lifetime of orders is out of its bounds");
            assert!(T::Deposit::get() > 0, "a record without a deposit could not be told from a superseded one");
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }
}

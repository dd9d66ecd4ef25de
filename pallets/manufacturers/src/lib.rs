//! Manufacturers and the batch keys that certify their carriers.
//!
//! Anyone can tell a genuine card from a fake because its manufacturer wrote the public key of its production
//! batch to the chain, and the card shows a certificate made with that batch's private key.
//!
//! # Terminology
//!
//! * **issuer**: who answers for the currency; in the runtime, root or two thirds of the council.
//! * **manufacturer**: an account that the issuer has registered and that adds batches.
//! * **batch**: a production lot: its key, how many carriers may be registered under it, until when.
//! * **suspended**: a doubt about the batch; every verdict on its carriers shows it. The manufacturer may suspend
//!   its own batches, the issuer any; only the issuer takes it back.
//! * **revoked**: for good.
//! * **quota**: how many carriers a manufacturer's batches may have room for together. The issuer sets it, so that a
//!   stolen account certifies no more than that.
//! * **foreign key**: a card maker's own key whose certificates name no batch and were not made for this chain. Only the
//!   issuer adds one: such a key may sign other things than certificates.
//! * **blocks orders**: whether carriers of a batch that is not active may still spend. The issuer's decision,
//!   off until it says so: a holder must not lose money because a factory was careless.
//!
//! # Properties
//!
//! * A batch id is used once, for ever, and only by the manufacturer in whose range it lies.
//! * Whoever adds a batch has shown that it has the batch's key, unless the issuer answers for the key.
//! * A batch's key, manufacturer and capacity never change.
//! * A key whose certificates do not name their batch is in one batch, and in no format but that batch's.
//! * `registered <= capacity`, and it never falls; the capacities of a manufacturer's batches add up to no more than its
//!   quota at the time when the last one was added.
//! * A suspended manufacturer adds no batch, suspends none, and none of its cards can be registered.
//! * A revoked batch stays revoked.
//! * Every manufacturer's batches can be paged through in the order in which it added them.
//!
//! # Example
//!
//! One of the tests, as it runs (`src/tests/scenario.rs`):
//!
#![doc = docify::embed!("src/tests/scenario.rs", a_manufacturers_batch)]
#![cfg_attr(not(feature = "std"), no_std)]
#![deny(missing_docs)]

extern crate alloc;

pub use keys::RawKey;
pub use pallet::*;
pub use weights::WeightInfo;

mod access;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod keys;
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
    use alloc::vec::Vec;
    use frame_support::pallet_prelude::*;
    use frame_system::pallet_prelude::*;
    use specie_primitives::{
        acts::{Actor, Cause},
        batch::MAX_QUOTA,
        crypto::{Arithmetic, Signature},
        ids::{BatchId, ManufacturerId},
        records::{Batch, BatchKey, BatchState},
        wire::Wire,
        BlockNumber,
    };

    /// What the pallet needs of its runtime.
    #[pallet::config]
    pub trait Config: frame_system::Config<Hash: Into<[u8; 32]>> {
        /// Who registers manufacturers, reactivates and revokes batches.
        type IssuerOrigin: EnsureOrigin<Self::RuntimeOrigin, Success = Actor<Self::AccountId>>;

        /// How signatures are checked.
        type Arithmetic: Arithmetic;

        /// The longest name of a manufacturer, in bytes.
        #[pallet::constant]
        type MaxNameLen: Get<u32>;

        /// How many batches a manufacturer may add: bounds what one account can store for nothing.
        #[pallet::constant]
        type MaxBatches: Get<u32>;

        /// The cost of the calls.
        type WeightInfo: WeightInfo;
    }

    /// A registered manufacturer.
    #[derive(CloneNoBound, Encode, Decode, MaxEncodedLen, TypeInfo, DebugNoBound, PartialEqNoBound, EqNoBound)]
    #[scale_info(skip_type_params(T))]
    pub struct Manufacturer<T: Config> {
        /// The account that adds its batches.
        pub account: T::AccountId,
        /// Its name, UTF-8.
        pub name: BoundedVec<u8, T::MaxNameLen>,
        /// How many batches it has added.
        pub batches: u32,
        /// How many carriers its batches have room for together.
        pub capacity: u64,
        /// How many they may have room for.
        pub quota: u64,
        /// Whether the issuer has stopped it.
        pub suspended: bool,
    }

    /// The layout of the storage, for migrations.
    pub const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

    /// The pallet.
    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    /// How many manufacturers there are: the number that the next one gets.
    #[pallet::storage]
    pub type ManufacturerCount<T: Config> = StorageValue<_, u32, ValueQuery>;

    /// The manufacturers by number.
    #[pallet::storage]
    pub type Manufacturers<T: Config> = StorageMap<_, Twox64Concat, ManufacturerId, Manufacturer<T>>;

    /// The manufacturer that an account speaks for.
    #[pallet::storage]
    pub type ManufacturerOf<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, ManufacturerId>;

    /// The batches by id.
    #[pallet::storage]
    pub type Batches<T: Config> = StorageMap<_, Blake2_128Concat, BatchId, Batch>;

    /// The batches of a manufacturer in the order in which it added them.
    #[pallet::storage]
    pub type BatchesOf<T: Config> = StorageDoubleMap<_, Twox64Concat, ManufacturerId, Twox64Concat, u32, BatchId>;

    /// The first batch of a key, by the key's bytes alone. Certificates of foreign formats do not say which batch they are
    /// of: were such a key in two batches, a card could leave the revoked one by naming the other, or pass for a link
    /// in another format's chain.
    #[pallet::storage]
    pub type BatchOfKey<T: Config> = StorageMap<_, Blake2_128Concat, RawKey, BatchId>;

    /// A manufacturer at genesis, with its batches.
    #[derive(Clone, Debug, Encode, Decode, serde::Serialize, serde::Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    pub struct GenesisManufacturer<AccountId> {
        /// The account that adds its batches.
        pub account: AccountId,
        /// Its name.
        pub name: alloc::string::String,
        /// How many carriers its batches may have room for together.
        pub quota: u64,
        /// Its batches.
        pub batches: Vec<GenesisBatch>,
    }

    /// A batch at genesis.
    #[derive(Clone, Debug, Encode, Decode, serde::Serialize, serde::Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    pub struct GenesisBatch {
        /// Its id.
        pub id: u64,
        /// The wire form of its [`BatchKey`].
        pub key: Vec<u8>,
        /// How many carriers may be registered under it.
        pub capacity: u32,
        /// The last block at which one may be.
        pub expires: BlockNumber,
    }

    /// Manufacturers from the first block on.
    #[pallet::genesis_config]
    #[derive(frame_support::DefaultNoBound)]
    pub struct GenesisConfig<T: Config> {
        /// In the order of their numbers.
        pub manufacturers: Vec<GenesisManufacturer<T::AccountId>>,
    }

    #[pallet::genesis_build]
    impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
        fn build(&self) {
            for genesis in &self.manufacturers {
                let name = BoundedVec::try_from(genesis.name.as_bytes().to_vec())
                    .expect("the name of a manufacturer at genesis is too long");
                let id = Pallet::<T>::do_register(genesis.account.clone(), name, genesis.quota, Actor::Root)
                    .expect("a manufacturer at genesis cannot be registered");
                for batch in &genesis.batches {
                    let key = BatchKey::from_wire(&batch.key).expect("a batch key at genesis is malformed");
                    Pallet::<T>::do_add_batch(
                        id,
                        BatchId(batch.id),
                        key,
                        batch.capacity,
                        batch.expires,
                        Actor::Root,
                    )
                    .expect("a batch at genesis cannot be added");
                }
            }
        }
    }

    /// What happened.
    #[pallet::event]
    #[pallet::generate_deposit(pub(super) fn deposit_event)]
    pub enum Event<T: Config> {
        /// A manufacturer was registered.
        #[codec(index = 0)]
        ManufacturerRegistered {
            /// Its number.
            manufacturer: ManufacturerId,
            /// The account that adds its batches.
            account: T::AccountId,
            /// Its name, UTF-8.
            name: BoundedVec<u8, T::MaxNameLen>,
            /// How many carriers its batches may have room for together.
            quota: u64,
            /// Who registered it.
            by: Actor<T::AccountId>,
        },
        /// A manufacturer got another account.
        #[codec(index = 1)]
        ManufacturerAccountChanged {
            /// The manufacturer.
            manufacturer: ManufacturerId,
            /// The account until now.
            from: T::AccountId,
            /// The account from now on.
            to: T::AccountId,
            /// Who changed it.
            by: Actor<T::AccountId>,
            /// Why.
            cause: Cause,
        },
        /// A batch was added: its certificates verify from now on.
        #[codec(index = 2)]
        BatchAdded {
            /// The batch.
            batch: BatchId,
            /// Whose it is.
            manufacturer: ManufacturerId,
            /// What its certificates are checked against.
            key: BatchKey,
            /// How many carriers may be registered under it.
            capacity: u32,
            /// The last block at which one may be.
            expires: BlockNumber,
            /// Who added it: its manufacturer, or the issuer for a foreign key.
            by: Actor<T::AccountId>,
        },
        /// A batch is not trusted for now.
        #[codec(index = 3)]
        BatchSuspended {
            /// The batch.
            batch: BatchId,
            /// Who suspended it.
            by: Actor<T::AccountId>,
            /// Why.
            cause: Cause,
        },
        /// A batch is trusted again.
        #[codec(index = 4)]
        BatchReactivated {
            /// The batch.
            batch: BatchId,
            /// Who says so.
            by: Actor<T::AccountId>,
            /// Why.
            cause: Cause,
        },
        /// A batch is trusted no more, for good.
        #[codec(index = 5)]
        BatchRevoked {
            /// The batch.
            batch: BatchId,
            /// Who revoked it.
            by: Actor<T::AccountId>,
            /// Why.
            cause: Cause,
        },
        /// It was decided whether carriers of a batch may spend while the batch is not active.
        #[codec(index = 6)]
        BatchOrdersBlocked {
            /// The batch.
            batch: BatchId,
            /// Whether their orders are refused.
            blocked: bool,
            /// Who decided it.
            by: Actor<T::AccountId>,
            /// Why.
            cause: Cause,
        },
        /// A manufacturer was stopped.
        #[codec(index = 7)]
        ManufacturerSuspended {
            /// The manufacturer.
            manufacturer: ManufacturerId,
            /// Who stopped it.
            by: Actor<T::AccountId>,
            /// Why.
            cause: Cause,
        },
        /// A manufacturer may work again.
        #[codec(index = 8)]
        ManufacturerResumed {
            /// The manufacturer.
            manufacturer: ManufacturerId,
            /// Who says so.
            by: Actor<T::AccountId>,
            /// Why.
            cause: Cause,
        },
        /// A manufacturer's quota changed.
        #[codec(index = 9)]
        QuotaChanged {
            /// The manufacturer.
            manufacturer: ManufacturerId,
            /// How many carriers its batches may have room for together.
            quota: u64,
            /// Who changed it.
            by: Actor<T::AccountId>,
        },
    }

    /// Why a call was refused.
    #[pallet::error]
    pub enum Error<T> {
        /// The account speaks for a manufacturer already.
        #[codec(index = 0)]
        AccountTaken,
        /// The account is not a manufacturer's.
        #[codec(index = 1)]
        NotManufacturer,
        /// No manufacturer has this number.
        #[codec(index = 2)]
        UnknownManufacturer,
        /// A name has at least one byte, is UTF-8, and holds no control, invisible or direction characters.
        #[codec(index = 3)]
        BadName,
        /// The batch id was used before.
        #[codec(index = 4)]
        BatchExists,
        /// No batch has this id.
        #[codec(index = 5)]
        UnknownBatch,
        /// The batch is another manufacturer's.
        #[codec(index = 6)]
        NotBatchOwner,
        /// The key is not a point of its curve.
        #[codec(index = 7)]
        BadBatchKey,
        /// The key is another batch's, and its certificates do not say which of the two they are of.
        #[codec(index = 8)]
        KeyTaken,
        /// A batch needs room for at least one carrier.
        #[codec(index = 9)]
        NoCapacity,
        /// The expiry has passed.
        #[codec(index = 10)]
        AlreadyExpired,
        /// The manufacturer has as many batches as it may have.
        #[codec(index = 11)]
        TooManyBatches,
        /// The batch's state does not allow this change.
        #[codec(index = 12)]
        WrongBatchState,
        /// The batch is suspended or revoked.
        #[codec(index = 13)]
        BatchNotActive,
        /// The batch's expiry has passed.
        #[codec(index = 14)]
        BatchExpired,
        /// As many carriers are registered under the batch as it was made for.
        #[codec(index = 15)]
        BatchFull,
        /// The numbers are used up.
        #[codec(index = 16)]
        Overflow,
        /// The batch id lies in another manufacturer's range.
        #[codec(index = 17)]
        NotOwnId,
        /// The signature does not prove that the manufacturer has the batch key.
        #[codec(index = 18)]
        NoPossession,
        /// Only the issuer adds a foreign key.
        #[codec(index = 19)]
        ForeignKey,
        /// The key is not a foreign one: its manufacturer adds it, with a proof.
        #[codec(index = 20)]
        NotForeignKey,
        /// The batch has room for more carriers than the manufacturer's quota leaves.
        #[codec(index = 21)]
        QuotaExceeded,
        /// The issuer has stopped the manufacturer.
        #[codec(index = 22)]
        ManufacturerSuspended,
        /// The manufacturer is not stopped.
        #[codec(index = 23)]
        ManufacturerNotSuspended,
        /// A quota is at most 2⁵³ − 1.
        #[codec(index = 24)]
        QuotaTooLarge,
    }

    /// The pallet's calls.
    #[pallet::call(weight = T::WeightInfo)]
    impl<T: Config> Pallet<T> {
        /// Registers a manufacturer whose batches may have room for `quota` carriers together.
        ///
        /// Origin: issuer. Errors: `AccountTaken`, `BadName`, `QuotaTooLarge`, `Overflow`. Event: `ManufacturerRegistered`.
        #[pallet::call_index(0)]
        pub fn register(
            origin: OriginFor<T>,
            account: T::AccountId,
            name: BoundedVec<u8, T::MaxNameLen>,
            #[pallet::compact] quota: u64,
        ) -> DispatchResult {
            let by = T::IssuerOrigin::ensure_origin(origin)?;
            Self::do_register(account, name, quota, by)?;
            Ok(())
        }

        /// Gives a manufacturer another account, for example when it has lost its key.
        ///
        /// Origin: issuer. Errors: `UnknownManufacturer`, `AccountTaken`. Event: `ManufacturerAccountChanged`.
        #[pallet::call_index(1)]
        pub fn change_account(
            origin: OriginFor<T>,
            manufacturer: ManufacturerId,
            account: T::AccountId,
            cause: Cause,
        ) -> DispatchResult {
            let by = T::IssuerOrigin::ensure_origin(origin)?;
            ensure!(!ManufacturerOf::<T>::contains_key(&account), Error::<T>::AccountTaken);
            let from =
                Self::change(manufacturer, |known| Ok(core::mem::replace(&mut known.account, account.clone())))?;
            ManufacturerOf::<T>::remove(&from);
            ManufacturerOf::<T>::insert(&account, manufacturer);
            Self::deposit_event(Event::ManufacturerAccountChanged { manufacturer, from, to: account, by, cause });
            Ok(())
        }

        /// Adds a batch: from now on its certificates verify.
        ///
        /// Origin: signed by a manufacturer. The id lies in the manufacturer's own range
        /// ([`BatchId::of`](specie_primitives::ids::BatchId::of)), and `possession` is the batch key's signature over
        /// [`possession_message`](specie_primitives::batch::possession_message), so that nobody takes an id or a key that
        /// another is going to use.
        /// Errors: `NotManufacturer`, `ManufacturerSuspended`, `NotOwnId`, `BatchExists`, `BadBatchKey`, `ForeignKey`,
        /// `NoPossession`, `KeyTaken`, `NoCapacity`, `QuotaExceeded`, `AlreadyExpired`, `TooManyBatches`.
        /// Event: `BatchAdded`.
        #[pallet::call_index(2)]
        #[pallet::weight(T::WeightInfo::add_batch(possession.scheme()))]
        pub fn add_batch(
            origin: OriginFor<T>,
            batch: BatchId,
            key: BatchKey,
            capacity: u32,
            expires: BlockNumber,
            possession: Signature,
        ) -> DispatchResult {
            let account = ensure_signed(origin)?;
            let manufacturer = ManufacturerOf::<T>::get(&account).ok_or(Error::<T>::NotManufacturer)?;
            ensure!(matches!(key, BatchKey::Native(_)), Error::<T>::ForeignKey);
            Self::check_possession(manufacturer, batch, &key, &possession)?;
            Self::do_add_batch(manufacturer, batch, key, capacity, expires, Actor::Account(account))
        }

        /// Suspends a batch: every verdict on its carriers shows it, and none can be registered.
        ///
        /// Origin: issuer, or signed by the batch's manufacturer. Errors: `UnknownBatch`, `NotManufacturer`,
        /// `ManufacturerSuspended`, `NotBatchOwner`, `WrongBatchState`. Event: `BatchSuspended`.
        #[pallet::call_index(3)]
        pub fn suspend_batch(origin: OriginFor<T>, batch: BatchId, cause: Cause) -> DispatchResult {
            let by = match T::IssuerOrigin::try_origin(origin) {
                Ok(issuer) => issuer,
                Err(origin) => {
                    let account = ensure_signed(origin)?;
                    let known = Batches::<T>::get(batch).ok_or(Error::<T>::UnknownBatch)?;
                    let manufacturer = ManufacturerOf::<T>::get(&account).ok_or(Error::<T>::NotManufacturer)?;
                    ensure!(known.manufacturer == manufacturer, Error::<T>::NotBatchOwner);
                    Self::ensure_at_work(manufacturer)?;
                    Actor::Account(account)
                }
            };
            Self::change_state(batch, BatchState::Suspended, by, cause)
        }

        /// Trusts a suspended batch again.
        ///
        /// Origin: issuer. Errors: `UnknownBatch`, `WrongBatchState`. Event: `BatchReactivated`.
        #[pallet::call_index(4)]
        pub fn reactivate_batch(origin: OriginFor<T>, batch: BatchId, cause: Cause) -> DispatchResult {
            let by = T::IssuerOrigin::ensure_origin(origin)?;
            Self::change_state(batch, BatchState::Active, by, cause)
        }

        /// Revokes a batch for good.
        ///
        /// Origin: issuer. Errors: `UnknownBatch`, `WrongBatchState`. Event: `BatchRevoked`.
        #[pallet::call_index(5)]
        pub fn revoke_batch(origin: OriginFor<T>, batch: BatchId, cause: Cause) -> DispatchResult {
            let by = T::IssuerOrigin::ensure_origin(origin)?;
            Self::change_state(batch, BatchState::Revoked, by, cause)
        }

        /// Decides whether carriers of the batch may spend while it is suspended or revoked.
        ///
        /// Origin: issuer. Errors: `UnknownBatch`. Event: `BatchOrdersBlocked`.
        #[pallet::call_index(6)]
        pub fn block_orders(origin: OriginFor<T>, batch: BatchId, blocked: bool, cause: Cause) -> DispatchResult {
            let by = T::IssuerOrigin::ensure_origin(origin)?;
            Batches::<T>::try_mutate(batch, |known| {
                known.as_mut().ok_or(Error::<T>::UnknownBatch)?.blocks_orders = blocked;
                Ok::<_, DispatchError>(())
            })?;
            Self::deposit_event(Event::BatchOrdersBlocked { batch, blocked, by, cause });
            Ok(())
        }

        /// Adds a batch under a foreign key: Keycard's certification key or Coinkite's factory root.
        ///
        /// Origin: issuer, who answers for the key: no possession is proved, and what else the key signs decides what
        /// such a certificate is worth (`docs/threat-model.md`).
        /// Errors: `UnknownManufacturer`, `NotForeignKey`, and those of `add_batch`. Event: `BatchAdded`.
        #[pallet::call_index(7)]
        pub fn add_foreign_batch(
            origin: OriginFor<T>,
            manufacturer: ManufacturerId,
            batch: BatchId,
            key: BatchKey,
            capacity: u32,
            expires: BlockNumber,
        ) -> DispatchResult {
            let by = T::IssuerOrigin::ensure_origin(origin)?;
            ensure!(!matches!(key, BatchKey::Native(_)), Error::<T>::NotForeignKey);
            Self::do_add_batch(manufacturer, batch, key, capacity, expires, by)
        }

        /// Stops a manufacturer: it adds and suspends no batch, and none of its cards can be registered. The cards that
        /// are registered stay what they are: suspend the batches that are in doubt.
        ///
        /// Origin: issuer. Errors: `UnknownManufacturer`, `ManufacturerSuspended`. Event: `ManufacturerSuspended`.
        #[pallet::call_index(8)]
        pub fn suspend_manufacturer(
            origin: OriginFor<T>,
            manufacturer: ManufacturerId,
            cause: Cause,
        ) -> DispatchResult {
            let by = T::IssuerOrigin::ensure_origin(origin)?;
            Self::ensure_at_work(manufacturer)?;
            Self::change(manufacturer, |known| {
                known.suspended = true;
                Ok(())
            })?;
            Self::deposit_event(Event::ManufacturerSuspended { manufacturer, by, cause });
            Ok(())
        }

        /// Lets a stopped manufacturer work again.
        ///
        /// Origin: issuer. Errors: `UnknownManufacturer`, `ManufacturerNotSuspended`. Event: `ManufacturerResumed`.
        #[pallet::call_index(9)]
        pub fn resume_manufacturer(
            origin: OriginFor<T>,
            manufacturer: ManufacturerId,
            cause: Cause,
        ) -> DispatchResult {
            let by = T::IssuerOrigin::ensure_origin(origin)?;
            Self::change(manufacturer, |known| {
                ensure!(known.suspended, Error::<T>::ManufacturerNotSuspended);
                known.suspended = false;
                Ok(())
            })?;
            Self::deposit_event(Event::ManufacturerResumed { manufacturer, by, cause });
            Ok(())
        }

        /// Changes how many carriers a manufacturer's batches may have room for together. Batches that it has added
        /// already stay, whatever the new quota.
        ///
        /// Origin: issuer. Errors: `UnknownManufacturer`, `QuotaTooLarge`. Event: `QuotaChanged`.
        #[pallet::call_index(10)]
        pub fn change_quota(
            origin: OriginFor<T>,
            manufacturer: ManufacturerId,
            #[pallet::compact] quota: u64,
        ) -> DispatchResult {
            let by = T::IssuerOrigin::ensure_origin(origin)?;
            ensure!(quota <= MAX_QUOTA, Error::<T>::QuotaTooLarge);
            Self::change(manufacturer, |known| {
                known.quota = quota;
                Ok(())
            })?;
            Self::deposit_event(Event::QuotaChanged { manufacturer, quota, by });
            Ok(())
        }
    }

    /// What anyone may ask the runtime.
    #[pallet::view_functions]
    impl<T: Config> Pallet<T> {
        /// The batch with this id.
        pub fn batch_record(batch: BatchId) -> Option<Batch> {
            Batches::<T>::get(batch)
        }

        /// The manufacturer that an account speaks for.
        pub fn manufacturer_of(account: T::AccountId) -> Option<ManufacturerId> {
            ManufacturerOf::<T>::get(account)
        }
    }

    /// Invariants are checked by `try-runtime`.
    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        fn integrity_test() {
            assert!(T::MaxNameLen::get() > 0, "no manufacturer could have a name");
            assert!(T::MaxBatches::get() > 0, "no manufacturer could add a batch");
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }
}

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
//! * **blocks orders**: whether carriers of a batch that is not active may still spend. The issuer's decision,
//!   off until it says so: a holder must not lose money because a factory was careless.
//!
//! # Properties
//!
//! * A batch id is used once, for ever, whoever used it.
//! * A batch's key, manufacturer and capacity never change.
//! * A key whose certificates do not name their batch is in one batch.
//! * `registered <= capacity`, and it never falls.
//! * A revoked batch stays revoked.
//! * Every manufacturer's batches can be paged through in the order in which it added them.
#![cfg_attr(not(feature = "std"), no_std)]
#![deny(missing_docs)]

extern crate alloc;

pub use pallet::*;
pub use weights::WeightInfo;

mod access;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
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
        ids::{BatchId, ManufacturerId},
        records::{Batch, BatchKey, BatchState},
        wire::Wire,
        BlockNumber,
    };

    /// What the pallet needs of its runtime.
    #[pallet::config]
    pub trait Config: frame_system::Config {
        /// Who registers manufacturers, reactivates and revokes batches.
        type IssuerOrigin: EnsureOrigin<Self::RuntimeOrigin>;

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
    }

    /// The pallet.
    #[pallet::pallet]
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

    /// The batch of a key whose certificates do not say which batch they are of. Were it in two batches, a card could
    /// leave the revoked one by naming the other.
    #[pallet::storage]
    pub type BatchOfKey<T: Config> = StorageMap<_, Blake2_128Concat, BatchKey, BatchId>;

    /// A manufacturer at genesis, with its batches.
    #[derive(Clone, Debug, Encode, Decode, serde::Serialize, serde::Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    pub struct GenesisManufacturer<AccountId> {
        /// The account that adds its batches.
        pub account: AccountId,
        /// Its name.
        pub name: alloc::string::String,
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
                let id = Pallet::<T>::do_register(genesis.account.clone(), name)
                    .expect("a manufacturer at genesis cannot be registered");
                for batch in &genesis.batches {
                    let key = BatchKey::from_wire(&batch.key).expect("a batch key at genesis is malformed");
                    Pallet::<T>::do_add_batch(id, BatchId(batch.id), key, batch.capacity, batch.expires)
                        .expect("a batch at genesis cannot be added");
                }
            }
        }
    }

    /// What happened.
    #[pallet::event]
    #[pallet::generate_deposit(pub(super) fn deposit_event)]
    pub enum Event<T: Config> {
        /// The issuer registered a manufacturer.
        ManufacturerRegistered {
            /// Its number.
            manufacturer: ManufacturerId,
            /// The account that adds its batches.
            account: T::AccountId,
            /// Its name, UTF-8.
            name: BoundedVec<u8, T::MaxNameLen>,
        },
        /// The issuer gave a manufacturer another account.
        ManufacturerAccountChanged {
            /// The manufacturer.
            manufacturer: ManufacturerId,
            /// The account until now.
            from: T::AccountId,
            /// The account from now on.
            to: T::AccountId,
        },
        /// A manufacturer added a batch.
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
        },
        /// A batch is not trusted for now.
        BatchSuspended {
            /// The batch.
            batch: BatchId,
        },
        /// A batch is trusted again.
        BatchReactivated {
            /// The batch.
            batch: BatchId,
        },
        /// A batch is not trusted any more.
        BatchRevoked {
            /// The batch.
            batch: BatchId,
        },
        /// The issuer decided whether carriers of the batch may spend while it is not active.
        BatchOrdersBlocked {
            /// The batch.
            batch: BatchId,
            /// Whether their orders are refused.
            blocked: bool,
        },
    }

    /// Why a call was refused.
    #[pallet::error]
    pub enum Error<T> {
        /// The account speaks for a manufacturer already.
        AccountTaken,
        /// The account is not a manufacturer's.
        NotManufacturer,
        /// No manufacturer has this number.
        UnknownManufacturer,
        /// A name is one byte to the longest, valid UTF-8.
        BadName,
        /// The batch id was used before.
        BatchExists,
        /// No batch has this id.
        UnknownBatch,
        /// The batch is another manufacturer's.
        NotBatchOwner,
        /// The key is not a point of its curve.
        BadBatchKey,
        /// The key is another batch's, and its certificates do not say which of the two they are of.
        KeyTaken,
        /// A batch needs room for at least one carrier.
        NoCapacity,
        /// The expiry has passed.
        AlreadyExpired,
        /// The manufacturer has as many batches as it may have.
        TooManyBatches,
        /// The batch's state does not allow this change.
        WrongBatchState,
        /// The batch is suspended or revoked.
        BatchNotActive,
        /// The batch's expiry has passed.
        BatchExpired,
        /// As many carriers are registered under the batch as it was made for.
        BatchFull,
        /// The numbers are used up.
        Overflow,
    }

    /// The pallet's calls.
    #[pallet::call(weight = T::WeightInfo)]
    impl<T: Config> Pallet<T> {
        /// Registers a manufacturer.
        ///
        /// Origin: issuer. Errors: `AccountTaken`, `BadName`, `Overflow`. Event: `ManufacturerRegistered`.
        #[pallet::call_index(0)]
        pub fn register(
            origin: OriginFor<T>,
            account: T::AccountId,
            name: BoundedVec<u8, T::MaxNameLen>,
        ) -> DispatchResult {
            T::IssuerOrigin::ensure_origin(origin)?;
            Self::do_register(account, name)?;
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
        ) -> DispatchResult {
            T::IssuerOrigin::ensure_origin(origin)?;
            ensure!(!ManufacturerOf::<T>::contains_key(&account), Error::<T>::AccountTaken);
            let from = Manufacturers::<T>::try_mutate(manufacturer, |known| {
                let known = known.as_mut().ok_or(Error::<T>::UnknownManufacturer)?;
                Ok::<_, DispatchError>(core::mem::replace(&mut known.account, account.clone()))
            })?;
            ManufacturerOf::<T>::remove(&from);
            ManufacturerOf::<T>::insert(&account, manufacturer);
            Self::deposit_event(Event::ManufacturerAccountChanged { manufacturer, from, to: account });
            Ok(())
        }

        /// Adds a batch: from now on its certificates verify.
        ///
        /// Origin: signed by a manufacturer. Errors: `NotManufacturer`, `BatchExists`, `BadBatchKey`, `KeyTaken`,
        /// `NoCapacity`, `AlreadyExpired`, `TooManyBatches`. Event: `BatchAdded`.
        #[pallet::call_index(2)]
        pub fn add_batch(
            origin: OriginFor<T>,
            batch: BatchId,
            key: BatchKey,
            capacity: u32,
            expires: BlockNumber,
        ) -> DispatchResult {
            let account = ensure_signed(origin)?;
            let manufacturer = ManufacturerOf::<T>::get(&account).ok_or(Error::<T>::NotManufacturer)?;
            Self::do_add_batch(manufacturer, batch, key, capacity, expires)
        }

        /// Suspends a batch: every verdict on its carriers shows it, and none can be registered.
        ///
        /// Origin: issuer, or signed by the batch's manufacturer. Errors: `UnknownBatch`, `NotManufacturer`,
        /// `NotBatchOwner`, `WrongBatchState`. Event: `BatchSuspended`.
        #[pallet::call_index(3)]
        pub fn suspend_batch(origin: OriginFor<T>, batch: BatchId) -> DispatchResult {
            if let Err(origin) = T::IssuerOrigin::try_origin(origin) {
                let account = ensure_signed(origin)?;
                let known = Batches::<T>::get(batch).ok_or(Error::<T>::UnknownBatch)?;
                let manufacturer = ManufacturerOf::<T>::get(&account).ok_or(Error::<T>::NotManufacturer)?;
                ensure!(known.manufacturer == manufacturer, Error::<T>::NotBatchOwner);
            }
            Self::change_state(batch, BatchState::Suspended)
        }

        /// Trusts a suspended batch again.
        ///
        /// Origin: issuer. Errors: `UnknownBatch`, `WrongBatchState`. Event: `BatchReactivated`.
        #[pallet::call_index(4)]
        pub fn reactivate_batch(origin: OriginFor<T>, batch: BatchId) -> DispatchResult {
            T::IssuerOrigin::ensure_origin(origin)?;
            Self::change_state(batch, BatchState::Active)
        }

        /// Revokes a batch for good.
        ///
        /// Origin: issuer. Errors: `UnknownBatch`, `WrongBatchState`. Event: `BatchRevoked`.
        #[pallet::call_index(5)]
        pub fn revoke_batch(origin: OriginFor<T>, batch: BatchId) -> DispatchResult {
            T::IssuerOrigin::ensure_origin(origin)?;
            Self::change_state(batch, BatchState::Revoked)
        }

        /// Decides whether carriers of the batch may spend while it is suspended or revoked.
        ///
        /// Origin: issuer. Errors: `UnknownBatch`. Event: `BatchOrdersBlocked`.
        #[pallet::call_index(6)]
        pub fn block_orders(origin: OriginFor<T>, batch: BatchId, blocked: bool) -> DispatchResult {
            T::IssuerOrigin::ensure_origin(origin)?;
            Batches::<T>::try_mutate(batch, |known| {
                known.as_mut().ok_or(Error::<T>::UnknownBatch)?.blocks_orders = blocked;
                Ok::<_, DispatchError>(())
            })?;
            Self::deposit_event(Event::BatchOrdersBlocked { batch, blocked });
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
        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }
}

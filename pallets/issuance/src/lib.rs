//! Currencies: who makes and destroys money, against which cap, and whether the supply adds up.
//!
//! The chain has a currency of its own, in which the network is paid, and any number of further ones, which are assets of
//! the SDK. For each of them the issuer alone makes money, up to a cap that it has set before, and destroys money that was
//! given back to it. Every such act names the entry of the issuer's books that it stands for, so that auditors lay both
//! side by side. What the network burns of fees is counted too: so at every block, for every currency,
//!
//! ```text
//! minted = burnt by the issuer + burnt of fees + what all accounts hold
//! ```
//!
//! # Terminology
//!
//! * **mint**: make money, on any account.
//! * **burn**: destroy money that lies on the issuer's account. Nobody else's can be destroyed.
//! * **entry**: the hash of the entry in the issuer's books that an act stands for. It serves once.
//! * **cap**: the most that there may be of a currency. Lowering it destroys nothing, but stops minting.
//! * **fees burnt**: what the network took for itself, and remainders that were less than an account may hold.
//!
//! # Who may do what
//!
//! | act | who |
//! |---|---|
//! | create a currency, mint, burn, change a cap | the issuer |
//! | give money back | anybody, by an ordinary payment to the issuer's account |
//!
//! # Properties
//!
//! * Nothing makes money but `mint`, and the genesis.
//! * No more is minted than the cap allows.
//! * An entry of the books mints or burns once, for ever.
//! * The supply reconciles: [`Supply::remainder`](specie_primitives::currency::Supply::remainder) is 0.
//!
//! # Example
//!
//! One of the tests, as it runs (`src/tests/scenario.rs`):
//!
#![doc = docify::embed!("src/tests/scenario.rs", a_currency_from_its_first_coin_to_its_last)]
#![cfg_attr(not(feature = "std"), no_std)]
#![deny(missing_docs)]

extern crate alloc;

pub use pallet::*;
pub use weights::WeightInfo;

mod acts;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
#[cfg(test)]
mod mock;
mod supply;
#[cfg(test)]
mod tests;
mod try_state;
pub mod weights;

use sp_runtime::{traits::Convert, Either};
use specie_primitives::ids::CurrencyId;

/// The highest cap, in base units. The SDK adds a payment to the whole supply before it books it, and loses what does not fit.
pub const MAX_CAP: specie_primitives::Balance = specie_primitives::Balance::MAX / 2;

/// Which currencies are the chain's own, and which are assets: for the SDK's
/// [`UnionOf`](frame_support::traits::fungible::UnionOf).
pub struct NativeOrAsset;

impl Convert<CurrencyId, Either<(), u32>> for NativeOrAsset {
    fn convert(currency: CurrencyId) -> Either<(), u32> {
        match currency {
            CurrencyId::Native => Either::Left(()),
            CurrencyId::Asset(number) => Either::Right(number),
        }
    }
}

#[frame_support::pallet]
pub mod pallet {
    //! Storage, calls, events and errors.

    use super::*;
    use alloc::vec::Vec;
    use frame_support::{
        pallet_prelude::*,
        traits::{fungible, fungibles, fungibles::Inspect},
    };
    use frame_system::pallet_prelude::*;
    use specie_primitives::{
        acts::{Actor, Cause},
        currency::CurrencyInfo,
        Balance, BlockNumber,
    };

    /// What the pallet needs of its runtime.
    #[pallet::config]
    pub trait Config: frame_system::Config {
        /// Who creates currencies, makes money and destroys it.
        type IssuerOrigin: EnsureOrigin<Self::RuntimeOrigin, Success = Actor<Self::AccountId>>;

        /// The chain's own currency.
        type Native: fungible::Inspect<Self::AccountId, Balance = Balance> + fungible::Balanced<Self::AccountId>;

        /// The further currencies.
        type Assets: fungibles::Create<Self::AccountId, AssetId = u32, Balance = Balance>
            + fungibles::metadata::Inspect<Self::AccountId>
            + fungibles::metadata::Mutate<Self::AccountId>;

        /// All of them together.
        type Money: fungibles::Mutate<Self::AccountId, AssetId = CurrencyId, Balance = Balance>;

        /// The account on which the issuer collects what it is going to burn. It has no key.
        type IssuerAccount: Get<Self::AccountId>;

        /// What the chain's own currency is called.
        type NativeInfo: Get<CurrencyInfo>;

        /// The longest name and the longest symbol, in bytes.
        #[pallet::constant]
        type MaxNameLen: Get<u32>;

        /// The cost of the calls.
        type WeightInfo: WeightInfo;
    }

    /// The layout of the storage, for migrations.
    pub const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

    /// The pallet.
    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    /// What the issuer has made and destroyed of a currency, and may make, in base units.
    #[derive(
        Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
    )]
    pub struct Ledger {
        /// The most that there may be.
        pub cap: Balance,
        /// What was made, the genesis included.
        pub minted: Balance,
        /// What was destroyed.
        pub burnt: Balance,
    }

    /// What an entry of the issuer's books stands for.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
    pub struct Booked {
        /// The currency.
        pub currency: CurrencyId,
        /// What was done.
        pub act: Act,
        /// Base units.
        pub amount: Balance,
        /// The block.
        pub at: BlockNumber,
    }

    /// What the issuer does to a supply.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
    pub enum Act {
        /// It makes money.
        #[codec(index = 0)]
        Mint,
        /// It destroys money.
        #[codec(index = 1)]
        Burn,
    }

    /// The ledgers by currency.
    #[pallet::storage]
    pub type Ledgers<T: Config> = StorageMap<_, Blake2_128Concat, CurrencyId, Ledger>;

    /// What was burnt of fees and of remainders by currency, in base units.
    #[pallet::storage]
    pub type FeesBurnt<T: Config> = StorageMap<_, Blake2_128Concat, CurrencyId, Balance, ValueQuery>;

    /// The entries of the issuer's books that were used, by their hash.
    #[pallet::storage]
    pub type Entries<T: Config> = StorageMap<_, Blake2_128Concat, [u8; 32], Booked>;

    /// The assets by symbol: no two currencies have the same.
    #[pallet::storage]
    pub type Symbols<T: Config> = StorageMap<_, Blake2_128Concat, BoundedVec<u8, T::MaxNameLen>, u32>;

    /// How many assets there are; they are numbered from 1.
    #[pallet::storage]
    pub type AssetCount<T: Config> = StorageValue<_, u32, ValueQuery>;

    /// Settings from the first block on.
    #[pallet::genesis_config]
    #[derive(frame_support::DefaultNoBound)]
    pub struct GenesisConfig<T: Config> {
        /// The most that there may be of the chain's own currency, in base units; `None`: what there is at genesis.
        pub cap: Option<Balance>,
        /// Nothing.
        #[serde(skip)]
        pub _config: core::marker::PhantomData<T>,
    }

    #[pallet::genesis_build]
    impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
        fn build(&self) {
            let minted = <T::Native as fungible::Inspect<_>>::total_issuance();
            let cap = self.cap.unwrap_or(minted);
            assert!(cap <= MAX_CAP, "there can be no more than 2^127 base units of a currency");
            // Assets of the genesis would have no ledger.
            assert!(!T::Assets::asset_exists(1), "assets are created by the issuer, and not by the genesis");
            assert!(cap >= minted, "there is more of the chain's own currency at genesis than its cap allows");
            Ledgers::<T>::insert(CurrencyId::Native, Ledger { cap, minted, burnt: 0 });
        }
    }

    /// What happened.
    #[pallet::event]
    #[pallet::generate_deposit(pub(super) fn deposit_event)]
    pub enum Event<T: Config> {
        /// The issuer created a currency. There is nothing of it yet.
        #[codec(index = 0)]
        CurrencyCreated {
            /// The currency.
            currency: CurrencyId,
            /// Its name, UTF-8.
            name: BoundedVec<u8, T::MaxNameLen>,
            /// What stands beside its amounts.
            symbol: BoundedVec<u8, T::MaxNameLen>,
            /// How many of an amount's decimal digits are behind the point.
            decimals: u8,
            /// The least that an account may hold, in base units.
            minimum: Balance,
            /// The most that there may be of it, in base units.
            cap: Balance,
            /// Who created it.
            by: Actor<T::AccountId>,
            /// Why.
            cause: Cause,
        },
        /// The issuer made money.
        #[codec(index = 1)]
        MoneyMinted {
            /// Of this currency.
            currency: CurrencyId,
            /// On this account.
            to: T::AccountId,
            /// Base units.
            amount: Balance,
            /// How much there is of it now, in base units.
            total: Balance,
            /// The hash of the entry in the issuer's books.
            entry: [u8; 32],
            /// Who made it.
            by: Actor<T::AccountId>,
        },
        /// The issuer destroyed money that was given back to it.
        #[codec(index = 2)]
        MoneyBurnt {
            /// Of this currency.
            currency: CurrencyId,
            /// Base units.
            amount: Balance,
            /// How much there is of it now, in base units.
            total: Balance,
            /// The hash of the entry in the issuer's books.
            entry: [u8; 32],
            /// Who destroyed it.
            by: Actor<T::AccountId>,
        },
        /// The most that there may be of a currency changed.
        #[codec(index = 3)]
        CapChanged {
            /// The currency.
            currency: CurrencyId,
            /// Base units.
            cap: Balance,
            /// Who changed it.
            by: Actor<T::AccountId>,
            /// Why.
            cause: Cause,
        },
    }

    /// Why a call was refused.
    #[pallet::error]
    pub enum Error<T> {
        /// No currency has this number.
        #[codec(index = 0)]
        UnknownCurrency,
        /// The name is empty, or holds letters that are invisible or that terminals obey.
        #[codec(index = 1)]
        BadName,
        /// A symbol has one to eight capital letters and digits.
        #[codec(index = 2)]
        BadSymbol,
        /// Another currency has this symbol.
        #[codec(index = 3)]
        SymbolTaken,
        /// More than 18 digits behind the point.
        #[codec(index = 4)]
        BadDecimals,
        /// An account must hold at least one base unit.
        #[codec(index = 5)]
        BadMinimum,
        /// There would be more of the currency than its cap allows.
        #[codec(index = 6)]
        AboveCap,
        /// The entry of the books was used.
        #[codec(index = 7)]
        EntryUsed,
        /// Nothing is no amount.
        #[codec(index = 8)]
        NoAmount,
        /// The issuer's account does not hold that much.
        #[codec(index = 9)]
        NotGivenBack,
        /// A sum does not fit.
        #[codec(index = 10)]
        Overflow,
        /// There can be no more than 2¹²⁷ base units of a currency.
        #[codec(index = 11)]
        CapTooLarge,
    }

    /// The pallet's calls.
    #[pallet::call(weight = T::WeightInfo)]
    impl<T: Config> Pallet<T> {
        /// Creates a currency, of which there is nothing yet. Its number is the next one.
        ///
        /// Origin: issuer. Errors: `BadName`, `BadSymbol`, `SymbolTaken`, `BadDecimals`, `BadMinimum`,
        /// `CapTooLarge`. Event:
        /// `CurrencyCreated`.
        #[pallet::call_index(0)]
        pub fn create(
            origin: OriginFor<T>,
            name: BoundedVec<u8, T::MaxNameLen>,
            symbol: BoundedVec<u8, T::MaxNameLen>,
            decimals: u8,
            #[pallet::compact] minimum: Balance,
            #[pallet::compact] cap: Balance,
            cause: Cause,
        ) -> DispatchResult {
            let by = T::IssuerOrigin::ensure_origin(origin)?;
            Self::do_create(name, symbol, decimals, minimum, cap, by, cause)
        }

        /// Makes money on an account. `entry` is the hash of the entry in the issuer's books, and serves once.
        ///
        /// Origin: issuer. Errors: `UnknownCurrency`, `NoAmount`, `AboveCap`, `EntryUsed`, the currency's. Event:
        /// `MoneyMinted`.
        #[pallet::call_index(1)]
        pub fn mint(
            origin: OriginFor<T>,
            currency: CurrencyId,
            to: T::AccountId,
            #[pallet::compact] amount: Balance,
            entry: [u8; 32],
        ) -> DispatchResult {
            let by = T::IssuerOrigin::ensure_origin(origin)?;
            Self::do_mint(currency, to, amount, entry, by)
        }

        /// Destroys money that lies on the issuer's account. `entry` is the hash of the entry in the issuer's books, and
        /// serves once.
        ///
        /// Origin: issuer. Errors: `UnknownCurrency`, `NoAmount`, `NotGivenBack`, `EntryUsed`. Event: `MoneyBurnt`.
        #[pallet::call_index(2)]
        pub fn burn(
            origin: OriginFor<T>,
            currency: CurrencyId,
            #[pallet::compact] amount: Balance,
            entry: [u8; 32],
        ) -> DispatchResult {
            let by = T::IssuerOrigin::ensure_origin(origin)?;
            Self::do_burn(currency, amount, entry, by)
        }

        /// Changes the most that there may be of a currency. Less than there is: then nothing is minted until enough was
        /// burnt.
        ///
        /// Origin: issuer. Errors: `UnknownCurrency`, `CapTooLarge`. Event: `CapChanged`.
        #[pallet::call_index(3)]
        pub fn change_cap(
            origin: OriginFor<T>,
            currency: CurrencyId,
            #[pallet::compact] cap: Balance,
            cause: Cause,
        ) -> DispatchResult {
            let by = T::IssuerOrigin::ensure_origin(origin)?;
            Self::do_change_cap(currency, cap, by, cause)
        }
    }

    /// What anyone may ask the runtime.
    #[pallet::view_functions]
    impl<T: Config> Pallet<T> {
        /// What the issuer has made and destroyed of a currency; `None`: there is no such currency.
        pub fn ledger(currency: CurrencyId) -> Option<Ledger> {
            Ledgers::<T>::get(currency)
        }

        /// What an entry of the issuer's books stands for; `None`: it was not used.
        pub fn entry(entry: [u8; 32]) -> Option<Booked> {
            Entries::<T>::get(entry)
        }

        /// The account to which money is given back that the issuer is to burn.
        pub fn issuer_account() -> T::AccountId {
            T::IssuerAccount::get()
        }
    }

    impl<T: Config> Pallet<T> {
        /// The currencies in order: the chain's own, then the assets from number `from`; `limit` at most.
        pub fn currencies_page(from: u32, limit: u32) -> Vec<CurrencyInfo> {
            let native = (from == 0).then_some(CurrencyId::Native);
            let assets = (from.max(1)..=AssetCount::<T>::get()).map(CurrencyId::Asset);
            native.into_iter().chain(assets).take(limit as usize).filter_map(Self::info).collect()
        }
    }

    /// Invariants are checked by `try-runtime`.
    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        fn integrity_test() {
            let native = T::NativeInfo::get();
            assert!(native.id == CurrencyId::Native, "the chain's own currency is called by another's name");
            assert!(
                acts::is_symbol(&native.symbol) && native.decimals <= acts::MAX_DECIMALS,
                "the chain's own currency could not have been created"
            );
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }
}

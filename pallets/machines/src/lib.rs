//! ATMs and other machines: registration, permissions, initialisation grants and fees.
//!
//! A machine makes, funds and cashes carriers on the issuer's behalf. It is an account that the issuer has
//! registered; an **operator** runs it, pays the deposits of the carriers that it registers, and earns its fees.
//!
//! # Terminology
//!
//! * **permission**: to initialise carriers, to take a fee for funding, to cash carriers out.
//! * **grant**: the right to one initialisation. Each has an index, from which its challenge follows
//!   ([`specie_primitives::grant`]); a machine can fetch challenges ahead and work offline.
//! * **fee policy**: what the operator asks for funding, below a **ceiling** that the issuer sets.
//!
//! # Properties
//!
//! * A grant is used at most once, by its own machine, and never after it was revoked.
//! * An index is never given out twice, not even after a revocation.
//! * No fee policy is above its ceiling.
//! * A suspended machine can do nothing; its grants stay, for when it is resumed.
#![cfg_attr(not(feature = "std"), no_std)]
#![deny(missing_docs)]

extern crate alloc;

pub use pallet::*;
pub use weights::WeightInfo;

mod authority;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod grants;
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
    use specie_primitives::records::{FeePolicy, Machine, MachineKind, Permissions};

    /// What the pallet needs of its runtime.
    #[pallet::config]
    pub trait Config: frame_system::Config<AccountId: From<[u8; 32]> + Into<[u8; 32]>> {
        /// Who registers and suspends machines and gives grants.
        type IssuerOrigin: EnsureOrigin<Self::RuntimeOrigin>;

        /// How many grants one call may give or revoke: bounds its storage accesses.
        #[pallet::constant]
        type MaxGrantsPerCall: Get<u32>;

        /// How many grants a machine may hold open: what a stolen machine could initialise.
        #[pallet::constant]
        type MaxOpenGrants: Get<u32>;

        /// The cost of the calls.
        type WeightInfo: WeightInfo;
    }

    /// The pallet.
    #[pallet::pallet]
    pub struct Pallet<T>(_);

    /// The machines by account.
    #[pallet::storage]
    pub type Machines<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, Machine>;

    /// The open grants of a machine, as bits: bit `i % 256` of word `i / 256` is grant `i`.
    ///
    /// A word without open grants is not stored.
    #[pallet::storage]
    pub type Grants<T: Config> =
        StorageDoubleMap<_, Blake2_128Concat, T::AccountId, Twox64Concat, u32, grants::Word>;

    /// A machine at genesis: an ATM that may do everything and asks for nothing.
    #[derive(Clone, Debug, Encode, Decode, serde::Serialize, serde::Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    pub struct GenesisMachine<AccountId> {
        /// Its account.
        pub account: AccountId,
        /// The account that runs it.
        pub operator: AccountId,
        /// How many grants it starts with.
        pub grants: u32,
    }

    /// Machines from the first block on.
    #[pallet::genesis_config]
    #[derive(frame_support::DefaultNoBound)]
    pub struct GenesisConfig<T: Config> {
        /// The machines.
        pub machines: Vec<GenesisMachine<T::AccountId>>,
    }

    #[pallet::genesis_build]
    impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
        fn build(&self) {
            for genesis in &self.machines {
                let permissions = Permissions { initialise: true, fund: true, cash_out: true };
                Pallet::<T>::do_register(
                    &genesis.account,
                    MachineKind::Atm,
                    genesis.operator.clone(),
                    permissions,
                    FeePolicy::default(),
                )
                .expect("a machine at genesis cannot be registered");
                if genesis.grants > 0 {
                    Pallet::<T>::do_give_grants(&genesis.account, genesis.grants)
                        .expect("a machine at genesis cannot have that many grants");
                }
            }
        }
    }

    /// What happened.
    #[pallet::event]
    #[pallet::generate_deposit(pub(super) fn deposit_event)]
    pub enum Event<T: Config> {
        /// The issuer registered a machine.
        MachineRegistered {
            /// Its account.
            machine: T::AccountId,
            /// What it is.
            kind: MachineKind,
            /// Who runs it.
            operator: T::AccountId,
            /// What it may do.
            permissions: Permissions,
        },
        /// The issuer changed what a machine may do.
        MachinePermissionsChanged {
            /// The machine.
            machine: T::AccountId,
            /// What it may do from now on.
            permissions: Permissions,
        },
        /// The issuer stopped a machine.
        MachineSuspended {
            /// The machine.
            machine: T::AccountId,
        },
        /// The issuer lets a machine work again.
        MachineResumed {
            /// The machine.
            machine: T::AccountId,
        },
        /// The issuer allowed initialisations.
        GrantsGiven {
            /// To whom.
            machine: T::AccountId,
            /// The first index.
            from: u32,
            /// How many.
            count: u32,
        },
        /// The issuer took open grants back.
        GrantsRevoked {
            /// From whom.
            machine: T::AccountId,
            /// The first index.
            from: u32,
            /// How many indices were named.
            count: u32,
            /// How many of them were open.
            revoked: u32,
        },
        /// A grant was used up.
        GrantUsed {
            /// By whom.
            machine: T::AccountId,
            /// Its index.
            index: u32,
        },
        /// The operator changed what its machine asks.
        FeeChanged {
            /// The machine.
            machine: T::AccountId,
            /// What it asks from now on.
            fee: FeePolicy,
        },
        /// The issuer changed the most that a machine may ask.
        FeeCeilingChanged {
            /// The machine.
            machine: T::AccountId,
            /// The most.
            ceiling: FeePolicy,
            /// What it asks from now on: as before, or as much as the ceiling lets it.
            fee: FeePolicy,
        },
    }

    /// Why a call was refused.
    #[pallet::error]
    pub enum Error<T> {
        /// The account is a machine already.
        MachineExists,
        /// The account is not a machine.
        UnknownMachine,
        /// The issuer has stopped the machine.
        MachineSuspended,
        /// The machine is not stopped.
        MachineNotSuspended,
        /// The machine does not have this permission.
        NotPermitted,
        /// The account does not run this machine.
        NotOperator,
        /// The fee is above the ceiling, or the ceiling above the whole amount.
        FeeTooHigh,
        /// A call names one grant to the most.
        BadGrantCount,
        /// The machine holds as many open grants as it may.
        TooManyOpenGrants,
        /// The grant was never given, is used, or was revoked.
        GrantNotOpen,
        /// The indices are used up.
        Overflow,
    }

    /// The pallet's calls.
    #[pallet::call(weight = T::WeightInfo)]
    impl<T: Config> Pallet<T> {
        /// Registers a machine. It asks no fee until its operator sets one.
        ///
        /// Origin: issuer. Errors: `MachineExists`, `FeeTooHigh`. Event: `MachineRegistered`.
        #[pallet::call_index(0)]
        pub fn register(
            origin: OriginFor<T>,
            machine: T::AccountId,
            kind: MachineKind,
            operator: T::AccountId,
            permissions: Permissions,
            fee_ceiling: FeePolicy,
        ) -> DispatchResult {
            T::IssuerOrigin::ensure_origin(origin)?;
            Self::do_register(&machine, kind, operator, permissions, fee_ceiling)
        }

        /// Changes what a machine may do.
        ///
        /// Origin: issuer. Errors: `UnknownMachine`. Event: `MachinePermissionsChanged`.
        #[pallet::call_index(1)]
        pub fn change_permissions(
            origin: OriginFor<T>,
            machine: T::AccountId,
            permissions: Permissions,
        ) -> DispatchResult {
            T::IssuerOrigin::ensure_origin(origin)?;
            Self::change(&machine, |known| {
                known.permissions = permissions;
                Ok(())
            })?;
            Self::deposit_event(Event::MachinePermissionsChanged { machine, permissions });
            Ok(())
        }

        /// Stops a machine. Its grants stay, for when it is resumed; revoke them when it was stolen.
        ///
        /// Origin: issuer. Errors: `UnknownMachine`, `MachineSuspended`. Event: `MachineSuspended`.
        #[pallet::call_index(2)]
        pub fn suspend(origin: OriginFor<T>, machine: T::AccountId) -> DispatchResult {
            T::IssuerOrigin::ensure_origin(origin)?;
            Self::change(&machine, |known| {
                ensure!(!known.suspended, Error::<T>::MachineSuspended);
                known.suspended = true;
                Ok(())
            })?;
            Self::deposit_event(Event::MachineSuspended { machine });
            Ok(())
        }

        /// Lets a stopped machine work again.
        ///
        /// Origin: issuer. Errors: `UnknownMachine`, `MachineNotSuspended`. Event: `MachineResumed`.
        #[pallet::call_index(3)]
        pub fn resume(origin: OriginFor<T>, machine: T::AccountId) -> DispatchResult {
            T::IssuerOrigin::ensure_origin(origin)?;
            Self::change(&machine, |known| {
                ensure!(known.suspended, Error::<T>::MachineNotSuspended);
                known.suspended = false;
                Ok(())
            })?;
            Self::deposit_event(Event::MachineResumed { machine });
            Ok(())
        }

        /// Allows `count` initialisations.
        ///
        /// Origin: issuer. Errors: `UnknownMachine`, `BadGrantCount`, `TooManyOpenGrants`, `Overflow`.
        /// Event: `GrantsGiven`.
        #[pallet::call_index(4)]
        #[pallet::weight(T::WeightInfo::give_grants(*count))]
        pub fn give_grants(origin: OriginFor<T>, machine: T::AccountId, count: u32) -> DispatchResult {
            T::IssuerOrigin::ensure_origin(origin)?;
            Self::do_give_grants(&machine, count)
        }

        /// Takes the grants `from` to `from + count` back, as far as they are open.
        ///
        /// Origin: issuer. Errors: `UnknownMachine`, `BadGrantCount`. Event: `GrantsRevoked`.
        #[pallet::call_index(5)]
        #[pallet::weight(T::WeightInfo::revoke_grants(*count))]
        pub fn revoke_grants(origin: OriginFor<T>, machine: T::AccountId, from: u32, count: u32) -> DispatchResult {
            T::IssuerOrigin::ensure_origin(origin)?;
            Self::do_revoke_grants(&machine, from, count)
        }

        /// Changes what a machine asks for funding.
        ///
        /// Origin: signed by its operator. Errors: `UnknownMachine`, `NotOperator`, `FeeTooHigh`.
        /// Event: `FeeChanged`.
        #[pallet::call_index(6)]
        pub fn change_fee(origin: OriginFor<T>, machine: T::AccountId, fee: FeePolicy) -> DispatchResult {
            let operator = ensure_signed(origin)?;
            Self::change(&machine, |known| {
                ensure!(known.operator == operator.into(), Error::<T>::NotOperator);
                ensure!(fee.within(&known.fee_ceiling), Error::<T>::FeeTooHigh);
                known.fee = fee;
                Ok(())
            })?;
            Self::deposit_event(Event::FeeChanged { machine, fee });
            Ok(())
        }

        /// Changes the most that a machine may ask; a fee above it falls to it.
        ///
        /// Origin: issuer. Errors: `UnknownMachine`, `FeeTooHigh`. Event: `FeeCeilingChanged`.
        #[pallet::call_index(7)]
        pub fn change_fee_ceiling(
            origin: OriginFor<T>,
            machine: T::AccountId,
            ceiling: FeePolicy,
        ) -> DispatchResult {
            T::IssuerOrigin::ensure_origin(origin)?;
            Self::check_ceiling(&ceiling)?;
            let fee = Self::change(&machine, |known| {
                known.fee_ceiling = ceiling;
                known.fee = FeePolicy {
                    flat: known.fee.flat.min(ceiling.flat),
                    parts_per_million: known.fee.parts_per_million.min(ceiling.parts_per_million),
                };
                Ok(known.fee)
            })?;
            Self::deposit_event(Event::FeeCeilingChanged { machine, ceiling, fee });
            Ok(())
        }
    }

    /// What anyone may ask the runtime.
    #[pallet::view_functions]
    impl<T: Config> Pallet<T> {
        /// The machine with this account.
        pub fn machine_record(machine: T::AccountId) -> Option<Machine> {
            Machines::<T>::get(machine)
        }

        /// Whether the machine may still use grant `index`.
        pub fn grant_is_open(machine: T::AccountId, index: u32) -> bool {
            Self::is_open(&machine, index)
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

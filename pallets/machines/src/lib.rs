//! ATMs and other machines: registration, permissions, initialisation grants and fees.
//!
//! A machine makes, funds and cashes carriers on the issuer's behalf. It is an account that the issuer has
//! registered; an **operator** runs it, pays the deposits of the carriers that it registers, and earns its fees.
//!
//! # Terminology
//!
//! * **permission**: to initialise carriers, to take a fee for funding, to cash carriers out.
//! * **grant**: the right to one initialisation. Each has an index, which the card signs
//!   ([`specie_primitives::initialisation`]); a machine can fetch indices ahead and work offline.
//! * **change of operator**: the issuer announces it; it takes effect after a delay, in which everybody sees it coming.
//! * **fee policy**: what the operator asks for funding, below a **ceiling** that the issuer sets.
//!
//! # Properties
//!
//! * A grant is used at most once, by its own machine, and never after it was revoked.
//! * An index is never given out twice, not even after a revocation.
//! * No fee policy is above its ceiling.
//! * A suspended machine can do nothing; its grants stay, for when it is resumed.
//! * An operator changes only after an announcement that was on chain for the whole delay.
//!
//! # Example
//!
//! One of the tests, as it runs (`src/tests/scenario.rs`):
//!
#![doc = docify::embed!("src/tests/scenario.rs", a_machines_grants_and_fee)]
#![cfg_attr(not(feature = "std"), no_std)]
#![deny(missing_docs)]

extern crate alloc;

pub use grants::WordNumber;
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
    use specie_primitives::{
        acts::{Actor, Cause},
        records::{FeePolicy, Machine, MachineKind, Permissions},
        BlockNumber,
    };

    /// What the pallet needs of its runtime.
    #[pallet::config]
    pub trait Config: frame_system::Config<AccountId: From<[u8; 32]> + Into<[u8; 32]>> {
        /// Who registers and suspends machines and gives grants.
        type IssuerOrigin: EnsureOrigin<Self::RuntimeOrigin, Success = Actor<Self::AccountId>>;

        /// How many grants one call may give or revoke: bounds its storage accesses.
        #[pallet::constant]
        type MaxGrantsPerCall: Get<u32>;

        /// How many grants a machine may hold open: what a stolen machine could initialise.
        #[pallet::constant]
        type MaxOpenGrants: Get<u32>;

        /// How many blocks an announced change of operator waits.
        #[pallet::constant]
        type OperatorChangeDelay: Get<BlockNumber>;

        /// The cost of the calls.
        type WeightInfo: WeightInfo;
    }

    /// The pallet.
    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    /// The layout of the storage, for migrations.
    pub const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

    /// The machines by account.
    #[pallet::storage]
    pub type Machines<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, Machine>;

    /// The open grants of a machine, as bits: bit `i % 256` of word `i / 256` is grant `i`.
    ///
    /// A word without open grants is not stored. The words of a machine lie in the order of their numbers, which the
    /// chain counts up, so that a page is read from where it begins.
    #[pallet::storage]
    pub type Grants<T: Config> =
        StorageDoubleMap<_, Blake2_128Concat, T::AccountId, Identity, grants::WordNumber, grants::Word>;

    /// The operators that machines are going to have, and the first block at which they may take over.
    #[pallet::storage]
    pub type OperatorChanges<T: Config> =
        StorageMap<_, Blake2_128Concat, T::AccountId, (T::AccountId, BlockNumber)>;

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
                    Actor::Root,
                )
                .expect("a machine at genesis cannot be registered");
                if genesis.grants > 0 {
                    Pallet::<T>::do_give_grants(&genesis.account, genesis.grants, Actor::Root)
                        .expect("a machine at genesis cannot have that many grants");
                }
            }
        }
    }

    /// What happened.
    #[pallet::event]
    #[pallet::generate_deposit(pub(super) fn deposit_event)]
    pub enum Event<T: Config> {
        /// A machine was registered.
        #[codec(index = 0)]
        MachineRegistered {
            /// Its account.
            machine: T::AccountId,
            /// What it is.
            kind: MachineKind,
            /// Who runs it.
            operator: T::AccountId,
            /// What it may do.
            permissions: Permissions,
            /// Who registered it.
            by: Actor<T::AccountId>,
        },
        /// What a machine may do changed.
        #[codec(index = 1)]
        MachinePermissionsChanged {
            /// The machine.
            machine: T::AccountId,
            /// What it may do from now on.
            permissions: Permissions,
            /// Who changed it.
            by: Actor<T::AccountId>,
        },
        /// A machine was stopped.
        #[codec(index = 2)]
        MachineSuspended {
            /// The machine.
            machine: T::AccountId,
            /// Who stopped it.
            by: Actor<T::AccountId>,
            /// Why.
            cause: Cause,
        },
        /// A machine may work again.
        #[codec(index = 3)]
        MachineResumed {
            /// The machine.
            machine: T::AccountId,
            /// Who says so.
            by: Actor<T::AccountId>,
            /// Why.
            cause: Cause,
        },
        /// A machine got grants.
        #[codec(index = 4)]
        GrantsGiven {
            /// The machine.
            machine: T::AccountId,
            /// The first index.
            from: u32,
            /// How many.
            count: u32,
            /// Who gave them.
            by: Actor<T::AccountId>,
        },
        /// Open grants were taken back.
        #[codec(index = 5)]
        GrantsRevoked {
            /// From whom.
            machine: T::AccountId,
            /// The first index.
            from: u32,
            /// How many indices were named.
            count: u32,
            /// How many of them were open.
            revoked: u32,
            /// Who took them back.
            by: Actor<T::AccountId>,
            /// Why.
            cause: Cause,
        },
        /// A machine used a grant up.
        #[codec(index = 6)]
        GrantUsed {
            /// The machine.
            machine: T::AccountId,
            /// Its index.
            index: u32,
        },
        /// The operator changed what its machine asks.
        #[codec(index = 7)]
        FeeChanged {
            /// The machine.
            machine: T::AccountId,
            /// What it asks from now on.
            fee: FeePolicy,
            /// Its operator.
            by: Actor<T::AccountId>,
        },
        /// The most that a machine may ask changed.
        #[codec(index = 8)]
        FeeCeilingChanged {
            /// The machine.
            machine: T::AccountId,
            /// The most.
            ceiling: FeePolicy,
            /// What it asks from now on: as before, or as much as the ceiling lets it.
            fee: FeePolicy,
            /// Who changed it.
            by: Actor<T::AccountId>,
        },
        /// A machine is going to have another operator.
        #[codec(index = 9)]
        OperatorChangeAnnounced {
            /// The machine.
            machine: T::AccountId,
            /// Who is going to run it.
            operator: T::AccountId,
            /// The first block at which it can take effect.
            from: BlockNumber,
            /// Who announced it.
            by: Actor<T::AccountId>,
            /// Why.
            cause: Cause,
        },
        /// An announced change of operator was taken back.
        #[codec(index = 10)]
        OperatorChangeCancelled {
            /// The machine.
            machine: T::AccountId,
            /// Who took it back.
            by: Actor<T::AccountId>,
            /// Why.
            cause: Cause,
        },
        /// A machine has another operator.
        #[codec(index = 11)]
        OperatorChanged {
            /// The machine.
            machine: T::AccountId,
            /// Who ran it until now.
            from: T::AccountId,
            /// Who runs it from now on.
            to: T::AccountId,
        },
    }

    /// Why a call was refused.
    #[pallet::error]
    pub enum Error<T> {
        /// The account is a machine already.
        #[codec(index = 0)]
        MachineExists,
        /// The account is not a machine.
        #[codec(index = 1)]
        UnknownMachine,
        /// The issuer has stopped the machine.
        #[codec(index = 2)]
        MachineSuspended,
        /// The machine is not stopped.
        #[codec(index = 3)]
        MachineNotSuspended,
        /// The machine does not have this permission.
        #[codec(index = 4)]
        NotPermitted,
        /// The account does not run this machine.
        #[codec(index = 5)]
        NotOperator,
        /// The fee is above the ceiling, or the ceiling above the whole amount.
        #[codec(index = 6)]
        FeeTooHigh,
        /// A call names at least one grant, and no more than the limit for a call.
        #[codec(index = 7)]
        BadGrantCount,
        /// The machine holds as many open grants as it may.
        #[codec(index = 8)]
        TooManyOpenGrants,
        /// The grant was never given, is used, or was revoked.
        #[codec(index = 9)]
        GrantNotOpen,
        /// The indices are used up.
        #[codec(index = 10)]
        Overflow,
        /// No change of operator was announced for the machine.
        #[codec(index = 11)]
        NoOperatorChange,
        /// The delay of the announced change has not passed.
        #[codec(index = 12)]
        TooEarly,
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
            let by = T::IssuerOrigin::ensure_origin(origin)?;
            Self::do_register(&machine, kind, operator, permissions, fee_ceiling, by)
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
            let by = T::IssuerOrigin::ensure_origin(origin)?;
            Self::change(&machine, |known| {
                known.permissions = permissions;
                Ok(())
            })?;
            Self::deposit_event(Event::MachinePermissionsChanged { machine, permissions, by });
            Ok(())
        }

        /// Stops a machine. Its grants stay, for when it is resumed; revoke them when it was stolen.
        ///
        /// Origin: issuer. Errors: `UnknownMachine`, `MachineSuspended`. Event: `MachineSuspended`.
        #[pallet::call_index(2)]
        pub fn suspend(origin: OriginFor<T>, machine: T::AccountId, cause: Cause) -> DispatchResult {
            let by = T::IssuerOrigin::ensure_origin(origin)?;
            Self::change(&machine, |known| {
                ensure!(!known.suspended, Error::<T>::MachineSuspended);
                known.suspended = true;
                Ok(())
            })?;
            Self::deposit_event(Event::MachineSuspended { machine, by, cause });
            Ok(())
        }

        /// Lets a stopped machine work again.
        ///
        /// Origin: issuer. Errors: `UnknownMachine`, `MachineNotSuspended`. Event: `MachineResumed`.
        #[pallet::call_index(3)]
        pub fn resume(origin: OriginFor<T>, machine: T::AccountId, cause: Cause) -> DispatchResult {
            let by = T::IssuerOrigin::ensure_origin(origin)?;
            Self::change(&machine, |known| {
                ensure!(known.suspended, Error::<T>::MachineNotSuspended);
                known.suspended = false;
                Ok(())
            })?;
            Self::deposit_event(Event::MachineResumed { machine, by, cause });
            Ok(())
        }

        /// Allows `count` initialisations.
        ///
        /// Origin: issuer. Errors: `UnknownMachine`, `BadGrantCount`, `TooManyOpenGrants`, `Overflow`.
        /// Event: `GrantsGiven`.
        #[pallet::call_index(4)]
        #[pallet::weight(T::WeightInfo::give_grants(*count))]
        pub fn give_grants(origin: OriginFor<T>, machine: T::AccountId, count: u32) -> DispatchResult {
            let by = T::IssuerOrigin::ensure_origin(origin)?;
            Self::do_give_grants(&machine, count, by)
        }

        /// Takes the grants `from` to `from + count` back, as far as they are open.
        ///
        /// Origin: issuer. Errors: `UnknownMachine`, `BadGrantCount`. Event: `GrantsRevoked`.
        #[pallet::call_index(5)]
        #[pallet::weight(T::WeightInfo::revoke_grants(*count))]
        pub fn revoke_grants(
            origin: OriginFor<T>,
            machine: T::AccountId,
            from: u32,
            count: u32,
            cause: Cause,
        ) -> DispatchResult {
            let by = T::IssuerOrigin::ensure_origin(origin)?;
            Self::do_revoke_grants(&machine, from, count, by, cause)
        }

        /// Changes what a machine asks for funding.
        ///
        /// Origin: signed by its operator. Errors: `UnknownMachine`, `NotOperator`, `FeeTooHigh`.
        /// Event: `FeeChanged`.
        #[pallet::call_index(6)]
        pub fn change_fee(origin: OriginFor<T>, machine: T::AccountId, fee: FeePolicy) -> DispatchResult {
            let operator = ensure_signed(origin)?;
            Self::change(&machine, |known| {
                ensure!(known.operator == operator.clone().into(), Error::<T>::NotOperator);
                ensure!(fee.within(&known.fee_ceiling), Error::<T>::FeeTooHigh);
                known.fee = fee;
                Ok(())
            })?;
            Self::deposit_event(Event::FeeChanged { machine, fee, by: Actor::Account(operator) });
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
            let by = T::IssuerOrigin::ensure_origin(origin)?;
            Self::check_ceiling(&ceiling)?;
            let fee = Self::change(&machine, |known| {
                known.fee_ceiling = ceiling;
                known.fee = FeePolicy {
                    flat: known.fee.flat.min(ceiling.flat),
                    parts_per_million: known.fee.parts_per_million.min(ceiling.parts_per_million),
                };
                Ok(known.fee)
            })?;
            Self::deposit_event(Event::FeeCeilingChanged { machine, ceiling, fee, by });
            Ok(())
        }

        /// Announces that another account is going to run a machine, for example because the operator has lost its key. It
        /// takes effect by [`Self::apply_operator_change`] when the delay has passed; an announcement replaces an
        /// earlier one. The fees and the returned deposits of the machine's carriers are the new operator's then.
        ///
        /// Origin: issuer. Errors: `UnknownMachine`. Event: `OperatorChangeAnnounced`.
        #[pallet::call_index(8)]
        pub fn change_operator(
            origin: OriginFor<T>,
            machine: T::AccountId,
            operator: T::AccountId,
            cause: Cause,
        ) -> DispatchResult {
            let by = T::IssuerOrigin::ensure_origin(origin)?;
            ensure!(Machines::<T>::contains_key(&machine), Error::<T>::UnknownMachine);
            let from = Self::now().saturating_add(T::OperatorChangeDelay::get());
            OperatorChanges::<T>::insert(&machine, (operator.clone(), from));
            Self::deposit_event(Event::OperatorChangeAnnounced { machine, operator, from, by, cause });
            Ok(())
        }

        /// Takes an announced change of operator back.
        ///
        /// Origin: issuer. Errors: `NoOperatorChange`. Event: `OperatorChangeCancelled`.
        #[pallet::call_index(9)]
        pub fn cancel_operator_change(origin: OriginFor<T>, machine: T::AccountId, cause: Cause) -> DispatchResult {
            let by = T::IssuerOrigin::ensure_origin(origin)?;
            OperatorChanges::<T>::take(&machine).ok_or(Error::<T>::NoOperatorChange)?;
            Self::deposit_event(Event::OperatorChangeCancelled { machine, by, cause });
            Ok(())
        }

        /// Puts an announced change of operator into effect, once its delay has passed.
        ///
        /// Origin: signed by anybody. Errors: `NoOperatorChange`, `TooEarly`. Event: `OperatorChanged`.
        #[pallet::call_index(10)]
        pub fn apply_operator_change(origin: OriginFor<T>, machine: T::AccountId) -> DispatchResult {
            ensure_signed(origin)?;
            let (to, from) = OperatorChanges::<T>::get(&machine).ok_or(Error::<T>::NoOperatorChange)?;
            ensure!(Self::now() >= from, Error::<T>::TooEarly);
            OperatorChanges::<T>::remove(&machine);
            let before =
                Self::change(&machine, |known| Ok(core::mem::replace(&mut known.operator, to.clone().into())))?;
            Self::deposit_event(Event::OperatorChanged { machine, from: before.into(), to });
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
        fn integrity_test() {
            assert!(T::MaxGrantsPerCall::get() > 0, "no grant could be given");
            assert!(T::MaxOpenGrants::get() > 0, "no machine could hold a grant");
            assert!(T::OperatorChangeDelay::get() > 0, "nobody could see a change of operator coming");
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }
}

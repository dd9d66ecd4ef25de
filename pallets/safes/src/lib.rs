//! Pools of carriers: who leads a safe, what its cards may pay, and its lock.
//!
//! A safe holds its money on many cards. Several controllers may stand around the same cards, one of them may hang while another takes
//! over, and a door may open while a card pays. Controllers cannot settle that among themselves: a signature that a card has given cannot be taken
//! back, and of two controllers none knows whether the other is dead or only silent. So the chain decides.
//!
//! # Terminology
//!
//! * **pool**: carriers of one operator that pay in its name; the content of a safe, or of several that are stacked.
//! * **member**: a carrier of a pool. It pays only for an open request to its pool, in the pool's current epoch.
//! * **party**: an account with duties: a **unit** controls a box and may lead; a **host** asks for money; an **unlocker** agrees that the
//!   pool is unlocked.
//! * **epoch**: raised by whoever takes the lead, and when a leader is taken out. An order of an earlier epoch is never executed.
//! * **lease**: for so many blocks a unit leads without another being able to take over.
//! * **lock**: whether members pay, and whether anything is paid to them.
//!
//! # Who may do what
//!
//! | act | who | when |
//! |---|---|---|
//! | create, change parties and policy, dissolve | the operator | dissolve: without members |
//! | join | the operator or a unit, with the card's own consent | |
//! | leave | the operator | unlocked; anybody: released by the issuer |
//! | change unlockers, ask for fewer approvals | the operator | unlocked |
//! | take the lead | a unit | it leads already, nobody does, or the lease is over |
//! | renew, step down | the leader | in its epoch |
//! | lock, tighter | any party, the operator, the issuer | |
//! | unlock | as many unlockers as the policy says, for this one lock | |
//! | remedy | the issuer announces, anybody carries out | after the delay |
//!
//! # Properties
//!
//! * A member pays for a request to its own pool and for nothing else; nobody but a member pays a request to a pool.
//! * An order of another epoch than the current one is never executed, whoever signed it and whenever it comes.
//! * A request is paid once at most ([`pallet-requests`](../pallet_requests/index.html)), whoever leads.
//! * While a pool is locked, none of its members pays; while nothing may change, no order and no machine pays them either.
//! * What a member offers for its order's execution is little: most of its money goes out for requests alone.
//! * What members have put on hold is settled while the pool is open, in the request's epoch; the issuer decides of what is in doubt.
//! * A card joins by an order of its own, which serves once.
//! * The deposits held are the sum of the records'.
//!
//! # Example
//!
//! One of the tests, as it runs (`src/tests/scenario.rs`):
//!
#![doc = docify::embed!("src/tests/scenario.rs", a_unit_that_hangs_pays_nothing_beside_the_one_that_took_over)]
#![cfg_attr(not(feature = "std"), no_std)]
#![deny(missing_docs)]

extern crate alloc;

pub use pallet::*;
pub use weights::WeightInfo;

mod acts;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod gate;
mod lead;
mod lock;
#[cfg(test)]
mod mock;
mod named;
mod remedy;
#[cfg(test)]
mod tests;
mod try_state;
pub mod weights;

#[frame_support::pallet]
pub mod pallet {
    //! Storage, calls, events and errors.

    use super::*;
    use alloc::boxed::Box;
    use frame_support::{
        pallet_prelude::*,
        traits::fungible::{Inspect, MutateHold},
    };
    use frame_system::pallet_prelude::*;
    use specie_primitives::{
        acts::{Actor, Cause},
        crypto::Signature,
        ids::{CarrierId, PoolId},
        order::Order,
        pool::{Duties, Pool, PoolLock, PoolPolicy, Remedy},
        traits::{CarrierKeys, MachineAuthority},
        Balance, BlockNumber,
    };

    /// Accounts with their duties.
    pub type Parties<T> = BoundedVec<(<T as frame_system::Config>::AccountId, Duties), <T as Config>::MaxParties>;

    /// What the pallet needs of its runtime.
    #[pallet::config]
    pub trait Config:
        frame_system::Config<AccountId: From<[u8; 32]> + Into<[u8; 32]>, Hash: Into<[u8; 32]>>
    {
        /// Who locks pools and helps those whose operator has lost its key.
        type IssuerOrigin: EnsureOrigin<Self::RuntimeOrigin, Success = Actor<Self::AccountId>>;

        /// The runtime's hold reasons.
        type RuntimeHoldReason: From<HoldReason>;

        /// The chain's own currency, in which deposits are made.
        type Currency: Inspect<Self::AccountId, Balance = Balance>
            + MutateHold<Self::AccountId, Reason = Self::RuntimeHoldReason>;

        /// The carriers.
        type Carriers: CarrierKeys<Error: Into<DispatchError>>;

        /// The machines: a unit is one of its pool's operator.
        type Machines: MachineAuthority<Self::AccountId>;

        /// How many accounts may have duties for a pool.
        #[pallet::constant]
        type MaxParties: Get<u32>;

        /// How many carriers may be members of a pool: when its lock changes, an index looks at all of them.
        #[pallet::constant]
        type MaxMembers: Get<u32>;

        /// The longest lease, in blocks.
        #[pallet::constant]
        type MaxLease: Get<BlockNumber>;

        /// How many blocks a remedy of the issuer waits.
        #[pallet::constant]
        type RemedyDelay: Get<BlockNumber>;

        /// What the operator deposits for a pool with its parties, in base units.
        #[pallet::constant]
        type PoolDeposit: Get<Balance>;

        /// The same for each member.
        #[pallet::constant]
        type MemberDeposit: Get<Balance>;

        /// The cost of the calls.
        type WeightInfo: WeightInfo;

        /// What the benchmarks need to find on the chain.
        #[cfg(feature = "runtime-benchmarks")]
        type BenchmarkHelper: BenchmarkHelper<Self::AccountId>;
    }

    /// What the benchmarks need to find on the chain.
    #[cfg(feature = "runtime-benchmarks")]
    pub trait BenchmarkHelper<AccountId> {
        /// A carrier that consents to whatever it is asked: its id, and its consent to this challenge.
        fn carrier(order: &dyn Fn(CarrierId) -> Order) -> (Order, Signature);
        /// An operator, and a machine of it.
        fn operator_and_unit() -> (AccountId, AccountId);
    }

    /// Why money is held.
    #[pallet::composite_enum]
    pub enum HoldReason {
        /// On a pool's operator, for its records.
        #[codec(index = 0)]
        Record,
    }

    /// The layout of the storage, for migrations.
    pub const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

    /// The pallet.
    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    /// The number of the next pool.
    #[pallet::storage]
    pub type NextPool<T: Config> = StorageValue<_, u32, ValueQuery>;

    /// The pools.
    #[pallet::storage]
    pub type Pools<T: Config> = StorageMap<_, Twox64Concat, PoolId, Pool<T::AccountId>>;

    /// What each account may do for a pool.
    #[pallet::storage]
    pub type PartiesOf<T: Config> =
        StorageDoubleMap<_, Twox64Concat, PoolId, Blake2_128Concat, T::AccountId, Duties>;

    /// The members of a pool, with the party that had each join, and what is held of the operator's money for it, in base units. A carrier's address is a hash already.
    #[pallet::storage]
    pub type MembersOf<T: Config> =
        StorageDoubleMap<_, Twox64Concat, PoolId, Identity, CarrierId, (T::AccountId, Balance)>;

    /// The pool of a member.
    #[pallet::storage]
    pub type PoolOf<T: Config> = StorageMap<_, Identity, CarrierId, PoolId>;

    /// Which unlockers agree that a pool is unlocked: the number of the lock, and to what.
    #[pallet::storage]
    pub type Approvals<T: Config> =
        StorageDoubleMap<_, Twox64Concat, PoolId, Blake2_128Concat, T::AccountId, (u32, PoolLock)>;

    /// What the issuer is going to do for a pool, and the first block at which it may be done.
    #[pallet::storage]
    pub type Remedies<T: Config> = StorageMap<_, Twox64Concat, PoolId, (Remedy<T::AccountId>, BlockNumber)>;

    /// What happened.
    #[pallet::event]
    #[pallet::generate_deposit(pub(super) fn deposit_event)]
    pub enum Event<T: Config> {
        /// There is a new pool.
        #[codec(index = 0)]
        PoolCreated {
            /// Its number.
            pool: PoolId,
            /// Whose it is.
            operator: T::AccountId,
            /// What that has decided.
            policy: PoolPolicy,
        },
        /// What an account may do for a pool changed.
        #[codec(index = 1)]
        PartyChanged {
            /// The pool.
            pool: PoolId,
            /// The account.
            party: T::AccountId,
            /// What it may do from now on.
            duties: Duties,
        },
        /// The operator has decided otherwise.
        #[codec(index = 2)]
        PolicyChanged {
            /// The pool.
            pool: PoolId,
            /// From now on.
            policy: PoolPolicy,
        },
        /// A carrier is a member from now on.
        #[codec(index = 3)]
        MemberJoined {
            /// The pool.
            pool: PoolId,
            /// The carrier.
            carrier: CarrierId,
            /// Who had it join.
            by: T::AccountId,
        },
        /// A carrier is a member no more.
        #[codec(index = 4)]
        MemberLeft {
            /// The pool.
            pool: PoolId,
            /// The carrier.
            carrier: CarrierId,
        },
        /// A unit leads from now on. What was signed in an earlier epoch is never executed.
        #[codec(index = 5)]
        LeadTaken {
            /// The pool.
            pool: PoolId,
            /// The unit.
            leader: T::AccountId,
            /// The new epoch.
            epoch: u32,
            /// The last block for which nobody else can take over.
            lease_until: BlockNumber,
        },
        /// The leader leads for longer.
        #[codec(index = 6)]
        LeaseRenewed {
            /// The pool.
            pool: PoolId,
            /// The last block for which nobody else can take over.
            lease_until: BlockNumber,
        },
        /// The leader leads no more.
        #[codec(index = 7)]
        LeadGivenUp {
            /// The pool.
            pool: PoolId,
            /// Who led.
            leader: T::AccountId,
        },
        /// A pool was locked.
        #[codec(index = 8)]
        PoolLocked {
            /// The pool.
            pool: PoolId,
            /// How.
            lock: PoolLock,
            /// The number of this lock.
            number: u32,
            /// Who locked it.
            by: Actor<T::AccountId>,
            /// Why.
            cause: Cause,
        },
        /// An unlocker agrees that a pool is unlocked.
        #[codec(index = 9)]
        UnlockApproved {
            /// The pool.
            pool: PoolId,
            /// Who agrees.
            by: T::AccountId,
            /// To what.
            lock: PoolLock,
            /// How many agree now.
            approvals: u32,
        },
        /// A pool was unlocked.
        #[codec(index = 10)]
        PoolUnlocked {
            /// The pool.
            pool: PoolId,
            /// For good, or for one order.
            lock: PoolLock,
            /// The number of this change.
            number: u32,
        },
        /// The issuer is going to help a pool.
        #[codec(index = 11)]
        RemedyAnnounced {
            /// The pool.
            pool: PoolId,
            /// How.
            remedy: Remedy<T::AccountId>,
            /// The first block at which it may be done.
            from: BlockNumber,
            /// Who announced it.
            by: Actor<T::AccountId>,
            /// Why.
            cause: Cause,
        },
        /// The issuer does not do it.
        #[codec(index = 12)]
        RemedyCancelled {
            /// The pool.
            pool: PoolId,
            /// Who says so.
            by: Actor<T::AccountId>,
            /// Why.
            cause: Cause,
        },
        /// It was done.
        #[codec(index = 13)]
        RemedyCarriedOut {
            /// The pool.
            pool: PoolId,
            /// What.
            remedy: Remedy<T::AccountId>,
        },
        /// A pool is no more.
        #[codec(index = 14)]
        PoolDissolved {
            /// The pool.
            pool: PoolId,
        },
        /// A member has executed the one order that the pool was unlocked for.
        #[codec(index = 15)]
        PoolRelocked {
            /// The pool.
            pool: PoolId,
            /// Its lock now.
            lock: PoolLock,
            /// The lock's number.
            number: u32,
            /// The member.
            carrier: CarrierId,
        },
        /// Whoever led may not any more, and nothing that it has had signed is executed.
        #[codec(index = 16)]
        EpochEnded {
            /// The pool.
            pool: PoolId,
            /// The epoch that has begun.
            epoch: u32,
        },
    }

    /// Why a call was refused.
    #[pallet::error]
    pub enum Error<T> {
        /// There is no such pool.
        #[codec(index = 0)]
        UnknownPool,
        /// The caller may not do this for the pool.
        #[codec(index = 1)]
        NotPermitted,
        /// The lease is nothing or too long, or there would be no unlocker or too few of them.
        #[codec(index = 2)]
        BadPolicy,
        /// A unit has to be a machine of the pool's operator.
        #[codec(index = 3)]
        NotOperatorsMachine,
        /// No more accounts may have duties.
        #[codec(index = 4)]
        TooManyParties,
        /// No carrier in use has this address.
        #[codec(index = 5)]
        UnknownCarrier,
        /// The carrier is a member of a pool already.
        #[codec(index = 6)]
        AlreadyMember,
        /// The carrier is no member of this pool.
        #[codec(index = 7)]
        NotMember,
        /// The card has not consented to this.
        #[codec(index = 8)]
        NoConsent,
        /// Another unit leads, and its lease is not over.
        #[codec(index = 9)]
        Led,
        /// The epoch is another one by now.
        #[codec(index = 10)]
        OtherEpoch,
        /// The pool is locked.
        #[codec(index = 11)]
        PoolLocked,
        /// The pool is locked as tightly, or tighter; or it is not locked.
        #[codec(index = 12)]
        WrongLock,
        /// It was locked or unlocked since.
        #[codec(index = 13)]
        OtherLock,
        /// The pool has members.
        #[codec(index = 14)]
        HasMembers,
        /// Nothing was announced.
        #[codec(index = 15)]
        NoRemedy,
        /// Not yet.
        #[codec(index = 16)]
        TooEarly,
        /// A number does not fit.
        #[codec(index = 17)]
        Overflow,
        /// The issuer has released the pool's members.
        #[codec(index = 18)]
        Released,
        /// No more carriers may be members.
        #[codec(index = 19)]
        TooManyMembers,
    }

    /// The pallet's calls.
    #[pallet::call(weight = T::WeightInfo)]
    impl<T: Config> Pallet<T> {
        /// Makes a pool with its parties. It is open, and nobody leads it.
        ///
        /// Origin: signed by anybody, who is its operator; holds the deposit. Errors: `BadPolicy`, `NotOperatorsMachine`, the
        /// currency's. Events: `PoolCreated`, `PartyChanged` of each party.
        #[pallet::call_index(0)]
        #[pallet::weight(T::WeightInfo::create(parties.len() as u32))]
        pub fn create(origin: OriginFor<T>, policy: PoolPolicy, parties: Parties<T>) -> DispatchResult {
            let operator = ensure_signed(origin)?;
            Self::do_create(operator, policy, parties)
        }

        /// Changes what an account may do for a pool; none at all takes it out. Who leads and is a unit no more leads no more.
        ///
        /// Origin: signed by the operator. Errors: `UnknownPool`, `NotPermitted`, `NotOperatorsMachine`, `TooManyParties`,
        /// `BadPolicy`. Event: `PartyChanged`.
        #[pallet::call_index(1)]
        pub fn change_party(
            origin: OriginFor<T>,
            pool: PoolId,
            party: T::AccountId,
            duties: Duties,
        ) -> DispatchResult {
            let caller = ensure_signed(origin)?;
            Self::do_change_party(caller, pool, party, duties)
        }

        /// Decides otherwise. A lease that runs goes on as it was.
        ///
        /// Origin: signed by the operator. Errors: `UnknownPool`, `NotPermitted`, `BadPolicy`. Event: `PolicyChanged`.
        #[pallet::call_index(2)]
        pub fn change_policy(origin: OriginFor<T>, pool: PoolId, policy: PoolPolicy) -> DispatchResult {
            let caller = ensure_signed(origin)?;
            Self::do_change_policy(caller, pool, policy)
        }

        /// Has a carrier join. `consent`: the card's order that says so ([`consent`](specie_primitives::pool::consent)), which moves
        /// nothing and uses up its sequence. An answer to a mere challenge will not do: any reader gets one.
        ///
        /// Origin: signed by the operator or a unit; holds the member's deposit of the operator. Errors: `UnknownPool`,
        /// `NotPermitted`, `Released`, `TooManyMembers`, `UnknownCarrier`, `AlreadyMember`, `NoConsent`, the carriers', the currency's. Event:
        /// `MemberJoined`.
        #[pallet::call_index(3)]
        pub fn join(
            origin: OriginFor<T>,
            pool: PoolId,
            consent: Box<Order>,
            signature: Signature,
        ) -> DispatchResult {
            let caller = ensure_signed(origin)?;
            Self::do_join(caller, pool, *consent, signature)
        }

        /// Has a carrier leave, which is a card like any other again.
        ///
        /// Origin: signed by the operator, while the pool is open; by anybody, once the issuer has released its members.
        /// Errors: `UnknownPool`, `NotPermitted`, `PoolLocked`, `NotMember`. Event: `MemberLeft`.
        #[pallet::call_index(4)]
        pub fn leave(origin: OriginFor<T>, pool: PoolId, carrier: CarrierId) -> DispatchResult {
            let caller = ensure_signed(origin)?;
            Self::do_leave(caller, pool, carrier)
        }

        /// Takes the lead and raises the epoch. `epoch`: the one that the caller knows of, so that of two who take over at
        /// once one does. From its block on nothing of an earlier epoch is executed; a unit acts when that block is final.
        ///
        /// Origin: signed by a unit. Errors: `UnknownPool`, `NotPermitted`, `Released`, `OtherEpoch`, `Led`. Event: `LeadTaken`.
        #[pallet::call_index(5)]
        pub fn take_lead(origin: OriginFor<T>, pool: PoolId, #[pallet::compact] epoch: u32) -> DispatchResult {
            let caller = ensure_signed(origin)?;
            Self::do_take_lead(caller, pool, epoch)
        }

        /// Leads for a lease from now on. Also after the lease was over, as long as nobody has taken over.
        ///
        /// Origin: signed by the leader. Errors: `UnknownPool`, `NotPermitted`, `OtherEpoch`. Event: `LeaseRenewed`.
        #[pallet::call_index(6)]
        pub fn renew(origin: OriginFor<T>, pool: PoolId, #[pallet::compact] epoch: u32) -> DispatchResult {
            let caller = ensure_signed(origin)?;
            Self::do_renew(caller, pool, epoch)
        }

        /// Leads no more: another unit need not wait for the lease. What was signed in this epoch can be executed until one
        /// takes the lead.
        ///
        /// Origin: signed by the leader. Errors: `UnknownPool`, `NotPermitted`, `OtherEpoch`. Event: `LeadGivenUp`.
        #[pallet::call_index(7)]
        pub fn step_down(origin: OriginFor<T>, pool: PoolId, #[pallet::compact] epoch: u32) -> DispatchResult {
            let caller = ensure_signed(origin)?;
            Self::do_step_down(caller, pool, epoch)
        }

        /// Locks a pool, or locks it tighter.
        ///
        /// Origin: signed by the operator or any party, or the issuer. Errors: `UnknownPool`, `NotPermitted`, `WrongLock`.
        /// Event: `PoolLocked`.
        #[pallet::call_index(8)]
        pub fn lock(origin: OriginFor<T>, pool: PoolId, lock: PoolLock, cause: Cause) -> DispatchResult {
            let by = match T::IssuerOrigin::ensure_origin(origin.clone()) {
                Ok(by) => by,
                Err(_) => {
                    let caller = ensure_signed(origin)?;
                    Self::ensure_of_pool(&caller, pool)?;
                    Actor::Account(caller)
                }
            };
            Self::do_lock(by, pool, lock, cause)
        }

        /// Agrees that a pool is unlocked: for good (`Open`), or for one order (`OneOrder`). `number`: of the lock that the
        /// caller knows of. With as many as the policy says it is unlocked.
        ///
        /// Origin: signed by an unlocker. Errors: `UnknownPool`, `NotPermitted`, `WrongLock`, `OtherLock`. Events:
        /// `UnlockApproved`, `PoolUnlocked`.
        #[pallet::call_index(9)]
        pub fn unlock(
            origin: OriginFor<T>,
            pool: PoolId,
            #[pallet::compact] number: u32,
            lock: PoolLock,
        ) -> DispatchResult {
            let caller = ensure_signed(origin)?;
            Self::do_unlock(caller, pool, number, lock)
        }

        /// Announces what the issuer is going to do for a pool whose operator has lost its key.
        ///
        /// Origin: issuer. Errors: `UnknownPool`, `Released`. Event: `RemedyAnnounced`.
        #[pallet::call_index(10)]
        pub fn announce_remedy(
            origin: OriginFor<T>,
            pool: PoolId,
            remedy: Remedy<T::AccountId>,
            cause: Cause,
        ) -> DispatchResult {
            let by = T::IssuerOrigin::ensure_origin(origin)?;
            Self::do_announce_remedy(by, pool, remedy, cause)
        }

        /// Takes the announcement back.
        ///
        /// Origin: issuer. Errors: `NoRemedy`. Event: `RemedyCancelled`.
        #[pallet::call_index(11)]
        pub fn cancel_remedy(origin: OriginFor<T>, pool: PoolId, cause: Cause) -> DispatchResult {
            let by = T::IssuerOrigin::ensure_origin(origin)?;
            Self::do_cancel_remedy(by, pool, cause)
        }

        /// Does what was announced, once its delay is over. A new operator takes over the deposit.
        ///
        /// Origin: signed by anybody. Errors: `NoRemedy`, `TooEarly`, `UnknownPool`, the currency's. Event:
        /// `RemedyCarriedOut`.
        #[pallet::call_index(12)]
        pub fn carry_out_remedy(origin: OriginFor<T>, pool: PoolId) -> DispatchResult {
            ensure_signed(origin)?;
            Self::do_carry_out_remedy(pool)
        }

        /// Ends a pool without members, and gives its deposit back.
        ///
        /// Origin: signed by the operator; by anybody, once the issuer has released its members. Errors: `UnknownPool`, `NotPermitted`,
        /// `HasMembers`. Event: `PoolDissolved`.
        #[pallet::call_index(13)]
        pub fn dissolve(origin: OriginFor<T>, pool: PoolId) -> DispatchResult {
            let caller = ensure_signed(origin)?;
            Self::do_dissolve(caller, pool)
        }
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }
}

//! A runtime with money, pools and nothing else, its limits small enough to reach. What carriers and machines are is said here.

use crate as pallet_safes;
use frame_support::{
    derive_impl, ensure, parameter_types,
    storage::unhashed,
    traits::{ConstU128, ConstU32},
    weights::constants::RocksDbWeight,
};
use frame_system::EnsureRootWithSuccess;
use sp_io::{hashing::blake2_256, TestExternalities};
use sp_runtime::{traits::IdentityLookup, AccountId32, BuildStorage, DispatchError, DispatchResult};
use specie_primitives::{
    acts::Actor,
    crypto::Signature,
    ids::{CarrierId, CurrencyId},
    order::Order,
    traits::{CarrierKeys, MachineAuthority, Permission},
    Balance,
};

#[frame_support::runtime]
mod runtime {
    #[runtime::runtime]
    #[runtime::derive(
        RuntimeCall,
        RuntimeEvent,
        RuntimeError,
        RuntimeOrigin,
        RuntimeFreezeReason,
        RuntimeHoldReason,
        RuntimeSlashReason,
        RuntimeLockId,
        RuntimeTask,
        RuntimeViewFunction
    )]
    pub struct Test;

    #[runtime::pallet_index(0)]
    pub type System = frame_system::Pallet<Test>;

    #[runtime::pallet_index(1)]
    pub type Balances = pallet_balances::Pallet<Test>;

    #[runtime::pallet_index(2)]
    pub type Safes = pallet_safes::Pallet<Test>;
}

/// The existential deposit, and what a pool and a member cost, in base units.
pub const ED: Balance = 10;
pub const POOL_DEPOSIT: Balance = 100;
pub const MEMBER_DEPOSIT: Balance = 7;

pub const MAX_PARTIES: u32 = 6;
pub const MAX_MEMBERS: u32 = 5;
pub const MAX_LEASE: u32 = 50;
pub const REMEDY_DELAY: u32 = 20;

/// What every account starts with.
pub const START: Balance = 1_000;

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
    type AccountData = pallet_balances::AccountData<Balance>;
    type AccountId = AccountId32;
    type Block = frame_system::mocking::MockBlockU32<Test>;
    type DbWeight = RocksDbWeight;
    type Lookup = IdentityLookup<AccountId32>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
    type AccountStore = System;
    type Balance = Balance;
    type ExistentialDeposit = ConstU128<ED>;
}

parameter_types! {
    pub const ByRoot: Actor<AccountId32> = Actor::Root;
}

/// Carriers whose address begins with a number below 100.
pub struct Carriers;

/// What the card of an order's carrier signs it with.
pub fn signature_of(order: &Order) -> Signature {
    let mark = blake2_256(order.message().as_bytes());
    let mut signature = [0; 64];
    signature.iter_mut().zip(mark.iter().chain(&mark)).for_each(|(to, from)| *to = *from);
    Signature::Ed25519(signature)
}

/// Where this mock keeps what it knows of somebody.
fn place(what: &[u8], whom: &[u8]) -> Vec<u8> {
    [what, whom].concat()
}

/// The last sequence that was accepted of a carrier.
pub fn last_sequence(carrier: &CarrierId) -> u32 {
    unhashed::get_or_default(&place(b"sequence", &carrier.0))
}

impl CarrierKeys for Carriers {
    type Error = DispatchError;

    fn is_in_use(carrier: &CarrierId) -> bool {
        carrier.0[0] < 100
    }

    fn accept(order: &Order, signature: &Signature) -> DispatchResult {
        ensure!(*signature == signature_of(order), "a wrong signature");
        ensure!(order.sequence > last_sequence(&order.carrier), "an earlier sequence");
        unhashed::put(&place(b"sequence", &order.carrier.0), &order.sequence);
        Ok(())
    }
}

/// The units are machines of the operator's.
pub struct Machines;

impl Machines {
    /// The issuer stops one.
    pub fn suspend(machine: &AccountId32) {
        unhashed::put(&place(b"suspended", machine.as_ref()), &());
    }
}

impl MachineAuthority<AccountId32> for Machines {
    type Error = DispatchError;

    fn authorise(_: &AccountId32, _: Permission) -> Result<AccountId32, DispatchError> {
        Err(DispatchError::BadOrigin)
    }

    fn operator(machine: &AccountId32) -> Option<AccountId32> {
        [UNIT, OTHER_UNIT].contains(machine).then_some(OPERATOR)
    }

    fn works_for(machine: &AccountId32) -> Option<AccountId32> {
        Self::operator(machine).filter(|_| !unhashed::exists(&place(b"suspended", machine.as_ref())))
    }

    fn use_grant(_: &AccountId32, _: u32) -> Result<(), DispatchError> {
        Err(DispatchError::BadOrigin)
    }

    fn fee(_: &AccountId32, _: CurrencyId, _: Balance) -> Result<Balance, DispatchError> {
        Ok(0)
    }
}

impl pallet_safes::Config for Test {
    type IssuerOrigin = EnsureRootWithSuccess<AccountId32, ByRoot>;
    type RuntimeHoldReason = RuntimeHoldReason;
    type Currency = Balances;
    type Carriers = Carriers;
    type Machines = Machines;
    type MaxParties = ConstU32<MAX_PARTIES>;
    type MaxMembers = ConstU32<MAX_MEMBERS>;
    type MaxLease = ConstU32<MAX_LEASE>;
    type RemedyDelay = ConstU32<REMEDY_DELAY>;
    type PoolDeposit = ConstU128<POOL_DEPOSIT>;
    type MemberDeposit = ConstU128<MEMBER_DEPOSIT>;
    type WeightInfo = crate::weights::SpecieWeight<Test>;
    #[cfg(feature = "runtime-benchmarks")]
    type BenchmarkHelper = Helper;
}

/// What the benchmarks find here.
#[cfg(feature = "runtime-benchmarks")]
pub struct Helper;

#[cfg(feature = "runtime-benchmarks")]
impl crate::BenchmarkHelper<AccountId32> for Helper {
    fn carrier(order: &dyn Fn(CarrierId) -> Order) -> (Order, Signature) {
        let order = order(CarrierId([1; 32]));
        (order, signature_of(&order))
    }

    fn operator_and_unit() -> (AccountId32, AccountId32) {
        (OPERATOR, UNIT)
    }
}

/// Whose the pool is.
pub const OPERATOR: AccountId32 = AccountId32::new([1; 32]);
/// Control boxes of it.
pub const UNIT: AccountId32 = AccountId32::new([2; 32]);
pub const OTHER_UNIT: AccountId32 = AccountId32::new([3; 32]);
/// The bank's host.
pub const HOST: AccountId32 = AccountId32::new([4; 32]);
/// Two who unlock.
pub const CLERK: AccountId32 = AccountId32::new([5; 32]);
pub const MANAGER: AccountId32 = AccountId32::new([6; 32]);
pub const STRANGER: AccountId32 = AccountId32::new([7; 32]);

/// A chain at block 1, whose accounts have money.
pub fn new_test_ext() -> TestExternalities {
    let rich = [OPERATOR, UNIT, OTHER_UNIT, HOST, CLERK, MANAGER, STRANGER];
    let storage = RuntimeGenesisConfig {
        balances: pallet_balances::GenesisConfig {
            balances: rich.into_iter().map(|account| (account, START)).collect(),
            ..Default::default()
        },
        ..Default::default()
    };
    let mut ext = TestExternalities::new(storage.build_storage().unwrap());
    ext.execute_with(|| System::set_block_number(1));
    ext
}

/// Runs a test on a fresh chain, and checks the storage afterwards.
pub fn execute(test: impl FnOnce()) {
    new_test_ext().execute_with(|| {
        test();
        Safes::do_try_state().unwrap();
    });
}

//! A runtime with money, requests and nothing else, its limits small enough to reach.

use crate as pallet_requests;
use frame_support::{
    assert_ok, derive_impl, parameter_types,
    traits::{fungible::UnionOf, AsEnsureOriginWithArg, ConstU128, ConstU32},
    weights::constants::RocksDbWeight,
};
use frame_system::{EnsureNever, EnsureRootWithSuccess};
use pallet_issuance::NativeOrAsset;
use sp_io::TestExternalities;
use sp_runtime::{traits::IdentityLookup, AccountId32, BuildStorage};
use specie_primitives::{
    acts::Actor,
    ids::{CarrierId, CurrencyId, PoolId},
    pool::PoolLock,
    traits::{PoolAuthority, PoolRefusal},
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
    pub type Requests = pallet_requests::Pallet<Test>;

    #[runtime::pallet_index(3)]
    pub type Assets = pallet_assets::Pallet<Test>;

    #[runtime::pallet_index(4)]
    pub type AssetsHolder = pallet_assets_holder::Pallet<Test>;
}

/// The existential deposit, and what a request's record costs, in base units.
pub const ED: Balance = 10;
pub const DEPOSIT: Balance = 5;

pub const MAX_LIFETIME: u32 = 20;
pub const MAX_SETTLEMENT: u32 = 30;
pub const RETENTION: u32 = 40;

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

#[derive_impl(pallet_assets::config_preludes::TestDefaultConfig)]
impl pallet_assets::Config for Test {
    type Balance = Balance;
    type CreateOrigin = AsEnsureOriginWithArg<EnsureNever<AccountId32>>;
    type Currency = Balances;
    type ForceOrigin = EnsureNever<()>;
    type Holder = AssetsHolder;
}

impl pallet_assets_holder::Config for Test {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeHoldReason = RuntimeHoldReason;
}

parameter_types! {
    pub const ByRoot: Actor<AccountId32> = Actor::Root;
}

/// Where the test says that the pool is locked.
pub const LOCKED: &[u8] = b"the pool is locked";

/// Pool 1 is the machine's, in epoch 3 and whichever comes.
pub struct Pools;

impl PoolAuthority<AccountId32> for Pools {
    fn may_open(opener: &AccountId32, pool: PoolId, epoch: u32) -> bool {
        (opener, pool) == (&MACHINE, PoolId(1)) && [0, 3].contains(&epoch)
    }

    fn check(_: &CarrierId, _: Option<(PoolId, AccountId32)>, _: u32) -> Result<(), PoolRefusal> {
        Ok(())
    }

    /// It is locked while there is a word of it.
    fn may_settle(_: &AccountId32, _: &CarrierId, asked: Option<(PoolId, u32)>) -> Result<(), PoolRefusal> {
        match (frame_support::storage::unhashed::exists(LOCKED), asked) {
            (true, Some(_)) => Err(PoolRefusal::Locked),
            (false, Some((_, epoch))) if ![0, 3].contains(&epoch) => Err(PoolRefusal::OtherEpoch),
            _ => Ok(()),
        }
    }

    fn may_take_back(caller: &AccountId32, pool: PoolId) -> bool {
        (caller, pool) == (&ISSUER, PoolId(1))
    }

    fn paid(_: &CarrierId) {}

    fn may_receive(_: &CarrierId) -> bool {
        true
    }

    fn pool_of(_: &CarrierId) -> Option<(PoolId, PoolLock)> {
        None
    }
}

impl pallet_requests::Config for Test {
    type IssuerOrigin = EnsureRootWithSuccess<AccountId32, ByRoot>;
    type RuntimeHoldReason = RuntimeHoldReason;
    type Currency = Balances;
    type Money = UnionOf<Balances, AssetsHolder, NativeOrAsset, CurrencyId, AccountId32>;
    type Pools = Pools;
    type Deposit = ConstU128<DEPOSIT>;
    type MaxLifetime = ConstU32<MAX_LIFETIME>;
    type MaxSettlement = ConstU32<MAX_SETTLEMENT>;
    type Retention = ConstU32<RETENTION>;
    type WeightInfo = crate::weights::SpecieWeight<Test>;
}

/// A currency beside the chain's own, of which the carriers have as much, and the least that an account holds of it.
pub const EURO: u32 = 1;
pub const CENT: Balance = 2;
/// Owns it, and holds nothing.
pub const ISSUER: AccountId32 = AccountId32::new([9; 32]);

/// Opens requests.
pub const MACHINE: AccountId32 = AccountId32::new([1; 32]);
/// Is paid.
pub const PAYEE: AccountId32 = AccountId32::new([2; 32]);
pub const STRANGER: AccountId32 = AccountId32::new([3; 32]);
/// Two carriers.
pub const CARD: AccountId32 = AccountId32::new([11; 32]);
pub const OTHER_CARD: AccountId32 = AccountId32::new([12; 32]);

/// A chain at block 1, whose accounts have money.
pub fn new_test_ext() -> TestExternalities {
    let rich = [MACHINE, PAYEE, STRANGER, CARD, OTHER_CARD];
    let storage = RuntimeGenesisConfig {
        balances: pallet_balances::GenesisConfig {
            balances: rich.into_iter().map(|account| (account, START)).collect(),
            ..Default::default()
        },
        assets: pallet_assets::GenesisConfig {
            assets: vec![(EURO, ISSUER, true, CENT)],
            accounts: [CARD, OTHER_CARD].map(|account| (EURO, account, START)).to_vec(),
            ..Default::default()
        },
        ..Default::default()
    };
    let mut ext = TestExternalities::new(storage.build_storage().unwrap());
    ext.execute_with(|| System::set_block_number(1));
    ext
}

/// Runs `test`, then checks that every invariant holds.
pub fn execute(test: impl FnOnce()) {
    new_test_ext().execute_with(|| {
        test();
        check_state();
    });
}

/// The invariants, and that no unit appeared or vanished.
pub fn check_state() {
    assert_ok!(Requests::do_try_state());
    let all: Balance = frame_system::Account::<Test>::iter_values().map(|a| a.data.free + a.data.reserved).sum();
    assert_eq!(all, Balances::total_issuance());
    assert_eq!(all, 5 * START);
}

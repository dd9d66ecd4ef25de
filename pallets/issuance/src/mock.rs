//! A runtime with money in several currencies and nothing else.

use crate::{self as pallet_issuance, NativeOrAsset};
use frame_support::{
    assert_ok, derive_impl, parameter_types,
    traits::{fungible::UnionOf, AsEnsureOriginWithArg, ConstU128, ConstU32},
    weights::constants::RocksDbWeight,
};
use frame_system::{EnsureNever, EnsureRootWithSuccess};
use sp_runtime::{traits::IdentityLookup, AccountId32, BuildStorage};
use specie_primitives::{acts::Actor, currency::CurrencyInfo, ids::CurrencyId, Balance};

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
    pub type Assets = pallet_assets::Pallet<Test>;

    #[runtime::pallet_index(3)]
    pub type Issuance = pallet_issuance::Pallet<Test>;
}

/// The existential deposit, in base units.
pub const ED: Balance = 10;

/// What every account starts with.
pub const START: Balance = 1_000;

/// The most that there may be of the chain's own currency.
pub const CAP: Balance = 5_000;

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
    type DustRemoval = Issuance;
    type ExistentialDeposit = ConstU128<ED>;
}

#[derive_impl(pallet_assets::config_preludes::TestDefaultConfig)]
impl pallet_assets::Config for Test {
    type Balance = Balance;
    type CreateOrigin = AsEnsureOriginWithArg<EnsureNever<AccountId32>>;
    type Currency = Balances;
    type ForceOrigin = EnsureNever<()>;
    type MetadataDepositBase = ConstU128<0>;
    type MetadataDepositPerByte = ConstU128<0>;
}

parameter_types! {
    pub const ByRoot: Actor<AccountId32> = Actor::Root;
    pub const IssuerAccount: AccountId32 = ISSUER;
    pub NativeInfo: CurrencyInfo = CurrencyInfo {
        id: CurrencyId::Native,
        name: b"Specie".to_vec(),
        symbol: b"SPC".to_vec(),
        decimals: 3,
        minimum: ED,
    };
}

impl crate::Config for Test {
    type Assets = Assets;
    type IssuerAccount = IssuerAccount;
    type IssuerOrigin = EnsureRootWithSuccess<AccountId32, ByRoot>;
    type MaxNameLen = ConstU32<32>;
    type Money = UnionOf<Balances, Assets, NativeOrAsset, CurrencyId, AccountId32>;
    type Native = Balances;
    type NativeInfo = NativeInfo;
    type WeightInfo = crate::weights::SpecieWeight<Test>;
}

/// Collects what is to be burnt.
pub const ISSUER: AccountId32 = AccountId32::new([9; 32]);
pub const ALICE: AccountId32 = AccountId32::new([1; 32]);
pub const BOB: AccountId32 = AccountId32::new([2; 32]);
/// Has never held anything.
pub const NOBODY: AccountId32 = AccountId32::new([7; 32]);

/// A chain at block 1: Alice and Bob have the chain's own currency.
pub fn new_test_ext(cap: Option<Balance>) -> sp_io::TestExternalities {
    let storage = RuntimeGenesisConfig {
        balances: pallet_balances::GenesisConfig {
            balances: [ALICE, BOB].map(|account| (account, START)).to_vec(),
            ..Default::default()
        },
        issuance: pallet_issuance::GenesisConfig { cap, ..Default::default() },
        ..Default::default()
    };
    let mut ext = sp_io::TestExternalities::new(storage.build_storage().unwrap());
    ext.execute_with(|| System::set_block_number(1));
    ext
}

/// Runs `test`, then checks that every invariant holds.
pub fn execute(test: impl FnOnce()) {
    new_test_ext(Some(CAP)).execute_with(|| {
        test();
        check_state();
    });
}

/// The invariants, and that what accounts hold is the supply, to the last unit.
pub fn check_state() {
    assert_ok!(Issuance::do_try_state());
    let native: Balance =
        frame_system::Account::<Test>::iter_values().map(|account| account.data.free + account.data.reserved).sum();
    assert_eq!(native, Balances::total_issuance());
    for (number, details) in pallet_assets::Asset::<Test>::iter() {
        let held: Balance =
            pallet_assets::Account::<Test>::iter_prefix_values(number).map(|held| held.balance).sum();
        assert_eq!(held, details.supply, "asset {number}");
    }
}

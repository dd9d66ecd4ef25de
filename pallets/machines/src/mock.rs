//! A runtime with nothing but the pallet, its limits small enough to reach.

use crate as pallet_machines;
use frame_support::{derive_impl, parameter_types, traits::ConstU32, weights::constants::RocksDbWeight};
use frame_system::EnsureRootWithSuccess;
use pallet_machines::{weights::SpecieWeight, GenesisConfig};
use sp_io::TestExternalities;
use sp_runtime::{AccountId32, BuildStorage};
use specie_primitives::acts::Actor;

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
    pub type Machines = pallet_machines::Pallet<Test>;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
    type AccountId = AccountId32;
    type Block = frame_system::mocking::MockBlockU32<Test>;
    type DbWeight = RocksDbWeight;
    type Lookup = sp_runtime::traits::IdentityLookup<AccountId32>;
}

parameter_types! {
    pub const ByRoot: Actor<AccountId32> = Actor::Root;
}

impl pallet_machines::Config for Test {
    type IssuerOrigin = EnsureRootWithSuccess<AccountId32, ByRoot>;
    type OperatorChangeDelay = ConstU32<10>;
    /// More than a word, so that one call touches two of them or three.
    type MaxGrantsPerCall = ConstU32<300>;
    type MaxOpenGrants = ConstU32<700>;
    type WeightInfo = SpecieWeight<Test>;
}

/// A chain without machines, at block 1: events of block 0 are not kept.
pub fn new_test_ext() -> TestExternalities {
    ext_with(GenesisConfig::default())
}

/// A chain that begins with `machines`, at block 1.
pub fn ext_with(machines: GenesisConfig<Test>) -> TestExternalities {
    let genesis = RuntimeGenesisConfig { system: Default::default(), machines };
    let mut ext = TestExternalities::new(genesis.build_storage().unwrap());
    ext.execute_with(|| System::set_block_number(1));
    ext
}

/// Runs `test` on a chain without machines, then checks that every invariant holds.
pub fn build_and_execute(test: impl FnOnce()) {
    execute(new_test_ext(), test);
}

/// Runs `test` on `ext`, then checks that every invariant holds.
pub fn execute(mut ext: TestExternalities, test: impl FnOnce()) {
    ext.execute_with(|| {
        test();
        Machines::do_try_state().unwrap();
    });
}

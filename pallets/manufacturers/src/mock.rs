//! A runtime with nothing but the pallet, its limits small enough to reach.

use crate as pallet_manufacturers;
use frame_support::{derive_impl, parameter_types, traits::ConstU32, weights::constants::RocksDbWeight};
use frame_system::EnsureRootWithSuccess;
use pallet_manufacturers::{weights::SpecieWeight, GenesisConfig};
use sp_io::TestExternalities;
use sp_runtime::BuildStorage;
use specie_primitives::{acts::Actor, crypto::Software};

pub type AccountId = <Test as frame_system::Config>::AccountId;

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
    pub type Manufacturers = pallet_manufacturers::Pallet<Test>;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
    type Block = frame_system::mocking::MockBlockU32<Test>;
    type DbWeight = RocksDbWeight;
}

parameter_types! {
    pub const ByRoot: Actor<AccountId> = Actor::Root;
}

impl pallet_manufacturers::Config for Test {
    type IssuerOrigin = EnsureRootWithSuccess<AccountId, ByRoot>;
    type Arithmetic = Software;
    type MaxNameLen = ConstU32<16>;
    type MaxBatches = ConstU32<3>;
    type WeightInfo = SpecieWeight<Test>;
}

/// A chain without manufacturers, at block 1: events of block 0 are not kept.
pub fn new_test_ext() -> TestExternalities {
    ext_with(GenesisConfig::default())
}

/// A chain that begins with `manufacturers`, at block 1.
pub fn ext_with(manufacturers: GenesisConfig<Test>) -> TestExternalities {
    let genesis = RuntimeGenesisConfig { system: Default::default(), manufacturers };
    let mut ext = TestExternalities::new(genesis.build_storage().unwrap());
    ext.execute_with(|| System::set_block_number(1));
    ext
}

/// Runs `test` on a chain without manufacturers, then checks that every invariant holds.
pub fn build_and_execute(test: impl FnOnce()) {
    execute(new_test_ext(), test);
}

/// Runs `test` on `ext`, then checks that every invariant holds.
pub fn execute(mut ext: TestExternalities, test: impl FnOnce()) {
    ext.execute_with(|| {
        test();
        Manufacturers::do_try_state().unwrap();
    });
}

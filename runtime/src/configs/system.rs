//! The set-up of `System`: what a block may hold, and which calls are let through.

use frame_support::{
    derive_impl,
    dispatch::DispatchClass,
    parameter_types,
    traits::{ConstU16, Get, InsideBoth},
    weights::{
        constants::{RocksDbWeight, WEIGHT_REF_TIME_PER_MILLIS},
        Weight,
    },
};
use frame_system::limits::{BlockLength, BlockWeights};
use sp_runtime::Perbill;
use sp_version::RuntimeVersion;

use super::money;
use crate::{
    slots::{Blocks, SlotMillis, MINUTE},
    Balance, Block, PalletInfo, Runtime, RuntimeCall, RuntimeEvent, RuntimeOrigin, RuntimeTask, SafeMode, TxPause,
    VERSION,
};

/// The share of a block that ordinary transactions may fill. The rest is kept for the operational
/// ones, so that the issuer gets through when the chain is congested.
const NORMAL_DISPATCH_RATIO: Perbill = Perbill::from_percent(75);

/// The greatest length of a block, in bytes.
const BLOCK_LENGTH_BYTES: u32 = 5 * 1024 * 1024;

/// The execution time of a full block: a third of its slot. Every validator executes a block after its author did, and both
/// happen within the slot.
fn block_ref_time() -> u64 {
    WEIGHT_REF_TIME_PER_MILLIS.saturating_mul(SlotMillis::get()) / 3
}

parameter_types! {
    /// What the blocks of this chain may weigh. There is no relay chain to prove anything to, so
    /// the proof size is not limited.
    pub RuntimeBlockWeights: BlockWeights = BlockWeights::with_sensible_defaults(
        Weight::from_parts(block_ref_time(), u64::MAX),
        NORMAL_DISPATCH_RATIO,
    );

    /// How long the blocks of this chain may be.
    pub RuntimeBlockLength: BlockLength = BlockLength::builder()
        .max_length(BLOCK_LENGTH_BYTES)
        .modify_max_length_for_class(DispatchClass::Normal, |length| {
            *length = NORMAL_DISPATCH_RATIO * *length;
        })
        .build();

    /// The version of this runtime.
    pub const Version: RuntimeVersion = VERSION;
}

#[derive_impl(frame_system::config_preludes::SolochainDefaultConfig)]
impl frame_system::Config for Runtime {
    type BaseCallFilter = InsideBoth<money::Closed, InsideBoth<SafeMode, TxPause>>;
    type Block = Block;
    type BlockWeights = RuntimeBlockWeights;
    type BlockLength = RuntimeBlockLength;
    /// The life of a mortal transaction at most, 80 minutes.
    type BlockHashCount = Blocks<{ 80 * MINUTE }>;
    type DbWeight = RocksDbWeight;
    type Version = Version;
    type AccountData = pallet_balances::AccountData<Balance>;
    type SystemWeightInfo = frame_system::weights::SubstrateWeight<Runtime>;
    type ExtensionsWeightInfo = frame_system::SubstrateExtensionsWeight<Runtime>;
    /// The generic prefix, which every wallet can show.
    type SS58Prefix = ConstU16<42>;
}

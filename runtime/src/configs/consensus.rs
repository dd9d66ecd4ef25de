//! The set-up of consensus: Aura makes blocks, GRANDPA finalises them, Timestamp keeps the time.
//!
//! The validators are those of the genesis; nothing rotates them yet.

use frame_support::traits::{ConstBool, ConstU32, ConstU64};
use sp_consensus_aura::sr25519::AuthorityId as AuraId;

use crate::{
    slots::{self, HalfSlot, SlotMillis},
    Aura, Runtime, RuntimeEvent,
};

/// The greatest number of validators. Each of them signs every finality vote, so more would slow
/// finality down before they made the chain safer.
type MaxAuthorities = ConstU32<100>;

impl slots::Config for Runtime {}

impl pallet_timestamp::Config for Runtime {
    type Moment = u64;
    type OnTimestampSet = Aura;
    type MinimumPeriod = HalfSlot;
    type WeightInfo = pallet_timestamp::weights::SubstrateWeight<Runtime>;
}

impl pallet_aura::Config for Runtime {
    type AuthorityId = AuraId;
    type MaxAuthorities = MaxAuthorities;
    type DisabledValidators = ();
    type AllowMultipleBlocksPerSlot = ConstBool<false>;
    type SlotDuration = SlotMillis;
}

impl pallet_grandpa::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type WeightInfo = ();
    type MaxAuthorities = MaxAuthorities;
    type MaxNominators = ConstU32<0>;
    type MaxSetIdSessionEntries = ConstU64<0>;
    /// Without sessions there is no record of who held a key, so nothing can be proved about it,
    /// and an equivocation cannot be reported on chain.
    type KeyOwnerProof = sp_core::Void;
    type EquivocationReportSystem = ();
}

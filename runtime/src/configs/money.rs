//! The set-up of money: balances, and what a transaction costs.

use frame_support::{
    parameter_types,
    traits::{ConstU128, ConstU32, ConstU8, VariantCountOf},
    weights::{ConstantMultiplier, IdentityFee},
};
use pallet_transaction_payment::{FungibleAdapter, Multiplier, TargetedFeeAdjustment};
use sp_runtime::{FixedPointNumber, Perquintill};

use crate::{
    Balance, Balances, Runtime, RuntimeEvent, RuntimeFreezeReason, RuntimeHoldReason, System, EXISTENTIAL_DEPOSIT,
    MICROUNIT, MILLIUNIT,
};

/// What is put aside for storage while it is in use: `items` entries of `bytes` bytes in total.
/// In base units; refunded with the storage.
pub const fn deposit(items: u32, bytes: u32) -> Balance {
    (items as Balance) * 100 * MILLIUNIT + (bytes as Balance) * MILLIUNIT
}

impl pallet_balances::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeHoldReason = RuntimeHoldReason;
    type RuntimeFreezeReason = RuntimeFreezeReason;
    type WeightInfo = pallet_balances::weights::SubstrateWeight<Runtime>;
    type Balance = Balance;
    type DustRemoval = ();
    type ExistentialDeposit = ConstU128<EXISTENTIAL_DEPOSIT>;
    type AccountStore = System;
    type ReserveIdentifier = [u8; 8];
    type FreezeIdentifier = RuntimeFreezeReason;
    /// No pallet of this runtime locks money or reserves it by name: they hold it.
    type MaxLocks = ConstU32<0>;
    type MaxReserves = ConstU32<0>;
    type MaxFreezes = VariantCountOf<RuntimeFreezeReason>;
    type DoneSlashHandler = ();
}

parameter_types! {
    /// The fullness of a block at which fees stay as they are: room for peaks three times as high.
    pub TargetBlockFullness: Perquintill = Perquintill::from_percent(25);

    /// How fast fees follow the fullness. When every block is full they rise by 3.4 % in an hour
    /// and double in less than a day; an order that a card signed with a sensible margin still
    /// covers its fee when it expires, an hour later.
    pub AdjustmentVariable: Multiplier = Multiplier::saturating_from_rational(25, 1_000_000);

    /// Fees never fall below what the weights say: on an idle chain, filling blocks would otherwise cost a tenth.
    pub MinimumMultiplier: Multiplier = Multiplier::saturating_from_integer(1);

    /// Fees of a chain under attack rise to the hundredfold and no further, so that whoever holds
    /// a carrier can always afford to empty it.
    pub MaximumMultiplier: Multiplier = Multiplier::saturating_from_integer(100);
}

impl pallet_transaction_payment::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    /// Fees are burnt.
    type OnChargeTransaction = FungibleAdapter<Balances, ()>;
    /// A picosecond of execution costs a base unit, and so a second one SPC: a transfer (about
    /// 0.8 ms with its checks) costs a little less than one thousandth of an SPC.
    type WeightToFee = IdentityFee<Balance>;
    /// A byte costs a millionth of an SPC: the length of a transfer adds a sixth to its fee.
    type LengthToFee = ConstantMultiplier<Balance, ConstU128<MICROUNIT>>;
    type FeeMultiplierUpdate = TargetedFeeAdjustment<
        Runtime,
        TargetBlockFullness,
        AdjustmentVariable,
        MinimumMultiplier,
        MaximumMultiplier,
    >;
    type OperationalFeeMultiplier = ConstU8<5>;
    type WeightInfo = pallet_transaction_payment::weights::SubstrateWeight<Runtime>;
}

//! The set-up of money: the currencies, who makes them, and what a transaction costs.

use frame_support::{
    parameter_types,
    traits::{
        fungible::UnionOf, AsEnsureOriginWithArg, ConstU128, ConstU32, ConstU8, Contains, Get, VariantCountOf,
    },
    weights::{ConstantMultiplier, IdentityFee},
    PalletId,
};
use frame_system::EnsureNever;
use pallet_issuance::NativeOrAsset;
use pallet_transaction_payment::{FungibleAdapter, Multiplier, TargetedFeeAdjustment};
use sp_runtime::{
    traits::{AccountIdConversion, BlakeTwo256, Hash},
    FixedPointNumber, Perquintill,
};
use specie_primitives::{currency::CurrencyInfo, ids::CurrencyId};

use super::issuer::IssuerOrigin;
use crate::{
    slots::{SlotMillis, DEFAULT_SLOT_MILLIS},
    AccountId, Assets, AssetsHolder, Balance, Balances, Issuance, Runtime, RuntimeCall, RuntimeEvent,
    RuntimeFreezeReason, RuntimeHoldReason, System, EXISTENTIAL_DEPOSIT, MICROUNIT, MILLIUNIT,
};

/// What is put aside for storage while it is in use: `items` entries of `bytes` bytes in total.
/// In base units; refunded with the storage.
pub const fn deposit(items: u32, bytes: u32) -> Balance {
    (items as Balance) * 100 * MILLIUNIT + (bytes as Balance) * MILLIUNIT
}

/// Every currency, by its id.
pub type Money = UnionOf<Balances, Assets, NativeOrAsset, CurrencyId, AccountId>;

/// Every currency again, for putting money on hold.
pub type HeldMoney = UnionOf<Balances, AssetsHolder, NativeOrAsset, CurrencyId, AccountId>;

impl pallet_balances::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeHoldReason = RuntimeHoldReason;
    type RuntimeFreezeReason = RuntimeFreezeReason;
    type WeightInfo = pallet_balances::weights::SubstrateWeight<Runtime>;
    type Balance = Balance;
    /// Burnt, and counted.
    type DustRemoval = Issuance;
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

/// The further currencies. The issuer creates them and makes their money through [`Issuance`]: nobody is an asset's owner,
/// its account having no key, and [`Closed`] lets through payments alone.
impl pallet_assets::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type Balance = Balance;
    type RemoveItemsLimit = ConstU32<1_000>;
    type AssetId = u32;
    type AssetIdParameter = codec::Compact<u32>;
    type ReserveData = ();
    type Currency = Balances;
    type CreateOrigin = AsEnsureOriginWithArg<EnsureNever<AccountId>>;
    type ForceOrigin = EnsureNever<()>;
    type AssetDeposit = ConstU128<0>;
    type AssetAccountDeposit = ConstU128<0>;
    type MetadataDepositBase = ConstU128<0>;
    type MetadataDepositPerByte = ConstU128<0>;
    type ApprovalDeposit = ConstU128<0>;
    type StringLimit = ConstU32<MAX_CURRENCY_NAME>;
    type Freezer = ();
    type Holder = AssetsHolder;
    type Extra = ();
    type CallbackHandle = ();
    type AssetIdAllocator = ();
    type WeightInfo = pallet_assets::weights::SubstrateWeight<Runtime>;
    #[cfg(feature = "runtime-benchmarks")]
    type BenchmarkHelper = AssetNumbers;
}

#[cfg(feature = "runtime-benchmarks")]
/// The numbers of assets for the SDK's benchmarks.
pub struct AssetNumbers;

#[cfg(feature = "runtime-benchmarks")]
impl pallet_assets::BenchmarkHelper<codec::Compact<u32>, ()> for AssetNumbers {
    fn create_asset_id_parameter(id: u32) -> codec::Compact<u32> {
        id.into()
    }

    fn create_reserve_id_parameter(_: u32) {}
}

impl pallet_assets_holder::Config for Runtime {
    type RuntimeHoldReason = RuntimeHoldReason;
    type RuntimeEvent = RuntimeEvent;
}

/// The longest name of a currency, in bytes.
const MAX_CURRENCY_NAME: u32 = 64;

parameter_types! {
    /// Where money is given back that the issuer is to burn.
    pub IssuerAccount: AccountId = PalletId(*b"sp/issue").into_account_truncating();

    /// What the chain's own currency is called.
    pub NativeInfo: CurrencyInfo = CurrencyInfo {
        id: CurrencyId::Native,
        name: b"Specie".to_vec(),
        symbol: b"SPC".to_vec(),
        decimals: 12,
        minimum: EXISTENTIAL_DEPOSIT,
    };
}

impl pallet_issuance::Config for Runtime {
    type IssuerOrigin = IssuerOrigin;
    type Native = Balances;
    type Assets = Assets;
    type Money = Money;
    type IssuerAccount = IssuerAccount;
    type NativeInfo = NativeInfo;
    type MaxNameLen = ConstU32<MAX_CURRENCY_NAME>;
    type WeightInfo = pallet_issuance::weights::SpecieWeight<Runtime>;
}

/// The calls that are open to somebody. The SDK's pallets of money have others, by which money would appear or vanish beside
/// the issuer's books, or by which an asset's owner would manage it.
pub struct Closed;

impl Contains<RuntimeCall> for Closed {
    fn contains(call: &RuntimeCall) -> bool {
        match call {
            RuntimeCall::Balances(call) => !matches!(
                call,
                pallet_balances::Call::burn { .. }
                    | pallet_balances::Call::force_set_balance { .. }
                    | pallet_balances::Call::force_adjust_total_issuance { .. }
            ),
            RuntimeCall::Assets(call) => matches!(
                call,
                pallet_assets::Call::transfer { .. }
                    | pallet_assets::Call::transfer_keep_alive { .. }
                    | pallet_assets::Call::transfer_all { .. }
            ),
            // See `MotionCost`.
            RuntimeCall::IssuerCouncil(pallet_collective::Call::propose { proposal, .. }) => {
                let hash = BlakeTwo256::hash_of(proposal);
                !pallet_collective::CostOf::<Runtime, pallet_collective::Instance1>::contains_key(hash)
            }
            _ => true,
        }
    }
}

parameter_types! {
    /// The fullness of a block at which fees stay as they are: room for peaks three times as high.
    pub TargetBlockFullness: Perquintill = Perquintill::from_percent(25);

    /// How fast fees follow the fullness. When every block is full they rise by 3.4 % in an hour
    /// and double in less than a day; an order that a card signed with a sensible margin still
    /// covers its fee when it expires, an hour later. Shorter blocks are more blocks in an hour.
    pub AdjustmentVariable: Multiplier =
        Multiplier::saturating_from_rational(25 * SlotMillis::get(), 1_000_000 * DEFAULT_SLOT_MILLIS);

    /// Fees never fall below what the weights say: on an idle chain, filling blocks would otherwise cost a tenth.
    pub MinimumMultiplier: Multiplier = Multiplier::saturating_from_integer(1);

    /// Fees of a chain under attack rise to the hundredfold and no further, so that whoever holds
    /// a carrier can always afford to empty it.
    pub MaximumMultiplier: Multiplier = Multiplier::saturating_from_integer(100);
}

impl pallet_transaction_payment::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    /// Fees are burnt, and counted.
    type OnChargeTransaction = FungibleAdapter<Balances, Issuance>;
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

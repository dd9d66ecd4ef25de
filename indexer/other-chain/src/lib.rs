//! A chain that is not Specie and has carriers all the same: what the node plugin is tested on.
//!
//! It shares Specie's pallets and nothing else: other pallet indices, other transaction extensions, an issuer that is
//! one account, no consensus, no clock, no transaction fees, signatures checked inside the WASM. Module [`index`] is
//! all that it does for the plugin.
#![cfg_attr(not(feature = "std"), no_std)]

#[cfg(feature = "std")]
include!(concat!(env!("OUT_DIR"), "/wasm_binary.rs"));

extern crate alloc;

pub mod index;

use alloc::{vec, vec::Vec};
use frame_support::{
    derive_impl,
    genesis_builder_helper::{build_state, get_preset},
    parameter_types,
    traits::{
        fungible::{Mutate, UnionOf},
        tokens::Preservation,
        AsEnsureOriginWithArg, ConstU128, ConstU32, MapSuccess, SortedMembers,
    },
};
use frame_system::{EnsureNever, EnsureSignedBy};
use pallet_issuance::NativeOrAsset;
use sp_genesis_builder::PresetId;
use sp_inherents::{CheckInherentsResult, InherentData};
use sp_keyring::Sr25519Keyring;
use sp_runtime::{
    generic,
    traits::{BlakeTwo256, Block as BlockT, IdentifyAccount, Morph, TransactionExtension, Verify},
    transaction_validity::{TransactionSource, TransactionValidity},
    ApplyExtrinsicResult, DispatchError, ExtrinsicInclusionMode, MultiAddress, MultiSignature, OpaqueExtrinsic,
};
use sp_version::RuntimeVersion;
use specie_primitives::{
    acts::Actor,
    crypto::{Scheme, Software},
    ids::CurrencyId,
    index::{Changes, Claim, SnapshotPage},
    traits::{NetworkFees, NoRequests},
};

/// The number of a block.
pub type BlockNumber = u32;
/// An account.
pub type AccountId = <<MultiSignature as Verify>::Signer as IdentifyAccount>::AccountId;
/// An amount of money, in base units.
pub type Balance = u128;
/// The hash of a block.
pub type Hash = sp_core::H256;
/// The header of a block.
pub type Header = generic::Header<BlockNumber, BlakeTwo256>;
/// A block as the runtime sees it.
pub type Block = generic::Block<Header, UncheckedExtrinsic>;
/// A block as the node sees it.
pub type OpaqueBlock = generic::Block<Header, OpaqueExtrinsic>;
/// An extrinsic: signed, or bare with an order that its card has signed.
pub type UncheckedExtrinsic =
    generic::UncheckedExtrinsic<MultiAddress<AccountId, ()>, RuntimeCall, MultiSignature, TxExtension>;
/// What a signer signs.
pub type SignedPayload = generic::SignedPayload<RuntimeCall, TxExtension>;

/// What every signed transaction passes through.
pub type TxExtension = (
    frame_system::CheckGenesis<Runtime>,
    frame_system::CheckTxVersion<Runtime>,
    frame_system::CheckNonce<Runtime>,
    frame_system::CheckWeight<Runtime>,
);

type Executive =
    frame_executive::Executive<Runtime, Block, frame_system::ChainContext<Runtime>, Runtime, AllPalletsWithSystem>;

/// The version of this runtime.
#[sp_version::runtime_version]
pub const VERSION: RuntimeVersion = RuntimeVersion {
    spec_name: alloc::borrow::Cow::Borrowed("other-chain"),
    impl_name: alloc::borrow::Cow::Borrowed("other-chain"),
    authoring_version: 1,
    spec_version: 70,
    impl_version: 1,
    apis: RUNTIME_API_VERSIONS,
    transaction_version: 3,
    system_version: 1,
};

/// The time between two blocks, in milliseconds. The chain has no clock: time is counted in blocks.
pub const BLOCK_MILLIS: u64 = 6_000;
/// The least that an account holds, in base units.
pub const EXISTENTIAL_DEPOSIT: Balance = 500;
/// The account that the network's part of an order's fee goes to. Must exist.
pub const TREASURY: AccountId = AccountId::new(*b"the treasury of this other chain");

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
        RuntimeTask
    )]
    pub struct Runtime;

    #[runtime::pallet_index(0)]
    pub type System = frame_system::Pallet<Runtime>;

    #[runtime::pallet_index(3)]
    pub type Carriers = pallet_carriers::Pallet<Runtime>;

    #[runtime::pallet_index(7)]
    pub type Machines = pallet_machines::Pallet<Runtime>;

    #[runtime::pallet_index(8)]
    pub type Manufacturers = pallet_manufacturers::Pallet<Runtime>;

    #[runtime::pallet_index(50)]
    pub type Balances = pallet_balances::Pallet<Runtime>;

    #[runtime::pallet_index(51)]
    pub type Utility = pallet_utility::Pallet<Runtime>;

    #[runtime::pallet_index(60)]
    pub type Assets = pallet_assets::Pallet<Runtime>;
}

parameter_types! {
    /// The version, as the system pallet takes it.
    pub const Version: RuntimeVersion = VERSION;
}

/// The one account that admits, freezes and settles.
pub struct Issuer;

impl SortedMembers<AccountId> for Issuer {
    fn sorted_members() -> Vec<AccountId> {
        vec![Sr25519Keyring::Ferdie.to_account_id()]
    }
}

type IssuerOrigin = MapSuccess<EnsureSignedBy<Issuer, AccountId>, ByAccount>;

/// The issuer is an account.
pub struct ByAccount;

impl Morph<AccountId> for ByAccount {
    type Outcome = Actor<AccountId>;

    fn morph(account: AccountId) -> Actor<AccountId> {
        Actor::Account(account)
    }
}

#[derive_impl(frame_system::config_preludes::SolochainDefaultConfig)]
impl frame_system::Config for Runtime {
    type Block = Block;
    type Version = Version;
    type AccountData = pallet_balances::AccountData<Balance>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Runtime {
    type Balance = Balance;
    type ExistentialDeposit = ConstU128<EXISTENTIAL_DEPOSIT>;
    type AccountStore = System;
}

/// There could be other currencies, but nobody creates any.
#[derive_impl(pallet_assets::config_preludes::TestDefaultConfig)]
impl pallet_assets::Config for Runtime {
    type Balance = Balance;
    type Currency = Balances;
    type CreateOrigin = AsEnsureOriginWithArg<EnsureNever<AccountId>>;
    type ForceOrigin = EnsureNever<()>;
    #[cfg(feature = "runtime-benchmarks")]
    type BenchmarkHelper = ();
}

/// The network is paid, and burns nothing.
pub struct ToTreasury;

impl NetworkFees<AccountId> for ToTreasury {
    type Error = DispatchError;

    fn collect(_: CurrencyId, from: &AccountId, amount: Balance) -> Result<(), DispatchError> {
        <Balances as Mutate<_>>::transfer(from, &TREASURY, amount, Preservation::Expendable).map(drop)
    }
}

impl pallet_utility::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeCall = RuntimeCall;
    type PalletsOrigin = OriginCaller;
    type WeightInfo = ();
}

impl pallet_manufacturers::Config for Runtime {
    type IssuerOrigin = IssuerOrigin;
    type Arithmetic = Software;
    type MaxNameLen = ConstU32<20>;
    type MaxBatches = ConstU32<1_000>;
    type WeightInfo = pallet_manufacturers::weights::SpecieWeight<Runtime>;
}

impl pallet_machines::Config for Runtime {
    type IssuerOrigin = IssuerOrigin;
    type MaxGrantsPerCall = ConstU32<300>;
    type MaxOpenGrants = ConstU32<1_000>;
    type OperatorChangeDelay = ConstU32<1>;
    type WeightInfo = pallet_machines::weights::SpecieWeight<Runtime>;
}

/// An order costs the same whatever else happens on this chain.
pub struct FlatFee;

impl pallet_carriers::OrderFee for FlatFee {
    fn order_fee(scheme: Scheme) -> Balance {
        match scheme {
            Scheme::Secp256k1 => 310,
            Scheme::P256 => 320,
            Scheme::Ed25519 => 330,
        }
    }

    fn priority(_: Scheme, bid: Balance) -> u64 {
        bid.try_into().unwrap_or(u64::MAX)
    }
}

impl pallet_carriers::Config for Runtime {
    type IssuerOrigin = IssuerOrigin;
    type RuntimeHoldReason = RuntimeHoldReason;
    type Currency = Balances;
    type Money = UnionOf<Balances, Assets, NativeOrAsset, CurrencyId, AccountId>;
    type Fees = ToTreasury;
    type Batches = Manufacturers;
    type Machines = Machines;
    /// This chain has none.
    type Requests = NoRequests<DispatchError>;
    type Pools = ();
    type Arithmetic = Software;
    type OrderFee = FlatFee;
    type Deposit = ConstU128<2_000>;
    type DefaultOrderLifetime = ConstU32<100>;
    type MaxOrderLifetime = ConstU32<1_000>;
    type WeightInfo = pallet_carriers::weights::SpecieWeight<Runtime>;
    #[cfg(feature = "runtime-benchmarks")]
    type BenchmarkHelper = NoBenchmarks;
}

/// Nobody measures this chain.
#[cfg(feature = "runtime-benchmarks")]
pub struct NoBenchmarks;

#[cfg(feature = "runtime-benchmarks")]
impl pallet_carriers::BenchmarkHelper<AccountId> for NoBenchmarks {
    fn add_batch(_: specie_primitives::ids::BatchId, _: specie_primitives::records::BatchKey) {}

    fn add_machine(_: &AccountId, _: &AccountId) {}
}

/// The extensions of a transaction, and what a signer signs of the chain with them.
pub fn extension(
    nonce: u32,
    genesis: Hash,
) -> (TxExtension, <TxExtension as TransactionExtension<RuntimeCall>>::Implicit) {
    let extension = (
        frame_system::CheckGenesis::new(),
        frame_system::CheckTxVersion::new(),
        frame_system::CheckNonce::from(nonce),
        frame_system::CheckWeight::new(),
    );
    (extension, (genesis, VERSION.transaction_version, (), ()))
}

sp_api::impl_runtime_apis! {
    impl sp_api::Core<Block> for Runtime {
        fn version() -> RuntimeVersion {
            VERSION
        }

        fn execute_block(block: <Block as BlockT>::LazyBlock) {
            Executive::execute_block(block);
        }

        fn initialize_block(header: &<Block as BlockT>::Header) -> ExtrinsicInclusionMode {
            Executive::initialize_block(header)
        }
    }

    impl sp_block_builder::BlockBuilder<Block> for Runtime {
        fn apply_extrinsic(extrinsic: <Block as BlockT>::Extrinsic) -> ApplyExtrinsicResult {
            Executive::apply_extrinsic(extrinsic)
        }

        fn finalize_block() -> <Block as BlockT>::Header {
            Executive::finalize_block()
        }

        fn inherent_extrinsics(_: InherentData) -> Vec<<Block as BlockT>::Extrinsic> {
            Vec::new()
        }

        fn check_inherents(_: <Block as BlockT>::LazyBlock, _: InherentData) -> CheckInherentsResult {
            CheckInherentsResult::new()
        }
    }

    impl sp_transaction_pool::runtime_api::TaggedTransactionQueue<Block> for Runtime {
        fn validate_transaction(
            source: TransactionSource,
            tx: <Block as BlockT>::Extrinsic,
            block_hash: <Block as BlockT>::Hash,
        ) -> TransactionValidity {
            Executive::validate_transaction(source, tx, block_hash)
        }
    }

    impl sp_genesis_builder::GenesisBuilder<Block> for Runtime {
        fn build_state(config: Vec<u8>) -> sp_genesis_builder::Result {
            build_state::<RuntimeGenesisConfig>(config)
        }

        fn get_preset(id: &Option<PresetId>) -> Option<Vec<u8>> {
            get_preset::<RuntimeGenesisConfig>(id, |_| None)
        }

        fn preset_names() -> Vec<PresetId> {
            Vec::new()
        }
    }

    impl specie_primitives::index::IndexApi<Block> for Runtime {
        fn changes() -> Changes {
            index::changes()
        }

        fn snapshot(after: Option<Vec<u8>>, limit: u32) -> SnapshotPage {
            index::snapshot(after, limit)
        }

        fn claims(extrinsic: <Block as BlockT>::Extrinsic) -> Vec<Claim> {
            index::claims(&extrinsic)
        }
    }
}

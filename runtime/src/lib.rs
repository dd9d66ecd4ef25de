//! The Specie runtime: the SDK's pallets and Specie's own, composed into one chain.
//!
//! # Overview
//!
//! | index | pallet | what it is for |
//! |---|---|---|
//! | 0–5 | `System`, `Timestamp`, `Aura`, `Grandpa`, `Balances`, `TransactionPayment` | the chain itself |
//! | 6–7 | `Assets`, `AssetsHolder` | currencies beside the chain's own |
//! | 8 | `Slots` | how long a slot takes |
//! | 10–12 | `Utility`, `Multisig`, `Proxy` | how accounts act together and for each other |
//! | 20–22 | `SafeMode`, `TxPause`, `IssuerCouncil` | the issuer and its brakes |
//! | 29 | `Sudo` | development only, see below |
//! | 40–45 | `Manufacturers`, `Machines`, `Carriers`, `Requests`, `Issuance`, `Safes` | carriers of money, those who make and serve them, what they are asked to pay, who makes the money, who holds many of them |
//!
//! # Terminology
//!
//! * **Issuer**: root, or two thirds of the issuer's council
//!   ([`IssuerOrigin`](configs::issuer::IssuerOrigin)). It alone admits manufacturers and
//!   machines, and it alone can stop the chain.
//! * **Bare extrinsic**: an extrinsic of format 5 without a signature and without extensions: an inherent, or a carrier's
//!   order, which carries the card's signature and pays the network itself.
//!
//! # Sudo
//!
//! The pallet is part of every build, so that one WASM serves development and production, but a
//! key exists only where the genesis sets one: in the preset
//! [`development`](genesis_config_presets). A production chain spec leaves `sudo.key` empty; no call
//! of the pallet can then succeed, for ever.
//!
//! # Properties that always hold
//!
//! * Pallet and call indices never change their meaning: signed extrinsics and cards in the field
//!   depend on them.
//! * Fees are burnt and counted; beside them the issuer alone makes and destroys money, and the supply of each currency adds
//!   up at every block.
//! * The issuer's own means (council, safe mode, pause, timestamp) can never be stopped.

#![cfg_attr(not(feature = "std"), no_std)]
// The `runtime` macro expands once per pallet, one inside the other.
#![recursion_limit = "512"]

#[cfg(feature = "std")]
include!(concat!(env!("OUT_DIR"), "/wasm_binary.rs"));

extern crate alloc;

pub mod apis;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarks;
mod carriers;
pub mod configs;
mod crypto;
pub mod genesis_config_presets;
mod index;
pub mod opaque;
pub mod slots;
#[cfg(test)]
mod tests;

// The `runtime` macro names it without a path.
#[cfg(not(feature = "std"))]
use alloc::vec::Vec;

use sp_runtime::{
    generic,
    traits::{BlakeTwo256, IdentifyAccount, Verify},
    MultiAddress, MultiSignature,
};
use sp_version::RuntimeVersion;

/// The number of a block.
pub type BlockNumber = u32;

/// A signature of any scheme that an ordinary account may use.
pub type Signature = MultiSignature;

/// An account: the public key, its hash, or the address of a carrier.
pub type AccountId = <<Signature as Verify>::Signer as IdentifyAccount>::AccountId;

/// An amount of money, in base units ([`UNIT`] has 10¹² of them).
pub type Balance = u128;

/// How many extrinsics an account has signed.
pub type Nonce = u32;

/// The hash of a block, of a state root, of an extrinsic.
pub type Hash = sp_core::H256;

/// How an extrinsic names an account.
pub type Address = MultiAddress<AccountId, ()>;

/// The header of a block.
pub type Header = generic::Header<BlockNumber, BlakeTwo256>;

/// A block.
pub type Block = generic::Block<Header, UncheckedExtrinsic>;

/// What every transaction passes through, in this order.
///
/// `WeightReclaim` is last because extensions are wound up in the same order and it must see what all the others gave
/// back. A general transaction passes through them too, and is refused after the last of them: nobody has authorised it.
pub type TxExtension = (
    frame_system::CheckNonZeroSender<Runtime>,
    frame_system::CheckSpecVersion<Runtime>,
    frame_system::CheckTxVersion<Runtime>,
    frame_system::CheckGenesis<Runtime>,
    frame_system::CheckMortality<Runtime>,
    frame_system::CheckNonce<Runtime>,
    frame_system::CheckWeight<Runtime>,
    pallet_transaction_payment::ChargeTransactionPayment<Runtime>,
    frame_metadata_hash_extension::CheckMetadataHash<Runtime>,
    pallet_carriers::CheckOrder<Runtime>,
    frame_system::WeightReclaim<Runtime>,
);

/// An extrinsic as it arrives: signed (format 4) or bare (format 5).
pub type UncheckedExtrinsic = generic::UncheckedExtrinsic<Address, RuntimeCall, Signature, TxExtension>;

/// What a signer signs.
pub type SignedPayload = generic::SignedPayload<RuntimeCall, TxExtension>;

/// Executes blocks.
pub type Executive =
    frame_executive::Executive<Runtime, Block, frame_system::ChainContext<Runtime>, Runtime, AllPalletsWithSystem>;

/// The version of this runtime. The WASM carries it in a section of its own, so only literals are
/// allowed here.
#[sp_version::runtime_version]
pub const VERSION: RuntimeVersion = RuntimeVersion {
    spec_name: alloc::borrow::Cow::Borrowed("specie"),
    impl_name: alloc::borrow::Cow::Borrowed("specie-node"),
    authoring_version: 1,
    spec_version: 1,
    impl_version: 1,
    apis: apis::RUNTIME_API_VERSIONS,
    transaction_version: 1,
    system_version: 1,
};

/// One SPC, in base units.
pub const UNIT: Balance = 1_000 * MILLIUNIT;
/// A thousandth of an SPC, in base units.
pub const MILLIUNIT: Balance = 1_000 * MICROUNIT;
/// A millionth of an SPC, in base units.
pub const MICROUNIT: Balance = 1_000_000;

/// The least that an account holds, in base units. An account that falls below it is removed.
pub const EXISTENTIAL_DEPOSIT: Balance = MILLIUNIT;

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
    pub struct Runtime;

    #[runtime::pallet_index(0)]
    pub type System = frame_system::Pallet<Runtime>;

    #[runtime::pallet_index(1)]
    pub type Timestamp = pallet_timestamp::Pallet<Runtime>;

    #[runtime::pallet_index(2)]
    pub type Aura = pallet_aura::Pallet<Runtime>;

    #[runtime::pallet_index(3)]
    pub type Grandpa = pallet_grandpa::Pallet<Runtime>;

    #[runtime::pallet_index(4)]
    pub type Balances = pallet_balances::Pallet<Runtime>;

    #[runtime::pallet_index(5)]
    pub type TransactionPayment = pallet_transaction_payment::Pallet<Runtime>;

    #[runtime::pallet_index(6)]
    pub type Assets = pallet_assets::Pallet<Runtime>;

    #[runtime::pallet_index(7)]
    pub type AssetsHolder = pallet_assets_holder::Pallet<Runtime>;

    #[runtime::pallet_index(8)]
    pub type Slots = slots::Pallet<Runtime>;

    #[runtime::pallet_index(10)]
    pub type Utility = pallet_utility::Pallet<Runtime>;

    #[runtime::pallet_index(11)]
    pub type Multisig = pallet_multisig::Pallet<Runtime>;

    #[runtime::pallet_index(12)]
    pub type Proxy = pallet_proxy::Pallet<Runtime>;

    #[runtime::pallet_index(20)]
    pub type SafeMode = pallet_safe_mode::Pallet<Runtime>;

    #[runtime::pallet_index(21)]
    pub type TxPause = pallet_tx_pause::Pallet<Runtime>;

    #[runtime::pallet_index(22)]
    pub type IssuerCouncil = pallet_collective::Pallet<Runtime, Instance1>;

    #[runtime::pallet_index(29)]
    pub type Sudo = pallet_sudo::Pallet<Runtime>;

    #[runtime::pallet_index(40)]
    pub type Manufacturers = pallet_manufacturers::Pallet<Runtime>;

    #[runtime::pallet_index(41)]
    pub type Machines = pallet_machines::Pallet<Runtime>;

    #[runtime::pallet_index(42)]
    pub type Carriers = pallet_carriers::Pallet<Runtime>;

    #[runtime::pallet_index(43)]
    pub type Requests = pallet_requests::Pallet<Runtime>;

    #[runtime::pallet_index(44)]
    pub type Issuance = pallet_issuance::Pallet<Runtime>;

    #[runtime::pallet_index(45)]
    pub type Safes = pallet_safes::Pallet<Runtime>;
}

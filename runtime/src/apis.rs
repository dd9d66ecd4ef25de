//! What the node may ask of the runtime.

use alloc::vec::Vec;

use frame_support::{
    genesis_builder_helper::{build_state, get_preset},
    view_functions::{ViewFunctionDispatchError, ViewFunctionId},
    weights::Weight,
};
use pallet_transaction_payment::{FeeDetails, RuntimeDispatchInfo};
use sp_consensus_aura::{sr25519::AuthorityId as AuraId, SlotDuration};
use sp_consensus_grandpa::{
    AuthorityId as GrandpaId, AuthorityList, EquivocationProof, OpaqueKeyOwnershipProof, SetId,
};
use sp_core::{crypto::KeyTypeId, OpaqueMetadata};
use sp_genesis_builder::PresetId;
use sp_inherents::{CheckInherentsResult, InherentData};
use sp_runtime::{
    generic::Preamble,
    traits::{Block as BlockT, NumberFor},
    transaction_validity::{TransactionSource, TransactionValidity},
    ApplyExtrinsicResult, ExtrinsicInclusionMode,
};
use sp_session::OpaqueGeneratedSessionKeys;
use sp_version::RuntimeVersion;
use specie_primitives::{
    api::{ChainInfo, ManufacturerInfo, PoolInfo, VerdictError, MAX_MEMBERS_PAGE, MAX_PAGE},
    crypto::PublicKey,
    currency::{CurrencyInfo, Supply, SupplyPage},
    evidence::Evidence,
    ids::{BatchId, CarrierId, CurrencyId, MachineId, ManufacturerId, PoolId, Reference},
    index::{Changes, Claim, SnapshotPage},
    records::{Batch, Machine},
    request::Request,
    traits::BatchKeys,
    verdict::{Verdict, View},
};

use crate::{
    genesis_config_presets, opaque::SessionKeys, AccountId, Aura, Balance, Block, Carriers, Executive, Grandpa,
    InherentDataExt, Issuance, Machines, Manufacturers, Nonce, Runtime, RuntimeCall, RuntimeGenesisConfig, System,
    TransactionPayment, VERSION,
};

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

    impl sp_api::Metadata<Block> for Runtime {
        fn metadata() -> OpaqueMetadata {
            OpaqueMetadata::new(Runtime::metadata().into())
        }

        fn metadata_at_version(version: u32) -> Option<OpaqueMetadata> {
            Runtime::metadata_at_version(version)
        }

        fn metadata_versions() -> Vec<u32> {
            Runtime::metadata_versions()
        }
    }

    impl frame_support::view_functions::runtime_api::RuntimeViewFunction<Block> for Runtime {
        fn execute_view_function(
            id: ViewFunctionId,
            input: Vec<u8>,
        ) -> Result<Vec<u8>, ViewFunctionDispatchError> {
            Runtime::execute_view_function(id, input)
        }
    }

    impl sp_block_builder::BlockBuilder<Block> for Runtime {
        fn apply_extrinsic(extrinsic: <Block as BlockT>::Extrinsic) -> ApplyExtrinsicResult {
            Executive::apply_extrinsic(extrinsic)
        }

        fn finalize_block() -> <Block as BlockT>::Header {
            Executive::finalize_block()
        }

        fn inherent_extrinsics(data: InherentData) -> Vec<<Block as BlockT>::Extrinsic> {
            data.create_extrinsics()
        }

        fn check_inherents(
            block: <Block as BlockT>::LazyBlock,
            data: InherentData,
        ) -> CheckInherentsResult {
            data.check_extrinsics(&block)
        }
    }

    impl sp_transaction_pool::runtime_api::TaggedTransactionQueue<Block> for Runtime {
        fn validate_transaction(
            source: TransactionSource,
            tx: <Block as BlockT>::Extrinsic,
            block_hash: <Block as BlockT>::Hash,
        ) -> TransactionValidity {
            // The same order in other bytes, under another hash. In a block, the carriers' pallet refuses it.
            if matches!(tx.preamble, Preamble::Bare(pallet_carriers::OLDER_FORMAT)) {
                return Err(pallet_carriers::Error::<Runtime>::WrongForm.validity());
            }
            Executive::validate_transaction(source, tx, block_hash)
        }
    }

    impl sp_offchain::OffchainWorkerApi<Block> for Runtime {
        fn offchain_worker(header: &<Block as BlockT>::Header) {
            Executive::offchain_worker(header)
        }
    }

    impl sp_consensus_aura::AuraApi<Block, AuraId> for Runtime {
        fn slot_duration() -> SlotDuration {
            SlotDuration::from_millis(Aura::slot_duration())
        }

        fn authorities() -> Vec<AuraId> {
            pallet_aura::Authorities::<Runtime>::get().into_inner()
        }
    }

    impl sp_consensus_grandpa::GrandpaApi<Block> for Runtime {
        fn grandpa_authorities() -> AuthorityList {
            Grandpa::grandpa_authorities()
        }

        fn current_set_id() -> SetId {
            Grandpa::current_set_id()
        }

        fn submit_report_equivocation_unsigned_extrinsic(
            _equivocation_proof: EquivocationProof<<Block as BlockT>::Hash, NumberFor<Block>>,
            _key_owner_proof: OpaqueKeyOwnershipProof,
        ) -> Option<()> {
            None
        }

        fn generate_key_ownership_proof(
            _set_id: SetId,
            _authority_id: GrandpaId,
        ) -> Option<OpaqueKeyOwnershipProof> {
            // The type of the proof has no values, see `configs::consensus`.
            None
        }
    }

    impl sp_session::SessionKeys<Block> for Runtime {
        fn generate_session_keys(
            owner: Vec<u8>,
            seed: Option<Vec<u8>>,
        ) -> OpaqueGeneratedSessionKeys {
            SessionKeys::generate(&owner, seed).into()
        }

        fn decode_session_keys(encoded: Vec<u8>) -> Option<Vec<(Vec<u8>, KeyTypeId)>> {
            SessionKeys::decode_into_raw_public_keys(&encoded)
        }
    }

    impl frame_system_rpc_runtime_api::AccountNonceApi<Block, AccountId, Nonce> for Runtime {
        fn account_nonce(account: AccountId) -> Nonce {
            System::account_nonce(account)
        }
    }

    impl pallet_transaction_payment_rpc_runtime_api::TransactionPaymentApi<Block, Balance>
        for Runtime
    {
        fn query_info(
            uxt: <Block as BlockT>::Extrinsic,
            len: u32,
        ) -> RuntimeDispatchInfo<Balance> {
            TransactionPayment::query_info(uxt, len)
        }

        fn query_fee_details(uxt: <Block as BlockT>::Extrinsic, len: u32) -> FeeDetails<Balance> {
            TransactionPayment::query_fee_details(uxt, len)
        }

        fn query_weight_to_fee(weight: Weight) -> Balance {
            TransactionPayment::weight_to_fee(weight)
        }

        fn query_length_to_fee(length: u32) -> Balance {
            TransactionPayment::length_to_fee(length)
        }
    }

    impl pallet_transaction_payment_rpc_runtime_api::TransactionPaymentCallApi<
        Block,
        Balance,
        RuntimeCall,
    > for Runtime {
        fn query_call_info(call: RuntimeCall, len: u32) -> RuntimeDispatchInfo<Balance> {
            TransactionPayment::query_call_info(call, len)
        }

        fn query_call_fee_details(call: RuntimeCall, len: u32) -> FeeDetails<Balance> {
            TransactionPayment::query_call_fee_details(call, len)
        }

        fn query_weight_to_fee(weight: Weight) -> Balance {
            TransactionPayment::weight_to_fee(weight)
        }

        fn query_length_to_fee(length: u32) -> Balance {
            TransactionPayment::length_to_fee(length)
        }
    }

    impl sp_genesis_builder::GenesisBuilder<Block> for Runtime {
        fn build_state(config: Vec<u8>) -> sp_genesis_builder::Result {
            build_state::<RuntimeGenesisConfig>(config)
        }

        fn get_preset(id: &Option<PresetId>) -> Option<Vec<u8>> {
            get_preset::<RuntimeGenesisConfig>(id, genesis_config_presets::get_preset)
        }

        fn preset_names() -> Vec<PresetId> {
            genesis_config_presets::preset_names()
        }
    }

    impl specie_primitives::api::CarrierApi<Block> for Runtime {
        fn chain() -> ChainInfo {
            crate::carriers::chain()
        }

        fn view(carrier: Option<CarrierId>, device: Option<PublicKey>, certified: Option<BatchId>) -> View {
            Carriers::view(carrier, device, certified)
        }

        fn verdict(
            carrier: Option<CarrierId>,
            evidence: Option<Evidence>,
        ) -> Result<Verdict, VerdictError> {
            crate::carriers::verdict(carrier, evidence)
        }

        fn batch(id: BatchId) -> Option<Batch> {
            Manufacturers::batch(id)
        }

        fn batches(manufacturer: ManufacturerId, from: u32, limit: u32) -> Vec<(BatchId, Batch)> {
            Manufacturers::batches_page(manufacturer, from, limit.min(MAX_PAGE))
        }

        fn manufacturers(from: u32, limit: u32) -> Vec<ManufacturerInfo> {
            crate::carriers::manufacturers(from, limit.min(MAX_PAGE))
        }

        fn request(reference: Reference) -> Option<Request<[u8; 32]>> {
            crate::carriers::request(reference)
        }

        fn currency(id: CurrencyId) -> Option<CurrencyInfo> {
            Issuance::info(id)
        }

        fn currencies(from: u32, limit: u32) -> Vec<CurrencyInfo> {
            Issuance::currencies_page(from, limit.min(MAX_PAGE))
        }

        fn supply(id: CurrencyId) -> Option<Supply> {
            Issuance::supply(id)
        }

        fn supply_in_carriers(id: CurrencyId, after: Option<CarrierId>, limit: u32) -> SupplyPage {
            crate::carriers::supply_in_carriers(id, after, limit)
        }

        fn machine(id: MachineId) -> Option<Machine> {
            pallet_machines::Machines::<Runtime>::get(AccountId::from(id.0))
        }

        fn open_grants(machine: MachineId, from: u32, limit: u32) -> Vec<u32> {
            Machines::open_grants_page(&machine.0.into(), from, limit.min(MAX_PAGE))
        }
    }

    impl specie_primitives::api::PoolApi<Block> for Runtime {
        fn pool(id: PoolId) -> Option<PoolInfo> {
            crate::carriers::pool(id)
        }

        fn membership(carrier: CarrierId) -> Option<PoolId> {
            pallet_safes::PoolOf::<Runtime>::get(carrier)
        }

        fn members(pool: PoolId, after: Option<CarrierId>, limit: u32) -> Vec<CarrierId> {
            crate::carriers::members(pool, after, limit.min(MAX_MEMBERS_PAGE))
        }

        fn requests(pool: PoolId, after: Option<Reference>, limit: u32) -> Vec<(Reference, Request<[u8; 32]>)> {
            crate::carriers::requests_to(pool, after, limit.min(MAX_PAGE))
        }
    }

    impl specie_primitives::index::IndexApi<Block> for Runtime {
        fn changes() -> Changes {
            crate::index::changes()
        }

        fn snapshot(after: Option<Vec<u8>>, limit: u32) -> SnapshotPage {
            crate::index::snapshot(after, limit)
        }

        fn claims(extrinsic: <Block as BlockT>::Extrinsic) -> Vec<Claim> {
            crate::index::claims(&extrinsic)
        }
    }

    #[cfg(feature = "try-runtime")]
    impl frame_try_runtime::TryRuntime<Block> for Runtime {
        fn on_runtime_upgrade(checks: frame_try_runtime::UpgradeCheckSelect) -> (Weight, Weight) {
            // A check that fails must stop here, with a backtrace; this never runs on a chain.
            let weight = Executive::try_runtime_upgrade(checks).expect("runtime upgrade failed");
            (weight, crate::configs::system::RuntimeBlockWeights::get().max_block)
        }

        fn execute_block(
            block: <Block as BlockT>::LazyBlock,
            state_root_check: bool,
            signature_check: bool,
            select: frame_try_runtime::TryStateSelect,
        ) -> Weight {
            // As above.
            Executive::try_execute_block(block, state_root_check, signature_check, select)
                .expect("execution of the block failed")
        }
    }

    #[cfg(feature = "runtime-benchmarks")]
    impl frame_benchmarking::Benchmark<Block> for Runtime {
        fn benchmark_metadata(extra: bool) -> (
            Vec<frame_benchmarking::BenchmarkList>,
            Vec<frame_support::traits::StorageInfo>,
        ) {
            use frame_benchmarking::{baseline::Pallet as BaselineBench, BenchmarkList};
            use frame_support::traits::StorageInfoTrait;
            use frame_system_benchmarking::{
                extensions::Pallet as SystemExtensionsBench, Pallet as SystemBench,
            };
            use super::*;

            let mut list = Vec::<BenchmarkList>::new();
            list_benchmarks!(list, extra);

            (list, AllPalletsWithSystem::storage_info())
        }

        fn dispatch_benchmark(
            config: frame_benchmarking::BenchmarkConfig,
        ) -> Result<Vec<frame_benchmarking::BenchmarkBatch>, alloc::string::String> {
            use frame_benchmarking::{baseline::Pallet as BaselineBench, BenchmarkBatch};
            use frame_support::traits::WhitelistedStorageKeys;
            use frame_system_benchmarking::{
                extensions::Pallet as SystemExtensionsBench, Pallet as SystemBench,
            };
            use super::*;

            let mut whitelist = AllPalletsWithSystem::whitelisted_storage_keys();
            whitelist.extend(crate::benchmarks::read_by_every_order().map(Into::into));

            let mut batches = Vec::<BenchmarkBatch>::new();
            let params = (&config, &whitelist);
            add_benchmarks!(params, batches);

            Ok(batches)
        }
    }
}

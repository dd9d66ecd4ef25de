//! Which benchmarks this runtime runs, and the little that they need of it.

use crate::Runtime;
use alloc::vec::Vec;
use specie_primitives::ids::CurrencyId;

impl frame_benchmarking::baseline::Config for Runtime {}
impl frame_system_benchmarking::Config for Runtime {}
impl pallet_transaction_payment::BenchmarkConfig for Runtime {}

/// What every order reads, and the burnt fees that it writes: after the first order of a block all of it lies in the block's own
/// memory, as the system's counters do, and is counted for none.
pub fn read_by_every_order() -> [Vec<u8>; 4] {
    [
        frame_system::BlockHash::<Runtime>::hashed_key_for(0),
        pallet_transaction_payment::NextFeeMultiplier::<Runtime>::hashed_key().to_vec(),
        pallet_carriers::OrderLifetime::<Runtime>::hashed_key().to_vec(),
        pallet_issuance::FeesBurnt::<Runtime>::hashed_key_for(CurrencyId::Native),
    ]
}

frame_benchmarking::define_benchmarks!(
    [frame_benchmarking, BaselineBench::<Runtime>]
    [frame_system, SystemBench::<Runtime>]
    [frame_system_extensions, SystemExtensionsBench::<Runtime>]
    [pallet_timestamp, Timestamp]
    [pallet_grandpa, Grandpa]
    [pallet_balances, Balances]
    [pallet_transaction_payment, TransactionPayment]
    [pallet_utility, Utility]
    [pallet_multisig, Multisig]
    [pallet_proxy, Proxy]
    [pallet_safe_mode, SafeMode]
    [pallet_tx_pause, TxPause]
    [pallet_collective, IssuerCouncil]
    [pallet_sudo, Sudo]
    [pallet_assets, Assets]
    [pallet_manufacturers, Manufacturers]
    [pallet_machines, Machines]
    [pallet_carriers, Carriers]
    [pallet_requests, Requests]
    [pallet_safes, Safes]
    [pallet_issuance, Issuance]
);

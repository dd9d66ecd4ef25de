//! Which benchmarks this runtime runs, and the little that they need of it.

use crate::Runtime;

impl frame_benchmarking::baseline::Config for Runtime {}
impl frame_system_benchmarking::Config for Runtime {}
impl pallet_transaction_payment::BenchmarkConfig for Runtime {}

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
    [pallet_issuance, Issuance]
);

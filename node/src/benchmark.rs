//! `specie-node benchmark`: measures every call of our pallets in the runtime's WASM, as the weights are to be read.
//!
//! The pallets say what is measured (`benchmarking.rs` of each, by `frame-benchmarking`); the runtime runs it when it is built with
//! the benchmarks in it. Of each benchmark two points are taken: everything that it counts (list entries, say) at its least and at
//! its most. The time is that of the execution in memory; what the database costs is counted in reads and writes, which the
//! weights price as the SDK does for RocksDB. Keys that every block reads anyway are left out.

use codec::{Decode, Encode};
use frame_benchmarking::{
    benchmarking::HostFunctions, BenchmarkBatch, BenchmarkConfig, BenchmarkList, BenchmarkParameter,
    BenchmarkResult,
};
use frame_support::traits::StorageInfo;
use sc_cli::{Error, Result, SubstrateCli};
use sc_client_db::BenchmarkingState;
use sc_executor::WasmExecutor;
use serde::Serialize;
use sp_core::traits::CallContext;
use sp_runtime::traits::HashingFor;
use sp_state_machine::{
    backend::{BackendRuntimeCode, TryPendingCode},
    OverlayedChanges, StateMachine,
};
use specie_runtime::opaque::Block;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

type Hashing = HashingFor<Block>;
type Executor = WasmExecutor<(sp_io::SubstrateHostFunctions, HostFunctions)>;

/// Our pallets; the SDK's have weights of their own.
const OURS: [&str; 5] =
    ["pallet_carriers", "pallet_issuance", "pallet_machines", "pallet_manufacturers", "pallet_requests"];

/// Calls of the SDK's whose weights are published, as a yardstick: how fast this machine is against the one of the SDK's
/// weights, in whose time all weights are counted.
const YARDSTICKS: [(&str, &str); 2] =
    [("pallet_balances", "transfer_allow_death"), ("pallet_balances", "transfer_keep_alive")];

/// What to measure, and where to write it.
#[derive(Debug, clap::Args)]
pub struct BenchmarkCmd {
    /// Only this pallet, such as `pallet_carriers`
    #[arg(long)]
    pallet: Option<String>,

    /// How often each is run
    #[arg(long, default_value_t = 50)]
    repeat: u32,

    /// The file for the measurements, JSON; without it they are printed
    #[arg(long)]
    out: Option<PathBuf>,
}

/// The file.
#[derive(Debug, Serialize)]
struct Measurements {
    /// Where they were taken.
    machine: Machine,
    /// How often each was run; the times are medians.
    repeat: u32,
    benchmarks: Vec<Measurement>,
}

#[derive(Debug, Serialize)]
struct Machine {
    processor: String,
    cores: usize,
    memory: String,
    system: String,
}

/// One benchmark at one point.
#[derive(Debug, Serialize)]
struct Measurement {
    pallet: String,
    benchmark: String,
    /// What was counted, by the letter that the benchmark has for it.
    components: BTreeMap<String, u32>,
    /// Of the execution, in nanoseconds.
    nanoseconds: u64,
    /// Keys that were read and written for the first time.
    reads: u32,
    writes: u32,
}

/// Runs the benchmarks.
pub fn run<C: SubstrateCli>(cli: &C, cmd: &BenchmarkCmd) -> Result<()> {
    let bench = Bench { genesis: cli.load_spec("dev")?.build_storage()?, executor: Executor::builder().build() };
    let (lists, _): (Vec<BenchmarkList>, Vec<StorageInfo>) =
        bench.call(&bench.state(false)?, "Benchmark_benchmark_metadata", &false.encode())?;
    let (mut benchmarks, mut failed) = (Vec::new(), Vec::new());
    for list in lists {
        let pallet = String::from_utf8_lossy(&list.pallet).into_owned();
        for benchmark in &list.benchmarks {
            let name = String::from_utf8_lossy(&benchmark.name).into_owned();
            let is_usual = OURS.contains(&pallet.as_str()) || YARDSTICKS.contains(&(&*pallet, &*name));
            if !cmd.pallet.as_ref().map_or(is_usual, |only| *only == pallet) {
                continue;
            }
            let least = benchmark.components.iter().map(|(parameter, least, _)| (*parameter, *least)).collect();
            let most = benchmark.components.iter().map(|(parameter, _, most)| (*parameter, *most)).collect();
            let mut points: Vec<Vec<_>> = vec![least, most];
            points.dedup();
            for components in points {
                let (nanoseconds, reads, writes) =
                    match bench.measure(&list, &benchmark.name, &components, cmd.repeat) {
                        Ok(measured) => measured,
                        Err(error) => {
                            failed.push(format!("{pallet}::{name}: {error}"));
                            continue;
                        }
                    };
                eprintln!("{pallet}::{name} {components:?}: {} µs", nanoseconds / 1_000);
                let components = components.iter().map(|(letter, count)| (format!("{letter:?}"), *count)).collect();
                benchmarks.push(Measurement {
                    pallet: pallet.clone(),
                    benchmark: name.clone(),
                    components,
                    nanoseconds,
                    reads,
                    writes,
                });
            }
        }
    }
    if !failed.is_empty() {
        return Err(Error::Input(failed.join("\n")));
    }
    if benchmarks.is_empty() {
        return Err(Error::Input(
            "there is no such pallet, or the runtime was built without its benchmarks".into(),
        ));
    }
    let text = serde_json::to_string_pretty(&Measurements { machine: machine(), repeat: cmd.repeat, benchmarks })
        .map_err(|error| Error::Input(error.to_string()))?;
    match &cmd.out {
        Some(path) => fs::write(path, text + "\n")?,
        None => println!("{text}"),
    }
    Ok(())
}

struct Bench {
    genesis: sp_storage::Storage,
    executor: Executor,
}

impl Bench {
    /// A fresh state; it counts accesses, or it is quick.
    fn state(&self, counts: bool) -> Result<BenchmarkingState<Hashing>> {
        BenchmarkingState::new(self.genesis.clone(), None, false, counts).map_err(Error::Input)
    }

    fn call<R: Decode>(&self, state: &BenchmarkingState<Hashing>, method: &str, arguments: &[u8]) -> Result<R> {
        let code = BackendRuntimeCode::new(state, TryPendingCode::No);
        let code = code.runtime_code()?;
        let (mut changes, mut extensions) = (OverlayedChanges::default(), Default::default());
        let answer = StateMachine::new(
            state,
            &mut changes,
            &self.executor,
            method,
            arguments,
            &mut extensions,
            &code,
            CallContext::Offchain,
        )
        .execute()
        .map_err(|error| Error::Input(format!("{method}: {error}")))?;
        R::decode(&mut &*answer).map_err(|error| Error::Input(format!("{method}: {error}")))
    }

    /// The median time in nanoseconds, and how many keys are read and written.
    fn measure(
        &self,
        list: &BenchmarkList,
        name: &[u8],
        components: &[(BenchmarkParameter, u32)],
        repeat: u32,
    ) -> Result<(u64, u32, u32)> {
        let run = |counts: bool, verify: bool, internal_repeats: u32| -> Result<Vec<BenchmarkResult>> {
            let config = BenchmarkConfig {
                pallet: list.pallet.clone(),
                instance: list.instance.clone(),
                benchmark: name.to_vec(),
                selected_components: components.to_vec(),
                verify,
                internal_repeats,
            };
            let done: std::result::Result<Vec<BenchmarkBatch>, String> =
                self.call(&self.state(counts)?, "Benchmark_dispatch_benchmark", &config.encode())?;
            let batches = done.map_err(Error::Input)?;
            Ok(batches.into_iter().flat_map(|batch| batch.results).collect())
        };
        run(false, true, 1)?;
        let counted = run(true, false, 1)?.into_iter().next().unwrap_or_default();
        let mut times: Vec<u128> = run(false, false, repeat)?.iter().map(|result| result.extrinsic_time).collect();
        times.sort_unstable();
        let median = times.get(times.len() / 2).copied().unwrap_or_default();
        Ok((u64::try_from(median).unwrap_or(u64::MAX), counted.reads, counted.writes))
    }
}

fn machine() -> Machine {
    let field = |path: &str, name: &str| {
        let text = fs::read_to_string(Path::new(path)).unwrap_or_default();
        let line = text.lines().find(|line| line.starts_with(name)).and_then(|line| line.split_once(':'));
        line.map_or_else(|| "not known".into(), |(_, value)| value.trim().to_owned())
    };
    Machine {
        processor: field("/proc/cpuinfo", "model name"),
        cores: std::thread::available_parallelism().map_or(0, usize::from),
        memory: field("/proc/meminfo", "MemTotal"),
        system: fs::read_to_string("/proc/version")
            .unwrap_or_default()
            .split('(')
            .next()
            .unwrap_or_default()
            .into(),
    }
}

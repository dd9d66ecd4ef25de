//! `specie-node benchmark`: measures what the runtime's weights are made of.

use crate::{cli::Cli, service};
use frame_benchmarking_cli::{BenchmarkCmd, SUBSTRATE_REFERENCE_HARDWARE};
use sc_cli::SubstrateCli;
use sp_runtime::traits::HashingFor;
use specie_runtime::opaque::Block;

/// Runs one benchmark.
pub fn run(cli: &Cli, cmd: &BenchmarkCmd) -> sc_cli::Result<()> {
    cli.create_runner(cmd)?.sync_run(|config| match cmd {
        BenchmarkCmd::Pallet(cmd) => cmd.run_with_spec::<HashingFor<Block>, ()>(Some(config.chain_spec)),
        BenchmarkCmd::Overhead(cmd) => cmd.run_with_default_builder_and_spec::<Block, ()>(Some(config.chain_spec)),
        BenchmarkCmd::Block(cmd) => {
            let (client, _, _task_manager) = service::chain_reader(&config)?;
            cmd.run(client)
        }
        BenchmarkCmd::Storage(cmd) => {
            let (client, backend, _task_manager) = service::chain_reader(&config)?;
            let (db, storage) = (backend.expose_db(), backend.expose_storage());
            cmd.run(config, client, db, storage, backend.expose_shared_trie_cache())
        }
        BenchmarkCmd::Machine(cmd) => cmd.run(&config, SUBSTRATE_REFERENCE_HARDWARE.clone()),
        BenchmarkCmd::Extrinsic(_) => {
            Err("single extrinsics are not benchmarked here: `benchmark pallet` measures every call".into())
        }
    })
}

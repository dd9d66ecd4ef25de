//! Carries out what the command line asks for.

use crate::{
    chain_spec,
    cli::{Cli, Subcommand},
    dev_genesis,
    full::{FullBackend, FullClient},
    service,
};
use sc_cli::SubstrateCli;
use sc_network::{config::NetworkBackendType, Litep2pNetworkBackend, NetworkWorker};
use sc_service::ChainSpec;
use specie_runtime::{opaque::Block, BlockNumber, Hash};
use std::sync::Arc;

impl SubstrateCli for Cli {
    fn impl_name() -> String {
        "Specie Node".into()
    }

    fn impl_version() -> String {
        env!("SUBSTRATE_CLI_IMPL_VERSION").into()
    }

    fn description() -> String {
        env!("CARGO_PKG_DESCRIPTION").into()
    }

    fn author() -> String {
        "the Specie developers".into()
    }

    fn support_url() -> String {
        "the issue tracker of the Specie project".into()
    }

    fn copyright_start_year() -> i32 {
        2026
    }

    fn load_spec(&self, id: &str) -> Result<Box<dyn ChainSpec>, String> {
        match chain_spec::load(id, self.slot, || dev_genesis::salt(self)) {
            Ok(spec) => Ok(Box::new(spec)),
            Err(error) => Err(error.to_string()),
        }
    }
}

/// Reads the command line of this process and carries it out.
pub fn run() -> sc_cli::Result<()> {
    let cli = Cli::from_args();
    match &cli.subcommand {
        Some(subcommand) => run_subcommand(&cli, subcommand),
        None => run_node(&cli),
    }
}

fn run_node(cli: &Cli) -> sc_cli::Result<()> {
    let options = cli.specie.clone();
    cli.create_runner(&cli.run)?.run_node_until_exit(|config| async move {
        match config.network.network_backend {
            NetworkBackendType::Libp2p => service::new_full::<NetworkWorker<Block, Hash>>(config, options),
            NetworkBackendType::Litep2p => service::new_full::<Litep2pNetworkBackend>(config, options),
        }
        .map_err(sc_cli::Error::Service)
    })
}

fn run_subcommand(cli: &Cli, subcommand: &Subcommand) -> sc_cli::Result<()> {
    match subcommand {
        Subcommand::Key(cmd) => cmd.run(cli),
        Subcommand::BuildSpec(cmd) => {
            cli.create_runner(cmd)?.sync_run(|config| cmd.run(config.chain_spec, config.network))
        }
        Subcommand::ExportChainSpec(cmd) => cmd.run(cli.load_spec(&cmd.chain)?),
        Subcommand::CheckBlock(cmd) => cli.create_runner(cmd)?.async_run(|config| {
            let (client, import_queue, task_manager) = service::chain_importer(&config)?;
            Ok((cmd.run(client, import_queue), task_manager))
        }),
        Subcommand::ExportBlocks(cmd) => cli.create_runner(cmd)?.async_run(|config| {
            let (client, _, task_manager) = service::chain_reader(&config)?;
            Ok((cmd.run(client, config.database), task_manager))
        }),
        Subcommand::ExportState(cmd) => cli.create_runner(cmd)?.async_run(|config| {
            let (client, _, task_manager) = service::chain_reader(&config)?;
            Ok((cmd.run(client, config.chain_spec), task_manager))
        }),
        Subcommand::ImportBlocks(cmd) => cli.create_runner(cmd)?.async_run(|config| {
            let (client, import_queue, task_manager) = service::chain_importer(&config)?;
            Ok((cmd.run(client, import_queue), task_manager))
        }),
        Subcommand::PurgeChain(cmd) => cli.create_runner(cmd)?.sync_run(|config| cmd.run(config.database)),
        Subcommand::Revert(cmd) => cli.create_runner(cmd)?.async_run(|config| {
            let (client, backend, task_manager) = service::chain_reader(&config)?;
            Ok((cmd.run::<Block, _, _>(client, backend, Some(Box::new(revert_grandpa))), task_manager))
        }),
        Subcommand::ChainInfo(cmd) => cli.create_runner(cmd)?.sync_run(|config| cmd.run::<Block>(&config)),
        Subcommand::Index(cmd) => crate::index::run(cli, cmd),
        #[cfg(feature = "runtime-benchmarks")]
        Subcommand::Benchmark(cmd) => crate::benchmark::run(cli, cmd),
    }
}

/// Takes back GRANDPA's record of the validators together with the blocks that changed it.
fn revert_grandpa(client: Arc<FullClient>, _: Arc<FullBackend>, blocks: BlockNumber) -> sc_cli::Result<()> {
    Ok(sc_consensus_grandpa::revert::<Block, _>(client, blocks)?)
}

//! `specie-node index`: the operator's tools for the index of a node that is not running.

use crate::{
    full::{FullBackend, FullClient},
    place::{store_options, CACHE_MIB},
    service,
};
use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};
use sc_cli::{CliConfiguration, ImportParams, SharedParams, SubstrateCli};
use sc_client_api::HeaderBackend;
use specie_indexer::{build, store::Store, verify, Source, StoreOptions};
use specie_runtime::opaque::Block;
use std::{path::PathBuf, sync::Arc};

/// Tools for the index. The node must not be running.
#[derive(Debug, clap::Subcommand)]
pub enum IndexCmd {
    /// Compare the whole index with the chain's state at the last block that the index holds
    Verify(VerifyCmd),

    /// Build the index again, from the state of the last final block or from all blocks
    Rebuild(RebuildCmd),
}

/// Compares the index with the chain.
#[derive(Debug, Parser)]
pub struct VerifyCmd {
    #[command(flatten)]
    options: Options,
}

/// Builds the index again.
#[derive(Debug, Parser)]
pub struct RebuildCmd {
    /// Read every block from the first to the last final one, so that histories are complete. Needs a node that has
    /// kept the state of all blocks (`--state-pruning archive`); otherwise history begins now.
    #[arg(long)]
    history: bool,

    #[command(flatten)]
    options: Options,
}

#[derive(Debug, Parser)]
struct Options {
    /// Where the index is, if not beside the chain's database
    #[arg(long, value_name = "PATH")]
    index_path: Option<PathBuf>,

    #[command(flatten)]
    shared: SharedParams,

    #[command(flatten)]
    import: ImportParams,
}

impl CliConfiguration for VerifyCmd {
    fn shared_params(&self) -> &SharedParams {
        &self.options.shared
    }

    fn import_params(&self) -> Option<&ImportParams> {
        Some(&self.options.import)
    }
}

impl CliConfiguration for RebuildCmd {
    fn shared_params(&self) -> &SharedParams {
        &self.options.shared
    }

    fn import_params(&self) -> Option<&ImportParams> {
        Some(&self.options.import)
    }
}

/// Carries out one of the commands.
pub fn run<C: SubstrateCli>(cli: &C, cmd: &IndexCmd) -> sc_cli::Result<()> {
    match cmd {
        IndexCmd::Verify(cmd) => cli.create_runner(cmd)?.sync_run(|config| {
            let (client, _, _task_manager) = service::chain_reader(&config)?;
            verify_index(client, &store_options(&config, cmd.options.index_path.clone(), CACHE_MIB))
        }),
        IndexCmd::Rebuild(cmd) => cli.create_runner(cmd)?.sync_run(|config| {
            let (client, backend, _task_manager) = service::chain_reader(&config)?;
            let options = store_options(&config, cmd.options.index_path.clone(), CACHE_MIB);
            rebuild_index(client, backend, &options, cmd.history)
        }),
    }
}

fn verify_index(client: Arc<FullClient>, options: &StoreOptions) -> sc_cli::Result<()> {
    if !options.path.exists() {
        return Err(format!("there is no index at {}", options.path.display()).into());
    }
    let genesis = client.info().genesis_hash;
    let source = Source::<_, Block>::new(client);
    let store = Store::open(options, genesis).map_err(application)?;
    let bar = bar("compared", "records");
    let report =
        verify::verify(&source, &store, &mut |done, total| show(&bar, done, total)).map_err(application)?;
    bar.finish_and_clear();
    for difference in &report.told {
        println!("{difference}");
    }
    let at = report.at.map_or(0, |head| head.number);
    println!("at block {at}                chain        index");
    for (what, chain, index) in report.rows() {
        println!("{what:<20} {chain:>12} {index:>12}");
    }
    println!(
        "{:<20} {:>12} {:>12}  since block {}",
        "history entries",
        "",
        report.index.history,
        store.history_since()
    );
    if report.holds() {
        println!("the index and the chain are equal");
        Ok(())
    } else {
        Err(format!("{} differences; build the index again: specie-node index rebuild", report.differences).into())
    }
}

fn rebuild_index(
    client: Arc<FullClient>,
    backend: Arc<FullBackend>,
    options: &StoreOptions,
    history: bool,
) -> sc_cli::Result<()> {
    let genesis = client.info().genesis_hash;
    let source = Source::<_, Block>::with_backend(client, backend);
    if history {
        // Before anything is moved.
        let first = source.at(0).and_then(|first| source.snapshot(&first, None, 1));
        first.map_err(|_| {
            sc_cli::Error::Input(
                "the node has not kept the state of the first block; without --history the state of the last final \
                 block is enough"
                    .into(),
            )
        })?;
    }
    if let Some(aside) = Store::set_aside(&options.path).map_err(application)? {
        println!("the index until now is kept at {}; delete it when you do not need it", aside.display());
    }
    let mut store = Store::open(options, genesis).map_err(application)?;
    let bar = bar("read", if history { "blocks" } else { "records" });
    let mut progress = |done, total| show(&bar, done, total);
    let built = match history {
        true => build::from_history(&source, &mut store, &mut progress),
        false => build::from_state(&source, &mut store, &mut progress),
    };
    let head = built.map_err(|error| {
        let hint = if history { "; without --history the state of the last final block is enough" } else { "" };
        sc_cli::Error::Input(format!("{error}{hint}"))
    })?;
    bar.finish_and_clear();
    let seconds = bar.elapsed().as_secs_f64();
    println!(
        "the index holds block {} and histories since block {} ({seconds:.2} s)",
        head.number,
        store.history_since()
    );
    Ok(())
}

fn bar(verb: &'static str, what: &'static str) -> ProgressBar {
    let bar = ProgressBar::no_length();
    let template =
        format!("{{elapsed_precise}} {verb} {{human_pos}} of {{human_len}} {what} {{wide_bar}} {{per_sec}}");
    // A template that does not parse leaves the plain bar.
    if let Ok(style) = ProgressStyle::with_template(&template) {
        bar.set_style(style);
    }
    bar
}

fn show(bar: &ProgressBar, done: u64, total: Option<u64>) {
    if let Some(total) = total {
        bar.set_length(total);
    }
    bar.set_position(done);
}

fn application(error: impl std::error::Error + Send + Sync + 'static) -> sc_cli::Error {
    sc_cli::Error::Application(Box::new(error))
}

//! The command line: every subcommand and option that `specie-node` knows.

use sc_cli::{
    BuildSpecCmd, ChainInfoCmd, CheckBlockCmd, ExportBlocksCmd, ExportChainSpecCmd, ExportStateCmd,
    ImportBlocksCmd, KeySubcommand, PurgeChainCmd, RevertCmd, RunCmd,
};
use specie_rpc::Freshness;
use std::time::Duration;

/// A day: a node whose head is older than that has nothing to say about a card in a machine.
const MAX_AGE_SECS: u64 = 86_400;

/// The command line. Without a subcommand it runs the node.
#[derive(Debug, clap::Parser)]
pub struct Cli {
    /// What to do instead of running the node.
    #[command(subcommand)]
    pub subcommand: Option<Subcommand>,

    /// The options of every Substrate node.
    #[command(flatten)]
    pub run: RunCmd,

    /// The options of Specie's own.
    #[command(flatten)]
    pub specie: SpecieArgs,
}

/// The options of Specie's own.
#[derive(Clone, Copy, Debug, clap::Args)]
#[command(next_help_heading = "Specie")]
pub struct SpecieArgs {
    /// Give no verdict on a carrier while the best block is older than this.
    ///
    /// The answer is then `Unknown`: a node that has fallen behind cannot know whether a carrier was spent. From
    /// 1 second to a day.
    #[arg(
        long,
        value_name = "SECONDS",
        default_value_t = 30,
        value_parser = clap::value_parser!(u64).range(1..=MAX_AGE_SECS)
    )]
    pub max_best_age: u64,

    /// Give no verdict on a carrier while the last finalised block is older than this.
    ///
    /// The answer is then `Unknown`: without finality a payment that is on the chain may still be taken back. From
    /// 1 second to a day.
    #[arg(
        long,
        value_name = "SECONDS",
        default_value_t = 60,
        value_parser = clap::value_parser!(u64).range(1..=MAX_AGE_SECS)
    )]
    pub max_finalized_age: u64,
}

impl SpecieArgs {
    /// How old the heads may be for a verdict.
    pub fn freshness(&self) -> Freshness {
        Freshness {
            best: Duration::from_secs(self.max_best_age),
            finalized: Duration::from_secs(self.max_finalized_age),
        }
    }
}

/// What `specie-node` does besides running.
#[derive(Debug, clap::Subcommand)]
pub enum Subcommand {
    /// Make, inspect and insert keys
    #[command(subcommand)]
    Key(KeySubcommand),

    /// Print a chain specification, with a boot node if wanted (`export-chain-spec` is the newer form)
    BuildSpec(BuildSpecCmd),

    /// Print a chain specification or write it to a file
    ExportChainSpec(ExportChainSpecCmd),

    /// Execute a block again and check it
    CheckBlock(CheckBlockCmd),

    /// Write blocks to a file
    ExportBlocks(ExportBlocksCmd),

    /// Print the state at a block as a chain specification
    ExportState(ExportStateCmd),

    /// Read blocks from a file
    ImportBlocks(ImportBlocksCmd),

    /// Remove the chain's database; the keys stay
    PurgeChain(PurgeChainCmd),

    /// Take back blocks that are not final yet
    Revert(RevertCmd),

    /// Print the best and the finalised block of the database
    ChainInfo(ChainInfoCmd),

    /// Measure what the runtime's weights are made of
    #[cfg(feature = "runtime-benchmarks")]
    #[command(subcommand)]
    Benchmark(Box<frame_benchmarking_cli::BenchmarkCmd>),
}

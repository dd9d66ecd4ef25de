//! The command line: every subcommand and option that `specie-node` knows.

use crate::{args::SpecieArgs, index::IndexCmd};
use sc_cli::{
    BuildSpecCmd, ChainInfoCmd, CheckBlockCmd, ExportBlocksCmd, ExportChainSpecCmd, ExportStateCmd,
    ImportBlocksCmd, KeySubcommand, PurgeChainCmd, RevertCmd, RunCmd,
};
use specie_runtime::slots::DEFAULT_SLOT_MILLIS;

/// The command line. Without a subcommand it runs the node.
#[derive(Debug, clap::Parser)]
pub struct Cli {
    /// What to do instead of running the node.
    #[command(subcommand)]
    pub subcommand: Option<Subcommand>,

    /// How long a slot of the built-in chains takes (`--dev`, `--chain local`), in milliseconds.
    ///
    /// It is part of the genesis: every command on the data of such a chain needs the same. Other chains have it in their
    /// specification.
    #[arg(
        long,
        global = true,
        value_name = "MILLISECONDS",
        default_value_t = DEFAULT_SLOT_MILLIS,
        value_parser = clap::value_parser!(u64).range(200..=60_000)
    )]
    pub slot: u64,

    /// The options of every Substrate node.
    #[command(flatten)]
    pub run: RunCmd,

    /// The options of Specie's own.
    #[command(flatten)]
    pub specie: SpecieArgs,
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

    /// Verify the index, or build it again
    #[command(subcommand)]
    Index(Box<IndexCmd>),

    /// Measure what the runtime's weights are made of
    #[cfg(feature = "runtime-benchmarks")]
    Benchmark(crate::benchmark::BenchmarkCmd),
}

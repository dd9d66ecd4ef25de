//! Measures what the documents claim, on real nodes: `make bench`. Prints Markdown.

use clap::Parser;
use specie_tests::bench::{atm, blocks, index, journal, signatures, speed};
use std::error::Error;

/// Measures what the documents claim, on real nodes, and prints it as Markdown.
#[derive(Debug, Parser)]
struct Cli {
    /// How many carriers the chain begins with.
    #[arg(long, default_value_t = 1_000_000)]
    carriers: u64,

    /// What to measure: everything, if nothing is named.
    #[arg(long, value_enum)]
    only: Option<Part>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    /// What checking signatures costs.
    Signatures,
    /// How many orders a block takes, against payments.
    Speed,
    /// The index and the RPC.
    Index,
    /// Building the index from blocks, and what it costs the import.
    Blocks,
    /// How long a customer waits at a machine.
    Atm,
    /// A machine's journal after a million customers.
    Journal,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let cli = Cli::parse();
    let folder = tempfile::tempdir()?;
    let wanted = |part| cli.only.is_none_or(|only| only == part);
    if wanted(Part::Signatures) {
        signatures::run(folder.path()).await?;
    }
    if wanted(Part::Speed) {
        speed::run(&folder.path().join("speed")).await?;
    }
    if wanted(Part::Index) {
        index::run(folder.path(), cli.carriers).await?;
    }
    if wanted(Part::Blocks) {
        blocks::run(folder.path()).await?;
    }
    if wanted(Part::Atm) {
        atm::run(folder.path()).await?;
    }
    if wanted(Part::Journal) {
        journal::run(folder.path())?;
    }
    Ok(())
}

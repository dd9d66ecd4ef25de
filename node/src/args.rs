//! The options of Specie's own.

use crate::place::CACHE_MIB;
use clap::builder::TypedValueParser;
use specie_rpc::{Allowance, Freshness};
use std::{path::PathBuf, time::Duration};

/// A client that was silent for so long may take that much work at once: two thousand verdicts, or one list of ten thousand.
/// Whatever it takes at once, everybody else waits for.
const BURST: Duration = Duration::from_millis(100);

/// A day: a node whose head is older than that has nothing to say about a card in a machine.
const MAX_AGE_SECS: u64 = 86_400;

/// The options of Specie's own.
#[derive(Clone, Debug, clap::Args)]
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

    /// Where the index is kept, if not beside the chain's database.
    #[arg(long, value_name = "PATH")]
    pub index_path: Option<PathBuf>,

    /// How much memory the index may take for what it has read, in MiB.
    #[arg(long, value_name = "MIB", default_value_t = CACHE_MIB, value_parser = clap::value_parser!(u64).range(8..=65_536).map(|mib| mib as usize))]
    pub index_cache: usize,

    /// When the index has to be built, read all blocks and not only the state of the last one, so that histories are
    /// complete from the first block on. Needs `--state-pruning archive`.
    #[arg(long)]
    pub index_history: bool,

    /// How much work a client of the RPC may ask for: microseconds of the processor in each second; 0: as much as it
    /// likes.
    ///
    /// One verdict on an address is charged 32, one with a card's evidence 2032, one of ten thousand in a list 4.
    #[arg(long, value_name = "MICROSECONDS", default_value_t = 750_000)]
    pub rpc_client_work: u64,
}

impl SpecieArgs {
    /// How old the heads may be for a verdict.
    pub fn freshness(&self) -> Freshness {
        Freshness {
            best: Duration::from_secs(self.max_best_age),
            finalized: Duration::from_secs(self.max_finalized_age),
        }
    }

    /// What a client of the RPC may take.
    pub const fn allowance(&self) -> Allowance {
        Allowance { micros_per_second: self.rpc_client_work, burst: BURST }
    }
}

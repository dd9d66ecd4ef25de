//! Measurements of a running node: `make bench`.
//!
//! | module | subject |
//! |---|---|
//! | [`wire`] | a WebSocket client that costs little |
//! | [`load`] | calls at a fixed rate, or as many as the node can take |
//! | [`atm`] | how long a customer waits at a machine |
//! | [`blocks`] | building the index from blocks, what it costs the import, and libraries instead |
//! | [`index`] | what machines ask all day, with a million carriers |
//! | [`journal`] | a machine's journal after a million customers |
//! | [`signatures`] | what checking signatures costs |
//! | [`speed`] | how many orders a block takes, against payments |

pub mod atm;
pub mod blocks;
pub mod index;
pub mod journal;
pub mod load;
pub mod signatures;
pub mod speed;
pub mod wire;

use hdrhistogram::Histogram;
use std::{error::Error, time::Duration};

/// Times in microseconds, up to a minute, to three digits.
pub fn histogram() -> Result<Histogram<u64>, Box<dyn Error>> {
    Ok(Histogram::new_with_bounds(1, 60_000_000, 3)?)
}

/// Prints the head of a table.
pub fn head(title: &str) {
    println!("\n{title}\n\n| measured | p50 | p99 | p99.9 | most | |\n|---|---|---|---|---|---|");
}

/// Prints a row of times.
pub fn times(what: &str, histogram: &Histogram<u64>, note: &str) {
    let at = |part: f64| shown(Duration::from_micros(histogram.value_at_quantile(part)));
    println!("| {what} | {} | {} | {} | {} | {note} |", at(0.5), at(0.99), at(0.999), at(1.0));
}

/// Prints a row with one figure.
pub fn figure(what: &str, figure: &str) {
    println!("| {what} | | | | | **{figure}** |");
}

fn shown(time: Duration) -> String {
    match time.as_micros() {
        micros @ 0..=9_999 => format!("{} ms", micros as f64 / 1_000.0),
        _ => format!("{} ms", time.as_millis()),
    }
}

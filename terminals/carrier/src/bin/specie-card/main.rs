//! `specie-card`: makes batches and software cards, and drives a software card.
//!
//! Every command prints one JSON object. Byte strings are `0x` hex; keys and signatures begin with their scheme.
#![deny(missing_docs)]
#![forbid(unsafe_code)]

mod arguments;
mod commands;
mod files;

use clap::Parser as _;
use specie_carrier::causes::in_one_line;
use std::process::ExitCode;

fn main() -> ExitCode {
    match commands::run(arguments::Arguments::parse().command) {
        Ok(answer) => {
            println!("{answer:#}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {}", in_one_line(&error));
            ExitCode::FAILURE
        }
    }
}

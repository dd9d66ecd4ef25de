//! `specie-card`: makes batches and software cards, and drives a software card.
//!
//! Every command prints one JSON object. Byte strings are `0x` hex; keys and signatures begin with their scheme.
#![deny(missing_docs, clippy::print_stdout, clippy::print_stderr)]
#![forbid(unsafe_code)]

mod arguments;
mod commands;
mod files;

use clap::Parser as _;
use specie_console::{causes::in_one_line, output};
use std::{error::Error, process::ExitCode};

fn failed(error: &dyn Error) -> ExitCode {
    output::note(format_args!("error: {}", in_one_line(error)));
    ExitCode::FAILURE
}

fn main() -> ExitCode {
    match commands::run(arguments::Arguments::parse().command) {
        Ok(answer) => match output::line(format_args!("{answer:#}")) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => failed(&error),
        },
        Err(error) => failed(&error),
    }
}

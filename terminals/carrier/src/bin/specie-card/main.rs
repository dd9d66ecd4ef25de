//! `specie-card`: makes batches and software cards, and drives a software card.
//!
//! Every command prints one JSON object. Byte strings are `0x` hex; keys and signatures begin with their scheme.
#![deny(missing_docs)]
#![forbid(unsafe_code)]

mod arguments;
mod commands;
mod files;

use clap::Parser as _;
use std::{error::Error, process::ExitCode};

fn main() -> ExitCode {
    match commands::run(arguments::Arguments::parse().command) {
        Ok(answer) => {
            println!("{answer:#}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {}", chain(&error));
            ExitCode::FAILURE
        }
    }
}

/// An error with its causes, each said once.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        if !text.contains(&more) {
            text.push_str(": ");
            text.push_str(&more);
        }
        cause = error.source();
    }
    text
}

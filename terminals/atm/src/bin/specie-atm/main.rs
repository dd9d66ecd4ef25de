//! The machine's program: with its hardware, or simulated.

mod arguments;
mod assemble;
mod prepare;
mod run;
mod view;

use arguments::{Arguments, Command, Sim};
use clap::Parser;
use std::{error::Error, process::ExitCode};

/// What a command gives.
type Outcome = Result<(), Box<dyn Error>>;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match command(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("specie-atm: {error}");
            let mut source = error.source();
            while let Some(cause) = source {
                eprintln!("  because: {cause}");
                source = cause.source();
            }
            ExitCode::FAILURE
        }
    }
}

fn command(arguments: Arguments) -> Outcome {
    if let Some(folder) = arguments.sim {
        return run::simulate(&Sim { folder, ..Sim::default() });
    }
    let Some(command) = arguments.command else { return Err("say what to do; --help lists it".into()) };
    match command {
        Command::Prepare(prepare) => prepare::prepare(&prepare),
        Command::Sim(sim) => run::simulate(&sim),
        Command::Books { folder, json } => run::books(&folder, json),
        Command::Statement { folder, date, json } => run::statement(&folder, date.as_deref(), json),
        Command::Journal { folder, last } => run::journal(&folder, last),
        Command::Settle { folder, case, claim, by, how } => run::settle(&folder, case, claim, &by, &how),
        Command::Clear { folder } => run::clear(&folder),
        Command::Fill { folder, bin, count } => run::fill(&folder, bin, count),
    }
}

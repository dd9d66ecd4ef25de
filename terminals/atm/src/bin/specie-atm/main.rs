//! The machine's program: with its hardware, or simulated.
#![deny(clippy::print_stdout, clippy::print_stderr)]

mod arguments;
mod assemble;
mod prepare;
mod run;
mod view;

use arguments::{Arguments, Command, Sim};
use clap::Parser;
use specie_console::{causes::in_one_line, output};
use std::{error::Error, process::ExitCode};

/// What a command gives.
type Outcome = Result<(), Box<dyn Error>>;

/// The exit code when the answer is there, and it is bad.
const BAD: u8 = 3;

/// The exit code when the answer could not be had.
const NOT_KNOWN: u8 = 4;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match command(arguments) {
        Ok(code) => code,
        Err(error) => {
            output::note(format_args!("specie-atm: {}", in_one_line(error.as_ref())));
            ExitCode::FAILURE
        }
    }
}

fn command(arguments: Arguments) -> Result<ExitCode, Box<dyn Error>> {
    let command = match (arguments.sim, arguments.command) {
        (Some(folder), _) => Command::Sim(Sim { folder, ..Sim::default() }),
        (None, Some(command)) => command,
        (None, None) => return Err("say what to do; --help lists it".into()),
    };
    let done = match command {
        Command::Books { folder, json } => return run::books(&folder, json),
        Command::Prepare(prepare) => prepare::prepare(&prepare),
        Command::Sim(sim) => run::simulate(&sim),
        Command::Statement { folder, date, json } => run::statement(&folder, date.as_deref(), json),
        Command::Journal { folder, last } => run::journal(&folder, last),
        Command::Settle { folder, claim, by, how } => run::settle(&folder, claim, &by, &how),
        Command::Clear { folder } => run::clear(&folder),
        Command::Empty { folder } => run::empty(&folder),
        Command::Fill { folder, bin, count } => run::fill(&folder, bin, count),
    };
    done.map(|()| ExitCode::SUCCESS)
}

//! The machine's program: with its hardware, or simulated.
#![deny(clippy::print_stdout, clippy::print_stderr)]

mod arguments;
mod assemble;
mod operator;
mod prepare;
mod run;
mod view;
mod work;

use arguments::{Arguments, At, Command, Sim};
use clap::Parser;
use specie_atm::control::Errand;
use specie_console::{causes::in_one_line, output};
use specie_procedure::clock;
use std::{error::Error, process::ExitCode};

/// What a command gives.
type Outcome = Result<(), Box<dyn Error>>;

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
    let asked = |at: &At, errand| operator::order(at, None, errand);
    match command {
        Command::Prepare(prepare) => prepare::prepare(&prepare).map(|()| ExitCode::SUCCESS),
        Command::Run { folder } => work::run(&folder).map(|()| ExitCode::SUCCESS),
        Command::Sim(sim) => run::simulate(&sim).map(|()| ExitCode::SUCCESS),
        Command::Books { at } => asked(&at, Errand::Books),
        Command::Statement { at, date } => {
            let date = date.unwrap_or_else(|| clock::date(clock::now()));
            asked(&at, Errand::Statement { date })
        }
        Command::Journal { at, last } => asked(&at, Errand::Journal { last }),
        Command::Alarms { at } => asked(&at, Errand::Alarms),
        Command::Verify { at } => asked(&at, Errand::Verify),
        Command::Settle { at, claim: (case, place), how, by } => {
            operator::order(&at, by, Errand::Settle { case, place, how })
        }
        Command::Clear { at } => asked(&at, Errand::Clear),
        Command::Empty { at } => asked(&at, Errand::Empty),
        Command::Fill { at, bin, count } => asked(&at, Errand::Fill { bin, count }),
        Command::Export { at, file, after } => asked(&at, Errand::Export { file: operator::whole(&file)?, after }),
        Command::CheckExport { file } => operator::check_export(&file),
        Command::Forget { at, file, older_than: days } => {
            asked(&at, Errand::Forget { file: operator::whole(&file)?, days })
        }
        Command::Backup { at, file } => asked(&at, Errand::Backup { file: operator::whole(&file)? }),
        Command::Restore { folder, file } => operator::restore(&folder, &file),
        Command::Pin => operator::pin(),
        Command::Unlock { at, name } => asked(&at, Errand::Unlock { name }),
    }
}

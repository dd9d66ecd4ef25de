//! `specie`: the operator's command.
//!
//! | module | subject |
//! |---|---|
//! | [`arguments`] | the command line |
//! | [`parse`] | values of the command line |
//! | [`prepared`] | a transaction before it is signed |
//! | [`profiles`] | nodes, genesis and key by a name |
//! | [`commands`] | what the commands do |
//! | [`complete`] | what the shell completes beyond the command's own words |
//! | [`context`] | the nodes, the key and the limits that a command works with |
//! | [`issuer`] | what the issuer does: by the sudo key, or by a motion of its council |
//! | [`asking`] | the verdict, of one node or of all |
//! | [`source`] | the card: in a reader, or in a file |
//! | [`signed_order`] | a card's order with its signature, as one text |
//! | [`kept_orders`] | orders that cards have signed, until their fate is final |
//! | [`waiting`] | something that moves while the command waits |
//! | [`signals`] | signals that ask a command to end |
//! | [`explain`] | states and reasons of a verdict in words |
//! | [`refusals`] | refusals of the pool and of the chain in words |
//! | [`show`] | tables, amounts and times for people |
//! | [`answer`] | what a command says in the end |
//! | [`error`] | why a command was not done |
#![deny(missing_docs, clippy::print_stdout, clippy::print_stderr)]
#![forbid(unsafe_code)]

mod answer;
mod arguments;
mod asking;
mod commands;
mod complete;
mod context;
mod error;
mod explain;
mod issuer;
mod kept_orders;
mod parse;
mod prepared;
mod profiles;
mod refusals;
mod show;
mod signals;
mod signed_order;
mod source;
mod waiting;

use crate::{answer::Answer, arguments::Arguments, error::Error};
use clap::{error::ErrorKind, CommandFactory as _, Parser as _};
use clap_complete::CompleteEnv;
use serde_json::json;
use specie_console::{output, tone::Tone};
use std::process::ExitCode;

/// The exit code for a command line that cannot be understood.
const USAGE: u8 = 2;

fn main() -> ExitCode {
    // A shell that asks gets its answer, and nothing else happens.
    CompleteEnv::with_factory(Arguments::command).var(complete::VARIABLE).complete();
    // Before the command line is understood, or when it cannot be.
    let wants_json = std::env::args_os().any(|argument| argument == "--json");
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return misunderstood(&error, wants_json),
    };
    let is_json = arguments.global.json;
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&Error::Io(error), is_json),
    };
    match runtime.block_on(commands::run(arguments)) {
        Ok(answer) => told(&answer, is_json),
        Err(Error::Prepared(answer)) => told(&answer, is_json),
        Err(error) => failed(&error, is_json),
    }
}

fn told(answer: &Answer, is_json: bool) -> ExitCode {
    let human = answer.human.trim_end_matches('\n');
    let written = match (is_json, answer.tone, human.split_once(':')) {
        (true, ..) => output::line(format_args!("{:#}", answer.json)),
        (false, Some(tone), Some((head, rest))) => output::headed_line(head, tone, format_args!(":{rest}")),
        (false, ..) => output::line(human),
    };
    match written {
        Ok(()) => ExitCode::from(answer.exit),
        Err(error) => failed(&Error::Io(error), is_json),
    }
}

fn failed(error: &Error, is_json: bool) -> ExitCode {
    if is_json {
        output::note(error.json());
    } else {
        output::headed_note("error:", Tone::Bad, format_args!(" {}", error.text()));
        if let Some(advice) = error.advice() {
            output::note(format_args!("  {advice}"));
        }
    }
    ExitCode::from(error.exit())
}

fn misunderstood(error: &clap::Error, wants_json: bool) -> ExitCode {
    let is_answer = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    if is_answer || !wants_json {
        // Nobody is there to be told that this cannot be printed.
        let _ = error.print();
        return ExitCode::from(if is_answer { 0 } else { USAGE });
    }
    let message = error.to_string();
    output::note(json!({ "error": { "kind": "usage", "message": message.trim_end() } }));
    ExitCode::from(USAGE)
}

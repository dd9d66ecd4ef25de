//! `specie completions`.

use crate::{answer::Answer, arguments::Arguments};
use clap::CommandFactory as _;
use clap_complete::{generate, Shell};
use serde_json::json;

/// The script that a shell reads.
pub fn run(shell: Shell) -> Answer {
    let mut script = Vec::new();
    generate(shell, &mut Arguments::command(), "specie", &mut script);
    let script = String::from_utf8_lossy(&script).into_owned();
    let json = json!({ "shell": shell.to_string(), "script": script });
    Answer::new(script, json)
}

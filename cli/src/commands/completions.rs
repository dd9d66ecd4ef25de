//! `specie completions`.

use crate::{answer::Answer, complete, error::Error};
use clap_complete::{env::Shells, Shell};
use serde_json::json;

/// The script that a shell reads: it asks this command at every completion.
pub fn run(shell: Shell) -> Result<Answer, Error> {
    let name = shell.to_string();
    let shells = Shells::builtins();
    let completer = shells.completer(&name).ok_or_else(|| Error::Usage(format!("nothing is known of {name}")))?;
    let mut script = Vec::new();
    completer.write_registration(complete::VARIABLE, "specie", "specie", "specie", &mut script)?;
    let script = String::from_utf8_lossy(&script).into_owned();
    let json = json!({ "shell": name, "script": script });
    Ok(Answer::new(script, json))
}

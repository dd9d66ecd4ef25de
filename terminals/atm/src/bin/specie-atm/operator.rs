//! What operators have a machine do: asked of the machine that is at work, or done here over the journal of one that is off.

use crate::{arguments::At, assemble};
use specie_atm::{
    control::{self, socket, Errand, Hands, OwnHands, Request},
    journal::Journal,
};
use specie_console::output;
use specie_device::simulated::world::World;
use specie_ops::operators::{Credential, PinHash};
use specie_procedure::export;
use std::{
    error::Error,
    fs::File,
    io::{self, BufRead as _, BufReader, IsTerminal as _},
    path::{absolute, Path},
    process::ExitCode,
    sync::Arc,
};

/// What a command gives.
type Answer = Result<ExitCode, Box<dyn Error>>;

/// Has it done, and prints what came of it.
pub fn order(at: &At, by: Option<String>, errand: Errand) -> Answer {
    let request = Request { who: credentials(&at.who)?, by, errand };
    let reply = match socket::ask(&at.folder, &request)? {
        Some(reply) => reply,
        // The machine is off.
        None => {
            let opened = assemble::open(&at.folder, None)?;
            let hands: Arc<dyn Hands> = match World::open(&at.folder) {
                Ok(world) => Arc::new(world),
                Err(_) => Arc::new(OwnHands),
            };
            let watch = assemble::watch(&opened, None)?;
            // As far as the journal alone can say.
            watch.journal(&opened.journal, &opened.config.policy)?;
            assemble::control(&opened, hands, &watch).execute(&request)
        }
    };
    match (at.json, reply.code) {
        (true, _) => output::line(serde_json::to_string_pretty(&reply.data)?)?,
        (false, 1) => return Err(reply.text.into()),
        (false, _) => output::line(reply.text)?,
    }
    Ok(ExitCode::from(reply.code))
}

/// PINs, each asked for: unseen at a terminal, else a line of standard input.
fn credentials(names: &[String]) -> Result<Vec<Credential>, Box<dyn Error>> {
    let shown = |name: &String| Ok(Credential { name: name.clone(), pin: secret(&format!("PIN of {name}:"))? });
    names.iter().map(shown).collect()
}

fn secret(question: &str) -> Result<String, Box<dyn Error>> {
    if io::stdin().is_terminal() {
        output::ask(question);
        return Ok(rpassword::read_password()?.trim().to_owned());
    }
    let mut line = String::new();
    if io::stdin().lock().read_line(&mut line)? == 0 {
        return Err("there is no terminal to type the PIN at, and no line of standard input with it".into());
    }
    Ok(line.trim().to_owned())
}

/// The hash of a PIN, for the configuration.
pub fn pin() -> Answer {
    let pin = secret("a PIN of six to twelve digits:")?;
    if io::stdin().is_terminal() && secret("once more:")? != pin {
        return Err("that was another one".into());
    }
    output::line(PinHash::of(&pin)?)?;
    Ok(ExitCode::SUCCESS)
}

/// Checks an export.
pub fn check_export(file: &Path) -> Answer {
    let opened = File::open(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let checked = export::check(BufReader::new(opened))?;
    for (name, value) in &checked.header.identity {
        output::line(format_args!("{name} {value}"))?;
    }
    let (after, head) = (checked.header.after, checked.head);
    output::line(format_args!("after line {} {}", after.line, after.hash))?;
    output::line(format_args!("up to line {} {}", head.line, head.hash))?;
    output::line(format_args!("{} cases; every line follows from the one before", checked.cases))?;
    Ok(ExitCode::SUCCESS)
}

/// A copy of the journal takes the place of one that is lost.
pub fn restore(folder: &Path, file: &Path) -> Answer {
    let config = assemble::config(folder)?;
    let journal = folder.join(&config.journal);
    if journal.exists() {
        return Err(format!("{} is there: move it away first", journal.display()).into());
    }
    let part = journal.with_extension("part");
    std::fs::copy(file, &part).map_err(|error| format!("{}: {error}", file.display()))?;
    // It takes the journal's place only when it is one of this machine, is whole, and has its grants written off.
    let restored = || -> Result<_, Box<dyn Error>> {
        let genesis = config.genesis().ok_or("the configured genesis hash is not 32 bytes of hex")?;
        let machine = config.signer(folder)?.account();
        let copy = Journal::open(&part, machine, &genesis, &config.stock()?)?;
        control::restored(&copy)?;
        Ok(copy.head()?)
    };
    let head = match restored() {
        Ok(head) => head,
        Err(error) => {
            std::fs::remove_file(&part)?;
            return Err(error);
        }
    };
    std::fs::rename(&part, &journal)?;
    output::line(format_args!("the machine goes on from line {} of its journal", head.line))?;
    output::line(
        "What it did after that copy is not in it: compare the books, and the cards and the cash inside.",
    )?;
    output::line("Grants that are open now are not used any more: have the issuer give others.")?;
    Ok(ExitCode::SUCCESS)
}

/// The whole path of a file: the machine may work in another folder.
pub fn whole(file: &Path) -> Result<std::path::PathBuf, io::Error> {
    absolute(file)
}

//! `specie key`.

use crate::{answer::Answer, arguments::KeyCommand, context::Context, error::Error};
use serde_json::json;
use specie_console::output;
use specie_link::signer::{keystore::Keystore, SignerError};
use std::{
    io::{self, BufRead as _, IsTerminal as _},
    path::Path,
};

/// Runs the command.
pub fn run(context: &Context, command: KeyCommand) -> Result<Answer, Error> {
    match command {
        KeyCommand::Seal { file } => seal(&file),
        KeyCommand::Show => {
            let account = context.key()?.account();
            Ok(Answer::new(account.to_string(), json!({ "account": account })))
        }
    }
}

/// A secret into a keystore: needs neither node nor key.
pub fn seal(file: &Path) -> Result<Answer, Error> {
    let sealed = |error| Error::from(SignerError::Keystore(error));
    let secret = typed("the secret phrase, or 0x and the seed")?;
    let passphrase = typed("a passphrase for the keystore")?;
    if io::stdin().is_terminal() && typed("once more")? != passphrase {
        return Err(Error::Usage("that was another passphrase".into()));
    }
    let store = Keystore::seal(&secret, &passphrase).map_err(sealed)?;
    store.write(file).map_err(sealed)?;
    let (account, shown) = (store.account, file.display().to_string());
    let text = format!("{shown} has the key of {account}.\nUse it with --key {shown}.");
    Ok(Answer::new(text, json!({ "account": account, "file": shown })))
}

/// Typed unseen, or the next line of standard input.
fn typed(what: &str) -> Result<String, Error> {
    if io::stdin().is_terminal() {
        output::ask(format_args!("{what}:"));
        return Ok(rpassword::read_password()?);
    }
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    match line.trim() {
        "" => Err(Error::Usage(format!("{what} is missing on standard input"))),
        text => Ok(text.to_owned()),
    }
}

//! What the commands do.

mod account;
mod batch;
mod card;
mod carrier;
mod completions;
mod currency;
mod grant;
mod health;
mod key;
mod machine;
mod man;
mod manufacturer;
mod motion;
mod order;
mod qr;
mod safe;
mod transaction;

use crate::{
    answer::Answer,
    arguments::{Arguments, Command, KeyCommand},
    context::Context,
    error::Error,
};

/// Runs the command.
pub async fn run(Arguments { global, command }: Arguments) -> Result<Answer, Error> {
    // It needs neither node nor key.
    if let Command::Completions { shell } = command {
        return completions::run(shell);
    }
    if let Command::Key(KeyCommand::Seal { file }) = &command {
        return key::seal(file);
    }
    if let Command::Man { folder } = &command {
        return man::run(folder);
    }
    if global.dry_run && !command.is_one_transaction() {
        return Err(Error::Usage("--dry-run is for commands that sign one transaction and do nothing else".into()));
    }
    let context = Context::new(global)?;
    match command {
        Command::Health => health::run(&context).await,
        Command::Manufacturer(command) => manufacturer::run(&context, command).await,
        Command::Batch(command) => batch::run(&context, command).await,
        Command::Machine(command) => machine::run(&context, command).await,
        Command::Grant(command) => grant::run(&context, command).await,
        Command::Carrier(command) => carrier::run(&context, command).await,
        Command::Currency(command) => currency::run(&context, command).await,
        Command::Safe(command) => safe::run(&context, command).await,
        Command::Card(command) => card::run(&context, command).await,
        Command::Order(command) => order::run(&context, command).await,
        Command::Motion(command) => motion::run(&context, command).await,
        Command::Transaction(command) => transaction::run(&context, command).await,
        Command::Key(command) => key::run(&context, command),
        Command::Account(command) => account::run(&context, command).await,
        Command::Qr(asked) => qr::run(&context, asked).await,
        Command::Man { folder } => man::run(&folder),
        Command::Completions { shell } => completions::run(shell),
    }
}

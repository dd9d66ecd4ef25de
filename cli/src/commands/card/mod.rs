//! `specie card`.

mod bench;
mod conformance;
mod info;
mod list;

use crate::{answer::Answer, arguments::CardCommand, context::Context, error::Error};

/// Runs the command.
pub async fn run(context: &Context, command: CardCommand) -> Result<Answer, Error> {
    match command {
        CardCommand::List => list::run(),
        CardCommand::Info { reader, card } => info::run(context, reader, card),
        CardCommand::Conformance(asked) => conformance::run(context, *asked).await,
    }
}

//! `specie card`.

mod bench;
mod change_code;
mod conformance;
mod history;
mod info;
mod last_order;
mod list;
mod lock;
mod prove;
mod reset;
mod unlock;
mod verify_code;
mod wait;

use crate::{
    answer::Answer,
    arguments::{CardCommand, CardPlace, Trust},
    commands::carrier,
    context::Context,
    error::Error,
    source::{self, CardHost, Source},
};
use specie_card::{code::Code, protocol::Info};
use specie_primitives::verdict::State;
use std::io::{self, IsTerminal as _};

/// Runs the command.
pub async fn run(context: &Context, command: CardCommand) -> Result<Answer, Error> {
    match command {
        CardCommand::List => list::run(),
        CardCommand::Info(place) => info::run(context, place),
        CardCommand::Prove(place) => prove::run(context, place),
        CardCommand::LastOrder(place) => last_order::run(context, place),
        CardCommand::History(place) => history::run(context, place),
        CardCommand::VerifyCode(asked) => verify_code::run(context, asked).await,
        CardCommand::ChangeCode(asked) => change_code::run(context, asked).await,
        CardCommand::Wait(place) => wait::run(context, place),
        CardCommand::Lock(place) => lock::run(context, place),
        CardCommand::Unlock(asked) => unlock::run(context, asked).await,
        CardCommand::Reset(asked) => reset::run(context, asked),
        CardCommand::Conformance(asked) => conformance::run(context, *asked).await,
    }
}

/// The card, selected.
fn open(context: &Context, place: CardPlace) -> Result<(CardHost, Info), Error> {
    let source = Source::required(place.reader, place.card)?;
    source.open(context)
}

/// Has the nodes examine a card before a code is shown to it, and makes a channel for the code where there is none.
async fn trust(context: &Context, host: &mut CardHost, how: &Trust) -> Result<(), Error> {
    if !how.unexamined {
        let verdict = carrier::ask_card(context, host, false).await?.verdict;
        if matches!(verdict.state.known(), None | Some(State::Counterfeit | State::Unknown)) {
            return Err(Error::Forbidden(format!(
                "the verdict is {}/{}: no code is shown to this card (--unexamined shows it)",
                verdict.state, verdict.reason
            )));
        }
    }
    Ok(host.protect_code(&source::random()?)?)
}

/// A code: what the command line says, or what somebody types without its being seen.
fn code_or_ask(context: &Context, said: Option<Code>, prompt: &str, option: &str) -> Result<Code, Error> {
    if let Some(code) = said {
        return Ok(code);
    }
    if context.is_json || !io::stdin().is_terminal() {
        return Err(Error::Usage(format!("nobody can be asked here: give {option}")));
    }
    let typed = rpassword::prompt_password(format!("{prompt}: "))?;
    Code::new(typed.trim().as_bytes()).map_err(|error| Error::Usage(error.to_string()))
}

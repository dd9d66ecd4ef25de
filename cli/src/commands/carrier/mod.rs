//! `specie carrier`.

mod cash_out;
mod fund;
mod history;
pub(in crate::commands) mod payment;
mod register;
mod report;
mod verdict;
mod watch;

use crate::{
    answer::Answer,
    arguments::{CarrierCommand, Target},
    asking::{self, Asked},
    context::Context,
    error::Error,
    explain, issuer,
    source::{self, CardHost, Source},
};
use serde_json::json;
use specie_link::{amount::Currency, answers::Verdict, questions::Subject, Account, Call};
use specie_primitives::{ids::CarrierId, verdict::State};

/// Runs the command.
pub async fn run(context: &Context, command: CarrierCommand) -> Result<Answer, Error> {
    match command {
        CarrierCommand::Verdict { target, all_nodes } => verdict::run(context, &target, all_nodes).await,
        CarrierCommand::History { target, limit } => history::run(context, &target, limit).await,
        CarrierCommand::Fund(fund) => fund::run(context, &fund).await,
        CarrierCommand::CashOut(cash_out) => cash_out::run(context, cash_out).await,
        CarrierCommand::Register(asked) => register::run(context, asked, register::As::First).await,
        CarrierCommand::Rotate(asked) => register::run(context, asked, register::As::Next).await,
        CarrierCommand::Report { one, other } => report::run(context, &one, &other).await,
        CarrierCommand::Watch { carriers, count } => watch::run(context, &carriers, count).await,
        CarrierCommand::Freeze { target } => {
            let carrier = address(context, &target)?;
            context.confirm(&format!("The money of {carrier} will not move until it is unfrozen"))?;
            let sentence = format!("{carrier} is frozen: its orders are refused.");
            issuer_act(context, carrier, Call::freeze(id(carrier), context.cause), &sentence).await
        }
        CarrierCommand::Unfreeze { target } => {
            let carrier = address(context, &target)?;
            let sentence = format!("{carrier} is unfrozen: its orders are executed again.");
            issuer_act(context, carrier, Call::unfreeze(id(carrier), context.cause), &sentence).await
        }
        CarrierCommand::Unmark { target } => {
            let carrier = address(context, &target)?;
            context.confirm(&format!("{carrier} will not count as cloned any more"))?;
            let sentence = format!("{carrier} is cleared. It is frozen until it is unfrozen.");
            issuer_act(context, carrier, Call::unmark(id(carrier), context.cause), &sentence).await
        }
        CarrierCommand::Retire { target } => {
            let carrier = address(context, &target)?;
            context.confirm(&format!("{carrier} will be out of use for good"))?;
            let sentence = format!("{carrier} is retired, for good.");
            issuer_act(context, carrier, Call::retire(id(carrier), context.cause), &sentence).await
        }
        CarrierCommand::Repair { target, denomination, due } => {
            let carrier = address(context, &target)?;
            let currency = currency(context, carrier).await?;
            let units = denomination.0.map(|written| written.units(&currency)).transpose()?;
            let face = units.map_or("any".into(), |units| currency.show(units));
            let by = due.0.map_or("whenever".into(), |block| format!("until block {block}"));
            let sentence = format!("{carrier} has the face value {face}, and is to be funded {by}.");
            issuer_act(context, carrier, Call::repair(id(carrier), units, due.0, context.cause), &sentence).await
        }
        CarrierCommand::Settle { target, to, currency: of } => {
            let carrier = address(context, &target)?;
            context.confirm(&format!("What {carrier} holds goes to {to}"))?;
            let sentence = format!("What {carrier} held was paid to {to}.");
            let of = match of {
                Some(of) => of,
                None => {
                    let own = currency(context, carrier).await?;
                    own.id().ok_or_else(|| Error::Usage(format!("{} is not known here", own.id)))?
                }
            };
            issuer_act(context, carrier, Call::settle(id(carrier), to, of, context.cause), &sentence).await
        }
    }
}

async fn issuer_act(context: &Context, carrier: Account, call: Call, sentence: &str) -> Result<Answer, Error> {
    issuer::act(context, call, sentence, json!({ "carrier": carrier })).await
}

/// What a carrier's money is.
async fn currency(context: &Context, carrier: Account) -> Result<Currency, Error> {
    let asked = asking::ask(&context.nodes, &Subject::Address(carrier), false).await?;
    let record = asked.verdict.carrier.ok_or_else(|| {
        Error::Unknown(format!("the node does not tell the carrier's record now: {}", asked.verdict.reason))
    })?;
    Ok(record.currency)
}

const fn id(carrier: Account) -> CarrierId {
    CarrierId(carrier.0)
}

/// The address that is meant; a card says its own.
fn address(context: &Context, target: &Target) -> Result<Account, Error> {
    match (target.address, source(target)) {
        (Some(address), _) => Ok(address),
        (None, Some(source)) => Ok(Account(source.open(context)?.0.carrier()?.0)),
        (None, None) => Err(Error::Usage("give an address, --reader or --card".into())),
    }
}

fn source(target: &Target) -> Option<Source> {
    Source::new(target.reader.clone(), target.card.clone())
}

/// What the nodes say about the card in front of them, which answers a challenge that nobody has seen before.
pub(in crate::commands) async fn ask_card(
    context: &Context,
    host: &mut CardHost,
    all: bool,
) -> Result<Asked, Error> {
    let evidence = host.evidence(&source::challenge()?)?;
    let first = asking::ask(&context.nodes, &Subject::Card(Box::new(evidence)), all).await?;
    let Some(since) = first.since() else { return Ok(first) };
    // What was known is not given up for an answer that knows less.
    let Ok(evidence) = host.evidence_since(&source::challenge()?, since) else { return Ok(first) };
    match asking::ask(&context.nodes, &Subject::Card(Box::new(evidence)), all).await {
        Ok(second) if second.covers(&first) => Ok(second),
        _ => Ok(first),
    }
}

/// Refuses to go on with a card that is a counterfeit or stopped, or of which nobody knows.
pub(in crate::commands) fn allow(verdict: &Verdict, is_forced: bool) -> Result<(), Error> {
    let words = explain::reason(&verdict.reason);
    let said = format!("the verdict is {}/{}: {}", verdict.state, verdict.reason, words.means);
    match verdict.state.known() {
        _ if is_forced => Ok(()),
        Some(State::Counterfeit | State::Suspended) => Err(Error::Forbidden(said)),
        // A state of a later version is not understood here.
        Some(State::Unknown) | None => Err(Error::Unknown(said)),
        Some(_) => Ok(()),
    }
}

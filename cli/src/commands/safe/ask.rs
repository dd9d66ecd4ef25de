//! `specie safe ask`.

use super::find;
use crate::{answer::Answer, arguments::Ask, commands::currency, context::Context, error::Error, show};
use serde_json::json;
use specie_link::Call;
use specie_primitives::{
    ids::PoolId,
    request::{Asked, Terms},
};

/// Runs the command.
pub async fn run(context: &Context, asked: &Ask) -> Result<Answer, Error> {
    let opener = context.signer()?;
    let safe = find(context, asked.pool).await?;
    let currency = currency::named(context, asked.currency).await?;
    let units = asked.amount.units(&currency)?;
    let is_host = safe.parties.iter().any(|party| party.account == opener && party.host);
    // A unit asks in its own epoch alone: its request is not paid beside what the next leader asks for.
    let epoch = if is_host { 0 } else { safe.epoch };
    let expires = context.nodes.heights().await?.lowest_best.saturating_add(asked.blocks);
    let terms = Terms {
        kind: asked.kind,
        payee: asked.payee.0,
        payer: None,
        currency: asked.currency,
        amount: Asked::Exactly(units),
        expires,
        settle_by: expires,
        pool: Some((PoolId(asked.pool), epoch)),
        parent: asked.parent,
    };
    let number = context.nodes.next_request(opener).await?;
    let included = context.execute(&Call::open_request(number, &terms)).await?;
    let reference = included.event("Requests", "RequestOpened").and_then(|event| event.fields.get(..32));
    let reference = reference.map(show::hex_of);
    let amount = currency.show(units);
    // Another command of this key has asked for the same at this moment: the chain takes both for one.
    let reference = reference.ok_or_else(|| {
        Error::Usage(format!(
            "request {number} of this key asks for the same already: look at it, and ask again if two are meant"
        ))
    })?;
    let sentence = format!("Asked pool {} for {amount} until block {expires}: {reference}", asked.pool);
    let facts =
        json!({ "pool": asked.pool, "request": reference, "amount": units.to_string(), "expires": expires });
    Ok(Answer::included(&sentence, &included, facts))
}

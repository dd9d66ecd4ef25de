//! `specie safe join`.

use super::find;
use crate::{
    answer::Answer,
    arguments::Join,
    commands::carrier::{self, payment},
    context::Context,
    error::Error,
    source::{random, Source},
};
use serde_json::json;
use specie_link::{Account, Call};
use specie_primitives::{
    ids::PoolId,
    order::Order,
    pool::{consent, is_consent},
};

/// Runs the command. The card consents by an order that moves nothing: it wants the card's code where that has one.
pub async fn run(context: &Context, asked: Join) -> Result<Answer, Error> {
    // Before the card is asked for anything.
    let (signer, pool) = (context.key()?.account(), PoolId(asked.pool));
    let safe = find(context, asked.pool).await?;
    if signer != safe.operator && !safe.parties.iter().any(|party| party.account == signer && party.unit) {
        return Err(Error::Usage(format!(
            "{signer} is neither the operator of pool {pool} nor one of its units",
            pool = asked.pool
        )));
    }
    let source = Source::required(asked.place.reader, asked.place.card)?;
    let (mut host, info) = source.open(context)?;
    payment::check_code(&info, asked.code.as_ref())?;
    let carrier = host.carrier()?;
    let address = Account(carrier.0);
    if let Some(known) = context.nodes.membership(address).await?.pool {
        return Err(Error::Usage(format!("{address} belongs to pool {known} already")));
    }
    // A copied card is not taken in, nor one that has something outstanding.
    let verdict = carrier::ask_card(context, &mut host, false).await?.verdict;
    carrier::allow(&verdict, false)?;
    let genesis = context.nodes.genesis().await?;
    // What it has signed for this pool before, and nobody has brought to the chain, is brought there now.
    let is_for_this = |order: &Order| is_consent(order, genesis, pool, safe.operator.0);
    let (order, signature) = match host.last_order(&random()?)?.filter(|(order, _)| is_for_this(order)) {
        Some(signed) if payment::is_outstanding(&verdict) => signed,
        _ => {
            payment::ensure_nothing_outstanding(&mut host, &verdict)?;
            let sequence = payment::next_sequence(&mut host)?;
            let until = payment::valid_until(context).await?;
            let order = consent(genesis, pool, safe.operator.0, carrier, sequence, until);
            payment::show_code(&mut host, &info, asked.code.as_ref())?;
            (order, host.sign_order(&order)?)
        }
    };
    let included = context.execute(&Call::join_pool(pool, &order, &signature)).await?;
    let sentence = format!("{address} belongs to pool {}: it is no cash any more.", asked.pool);
    Ok(Answer::included(&sentence, &included, json!({ "pool": asked.pool, "carrier": address })))
}

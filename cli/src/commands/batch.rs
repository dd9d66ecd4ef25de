//! `specie batch`.

use crate::{answer::Answer, arguments::BatchCommand, context::Context, error::Error, issuer, show};
use serde_json::json;
use specie_link::{
    answers::BatchRecord,
    foreign_keys::{self, Known},
    Call,
};
use specie_primitives::{
    ids::BatchId,
    records::{BatchKey, BatchState},
};

/// Runs the command.
pub async fn run(context: &Context, command: BatchCommand) -> Result<Answer, Error> {
    match command {
        BatchCommand::List { manufacturer } => list(context, manufacturer).await,
        BatchCommand::Show { batch } => show_one(context, batch).await,
        BatchCommand::Add { batch, batch_key, capacity, expires, proof } => {
            refuse_public(context, &batch_key)?;
            let call = Call::add_batch(BatchId(batch), batch_key, capacity, expires, &proof);
            let included = context.execute(&call).await?;
            let sentence = format!("Batch {batch} takes {capacity} carriers until block {expires}.");
            Ok(Answer::included(&sentence, &included, json!({ "batch": batch })))
        }
        BatchCommand::AddForeign { batch, batch_key, capacity, expires } => {
            let batch = BatchId(batch);
            let maker = batch.owner().ok_or_else(|| Error::Usage("a batch id is below 2⁵³".into()))?;
            refuse_public(context, &batch_key)?;
            let whose = match foreign_keys::known(&batch_key) {
                Some(Known::Official(whose) | Known::Public(whose)) => format!("It is {whose}"),
                None => "It is none that its maker has published, as far as this version knows".into(),
            };
            let what = format!("Whatever the key of batch {} signs counts as a certificate. {whose}", batch.0);
            context.confirm(&what)?;
            let sentence = format!("Batch {} takes {capacity} carriers until block {expires}.", batch.0);
            let call = Call::add_foreign_batch(maker, batch, batch_key, capacity, expires);
            issuer::act(context, call, &sentence, json!({ "batch": batch.0 })).await
        }
        BatchCommand::Suspend { batch, as_manufacturer } => suspend(context, batch, as_manufacturer).await,
        BatchCommand::Reactivate { batch } => {
            let sentence = format!("Batch {batch} is trusted again.");
            issuer::act(
                context,
                Call::reactivate_batch(BatchId(batch), context.cause),
                &sentence,
                json!({ "batch": batch }),
            )
            .await
        }
        BatchCommand::Revoke { batch } => {
            context.confirm(&format!("Batch {batch} will never be trusted again"))?;
            let sentence = format!("Batch {batch} is revoked, for good: its cards are `suspended`.");
            issuer::act(
                context,
                Call::revoke_batch(BatchId(batch), context.cause),
                &sentence,
                json!({ "batch": batch }),
            )
            .await
        }
        BatchCommand::BlockOrders { batch, unblock } => {
            let word = if unblock { "taken" } else { "refused" };
            let sentence = format!("While batch {batch} is not active, its carriers' orders are {word}.");
            let call = Call::block_orders(BatchId(batch), !unblock, context.cause);
            issuer::act(context, call, &sentence, json!({ "batch": batch, "blocksOrders": !unblock })).await
        }
    }
}

/// With some keys anybody can make cards that pass for genuine: for a chain on which nothing is worth anything.
fn refuse_public(context: &Context, key: &BatchKey) -> Result<(), Error> {
    match foreign_keys::known(key) {
        Some(Known::Public(whose)) => {
            let warning = format!(
                "This key is {whose}: its private half is public, and anybody can make cards that pass for genuine"
            );
            // Also for whoever says yes to everything.
            context.warn(&warning);
            context.confirm(&warning)
        }
        _ => Ok(()),
    }
}

async fn suspend(context: &Context, batch: u64, as_manufacturer: bool) -> Result<Answer, Error> {
    let (call, facts) = (Call::suspend_batch(BatchId(batch), context.cause), json!({ "batch": batch }));
    let sentence = format!("Batch {batch} is suspended: its cards are `suspended` until it is reactivated.");
    if as_manufacturer {
        let included = context.execute(&call).await?;
        return Ok(Answer::included(&sentence, &included, facts));
    }
    issuer::act(context, call, &sentence, facts).await
}

async fn list(context: &Context, manufacturer: u32) -> Result<Answer, Error> {
    let known = context.nodes.batches(manufacturer).await?;
    let row = |it: &BatchRecord| {
        let carriers = format!("{} of {}", it.registered, it.capacity);
        vec![it.batch.to_string(), it.format.to_string(), state(it), carriers, it.expires.to_string()]
    };
    let header = ["batch", "format", "state", "carriers", "until block"];
    let table = show::listing(&header, known.iter().map(row).collect());
    Ok(Answer::new(table, json!({ "batches": known })))
}

async fn show_one(context: &Context, batch: u64) -> Result<Answer, Error> {
    let found = context.nodes.batch(BatchId(batch)).await?;
    let it = found.ok_or_else(|| Error::NotFound(format!("no batch has the id {batch}")))?;
    let table = show::facts(&[
        ("batch", it.batch.to_string()),
        ("manufacturer", it.manufacturer.to_string()),
        ("format", it.format.to_string()),
        ("key", it.key.to_string()),
        ("state", state(&it)),
        ("carriers", format!("{} of {}", it.registered, it.capacity)),
        ("registered until", format!("block {}", it.expires)),
    ]);
    Ok(Answer::new(table, json!(it)))
}

fn state(batch: &BatchRecord) -> String {
    match (&batch.state, batch.blocks_orders) {
        (state, false) => state.to_string(),
        (state, true) if *state == BatchState::Active => format!("{state} (orders are blocked when it is not)"),
        (state, true) => format!("{state}, orders blocked"),
    }
}

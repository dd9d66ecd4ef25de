//! `specie manufacturer`.

use crate::{answer::Answer, arguments::ManufacturerCommand, context::Context, error::Error, issuer, show};
use serde_json::json;
use specie_link::{Account, Call};
use specie_primitives::ids::ManufacturerId;

/// Runs the command.
pub async fn run(context: &Context, command: ManufacturerCommand) -> Result<Answer, Error> {
    match command {
        ManufacturerCommand::List => list(context).await,
        ManufacturerCommand::Register { name, account, quota } => register(context, &name, account, quota).await,
        ManufacturerCommand::Suspend { manufacturer } => {
            let call = Call::suspend_manufacturer(ManufacturerId(manufacturer), context.cause);
            let sentence = format!("Manufacturer {manufacturer} is stopped; its batches are as they were.");
            issuer::act(context, call, &sentence, json!({ "manufacturer": manufacturer })).await
        }
        ManufacturerCommand::Resume { manufacturer } => {
            let call = Call::resume_manufacturer(ManufacturerId(manufacturer), context.cause);
            let sentence = format!("Manufacturer {manufacturer} works again.");
            issuer::act(context, call, &sentence, json!({ "manufacturer": manufacturer })).await
        }
        ManufacturerCommand::Quota { manufacturer, quota } => {
            let call = Call::change_quota(ManufacturerId(manufacturer), quota);
            let sentence =
                format!("The batches of manufacturer {manufacturer} may have room for {quota} carriers.");
            issuer::act(context, call, &sentence, json!({ "manufacturer": manufacturer, "quota": quota })).await
        }
    }
}

async fn list(context: &Context) -> Result<Answer, Error> {
    let known = context.nodes.manufacturers().await?;
    let row = |it: &specie_link::answers::Manufacturer| {
        let room = format!("{} of {}", it.capacity, it.quota);
        let state = if it.suspended { "suspended" } else { "active" };
        let (number, account, batches) =
            (it.manufacturer.to_string(), it.account.to_string(), it.batches.to_string());
        vec![number, it.name.clone(), account, batches, room, state.into()]
    };
    let header = ["number", "name", "account", "batches", "carriers", "state"];
    let table = show::listing(&header, known.iter().map(row).collect());
    Ok(Answer::new(table, json!({ "manufacturers": known })))
}

async fn register(context: &Context, name: &str, account: Account, quota: u64) -> Result<Answer, Error> {
    let sentence = format!("{name:?} is a manufacturer; {account} adds its batches.");
    let facts = json!({ "name": name, "account": account, "quota": quota });
    issuer::act(context, Call::register_manufacturer(account, name, quota), &sentence, facts).await
}

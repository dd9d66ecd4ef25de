//! `specie manufacturer`.

use crate::{answer::Answer, arguments::ManufacturerCommand, context::Context, error::Error, issuer, show};
use serde_json::json;
use specie_client::{Account, Call};

/// Runs the command.
pub async fn run(context: &Context, command: ManufacturerCommand) -> Result<Answer, Error> {
    match command {
        ManufacturerCommand::List => list(context).await,
        ManufacturerCommand::Register { name, account } => register(context, &name, account).await,
    }
}

async fn list(context: &Context) -> Result<Answer, Error> {
    let known = context.nodes.manufacturers().await?;
    let row = |it: &specie_client::answers::Manufacturer| {
        vec![it.manufacturer.to_string(), it.name.clone(), it.account.to_string(), it.batches.to_string()]
    };
    let table = show::listing(&["number", "name", "account", "batches"], known.iter().map(row).collect());
    Ok(Answer::new(table, json!({ "manufacturers": known })))
}

async fn register(context: &Context, name: &str, account: Account) -> Result<Answer, Error> {
    let sentence = format!("{name:?} is a manufacturer; {account} adds its batches.");
    let facts = json!({ "name": name, "account": account });
    issuer::act(context, Call::register_manufacturer(account, name), &sentence, facts).await
}

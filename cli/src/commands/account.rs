//! `specie account`.

use crate::{answer::Answer, arguments::AccountCommand, context::Context, error::Error};
use serde_json::json;
use specie_link::{amount::Currency, Account};

/// Runs the command.
pub async fn run(context: &Context, command: AccountCommand) -> Result<Answer, Error> {
    match command {
        AccountCommand::Balance { account } => {
            let account = account.map_or_else(|| context.signer(), Ok)?;
            balance(context, account).await
        }
    }
}

/// What an account holds, of each currency of the chain.
async fn balance(context: &Context, account: Account) -> Result<Answer, Error> {
    let (mut lines, mut held) = (Vec::new(), Vec::new());
    for record in context.nodes.currencies().await? {
        let currency = Currency::from(&record);
        let Some(id) = currency.id() else { continue };
        let units = context.nodes.balance_of(account, id).await?;
        if units > 0 || currency.is_native() {
            lines.push(currency.show(units));
            held.push(json!({ "currency": currency, "amount": units.to_string() }));
        }
    }
    // A card's address is an account too, and what it is worth is another question.
    let is_carrier = context.nodes.verdict_at(account).await?.is_some();
    if is_carrier {
        lines.push("This is a card's address: `specie carrier verdict` says what it is worth.".into());
    }
    Ok(Answer::new(lines.join("\n"), json!({ "account": account, "balances": held, "isCarrier": is_carrier })))
}

//! `specie transaction`.

use crate::{
    answer::Answer,
    arguments::TransactionCommand,
    context::Context,
    error::Error,
    prepared::{facts, read, table},
    show,
};
use serde_json::json;
use specie_link::unsigned::Unsigned;

/// Runs the command.
pub async fn run(context: &Context, command: TransactionCommand) -> Result<Answer, Error> {
    match command {
        TransactionCommand::Show { file } => {
            let transaction = read(&file)?;
            Ok(Answer::new(table(&transaction, None)?, facts(&transaction, None)?))
        }
        TransactionCommand::Sign { file } => sign(context, &read(&file)?),
        TransactionCommand::Send { file, signature } => {
            let transaction = read(&file)?;
            let included = context.execute_signed(&transaction, &signature).await?;
            Ok(Answer::included("The transaction was done.", &included, json!({ "account": transaction.account })))
        }
    }
}

fn sign(context: &Context, transaction: &Unsigned) -> Result<Answer, Error> {
    let key = context.key()?;
    if key.account() != transaction.account {
        let (whose, ours) = (transaction.account, key.account());
        return Err(Error::Usage(format!("the transaction is {whose}'s, the key is {ours}'s")));
    }
    if let Some(genesis) = context.genesis.filter(|genesis| *genesis != transaction.genesis) {
        let (its, ours) = (show::hex_of(&transaction.genesis), show::hex_of(&genesis));
        return Err(Error::Usage(format!("the transaction is for the chain {its}, and not for {ours}")));
    }
    context.note(&table(transaction, None)?);
    context.confirm("This is signed")?;
    let signature = key.signature(&transaction.payload()?)?.encoded();
    let signature = show::hex_of(&signature);
    let mut facts = facts(transaction, None)?;
    facts["signature"] = signature.clone().into();
    Ok(Answer::new(signature, facts))
}

//! `specie card unlock`.

use super::{code_or_ask, open, trust};
use crate::{answer::Answer, arguments::Coded, context::Context, error::Error};
use serde_json::json;

/// Runs the command.
pub async fn run(context: &Context, asked: Coded) -> Result<Answer, Error> {
    let (mut host, info) = open(context, asked.place)?;
    let code = match info.capabilities.code_required {
        true => Some(code_or_ask(context, asked.code, "The card's code", "--code")?),
        false => None,
    };
    if code.is_some() {
        trust(context, &mut host, &asked.trust).await?;
    }
    host.unlock(code.as_ref())?;
    Ok(Answer::new("The card is unlocked: it signs orders again.\n", json!({ "locked": false })))
}

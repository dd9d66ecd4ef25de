//! `specie card verify-code`.

use super::{code_or_ask, open, trust};
use crate::{answer::Answer, arguments::Coded, context::Context, error::Error};
use serde_json::json;

/// Runs the command. A wrong code is counted, and is an error.
pub async fn run(context: &Context, asked: Coded) -> Result<Answer, Error> {
    let (mut host, info) = open(context, asked.place)?;
    if !info.capabilities.code_required {
        return Err(Error::Usage("the card has no code".into()));
    }
    let code = code_or_ask(context, asked.code, "The card's code", "--code")?;
    trust(context, &mut host, &asked.trust).await?;
    host.verify_code(&code)?;
    let tries = host.info()?.tries_left;
    Ok(Answer::new(
        format!("The code is right; {tries} tries until a delay.\n"),
        json!({ "right": true, "triesLeft": tries }),
    ))
}

//! `specie card change-code`.

use super::{code_or_ask, open, trust};
use crate::{answer::Answer, arguments::ChangeCode, context::Context, error::Error};
use serde_json::json;

/// Runs the command.
pub async fn run(context: &Context, asked: ChangeCode) -> Result<Answer, Error> {
    let (mut host, info) = open(context, asked.place)?;
    match (info.capabilities.code_required, info.capabilities.code_changeable) {
        (false, _) => return Err(Error::Usage("the card has no code".into())),
        (true, false) => {
            return Err(Error::Usage("the card's code is printed on it, and cannot be changed".into()))
        }
        (true, true) => {}
    }
    let old = code_or_ask(context, asked.old, "The present PIN", "--old")?;
    let was_said = asked.new.is_some();
    let new = code_or_ask(context, asked.new, "The new PIN", "--new")?;
    if !was_said && code_or_ask(context, None, "The new PIN again", "--new")? != new {
        return Err(Error::Usage("the two are not the same: nothing was changed".into()));
    }
    trust(context, &mut host, &asked.trust).await?;
    host.change_code(&old, &new)?;
    Ok(Answer::new("The PIN is changed.\n", json!({ "changed": true })))
}

//! `specie card lock`.

use super::open;
use crate::{answer::Answer, arguments::CardPlace, context::Context, error::Error};
use serde_json::json;

/// Runs the command. To refuse is always safe: it takes no code.
pub fn run(context: &Context, place: CardPlace) -> Result<Answer, Error> {
    open(context, place)?.0.lock()?;
    let text = "The card is locked: it signs no orders until `specie card unlock`.\n";
    Ok(Answer::new(text, json!({ "locked": true })))
}

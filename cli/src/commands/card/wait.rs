//! `specie card wait`.

use super::open;
use crate::{answer::Answer, arguments::CardPlace, context::Context, error::Error};
use serde_json::json;

/// Every how many ticks a person is told how many are left.
const TOLD: u16 = 15;

/// Runs the command. What was worked off is kept when it is interrupted, but for the last few ticks.
pub fn run(context: &Context, place: CardPlace) -> Result<Answer, Error> {
    let (mut host, info) = open(context, place)?;
    let delay = info.delay_ticks;
    if delay > 0 {
        context.note(&format!("The card works off {delay} ticks, about a second each. Leave it where it is."));
        // Each tick lowers it by one, whatever a card says.
        for expected in (0..delay).rev() {
            let left = host.wait()?;
            if left > expected {
                return Err(Error::NotFound(format!("the card says {left} ticks where {expected} are left")));
            }
            if left == 0 {
                break;
            }
            if left % TOLD == 0 {
                context.note(&format!("{left} left"));
            }
        }
    }
    let text = match delay {
        0 => "There is no delay.\n".into(),
        ticks => format!("{ticks} ticks are worked off: the code can be tried again.\n"),
    };
    Ok(Answer::new(text, json!({ "waited": delay, "delayTicks": 0 })))
}

//! `specie card last-order`.

use super::open;
use crate::{
    answer::Answer, arguments::CardPlace, context::Context, error::Error, signed_order::SignedOrder, source,
};

/// Runs the command: the same bytes as the card has signed them, never a new payment.
pub fn run(context: &Context, place: CardPlace) -> Result<Answer, Error> {
    let (mut host, _) = open(context, place)?;
    let last = host.last_order(&source::challenge()?)?;
    let (order, signature) =
        last.ok_or_else(|| Error::NotFound("the card's present key has signed no order".into()))?;
    let signed = SignedOrder { order, signature };
    let text = format!("{}\nTo send it again: specie order send {}\n", signed.table(), signed.text());
    Ok(Answer::new(text, signed.json()))
}

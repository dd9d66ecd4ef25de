//! `specie carrier report`.

use crate::{answer::Answer, context::Context, error::Error, parse::Bytes, signed_order::SignedOrder};
use serde_json::json;
use specie_link::{Account, Call};

/// Two orders of one card and sequence that say different things: the proof that its key was copied. Anybody may tell the chain.
pub async fn run(context: &Context, one: &Bytes, other: &Bytes) -> Result<Answer, Error> {
    let (one, other) = (SignedOrder::read(one)?, SignedOrder::read(other)?);
    let proves = (one.order.carrier, one.order.sequence) == (other.order.carrier, other.order.sequence)
        && one.order != other.order;
    if !proves {
        let why = "these prove nothing: two different orders of the same card and sequence do";
        return Err(Error::Usage(why.into()));
    }
    let carrier = Account(one.order.carrier.0);
    context
        .confirm(&format!("{carrier} will count as cloned: its money moves no more until the issuer has looked"))?;
    let call = Call::report_orders((&one.order, &one.signature), (&other.order, &other.signature));
    let included = context.execute(&call).await?;
    let sentence = format!("{carrier} is marked: two orders of one sequence were signed.");
    Ok(Answer::included(&sentence, &included, json!({ "carrier": carrier, "sequence": one.order.sequence })))
}

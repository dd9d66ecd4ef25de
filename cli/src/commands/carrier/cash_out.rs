//! `specie carrier cash-out`.

use super::payment::{self, Payment};
use crate::{answer::Answer, arguments::CashOut, context::Context, error::Error, source::Source};
use specie_primitives::order::{Purpose, NO_REFERENCE};

/// Runs the command.
pub async fn run(context: &Context, asked: CashOut) -> Result<Answer, Error> {
    let (purpose, fee_to) = match asked.machine {
        Some(machine) => (Purpose::CashOut, machine),
        None => (Purpose::Transfer, asked.fee_to.or(context.account()).unwrap_or(asked.to)),
    };
    let payment = Payment {
        source: Source::required(asked.reader, asked.card)?,
        to: asked.to,
        amount: asked.amount,
        code: asked.code,
        fee: asked.fee,
        purpose,
        fee_to,
        force: asked.force,
        request: NO_REFERENCE,
        epoch: 0,
    };
    payment::run(context, payment).await
}

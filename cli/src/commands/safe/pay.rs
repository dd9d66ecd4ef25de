//! `specie safe pay`: what the controller of a box does, by hand.

use super::{find, not_found};
use crate::{
    answer::Answer,
    arguments::Pay,
    commands::carrier::payment::{self, Payment},
    context::Context,
    error::Error,
    parse::Amount,
    source::Source,
};
use specie_link::answers::{Hash, RequestStatus};
use specie_primitives::order::Purpose;

/// Runs the command.
pub async fn run(context: &Context, asked: Pay) -> Result<Answer, Error> {
    let safe = find(context, asked.pool).await?;
    let wanted = Hash(asked.request.0);
    let requests = context.nodes.safe_requests(asked.pool).await.map_err(not_found)?;
    let request = requests.into_iter().find(|request| request.reference == wanted);
    let request =
        request.ok_or_else(|| Error::NotFound(format!("nobody asks pool {} for {wanted}", asked.pool)))?;
    if request.state != RequestStatus::Open {
        return Err(Error::Usage(format!("the request is {}: nothing more is paid for it", request.state)));
    }
    if request.epoch != 0 && request.epoch != safe.epoch {
        return Err(Error::Usage(format!(
            "the request is of epoch {}, and the pool is in {}: nobody pays it any more",
            request.epoch, safe.epoch
        )));
    }
    let source = Source::new(asked.place.reader, asked.place.card);
    let payment = Payment {
        source: source.ok_or_else(|| Error::Usage("give --reader or --card".into()))?,
        to: request.payee,
        amount: asked.amount.unwrap_or(Amount::Units(request.least.0)),
        code: asked.code,
        fee: asked.fee,
        purpose: Purpose::Transfer,
        fee_to: context.account().unwrap_or(request.payee),
        force: false,
        request: asked.request,
        epoch: safe.epoch,
    };
    payment::run(context, payment).await
}

//! `specie safe pay`: what the controller of a box does, by hand.

use super::{find, not_found};
use crate::{
    answer::Answer,
    arguments::Pay,
    asking,
    commands::carrier::payment::{self, Payment},
    context::Context,
    error::Error,
    parse::Amount,
    source::Source,
};
use specie_link::{
    amount::Written,
    answers::{Hash, Party, RequestRecord, RequestStatus, Safe},
    questions::Subject,
    Account,
};
use specie_primitives::order::{Purpose, EVERYTHING};

/// How many times the network's price a member's order may offer.
const MOST_FEES: u128 = 16;

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
    let source = Source::required(asked.place.reader, asked.place.card)?;
    let amount = asked.amount.unwrap_or(Amount::Units(request.least.0));
    check(context, &safe, &request, &source, &amount, asked.fee.as_ref()).await?;
    let payment = Payment {
        source,
        to: request.payee,
        amount,
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

/// What the chain would refuse for good is not signed.
async fn check(
    context: &Context,
    safe: &Safe,
    request: &RequestRecord,
    source: &Source,
    amount: &Amount,
    fee: Option<&Written>,
) -> Result<(), Error> {
    let pool = safe.pool;
    let may_ask = |party: &Party| party.account == request.opener && (party.host || party.unit);
    if !safe.parties.iter().any(may_ask) {
        return Err(Error::Usage(format!("{} asks pool {pool} for nothing any more", request.opener)));
    }
    let best = context.nodes.heights().await?.lowest_best;
    if best > request.expires {
        return Err(Error::Usage(format!(
            "the request has expired: it was to be paid until block {}",
            request.expires
        )));
    }
    let (mut host, _) = source.open(context)?;
    let address = Account(host.carrier()?.0);
    if context.nodes.membership(address).await?.pool != Some(pool) {
        return Err(Error::Usage(format!("{address} does not belong to pool {pool}")));
    }
    if let Some(payer) = request.payer.filter(|payer| *payer != address) {
        return Err(Error::Usage(format!("the request is to {payer} alone")));
    }
    let verdict = asking::ask(&context.nodes, &Subject::Address(address), false).await?.verdict;
    let held = verdict.final_balance().unwrap_or(0);
    let currency = verdict
        .carrier
        .ok_or_else(|| Error::Unknown("the node does not tell the card's currency now".into()))?
        .currency;
    if currency.id() != request.currency.known() {
        return Err(Error::Usage(format!(
            "the request is for {}, and the card holds {}",
            request.currency, currency.id
        )));
    }
    let units = amount.units(&currency)?;
    let (least, most) = (request.least.0, request.most.0);
    // Of everything the chain takes no more than the request does.
    if units == EVERYTHING && held < least {
        let (held, least) = (currency.show(held), currency.show(least));
        return Err(Error::Usage(format!("the card holds {held}, and the request takes {least} at the least")));
    }
    if units != EVERYTHING && !(least..=most).contains(&units) {
        let (least, most) = (currency.show(least), currency.show(most));
        return Err(Error::Usage(format!("the request takes {least} to {most}, and not {}", currency.show(units))));
    }
    let Some(fee) = fee else { return Ok(()) };
    let most = match currency.is_native() {
        true => context.nodes.order_fee(host.currency_key()?.scheme()).await?.saturating_mul(MOST_FEES),
        false => 0,
    };
    match fee.units(&currency)? > most {
        true => Err(Error::Usage(format!("an order of a safe's card offers {} at the most", currency.show(most)))),
        false => Ok(()),
    }
}

//! `specie carrier fund`.

use crate::{answer::Answer, arguments::Fund, asking, commands::machine, context::Context, error::Error};
use serde_json::json;
use specie_link::{amount::Currency, questions::Subject, Account, Call};
use specie_primitives::{ids::CarrierId, verdict::Reason, Balance};

/// Runs the command.
pub async fn run(context: &Context, fund: &Fund) -> Result<Answer, Error> {
    // Before the card is asked for anything.
    let payer = context.signer()?;
    let (address, currency) = carrier(context, fund).await?;
    let amount = fund.amount.units(&currency)?;
    let (call, fee) = call(context, fund, CarrierId(address.0), amount, &currency).await?;
    let included = context.execute(&call).await?;
    let fee_in_words = fee_in_words(fee, &currency);
    let sentence = format!("{} were put on {address}{fee_in_words}.", currency.show(amount));
    let facts = json!({
        "carrier": address,
        "amount": amount.to_string(),
        "currency": currency,
        "payer": payer,
        "machine": fund.machine,
        "maxFee": fee.map(|fee| fee.to_string()),
    });
    Ok(Answer::included(&sentence, &included, facts))
}

/// The address, whose carrier is neither a counterfeit nor stopped: money on such a one is hard to get back. And its
/// currency.
async fn carrier(context: &Context, fund: &Fund) -> Result<(Account, Currency), Error> {
    let asked = match (fund.target.address, super::source(&fund.target)) {
        (Some(address), _) => asking::ask(&context.nodes, &Subject::Address(address), false).await?,
        (None, Some(source)) => super::ask_card(context, &mut source.open(context)?.0, false).await?,
        (None, None) => return Err(Error::Usage("give an address, --reader or --card".into())),
    };
    super::allow(&asked.verdict, fund.force)?;
    let address = asked.verdict.address.ok_or_else(|| {
        Error::NotFound("the card is blank: it has no address yet, and a machine has to initialise it".into())
    })?;
    if asked.verdict.reason == Reason::NotRegistered {
        return Err(Error::NotFound(
            "the chain does not know this card: the machine that made its key registers it first".into(),
        ));
    }
    let record = asked.verdict.carrier.ok_or_else(|| {
        let why = format!("the node does not tell the carrier's record: {}", asked.verdict.reason);
        Error::Unknown(format!("{why}; without it nobody knows in which currency to pay"))
    })?;
    Ok((address, record.currency))
}

/// The call, and the most that a machine takes.
async fn call(
    context: &Context,
    fund: &Fund,
    carrier: CarrierId,
    amount: Balance,
    currency: &Currency,
) -> Result<(Call, Option<Balance>), Error> {
    let Some(machine) = fund.machine else { return Ok((Call::fund(carrier, amount), None)) };
    let fee = match &fund.max_fee {
        Some(fee) => fee.units(currency)?,
        None => {
            let policy = machine::find(context, machine).await?.fee;
            let id = currency.id().ok_or_else(|| Error::Usage(format!("{} is not known here", currency.id)))?;
            let fee = policy.of(id, amount).ok_or_else(|| Error::Usage("the amount is too large".into()))?;
            // Nobody has said how much it may be.
            let (paid, fee_text) = (currency.show(amount), currency.show(fee));
            context.confirm(&format!(
                "The machine takes {fee_text} on top of {paid} (--max-fee says how much it may)"
            ))?;
            fee
        }
    };
    Ok((Call::fund_at(carrier, amount, machine, fee), Some(fee)))
}

fn fee_in_words(fee: Option<Balance>, currency: &Currency) -> String {
    fee.map(|fee| format!(", and at most {} on top went to the machine's operator", currency.show(fee)))
        .unwrap_or_default()
}

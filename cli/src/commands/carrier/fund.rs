//! `specie carrier fund`.

use crate::{answer::Answer, arguments::Fund, asking, commands::machine, context::Context, error::Error, show};
use serde_json::json;
use specie_client::{questions::Subject, Account, Call};
use specie_primitives::{ids::CarrierId, Balance};

/// Runs the command.
pub async fn run(context: &Context, fund: &Fund) -> Result<Answer, Error> {
    // Before the card is asked for anything.
    let payer = context.key()?.account();
    let address = carrier(context, fund).await?;
    let (call, fee) = call(context, fund, CarrierId(address.0)).await?;
    let included = context.execute(&call).await?;
    let sentence = format!("{} were put on {address}{}.", show::spc(fund.amount), fee_in_words(fee));
    let facts = json!({
        "carrier": address,
        "amount": fund.amount.to_string(),
        "payer": payer,
        "machine": fund.machine,
        "maxFee": fee.map(|fee| fee.to_string()),
    });
    Ok(Answer::included(&sentence, &included, facts))
}

/// The address, whose carrier is neither a counterfeit nor stopped: money on such a one is hard to get back.
async fn carrier(context: &Context, fund: &Fund) -> Result<Account, Error> {
    let asked = match (fund.target.address, super::source(&fund.target)) {
        (Some(address), _) => asking::ask(&context.nodes, &Subject::Address(address), false).await?,
        (None, Some(source)) => super::ask_card(context, &mut source.open(context)?.0, false).await?,
        (None, None) => return Err(Error::Usage("give an address, --reader or --card".into())),
    };
    super::allow(&asked.verdict, fund.force)?;
    asked.verdict.address.ok_or_else(|| {
        Error::NotFound("the card is blank: it has no address yet, and a machine has to initialise it".into())
    })
}

/// The call, and the most that a machine takes.
async fn call(context: &Context, fund: &Fund, carrier: CarrierId) -> Result<(Call, Option<Balance>), Error> {
    let Some(machine) = fund.machine else { return Ok((Call::fund(carrier, fund.amount), None)) };
    let fee = match fund.max_fee {
        Some(fee) => fee,
        None => {
            let policy = machine::find(context, machine).await?.fee;
            policy.of(fund.amount).ok_or_else(|| Error::Usage("the amount is too large".into()))?
        }
    };
    Ok((Call::fund_at(carrier, fund.amount, machine, fee), Some(fee)))
}

fn fee_in_words(fee: Option<Balance>) -> String {
    fee.map(|fee| format!(", and at most {} on top went to the machine's operator", show::spc(fee)))
        .unwrap_or_default()
}

//! `specie carrier cash-out`.
//!
//! Once a card has signed an order it is `unsafe` until the order is executed or dead. So everything that can be known
//! to be wrong with an order is refused before the card sees it, and the order is shown before it is sent: whatever
//! happens then, it can be sent again.

use crate::{
    answer::Answer,
    arguments::CashOut,
    commands::order,
    context::Context,
    error::Error,
    explain,
    signed_order::SignedOrder,
    source::{CardHost, Source},
};
use specie_carrier::protocol::Info;
use specie_client::{amount::Currency, answers::Verdict, ClientError};
use specie_primitives::{
    order::{Order, Purpose, EVERYTHING, NO_REFERENCE},
    Balance,
};
use std::time::Duration;

/// How long an order may wait. A card that has signed a far one stays `unsafe` until then.
const LIFE: Duration = Duration::from_secs(120);

/// How many times what the network asks now an order offers: fees rise by 3.4 % an hour at most.
const FEE_FACTOR: Balance = 2;

/// The least that an account holds, in base units: 0.001 SPC.
const EXISTENTIAL_DEPOSIT: Balance = 1_000_000_000;

/// Runs the command.
pub async fn run(context: &Context, asked: CashOut) -> Result<Answer, Error> {
    let source = Source::new(asked.reader.clone(), asked.card.clone());
    let source = source.ok_or_else(|| Error::Usage("give --reader or --card".into()))?;
    let (mut host, info) = source.open(context)?;
    check_code(&info, &asked)?;
    let verdict = super::ask_card(context, &mut host, false).await?.verdict;
    super::allow(&verdict, asked.force)?;
    let currency = verdict.currency();
    if !currency.is_native() {
        // Before the card signs: somebody has to pay the network.
        context.key()?;
    }
    let order = order(context, &mut host, &asked, &verdict, &currency).await?;
    check_money(&order, &verdict, &currency, minimum(context, &currency).await?)?;
    let signed = sign(&mut host, &info, &asked, order)?;
    // The card has done its part: it may be taken out.
    drop(host);
    context.note(&format!("Signed. If this is interrupted: specie order send {}", signed.text()));
    order::send(context, &signed, &currency).await
}

fn check_code(info: &Info, asked: &CashOut) -> Result<(), Error> {
    match (info.capabilities.code_required, asked.code) {
        (true, None) => Err(Error::Usage("this card signs only after its code: give --code".into())),
        _ => Ok(()),
    }
}

async fn order(
    context: &Context,
    host: &mut CardHost,
    asked: &CashOut,
    verdict: &Verdict,
    currency: &Currency,
) -> Result<Order, Error> {
    let key = host.currency_key()?;
    let attested = host.attest(&crate::source::challenge()?)?.attestation;
    let last = attested.sequence;
    let sequence = last
        .checked_add(1)
        .ok_or_else(|| Error::Usage("the card has signed as many orders as it can count".into()))?;
    let head = verdict.head.as_ref().ok_or_else(|| ClientError::Unexpected("a verdict without blocks".into()))?;
    let fee = match &asked.fee {
        Some(fee) => fee.units(currency)?,
        None if !currency.is_native() => 0,
        None => context.nodes.order_fee(key.scheme()).await?.saturating_mul(FEE_FACTOR),
    };
    let (purpose, fee_to) = match asked.machine {
        Some(machine) => (Purpose::CashOut, machine),
        None => (Purpose::Transfer, asked.fee_to.or(context.account()).unwrap_or(asked.to)),
    };
    Ok(Order {
        genesis: context.nodes.genesis().await?,
        carrier: host.carrier()?,
        purpose,
        sequence,
        to: asked.to.0,
        amount: asked.amount.units(currency)?,
        fee,
        fee_to: fee_to.0,
        valid_until: head.best.number.saturating_add(context.nodes.blocks_in(LIFE).await?),
        reference: NO_REFERENCE,
        epoch: 0,
    })
}

/// The least that an account holds of a currency, in base units.
async fn minimum(context: &Context, currency: &Currency) -> Result<Balance, Error> {
    if currency.is_native() {
        return Ok(EXISTENTIAL_DEPOSIT);
    }
    let known = context.nodes.currency(&currency.id).await?;
    let known = known.ok_or_else(|| Error::Unknown(format!("no node tells of the currency {}", currency.id)))?;
    Ok(known.minimum.0)
}

/// What the chain would refuse in any case is not signed.
fn check_money(order: &Order, verdict: &Verdict, currency: &Currency, minimum: Balance) -> Result<(), Error> {
    let refuse = |why: String| Err(Error::Usage(why));
    let held = verdict.final_balance().unwrap_or(0);
    if verdict.carrier.is_none() || held == 0 {
        let words = explain::reason(&verdict.reason);
        return refuse(format!(
            "there is nothing to pay out: {}/{}, {}",
            verdict.state, verdict.reason, words.means
        ));
    }
    if order.to == order.carrier.0 {
        return refuse("the payee is the carrier itself".into());
    }
    let paid = match order.amount {
        EVERYTHING => held.checked_sub(order.fee),
        amount => Some(amount),
    };
    let left = match order.amount {
        EVERYTHING => Some(0),
        amount => held.checked_sub(order.fee).and_then(|rest| rest.checked_sub(amount)),
    };
    match (paid, left) {
        (Some(paid), _) if paid < minimum => refuse(format!("{} are too little to pay", currency.show(paid))),
        (Some(_), Some(left)) if left == 0 || left >= minimum => Ok(()),
        (_, Some(left)) if left > 0 => refuse(format!(
            "{} would be left, which is too little to be kept: take everything, or less",
            currency.show(left)
        )),
        _ => {
            let (held, fee) = (currency.show(held), currency.show(order.fee));
            refuse(format!("the carrier holds {held}, which is less than the amount and the fee of {fee}"))
        }
    }
}

fn sign(host: &mut CardHost, info: &Info, asked: &CashOut, order: Order) -> Result<SignedOrder, Error> {
    if let (true, Some(code)) = (info.capabilities.code_required, &asked.code) {
        host.verify_code(code)?;
    }
    Ok(SignedOrder { order, signature: host.sign_order(&order)? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use specie_client::amount::UNIT;
    use specie_client::Account;
    use specie_primitives::ids::CarrierId;

    const FEE: Balance = UNIT / 200;

    fn verdict(held: Balance) -> Verdict {
        serde_json::from_value(json!({
            "address": null, "state": "safe", "reason": "sound", "reasons": ["sound"], "proven": true,
            "outstandingUntil": null, "surplus": "0",
            "balance": { "finalized": held.to_string(), "best": held.to_string() },
            "pendingSpends": [],
            "carrier": {
                "state": "active", "denomination": null, "fundingDue": null, "generation": 1, "sequence": 0,
                "currency": Currency::native(), "machine": Account([3; 32]), "registeredAt": 1,
            },
            "certificate": null, "head": null,
        }))
        .unwrap()
    }

    fn order(amount: Balance) -> Order {
        Order {
            genesis: [0; 32],
            carrier: CarrierId([1; 32]),
            purpose: Purpose::Transfer,
            sequence: 1,
            to: [2; 32],
            amount,
            fee: FEE,
            fee_to: [2; 32],
            valid_until: 60,
            reference: NO_REFERENCE,
            epoch: 0,
        }
    }

    fn check(order: &Order, held: Balance) -> Result<(), Error> {
        check_money(order, &verdict(held), &Currency::native(), EXISTENTIAL_DEPOSIT)
    }

    #[test]
    fn f12_orders_that_the_chain_takes_are_signed() {
        for amount in [EVERYTHING, UNIT, 10 * UNIT - FEE, 10 * UNIT - FEE - EXISTENTIAL_DEPOSIT] {
            assert!(check(&order(amount), 10 * UNIT).is_ok(), "{amount}");
        }
    }

    #[test]
    fn f12_orders_that_the_chain_refuses_are_not_signed() {
        for (amount, held, why) in [
            (EVERYTHING, 0, "nothing to pay out"),
            (EVERYTHING, FEE - 1, "less than the amount and the fee"),
            (EVERYTHING, FEE + 1, "too little to pay"),
            (0, 10 * UNIT, "too little to pay"),
            (10 * UNIT, 10 * UNIT, "less than the amount and the fee"),
            (10 * UNIT - FEE - 1, 10 * UNIT, "would be left"),
        ] {
            let error = check(&order(amount), held).unwrap_err().text();
            assert!(error.contains(why), "{amount} of {held}: {error}");
        }
        let to_itself = Order { to: [1; 32], ..order(EVERYTHING) };
        assert!(check(&to_itself, UNIT).is_err());
    }
}

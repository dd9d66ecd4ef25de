//! An order, from the card to its final fate.
//!
//! Once a card has signed an order it is `unsafe` until the order is executed or dead. So everything that can be known
//! to be wrong with an order is refused before the card sees it, and the order is shown before it is sent: whatever
//! happens then, it can be sent again.

use crate::{
    answer::Answer,
    commands::order,
    context::Context,
    error::Error,
    explain,
    kept_orders::Place,
    parse::Amount,
    signals::Signals,
    signed_order::SignedOrder,
    source::{random, CardHost, Source},
};
use serde_json::json;
use specie_card::{code::Code, host::HostError, protocol::Info};
use specie_console::output;
use specie_link::{
    amount::{Currency, Written, UNIT},
    answers::{Verdict, Word},
    payable::{self, NotPayable},
    Account,
};
use specie_primitives::{
    ids::Reference,
    order::{Order, Purpose},
    verdict::Reason,
    Balance, BlockNumber,
};
use std::{path::PathBuf, time::Duration};

/// How long an order may wait. A card that has signed a far one stays `unsafe` until then.
const LIFE: Duration = Duration::from_secs(120);

/// How many times what the network asks now an order offers: fees rise by 3.4 % an hour at most.
const FEE_FACTOR: Balance = 2;

/// The most that an order offers of itself, in base units of the chain's own currency.
const MAX_FEE: Balance = UNIT / 100;

/// What a card is to pay.
pub struct Payment {
    /// The card.
    pub source: Source,
    /// The account that is paid.
    pub to: Account,
    /// How much.
    pub amount: Amount,
    /// The card's code, if it wants one.
    pub code: Option<Code>,
    /// What the order offers for its execution, if somebody said.
    pub fee: Option<Written>,
    /// What the order is for.
    pub purpose: Purpose,
    /// Who gets what the network leaves of the fee.
    pub fee_to: Account,
    /// Whether it is signed whatever the verdict says.
    pub force: bool,
    /// The request that it pays, or [`NO_REFERENCE`](specie_primitives::order::NO_REFERENCE).
    pub request: Reference,
    /// The epoch of the card's pool; 0: it has none.
    pub epoch: u32,
}

/// Has the card sign, sends the order, and follows it.
pub async fn run(context: &Context, asked: Payment) -> Result<Answer, Error> {
    let (mut host, info) = asked.source.open(context)?;
    check_code(&info, asked.code.as_ref())?;
    let verdict = super::ask_card(context, &mut host, false).await?.verdict;
    super::allow(&verdict, asked.force || asked.epoch > 0 && pays_for_its_pool(&verdict))?;
    if !asked.force {
        ensure_nothing_outstanding(&mut host, &verdict)?;
    }
    let currency = verdict.currency();
    if !currency.is_native() {
        // Before the card signs: somebody has to pay the network.
        context.key()?;
    }
    let order = order(context, &mut host, &asked, &currency).await?;
    check_money(&order, &verdict, &currency, minimum(context, &currency).await?)?;
    // From here on nothing ends this before the order is on its way, or told.
    let mut signals = Signals::catch()?;
    let place = Place::make(&order);
    if let Err(error) = &place {
        context.note(&format!("The order will not be kept in a file: {error}"));
    }
    let signed = match sign(host, &info, &asked, order) {
        Err(Error::Card(error)) if error.leaves_open() => taken_up(context, &asked.source, order, error),
        signed => signed,
    };
    let signed = match signed {
        Ok(signed) => signed,
        Err(error) => {
            place.into_iter().for_each(Place::give_up);
            return Err(error);
        }
    };
    let file = place.and_then(|place| place.keep(&signed)).ok();
    tell(context, &signed, file);
    let payer = order::payer_of(context, &currency);
    let payer = payer.map_err(|source| Error::OrderSigned { order: signed.text(), source: Box::new(source) })?;
    order::send(context, &signed, &currency, payer, &mut signals).await
}

/// Whether a card is suspended for nothing but being no cash: in the name of its pool it pays.
fn pays_for_its_pool(verdict: &Verdict) -> bool {
    let harmless = [
        Reason::OfPool,
        Reason::SpendNotFinal,
        Reason::MoneyHeld,
        Reason::FundingNotFinal,
        Reason::FaceValueMismatch,
        Reason::Surplus,
    ];
    let is_harmless = |reason: &Word<Reason>| reason.known().is_some_and(|known| harmless.contains(&known));
    verdict.reason == Reason::OfPool && verdict.reasons.iter().all(is_harmless)
}

/// The signed order, for people and programs, before it is sent; and the file that keeps it.
fn tell(context: &Context, signed: &SignedOrder, file: Option<PathBuf>) {
    let order = signed.text();
    if context.is_json {
        output::note(json!({ "signed": { "order": order, "file": file } }));
    } else {
        let kept = file.map_or_else(String::new, |file| format!(" (kept in {})", file.display()));
        output::note(format_args!("Signed. If this is interrupted: specie order send {order}{kept}"));
    }
}

/// Whether the card gets the code that it wants.
pub fn check_code(info: &Info, code: Option<&Code>) -> Result<(), Error> {
    match (info.capabilities.code_required, code) {
        (true, None) => Err(Error::Usage("this card signs only after its code: give --code".into())),
        _ => Ok(()),
    }
}

async fn order(
    context: &Context,
    host: &mut CardHost,
    asked: &Payment,
    currency: &Currency,
) -> Result<Order, Error> {
    let key = host.currency_key()?;
    let sequence = next_sequence(host)?;
    let fee = match &asked.fee {
        Some(fee) => fee.units(currency)?,
        None if !currency.is_native() => 0,
        None => affordable(context.nodes.order_fee(key.scheme()).await?.saturating_mul(FEE_FACTOR), currency)?,
    };
    Ok(Order {
        genesis: context.nodes.genesis().await?,
        carrier: host.carrier()?,
        purpose: asked.purpose,
        sequence,
        to: asked.to.0,
        amount: asked.amount.units(currency)?,
        fee,
        fee_to: asked.fee_to.0,
        valid_until: valid_until(context).await?,
        reference: asked.request,
        epoch: asked.epoch,
    })
}

/// The sequence of the card's next order.
pub fn next_sequence(host: &mut CardHost) -> Result<u32, Error> {
    let attested = host.attest(&crate::source::challenge()?)?.attestation;
    let next = attested.sequence.checked_add(1);
    next.ok_or_else(|| Error::Usage("the card has signed as many orders as it can count".into()))
}

/// The last block of an order that is signed now.
pub async fn valid_until(context: &Context) -> Result<BlockNumber, Error> {
    let best = context.nodes.heights().await?.lowest_best;
    Ok(best.saturating_add(context.nodes.blocks_in(LIFE).await?))
}

/// Shows the card its code, if it wants one.
pub fn show_code(host: &mut CardHost, info: &Info, code: Option<&Code>) -> Result<(), Error> {
    if let (true, Some(code)) = (info.capabilities.code_required, code) {
        host.protect_code(&random()?)?;
        host.verify_code(code)?;
    }
    Ok(())
}

/// No order is signed beside one of which nobody knows what becomes.
pub fn ensure_nothing_outstanding(host: &mut CardHost, verdict: &Verdict) -> Result<(), Error> {
    match is_outstanding(verdict) {
        true => Err(outstanding(host)),
        false => Ok(()),
    }
}

/// Whether the card has signed an order that is not executed yet, and is not dead.
pub fn is_outstanding(verdict: &Verdict) -> bool {
    verdict.reasons.iter().any(|reason| *reason == Reason::OrderOutstanding)
}

/// A node says what the network asks: a wrong one must not empty the card.
fn affordable(fee: Balance, currency: &Currency) -> Result<Balance, Error> {
    match fee <= MAX_FEE {
        true => Ok(fee),
        false => {
            let (fee, most) = (currency.show(fee), currency.show(MAX_FEE));
            Err(Error::Usage(format!(
                "a node asks for a fee of {fee}, and more than {most} is offered with --fee alone"
            )))
        }
    }
}

/// The least that an account holds of a currency, in base units.
async fn minimum(context: &Context, currency: &Currency) -> Result<Balance, Error> {
    let known = match currency.id() {
        Some(id) => context.nodes.currency(id).await?,
        None => None,
    };
    let known = known.ok_or_else(|| Error::Unknown(format!("no node tells of the currency {}", currency.id)))?;
    Ok(known.minimum.0)
}

/// What the chain would refuse in any case is not signed.
fn check_money(order: &Order, verdict: &Verdict, currency: &Currency, minimum: Balance) -> Result<(), Error> {
    let held = verdict.carrier.as_ref().and_then(|_| verdict.final_balance()).unwrap_or(0);
    let Err(why) = payable::check(order, held, minimum) else { return Ok(()) };
    Err(Error::Usage(match why {
        NotPayable::Nothing => {
            let (state, reason) = (&verdict.state, &verdict.reason);
            format!("{why}: {state}/{reason}, {}", explain::reason(reason).means)
        }
        NotPayable::ToItself => why.to_string(),
        NotPayable::TooLittle { paid, minimum } => {
            let (paid, minimum) = (currency.show(paid), currency.show(minimum));
            format!("{paid} are too little to pay: an account holds {minimum} at the least")
        }
        NotPayable::TooLittleLeft { left } => {
            let left = currency.show(left);
            format!("{left} would be left, which is too little to be kept: take everything, or less")
        }
        NotPayable::TooMuch { held, fee } => {
            let (held, fee) = (currency.show(held), currency.show(fee));
            format!("the carrier holds {held}, which is less than the amount and the fee of {fee}")
        }
    }))
}

/// Has the card sign; it may be taken out then.
fn sign(mut host: CardHost, info: &Info, asked: &Payment, order: Order) -> Result<SignedOrder, Error> {
    show_code(&mut host, info, asked.code.as_ref())?;
    Ok(SignedOrder { order, signature: host.sign_order(&order)? })
}

/// The card may have signed all the same: it gives the same order again, and signs no other one.
fn taken_up(context: &Context, source: &Source, order: Order, error: HostError) -> Result<SignedOrder, Error> {
    let (mut host, _) = source.open(context)?;
    match host.last_order(&random()?)? {
        Some((last, signature)) if last == order => Ok(SignedOrder { order, signature }),
        _ => Err(error.into()),
    }
}

/// Why no other order is signed while one is outstanding, and how that one is sent.
fn outstanding(host: &mut CardHost) -> Error {
    let said = random().ok().and_then(|challenge| host.last_order(&challenge).ok().flatten());
    let how = said.map_or_else(String::new, |(order, signature)| match order.purpose {
        // It moves nothing: it says that the card joins a safe.
        Purpose::Hold if order.amount == 0 => {
            ": it is to join a safe; specie safe join brings it to the chain".into()
        }
        _ => format!(": specie order send {}", SignedOrder { order, signature }.text()),
    });
    Error::Forbidden(format!(
        "the card has signed an order that is not executed yet, and no other one is signed beside it (--force signs one){how}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f12_a_node_does_not_say_what_a_card_pays() {
        let native = Currency::native();
        assert!(affordable(UNIT / 100, &native).is_ok());
        let dear = affordable(UNIT / 100 + 1, &native).unwrap_err().to_string();
        assert!(dear.contains("--fee alone"), "{dear}");
    }

    use specie_primitives::{
        ids::CarrierId,
        order::{EVERYTHING, NO_REFERENCE},
    };

    const FEE: Balance = UNIT / 200;

    fn verdict(held: Balance) -> Verdict {
        serde_json::from_value(json!({
            "address": null, "state": "safe", "reason": "sound", "reasons": ["sound"], "proven": true,
            "outstandingUntil": null, "surplus": "0",
            "balance": { "finalized": held.to_string(), "best": held.to_string(), "held": "0" },
            "pendingSpends": [],
            "carrier": {
                "state": "active", "denomination": null, "fundingDue": null, "generation": 1, "sequence": 0,
                "currency": Currency::native(), "machine": Account([3; 32]), "registeredAt": 1,
                "currencyKey": "0x00", "deviceKey": "0x00", "finalSequence": 0,
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
        check_money(order, &verdict(held), &Currency::native(), UNIT / 1_000)
    }

    /// Each is told in the money of the card.
    #[test]
    fn f12_orders_that_the_chain_refuses_are_not_signed() {
        assert!(check(&order(10 * UNIT - FEE), 10 * UNIT).is_ok());
        for (amount, held, why) in [
            (EVERYTHING, 0, "nothing to pay out: safe/sound"),
            (EVERYTHING, FEE - 1, "less than the amount and the fee of 0.005 SPC"),
            (EVERYTHING, FEE + 1, "0.000000000001 SPC are too little to pay"),
            (10 * UNIT - FEE - 1, 10 * UNIT, "0.000000000001 SPC would be left"),
        ] {
            let error = check(&order(amount), held).unwrap_err().text();
            assert!(error.contains(why), "{amount} of {held}: {error}");
        }
        let to_itself = Order { to: [1; 32], ..order(EVERYTHING) };
        assert!(check(&to_itself, UNIT).unwrap_err().text().contains("the carrier itself"));
    }
}

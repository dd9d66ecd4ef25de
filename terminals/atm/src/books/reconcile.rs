//! Journal, chain and bins compared, at start and on request; what can be settled is settled.

use crate::{
    case::{Claim, Ending, Keep, Payment, Registration as Registered, Spend},
    clock,
    journal::{ClaimRecord, Journal, JournalError, Record},
    machine::claim_in_words,
    marked_text,
    money::{Currencies, Money},
    network::{Network, Registered as Answer},
    stock::{Bin, Blanks},
};
use codec::Decode;
use serde::Serialize;
use specie_client::{amount::Currency, Account, ClientError, OrderFate};
use specie_primitives::{ids::CurrencyId, registration::Registration};
use std::time::Duration;

/// For how long one registration or order is followed.
const LIMIT: Duration = Duration::from_secs(60);

/// By how much the machine's clock may be ahead of the chain's, in milliseconds.
const CLOCKS: u64 = 60_000;

/// How long after a case a payment may still come that was sent during it, in milliseconds.
const PATIENCE: u64 = 10 * 60_000;

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Findings {
    /// Whether the chain could be asked. If not, nothing below is complete.
    pub online: bool,
    /// Registrations that the chain has now.
    pub registered: Vec<u64>,
    /// Claims that the chain has settled, by case, with how.
    pub settled: Vec<(u64, String)>,
    /// Claims that are open, by case, with how they are to be understood.
    pub open: Vec<(u64, String)>,
    /// What does not agree: the operator has to look.
    pub differences: Vec<String>,
    /// What the operator has to fill (F1).
    pub to_fill: Vec<String>,
}

/// Compares, sends what waits to be sent, and settles what the chain can settle. `currencies`: those that the machine is to deal
/// in; `counted`: the bins, as the module counts them.
pub fn reconcile(
    journal: &Journal,
    network: &Network,
    currencies: &Currencies,
    counted: Option<Vec<u32>>,
) -> Result<Findings, JournalError> {
    let mut findings = Findings { online: network.health().is_ok_and(|health| health.able), ..Findings::default() };
    compare_bins(journal, counted, &mut findings)?;
    findings.to_fill = journal.stock()?.low().map(|(bin, blanks)| low_in_words(bin, blanks, currencies)).collect();
    if findings.online {
        refresh(journal, network, currencies, &mut findings)?;
        send_registrations(journal, network, &mut findings)?;
        for (number, record) in journal.kept()? {
            look_at_carrier(journal, network, currencies, (number, record), &mut findings)?;
        }
        settle_claims(journal, network, currencies, &mut findings)?;
    }
    for known in journal.unsettled()? {
        findings.open.push((known.case, format!("{}: {}", known.place, claim_in_words(known.claim))));
    }
    Ok(findings)
}

/// A bin that is low or empty.
fn low_in_words(bin: Bin, blanks: &Blanks, currencies: &Currencies) -> String {
    let marked = marked_text(blanks.marked, currencies);
    match blanks.count {
        0 => format!("bin {} ({marked}) is empty", bin.0),
        count => format!("bin {} ({marked}) is low: {count} left", bin.0),
    }
}

fn compare_bins(journal: &Journal, counted: Option<Vec<u32>>, findings: &mut Findings) -> Result<(), JournalError> {
    let Some(counted) = counted else { return Ok(()) };
    for ((bin, blanks), counted) in journal.stock()?.bins().zip(counted) {
        if blanks.count != counted {
            let known = blanks.count;
            findings.differences.push(format!("bin {}: {known} in the journal, {counted} in the bin", bin.0));
        }
    }
    Ok(())
}

/// Currencies, grants and batch keys, for when there is no network.
fn refresh(
    journal: &Journal,
    network: &Network,
    currencies: &Currencies,
    findings: &mut Findings,
) -> Result<(), JournalError> {
    match network.currencies() {
        Ok(chain) => {
            journal.set_currencies(&chain)?;
            let confirmed = currencies.confirmed_by(&chain);
            let doubtful = currencies.ids().filter(|id| confirmed.get(*id).is_none());
            findings.differences.extend(doubtful.map(|id| not_the_same(currencies, &chain, id)));
        }
        Err(error) => findings.differences.push(format!("currencies: {error}")),
    }
    match network.grants() {
        Ok(grants) => journal.set_grants(&grants)?,
        Err(error) => findings.differences.push(format!("grants: {error}")),
    }
    match network.batches(clock::now()) {
        Ok(batches) => journal.set_batches(&batches)?,
        Err(error) => findings.differences.push(format!("batches: {error}")),
    }
    Ok(())
}

/// A currency of which the chain says something else than the configuration.
fn not_the_same(currencies: &Currencies, chain: &[Currency], id: CurrencyId) -> String {
    let said = |currency: Option<&Currency>| match currency {
        Some(Currency { symbol: Some(symbol), decimals: Some(decimals), .. }) => {
            format!("{symbol} with {decimals} decimals")
        }
        _ => "no currency".into(),
    };
    let (here, there) = (currencies.get(id), chain.iter().find(|currency| currency.id() == Some(id)));
    format!("{id} is {} in the configuration and {} on chain: not dealt in", said(here), said(there))
}

/// What was issued with no network (F5).
fn send_registrations(journal: &Journal, network: &Network, findings: &mut Findings) -> Result<(), JournalError> {
    for (number, bytes) in journal.queue()? {
        let mut record = journal.case(number)?;
        let (Ok(registration), Some(carrier)) = (Registration::decode(&mut &bytes[..]), record.carrier) else {
            findings.differences.push(format!("case {number}: its registration cannot be read"));
            continue;
        };
        match network.register(&registration, carrier, LIMIT) {
            Answer::Yes => {
                record.case.registration = Registered::Final;
                record.remark("registered later");
                journal.dequeue(number, &record)?;
                findings.registered.push(number);
            }
            Answer::Refused(why) => {
                record.case.registration = Registered::Refused;
                record.case.claims.push(Claim::NotRegistered);
                record.ending = Some(Ending::Claimed);
                record.remark(format!("the chain refuses the registration: {why}"));
                journal.dequeue(number, &record)?;
                findings.differences.push(format!("case {number}: the chain refuses the card {carrier}: {why}"));
            }
            Answer::NotNow(why) | Answer::NotKnown(why) => {
                findings.differences.push(format!("case {number}: not registered yet: {why}"))
            }
        }
    }
    Ok(())
}

/// Money that came onto a kept card after its case had ended.
fn look_at_carrier(
    journal: &Journal,
    network: &Network,
    currencies: &Currencies,
    (number, mut record): (u64, Record),
    findings: &mut Findings,
) -> Result<(), JournalError> {
    // A fake shows whatever address it likes.
    let is_fake = record.case.keep == Some(Keep::Counterfeit);
    let Some(carrier) = record.carrier.filter(|_| !is_fake) else { return Ok(()) };
    match held(network, carrier) {
        Ok(Some(amount)) if amount.units > 0 && !record.case.claims.contains(&Claim::MoneyOnKeptCard) => {
            record.case.claims.push(Claim::MoneyOnKeptCard);
            record.currency = Some(amount.currency);
            record.case.payment = booked(amount, &record);
            network.note_payer(&mut record);
            record.ending = Some(Ending::Claimed);
            record.remark(format!("{} came after the case had ended", currencies.text(amount)));
            journal.amend(number, &record)?;
        }
        Ok(_) => {}
        Err(error) => findings.differences.push(format!("case {number}: {error}")),
    }
    Ok(())
}

/// What a carrier holds finally, of whatever currency; `None`: the chain does not know it.
fn held(network: &Network, carrier: Account) -> Result<Option<Money>, ClientError> {
    Ok(network.verdict_at(carrier)?.and_then(|verdict| {
        let currency = verdict.currency().id()?;
        Some(Money { currency, units: verdict.final_balance().unwrap_or(0) })
    }))
}

fn settle_claims(
    journal: &Journal,
    network: &Network,
    currencies: &Currencies,
    findings: &mut Findings,
) -> Result<(), JournalError> {
    for ClaimRecord { case: number, place, claim, .. } in journal.unsettled()? {
        let mut record = journal.case(number)?;
        let found = match claim {
            Claim::SpendNotKnown => fate(network, currencies, &record),
            Claim::PaymentNotKnown => payment(network, currencies, &record),
            _ => Ok(None),
        };
        match found {
            Ok(Some(Found { how, spend, payment })) => {
                record.case.spend = spend.unwrap_or(record.case.spend);
                record.case.payment = payment.unwrap_or(record.case.payment);
                if matches!(payment, Some(Payment::Final(_) | Payment::Wrong(_))) {
                    network.note_payer(&mut record);
                }
                record.remark(how.clone());
                journal.amend(number, &record)?;
                journal.settle(number, place, "chain", &how)?;
                findings.settled.push((number, how));
            }
            Ok(None) => {}
            Err(error) => findings.differences.push(format!("case {number}: {error}")),
        }
    }
    Ok(())
}

/// What the chain says to a claim.
struct Found {
    how: String,
    spend: Option<Spend>,
    payment: Option<Payment>,
}

/// What became of an order whose fate was not known.
fn fate(network: &Network, currencies: &Currencies, record: &Record) -> Result<Option<Found>, ClientError> {
    let (Some(order), Some(signature)) = (record.order(), record.signature()) else { return Ok(None) };
    let fate = match network.fate(&order)? {
        Some(fate) => fate,
        None => match network.send_order(&order, &signature, record.money(0).currency, LIMIT) {
            Ok(fate) => fate,
            Err(ClientError::NotKnown | ClientError::Refused(_)) => return Ok(None),
            Err(error) => return Err(error),
        },
    };
    Ok(Some(match fate {
        OrderFate::Executed { amount, block } => {
            let amount = record.money(amount);
            Found {
                how: format!("{} were paid out in block {block}", currencies.text(amount)),
                spend: Some(Spend::Final(amount)),
                payment: None,
            }
        }
        OrderFate::Dead(why) => Found {
            how: format!("nothing was paid out, and never will be: {why}"),
            spend: Some(Spend::Dead),
            payment: None,
        },
    }))
}

/// A payment that was found later: what was agreed on, or not. A case that asked for none has none.
fn booked(paid: Money, record: &Record) -> Payment {
    match record.case.request.kind.amount() {
        Some(wanted) if paid.covers(&wanted) => Payment::Final(paid),
        Some(_) => Payment::Wrong(paid),
        None => record.case.payment,
    }
}

/// Whether a payment came that nobody could ask about: by what the chain has booked since the case began, since the card
/// may have been used in the meantime. What came and is on a kept card remains a claim of its own.
fn payment(network: &Network, currencies: &Currencies, record: &Record) -> Result<Option<Found>, ClientError> {
    let Some(carrier) = record.carrier else { return Ok(None) };
    let (since, ended) = (record.begun, record.ended.unwrap_or(u64::MAX));
    let currency = record.money(0).currency;
    if let Some(units) = network.paid_since(carrier, currency, since.saturating_sub(CLOCKS))? {
        let paid = Money { currency, units };
        let how = format!("it was paid: {}", currencies.text(paid));
        return Ok(Some(Found { how, spend: None, payment: Some(booked(paid, record)) }));
    }
    // A wallet's call that was under way is dead by now, on any chain with blocks of some seconds.
    if clock::now() < ended.saturating_add(PATIENCE) {
        return Ok(None);
    }
    Ok(Some(Found { how: "nothing was paid".into(), spend: None, payment: Some(Payment::TimedOut) }))
}

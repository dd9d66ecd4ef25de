//! Journal, chain and bins compared, at start and on request; what can be settled is settled.

use crate::{
    case::{Claim, Ending, Payment, Registration as Registered, Spend},
    journal::{note_payer, Journal, Record},
    machine::claim_in_words,
    marked_text,
    policy::Policy,
};
use codec::Decode;
use serde::Serialize;
use specie_device::{Bin, Keep};
use specie_link::{
    amount::Currency,
    answers::CurrencyRecord,
    money::{Currencies, Money},
    network::{Network, Registered as Answer},
    Account, ClientError, OrderFate,
};
use specie_ops::stock::Blanks;
use specie_primitives::{ids::CurrencyId, registration::Registration, BlockNumber};
use specie_procedure::{clock, ClaimRecord, JournalError};
use std::time::Duration;

/// For how long one registration or order is followed.
const LIMIT: Duration = Duration::from_secs(60);

/// How long after a case a payment may still come that was sent during it, by the chain's blocks.
const PATIENCE: Duration = Duration::from_secs(600);

/// By how much the machine's clock may differ from the chain's before the operator is told, in milliseconds.
const CLOCKS: u64 = 30_000;

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
    /// By how much the machine's clock differs from the chain's, in words; one of the differences.
    pub clock: Option<String>,
}

/// Compares, sends what waits to be sent, and settles what the chain can settle. A case that is under way is not touched, so that this may
/// be done beside the machine. `policy`: what the operator has decided;
/// `counted`: the bins, as the module counts them.
pub fn reconcile(
    journal: &Journal,
    network: &Network,
    policy: &Policy,
    counted: Option<Vec<u32>>,
) -> Result<Findings, JournalError> {
    let _alone = journal.exclusive();
    let mut findings = Findings { online: network.health().is_ok_and(|health| health.able), ..Findings::default() };
    let currencies = &policy.currencies;
    compare_bins(journal, counted, &mut findings)?;
    findings.to_fill = journal.stock()?.low().map(|(bin, blanks)| low_in_words(bin, blanks, currencies)).collect();
    if findings.online {
        compare_clocks(network, &mut findings);
        refresh(journal, network, currencies, policy.agreeing_nodes, &mut findings)?;
        send_registrations(journal, network, &mut findings)?;
        for (number, record) in journal.kept()? {
            look_at_carrier(journal, network, policy, (number, record), &mut findings)?;
        }
        settle_claims(journal, network, policy, &mut findings)?;
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
            findings.differences.push(format!(
                "bin {0}: {known} in the journal, {counted} in the bin: count it, then specie-atm fill FOLDER {0} COUNT",
                bin.0
            ));
        }
    }
    Ok(())
}

/// Nothing is decided by the machine's clock; but receipts, limits of a day and certificates of nodes go by it.
fn compare_clocks(network: &Network, findings: &mut Findings) {
    if let Some(words) = network.clock_ahead(clock::now()).and_then(clocks_differ) {
        findings.differences.push(words.clone());
        findings.clock = Some(words);
    }
}

/// What is wrong with a clock that is so many milliseconds ahead of the chain's; `None`: nothing.
fn clocks_differ(ahead: i64) -> Option<String> {
    let (seconds, whither) = (ahead.unsigned_abs() / 1_000, if ahead > 0 { "ahead of" } else { "behind" });
    (ahead.unsigned_abs() > CLOCKS).then(|| format!("the machine's clock is {seconds} s {whither} the chain's"))
}

/// Currencies, grants and batch keys, for when there is no network.
fn refresh(
    journal: &Journal,
    network: &Network,
    currencies: &Currencies,
    agreeing: usize,
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
    match network.grants(agreeing) {
        Ok(Some(grants)) => journal.set_grants(&grants)?,
        Ok(None) => journal.withhold_grants()?,
        Err(error) => findings.differences.push(format!("grants: {error}")),
    }
    match network.batches(clock::now()) {
        Ok(batches) => journal.set_batches(&batches)?,
        Err(error) => findings.differences.push(format!("batches: {error}")),
    }
    Ok(())
}

/// A currency of which the chain says something else than the configuration.
fn not_the_same(currencies: &Currencies, chain: &[CurrencyRecord], id: CurrencyId) -> String {
    let said = |currency: Option<&Currency>| match currency {
        Some(Currency { symbol: Some(symbol), decimals: Some(decimals), .. }) => {
            format!("{symbol} with {decimals} decimals")
        }
        _ => "no currency".into(),
    };
    let there = chain.iter().find(|record| record.id == id).map(Currency::from);
    format!(
        "{id} is {} in the configuration and {} on chain: not dealt in",
        said(currencies.get(id)),
        said(there.as_ref())
    )
}

/// What was issued with no network (F5).
fn send_registrations(journal: &Journal, network: &Network, findings: &mut Findings) -> Result<(), JournalError> {
    for (number, bytes) in journal.queue()? {
        let Ok(mut record) = journal.case(number) else {
            findings.differences.push(format!("case {number}: its registration waits, and the case is not there"));
            continue;
        };
        if record.ended.is_none() {
            // Its customer stands there.
            continue;
        }
        let (Ok(registration), Some(carrier)) = (Registration::decode(&mut &bytes[..]), record.papers.carrier)
        else {
            findings.differences.push(format!("case {number}: its registration cannot be read"));
            continue;
        };
        match network.register(&registration, carrier, LIMIT) {
            Answer::Yes => {
                record.case.registration = Registered::Final;
                record.remark("registered later");
                journal.dequeue(number, &record, "registered later")?;
                findings.registered.push(number);
            }
            Answer::Refused(why) => {
                record.case.registration = Registered::Refused;
                record.case.claims.push(Claim::NotRegistered);
                record.ending = Some(Ending::Claimed);
                let refused = format!("the chain refuses the registration: {why}");
                record.remark(refused.clone());
                journal.dequeue(number, &record, &refused)?;
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
    policy: &Policy,
    (number, mut record): (u64, Record),
    findings: &mut Findings,
) -> Result<(), JournalError> {
    // A fake shows whatever address it likes.
    let is_fake = record.case.keep == Some(Keep::Counterfeit);
    let Some(carrier) = record.papers.carrier.filter(|_| !is_fake) else { return Ok(()) };
    let held = held(network, carrier);
    if let (Ok(Some(Money { currency, .. })), false) = (&held, record.case.claims.contains(&Claim::OtherMoney)) {
        let came = network.came(carrier, *currency, since(&record), policy.agreeing_nodes);
        if came.is_ok_and(|came| came.stray) {
            record.case.claims.push(Claim::OtherMoney);
            record.ending = Some(Ending::Claimed);
            let why = "money of another currency was sent to the card";
            record.remark(why);
            journal.amend(number, &record, why)?;
        }
    }
    match held {
        Ok(Some(amount)) if amount.units > 0 && is_news(&record, &amount) => {
            if !record.case.claims.contains(&Claim::MoneyOnKeptCard) {
                record.case.claims.push(Claim::MoneyOnKeptCard);
            }
            record.papers.currency = Some(amount.currency);
            record.case.payment = booked(amount, &record);
            note_payer(network, &mut record);
            record.ending = Some(Ending::Claimed);
            let why = format!("{} came after the case had ended", policy.text(amount));
            record.remark(why.clone());
            journal.amend(number, &record, &why)?;
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

/// Whether the claim on a kept card does not know of so much: there is none, or the payment came after a grain of dust.
fn is_news(record: &Record, held: &Money) -> bool {
    let knows_less = matches!(record.case.payment, Payment::Wrong(known) if held.units > known.units);
    knows_less || !record.case.claims.contains(&Claim::MoneyOnKeptCard)
}

/// The first block that a case's payment can be in.
fn since(record: &Record) -> BlockNumber {
    record.papers.begun_at.map_or(0, |block| block.saturating_add(1))
}

fn settle_claims(
    journal: &Journal,
    network: &Network,
    policy: &Policy,
    findings: &mut Findings,
) -> Result<(), JournalError> {
    for ClaimRecord { case: number, place, claim, .. } in journal.unsettled()? {
        let mut record = journal.case(number)?;
        if record.ended.is_none() {
            continue;
        }
        let found = match claim {
            Claim::SpendNotKnown => fate(network, policy, &record),
            Claim::PaymentNotKnown => payment(journal, network, policy, (number, &mut record)),
            _ => Ok(None),
        };
        match found {
            Ok(Some(Found { how, spend, payment })) => {
                record.case.spend = spend.unwrap_or(record.case.spend);
                record.case.payment = payment.unwrap_or(record.case.payment);
                if matches!(payment, Some(Payment::Final(_) | Payment::Wrong(_))) {
                    note_payer(network, &mut record);
                }
                record.remark(how.clone());
                journal.amend(number, &record, &how)?;
                journal.settle(number, place, "chain", &how)?;
                is_empty_now(journal, network, (number, &record), findings)?;
                findings.settled.push((number, how));
            }
            Ok(None) => {}
            Err(JournalOrChain::Journal(error)) => return Err(error),
            Err(JournalOrChain::Chain(error)) => findings.differences.push(format!("case {number}: {error}")),
        }
    }
    Ok(())
}

/// A new card whose money has gone back, as the chain says now: what was claimed of it while nobody knew is settled with it.
fn is_empty_now(
    journal: &Journal,
    network: &Network,
    (number, record): (u64, &Record),
    findings: &mut Findings,
) -> Result<(), JournalError> {
    let claims = (0..=u8::MAX).zip(&record.case.claims);
    let claim = claims.into_iter().find(|(_, claim)| **claim == Claim::MoneyOnKeptCard).map(|(place, _)| place);
    let (Some(place), Some(carrier), Spend::Final(_)) = (claim, record.papers.carrier, record.case.spend) else {
        return Ok(());
    };
    let is_open = journal.unsettled()?.iter().any(|known| (known.case, known.place) == (number, place));
    if !is_open || !record.case.pays_back() {
        return Ok(());
    }
    match held(network, carrier) {
        Ok(Some(Money { units: 0, .. })) => {
            let how = "the card is empty: its money has gone back to who paid";
            journal.settle(number, place, "chain", how)?;
            findings.settled.push((number, how.into()));
        }
        Ok(_) => {}
        Err(error) => findings.differences.push(format!("case {number}: {error}")),
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
fn fate(network: &Network, policy: &Policy, record: &Record) -> Result<Option<Found>, JournalOrChain> {
    let Some(order) = record.papers.order() else { return Ok(None) };
    let agreeing = policy.agreeing_nodes;
    let fate = match network.agreed_fate(&order, agreeing) {
        Ok(Some(fate)) => fate,
        // Sending it once more needs nobody's agreement. Where the card alone has it, its expiry decides.
        Ok(None) | Err(_) => {
            let Some(signature) = record.papers.signature() else { return Ok(None) };
            match network.send_order(&order, &signature, record.papers.money(&record.case, 0).currency, LIMIT) {
                Ok(_) => {}
                Err(ClientError::NotKnown | ClientError::Refused(_)) => return Ok(None),
                Err(error) => return Err(error.into()),
            }
            // What one node says of it, the others may say a block later.
            let Some(fate) = network.agreed_fate(&order, agreeing)? else { return Ok(None) };
            fate
        }
    };
    Ok(Some(match fate {
        OrderFate::Executed { amount, block } => {
            let amount = record.papers.money(&record.case, amount);
            Found {
                how: format!("{} were paid out in block {block}", policy.text(amount)),
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
fn payment(
    journal: &Journal,
    network: &Network,
    policy: &Policy,
    (number, record): (u64, &mut Record),
) -> Result<Option<Found>, JournalOrChain> {
    let Some(carrier) = record.papers.carrier else { return Ok(None) };
    if record.papers.begun_at.is_none() && record.case.is_customers_card() {
        // What came onto the customer's own card before nobody can tell from what came in this case.
        return Ok(None);
    }
    let currency = record.papers.money(&record.case, 0).currency;
    let came = network.came(carrier, currency, since(record), policy.agreeing_nodes)?;
    let paid = Money { currency, units: came.sum() };
    let is_all = record.case.request.kind.amount().is_some_and(|wanted| paid.covers(&wanted));
    let found = || {
        let how = format!("it was paid: {}", policy.text(paid));
        Some(Found { how, spend: None, payment: Some(booked(paid, record)) })
    };
    if is_all {
        return Ok(found());
    }
    let heights = network.heights()?;
    let Some(ended) = record.papers.ended_at else {
        // No node could be asked when it ended: from now on.
        record.papers.ended_at = Some(heights.highest_best);
        journal.amend(number, record, "by this block it had ended")?;
        return Ok(None);
    };
    // A wallet's call that was under way is dead some blocks after its case, and what is final does not change. Until then the rest
    // may come: a grain of dust is not the payment.
    if heights.lowest_final < ended.saturating_add(network.blocks_in(PATIENCE)?) {
        return Ok(None);
    }
    if paid.units > 0 {
        return Ok(found());
    }
    Ok(Some(Found { how: "nothing was paid".into(), spend: None, payment: Some(Payment::TimedOut) }))
}

/// Why a claim could not be looked at.
#[derive(Debug, thiserror::Error)]
enum JournalOrChain {
    #[error(transparent)]
    Journal(#[from] JournalError),
    #[error(transparent)]
    Chain(#[from] ClientError),
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A machine whose battery is empty begins in 1970; one whose time server lies is a day ahead.
    #[test]
    fn f17_f21_a_clock_that_is_wrong_is_told() {
        for right in [0, 29_999, -30_000, 30_000] {
            assert_eq!(clocks_differ(right), None, "{right}");
        }
        for (ahead, words) in [
            (109_000, "the machine's clock is 109 s ahead of the chain's"),
            (-1_796_000_000_000, "the machine's clock is 1796000000 s behind the chain's"),
            (86_400_000, "the machine's clock is 86400 s ahead of the chain's"),
            (i64::MIN, "the machine's clock is 9223372036854775 s behind the chain's"),
        ] {
            assert_eq!(clocks_differ(ahead).as_deref(), Some(words));
        }
    }
}

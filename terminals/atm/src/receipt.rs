//! Receipts: what the customer has in hand, and the journal keeps.

use crate::{
    case::{Cash, Genuine, Kind, Payer, Payment, Place, Spend},
    journal::Record,
    policy::Policy,
    texts,
};
use specie_link::{money::Money, Account};
use specie_ops::texts::Texts;
use specie_procedure::clock;

/// The receipt of a case that is about to end.
pub fn of(number: u64, record: &Record, machine: Account, policy: &Policy, texts: &Texts) -> String {
    let case = &record.case;
    let amount = |key: &str, amount: &str| texts.with(key, &[("amount", amount)]);
    let mut lines = vec![policy.product.clone()];
    lines.push(texts.with("receipt-machine", &[("machine", &machine.to_string())]));
    let (time, shown) = (clock::time(clock::now()), number.to_string());
    lines.push(texts.with("receipt-number", &[("time", &time), ("number", &shown)]));
    lines.push(wanted(&case.request.kind, policy, texts));
    if let Some(carrier) = record.papers.carrier {
        lines.push(texts.with("receipt-card", &[("card", &carrier.to_string())]));
    }
    match case.payment {
        Payment::Final(paid) => lines.push(amount("receipt-paid-onto", &policy.text(paid))),
        Payment::Wrong(held) => lines.push(amount("receipt-holds-other", &policy.text(held))),
        Payment::NotKnown | Payment::Awaited => lines.push(texts.get("receipt-payment-not-known")),
        Payment::None | Payment::TimedOut => {}
    }
    match record.papers.fee_paid {
        Some(fee) if fee.units > 0 => lines.push(amount("receipt-wallet-fee", &policy.text(fee))),
        _ => {}
    }
    match case.cash {
        Cash::Taken => {
            lines.push(amount("receipt-cash-fee", &format!("{} {}", case.request.cash_fee, policy.cash_name)));
        }
        Cash::Returned => lines.push(texts.get("receipt-cash-back")),
        _ => {}
    }
    if let Spend::Final(paid) = case.spend {
        lines.push(amount("receipt-paid-out", &policy.text(paid)));
        if let Some(order) = record.papers.order() {
            lines.push(amount("receipt-order-fee", &policy.text(Money { units: order.fee, ..paid })));
        }
        if let (true, Payer::Known(payer)) = (case.pays_back(), case.payer) {
            lines.push(texts.with("receipt-paid-back", &[("account", &Account(payer.account).to_string())]));
        }
    }
    if let Kind::Query = case.request.kind {
        lines.push(match case.card.map(|card| card.genuine) {
            Some(Genuine::Yes) => texts.get("receipt-genuine"),
            Some(Genuine::No) => texts.get("receipt-not-genuine"),
            Some(Genuine::NotKnown) | None => texts.get("receipt-genuine-not-known"),
        });
        lines.extend(record.papers.verdict.clone());
    }
    lines.extend(case.refusal.map(|refusal| texts.get(texts::refusal(refusal))));
    match case.place {
        Place::Kept => lines.push(texts.get("receipt-kept")),
        Place::Unknown => lines.push(texts.get("receipt-place-not-known")),
        _ => {}
    }
    for (place, claim) in case.claims.iter().enumerate() {
        let (words, claim) = (texts.get(texts::claim(*claim)), format!("{number}/{place}"));
        lines.push(texts.with("receipt-claim", &[("claim", &claim), ("words", &words)]));
    }
    if !case.claims.is_empty() {
        lines.push(texts.get("receipt-show"));
    }
    lines.push(String::new());
    lines.join("\n")
}

fn wanted(kind: &Kind, policy: &Policy, texts: &Texts) -> String {
    let with = |key: &str, amount: &Money| texts.with(key, &[("amount", &policy.text(*amount))]);
    match kind {
        Kind::Issue { amount, .. } => with("receipt-issue", amount),
        Kind::IssueOffline { amount, .. } => with("receipt-issue-offline", amount),
        Kind::Fund { amount } => with("receipt-fund", amount),
        Kind::Query => texts.get("receipt-query"),
        Kind::CashOut { to, .. } => texts.with("receipt-cash-out", &[("account", &Account(*to).to_string())]),
    }
}

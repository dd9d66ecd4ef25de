//! Receipts: what the customer has in hand, and the journal keeps.

use crate::{
    case::{Cash, Genuine, Kind, Payment, Place, Spend},
    journal::Record,
    machine::{claim_in_words, refusal_in_words},
    policy::Policy,
};
use specie_link::{money::Money, Account};
use specie_procedure::clock;
use std::fmt::Write as _;

/// The receipt of a case that is about to end.
pub fn of(number: u64, record: &Record, machine: Account, policy: &Policy) -> String {
    let case = &record.case;
    let mut text = String::new();
    // Writing into a string does not fail.
    let mut line = |words: String| {
        let _ = writeln!(text, "{words}");
    };
    line(policy.product.clone());
    line(format!("machine {machine}"));
    line(format!("{} UTC, number {number}", clock::time(clock::now())));
    line(wanted(&case.request.kind, policy));
    if let Some(carrier) = record.papers.carrier {
        line(format!("card {carrier}"));
    }
    match case.payment {
        Payment::Final(amount) => line(format!("paid onto it: {}", policy.text(amount))),
        Payment::Wrong(amount) => line(format!("it holds {}, which is not what it should", policy.text(amount))),
        Payment::NotKnown | Payment::Awaited => line("whether it was paid is not known".into()),
        Payment::None | Payment::TimedOut => {}
    }
    match record.papers.fee_paid {
        Some(fee) if fee.units > 0 => line(format!("fee from your wallet: {}", policy.text(fee))),
        _ => {}
    }
    match case.cash {
        Cash::Taken => line(format!("fee in cash: {} {}", case.request.cash_fee, policy.cash_name)),
        Cash::Returned => line("your cash was given back".into()),
        _ => {}
    }
    if let Spend::Final(amount) = case.spend {
        line(format!("paid out: {}", policy.text(amount)));
        if let Some(order) = record.papers.order() {
            line(format!("taken off as fee: {}", policy.text(Money { units: order.fee, ..amount })));
        }
    }
    if let Kind::Query = case.request.kind {
        match case.card.map(|card| card.genuine) {
            Some(Genuine::Yes) => line("its maker's certificate is genuine".into()),
            Some(Genuine::No) => line("its maker's certificate is not genuine".into()),
            Some(Genuine::NotKnown) | None => line("whether it is genuine cannot be told now".into()),
        }
        record.remarks.iter().rev().find(|remark| remark.starts_with("verdict")).into_iter().for_each(|remark| {
            line(remark.clone());
        });
    }
    if let Some(refusal) = case.refusal {
        line(refusal_in_words(refusal).into());
    }
    match case.place {
        Place::Kept => line("the machine has the card".into()),
        Place::Unknown => line("where the card is is not known".into()),
        _ => {}
    }
    for (place, claim) in case.claims.iter().enumerate() {
        line(format!("CLAIM {number}/{place}: {}", claim_in_words(*claim)));
    }
    if !case.claims.is_empty() {
        line("Show this receipt to the operator.".into());
    }
    text
}

fn wanted(kind: &Kind, policy: &Policy) -> String {
    match kind {
        Kind::Issue { amount, .. } => format!("a new card of {}", policy.text(*amount)),
        Kind::IssueOffline { amount, .. } => {
            format!("a new card, without money, meant for {}", policy.text(*amount))
        }
        Kind::Fund { amount } => format!("{} onto a card", policy.text(*amount)),
        Kind::Query => "what a card is worth".into(),
        Kind::CashOut { to, .. } => format!("all of a card's money to {}", Account(*to)),
    }
}

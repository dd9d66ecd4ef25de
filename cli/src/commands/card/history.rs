//! `specie card history`.

use super::open;
use crate::{answer::Answer, arguments::CardPlace, context::Context, error::Error, show};
use serde_json::{json, Value};
use specie_card::protocol::{HistoryEntry, HistoryKind};
use specie_link::Account;
use specie_primitives::order::{Purpose, EVERYTHING};

/// Runs the command. What the card remembers is a help for its holder; what happened, `specie carrier history` says.
pub fn run(context: &Context, place: CardPlace) -> Result<Answer, Error> {
    let (mut host, _) = open(context, place)?;
    let history = host.history()?;
    let list = |entries: &[HistoryEntry]| entries.iter().map(entry_json).collect::<Vec<_>>();
    let json = json!({ "orders": list(&history.orders), "fundings": list(&history.fundings) });
    // Newest first, and of one sequence the fundings that came after the order.
    let mut all: Vec<_> = history.orders.iter().chain(&history.fundings).collect();
    all.sort_by_key(|entry| std::cmp::Reverse((entry.sequence, entry.kind == HistoryKind::Funding)));
    let rows = all.into_iter().map(row).collect::<Vec<_>>();
    let mut text = show::listing(&["what", "order", "base units", "fee", "with", "block"], rows);
    text.push_str("\nThe card's own memory: what happened, `specie carrier history` says.\n");
    Ok(Answer::new(text, json))
}

const fn kind(kind: HistoryKind) -> &'static str {
    match kind {
        HistoryKind::Order(Purpose::Transfer) => "transfer",
        HistoryKind::Order(Purpose::CashOut) => "cash-out",
        HistoryKind::Order(Purpose::Hold) => "hold",
        HistoryKind::Funding => "funding",
    }
}

fn entry_json(entry: &HistoryEntry) -> Value {
    json!({
        "kind": kind(entry.kind),
        "sequence": entry.sequence,
        "amount": (entry.amount != EVERYTHING).then(|| entry.amount.to_string()),
        "fee": entry.fee.to_string(),
        "party": party(entry),
        "reference": show::hex_of(&entry.reference.0),
        "block": entry.block,
    })
}

/// `None`: nobody knows who paid.
fn party(entry: &HistoryEntry) -> Option<Account> {
    (entry.party != [0; 32] || entry.kind != HistoryKind::Funding).then_some(Account(entry.party))
}

fn row(entry: &HistoryEntry) -> Vec<String> {
    let amount = if entry.amount == EVERYTHING { "everything".into() } else { entry.amount.to_string() };
    let block = match entry.kind {
        HistoryKind::Funding => entry.block.to_string(),
        HistoryKind::Order(_) => format!("until {}", entry.block),
    };
    let sequence = match entry.kind {
        HistoryKind::Funding => format!("after {}", entry.sequence),
        HistoryKind::Order(_) => entry.sequence.to_string(),
    };
    let party = party(entry).map_or("nobody knows".into(), |party| party.to_string());
    vec![kind(entry.kind).into(), sequence, amount, entry.fee.to_string(), party, block]
}

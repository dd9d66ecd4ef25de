//! `specie carrier history`.

use crate::{answer::Answer, arguments::Target, context::Context, error::Error, show};
use serde_json::{json, Value};
use specie_link::{
    amount::Currency,
    answers::{ErrorCode, Happened, History, HistoryEntry, Word},
    ClientError,
};
use specie_primitives::{ids::CurrencyId, Balance};

/// The most entries of a page, as the node has it.
const PAGE: u32 = 256;

/// Runs the command.
pub async fn run(context: &Context, target: &Target, limit: u32) -> Result<Answer, Error> {
    let address = super::address(context, target)?;
    let (mut entries, mut json_entries, mut cursor) = (Vec::new(), Vec::new(), Value::Null);
    let last = loop {
        let left = limit.saturating_sub(u32::try_from(entries.len()).unwrap_or(u32::MAX));
        let question = [json!(address), cursor, json!(left.clamp(1, PAGE))];
        let answer: Value = context.nodes.request("carrier_history", &question).await.map_err(refused)?;
        let page: History = serde_json::from_value(answer.clone())
            .map_err(|error| ClientError::Unexpected(format!("carrier_history: {error}")))?;
        json_entries.extend(answer["entries"].as_array().cloned().unwrap_or_default());
        entries.extend(page.entries.clone());
        if page.cursor.is_none() || entries.len() >= usize::try_from(limit).unwrap_or(usize::MAX) {
            break page;
        }
        cursor = json!(page.cursor);
    };
    let json = json!({
        "address": address,
        "entries": json_entries,
        "cursor": last.cursor,
        "currency": last.currency,
        "completeSince": last.complete_since,
        "head": last.head,
    });
    // Somebody may have sent another currency there: only then are the names of the others wanted.
    let is_other = |entry: &HistoryEntry| entry.what.moved().currency.is_some_and(|id| id != last.currency.id);
    let others = match entries.iter().any(is_other) {
        true => context.nodes.currencies().await?.iter().map(Currency::from).collect(),
        false => Vec::new(),
    };
    Ok(Answer::new(text(&entries, &last, &others), json))
}

fn text(entries: &[HistoryEntry], last: &History, others: &[Currency]) -> String {
    let header = ["block", "time (UTC)", "what", "amount", "with"];
    let mut text = show::listing(&header, entries.iter().map(|entry| row(entry, &last.currency, others)).collect());
    if entries.iter().any(|entry| !entry.is_final) {
        text.push_str("* not final: the block may still be dropped\n");
    }
    if last.cursor.is_some() {
        text.push_str("There is more: --limit shows it.\n");
    }
    if last.complete_since > 0 {
        text.push_str(&format!("What happened before block {} may be missing.\n", last.complete_since));
    }
    text
}

fn row(entry: &HistoryEntry, currency: &Currency, others: &[Currency]) -> Vec<String> {
    let mark = if entry.is_final { "" } else { "*" };
    let kind = match &entry.what {
        Happened::Spent { sequence, .. } => format!("{}#{sequence}", entry.what.kind()),
        other => other.kind().to_owned(),
    };
    let moved = entry.what.moved();
    vec![
        format!("{}{mark}", entry.block),
        show::utc(entry.timestamp),
        kind,
        moved.amount.map(|units| amount(moved.currency.as_ref(), units.0, currency, others)).unwrap_or_default(),
        moved.with.map(|account| account.to_string()).unwrap_or_default(),
    ]
}

/// An amount in the carrier's currency, or in another one that somebody sent there.
fn amount(of: Option<&Word<CurrencyId>>, units: Balance, currency: &Currency, others: &[Currency]) -> String {
    match of {
        Some(other) if *other != currency.id => match others.iter().find(|known| known.id == *other) {
            Some(known) => known.show(units),
            None => format!("{units} base units of {other}"),
        },
        _ => currency.show(units),
    }
}

fn refused(error: ClientError) -> Error {
    match error.has_code(ErrorCode::UnknownAddress) {
        true => Error::NotFound("no carrier is registered at this address".into()),
        false => error.into(),
    }
}

//! `specie carrier watch`.

use crate::{
    answer::Answer,
    context::{interruptible, Context},
    error::Error,
    signals::Signals,
};
use serde::Deserialize as _;
use serde_json::{json, Value};
use specie_console::output;
use specie_link::{answers::CarrierEvent, Account, ClientError};
use std::time::Duration;

/// The pause before another node is asked to tell.
const PAUSE: Duration = Duration::from_secs(1);

/// Tells what becomes of carriers, a line for each change, until it is interrupted or `count` lines are told.
pub async fn run(context: &Context, carriers: &[Account], count: Option<u64>) -> Result<Answer, Error> {
    let mut signals = Signals::catch()?;
    let told = interruptible(&mut signals, watch(context, carriers, count)).await;
    match told {
        // Who has seen enough ends it so.
        Err(Error::Interrupted) => Ok(Answer::new(String::new(), json!({ "ended": "interrupted" }))),
        other => other.map(|told| Answer::new(String::new(), json!({ "ended": "count", "told": told }))),
    }
}

async fn watch(context: &Context, carriers: &[Account], count: Option<u64>) -> Result<u64, Error> {
    let mut told = 0;
    loop {
        let mut events = match context.nodes.subscribe(carriers).await {
            Ok(events) => events,
            Err(error @ ClientError::Unreachable(_)) if told > 0 => {
                context.note(&format!("{error}; asking again"));
                tokio::time::sleep(PAUSE).await;
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        while let Some(Ok(event)) = events.next().await {
            output::line(if context.is_json { event.to_string() } else { in_words(&event) })?;
            told += 1;
            if count == Some(told) {
                return Ok(told);
            }
        }
        context.note("The node has gone; another one is asked. What happened meanwhile is in its first answers.");
        tokio::time::sleep(PAUSE).await;
    }
}

/// A line for people; what this version does not understand, as it came.
fn in_words(event: &Value) -> String {
    let Ok(event) = CarrierEvent::deserialize(event) else { return event.to_string() };
    match event {
        CarrierEvent::Verdict { address, verdict, .. } => {
            let held = verdict.balance.map(|balance| match &verdict.currency {
                Some(currency) => format!(", holds {}", currency.show(balance.best.0)),
                None => format!(", holds {} base units", balance.best),
            });
            format!("{address} {} ({}){}", verdict.state, verdict.reason, held.unwrap_or_default())
        }
        CarrierEvent::Error { address, message, .. } => format!("{address} {message}"),
        CarrierEvent::Gap { reason, .. } => {
            format!("something may be missing ({reason}); how everything stands now follows")
        }
        CarrierEvent::Node { able: true, .. } => "the node can tell again".into(),
        CarrierEvent::Node { able: false, reason, .. } => {
            let why = reason.map_or("it does not say why".into(), |reason| reason.to_string());
            format!("the node cannot tell how anything stands: {why}")
        }
        CarrierEvent::Orders { stopped: true, .. } => "the chain takes no orders now".into(),
        CarrierEvent::Orders { stopped: false, .. } => "the chain takes orders again".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f14_every_event_is_told_in_words() {
        const ADDRESS: &str = "5GSxv9Mdo8NMSvNZ9Lj3Zh1dn8Xt8Qj7ViPVehQmJZQfPLLx";
        let block = json!({ "number": 1, "hash": format!("0x{}", "00".repeat(32)), "ageMs": 1 });
        let verdict = json!({
            "kind": "verdict", "cursor": "c", "address": ADDRESS, "head": { "best": block, "finalized": block },
            "verdict": {
                "state": "unsafe", "reason": "spendInPool", "proven": false, "denomination": null, "sequence": 1,
                "balance": { "finalized": "5", "best": "150", "held": "0" }, "pendingSpends": 1,
                "currency": { "id": "asset:1", "symbol": "EUR", "decimals": 2 },
            },
        });
        for (event, words) in [
            (verdict, format!("{ADDRESS} unsafe (spendInPool), holds 1.5 EUR")),
            (
                json!({ "kind": "error", "cursor": "c", "address": ADDRESS, "code": 9001, "message": "none" }),
                format!("{ADDRESS} none"),
            ),
            (
                json!({ "kind": "node", "cursor": "c", "able": false, "reason": "syncing" }),
                "the node cannot tell how anything stands: syncing".into(),
            ),
            (json!({ "kind": "orders", "cursor": "c", "stopped": true }), "the chain takes no orders now".into()),
            (
                json!({ "kind": "gap", "cursor": "c", "reason": "tooOld" }),
                "something may be missing (tooOld); how everything stands now follows".into(),
            ),
            (json!({ "kind": "later" }), "{\"kind\":\"later\"}".into()),
        ] {
            assert_eq!(in_words(&event), words);
        }
    }
}

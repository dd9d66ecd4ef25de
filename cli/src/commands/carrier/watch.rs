//! `specie carrier watch`.

use crate::{
    answer::Answer,
    context::{interruptible, Context},
    error::Error,
    signals::Signals,
};
use serde_json::{json, Value};
use specie_console::output;
use specie_link::{Account, ClientError};
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

/// A line for people: whatever event it is.
fn in_words(event: &Value) -> String {
    let verdict = if event["verdict"].is_object() { &event["verdict"] } else { event };
    let text = |value: &Value| value.as_str().map(str::to_owned).unwrap_or_default();
    let kind = event["event"].as_str().or_else(|| event["type"].as_str()).unwrap_or("verdict");
    let address = text(&verdict["address"]);
    let held = verdict["balance"]["best"].as_str().map(|held| format!(", holds {held} base units"));
    let state = match (verdict["state"].as_str(), verdict["reason"].as_str()) {
        (Some(state), Some(reason)) => format!("{state} ({reason})"),
        (Some(state), None) => state.into(),
        _ => String::new(),
    };
    format!("{kind} {address} {state}{}", held.unwrap_or_default()).trim().to_owned()
}

//! `specie carrier verdict`.

use crate::{
    answer::{Answer, BAD, DONE, NOT_KNOWN},
    arguments::Target,
    asking::{self, Asked},
    context::Context,
    error::Error,
    explain, show,
};
use serde_json::Value;
use specie_console::tone::Tone;
use specie_link::{
    amount::Currency,
    answers::{Balances, PendingSpend, Verdict, Word},
    questions::Subject,
};
use specie_primitives::verdict::{Reason, State};

/// Runs the command.
pub async fn run(context: &Context, target: &Target, all: bool) -> Result<Answer, Error> {
    let asked = match (target.address, super::source(target)) {
        (Some(address), _) => asking::ask(&context.nodes, &Subject::Address(address), all).await?,
        (None, Some(source)) => super::ask_card(context, &mut source.open(context)?.0, all).await?,
        (None, None) => return Err(Error::Usage("give an address, --reader or --card".into())),
    };
    let state = asked.verdict.state.known();
    let exit = match state {
        Some(State::Safe) => DONE,
        Some(State::Unknown) => NOT_KNOWN,
        _ => BAD,
    };
    let tone = match state {
        Some(State::Safe) => Tone::Good,
        Some(State::Counterfeit | State::Suspended) => Tone::Bad,
        _ => Tone::Doubt,
    };
    Ok(Answer::new(text(&asked), json(&asked)).with_exit(exit).with_tone(tone))
}

/// The node's own answer, and which nodes were asked.
fn json(asked: &Asked) -> Value {
    let mut json = asked.answer.clone();
    if let Some(json) = json.as_object_mut() {
        json.insert("nodes".into(), asked.nodes.iter().map(asking::Said::json).collect());
    }
    json
}

fn text(asked: &Asked) -> String {
    let verdict = &asked.verdict;
    let words = explain::state(&verdict.state);
    let mut text =
        format!("{}: {}\n{}.\n\n", verdict.state.to_string().to_uppercase(), words.means, to_do(verdict));
    text.push_str(&reasons(verdict));
    text.push('\n');
    text.push_str(&show::facts(&facts(verdict)));
    let spends = verdict.pending_spends.as_deref().unwrap_or_default();
    if !spends.is_empty() {
        text.push_str("\nSpends that wait for a block:\n");
        text.push_str(&pending(spends, &verdict.currency()));
        if spends.iter().any(|spend| spend.conflict) {
            text.push_str(
                "Two orders of one sequence say different things: the card is CLONED. Keep it, and report them.\n",
            );
        }
    }
    text.push('\n');
    text.push_str(&nodes(asked));
    text
}

/// What to do: of a safe card its worth is said.
fn to_do(verdict: &Verdict) -> String {
    match (verdict.state.known(), verdict.final_balance()) {
        (Some(State::Safe), Some(balance)) => {
            format!("Accept it for {}, if that is what it is offered for", verdict.currency().show(balance))
        }
        _ => {
            let mut words = explain::state(&verdict.state).to_do.chars();
            words.next().map(|first| first.to_uppercase().chain(words).collect()).unwrap_or_default()
        }
    }
}

fn reasons(verdict: &Verdict) -> String {
    let row = |reason: &Word<Reason>| {
        let words = explain::reason(reason);
        vec![reason.to_string(), words.means.into(), words.to_do.into()]
    };
    show::listing(&["reason", "it means", "what to do"], verdict.reasons.iter().map(row).collect())
}

fn facts(verdict: &Verdict) -> Vec<(&'static str, String)> {
    let mut facts = vec![
        ("address", verdict.address.map_or("none yet".into(), |address| address.to_string())),
        ("card asked", show::yes(verdict.proven).into()),
        ("balance", verdict.balance.as_ref().map_or("not known".into(), |held| balance(held, &verdict.currency()))),
    ];
    if let Some(carrier) = &verdict.carrier {
        facts.push((
            "face value",
            carrier.denomination.map_or("any".into(), |amount| carrier.currency.show(amount.0)),
        ));
        facts.push(("record", format!("{}; orders accepted: {}", carrier.state, carrier.sequence)));
        if let Some(block) = carrier.funding_due {
            facts.push(("to be funded", format!("until block {block}")));
        }
    }
    if let Some(maker) = &verdict.certificate {
        let word = if verdict.proven { "batch (certificate)" } else { "batch (record)" };
        facts.push((word, format!("{} of {}, {}", maker.batch, maker.manufacturer_name, maker.state)));
    }
    if let Some(block) = verdict.outstanding_until {
        facts.push(("order outstanding", format!("until block {block} is final")));
    }
    facts
}

fn balance(balance: &Balances, currency: &Currency) -> String {
    let finalized = balance.finalized.map_or("nothing".into(), |units| currency.show(units.0));
    match balance.finalized == Some(balance.best) {
        true => format!("{finalized}, final"),
        false => format!("{finalized} final, {} at the best block", currency.show(balance.best.0)),
    }
}

fn pending(spends: &[PendingSpend], currency: &Currency) -> String {
    let row = |spend: &PendingSpend| {
        vec![
            spend.sequence.to_string(),
            spend.amount.map_or("everything".into(), |units| currency.show(units.0)),
            spend.to.to_string(),
            spend.valid_until.map_or("?".into(), |block| block.to_string()),
            show::yes(spend.conflict).into(),
        ]
    };
    show::listing(&["order", "amount", "to", "until block", "conflict"], spends.iter().map(row).collect())
}

fn nodes(asked: &Asked) -> String {
    let mut text = String::new();
    for said in &asked.nodes {
        let line = match &said.verdict {
            Err(error) => format!("asked {}: no answer: {}\n", said.url, asking::bare(error)),
            Ok(verdict) => {
                let head = verdict.head.as_ref().map_or("no block known".into(), |head| {
                    format!("block {}, final {}", head.best.number, head.finalized.number)
                });
                format!("asked {}: {}/{} ({head})\n", said.url, verdict.state, verdict.reason)
            }
        };
        text.push_str(&line);
    }
    let states = asked.nodes.iter().filter_map(|said| said.verdict.as_ref().ok()).map(|verdict| &verdict.state);
    if states.clone().any(|state| *state != asked.verdict.state && *state != State::Unknown) {
        text.push_str(
            "The nodes do not agree: the worst answer counts. Ask again; then find out which node errs.\n",
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn verdict(state: &str, reason: &str) -> Verdict {
        serde_json::from_value(json!({
            "address": "5GSxv9Mdo8NMSvNZ9Lj3Zh1dn8Xt8Qj7ViPVehQmJZQfPLLx",
            "state": state, "reason": reason, "reasons": [reason], "proven": true, "outstandingUntil": null, "surplus": "0",
            "balance": { "finalized": "100000000000000", "best": "0", "held": "0" },
            "pendingSpends": [{
                "transaction": null, "sequence": 2, "to": "5HGjWAeFDfFCWPsjFQdVV2Msvz2XtMktvgocEZcCj68kUMaw",
                "amount": null, "validUntil": null, "conflict": true, "droppedBlock": null, "purpose": "transfer", "fee": "1",
                "reference": null,
            }],
            "carrier": null, "certificate": null, "head": null,
        }))
        .unwrap()
    }

    fn asked(verdict: &Verdict, others: &[&str]) -> Asked {
        let said = |url: &str, verdict: Verdict| asking::Said { url: url.into(), verdict: Ok(verdict) };
        let mut nodes = vec![said("ws://one", verdict.clone())];
        nodes.extend(others.iter().map(|state| said("ws://other", self::verdict(state, "sound"))));
        Asked { verdict: verdict.clone(), answer: json!({}), nodes }
    }

    #[test]
    fn f14_a_safe_card_is_told_with_its_worth() {
        let text = text(&asked(&verdict("safe", "sound"), &[]));
        assert!(text.starts_with("SAFE: genuine, funded, nothing outstanding\nAccept it for 100 SPC"), "{text}");
        assert!(text.contains("100 SPC final, 0 SPC at the best block"), "{text}");
    }

    #[test]
    fn f14_conflicts_and_disagreement_are_told() {
        let text = text(&asked(&verdict("unsafe", "spendInPool"), &["safe"]));
        assert!(text.contains("the card is CLONED"), "{text}");
        assert!(text.contains("do not agree"), "{text}");
        let text = super::text(&asked(&verdict("safe", "sound"), &["unknown", "safe"]));
        assert!(!text.contains("do not agree"), "{text}");
    }
}

//! The verdict, of the first node that knows one, or of all nodes and then the worst.
//!
//! The answers are kept as they came: a program gets everything that the node says.

use crate::error::Error;
use serde_json::{json, Value};
use specie_link::{
    answers::{ErrorCode, Verdict, Word},
    questions::{NodeAnswer, Subject},
    ClientError, Nodes,
};
use specie_primitives::verdict::State;

/// A verdict, and whose it is.
pub struct Asked {
    /// The verdict, read.
    pub verdict: Verdict,
    /// The node's own words.
    pub answer: Value,
    /// What each node that was asked said.
    pub nodes: Vec<Said>,
}

/// What one node said.
pub struct Said {
    /// The node.
    pub url: String,
    /// Its verdict, or why it has none.
    pub verdict: Result<Verdict, ClientError>,
}

impl Asked {
    /// The sequence with which the card is to be asked again, if that can say more: the least that a node knows as accepted
    /// for good. With a greater one some node could not answer, and one that lies could so silence the others.
    pub fn since(&self) -> Option<u32> {
        self.verdict.ask_since()?;
        let accepted = self.known().map(|(_, verdict)| verdict.final_sequence().unwrap_or(0)).min();
        accepted.filter(|sequence| *sequence > 0)
    }

    /// Whether every node that knew in `first` knows here too.
    pub fn covers(&self, first: &Self) -> bool {
        first.known().all(|(url, _)| self.known().any(|(other, _)| other == url))
    }

    fn known(&self) -> impl Iterator<Item = (&str, &Verdict)> {
        let known = self.nodes.iter().filter_map(|said| Some((said.url.as_str(), said.verdict.as_ref().ok()?)));
        known.filter(|(_, verdict)| verdict.is_known())
    }
}

/// Asks one node after the other until one knows, or all of them.
pub async fn ask(nodes: &Nodes, subject: &Subject, all: bool) -> Result<Asked, Error> {
    let (mut said, mut answers) = (Vec::new(), Vec::new());
    for NodeAnswer { url, verdict } in nodes.verdicts(subject, !all).await {
        match verdict {
            Ok((verdict, answer)) => {
                said.push(Said { url, verdict: Ok(verdict.clone()) });
                answers.push((verdict, answer));
            }
            Err(ClientError::Refused(refusal)) if !all => return Err(refused(refusal.into())),
            Err(error) => said.push(Said { url, verdict: Err(error) }),
        }
    }
    let Some((verdict, answer)) = worst(answers) else { return Err(none(said)) };
    Ok(Asked { verdict, answer, nodes: said })
}

/// The worst that anybody knows. A node that cannot know contradicts nobody.
fn worst(answers: Vec<(Verdict, Value)>) -> Option<(Verdict, Value)> {
    answers.into_iter().min_by_key(|(verdict, _)| (rank(&verdict.state), verdict.final_balance()))
}

/// The lower the worse.
fn rank(state: &Word<State>) -> u8 {
    match state.known() {
        Some(State::Counterfeit) => 0,
        Some(State::Suspended | State::NotOurs) => 1,
        // Of a later version: as bad as can be without a proof.
        None => 2,
        Some(State::Unsafe) => 3,
        Some(State::IssuanceError) => 4,
        Some(State::Withdrawn) => 5,
        Some(State::Blank) => 6,
        Some(State::Unproven) => 7,
        Some(State::Safe) => 8,
        Some(State::Unknown) => 9,
    }
}

fn none(said: Vec<Said>) -> Error {
    let mut why = Vec::new();
    for Said { url, verdict } in said {
        match verdict {
            Err(ClientError::Refused(refusal)) => return refused(refusal.into()),
            Err(error) => why.push((url, bare(&error))),
            Ok(_) => {}
        }
    }
    ClientError::Unreachable(why).into()
}

/// Why one node did not answer, without its address.
pub fn bare(error: &ClientError) -> String {
    match error {
        ClientError::Unreachable(nodes) => nodes.iter().map(|(_, why)| why.clone()).collect::<Vec<_>>().join("; "),
        other => other.to_string(),
    }
}

fn refused(error: ClientError) -> Error {
    match error.has_code(ErrorCode::UnknownAddress) {
        true => Error::NotFound("no carrier is registered at this address".into()),
        false => error.into(),
    }
}

impl Said {
    /// For programs.
    pub fn json(&self) -> Value {
        match &self.verdict {
            Err(error) => json!({ "url": self.url, "error": bare(error) }),
            Ok(verdict) => json!({
                "url": self.url,
                "state": verdict.state,
                "reason": verdict.reason,
                "best": verdict.head.as_ref().map(|head| head.best.number),
                "finalized": verdict.head.as_ref().map(|head| head.finalized.number),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(state: &str, finalized: &str) -> (Verdict, Value) {
        let answer = json!({
            "address": null, "state": state, "reason": "sound", "reasons": [], "proven": true,
            "outstandingUntil": null, "surplus": "0", "balance": { "finalized": finalized, "best": finalized, "held": "0" },
            "pendingSpends": [], "carrier": null, "certificate": null, "head": null,
        });
        (serde_json::from_value(answer.clone()).unwrap(), answer)
    }

    fn said(url: &str, state: &str, accepted: Option<u32>) -> Said {
        let carrier = accepted.map(|sequence| {
            json!({
                "state": "active", "currency": { "id": "native", "symbol": "SPC", "decimals": 12 },
                "denomination": null, "fundingDue": null, "generation": 1, "sequence": sequence,
                "finalSequence": sequence, "registeredAt": 1, "currencyKey": "0x00", "deviceKey": "0x00",
                "machine": "5GSxv9Mdo8NMSvNZ9Lj3Zh1dn8Xt8Qj7ViPVehQmJZQfPLLx",
            })
        });
        let mut answer = verdict(state, "1").1;
        answer["carrier"] = carrier.unwrap_or_default();
        answer["reasons"] = json!(["orderOutstanding"]);
        Said { url: url.into(), verdict: Ok(serde_json::from_value(answer).unwrap()) }
    }

    fn asked(nodes: Vec<Said>) -> Asked {
        let worst = nodes.iter().filter_map(|said| said.verdict.as_ref().ok());
        let worst = worst.min_by_key(|verdict| rank(&verdict.state)).unwrap().clone();
        Asked { verdict: worst, answer: Value::Null, nodes }
    }

    /// A node that lies about how much was accepted would have the others answer `unknown` and its own `safe` stand alone.
    #[test]
    fn f14_a_lying_node_does_not_silence_the_others() {
        let first = asked(vec![said("liar", "counterfeit", Some(u32::MAX)), said("honest", "unsafe", Some(2))]);
        assert_eq!(first.since(), Some(2));
        let second = asked(vec![said("liar", "safe", Some(2)), said("honest", "unknown", None)]);
        assert!(!second.covers(&first));
        let second = asked(vec![said("honest", "unsafe", Some(2)), said("liar", "safe", Some(2))]);
        assert!(second.covers(&first));
        // Where a node knows of no order that was accepted, asking again would hide one from it.
        let fresh = asked(vec![said("one", "unsafe", Some(3)), said("other", "unsafe", Some(0))]);
        assert_eq!(fresh.since(), None);
    }

    #[test]
    fn f14_the_worst_that_anybody_knows_counts() {
        let of = |states: &[&str]| {
            let said = states.iter().map(|state| verdict(state, "1")).collect();
            worst(said).unwrap().0.state.to_string()
        };
        assert_eq!(of(&["safe", "counterfeit", "unknown"]), "counterfeit");
        assert_eq!(of(&["unknown", "safe"]), "safe");
        assert_eq!(of(&["unknown", "unknown"]), "unknown");
        assert_eq!(of(&["safe", "unsafe", "withdrawn"]), "unsafe");
        assert_eq!(of(&["safe", "ofALaterVersion"]), "ofALaterVersion");
        assert!(worst(vec![]).is_none());
    }

    #[test]
    fn f14_of_two_that_say_safe_the_lower_balance_counts() {
        let (said, _) = worst(vec![verdict("safe", "100"), verdict("safe", "99")]).unwrap();
        assert_eq!(said.final_balance(), Some(99));
    }
}

//! The host software of a machine that makes, funds, checks and cashes carriers (document 1, F1 to F21).
//!
//! # Overview
//!
//! What a customer wants is a [`case`]: the facts that are known about it, and a plan that follows from the facts alone.
//! The machine asks the plan for the next act, writes down that it is about to do it, does it, and writes down what came
//! of it, which is a new fact. After a power cut the facts are read again, the act that was under way counts as
//! [`Outcome::Interrupted`](case::Outcome), and the plan goes on from there; there is no other way of recovering.
//!
//! | module | subject |
//! |---|---|
//! | [`case`] | facts, acts, outcomes and the plan, without I/O |
//! | [`stock`] | bins of blank carriers |
//! | [`machine`] | the shell around the plan: writes down, does, writes down |
//! | [`device`] | what a machine is made of, behind traits |
//! | [`journal`] | what the machine remembers, in an embedded database |
//! | [`network`] | the chain, through several nodes |
//! | [`dialogue`] | the customer in front of the machine |
//! | [`identify`] | who the customer is |
//! | [`money`] | amounts with their currencies |
//! | `came` | what came onto a carrier, read from its history |
//! | [`payment`] | what the customer's wallet is asked to pay |
//! | [`config`] | the operator's configuration file |
//! | [`policy`] | what the operator decides |
//! | [`receipt`] | receipts |
//! | [`service`] | the machine at work, one customer after the other |
//! | [`books`] | journal, chain and bins compared; the day's statement |
//! | [`simulation`] | devices where hardware is missing, and a customer |
//!
//! # Terminology
//!
//! * **station**: where the reader and the printer reach a card inside the machine.
//! * **exit**: where a customer takes a card, or puts one in.
//! * **kept**: in a compartment that only the operator opens, with the reason.
//! * **claim**: what a customer is owed, or the operator has to find out, because a case did not end as it should. A claim
//!   is settled by people.
//!
//! # Properties
//!
//! * A card leaves the machine at most once in a case, and only if it is what the case promises.
//! * Money that was paid and not handed over is in a claim. Cash is taken for good only when its card was, and never
//!   without a receipt.
//! * Every card is in a bin, at its station, at the exit, kept, with a customer, or named in a claim.
//! * A fault of a card, a link, a node or a printer is never called a fake.
#![deny(missing_docs)]
#![forbid(unsafe_code)]

pub mod books;
mod came;
pub mod case;
mod clock;
pub mod config;
pub mod device;
pub mod dialogue;
pub mod identify;
pub mod journal;
pub mod machine;
pub mod money;
pub mod network;
pub mod payment;
pub mod policy;
pub mod receipt;
pub mod service;
pub mod simulation;
pub mod stock;

/// Today in UTC: `2026-11-22`.
pub fn today() -> String {
    clock::date(clock::now())
}

/// Whether a text is a day, as [`today`] writes it.
pub fn is_date(text: &str) -> bool {
    let mut parts = text.split('-').map(|part| (part.len(), part.parse::<u16>().ok()));
    let day = [parts.next(), parts.next(), parts.next(), parts.next()];
    matches!(day, [Some((4, Some(_))), Some((2, Some(1..=12))), Some((2, Some(1..=31))), None])
}

/// A line of the journal, for people.
pub fn step_in_words(step: &journal::StepRecord, currencies: &money::Currencies) -> String {
    use journal::What;
    let what = match &step.what {
        What::Opened => "a customer agreed".into(),
        What::Begins(act) => format!("→ {}", machine::act_in_words(act)),
        What::Came(act, outcome) => {
            format!("← {}: {}", machine::act_in_words(act), machine::outcome_in_words(outcome, currencies))
        }
        What::Restarted => "the power is back".into(),
        What::Ended(ending) => format!("ended: {}", machine::ending_in_words(*ending)),
        What::Settled(place, by, how) => format!("claim {}/{place} settled by {by}: {how}", step.case),
        What::TakenOut => "the operator took its card out".into(),
        What::Filled(bin, count) => format!("the operator has filled bin {bin}: {count}"),
        What::Marked(bin) => {
            format!("bin {bin} is new or marked otherwise now: it counts as empty until it is filled")
        }
    };
    let case = if step.case == 0 { " ".repeat(9) } else { format!("case {:>4}", step.case) };
    format!("{} {case} {what}", clock::time(step.at))
}

/// What the cards of a bin are marked with: `100 SPC`, or `any amount`.
pub fn marked_text(marked: Option<money::Money>, currencies: &money::Currencies) -> String {
    marked.map_or_else(|| "any amount".into(), |amount| currencies.text(amount))
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_day_is_written_as_today_is() {
        assert!(super::is_date(&super::today()));
        for wrong in ["yesterday", "", "2026-11", "2026-13-01", "2026-11-32", "26-11-22", "2026-11-22-1"] {
            assert!(!super::is_date(wrong), "{wrong}");
        }
    }
}

//! The host software of a machine that makes, funds, checks and cashes carriers (document 1, F1 to F21).
//!
//! # Overview
//!
//! What a customer wants is a [`case`]: the facts that are known about it, and a plan that follows from the facts alone. The
//! [engine](specie_procedure) asks the plan for the next act, writes down that it is about to be done, has the [`machine`] do it,
//! and writes down what came of it. There is no other way of recovering from a power cut.
//!
//! | module | subject |
//! |---|---|
//! | [`case`] | facts, acts, outcomes and the plan, without I/O |
//! | [`machine`] | which device, card or node does an act |
//! | [`journal`] | what the machine remembers beside its cases |
//! | [`dialogue`] | the customer in front of the machine |
//! | [`config`] | the operator's configuration file |
//! | [`policy`] | what the operator decides |
//! | [`receipt`] | receipts |
//! | [`texts`] | what customers read, in each language |
//! | [`service`] | the machine at work, one customer after the other |
//! | [`watch`] | alarms and figures of a machine at work |
//! | [`control`] | what operators have the machine do, while it works or while it is off |
//! | [`books`] | journal, chain and bins compared; the day's statement |
//! | [`customer`] | whoever stands in front of a simulated machine |
//!
//! What is not of this machine alone is in crates of its own: [`specie_procedure`] (engine and journal), [`specie_device`],
//! [`specie_link`] (the chain), [`specie_ops`] (stock, limits, identification).
//!
//! # Example
//!
//! What comes next follows from the facts alone:
//!
//! ```
//! use specie_atm::case::{Act, Case, Kind, Means, Request};
//! use specie_procedure::{Procedure, Step};
//!
//! let query = Request { kind: Kind::Query, cash_fee: 0, print: false };
//! let means = Means { grant: None, max_bad_blanks: 3, pays_back: false };
//! assert_eq!(Case::new(query).plan(&means), Step::Do(Act::Swallow));
//! ```
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
pub mod case;
pub mod config;
pub mod control;
pub mod customer;
mod denied;
pub mod dialogue;
pub mod journal;
pub mod machine;
pub mod policy;
pub mod receipt;
pub mod service;
pub mod settings;
pub mod texts;
pub mod watch;

use specie_link::money::{Currencies, Money};
use specie_procedure::clock;

/// A line of the journal, for people.
pub fn line_in_words(line: &journal::Line, currencies: &Currencies) -> String {
    use journal::What;
    let what = match &line.what {
        What::Opened { .. } => "a customer agreed".into(),
        What::Begins { command, .. } => format!("→ {}", machine::act_in_words(command)),
        What::Came { command, completion } => {
            format!("← {}: {}", machine::act_in_words(command), machine::outcome_in_words(completion, currencies))
        }
        What::Restarted => "the power is back".into(),
        What::Abandoned { why } | What::Amended { why } => why.clone(),
        What::Ended { ending, .. } => format!("ended: {}", machine::ending_in_words(*ending)),
        What::Settled { place, by, how } => format!("claim {}/{place} settled by {by}: {how}", line.case),
        What::Noted(note) => note_in_words(note),
    };
    let case = if line.case == 0 { " ".repeat(9) } else { format!("case {:>4}", line.case) };
    format!("{} {case} {what}", clock::time(line.at))
}

fn note_in_words(note: &journal::Note) -> String {
    match note {
        journal::Note::Filled(bin, count) => format!("the operator has filled bin {bin}: {count}"),
        journal::Note::Marked(bin) => {
            format!("bin {bin} is new or marked otherwise now: it counts as empty until it is filled")
        }
        journal::Note::Restored => {
            "the journal is an older copy: the grants that are open now are not used any more".into()
        }
        journal::Note::Operator { by, what } => format!("{by}: {what}"),
        journal::Note::Refused { why } => format!("refused: {why}"),
    }
}

/// What the cards of a bin are marked with: `100 SPC`, or `any amount`.
pub fn marked_text(marked: Option<Money>, currencies: &Currencies) -> String {
    marked.map_or_else(|| "any amount".into(), |amount| currencies.text(amount))
}

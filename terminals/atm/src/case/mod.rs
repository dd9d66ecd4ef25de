//! One customer's business with the machine: facts, acts, outcomes, and the plan that leads from one to the next.
//!
//! ```text
//!            facts ──plan()──▶ act ──(written down)──▶ devices, card, chain
//!              ▲                                            │
//!              └────────── learn(act, outcome) ◀────────────┘
//! ```
//!
//! Nothing here waits, writes or asks: whoever drives a case does. An act may be interrupted at any instant; what it left
//! behind is found out by acts that only look ([`Act::FindCard`], [`Act::Read`], [`Act::AskChain`], [`Act::CountCash`]), or
//! that may be done again ([`Act::Register`], [`Act::SendOrder`]).

mod act;
mod facts;
mod learn;
mod plan;

pub use act::{Act, Fault, Outcome};
pub use facts::{
    Card, Case, Cash, CashMove, Claim, Ending, Genuine, Key, Kind, Move, PaidBy, Payer, Payment, Place, Print,
    Refusal, Registration, Request, Spend, Standing,
};
pub use plan::Means;

use crate::journal::{Note, Papers, KEPT, QUEUED};
use specie_procedure::{Entry, Procedure, Step};

impl Procedure for Case {
    type Means = Means;
    type Command = Act;
    type Completion = Outcome;
    type Ending = Ending;
    type Claim = Claim;
    type Papers = Papers;
    type Note = Note;

    const MARKS: &'static [&'static str] = &[KEPT, QUEUED];

    fn plan(&self, means: &Means) -> Step<Act, Ending> {
        self.next_step(means)
    }

    fn begin(&mut self, act: &Act) {
        self.begun(act);
    }

    fn learn(&mut self, act: &Act, outcome: &Outcome) {
        self.learned(act, *outcome);
    }

    fn restarted(&mut self) {
        // Nobody is there any more, and the card has to be read again.
        self.customer_is_here = false;
        self.card = None;
    }

    fn abandon(&mut self) {
        self.given_up();
    }

    fn claims(&self) -> &[Claim] {
        &self.claims
    }

    fn is_marked(mark: &str, entry: &Entry<Self>) -> bool {
        let is_so = match mark {
            KEPT => entry.case.place == Place::Kept && entry.papers.taken_out.is_none(),
            _ => entry.case.registration == Registration::Queued,
        };
        is_so && entry.ended.is_some()
    }
}

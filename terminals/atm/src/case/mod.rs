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

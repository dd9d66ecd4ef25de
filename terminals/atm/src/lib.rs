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
//! | [`stock`] | bins of blank carriers, and what the machine has kept |
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

pub mod case;
pub mod stock;

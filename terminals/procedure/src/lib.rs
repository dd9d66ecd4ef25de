//! The engine under every machine: facts, plan, command, completion, and a journal that loses nothing.
//!
//! # Overview
//!
//! What somebody wants of a machine is a *case*. A machine kind says what is known about a case (its facts), which command
//! follows from the facts alone, and what each completion teaches. The engine writes down that a command is about to be done,
//! has the machine do it, and writes down what came of it. After a power cut the facts are read again, the command that was under way
//! counts as one of which nobody knows, and the plan goes on from there. There is no other way of recovering.
//!
//! ```text
//!            facts ──plan──▶ command ──(journal)──▶ devices, cards, chain
//!              ▲                                            │
//!              └─────── learn ◀──(journal)── completion ◀───┘
//! ```
//!
//! | module | subject |
//! |---|---|
//! | [`procedure`] | what a machine kind says: [`Procedure`] |
//! | [`entry`](mod@entry) | a case with all that belongs to it: [`Entry`] |
//! | [`engine`] | writes down, does, writes down: [`run`], [`resume`], [`Shell`] |
//! | [`journal`] | what a machine remembers: [`Journal`] |
//! | [`chain`] | the hash chain over the journal's lines, so that a gap is seen |
//! | [`export`] | lines for an auditor, and what may be forgotten after that |
//! | [`replay`] | a case run again from its lines |
//! | [`draws`] | the random numbers of a case, from its seed |
//! | [`play`] | a harness for the tests of a machine kind: anything may go wrong at any instant |
//! | [`clock`] | the machine's clock |
//!
//! # A machine kind in forty lines
//!
//! A tap that pours one glass for one coin. The sensor of the coin can be asked again, the valve cannot: after a power cut nobody
//! knows whether the glass is full, and that is a claim.
//!
//! ```
//! use serde::{Deserialize, Serialize};
//! use specie_procedure::{engine, Entry, Journal, Procedure, Shell, Step};
//! use std::sync::Arc;
//!
//! #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
//! struct Glass { coin: Option<bool>, poured: Option<bool>, claims: Vec<String> }
//!
//! #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
//! enum Command { LookForCoin, Pour }
//!
//! #[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
//! enum Ending { Served, NotServed }
//!
//! impl Procedure for Glass {
//!     type Means = ();
//!     type Command = Command;
//!     type Completion = bool;
//!     type Ending = Ending;
//!     type Claim = String;
//!     type Papers = ();
//!     type Note = ();
//!
//!     fn plan(&self, (): &()) -> Step<Command, Ending> {
//!         match (self.coin, self.poured) {
//!             (None, _) => Step::Do(Command::LookForCoin),
//!             (Some(false), _) => Step::End(Ending::NotServed),
//!             (Some(true), None) => Step::Do(Command::Pour),
//!             (Some(true), Some(true)) => Step::End(Ending::Served),
//!             (Some(true), Some(false)) => Step::End(Ending::NotServed),
//!         }
//!     }
//!     fn begin(&mut self, command: &Command) {
//!         // From now on nobody knows, until `learn` says.
//!         if *command == Command::Pour { self.poured = Some(false) }
//!     }
//!     fn learn(&mut self, command: &Command, completion: &bool) {
//!         match command {
//!             Command::LookForCoin => self.coin = Some(*completion),
//!             Command::Pour => self.poured = Some(*completion),
//!         }
//!     }
//!     fn restarted(&mut self) { if self.poured == Some(false) { self.abandon() } }
//!     fn abandon(&mut self) { self.claims = vec!["was the glass filled?".into()] }
//!     fn claims(&self) -> &[String] { &self.claims }
//! }
//!
//! struct Tap(Arc<Journal<Glass>>);
//!
//! impl Shell<Glass> for Tap {
//!     fn journal(&self) -> Arc<Journal<Glass>> { self.0.clone() }
//!     fn means(&mut self) -> Result<(), specie_procedure::JournalError> { Ok(()) }
//!     fn perform(&mut self, _: u64, _: &Command, _: &mut Entry<Glass>) -> bool { true }
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let folder = tempfile::tempdir()?;
//! let journal = Arc::new(Journal::open(&folder.path().join("journal"), &[("machine", "tap 7")])?);
//! let mut tap = Tap(journal.clone());
//! engine::resume(&mut tap)?;
//! let (number, entry) = engine::run(&mut tap, Glass::default(), ())?;
//! assert_eq!(entry.ending, Some(Ending::Served));
//! // Every command and completion is there, can be run again, and nobody took a line out.
//! assert_eq!(specie_procedure::replay::case(&journal.lines_of(number)?)?, entry.case);
//! journal.verify()?;
//! # Ok(())
//! # }
//! ```
//!
//! # Properties
//!
//! * What a command is about to do is on the disk before it is begun, and what came of it before the next one is planned.
//! * A case ends, or people get to know of everything about it that is not certain.
//! * A line that was changed, or is missing, is found by [`Journal::verify`], by anybody who has kept an earlier hash.
#![deny(missing_docs)]
#![forbid(unsafe_code)]

pub mod chain;
pub mod clock;
pub mod draws;
pub mod engine;
pub mod entry;
pub mod export;
pub mod journal;
pub mod play;
pub mod procedure;
pub mod replay;

pub use draws::Draws;
pub use engine::{resume, run, EngineError, Moment, Shell};
pub use entry::Entry;
pub use journal::{Changes, ClaimRecord, Journal, JournalError, Line, Settlement, Shelf, Slot, What};
pub use procedure::{Procedure, Step};

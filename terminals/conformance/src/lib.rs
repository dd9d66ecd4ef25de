//! Whether a card keeps the protocol of `docs/card-protocol.md`, check by check, from raw APDUs.
//!
//! A vendor lays a card on a [`Bench`] and [`run`]s the suite. Each [`Check`] has a stable id and is told as passed,
//! failed with the bytes that show it, skipped with the reason, or broken when the link failed under it: a fault of
//! the link is never told as one of the card.
//!
//! | module | subject |
//! |---|---|
//! | [`mod@bench`] | what a card lies on while it is examined |
//! | [`options`] | what the examiner knows, and how far the suite may go |
//! | [`report`] | a check, and what came of it |
//!
//! # Example
//!
//! ```
//! use specie_card_sim::{
//!     factory::{self, Batch, Specification},
//!     software::{OsHardware, SoftwareCard},
//! };
//! use specie_conformance::{run, Effect, Options, Outcome, SoftwareBench};
//! use specie_primitives::{crypto::Scheme, ids::BatchId};
//!
//! let mut hardware = OsHardware::without_delay();
//! let batch = Batch::native(BatchId(7), Scheme::P256, &mut hardware)?;
//! let memory = factory::personalise(&batch, &Specification::contact(Scheme::P256), &mut hardware)?;
//! let mut bench = SoftwareBench::new(SoftwareCard::in_memory(&memory, hardware)?);
//!
//! let options = Options { batch_key: Some(batch.key()), ..Options::up_to(Effect::Harmless) };
//! let summary = run(&mut bench, &options, |report| {
//!     if let Outcome::Failed { expected, got, .. } = &report.outcome {
//!         println!("{}: expected {expected}, got {got}", report.check.id);
//!     }
//! });
//! assert!(summary.conforms());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![deny(missing_docs)]
#![forbid(unsafe_code)]

mod answer;
pub mod bench;
mod checks;
mod effect;
mod memo;
pub mod options;
pub mod report;
mod runner;
mod session;
mod signature;
mod state;

pub use bench::{AlwaysOn, Bench, SoftwareBench, TracedBench};
pub use checks::checks;
pub use options::Options;
pub use report::{Check, Effect, Outcome, Report, Severity, Summary};
pub use runner::run;

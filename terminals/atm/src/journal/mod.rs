//! What the machine remembers, whatever happens to its power: cases, grants, registrations to send, stock, batch keys.
//!
//! One embedded database ([redb](https://docs.rs/redb)), one transaction for each step. What an act is about to do is
//! in it, on the disk, before the act is begun.
//!
//! | table | key | value |
//! |---|---|---|
//! | `meta` | name | JSON: format, machine, genesis, stock, the currencies as the chain has them |
//! | `cases` | number of the case | JSON: [`Record`] |
//! | `open` | number of a case that has not ended | |
//! | `steps` | number of the step | JSON: [`StepRecord`], what was begun and what came of it |
//! | `grants` | index | JSON: [`GrantState`] |
//! | `batches` | batch id | JSON: what is needed to check a certificate with no network |
//! | `queue` | number of the case | the registration, SCALE encoded |
//! | `kept` | number of a case whose card is in the operator's compartment | |
//! | `unsettled` | number of the case, place of the claim | JSON: a claim that is open |
//! | `settled` | number of the case, place of the claim | JSON: [`Settlement`] |

mod records;
mod store;

pub use records::{CachedBatch, ClaimRecord, GrantState, Record, Settlement, StepRecord, Terms, What};
pub use store::{Journal, JournalError, Written};

//! What a machine remembers, whatever happens to its power.
//!
//! One embedded database ([redb](https://docs.rs/redb)), one transaction for each step. What a command is about to do is in it, on
//! the disk, before it is begun.
//!
//! | table | key | value |
//! |---|---|---|
//! | `meta` | name | JSON: format, identity, where the lines begin; and each [`Slot`] of the machine kind |
//! | `cases` | number of the case | JSON: [`Entry`](crate::Entry) |
//! | `open` | number of a case that has not ended | |
//! | `begun`, `ended` | milliseconds since 1970, number of the case | |
//! | `marks` | mark, number of the case | |
//! | `lines` | number of the line | its hash (32 bytes), JSON: what was begun and what came of it |
//! | `of-case` | number of the case, number of the line | |
//! | `unsettled` | number of the case, place of the claim | JSON: a claim that is open |
//! | `settled` | number of the case, place of the claim | JSON: [`Settlement`] |
//! | `shelf:NAME` | number | JSON, of a [`Shelf`] of the machine kind |

mod changes;
mod copy;
mod error;
mod line;
mod shelf;
mod store;
mod tables;

pub use changes::Changes;
pub use error::JournalError;
pub use line::{ClaimRecord, Line, Settlement, What};
pub use shelf::{Shelf, Slot};
pub use store::Journal;

pub(crate) use tables::{ANCHOR, BEGUN, CASES, ENDED, LINES, META, OF_CASE, SETTLED, UNSETTLED};

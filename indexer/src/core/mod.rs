//! The index without I/O: which blocks there are, what they changed, what waits in the pool, and what follows from it.
//!
//! Final state lies below, in a [`Base`]. On top lie the blocks that are not final, as [`Layer`]s that are never
//! changed once made: a reorganisation drops some and adds others, and the base never notices. Beside them lie the
//! [`Claims`] of the pool.

mod base;
mod chain;
mod claims;
mod facts;
mod layer;

pub use base::{Base, HistoryRow, Position};
pub use chain::{Chain, ChainError};
pub use claims::{Claims, Origin, Pending};
pub use facts::{facts, history, Facts, Question};
pub use layer::{Head, Layer};

//! The books: what journal, chain and bins say of each other, and the day's statement.

mod reconcile;
mod statement;

pub use reconcile::{reconcile, Findings};
pub use statement::{statement, Statement};

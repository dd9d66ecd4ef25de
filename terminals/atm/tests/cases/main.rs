//! Cases against a machine of plain data in which everything may go wrong at any instant.

mod play;
mod stories;
mod world;

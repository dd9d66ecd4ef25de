//! Subscriptions to verdicts: every change once, in order, with a cursor to go on from; or a gap, said aloud.
//!
//! * [`book`] knows who watches what. Without I/O and threads.
//! * [`hub`] hears of changes from the index, asks for the verdicts of those carriers, and writes to the book.
//! * [`feed`] takes a subscriber's events out of the book and sends them.

mod book;
mod cursor;
mod feed;
mod hub;

pub use cursor::Cursor;
pub use feed::Feed;
pub use hub::Hub;

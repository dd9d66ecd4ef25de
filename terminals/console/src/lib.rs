//! What programs say to people: output that never ends the work, errors in one line, and the text of strangers made harmless.
//!
//! Between a card's signature and the order that is sent lies a line for whoever watches. The terminal may be gone, the disk
//! behind a redirection full, the pipe closed by `head`: none of that may end the program there. So no program of ours uses
//! `println!`, which panics; clippy refuses it in them.
//!
//! | module | subject |
//! |---|---|
//! | [`output`] | answers, progress and notes |
//! | [`text`] | text of strangers, for a terminal |
//! | [`tone`] | what stands out, on a terminal only |
//! | [`causes`] | an error in one line |
//!
//! # Example
//!
//! ```
//! use specie_console::output;
//!
//! output::note("Signed. If this is interrupted: …");
//! output::line("Paid: 20 EUR.")?;
//! # Ok::<(), std::io::Error>(())
//! ```
#![deny(missing_docs)]
#![forbid(unsafe_code)]

pub mod causes;
pub mod output;
pub mod text;
pub mod tone;

//! What the customer sees, and does.

use serde::{Deserialize, Serialize};
use std::time::Duration;

/// What is on the screen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Page {
    /// In a few words.
    pub heading: String,
    /// What there is to say.
    pub lines: Vec<String>,
    /// What can be chosen, by number from 1.
    pub choices: Vec<String>,
    /// What is to be typed, if anything.
    pub entry: Option<String>,
    /// Whether what is typed is nobody else's business: shown as dots.
    pub hidden: bool,
    /// Whether the customer wants larger letters.
    pub large: bool,
    /// What a wallet reads: shown as a QR code.
    pub code: Option<String>,
}

impl Page {
    /// A page with a heading alone.
    pub fn new(heading: impl Into<String>) -> Self {
        Self { heading: heading.into(), ..Self::default() }
    }

    /// One more line.
    #[must_use]
    pub fn line(mut self, line: impl Into<String>) -> Self {
        self.lines.push(line.into());
        self
    }

    /// One more choice.
    #[must_use]
    pub fn choice(mut self, choice: impl Into<String>) -> Self {
        self.choices.push(choice.into());
        self
    }

    /// Something to type.
    #[must_use]
    pub fn entry(mut self, what: impl Into<String>) -> Self {
        self.entry = Some(what.into());
        self
    }

    /// Something to type that nobody else is to see.
    #[must_use]
    pub fn hidden_entry(mut self, what: impl Into<String>) -> Self {
        self.hidden = true;
        self.entry(what)
    }

    /// A code for a wallet.
    #[must_use]
    pub fn code(mut self, code: impl Into<String>) -> Self {
        self.code = Some(code.into());
        self
    }
}

/// What the customer sees (F21).
pub trait Screen: Send {
    /// Shows a page until the next one.
    fn show(&mut self, page: &Page);
}

/// What the customer did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Entry {
    /// The choice with this number, from 0.
    Choice(usize),
    /// This was typed, or read from the customer's phone.
    Text(String),
    /// The key that ends it all.
    Cancel,
    /// Nothing.
    TimedOut,
}

/// How the customer answers: keys, a touch screen, a reader for the phone's codes.
pub trait Keypad: Send {
    /// Waits for an entry.
    fn read(&mut self, limit: Duration) -> Entry;
    /// Whether the customer has pressed the key that ends it all, since it was asked last. Does not wait.
    fn cancelled(&mut self) -> bool;
}

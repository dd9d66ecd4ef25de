//! Cursors: a run of a node, and how many events it had told of.

use std::{fmt, str::FromStr};

/// Where a subscriber is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The run of the node: another one after every start.
    pub run: u64,
    /// How many events there were.
    pub events: u64,
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}-{:x}", self.run, self.events)
    }
}

/// The text is no cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoCursor;

impl FromStr for Cursor {
    type Err = NoCursor;

    fn from_str(text: &str) -> Result<Self, NoCursor> {
        let (run, events) = text.split_once('-').ok_or(NoCursor)?;
        let number = |digits: &str| {
            let is_hex = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
            is_hex.then(|| u64::from_str_radix(digits, 16).ok()).flatten().ok_or(NoCursor)
        };
        Ok(Self { run: number(run)?, events: number(events)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn f14_cursors_are_read_as_they_are_written(run in any::<u64>(), events in any::<u64>()) {
            let cursor = Cursor { run, events };
            prop_assert_eq!(cursor.to_string().parse(), Ok(cursor));
        }

        #[test]
        fn any_text_is_a_cursor_or_none(text in ".{0,40}") {
            let _ = text.parse::<Cursor>();
        }
    }
}

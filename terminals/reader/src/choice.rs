//! Which reader is meant: by its number, or by a part of its name.
//!
//! The service numbers readers in the order in which it found them: a cable that is pulled and plugged in again gives another
//! order. A name stays.

use crate::pcsc::{Reader, ReaderError, Readers};
use thiserror::Error;

/// Why no reader, or not one alone, is meant.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ChoiceError {
    /// There are fewer.
    #[error("there is no reader {wanted}; the service knows {known}")]
    NoNumber {
        /// The number, from 0.
        wanted: usize,
        /// How many there are.
        known: usize,
    },
    /// Nothing was said.
    #[error("a reader has a number or a name")]
    Nothing,
    /// None is called so.
    #[error("no reader's name has {0:?} in it")]
    NoName(String),
    /// Several are.
    #[error("{wanted:?} is in the names of {count} readers: say the number, or more of the name")]
    Several {
        /// What was said.
        wanted: String,
        /// How many.
        count: usize,
    },
}

/// Why there is no such reader.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FindError {
    /// The service does not know, or does not answer.
    #[error(transparent)]
    Service(#[from] ReaderError),
    /// It knows of none, or of several.
    #[error(transparent)]
    Choice(#[from] ChoiceError),
}

impl Readers {
    /// The reader with this number, from 0, or with this in its name, whatever the case.
    pub fn find(&self, wanted: &str) -> Result<Reader, FindError> {
        // One listing: between two a reader may come or go.
        let mut readers = self.list()?;
        let names: Vec<String> = readers.iter().map(Reader::name).collect();
        Ok(readers.swap_remove(choose(&names, wanted)?))
    }
}

/// The place of the one that is meant.
fn choose(names: &[String], wanted: &str) -> Result<usize, ChoiceError> {
    let wanted = wanted.trim();
    if let Ok(number) = wanted.parse::<usize>() {
        let known = names.len();
        return if number < known { Ok(number) } else { Err(ChoiceError::NoNumber { wanted: number, known }) };
    }
    if wanted.is_empty() {
        return Err(ChoiceError::Nothing);
    }
    let part = wanted.to_lowercase();
    let mut meant = names.iter().enumerate().filter(|(_, name)| name.to_lowercase().contains(&part));
    match (meant.next(), meant.count()) {
        (Some((number, _)), 0) => Ok(number),
        (None, _) => Err(ChoiceError::NoName(wanted.into())),
        (Some(_), more) => Err(ChoiceError::Several { wanted: wanted.into(), count: more + 1 }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readers_are_chosen_by_number_or_a_part_of_their_name() {
        let names = ["ACS ACR122U 00 00", "Virtual PCD 00 00", "Virtual PCD 00 01"].map(Into::into);
        assert_eq!(choose(&names, "0"), Ok(0));
        assert_eq!(choose(&names, "2"), Ok(2));
        assert_eq!(choose(&names, "acr122"), Ok(0));
        assert_eq!(choose(&names, "00 01"), Ok(2));
        assert_eq!(choose(&names, "3"), Err(ChoiceError::NoNumber { wanted: 3, known: 3 }));
        assert_eq!(choose(&names, "Virtual"), Err(ChoiceError::Several { wanted: "Virtual".into(), count: 2 }));
        assert_eq!(choose(&names, " "), Err(ChoiceError::Nothing));
        for wanted in ["gemalto", "-1"] {
            assert_eq!(choose(&names, wanted), Err(ChoiceError::NoName(wanted.into())));
        }
        assert_eq!(choose(&[], "0"), Err(ChoiceError::NoNumber { wanted: 0, known: 0 }));
    }
}

//! The card: in a reader, or in a file.

use crate::{context::Context, error::Error};
use specie_carrier::{host::Host, protocol::Info, software::SoftwareCard, transport::Transport};
use specie_reader::pcsc::{Reader, ReaderError, Readers};
use std::{
    path::{Path, PathBuf},
    time::Duration,
};

/// How long somebody may take to put the card in.
const CARD_LIMIT: Duration = Duration::from_secs(20);

/// A card, whatever carries its APDUs.
pub type CardHost = Host<Box<dyn Transport>>;

/// Where the card is.
pub enum Source {
    /// In a reader, by its number or a part of its name.
    Reader(String),
    /// In a file.
    File(PathBuf),
}

impl Source {
    /// What the command line says. It has to say one of them.
    pub fn new(reader: Option<String>, card: Option<PathBuf>) -> Option<Self> {
        reader.map(Self::Reader).or(card.map(Self::File))
    }

    /// The card, selected.
    pub fn open(&self, context: &Context) -> Result<(CardHost, Info), Error> {
        let transport: Box<dyn Transport> = match self {
            Self::Reader(wanted) => Box::new(wait(&reader(wanted)?, context)?.connect()?),
            Self::File(path) => Box::new(file(path)?),
        };
        let mut host = Host::new(transport);
        let info = host.select()?;
        Ok((host, info))
    }
}

/// The card in a file.
pub fn file(path: &Path) -> Result<SoftwareCard, Error> {
    Ok(SoftwareCard::open(path)?)
}

/// The reader of this number or name.
pub fn reader(wanted: &str) -> Result<Reader, Error> {
    let readers = Readers::connect()?;
    let number = choose(&readers.names()?, wanted).map_err(Error::ReaderName)?;
    Ok(readers.open(number)?)
}

/// Waits for a card, and says so.
pub fn wait<'a>(reader: &'a Reader, context: &Context) -> Result<&'a Reader, Error> {
    if !reader.has_card()? {
        context.note(&format!("Put the card into {}.", reader.name()));
        if !reader.wait_for_card(CARD_LIMIT)? {
            return Err(ReaderError::NoCard.into());
        }
    }
    Ok(reader)
}

/// 32 bytes that nobody has seen before: an answer to them is of now.
pub fn challenge() -> Result<[u8; 32], Error> {
    let mut challenge = [0; 32];
    getrandom::getrandom(&mut challenge).map_err(|error| Error::Io(error.into()))?;
    Ok(challenge)
}

/// The number of the reader that is meant.
fn choose(names: &[String], wanted: &str) -> Result<usize, String> {
    if let Ok(number) = wanted.parse::<usize>() {
        return match number < names.len() {
            true => Ok(number),
            false => Err(format!("there is no reader {number}; the service knows {}", names.len())),
        };
    }
    let part = wanted.to_lowercase();
    let meant: Vec<usize> = (0..names.len())
        .filter(|number| names.get(*number).is_some_and(|name| name.to_lowercase().contains(&part)))
        .collect();
    match (meant.as_slice(), wanted) {
        (_, "") => Err("a reader has a number or a name".into()),
        ([number], _) => Ok(*number),
        ([], _) => Err(format!("no reader's name has {wanted:?} in it")),
        (several, _) => Err(format!("{wanted:?} is in the names of {} readers: say the number", several.len())),
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
        for wanted in ["3", "Virtual", "gemalto", "", "-1"] {
            assert!(choose(&names, wanted).is_err(), "{wanted:?}");
        }
        assert!(choose(&[], "0").is_err());
    }
}

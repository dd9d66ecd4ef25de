//! The card: in a reader, or in a file.

use crate::{context::Context, error::Error};
use specie_card::{host::Host, protocol::Info, transport::Transport};
use specie_card_sim::software::SoftwareCard;
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

    /// The same, for a command that does nothing without a card.
    pub fn required(reader: Option<String>, card: Option<PathBuf>) -> Result<Self, Error> {
        Self::new(reader, card).ok_or_else(|| Error::Usage("give --reader or --card".into()))
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
    Ok(Readers::connect()?.find(wanted)?)
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
    random()
}

/// Random bytes.
pub fn random<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    getrandom::getrandom(&mut bytes).map_err(|error| Error::Io(error.into()))?;
    Ok(bytes)
}

//! A reader as a bench: the card in it can be switched off and on.

use specie_card::transport::{Transport, TransportError};
use specie_conformance::Bench;
use specie_reader::pcsc::{Card, Reader, ReaderError};

/// A card in a reader.
pub struct ReaderBench {
    reader: Reader,
    /// `None` when it did not come back from a power cycle.
    card: Option<Card>,
}

impl ReaderBench {
    /// Connects to the card in the reader.
    pub fn new(reader: Reader) -> Result<Self, ReaderError> {
        let card = Some(reader.connect()?);
        Ok(Self { reader, card })
    }
}

impl Transport for ReaderBench {
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        let gone = || TransportError::Disconnected("it did not come back after a power cycle".into());
        self.card.as_mut().ok_or_else(gone)?.transmit(command)
    }
}

impl Bench for ReaderBench {
    fn transport(&mut self) -> &mut dyn Transport {
        self
    }

    fn power_cycle(&mut self) -> Result<(), TransportError> {
        // It loses its power here.
        self.card = None;
        let card = self.reader.connect().map_err(|error| TransportError::Disconnected(error.to_string()))?;
        self.card = Some(card);
        Ok(())
    }
}

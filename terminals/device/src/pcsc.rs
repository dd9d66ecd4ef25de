//! The station's reader behind the machine's PC/SC service.

use crate::{CardReader, DeviceError};
use specie_card::transport::Transport;
use specie_reader::{
    choice::FindError,
    pcsc::{Reader, ReaderError, Readers},
};
use std::time::Duration;

/// How long the service may take until it knows of the card: it looks every 400 ms.
const KNOWN_LIMIT: Duration = Duration::from_secs(5);

/// A reader, by its name or number.
pub struct PcscReader {
    wanted: String,
    reader: Option<Reader>,
}

impl PcscReader {
    /// The reader with this in its name, or with this number, from 0. The service need not run yet.
    pub const fn new(wanted: String) -> Self {
        Self { wanted, reader: None }
    }

    fn reader(&mut self) -> Result<&Reader, FindError> {
        if self.reader.is_none() {
            self.reader = Some(Readers::connect()?.find(&self.wanted)?);
        }
        self.reader.as_ref().ok_or(FindError::Service(ReaderError::NoService))
    }

    fn link(&mut self) -> Result<Box<dyn Transport + '_>, FindError> {
        let reader = self.reader()?;
        if !reader.wait_for_card(KNOWN_LIMIT)? {
            return Err(ReaderError::NoCard.into());
        }
        Ok(Box::new(reader.connect()?))
    }
}

impl CardReader for PcscReader {
    fn connect(&mut self) -> Result<Box<dyn Transport + '_>, DeviceError> {
        // A service that was started anew does not know the reader that it had before.
        if self.reader.as_ref().is_some_and(|reader| reader.has_card().is_err()) {
            self.reader = None;
        }
        self.link().map_err(|error| match error {
            FindError::Service(ReaderError::NoCard | ReaderError::Mute) => DeviceError::Nothing,
            other => DeviceError::Unknown(other.to_string()),
        })
    }
}

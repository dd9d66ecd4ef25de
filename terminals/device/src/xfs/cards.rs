//! Cards: a motorised reader with storage units, and the chip on the card in it.

use super::service::{lock, Shared};
use crate::{Bin, CardReader, CurrencyModule, DeviceError, DeviceState, Keep, Spot};
use base64::{prelude::BASE64_STANDARD, Engine as _};
use serde_json::{json, Value};
use specie_card::transport::{Transport, TransportError};
use std::time::{Duration, Instant};

/// How often it is looked whether the card was taken.
const LOOK: Duration = Duration::from_millis(200);

/// What moves cards: `CardReader.Move` between `unitN`, `transport` (the station) and `exit`.
pub struct XfsModule {
    service: Shared,
    /// The unit of each bin.
    bins: Vec<String>,
    /// The unit that cards are kept in.
    retain: String,
}

impl XfsModule {
    /// With these units as bins, and this one as the operator's compartment.
    pub const fn new(service: Shared, bins: Vec<String>, retain: String) -> Self {
        Self { service, bins, retain }
    }

    fn shift(&self, from: &str, to: &str) -> Result<(), DeviceError> {
        let payload = json!({ "from": from, "to": to });
        lock(&self.service).command("CardReader.Move", &payload, None)?.done().map(|_| ())
    }

    /// Where the card is, as the reader's status has it.
    fn media(&self) -> Result<Spot, DeviceError> {
        let status = lock(&self.service).status()?;
        match status["cardReader"]["media"].as_str() {
            Some("present" | "latched" | "jammed") => Ok(Spot::Station),
            Some("entering") => Ok(Spot::Exit),
            Some("notPresent") => Ok(Spot::Neither),
            other => Err(DeviceError::Unknown(format!("the reader says of its card: {other:?}"))),
        }
    }
}

impl CurrencyModule for XfsModule {
    fn pick(&mut self, bin: Bin) -> Result<(), DeviceError> {
        let unit = self.bins.get(usize::from(bin.0)).ok_or(DeviceError::Nothing)?.clone();
        self.shift(&unit, "transport")
    }

    fn swallow(&mut self, limit: Duration) -> Result<(), DeviceError> {
        // Reading waits for a card and draws it in. What the reader cannot read is inside all the same.
        let done = lock(&self.service).command("CardReader.ReadRawData", &json!({ "chip": true }), Some(limit))?;
        match done.error.as_deref() {
            Some("invalidMedia") => Ok(()),
            _ => done.done().map(|_| ()),
        }
    }

    fn present(&mut self) -> Result<(), DeviceError> {
        self.shift("transport", "exit")
    }

    fn await_taken(&mut self, limit: Duration) -> Result<(), DeviceError> {
        let begun = Instant::now();
        while self.media()? != Spot::Neither {
            if begun.elapsed() > limit {
                return Err(DeviceError::TimedOut);
            }
            std::thread::sleep(LOOK);
        }
        Ok(())
    }

    fn retract(&mut self) -> Result<(), DeviceError> {
        self.shift("exit", "transport")
    }

    fn keep(&mut self, _: Keep) -> Result<(), DeviceError> {
        self.shift("transport", &self.retain)
    }

    fn find(&mut self) -> Result<Spot, DeviceError> {
        self.media()
    }

    fn count(&mut self) -> Option<Vec<u32>> {
        let storage = lock(&self.service).command("Storage.GetStorage", &json!({}), None).ok()?.done().ok()?;
        let count = |unit: &String| {
            let count = storage["storage"][unit]["card"]["status"]["count"].as_u64()?;
            u32::try_from(count).ok()
        };
        self.bins.iter().map(count).collect()
    }

    fn state(&mut self) -> DeviceState {
        lock(&self.service).state()
    }
}

/// The chip of the card at the station: `ChipPower`, `ChipIO`.
pub struct XfsReader(pub Shared);

impl CardReader for XfsReader {
    fn connect(&mut self) -> Result<Box<dyn Transport + '_>, DeviceError> {
        lock(&self.0).command("CardReader.ChipPower", &json!({ "chipPower": "cold" }), None)?.done()?;
        Ok(Box::new(Chip(&self.0)))
    }
}

/// A chip under power.
struct Chip<'a>(&'a Shared);

impl Transport for Chip<'_> {
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        let gone = |why: String| TransportError::Disconnected(why);
        let payload = json!({ "chipProtocol": "chipT1", "chipData": BASE64_STANDARD.encode(command) });
        let answer = lock(self.0).command("CardReader.ChipIO", &payload, None);
        let answer = answer.and_then(super::service::Completion::done).map_err(|error| gone(error.to_string()))?;
        let data = match &answer["chipData"] {
            Value::String(data) => BASE64_STANDARD.decode(data).map_err(|error| gone(error.to_string()))?,
            _ => return Err(gone("the reader gave no answer of the chip".into())),
        };
        Ok(data)
    }
}

impl Drop for Chip<'_> {
    fn drop(&mut self) {
        // Who takes the power away in vain has a card that is reset when it gets power again.
        let _ = lock(self.0).command("CardReader.ChipPower", &json!({ "chipPower": "off" }), None);
    }
}

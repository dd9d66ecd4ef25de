//! Printers: one on cards, one for receipts.

use super::service::{lock, Shared};
use crate::{DeviceError, DeviceState, Face, Printer};
use base64::{prelude::BASE64_STANDARD, Engine as _};
use serde_json::json;

/// Prints on cards by a form, and receipts as they are.
pub struct XfsPrinter {
    cards: Shared,
    receipts: Shared,
    /// The form of a card's face: fields `amount`, `date`, `serial`, `product`.
    form: String,
    /// What it is printed on.
    media: String,
}

impl XfsPrinter {
    /// Through these services; they may be one.
    pub const fn new(cards: Shared, receipts: Shared, form: String, media: String) -> Self {
        Self { cards, receipts, form, media }
    }
}

impl Printer for XfsPrinter {
    fn print(&mut self, face: &Face) -> Result<(), DeviceError> {
        let Face { amount, date, serial, product } = face;
        let fields = json!({ "amount": amount, "date": date, "serial": serial, "product": product });
        let payload = json!({ "formName": self.form, "mediaName": self.media, "fields": fields });
        lock(&self.cards).command("Printer.PrintForm", &payload, None)?.done().map(|_| ())
    }

    fn read_back(&mut self) -> Result<Option<Face>, DeviceError> {
        let payload = json!({ "formName": self.form, "mediaName": self.media });
        let read = lock(&self.cards).command("Printer.ReadForm", &payload, None)?.done()?;
        // What cannot be read is no face.
        Ok(serde_json::from_value(read["fields"].clone()).ok())
    }

    fn receipt(&mut self, text: &str) -> Result<(), DeviceError> {
        let payload = json!({ "inputData": "no", "data": BASE64_STANDARD.encode(text) });
        lock(&self.receipts).command("Printer.PrintRaw", &payload, None)?.done().map(|_| ())
    }

    fn state(&mut self) -> DeviceState {
        let cards = lock(&self.cards).state();
        if cards.is_able() {
            lock(&self.receipts).state()
        } else {
            cards
        }
    }
}

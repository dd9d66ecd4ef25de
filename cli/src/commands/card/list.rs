//! `specie card list`.

use crate::{answer::Answer, error::Error, show};
use serde_json::{json, Value};
use specie_card::host::{Host, HostError};
use specie_primitives::attestation::Lifecycle;
use specie_reader::pcsc::{Reader, Readers};

/// Runs the command.
pub fn run() -> Result<Answer, Error> {
    let readers = Readers::connect()?;
    let (mut rows, mut json) = (Vec::new(), Vec::new());
    for (number, reader) in readers.list()?.iter().enumerate() {
        let name = reader.name();
        // One reader that fails does not hide the others.
        let (words, card) = match look(reader) {
            Ok(seen) => seen,
            Err(error) => (error.text(), json!({ "error": error.text() })),
        };
        rows.push(vec![number.to_string(), name.clone(), words]);
        json.push(json!({ "reader": number, "name": name, "card": card }));
    }
    Ok(Answer::new(show::listing(&["reader", "name", "in it"], rows), json!({ "readers": json })))
}

/// What is in a reader, in words and for programs.
fn look(reader: &Reader) -> Result<(String, Value), Error> {
    if !reader.has_card()? {
        return Ok(("nothing".into(), Value::Null));
    }
    let mut host = Host::new(reader.connect()?);
    let info = match host.select() {
        Ok(info) => info,
        Err(HostError::NotACarrier) => {
            return Ok(("a card that is no carrier's".into(), json!({ "isCarrier": false })))
        }
        Err(error) => return Err(error.into()),
    };
    let lifecycle = super::info::lifecycle(info.lifecycle);
    let words = match info.lifecycle {
        Lifecycle::Blank => "a blank card".into(),
        Lifecycle::Initialised => format!("a card with currency key {}", info.generation),
    };
    Ok((words, json!({ "isCarrier": true, "lifecycle": lifecycle, "generation": info.generation })))
}

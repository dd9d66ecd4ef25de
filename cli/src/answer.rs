//! What a command says in the end: to people, to programs, and by its exit code.

use serde_json::{json, Map, Value};
use specie_console::tone::Tone;
use specie_link::Included;

/// Done, or safe.
pub const DONE: u8 = 0;

/// The answer is there, and it is bad.
pub const BAD: u8 = 3;

/// Nobody knows the answer yet.
pub const NOT_KNOWN: u8 = 4;

/// An answer.
#[derive(Debug)]
pub struct Answer {
    /// For people, with its last line feed.
    pub human: String,
    /// For programs: one document.
    pub json: Value,
    /// The exit code.
    pub exit: u8,
    /// How the words before the first colon are meant, which then stand out on a terminal.
    pub tone: Option<Tone>,
}

impl Answer {
    /// A good answer.
    pub fn new(human: impl Into<String>, json: Value) -> Self {
        let mut human = human.into();
        if !human.ends_with('\n') {
            human.push('\n');
        }
        Self { human, json, exit: DONE, tone: None }
    }

    /// Something was written to the chain: what it means in a sentence, and what programs may want to know besides.
    pub fn included(sentence: &str, included: &Included, facts: Value) -> Self {
        let mut json = match facts {
            Value::Object(facts) => facts,
            _ => Map::new(),
        };
        json.insert("block".into(), included.block.into());
        json.insert("blockHash".into(), format!("0x{}", hex::encode(included.hash)).into());
        let events = included.events.iter().map(|event| json!(format!("{}.{}", event.pallet, event.name)));
        json.insert("events".into(), events.collect());
        let human = format!("{sentence}\nFinal in block {}.", included.block);
        Self::new(human, json.into())
    }

    /// The same answer with another exit code.
    #[must_use]
    pub fn with_exit(self, exit: u8) -> Self {
        Self { exit, ..self }
    }

    /// The same answer, whose words before the first colon are meant so.
    #[must_use]
    pub fn with_tone(self, tone: Tone) -> Self {
        Self { tone: Some(tone), ..self }
    }
}

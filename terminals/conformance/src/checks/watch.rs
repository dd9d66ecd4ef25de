//! What holds for every answer of the whole examination.

use crate::{
    report::{Check, Effect::Harmless, Section},
    session::{describe, failed, Answer, Checked, Session},
};
use specie_card::apdu::{Status, MAX_RESPONSE_DATA};
use std::collections::BTreeMap;

const HARMLESS: Section = Section::new("APDUs", Harmless);

pub(super) const CHECKS: &[Check] = &[
    HARMLESS.must("answer.refusals-bare", bare, "A status other than 9000 came without data."),
    HARMLESS.must("answer.length", length, "No answer had more than 256 bytes of data."),
    Section::new("Status words", Harmless).should("answer.words", words, "Every status word was one of the table."),
];

/// How many answers are kept to be searched for keys. One per command header is enough: 13 instructions, and what
/// an unknown one should not have said.
const MAX_SAMPLES: usize = 64;

/// What was seen, kept as the first offence of each kind.
#[derive(Default)]
pub struct Watch {
    refusal_with_data: Option<(Vec<u8>, Answer)>,
    too_long: Option<(Vec<u8>, Answer)>,
    unknown_word: Option<(Vec<u8>, Answer)>,
    /// By class and instruction the first answer that held data.
    samples: BTreeMap<[u8; 2], Vec<u8>>,
}

impl Watch {
    /// Looks at an answer.
    pub fn see(&mut self, command: &[u8], answer: &Answer) {
        let seen = || (command.to_vec(), answer.clone());
        if answer.word != Status::Success.word() && !answer.data.is_empty() {
            self.refusal_with_data.get_or_insert_with(seen);
        }
        if answer.data.len() > MAX_RESPONSE_DATA {
            self.too_long.get_or_insert_with(seen);
        }
        if matches!(Status::from_word(answer.word), Status::Other(_)) {
            self.unknown_word.get_or_insert_with(seen);
        }
        let header = command.first_chunk::<2>().copied().unwrap_or_default();
        if !answer.data.is_empty() && self.samples.len() < MAX_SAMPLES {
            self.samples.entry(header).or_insert_with(|| answer.data.clone());
        }
    }

    /// One answer of each kind.
    pub fn samples(&self) -> impl Iterator<Item = &[u8]> {
        self.samples.values().map(Vec::as_slice)
    }
}

fn never(expected: &str, seen: Option<&(Vec<u8>, Answer)>) -> Checked {
    match seen {
        None => Ok(()),
        Some((command, answer)) => failed(expected, format_args!("{answer} to <{}>", hex::encode(command))),
    }
}

fn bare(session: &mut Session<'_>) -> Checked {
    never("no data with a status other than 9000", session.memo.watch.refusal_with_data.as_ref())
}

fn length(session: &mut Session<'_>) -> Checked {
    never("at most 256 bytes of data", session.memo.watch.too_long.as_ref())
}

fn words(session: &mut Session<'_>) -> Checked {
    let first = session.memo.watch.unknown_word.as_ref();
    let expected =
        first.map_or(String::new(), |(_, answer)| format!("a word of the table, not {}", describe(answer.word)));
    never(&expected, first)
}

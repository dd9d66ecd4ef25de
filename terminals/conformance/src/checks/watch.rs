//! What holds for every answer of the whole examination.

use crate::{
    report::{Check, Effect::Harmless, Section},
    session::{describe, failed, Answer, Checked, Session},
};

const HARMLESS: Section = Section::new("APDUs", Harmless);

pub(super) const CHECKS: &[Check] = &[
    HARMLESS.must("answer.refusals-bare", bare, "A status other than 9000 came without data."),
    HARMLESS.must("answer.length", length, "No answer had more than 256 bytes of data."),
    Section::new("Status words", Harmless).should("answer.words", words, "Every status word was one of the table."),
];

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

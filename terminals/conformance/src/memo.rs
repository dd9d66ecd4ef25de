//! What checks find out for later ones.

use super::answer::Answer;
use specie_card::apdu::{Status, MAX_RESPONSE_DATA};
use specie_primitives::{attestation::Attestation, crypto::Scheme, initialisation, order::Order};
use std::collections::BTreeMap;

/// What checks find out for later ones.
#[derive(Default)]
pub struct Memo {
    /// What is held against every answer of the examination.
    pub watch: Watch,
    /// GET INFO and ATTEST have the right form: a wrong one later is a failure of what asks.
    pub info_is_usable: bool,
    pub attest_is_usable: bool,
    /// The card did not take the examiner's code. It is shown no more: each time would count as wrong.
    pub code_refused: bool,
    /// Whether the card answers without contact, so that its code goes inside a channel.
    pub contactless: Option<bool>,
    /// Whether the card was locked when it came.
    pub came_locked: Option<bool>,
    /// What came of the one INITIALISE.
    pub made: Option<Made>,
    /// What came of the first order.
    pub signed: Option<Signed>,
    /// What came of the wrong code.
    pub wrong_code: Option<WrongCode>,
}

/// An INITIALISE that the card has executed.
pub struct Made {
    pub told: [u8; initialisation::LEN],
    pub scheme: Scheme,
    pub before: Attestation,
    pub answer: Vec<u8>,
}

/// An order that the card has signed, and its state before and right after.
pub struct Signed {
    pub order: Order,
    pub before: Attestation,
    pub after: Attestation,
}

/// A wrong code between two right ones.
pub struct WrongCode {
    /// VERIFY CODE without data right after it.
    pub query: Answer,
    /// The tries left in GET INFO after it, and after a power cycle where one is possible.
    pub tries: u8,
    pub tries_after_power: Option<u8>,
    /// The right code after it, and the tries left then.
    pub right: Answer,
    pub tries_after_right: u8,
}

/// How many answers are kept to be searched for keys. One per command header is enough: 13 instructions, and what
/// an unknown one should not have said.
const MAX_SAMPLES: usize = 64;

/// What was seen, kept as the first offence of each kind.
#[derive(Default)]
pub struct Watch {
    /// See the check of this name.
    pub refusal_with_data: Option<(Vec<u8>, Answer)>,
    /// See the check of this name.
    pub too_long: Option<(Vec<u8>, Answer)>,
    /// See the check of this name.
    pub unknown_word: Option<(Vec<u8>, Answer)>,
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

//! INITIALISE: one key, of the scheme that was asked for, and never a second one.

use super::attest::split;
use crate::{
    report::{Check, Effect::Initialises, Section},
    session::{failed, same, skipped, Checked, Session},
    signature::expect_signature,
    state::Made,
};
use specie_card::{apdu::Status, protocol::Instruction};
use specie_primitives::{
    attestation::{self, Attestation, Lifecycle},
    crypto::{PublicKey, Scheme},
    initialisation::{DOMAIN, LEN},
    wire::Wire,
};

const INITIALISES: Section = Section::new("INITIALISE", Initialises);

pub(super) const CHECKS: &[Check] = &[
    INITIALISES.must(
        "initialise.unknown-scheme",
        unknown_scheme,
        "A scheme that the card does not have is 6A80, in every state.",
    ),
    INITIALISES.must(
        "initialise.key",
        key,
        "A blank card makes a key of the scheme that was asked for, on its curve.",
    ),
    INITIALISES.must(
        "initialise.attestation",
        attestation,
        "The device key signs the answer over all that the card was told.",
    ),
    INITIALISES.must(
        "initialise.counters",
        counters,
        "A new key has the next generation, sequence 0 and last valid until 0.",
    ),
    INITIALISES.must(
        "initialise.asked-again",
        asked_again,
        "INITIALISE again with the same data gives the same statement, until an order is signed.",
    ),
    INITIALISES.must(
        "initialise.keeps-lock",
        keeps_lock,
        "INITIALISE changes nothing but the key and its counters.",
    ),
    INITIALISES.must("initialise.persisted", persisted, "The key survives a power cycle."),
    INITIALISES.must(
        "initialise.twice",
        twice,
        "An INITIALISE that says anything else is 6985 and changes nothing.",
    ),
];

/// INITIALISE's data.
pub(super) fn telling(told: &[u8; LEN], tag: u8) -> Vec<u8> {
    [told.as_slice(), &[tag]].concat()
}

/// Fails unless `answer` is a first statement that `device` signed over what the card was told.
pub(super) fn expect_statement(device: &PublicKey, told: &[u8; LEN], answer: &[u8]) -> Checked {
    let (body, signature) = split(answer)?;
    let message = |told: &[u8]| [DOMAIN, told, body].concat();
    let mistakes = [
        ("what the card was told is missing", message(&[])),
        ("the domain is missing", [told.as_slice(), body].concat()),
        ("the domain is that of ATTEST", [attestation::DOMAIN, told, body].concat()),
        ("only the card's state is signed", body.to_vec()),
    ];
    expect_signature("the statement's signature", device, &message(told), signature, &mistakes)
}

/// The schemes to make keys of: those that the examiner wants and the card has.
pub(super) fn schemes(session: &mut Session<'_>) -> Checked<Vec<Scheme>> {
    let info = session.info()?;
    Ok(session.options.schemes.iter().copied().filter(|scheme| info.supports(*scheme)).collect())
}

fn unknown_scheme(session: &mut Session<'_>) -> Checked {
    let info = session.info()?;
    let missing = Scheme::ALL.into_iter().filter(|scheme| !info.supports(*scheme)).map(Scheme::tag);
    for tag in missing.chain([3, 0x80, 0xFF]) {
        let told = session.terms().told();
        session.ask(Instruction::Initialise, &telling(&told, tag))?.is(Status::WrongData)?;
    }
    Ok(())
}

fn key(session: &mut Session<'_>) -> Checked {
    let before = session.blank()?;
    let Some(scheme) = schemes(session)?.first().copied() else {
        return skipped("the card has none of the schemes to try");
    };
    let told = session.terms().told();
    let answer = session.ask(Instruction::Initialise, &telling(&told, scheme.tag()))?.done()?;
    session.memo.made = Some(Made { told, scheme, before, answer: answer.clone() });
    expect_key(scheme, &answer).map(|_| ())
}

/// The state in the answer, when it is that of a card with a key of `scheme`.
pub(super) fn expect_key(scheme: Scheme, answer: &[u8]) -> Checked<Attestation> {
    let (body, _) = split(answer)?;
    let expected = format!("an initialised card with a key of scheme {}, {scheme:?}, on its curve", scheme.tag());
    match Attestation::from_wire(body) {
        Ok(state) if state.lifecycle == Lifecycle::Initialised && state.scheme == scheme => Ok(state),
        Ok(_) => failed(expected, format_args!("<{}>", hex::encode(body))),
        Err(fault) => failed(expected, format_args!("{fault}: <{}>", hex::encode(body))),
    }
}

pub(super) fn made<'a>(session: &'a Session<'_>) -> Checked<&'a Made> {
    match &session.memo.made {
        Some(made) => Ok(made),
        None => skipped("no key was made: initialise.key"),
    }
}

/// What INITIALISE said, when it can be read.
fn said(session: &Session<'_>) -> Checked<Attestation> {
    let made = made(session)?;
    match expect_key(made.scheme, &made.answer) {
        Ok(state) => Ok(state),
        Err(_) => skipped("INITIALISE's answer cannot be used: initialise.key"),
    }
}

fn attestation(session: &mut Session<'_>) -> Checked {
    let device = session.device()?;
    let made = made(session)?;
    expect_statement(&device, &made.told, &made.answer)
}

fn counters(session: &mut Session<'_>) -> Checked {
    let said = said(session)?;
    let before = made(session)?.before.generation;
    same("generation", before.saturating_add(1), said.generation)?;
    same("sequence", 0, said.sequence)?;
    same("last valid until", 0, said.last_valid_until)?;
    same("since", 0, said.since)
}

fn keeps_lock(session: &mut Session<'_>) -> Checked {
    let said = said(session)?;
    same("locked", made(session)?.before.locked, said.locked)
}

/// Fails unless the card's state is still `expected`.
pub(super) fn expect_state(session: &mut Session<'_>, expected: &Attestation) -> Checked {
    let state = session.state()?;
    if state == *expected {
        return Ok(());
    }
    failed(
        format_args!("the state <{}>", hex::encode(expected.to_vec())),
        format_args!("<{}>", hex::encode(state.to_vec())),
    )
}

fn asked_again(session: &mut Session<'_>) -> Checked {
    let device = session.device()?;
    let said = said(session)?;
    let Made { told, scheme, .. } = *made(session)?;
    let answer = session.ask(Instruction::Initialise, &telling(&told, scheme.tag()))?.done()?;
    expect_statement(&device, &told, &answer)?;
    if answer.get(..attestation::LEN) != Some(said.to_vec().as_slice()) {
        return failed(
            format_args!("<{}> again", hex::encode(said.to_vec())),
            format_args!("<{}>", hex::encode(&answer)),
        );
    }
    expect_state(session, &said)
}

fn persisted(session: &mut Session<'_>) -> Checked {
    let said = said(session)?;
    session.power_cycle()?;
    expect_state(session, &said)
}

fn twice(session: &mut Session<'_>) -> Checked {
    let (before, _) = session.initialised()?;
    let mine = session.memo.made.as_ref().map(|made| (made.told, made.scheme));
    for scheme in schemes(session)? {
        let mut said = vec![session.terms().told(), [0; LEN]];
        // The first and the last thing that it was told, changed; and the same for a key of another scheme.
        said.extend(mine.iter().flat_map(|(told, _)| {
            [0, LEN - 1].map(|place| {
                let mut changed = *told;
                changed[place] ^= 1;
                changed
            })
        }));
        said.extend(mine.filter(|(_, made)| *made != scheme).map(|(told, _)| told));
        for told in said {
            let answer = session.ask(Instruction::Initialise, &telling(&told, scheme.tag()))?;
            answer.is(Status::ConditionsNotSatisfied)?;
        }
    }
    expect_state(session, &before)
}

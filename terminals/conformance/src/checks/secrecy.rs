//! No command reads a key: not one that the protocol has, and not one that it does not have.

use crate::{
    report::{Check, Effect::Harmless, Section},
    session::{failed, Answer, Checked, Session, Stop},
};
use specie_card::{
    apdu::Status,
    protocol::{Instruction, CLA, CLA_ISO},
};
use specie_card_sim::keys::SecretKey;
use specie_primitives::crypto::PublicKey;

const HARMLESS: Section = Section::new("APDUs", Harmless);

pub(super) const CHECKS: &[Check] = &[
    HARMLESS.must(
        "instruction.reads",
        reads,
        "READ BINARY, READ RECORD and GET DATA are 6D00, whatever P1 and P2.",
    ),
    HARMLESS.must("instruction.other-80", other_80, "Every other instruction of class 80 is refused without data."),
    HARMLESS.must(
        "instruction.other-00",
        other_00,
        "Every other instruction of class 00 but 70 is refused without data.",
    ),
    HARMLESS.must(
        "instruction.reserved",
        reserved,
        "INS 60 to 6F and 90 to 9F, which a reader may refuse to send, are refused without data.",
    ),
    HARMLESS.should(
        "instruction.word",
        word,
        "Every other instruction of the classes 00 and 80 is 6D00, unless the card's runtime answers it.",
    ),
    HARMLESS.must("instruction.changes-nothing", changes_nothing, "After all of them GET INFO is as before."),
    HARMLESS.must("key.not-in-answers", not_in_answers, "No answer of the card holds one of its private keys."),
];

fn reads(session: &mut Session<'_>) -> Checked {
    for ins in [0xB0, 0xB1, 0xB2, 0xB3, 0xCA, 0xCB] {
        for [p1, p2] in [[0, 0], [0, 1], [1, 4], [0x3F, 0xFF], [0x9F, 0x7F], [0xFF, 0xFF]] {
            for cla in [CLA_ISO, CLA] {
                session.send(&[cla, ins, p1, p2, 0])?.is(Status::InstructionNotSupported)?;
            }
        }
    }
    Ok(())
}

/// ISO 7816-3 keeps these for the bytes by which a card of T=0 guides its reader.
const fn is_reserved(ins: u8) -> bool {
    matches!(ins >> 4, 0x6 | 0x9)
}

/// What the protocol does not have: without and with data.
fn others(cla: u8, reserved: bool) -> impl Iterator<Item = Vec<u8>> {
    (0..=u8::MAX)
        .filter(move |ins| Instruction::from_bytes(cla, *ins).is_none() && is_reserved(*ins) == reserved)
        .flat_map(move |ins| {
            let with_data = [[cla, ins, 0, 0, 32].as_slice(), &[0; 32], &[0]].concat();
            [vec![cla, ins, 0, 0, 0], with_data]
        })
}

/// Shows the code where that is possible: a card that has seen it has the most to tell.
fn try_code(session: &mut Session<'_>) -> Checked {
    match session.show_code() {
        Err(Stop::Broken(error)) => Err(Stop::Broken(error)),
        _ => Ok(()),
    }
}

fn refuse_all(session: &mut Session<'_>, commands: impl Iterator<Item = Vec<u8>>) -> Checked {
    try_code(session)?;
    for command in commands {
        let answer = session.send(&command)?;
        if !answer.is_refusal() {
            return failed("a refusal without data", answer);
        }
    }
    Ok(())
}

fn other_80(session: &mut Session<'_>) -> Checked {
    refuse_all(session, others(CLA, false))
}

fn other_00(session: &mut Session<'_>) -> Checked {
    // MANAGE CHANNEL is the runtime's, never the applet's.
    refuse_all(session, others(CLA_ISO, false).filter(|command| !command.starts_with(&[CLA_ISO, 0x70])))
}

fn reserved(session: &mut Session<'_>) -> Checked {
    refuse_all(session, others(CLA_ISO, true).chain(others(CLA, true)))
}

fn word(session: &mut Session<'_>) -> Checked {
    for command in others(CLA_ISO, false).chain(others(CLA, false)) {
        session.send(&command)?.is(Status::InstructionNotSupported)?;
    }
    Ok(())
}

fn changes_nothing(session: &mut Session<'_>) -> Checked {
    let before = session.info()?;
    for command in others(CLA_ISO, false).chain(others(CLA, false)) {
        session.send(&command)?;
    }
    let after = session.info()?;
    if before == after {
        return Ok(());
    }
    failed(format_args!("<{}> again", hex::encode(before.0)), format_args!("<{}>", hex::encode(after.0)))
}

/// Whether any 32 bytes of `data` are the private key of `public`.
fn holds_secret(data: &[u8], public: &PublicKey) -> bool {
    data.windows(32).any(|window| {
        let bytes = window.try_into().unwrap_or([0; 32]);
        SecretKey::from_bytes(public.scheme(), &bytes).is_ok_and(|key| key.public() == public)
    })
}

fn not_in_answers(session: &mut Session<'_>) -> Checked {
    let mut keys = vec![session.device()?];
    match session.initialised() {
        Ok((_, key)) => keys.push(key),
        Err(Stop::Skipped(_)) => {}
        Err(stop) => return Err(stop),
    }
    for data in session.memo.watch.samples() {
        if keys.iter().any(|key| holds_secret(data, key)) {
            return failed("no private key", Answer { data: data.to_vec(), word: Status::Success.word() });
        }
    }
    Ok(())
}

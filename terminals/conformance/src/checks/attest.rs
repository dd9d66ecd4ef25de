//! ATTEST: the 52 bytes, and the device key's word for them.

use crate::{
    report::{Check, Effect::Harmless, Section},
    session::{failed, skipped, Checked, Session},
    signature::{expect_form, expect_signature},
};
use specie_card::protocol::Instruction;
use specie_primitives::{
    attestation::{Attestation, Challenge, DOMAIN, LEN},
    crypto::PublicKey,
    wire::Wire,
};

const HARMLESS: Section = Section::new("ATTEST", Harmless);

pub(super) const CHECKS: &[Check] = &[
    HARMLESS.must(
        "attest.layout",
        layout,
        "ATTEST answers 52 bytes and a signature in the device key's form, and no more.",
    ),
    HARMLESS.must(
        "attest.fields",
        fields,
        "Lifecycle, scheme, key and lock are in range, and the key is on its curve.",
    ),
    HARMLESS.must("attest.signature", signature, "The device key signed domain, challenge and the 52 bytes."),
    HARMLESS.must(
        "attest.challenge",
        challenge,
        "Each challenge gets a signature of its own, over exactly that challenge.",
    ),
    HARMLESS.must(
        "attest.repeated",
        repeated,
        "The same challenge twice is answered twice with the same 52 bytes.",
    ),
    HARMLESS.must(
        "attest.since",
        since,
        "The answer ends with the sequence that was asked for; after the last order last valid until is 0.",
    ),
    HARMLESS.must("attest.blank", blank, "On a blank card scheme, key, sequence and last valid until are zero."),
];

/// The 52 bytes and the signature after them.
pub(super) fn split(answer: &[u8]) -> Checked<(&[u8; LEN], &[u8])> {
    match answer.split_first_chunk::<LEN>() {
        Some(parts) => Ok(parts),
        None => {
            failed("52 bytes and a signature", format_args!("{} bytes <{}>", answer.len(), hex::encode(answer)))
        }
    }
}

fn attest(session: &mut Session<'_>, challenge: &Challenge) -> Checked<Vec<u8>> {
    attest_since(session, challenge, 0)
}

fn attest_since(session: &mut Session<'_>, challenge: &Challenge, since: u32) -> Checked<Vec<u8>> {
    session.ask(Instruction::Attest, &asking(challenge, since))?.done()
}

/// ATTEST's data.
pub fn asking(challenge: &Challenge, since: u32) -> Vec<u8> {
    [challenge.as_slice(), &since.to_le_bytes()].concat()
}

/// What the device key signs over a challenge and 52 bytes, whatever they say.
fn message(challenge: &[u8], body: &[u8]) -> Vec<u8> {
    [DOMAIN, challenge, body].concat()
}

/// Fails unless `answer` is an attestation that `device` signed over `challenge`.
pub(super) fn expect_attestation(device: &PublicKey, challenge: &Challenge, answer: &[u8]) -> Checked {
    let (body, signature) = split(answer)?;
    let mistakes = [
        ("the challenge is missing", message(&[], body)),
        ("the challenge is all zeros", message(&[0; 32], body)),
        ("the domain is missing", [challenge.as_slice(), body].concat()),
        ("domain and challenge are missing", body.to_vec()),
        ("the challenge comes last", [DOMAIN, body, challenge].concat()),
    ];
    expect_signature("the attestation's signature", device, &message(challenge, body), signature, &mistakes)
}

fn layout(session: &mut Session<'_>) -> Checked {
    let device = session.device()?;
    let challenge = session.challenge();
    let answer = attest(session, &challenge)?;
    let (_, signature) = split(&answer)?;
    expect_form("the attestation's signature", device.scheme(), signature).map(|_| ())
}

fn fields(session: &mut Session<'_>) -> Checked {
    let challenge = session.challenge();
    let answer = attest(session, &challenge)?;
    let (body, _) = split(&answer)?;
    match Attestation::from_wire(body) {
        Ok(_) => {
            session.memo.attest_is_usable = true;
            Ok(())
        }
        Err(fault) => failed("fields as in the table of ATTEST", format_args!("{fault}: <{}>", hex::encode(body))),
    }
}

fn signature(session: &mut Session<'_>) -> Checked {
    let device = session.device()?;
    let challenge = session.challenge();
    let answer = attest(session, &challenge)?;
    expect_attestation(&device, &challenge, &answer)
}

fn challenge(session: &mut Session<'_>) -> Checked {
    let device = session.device()?;
    let flipped = |mut challenge: Challenge, place: usize| {
        if let Some(byte) = challenge.get_mut(place) {
            *byte ^= 1;
        }
        challenge
    };
    let first = session.challenge();
    // A card that looks at a part of the challenge only is caught at its other end.
    for challenge in [first, flipped(first, 0), flipped(first, 31), [0; 32], [0xFF; 32]] {
        let answer = attest(session, &challenge)?;
        expect_attestation(&device, &challenge, &answer)?;
    }
    Ok(())
}

fn repeated(session: &mut Session<'_>) -> Checked {
    let challenge = session.challenge();
    let (first, second) = (attest(session, &challenge)?, attest(session, &challenge)?);
    let (first, second) = (split(&first)?.0, split(&second)?.0);
    if first == second {
        return Ok(());
    }
    failed(format_args!("<{}> again", hex::encode(first)), format_args!("<{}>", hex::encode(second)))
}

/// The 52 bytes, unchecked.
fn body(session: &mut Session<'_>) -> Checked<[u8; LEN]> {
    let challenge = session.challenge();
    let answer = attest(session, &challenge)?;
    split(&answer).map(|(body, _)| *body)
}

fn since(session: &mut Session<'_>) -> Checked {
    let device = session.device()?;
    let sequence = session.state()?.sequence;
    for since in [sequence, sequence.saturating_add(1), u32::MAX] {
        let challenge = session.challenge();
        let answer = attest_since(session, &challenge, since)?;
        expect_attestation(&device, &challenge, &answer)?;
        let body = split(&answer)?.0;
        if body[43..47] != [0; 4] || body[48..] != since.to_le_bytes() {
            let expected = format!("zeros at offset 43 and {since} at offset 48");
            return failed(expected, format_args!("<{}>", hex::encode(body)));
        }
    }
    Ok(())
}

fn blank(session: &mut Session<'_>) -> Checked {
    let body = body(session)?;
    if body[0] != 0 {
        return skipped("the card holds a currency key");
    }
    let fields = body.get(5..47).unwrap_or(&[]);
    if fields.iter().all(|byte| *byte == 0) {
        return Ok(());
    }
    failed("zeros at offsets 5 to 46", format_args!("<{}>", hex::encode(fields)))
}

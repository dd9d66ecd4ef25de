//! PROVE: the currency key over a challenge, and never over an order.

use crate::{
    report::{Check, Effect::Harmless, Section},
    session::{failed, Checked, Session},
    signature::expect_signature,
};
use specie_card::{apdu::Status, protocol::Instruction};
use specie_primitives::{
    attestation::Challenge,
    crypto::{sha256, PublicKey},
    possession::{self, DOMAIN},
    wire::Wire,
};

const HARMLESS: Section = Section::new("PROVE", Harmless);

pub(super) const CHECKS: &[Check] = &[
    HARMLESS.must("prove.signature", signature, "The currency key signs the domain of proofs and the challenge."),
    HARMLESS.must("prove.challenge", challenge, "Each challenge gets a signature of its own."),
    HARMLESS.must(
        "prove.no-order",
        no_order,
        "PROVE signs no order: 220 bytes, and 32 bytes of one, give none over it.",
    ),
    HARMLESS.must("prove.changes-nothing", changes_nothing, "The attestation after PROVE is the one before."),
];

/// Fails unless the card proves that it holds `key`. Needs no code.
pub(super) fn expect_proof(session: &mut Session<'_>, key: &PublicKey, challenge: &Challenge) -> Checked {
    let signature = session.ask(Instruction::Prove, challenge)?.done()?;
    let mistakes = [("the domain is missing", challenge.to_vec()), ("the challenge is missing", DOMAIN.to_vec())];
    let message = possession::message(challenge);
    expect_signature("the proof's signature", key, message.as_bytes(), &signature, &mistakes)
}

fn signature(session: &mut Session<'_>) -> Checked {
    let (_, key) = session.initialised()?;
    let challenge = session.challenge();
    expect_proof(session, &key, &challenge)
}

fn challenge(session: &mut Session<'_>) -> Checked {
    let (_, key) = session.initialised()?;
    let (first, second) = (session.challenge(), session.challenge());
    for challenge in [first, second, [0; 32]] {
        expect_proof(session, &key, &challenge)?;
    }
    Ok(())
}

/// A card that signs what it is given would sign an order's hash, or an order, as a proof.
fn no_order(session: &mut Session<'_>) -> Checked {
    let (state, key) = session.initialised()?;
    let order = session.next_order(&state, &key).to_vec();
    session.ask(Instruction::Prove, &order)?.is(Status::WrongLength)?;
    for part in order.chunks_exact(32) {
        let challenge: Challenge = part.try_into().unwrap_or_default();
        expect_proof(session, &key, &challenge)?;
    }
    expect_proof(session, &key, &sha256(&order))
}

fn changes_nothing(session: &mut Session<'_>) -> Checked {
    let (before, key) = session.initialised()?;
    let challenge = session.challenge();
    expect_proof(session, &key, &challenge)?;
    let after = session.state()?;
    if before == after {
        return Ok(());
    }
    failed(
        format_args!("<{}> again", hex::encode(before.to_vec())),
        format_args!("<{}>", hex::encode(after.to_vec())),
    )
}

//! RESET: nobody but the issuer, and what a card is afterwards. The issuer's key is needed for more than refusals.

use super::{
    initialise::{expect_key, expect_state, expect_statement, schemes, telling},
    order::sign_next,
    prove::expect_proof,
};
use crate::{
    report::{Check, Effect::Resets, Section},
    session::{describe, failed, same, skipped, Checked, Session},
};
use specie_card::{apdu::Status, protocol::Instruction, signatures::to_card};
use specie_card_sim::{factory::permit_reset, keys::SecretKey};
use specie_primitives::{
    attestation::Attestation,
    crypto::{sha256, PublicKey, Scheme},
    initialisation::LEN,
};

const RESETS: Section = Section::new("RESET", Resets);

pub(super) const CHECKS: &[Check] = &[
    RESETS.must(
        "reset.without-issuer",
        without_issuer,
        "Without an issuer's key RESET is 6985, whatever its data.",
    ),
    RESETS.must("reset.malformed", malformed, "Data that are no signature are 6A80."),
    RESETS.must(
        "reset.stranger",
        stranger,
        "A signature of another key is 6982 (6A80 in another scheme's form), and no more.",
    ),
    RESETS.must("reset.other-card", other_card, "The issuer's signature for another card or generation is 6982."),
    RESETS.must("reset.done", done, "The issuer's signature makes the card blank; the generation stays."),
    RESETS.must("reset.kept", kept, "A blank card stays blank over a power cycle and proves nothing: 6985."),
    RESETS.must("reset.blank", blank, "On a blank card RESET is 6985."),
    RESETS.must("reset.next-key", next_key, "The same data give another key, of the next generation."),
    RESETS.must("reset.once", once, "The permission for one generation is 6982 in the next."),
    RESETS.must(
        "reset.every-scheme",
        every_scheme,
        "Each scheme of the card makes keys that attest, prove and sign.",
    ),
];

/// The card's state, when it holds a key and an issuer's key.
fn resettable(session: &mut Session<'_>) -> Checked<Attestation> {
    if !session.info()?.resettable() {
        return skipped("the card has no issuer's key");
    }
    session.initialised().map(|(state, _)| state)
}

/// The issuer's key, for a card that can be reset.
fn issuer(session: &mut Session<'_>) -> Checked<SecretKey> {
    match &session.options.issuer {
        Some(issuer) => Ok(issuer.clone()),
        None => skipped("the issuer's key was not given"),
    }
}

/// What a key signs to reset a card, in the card's form.
fn permission(issuer: &SecretKey, device: &PublicKey, generation: u32) -> Checked<Vec<u8>> {
    match permit_reset(issuer, device, generation) {
        Ok(signature) => Ok(to_card(&signature)),
        Err(error) => skipped(format_args!("the permission could not be signed: {error}")),
    }
}

/// A key that no card knows.
fn stranger_key(scheme: Scheme) -> Checked<SecretKey> {
    SecretKey::from_bytes(scheme, &sha256(b"nobody's key")).or_else(skipped)
}

fn without_issuer(session: &mut Session<'_>) -> Checked {
    if session.info()?.resettable() {
        return skipped("the card has an issuer's key");
    }
    let device = session.device()?;
    let before = session.state()?;
    for scheme in Scheme::ALL {
        let data = permission(&stranger_key(scheme)?, &device, before.generation)?;
        session.ask(Instruction::Reset, &data)?.is(Status::ConditionsNotSatisfied)?;
    }
    session.ask(Instruction::Reset, &[])?.is(Status::ConditionsNotSatisfied)?;
    expect_state(session, &before)
}

fn malformed(session: &mut Session<'_>) -> Checked {
    let before = resettable(session)?;
    for data in [&[][..], &[0x30], &[0x30, 0x06, 0x02, 0x01, 0x00, 0x02, 0x01, 0x00], &[0xFF; 70], &[0; 255]] {
        session.ask(Instruction::Reset, data)?.is(Status::WrongData)?;
    }
    expect_state(session, &before)
}

/// The form of the signature depends on the issuer's scheme, which the card does not tell: of the two forms one is
/// malformed to it.
fn stranger(session: &mut Session<'_>) -> Checked {
    let before = resettable(session)?;
    let device = session.device()?;
    let mut words = vec![];
    for scheme in Scheme::ALL {
        let data = permission(&stranger_key(scheme)?, &device, before.generation)?;
        let answer = session.ask(Instruction::Reset, &data)?;
        words.push(answer.word);
        if !answer.is_refusal() {
            return failed("6982 or 6A80 and no data", answer);
        }
    }
    let (refused, no_form) = (Status::SecurityStatusNotSatisfied.word(), Status::WrongData.word());
    if words != [refused, refused, no_form] && words != [no_form, no_form, refused] {
        let told: Vec<_> = words.into_iter().map(describe).collect();
        return failed("6982 to both ECDSA signatures and 6A80 to Ed25519's, or the reverse", told.join(", "));
    }
    expect_state(session, &before)
}

fn other_card(session: &mut Session<'_>) -> Checked {
    let before = resettable(session)?;
    let issuer = issuer(session)?;
    let device = session.device()?;
    let other = stranger_key(device.scheme())?;
    for data in [
        permission(&issuer, other.public(), before.generation)?,
        permission(&issuer, &device, before.generation.wrapping_add(1))?,
        permission(&issuer, &device, before.generation.wrapping_sub(1))?,
    ] {
        session.ask(Instruction::Reset, &data)?.is(Status::SecurityStatusNotSatisfied)?;
    }
    expect_state(session, &before)
}

/// Makes the card blank.
fn reset(session: &mut Session<'_>) -> Checked<Attestation> {
    let before = resettable(session)?;
    let data = permission(&issuer(session)?, &session.device()?, before.generation)?;
    session.ask(Instruction::Reset, &data)?.empty()?;
    Ok(before)
}

fn done(session: &mut Session<'_>) -> Checked {
    let before = reset(session)?;
    expect_state(session, &Attestation::blank(before.generation, before.locked))
}

fn kept(session: &mut Session<'_>) -> Checked {
    let state = blank_by_reset(session)?;
    let challenge = session.challenge();
    session.ask(Instruction::Prove, &challenge)?.is(Status::ConditionsNotSatisfied)?;
    session.power_cycle()?;
    expect_state(session, &state)
}

/// The state of the card that `reset.done` has made blank.
fn blank_by_reset(session: &mut Session<'_>) -> Checked<Attestation> {
    issuer(session)?;
    session.blank()
}

fn blank(session: &mut Session<'_>) -> Checked {
    let state = blank_by_reset(session)?;
    let data = permission(&issuer(session)?, &session.device()?, state.generation)?;
    session.ask(Instruction::Reset, &data)?.is(Status::ConditionsNotSatisfied)
}

/// Makes a key, whose first statement is checked.
fn make(session: &mut Session<'_>, told: &[u8; LEN], scheme: Scheme) -> Checked<Attestation> {
    let device = session.device()?;
    let answer = session.ask(Instruction::Initialise, &telling(told, scheme.tag()))?.done()?;
    expect_statement(&device, told, &answer)?;
    expect_key(scheme, &answer)
}

fn next_key(session: &mut Session<'_>) -> Checked {
    let before = blank_by_reset(session)?;
    let Some(scheme) = schemes(session)?.first().copied() else {
        return skipped("the card has none of the schemes to try");
    };
    let told = session.terms().told();
    let first = make(session, &told, scheme)?;
    same("generation", before.generation.saturating_add(1), first.generation)?;
    same("sequence", 0, first.sequence)?;
    reset(session)?;
    let second = make(session, &told, scheme)?;
    if first.currency_key != second.currency_key {
        return Ok(());
    }
    failed("another key: the card's own randomness goes into each", hex::encode(second.currency_key))
}

fn once(session: &mut Session<'_>) -> Checked {
    let before = resettable(session)?;
    let data = permission(&issuer(session)?, &session.device()?, before.generation.wrapping_sub(1))?;
    session.ask(Instruction::Reset, &data)?.is(Status::SecurityStatusNotSatisfied)?;
    expect_state(session, &before)
}

fn every_scheme(session: &mut Session<'_>) -> Checked {
    issuer(session)?;
    for scheme in schemes(session)? {
        reset(session)?;
        let (told, challenge) = (session.terms().told(), session.challenge());
        make(session, &told, scheme)?;
        let (_, key) = session.initialised()?;
        expect_proof(session, &key, &challenge)?;
        sign_next(session, |_| {})?;
    }
    Ok(())
}

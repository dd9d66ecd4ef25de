//! The timed exchange, and what binds it to an attestation.

use super::attest::{asking, expect_attestation, split};
use crate::{
    report::{Check, Effect::Harmless, Section},
    session::{apdu, failed, skipped, Answer, Checked, Session},
    signature::expect_signature,
};
use specie_card::{
    apdu::Status,
    protocol::Instruction,
    timed::{self, Part, Round, ROUNDS},
};
use specie_primitives::{
    attestation::{Attestation, Challenge},
    wire::Wire,
};

const HARMLESS: Section = Section::new("The timed exchange", Harmless);

pub(super) const CHECKS: &[Check] = &[
    HARMLESS.must(
        "timed.bound",
        bound,
        "ATTEST 01 signs challenge, rounds and state together, under a domain of its own.",
    ),
    HARMLESS.must("timed.fresh", fresh, "The card's parts are never the same."),
    HARMLESS.must(
        "timed.complete",
        complete,
        "ATTEST 01 before the fourth round is 6985, and so is a fifth round.",
    ),
    HARMLESS.must("timed.once", once, "A timed exchange serves one attestation; SELECT ends it."),
    HARMLESS.must("timed.plain", plain, "ATTEST 00 signs the challenge alone, whatever was timed before."),
    HARMLESS.must("timed.length", length, "A round of other than 8 bytes is 6700."),
];

fn prepare(session: &mut Session<'_>) -> Checked {
    match session.info()?.has_channel() {
        true => session.ask(Instruction::PrepareTimed, &[])?.empty(),
        false => skipped("the card has no timed exchange"),
    }
}

fn round(session: &mut Session<'_>) -> Checked<Round> {
    let host = *session.challenge().first_chunk::<8>().unwrap_or(&[0; 8]);
    let answer = session.ask(Instruction::TimedExchange, &host)?.done()?;
    match Part::try_from(answer.as_slice()) {
        Ok(card) => Ok(Round { host, card }),
        Err(_) => failed("8 bytes", format_args!("<{}>", hex::encode(answer))),
    }
}

fn rounds(session: &mut Session<'_>) -> Checked<[Round; ROUNDS]> {
    prepare(session)?;
    let mut rounds = [Round::default(); ROUNDS];
    for place in &mut rounds {
        *place = round(session)?;
    }
    Ok(rounds)
}

fn attest(session: &mut Session<'_>, challenge: &Challenge) -> Checked<Answer> {
    session.send(&apdu(Instruction::Attest, [1, 0], &asking(challenge, 0), true))
}

fn bound(session: &mut Session<'_>) -> Checked {
    let rounds = rounds(session)?;
    let (device, challenge) = (session.device()?, session.challenge());
    let answer = attest(session, &challenge)?.done()?;
    let (body, signature) = split(&answer)?;
    let said = match Attestation::from_wire(body) {
        Ok(said) => said,
        Err(fault) => return failed("an attestation", format_args!("{fault}: <{}>", hex::encode(body))),
    };
    let message = timed::message(&challenge, &rounds, &said);
    let plain = said.message(&challenge).as_bytes().to_vec();
    expect_signature(
        "the timed exchange's signature",
        &device,
        &message,
        signature,
        &[("the rounds are missing", plain)],
    )
}

fn fresh(session: &mut Session<'_>) -> Checked {
    let (first, second) = (rounds(session)?, rounds(session)?);
    let mut parts: Vec<Part> = first.iter().chain(&second).map(|round| round.card).collect();
    parts.sort_unstable();
    parts.dedup();
    match parts.len() == 2 * ROUNDS {
        true => Ok(()),
        false => failed("eight different parts", format_args!("{} different ones", parts.len())),
    }
}

fn complete(session: &mut Session<'_>) -> Checked {
    prepare(session)?;
    for _ in 0..ROUNDS {
        let challenge = session.challenge();
        attest(session, &challenge)?.is(Status::ConditionsNotSatisfied)?;
        round(session)?;
    }
    session.ask(Instruction::TimedExchange, &[0; 8])?.is(Status::ConditionsNotSatisfied)
}

fn once(session: &mut Session<'_>) -> Checked {
    rounds(session)?;
    let challenge = session.challenge();
    attest(session, &challenge)?.done()?;
    attest(session, &challenge)?.is(Status::ConditionsNotSatisfied)?;
    rounds(session)?;
    session.select()?;
    attest(session, &challenge)?.is(Status::ConditionsNotSatisfied)?;
    session.ask(Instruction::TimedExchange, &[0; 8])?.is(Status::ConditionsNotSatisfied)
}

fn plain(session: &mut Session<'_>) -> Checked {
    rounds(session)?;
    let (device, challenge) = (session.device()?, session.challenge());
    let answer = session.ask(Instruction::Attest, &asking(&challenge, 0))?.done()?;
    expect_attestation(&device, &challenge, &answer)
}

fn length(session: &mut Session<'_>) -> Checked {
    prepare(session)?;
    for len in [0, 7, 9, 32] {
        session.ask(Instruction::TimedExchange, &vec![0; len])?.is(Status::WrongLength)?;
    }
    session.ask(Instruction::PrepareTimed, &[0])?.is(Status::WrongLength)
}

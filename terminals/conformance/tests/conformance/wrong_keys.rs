//! Cards whose keys, proofs or certificates are wrong: each is told by the check whose subject it is, and by few others.

use crate::support::*;
use specie_card::{apdu::Status, protocol::Instruction, signatures::to_card};
use specie_card_sim::software::Misbehaviour;
use specie_primitives::{
    attestation::LEN,
    crypto::{sha256, Scheme},
    initialisation::contribution,
};

fn data_of_initialise(command: &[u8]) -> Option<Vec<u8>> {
    let data = is(command, Instruction::Initialise).then(|| data_of(command))?;
    (data.len() == 94).then_some(data)
}

#[test]
fn f16_a_certificate_of_another_batch_is_told() {
    let stranger = memory(&batch(Scheme::Ed25519), &printed()).personalisation.certificate;
    let told = misbehaving(Misbehaviour { certificate: stranger, ..Default::default() });
    assert_eq!(told.failed, ["certificate.signature"], "{}", told.text);
}

#[test]
fn f16_a_certificate_of_no_format_is_told() {
    let wrong = WrongCard::new(&printed(), |card, command| {
        let mut answer = card.handle(command);
        if is(command, Instruction::GetCertificate) && command[2..4] == [0, 0] && answer.len() > 2 {
            answer[0] = 9;
        }
        answer
    });
    told_by(wrong, &["certificate.format"]);
}

#[test]
fn f16_a_certificate_without_offsets_is_told() {
    let wrong = WrongCard::new(&printed(), |card, command| match is(command, Instruction::GetCertificate) {
        true => card.handle(&[&command[..2], &[0, 0], &command[4..]].concat()),
        false => card.handle(command),
    });
    told_by(wrong, &["certificate.offset", "certificate.end"]);
}

#[test]
fn f15_an_ignored_challenge_is_told() {
    let told = misbehaving(Misbehaviour { wrong_challenge: true, ..Default::default() });
    for id in
        ["attest.signature", "attest.challenge", "initialise.attestation", "prove.signature", "prove.challenge"]
    {
        assert!(told.failed.contains(&id), "{id}: {:?}", told.failed);
    }
    assert!(!told.failed.iter().any(|id| id.starts_with("order.") || id.starts_with("code.")), "{:?}", told.failed);
}

#[test]
fn f15_an_attestation_from_a_store_is_told() {
    // One good answer, said again and again.
    let mut said = None;
    let mut wrong = WrongCard::new(&printed(), move |card, command| {
        let answer = card.handle(command);
        match is(command, Instruction::Attest) && word(&answer) == Status::Success {
            true => said.get_or_insert(answer).clone(),
            false => answer,
        }
    });
    let told = wrong.examine();
    assert!(
        told.failed.contains(&"attest.challenge") && told.failed.contains(&"attest.signature"),
        "{}",
        told.text
    );
}

#[test]
fn f15_a_signature_over_half_of_the_challenge_is_told() {
    let wrong = WrongCard::new(&printed(), |card, command| match is(command, Instruction::Prove) {
        true if command.len() == 38 => {
            let mut halved = command.to_vec();
            halved[21..37].fill(0);
            card.handle(&halved)
        }
        _ => card.handle(command),
    });
    told_by(
        wrong,
        &[
            "prove.signature",
            "prove.challenge",
            "prove.no-order",
            "prove.changes-nothing",
            "lock.proves",
            "reset.every-scheme",
        ],
    );
}

#[test]
fn f15_what_was_signed_instead_is_guessed() {
    let mut wrong = WrongCard::new(&printed(), |card, command| {
        let answer = card.handle(command);
        match (is(command, Instruction::Prove), &card.memory().currency) {
            (true, Some(currency)) if word(&answer) == Status::Success => {
                let bare = currency.key.sign_as_card(&data_of(command)).unwrap();
                [bare, vec![0x90, 0]].concat()
            }
            _ => answer,
        }
    });
    let told = wrong.examine();
    assert!(
        told.failed.contains(&"prove.signature") && told.text.contains("the domain is missing"),
        "{}",
        told.text
    );
    let mut twice = WrongCard::new(&printed(), |card, command| {
        let answer = card.handle(command);
        match word(&answer) == Status::Success && is(command, Instruction::Attest) {
            true => {
                let message = [b"specie:attestation:v1", &data_of(command)[..32], &answer[..LEN]].concat();
                let signature = card.memory().personalisation.device.sign_as_card(&sha256(&message)).unwrap();
                [&answer[..LEN], &signature, &[0x90, 0]].concat()
            }
            false => answer,
        }
    });
    let told = twice.examine();
    assert!(told.failed.contains(&"attest.signature") && told.text.contains("hashed twice"), "{}", told.text);
}

#[test]
fn f3_a_private_key_in_an_answer_is_told() {
    let mut wrong = WrongCard::new(&printed(), |card, command| match (command, &card.memory().currency) {
        ([0x80, 0xEE, ..], Some(currency)) => [&[7, 7], currency.key.to_bytes().as_slice(), &[0x90, 0]].concat(),
        _ => card.handle(command),
    });
    let told = wrong.examine();
    assert_eq!(told.failed, ["instruction.other-80", "instruction.word", "key.not-in-answers"], "{}", told.text);
}

#[test]
fn f3_a_second_initialise_is_told() {
    let wrong = WrongCard::new(&printed(), |card, command| {
        // For other terms than the ones that the key was made for, and whatever it has signed.
        let data = data_of_initialise(command).filter(|data| data[93] < 3);
        let told = data.as_ref().and_then(|data| data.first_chunk()).map(contribution);
        if told.is_some() && told != card.memory().currency.as_ref().map(|currency| currency.told) {
            tamper(card, |memory| memory.currency = None);
        }
        card.handle(command)
    });
    told_by(wrong, &["initialise.twice", "order.ends-initialise"]);
}

#[test]
fn f3_another_scheme_than_asked_is_told() {
    let mut wrong = WrongCard::new(&printed(), |card, command| match data_of_initialise(command) {
        Some(mut data) if data[93] < 3 => {
            data[93] = 1;
            card.handle(&with_data(command, &data))
        }
        _ => card.handle(command),
    });
    let told = wrong.examine();
    assert!(told.failed.starts_with(&["initialise.key"]), "{:?}", told.failed);
    assert!(!told.failed.contains(&"order.signature"));
}

#[test]
fn f3_unknown_schemes_that_make_a_key_are_told() {
    let wrong = WrongCard::new(&printed(), |card, command| match data_of_initialise(command) {
        Some(mut data) if data[93] > 2 => {
            data[93] = 0;
            card.handle(&with_data(command, &data))
        }
        _ => card.handle(command),
    });
    told_by(wrong, &["initialise.unknown-scheme"]);
}

#[test]
fn f3_a_key_that_is_lost_without_power_is_told() {
    let mut wrong = WrongCard::forgetting(&printed(), |memory| {
        let mut forgot = memory.clone();
        (forgot.currency, forgot.generation) = (None, 0);
        forgot
    });
    let told = wrong.examine();
    assert!(told.failed.contains(&"initialise.persisted"), "{:?}", told.failed);
}

#[test]
fn f3_a_key_without_randomness_is_told() {
    // The same random bytes each time, and no generation in the formula.
    let mut made: Option<specie_card_sim::memory::Currency> = None;
    let wrong = WrongCard::new(&printed(), move |card, command| {
        let fresh = data_of_initialise(command).filter(|data| data[93] == 0).is_some();
        let answer = card.handle(command);
        if !fresh || word(&answer) != Status::Success {
            return answer;
        }
        let key = made.get_or_insert_with(|| card.memory().currency.clone().unwrap()).clone();
        let mut key = key;
        key.told = card.memory().currency.as_ref().unwrap().told;
        tamper(card, |memory| memory.currency = Some(key));
        card.handle(command)
    });
    told_by(wrong, &["reset.next-key"]);
}

#[test]
fn f15_a_proof_of_a_blank_card_is_told() {
    let stale = issuer(Scheme::Secp256k1);
    let wrong = WrongCard::new(&printed(), move |card, command| {
        let answer = card.handle(command);
        match is(command, Instruction::Prove) && answer == refusal(Status::ConditionsNotSatisfied) {
            true => [to_card(&stale.sign(&data_of(command)).unwrap()), vec![0x90, 0]].concat(),
            false => answer,
        }
    });
    let told = { wrong }.examine();
    assert!(told.failed.contains(&"prove.blank"), "{:?}", told.failed);
}

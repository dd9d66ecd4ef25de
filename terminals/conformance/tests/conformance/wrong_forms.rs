//! Cards that select, ask or answer in a wrong form: each is told by the check whose subject it is, and by few others.

use crate::support::*;
use specie_card::{apdu::Status, protocol::Instruction};
use specie_primitives::crypto::Scheme;
use std::collections::VecDeque;

fn trailing(answer: Vec<u8>) -> Vec<u8> {
    let (data, status) = answer.split_at(answer.len() - 2);
    [data, &[0xAA], status].concat()
}

#[test]
fn wrong_version_is_told() {
    let wrong = saying(&printed(), Instruction::Select, |_| vec![2, 0x90, 0]);
    told_by(wrong, &["select.application", "select.again"]);
}

#[test]
fn selecting_by_any_name_is_told() {
    let wrong = WrongCard::new(&printed(), |card, command| {
        let mut command = command.to_vec();
        if is(&command, Instruction::Select) {
            command = with_data(&command, &specie_card::protocol::AID);
        }
        card.handle(&command)
    });
    told_by(wrong, &["select.unknown-aid", "select.exact-aid", "select.other-deselects"]);
}

#[test]
fn a_partial_name_is_told_as_a_should() {
    let wrong = WrongCard::new(&printed(), |card, command| {
        let partial = is(command, Instruction::Select)
            && specie_card::protocol::AID.starts_with(&data_of(command))
            && command[2] == 4;
        match partial {
            true => card.handle(&with_data(command, &specie_card::protocol::AID)),
            false => card.handle(command),
        }
    });
    let told = { wrong }.examine();
    assert_eq!(told.failed, ["select.exact-aid"]);
    assert!(told.summary.conforms());
    assert_eq!(told.summary.failed_should, 1);
}

#[test]
fn a_card_that_needs_no_select_is_told() {
    let select = [&[0, 0xA4, 4, 0, 7], specie_card::protocol::AID.as_slice()].concat();
    let mut wrong = WrongCard::new(&printed(), move |card, command| {
        let answer = card.handle(command);
        match answer == refusal(Status::ConditionsNotSatisfied) && is(command, Instruction::GetInfo) {
            true => {
                card.handle(&select);
                card.handle(command)
            }
            false => answer,
        }
    });
    let told = wrong.examine();
    for id in ["select.needed", "select.needed-word", "select.other-deselects"] {
        assert!(told.failed.contains(&id), "{id}: {}", told.text);
    }
    assert!(told.failed.iter().all(|id| id.starts_with("select.")), "{:?}", told.failed);
}

#[test]
fn short_info_is_told_and_what_needs_it_is_skipped() {
    let mut wrong = saying(&printed(), Instruction::GetInfo, |answer| answer[1..].to_vec());
    let told = wrong.examine();
    assert_eq!(told.failed, ["info.layout"]);
    assert!(told.skipped.iter().any(|(id, why)| *id == "info.version" && why.contains("info.layout")));
}

#[test]
fn f4_each_field_of_info_has_its_check() {
    told_by(info_byte(0, |_| 2), &["info.version"]);
    told_by(info_byte(1, |byte| byte | 0x80), &["info.capabilities"]);
    told_by(
        info_byte(3, |byte| byte | 2),
        &["info.locked", "info.attested", "lock.attested", "lock.kept", "lock.twice", "unlock.needs-code"],
    );
    told_by(info_byte(13, |_| 0x0F), &["info.schemes"]);
    told_by(info_byte(4, |byte| byte + 1), &["info.attested"]);
    told_by(
        info_byte(12, |_| 1),
        &["info.certificate-length", "certificate.length", "certificate.offset", "certificate.format"],
    );
    // Another valid key than the certificate's.
    let other = issuer(Scheme::Secp256k1);
    let wrong = saying(&printed(), Instruction::GetInfo, move |mut answer| {
        answer[15..48].copy_from_slice(other.public().as_bytes());
        answer
    });
    let told = { wrong }.examine();
    assert!(told.failed.contains(&"certificate.device") && told.failed.contains(&"attest.signature"));
    assert!(!told.failed.contains(&"info.device-key"));
}

#[test]
fn f4_a_device_key_off_its_curve_is_told() {
    let mut wrong = info_byte(15, |_| 5);
    let told = wrong.examine();
    assert_eq!(told.failed, ["info.device-key"], "{}", told.text);
}

#[test]
fn trailing_bytes_are_told() {
    told_by(saying(&printed(), Instruction::GetInfo, trailing), &["info.layout"]);
    let told = saying(&printed(), Instruction::Attest, trailing).examine();
    assert!(told.failed.contains(&"attest.layout"), "{}", told.text);
    told_by(saying(&printed(), Instruction::Wait, trailing), &["wait.idle"]);
    told_by(
        saying(&with_pin(), Instruction::Lock, trailing),
        &[
            "lock.attested",
            "lock.kept",
            "lock.twice",
            "lock.proves",
            "lock.refuses-orders",
            "lock.gives-none",
            "unlock.restores",
            "unlock.signs-again",
            "unlock.needs-code",
            "unlock.wrong-code",
            "unlock.shows-no-code",
        ],
    );
}

#[test]
fn unknown_instructions_with_answers_are_told() {
    let wrong = WrongCard::new(&printed(), |card, command| match command {
        [0x80, 0x4A, ..] => vec![1, 2, 3, 0x90, 0],
        _ => card.handle(command),
    });
    told_by(wrong, &["instruction.other-80", "instruction.word"]);
    let wrong = WrongCard::new(&printed(), |card, command| match command {
        [0x00, 0xB0, ..] => vec![1, 2, 3, 0x90, 0],
        _ => card.handle(command),
    });
    told_by(wrong, &["instruction.reads", "instruction.other-00", "instruction.word"]);
}

#[test]
fn an_ignored_class_is_told() {
    let wrong = WrongCard::new(&printed(), |card, command| match command {
        [cla, rest @ ..] if *cla & 0x80 != 0 && command.len() >= 4 => card.handle(&[&[0x80], rest].concat()),
        _ => card.handle(command),
    });
    told_by(wrong, &["apdu.class", "apdu.class-word", "apdu.first-fault"]);
}

#[test]
fn a_wrong_word_for_a_class_is_told_as_a_should() {
    let wrong = WrongCard::new(&printed(), |card, command| match command {
        [1..=3, ..] => vec![0x68, 0x81],
        _ => card.handle(command),
    });
    told_by(wrong, &["apdu.class-word", "answer.words"]);
}

#[test]
fn ignored_parameters_are_told() {
    let wrong = WrongCard::new(&printed(), |card, command| match instruction(command) {
        Some(Instruction::Select | Instruction::GetCertificate) | None => card.handle(command),
        Some(Instruction::GetLastOrder | Instruction::GetHistory) => card.handle(command),
        // The second form.
        Some(Instruction::Attest) if command[2..4] == [1, 0] => card.handle(command),
        Some(_) => card.handle(&[&command[..2], &[0, 0], &command[4..]].concat()),
    });
    told_by(wrong, &["apdu.parameters", "apdu.parameters-of-lock", "apdu.first-fault"]);
}

#[test]
fn ignored_lengths_are_told() {
    let wrong =
        WrongCard::new(&printed(), |card, command| match is(command, Instruction::Attest) && command.len() > 42 {
            true => card.handle(&with_data(command, &data_of(command)[..36])),
            false => card.handle(command),
        });
    told_by(wrong, &["length.attest"]);
    let wrong = WrongCard::new(&printed(), |card, command| match command {
        [0x80, 0x22, 0, 0, 36, data @ ..] if data.len() > 37 => card.handle(&[&command[..41], &[0]].concat()),
        _ => card.handle(command),
    });
    told_by(wrong, &["apdu.lc"]);
}

#[test]
fn an_answer_cut_to_le_is_told_as_a_should() {
    let wrong = WrongCard::new(&printed(), |card, command| {
        let answer = card.handle(command);
        match command {
            [0x80, 0x10, 0, 0, le @ 1..48] if word(&answer) == Status::Success => {
                [&answer[..usize::from(*le)], &[0x90, 0]].concat()
            }
            _ => answer,
        }
    });
    told_by(wrong, &["apdu.le"]);
}

#[test]
fn data_with_a_refusal_are_told() {
    let wrong = WrongCard::new(&printed(), |card, command| {
        let answer = card.handle(command);
        match answer == refusal(Status::ReferenceNotFound) {
            true => [&[0x55], answer.as_slice()].concat(),
            false => answer,
        }
    });
    told_by(wrong, &["address.other", "order.other-carrier", "order.first-fault", "answer.refusals-bare"]);
}

#[test]
fn an_answer_without_a_status_word_is_told() {
    let mut answers: VecDeque<Vec<u8>> = VecDeque::from([vec![], vec![0x90]]);
    let mut wrong = WrongCard::new(&printed(), move |card, command| match is(command, Instruction::Wait) {
        true if command.len() == 5 => answers.pop_front().unwrap_or_default(),
        _ => card.handle(command),
    });
    let told = wrong.examine();
    assert!(told.failed.contains(&"wait.idle") && told.text.contains("a status word"), "{}", told.text);
}

#[test]
fn failures_show_the_bytes() {
    let told = mixing_up(Instruction::SignOrder, Status::ReferenceNotFound, Status::WrongData).examine();
    assert!(told.text.contains("order.other-carrier (must): FAILED: expected 6A88"), "{}", told.text);
    assert!(told.text.contains("> 80240000dc") && told.text.contains("< 6a80"), "{}", told.text);
}

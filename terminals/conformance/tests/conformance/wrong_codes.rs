//! Cards that are wrong about codes, locks and resets: each is told by the check whose subject it is, and by few others.

use crate::support::*;
use specie_card::{
    apdu::Status,
    code::{Attempts, CodeKind},
    protocol::Instruction,
};

#[test]
fn wrong_tries_are_told() {
    // The tries of GET INFO never move.
    told_by(info_byte(8, |_| 3), &["code.wrong-counted", "code.wrong-kept", "unlock.wrong-code"]);
    told_by(
        mixing_up(
            Instruction::VerifyCode,
            Status::WrongCode { tries_left: 2 },
            Status::WrongCode { tries_left: 9 },
        ),
        &["code.wrong", "code.wrong-forgets", "code.length"],
    );
}

#[test]
fn a_wrong_code_that_costs_nothing_is_told() {
    let wrong = WrongCard::new(&printed(), |card, command| {
        let answer = card.handle(command);
        tamper(card, |memory| memory.attempts = Attempts::default());
        answer
    });
    told_by(wrong, &["code.wrong-counted", "code.wrong-forgets", "code.wrong-kept", "unlock.wrong-code"]);
}

#[test]
fn a_count_that_is_lost_without_power_is_told() {
    let wrong = WrongCard::forgetting(&printed(), |memory| {
        let mut forgot = memory.clone();
        forgot.attempts = Attempts::default();
        forgot
    });
    told_by(wrong, &["code.wrong-kept"]);
}

#[test]
fn a_wrong_code_that_is_right_is_told() {
    // Compares the first four digits.
    let wrong = WrongCard::new(&printed(), |card, command| {
        let is_code = is(command, Instruction::VerifyCode) && data_of(command).starts_with(&CODE.as_bytes()[..4]);
        let digits = data_of(command).len() >= 4 && data_of(command).iter().all(u8::is_ascii_digit);
        match is_code && digits && data_of(command).len() <= 12 {
            true => card.handle(&with_data(command, CODE.as_bytes())),
            false => card.handle(command),
        }
    });
    told_by(wrong, &["code.length"]);
}

#[test]
fn a_malformed_code_that_counts_is_told() {
    let wrong = WrongCard::new(&printed(), |card, command| {
        let answer = card.handle(command);
        if is(command, Instruction::VerifyCode) && answer == refusal(Status::WrongData) {
            tamper(card, |memory| memory.attempts = memory.attempts.failed());
        }
        answer
    });
    told_by(wrong, &["code.malformed"]);
}

#[test]
fn a_printed_code_that_can_be_changed_is_told() {
    let wrong = WrongCard::new(&printed(), |card, command| match is(command, Instruction::ChangeCode) {
        true if data_of(command) == [&[6], CODE.as_bytes(), CODE.as_bytes()].concat() => vec![0x90, 0],
        _ => card.handle(command),
    });
    told_by(wrong, &["change-code.printed"]);
}

#[test]
fn a_pin_that_does_not_change_is_told() {
    let mut wrong = WrongCard::new(&with_pin(), |card, command| match is(command, Instruction::ChangeCode) {
        true if data_of(command).starts_with(&[&[6], CODE.as_bytes()].concat()) => vec![0x90, 0],
        _ => card.handle(command),
    });
    let told = wrong.examine();
    assert_eq!(told.failed, ["change-code.pin"], "{}", told.text);
    assert_eq!(wrong.card.memory().code, Some((CodeKind::Pin, code())));
}

#[test]
fn an_unlock_that_counts_nothing_is_told() {
    let wrong = WrongCard::new(&printed(), |card, command| {
        let answer = card.handle(command);
        if is(command, Instruction::Unlock) && matches!(word(&answer), Status::WrongCode { .. }) {
            tamper(card, |memory| memory.attempts = Attempts::default());
        }
        answer
    });
    told_by(wrong, &["unlock.wrong-code"]);
}

#[test]
fn an_unlock_that_shows_the_code_is_told() {
    let wrong = WrongCard::new(&printed(), |card, command| {
        let answer = card.handle(command);
        if is(command, Instruction::Unlock) && word(&answer) == Status::Success {
            card.handle(&with_data(&[0x80, 0x30, 0, 0], CODE.as_bytes()));
        }
        answer
    });
    told_by(wrong, &["unlock.shows-no-code"]);
}

#[test]
fn a_forgotten_lock_is_told() {
    let wrong = WrongCard::forgetting(&printed(), |memory| {
        let mut forgot = memory.clone();
        forgot.locked = false;
        forgot
    });
    told_by(wrong, &["lock.kept"]);
}

#[test]
fn a_reset_by_anybody_is_told() {
    let mut wrong = WrongCard::new(&printed(), |card, command| {
        let answer = card.handle(command);
        if is(command, Instruction::Reset) && answer == refusal(Status::SecurityStatusNotSatisfied) {
            tamper(card, |memory| memory.currency = None);
            return vec![0x90, 0];
        }
        answer
    });
    let told = wrong.examine();
    assert!(told.failed.contains(&"reset.stranger"), "{:?}", told.failed);
    assert!(told.failed.iter().all(|id| id.starts_with("reset.")), "{:?}", told.failed);
}

#[test]
fn a_reset_that_forgets_the_generation_is_told() {
    let mut wrong = WrongCard::new(&printed(), |card, command| {
        let answer = card.handle(command);
        if is(command, Instruction::Reset) && word(&answer) == Status::Success {
            tamper(card, |memory| memory.generation = 0);
        }
        answer
    });
    let told = wrong.examine();
    assert!(told.failed.contains(&"reset.done"), "{:?}", told.failed);
}

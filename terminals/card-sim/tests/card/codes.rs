//! Presence codes and PINs.

use crate::support::*;
use specie_card::{
    apdu::Status,
    code::{delay_after, Attempts, Code, CodeError, FREE_TRIES, MAX_DELAY, TICKS_PER_WRITE},
    host::{Host, HostError},
    protocol::Instruction,
};
use specie_card_sim::{
    factory::{random_printed_code, Specification},
    software::SLOT_LEN,
};
use specie_primitives::crypto::Scheme;

fn wrong(tries_left: u8) -> Result<(), HostError> {
    Err(HostError::WrongCode { command: "VERIFY CODE", tries_left })
}

const DELAYED: Result<(), HostError> = Err(HostError::Delayed { command: "VERIFY CODE" });

#[test]
fn f93_wrong_codes_cost_a_growing_delay_and_never_the_card() {
    let mut host = blank(&printed("123456"));
    assert_eq!(host.tries_left(), Ok(Some(3)));
    for left in [2, 1, 0] {
        assert_eq!(host.verify_code(&code("654321")), wrong(left));
    }
    for round in 3..20 {
        let delay = delay_after(round);
        // Even the right code waits.
        assert_eq!(host.verify_code(&code("123456")), DELAYED);
        assert_eq!(host.info().unwrap().delay_ticks, delay);
        for left in (0..delay).rev() {
            assert_eq!(host.wait(), Ok(left));
        }
        assert_eq!(host.tries_left(), Ok(Some(1)));
        assert_eq!(host.verify_code(&code("654321")), wrong(0));
    }
    while host.wait().unwrap() > 0 {}
    host.verify_code(&code("123456")).unwrap();
    assert_eq!(host.tries_left(), Ok(None));
    // The right code begins anew.
    assert_eq!(host.transport_mut().memory().attempts, Attempts::default());
}

#[test]
fn delays_double_up_to_an_hour_in_whole_writes() {
    for failures in 0..=u8::MAX {
        let delay = delay_after(failures);
        assert_eq!(delay == 0, failures < FREE_TRIES);
        assert!(delay <= MAX_DELAY && delay.is_multiple_of(TICKS_PER_WRITE));
        assert!(delay >= delay_after(failures.saturating_sub(1)));
    }
    assert_eq!((3..12).map(delay_after).collect::<Vec<_>>(), [15, 30, 60, 120, 240, 480, 960, 1920, 3600]);
}

#[test]
fn f93_power_off_does_not_shorten_a_delay() {
    let mut host = blank(&printed("123456"));
    for _ in 0..3 {
        assert!(host.verify_code(&code("000000")).is_err());
    }
    while host.wait().unwrap() > 0 {}
    assert!(host.verify_code(&code("000000")).is_err());
    assert_eq!(host.info().unwrap().delay_ticks, 30);
    for _ in 0..20 {
        host.wait().unwrap();
    }
    let mut host = Host::new(host.into_transport().power_cycle().unwrap()).over_contacts();
    host.select().unwrap();
    // 15 of the 20 ticks were written.
    assert_eq!(host.info().unwrap().delay_ticks, 15);
    assert_eq!(host.verify_code(&code("123456")), DELAYED);
}

#[test]
fn f93_a_try_is_counted_before_it_is_compared() {
    let mut host = blank(&printed("123456"));
    let card = host.transport_mut();
    // No byte of the count can be written: no answer about the code.
    card.medium_mut().cut_after(0);
    for digits in [b"123456", b"654321"] {
        assert_eq!(send(card, Instruction::VerifyCode, digits), (vec![], Status::MemoryFailure));
    }
    card.medium_mut().power_on();
    let mut host = Host::new(host.into_transport().power_cycle().unwrap());
    host.select().unwrap();
    let card = host.transport_mut();
    // The count is written, and the power goes before the success is.
    card.medium_mut().cut_after(SLOT_LEN + 1);
    assert_eq!(send(card, Instruction::VerifyCode, b"123456").1, Status::MemoryFailure);
    card.medium_mut().power_on();
    let mut host = Host::new(host.into_transport().power_cycle().unwrap()).over_contacts();
    host.select().unwrap();
    assert_eq!(host.tries_left(), Ok(Some(2)));
}

#[test]
fn f93_wrong_code_takes_an_earlier_success_back() {
    let mut host = initialised(&with_pin("4711"), Scheme::Secp256k1);
    host.verify_code(&code("4711")).unwrap();
    assert_eq!(host.verify_code(&code("4712")), wrong(2));
    let order = next_order(&mut host);
    assert!(matches!(host.sign_order(&order), Err(HostError::Refused { .. })));
}

#[test]
fn f93_malformed_codes_are_not_tries() {
    let mut host = blank(&printed("123456"));
    for (data, status) in [
        (b"123".as_slice(), Status::WrongLength),
        (b"1234567890123", Status::WrongLength),
        (b"12345a", Status::WrongData),
        (b"\0\0\0\0\0\0", Status::WrongData),
    ] {
        assert_eq!(send(host.transport_mut(), Instruction::VerifyCode, data), (vec![], status));
    }
    assert_eq!(host.tries_left(), Ok(Some(3)));
    // A well-formed code of another length is one.
    assert_eq!(host.verify_code(&code("1234")), wrong(2));
}

#[test]
fn f93_pin_can_be_changed_by_who_knows_it() {
    let mut host = blank(&with_pin("4711"));
    let refused = Err(HostError::WrongCode { command: "CHANGE CODE", tries_left: 2 });
    assert_eq!(host.change_code(&code("4712"), &code("0815")), refused);
    host.change_code(&code("4711"), &code("08150815")).unwrap();
    assert_eq!(host.verify_code(&code("4711")), wrong(2));
    host.verify_code(&code("08150815")).unwrap();
    for data in [b"".as_slice(), b"\x04", b"\x044711", b"\xff47110815", b"\x0008150815"] {
        assert_eq!(send(host.transport_mut(), Instruction::ChangeCode, data), (vec![], Status::WrongLength));
    }
}

#[test]
fn printed_code_goes_with_the_card_unchanged() {
    let mut host = blank(&printed("123456"));
    let refused = Err(HostError::Refused { command: "CHANGE CODE", status: Status::ConditionsNotSatisfied });
    assert_eq!(host.change_code(&code("123456"), &code("654321")), refused);
    assert_eq!(host.change_code(&code("000000"), &code("654321")), refused);
    assert_eq!(host.tries_left(), Ok(Some(3)));
}

#[test]
fn a_card_without_code_wants_none() {
    let mut host = blank(&Specification::contact(Scheme::P256));
    assert_eq!(host.tries_left(), Ok(None));
    let refused = Err(HostError::Refused { command: "VERIFY CODE", status: Status::ConditionsNotSatisfied });
    assert_eq!(host.verify_code(&code("123456")), refused);
    assert_eq!(host.wait(), Ok(0));
}

#[test]
fn codes_are_digits() {
    assert_eq!(Code::new(b"123"), Err(CodeError::Length { len: 3 }));
    assert_eq!(Code::new(b"1234567890123"), Err(CodeError::Length { len: 13 }));
    assert_eq!(Code::new("１２３４".as_bytes()), Err(CodeError::NotDigits));
    assert!(code("1234").matches(&code("1234")));
    assert!(!code("1234").matches(&code("12340")));
    assert_eq!(format!("{:?}", code("1234")), "Code(…)");
    let mut hardware = SeededHardware::new("codes");
    for _ in 0..100 {
        assert_eq!(random_printed_code(&mut hardware).unwrap().as_bytes().len(), 6);
    }
}

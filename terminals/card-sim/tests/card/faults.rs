//! Links and cards that fail: a fault, and never a fake.

use crate::support::*;
use specie_card::{
    apdu::{ApduError, Command, Response, Status},
    host::{AnswerFault, Host, HostError},
    protocol::{Instruction, Payment},
    transport::TransportError,
};
use specie_card_sim::factory::Specification;
use specie_primitives::crypto::Scheme;
use std::time::Duration;

/// Asks everything of a card whose answers to `instruction` are changed on their way; the first error.
fn first_error(
    instruction: Instruction,
    change: impl Fn(Vec<u8>) -> Result<Vec<u8>, TransportError>,
) -> Option<HostError> {
    let link = Tampered {
        link: card(&Specification::contact(Scheme::P256)),
        change: |command: &[u8], answer| match command[1] == instruction.ins() {
            true => change(answer),
            false => Ok(answer),
        },
    };
    let mut host = Host::new(link);
    let mut everything = || {
        host.select()?;
        host.evidence(&CHALLENGE)?;
        host.initialise(&GRANT, Scheme::Secp256k1)?;
        host.evidence(&CHALLENGE)?;
        host.prove(&CHALLENGE)?;
        let carrier = host.carrier()?;
        host.sign_order(&order(carrier, 1))?;
        host.pay(&Payment::of(&order(carrier, 2)), GENESIS, 1)?;
        host.last_order(&CHALLENGE)?;
        host.history()?;
        host.wait()?;
        host.open_channel(&[7; 32])?;
        host.time(&CHALLENGE, &[[7; 8]; 4], || Duration::ZERO)?;
        host.lock()?;
        host.unlock(None)
    };
    everything().err()
}

const ANSWERING: [Instruction; 13] = [
    Instruction::Pay,
    Instruction::GetLastOrder,
    Instruction::GetHistory,
    Instruction::OpenChannel,
    Instruction::TimedExchange,
    Instruction::Select,
    Instruction::GetInfo,
    Instruction::GetCertificate,
    Instruction::Initialise,
    Instruction::Attest,
    Instruction::SignOrder,
    Instruction::Prove,
    Instruction::Wait,
];

#[test]
fn f4_malformed_answer_is_a_fault() {
    assert_eq!(first_error(Instruction::Select, Ok), None);
    for instruction in ANSWERING {
        for kept in 0..130 {
            let cut = first_error(instruction, |answer| {
                let data = answer[..answer.len() - 2].iter().copied();
                let short = data.take(kept.min(answer.len() - 3)).chain([0x90, 0]);
                Ok(short.collect())
            });
            // A short part of a certificate is asked for again from there, until one is empty.
            let mut is_fault = matches!(cut, Some(HostError::Malformed { .. } | HostError::Foreign { .. }));
            // What a card does not say of its address, it does not know.
            is_fault |= instruction == Instruction::GetInfo && cut == Some(HostError::OtherCarrier);
            assert!(is_fault, "{instruction:?} {kept} {cut:?}");
        }
        for more in [1, 2, 100, 300] {
            let long = first_error(instruction, |answer| {
                let (data, status) = answer.split_at(answer.len() - 2);
                Ok([data, &vec![0; more], status].concat())
            });
            // What later cards say behind the rest is passed over: fields of tag 0 and length 0 among it.
            let is_open = match instruction {
                Instruction::Select => more < 200,
                Instruction::GetInfo => more % 2 == 0 && more < 200,
                _ => false,
            };
            let is_fault = matches!(long, Some(HostError::Malformed { .. }));
            assert!(if is_open { long.is_none() } else { is_fault }, "{instruction:?} {more} {long:?}");
        }
        for nothing in [vec![], vec![0x90]] {
            let short = first_error(instruction, |_| Ok(nothing.clone()));
            assert!(matches!(
                short,
                Some(HostError::Malformed { fault: AnswerFault::Apdu(ApduError::TooShort { .. }), .. })
            ));
        }
    }
    for instruction in [Instruction::Lock, Instruction::Unlock] {
        let answer = first_error(instruction, |_| Ok(vec![1, 0x90, 0]));
        assert!(matches!(answer, Some(HostError::Malformed { .. })));
    }
}

#[test]
fn f4_data_with_a_refusal_are_a_fault() {
    let answer = first_error(Instruction::Attest, |_| Ok(vec![1, 2, 0x69, 0x85]));
    assert!(matches!(answer, Some(HostError::Malformed { .. })));
}

#[test]
fn link_errors_say_which_command() {
    for instruction in ANSWERING {
        for fault in [
            TransportError::Timeout,
            TransportError::Disconnected("pulled out".into()),
            TransportError::Garbled("parity".into()),
        ] {
            let error = first_error(instruction, |_| Err(fault.clone()));
            assert_eq!(error, Some(HostError::Transport { command: instruction.name(), source: fault }));
        }
    }
}

#[test]
fn every_refusal_is_told_with_its_word() {
    for word in [0x6581, 0x6700, 0x6982, 0x6984, 0x6985, 0x6A80, 0x6A88, 0x6D00, 0x6E00, 0x6F00_u16] {
        let error = first_error(Instruction::Prove, |_| Ok(word.to_be_bytes().to_vec())).unwrap();
        assert_eq!(error, HostError::Refused { command: "PROVE", status: Status::from_word(word) });
        assert!(error.to_string().contains(&format!("{word:04X}")), "{error}");
    }
}

/// Words that the protocol does not have are a reader's or another program's: a fault of the link, to be asked again, and never
/// the card's refusal. So is an answer with no data where some are due.
#[test]
fn f3_f4_f12_words_that_no_carrier_says_are_faults_of_the_link() {
    for instruction in ANSWERING {
        for answer in [&[0x63, 0x00][..], &[0x64, 0x01], &[0x6F, 0x01], &[0x61, 0x10], &[0x6C, 0x10], &[0x90, 0x00]]
        {
            let error = first_error(instruction, |_| Ok(answer.to_vec())).unwrap();
            let HostError::Foreign { command, answer: told } = &error else {
                panic!("{instruction:?}, {answer:02X?}: {error}")
            };
            assert_eq!(*command, instruction.name());
            assert!(told.contains(&hex::encode_upper(answer)), "{told}");
            assert!(error.to_string().contains("another program uses the card"), "{error}");
        }
    }
}

#[test]
fn f10_a_foreign_card_is_not_a_carrier() {
    let error = first_error(Instruction::Select, |_| Ok(vec![0x6A, 0x82]));
    assert_eq!(error, Some(HostError::NotACarrier));
}

#[test]
fn another_version_is_said() {
    let error = first_error(Instruction::Select, |_| Ok(vec![2, 0x90, 0]));
    assert_eq!(error, Some(HostError::OtherVersion(2)));
}

#[test]
fn f3_initialise_that_made_something_else_is_a_fault() {
    // The attestation of another scheme than the one that was asked for.
    let mut other = initialised(&Specification::contact(Scheme::P256), Scheme::Ed25519);
    let (mut said, _) = send(other.transport_mut(), Instruction::Attest, &asking(0));
    said.extend([0x90, 0]);
    let error = first_error(Instruction::Initialise, |_| Ok(said.clone()));
    assert!(matches!(error, Some(HostError::Malformed { fault: AnswerFault::Contradiction(_), .. })), "{error:?}");
}

#[test]
fn apdus_are_read_exactly() {
    let command = |data, le| Command { cla: 0x80, ins: 0x22, p1: 1, p2: 2, data, le };
    let data = [7; 255];
    for (bytes, expected) in [
        (vec![0x80, 0x22, 1, 2], Ok(command(&[], None))),
        (vec![0x80, 0x22, 1, 2, 0], Ok(command(&[], Some(256)))),
        (vec![0x80, 0x22, 1, 2, 5], Ok(command(&[], Some(5)))),
        (vec![0x80, 0x22, 1, 2, 2, 7, 7], Ok(command(&data[..2], None))),
        (vec![0x80, 0x22, 1, 2, 2, 7, 7, 9], Ok(command(&data[..2], Some(9)))),
        ([[0x80, 0x22, 1, 2, 255].as_slice(), &data].concat(), Ok(command(&data, None))),
        (vec![], Err(ApduError::TooShort { len: 0, needed: 4 })),
        (vec![0x80, 0x22, 1], Err(ApduError::TooShort { len: 3, needed: 4 })),
        (vec![0x80, 0x22, 1, 2, 2, 7], Err(ApduError::LengthMismatch { len: 6 })),
        (vec![0x80, 0x22, 1, 2, 2, 7, 7, 9, 9], Err(ApduError::LengthMismatch { len: 9 })),
        (vec![0x80, 0x22, 1, 2, 0, 0, 1, 7], Err(ApduError::Extended)),
        (vec![0x80, 0x22, 1, 2, 0, 7], Err(ApduError::Extended)),
    ] {
        assert_eq!(Command::parse(&bytes), expected, "{bytes:?}");
        if let Ok(command) = expected {
            assert_eq!(command.to_bytes(), Ok(bytes));
        }
    }
    assert_eq!(command(&[0; 256], None).to_bytes(), Err(ApduError::TooLong { len: 256 }));
    let long = [0; 259];
    assert_eq!(Response::parse(&long), Err(ApduError::TooLong { len: 257 }));
    assert!(Response::parse(&long[1..]).is_ok());
    let mut card = card(&Specification::contact(Scheme::P256));
    assert_eq!(raw(&mut card, &[0x80, 0x22, 0, 0, 0, 0, 32, 0]), (vec![], Status::WrongLength));
}

#[test]
fn status_words_are_one_to_one() {
    for word in 0..=u16::MAX {
        assert_eq!(Status::from_word(word).word(), word);
    }
}

#[test]
fn unknown_classes_and_instructions_are_told_apart() {
    let mut card = plain().into_transport();
    for cla in 0..=0xFF {
        for ins in 0..=0xFF {
            if Instruction::from_bytes(cla, ins).is_some() {
                continue;
            }
            let expected = match cla {
                0x00 | 0x80 => Status::InstructionNotSupported,
                _ => Status::ClassNotSupported,
            };
            assert_eq!(raw(&mut card, &[cla, ins, 0, 0]), (vec![], expected));
        }
    }
    for instruction in Instruction::ALL {
        let has_parameters =
            matches!(instruction, Instruction::GetCertificate | Instruction::Select | Instruction::GetLastOrder);
        if !has_parameters && !instruction.is_of_factory() {
            let answer = send_at(&mut card, instruction, [0, 1], &[]);
            assert_eq!(answer, (vec![], Status::WrongParameters));
        }
    }
}

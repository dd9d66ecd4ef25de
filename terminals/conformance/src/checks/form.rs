//! The form of APDUs: lengths, P1 and P2, Le, classes and instructions, and which fault comes first.

use super::attest::asking;
use crate::{
    report::{
        Check,
        Effect::{Harmless, Initialises, Restored, SignsOrders},
        Section,
    },
    session::{apdu, failed, Checked, Session},
};
use specie_card::{
    apdu::Status,
    protocol::{Instruction, CLA},
};

const HARMLESS: Section = Section::new("APDUs", Harmless);
const RESTORED: Section = Section::new("APDUs", Restored);
const INITIALISES: Section = Section::new("APDUs", Initialises);
const SIGNS: Section = Section::new("APDUs", SignsOrders);

pub(super) const CHECKS: &[Check] = &[
    HARMLESS.must("apdu.lc", lc, "Data shorter or longer than Lc says are 6700."),
    HARMLESS.must("apdu.header", header, "Less than four bytes are 6700."),
    HARMLESS.must("apdu.extended", extended, "Extended length is 6700."),
    HARMLESS.should("apdu.le", le, "The value of Le is ignored: the answer is whole."),
    HARMLESS.should("apdu.le-without-answer", le_without_answer, "A command that answers no data may have an Le."),
    HARMLESS.must("apdu.parameters", parameters, "P1 P2 other than 00 00 are 6A86."),
    RESTORED.must("apdu.parameters-of-lock", parameters_of_lock, "LOCK with P1 P2 other than 00 00 is 6A86."),
    HARMLESS.must("length.get-info", |it| wrong(it, Instruction::GetInfo, &[1, 32]), "GET INFO with data is 6700."),
    HARMLESS.must(
        "length.get-certificate",
        |it| wrong(it, Instruction::GetCertificate, &[1, 2]),
        "GET CERTIFICATE with data is 6700.",
    ),
    HARMLESS.must(
        "length.attest",
        |it| wrong(it, Instruction::Attest, &[0, 1, 32, 35, 37, 255]),
        "ATTEST with other than 36 bytes is 6700.",
    ),
    HARMLESS.must(
        "length.prove",
        |it| wrong(it, Instruction::Prove, &[0, 1, 31, 33, 64, 255]),
        "PROVE with other than 32 bytes is 6700, on a blank card too.",
    ),
    HARMLESS.must("length.wait", |it| wrong(it, Instruction::Wait, &[1, 2]), "WAIT with data is 6700."),
    RESTORED.must("length.lock", length_of_lock, "LOCK with data is 6700."),
    INITIALISES.must(
        "length.initialise",
        |it| wrong(it, Instruction::Initialise, &[0, 1, 33, 93, 95, 255]),
        "INITIALISE with other than 94 bytes is 6700.",
    ),
    INITIALISES.must(
        "length.set-address",
        |it| wrong(it, Instruction::SetAddress, &[0, 31, 33, 64]),
        "SET ADDRESS with other than 32 bytes is 6700.",
    ),
    SIGNS.must(
        "length.sign-order",
        |it| wrong(it, Instruction::SignOrder, &[0, 1, 32, 183, 185, 255]),
        "SIGN ORDER with other than 220 bytes is 6700, on a blank card too.",
    ),
    HARMLESS.must("apdu.class", class, "The protocol's instructions in another class are refused without data."),
    HARMLESS.should("apdu.class-word", class_word, "Another class is 6E00, unless the card's runtime answers it."),
    HARMLESS.must("apdu.first-fault", first_fault, "Of two faults the one that is checked first is answered."),
];

fn wrong(session: &mut Session<'_>, instruction: Instruction, lengths: &[usize]) -> Checked {
    for len in lengths {
        let data = vec![0; *len];
        let answer = match instruction.goes_inside() {
            // What is too long for the channel is not tried in it.
            true => session.ask(instruction, data.get(..221.min(data.len())).unwrap_or(&data))?,
            false => session.send(&apdu(instruction, [0, 0], &data, true))?,
        };
        answer.is(Status::WrongLength)?;
    }
    Ok(())
}

const ATTEST: [u8; 2] = [CLA, 0x22];

fn lc(session: &mut Session<'_>) -> Checked {
    let header = [ATTEST.as_slice(), &[0, 0, 36]].concat();
    for len in [1, 35, 38, 64] {
        session.send(&[header.as_slice(), &vec![0; len]].concat())?.is(Status::WrongLength)?;
    }
    Ok(())
}

fn header(session: &mut Session<'_>) -> Checked {
    for command in [&ATTEST[..1], &ATTEST, &[CLA, 0x22, 0]] {
        session.send(command)?.is(Status::WrongLength)?;
    }
    Ok(())
}

fn extended(session: &mut Session<'_>) -> Checked {
    let challenge = session.challenge();
    let with_data = [&[CLA, 0x22, 0, 0, 0, 0, 36], asking(&challenge, 0).as_slice()].concat();
    let with_le = [with_data.as_slice(), &[0, 0]].concat();
    for command in [with_data, with_le, vec![CLA, 0x10, 0, 0, 0, 0, 0]] {
        session.send(&command)?.is(Status::WrongLength)?;
    }
    Ok(())
}

fn le(session: &mut Session<'_>) -> Checked {
    let whole = session.ask(Instruction::GetInfo, &[])?.done()?;
    for le in [1, 16, 48, 49, 255] {
        let data = session.send(&[CLA, 0x10, 0, 0, le])?.done()?;
        if data != whole {
            return failed(
                format_args!("with Le {le:02x} the whole <{}>", hex::encode(whole)),
                format_args!("<{}>", hex::encode(data)),
            );
        }
    }
    Ok(())
}

fn le_without_answer(session: &mut Session<'_>) -> Checked {
    let command = apdu(Instruction::VerifyCode, [0, 0], &[], false);
    let without = session.send(&command)?;
    let with = session.send(&[command.as_slice(), &[0]].concat())?;
    if with == without {
        return Ok(());
    }
    failed(format_args!("with Le as without it {without}"), with)
}

fn parameters(session: &mut Session<'_>) -> Checked {
    // Nothing that these could do lasts, not even where P1 and P2 are ignored.
    let harmless: [(Instruction, &[u8]); 6] = [
        (Instruction::GetInfo, &[]),
        (Instruction::Attest, &[7; 36]),
        (Instruction::Prove, &[7; 32]),
        (Instruction::VerifyCode, &[]),
        (Instruction::Initialise, &[7; 94]),
        (Instruction::SignOrder, &[7; 220]),
    ];
    for (instruction, data) in harmless {
        // ATTEST has a second form, P1 01.
        let one = if instruction == Instruction::Attest { 2 } else { 1 };
        for parameters in [[0, 1], [one, 0], [0xFF, 0xFF]] {
            session.send(&apdu(instruction, parameters, data, true))?.is(Status::WrongParameters)?;
        }
    }
    Ok(())
}

/// Sends a LOCK that must be refused; a card that obeys is unlocked again.
fn refuse_lock(session: &mut Session<'_>, parameters: [u8; 2], data: &[u8], status: Status) -> Checked {
    session.code_at_hand()?;
    let before = session.state()?.locked;
    let answer = session.send(&apdu(Instruction::Lock, parameters, data, false))?;
    if !before && answer.word == Status::Success.word() {
        session.unlock()?;
    }
    answer.is(status)
}

fn length_of_lock(session: &mut Session<'_>) -> Checked {
    refuse_lock(session, [0, 0], &[0], Status::WrongLength)?;
    refuse_lock(session, [0, 0], &[b'0'; 6], Status::WrongLength)
}

fn parameters_of_lock(session: &mut Session<'_>) -> Checked {
    refuse_lock(session, [0, 1], &[], Status::WrongParameters)?;
    refuse_lock(session, [0xFF, 0], &[], Status::WrongParameters)
}

/// Every class but the protocol's two and `FF`, which a reader keeps for itself.
fn classes() -> impl Iterator<Item = u8> {
    (0x01..0xFF).filter(|cla| *cla != CLA)
}

/// Commands that could tell something if the class were ignored.
fn in_class(cla: u8) -> [Vec<u8>; 2] {
    let attest = [[cla, 0x22, 0, 0, 36].as_slice(), &[7; 36], &[0]].concat();
    [vec![cla, 0x10, 0, 0, 0], attest]
}

fn class(session: &mut Session<'_>) -> Checked {
    for command in classes().flat_map(in_class) {
        let answer = session.send(&command)?;
        if !answer.is_refusal() {
            return failed("a refusal without data", answer);
        }
    }
    Ok(())
}

fn class_word(session: &mut Session<'_>) -> Checked {
    for command in classes().flat_map(in_class) {
        session.send(&command)?.is(Status::ClassNotSupported)?;
    }
    Ok(())
}

fn first_fault(session: &mut Session<'_>) -> Checked {
    let attest = |parameters, len| apdu(Instruction::Attest, parameters, &vec![0; len], true);
    for (command, status) in [
        // Class, then instruction, then P1 and P2, then the length.
        (vec![0x90, 0x11, 1, 1], Status::ClassNotSupported),
        (vec![CLA, 0x11, 1, 1, 1, 0], Status::InstructionNotSupported),
        (attest([0, 1], 35), Status::WrongParameters),
        (apdu(Instruction::GetInfo, [1, 0], &[0], true), Status::WrongParameters),
        // The form comes before all of them.
        (vec![0x90, 0x11, 1, 1, 5, 0], Status::WrongLength),
        (vec![CLA, 0x11, 0, 0, 0, 0, 1, 0], Status::WrongLength),
    ] {
        session.send(&command)?.is(status)?;
    }
    Ok(())
}

//! SELECT, and what is refused before it.

use crate::{
    report::{Check, Effect::Harmless, Section},
    session::{apdu, failed, Checked, Session},
};
use specie_card::{
    apdu::Status,
    protocol::{Instruction, AID, VERSION},
};

/// An application that no card has: the same owner's, another name.
const OTHER_AID: [u8; 7] = [0xF0, 0x53, 0x50, 0x45, 0x43, 0x49, 0x46];

pub(super) const CHECKS: &[Check] = &[
    Section::new("APDUs", Harmless).must(
        "select.application",
        application,
        "SELECT of the AID answers the version, 1.",
    ),
    Section::new("The state", Harmless).must(
        "select.again",
        again,
        "SELECT of the selected application answers as before.",
    ),
    Section::new("Status words", Harmless).must("select.unknown-aid", unknown, "SELECT of another AID is 6A82."),
    Section::new("APDUs", Harmless).should(
        "select.exact-aid",
        exact,
        "SELECT takes the whole AID: a shorter, a longer and no AID are 6A82.",
    ),
    Section::new("APDUs", Harmless).must(
        "select.parameters",
        parameters,
        "SELECT with other P1 P2 than 04 00 is 6A86.",
    ),
    Section::new("The state", Harmless).must(
        "select.other-deselects",
        other_deselects,
        "After SELECT of another AID every command is 6985.",
    ),
    Section::new("The state", Harmless).must(
        "select.needed",
        needed,
        "After power-on every command but SELECT is refused without data.",
    ),
    Section::new("Status words", Harmless).should(
        "select.needed-word",
        needed_word,
        "After power-on every command but SELECT is 6985, unless another application answers it.",
    ),
];

fn application(session: &mut Session<'_>) -> Checked {
    let data = session.select_bytes(&AID)?.done()?;
    if data == [VERSION] {
        Ok(())
    } else {
        failed("the version, 01, and 9000", format_args!("<{}> and 9000", hex::encode(data)))
    }
}

fn again(session: &mut Session<'_>) -> Checked {
    application(session)?;
    application(session)
}

fn unknown(session: &mut Session<'_>) -> Checked {
    session.select_bytes(&OTHER_AID)?.is(Status::NotFound)
}

fn exact(session: &mut Session<'_>) -> Checked {
    let longer = [AID.as_slice(), &[0]].concat();
    for aid in [AID.split_last().map_or(&[][..], |(_, shorter)| shorter), &longer, &[]] {
        session.select_bytes(aid)?.is(Status::NotFound)?;
    }
    Ok(())
}

fn parameters(session: &mut Session<'_>) -> Checked {
    for parameters in [[0x00, 0x00], [0x00, 0x04], [0x02, 0x00], [0x04, 0x0C]] {
        session.send(&apdu(Instruction::Select, parameters, &AID, true))?.is(Status::WrongParameters)?;
    }
    Ok(())
}

/// Every command but SELECT, as short as its form allows: none of them can do anything, whatever the card is.
fn commands() -> impl Iterator<Item = Vec<u8>> {
    Instruction::ALL
        .into_iter()
        .filter(|instruction| *instruction != Instruction::Select)
        .filter(|instruction| !matches!(instruction, Instruction::Lock | Instruction::Unlock))
        .map(|instruction| apdu(instruction, [0, 0], &[], true))
}

fn other_deselects(session: &mut Session<'_>) -> Checked {
    session.select_bytes(&OTHER_AID)?;
    for command in commands() {
        session.send(&command)?.is(Status::ConditionsNotSatisfied)?;
    }
    Ok(())
}

fn needed(session: &mut Session<'_>) -> Checked {
    session.power()?;
    for command in commands() {
        let answer = session.send(&command)?;
        if !answer.is_refusal() {
            return failed("a refusal without data before SELECT", answer);
        }
    }
    Ok(())
}

fn needed_word(session: &mut Session<'_>) -> Checked {
    session.power()?;
    for command in commands() {
        session.send(&command)?.is(Status::ConditionsNotSatisfied)?;
    }
    Ok(())
}

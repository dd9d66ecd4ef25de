//! CHANGE CODE: a PIN is its holder's, a printed code nobody's.

use super::code::{refuse_malformed, restore, shifted};
use crate::{
    report::{Check, Effect::Restored, Section},
    session::{same, skipped, Checked, Session},
};
use specie_card::{
    apdu::Status,
    code::{Code, FREE_TRIES},
    protocol::Instruction,
};

const RESTORED: Section = Section::new("Codes and delays", Restored);

pub(super) const CHECKS: &[Check] = &[
    RESTORED.must(
        "change-code.printed",
        change_printed,
        "CHANGE CODE of a printed code is 6985, with the right code too.",
    ),
    RESTORED.must(
        "change-code.pin",
        change_pin,
        "CHANGE CODE with the right PIN sets the new one, and the old is wrong then.",
    ),
    RESTORED.must(
        "change-code.counted",
        change_counted,
        "CHANGE CODE with a wrong PIN is 63C2 and changes nothing.",
    ),
    RESTORED.must("change-code.length", change_length, "CHANGE CODE whose lengths do not fit its data is 6700."),
];

/// CHANGE CODE's data.
fn change(old: &[u8], new: &[u8]) -> Vec<u8> {
    let len = u8::try_from(old.len()).unwrap_or(u8::MAX);
    [&[len], old, new].concat()
}

fn change_printed(session: &mut Session<'_>) -> Checked {
    let code = session.code()?;
    if session.info()?.code_changeable() {
        return skipped("the card's code is a PIN");
    }
    // Old and new are the same: a card that changes a printed code keeps this one.
    let data = change(code.as_bytes(), code.as_bytes());
    session.ask(Instruction::ChangeCode, &data)?.is(Status::ConditionsNotSatisfied)
}

fn pin(session: &mut Session<'_>) -> Checked<Code> {
    let code = session.code()?;
    if session.info()?.code_changeable() {
        Ok(code)
    } else {
        skipped("the card's code is printed")
    }
}

fn change_pin(session: &mut Session<'_>) -> Checked {
    let old = pin(session)?;
    let new = shifted(&old, 3);
    session.ask(Instruction::ChangeCode, &change(old.as_bytes(), &new))?.empty()?;
    let old_one = session.ask(Instruction::VerifyCode, old.as_bytes())?;
    let new_one = session.ask(Instruction::VerifyCode, &new)?;
    let back = session.ask(Instruction::ChangeCode, &change(&new, old.as_bytes()))?;
    restore(session, &old)?;
    old_one.is(Status::WrongCode { tries_left: FREE_TRIES - 1 })?;
    new_one.empty()?;
    back.empty()
}

fn change_counted(session: &mut Session<'_>) -> Checked {
    let code = pin(session)?;
    restore(session, &code)?;
    let data = change(&shifted(&code, 1), &shifted(&code, 3));
    let answer = session.ask(Instruction::ChangeCode, &data)?;
    let tries = session.info()?.tries();
    restore(session, &code)?;
    answer.is(Status::WrongCode { tries_left: FREE_TRIES - 1 })?;
    same("tries after a wrong PIN", FREE_TRIES - 1, tries)
}

fn change_length(session: &mut Session<'_>) -> Checked {
    let wrong = Status::WrongLength;
    let cases: [(&[u8], Status); 6] = [
        (&[], wrong),
        (&[4], wrong),
        (b"\x040000", wrong),
        (b"\xFF00001111", wrong),
        (b"\x0000001111", wrong),
        (b"\x030001111", wrong),
    ];
    refuse_malformed(session, Instruction::ChangeCode, &cases)
}

//! Codes and delays. In the whole examination there is never more than one wrong code in a row, and the right one
//! follows it at once.

use crate::{
    report::{
        Check,
        Effect::{Harmless, Restored},
        Section,
    },
    session::{failed, same, skipped, Checked, Session},
    state::WrongCode,
};
use specie_card::{
    apdu::Status,
    code::{Code, FREE_TRIES, MAX_DIGITS},
    protocol::Instruction,
};

const HARMLESS: Section = Section::new("Codes and delays", Harmless);
const RESTORED: Section = Section::new("Codes and delays", Restored);

pub(super) const CHECKS: &[Check] = &[
    HARMLESS.must(
        "code.none",
        none,
        "Without a code VERIFY CODE with data and CHANGE CODE are 6985, without data 9000.",
    ),
    HARMLESS.must(
        "code.query",
        query,
        "VERIFY CODE without data answers the tries of GET INFO, or 6983 in a delay.",
    ),
    RESTORED.must("code.malformed", malformed, "3 or 13 digits are 6700, other characters 6A80, and no tries."),
    RESTORED.must("code.right", right, "The right code is 9000; then none is needed, and 3 tries are left."),
    RESTORED.must("code.wrong", wrong, "A wrong code is 63C2 when it is the first."),
    RESTORED.must("code.wrong-counted", wrong_counted, "A wrong code lowers the tries in GET INFO to 2."),
    RESTORED.must("code.wrong-forgets", wrong_forgets, "A wrong code takes back that the right one was shown."),
    RESTORED.must("code.wrong-kept", wrong_kept, "A wrong code stays counted without power."),
    RESTORED.must(
        "code.right-restores",
        right_restores,
        "The right code after a wrong one is 9000 and leaves 3 tries.",
    ),
    RESTORED.must("code.length", length, "A code that only begins like the right one is wrong, and counted."),
    RESTORED.must("code.ends-with-power", ends_with_power, "That the code was shown is forgotten without power."),
    RESTORED.must("code.ends-with-select", ends_with_select, "That the code was shown is forgotten by SELECT."),
    HARMLESS.must("wait.idle", wait_idle, "WAIT without a delay answers 0000."),
    RESTORED.must("wait.delay", wait_delay, "WAIT lowers an outstanding delay by one and answers what is left."),
];

/// Digits of the same length, each one `step` higher.
pub(super) fn shifted(code: &Code, step: u8) -> Vec<u8> {
    code.as_bytes().iter().map(|digit| b'0' + (digit - b'0' + step) % 10).collect()
}

/// Shows the right code after a wrong one. When the card does not take it, no code is shown to it any more.
pub(super) fn restore(session: &mut Session<'_>, code: &Code) -> Checked {
    let answer = session.ask(Instruction::VerifyCode, code.as_bytes())?;
    session.memo.code_refused |= answer.word != Status::Success.word();
    answer.empty()
}

fn none(session: &mut Session<'_>) -> Checked {
    if session.info()?.code_required() {
        return skipped("the card has a code");
    }
    session.ask(Instruction::VerifyCode, &[])?.empty()?;
    session.ask(Instruction::VerifyCode, b"000000")?.is(Status::ConditionsNotSatisfied)?;
    session.ask(Instruction::ChangeCode, b"\x0400001111")?.is(Status::ConditionsNotSatisfied)
}

fn query(session: &mut Session<'_>) -> Checked {
    let info = session.info()?;
    if !info.code_required() {
        return skipped("the card has no code");
    }
    let answer = session.ask(Instruction::VerifyCode, &[])?;
    match info.delay_ticks() {
        0 => answer.is(Status::WrongCode { tries_left: info.tries() }),
        _ => answer.is(Status::AuthenticationBlocked),
    }
}

/// Sends codes that are malformed. One that counts is followed by the right code at once, and told.
pub(super) fn refuse_malformed(
    session: &mut Session<'_>,
    instruction: Instruction,
    cases: &[(&[u8], Status)],
) -> Checked {
    session.code_at_hand()?;
    let before = session.info()?.tries();
    for (data, status) in cases {
        let answer = session.ask(instruction, data)?;
        let after = session.info()?.tries();
        if after != before {
            session.show_code()?;
            return same("a malformed code leaves the tries at", before, after);
        }
        answer.is(*status)?;
    }
    Ok(())
}

fn malformed(session: &mut Session<'_>) -> Checked {
    let cases: [(&[u8], Status); 5] = [
        (b"123", Status::WrongLength),
        (&[b'1'; MAX_DIGITS + 1], Status::WrongLength),
        (b"12345a", Status::WrongData),
        (&[0; 6], Status::WrongData),
        (&[1, 2, 3, 4, 5, 6], Status::WrongData),
    ];
    refuse_malformed(session, Instruction::VerifyCode, &cases)
}

fn right(session: &mut Session<'_>) -> Checked {
    let code = session.code()?;
    restore(session, &code)?;
    session.ask(Instruction::VerifyCode, &[])?.empty()?;
    same("tries after the right code", FREE_TRIES, session.info()?.tries())
}

fn wrong(session: &mut Session<'_>) -> Checked {
    let code = session.code()?;
    restore(session, &code)?;
    let answer = session.ask(Instruction::VerifyCode, &shifted(&code, 1))?;
    let query = session.ask(Instruction::VerifyCode, &[])?;
    let tries = session.info()?.tries();
    let tries_after_power = if session.cuts_power() {
        session.power_cycle()?;
        Some(session.info()?.tries())
    } else {
        None
    };
    let right = session.ask(Instruction::VerifyCode, code.as_bytes())?;
    session.memo.code_refused |= right.word != Status::Success.word();
    let tries_after_right = session.info()?.tries();
    session.memo.wrong_code = Some(WrongCode { query, tries, tries_after_power, right, tries_after_right });
    answer.is(Status::WrongCode { tries_left: FREE_TRIES - 1 })
}

fn noted<'a>(session: &'a Session<'_>) -> Checked<&'a WrongCode> {
    match &session.memo.wrong_code {
        Some(noted) => Ok(noted),
        None => skipped("no wrong code was tried: code.wrong"),
    }
}

fn wrong_counted(session: &mut Session<'_>) -> Checked {
    same("tries after a wrong code", FREE_TRIES - 1, noted(session)?.tries)
}

fn wrong_forgets(session: &mut Session<'_>) -> Checked {
    noted(session)?.query.clone().is(Status::WrongCode { tries_left: FREE_TRIES - 1 })
}

fn wrong_kept(session: &mut Session<'_>) -> Checked {
    match noted(session)?.tries_after_power {
        Some(tries) => same("tries after a wrong code and a power cycle", FREE_TRIES - 1, tries),
        None => skipped("the card's power cannot be cut here"),
    }
}

fn right_restores(session: &mut Session<'_>) -> Checked {
    let noted = noted(session)?;
    noted.right.clone().empty()?;
    same("tries after the right code", FREE_TRIES, noted.tries_after_right)
}

/// A comparison that stops at the shorter of both codes takes these.
fn length(session: &mut Session<'_>) -> Checked {
    let code = session.code()?;
    let digits = code.as_bytes();
    let other = match digits.split_last() {
        Some((_, shorter)) if shorter.len() >= 4 => shorter.to_vec(),
        _ => [digits, b"0"].concat(),
    };
    restore(session, &code)?;
    let answer = session.ask(Instruction::VerifyCode, &other)?;
    restore(session, &code)?;
    answer.is(Status::WrongCode { tries_left: FREE_TRIES - 1 })
}

fn ends_with_power(session: &mut Session<'_>) -> Checked {
    session.code()?;
    session.show_code()?;
    session.power_cycle()?;
    session.ask(Instruction::VerifyCode, &[])?.is(Status::WrongCode { tries_left: FREE_TRIES })
}

fn ends_with_select(session: &mut Session<'_>) -> Checked {
    session.code()?;
    session.show_code()?;
    session.select()?;
    session.ask(Instruction::VerifyCode, &[])?.is(Status::WrongCode { tries_left: FREE_TRIES })
}

fn wait_idle(session: &mut Session<'_>) -> Checked {
    if session.info()?.delay_ticks() > 0 {
        return skipped("a delay is outstanding");
    }
    let data = session.ask(Instruction::Wait, &[])?.done()?;
    if data == [0, 0] {
        Ok(())
    } else {
        failed("<0000>", format_args!("<{}>", hex::encode(data)))
    }
}

fn wait_delay(session: &mut Session<'_>) -> Checked {
    let before = session.info()?.delay_ticks();
    let Some(left) = before.checked_sub(1) else { return skipped("no delay is outstanding") };
    let data = session.ask(Instruction::Wait, &[])?.done()?;
    if data != left.to_le_bytes() {
        return failed(
            format_args!("<{}>", hex::encode(left.to_le_bytes())),
            format_args!("<{}>", hex::encode(data)),
        );
    }
    same("ticks in GET INFO after WAIT", left, session.info()?.delay_ticks())
}

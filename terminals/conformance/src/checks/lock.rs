//! LOCK and UNLOCK. Each check unlocks the card again.

use super::{
    code::{restore, shifted},
    order::{refuse, sign_next},
    prove::expect_proof,
};
use crate::{
    report::{
        Check,
        Effect::{Restored, SignsOrders},
        Section,
    },
    session::{same, skipped, Checked, Session},
};
use specie_card::{
    apdu::Status,
    code::{Code, FREE_TRIES},
    protocol::{Instruction, Payment},
};
use specie_primitives::wire::Wire;

const RESTORED: Section = Section::new("The state", Restored);
const SIGNS: Section = Section::new("The state", SignsOrders);

pub(super) const CHECKS: &[Check] = &[
    RESTORED.must("lock.attested", attested, "A locked card says so in the attestation and in GET INFO."),
    RESTORED.must("lock.kept", kept, "The lock survives a power cycle and SELECT."),
    RESTORED.must("lock.twice", twice, "LOCK of a locked card is 9000."),
    RESTORED.must("lock.proves", proves, "A locked card still proves that it holds its key."),
    SIGNS.must("lock.refuses-orders", refuses_orders, "A locked card signs no order, whatever was shown: 6985."),
    SIGNS.must(
        "lock.gives-none",
        gives_none,
        "A locked card builds no order and does not give the last one again: 6985.",
    ),
    RESTORED.must("unlock.restores", restores, "UNLOCK takes the lock away, and nothing else changes."),
    SIGNS.must("unlock.signs-again", signs_again, "An unlocked card signs orders again."),
    RESTORED.must("unlock.needs-code", needs_code, "UNLOCK without the code of a card that has one is 6700."),
    RESTORED.must(
        "unlock.wrong-code",
        wrong_code,
        "UNLOCK with a wrong code is 63C2, counted, and the lock stays.",
    ),
    RESTORED.must("unlock.shows-no-code", shows_no_code, "UNLOCK does not count as showing the code for an order."),
    RESTORED.must("unlock.without-code", without_code, "UNLOCK with data on a card without a code is 6700."),
];

/// Runs `body` on a locked card and unlocks it, whatever came of `body`.
fn while_locked(session: &mut Session<'_>, body: impl FnOnce(&mut Session<'_>) -> Checked) -> Checked {
    session.code_at_hand()?;
    if session.state()?.locked {
        session.unlock()?;
    }
    session.ask(Instruction::Lock, &[])?.empty()?;
    let result = body(session);
    let unlocked = session.unlock();
    result.and(unlocked)
}

fn gives_none(session: &mut Session<'_>) -> Checked {
    let (order, _) = sign_next(session, |_| {})?;
    let payment = Payment::of(&order).to_vec();
    while_locked(session, |session| {
        session.show_code()?;
        session.ask(Instruction::Pay, &payment)?.is(Status::ConditionsNotSatisfied)?;
        session.ask(Instruction::GetLastOrder, &[])?.is(Status::ConditionsNotSatisfied)
    })
}

fn expect_lock(session: &mut Session<'_>, locked: bool) -> Checked {
    same("locked in the attestation:", locked, session.state()?.locked)?;
    same("locked in GET INFO:", locked, session.info()?.locked())
}

fn attested(session: &mut Session<'_>) -> Checked {
    while_locked(session, |session| expect_lock(session, true))
}

fn kept(session: &mut Session<'_>) -> Checked {
    while_locked(session, |session| {
        session.select()?;
        expect_lock(session, true)?;
        session.power_cycle()?;
        expect_lock(session, true)
    })
}

fn twice(session: &mut Session<'_>) -> Checked {
    while_locked(session, |session| {
        session.ask(Instruction::Lock, &[])?.empty()?;
        expect_lock(session, true)
    })
}

fn proves(session: &mut Session<'_>) -> Checked {
    let (_, key) = session.initialised()?;
    while_locked(session, |session| {
        let challenge = session.challenge();
        expect_proof(session, &key, &challenge)
    })
}

fn refuses_orders(session: &mut Session<'_>) -> Checked {
    let (state, key) = session.initialised()?;
    let order = session.next_order(&state, &key);
    while_locked(session, |session| {
        refuse(session, &order, Status::ConditionsNotSatisfied)?;
        session.show_code()?;
        refuse(session, &order, Status::ConditionsNotSatisfied)
    })
}

fn restores(session: &mut Session<'_>) -> Checked {
    let before = session.state()?;
    while_locked(session, |_| Ok(()))?;
    expect_lock(session, false)?;
    let mut after = session.state()?;
    after.locked = before.locked;
    same("but for the lock the state", hex::encode(before.to_vec()), hex::encode(after.to_vec()))
}

fn signs_again(session: &mut Session<'_>) -> Checked {
    session.initialised()?;
    while_locked(session, |_| Ok(()))?;
    sign_next(session, |_| {}).map(|_| ())
}

/// Runs `body` with the code of a locked card.
fn with_code(session: &mut Session<'_>, body: impl FnOnce(&mut Session<'_>, &Code) -> Checked) -> Checked {
    let code = session.code()?;
    while_locked(session, |session| body(session, &code))
}

fn needs_code(session: &mut Session<'_>) -> Checked {
    with_code(session, |session, _| {
        session.ask(Instruction::Unlock, &[])?.is(Status::WrongLength)?;
        // Nor is a code shown before one for UNLOCK.
        session.show_code()?;
        session.ask(Instruction::Unlock, &[])?.is(Status::WrongLength)?;
        expect_lock(session, true)
    })
}

fn wrong_code(session: &mut Session<'_>) -> Checked {
    with_code(session, |session, code| {
        restore(session, code)?;
        let answer = session.ask(Instruction::Unlock, &shifted(code, 1))?;
        let tries = session.info()?.tries();
        let locked = session.state()?.locked;
        restore(session, code)?;
        answer.is(Status::WrongCode { tries_left: FREE_TRIES - 1 })?;
        same("tries after a wrong code", FREE_TRIES - 1, tries)?;
        same("locked:", true, locked)
    })
}

fn shows_no_code(session: &mut Session<'_>) -> Checked {
    with_code(session, |_, _| Ok(()))?;
    session.ask(Instruction::VerifyCode, &[])?.is(Status::WrongCode { tries_left: FREE_TRIES })
}

fn without_code(session: &mut Session<'_>) -> Checked {
    if session.info()?.code_required() {
        return skipped("the card has a code");
    }
    while_locked(session, |session| {
        session.ask(Instruction::Unlock, b"000000")?.is(Status::WrongLength)?;
        expect_lock(session, true)
    })
}

//! What the card remembers of its payments.

use super::order::sign_next;
use crate::{
    report::{Check, Effect::SignsOrders, Section},
    session::{apdu, failed, Answer, Checked, Session},
};
use specie_card::{
    apdu::Status,
    protocol::{FundingNote, HistoryEntry, Instruction, HISTORY},
};
use specie_primitives::{ids::Reference, wire::Wire};

const SIGNS: Section = Section::new("GET HISTORY", SignsOrders);

/// The lists, as P1 names them.
const ORDERS: u8 = 0;
const FUNDINGS: u8 = 1;

pub(super) const CHECKS: &[Check] = &[
    SIGNS.must("history.orders", orders, "The newest order is entry 0, the one before it entry 1."),
    SIGNS.must(
        "history.fundings",
        fundings,
        "A funding that is noted is entry 0 of its list, with the card's sequence.",
    ),
    SIGNS.must("history.sixteen", sixteen, "Each list keeps sixteen entries; the oldest goes, and 16 is 6A86."),
    SIGNS.must("history.apart", apart, "However many fundings are noted, no order goes for them."),
    SIGNS.must("history.kept", kept, "The history survives a power cycle."),
    SIGNS.must(
        "history.parameters",
        parameters,
        "Another list is 6A86; data, and a note of other than 84 bytes, are 6700.",
    ),
];

fn ask(session: &mut Session<'_>, list: u8, index: u8) -> Checked<Answer> {
    session.send(&apdu(Instruction::GetHistory, [list, index], &[], true))
}

pub(super) fn expect(session: &mut Session<'_>, (list, index): (u8, u8), entry: &HistoryEntry) -> Checked {
    let bytes = ask(session, list, index)?.done()?;
    if bytes == entry.to_vec() {
        return Ok(());
    }
    failed(
        format_args!("entry {index} of list {list} <{}>", hex::encode(entry.to_vec())),
        format_args!("<{}>", hex::encode(bytes)),
    )
}

/// Signs an order, and gives what the card is to remember of it.
fn sign(session: &mut Session<'_>) -> Checked<HistoryEntry> {
    let (order, _) = sign_next(session, |order| (order.to, order.amount, order.fee) = ([0xD4; 32], 77, 5))?;
    Ok(HistoryEntry::of_order(&order))
}

/// Notes a funding, and gives what the card is to remember of it.
fn note(session: &mut Session<'_>, number: u32) -> Checked<HistoryEntry> {
    let sequence = session.initialised()?.0.sequence;
    let reference = Reference([0xE5; 32]);
    let note = FundingNote { amount: number.into(), payer: [0xF6; 32], reference, block: number };
    // A passer-by fills no memory.
    session.show_code()?;
    session.ask(Instruction::NoteFunding, &note.to_vec())?.empty()?;
    Ok(HistoryEntry::of_funding(&note, sequence))
}

fn orders(session: &mut Session<'_>) -> Checked {
    let (first, second) = (sign(session)?, sign(session)?);
    expect(session, (ORDERS, 0), &second)?;
    expect(session, (ORDERS, 1), &first)
}

fn fundings(session: &mut Session<'_>) -> Checked {
    session.ready()?;
    let (first, second) = (note(session, 1)?, note(session, 2)?);
    expect(session, (FUNDINGS, 0), &second)?;
    expect(session, (FUNDINGS, 1), &first)
}

/// One more than there is room for.
fn more() -> std::ops::RangeInclusive<u32> {
    0..=u32::try_from(HISTORY).unwrap_or(u32::MAX)
}

fn sixteen(session: &mut Session<'_>) -> Checked {
    let signed = more().map(|_| sign(session)).collect::<Checked<Vec<_>>>()?;
    let noted = more().map(|number| note(session, number)).collect::<Checked<Vec<_>>>()?;
    for (list, entries) in [(ORDERS, signed), (FUNDINGS, noted)] {
        for (index, entry) in (0..).zip(entries.iter().skip(1).rev()) {
            expect(session, (list, index), entry)?;
        }
        ask(session, list, 16)?.is(Status::WrongParameters)?;
    }
    Ok(())
}

fn apart(session: &mut Session<'_>) -> Checked {
    let signed = sign(session)?;
    for number in more() {
        note(session, number)?;
    }
    expect(session, (ORDERS, 0), &signed)
}

fn kept(session: &mut Session<'_>) -> Checked {
    let (signed, noted) = (sign(session)?, note(session, 3)?);
    session.power_cycle()?;
    expect(session, (ORDERS, 0), &signed)?;
    expect(session, (FUNDINGS, 0), &noted)
}

fn parameters(session: &mut Session<'_>) -> Checked {
    for list in [2, 0xFF] {
        ask(session, list, 0)?.is(Status::WrongParameters)?;
    }
    session.send(&apdu(Instruction::GetHistory, [0, 0], &[0], true))?.is(Status::WrongLength)?;
    for len in [0, 83, 85] {
        session.ask(Instruction::NoteFunding, &vec![0; len])?.is(Status::WrongLength)?;
    }
    Ok(())
}

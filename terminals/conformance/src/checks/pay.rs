//! PAY: an order that the card builds itself. And GET LAST ORDER: the same bytes again.

use super::{initialise::expect_state, order::sign_next};
use crate::{
    report::{Check, Effect::SignsOrders, Section},
    session::{apdu, failed, same, skipped, Answer, Checked, Session},
    signature::expect_signature,
};
use specie_card::{
    apdu::Status,
    protocol::{HistoryEntry, Instruction, Payment},
};
use specie_primitives::{
    attestation::Attestation,
    crypto::PublicKey,
    ids::{CarrierId, Reference},
    order::{self, Order, Purpose},
    wire::Wire,
};

const PAY: Section = Section::new("PAY", SignsOrders);
const LAST: Section = Section::new("GET LAST ORDER", SignsOrders);

pub(super) const CHECKS: &[Check] = &[
    PAY.must(
        "pay.order",
        built,
        "The currency key signs the order of what PAY says, of the card's own chain, address and next sequence.",
    ),
    PAY.must("pay.counted", counted, "An order that the card builds is counted and remembered like any other."),
    PAY.must("pay.purpose", purpose, "PAY for another purpose than 0, 1 and 2 is 6A80 and changes nothing."),
    PAY.must("pay.length", length, "PAY with other than 137 bytes is 6700."),
    PAY.must("pay.code-needed", code_needed, "A card with a code builds no order before it is shown: 6982."),
    LAST.must("last.order", last, "GET LAST ORDER gives the order, and a signature over it, whenever it is asked."),
    LAST.must("last.kept", kept, "The last order survives a power cycle."),
    LAST.must("last.changes-nothing", changes_nothing, "GET LAST ORDER counts nothing."),
    LAST.must("last.parameters", parameters, "P1 P2 other than 00 00 and 00 01 are 6A86, data are 6700."),
];

/// What PAY says: no two fields are the same.
fn payment(session: &Session<'_>, state: &Attestation, key: &PublicKey) -> Payment {
    let order = session.next_order(state, key);
    Payment {
        purpose: Purpose::Hold,
        to: [0xA1; 32],
        amount: 0x0102_0304,
        fee: 0x0506,
        fee_to: [0xB2; 32],
        reference: Reference([0xC3; 32]),
        epoch: 0x0708_090A,
        ..Payment::of(&order)
    }
}

/// Asks for an order that the card builds; the code is shown before.
fn pay(session: &mut Session<'_>) -> Checked<(Payment, Attestation, PublicKey, Vec<u8>)> {
    let (before, key) = session.ready()?;
    let payment = payment(session, &before, &key);
    session.show_code()?;
    let answer = session.ask(Instruction::Pay, &payment.to_vec())?.done()?;
    Ok((payment, before, key, answer))
}

fn built(session: &mut Session<'_>) -> Checked {
    let (payment, before, key, answer) = pay(session)?;
    let Some((sequence, signature)) = answer.split_first_chunk() else {
        return failed("a sequence and a signature", format_args!("<{}>", hex::encode(&answer)));
    };
    same("sequence", before.sequence.saturating_add(1), u32::from_le_bytes(*sequence))?;
    let order = last_order(session)?;
    let genesis = match &session.memo.made {
        Some(made) => made.told.first_chunk().copied().unwrap_or_default(),
        // For which chain the key was made, whoever made it knows.
        None => order.genesis,
    };
    let expected = payment.order(genesis, CarrierId::of(&key), before.sequence.saturating_add(1));
    expect_order(&expected, &order)?;
    expect_signature("the order's signature", &key, &expected.to_vec(), signature, &[])
}

fn expect_order(expected: &Order, order: &Order) -> Checked {
    match expected == order {
        true => Ok(()),
        false => failed(
            format_args!("the order <{}>", hex::encode(expected.to_vec())),
            format_args!("<{}>", hex::encode(order.to_vec())),
        ),
    }
}

fn counted(session: &mut Session<'_>) -> Checked {
    let (payment, before, ..) = pay(session)?;
    let after = session.state()?;
    same("sequence", before.sequence.saturating_add(1), after.sequence)?;
    same("last valid until", payment.valid_until, after.last_valid_until)?;
    // It is among the last eight, and in the history.
    let since = session.state_since(before.sequence)?;
    same("last valid until since the order before", payment.valid_until, since.last_valid_until)?;
    let order = payment.order([0; 32], CarrierId([0; 32]), after.sequence);
    super::history::expect(session, (0, 0), &HistoryEntry::of_order(&order))
}

fn purpose(session: &mut Session<'_>) -> Checked {
    let (before, key) = session.ready()?;
    let mut data = payment(session, &before, &key).to_vec();
    session.show_code()?;
    for tag in [3, 0x80, 0xFF] {
        data[0] = tag;
        session.ask(Instruction::Pay, &data)?.is(Status::WrongData)?;
    }
    expect_state(session, &before)
}

fn length(session: &mut Session<'_>) -> Checked {
    for len in [0, 1, 136, 138, order::LEN] {
        session.ask(Instruction::Pay, &vec![0; len])?.is(Status::WrongLength)?;
    }
    Ok(())
}

fn code_needed(session: &mut Session<'_>) -> Checked {
    let (before, key) = session.ready()?;
    if !session.info()?.code_required() {
        return skipped("the card has no code");
    }
    let data = payment(session, &before, &key).to_vec();
    session.ask(Instruction::Pay, &data)?.is(Status::SecurityStatusNotSatisfied)?;
    expect_state(session, &before)
}

fn part(session: &mut Session<'_>, part: u8) -> Checked<Answer> {
    session.send(&apdu(Instruction::GetLastOrder, [0, part], &[], true))
}

fn last_order(session: &mut Session<'_>) -> Checked<Order> {
    let bytes = part(session, 0)?.done()?;
    match Order::from_wire(&bytes) {
        Ok(order) => Ok(order),
        Err(fault) => failed("an order", format_args!("{fault}: <{}>", hex::encode(bytes))),
    }
}

fn expect_last(session: &mut Session<'_>, order: &Order, key: &PublicKey) -> Checked {
    expect_order(order, &last_order(session)?)?;
    let signature = part(session, 1)?.done()?;
    expect_signature("the order's signature", key, &order.to_vec(), &signature, &[])
}

/// An order that was just signed, and the key.
fn signed(session: &mut Session<'_>) -> Checked<(Order, PublicKey)> {
    let (order, _) = sign_next(session, |order| order.epoch = 7)?;
    Ok((order, session.initialised()?.1))
}

fn last(session: &mut Session<'_>) -> Checked {
    let (order, key) = signed(session)?;
    expect_last(session, &order, &key)?;
    expect_last(session, &order, &key)
}

fn kept(session: &mut Session<'_>) -> Checked {
    let (order, key) = signed(session)?;
    session.power_cycle()?;
    expect_last(session, &order, &key)
}

fn changes_nothing(session: &mut Session<'_>) -> Checked {
    signed(session)?;
    let before = session.state()?;
    part(session, 0)?.done()?;
    part(session, 1)?.done()?;
    expect_state(session, &before)
}

fn parameters(session: &mut Session<'_>) -> Checked {
    for parameters in [[0, 2], [1, 0], [0xFF, 0xFF]] {
        let command = apdu(Instruction::GetLastOrder, parameters, &[], true);
        session.send(&command)?.is(Status::WrongParameters)?;
    }
    session.send(&apdu(Instruction::GetLastOrder, [0, 0], &[0], true))?.is(Status::WrongLength)
}

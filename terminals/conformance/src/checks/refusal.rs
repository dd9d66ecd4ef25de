//! SIGN ORDER: what is refused, with which word, and that a refusal changes nothing.

use super::{
    initialise::expect_state,
    order::{refuse, sign_next},
};
use crate::{
    report::{Check, Effect::SignsOrders, Section},
    session::{skipped, Checked, Session},
};
use specie_card::{apdu::Status, protocol::Instruction};
use specie_primitives::{attestation::Attestation, ids::CarrierId, order::Order, possession, wire::Wire};

const SIGNS: Section = Section::new("SIGN ORDER", SignsOrders);

pub(super) const CHECKS: &[Check] = &[
    SIGNS.must("order.sequence-gap", gap, "An order whose sequence leaves one out, or more, is 6984."),
    SIGNS.must("order.sequence-smaller", smaller, "An order with a sequence below the card's is 6984."),
    SIGNS.must("order.other-carrier", other_carrier, "An order for another carrier is 6A88."),
    SIGNS.must("order.domain", domain, "An order that does not begin with its domain is 6A80."),
    SIGNS.must("order.purpose", purpose, "An order of another purpose than 0, 1 and 2 is 6A80."),
    SIGNS.must("order.first-fault", first_fault, "Of two faults: content, address, sequence, code, in this order."),
    SIGNS.must(
        "order.refusals-change-nothing",
        unchanged,
        "Refused orders change nothing, and the next one is signed.",
    ),
];

/// The order that the card would sign now: its code is shown.
fn acceptable(session: &mut Session<'_>) -> Checked<(Order, Attestation)> {
    let (state, key) = session.ready()?;
    session.show_code()?;
    Ok((session.next_order(&state, &key), state))
}

/// Orders with other sequences, and that nothing came of them.
fn refuse_sequences(session: &mut Session<'_>, sequences: impl Fn(u32) -> Vec<u32>) -> Checked {
    let (order, before) = acceptable(session)?;
    let sequences = sequences(before.sequence);
    if sequences.is_empty() {
        return skipped("the card has signed no order");
    }
    for sequence in sequences {
        refuse(session, &Order { sequence, ..order }, Status::ReferenceDataNotUsable)?;
    }
    expect_state(session, &before)
}

fn gap(session: &mut Session<'_>) -> Checked {
    refuse_sequences(session, |own| {
        let next = own.saturating_add(1);
        // The last one is the next with its bytes the other way round.
        let mut gaps = vec![next.saturating_add(1), next.saturating_add(256), u32::MAX, next.swap_bytes()];
        gaps.retain(|sequence| *sequence != next);
        gaps
    })
}

fn smaller(session: &mut Session<'_>) -> Checked {
    refuse_sequences(session, |own| {
        let mut smaller = vec![0, own.saturating_sub(1)];
        smaller.retain(|sequence| *sequence < own);
        smaller
    })
}

fn flipped(address: &CarrierId, place: usize) -> CarrierId {
    let mut bytes = *address.as_bytes();
    if let Some(byte) = bytes.get_mut(place) {
        *byte ^= 1;
    }
    CarrierId(bytes)
}

fn other_carrier(session: &mut Session<'_>) -> Checked {
    let (order, before) = acceptable(session)?;
    for carrier in [flipped(&order.carrier, 0), flipped(&order.carrier, 31), CarrierId([0; 32])] {
        refuse(session, &Order { carrier, ..order }, Status::ReferenceNotFound)?;
    }
    expect_state(session, &before)
}

fn domain(session: &mut Session<'_>) -> Checked {
    let (order, before) = acceptable(session)?;
    let order = order.to_vec();
    let with = |domain: &[u8]| [domain, order.get(15..).unwrap_or(&[])].concat();
    for domain in [possession::DOMAIN, b"Specie:order:v1", b"specie:order:v2", &[0; 15]] {
        session.ask(Instruction::SignOrder, &with(domain))?.is(Status::WrongData)?;
    }
    expect_state(session, &before)
}

fn with_purpose(order: &Order, tag: u8) -> Vec<u8> {
    let mut data = order.to_vec();
    if let Some(place) = data.get_mut(79) {
        *place = tag;
    }
    data
}

fn purpose(session: &mut Session<'_>) -> Checked {
    let (order, before) = acceptable(session)?;
    for tag in [3, 0x80, 0xFF] {
        session.ask(Instruction::SignOrder, &with_purpose(&order, tag))?.is(Status::WrongData)?;
    }
    expect_state(session, &before)
}

fn first_fault(session: &mut Session<'_>) -> Checked {
    // No code is shown in this session: on a card with one that is the last fault of each.
    let (state, key) = session.ready()?;
    let order = session.next_order(&state, &key);
    let ahead = Order { sequence: order.sequence.saturating_add(1), ..order };
    let elsewhere = Order { carrier: flipped(&order.carrier, 0), ..ahead };
    session.ask(Instruction::SignOrder, &with_purpose(&elsewhere, 3))?.is(Status::WrongData)?;
    refuse(session, &elsewhere, Status::ReferenceNotFound)?;
    refuse(session, &ahead, Status::ReferenceDataNotUsable)
}

fn unchanged(session: &mut Session<'_>) -> Checked {
    let (order, before) = acceptable(session)?;
    let far = order.valid_until.saturating_add(1000);
    let ahead = Order { sequence: order.sequence.saturating_add(1), valid_until: far, ..order };
    let elsewhere = Order { carrier: flipped(&order.carrier, 31), valid_until: far, ..order };
    for data in [ahead.to_vec(), elsewhere.to_vec(), with_purpose(&order, 9)] {
        session.ask(Instruction::SignOrder, &data)?;
    }
    expect_state(session, &before)?;
    sign_next(session, |_| {}).map(|_| ())
}

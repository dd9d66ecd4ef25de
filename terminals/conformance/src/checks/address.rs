//! SET ADDRESS: the carrier's address, computed by the card or told to it.

use super::initialise::expect_state;
use crate::{
    report::{
        Check,
        Effect::{Initialises, SignsOrders},
        Section,
    },
    session::{failed, skipped, Checked, Session},
};
use specie_card::{apdu::Status, protocol::Instruction};
use specie_primitives::{ids::CarrierId, wire::Wire};

const INITIALISES: Section = Section::new("SET ADDRESS", Initialises);
const SIGNS: Section = Section::new("SET ADDRESS", SignsOrders);

pub(super) const CHECKS: &[Check] = &[
    SIGNS.must("address.needed", needed, "A card that does not know its address signs and builds no order: 6985."),
    INITIALISES.must(
        "address.told",
        told,
        "The right address is 9000, again too; GET INFO tells it then, or before where the card computes it.",
    ),
    INITIALISES.must(
        "address.other",
        other,
        "Another address is 6A88 to a card that computes its own; one that was told takes it, and the right one again.",
    ),
    INITIALISES.must("address.kept", kept, "The address survives a power cycle."),
];

fn needed(session: &mut Session<'_>) -> Checked {
    let (state, key) = session.initialised()?;
    if session.address()?.is_some() {
        return skipped("the card knows its address");
    }
    session.show_code()?;
    let order = session.next_order(&state, &key);
    session.ask(Instruction::SignOrder, &order.to_vec())?.is(Status::ConditionsNotSatisfied)?;
    let payment = specie_card::protocol::Payment::of(&order);
    session.ask(Instruction::Pay, &payment.to_vec())?.is(Status::ConditionsNotSatisfied)?;
    expect_state(session, &state)
}

fn expect_address(session: &mut Session<'_>, expected: &CarrierId) -> Checked {
    match session.address()? {
        Some(address) if address == *expected => Ok(()),
        other => {
            let got = other.map_or("no address".into(), |address| hex::encode(address.as_bytes()));
            failed(format_args!("<{}> in GET INFO", hex::encode(expected.as_bytes())), got)
        }
    }
}

fn told(session: &mut Session<'_>) -> Checked {
    let (before, key) = session.initialised()?;
    let address = CarrierId::of(&key);
    if session.info()?.computes_address() {
        expect_address(session, &address)?;
    }
    for _ in 0..2 {
        session.ask(Instruction::SetAddress, address.as_bytes())?.empty()?;
        expect_address(session, &address)?;
    }
    expect_state(session, &before)
}

fn other(session: &mut Session<'_>) -> Checked {
    let (_, key) = session.initialised()?;
    let address = CarrierId::of(&key);
    session.tell_address(&key)?;
    let computes = session.info()?.computes_address();
    for place in [0, 31] {
        let mut other = *address.as_bytes();
        other[place] ^= 1;
        let answer = session.ask(Instruction::SetAddress, &other)?;
        match computes {
            true => answer.is(Status::ReferenceNotFound)?,
            false => {
                answer.empty()?;
                expect_address(session, &CarrierId(other))?;
                session.tell_address(&key)?;
            }
        }
    }
    expect_address(session, &address)
}

fn kept(session: &mut Session<'_>) -> Checked {
    let (_, key) = session.initialised()?;
    session.tell_address(&key)?;
    session.power_cycle()?;
    expect_address(session, &CarrierId::of(&key))
}

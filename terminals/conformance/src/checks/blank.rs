//! What a card refuses before it has a currency key.

use crate::{
    report::{
        Check,
        Effect::{Harmless, SignsOrders},
        Section,
    },
    session::{Checked, Session},
};
use specie_card::{apdu::Status, protocol::Instruction};
use specie_primitives::order;

pub(super) const CHECKS: &[Check] = &[
    Section::new("PROVE", Harmless).must("prove.blank", prove, "On a blank card PROVE is 6985."),
    Section::new("SIGN ORDER", SignsOrders).must("order.blank", sign_order, "On a blank card SIGN ORDER is 6985."),
];

fn prove(session: &mut Session<'_>) -> Checked {
    session.blank()?;
    let challenge = session.challenge();
    session.ask(Instruction::Prove, &challenge)?.is(Status::ConditionsNotSatisfied)
}

fn sign_order(session: &mut Session<'_>) -> Checked {
    session.blank()?;
    // The address is nobody's: the state is looked at before it.
    let mut data = order::DOMAIN.to_vec();
    data.resize(order::LEN, 0);
    session.ask(Instruction::SignOrder, &data)?.is(Status::ConditionsNotSatisfied)
}

//! What a card refuses before it has a currency key.

use crate::{
    report::{
        Check,
        Effect::{Harmless, SignsOrders},
        Section,
    },
    session::{apdu, Checked, Session},
};
use specie_card::{
    apdu::Status,
    protocol::{FundingNote, Instruction, Payment},
};
use specie_primitives::{order, wire::Wire};

pub(super) const CHECKS: &[Check] = &[
    Section::new("PROVE", Harmless).must("prove.blank", prove, "On a blank card PROVE is 6985."),
    Section::new("SIGN ORDER", SignsOrders).must("order.blank", sign_order, "On a blank card SIGN ORDER is 6985."),
    Section::new("The state", SignsOrders).must(
        "blank.refuses",
        refuses,
        "On a blank card SET ADDRESS, PAY, GET LAST ORDER and NOTE FUNDING are 6985; GET HISTORY is 6A86.",
    ),
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

fn refuses(session: &mut Session<'_>) -> Checked {
    session.blank()?;
    for (instruction, len) in [
        (Instruction::SetAddress, 32),
        (Instruction::Pay, Payment::MAX_LEN),
        (Instruction::GetLastOrder, 0),
        (Instruction::NoteFunding, FundingNote::MAX_LEN),
    ] {
        session.ask(instruction, &vec![0; len])?.is(Status::ConditionsNotSatisfied)?;
    }
    for list in [0, 1] {
        session.send(&apdu(Instruction::GetHistory, [list, 0], &[], true))?.is(Status::WrongParameters)?;
    }
    Ok(())
}

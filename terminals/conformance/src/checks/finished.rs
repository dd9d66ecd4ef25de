//! The factory's commands, on a card that the factory is done with.

use crate::{
    report::{Check, Effect::Resets, Section},
    session::{Checked, Session},
};
use specie_card::{apdu::Status, protocol::Instruction};

pub(super) const CHECKS: &[Check] = &[Section::new("In the factory", Resets).must(
    "factory.over",
    over,
    "On a finished card every command of the factory is 6985, and nothing changes.",
)];

fn over(session: &mut Session<'_>) -> Checked {
    let before = (session.info()?, session.state()?);
    let key = [[0].as_slice(), before.0.device_field().1].concat();
    let commands: [(Instruction, &[u8]); 5] = [
        (Instruction::GenerateDeviceKey, &[0]),
        (Instruction::PutCertificate, &[0; 100]),
        (Instruction::PutIssuerKey, &key),
        (Instruction::PutCode, b"\x01000000"),
        (Instruction::Finalise, &[0]),
    ];
    for (instruction, data) in commands {
        session.ask(instruction, data)?.is(Status::ConditionsNotSatisfied)?;
    }
    crate::session::same("GET INFO unchanged:", true, before.0 == session.info()?)?;
    super::initialise::expect_state(session, &before.1)
}

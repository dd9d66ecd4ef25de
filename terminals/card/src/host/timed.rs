//! A timed exchange, and the card's word on it.

use super::{length, Host, HostError};
use crate::{
    protocol::Instruction,
    signatures::identify,
    timed::{self, Part, Round, ROUNDS},
    transport::Transport,
};
use core::time::Duration;
use specie_primitives::attestation::{Attestation, Challenge};

/// What came of a timed exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timed {
    /// The card's state, as it said it together with the rounds.
    pub attestation: Attestation,
    /// The quickest round. A relay makes every round longer; that this one is short means that none is near. A long one may have many
    /// reasons.
    pub quickest: Duration,
}

impl<T: Transport> Host<T> {
    /// Times the card, and has it sign the rounds together with its state. `parts`: fresh random bytes; `clock`: the time since any
    /// moment, as exact as it can be had.
    ///
    /// [`HostError::OtherRounds`]: what was signed is not what was answered here. Whoever answered, it is no sign of a fake.
    pub fn time(
        &mut self,
        challenge: &Challenge,
        parts: &[Part; ROUNDS],
        mut clock: impl FnMut() -> Duration,
    ) -> Result<Timed, HostError> {
        let device = self.certificate()?.device();
        self.tell(Instruction::PrepareTimed, &[])?;
        let mut rounds = [Round::default(); ROUNDS];
        let mut quickest = Duration::MAX;
        for (round, host) in rounds.iter_mut().zip(parts) {
            let begun = clock();
            let answer = self.ask(Instruction::TimedExchange, host)?;
            quickest = quickest.min(clock().saturating_sub(begun));
            let card = answer.as_slice().try_into();
            let card = card.map_err(|_| length(Instruction::TimedExchange, 8, answer.len()))?;
            *round = Round { host: *host, card };
        }
        let instruction = Instruction::Attest;
        let data = [challenge.as_slice(), &[0; 4]].concat();
        let answer = self.exchange_at(instruction, [1, 0], &data)?;
        let (attestation, signature) = super::split_attested(instruction, &answer, device.scheme())?;
        let message = timed::message(challenge, &rounds, &attestation);
        match identify(&signature, &message, &device) {
            Some(_) => Ok(Timed { attestation, quickest }),
            None => Err(HostError::OtherRounds { command: instruction.name() }),
        }
    }
}

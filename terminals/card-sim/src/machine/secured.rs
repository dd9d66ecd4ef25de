//! The channel, and the timed exchange.

use super::{exact, sign, Answer, Card};
use crate::platform::{Hardware, Store};
use specie_card::{
    apdu::{Response, Status},
    channel::{self, Direction, Ephemeral, EphemeralKey},
    protocol::{Instruction, CLA},
    timed::{self, Part, Round, ROUNDS},
};

/// A timed exchange in progress: the card's parts are drawn beforehand, so that a round costs no time.
#[derive(Clone, Debug, Default)]
pub(super) struct Timing {
    rounds: [Round; ROUNDS],
    done: usize,
}

impl Card {
    pub(super) fn open_channel(&mut self, host: &EphemeralKey, hardware: &mut impl Hardware) -> Answer {
        self.close_channel();
        let mut random = [0; 32];
        hardware.random(&mut random).map_err(|_| Status::HardwareFailure)?;
        let ephemeral = Ephemeral::new(&random).map_err(|_| Status::HardwareFailure)?;
        let channel = ephemeral.at_card(host).map_err(|_| Status::WrongData)?;
        let signature = sign(&self.memory.personalisation.device, &channel::message(host, ephemeral.public()))?;
        self.session.channel = Some(channel);
        Ok([ephemeral.public().as_slice(), &signature].concat())
    }

    pub(super) fn in_channel(&mut self, data: &[u8], store: &mut impl Store) -> Answer {
        let channel = self.session.channel.take().ok_or(Status::ConditionsNotSatisfied)?;
        let Ok(plain) = channel.open(Direction::ToCard, data) else {
            self.close_channel();
            return Err(Status::NotOfChannel);
        };
        let (ins, inner) = plain.split_first().ok_or(Status::NotOfChannel)?;
        let answer = match Instruction::from_bytes(CLA, *ins) {
            Some(instruction) if instruction.goes_inside() => self.secretly(instruction, inner, store),
            _ => Err(Status::InstructionNotSupported),
        };
        let bytes = match answer {
            Ok(data) => Response { data: &data, status: Status::Success }.to_bytes(),
            Err(status) => Response { data: &[], status }.to_bytes(),
        };
        let sealed = channel.seal(Direction::ToHost, &bytes);
        self.session.channel = channel.next();
        Ok(sealed)
    }

    /// What was shown inside a channel was shown for this channel.
    fn close_channel(&mut self) {
        self.session.channel = None;
        if self.memory.personalisation.contactless {
            self.session.verified = false;
        }
    }

    pub(super) fn prepare_timed(&mut self, hardware: &mut impl Hardware) -> Answer {
        let mut timing = Timing::default();
        for round in &mut timing.rounds {
            hardware.random(&mut round.card).map_err(|_| Status::HardwareFailure)?;
        }
        self.session.timing = Some(timing);
        Ok(vec![])
    }

    pub(super) fn timed_exchange(&mut self, host: &Part) -> Answer {
        let timing = self.session.timing.as_mut().ok_or(Status::ConditionsNotSatisfied)?;
        let round = timing.rounds.get_mut(timing.done).ok_or(Status::ConditionsNotSatisfied)?;
        round.host = *host;
        timing.done += 1;
        Ok(round.card.to_vec())
    }

    pub(super) fn attest_timed(&mut self, data: &[u8; 36]) -> Answer {
        let timing = self.session.timing.as_ref().filter(|timing| timing.done == ROUNDS);
        let rounds = timing.ok_or(Status::ConditionsNotSatisfied)?.rounds;
        self.session.timing = None;
        let (challenge, since) = data.split_at(32);
        let attestation = self.memory.attestation_since(u32::from_le_bytes(exact(since)?));
        self.attested(&attestation, &timed::message(&exact(challenge)?, &rounds, &attestation))
    }
}

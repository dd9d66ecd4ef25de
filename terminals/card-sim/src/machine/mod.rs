//! The card's state machine, without I/O.
//!
//! A command goes in, a response comes out; the memory and the hardware are parameters. Every change of the memory
//! is saved before anything that depends on it is released, and the machine's own copy changes only when the save has
//! succeeded.

mod codes;
mod factory;
mod orders;
mod secured;

use crate::{
    keys::{KeyContext, SecretKey},
    memory::{Currency, Memory},
    platform::{Hardware, Store},
};
use secured::Timing;
use specie_card::{
    apdu::{Command, Response, Status},
    channel::Channel,
    code::CodeKind,
    protocol::{Capabilities, Info, Instruction, AID, CERTIFICATE_CHUNK, CLA, CLA_ISO, VERSION},
    signatures::{identify, CardSignature},
};
use specie_primitives::{
    attestation::Attestation,
    crypto::{Scheme, Software},
    initialisation,
    reset::{self, verify_reset},
    wire::Wire,
};

/// What a command answers: data with 9000, or another status alone.
type Answer = Result<Vec<u8>, Status>;

/// A card under power.
#[derive(Debug)]
pub struct Card {
    memory: Memory,
    session: Session,
    /// A write has failed: nobody knows what the memory holds, until the power comes back.
    has_failed: bool,
}

/// What the card knows until it loses power or is selected again.
#[derive(Clone, Debug, Default)]
struct Session {
    selected: bool,
    /// The code was shown.
    verified: bool,
    /// Ticks worked off that the memory does not know yet.
    ticks: u16,
    /// The channel that the host has opened.
    channel: Option<Channel>,
    /// The timed exchange in progress.
    timing: Option<Timing>,
}

impl Card {
    /// A card whose power comes on.
    pub fn power_on(memory: Memory) -> Self {
        Self { memory, session: Session::default(), has_failed: false }
    }

    /// What the card remembers.
    pub const fn memory(&self) -> &Memory {
        &self.memory
    }

    /// Replaces the memory without the protocol: for a card that misbehaves.
    pub(crate) fn overwrite(&mut self, memory: Memory) {
        self.memory = memory;
    }

    /// Answers one command. Any bytes are answered with a status word.
    pub fn handle(&mut self, command: &[u8], store: &mut impl Store, hardware: &mut impl Hardware) -> Vec<u8> {
        let answer = match Command::parse(command) {
            Ok(command) => self.answer(&command, store, hardware),
            Err(_) => Err(Status::WrongLength),
        };
        match answer {
            Ok(data) => Response { data: &data, status: Status::Success }.to_bytes(),
            Err(status) => Response { data: &[], status }.to_bytes(),
        }
    }

    fn answer(&mut self, command: &Command<'_>, store: &mut impl Store, hardware: &mut impl Hardware) -> Answer {
        let instruction = match (Instruction::from_bytes(command.cla, command.ins), command.cla) {
            (Some(instruction), _) => instruction,
            (None, CLA | CLA_ISO) => return Err(Status::InstructionNotSupported),
            (None, _) => return Err(Status::ClassNotSupported),
        };
        if instruction == Instruction::Select {
            return self.select(command);
        }
        require(!self.has_failed, Status::MemoryFailure)?;
        if !self.session.selected || instruction.is_of_factory() == self.memory.personalisation.finished {
            return Err(Status::ConditionsNotSatisfied);
        }
        let data = command.data;
        match (instruction, [command.p1, command.p2]) {
            (Instruction::GetCertificate, offset) => {
                require(data.is_empty(), Status::WrongLength)?;
                self.certificate(u16::from_be_bytes(offset).into())
            }
            (Instruction::GetLastOrder, [0, part @ 0..=1]) => {
                require(data.is_empty(), Status::WrongLength)?;
                self.last_order(part)
            }
            (Instruction::GetHistory, [list @ 0..=1, index]) => {
                require(data.is_empty(), Status::WrongLength)?;
                self.history(list, index)
            }
            (Instruction::Attest, [1, 0]) => self.attest_timed(&exact(data)?),
            (_, [0, 0]) if instruction.goes_inside() => {
                let is_open = !self.memory.personalisation.contactless || !instruction.is_secret(data);
                require(is_open, Status::ChannelNeeded)?;
                self.secretly(instruction, data, store)
            }
            (_, [0, 0]) => self.execute(instruction, data, store, hardware),
            _ => Err(Status::WrongParameters),
        }
    }

    /// A command with P1 and P2 zero, but those that may come inside the channel.
    fn execute(
        &mut self,
        instruction: Instruction,
        data: &[u8],
        store: &mut impl Store,
        hardware: &mut impl Hardware,
    ) -> Answer {
        match instruction {
            Instruction::Initialise => self.initialise(data, store, hardware),
            Instruction::Attest => self.attest(&exact(data)?),
            Instruction::SetAddress => self.set_address(&exact(data)?, store),
            Instruction::NoteFunding => self.note_funding(data, store),
            Instruction::Prove => self.prove(&exact(data)?),
            Instruction::Reset => self.reset(data, store),
            Instruction::OpenChannel => self.open_channel(&exact(data)?, hardware),
            Instruction::InChannel => self.in_channel(data, store),
            Instruction::TimedExchange => self.timed_exchange(&exact(data)?),
            Instruction::GenerateDeviceKey => self.generate_device_key(&exact(data)?, store, hardware),
            Instruction::PutCertificate => self.put_certificate(data, store),
            Instruction::PutIssuerKey => self.put_issuer_key(data, store),
            Instruction::PutCode => self.put_code(data, store),
            Instruction::Finalise => self.finalise(&exact(data)?, store),
            _ if !data.is_empty() => Err(Status::WrongLength),
            Instruction::GetInfo => Ok(self.info().to_vec()),
            Instruction::Wait => self.wait(store, hardware),
            Instruction::Lock => self.lock(store),
            Instruction::PrepareTimed => self.prepare_timed(hardware),
            // These were answered above.
            Instruction::Select
            | Instruction::GetCertificate
            | Instruction::GetLastOrder
            | Instruction::GetHistory
            | Instruction::VerifyCode
            | Instruction::ChangeCode
            | Instruction::Unlock
            | Instruction::SignOrder
            | Instruction::Pay => Err(Status::InstructionNotSupported),
        }
    }

    /// Saves `next`, and only then takes it over.
    fn commit(&mut self, next: Memory, store: &mut impl Store) -> Result<(), Status> {
        let next = Memory { writes: self.memory.writes.saturating_add(1), ..next };
        if store.save(&next).is_err() {
            // Which of both states is in the memory shows when the power comes back.
            self.has_failed = true;
            return Err(Status::MemoryFailure);
        }
        self.memory = next;
        Ok(())
    }

    fn select(&mut self, command: &Command<'_>) -> Answer {
        require([command.p1, command.p2] == [0x04, 0x00], Status::WrongParameters)?;
        self.session = Session::default();
        require(command.data == AID, Status::NotFound)?;
        self.session.selected = true;
        Ok(vec![VERSION])
    }

    fn info(&self) -> Info {
        let card = &self.memory.personalisation;
        let attestation = self.memory.attestation();
        Info {
            capabilities: Capabilities {
                contactless: card.contactless,
                code_required: self.memory.code.is_some(),
                code_changeable: matches!(self.memory.code, Some((CodeKind::Pin, _))),
                resettable: card.issuer.is_some(),
                mixes_challenge: true,
                computes_address: card.computes_address,
                has_channel: true,
            },
            lifecycle: attestation.lifecycle,
            locked: attestation.locked,
            generation: attestation.generation,
            tries_left: self.memory.attempts.tries_left(),
            delay_ticks: self.memory.attempts.delay_ticks.saturating_sub(self.session.ticks),
            certificate_len: u16::try_from(self.certificate_bytes().len()).unwrap_or(u16::MAX),
            schemes: Scheme::ALL.into_iter().fold(0, |bits, scheme| bits | (1 << scheme.tag())),
            device: *card.device.public(),
            writes: Some(self.memory.writes),
            address: self.memory.currency.as_ref().and_then(|currency| currency.address),
        }
    }

    fn certificate_bytes(&self) -> Vec<u8> {
        self.memory.personalisation.certificate.as_ref().map_or(vec![], Wire::to_vec)
    }

    fn certificate(&self, offset: usize) -> Answer {
        let certificate = self.certificate_bytes();
        let rest = certificate.get(offset..).filter(|rest| !rest.is_empty()).ok_or(Status::WrongParameters)?;
        Ok(rest.chunks(CERTIFICATE_CHUNK).next().unwrap_or(&[]).to_vec())
    }

    fn initialise(&mut self, data: &[u8], store: &mut impl Store, hardware: &mut impl Hardware) -> Answer {
        let (told, scheme) = match data.split_first_chunk::<{ initialisation::LEN }>() {
            Some((told, [scheme])) => (told, *scheme),
            _ => return Err(Status::WrongLength),
        };
        let scheme = Scheme::from_tag(scheme).map_err(|_| Status::WrongData)?;
        let contribution = initialisation::contribution(told);
        if let Some(made) = &self.memory.currency {
            // Who made the key may have lost the answer.
            let again = made.told == contribution && made.key.scheme() == scheme && made.sequence == 0;
            require(again, Status::ConditionsNotSatisfied)?;
            return self.first_statement(told);
        }
        let generation = self.memory.generation.checked_add(1).ok_or(Status::ConditionsNotSatisfied)?;

        let mut random = [0; 32];
        hardware.random(&mut random).map_err(|_| Status::HardwareFailure)?;
        let device = self.memory.personalisation.device.public();
        let context = KeyContext { contribution: &contribution, device, generation };
        let key = SecretKey::generate(scheme, &random, &context).map_err(|_| Status::HardwareFailure)?;
        let mut currency = Currency::new(key, contribution, genesis_of(told));
        if self.memory.personalisation.computes_address {
            currency.address = Some(currency.computed_address());
        }
        let currency = Some(currency);
        self.commit(Memory { generation, currency, ..self.memory.clone() }, store)?;
        self.first_statement(told)
    }

    fn first_statement(&self, told: &[u8; initialisation::LEN]) -> Answer {
        let attestation = self.memory.attestation();
        self.attested(&attestation, initialisation::message(told, &attestation).as_bytes())
    }

    fn attest(&self, data: &[u8; 36]) -> Answer {
        let (challenge, since) = data.split_at(32);
        let attestation = self.memory.attestation_since(u32::from_le_bytes(exact(since)?));
        self.attested(&attestation, attestation.message(&exact(challenge)?).as_bytes())
    }

    /// An attestation and the device key's signature over the message that holds it.
    fn attested(&self, attestation: &Attestation, message: &[u8]) -> Answer {
        let mut answer = attestation.to_vec();
        answer.extend(sign(&self.memory.personalisation.device, message)?);
        Ok(answer)
    }

    fn reset(&mut self, data: &[u8], store: &mut impl Store) -> Answer {
        let issuer = self.memory.personalisation.issuer.ok_or(Status::ConditionsNotSatisfied)?;
        require(self.memory.currency.is_some(), Status::ConditionsNotSatisfied)?;
        let signature = CardSignature::from_card(issuer.scheme(), data).map_err(|_| Status::WrongData)?;
        let (device, generation) = (self.memory.personalisation.device.public(), self.memory.generation);
        let permitted = identify(&signature, reset::message(device, generation).as_bytes(), &issuer)
            .is_some_and(|signature| verify_reset::<Software>(device, generation, &signature, &issuer));
        require(permitted, Status::SecurityStatusNotSatisfied)?;
        self.commit(Memory { currency: None, ..self.memory.clone() }, store)?;
        Ok(vec![])
    }

    fn lock(&mut self, store: &mut impl Store) -> Answer {
        if !self.memory.locked {
            self.commit(Memory { locked: true, ..self.memory.clone() }, store)?;
        }
        Ok(vec![])
    }
}

/// What the machine tells begins with the genesis hash of the chain.
fn genesis_of(told: &[u8; initialisation::LEN]) -> [u8; 32] {
    told.first_chunk().copied().unwrap_or_default()
}

fn require(condition: bool, otherwise: Status) -> Result<(), Status> {
    if condition {
        Ok(())
    } else {
        Err(otherwise)
    }
}

fn exact<const N: usize>(data: &[u8]) -> Result<[u8; N], Status> {
    data.try_into().map_err(|_| Status::WrongLength)
}

fn sign(key: &SecretKey, message: &[u8]) -> Answer {
    key.sign_as_card(message).map_err(|_| Status::HardwareFailure)
}

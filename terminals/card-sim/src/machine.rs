//! The card's state machine, without I/O.
//!
//! A command goes in, a response comes out; the memory and the hardware are parameters. Every change of the memory
//! is saved before anything that depends on it is released, and the machine's own copy changes only when the save has
//! succeeded.

use crate::{
    keys::{KeyContext, SecretKey},
    memory::{Currency, Memory},
    platform::{Hardware, Store},
};
use specie_card::{
    apdu::{Command, Response, Status},
    code::{Code, CodeError, CodeKind, TICKS_PER_WRITE},
    protocol::{Capabilities, Info, Instruction, AID, CERTIFICATE_CHUNK, CLA, CLA_ISO, VERSION},
    signatures::{identify, CardSignature},
};
use specie_primitives::{
    attestation::{Attestation, Challenge},
    crypto::{Scheme, Software},
    ids::CarrierId,
    initialisation,
    order::{self, Order},
    possession,
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
}

/// What the card knows until it loses power or is selected again.
#[derive(Clone, Copy, Debug, Default)]
struct Session {
    selected: bool,
    /// The code was shown.
    verified: bool,
    /// Ticks worked off that the memory does not know yet.
    ticks: u16,
}

impl Card {
    /// A card whose power comes on.
    pub fn power_on(memory: Memory) -> Self {
        Self { memory, session: Session::default() }
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
        if !self.session.selected {
            return Err(Status::ConditionsNotSatisfied);
        }
        let parameters = [command.p1, command.p2];
        if instruction == Instruction::GetCertificate {
            require(command.data.is_empty(), Status::WrongLength)?;
            return self.certificate(u16::from_be_bytes(parameters).into());
        }
        require(parameters == [0, 0], Status::WrongParameters)?;
        let data = command.data;
        match instruction {
            Instruction::Initialise => self.initialise(data, store, hardware),
            Instruction::Attest => self.attest(&exact(data)?),
            Instruction::SignOrder => self.sign_order(data, store),
            Instruction::Prove => self.prove(&exact(data)?),
            Instruction::Reset => self.reset(data, store),
            Instruction::VerifyCode if data.is_empty() => self.code_state(),
            Instruction::VerifyCode => self.verify_code(data, store),
            Instruction::ChangeCode => self.change_code(data, store),
            Instruction::Unlock => self.unlock(data, store),
            Instruction::GetInfo | Instruction::Wait | Instruction::Lock if !data.is_empty() => {
                Err(Status::WrongLength)
            }
            Instruction::GetInfo => Ok(self.info().to_vec()),
            Instruction::Wait => self.wait(store, hardware),
            Instruction::Lock => self.lock(store),
            // Both were answered above.
            Instruction::Select | Instruction::GetCertificate => Err(Status::InstructionNotSupported),
        }
    }

    /// Saves `next`, and only then takes it over.
    fn commit(&mut self, next: Memory, store: &mut impl Store) -> Result<(), Status> {
        store.save(&next).map_err(|_| Status::MemoryFailure)?;
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
            },
            lifecycle: attestation.lifecycle,
            locked: attestation.locked,
            generation: attestation.generation,
            tries_left: self.memory.attempts.tries_left(),
            delay_ticks: self.memory.attempts.delay_ticks.saturating_sub(self.session.ticks),
            certificate_len: u16::try_from(card.certificate.to_vec().len()).unwrap_or(u16::MAX),
            schemes: Scheme::ALL.into_iter().fold(0, |bits, scheme| bits | (1 << scheme.tag())),
            device: *card.device.public(),
        }
    }

    fn certificate(&self, offset: usize) -> Answer {
        let certificate = self.memory.personalisation.certificate.to_vec();
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
        let currency = Some(Currency::new(key, contribution));
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

    fn sign_order(&mut self, data: &[u8], store: &mut impl Store) -> Answer {
        require(data.len() == order::LEN, Status::WrongLength)?;
        let order = Order::from_wire(data).map_err(|_| Status::WrongData)?;
        let currency = self.memory.currency.as_ref().ok_or(Status::ConditionsNotSatisfied)?;
        require(!self.memory.locked, Status::ConditionsNotSatisfied)?;
        require(order.carrier == CarrierId::of(currency.key.public()), Status::ReferenceNotFound)?;
        let sequence = currency.sequence.checked_add(1).ok_or(Status::ConditionsNotSatisfied)?;
        require(order.sequence == sequence, Status::ReferenceDataNotUsable)?;
        require(self.memory.code.is_none() || self.session.verified, Status::SecurityStatusNotSatisfied)?;

        let currency = currency.signed(sequence, order.valid_until);
        let key = currency.key.clone();
        if self.memory.personalisation.contactless {
            self.session.verified = false;
        }
        self.commit(Memory { currency: Some(currency), ..self.memory.clone() }, store)?;
        sign(&key, data)
    }

    fn prove(&self, challenge: &Challenge) -> Answer {
        let currency = self.memory.currency.as_ref().ok_or(Status::ConditionsNotSatisfied)?;
        sign(&currency.key, possession::message(challenge).as_bytes())
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

    fn code_state(&self) -> Answer {
        let attempts = self.memory.attempts;
        if self.memory.code.is_none() || self.session.verified {
            Ok(vec![])
        } else if attempts.delay_ticks > 0 {
            Err(Status::AuthenticationBlocked)
        } else {
            Err(Status::WrongCode { tries_left: attempts.tries_left() })
        }
    }

    /// Compares a code. It is counted as wrong, in the memory, before it is compared: cutting the power at the right
    /// moment gains no try.
    fn check_code(&mut self, shown: &Code, store: &mut impl Store) -> Result<(), Status> {
        let (_, code) = self.memory.code.ok_or(Status::ConditionsNotSatisfied)?;
        require(self.memory.attempts.delay_ticks == 0, Status::AuthenticationBlocked)?;
        self.session.verified = false;
        let failed = self.memory.attempts.failed();
        self.commit(Memory { attempts: failed, ..self.memory.clone() }, store)?;
        if !code.matches(shown) {
            return Err(Status::WrongCode { tries_left: failed.tries_left() });
        }
        self.commit(Memory { attempts: Default::default(), ..self.memory.clone() }, store)
    }

    fn verify_code(&mut self, data: &[u8], store: &mut impl Store) -> Answer {
        self.check_code(&parse_code(data)?, store)?;
        self.session.verified = true;
        Ok(vec![])
    }

    fn change_code(&mut self, data: &[u8], store: &mut impl Store) -> Answer {
        let (len, codes) = data.split_first().ok_or(Status::WrongLength)?;
        let (old, new) = codes.split_at_checked(usize::from(*len)).ok_or(Status::WrongLength)?;
        let (old, new) = (parse_code(old)?, parse_code(new)?);
        require(matches!(self.memory.code, Some((CodeKind::Pin, _))), Status::ConditionsNotSatisfied)?;
        self.check_code(&old, store)?;
        self.commit(Memory { code: Some((CodeKind::Pin, new)), ..self.memory.clone() }, store)?;
        Ok(vec![])
    }

    fn wait(&mut self, store: &mut impl Store, hardware: &mut impl Hardware) -> Answer {
        let delay = self.memory.attempts.delay_ticks;
        if delay == 0 {
            return Ok(0u16.to_le_bytes().to_vec());
        }
        hardware.tick();
        let ticks = self.session.ticks.saturating_add(1);
        let left = delay.saturating_sub(ticks);
        if ticks >= TICKS_PER_WRITE || left == 0 {
            let mut next = self.memory.clone();
            next.attempts.delay_ticks = left;
            self.commit(next, store)?;
            self.session.ticks = 0;
        } else {
            self.session.ticks = ticks;
        }
        Ok(left.to_le_bytes().to_vec())
    }

    fn lock(&mut self, store: &mut impl Store) -> Answer {
        if !self.memory.locked {
            self.commit(Memory { locked: true, ..self.memory.clone() }, store)?;
        }
        Ok(vec![])
    }

    fn unlock(&mut self, data: &[u8], store: &mut impl Store) -> Answer {
        match self.memory.code {
            Some(_) => self.check_code(&parse_code(data)?, store)?,
            None => require(data.is_empty(), Status::WrongLength)?,
        }
        if self.memory.locked {
            self.commit(Memory { locked: false, ..self.memory.clone() }, store)?;
        }
        Ok(vec![])
    }
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

fn parse_code(digits: &[u8]) -> Result<Code, Status> {
    Code::new(digits).map_err(|error| match error {
        CodeError::Length { .. } => Status::WrongLength,
        CodeError::NotDigits => Status::WrongData,
    })
}

fn sign(key: &SecretKey, message: &[u8]) -> Answer {
    key.sign_as_card(message).map_err(|_| Status::HardwareFailure)
}

//! The code, and the delay after wrong ones.

use super::{require, Answer, Card};
use crate::{
    memory::Memory,
    platform::{Hardware, Store},
};
use specie_card::{
    apdu::Status,
    code::{Code, CodeError, CodeKind, TICKS_PER_WRITE},
    protocol::Instruction,
};

impl Card {
    /// A command that may come inside the channel.
    pub(super) fn secretly(&mut self, instruction: Instruction, data: &[u8], store: &mut impl Store) -> Answer {
        match instruction {
            Instruction::SignOrder => self.sign_order(data, store),
            Instruction::Pay => self.pay(data, store),
            Instruction::VerifyCode if data.is_empty() => self.code_state(),
            Instruction::VerifyCode => self.verify_code(data, store),
            Instruction::ChangeCode => self.change_code(data, store),
            Instruction::Unlock => self.unlock(data, store),
            _ => Err(Status::InstructionNotSupported),
        }
    }

    pub(super) fn code_state(&self) -> Answer {
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

    pub(super) fn wait(&mut self, store: &mut impl Store, hardware: &mut impl Hardware) -> Answer {
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

    pub(super) fn unlock(&mut self, data: &[u8], store: &mut impl Store) -> Answer {
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

pub(super) fn parse_code(digits: &[u8]) -> Result<Code, Status> {
    Code::new(digits).map_err(|error| match error {
        CodeError::Length { .. } => Status::WrongLength,
        CodeError::NotDigits => Status::WrongData,
    })
}

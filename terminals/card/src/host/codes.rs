//! Codes, in clear or inside a channel, and the delay after wrong ones.

use super::{length, malformed, nothing, refused, Host, HostError};
use crate::{
    apdu::{Response, Status},
    channel::{self, ChannelError, Direction, Ephemeral, KEY_LEN},
    code::Code,
    protocol::Instruction,
    signatures::{identify, CardSignature},
    transport::Transport,
};
use alloc::{vec, vec::Vec};

impl<T: Transport> Host<T> {
    /// Makes a channel that nobody in between reads, from 32 fresh random bytes: before a code goes to a contactless card.
    ///
    /// The other end is the card whose certificate this host has read. Whether *that* is a genuine card the verdict knows: ask for it
    /// first, and show no code to a card that is not safe.
    pub fn open_channel(&mut self, random: &[u8; 32]) -> Result<(), HostError> {
        let instruction = Instruction::OpenChannel;
        let command = instruction.name();
        let fault = |source| HostError::Channel { command, source };
        self.channel = None;
        let device = self.certificate()?.device();
        let ephemeral = Ephemeral::new(random).map_err(fault)?;
        let answer = self.ask(instruction, ephemeral.public())?;
        let Some((card, signature)) = answer.split_first_chunk::<KEY_LEN>() else {
            return Err(length(instruction, KEY_LEN, answer.len()));
        };
        let signature =
            CardSignature::from_card(device.scheme(), signature).map_err(|fault| malformed(instruction, fault))?;
        identify(&signature, &channel::message(ephemeral.public(), card), &device)
            .ok_or(HostError::WrongSignature { command })?;
        self.channel = Some(ephemeral.at_host(card).map_err(fault)?);
        Ok(())
    }

    /// Makes a channel where a code would go over the air in clear otherwise: [`Self::open_channel`].
    ///
    /// Only over contacts ([`Host::over_contacts`]), and to a card that says that it has some, goes a code in clear.
    pub fn protect_code(&mut self, random: &[u8; 32]) -> Result<(), HostError> {
        match self.channel.is_some() || self.may_be_clear()? {
            true => Ok(()),
            false => self.open_channel(random),
        }
    }

    fn may_be_clear(&mut self) -> Result<bool, HostError> {
        Ok(self.has_contacts && !self.known_info()?.capabilities.contactless)
    }

    /// Shows the presence code or PIN.
    pub fn verify_code(&mut self, code: &Code) -> Result<(), HostError> {
        self.tell_secret(Instruction::VerifyCode, code.as_bytes())
    }

    /// How many wrong codes until the next delay begins; `None` when no code is needed (any more).
    pub fn tries_left(&mut self) -> Result<Option<u8>, HostError> {
        match self.tell(Instruction::VerifyCode, &[]) {
            Ok(()) => Ok(None),
            Err(HostError::WrongCode { tries_left, .. }) => Ok(Some(tries_left)),
            Err(error) => Err(error),
        }
    }

    /// Chooses another PIN. A printed code cannot be changed.
    pub fn change_code(&mut self, old: &Code, new: &Code) -> Result<(), HostError> {
        let mut data = vec![u8::try_from(old.as_bytes().len()).unwrap_or(0)];
        data.extend_from_slice(old.as_bytes());
        data.extend_from_slice(new.as_bytes());
        self.tell_secret(Instruction::ChangeCode, &data)
    }

    /// Works off one tick of a delay, which takes the card about a second; returns how many are left.
    pub fn wait(&mut self) -> Result<u16, HostError> {
        let answer = self.ask(Instruction::Wait, &[])?;
        let left = answer.as_slice().try_into().map_err(|_| length(Instruction::Wait, 2, answer.len()))?;
        Ok(u16::from_le_bytes(left))
    }

    /// Makes the card sign orders again (F93). `code` when the card has one.
    pub fn unlock(&mut self, code: Option<&Code>) -> Result<(), HostError> {
        match code {
            None => self.tell(Instruction::Unlock, &[]),
            Some(code) => self.tell_secret(Instruction::Unlock, code.as_bytes()),
        }
    }

    /// A command with a code in it.
    fn tell_secret(&mut self, instruction: Instruction, data: &[u8]) -> Result<(), HostError> {
        let answer = self.secretly(instruction, data)?;
        nothing(instruction, &answer)
    }

    /// A command with a code in it, or one that a code permits: inside the channel when there is one, and in clear over contacts alone.
    pub(super) fn secretly(&mut self, instruction: Instruction, data: &[u8]) -> Result<Vec<u8>, HostError> {
        if self.channel.is_some() {
            return self.in_channel(instruction, &[&[instruction.ins()], data].concat());
        }
        // An order of a card that needs no code is no secret.
        let is_order = matches!(instruction, Instruction::SignOrder | Instruction::Pay);
        let is_open = is_order && !self.known_info()?.capabilities.contactless;
        match is_open || self.may_be_clear()? {
            true => self.exchange_at(instruction, [0, 0], data),
            false => Err(HostError::ChannelNeeded),
        }
    }

    /// One exchange inside the channel. Whatever goes wrong with it, the channel is gone then.
    fn in_channel(&mut self, instruction: Instruction, plain: &[u8]) -> Result<Vec<u8>, HostError> {
        let command = instruction.name();
        let fault = |source| HostError::Channel { command, source };
        let channel = self.channel.take().ok_or(HostError::ChannelNeeded)?;
        let sealed = match self.ask(Instruction::InChannel, &channel.seal(Direction::ToCard, plain)) {
            // Outside the channel nobody tells whether a code was right.
            Err(HostError::WrongCode { .. } | HostError::Delayed { .. } | HostError::Refused { .. }) => {
                return Err(fault(ChannelError::NotOurs));
            }
            answer => answer?,
        };
        let answer = channel.open(Direction::ToHost, &sealed).map_err(fault)?;
        let response =
            Response::parse(&answer).map_err(|fault| HostError::Malformed { command, fault: fault.into() })?;
        self.channel = channel.next();
        match response.status {
            Status::Success => Ok(response.data.to_vec()),
            Status::Other(_) => Err(fault(ChannelError::NotOurs)),
            status => Err(refused(instruction, status)),
        }
    }
}

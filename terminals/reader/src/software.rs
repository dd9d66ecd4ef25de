//! A software card for a virtual slot.

use crate::slot::{Inserted, Pull};
use specie_card_sim::{
    platform::Hardware,
    software::{Medium, SoftwareCard},
};

/// A software card with or without power, which may be pulled out at one of its commands.
pub struct Software<M, H> {
    card: Option<SoftwareCard<M, H>>,
    has_power: bool,
    commands: u32,
    pull: Option<(u32, Pull)>,
    pull_when: Option<(u8, Pull)>,
}

impl<M: Medium, H: Hardware> Software<M, H> {
    /// This card, without power.
    pub const fn new(card: SoftwareCard<M, H>) -> Self {
        Self { card: Some(card), has_power: false, commands: 0, pull: None, pull_when: None }
    }

    /// Has it pulled out at the command with this number, from 0, counted from now on.
    pub fn pull_at(&mut self, command: u32, pull: Pull) {
        self.pull = Some((self.commands.saturating_add(command), pull));
    }

    /// Has it pulled out at the next command with this instruction byte.
    pub fn pull_when(&mut self, instruction: u8, pull: Pull) {
        self.pull_when = Some((instruction, pull));
    }

    /// How many commands it has received.
    pub const fn commands(&self) -> u32 {
        self.commands
    }

    /// The card itself. `None`: its memory could not be read when it got power.
    pub fn into_card(self) -> Option<SoftwareCard<M, H>> {
        self.card
    }
}

impl<M, H> Inserted for Software<M, H>
where
    M: Medium + Send + 'static,
    H: Hardware + Send + 'static,
{
    type Link = SoftwareCard<M, H>;

    fn power_on(&mut self) -> Result<(), String> {
        self.has_power = false;
        let card = self.card.take().ok_or("its memory cannot be read")?;
        self.card = Some(card.power_cycle().map_err(|error| error.to_string())?);
        self.has_power = true;
        Ok(())
    }

    fn power_off(&mut self) {
        self.has_power = false;
    }

    fn link(&mut self) -> Option<&mut Self::Link> {
        self.card.as_mut().filter(|_| self.has_power)
    }

    fn pull(&mut self, command: &[u8]) -> Pull {
        let number = self.commands;
        self.commands = number.saturating_add(1);
        if let Some((_, pull)) = self.pull_when.take_if(|(wanted, _)| command.get(1) == Some(wanted)) {
            return pull;
        }
        match self.pull {
            Some((at, pull)) if at == number => {
                self.pull = None;
                pull
            }
            _ => Pull::Not,
        }
    }
}

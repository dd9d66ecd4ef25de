//! The software card: state machine, memory and hardware together.

use super::{
    hardware::OsHardware,
    medium::{FileMedium, Medium, MemoryMedium},
    misbehaviour::{instruction, Misbehaviour, Snapshot},
    store::{ImageError, SlotStore},
};
use crate::{
    machine::Card,
    memory::Memory,
    platform::{Hardware, Store as _, StoreFailure},
};
use specie_card::{
    apdu::{Response, Status},
    protocol::Instruction,
    transport::{Transport, TransportError},
};
use std::{io, path::Path};
use thiserror::Error;

/// Why there is no software card.
#[derive(Debug, Error)]
pub enum SoftwareError {
    /// Its file could not be opened or made.
    #[error("{path}: {source}")]
    File {
        /// The file's path.
        path: String,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// Its memory is not a card's.
    #[error(transparent)]
    Image(#[from] ImageError),
    /// Its memory could not be written.
    #[error(transparent)]
    Store(#[from] StoreFailure),
}

/// A software card under power. It is its own [`Transport`].
#[derive(Debug)]
pub struct SoftwareCard<M = FileMedium, H = OsHardware> {
    card: Card,
    store: SlotStore<M>,
    hardware: H,
    misbehaviour: Misbehaviour,
}

impl SoftwareCard {
    /// Puts a card's memory, as the factory made it, into a new file, and switches the card on.
    pub fn create(path: &Path, memory: &Memory) -> Result<Self, SoftwareError> {
        let image = SlotStore::<FileMedium>::image(memory);
        let medium = FileMedium::create(path, &image).map_err(|source| file_error(path, source))?;
        Self::power_on(medium, OsHardware::new())
    }

    /// Switches the card in a file on.
    pub fn open(path: &Path) -> Result<Self, SoftwareError> {
        let medium = FileMedium::open(path).map_err(|source| file_error(path, source))?;
        Self::power_on(medium, OsHardware::new())
    }
}

fn file_error(path: &Path, source: io::Error) -> SoftwareError {
    SoftwareError::File { path: path.display().to_string(), source }
}

impl<H: Hardware> SoftwareCard<MemoryMedium, H> {
    /// A card without a file.
    pub fn in_memory(memory: &Memory, hardware: H) -> Result<Self, SoftwareError> {
        Self::power_on(MemoryMedium::new(SlotStore::<MemoryMedium>::image(memory)), hardware)
    }
}

impl<M: Medium, H: Hardware> SoftwareCard<M, H> {
    /// Switches the card on whose memory lies on `medium`.
    pub fn power_on(medium: M, hardware: H) -> Result<Self, SoftwareError> {
        let (store, memory) = SlotStore::open(medium)?;
        Ok(Self { card: Card::power_on(memory), store, hardware, misbehaviour: Misbehaviour::default() })
    }

    /// Takes the power away and brings it back: what the memory holds is all that the card knows then.
    pub fn power_cycle(self) -> Result<Self, SoftwareError> {
        let misbehaviour = self.misbehaviour;
        let card = Self::power_on(self.store.into_medium(), self.hardware)?;
        Ok(Self { misbehaviour, ..card })
    }

    /// What the card remembers.
    pub const fn memory(&self) -> &Memory {
        self.card.memory()
    }

    /// Where the memory lies.
    pub fn medium_mut(&mut self) -> &mut M {
        self.store.medium_mut()
    }

    /// Answers one command.
    pub fn handle(&mut self, command: &[u8]) -> Vec<u8> {
        let before = self.misbehaviour.stuck_counter.then(|| self.snapshot());
        let heard = self.misbehaviour.hear(command);
        let response = self.card.handle(&heard, &mut self.store, &mut self.hardware);
        if let Some(before) = before.filter(|_| instruction(command) == Some(Instruction::SignOrder)) {
            if self.restore(&before).is_err() {
                return Response { data: &[], status: Status::MemoryFailure }.to_bytes();
            }
        }
        self.misbehaviour.say(command, response, self.card.memory())
    }

    /// Makes the card misbehave from now on, for tests.
    pub fn misbehave(&mut self, misbehaviour: Misbehaviour) -> Result<(), SoftwareError> {
        if let Some(certificate) = misbehaviour.certificate {
            let mut memory = self.memory().clone();
            memory.personalisation.certificate = Some(certificate);
            self.restore(&Snapshot(memory))?;
        }
        self.misbehaviour = misbehaviour;
        Ok(())
    }

    /// Copies the whole memory out, for tests.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot(self.memory().clone())
    }

    /// Writes a whole memory back, counters included: a card that was rolled back. For tests.
    pub fn restore(&mut self, snapshot: &Snapshot) -> Result<(), SoftwareError> {
        self.store.save(&snapshot.0)?;
        self.card.overwrite(snapshot.0.clone());
        Ok(())
    }

    /// A second card with the same keys, for tests.
    pub fn clone_keys(&self) -> Result<SoftwareCard<MemoryMedium, OsHardware>, SoftwareError> {
        SoftwareCard::in_memory(self.memory(), OsHardware::without_delay())
    }
}

impl<M: Medium, H: Hardware> Transport for SoftwareCard<M, H> {
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        Ok(self.handle(command))
    }
}

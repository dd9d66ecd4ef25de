//! The station's reader: the card in this process, or in a slot of a virtual PC/SC reader.

use super::{
    faults::{Work, Wrong, SLOW},
    world::World,
};
use crate::{pcsc::PcscReader, CardReader, DeviceError};
use specie_card::{
    protocol::Instruction,
    transport::{Transport, TransportError},
};
use specie_card_sim::software::{FileMedium, OsHardware, SoftwareCard};
use specie_reader::{
    slot::{Pull, Slot},
    software::Software,
};
use std::{io, sync::Arc};

/// Reads the card at the station in this process.
pub struct InProcess(pub Arc<World>);

impl CardReader for InProcess {
    fn connect(&mut self) -> Result<Box<dyn Transport + '_>, DeviceError> {
        let name = self.0.things().station.ok_or(DeviceError::Nothing)?;
        // What is no card does not answer.
        let card = SoftwareCard::open(&self.0.card_file(&name)).map_err(|_| DeviceError::Nothing)?;
        Ok(Box::new(Contact { world: &self.0, card: Some(card) }))
    }
}

/// A card whose contacts may slip.
struct Contact<'a> {
    world: &'a World,
    card: Option<SoftwareCard>,
}

impl Transport for Contact<'_> {
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        let mut faults = self.world.faults();
        let wrong = faults.strikes(Work::Card);
        let wrong = wrong.or_else(|| signs(command).then(|| faults.strikes(Work::Sign)).flatten());
        drop(faults);
        if wrong == Some(Wrong::Slow) {
            std::thread::sleep(SLOW);
        }
        if wrong == Some(Wrong::UnknownBefore) {
            self.card = None;
        }
        let gone = || TransportError::Disconnected("the contact slipped".into());
        let mut answer = self.card.as_mut().ok_or_else(gone)?.transmit(command)?;
        match wrong {
            Some(Wrong::UnknownAfter) => {
                self.card = None;
                return Err(gone());
            }
            // A bit that nobody has noticed.
            Some(Wrong::Mismatch) => {
                let place = answer.len() / 2;
                answer.iter_mut().skip(place).take(1).for_each(|byte| *byte ^= 0x10);
            }
            _ => {}
        }
        Ok(answer)
    }
}

/// Whether it is the command to sign an order.
fn signs(command: &[u8]) -> bool {
    command.get(1) == Some(&Instruction::SignOrder.ins())
}

/// A card in the slot, by name.
type Inserted = (String, Slot<Software<FileMedium, OsHardware>>);

/// How a card is pulled out that is to fail so.
const fn pull(wrong: Wrong) -> Pull {
    match wrong {
        Wrong::UnknownBefore => Pull::Before,
        Wrong::UnknownAfter => Pull::After,
        Wrong::Nothing | Wrong::Jam | Wrong::TimedOut | Wrong::Mismatch | Wrong::Slow => Pull::Not,
    }
}

/// Reads the card at the station through the machine's PC/SC service, which sees it in a virtual reader.
pub struct Virtual {
    world: Arc<World>,
    port: u16,
    reader: PcscReader,
    inserted: Option<Inserted>,
}

impl Virtual {
    /// The reader of this name, whose slot listens on this port of this machine.
    pub const fn new(world: Arc<World>, reader: String, port: u16) -> Self {
        Self { world, port, reader: PcscReader::new(reader), inserted: None }
    }

    /// Puts the card at the station into the slot, and takes out any other.
    fn insert(&mut self) -> io::Result<()> {
        let station = self.world.things().station;
        let is_in = |(name, slot): &Inserted| Some(name) == station.as_ref() && !slot.is_out();
        if self.inserted.as_ref().is_some_and(is_in) {
            return Ok(());
        }
        if self.inserted.take().is_some() {
            // The service looks for cards every 400 ms: one that came sooner it would take for the last one.
            std::thread::sleep(std::time::Duration::from_millis(900));
        }
        let Some(name) = station else { return Ok(()) };
        let Ok(card) = SoftwareCard::open(&self.world.card_file(&name)) else { return Ok(()) };
        let mut software = Software::new(card);
        let mut faults = self.world.faults();
        if let Some((wrong, command)) = faults.planned(Work::Card) {
            software.pull_at(command, pull(wrong));
        }
        if let Some((wrong, _)) = faults.planned(Work::Sign) {
            software.pull_when(Instruction::SignOrder.ins(), pull(wrong));
        }
        drop(faults);
        self.inserted = Some((name, Slot::insert(self.port, software)?));
        Ok(())
    }
}

impl CardReader for Virtual {
    fn connect(&mut self) -> Result<Box<dyn Transport + '_>, DeviceError> {
        self.insert().map_err(|error| DeviceError::Unknown(error.to_string()))?;
        self.reader.connect()
    }
}

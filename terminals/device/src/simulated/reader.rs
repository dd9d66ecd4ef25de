//! The station's reader: the card in this process, or in a slot of a virtual PC/SC reader.

use super::{
    faults::{Manner, Work, Wrong, SLOW},
    world::World,
};
use crate::{pcsc::PcscReader, CardReader, DeviceError};
use specie_card::{
    protocol::Instruction,
    transport::{Transport, TransportError},
};
use specie_card_sim::software::{FileMedium, OsHardware, SoftwareCard};
use specie_reader::{
    procedure_bytes,
    slot::{Inserted, OverT0, Pull, Slot},
    software::Software,
};
use std::{io, sync::Arc, time::Duration};

/// How much longer each answer of a relayed card takes.
const WAY: Duration = Duration::from_millis(60);

/// A software card that talks in some manner.
struct Card {
    kind: Kind,
    way: Option<Duration>,
}

/// Directly, or over T=0.
enum Kind {
    Direct(Software<FileMedium, OsHardware>),
    OverT0(OverT0<Software<FileMedium, OsHardware>>),
}

impl Card {
    fn new(software: Software<FileMedium, OsHardware>, manner: Manner) -> Self {
        let kind = match manner {
            Manner::OverT0 => Kind::OverT0(OverT0::new(software)),
            Manner::Plain | Manner::Relayed => Kind::Direct(software),
        };
        Self { kind, way: (manner == Manner::Relayed).then_some(WAY) }
    }

    fn inserted(&self) -> &dyn Inserted<Link = SoftwareCard> {
        match &self.kind {
            Kind::Direct(card) => card,
            Kind::OverT0(card) => card,
        }
    }

    fn inserted_mut(&mut self) -> &mut dyn Inserted<Link = SoftwareCard> {
        match &mut self.kind {
            Kind::Direct(card) => card,
            Kind::OverT0(card) => card,
        }
    }
}

impl Inserted for Card {
    type Link = SoftwareCard;

    fn power_on(&mut self) -> Result<(), String> {
        self.inserted_mut().power_on()
    }

    fn power_off(&mut self) {
        self.inserted_mut().power_off();
    }

    fn link(&mut self) -> Option<&mut SoftwareCard> {
        self.inserted_mut().link()
    }

    fn answer_to_reset(&self) -> Vec<u8> {
        self.inserted().answer_to_reset()
    }

    fn answer(&mut self, command: &[u8]) -> Option<Result<Vec<u8>, TransportError>> {
        self.way.into_iter().for_each(std::thread::sleep);
        self.inserted_mut().answer(command)
    }

    fn pull(&mut self, command: &[u8]) -> Pull {
        self.inserted_mut().pull(command)
    }
}

/// Reads the card at the station in this process.
pub struct InProcess(pub Arc<World>);

impl CardReader for InProcess {
    fn connect(&mut self) -> Result<Box<dyn Transport + '_>, DeviceError> {
        let name = self.0.things().station.ok_or(DeviceError::Nothing)?;
        // What is no card does not answer.
        let card = SoftwareCard::open(&self.0.card_file(&name)).map_err(|_| DeviceError::Nothing)?;
        let mut card = Card::new(Software::new(card), self.0.faults().manner);
        card.power_on().map_err(DeviceError::Unknown)?;
        Ok(Box::new(Contact { world: &self.0, card: Some(card) }))
    }
}

/// A card whose contacts may slip.
struct Contact<'a> {
    world: &'a World,
    card: Option<Card>,
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
        let card = self.card.as_mut().ok_or_else(gone)?;
        let is_t0 = matches!(card.kind, Kind::OverT0(_));
        // What PC/SC leaves to the application is done here as for a real reader.
        let mut answer =
            procedure_bytes::exchange(command, is_t0, |asked| card.answer(asked).unwrap_or_else(|| Err(gone())))?;
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
type InSlot = (String, Slot<Card>);

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
    inserted: Option<InSlot>,
}

impl Virtual {
    /// The reader of this name, whose slot listens on this port of this machine.
    pub const fn new(world: Arc<World>, reader: String, port: u16) -> Self {
        Self { world, port, reader: PcscReader::new(reader), inserted: None }
    }

    /// Puts the card at the station into the slot, and takes out any other.
    fn insert(&mut self) -> io::Result<()> {
        let station = self.world.things().station;
        let is_in = |(name, slot): &InSlot| Some(name) == station.as_ref() && !slot.is_out();
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
        let mut is_slow = false;
        if let Some((wrong, command)) = faults.planned(Work::Card) {
            is_slow = wrong == Wrong::Slow;
            software.pull_at(command, pull(wrong));
        }
        if let Some((wrong, _)) = faults.planned(Work::Sign) {
            software.pull_when(Instruction::SignOrder.ins(), pull(wrong));
        }
        let card = Card::new(software, faults.manner);
        drop(faults);
        if is_slow {
            std::thread::sleep(SLOW);
        }
        self.inserted = Some((name, Slot::insert(self.port, card)?));
        Ok(())
    }
}

impl CardReader for Virtual {
    fn connect(&mut self) -> Result<Box<dyn Transport + '_>, DeviceError> {
        self.insert().map_err(|error| DeviceError::Unknown(error.to_string()))?;
        self.reader.connect()
    }
}

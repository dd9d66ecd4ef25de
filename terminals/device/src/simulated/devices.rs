//! Simulated devices: they move what is in the world, and fail as they are told to.

use super::{
    faults::{Work, Wrong, SLOW},
    world::{Things, World},
};
use crate::{Bin, CashAcceptor, CurrencyModule, DeviceError, DoorState, Face, Keep, Printer, Sensors, Spot};
use std::{io, sync::Arc, time::Duration};

fn broken(error: io::Error) -> DeviceError {
    DeviceError::Unknown(error.to_string())
}

/// Does some work, or goes wrong at it.
fn attempt(world: &World, work: Work, done: impl FnOnce() -> Result<(), DeviceError>) -> Result<(), DeviceError> {
    let wrong = world.faults().strikes(work);
    let unknown = || DeviceError::Unknown(format!("{work:?}: no answer"));
    match wrong {
        None | Some(Wrong::Mismatch) => done(),
        Some(Wrong::Slow) => {
            std::thread::sleep(SLOW);
            done()
        }
        Some(Wrong::Nothing) => Err(DeviceError::Nothing),
        Some(Wrong::Jam) => Err(DeviceError::Jam),
        Some(Wrong::TimedOut) => Err(DeviceError::TimedOut),
        Some(Wrong::UnknownBefore) => Err(unknown()),
        Some(Wrong::UnknownAfter) => {
            done()?;
            Err(unknown())
        }
    }
}

/// Does some work that changes what is where.
fn shift(world: &World, work: Work, shift: impl FnOnce(&mut Things)) -> Result<(), DeviceError> {
    attempt(world, work, || world.change(shift).map_err(broken))
}

/// The card module.
pub struct Module(pub Arc<World>);

impl Module {
    /// Where a card is, there is no room for another.
    fn is_free(&self) -> Result<(), DeviceError> {
        match self.0.things() {
            Things { station: None, exit: None, .. } => Ok(()),
            _ => Err(DeviceError::Jam),
        }
    }
}

impl CurrencyModule for Module {
    fn pick(&mut self, bin: Bin) -> Result<(), DeviceError> {
        self.is_free()?;
        attempt(&self.0, Work::Pick, || match self.0.pick(bin).map_err(broken)? {
            true => Ok(()),
            false => Err(DeviceError::Nothing),
        })
    }

    fn swallow(&mut self, limit: Duration) -> Result<(), DeviceError> {
        self.is_free()?;
        attempt(&self.0, Work::Swallow, || {
            if !self.0.wait_until(limit, |things| things.offered.is_some()) {
                return Err(DeviceError::TimedOut);
            }
            self.0.change(|things| things.station = things.offered.take()).map_err(broken)
        })
    }

    fn present(&mut self) -> Result<(), DeviceError> {
        shift(&self.0, Work::Present, |things| things.exit = things.station.take())
    }

    fn await_taken(&mut self, limit: Duration) -> Result<(), DeviceError> {
        attempt(&self.0, Work::Taken, || match self.0.wait_until(limit, |things| things.exit.is_none()) {
            true => Ok(()),
            false => Err(DeviceError::TimedOut),
        })
    }

    fn retract(&mut self) -> Result<(), DeviceError> {
        shift(&self.0, Work::Retract, |things| things.station = things.exit.take())
    }

    fn keep(&mut self, reason: Keep) -> Result<(), DeviceError> {
        shift(&self.0, Work::Keep, |things| {
            let card = things.station.take();
            things.kept.extend(card.map(|card| (reason, card)));
        })
    }

    fn find(&mut self) -> Result<Spot, DeviceError> {
        attempt(&self.0, Work::Find, || Ok(()))?;
        let things = self.0.things();
        Ok(match (things.station, things.exit) {
            (Some(_), _) => Spot::Station,
            (None, Some(_)) => Spot::Exit,
            (None, None) => Spot::Neither,
        })
    }

    fn count(&mut self) -> Option<Vec<u32>> {
        Some(self.0.counts())
    }
}

/// The printer.
pub struct SimulatedPrinter(pub Arc<World>);

impl Printer for SimulatedPrinter {
    fn print(&mut self, face: &Face) -> Result<(), DeviceError> {
        let wrong = self.0.faults().strikes(Work::Print);
        let mut face = face.clone();
        match wrong {
            Some(Wrong::Mismatch) => face.amount = "8888 SPC".into(),
            Some(Wrong::Jam | Wrong::Nothing) => return Err(DeviceError::Jam),
            Some(Wrong::Slow) => std::thread::sleep(SLOW),
            Some(_) => return Err(DeviceError::Unknown("the printer does not answer".into())),
            None => {}
        }
        let printed = |things: &mut Things| {
            if let Some(card) = things.station.clone() {
                things.faces.insert(card, face);
            }
        };
        self.0.change(printed).map_err(broken)
    }

    fn read_back(&mut self) -> Result<Option<Face>, DeviceError> {
        let things = self.0.things();
        Ok(things.station.and_then(|card| things.faces.get(&card).cloned()))
    }

    fn receipt(&mut self, text: &str) -> Result<(), DeviceError> {
        attempt(&self.0, Work::Receipt, || {
            self.0.change(|things| things.receipts.push(text.into())).map_err(broken)
        })
    }
}

/// The acceptor of cash.
pub struct Acceptor(pub Arc<World>);

impl CashAcceptor for Acceptor {
    fn hold(&mut self, amount: u64, limit: Duration) -> Result<(), DeviceError> {
        attempt(&self.0, Work::Hold, || {
            if !self.0.wait_until(limit, |things| things.offered_cash >= amount) {
                return Err(DeviceError::TimedOut);
            }
            let taken = |things: &mut Things| {
                let offered = std::mem::take(&mut things.offered_cash);
                things.acceptor += amount;
                things.purse += offered - amount;
            };
            self.0.change(taken).map_err(broken)
        })
    }

    fn stack(&mut self) -> Result<(), DeviceError> {
        shift(&self.0, Work::Stack, |things| things.safe += std::mem::take(&mut things.acceptor))
    }

    fn give_back(&mut self) -> Result<(), DeviceError> {
        shift(&self.0, Work::Return, |things| things.purse += std::mem::take(&mut things.acceptor))
    }

    fn holds_any(&mut self) -> Result<bool, DeviceError> {
        attempt(&self.0, Work::Count, || Ok(()))?;
        Ok(self.0.things().acceptor > 0)
    }
}

/// The sensor of the door.
pub struct Door(pub Arc<World>);

impl Sensors for Door {
    fn door(&mut self) -> Option<DoorState> {
        Some(if self.0.things().door_open { DoorState::Open } else { DoorState::Locked })
    }
}

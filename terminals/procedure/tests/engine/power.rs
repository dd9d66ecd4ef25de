//! The locker on simulated devices and a real journal, with the power cut at every moment.

use crate::locker::{open, Command, Completion, Ending, Place, Stay};
use specie_device::{
    simulated::{
        devices::Module,
        world::{Things, World},
    },
    CurrencyModule as _, DeviceError, Spot,
};
use specie_procedure::{replay, resume, run, Entry, Journal, JournalError, Moment, Shell};
use std::{
    panic::{catch_unwind, AssertUnwindSafe},
    path::Path,
    sync::Arc,
    time::Duration,
};

const CARD: &str = "card-7";

/// A locker, whose power goes at a moment.
struct Locker {
    journal: Arc<Journal<Stay>>,
    world: Arc<World>,
    module: Module,
    moments: u32,
    cut: Option<u32>,
}

impl Locker {
    fn on(folder: &Path, world: &Arc<World>, cut: Option<u32>) -> Self {
        let journal = Arc::new(open(&folder.join("journal")));
        Self { journal, world: world.clone(), module: Module(world.clone()), moments: 0, cut }
    }

    fn moved(done: Result<(), DeviceError>) -> Completion {
        match done {
            Ok(()) => Completion::Done,
            Err(DeviceError::Unknown(_)) => Completion::Unknown,
            Err(_) => Completion::Failed,
        }
    }
}

impl Shell<Stay> for Locker {
    fn journal(&self) -> Arc<Journal<Stay>> {
        self.journal.clone()
    }

    fn means(&mut self) -> Result<(), JournalError> {
        Ok(())
    }

    fn perform(&mut self, _: u64, command: &Command, entry: &mut Entry<Stay>) -> Completion {
        let soon = Duration::from_millis(5);
        match command {
            Command::TakeIn => Self::moved(self.module.swallow(soon)),
            Command::Read => {
                let name = self.world.things().station.unwrap_or_default();
                entry.papers.clone_from(&name);
                Completion::Card(name.trim_start_matches("card-").parse().unwrap_or_default())
            }
            Command::AskNumber => Completion::Done,
            Command::Present => Self::moved(self.module.present()),
            Command::AwaitTaken => {
                // The customer stands there.
                self.world.customer_takes().unwrap();
                Self::moved(self.module.await_taken(soon))
            }
            Command::TakeBack => Self::moved(self.module.retract()),
            Command::Look => Completion::At(match self.module.find() {
                Ok(Spot::Station) => Place::Box,
                Ok(Spot::Exit) => Place::Exit,
                _ => Place::Nowhere,
            }),
        }
    }

    fn observe(&mut self, _: Moment, _: &Command) {
        self.moments += 1;
        if Some(self.moments) == self.cut {
            std::panic::resume_unwind(Box::new("power cut"));
        }
    }
}

#[test]
fn a_power_cut_at_every_moment_loses_no_card() {
    for cut in 1.. {
        let folder = tempfile::tempdir().unwrap();
        let things = Things { offered: Some(CARD.into()), ..Things::default() };
        let world = Arc::new(World::create(folder.path(), things).unwrap());
        let ended = catch_unwind(AssertUnwindSafe(|| {
            let mut locker = Locker::on(folder.path(), &world, Some(cut));
            run(&mut locker, Stay::default(), String::new()).unwrap()
        }));
        let mut locker = Locker::on(folder.path(), &world, None);
        assert_eq!(resume(&mut locker).unwrap().len(), usize::from(ended.is_err()), "cut {cut}");
        let entry = locker.journal.case(1).unwrap();
        let things = world.things();
        assert_eq!(things.cards(), 1, "cut {cut}: {things:?}");
        match entry.ending {
            Some(Ending::GivenBack) => assert_eq!(things.pocket, [CARD], "cut {cut}"),
            Some(Ending::Claimed) => assert!(!entry.case.claims.is_empty(), "cut {cut}"),
            // It never came in.
            Some(Ending::NothingPutIn) => assert_eq!(things.offered.as_deref(), Some(CARD), "cut {cut}"),
            None => panic!("cut {cut}: {entry:?}"),
        }
        let again = replay::case(&locker.journal.lines_of(1).unwrap()).unwrap();
        assert_eq!(again, entry.case, "cut {cut}");
        locker.journal.verify().unwrap();
        if ended.is_ok() {
            assert_eq!((entry.ending, entry.papers.as_str()), (Some(Ending::GivenBack), CARD));
            assert_eq!(cut, 11, "five commands, two moments each");
            break;
        }
    }
}

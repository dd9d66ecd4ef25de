//! Where every card is, and the cash: what a power cut does not change.

use super::faults::Faults;
use crate::{Bin, Face, Keep};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// The file with what is in a simulated machine, in its folder.
pub const WORLD: &str = "world.json";

/// What is where. Cards go by the names of their files.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct Things {
    /// Blanks by bin; the last is picked first.
    pub bins: Vec<Vec<String>>,
    /// Under the reader and the printer.
    pub station: Option<String>,
    /// At the exit, for the customer to take.
    pub exit: Option<String>,
    /// In the customer's hand, in front of the slot.
    pub offered: Option<String>,
    /// With the customer.
    pub pocket: Vec<String>,
    /// In the operator's compartment.
    pub kept: Vec<(Keep, String)>,
    /// What the operator took out of it.
    pub taken_out: Vec<(Keep, String)>,
    /// What is printed on cards.
    pub faces: BTreeMap<String, Face>,
    /// Receipts that were printed.
    pub receipts: Vec<String>,
    /// Cash in the customer's purse.
    pub purse: u64,
    /// Cash in the customer's hand, in front of the acceptor.
    pub offered_cash: u64,
    /// Cash that the acceptor holds.
    pub acceptor: u64,
    /// Cash in the machine's safe.
    pub safe: u64,
    /// Whether the door to the operator's side is open.
    pub door_open: bool,
}

impl Things {
    /// How many cards there are, wherever they are.
    pub fn cards(&self) -> usize {
        let single = [&self.station, &self.exit, &self.offered];
        self.bins.iter().map(Vec::len).sum::<usize>()
            + single.into_iter().filter(|place| place.is_some()).count()
            + self.pocket.len()
            + self.kept.len()
            + self.taken_out.len()
    }

    /// How much cash there is, wherever it is.
    pub const fn cash(&self) -> u64 {
        self.purse + self.offered_cash + self.acceptor + self.safe
    }
}

/// The things, in a file of a folder that also has the cards.
pub struct World {
    folder: PathBuf,
    things: Mutex<Things>,
    changed: Condvar,
    faults: Mutex<Faults>,
}

impl World {
    /// The world in a folder.
    pub fn open(folder: &Path) -> io::Result<Self> {
        let text = std::fs::read(folder.join(WORLD))?;
        let things = serde_json::from_slice(&text).map_err(io::Error::other)?;
        Ok(Self::with(folder, things))
    }

    /// A new world in a folder.
    pub fn create(folder: &Path, things: Things) -> io::Result<Self> {
        std::fs::create_dir_all(folder.join("cards"))?;
        let world = Self::with(folder, things);
        world.change(|_| {})?;
        Ok(world)
    }

    fn with(folder: &Path, things: Things) -> Self {
        Self {
            folder: folder.into(),
            things: Mutex::new(things),
            changed: Condvar::new(),
            faults: Mutex::new(Faults::default()),
        }
    }

    /// The file of a card.
    pub fn card_file(&self, name: &str) -> PathBuf {
        self.folder.join("cards").join(name)
    }

    /// What is where, now.
    pub fn things(&self) -> Things {
        self.lock().clone()
    }

    /// What goes wrong.
    pub fn faults(&self) -> MutexGuard<'_, Faults> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes something, on the disk before anybody sees it.
    pub fn change<T>(&self, work: impl FnOnce(&mut Things) -> T) -> io::Result<T> {
        let mut things = self.lock();
        let mut changed = things.clone();
        let answer = work(&mut changed);
        let (file, new) = (self.folder.join(WORLD), self.folder.join("world.new"));
        std::fs::write(&new, serde_json::to_vec_pretty(&changed).map_err(io::Error::other)?)?;
        std::fs::rename(&new, &file)?;
        *things = changed;
        self.changed.notify_all();
        Ok(answer)
    }

    /// Waits until something is so. `false`: it was not, in time.
    pub fn wait_until(&self, limit: Duration, mut is_so: impl FnMut(&Things) -> bool) -> bool {
        let begun = Instant::now();
        let mut things = self.lock();
        while !is_so(&things) {
            let left = limit.saturating_sub(begun.elapsed());
            if left.is_zero() {
                return false;
            }
            let waited = self.changed.wait_timeout(things, left).unwrap_or_else(PoisonError::into_inner);
            things = waited.0;
        }
        true
    }

    /// How many blanks each bin has.
    pub fn counts(&self) -> Vec<u32> {
        self.lock().bins.iter().map(|bin| u32::try_from(bin.len()).unwrap_or(u32::MAX)).collect()
    }

    /// The customer holds a card in front of the slot: this one, or the last that came into the pocket. `false`: there is
    /// none.
    pub fn customer_offers(&self, name: Option<&str>) -> io::Result<bool> {
        self.change(|things| {
            let place = match name {
                Some(name) => things.pocket.iter().position(|card| card == name),
                None => things.pocket.len().checked_sub(1),
            };
            let Some(place) = place.filter(|_| things.offered.is_none()) else { return false };
            things.offered = Some(things.pocket.remove(place));
            true
        })
    }

    /// The customer puts the card that was not taken in back into the pocket.
    pub fn customer_takes_back(&self) -> io::Result<()> {
        self.change(|things| {
            let offered = things.offered.take();
            things.pocket.extend(offered);
            things.purse += std::mem::take(&mut things.offered_cash);
        })
    }

    /// The customer takes the card at the exit. `false`: there is none.
    pub fn customer_takes(&self) -> io::Result<bool> {
        self.change(|things| match things.exit.take() {
            Some(card) => {
                things.pocket.push(card);
                true
            }
            None => false,
        })
    }

    /// The customer takes the card at the exit and leaves another one there. `false`: there is none, or not that one.
    pub fn customer_swaps(&self, name: &str) -> io::Result<bool> {
        self.change(|things| {
            let other = things.pocket.iter().position(|card| card == name);
            let (Some(place), Some(taken)) = (other, things.exit.take()) else { return false };
            things.exit = Some(std::mem::replace(&mut things.pocket[place], taken));
            true
        })
    }

    /// The customer puts cash in front of the acceptor, as much as there is in the purse.
    pub fn customer_offers_cash(&self, amount: u64) -> io::Result<()> {
        self.change(|things| {
            let amount = amount.min(things.purse);
            things.purse -= amount;
            things.offered_cash += amount;
        })
    }

    /// A blank leaves its bin for the station. `false`: it is empty.
    pub(super) fn pick(&self, bin: Bin) -> io::Result<bool> {
        self.change(|things| {
            let card = things.bins.get_mut(usize::from(bin.0)).and_then(Vec::pop);
            let is_there = card.is_some();
            things.station = card.or_else(|| things.station.take());
            is_there
        })
    }

    /// The operator opens the machine: cards that are stuck inside go into the compartment, and cash into the safe. What was
    /// stuck: the cards, the cash.
    pub fn operator_clears(&self) -> io::Result<(Vec<String>, u64)> {
        self.change(|things| {
            let cards: Vec<String> = [things.station.take(), things.exit.take()].into_iter().flatten().collect();
            things.kept.extend(cards.iter().map(|card| (Keep::NotTaken, card.clone())));
            let cash = std::mem::take(&mut things.acceptor);
            things.safe += cash;
            (cards, cash)
        })
    }

    /// The operator takes everything out of the compartment.
    pub fn operator_empties(&self) -> io::Result<()> {
        self.change(|things| {
            let kept = std::mem::take(&mut things.kept);
            things.taken_out.extend(kept);
        })
    }

    fn lock(&self) -> MutexGuard<'_, Things> {
        self.things.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

//! A locker with one box: it takes a card, says a number, and gives the card to whoever types that number.

use serde::{Deserialize, Serialize};
use specie_procedure::{Entry, Journal, Procedure, Step};
use std::path::Path;

/// What is known about one stay.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Stay {
    pub place: Place,
    /// Whose card it is, as it was read when it came in.
    pub card: Option<u32>,
    /// Whether the number was typed.
    pub is_fetched: bool,
    /// How often it was at the exit and nobody took it.
    pub left: u8,
    pub is_hopeless: bool,
    pub claims: Vec<Claim>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum Place {
    #[default]
    Nowhere,
    Moving,
    Box,
    Exit,
    Customer,
    Unknown,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Command {
    TakeIn,
    Read,
    AskNumber,
    Present,
    AwaitTaken,
    TakeBack,
    Look,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Completion {
    Done,
    Failed,
    Card(u32),
    At(Place),
    Unknown,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Ending {
    GivenBack,
    NothingPutIn,
    Claimed,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Claim {
    WhereIsIt,
    AnotherCard,
}

/// The mark of stays whose card is in the box.
pub const IN_BOX: &str = "in-box";

impl Procedure for Stay {
    type Means = ();
    type Command = Command;
    type Completion = Completion;
    type Ending = Ending;
    type Claim = Claim;
    type Papers = String;
    type Note = String;

    const MARKS: &'static [&'static str] = &[IN_BOX];

    fn plan(&self, (): &()) -> Step<Command, Ending> {
        match self.place {
            Place::Nowhere if self.is_hopeless => Step::End(Ending::NothingPutIn),
            Place::Nowhere => Step::Do(Command::TakeIn),
            Place::Moving => Step::Do(Command::Look),
            Place::Box if self.card.is_none() => Step::Do(Command::Read),
            Place::Box if !self.is_fetched => Step::Do(Command::AskNumber),
            Place::Box => Step::Do(Command::Present),
            Place::Exit if self.left > 0 => Step::Do(Command::TakeBack),
            Place::Exit => Step::Do(Command::AwaitTaken),
            Place::Customer => Step::End(Ending::GivenBack),
            Place::Unknown => Step::End(Ending::Claimed),
        }
    }

    fn begin(&mut self, command: &Command) {
        match command {
            Command::TakeIn | Command::Present | Command::AwaitTaken | Command::TakeBack => {
                self.place = Place::Moving
            }
            Command::Read | Command::AskNumber | Command::Look => {}
        }
    }

    fn learn(&mut self, command: &Command, completion: &Completion) {
        match (command, completion) {
            (Command::TakeIn | Command::TakeBack, Completion::Done) => (self.place, self.left) = (Place::Box, 0),
            (Command::TakeIn, Completion::Failed) => (self.place, self.is_hopeless) = (Place::Nowhere, true),
            (Command::Present, Completion::Done) => self.place = Place::Exit,
            (Command::Present, Completion::Failed) => self.place = Place::Box,
            (Command::AwaitTaken, Completion::Done) => self.place = Place::Customer,
            // Not there in time: whoever comes later types the number again.
            (Command::AwaitTaken, Completion::Failed) => {
                (self.place, self.is_fetched) = (Place::Exit, false);
                self.left = self.left.saturating_add(1);
            }
            (Command::TakeBack, Completion::Failed) => self.lose(Claim::WhereIsIt),
            (Command::Read, Completion::Card(id)) if self.card.is_none_or(|known| known == *id) => {
                self.card = Some(*id);
            }
            (Command::Read, Completion::Card(_)) => self.lose(Claim::AnotherCard),
            // What does not answer is a card all the same.
            (Command::Read, _) => self.card = Some(0),
            (Command::AskNumber, Completion::Done) => self.is_fetched = true,
            (Command::AskNumber, _) => {}
            (Command::Look, Completion::At(place)) => match (place, self.card, self.is_fetched) {
                (Place::Nowhere, None, _) => (self.place, self.is_hopeless) = (Place::Nowhere, true),
                // Out of the exit by a hand that had the right to it, or by another one.
                (Place::Nowhere, Some(_), _) => self.lose(Claim::WhereIsIt),
                (place, ..) => self.place = *place,
            },
            (Command::Look, _) => self.lose(Claim::WhereIsIt),
            _ => {}
        }
    }

    fn restarted(&mut self) {
        // Whoever typed the number may have gone.
        self.is_fetched = false;
        if self.place == Place::Exit {
            self.left = self.left.saturating_add(1);
        }
    }

    fn abandon(&mut self) {
        if self.place != Place::Customer {
            self.lose(Claim::WhereIsIt);
        }
    }

    fn claims(&self) -> &[Claim] {
        &self.claims
    }

    fn is_marked(_: &str, entry: &Entry<Self>) -> bool {
        entry.case.place == Place::Box
    }
}

impl Stay {
    fn lose(&mut self, claim: Claim) {
        self.place = Place::Unknown;
        if !self.claims.contains(&claim) {
            self.claims.push(claim);
        }
    }
}

pub fn open(path: &Path) -> Journal<Stay> {
    Journal::open(path, &[("machine", "locker 1"), ("place", "platform 3")]).unwrap()
}

//! The locker against a box of plain data in which everything may go wrong at any instant.

use crate::locker::{Claim, Command, Completion, Ending, Place, Stay};
use proptest::prelude::*;
use specie_procedure::{
    play::{play, Chances, Cut, World},
    Procedure, Step,
};

/// Where the card really is.
struct Locker {
    at: Place,
    taken_by_somebody: bool,
}

impl World<Stay> for Locker {
    fn means(&self) {}

    fn perform(&mut self, command: &Command, _: &Stay, chances: &mut Chances) -> Completion {
        let fails = chances.happens(5);
        match (command, self.at) {
            (Command::Look, Place::Customer) => Completion::At(Place::Nowhere),
            (Command::Look, at) => Completion::At(at),
            (Command::Read, Place::Box) if !fails => Completion::Card(7),
            (Command::AskNumber, _) if !fails => Completion::Done,
            (Command::TakeIn, Place::Nowhere) if !fails => self.go(Place::Box),
            (Command::Present, Place::Box) if !fails => self.go(Place::Exit),
            (Command::AwaitTaken, Place::Exit) if !fails => self.go(Place::Customer),
            (Command::TakeBack, Place::Exit) if !fails => self.go(Place::Box),
            _ => Completion::Failed,
        }
    }

    fn unknown(&self, command: &Command) -> Option<Completion> {
        let is_of_a_device = !matches!(command, Command::Read | Command::AskNumber | Command::Look);
        is_of_a_device.then_some(Completion::Unknown)
    }

    fn dark(&mut self, _: &Stay, chances: &mut Chances) {
        if self.at == Place::Exit && chances.happens(2) {
            (self.at, self.taken_by_somebody) = (Place::Customer, true);
        }
    }

    fn check(&self, stay: &Stay) -> Result<(), String> {
        let is_so = match stay.place {
            Place::Nowhere => self.at == Place::Nowhere,
            Place::Box => self.at == Place::Box,
            Place::Customer => self.at == Place::Customer,
            Place::Unknown => stay.claims.contains(&Claim::WhereIsIt),
            // Somebody may take it there.
            Place::Exit | Place::Moving => true,
        };
        if is_so {
            Ok(())
        } else {
            Err(format!("it is {:?}, and {stay:?}", self.at))
        }
    }
}

impl Locker {
    fn go(&mut self, to: Place) -> Completion {
        self.at = to;
        Completion::Done
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100_000, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_the_locker_knows_where_the_card_is_or_says_so(
        bytes in prop::collection::vec(any::<u8>(), 0..200), given_up in prop::option::of(0usize..12),
    ) {
        let mut chances = Chances::new(bytes);
        let mut locker = Locker { at: Place::Nowhere, taken_by_somebody: false };
        let mut stay = Stay::default();
        let cut = |number| if Some(number) == given_up { Cut::GivenUp } else { Cut::No };
        play(&mut stay, &mut locker, &mut chances, 400, cut)
            .map_err(|broken| TestCaseError::fail(broken.to_string()))?;
        let Step::End(ending) = stay.plan(&()) else { unreachable!("it has ended") };
        prop_assert!(ending != Ending::GivenBack || locker.at == Place::Customer);
        prop_assert!(!locker.taken_by_somebody || ending == Ending::Claimed, "taken while it was dark: {stay:?}");
    }
}

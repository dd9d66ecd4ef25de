//! A case that does not come to an end, and one that ends the program again and again.

use crate::locker::{open, Claim, Command, Completion, Ending, Stay};
use specie_procedure::{draws::Draws, resume, run, Entry, Journal, JournalError, Moment, Shell, What};
use std::{
    panic::{catch_unwind, AssertUnwindSafe},
    sync::Arc,
};

/// A locker whose customer never types the number; or whose program ends at each command.
struct Stubborn {
    journal: Arc<Journal<Stay>>,
    dies: bool,
}

impl Shell<Stay> for Stubborn {
    fn journal(&self) -> Arc<Journal<Stay>> {
        self.journal.clone()
    }

    fn means(&mut self) -> Result<(), JournalError> {
        Ok(())
    }

    fn perform(&mut self, _: u64, command: &Command, _: &mut Entry<Stay>) -> Completion {
        match command {
            Command::Read => Completion::Card(7),
            Command::AskNumber => Completion::Failed,
            _ => Completion::Done,
        }
    }

    fn observe(&mut self, moment: Moment, _: &Command) {
        if self.dies && moment == Moment::Begins {
            std::panic::resume_unwind(Box::new("the program ends"));
        }
    }
}

#[test]
fn a_case_that_does_not_end_is_given_up_with_its_claims() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Arc::new(open(&folder.path().join("journal")));
    let mut locker = Stubborn { journal: journal.clone(), dies: false };
    let (number, entry) = run(&mut locker, Stay::default(), String::new()).unwrap();
    assert_eq!(
        (entry.ending, entry.case.claims.as_slice()),
        (Some(Ending::Claimed), [Claim::WhereIsIt].as_slice())
    );
    let lines = journal.lines_of(number).unwrap();
    assert!(lines.iter().any(|line| matches!(line.what, What::Abandoned { .. })));
    assert_eq!(specie_procedure::replay::case(&lines).unwrap(), entry.case);
}

#[test]
fn a_case_that_ends_the_program_again_and_again_is_given_up() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal");
    let start = |work: fn(&mut Stubborn)| {
        let mut locker = Stubborn { journal: Arc::new(open(&path)), dies: true };
        catch_unwind(AssertUnwindSafe(|| work(&mut locker))).is_err()
    };
    assert!(start(|locker| {
        run(locker, Stay::default(), String::new()).unwrap();
    }));
    let again = |locker: &mut Stubborn| {
        resume(locker).unwrap();
    };
    let starts = (0..20).take_while(|_| start(again)).count();
    assert_eq!(starts, 8, "the ninth gives it up");
    let entry = open(&path).case(1).unwrap();
    assert_eq!((entry.ending, entry.restarts), (Some(Ending::Claimed), 9));
}

/// Who has the journal asks the same questions again; nobody is asked the same question twice.
#[test]
fn random_numbers_follow_from_the_seed() {
    let entry = |seed, restarts| Entry { restarts, ..Entry::with_seed(1, seed, Stay::default(), String::new()) };
    let drawn = |entry: &Entry<Stay>| {
        let draws = Draws::of(entry);
        [draws.draw(), draws.draw()]
    };
    let first = drawn(&entry([1; 32], 0));
    assert_eq!(first, drawn(&entry([1; 32], 0)));
    assert_ne!(first[0], first[1]);
    for other in [entry([2; 32], 0), entry([1; 32], 1)] {
        let second = drawn(&other);
        assert!(!second.contains(&first[0]) && !second.contains(&first[1]));
    }
    assert_ne!(Entry::new(1, Stay::default(), String::new()).unwrap().seed, [0; 32]);
}

//! A customer's case as the engine runs it, with what the journal keeps beside it.

use super::{Note, Papers, KEPT, QUEUED};
use crate::case::{Act, Case, Claim, Ending, Means, Outcome, Place, Registration};
use specie_procedure::{Entry, Procedure, Step};

impl Procedure for Case {
    type Means = Means;
    type Command = Act;
    type Completion = Outcome;
    type Ending = Ending;
    type Claim = Claim;
    type Papers = Papers;
    type Note = Note;

    const MARKS: &'static [&'static str] = &[KEPT, QUEUED];

    fn plan(&self, means: &Means) -> Step<Act, Ending> {
        self.next_step(means)
    }

    fn begin(&mut self, act: &Act) {
        self.begun(act);
    }

    fn learn(&mut self, act: &Act, outcome: &Outcome) {
        self.learned(act, *outcome);
    }

    fn restarted(&mut self) {
        // Nobody is there any more, and the card has to be read again.
        self.customer_is_here = false;
        self.card = None;
    }

    fn abandon(&mut self) {
        self.given_up();
    }

    fn claims(&self) -> &[Claim] {
        &self.claims
    }

    fn is_marked(mark: &str, entry: &Entry<Self>) -> bool {
        let is_so = match mark {
            KEPT => entry.case.place == Place::Kept && entry.papers.taken_out.is_none(),
            _ => entry.case.registration == Registration::Queued,
        };
        is_so && entry.ended.is_some()
    }
}

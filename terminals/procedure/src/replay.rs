//! A case run again from its lines: the same facts lead to the same commands, or the program has changed, or somebody the journal.

use crate::{Line, Procedure, Step, What};
use thiserror::Error;

/// Why a case cannot be run again.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ReplayError {
    /// Its first line is missing.
    #[error("the lines do not begin with the case's beginning")]
    NoBeginning,
    /// From the facts follows something else than was done.
    #[error("line {line}: {planned} follows from the facts, and the line says {done}")]
    Diverged {
        /// The line.
        line: u64,
        /// What follows, in the program's own words.
        planned: String,
        /// What the line says.
        done: String,
    },
}

/// Runs a case again from its lines, oldest first, to its end or to the last of them: the facts then.
pub fn case<P: Procedure>(lines: &[Line<P>]) -> Result<P, ReplayError> {
    let mut known: Option<P> = None;
    for line in lines {
        if let What::Opened { case } = &line.what {
            known = Some(case.clone());
            continue;
        }
        let case = known.as_mut().ok_or(ReplayError::NoBeginning)?;
        let same = |planned: Step<P::Command, P::Ending>, done: Step<P::Command, P::Ending>| match planned == done {
            true => Ok(()),
            false => Err(ReplayError::Diverged {
                line: line.number,
                planned: format!("{planned:?}"),
                done: format!("{done:?}"),
            }),
        };
        match &line.what {
            What::Begins { command, means } => {
                same(case.plan(means), Step::Do(command.clone()))?;
                case.begin(command);
            }
            What::Came { command, completion } => case.learn(command, completion),
            What::Restarted => case.restarted(),
            What::Abandoned { .. } => case.abandon(),
            What::Ended { ending, means } => {
                same(case.plan(means), Step::End(*ending))?;
                break;
            }
            What::Opened { .. } | What::Amended { .. } | What::Settled { .. } | What::Noted(_) => {}
        }
    }
    known.ok_or(ReplayError::NoBeginning)
}

//! The shell around a plan: writes down what it is about to do, does it, writes down what came of it.

use crate::{clock, Changes, Entry, Journal, JournalError, Procedure, Step, What};
use std::sync::Arc;
use thiserror::Error;

/// At which moment of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// It is written down, and not begun.
    Begins,
    /// It is done, and what came of it is not written down.
    IsDone,
}

/// Why a machine stops.
#[derive(Debug, Error)]
pub enum EngineError {
    /// It cannot remember.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// Random numbers could not be had.
    #[error("random numbers: {0}")]
    Random(#[from] getrandom::Error),
    /// A case takes more commands than any can: a fault of this program.
    #[error("case {0} does not come to an end")]
    Endless(u64),
}

/// No case takes more commands than this, whatever happens.
const MAX_COMMANDS: u32 = 1_000;

/// How many more one takes that was [abandoned](Procedure::abandon).
const MAX_COMMANDS_AFTER: u32 = 10;

/// A case that was under way so often when the power came back is taken for the reason why it went.
const MAX_RESTARTS: u8 = 8;

/// A machine, as the engine drives it.
pub trait Shell<P: Procedure> {
    /// What it remembers.
    fn journal(&self) -> Arc<Journal<P>>;

    /// What it has for a case now.
    fn means(&mut self) -> Result<P::Means, JournalError>;

    /// A case begins, or goes on after a power cut: nothing is known about its card but what the entry says.
    fn takes_up(&mut self, _entry: &Entry<P>) {}

    /// What has to be written down together with the intention. An error is what comes of the command: it is not begun.
    fn prepare(&mut self, _command: &P::Command, _entry: &mut Entry<P>) -> Result<(), P::Completion> {
        Ok(())
    }

    /// What changes beside the case when a command begins, in the same transaction as its line.
    fn intends(
        &mut self,
        _command: &P::Command,
        _number: u64,
        _changes: &Changes<'_, P>,
    ) -> Result<(), JournalError> {
        Ok(())
    }

    /// Does it.
    fn perform(&mut self, number: u64, command: &P::Command, entry: &mut Entry<P>) -> P::Completion;

    /// What changes beside the case when a command has ended, in the same transaction as its line. `before`: the facts as they were
    /// while it was under way.
    fn follows(&mut self, _done: &Done<'_, P>, _changes: &Changes<'_, P>) -> Result<(), JournalError> {
        Ok(())
    }

    /// The case ends; its ending is in the entry.
    fn ends(&mut self, _entry: &mut Entry<P>) {}

    /// Told of every command, at each moment. Tests cut the power here.
    fn observe(&mut self, _moment: Moment, _command: &P::Command) {}
}

/// A command that has ended.
pub struct Done<'a, P: Procedure> {
    /// The number of the case.
    pub number: u64,
    /// The command.
    pub command: &'a P::Command,
    /// What came of it.
    pub completion: &'a P::Completion,
    /// The facts while it was under way.
    pub before: &'a P,
    /// The case as it is now.
    pub entry: &'a Entry<P>,
}

/// Goes on with what was under way when the power failed. The numbers of the cases.
pub fn resume<P: Procedure, S: Shell<P>>(shell: &mut S) -> Result<Vec<u64>, EngineError> {
    let (journal, mut resumed) = (shell.journal(), Vec::new());
    for (number, mut entry) in journal.open_cases()? {
        entry.case.restarted();
        entry.remark("the power was gone");
        entry.restarts = entry.restarts.saturating_add(1);
        journal.write(number, &entry, What::Restarted, |_| Ok(()))?;
        if entry.restarts > MAX_RESTARTS {
            abandon(&journal, number, &mut entry, "this case has ended the program again and again")?;
        }
        carry_on(shell, number, entry)?;
        resumed.push(number);
    }
    Ok(resumed)
}

/// Does what somebody wants of the machine: the number of the case, and what came of it.
pub fn run<P: Procedure, S: Shell<P>>(
    shell: &mut S,
    case: P,
    papers: P::Papers,
) -> Result<(u64, Entry<P>), EngineError> {
    let entry = Entry::new(clock::now(), case, papers)?;
    let number = shell.journal().begin(&entry)?;
    Ok((number, carry_on(shell, number, entry)?))
}

fn abandon<P: Procedure>(
    journal: &Journal<P>,
    number: u64,
    entry: &mut Entry<P>,
    why: &str,
) -> Result<(), JournalError> {
    entry.remark(why);
    entry.case.abandon();
    journal.write(number, entry, What::Abandoned { why: why.into() }, |_| Ok(()))
}

fn carry_on<P: Procedure, S: Shell<P>>(
    shell: &mut S,
    number: u64,
    mut entry: Entry<P>,
) -> Result<Entry<P>, EngineError> {
    shell.takes_up(&entry);
    for commands in 0..=MAX_COMMANDS + MAX_COMMANDS_AFTER {
        if commands == MAX_COMMANDS {
            abandon(&shell.journal(), number, &mut entry, "this case did not come to an end")?;
        }
        if step(shell, number, &mut entry)? {
            return Ok(entry);
        }
    }
    Err(EngineError::Endless(number))
}

/// One command. Whether the case has ended.
fn step<P: Procedure, S: Shell<P>>(shell: &mut S, number: u64, entry: &mut Entry<P>) -> Result<bool, EngineError> {
    let (journal, means) = (shell.journal(), shell.means()?);
    let command = match entry.case.plan(&means) {
        Step::Do(command) => command,
        Step::End(ending) => {
            (entry.ended, entry.ending) = (Some(clock::now()), Some(ending));
            shell.ends(entry);
            journal.write(number, entry, What::Ended { ending, means }, |_| Ok(()))?;
            return Ok(true);
        }
    };
    let ready = shell.prepare(&command, entry);
    entry.case.begin(&command);
    let begins = What::Begins { command: command.clone(), means };
    journal.write(number, entry, begins, |changes| shell.intends(&command, number, changes))?;
    shell.observe(Moment::Begins, &command);
    let before = entry.case.clone();
    let completion = match ready {
        Ok(()) => shell.perform(number, &command, entry),
        Err(completion) => completion,
    };
    shell.observe(Moment::IsDone, &command);
    entry.case.learn(&command, &completion);
    let came = What::Came { command: command.clone(), completion: completion.clone() };
    journal.write(number, entry, came, |changes| {
        let (command, completion, before) = (&command, &completion, &before);
        shell.follows(&Done { number, command, completion, before, entry }, changes)
    })?;
    Ok(false)
}

//! What a machine kind says.

use crate::Entry;
use serde::{de::DeserializeOwned, Serialize};
use std::fmt::Debug;

/// What can be written down and read again.
pub trait Data: Clone + Debug + PartialEq + Serialize + DeserializeOwned + Send + Sync + 'static {}

impl<T: Clone + Debug + PartialEq + Serialize + DeserializeOwned + Send + Sync + 'static> Data for T {}

/// What comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step<Command, Ending> {
    /// This.
    Do(Command),
    /// Nothing: the case ends so.
    End(Ending),
}

/// A kind of business, by its facts: what is known about one case. Nothing here waits, writes or asks: the [engine](crate::engine)
/// does.
pub trait Procedure: Data {
    /// What the machine has for a case when the next command is planned.
    type Means: Data;
    /// Something to do.
    type Command: Data;
    /// What came of it.
    type Completion: Data;
    /// How a case ended.
    type Ending: Data + Copy;
    /// What people, or the chain, have to settle.
    type Claim: Data;
    /// What belongs to a case beside its facts: terms, signed bytes, receipts. No plan depends on it.
    type Papers: Data + Default;
    /// What the journal notes of the machine itself, beside cases: a bin was filled, an operator came.
    type Note: Data;

    /// Names under which cases are found without reading all of them.
    const MARKS: &'static [&'static str] = &[];

    /// What comes next. Depends on nothing but the facts and the means.
    fn plan(&self, means: &Self::Means) -> Step<Self::Command, Self::Ending>;

    /// The command begins: what it is about is in doubt from now on, until [`Self::learn`] says what came of it.
    fn begin(&mut self, command: &Self::Command);

    /// The command has ended so.
    fn learn(&mut self, command: &Self::Command, completion: &Self::Completion);

    /// The power was gone and is back.
    fn restarted(&mut self);

    /// The case does not come to an end, by a fault of the program: people have to look at everything that is not certain.
    fn abandon(&mut self);

    /// What people have to settle. Claims are added and never taken away.
    fn claims(&self) -> &[Self::Claim];

    /// Whether a case is found under one of [`Self::MARKS`].
    fn is_marked(_mark: &str, _entry: &Entry<Self>) -> bool {
        false
    }
}

//! The lines of a journal.

use crate::{chain::Hash, Procedure};
use serde::{Deserialize, Serialize};

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase")]
pub enum What<P: Procedure> {
    /// The case began, with these facts.
    Opened {
        /// The facts.
        case: P,
    },
    /// A command is about to be done.
    Begins {
        /// The command.
        command: P::Command,
        /// What the machine had for it.
        means: P::Means,
    },
    /// It was done, or not.
    Came {
        /// The command.
        command: P::Command,
        /// What came of it.
        completion: P::Completion,
    },
    /// The machine has power again.
    Restarted,
    /// It does not come to an end: people have to look at everything that is not certain.
    Abandoned {
        /// In words.
        why: String,
    },
    /// The case ended.
    Ended {
        /// How.
        ending: P::Ending,
        /// What the machine had then.
        means: P::Means,
    },
    /// Something about the case was found out later.
    Amended {
        /// In words.
        why: String,
    },
    /// A claim was settled.
    Settled {
        /// Its place among the claims of the case, from 0.
        place: u8,
        /// By whom: `chain`, or a person's name.
        by: String,
        /// In words.
        how: String,
    },
    /// Of the machine itself.
    Noted(P::Note),
}

/// A line of the journal.
#[derive(Clone, Debug, PartialEq)]
pub struct Line<P: Procedure> {
    /// Its number, from 1.
    pub number: u64,
    /// Its hash, which covers all lines before.
    pub hash: Hash,
    /// When, in milliseconds since 1970.
    pub at: u64,
    /// Of which case; 0: of none.
    pub case: u64,
    /// What.
    pub what: What<P>,
}

/// A line as it is written.
#[derive(Serialize, Deserialize)]
#[serde(bound = "")]
pub(crate) struct Body<P: Procedure> {
    pub(crate) at: u64,
    pub(crate) case: u64,
    pub(crate) what: What<P>,
    /// The case as the line left it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) state: Option<Hash>,
}

/// A claim of a case.
#[derive(Clone, Debug, PartialEq)]
pub struct ClaimRecord<Claim> {
    /// The number of the case.
    pub case: u64,
    /// Its place among the claims of the case, from 0.
    pub place: u8,
    /// What is claimed.
    pub claim: Claim,
    /// How it was settled, if it was.
    pub settled: Option<Settlement>,
}

/// How a claim was settled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settlement {
    /// When, in milliseconds since 1970.
    pub at: u64,
    /// By whom: `chain`, or the operator's name.
    pub by: String,
    /// In words.
    pub how: String,
}

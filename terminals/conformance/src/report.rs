//! A check, and what came of it.

pub use super::effect::Effect;
use super::session::{Checked, Session};
use core::fmt;
use specie_card::transport::TransportError;
use specie_card_sim::trace::Entry;

/// How bad it is when a check fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Hosts work with the card nevertheless: most often a word that a card's runtime answers in the applet's place.
    Should,
    /// The card is not a carrier's.
    Must,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Should => "should",
            Self::Must => "must",
        })
    }
}

/// One thing that the protocol demands.
#[derive(Clone, Copy, Debug)]
pub struct Check {
    /// Its stable name, `subject.demand`.
    pub id: &'static str,
    /// The section of `docs/card-protocol.md` that demands it.
    pub section: &'static str,
    /// What is demanded, in a sentence.
    pub demand: &'static str,
    /// How bad it is when it fails.
    pub severity: Severity,
    /// What it may do to the card.
    pub effect: Effect,
    pub(super) run: fn(&mut Session<'_>) -> Checked,
}

/// What several checks have in common.
pub(super) struct Section {
    name: &'static str,
    effect: Effect,
}

impl Section {
    /// Checks of the section of this name, which do this much to a card at most.
    pub(super) const fn new(name: &'static str, effect: Effect) -> Self {
        Self { name, effect }
    }

    pub(super) const fn must(
        &self,
        id: &'static str,
        run: fn(&mut Session<'_>) -> Checked,
        demand: &'static str,
    ) -> Check {
        Check { id, section: self.name, demand, severity: Severity::Must, effect: self.effect, run }
    }

    pub(super) const fn should(
        &self,
        id: &'static str,
        run: fn(&mut Session<'_>) -> Checked,
        demand: &'static str,
    ) -> Check {
        Check { severity: Severity::Should, ..self.must(id, run, demand) }
    }
}

/// What came of a check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The card does what is demanded.
    Passed,
    /// It does not.
    Failed {
        /// What the protocol demands of the last answer, or of what it says.
        expected: String,
        /// What came, in words and hex.
        got: String,
        /// The last commands of the check with their answers, and where the power was cut.
        apdus: Vec<Entry>,
    },
    /// It was not tried, or its result would say nothing.
    Skipped {
        /// Why.
        why: String,
    },
    /// The link failed. Says nothing about the card.
    Broken {
        /// How.
        error: TransportError,
        /// The last commands of the check.
        apdus: Vec<Entry>,
    },
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (text, apdus) = match self {
            Self::Passed => return f.write_str("passed"),
            Self::Skipped { why } => return write!(f, "skipped: {why}"),
            Self::Failed { expected, got, apdus } => (format!("FAILED: expected {expected}; got {got}"), apdus),
            Self::Broken { error, apdus } => (format!("BROKEN link: {error}"), apdus),
        };
        f.write_str(&text)?;
        apdus.iter().try_for_each(|entry| write!(f, "\n{entry}"))
    }
}

/// A check with its outcome.
#[derive(Clone, Debug)]
pub struct Report {
    /// The check.
    pub check: &'static Check,
    /// What came of it.
    pub outcome: Outcome,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}): {}", self.check.id, self.check.severity, self.outcome)
    }
}

/// How many checks ended how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Passed.
    pub passed: usize,
    /// Failed, of what a card must do.
    pub failed_must: usize,
    /// Failed, of what a card should do.
    pub failed_should: usize,
    /// Skipped.
    pub skipped: usize,
    /// Broken by the link.
    pub broken: usize,
}

impl Summary {
    /// Whether nothing that was examined is against the protocol. With broken checks it says little, and with skipped
    /// ones only as much as was examined.
    pub const fn conforms(&self) -> bool {
        self.failed_must == 0 && self.broken == 0
    }

    pub(super) const fn count(&mut self, report: &Report) {
        let place = match (&report.outcome, report.check.severity) {
            (Outcome::Passed, _) => &mut self.passed,
            (Outcome::Failed { .. }, Severity::Must) => &mut self.failed_must,
            (Outcome::Failed { .. }, Severity::Should) => &mut self.failed_should,
            (Outcome::Skipped { .. }, _) => &mut self.skipped,
            (Outcome::Broken { .. }, _) => &mut self.broken,
        };
        *place += 1;
    }
}

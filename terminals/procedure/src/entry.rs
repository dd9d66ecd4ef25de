//! A case with all that belongs to it, as the journal keeps it.

use crate::{draws, Procedure};
use serde::{Deserialize, Serialize};

/// A case, and what belongs to it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase")]
pub struct Entry<P: Procedure> {
    /// When it began, in milliseconds since 1970, by the machine's clock: for people. What a chain decides by is its blocks.
    pub begun: u64,
    /// When it ended, by the same.
    pub ended: Option<u64>,
    /// How.
    pub ending: Option<P::Ending>,
    /// What its random numbers are [drawn](crate::draws) from, 32 bytes in hex. Secret while the case is under way.
    #[serde(with = "crate::chain::in_hex")]
    pub seed: [u8; 32],
    /// The facts.
    pub case: P,
    /// What belongs to it.
    pub papers: P::Papers,
    /// What a chain or a device last said, in words.
    pub remarks: Vec<String>,
    /// How often the power came back while it was under way.
    pub restarts: u8,
}

impl<P: Procedure> Entry<P> {
    /// A case that begins, with a fresh seed.
    pub fn new(begun: u64, case: P, papers: P::Papers) -> Result<Self, getrandom::Error> {
        Ok(Self::with_seed(begun, draws::seed()?, case, papers))
    }

    /// The same with this seed: for tests, and to run a case again.
    pub const fn with_seed(begun: u64, seed: [u8; 32], case: P, papers: P::Papers) -> Self {
        Self { begun, ended: None, ending: None, seed, case, papers, remarks: Vec::new(), restarts: 0 }
    }

    /// One more remark, unless it was the last one already.
    pub fn remark(&mut self, remark: impl Into<String>) {
        let remark = remark.into();
        if self.remarks.last() != Some(&remark) {
            self.remarks.push(remark);
        }
    }
}

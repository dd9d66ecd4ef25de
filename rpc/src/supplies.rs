//! How much there is of each currency, as it was added up last.
//!
//! Adding up reads every carrier: with a million of them it takes many seconds. So one is added up at a time, and an answer
//! serves again for twenty times as long as it took; it names the block at which it holds.

use crate::time::millis;
use crate::{
    answers,
    error::Error,
    standing::{head_of, Grounds},
};
use parking_lot::Mutex;
use specie_primitives::ids::CurrencyId;
use specie_rpc_types::Supply;
use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

/// For how many times the time that it took an answer serves again.
const SERVES: u32 = 20;

/// The most currencies that are remembered.
const MAX_KEPT: usize = 1_024;

/// What was added up last.
#[derive(Debug, Default)]
pub struct Supplies(Mutex<HashMap<CurrencyId, Kept>>);

#[derive(Debug)]
struct Kept {
    answer: Supply,
    at: Instant,
    took: Duration,
}

impl Supplies {
    /// The supply of a currency as it was added up last, if that still serves and nobody is adding up just now.
    ///
    /// Errors: [`Error::Stale`].
    pub fn known(&self, grounds: &Grounds, id: CurrencyId) -> Result<Option<Supply>, Error> {
        grounds.fresh(&[])?;
        Ok(self.0.try_lock().and_then(|kept| kept.get(&id).and_then(Kept::again)))
    }

    /// The supply of a currency, at a final block that is as new as the work allows.
    pub fn supply(&self, grounds: &Grounds, id: CurrencyId) -> Result<Supply, Error> {
        let moment = grounds.fresh(&[])?;
        let head = moment.finalized();
        // Whoever asks for the same while it is added up waits for it here.
        let mut kept = self.0.lock();
        if let Some(known) = kept.get(&id).and_then(Kept::again) {
            return Ok(known);
        }
        let at = Instant::now();
        let known = grounds.node.supply(head.hash, id).map_err(Error::Internal)?;
        let (supply, page) = known.ok_or(Error::UnknownCurrency)?;
        let named = answers::currency(id, grounds.node.currency(id).as_ref());
        let answer = answers::supply(&supply, &page, named, head_of(head));
        if kept.len() >= MAX_KEPT {
            kept.clear();
        }
        kept.insert(id, Kept { answer: answer.clone(), at, took: at.elapsed() });
        Ok(answer)
    }
}

impl Kept {
    /// The answer, if it still serves, with its block's age as of now.
    fn again(&self) -> Option<Supply> {
        let since = self.at.elapsed();
        if since > self.took.saturating_mul(SERVES) {
            return None;
        }
        let mut answer = self.answer.clone();
        answer.head.age_ms = answer.head.age_ms.saturating_add(millis(since));
        Some(answer)
    }
}

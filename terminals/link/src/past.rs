//! What happened to a carrier since a block: all of it.
//!
//! A history comes in pages, and a node may have forgotten its beginning. Whoever decides by it has to have all of it, or to know
//! that it is not to be had.

use crate::{
    amount::Currency,
    answers::{Happened, History, HistoryEntry},
    error::ClientError,
    Account, Nodes,
};
use specie_primitives::BlockNumber;

/// How many entries are asked for at once, and how often.
const PAGE: u32 = 256;
const MAX_PAGES: u32 = 1_000;

/// What happened to a carrier in a block and after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Past {
    /// Everything, newest first.
    pub entries: Vec<HistoryEntry>,
    /// What the carrier's money is.
    pub currency: Currency,
}

impl Nodes {
    /// What happened to a carrier in block `since` and after it; `None`: none is registered there.
    ///
    /// [`ClientError::Unexpected`]: the node does not remember so far back, or it is more than anybody reads.
    pub async fn past(&self, carrier: Account, since: BlockNumber) -> Result<Option<Past>, ClientError> {
        let (mut entries, mut cursor) = (Vec::new(), None);
        for _ in 0..MAX_PAGES {
            let page = self.history(carrier, cursor.as_deref(), PAGE).await?;
            let Some(History { entries: more, cursor: next, currency, complete_since, .. }) = page else {
                return Ok(None);
            };
            let is_far_enough = more.last().is_some_and(|oldest| oldest.block < since);
            entries.extend(more.into_iter().filter(|entry| entry.block >= since));
            if is_far_enough || next.is_none() {
                return match remembers(&entries, since, complete_since) {
                    true => Ok(Some(Past { entries, currency })),
                    false => Err(ClientError::Unexpected(format!(
                        "the node remembers what happened from block {complete_since} on, and block {since} is asked for"
                    ))),
                };
            }
            cursor = next;
        }
        Err(ClientError::Unexpected(format!("more than {} entries since block {since}", MAX_PAGES * PAGE)))
    }
}

/// Whether nothing is missing: since the block, or since the carrier was registered, if that was later.
fn remembers(entries: &[HistoryEntry], since: BlockNumber, complete_since: BlockNumber) -> bool {
    let is_first = |entry: &&HistoryEntry| matches!(entry.what, Happened::Initialised { .. });
    let registered = entries.iter().find(is_first).map_or(0, |entry| entry.block);
    complete_since <= since.max(registered)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::{Hash, Units};

    const SOMEBODY: Account = Account([3; 32]);

    fn entry(block: BlockNumber, what: Happened) -> HistoryEntry {
        let block_hash = Hash([0; 32]);
        HistoryEntry { block, block_hash, timestamp: 1, extrinsic: None, event: 0, is_final: true, what }
    }

    fn funded(block: BlockNumber) -> HistoryEntry {
        let what = Happened::Funded { amount: Units(5), by: SOMEBODY, machine: None, fee: Units(0) };
        entry(block, what)
    }

    fn initialised(block: BlockNumber) -> HistoryEntry {
        let currency = Currency::native().id;
        let (batch, grant, generation) = (1, 0, 1);
        let what =
            Happened::Initialised { batch, machine: SOMEBODY, grant, generation, currency, denomination: None };
        entry(block, what)
    }

    #[test]
    fn f11_what_a_node_has_forgotten_is_not_taken_for_nothing() {
        let funds = [funded(50)];
        assert!(remembers(&funds, 10, 0) && remembers(&funds, 10, 10));
        assert!(!remembers(&funds, 10, 11), "something may have happened in block 10");
        assert!(!remembers(&[], 10, 11));
        let all = [funded(50), initialised(40)];
        assert!(remembers(&all, 10, 40), "before it was registered nothing happened to it");
        assert!(!remembers(&all, 10, 41));
    }
}

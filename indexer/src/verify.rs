//! Comparing the index with the chain: every record, both ways.

use crate::{
    build::Progress,
    core::{Base, Head},
    follow::FollowError,
    source::Source,
    store::{Store, Totals},
};
use sp_api::ProvideRuntimeApi;
use sp_blockchain::HeaderBackend;
use sp_core::H256;
use sp_runtime::traits::Block as BlockT;
use specie_primitives::index::{Changes, GrantWord, IndexApi, MAX_SNAPSHOT_PAGE};

/// The most differences that are told one by one.
const MAX_TOLD: usize = 100;

/// What a comparison found.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The block at which the two were compared.
    pub at: Option<Head>,
    /// How many records the chain has.
    pub chain: Totals,
    /// How many records the index has.
    pub index: Totals,
    /// How many differ.
    pub differences: u64,
    /// The first of them, in words.
    pub told: Vec<String>,
}

impl Report {
    /// Whether the two are equal.
    pub const fn holds(&self) -> bool {
        self.differences == 0
    }

    /// How many records of each kind of state the chain and the index have.
    pub fn rows(&self) -> [(&'static str, u64, u64); 6] {
        let (chain, index) = (&self.chain, &self.index);
        [
            ("carriers", chain.carriers, index.carriers),
            ("batches", chain.batches, index.batches),
            ("places of batches", chain.places, index.places),
            ("manufacturers", chain.manufacturers, index.manufacturers),
            ("machines", chain.machines, index.machines),
            ("words of grants", chain.grants, index.grants),
        ]
    }

    fn differs(&mut self, what: impl FnOnce() -> String) {
        self.differences = self.differences.saturating_add(1);
        if self.told.len() < MAX_TOLD {
            self.told.push(what());
        }
    }
}

/// Compares the index with the state of the last block that is in it.
///
/// Errors: the index holds nothing, is of blocks that the node does not know, or that block's state is gone.
pub fn verify<C, B>(
    source: &Source<C, B>,
    store: &Store,
    progress: &mut Progress<'_>,
) -> Result<Report, FollowError>
where
    B: BlockT<Hash = H256>,
    C: ProvideRuntimeApi<B> + HeaderBackend<B>,
    C::Api: IndexApi<B>,
{
    let cursor = store.cursor().copied().ok_or(FollowError::Empty)?;
    let link =
        source.link(cursor.hash).map_err(|_| FollowError::Foreign { number: cursor.number, hash: cursor.hash })?;
    let base = store.snapshot();
    let mut report = Report { at: Some(cursor), index: store.totals()?, ..Report::default() };
    let total = report.index;
    let expected =
        total.carriers.saturating_mul(2) + total.batches.saturating_mul(2) + total.machines + total.grants;
    let (mut after, mut done) = (None, 0);
    loop {
        let page = source.snapshot(&link, after, MAX_SNAPSHOT_PAGE)?;
        compare(&page.changes, &base, &mut report)?;
        done += (page.changes.carriers.len() + page.changes.devices.len() + page.changes.batches.len()) as u64;
        done += (page.changes.places.len() + page.changes.machines.len() + page.changes.grants.len()) as u64;
        progress(done, Some(expected.max(done)));
        if page.next.is_none() {
            break;
        }
        after = page.next;
    }
    compare_totals(&mut report);
    Ok(report)
}

/// Every record of a page must be in the index, as it is.
fn compare<S: Base>(page: &Changes, base: &S, report: &mut Report) -> Result<(), S::Error> {
    for (id, entry) in &page.carriers {
        report.chain.carriers += 1;
        let found = base.carrier(id)?;
        if found != Some(*entry) {
            report.differs(|| format!("carrier {id:?}: the chain has {entry:?}, the index {found:?}"));
        }
    }
    for (key, device) in &page.devices {
        let found = base.device(key)?;
        if found != Some(*device) {
            report.differs(|| format!("device {key:?}: the chain has {device:?}, the index {found:?}"));
        }
    }
    for (id, batch) in &page.batches {
        report.chain.batches += 1;
        let found = base.batch(*id)?;
        if found != Some(*batch) {
            report.differs(|| format!("batch {id:?}: the chain has {batch:?}, the index {found:?}"));
        }
    }
    for place in &page.places {
        report.chain.places += 1;
        let found = base.place(place.manufacturer, place.position)?;
        if found != Some(place.batch) {
            report.differs(|| format!("place {place:?}: the index has {found:?}"));
        }
    }
    for known in &page.manufacturers {
        report.chain.manufacturers += 1;
        let found = base.manufacturer(known.id)?;
        if found.as_ref() != Some(known) {
            report.differs(|| format!("manufacturer {known:?}: the index has {found:?}"));
        }
    }
    for (id, machine) in &page.machines {
        report.chain.machines += 1;
        let found = base.machine(*id)?;
        if found != Some(*machine) {
            report.differs(|| format!("machine {id:?}: the chain has {machine:?}, the index {found:?}"));
        }
    }
    for word in &page.grants {
        report.chain.grants += 1;
        let first = word.number.saturating_mul(GrantWord::GRANTS);
        let open = base.open_grants(word.machine, first, GrantWord::GRANTS as usize)?;
        let open: Vec<u32> = open.into_iter().filter(|index| index / GrantWord::GRANTS == word.number).collect();
        let expected: Vec<u32> = word.open().collect();
        if open != expected {
            report.differs(|| format!("grants {:?} of {:?}: the index has {open:?}", expected, word.machine));
        }
    }
    Ok(())
}

/// What the index has and the chain has not.
fn compare_totals(report: &mut Report) {
    for (what, chain, index) in report.rows() {
        if chain != index {
            report.differs(|| format!("the chain has {chain} {what}, the index {index}"));
        }
    }
}

//! What the machine remembers beside its cases: stock, grants, registrations to send, batch keys, the chain's currencies.
//!
//! | where | key | value |
//! |---|---|---|
//! | slot `stock` | | what is in the bins |
//! | slot `compartment` | | how many cards are in the operator's compartment, bad blanks too |
//! | slot `tries` | | wrong PINs in a row, by operator |
//! | slot `currencies` | | the currencies as the chain has them |
//! | slot `grants-in-doubt` | | whether all grants are written off: the journal is an older copy |
//! | shelf `grants` | index | a grant that the chain says is open, and no case has used |
//! | shelf `used-grants` | index | the case that has used it, or was about to; 0: none may any more |
//! | shelf `batches` | batch id | what is needed to check a certificate with no network |
//! | shelf `queue` | number of the case | the registration that waits, SCALE encoded, in hex |

mod papers;
mod procedure;

pub use papers::{Note, Papers, Terms};

use crate::case::{Act, Case};
use specie_device::Bin;
use specie_link::{
    answers::CurrencyRecord,
    money::Money,
    network::{CachedBatch, Network},
    Account,
};
use specie_ops::{operators::Tries, stock::Stock};
use specie_procedure::{clock, Changes, Entry, JournalError, Shelf, Slot};
use std::{
    ops::Deref,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// A case of this machine, with all that belongs to it.
pub type Record = Entry<Case>;

/// A line of this machine's journal.
pub type Line = specie_procedure::Line<Case>;

/// What happened.
pub type What = specie_procedure::What<Case>;

/// The mark of cases whose card is in the operator's compartment.
pub const KEPT: &str = "kept";

/// The mark of cases whose registration waits for the network.
pub const QUEUED: &str = "queued";

const STOCK: Slot<Stock> = Slot::new("stock");
const COMPARTMENT: Slot<u32> = Slot::new("compartment");
const TRIES: Slot<Tries> = Slot::new("tries");
const CURRENCIES: Slot<Vec<CurrencyRecord>> = Slot::new("currencies");
const IN_DOUBT: Slot<bool> = Slot::new("grants-in-doubt");
const GRANTS: Shelf<()> = Shelf::new("grants");
const USED: Shelf<u64> = Shelf::new("used-grants");
const BATCHES: Shelf<CachedBatch> = Shelf::new("batches");
const QUEUE: Shelf<String> = Shelf::new("queue");

/// The journal of a machine.
#[derive(Clone)]
pub struct Journal {
    cases: Arc<specie_procedure::Journal<Case>>,
    exclusive: Arc<Mutex<()>>,
}

impl Deref for Journal {
    type Target = Arc<specie_procedure::Journal<Case>>;

    fn deref(&self) -> &Self::Target {
        &self.cases
    }
}

impl Journal {
    /// Opens the journal in a file, or makes one, of this machine on this chain. `stock`: the bins as they are configured; what is
    /// in them the journal knows, but for those that are marked otherwise than before ([`Stock::configured`]).
    pub fn open(path: &Path, machine: Account, genesis: &[u8; 32], stock: &Stock) -> Result<Self, JournalError> {
        let (machine, genesis) = (machine.to_string(), hex::encode(genesis));
        let identity = [("machine", machine.as_str()), ("genesis", genesis.as_str())];
        let cases = specie_procedure::Journal::open(path, &identity)?;
        cases.change(|changes| {
            let known = changes.slot(&STOCK)?;
            let (now, marked) = known.map_or_else(|| (stock.clone(), Vec::new()), |known| known.configured(stock));
            changes.set(&STOCK, &now)?;
            marked.into_iter().try_for_each(|bin| changes.note(Note::Marked(bin.0)))
        })?;
        Ok(Self { cases: Arc::new(cases), exclusive: Arc::default() })
    }

    /// Held by whoever reads cases that have ended, and writes them later: the books, and operators who settle.
    pub fn exclusive(&self) -> MutexGuard<'_, ()> {
        self.exclusive.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The cases that have ended with their card in the operator's compartment.
    pub fn kept(&self) -> Result<Vec<(u64, Record)>, JournalError> {
        self.marked(KEPT)
    }

    /// The operator takes all cards out of the compartment: their cases.
    pub fn empty_compartment(&self) -> Result<Vec<(u64, Record)>, JournalError> {
        let _alone = self.exclusive();
        let mut kept = self.kept()?;
        // What a case that is under way has put there is not among them.
        let is_quiet = self.open_cases()?.is_empty();
        self.change(|changes| {
            for (number, record) in &mut kept {
                record.papers.taken_out = Some(clock::now());
                let why = "the operator took its card out of the compartment".into();
                changes.write(*number, record, What::Amended { why })?;
            }
            let known = changes.slot(&COMPARTMENT)?.unwrap_or(0);
            let taken = u32::try_from(kept.len()).unwrap_or(u32::MAX);
            changes.set(&COMPARTMENT, &if is_quiet { 0 } else { known.saturating_sub(taken) })
        })?;
        Ok(kept)
    }

    /// How many cards are in the operator's compartment, those of bad blanks included.
    pub fn in_compartment(&self) -> Result<u32, JournalError> {
        Ok(self.slot(&COMPARTMENT)?.unwrap_or(0))
    }

    /// Wrong PINs in a row, by operator.
    pub fn tries(&self) -> Result<Tries, JournalError> {
        Ok(self.slot(&TRIES)?.unwrap_or_default())
    }

    /// Keeps the count of wrong PINs, with what an operator does, or was refused.
    pub fn note_operator(&self, tries: &Tries, note: Option<Note>) -> Result<(), JournalError> {
        self.change(|changes| {
            changes.set(&TRIES, tries)?;
            note.map_or(Ok(()), |note| changes.note(note))
        })
    }

    /// The cases that began at `since` (milliseconds since 1970) or later, newest first.
    pub fn cases_since(&self, since: u64) -> Result<Vec<Record>, JournalError> {
        Ok(self.begun(since..)?.into_iter().map(|(_, record)| record).collect())
    }

    /// The stock.
    pub fn stock(&self) -> Result<Stock, JournalError> {
        Ok(self.slot(&STOCK)?.unwrap_or_default())
    }

    /// The operator has filled a bin, or took out what was in it: it holds `count` now.
    pub fn fill(&self, bin: Bin, count: u32) -> Result<(), JournalError> {
        self.change(|changes| {
            let mut stock = changes.slot(&STOCK)?.unwrap_or_default();
            stock.filled(bin, count).map_err(|error| JournalError::Refused(error.to_string()))?;
            changes.set(&STOCK, &stock)?;
            changes.note(Note::Filled(bin.0, count))
        })
    }

    /// Keeps the chain's currencies, for when there is no network: their ids never change their meaning.
    pub fn set_currencies(&self, currencies: &Vec<CurrencyRecord>) -> Result<(), JournalError> {
        self.change(|changes| changes.set(&CURRENCIES, currencies))
    }

    /// The chain's currencies, as they were when it was last asked; none if it never was.
    pub fn currencies(&self) -> Result<Vec<CurrencyRecord>, JournalError> {
        Ok(self.slot(&CURRENCIES)?.unwrap_or_default())
    }

    /// The machine may use no grant now, as the chain says.
    pub fn withhold_grants(&self) -> Result<(), JournalError> {
        self.change(|changes| changes.keys(&GRANTS)?.into_iter().try_for_each(|index| changes.take(&GRANTS, index)))
    }

    /// Which grants the chain says are open: all of them. Those that a case has used are not open, whatever it says.
    pub fn set_grants(&self, open: &[u32]) -> Result<(), JournalError> {
        self.change(|changes| {
            let is_open = |key: &u64| open.iter().any(|index| u64::from(*index) == *key);
            for gone in changes.keys(&GRANTS)?.into_iter().filter(|key| !is_open(key)) {
                changes.take(&GRANTS, gone)?;
            }
            let in_doubt = changes.slot(&IN_DOUBT)?.unwrap_or(false);
            for index in open.iter().map(|index| u64::from(*index)) {
                match changes.get(&USED, index)? {
                    Some(_) => {}
                    None if in_doubt => use_grant(changes, index, 0)?,
                    None => changes.put(&GRANTS, index, &())?,
                }
            }
            changes.set(&IN_DOUBT, &false)
        })
    }

    /// The journal is a copy that is older than what the machine has done since: grants may have been used that it calls open. None that the
    /// chain has open now is ever used; the issuer gives others.
    pub fn doubt_grants(&self) -> Result<(), JournalError> {
        self.change(|changes| {
            for index in changes.keys(&GRANTS)? {
                use_grant(changes, index, 0)?;
            }
            changes.set(&IN_DOUBT, &true)?;
            changes.note(Note::Restored)
        })
    }

    /// A case has used a grant, or is about to.
    pub fn use_grant(&self, index: u32, case: u64) -> Result<(), JournalError> {
        self.change(|changes| Self::mark_used(changes, index, case))
    }

    /// The same among other changes.
    pub fn mark_used(changes: &Changes<'_, Case>, index: u32, case: u64) -> Result<(), JournalError> {
        use_grant(changes, u64::from(index), case)
    }

    /// How many grants no case has used.
    pub fn open_grants(&self) -> Result<u64, JournalError> {
        self.count(&GRANTS)
    }

    /// The first grant that no case has used.
    pub fn next_grant(&self) -> Result<Option<u32>, JournalError> {
        Ok(self.first(&GRANTS)?.and_then(|(index, ())| u32::try_from(index).ok()))
    }

    /// Keeps batch keys for when there is no network.
    pub fn set_batches(&self, batches: &[(u64, CachedBatch)]) -> Result<(), JournalError> {
        self.change(|changes| batches.iter().try_for_each(|(id, batch)| changes.put(&BATCHES, *id, batch)))
    }

    /// A batch, as it was when it was last asked.
    pub fn batch(&self, id: u64) -> Result<Option<CachedBatch>, JournalError> {
        self.get(&BATCHES, id)
    }

    /// The registrations to be sent, by case.
    pub fn queue(&self) -> Result<Vec<(u64, Vec<u8>)>, JournalError> {
        let rows = self.rows(&QUEUE, usize::MAX)?;
        Ok(rows.into_iter().map(|(number, bytes)| (number, hex::decode(bytes).unwrap_or_default())).collect())
    }

    /// A registration is not to be sent any more: the chain has it, or refuses it for good. `record` says which.
    pub fn dequeue(&self, number: u64, record: &Record, why: &str) -> Result<(), JournalError> {
        self.write(number, record, What::Amended { why: why.into() }, |changes| changes.take(&QUEUE, number))
    }
}

/// Notes in a record who paid its carrier, and the fee, if the chain says so; the payment need not be final.
pub(crate) fn note_payer(network: &Network, record: &mut Record) {
    let (currency, wanted) = (record.papers.money(&record.case, 0).currency, record.case.request.kind.amount());
    let (Some(carrier), since) = (record.papers.carrier, record.papers.begun_at.unwrap_or(0)) else { return };
    if let Some(payment) = network.payment(carrier, currency, since, wanted) {
        record.papers.payer = payment.by;
        record.papers.fee_paid = Some(Money { currency, units: payment.fee });
    }
}

/// A command begins that uses a grant.
pub(crate) fn intends(command: &Act, number: u64, changes: &Changes<'_, Case>) -> Result<(), JournalError> {
    match command {
        Act::Initialise { grant } => use_grant(changes, u64::from(*grant), number),
        _ => Ok(()),
    }
}

fn use_grant(changes: &Changes<'_, Case>, index: u64, case: u64) -> Result<(), JournalError> {
    changes.take(&GRANTS, index)?;
    changes.put(&USED, index, &case)
}

/// A blank has left its bin, or the bin is empty. A count that was wrong before is no reason to stop: the module has said how it is.
pub(crate) fn has_left(changes: &Changes<'_, Case>, bin: Bin, is_empty: bool) -> Result<(), JournalError> {
    let mut stock = changes.slot(&STOCK)?.unwrap_or_default();
    let _ = if is_empty { stock.filled(bin, 0) } else { stock.taken(bin) };
    changes.set(&STOCK, &stock)
}

/// A card has come into the operator's compartment.
pub(crate) fn is_kept(changes: &Changes<'_, Case>) -> Result<(), JournalError> {
    let known = changes.slot(&COMPARTMENT)?.unwrap_or(0);
    changes.set(&COMPARTMENT, &known.saturating_add(1))
}

/// A registration waits for the network.
pub(crate) fn queued(changes: &Changes<'_, Case>, number: u64, registration: &String) -> Result<(), JournalError> {
    changes.put(&QUEUE, number, registration)
}

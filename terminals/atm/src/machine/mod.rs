//! The shell around the plan: writes down what it is about to do, does it, writes down what came of it.

mod cards;
mod chain;
mod moves;
mod words;

pub use words::{act_in_words, claim_in_words, ending_in_words, keep_in_words, outcome_in_words, refusal_in_words};

use crate::{
    case::{Act, Case, Ending, Means, Move, Outcome, Place, Request, Spend, Step},
    clock,
    device::Devices,
    journal::{Journal, JournalError, Record, Terms, What, Written},
    money::{self, Currencies},
    network::Network,
    policy::Policy,
    receipt,
};
use specie_primitives::{crypto::PublicKey, ids::CurrencyId, Balance};
use std::sync::Arc;
use thiserror::Error;

/// At which moment of an act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// It is written down, and not begun.
    Begins,
    /// It is done, and what came of it is not written down.
    IsDone,
}

/// Told of every act, at each moment. Tests cut the power here.
pub type Observer = Box<dyn FnMut(Moment, &Act) + Send>;

/// Why the machine stops.
#[derive(Debug, Error)]
pub enum MachineError {
    /// It cannot remember.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// A case takes more acts than any can: a fault of this program.
    #[error("case {0} does not come to an end")]
    Endless(u64),
}

/// No case takes more acts than this, whatever happens.
const MAX_ACTS: u32 = 1_000;

/// A case that was under way so often when the power came back is taken for the reason why it went.
const MAX_RESTARTS: u8 = 8;

/// How many more one takes that was [abandoned](Case::abandon).
const MAX_ACTS_AFTER: u32 = 10;

/// A machine.
pub struct Machine {
    /// What it is made of.
    pub devices: Devices,
    /// The chain.
    pub network: Arc<Network>,
    /// What it remembers.
    pub journal: Arc<Journal>,
    /// What the operator has decided.
    pub policy: Policy,
    /// The genesis hash of its chain.
    pub genesis: [u8; 32],
    observer: Observer,
    /// The device key of the card at the station, as it was last read.
    at_station: Option<PublicKey>,
}

impl Machine {
    /// A machine; [`Self::resume`] comes first.
    pub fn new(
        devices: Devices,
        network: Arc<Network>,
        journal: Arc<Journal>,
        policy: Policy,
        genesis: [u8; 32],
        observer: Observer,
    ) -> Self {
        Self { devices, network, journal, policy, genesis, observer, at_station: None }
    }

    /// The currencies that the machine deals in and of which the chain says the same.
    pub fn currencies(&self) -> Result<Currencies, JournalError> {
        Ok(self.policy.currencies.confirmed_by(&self.journal.currencies()?))
    }

    /// The least that an account may hold of a currency, in base units, by the chain's last word; 0: it has said none.
    pub fn minimum(&self, currency: CurrencyId) -> Result<Balance, JournalError> {
        Ok(money::minimum(&self.journal.currencies()?, currency))
    }

    /// Goes on with what was under way when the power failed. The numbers of the cases.
    pub fn resume(&mut self) -> Result<Vec<u64>, MachineError> {
        let mut resumed = Vec::new();
        for (number, mut record) in self.journal.open_cases()? {
            record.case.restarted();
            record.remark("the power was gone");
            record.restarts = record.restarts.saturating_add(1);
            if record.restarts > MAX_RESTARTS {
                record.remark("this case has ended the program again and again");
                record.case.abandon();
            }
            self.journal.write(number, &record, What::Restarted, Written::default())?;
            self.carry_on(number, record)?;
            resumed.push(number);
        }
        Ok(resumed)
    }

    /// Does what the customer has agreed to.
    pub fn run(&mut self, request: Request, terms: Terms) -> Result<(u64, Record), MachineError> {
        let mut record = Record::new(clock::now(), Case::new(request), terms);
        record.begun_at = self.network.heights().ok().map(|heights| heights.lowest_final);
        let number = self.journal.begin(&record)?;
        Ok((number, self.carry_on(number, record)?))
    }

    fn carry_on(&mut self, number: u64, mut record: Record) -> Result<Record, MachineError> {
        self.at_station = None;
        for acts in 0..=MAX_ACTS + MAX_ACTS_AFTER {
            if acts == MAX_ACTS {
                record.remark("this case did not come to an end");
                record.case.abandon();
            }
            if self.step(number, &mut record)?.is_some() {
                return Ok(record);
            }
        }
        Err(MachineError::Endless(number))
    }

    fn step(&mut self, number: u64, record: &mut Record) -> Result<Option<Ending>, MachineError> {
        let grant = self.journal.open_grants()?.first().copied();
        let means = Means { grant, max_bad_blanks: self.policy.max_bad_blanks };
        let act = match record.case.plan(&means) {
            Step::Do(act) => act,
            Step::End(ending) => {
                (record.ended, record.ending) = (Some(clock::now()), Some(ending));
                record.ended_at = self.network.heights().ok().map(|heights| heights.highest_best);
                self.journal.write(number, record, What::Ended(ending), Written::default())?;
                return Ok(Some(ending));
            }
        };
        let ready = self.prepare(&act, record);
        record.case.begin(&act);
        let grant = match act {
            Act::Initialise { grant } => Some(grant),
            _ => None,
        };
        self.journal.write(number, record, What::Begins(act), Written { grant, ..Written::default() })?;
        (self.observer)(Moment::Begins, &act);
        let under_way = record.case.place;
        let outcome = match ready {
            Ok(()) => self.perform(&act, number, record),
            Err(outcome) => outcome,
        };
        (self.observer)(Moment::IsDone, &act);
        record.case.learn(&act, outcome);
        let also = self.consequences(&act, outcome, under_way, record)?;
        self.journal.write(number, record, What::Came(act, outcome), also)?;
        Ok(None)
    }

    /// What has to be written down together with the intention.
    fn prepare(&mut self, act: &Act, record: &mut Record) -> Result<(), Outcome> {
        match act {
            // Another card than the last one of this case, if there was one.
            Act::Pick(_) | Act::Swallow => {
                (record.carrier, record.device, record.registration) = (None, None, None);
                (record.issued, record.currency) = (None, None);
                Ok(())
            }
            Act::Initialise { .. } => {
                record.device = self.at_station.as_ref().map(cards::in_hex);
                self.fix_terms(record)
            }
            Act::AwaitPayment => {
                // No node could say so when the case began.
                let last = || Some(self.network.heights().ok()?.lowest_final);
                record.begun_at = record.begun_at.or_else(last);
                Ok(())
            }
            // What the card was told before a power cut stays what it is told.
            Act::SignOrder if record.case.spend == Spend::Asked && record.order.is_some() => Ok(()),
            Act::SignOrder => self.make_order(record),
            Act::Queue | Act::Register => self.make_registration(record),
            _ => Ok(()),
        }
    }

    /// What changes beside the case.
    fn consequences(
        &self,
        act: &Act,
        outcome: Outcome,
        under_way: Place,
        record: &Record,
    ) -> Result<Written, MachineError> {
        let mut also = Written::default();
        let bin = match record.case.request.kind {
            crate::case::Kind::Issue { bin, .. } | crate::case::Kind::IssueOffline { bin, .. } => bin,
            _ => return Ok(also),
        };
        let has_left = under_way == Place::Moving(Move::Picked) && record.case.place == Place::Station;
        let is_empty = matches!(act, Act::Pick(_)) && outcome == Outcome::Failed(crate::case::Fault::Nothing);
        if has_left || is_empty {
            let mut stock = self.journal.stock()?;
            // A count that was wrong before is no reason to stop: the module has said how it is.
            let _ = if has_left { stock.taken(bin) } else { stock.filled(bin, 0) };
            also.stock = Some(stock);
        }
        if let (Act::Queue, Outcome::Done, Some(registration)) = (act, outcome, &record.registration) {
            also.queue = hex::decode(registration).ok();
        }
        Ok(also)
    }

    fn perform(&mut self, act: &Act, number: u64, record: &mut Record) -> Outcome {
        self.show(act, record);
        match act {
            Act::Read => self.read_card(record),
            Act::Initialise { grant } => self.initialise(*grant, record),
            Act::SignOrder => self.sign_order(number, record),
            Act::Register => self.register(record),
            Act::AskChain => self.ask_chain(record),
            Act::AwaitPayment => self.await_payment(record),
            Act::SendOrder => self.send_order(record),
            Act::Receipt => self.give_receipt(number, record),
            Act::Queue | Act::GiveUp(_) => Outcome::Done,
            _ => self.move_something(act, record),
        }
    }

    fn give_receipt(&mut self, number: u64, record: &mut Record) -> Outcome {
        let text = receipt::of(number, record, self.network.account(), &self.policy);
        if record.case.customer_is_here {
            if let Err(error) = self.devices.printer.receipt(&text) {
                record.remark(format!("the receipt was not printed: {error}"));
            }
        }
        // The customer's copy is in the journal in any case.
        record.receipt = Some(text);
        Outcome::Done
    }
}

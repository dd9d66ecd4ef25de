//! The machine of document 1, as the [engine](specie_procedure::engine) drives it: which device, card or node does an act.

mod cards;
mod chain;
mod codes;
mod moves;
mod words;

pub use words::{act_in_words, claim_in_words, ending_in_words, keep_in_words, outcome_in_words, refusal_in_words};

use crate::{
    case::{Act, Case, Fault, Kind, Means, Move, Outcome, Place, Request, Spend},
    journal::{self, Journal, Papers, Record, Terms},
    policy::Policy,
    receipt, texts,
};
use specie_device::Devices;
use specie_link::{
    money::{self, Currencies},
    network::Network,
};
use specie_ops::texts::Texts;
use specie_primitives::{crypto::PublicKey, ids::CurrencyId, Balance};
use specie_procedure::{engine::Done, Changes, Draws, EngineError, JournalError, Moment, Shell};
use std::sync::Arc;

/// How often the customer may type the card's code.
const CODES: u32 = 3;

/// Told of every act, at each moment. Tests cut the power here.
pub type Observer = Box<dyn FnMut(Moment, &Act) + Send>;

/// A machine.
pub struct Machine {
    /// What it is made of.
    pub devices: Devices,
    /// The chain.
    pub network: Arc<Network>,
    /// What it remembers.
    pub journal: Journal,
    /// What the operator has decided.
    pub policy: Policy,
    /// The genesis hash of its chain.
    pub genesis: [u8; 32],
    /// What it says, in the customer's language.
    pub texts: Texts,
    /// Whether the customer wants larger letters.
    pub large: bool,
    observer: Observer,
    /// The device key of the card at the station, as it was last read.
    at_station: Option<PublicKey>,
    /// The random numbers of the case that is under way.
    draws: Draws,
}

impl Machine {
    /// A machine; [`Self::resume`] comes first.
    pub fn new(
        devices: Devices,
        network: Arc<Network>,
        journal: Journal,
        policy: Policy,
        genesis: [u8; 32],
        observer: Observer,
    ) -> Self {
        Self {
            devices,
            network,
            journal,
            policy,
            genesis,
            texts: texts::all().clone(),
            large: false,
            observer,
            at_station: None,
            draws: Draws::default(),
        }
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
    pub fn resume(&mut self) -> Result<Vec<u64>, EngineError> {
        specie_procedure::resume(self)
    }

    /// Does what the customer has agreed to.
    pub fn run(&mut self, request: Request, terms: Terms) -> Result<(u64, Record), EngineError> {
        let begun_at = self.network.heights().ok().map(|heights| heights.lowest_final);
        let papers = Papers { begun_at, ..Papers::new(terms) };
        specie_procedure::run(self, Case::new(request), papers)
    }

    fn give_receipt(&mut self, number: u64, record: &mut Record) -> Outcome {
        let mut texts = self.texts.clone();
        // After a power cut it is not the machine that knows the customer's language.
        let _ = texts.speak(&record.papers.terms.language);
        let text = receipt::of(number, record, self.network.account(), &self.policy, &texts);
        if record.case.customer_is_here {
            if let Err(error) = self.devices.printer.receipt(&text) {
                record.remark(format!("the receipt was not printed: {error}"));
            }
        }
        // The customer's copy is in the journal in any case.
        record.papers.receipt = Some(text);
        Outcome::Done
    }
}

impl Shell<Case> for Machine {
    fn journal(&self) -> Arc<specie_procedure::Journal<Case>> {
        (*self.journal).clone()
    }

    fn means(&mut self) -> Result<Means, JournalError> {
        Ok(Means {
            grant: self.journal.next_grant()?,
            max_bad_blanks: self.policy.max_bad_blanks,
            pays_back: self.policy.pay_back,
        })
    }

    fn takes_up(&mut self, record: &Record) {
        (self.at_station, self.draws) = (None, Draws::of(record));
    }

    fn prepare(&mut self, act: &Act, record: &mut Record) -> Result<(), Outcome> {
        match act {
            // Another card than the last one of this case, if there was one.
            Act::Pick(_) | Act::Swallow => {
                let papers = &mut record.papers;
                (papers.carrier, papers.device, papers.registration) = (None, None, None);
                (papers.issued, papers.currency) = (None, None);
                Ok(())
            }
            Act::Initialise { .. } => {
                record.papers.device = self.at_station.as_ref().map(cards::in_hex);
                self.fix_terms(record)
            }
            Act::AwaitPayment => {
                // No node could say so when the case began.
                let last = || Some(self.network.heights().ok()?.lowest_final);
                record.papers.begun_at = record.papers.begun_at.or_else(last);
                Ok(())
            }
            // What the card was told before a power cut stays what it is told.
            Act::SignOrder if record.case.spend == Spend::Asked && record.papers.order.is_some() => Ok(()),
            Act::SignOrder => self.make_order(record),
            Act::Queue | Act::Register => self.make_registration(record),
            _ => Ok(()),
        }
    }

    fn intends(&mut self, act: &Act, number: u64, changes: &Changes<'_, Case>) -> Result<(), JournalError> {
        journal::intends(act, number, changes)
    }

    fn perform(&mut self, number: u64, act: &Act, record: &mut Record) -> Outcome {
        self.show(act, record);
        match act {
            Act::Read => self.read_card(record),
            Act::Initialise { grant } => self.initialise(*grant, record),
            Act::Unlock => self.unlock(record),
            Act::SignOrder => self.sign_order(number, record),
            Act::Register => self.register(record),
            Act::AskChain => self.ask_chain(record),
            Act::FindPayer => self.find_payer(record),
            Act::AwaitPayment => self.await_payment(record),
            Act::SendOrder => self.send_order(record),
            Act::Receipt => self.give_receipt(number, record),
            Act::Queue | Act::GiveUp(_) => Outcome::Done,
            _ => self.move_something(act, record),
        }
    }

    fn follows(&mut self, done: &Done<'_, Case>, changes: &Changes<'_, Case>) -> Result<(), JournalError> {
        let (act, outcome, case) = (done.command, *done.completion, &done.entry.case);
        // A bad blank is in the compartment too, and its case goes on with another one.
        let is_there = matches!(case.place, Place::Kept | Place::Nowhere);
        if done.before.place == Place::Moving(Move::Kept) && is_there {
            journal::is_kept(changes)?;
        }
        let (Kind::Issue { bin, .. } | Kind::IssueOffline { bin, .. }) = case.request.kind else { return Ok(()) };
        let has_left = done.before.place == Place::Moving(Move::Picked) && case.place == Place::Station;
        let is_empty = matches!(act, Act::Pick(_)) && outcome == Outcome::Failed(Fault::Nothing);
        if has_left || is_empty {
            journal::has_left(changes, bin, is_empty)?;
        }
        match (act, outcome, &done.entry.papers.registration) {
            (Act::Queue, Outcome::Done, Some(registration)) => journal::queued(changes, done.number, registration),
            _ => Ok(()),
        }
    }

    fn ends(&mut self, record: &mut Record) {
        record.papers.ended_at = self.network.heights().ok().map(|heights| heights.highest_best);
    }

    fn observe(&mut self, moment: Moment, act: &Act) {
        (self.observer)(moment, act);
    }
}

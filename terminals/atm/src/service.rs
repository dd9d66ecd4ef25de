//! A machine at work: what was under way, the books, one customer after the other.
//!
//! Whoever puts the machine on hardware of their own writes the drivers, and this around them:
//!
//! ```no_run
//! use specie_atm::{
//!     dialogue::Dialogue, journal::Journal, machine::Machine, service, settings,
//! };
//! use specie_device::Devices;
//! use specie_link::{network::Network, Nodes};
//! use specie_atm::watch::Watch;
//! use specie_ops::{alarms::Alarms, identify::WalletChallenge, metrics::Metrics};
//! use std::{error::Error, path::Path, sync::{atomic::AtomicBool, Arc}};
//!
//! fn run(folder: &Path, devices: Devices, is_over: &AtomicBool) -> Result<(), Box<dyn Error>> {
//!     let config = settings::read(&folder.join("atm.toml"))?;
//!     let genesis = config.genesis().ok_or("no genesis hash")?;
//!     let key = config.signer(folder)?;
//!     let (account, stock) = (key.account(), config.stock()?);
//!     let journal = Journal::open(&folder.join(&config.journal), account, &genesis, &stock)?;
//!     let nodes = Nodes::new(config.nodes.clone(), Some(genesis));
//!     let network = Network::new(Arc::new(nodes), key)?;
//!     let machine = Machine::new(
//!         devices, Arc::new(network), journal, config.policy, genesis, Box::new(|_, _| {}),
//!     );
//!     let identifier = Box::new(WalletChallenge { machine: account, genesis });
//!     let watch = Watch::new(Alarms::new(account.to_string(), Vec::new()), Metrics::new()?, 100);
//!     let mut dialogue = Dialogue { machine, identifier, watch };
//!     service::run(&mut dialogue, is_over, |words| println!("{words}"))?;
//!     Ok(())
//! }
//! ```

use crate::{
    books,
    case::{Claim, Ending},
    dialogue::{Dialogue, Served},
    journal::Record,
    machine::{claim_in_words, ending_in_words, refusal_in_words},
};
use specie_link::answers::CurrencyRecord;
use specie_ops::alarms::Alarm;
use specie_procedure::{EngineError, JournalError};
use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

/// How long the machine waits for a customer before it looks after itself.
const IDLE: Duration = Duration::from_secs(2);

/// How often what waits is tried again, and how often the books are compared when nothing does.
const SOON: Duration = Duration::from_secs(5);
const LATER: Duration = Duration::from_secs(600);

/// Goes on with what was under way, looks after itself, and serves customers until it is to end. `told` hears what comes of
/// it, for the operator's log. An error: the machine cannot remember, or not go on, and has to be looked at.
pub fn run(dialogue: &mut Dialogue, is_over: &AtomicBool, mut told: impl FnMut(String)) -> Result<(), EngineError> {
    let (machine, watch) = (&mut dialogue.machine, &dialogue.watch);
    let watched = watch.begin(&machine.journal, &machine.policy, machine.devices.sensors.take());
    watched.unwrap_or_else(|error| told(format!("the machine is not watched over: {error}")));
    let served = serve(dialogue, is_over, &mut told);
    let words = served.as_ref().err().map(ToString::to_string);
    dialogue.watch.alarms.set(Alarm::OutOfOrder, words);
    served
}

fn serve(dialogue: &mut Dialogue, is_over: &AtomicBool, told: &mut impl FnMut(String)) -> Result<(), EngineError> {
    for number in dialogue.machine.resume()? {
        told(format!("resumed case {number}"));
    }
    look_after(dialogue, told)?;
    let (mut looked, mut pause) = (Instant::now(), SOON);
    while !is_over.load(Ordering::Relaxed) {
        match dialogue.serve(IDLE)? {
            Served::Nobody => {}
            Served::Left(why) => told(format!("left: {why}")),
            Served::Case(number, record) => {
                dialogue.watch.metrics.ended(record.case.request.kind.name(), ending_name(record.ending));
                told(format!("case {number}: {}", in_words(&record)));
                record.remarks.iter().for_each(|remark| told(format!("  {remark}")));
            }
        }
        let waits = looked.elapsed() > pause && is_due(dialogue);
        dialogue.watch.devices(&mut dialogue.machine.devices);
        if waits || looked.elapsed() > LATER {
            look_after(dialogue, told)?;
            looked = Instant::now();
            // What cannot be done now is not tried again and again.
            pause = if is_due(dialogue) { (pause * 2).min(LATER) } else { SOON };
        }
    }
    Ok(())
}

/// How a case ended, for figures.
const fn ending_name(ending: Option<Ending>) -> &'static str {
    match ending {
        Some(Ending::Done) => "done",
        Some(Ending::Refused) => "refused",
        Some(Ending::Claimed) => "claimed",
        None => "open",
    }
}

/// How a case ended.
fn in_words(record: &Record) -> String {
    let case = &record.case;
    let mut words = vec![record.ending.map_or("under way", ending_in_words)];
    words.extend(case.refusal.map(refusal_in_words));
    words.extend(case.claims.iter().map(|claim| claim_in_words(*claim)));
    words.join("; ")
}

/// Whether something waits for the network, or the chain can settle a claim, or the grants run out, or the chain has never
/// named a currency that the machine is to deal in.
fn is_due(dialogue: &Dialogue) -> bool {
    let (journal, policy) = (&dialogue.machine.journal, &dialogue.machine.policy);
    let chains = |claim: &Claim| matches!(claim, Claim::SpendNotKnown | Claim::PaymentNotKnown);
    let waits = journal.queue().is_ok_and(|queue| !queue.is_empty())
        || journal.unsettled().is_ok_and(|claims| claims.iter().any(|claim| chains(&claim.claim)));
    let is_named = |chain: &[CurrencyRecord], id| chain.iter().any(|known| known.id == id);
    let needs = journal.open_grants().is_ok_and(|grants| grants == 0)
        || journal.currencies().is_ok_and(|chain| policy.currencies.ids().any(|id| !is_named(&chain, id)));
    (waits || needs) && dialogue.machine.network.health().is_ok_and(|health| health.able)
}

fn look_after(dialogue: &mut Dialogue, told: &mut impl FnMut(String)) -> Result<(), JournalError> {
    let machine = &mut dialogue.machine;
    let counted = machine.devices.module.count();
    let findings = books::reconcile(&machine.journal, &machine.network, &machine.policy, counted)?;
    dialogue.watch.findings(&findings);
    for difference in &findings.differences {
        told(format!("books: {difference}"));
    }
    for (case, how) in &findings.settled {
        told(format!("books: case {case}: {how}"));
    }
    for case in &findings.registered {
        told(format!("books: case {case}: registered"));
    }
    for bin in &findings.to_fill {
        told(format!("books: {bin}"));
    }
    Ok(())
}

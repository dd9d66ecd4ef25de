//! Running a machine, and looking into its books.

use crate::{
    arguments::Sim,
    assemble::{open, simulated, Simulated},
    view, Outcome,
};
use specie_atm::{
    books,
    case::Claim,
    dialogue::{Dialogue, Served},
    journal::Journal,
    machine::{Moment, Observer},
    simulation::world::World,
    stock::Bin,
};
use specie_reader::service::Service;
use std::{
    error::Error,
    io::Read as _,
    path::Path,
    sync::{
        atomic::{AtomicBool, Ordering},
        Arc,
    },
    time::{Duration, Instant},
};

/// How long the machine waits for a customer before it looks after itself.
const IDLE: Duration = Duration::from_secs(2);

/// How often what waits is tried again, and how often the books are compared when nothing does.
const SOON: Duration = Duration::from_secs(5);
const LATER: Duration = Duration::from_secs(600);

/// With simulated devices.
pub fn simulate(arguments: &Sim) -> Outcome {
    let _service = arguments.own_service.then(|| Service::start(2)).transpose()?;
    let machine = simulated(&arguments.folder, power_cut(arguments.cut))?;
    if let Some(one_in) = arguments.faults {
        machine.customer.world.faults().at_random(arguments.seed, one_in);
    }
    match &arguments.script {
        Some(path) => by_script(machine, &script(path)?),
        None => view::by_keys(machine),
    }
}

fn script(path: &Path) -> Result<String, Box<dyn Error>> {
    if path != Path::new("-") {
        return std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()).into());
    }
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    Ok(text)
}

/// Ends the process at a moment, with nothing put in order.
fn power_cut(at: Option<u32>) -> Observer {
    let mut moments = 0;
    Box::new(move |moment: Moment, act| {
        moments += 1;
        if Some(moments) == at {
            eprintln!("power cut: {moment:?} {act:?}");
            std::process::abort();
        }
    })
}

fn by_script(machine: Simulated, script: &str) -> Outcome {
    let Simulated { mut dialogue, customer, journal, network } = machine;
    let is_over = Arc::new(AtomicBool::new(false));
    let ends = is_over.clone();
    let at_work = std::thread::spawn(move || {
        work(&mut dialogue, &ends, |words| println!("{words}")).map_err(|error| error.to_string())
    });
    let played = customer.play(script, |line| println!("> {line}"));
    is_over.store(true, Ordering::Relaxed);
    at_work.join().map_err(|_| "the machine has panicked")??;
    played?;
    let findings = books::reconcile(&journal, &network, Some(customer.world.counts()))?;
    println!("{}", serde_json::to_string_pretty(&findings)?);
    Ok(())
}

/// Resumes, looks after itself, and serves customers until it is to end. `told` hears what comes of it.
pub fn work(
    dialogue: &mut Dialogue,
    is_over: &AtomicBool,
    mut told: impl FnMut(String),
) -> Result<(), Box<dyn Error>> {
    for number in dialogue.machine.resume()? {
        told(format!("resumed case {number}"));
    }
    look_after(dialogue, &mut told)?;
    let (mut looked, mut pause) = (Instant::now(), SOON);
    while !is_over.load(Ordering::Relaxed) {
        match dialogue.serve(IDLE)? {
            Served::Nobody => {}
            Served::Left(why) => told(format!("left: {why}")),
            Served::Case(number, record) => {
                let case = &record.case;
                told(format!("case {number}: {:?} {:?} {:?}", record.ending, case.refusal, case.claims));
                record.remarks.iter().for_each(|remark| told(format!("  {remark}")));
            }
        }
        let waits = looked.elapsed() > pause && is_due(dialogue);
        if waits || looked.elapsed() > LATER {
            look_after(dialogue, &mut told)?;
            looked = Instant::now();
            // What cannot be done now is not tried again and again.
            pause = if is_due(dialogue) { (pause * 2).min(LATER) } else { SOON };
        }
    }
    Ok(())
}

/// Whether something waits for the network, or the chain can settle a claim, or the grants run out.
fn is_due(dialogue: &Dialogue) -> bool {
    let journal = &dialogue.machine.journal;
    let chains = |claim: &Claim| matches!(claim, Claim::SpendNotKnown | Claim::PaymentNotKnown);
    let waits = journal.queue().is_ok_and(|queue| !queue.is_empty())
        || journal.unsettled().is_ok_and(|claims| claims.iter().any(|claim| chains(&claim.claim)));
    let needs = journal.open_grants().is_ok_and(|grants| grants.is_empty());
    (waits || needs) && dialogue.machine.network.health().is_ok_and(|health| health.able)
}

fn look_after(dialogue: &mut Dialogue, told: &mut impl FnMut(String)) -> Result<(), Box<dyn Error>> {
    let machine = &mut dialogue.machine;
    let counted = machine.devices.module.count();
    let findings = books::reconcile(&machine.journal, &machine.network, counted)?;
    for difference in &findings.differences {
        told(format!("books: {difference}"));
    }
    for (case, how) in &findings.settled {
        told(format!("books: case {case}: {how}"));
    }
    for case in &findings.registered {
        told(format!("books: case {case}: registered"));
    }
    Ok(())
}

/// Compares and settles.
pub fn books(folder: &Path, json: bool) -> Outcome {
    let opened = open(folder, None)?;
    let counted = World::open(folder).ok().map(|world| world.counts());
    let findings = books::reconcile(&opened.journal, &opened.network, counted)?;
    if json {
        println!("{}", serde_json::to_string_pretty(&findings)?);
        return Ok(());
    }
    if !findings.online {
        println!("The network cannot be reached: what follows is the journal's word alone.");
    }
    let mut lines = Vec::new();
    lines.extend(findings.registered.iter().map(|case| format!("case {case}: registered on chain")));
    lines.extend(findings.settled.iter().map(|(case, how)| format!("case {case}: settled: {how}")));
    lines.extend(findings.open.iter().map(|(case, claim)| format!("case {case}: open claim {claim}")));
    lines.extend(findings.differences.iter().map(|difference| format!("DIFFERENCE: {difference}")));
    if lines.is_empty() {
        lines.push("Journal, chain and bins agree; nothing is open.".into());
    }
    println!("{}", lines.join("\n"));
    Ok(())
}

/// The statement of a day.
pub fn statement(folder: &Path, date: Option<&str>, json: bool) -> Outcome {
    let journal = open(folder, None)?.journal;
    let today = specie_atm::today();
    let statement = books::statement(&journal, date.unwrap_or(&today))?;
    match json {
        true => println!("{}", serde_json::to_string_pretty(&statement)?),
        false => print!("{statement}"),
    }
    Ok(())
}

/// The last lines of the journal.
pub fn journal(folder: &Path, last: usize) -> Outcome {
    let journal: Arc<Journal> = open(folder, None)?.journal;
    for step in journal.last_steps(last)? {
        println!("{}", specie_atm::step_in_words(&step));
    }
    Ok(())
}

/// A claim is settled.
pub fn settle(folder: &Path, case: u64, claim: u8, by: &str, how: &str) -> Outcome {
    Ok(open(folder, None)?.journal.settle(case, claim, by, how)?)
}

/// The operator opens the machine.
pub fn clear(folder: &Path) -> Outcome {
    // Whoever has the journal moves the cards.
    let _machine_is_off = open(folder, None)?;
    match World::open(folder)?.operator_clears()? {
        Some(card) => println!("{card} is in the compartment now"),
        None => println!("nothing was stuck"),
    }
    Ok(())
}

/// A bin was filled.
pub fn fill(folder: &Path, bin: u8, count: u32) -> Outcome {
    let journal = open(folder, None)?.journal;
    let mut stock = journal.stock()?;
    stock.filled(Bin(bin), count)?;
    Ok(journal.set_stock(&stock)?)
}

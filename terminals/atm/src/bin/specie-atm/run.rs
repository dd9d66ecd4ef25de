//! Running a machine, and looking into its books.

use crate::{
    arguments::Sim,
    assemble::{open, simulated, Simulated},
    view, Outcome, BAD, NOT_KNOWN,
};
use specie_atm::{
    books,
    machine::{claim_in_words, keep_in_words, Moment, Observer},
    service,
    simulation::world::World,
    stock::Bin,
};
use specie_console::output;
use specie_reader::service::Service;
use std::{
    error::Error,
    fs::File,
    io::{BufRead, BufReader},
    path::Path,
    process::ExitCode,
    sync::{
        atomic::{AtomicBool, Ordering},
        Arc,
    },
};

/// With simulated devices.
pub fn simulate(arguments: &Sim) -> Outcome {
    let _service = arguments.own_service.then(|| Service::start(2)).transpose()?;
    let machine = simulated(&arguments.folder, power_cut(arguments.cut))?;
    if let Some(one_in) = arguments.faults {
        machine.customer.world.faults().at_random(arguments.seed, one_in);
    }
    match &arguments.script {
        Some(path) => by_script(machine, script(path)?),
        None => view::by_keys(machine),
    }
}

/// A script: from standard input its lines are done as they come.
fn script(path: &Path) -> Result<Box<dyn BufRead>, Box<dyn Error>> {
    if path == Path::new("-") {
        return Ok(Box::new(std::io::stdin().lock()));
    }
    let file = File::open(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(Box::new(BufReader::new(file)))
}

/// Ends the process at a moment, with nothing put in order.
fn power_cut(at: Option<u32>) -> Observer {
    let mut moments = 0;
    Box::new(move |moment: Moment, act| {
        moments += 1;
        if Some(moments) == at {
            output::note(format_args!("power cut: {moment:?} {act:?}"));
            std::process::abort();
        }
    })
}

fn by_script(machine: Simulated, script: Box<dyn BufRead>) -> Outcome {
    let Simulated { mut dialogue, customer, journal, network, policy } = machine;
    let is_over = Arc::new(AtomicBool::new(false));
    let ends = is_over.clone();
    let at_work = std::thread::spawn(move || {
        service::run(&mut dialogue, &ends, output::progress).map_err(|error| error.to_string())
    });
    let played = customer.play(script, |line| output::progress(format_args!("> {line}")));
    is_over.store(true, Ordering::Relaxed);
    at_work.join().map_err(|_| "the machine has panicked")??;
    played?;
    let findings = books::reconcile(&journal, &network, &policy, Some(customer.world.counts()))?;
    output::line(serde_json::to_string_pretty(&findings)?)?;
    Ok(())
}

/// Compares and settles.
pub fn books(folder: &Path, json: bool) -> Result<ExitCode, Box<dyn Error>> {
    let opened = open(folder, None)?;
    let counted = World::open(folder).ok().map(|world| world.counts());
    let findings = books::reconcile(&opened.journal, &opened.network, &opened.config.policy, counted)?;
    let code = match (findings.online, findings.differences.is_empty()) {
        (true, true) => ExitCode::SUCCESS,
        (_, false) => ExitCode::from(BAD),
        (false, true) => ExitCode::from(NOT_KNOWN),
    };
    if json {
        output::line(serde_json::to_string_pretty(&findings)?)?;
        return Ok(code);
    }
    if !findings.online {
        output::line("The network cannot be reached: what follows is the journal's word alone.")?;
    }
    let mut lines = Vec::new();
    lines.extend(findings.registered.iter().map(|case| format!("case {case}: registered on chain")));
    lines.extend(findings.settled.iter().map(|(case, how)| format!("case {case}: settled: {how}")));
    lines.extend(findings.open.iter().map(|(case, claim)| format!("case {case}: open claim {claim}")));
    lines.extend(findings.differences.iter().map(|difference| format!("DIFFERENCE: {difference}")));
    if lines.is_empty() && findings.online {
        lines.push("Journal, chain and bins agree; nothing is open.".into());
    }
    lines.extend(findings.to_fill);
    output::line(format_args!("{}", lines.join("\n")))?;
    Ok(code)
}

/// The statement of a day.
pub fn statement(folder: &Path, date: Option<&str>, json: bool) -> Outcome {
    let opened = open(folder, None)?;
    let today = specie_atm::today();
    let date = date.unwrap_or(&today);
    if !specie_atm::is_date(date) {
        return Err(format!("{date:?} is no day: write it as {today}").into());
    }
    let statement = books::statement(&opened.journal, date)?;
    match json {
        true => output::line(serde_json::to_string_pretty(&statement)?)?,
        false => output::line(statement.text(&opened.config.policy.currencies).trim_end())?,
    }
    Ok(())
}

/// The last lines of the journal.
pub fn journal(folder: &Path, last: usize) -> Outcome {
    let opened = open(folder, None)?;
    for step in opened.journal.last_steps(last)? {
        output::line(specie_atm::step_in_words(&step, &opened.config.policy.currencies))?;
    }
    Ok(())
}

/// A claim is settled.
pub fn settle(folder: &Path, (case, place): (u64, u8), by: &str, how: &str) -> Outcome {
    open(folder, None)?.journal.settle(case, place, by, how)?;
    output::line(format_args!("claim {case}/{place} is settled"))?;
    Ok(())
}

/// The operator opens the machine.
pub fn clear(folder: &Path) -> Outcome {
    // Whoever has the journal moves the cards.
    let _machine_is_off = open(folder, None)?;
    let (cards, cash) = World::open(folder)?.operator_clears()?;
    for card in &cards {
        output::line(format_args!("{card} is in the compartment now"))?;
    }
    if cash > 0 {
        output::line(format_args!("{cash} in cash are in the safe now"))?;
    }
    if cards.is_empty() && cash == 0 {
        output::line("nothing was stuck")?;
    }
    Ok(())
}

/// The operator takes the kept cards out.
pub fn empty(folder: &Path) -> Outcome {
    let journal = open(folder, None)?.journal;
    // The world first: a card that the journal has let go of must not be inside any more.
    World::open(folder)?.operator_empties()?;
    let open_claims = journal.unsettled()?;
    let taken = journal.empty_compartment()?;
    for (number, record) in &taken {
        let why = record.case.keep.map_or("", keep_in_words);
        let carrier = record.carrier.map_or_else(|| "no address".into(), |carrier| carrier.to_string());
        output::line(format_args!("case {number}: {carrier}, {why}"))?;
        for claim in open_claims.iter().filter(|claim| claim.case == *number) {
            output::line(format_args!("  CLAIM {number}/{}: {}", claim.place, claim_in_words(claim.claim)))?;
        }
    }
    output::line(format_args!(
        "{} cards of customers, and the blanks that did not work, if there were any",
        taken.len()
    ))?;
    Ok(())
}

/// A bin was filled.
pub fn fill(folder: &Path, bin: u8, count: u32) -> Outcome {
    open(folder, None)?.journal.fill(Bin(bin), count)?;
    output::line(format_args!("bin {bin} holds {count} now"))?;
    Ok(())
}

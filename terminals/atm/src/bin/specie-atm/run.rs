//! Running a simulated machine.

use crate::{
    arguments::Sim,
    assemble::{simulated, Simulated},
    view, Outcome,
};
use specie_atm::{books, machine::Observer, service};
use specie_console::output;
use specie_procedure::Moment;
use specie_reader::service::Service;
use std::{
    error::Error,
    fs::File,
    io::{BufRead, BufReader},
    path::Path,
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

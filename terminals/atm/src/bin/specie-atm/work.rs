//! Running a machine on its hardware.

use crate::{
    assemble::{self, Opened},
    Outcome,
};
use specie_atm::{
    config::{Config, Drivers, ReaderConfig},
    control::{socket, OwnHands},
    dialogue::Dialogue,
    machine::Machine,
    service,
};
use specie_console::output;
use specie_device::{
    front::Front,
    pcsc::PcscReader,
    xfs::{Service, XfsAcceptor, XfsDoors, XfsModule, XfsPrinter, XfsReader},
    CardReader, CashAcceptor, Devices, Sensors,
};
use specie_ops::identify::WalletChallenge;
use std::{
    error::Error,
    path::Path,
    sync::{
        atomic::{AtomicBool, Ordering},
        Arc,
    },
    time::Duration,
};
use tokio::signal::unix::{signal, SignalKind};

/// The socket of the program for screen and keys, in the machine's folder.
const SCREEN: &str = "screen";

/// How long alarms may take to be sent when the program ends.
const FLUSH: Duration = Duration::from_secs(5);

/// Until it is told to end.
pub fn run(folder: &Path) -> Outcome {
    let opened = assemble::open(folder, None)?;
    let webhooks = assemble::webhooks(&opened)?;
    let watch = assemble::watch(&opened, Some(webhooks.clone()))?;
    let devices = devices(folder, &opened.config)?;
    socket::serve(folder, Arc::new(assemble::control(&opened, Arc::new(OwnHands), &watch)))?;
    let Opened { config, network, journal, genesis } = opened;
    let identifier = Box::new(WalletChallenge { machine: network.account(), genesis });
    let machine = Machine::new(devices, network, journal, config.policy, genesis, Box::new(|_, _| {}));
    let mut dialogue = Dialogue { machine, identifier, watch };
    let is_over = Arc::new(AtomicBool::new(false));
    end_when_told(is_over.clone())?;
    output::progress("the machine is at work");
    let ended = service::run(&mut dialogue, &is_over, output::progress);
    // What is wrong now is told before the program ends.
    webhooks.iter().for_each(|webhook| webhook.flush(FLUSH));
    ended?;
    output::progress("the machine has ended");
    Ok(())
}

/// What the configuration says that the machine is made of.
fn devices(folder: &Path, config: &Config) -> Result<Devices, Box<dyn Error>> {
    let drivers = config.drivers.as_ref().ok_or(
        "the configuration has no [drivers]: they name the services of the devices; `specie-atm sim` needs none",
    )?;
    let Drivers { cards, bins, retain, chip, card_printer, face_form, face_media, receipt_printer, .. } = drivers;
    if bins.len() != config.bins.len() {
        return Err(format!("drivers.bins names {} units for {} bins", bins.len(), config.bins.len()).into());
    }
    let service = Service::at(cards);
    let reader: Box<dyn CardReader> = match (chip, &config.reader) {
        (true, _) => Box::new(XfsReader(service.clone())),
        (false, ReaderConfig::Pcsc { name, .. }) => Box::new(PcscReader::new(name.clone())),
        (false, ReaderConfig::InProcess) => return Err("reader = { pcsc = … }, or drivers.chip = true".into()),
    };
    let printers = (Service::at(card_printer), Service::at(receipt_printer));
    let acceptor = drivers.acceptor.as_ref().map(|acceptor| {
        let service = Service::at(&acceptor.service);
        Box::new(XfsAcceptor::new(service, acceptor.currency.clone(), acceptor.minor)) as Box<dyn CashAcceptor>
    });
    let sensors = drivers.auxiliaries.as_ref().map(|at| Box::new(XfsDoors(Service::at(at))) as Box<dyn Sensors>);
    let front = Front::listen(&folder.join(SCREEN))?;
    Ok(Devices {
        module: Box::new(XfsModule::new(service, bins.clone(), retain.clone())),
        reader,
        printer: Box::new(XfsPrinter::new(printers.0, printers.1, face_form.clone(), face_media.clone())),
        acceptor: acceptor.filter(|_| config.takes_cash),
        screen: Box::new(front.clone()),
        keypad: Box::new(front),
        sensors,
    })
}

/// The customer who is there is served to the end.
fn end_when_told(is_over: Arc<AtomicBool>) -> Outcome {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (mut term, mut interrupt) = {
        let _inside = runtime.enter();
        (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?)
    };
    std::thread::Builder::new().name("signals".into()).spawn(move || {
        runtime.block_on(async {
            tokio::select! {
                _ = term.recv() => {}
                _ = interrupt.recv() => {}
            }
        });
        is_over.store(true, Ordering::Relaxed);
    })?;
    Ok(())
}

//! A machine from its folder.

use specie_atm::{
    config::{Config, ReaderConfig},
    control::{socket, Control, Hands},
    customer::{script::Customer, wallet::Wallet},
    dialogue::Dialogue,
    journal::Journal,
    machine::{Machine, Observer},
    policy::Policy,
    settings,
    watch::Watch,
};
use specie_console::output;
use specie_device::{
    pcsc::PcscReader,
    simulated::{
        cable::Cable,
        devices::{Acceptor, Door, Module, SimulatedPrinter},
        panel::{Panel, PanelKeys, PanelScreen},
        reader::{InProcess, Virtual},
        world::{World, WORLD},
    },
    CardReader, Devices,
};
use specie_link::{network::Network, Key, Nodes};
use specie_ops::{
    alarms::{Alarms, Listener},
    identify::WalletChallenge,
    metrics::Metrics,
    webhook::{Webhook, WebhookError},
};
use std::{
    error::Error,
    path::Path,
    sync::{Arc, Mutex},
};

/// The name of the configuration file.
pub const CONFIG: &str = "atm.toml";

/// What a folder says, opened.
pub struct Opened {
    /// The configuration.
    pub config: Config,
    /// The chain.
    pub network: Arc<Network>,
    /// The journal.
    pub journal: Journal,
    /// The genesis hash.
    pub genesis: [u8; 32],
}

/// The machine's configuration.
pub fn config(folder: &Path) -> Result<Config, Box<dyn Error>> {
    if folder.is_file() {
        return Err(format!("{} is a file: name the machine's folder", folder.display()).into());
    }
    Ok(settings::read(&folder.join(CONFIG))?)
}

/// Opens the machine's folder; its nodes are found at `nodes`, if they are not where the configuration says.
pub fn open(folder: &Path, nodes: Option<Vec<String>>) -> Result<Opened, Box<dyn Error>> {
    let config = config(folder)?;
    let genesis = config.genesis().ok_or("genesis: no hash")?;
    let key = config.signer(folder)?;
    let urls = nodes.unwrap_or_else(|| config.nodes.clone());
    let nodes = Arc::new(Nodes::new(urls, Some(genesis)).with_tip(config.policy.tip.0));
    let journal = Journal::open(&folder.join(&config.journal), key.account(), &genesis, &config.stock()?)?;
    let network = Arc::new(Network::new(nodes, key)?);
    Ok(Opened { config, network, journal, genesis })
}

/// Where alarms are sent.
pub fn webhooks(opened: &Opened) -> Result<Vec<Webhook>, WebhookError> {
    opened.config.operations.webhooks.iter().map(|address| Webhook::new(address)).collect()
}

/// Who watches over it. `webhooks`: the machine is at work, alarms are told, to these too, and figures served.
pub fn watch(opened: &Opened, webhooks: Option<Vec<Webhook>>) -> Result<Watch, Box<dyn Error>> {
    let at_work = webhooks.is_some();
    let (config, metrics) = (&opened.config.operations, Metrics::new()?);
    let webhooks = webhooks.unwrap_or_default();
    let mut listeners: Vec<Listener> = Vec::new();
    if at_work {
        let counted = metrics.clone();
        listeners.push(Box::new(move |news| counted.alarm(news)));
        listeners.push(Box::new(|news| {
            let words = if news.raised {
                format!("ALARM {}: {}", news.alarm, news.words)
            } else {
                format!("over: {}", news.alarm)
            };
            output::note(words);
        }));
        for webhook in webhooks {
            listeners.push(Box::new(move |news| {
                if !webhook.tell(news) {
                    output::note("an alarm was not sent: too many wait");
                }
            }));
        }
        if let Some(address) = config.metrics {
            metrics.serve(address).map_err(|error| format!("metrics at {address}: {error}"))?;
        }
    }
    let alarms = Alarms::new(opened.network.account().to_string(), listeners);
    Ok(Watch::new(alarms, metrics, config.compartment))
}

/// What is done for its operators.
pub fn control(opened: &Opened, hands: Arc<dyn Hands>, watch: &Watch) -> Control {
    Control {
        journal: opened.journal.clone(),
        network: opened.network.clone(),
        policy: opened.config.policy.clone(),
        operators: opened.config.operators.clone(),
        hands,
        alarms: watch.alarms.clone(),
        busy: Mutex::default(),
    }
}

/// A simulated machine with its customer.
pub struct Simulated {
    /// The dialogue with the machine in it.
    pub dialogue: Dialogue,
    /// Who stands in front of it.
    pub customer: Arc<Customer>,
    /// What it remembers.
    pub journal: Journal,
    /// Its chain.
    pub network: Arc<Network>,
    /// What its operator has decided.
    pub policy: Policy,
}

/// A simulated machine from its folder.
pub fn simulated(folder: &Path, observer: Observer) -> Result<Simulated, Box<dyn Error>> {
    let config = config(folder)?;
    let cables = config.nodes.iter().map(|url| Cable::to(url)).collect::<Result<Vec<_>, _>>()?;
    let urls = cables.iter().map(|cable| cable.url().to_owned()).collect();
    let opened = open(folder, Some(urls))?;
    let world = World::open(folder).map_err(|error| {
        let file = folder.join(WORLD);
        format!("{}: {error}: `specie-atm prepare` makes a folder for the simulation", file.display())
    })?;
    let (world, panel) = (Arc::new(world), Arc::new(Panel::default()));
    let reader: Box<dyn CardReader> = match config.reader {
        ReaderConfig::InProcess => Box::new(InProcess(world.clone())),
        ReaderConfig::Pcsc { name, slot: Some(port) } => Box::new(Virtual::new(world.clone(), name, port)),
        ReaderConfig::Pcsc { name, slot: None } => Box::new(PcscReader::new(name)),
    };
    let devices = Devices {
        module: Box::new(Module(world.clone())),
        reader,
        printer: Box::new(SimulatedPrinter(world.clone())),
        acceptor: config.takes_cash.then(|| Box::new(Acceptor(world.clone())) as _),
        screen: Box::new(PanelScreen(panel.clone())),
        keypad: Box::new(PanelKeys(panel.clone())),
        sensors: Some(Box::new(Door(world.clone()))),
    };
    // The customer's phone has its own way to the network.
    let wallet_key = Key::from_file(&folder.join("wallet.key"))?;
    let nodes = Arc::new(Nodes::new(config.nodes, Some(opened.genesis)));
    let wallet = Arc::new(Wallet::new(wallet_key, nodes)?);
    let watch = watch(&opened, Some(webhooks(&opened)?))?;
    socket::serve(folder, Arc::new(control(&opened, world.clone(), &watch)))?;
    let Opened { network, journal, genesis, .. } = opened;
    let identifier = WalletChallenge { machine: network.account(), genesis };
    let policy = opened.config.policy.clone();
    let machine = Machine::new(devices, network.clone(), journal.clone(), opened.config.policy, genesis, observer);
    let dialogue = Dialogue { machine, identifier: Box::new(identifier), watch };
    let customer = Arc::new(Customer { world, panel, wallet, cables });
    Ok(Simulated { dialogue, customer, journal, network, policy })
}

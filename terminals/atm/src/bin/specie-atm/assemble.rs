//! A machine from its folder.

use specie_atm::{
    config::{Config, ReaderConfig},
    device::{pcsc::PcscReader, CardReader, Devices},
    dialogue::Dialogue,
    identify::WalletChallenge,
    journal::Journal,
    machine::{Machine, Observer},
    network::Network,
    policy::Policy,
    simulation::{
        cable::Cable,
        devices::{Acceptor, Module, SimulatedPrinter},
        panel::{Panel, PanelKeys, PanelScreen},
        reader::{InProcess, Virtual},
        script::Customer,
        wallet::Wallet,
        world::World,
    },
};
use specie_client::{Key, Nodes};
use std::{error::Error, path::Path, sync::Arc};

/// The name of the configuration file.
pub const CONFIG: &str = "atm.toml";

/// What a folder says, opened.
pub struct Opened {
    /// The configuration.
    pub config: Config,
    /// The chain.
    pub network: Arc<Network>,
    /// The journal.
    pub journal: Arc<Journal>,
    /// The genesis hash.
    pub genesis: [u8; 32],
}

/// Opens the machine's folder; its nodes are found at `nodes`, if they are not where the configuration says.
pub fn open(folder: &Path, nodes: Option<Vec<String>>) -> Result<Opened, Box<dyn Error>> {
    let config = Config::read(&folder.join(CONFIG))?;
    let genesis = config.genesis().ok_or("the configured genesis hash is not 32 bytes of hex")?;
    let key = Key::from_file(&folder.join(&config.key))?;
    let urls = nodes.unwrap_or_else(|| config.nodes.clone());
    let nodes = Arc::new(Nodes::new(urls, Some(genesis)).with_tip(config.policy.tip.0));
    let journal = Journal::open(&folder.join(&config.journal), key.account(), &genesis, &config.stock()?)?;
    let network = Arc::new(Network::new(nodes, key)?);
    Ok(Opened { config, network, journal: Arc::new(journal), genesis })
}

/// A simulated machine with its customer.
pub struct Simulated {
    /// The dialogue with the machine in it.
    pub dialogue: Dialogue,
    /// Who stands in front of it.
    pub customer: Arc<Customer>,
    /// What it remembers.
    pub journal: Arc<Journal>,
    /// Its chain.
    pub network: Arc<Network>,
    /// What its operator has decided.
    pub policy: Policy,
}

/// A simulated machine from its folder.
pub fn simulated(folder: &Path, observer: Observer) -> Result<Simulated, Box<dyn Error>> {
    let config = Config::read(&folder.join(CONFIG))?;
    let cables = config.nodes.iter().map(|url| Cable::to(url)).collect::<Result<Vec<_>, _>>()?;
    let urls = cables.iter().map(|cable| cable.url().to_owned()).collect();
    let opened = open(folder, Some(urls))?;
    let (world, panel) = (Arc::new(World::open(folder)?), Arc::new(Panel::default()));
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
    };
    // The customer's phone has its own way to the network.
    let wallet_key = Key::from_file(&folder.join("wallet.key"))?;
    let nodes = Arc::new(Nodes::new(config.nodes, Some(opened.genesis)));
    let wallet = Arc::new(Wallet::new(wallet_key, nodes)?);
    let Opened { network, journal, genesis, .. } = opened;
    let identifier = WalletChallenge { machine: network.account(), genesis };
    let policy = opened.config.policy.clone();
    let machine = Machine::new(devices, network.clone(), journal.clone(), opened.config.policy, genesis, observer);
    let dialogue = Dialogue { machine, identifier: Box::new(identifier) };
    let customer = Arc::new(Customer { world, panel, wallet, cables });
    Ok(Simulated { dialogue, customer, journal, network, policy })
}

//! The folder of a simulated machine, and its place on a development chain.

use crate::{arguments::Prepare, assemble::CONFIG, Outcome};
use specie_atm::{
    config::{BinConfig, Config, Operations, ReaderConfig},
    policy::Policy,
};
use specie_card_sim::{
    factory::{self, Batch, Specification},
    software::{OsHardware, SoftwareCard},
};
use specie_console::output;
use specie_device::simulated::world::{Things, World};
use specie_link::{
    amount::{AmountError, Currency, Written, UNIT},
    money::Currencies,
    Account, Call, ClientError, Included, Key, Nodes,
};
use specie_ops::operators::Operators;
use specie_primitives::{
    crypto::Scheme,
    ids::{BatchId, CurrencyId, ManufacturerId},
    records::{FeePolicy, MachineKind, Permissions},
    wire::Wire as _,
};
use std::time::{Duration, Instant};
use std::{error::Error, fs, io::Write as _, os::unix::fs::OpenOptionsExt as _, path::Path};
use tokio::runtime::Runtime;

/// How long a call may take until it is final.
const LIMIT: Duration = Duration::from_secs(120);

/// How many carriers the manufacturer's batches may have room for.
const QUOTA: u64 = 10_000_000;

/// The first reader of a service with virtual ones.
const VIRTUAL_READER: &str = "00 00";

/// What the purse of the customer holds at first.
const PURSE: u64 = 10_000;

/// Makes the folder.
pub fn prepare(arguments: &Prepare) -> Outcome {
    let folder = &arguments.folder;
    if folder.join(CONFIG).exists() {
        return Err(format!("{} is a machine's folder already", folder.display()).into());
    }
    for known in ["machine.key", "wallet.key", "cards"].map(|name| folder.join(name)) {
        if known.exists() {
            let (known, folder) = (known.display(), folder.display());
            return Err(
                format!("{known} is there from an earlier try: remove {folder}, or name another folder").into()
            );
        }
    }
    let mut seed = [0; 32];
    getrandom::getrandom(&mut seed)?;
    let secret = format!("0x{}", hex::encode(seed));
    let machine = Key::from_secret(&secret)?;
    let mut hardware = OsHardware::without_delay();
    let runtime = Runtime::new()?;
    let nodes = Nodes::new(arguments.nodes.clone(), None);
    if runtime.block_on(nodes.health()).is_err() {
        let seconds = LIMIT.as_secs();
        output::progress(format_args!(
            "no node answers at {}: waiting {seconds} s for one",
            arguments.nodes.join(", ")
        ));
    }
    runtime.block_on(nodes.wait_until_able(LIMIT))?;
    let genesis = runtime.block_on(nodes.genesis())?;
    // A batch id lies in its manufacturer's range; one that is not registered yet is going to be the next.
    let manufacturer = match arguments.unregistered {
        true => ManufacturerId(arguments.manufacturer),
        false => runtime.block_on(manufacturer(&nodes))?,
    };
    let lot = u32::from_le_bytes([seed[0], seed[1], seed[2], seed[3]]);
    let id = BatchId::of(manufacturer, lot).ok_or("there are too many manufacturers")?;
    let batch = Batch::native(id, Scheme::P256, &mut hardware)?;
    let (currencies, order_fees) = runtime.block_on(currencies(&nodes, &arguments.currencies))?;
    // From here on something lasts.
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    secret_file(&folder.join("machine.key"), &secret)?;
    secret_file(&folder.join("wallet.key"), &arguments.wallet)?;
    if !arguments.unregistered {
        runtime.block_on(register(&nodes, machine.account(), manufacturer, &batch, arguments.grants))?;
    }
    let bins = bins(&currencies)?;
    make_cards(folder, &batch, &bins, arguments.cards)?;
    let marked = bins.into_iter().map(|(_, marked)| marked);
    let config = Config {
        nodes: arguments.nodes.clone(),
        genesis: format!("0x{}", hex::encode(genesis)),
        key: "machine.key".into(),
        passphrase: None,
        journal: "journal".into(),
        reader: match arguments.slot {
            Some(port) => ReaderConfig::Pcsc { name: VIRTUAL_READER.into(), slot: Some(port) },
            None => ReaderConfig::InProcess,
        },
        takes_cash: true,
        bins: marked.map(|marked| BinConfig { marked, count: arguments.cards, low: 5 }).collect(),
        policy: Policy { currencies, order_fees, ..Policy::default() },
        operations: Operations::default(),
        drivers: None,
        operators: Operators::default(),
    };
    fs::write(folder.join(CONFIG), toml::to_string(&config)?)?;
    output::line(format_args!("machine {}", machine.account()))?;
    output::line(format_args!("batch   {} {}", id.0, hex::encode(batch.key().to_vec())))?;
    output::line(format_args!("proof   {}", hex::encode(batch.prove(&genesis, manufacturer)?.to_vec())))?;
    output::line(format_args!("folder  {}", folder.display()))?;
    Ok(())
}

/// Every secret is its owner's alone.
fn secret_file(path: &Path, secret: &str) -> Outcome {
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    Ok(writeln!(file, "{secret}")?)
}

/// Currencies as the chain has them; and what an order of a card of each costs: the least that an account may hold.
async fn currencies(nodes: &Nodes, wanted: &[CurrencyId]) -> Result<(Currencies, Vec<Written>), Box<dyn Error>> {
    let (mut further, mut fees) = (Vec::new(), Vec::new());
    for id in wanted {
        let known = nodes.currency(*id).await?;
        let known = known.ok_or_else(|| format!("there is no currency {id}: `specie currency list` shows them"))?;
        let currency = Currency::from(&known);
        fees.push(currency.show(known.minimum.0).parse()?);
        further.push(currency);
    }
    Ok((further.try_into()?, fees))
}

/// The bins by the names of their cards, with what these are marked with: 50 SPC, nothing, and 20 of each further currency.
fn bins(currencies: &Currencies) -> Result<Vec<(String, Option<Written>)>, AmountError> {
    let mut bins = vec![("fifty".into(), Some("50".parse()?)), ("plain".into(), None)];
    for symbol in currencies.iter().filter(|known| !known.is_native()).filter_map(|known| known.symbol.as_ref()) {
        bins.push((format!("twenty-{}", symbol.to_lowercase()), Some(format!("20 {symbol}").parse()?)));
    }
    Ok(bins)
}

/// Blank cards for the bins.
fn make_cards(folder: &Path, batch: &Batch, bins: &[(String, Option<Written>)], count: u32) -> Outcome {
    let mut things = Things { purse: PURSE, ..Things::default() };
    fs::create_dir_all(folder.join("cards"))?;
    for (bin, _) in bins {
        let mut cards = Vec::new();
        for number in 1..=count {
            let name = format!("{bin}-{number}");
            let specification = Specification::contact(Scheme::P256);
            let memory = factory::personalise(batch, &specification, &mut OsHardware::without_delay())?;
            SoftwareCard::create(&folder.join("cards").join(&name), &memory)?;
            cards.push(name);
        }
        things.bins.push(cards);
    }
    World::create(folder, things)?;
    Ok(())
}

/// The number of the development chain's manufacturer, who is registered here unless somebody was before.
async fn manufacturer(nodes: &Nodes) -> Result<ManufacturerId, Box<dyn Error>> {
    if !nodes.has_sudo().await? {
        return Err("this is no development chain: its issuer registers the machine (docs/operating.md); then \
                    prepare with --unregistered"
            .into());
    }
    let (issuer, maker) = (Key::from_secret("//Alice")?, Key::from_secret("//Bob")?.account());
    let mut registered: Option<Instant> = None;
    loop {
        let known = nodes.manufacturers().await?.into_iter().find(|known| known.account == maker);
        match (known, registered) {
            (Some(known), _) => return Ok(ManufacturerId(known.manufacturer)),
            (None, None) => {
                issue(nodes, &issuer, Call::register_manufacturer(maker, "Aurum Cards", QUOTA)).await?;
                output::progress("registered the manufacturer Aurum Cards");
                registered = Some(Instant::now());
            }
            (None, Some(since)) if since.elapsed() > LIMIT => {
                return Err("the node does not list the manufacturer that was registered".into())
            }
            // A node's index takes a moment for the block that is final since just now.
            (None, Some(_)) => tokio::time::sleep(Duration::from_millis(200)).await,
        }
    }
}

/// Batch, machine, grants and fee, with the keys that a development chain has at genesis.
async fn register(
    nodes: &Nodes,
    machine: Account,
    manufacturer: ManufacturerId,
    batch: &Batch,
    grants: u32,
) -> Outcome {
    let key = |path: &str| Key::from_secret(path);
    let (issuer, maker, operator) = (key("//Alice")?, key("//Bob")?, key("//Charlie")?);
    let issue = |call| issue(nodes, &issuer, call);
    let possession = batch.prove(&nodes.genesis().await?, manufacturer)?;
    let add = Call::add_batch(batch.id, batch.key(), 100_000, u32::MAX, &possession);
    done(nodes.execute(&add, &maker, LIMIT).await)?;
    output::progress(format_args!("added batch {}", batch.id.0));
    let permissions = Permissions { initialise: true, fund: true, cash_out: true };
    let ceiling = FeePolicy { flat: UNIT, parts_per_million: 20_000 };
    issue(Call::register_machine(machine, MachineKind::Atm, operator.account(), permissions, ceiling)).await?;
    issue(Call::give_grants(machine, grants)).await?;
    output::progress(format_args!("registered the machine, with {grants} grants"));
    let fee = FeePolicy { flat: UNIT / 2, parts_per_million: 10_000 };
    done(nodes.execute(&Call::change_fee(machine, fee), &operator, LIMIT).await)?;
    done(nodes.execute(&Call::transfer(CurrencyId::Native, machine, 10 * UNIT), &operator, LIMIT).await)?;
    output::progress("the operator asks 0.5 SPC and 1 %, and gave the machine 10 SPC for its own fees");
    Ok(())
}

async fn issue(nodes: &Nodes, issuer: &Key, call: Call) -> Outcome {
    done(nodes.execute(&Call::sudo(call), issuer, LIMIT).await)
}

fn done(result: Result<Included, ClientError>) -> Outcome {
    result.map(|_| ()).map_err(|error| Box::new(error) as Box<dyn Error>)
}

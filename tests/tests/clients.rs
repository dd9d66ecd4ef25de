//! Clients that others wrote see a normal chain: `@polkadot/api` and `substrate-interface` drive a real node.
//!
//! What they check is in `clients/`, a script for each, which prints a line for each check. This side plays the
//! factory and the card, whose bytes the scripts bring to the chain. The libraries are installed on first use, in
//! the versions that the lock files pin, into a folder beside what Cargo has built.

use codec::Encode;
use serde_json::{json, Value};
use specie_primitives::{
    crypto::{Scheme, Signature},
    order::Order,
};
use specie_runtime::UNIT;
use specie_tests::{
    cards::challenge,
    cast,
    chain::{of_evidence, Chain},
    node::Node,
    scene::{Scene, Terms},
};
use std::{
    error::Error,
    fs::{self, File},
    path::{Path, PathBuf},
    time::Duration,
};
use tokio::process::Command;

/// How long one step of an installation may take.
const INSTALL_LIMIT: Duration = Duration::from_secs(300);

/// How long a script may take. It has a limit of its own, which is shorter and knows what was being done.
const RUN_LIMIT: Duration = Duration::from_secs(300);

/// How many lines each script prints. Counted, because a script that ends early may look like one that succeeds.
const CHECKS: usize = 24;

/// How many lines `openrpc_check.py` prints for one carrier, manufacturer, batch and machine.
const OPENRPC_CHECKS: usize = 50;

/// A client that others wrote, with the scripts that use it. The files are part of the test, so that they are those
/// of the checkout that was built.
struct Client {
    /// Its folder.
    name: &'static str,
    /// What must be on the machine.
    tools: &'static [&'static str],
    /// What it depends on: names and contents of files.
    packages: &'static [(&'static str, &'static str)],
    /// The commands that install it in its folder.
    install: &'static [&'static [&'static str]],
    /// The scripts: names and contents of files, the main one first.
    scripts: &'static [(&'static str, &'static str)],
    /// The program that runs the scripts.
    interpreter: &'static str,
}

const POLKADOT_JS: Client = Client {
    name: "js",
    tools: &["node", "npm"],
    packages: &[
        ("package.json", include_str!("../clients/js/package.json")),
        ("package-lock.json", include_str!("../clients/js/package-lock.json")),
    ],
    install: &[&["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]],
    scripts: &[("main.mjs", include_str!("../clients/js/main.mjs"))],
    interpreter: "node",
};

const SUBSTRATE_INTERFACE: Client = Client {
    name: "python",
    tools: &["python3"],
    packages: &[("requirements.txt", include_str!("../clients/python/requirements.txt"))],
    install: &[
        &["python3", "-m", "venv", "--clear", "venv"],
        &["venv/bin/python", "-m", "pip", "install", "--quiet", "--requirement", "requirements.txt"],
    ],
    scripts: &[
        ("main.py", include_str!("../clients/python/main.py")),
        ("openrpc_check.py", include_str!("../clients/python/openrpc_check.py")),
    ],
    interpreter: "venv/bin/python",
};

/// A client that is ready to run. Nobody else can change or run it meanwhile.
struct Installed {
    client: &'static Client,
    folder: PathBuf,
    _lock: File,
}

impl Client {
    /// Installs the client, unless it is there already.
    async fn install(&'static self) -> Result<Installed, Box<dyn Error>> {
        // The test is `<target>/debug/deps/clients-…`.
        let test = std::env::current_exe()?;
        let target = test.ancestors().nth(3).ok_or("the test does not lie in a target directory")?;
        let folder = target.join("clients").join(self.name);
        fs::create_dir_all(&folder)?;
        let lock = File::create(folder.join("lock"))?;
        lock.lock()?;
        for (name, content) in self.packages.iter().chain(self.scripts) {
            fs::write(folder.join(name), content)?;
        }

        let (wanted, stamp) = (self.versions(&folder).await?, folder.join("installed"));
        if fs::read_to_string(&stamp).ok().as_ref() != Some(&wanted) {
            for step in self.install {
                run(&folder, step, INSTALL_LIMIT).await?;
            }
            fs::write(stamp, wanted)?;
        }
        Ok(Installed { client: self, folder, _lock: lock })
    }

    /// What an installation depends on: when it changes, another one is needed.
    async fn versions(&self, folder: &Path) -> Result<String, Box<dyn Error>> {
        let mut versions = String::new();
        for tool in self.tools {
            let version = run(folder, &[tool, "--version"], INSTALL_LIMIT)
                .await
                .map_err(|error| format!("{tool} is needed; scripts/setup.sh installs it. {error}"))?;
            versions += &format!("{tool} {version}");
        }
        Ok(self.packages.iter().fold(versions, |versions, (_, content)| versions + content))
    }
}

impl Installed {
    /// Runs a script with these arguments. Returns what it printed.
    async fn run(&self, script: &str, arguments: &[&str]) -> Result<String, Box<dyn Error>> {
        let command = [&[self.client.interpreter, script], arguments].concat();
        run(&self.folder, &command, RUN_LIMIT).await
    }
}

/// Runs a command in `folder`. Returns what it printed; when it fails, shows everything that it said.
async fn run(folder: &Path, command: &[&str], limit: Duration) -> Result<String, Box<dyn Error>> {
    let (program, arguments) = command.split_first().ok_or("no command")?;
    let path = if program.contains('/') { folder.join(program) } else { program.into() };
    let child = Command::new(path).args(arguments).current_dir(folder).kill_on_drop(true).output();
    let output = tokio::time::timeout(limit, child)
        .await
        .map_err(|_| format!("{program} has not ended within {limit:?}"))?
        .map_err(|error| format!("{program} cannot be run: {error}"))?;
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(printed);
    }
    eprintln!("{printed}{}", String::from_utf8_lossy(&output.stderr));
    // The arguments after these are long.
    Err(format!("{}: {}", command[..command.len().min(3)].join(" "), output.status).into())
}

/// What a card and its factory bring to a chain that has not heard of them.
///
/// Arguments of calls are in their SCALE encoding. The orders are for a part of 100 SPC and for the rest; `general`
/// is the second one as an extrinsic that no account signs. `evidence` is from before the orders, `spentEvidence`
/// from after them.
async fn card(chain: &Chain, folder: &Path) -> Result<Value, Box<dyn Error>> {
    let mut scene = Scene::new(chain, folder)?;
    let mut card = scene.factory.card(Scheme::P256)?;
    let registration = scene.registration(&cast::atm(), 0, &mut card, Scheme::P256, Terms::default())?;
    let evidence = card.evidence(&challenge()?)?;

    let in_time = |order: &mut Order| order.valid_until += 600;
    let part = scene
        .sign_order(&mut card, |order| {
            in_time(order);
            order.amount = 40 * UNIT;
        })
        .await?;
    let rest = scene.sign_order(&mut card, in_time).await?;
    Ok(json!({
        "atm": "//Specie//Atm//1",
        "batch": scene.factory.batch.id.0,
        "batchKey": hex_of(&scene.factory.batch.key().encode()),
        "carrier": hex_of(&card.carrier()?.encode()),
        "registration": hex_of(&registration.encode()),
        "orders": [signed(&part), signed(&rest)],
        "general": hex_of(&Chain::order(&rest.0, &rest.1)),
        "evidence": of_evidence(&evidence),
        "spentEvidence": of_evidence(&card.evidence(&challenge()?)?),
    }))
}

fn signed((order, signature): &(Order, Signature)) -> Value {
    json!({ "bytes": hex_of(&order.encode()), "signature": hex_of(&signature.encode()) })
}

fn hex_of(bytes: &[u8]) -> String {
    format!("0x{}", hex::encode(bytes))
}

async fn sees_a_normal_chain(client: &'static Client) -> Result<(), Box<dyn Error>> {
    let installed = client.install().await?;
    let (folder, node, chain) = Node::dev_alone(&[]).await?;
    chain.wait_for_final(1).await?;
    let card = card(&chain, folder.path()).await?.to_string();
    let (script, _) = client.scripts.first().ok_or("no script")?;
    let printed = installed.run(script, &[&node.url(), &card]).await?;
    print!("{printed}");
    assert_eq!(printed.lines().filter(|line| line.starts_with("ok ")).count(), CHECKS, "of:\n{printed}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn f2_f6_f11_f12_f14_f16_polkadot_js_sees_a_normal_chain() -> Result<(), Box<dyn Error>> {
    sees_a_normal_chain(&POLKADOT_JS).await
}

#[tokio::test(flavor = "multi_thread")]
async fn f2_f6_f11_f12_f14_f16_substrate_interface_sees_a_normal_chain() -> Result<(), Box<dyn Error>> {
    sees_a_normal_chain(&SUBSTRATE_INTERFACE).await
}

#[tokio::test(flavor = "multi_thread")]
async fn f11_f14_f16_answers_are_as_openrpc_describes_them() -> Result<(), Box<dyn Error>> {
    let installed = SUBSTRATE_INTERFACE.install().await?;
    let (folder, node, chain) = Node::dev_alone(&[]).await?;
    chain.wait_for_final(1).await?;
    let mut scene = Scene::new(&chain, folder.path())?;
    scene.open(2).await?;
    let mut card = scene.funded_card().await?;
    chain.wait_for_index().await?;
    let carrier = specie_runtime::AccountId::from(card.carrier()?.0).to_string();
    let printed = installed.run("openrpc_check.py", &[&node.url(), &carrier]).await?;
    print!("{printed}");
    assert_eq!(printed.lines().filter(|line| line.starts_with("ok ")).count(), OPENRPC_CHECKS, "of:\n{printed}");
    Ok(())
}

//! Libraries that others wrote for chains of this kind, and the scripts that use them.
//!
//! They are installed on first use, in the versions that the lock files pin, into a folder beside what Cargo has built.

use crate::node::binary;
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

/// A client that others wrote, with the scripts that use it. The files are part of the test, so that they are those
/// of the checkout that was built.
pub struct Client {
    /// Its folder.
    name: &'static str,
    /// What must be on the machine.
    tools: &'static [&'static str],
    /// What it depends on: names and contents of files.
    packages: &'static [(&'static str, &'static str)],
    /// The commands that install it in its folder.
    install: &'static [&'static [&'static str]],
    /// The scripts: names and contents of files, the main one first.
    pub scripts: &'static [(&'static str, &'static str)],
    /// The program that runs the scripts.
    interpreter: &'static str,
}

/// Files of a folder of `clients/`, by name, and what is shared with others.
macro_rules! files {
    ($folder:literal: $($name:literal),+ $(; $shared:expr)?) => {
        &[$(($name, include_str!(concat!("../clients/", $folder, "/", $name)))),+ $(, $shared)?]
    };
}

/// What scripts share that read every block and compare the orders in them.
const ORDERS: (&str, &str) = ("orders.mjs", include_str!("../clients/orders/orders.mjs"));

/// A client that npm installs in the versions of its lock file.
macro_rules! npm {
    ($folder:literal, $interpreter:literal, $scripts:expr) => {
        Client {
            name: $folder,
            tools: &["node", "npm"],
            packages: files!($folder: "package.json", "package-lock.json"),
            install: &[&["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]],
            scripts: $scripts,
            interpreter: $interpreter,
        }
    };
}

/// `@polkadot/api`.
pub const POLKADOT_JS: Client = npm!("js", "node", files!("js": "main.mjs", "bench.mjs"));

/// `polkadot-api`, and the light client `smoldot` below it.
pub const PAPI: Client = npm!("papi", "node", files!("papi": "main.mjs", "light.mjs", "decode.mjs"; ORDERS));

/// `dedot`.
pub const DEDOT: Client = npm!("dedot", "node", files!("dedot": "main.mjs"; ORDERS));

/// SQD's processor, `@subsquid/substrate-processor`.
pub const SQUID: Client = npm!("squid", "node", files!("squid": "main.mjs"; ORDERS));

/// SubQuery's indexer, `@subql/node`, into a PostgreSQL of its own.
pub const SUBQUERY: Client = npm!(
    "subquery",
    "bash",
    files!("subquery": "run.sh", "main.mjs", "mapping.cjs", "project.yaml", "schema.graphql"; ORDERS)
);

/// `substrate-interface`.
pub const SUBSTRATE_INTERFACE: Client = Client {
    name: "python",
    tools: &["python3"],
    packages: files!("python": "requirements.txt"),
    install: &[
        &["python3", "-m", "venv", "--clear", "venv"],
        &["venv/bin/python", "-m", "pip", "install", "--quiet", "--requirement", "requirements.txt"],
    ],
    scripts: files!("python": "main.py", "bench.py", "openrpc_check.py"),
    interpreter: "venv/bin/python",
};

/// A client that is ready to run. Nobody else can change or run it meanwhile.
pub struct Installed {
    client: &'static Client,
    folder: PathBuf,
    _lock: File,
}

impl Client {
    /// Installs the client, unless it is there already.
    pub async fn install(&'static self) -> Result<Installed, Box<dyn Error>> {
        // The node is `<target>/debug/specie-node`.
        let target = binary()?
            .ancestors()
            .nth(2)
            .map(Path::to_path_buf)
            .ok_or("the node does not lie in a target directory")?;
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
    pub async fn run(&self, script: &str, arguments: &[&str]) -> Result<String, Box<dyn Error>> {
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

//! Node processes: starting, killing, starting again.

use crate::chain::{Chain, ChainError};
use std::{
    collections::hash_map::RandomState,
    fs::{File, OpenOptions},
    hash::{BuildHasher as _, Hasher as _},
    io,
    net::TcpListener,
    ops::Range,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// Why a node does not run.
#[derive(Debug, thiserror::Error)]
pub enum NodeError {
    /// The binary is not beside the tests.
    #[error("no node binary at {0}; build the workspace first")]
    NoBinary(PathBuf),
    /// The process has ended by itself.
    #[error("the node has ended; its log:\n{0}")]
    Ended(String),
    /// The process runs and does not answer.
    #[error("the node does not answer: {0}")]
    Silent(#[source] ChainError),
    /// A file or process operation failed.
    #[error("node process: {0}")]
    Io(#[from] io::Error),
}

/// The ports of nodes in tests.
const PORTS: Range<u16> = 10_000..27_000;

/// The validators of the preset `local`, by name.
pub const VALIDATORS: [&str; 4] = ["alice", "bob", "charlie", "dave"];

/// The development network keys of the validators: 31 zero bytes and the validator's number from 1.
pub fn node_key(index: usize) -> String {
    format!("{:064x}", index + 1)
}

/// The peer id that belongs to the first network key.
pub const FIRST_PEER: &str = "12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp";

/// How a node is started.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where its database and keys lie.
    pub base: PathBuf,
    /// Its RPC port on loopback.
    pub rpc_port: u16,
    /// What else the command line says.
    pub args: Vec<String>,
    /// Whether it serves metrics; `args` say where.
    pub metrics: bool,
    /// How long it may take until it answers.
    pub start_limit: Duration,
}

/// The id of the chain of [`bulk`](crate::bulk), and so the name of the folder that the node makes for it.
pub const BULK_CHAIN: &str = "specie_bench";

impl Options {
    /// Nothing unusual.
    pub fn new(base: PathBuf, args: Vec<String>) -> Result<Self, NodeError> {
        Ok(Self { base, rpc_port: free_port()?, args, metrics: false, start_limit: START_LIMIT })
    }
}

impl Options {
    /// The folder of the node's index, on the development chain or on that of [`bulk`](crate::bulk).
    pub fn index(&self) -> PathBuf {
        let id = match self.args.iter().any(|arg| arg == "--dev") {
            true => "specie_dev",
            false => BULK_CHAIN,
        };
        self.base.join("chains").join(id).join("specie-index")
    }

    /// What a `specie-node index` command says about the node while it is not running, and whether it went well.
    pub fn index_command(&self, command: &[&str]) -> Result<(bool, String), NodeError> {
        let specification =
            self.args.iter().position(|arg| arg == "--chain").and_then(|at| self.args.get(at..at + 2));
        let mut index = Command::new(binary()?);
        index.arg("index").args(command).args(specification.unwrap_or(&["--dev".into()]));
        index.args(slot(&self.args));
        let output = index.arg("--base-path").arg(&self.base).output()?;
        let said = [output.stdout, output.stderr].concat();
        Ok((output.status.success(), String::from_utf8_lossy(&said).into_owned()))
    }
}

/// How long a slot of the chains takes that the tests make themselves, in milliseconds: most of a test's time is waiting for
/// blocks.
pub const SLOT_MILLIS: u64 = 1_000;

/// The option for that, where the command line is about a built-in chain.
fn slot(args: &[String]) -> Option<String> {
    let is_built_in = |pair: &[String]| pair[0] == "--chain" && ["dev", "local"].contains(&pair[1].as_str());
    let built_in = args.iter().any(|arg| arg == "--dev") || args.windows(2).any(is_built_in);
    built_in.then(|| format!("--slot={SLOT_MILLIS}"))
}

/// The command line of a node, so that it makes no blocks.
pub fn without_authoring(args: &[String]) -> Vec<String> {
    args.iter().filter(|arg| !["--alice", "--force-authoring"].contains(&arg.as_str())).cloned().collect()
}

/// A running node. Killed when dropped.
#[derive(Debug)]
pub struct Node {
    child: Child,
    options: Options,
}

impl Node {
    /// Starts a node.
    pub fn start(options: Options) -> Result<Self, NodeError> {
        std::fs::create_dir_all(&options.base)?;
        let child = Self::spawn(&options)?;
        Ok(Self { child, options })
    }

    /// Starts a development node: one validator, its own chain.
    pub fn dev(base: &Path) -> Result<Self, NodeError> {
        Self::dev_with(base, &[])
    }

    /// Starts a development node with `extra` on its command line.
    pub fn dev_with(base: &Path, extra: &[&str]) -> Result<Self, NodeError> {
        let args = ["--dev", "--force-authoring"].iter().chain(extra).map(ToString::to_string).collect();
        Self::start(Options::new(base.join("dev"), args)?)
    }

    /// A development node that serves metrics, in a folder of its own; a client of it, and the metrics' port.
    pub async fn dev_with_metrics() -> Result<(TempDir, Self, Chain, u16), NodeError> {
        let (folder, port) = (tempfile::tempdir()?, free_port()?);
        let args = ["--dev", "--force-authoring", "--prometheus-port", &port.to_string()];
        let mut options = Options::new(folder.path().join("dev"), args.map(ToString::to_string).to_vec())?;
        options.metrics = true;
        let mut node = Self::start(options)?;
        let chain = node.client().await?;
        Ok((folder, node, chain, port))
    }

    /// A development node in a folder of its own, with `extra` on its command line, and a client of it.
    pub async fn dev_alone(extra: &[&str]) -> Result<(TempDir, Self, Chain), NodeError> {
        let folder = tempfile::tempdir()?;
        let mut node = Self::dev_with(folder.path(), extra)?;
        let chain = node.client().await?;
        Ok((folder, node, chain))
    }

    /// Where the client connects.
    pub fn url(&self) -> String {
        format!("ws://127.0.0.1:{}", self.options.rpc_port)
    }

    /// A client of the node, once it answers.
    pub async fn client(&mut self) -> Result<Chain, NodeError> {
        let begun = Instant::now();
        loop {
            match Chain::connect(&self.url()).await {
                Ok(chain) => return Ok(chain),
                Err(_) if !self.is_running()? => return Err(NodeError::Ended(self.log()?)),
                Err(error) if begun.elapsed() > self.options.start_limit => return Err(NodeError::Silent(error)),
                Err(_) => tokio::time::sleep(Duration::from_millis(200)).await,
            }
        }
    }

    /// Kills the process at once, as a power cut would.
    pub fn kill(&mut self) -> Result<(), NodeError> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Starts the process again on the same files.
    pub fn restart(&mut self) -> Result<(), NodeError> {
        self.kill()?;
        self.child = Self::spawn(&self.options)?;
        Ok(())
    }

    /// Starts the process again on the same files, with another command line.
    pub fn restart_with(&mut self, args: Vec<String>) -> Result<(), NodeError> {
        self.kill()?;
        self.options.args = args;
        self.child = Self::spawn(&self.options)?;
        Ok(())
    }

    /// Starts the process again, cut off: it knows nobody, and nobody knows where it is.
    pub fn restart_alone(&mut self) -> Result<(), NodeError> {
        let mut args = self.options.args.clone();
        if let Some(boot) = args.iter().position(|arg| arg == "--bootnodes") {
            args.drain(boot..(boot + 2).min(args.len()));
        }
        // The others would find it where it was.
        let listen = args.iter().position(|arg| arg == "--listen-addr").and_then(|at| args.get_mut(at + 1));
        if let Some(listen) = listen {
            *listen = format!("/ip4/127.0.0.1/tcp/{}", free_port()?);
        }
        if !args.iter().any(|arg| arg == "--force-authoring") {
            args.push("--force-authoring".into());
        }
        self.restart_with(args)
    }

    /// Starts the process again, after it was killed.
    pub fn start_again(&mut self) -> Result<(), NodeError> {
        self.child = Self::spawn(&self.options)?;
        Ok(())
    }

    /// The command line that it was started with.
    pub fn args(&self) -> &[String] {
        &self.options.args
    }

    /// The folder of the node's index.
    pub fn index(&self) -> PathBuf {
        self.options.index()
    }

    /// What `specie-node index verify` says about this node, which is not running, and whether it was content.
    pub fn verify_index(&self) -> Result<(bool, String), NodeError> {
        self.options.index_command(&["verify"])
    }

    /// What a `specie-node index` command says about this node, which is not running, and whether it went well.
    pub fn index_command(&self, command: &[&str]) -> Result<(bool, String), NodeError> {
        self.options.index_command(command)
    }

    /// Whether the process runs.
    pub fn is_running(&mut self) -> Result<bool, NodeError> {
        Ok(self.child.try_wait()?.is_none())
    }

    /// The memory that the process has of the machine, in bytes.
    pub fn memory(&self) -> Result<u64, NodeError> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap_or_default();
        let kilobytes: String = line.chars().filter(char::is_ascii_digit).collect();
        Ok(kilobytes.parse::<u64>().unwrap_or(0) * 1_024)
    }

    /// What the node has logged.
    pub fn log(&self) -> Result<String, NodeError> {
        Ok(std::fs::read_to_string(self.options.base.join("log"))?)
    }

    fn spawn(options: &Options) -> Result<Child, NodeError> {
        let binary = binary()?;
        let log: File = OpenOptions::new().create(true).append(true).open(options.base.join("log"))?;
        let child = Command::new(binary)
            .args(&options.args)
            .args(slot(&options.args))
            .arg("--base-path")
            .arg(&options.base)
            .arg("--rpc-port")
            .arg(options.rpc_port.to_string())
            .args(["--no-telemetry", "--no-mdns"])
            .args((!options.metrics).then_some("--no-prometheus"))
            .args(["--rpc-cors", "all", "--database", "rocksdb"])
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()?;
        Ok(child)
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        // A process that has ended already cannot be killed, and need not be.
        let _ = self.kill();
    }
}

/// A network of four validators on loopback.
pub fn network(base: &Path) -> Result<Vec<Node>, NodeError> {
    network_with(base, &[])
}

/// A network of four validators on loopback, each with `extra` on its command line.
pub fn network_with(base: &Path, extra: &[&str]) -> Result<Vec<Node>, NodeError> {
    network_of(base, "local", extra)
}

/// The same on another chain with the same validators.
pub fn network_of(base: &Path, chain: &str, extra: &[&str]) -> Result<Vec<Node>, NodeError> {
    let first_port = free_port()?;
    let boot = format!("/ip4/127.0.0.1/tcp/{first_port}/p2p/{FIRST_PEER}");
    let mut nodes = Vec::new();
    for (index, name) in VALIDATORS.into_iter().enumerate() {
        let port = if index == 0 { first_port } else { free_port()? };
        let mut args = vec!["--chain".into(), chain.into(), format!("--{name}"), "--validator".into()];
        args.extend(["--node-key".into(), node_key(index)]);
        args.extend(["--listen-addr".into(), format!("/ip4/127.0.0.1/tcp/{port}")]);
        args.extend(extra.iter().map(ToString::to_string));
        if index > 0 {
            args.extend(["--bootnodes".into(), boot.clone()]);
        }
        nodes.push(Node::start(Options::new(base.join(name), args)?)?);
    }
    Ok(nodes)
}

/// A port on which nobody listens, below those that the kernel gives to whoever connects to something: one of them could be taken
/// by any client between now and the node's start.
pub fn free_port() -> Result<u16, NodeError> {
    loop {
        let random = RandomState::new().build_hasher().finish();
        let port = PORTS.start + u16::try_from(random % u64::from(PORTS.end - PORTS.start)).unwrap_or(0);
        match TcpListener::bind(("127.0.0.1", port)) {
            Ok(_) => return Ok(port),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// The node's binary: beside the program that runs, or one folder up from a test.
pub fn binary() -> Result<PathBuf, NodeError> {
    let me = std::env::current_exe()?;
    let mut folder = me.parent().unwrap_or(Path::new(".")).to_path_buf();
    if folder.ends_with("deps") {
        folder.pop();
    }
    let binary = folder.join("specie-node");
    if binary.exists() {
        Ok(binary)
    } else {
        Err(NodeError::NoBinary(binary))
    }
}

/// How long a node may take until it answers.
const START_LIMIT: Duration = Duration::from_secs(120);

//! A simulated ATM as its own process: prepared, registered, driven by scripts, killed, and audited.

mod audit;
mod playing;
mod register;

pub use audit::audit;
pub use playing::Playing;

use crate::node::binary;
use specie_atm::{
    config::Config,
    journal::{Journal, Record},
    settings,
};
use specie_card::host::Host;
use specie_card_sim::{
    memory::Memory,
    software::{FileMedium, SlotStore, SoftwareCard},
};
use specie_device::simulated::world::{Things, World};
use specie_link::{Account, Key};
use specie_primitives::order::{Order, Purpose, EVERYTHING, NO_REFERENCE};
use std::{
    error::Error,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
};

/// What a function gives that may fail.
pub type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// A machine's folder.
pub struct Atm {
    /// The folder.
    pub folder: PathBuf,
    /// The machine's account.
    pub account: Account,
    /// The batch that its blanks are of: id, key as wire bytes.
    pub batch: (u64, Vec<u8>),
    /// The batch key's word that the chain's first manufacturer has it.
    pub possession: Vec<u8>,
}

/// What a script gave.
#[derive(Debug)]
pub struct Played {
    /// Whether every line could be done, and the process ended well.
    pub ended_well: bool,
    /// What the process said.
    pub said: String,
}

impl Atm {
    /// Makes the folder; without `--unregistered` among `extra` on a development chain.
    pub fn prepare(folder: &Path, nodes: &[String], extra: &[&str]) -> Result<Self> {
        let mut command = Command::new(program()?);
        command.arg("prepare").arg(folder).args(extra);
        nodes.iter().for_each(|node| {
            command.arg("--node").arg(node);
        });
        let output = command.output()?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        if !output.status.success() {
            return Err(format!("{said}{}", String::from_utf8_lossy(&output.stderr)).into());
        }
        let line = |word: &str| {
            let line = said.lines().find_map(|line| line.strip_prefix(word));
            line.map(str::trim).ok_or_else(|| format!("no {word} in {said}"))
        };
        let (id, key) = line("batch ")?.split_once(' ').ok_or("no batch key")?;
        let atm = Self {
            folder: folder.into(),
            account: line("machine ")?.parse()?,
            batch: (id.parse()?, hex::decode(key.trim())?),
            possession: hex::decode(line("proof ")?.trim())?,
        };
        // They also leave many cards unpaid, and have the chain refuse one after the other.
        atm.configure(|config| {
            let policy = &mut config.policy;
            (policy.unpaid_an_hour, policy.unpaid_an_hour_together, policy.rest_after_refusal) = (1_000, 1_000, 0);
            // What a kept card holds is looked at where it is; a test of its own has it paid back.
            policy.pay_back = false;
        })?;
        // People in tests are quick; what they do not do is waited for in vain.
        atm.configure(|config| {
            let waits = &mut config.policy.waits;
            (waits.customer, waits.payment, waits.finality, waits.taking) = (12, 12, 90, 4);
        })?;
        Ok(atm)
    }

    /// Changes the configuration.
    pub fn configure(&self, change: impl FnOnce(&mut Config)) -> Result<()> {
        let mut config = self.config()?;
        change(&mut config);
        Ok(std::fs::write(self.folder.join("atm.toml"), toml::to_string(&config)?)?)
    }

    /// The configuration.
    pub fn config(&self) -> Result<Config> {
        Ok(settings::read(&self.folder.join("atm.toml"))?)
    }

    /// Changes the physical world, while the machine is off.
    pub fn change_world(&self, change: impl FnOnce(&mut Things)) -> Result<()> {
        Ok(World::open(&self.folder)?.change(change)?)
    }

    /// What is where.
    pub fn things(&self) -> Result<Things> {
        Ok(World::open(&self.folder)?.things())
    }

    /// Switches the machine on and has a customer do what the script says.
    pub fn play(&self, script: &str, arguments: &[&str]) -> Result<Played> {
        let mut child = self.start(arguments)?;
        child.stdin.take().ok_or("no standard input")?.write_all(script.as_bytes())?;
        let Output { status, stdout, stderr } = child.wait_with_output()?;
        let said = format!("{}{}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
        Ok(Played { ended_well: status.success(), said })
    }

    /// The same, and every line must be done.
    pub fn play_well(&self, script: &str) -> Result<String> {
        let Played { ended_well, said } = self.play(script, &[])?;
        if !ended_well {
            return Err(format!("the script failed:\n{said}").into());
        }
        Ok(said)
    }

    /// The same as far as the script goes; the customer stands there, and has more to do.
    pub fn begin(&self, script: &str) -> Result<Playing> {
        Playing::begin(self.start(&[])?, script)
    }

    /// Switches the machine on, for a script on its standard input.
    pub fn start(&self, arguments: &[&str]) -> Result<Child> {
        let child = Command::new(program()?)
            .arg("sim")
            .arg(&self.folder)
            .args(["--script", "-"])
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        Ok(child)
    }

    /// The production program, `specie-atm run`, to be started.
    pub fn run(&self) -> Result<Command> {
        let mut command = Command::new(program()?);
        command.arg("run").arg(&self.folder);
        Ok(command)
    }

    /// What the books say: `specie-atm books --json`.
    pub fn books(&self) -> Result<serde_json::Value> {
        let output = Command::new(program()?).arg("books").arg(&self.folder).arg("--json").output()?;
        let findings: serde_json::Value = serde_json::from_slice(&output.stdout)
            .map_err(|error| format!("{error}: {}", String::from_utf8_lossy(&output.stderr)))?;
        let expected = match (findings["online"] == true, findings["differences"] == serde_json::json!([])) {
            (true, true) => 0,
            (_, false) => 3,
            (false, true) => 4,
        };
        match output.status.code() {
            Some(code) if code == expected => Ok(findings),
            code => Err(format!("exit code {code:?}, not {expected}: {findings}").into()),
        }
    }

    /// Any other command on the folder; what it prints.
    pub fn command(&self, word: &str, arguments: &[&str]) -> Result<String> {
        let output = Command::new(program()?).arg(word).arg(&self.folder).args(arguments).output()?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
        }
        Ok(String::from_utf8(output.stdout)?)
    }

    /// The same of a command that wants no machine's folder.
    pub fn command_at(&self, word: &str, arguments: &[&str]) -> Result<String> {
        let output = Command::new(program()?).arg(word).args(arguments).output()?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
        }
        Ok(String::from_utf8(output.stdout)?)
    }

    /// What operators have the machine do, at work or off, who show these names and PINs: the exit code, and what was printed.
    pub fn operator(&self, word: &str, arguments: &[&str], who: &[(&str, &str)]) -> Result<(i32, String)> {
        let mut command = Command::new(program()?);
        command.arg(word).arg(&self.folder).args(arguments);
        who.iter().for_each(|(name, _)| {
            command.args(["--as", name]);
        });
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        let mut input = child.stdin.take().ok_or("no standard input")?;
        for (_, pin) in who {
            writeln!(input, "{pin}")?;
        }
        drop(input);
        let Output { status, stdout, stderr } = child.wait_with_output()?;
        let said = format!("{}{}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
        Ok((status.code().ok_or("killed")?, said))
    }

    /// The journal, while the machine is off.
    pub fn journal(&self) -> Result<Journal> {
        let config = self.config()?;
        let genesis = config.genesis().ok_or("no genesis hash")?;
        Ok(Journal::open(&self.folder.join(&config.journal), self.account, &genesis, &config.stock()?)?)
    }

    /// The last case.
    pub fn last_case(&self) -> Result<Record> {
        let cases = self.journal()?.cases()?;
        cases.into_iter().next_back().map(|(_, record)| record).ok_or_else(|| "no case".into())
    }

    /// The wallet of the customer.
    pub fn wallet(&self) -> Result<Key> {
        Ok(Key::from_file(&self.folder.join("wallet.key"))?)
    }

    /// The file of a card.
    pub fn card_file(&self, name: &str) -> PathBuf {
        self.folder.join("cards").join(name)
    }

    /// Changes what a card has in its memory, as no command can.
    pub fn change_card(&self, name: &str, change: impl FnOnce(&mut Memory)) -> Result<()> {
        let path = self.card_file(name);
        let (_, mut memory) = SlotStore::open(FileMedium::open(&path)?)?;
        change(&mut memory);
        Ok(std::fs::write(&path, SlotStore::<FileMedium>::image(&memory))?)
    }

    /// Has a card sign an order for all its money that nobody gets to see, valid until this block.
    pub fn sign_in_secret(&self, name: &str, genesis: [u8; 32], valid_until: u32) -> Result<()> {
        let mut host = Host::new(SoftwareCard::open(&self.card_file(name))?);
        host.select()?;
        let sequence = host.attest(&[7; 32])?.attestation.sequence + 1;
        let carrier = host.carrier()?;
        let (to, fee_to) = (self.account.0, self.account.0);
        host.sign_order(&Order {
            genesis,
            carrier,
            purpose: Purpose::CashOut,
            sequence,
            to,
            amount: EVERYTHING,
            fee: 0,
            fee_to,
            valid_until,
            reference: NO_REFERENCE,
            epoch: 0,
        })?;
        Ok(())
    }

    /// The address of a card's currency key; `None`: it has none.
    pub fn carrier(&self, name: &str) -> Result<Option<Account>> {
        let mut host = Host::new(SoftwareCard::open(&self.card_file(name))?);
        host.select()?;
        match host.carrier() {
            Ok(carrier) => Ok(Some(Account(carrier.0))),
            Err(specie_card::host::HostError::Blank) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

/// The machine's program, beside the node's.
fn program() -> Result<PathBuf> {
    Ok(binary()?.with_file_name("specie-atm"))
}

//! A simulated ATM as its own process, prepared, driven by scripts, killed, and audited.

use crate::node::binary;
use specie_atm::{
    case::{Cash, Claim, Ending, Payment, Place, Spend},
    config::Config,
    journal::{Journal, Record},
    simulation::world::{Things, World},
};
use specie_carrier::{host::Host, software::SoftwareCard};
use specie_client::{Account, Key, Nodes};
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
        };
        // People in tests are quick; what they do not do is waited for in vain.
        atm.configure(|config| {
            let waits = &mut config.policy.waits;
            (waits.customer, waits.payment, waits.finality, waits.taking) = (12, 12, 90, 4);
        })?;
        Ok(atm)
    }

    /// Changes the configuration.
    pub fn configure(&self, change: impl FnOnce(&mut Config)) -> Result<()> {
        let path = self.folder.join("atm.toml");
        let mut config = Config::read(&path)?;
        change(&mut config);
        Ok(std::fs::write(path, toml::to_string(&config)?)?)
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

    /// What the books say: `specie-atm books --json`.
    pub fn books(&self) -> Result<serde_json::Value> {
        let output = Command::new(program()?).arg("books").arg(&self.folder).arg("--json").output()?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
        }
        Ok(serde_json::from_slice(&output.stdout)?)
    }

    /// Any other command on the folder; what it prints.
    pub fn command(&self, word: &str, arguments: &[&str]) -> Result<String> {
        let output = Command::new(program()?).arg(word).arg(&self.folder).args(arguments).output()?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
        }
        Ok(String::from_utf8(output.stdout)?)
    }

    /// The journal, while the machine is off.
    pub fn journal(&self) -> Result<Journal> {
        let config = Config::read(&self.folder.join("atm.toml"))?;
        Ok(Journal::open(&self.folder.join(&config.journal), self.account, &config.genesis, &config.stock())?)
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

    /// The address of a card's currency key; `None`: it has none.
    pub fn carrier(&self, name: &str) -> Result<Option<Account>> {
        let mut host = Host::new(SoftwareCard::open(&self.card_file(name))?);
        host.select()?;
        match host.carrier() {
            Ok(carrier) => Ok(Some(Account(carrier.0))),
            Err(specie_carrier::host::HostError::Blank) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

/// What must be true of a machine that has come to rest: its journal, its bins, its cards, the cash and the chain say the
/// same, to the last unit. `cards` and `cash`: how many there were at first.
pub async fn audit(atm: &Atm, nodes: &Nodes, cards: usize, cash: u64) -> Result<Vec<String>> {
    let (things, journal) = (atm.things()?, atm.journal()?);
    let mut wrong = Vec::new();
    let mut check = |is_so: bool, what: String| {
        if !is_so {
            wrong.push(what);
        }
    };
    check(things.cards() == cards, format!("{} cards, not {cards}: {things:?}", things.cards()));
    check(things.cash() == cash, format!("{} of cash, not {cash}", things.cash()));
    for ((bin, blanks), counted) in journal.stock()?.bins().zip(&things.bins) {
        let counted = counted.len();
        check(
            blanks.count as usize == counted,
            format!("bin {}: {} in the journal, {counted}", bin.0, blanks.count),
        );
    }
    let cases = journal.cases()?;
    let open: Vec<u64> =
        cases.iter().filter(|(_, record)| record.ending.is_none()).map(|(number, _)| *number).collect();
    check(open.is_empty(), format!("cases that have not ended: {open:?}"));
    check(things.station.is_none() && things.exit.is_none(), "a card is left inside".into());
    check(things.acceptor == 0, format!("{} left in the acceptor", things.acceptor));

    let taken: u64 = cases
        .iter()
        .filter(|(_, record)| record.case.cash == Cash::Taken)
        .map(|(_, record)| record.case.request.cash_fee)
        .sum();
    let may_be: u64 = cases
        .iter()
        .filter(|(_, record)| record.case.cash == Cash::Unknown)
        .map(|(_, record)| record.case.request.cash_fee)
        .sum();
    check(
        (taken..=taken + may_be).contains(&things.safe),
        format!("{} in the safe, {taken} taken by the journal", things.safe),
    );
    for (number, record) in &cases {
        audit_case(*number, record, nodes, &mut check).await?;
    }
    audit_money(atm, &things, &cases, nodes, &mut check).await?;
    Ok(wrong)
}

/// One case against the chain.
async fn audit_case(
    number: u64,
    record: &Record,
    nodes: &Nodes,
    check: &mut impl FnMut(bool, String),
) -> Result<()> {
    let case = &record.case;
    check(record.receipt.is_some(), format!("case {number}: no receipt"));
    check(
        (record.ending == Some(Ending::Claimed)) != case.claims.is_empty(),
        format!("case {number}: {:?} with {:?}", record.ending, case.claims),
    );
    let Some(carrier) = record.carrier else { return Ok(()) };
    let verdict = nodes.verdict_at(carrier).await?;
    let held = verdict.as_ref().and_then(specie_client::answers::Verdict::final_balance).unwrap_or(0);
    let is_here = matches!(case.place, Place::Kept | Place::Unknown);
    check(
        !is_here || held == 0 || !case.claims.is_empty(),
        format!("case {number}: {held} on a card that is {:?}, and no claim", case.place),
    );
    if let Payment::Final(amount) = case.payment {
        let history = nodes.history(carrier, None, 256).await?.ok_or("no history")?;
        let paid = history.entries.iter().any(|entry| {
            entry.is_final && entry.kind == "funded" && entry.amount.is_some_and(|paid| paid.0 == amount)
        });
        check(paid, format!("case {number}: {amount} paid by the journal and not on chain"));
    }
    if let Spend::Final(amount) = case.spend {
        let history = nodes.history(carrier, None, 256).await?.ok_or("no history")?;
        let spent = history.entries.iter().any(|entry| {
            entry.is_final && entry.kind == "spent" && entry.amount.is_some_and(|spent| spent.0 == amount)
        });
        check(spent, format!("case {number}: {amount} paid out by the journal and not on chain"));
    }
    Ok(())
}

/// All money that customers paid at this machine is on cards, was paid out, or is in a claim.
async fn audit_money(
    atm: &Atm,
    things: &Things,
    cases: &[(u64, Record)],
    nodes: &Nodes,
    check: &mut impl FnMut(bool, String),
) -> Result<()> {
    let (mut funded, mut held, mut spent, mut known) = (0, 0, 0, 0);
    let inside = things.bins.iter().flatten().chain(things.kept.iter().map(|(_, card)| card));
    for name in inside.chain(&things.pocket) {
        if !atm.card_file(name).exists() {
            continue;
        }
        let Some(carrier) = atm.carrier(name)? else { continue };
        let Some(history) = nodes.history(carrier, None, 256).await? else { continue };
        known += 1;
        for entry in history.entries.iter().filter(|entry| entry.is_final) {
            let amount = entry.amount.map_or(0, |amount| amount.0);
            let fees = entry.fee.map_or(0, |fee| fee.0) + entry.network_fee.map_or(0, |fee| fee.0);
            match entry.kind.as_str() {
                "funded" => funded += amount,
                "spent" => spent += amount + fees,
                _ => {}
            }
        }
        let verdict = nodes.verdict_at(carrier).await?;
        held += verdict.and_then(|verdict| verdict.final_balance()).unwrap_or(0);
        let is_kept = things.kept.iter().any(|(_, kept)| kept == name);
        // A card that did not answer to the end is claimed without its address.
        let is_of = |record: &Record| record.carrier.is_none_or(|known| known == carrier);
        let claimed = cases.iter().any(|(_, record)| is_of(record) && !record.case.claims.is_empty());
        let empty = nodes.verdict_at(carrier).await?.and_then(|verdict| verdict.final_balance()).unwrap_or(0) == 0;
        check(!is_kept || empty || claimed, format!("{name}: money on a kept card, and no claim"));
    }
    check(funded == held + spent, format!("{known} carriers: {funded} in, {held} held, {spent} out"));
    let journal_spent = cases.iter().filter_map(|(_, record)| match record.case.spend {
        Spend::Final(amount) => Some(amount),
        _ => None,
    });
    let journal_spent: u128 = journal_spent.sum();
    let not_known = cases.iter().any(|(_, record)| record.case.claims.contains(&Claim::SpendNotKnown));
    check(
        not_known || journal_spent <= spent,
        format!("{journal_spent} paid out by the journal, {spent} on chain"),
    );
    Ok(())
}

/// The machine's program, beside the node's.
fn program() -> Result<PathBuf> {
    Ok(binary()?.with_file_name("specie-atm"))
}

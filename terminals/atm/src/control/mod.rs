//! What operators have a machine do, while it works or while it is off.
//!
//! A machine at work has its journal for itself; what an operator wants is asked of it over a socket in its folder ([`socket`]), one
//! line of JSON for the [`Request`] and one for the [`Reply`]. Of a machine that is off, the same [`Control`] does it over the same
//! journal. Nothing here waits for a customer, and no case that is under way is touched.

pub mod socket;

use crate::{
    books,
    journal::{Journal, Note},
    line_in_words,
    machine::{claim_in_words, keep_in_words},
    policy::Policy,
};
use serde::{Deserialize, Serialize};
use serde_json::{json, Value};
use specie_device::Bin;
use specie_link::network::Network;
use specie_ops::{
    alarms::Alarms,
    operators::{Credential, Operators, Right},
};
use specie_procedure::{clock, export, replay, JournalError};
use std::{
    error::Error,
    fs::{File, OpenOptions},
    io::{BufReader, BufWriter, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

/// A day, in milliseconds.
const DAY: u64 = 86_400_000;

/// What an operator wants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Errand {
    /// What is wrong now.
    Alarms,
    /// Journal, chain and bins compared; what waits is sent, and what the chain can settle is settled.
    Books,
    /// The statement of a day, `2026-11-22`.
    Statement {
        /// The day.
        date: String,
    },
    /// The last lines of the journal.
    Journal {
        /// How many.
        last: usize,
    },
    /// Whether the journal is whole, and every case follows from its lines.
    Verify,
    /// A bin was filled.
    Fill {
        /// Its number.
        bin: u8,
        /// What it holds now.
        count: u32,
    },
    /// What is stuck is taken out.
    Clear,
    /// The cards in the compartment are taken out.
    Empty,
    /// People have settled a claim.
    Settle {
        /// The number of the case.
        case: u64,
        /// The place of the claim.
        place: u8,
        /// How, in words.
        how: String,
    },
    /// The journal's lines after one, into a file for auditors.
    Export {
        /// The file, which must not be there.
        file: PathBuf,
        /// The last line of the export before; `None`: all that there are.
        after: Option<u64>,
    },
    /// What is in an export is forgotten, if it is older.
    Forget {
        /// The export.
        file: PathBuf,
        /// How many days ago a case has ended that is forgotten.
        days: u64,
    },
    /// A copy of the journal, to go on from when it is lost.
    Backup {
        /// The file, which must not be there.
        file: PathBuf,
    },
    /// A name that was locked may try again.
    Unlock {
        /// The name.
        name: String,
    },
}

impl Errand {
    /// Which right it takes.
    pub const fn right(&self) -> Right {
        match self {
            Self::Alarms | Self::Books | Self::Statement { .. } | Self::Journal { .. } | Self::Verify => {
                Right::Look
            }
            Self::Fill { .. } => Right::Fill,
            Self::Clear => Right::Clear,
            Self::Empty => Right::Empty,
            Self::Settle { .. } => Right::Settle,
            Self::Export { .. } | Self::Backup { .. } => Right::Export,
            Self::Forget { .. } => Right::Forget,
            Self::Unlock { .. } => Right::Operators,
        }
    }

    /// For the journal.
    fn in_words(&self) -> String {
        match self {
            Self::Alarms | Self::Books | Self::Statement { .. } | Self::Journal { .. } | Self::Verify => {
                "looks into the books".into()
            }
            Self::Fill { bin, count } => format!("fills bin {bin}: {count}"),
            Self::Clear => "takes out what is stuck".into(),
            Self::Empty => "takes the cards out of the compartment".into(),
            Self::Settle { case, place, .. } => format!("settles claim {case}/{place}"),
            Self::Export { file, .. } => format!("exports the journal to {}", file.display()),
            Self::Forget { file, days } => {
                format!("has what is in {} and older than {days} days forgotten", file.display())
            }
            Self::Backup { file } => format!("copies the journal to {}", file.display()),
            Self::Unlock { name } => format!("lets {name} try again"),
        }
    }
}

/// An errand, and who wants it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// Who: one, or two.
    pub who: Vec<Credential>,
    /// The name for the journal, where the machine knows no operators.
    pub by: Option<String>,
    /// What.
    pub errand: Errand,
}

/// What came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// For people.
    pub text: String,
    /// For programs.
    pub data: Value,
    /// The exit code of the command: 0 done; 1 refused or failed; 3 the answer is bad; 4 it could not be had.
    pub code: u8,
}

impl Reply {
    fn done(text: impl Into<String>, data: Value) -> Self {
        Self { text: text.into(), data, code: 0 }
    }
}

/// The operator's own hands, where the program moves nothing: the cards and the cash.
pub trait Hands: Send + Sync {
    /// What is stuck is taken out: the cards, which go into the compartment, and the cash, which goes into the safe.
    fn clear(&self) -> std::io::Result<(Vec<String>, u64)>;
    /// Everything is taken out of the compartment.
    fn empty(&self) -> std::io::Result<()>;
    /// What is counted in the bins, if that can be done beside the machine.
    fn count(&self) -> Option<Vec<u32>>;
}

/// A person's hands at a real machine.
pub struct OwnHands;

impl Hands for OwnHands {
    fn clear(&self) -> std::io::Result<(Vec<String>, u64)> {
        Ok((Vec::new(), 0))
    }

    fn empty(&self) -> std::io::Result<()> {
        Ok(())
    }

    fn count(&self) -> Option<Vec<u32>> {
        None
    }
}

impl Hands for specie_device::simulated::world::World {
    fn clear(&self) -> std::io::Result<(Vec<String>, u64)> {
        self.operator_clears()
    }

    fn empty(&self) -> std::io::Result<()> {
        self.operator_empties()
    }

    fn count(&self) -> Option<Vec<u32>> {
        Some(self.counts())
    }
}

/// What is done for operators.
pub struct Control {
    /// What the machine remembers.
    pub journal: Journal,
    /// Its chain.
    pub network: Arc<Network>,
    /// What its operator has decided.
    pub policy: Policy,
    /// Who looks after it.
    pub operators: Operators,
    /// Their hands.
    pub hands: Arc<dyn Hands>,
    /// What is wrong now.
    pub alarms: Alarms,
    /// One errand at a time: two people do not settle one claim.
    pub busy: Mutex<()>,
}

/// What an errand gives that may fail.
type Done = Result<Reply, Box<dyn Error>>;

impl Control {
    /// Does what is asked, if those who ask may have it done.
    pub fn execute(&self, request: &Request) -> Reply {
        let _one_at_a_time = self.busy.lock().unwrap_or_else(PoisonError::into_inner);
        self.admit(request).and_then(|by| self.run(&request.errand, &by)).unwrap_or_else(|error| {
            let text = specie_console::causes::in_one_line(error.as_ref());
            Reply { data: json!({ "error": text }), text, code: 1 }
        })
    }

    /// Who does it, for the journal.
    fn admit(&self, Request { who, by, errand }: &Request) -> Result<String, Box<dyn Error>> {
        if !self.operators.are_known() {
            let needs_name = matches!(errand, Errand::Settle { .. });
            return match by {
                Some(by) => Ok(by.clone()),
                None if needs_name => Err("say who has settled it: --by NAME".into()),
                None => Ok("the operator".into()),
            };
        }
        let mut tries = self.journal.tries()?;
        let admitted = self.operators.admit(errand.right(), who, &mut tries, clock::now());
        let note = match &admitted {
            Ok(_) if errand.right() == Right::Look => None,
            Ok(names) => Some(Note::Operator { by: names.join(" and "), what: errand.in_words() }),
            Err(why) => Some(Note::Refused { why: format!("{why}; wanted: {}", errand.in_words()) }),
        };
        self.journal.note_operator(&tries, note)?;
        Ok(admitted?.join(" and "))
    }

    fn run(&self, errand: &Errand, by: &str) -> Done {
        match errand {
            Errand::Alarms => self.tell_alarms(),
            Errand::Books => self.compare(),
            Errand::Statement { date } => self.state(date),
            Errand::Journal { last } => self.last_lines(*last),
            Errand::Verify => self.verify(),
            Errand::Fill { bin, count } => {
                self.journal.fill(Bin(*bin), *count)?;
                Ok(Reply::done(format!("bin {bin} holds {count} now"), json!({ "bin": bin, "count": count })))
            }
            Errand::Clear => self.clear(),
            Errand::Empty => self.empty(),
            Errand::Settle { case, place, how } => {
                let _alone = self.journal.exclusive();
                self.journal.settle(*case, *place, by, how)?;
                let text = format!("claim {case}/{place} is settled");
                Ok(Reply::done(text, json!({ "case": case, "place": place, "by": by })))
            }
            Errand::Export { file, after } => self.export(file, *after),
            Errand::Forget { file, days } => self.forget(file, *days),
            Errand::Backup { file } => {
                let head = self.journal.copy(file)?;
                let text = format!("{}: the journal up to line {}, {}", file.display(), head.line, head.hash);
                Ok(Reply::done(text, json!(head)))
            }
            Errand::Unlock { name } => {
                let mut tries = self.journal.tries()?;
                tries.remove(name).ok_or_else(|| format!("{name} has shown no wrong PIN"))?;
                self.journal.note_operator(&tries, None)?;
                Ok(Reply::done(format!("{name} may try again"), json!({ "name": name })))
            }
        }
    }

    fn tell_alarms(&self) -> Done {
        let raised = self.alarms.raised();
        let line = |news: &specie_ops::alarms::News| {
            let urgent = if news.urgent { "URGENT" } else { "" };
            format!("{} {urgent:<6} {:<14} {}", clock::time(news.at), news.alarm, news.words)
        };
        let text = match raised.is_empty() {
            true => "no alarm is raised".into(),
            false => raised.iter().map(line).collect::<Vec<_>>().join("\n"),
        };
        let code = if raised.is_empty() { 0 } else { 3 };
        Ok(Reply { text, data: json!(raised), code })
    }

    fn compare(&self) -> Done {
        let findings = books::reconcile(&self.journal, &self.network, &self.policy, self.hands.count())?;
        let code = match (findings.online, findings.differences.is_empty()) {
            (true, true) => 0,
            (_, false) => 3,
            (false, true) => 4,
        };
        let mut lines = Vec::new();
        if !findings.online {
            lines.push("The network cannot be reached: what follows is the journal's word alone.".into());
        }
        let before = lines.len();
        lines.extend(findings.registered.iter().map(|case| format!("case {case}: registered on chain")));
        lines.extend(findings.settled.iter().map(|(case, how)| format!("case {case}: settled: {how}")));
        lines.extend(findings.open.iter().map(|(case, claim)| format!("case {case}: open claim {claim}")));
        lines.extend(findings.differences.iter().map(|difference| format!("DIFFERENCE: {difference}")));
        if lines.len() == before && findings.online {
            lines.push("Journal, chain and bins agree; nothing is open.".into());
        }
        lines.extend(findings.to_fill.iter().cloned());
        Ok(Reply { text: lines.join("\n"), data: json!(findings), code })
    }

    fn state(&self, date: &str) -> Done {
        if clock::day(date).is_none() {
            return Err(format!("{date:?} is no day: write it as {}", clock::date(clock::now())).into());
        }
        let statement = books::statement(&self.journal, date)?;
        let text = statement.text(&self.policy.currencies).trim_end().to_owned();
        Ok(Reply::done(text, json!(statement)))
    }

    fn last_lines(&self, last: usize) -> Done {
        let lines = self.journal.last_lines(last)?;
        let words: Vec<String> = lines.iter().map(|line| line_in_words(line, &self.policy.currencies)).collect();
        let data = lines.iter().zip(&words).map(|(line, words)| {
            json!({ "line": line.number, "hash": line.hash, "at": line.at, "case": line.case, "words": words })
        });
        Ok(Reply::done(words.join("\n"), data.collect()))
    }

    /// Every hash, and every case run again from its lines.
    fn verify(&self) -> Done {
        let head = self.journal.verify()?;
        let (mut again, mut forgotten) = (0, 0);
        for (number, _) in self.journal.cases()? {
            match replay::case(&self.journal.lines_of(number)?) {
                Ok(_) => again += 1,
                // Its lines are in an export, and it has an open claim.
                Err(replay::ReplayError::NoBeginning) => forgotten += 1,
                Err(error) => return Err(format!("case {number}: {error}").into()),
            }
        }
        let mut text = format!(
            "the journal is whole up to line {}, {}; {again} cases follow from their lines",
            head.line, head.hash
        );
        if forgotten > 0 {
            text.push_str(&format!("; the lines of {forgotten} are in exports"));
        }
        Ok(Reply::done(text, json!({ "head": head, "cases": again })))
    }

    fn clear(&self) -> Done {
        let (cards, cash) = self.hands.clear()?;
        let mut lines: Vec<String> = cards.iter().map(|card| format!("{card} is in the compartment now")).collect();
        if cash > 0 {
            lines.push(format!("{cash} in cash are in the safe now"));
        }
        if lines.is_empty() {
            lines.push("nothing was stuck".into());
        }
        Ok(Reply::done(lines.join("\n"), json!({ "cards": cards, "cash": cash })))
    }

    fn empty(&self) -> Done {
        if !self.journal.open_cases()?.is_empty() {
            return Err(
                "a customer is being served: wait until that has ended, and count what is in the compartment then"
                    .into(),
            );
        }
        // The hands first: a card that the journal has let go of must not be inside any more.
        self.hands.empty()?;
        let open_claims = self.journal.unsettled()?;
        let taken = self.journal.empty_compartment()?;
        let (mut lines, mut data) = (Vec::new(), Vec::new());
        for (number, record) in &taken {
            let why = record.case.keep.map_or("", keep_in_words);
            let carrier = record.papers.carrier.map_or_else(|| "no address".into(), |carrier| carrier.to_string());
            lines.push(format!("case {number}: {carrier}, {why}"));
            let claims: Vec<_> = open_claims.iter().filter(|claim| claim.case == *number).collect();
            for claim in &claims {
                lines.push(format!("  CLAIM {number}/{}: {}", claim.place, claim_in_words(claim.claim)));
            }
            data.push(json!({
                "case": number, "carrier": record.papers.carrier, "why": why,
                "claims": claims.iter().map(|claim| claim.place).collect::<Vec<_>>(),
            }));
        }
        lines.push(format!(
            "{} cards of customers, and the blanks that did not work, if there were any",
            taken.len()
        ));
        Ok(Reply::done(lines.join("\n"), data.into()))
    }

    fn export(&self, file: &PathBuf, after: Option<u64>) -> Done {
        let shown = |error: std::io::Error| format!("{}: {error}", file.display());
        // It has what customers signed: no file that others may read.
        let mut options = OpenOptions::new();
        let to = options.write(true).create_new(true).mode(0o600).open(file).map_err(shown)?;
        let mut to = BufWriter::new(to);
        let head = match self.journal.export(after, &mut to) {
            Ok(head) => head,
            Err(error) => {
                // Nothing of it is an export, and it would be in the next one's way.
                let _ = std::fs::remove_file(file);
                return Err(error.into());
            }
        };
        to.flush().map_err(shown)?;
        to.get_ref().sync_all().map_err(shown)?;
        drop(to);
        // What was written is read once: an export that cannot be checked is found when it is made.
        let checked = export::check(BufReader::new(File::open(file).map_err(shown)?))?;
        if checked.head != head {
            return Err(format!("{}: it does not end as the journal does", file.display()).into());
        }
        let from = checked.header.after.line + 1;
        let text =
            format!("{}: lines {from} to {}, {} cases, {}", file.display(), head.line, checked.cases, head.hash);
        Ok(Reply::done(text, json!({ "from": from, "head": head, "cases": checked.cases })))
    }

    fn forget(&self, file: &PathBuf, days: u64) -> Done {
        let opened = File::open(file).map_err(|error| format!("{}: {error}", file.display()))?;
        let checked = export::check(BufReader::new(opened))?;
        let _alone = self.journal.exclusive();
        let before = clock::now().saturating_sub(days.saturating_mul(DAY));
        let forgotten = self.journal.forget(&checked, before)?;
        let text = format!("{} cases and {} lines are forgotten", forgotten.cases, forgotten.lines);
        Ok(Reply::done(text, json!({ "cases": forgotten.cases, "lines": forgotten.lines })))
    }
}

/// The journal is a copy that was brought back: what it does not know of is not used.
pub fn restored(journal: &Journal) -> Result<(), JournalError> {
    journal.verify()?;
    journal.doubt_grants()
}

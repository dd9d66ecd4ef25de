//! The journal's lines for an auditor, and what may be forgotten after that.
//!
//! An export is text, one row a line:
//!
//! ```text
//! specie-journal 1 {"identity":[["machine","5F…"],["genesis","01…"]],"after":{"line":0,"hash":"…"}}
//! line 1 <hash> {"at":1795323710000,"case":1,"what":{…},"state":"<hash of the case>"}
//! case 1 {"begun":…}
//! end 2 <hash>
//! ```
//!
//! A line's JSON is what its [hash](crate::chain) is taken over, byte for byte, so that anybody can check an export with a tool for
//! SHA-256 and nothing of ours. The cases are those that had ended, as they stood; each has the hash that its last line names.
//! Where one export ends the next begins: `after` is the last line of the export before.

use crate::{
    chain::{self, Hash, Head},
    journal::{Journal, JournalError, ANCHOR, BEGUN, CASES, ENDED, LINES, META, OF_CASE, SETTLED, UNSETTLED},
    Entry, Procedure,
};
use redb::{ReadableDatabase, ReadableTable};
use serde::{de::DeserializeOwned, Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, BufRead, Write},
};
use thiserror::Error;

/// What an export begins with.
const MAGIC: &str = "specie-journal 1 ";

/// What an export is of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// The journal's identity: names and values.
    pub identity: Vec<(String, String)>,
    /// The line before the first one.
    pub after: Head,
}

/// An export that was read, with every hash in it checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// What it is of.
    pub header: Header,
    /// Its last line.
    pub head: Head,
    /// How many cases are in it.
    pub cases: u64,
}

/// What was forgotten.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Forgotten {
    /// Lines.
    pub lines: u64,
    /// Cases.
    pub cases: u64,
}

/// Why an export is none, or not whole.
#[derive(Debug, Error)]
pub enum ExportError {
    /// It cannot be read or written.
    #[error("the export: {0}")]
    File(#[from] io::Error),
    /// The journal cannot be read.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// It does not begin as one.
    #[error("this is no export of a journal")]
    NotOne,
    /// A row is not what it should be.
    #[error("row {0} of the export cannot be read")]
    Row(u64),
    /// A line does not follow from the one before.
    #[error("line {0} does not follow from the line before: it was changed, or one is missing")]
    Broken(u64),
    /// A case is not as its last line left it, or is missing, or there twice.
    #[error("case {0} is not there once, as the lines left it")]
    Case(u64),
    /// Its end is missing.
    #[error("the end of the export is missing")]
    CutOff,
}

impl<P: Procedure> Journal<P> {
    /// Writes all lines after `after` (`None`: all that there are) and the cases that have ended: where the export ends.
    pub fn export(&self, after: Option<u64>, to: &mut impl Write) -> Result<Head, ExportError> {
        let transaction = self.database.begin_read().map_err(JournalError::from)?;
        let (header, ended) = self.begins(&transaction, after)?;
        writeln!(to, "{MAGIC}{}", serde_json::to_string(&header).map_err(io::Error::other)?)?;
        let mut head = header.after;
        let lines = transaction.open_table(LINES).map_err(JournalError::from)?;
        for row in lines.range(header.after.line + 1..).map_err(JournalError::from)? {
            let (number, row) = row.map_err(JournalError::from)?;
            let (hash, text) = row.value().split_at(row.value().len().min(32));
            head = Head { line: number.value(), hash: Hash(hash.try_into().unwrap_or_default()) };
            write!(to, "line {} {} ", head.line, head.hash)?;
            to.write_all(text)?;
            writeln!(to)?;
        }
        let cases = transaction.open_table(CASES).map_err(JournalError::from)?;
        for case in ended {
            if let Some(row) = cases.get(case).map_err(JournalError::from)? {
                write!(to, "case {case} ")?;
                to.write_all(row.value())?;
                writeln!(to)?;
            }
        }
        writeln!(to, "end {} {}", head.line, head.hash)?;
        Ok(head)
    }

    /// What an export is of, and the cases that have ended and have a line in it.
    fn begins(
        &self,
        transaction: &redb::ReadTransaction,
        after: Option<u64>,
    ) -> Result<(Header, Vec<u64>), JournalError> {
        let meta = transaction.open_table(META)?;
        let anchor: Head = row(meta.get(ANCHOR)?.map(|row| row.value().to_vec()), ANCHOR)?;
        let lines = transaction.open_table(LINES)?;
        let from = after.unwrap_or(anchor.line).max(anchor.line);
        let hash = lines.get(from)?.map(|row| Hash(row.value().first_chunk().copied().unwrap_or_default()));
        let after = match hash {
            Some(hash) => Head { line: from, hash },
            None if from == anchor.line => anchor,
            None => return Err(JournalError::Refused(format!("the journal has no line {from} to go on after"))),
        };
        let (of_case, mut ended) = (transaction.open_table(OF_CASE)?, Vec::new());
        for row in transaction.open_table(ENDED)?.iter()? {
            let case = row?.0.value().1;
            if of_case.range((case, after.line + 1)..=(case, u64::MAX))?.next().is_some() {
                ended.push(case);
            }
        }
        ended.sort_unstable();
        Ok((Header { identity: self.identity()?, after }, ended))
    }

    /// Forgets the lines of an export that was [checked](check), and the cases in it that ended before `before` (milliseconds since
    /// 1970), have no open claim, no mark and no line after it. The hash of the export's last line stays: the chain goes on from it.
    pub fn forget(&self, export: &Checked, before: u64) -> Result<Forgotten, JournalError> {
        let refused = |why: String| Err(JournalError::Refused(why));
        if export.header.identity != self.identity()? {
            return refused("the export is of another journal".into());
        }
        let transaction = self.database.begin_write()?;
        let mut forgotten = Forgotten::default();
        {
            let mut meta = transaction.open_table(META)?;
            let anchor: Head = row(meta.get(ANCHOR)?.map(|row| row.value().to_vec()), ANCHOR)?;
            let mut lines = transaction.open_table(LINES)?;
            let known =
                lines.get(export.head.line)?.map(|row| row.value().first_chunk() == Some(&export.head.hash.0));
            if known != Some(true) {
                return refused(format!("line {} of the journal is not the export's last one", export.head.line));
            }
            if export.header.after.line > anchor.line {
                let (from, to) = (anchor.line + 1, export.header.after.line);
                return refused(format!("lines {from} to {to} are in no export that was forgotten before"));
            }
            let (mut of_case, mut gone) = (transaction.open_table(OF_CASE)?, Vec::new());
            let (mut cases, mut ended) = (transaction.open_table(CASES)?, transaction.open_table(ENDED)?);
            let unsettled = transaction.open_table(UNSETTLED)?;
            for row in ended.range((0, 0)..(before, 0))? {
                let (at, case) = row?.0.value();
                let goes_on = of_case.range((case, export.head.line + 1)..=(case, u64::MAX))?.next().is_some();
                if !goes_on && !is_needed::<P>(&cases, &unsettled, case)? {
                    gone.push((at, case));
                }
            }
            let (mut begun, mut settled) = (transaction.open_table(BEGUN)?, transaction.open_table(SETTLED)?);
            for (at, case) in gone {
                let known = cases.remove(case)?.map(|row| row.value().to_vec());
                let entry: Entry<P> = row(known, "cases")?;
                ended.remove((at, case))?;
                begun.remove((entry.begun, case))?;
                settled.retain_in((case, 0)..=(case, u8::MAX), |_, _| false)?;
                of_case.retain_in((case, 0)..=(case, u64::MAX), |_, ()| false)?;
                forgotten.cases += 1;
            }
            // Cases that stay do not go on naming lines that do not.
            let mut kept = Vec::new();
            for row in of_case.iter()? {
                let key = row?.0.value();
                if key.1 <= export.head.line {
                    kept.push(key);
                }
            }
            for key in kept {
                of_case.remove(key)?;
            }
            lines.retain_in(..=export.head.line, |_, _| {
                forgotten.lines += 1;
                false
            })?;
            let bytes = serde_json::to_vec(&export.head)
                .map_err(|source| JournalError::Row { table: ANCHOR.into(), source })?;
            meta.insert(ANCHOR, bytes.as_slice())?;
        }
        transaction.commit()?;
        Ok(forgotten)
    }
}

/// Whether a case is still looked at: it has an open claim, or a mark.
fn is_needed<P: Procedure>(
    cases: &redb::Table<'_, u64, &'static [u8]>,
    unsettled: &redb::Table<'_, (u64, u8), &'static [u8]>,
    case: u64,
) -> Result<bool, JournalError> {
    if unsettled.range((case, 0)..=(case, u8::MAX))?.next().is_some() {
        return Ok(true);
    }
    let entry: Entry<P> = row(cases.get(case)?.map(|row| row.value().to_vec()), "cases")?;
    Ok(P::MARKS.iter().any(|mark| P::is_marked(mark, &entry)))
}

fn row<T: DeserializeOwned>(bytes: Option<Vec<u8>>, table: &str) -> Result<T, JournalError> {
    serde_json::from_slice(&bytes.unwrap_or_default())
        .map_err(|source| JournalError::Row { table: table.into(), source })
}

/// Reads an export, and checks every hash in it.
pub fn check(export: impl BufRead) -> Result<Checked, ExportError> {
    let mut rows = export.lines();
    let first = rows.next().ok_or(ExportError::NotOne)??;
    let header = first.strip_prefix(MAGIC).ok_or(ExportError::NotOne)?;
    let header: Header = serde_json::from_str(header).map_err(|_| ExportError::NotOne)?;
    let (mut head, mut cases) = (header.after, 0);
    let mut states: BTreeMap<u64, Hash> = BTreeMap::new();
    // Cases that have ended here, and whose row is still to come.
    let mut awaited: BTreeSet<u64> = BTreeSet::new();
    for (row, number) in rows.zip(2..) {
        let (row, wrong) = (row?, || ExportError::Row(number));
        let (kind, rest) = row.split_once(' ').ok_or_else(wrong)?;
        let (at, rest) = rest.split_once(' ').ok_or_else(wrong)?;
        let at: u64 = at.parse().map_err(|_| wrong())?;
        match kind {
            "line" => {
                let (hash, text) = rest.split_once(' ').ok_or_else(wrong)?;
                let next = head.next(text.as_bytes());
                if (next.line, Ok(next.hash)) != (at, hash.parse()) {
                    return Err(ExportError::Broken(at));
                }
                let state: State = serde_json::from_str(text).map_err(|_| wrong())?;
                states.extend(state.state.map(|hash| (state.case, hash)));
                if state.what.get("ended").is_some() {
                    awaited.insert(state.case);
                }
                head = next;
            }
            "case" => {
                // Of each at most one, and none that no line speaks of.
                if states.remove(&at) != Some(chain::of_case(rest.as_bytes())) {
                    return Err(ExportError::Case(at));
                }
                awaited.remove(&at);
                cases += 1;
            }
            "end" if (at, rest.parse()) == (head.line, Ok(head.hash)) => {
                return match awaited.first() {
                    Some(case) => Err(ExportError::Case(*case)),
                    None => Ok(Checked { header, head, cases }),
                };
            }
            "end" => return Err(ExportError::Broken(at)),
            _ => return Err(wrong()),
        }
    }
    Err(ExportError::CutOff)
}

/// What is read of a line whatever the machine kind is.
#[derive(Deserialize)]
struct State {
    case: u64,
    what: serde_json::Value,
    state: Option<Hash>,
}

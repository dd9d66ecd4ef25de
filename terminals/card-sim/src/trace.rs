//! What went over a link, as text, and a link that plays such a text.
//!
//! One line per APDU, in the order of time:
//!
//! | line | meaning |
//! |---|---|
//! | `> 80100000 00` | a command, in hex; spaces between digits are ignored |
//! | `< 6985` | what the card answered to it |
//! | `! timeout` | what the link said instead: `timeout`, `disconnected: …` or `garbled: …` |
//! | `# …` | a comment |
//!
//! Empty lines mean nothing. A trace shows the digits of codes: it is for cards that are examined.

use core::fmt;
use specie_card::transport::{Transport, TransportError};
use std::{collections::VecDeque, io, path::Path};
use thiserror::Error;

/// The comment that stands for a power cycle.
pub const POWER_CYCLE: &str = "power off and on";

/// A command and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// The command APDU.
    pub command: Vec<u8>,
    /// The response APDU, or why there is none.
    pub answer: Result<Vec<u8>, TransportError>,
}

impl fmt::Display for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "> {}", hex::encode(&self.command))?;
        match &self.answer {
            Ok(answer) => write!(f, "< {}", hex::encode(answer)),
            Err(TransportError::Timeout) => write!(f, "! timeout"),
            Err(TransportError::Disconnected(why)) => write!(f, "! disconnected: {}", one_line(why)),
            Err(TransportError::Garbled(why)) => write!(f, "! garbled: {}", one_line(why)),
        }
    }
}

/// One entry of a trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A command and its answer.
    Exchange(Exchange),
    /// A remark, on one line.
    Comment(String),
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exchange(exchange) => exchange.fmt(f),
            Self::Comment(text) => write!(f, "# {text}"),
        }
    }
}

/// What went over a link. Its `Display` is the text that [`Replay::parse`] reads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Log {
    entries: Vec<Entry>,
}

impl Log {
    /// Appends a command with what became of it.
    pub fn record(&mut self, command: &[u8], answer: &Result<Vec<u8>, TransportError>) {
        self.entries.push(Entry::Exchange(Exchange { command: command.to_vec(), answer: answer.clone() }));
    }

    /// Appends a remark; its line ends become spaces.
    pub fn comment(&mut self, text: &str) {
        self.entries.push(Entry::Comment(one_line(text)));
    }

    /// Everything, in the order of time.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }
}

impl fmt::Display for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.entries.iter().try_for_each(|entry| writeln!(f, "{entry}"))
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A link that writes down what goes over another.
#[derive(Debug)]
pub struct Trace<T> {
    link: T,
    log: Log,
}

impl<T: Transport> Trace<T> {
    /// Begins an empty trace of `link`.
    pub fn new(link: T) -> Self {
        Self { link, log: Log::default() }
    }

    /// What was written down.
    pub const fn log(&self) -> &Log {
        &self.log
    }

    /// What was written down, to add comments to.
    pub const fn log_mut(&mut self) -> &mut Log {
        &mut self.log
    }

    /// Gives the link back, and what went over it.
    pub fn into_parts(self) -> (T, Log) {
        (self.link, self.log)
    }
}

impl<T: Transport> Transport for Trace<T> {
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        let answer = self.link.transmit(command);
        self.log.record(command, &answer);
        answer
    }
}

/// Why a text is not a trace.
#[derive(Debug, Error)]
pub enum TraceError {
    /// The file could not be read.
    #[error("cannot read the trace")]
    Io(#[from] io::Error),
    /// A line is wrong; they are counted from 1.
    #[error("line {line}: {fault}")]
    Line {
        /// The line's number.
        line: usize,
        /// What is wrong with it.
        #[source]
        fault: LineFault,
    },
}

/// What is wrong with a line of a trace.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum LineFault {
    /// It begins with none of the four marks.
    #[error("a line begins with '>', '<', '!' or '#'")]
    Mark,
    /// Its bytes are not hex.
    #[error("not hex: {0}")]
    Hex(hex::FromHexError),
    /// It is a command, and the command before it was not answered; or the text ends after it.
    #[error("a command without an answer")]
    Unanswered,
    /// It is an answer, and nothing was asked.
    #[error("an answer without a command")]
    Unasked,
    /// It is none of the link's three faults.
    #[error("a fault is 'timeout', 'disconnected: …' or 'garbled: …'")]
    Fault,
}

/// A card that is nothing but a trace: it answers what was answered, to the same commands in the same order.
#[derive(Debug)]
pub struct Replay {
    /// What is still to come, with the line of the command.
    rest: VecDeque<(usize, Exchange)>,
}

impl Replay {
    /// Reads a trace.
    pub fn parse(text: &str) -> Result<Self, TraceError> {
        let mut rest = VecDeque::new();
        let mut asked: Option<(usize, Vec<u8>)> = None;
        for (line, content) in (1..).zip(text.lines()) {
            let at = |fault| TraceError::Line { line, fault };
            let content = content.trim();
            let mark = content.get(..1).unwrap_or("");
            let body = content.get(1..).unwrap_or("").trim();
            let answer = match mark {
                "" if content.is_empty() => continue,
                "#" => continue,
                ">" => {
                    if let Some((line, _)) = asked.replace((line, bytes(body).map_err(at)?)) {
                        return Err(TraceError::Line { line, fault: LineFault::Unanswered });
                    }
                    continue;
                }
                "<" => Ok(bytes(body).map_err(at)?),
                "!" => Err(fault(body).map_err(at)?),
                _ => return Err(at(LineFault::Mark)),
            };
            let (line, command) = asked.take().ok_or(at(LineFault::Unasked))?;
            rest.push_back((line, Exchange { command, answer }));
        }
        match asked {
            Some((line, _)) => Err(TraceError::Line { line, fault: LineFault::Unanswered }),
            None => Ok(Self { rest }),
        }
    }

    /// Reads the trace in a file.
    pub fn open(path: &Path) -> Result<Self, TraceError> {
        Self::parse(&std::fs::read_to_string(path)?)
    }

    /// How many commands are still to come.
    pub fn left(&self) -> usize {
        self.rest.len()
    }
}

impl Transport for Replay {
    /// Fails as `Disconnected` when the trace has another command here or has ended, and stays where it was.
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        let asked = hex::encode(command);
        match self.rest.pop_front() {
            None => Err(TransportError::Disconnected(format!("the trace has ended, the host asks {asked}"))),
            Some((_, next)) if next.command == command => next.answer,
            Some((line, next)) => {
                let recorded = hex::encode(&next.command);
                self.rest.push_front((line, next));
                let why = format!("line {line} of the trace has {recorded}, the host asks {asked}");
                Err(TransportError::Disconnected(why))
            }
        }
    }
}

fn bytes(digits: &str) -> Result<Vec<u8>, LineFault> {
    let digits: String = digits.split_whitespace().collect();
    hex::decode(digits).map_err(LineFault::Hex)
}

fn fault(text: &str) -> Result<TransportError, LineFault> {
    match text.split_once(':').map_or((text, ""), |(kind, why)| (kind, why.trim())) {
        ("timeout", "") => Ok(TransportError::Timeout),
        ("disconnected", why) => Ok(TransportError::Disconnected(why.into())),
        ("garbled", why) => Ok(TransportError::Garbled(why.into())),
        _ => Err(LineFault::Fault),
    }
}

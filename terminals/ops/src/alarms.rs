//! What the operator has to know at once: raised once, cleared once, and told to whoever listens.

use serde::{Deserialize, Serialize};
use specie_procedure::clock;
use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Alarm {
    /// The door to the operator's side is open, or somebody tampers with it.
    Door,
    /// A device does not work: its name.
    Device(String),
    /// A bin is low or empty: its number.
    Bin(u8),
    /// The compartment is full or nearly so.
    Compartment,
    /// The machine's clock and the chain's differ.
    Clock,
    /// Fewer nodes answer than are to agree.
    Nodes,
    /// Journal, chain and bins do not agree.
    Books,
    /// Claims are open.
    Claims,
    /// Something is stuck inside.
    Stuck,
    /// The program cannot go on.
    OutOfOrder,
}

impl Alarm {
    /// Whether people have to come now; else it can wait for the next round.
    pub const fn is_urgent(&self) -> bool {
        match self {
            Self::Door | Self::Stuck | Self::OutOfOrder | Self::Compartment | Self::Clock => true,
            Self::Device(_) | Self::Bin(_) | Self::Nodes | Self::Books | Self::Claims => false,
        }
    }
}

impl fmt::Display for Alarm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Door => f.write_str("door"),
            Self::Device(name) => write!(f, "device:{name}"),
            Self::Bin(number) => write!(f, "bin:{number}"),
            Self::Compartment => f.write_str("compartment"),
            Self::Clock => f.write_str("clock"),
            Self::Nodes => f.write_str("nodes"),
            Self::Books => f.write_str("books"),
            Self::Claims => f.write_str("claims"),
            Self::Stuck => f.write_str("stuck"),
            Self::OutOfOrder => f.write_str("out-of-order"),
        }
    }
}

/// An alarm that was raised, or that is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct News {
    /// The machine.
    pub machine: String,
    /// Which alarm: `door`, `bin:2`.
    pub alarm: String,
    /// Whether it is raised; else it is over.
    pub raised: bool,
    /// Whether people have to come now.
    pub urgent: bool,
    /// In words.
    pub words: String,
    /// When, in milliseconds since 1970.
    pub at: u64,
}

/// Who is told.
pub type Listener = Box<dyn Fn(&News) + Send + Sync>;

/// The alarms of a machine. Clones are of the same machine.
#[derive(Clone)]
pub struct Alarms {
    machine: String,
    raised: Arc<Mutex<BTreeMap<Alarm, News>>>,
    listeners: Arc<Vec<Listener>>,
}

impl Alarms {
    /// None yet; `listeners` are told of each that comes or goes.
    pub fn new(machine: String, listeners: Vec<Listener>) -> Self {
        Self { machine, raised: Arc::default(), listeners: Arc::new(listeners) }
    }

    /// How it is now: `Some`: wrong, in words; `None`: as it should be. Who says the same again tells nobody.
    pub fn set(&self, alarm: Alarm, words: Option<String>) {
        let mut raised = self.lock();
        let known = raised.get(&alarm);
        let news = match (words, known) {
            (Some(words), Some(known)) if known.words == words => return,
            (None, None) => return,
            (Some(words), _) => self.news(&alarm, true, words),
            (None, Some(_)) => self.news(&alarm, false, String::new()),
        };
        match news.raised {
            true => raised.insert(alarm, news.clone()),
            false => raised.remove(&alarm),
        };
        drop(raised);
        self.listeners.iter().for_each(|listener| listener(&news));
    }

    /// Of this kind, all that hold: others of the kind are over.
    pub fn set_all(&self, is_of_kind: impl Fn(&Alarm) -> bool, hold: Vec<(Alarm, String)>) {
        let over = |alarm: &Alarm| is_of_kind(alarm) && !hold.iter().any(|(known, _)| known == alarm);
        let over: Vec<Alarm> = self.lock().keys().filter(|alarm| over(alarm)).cloned().collect();
        over.into_iter().for_each(|alarm| self.set(alarm, None));
        hold.into_iter().for_each(|(alarm, words)| self.set(alarm, Some(words)));
    }

    /// Those that are raised.
    pub fn raised(&self) -> Vec<News> {
        self.lock().values().cloned().collect()
    }

    fn news(&self, alarm: &Alarm, raised: bool, words: String) -> News {
        let (machine, urgent) = (self.machine.clone(), alarm.is_urgent());
        News { machine, alarm: alarm.to_string(), raised, urgent, words, at: clock::now() }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Alarm, News>> {
        self.raised.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f1_an_alarm_is_told_when_it_comes_and_when_it_goes() {
        let told: Arc<Mutex<Vec<String>>> = Arc::default();
        let heard = told.clone();
        let listener = move |news: &News| {
            let sign = if news.raised { "+" } else { "-" };
            heard.lock().unwrap().push(format!("{sign}{} {}", news.alarm, news.words));
        };
        let alarms = Alarms::new("5F".into(), vec![Box::new(listener)]);
        let low = |count| vec![(Alarm::Bin(1), format!("{count} left"))];
        let is_bin = |alarm: &Alarm| matches!(alarm, Alarm::Bin(_));
        alarms.set(Alarm::Door, Some("open".into()));
        alarms.set(Alarm::Door, Some("open".into()));
        alarms.set_all(is_bin, low(3));
        alarms.set_all(is_bin, low(2));
        alarms.set_all(is_bin, vec![(Alarm::Bin(2), "empty".into())]);
        alarms.set(Alarm::Door, None);
        alarms.set(Alarm::Door, None);
        let expected = ["+door open", "+bin:1 3 left", "+bin:1 2 left", "-bin:1 ", "+bin:2 empty", "-door "];
        assert_eq!(*told.lock().unwrap(), expected);
        assert_eq!(alarms.raised().iter().map(|news| news.alarm.as_str()).collect::<Vec<_>>(), ["bin:2"]);
        assert!(!alarms.raised()[0].urgent && Alarm::Door.is_urgent());
    }
}

//! Who watches what, and what they have not been told yet. Without I/O.

use specie_primitives::{
    ids::{BatchId, CarrierId},
    verdict::Reason,
};
use specie_rpc_types::{BriefVerdict, GapReason, Heads};
use std::{
    collections::{BTreeMap, HashMap, HashSet, VecDeque},
    sync::Arc,
    time::{Duration, Instant},
};

/// How many events are kept for those who come back with a cursor.
const MAX_LOG: usize = 65_536;

/// How many events may always wait for one subscriber. One who watches more carriers than that may lag by one event for
/// each of them, since a single block may change them all; who lags further is told of a gap, which is as many events.
const MAX_WAITING: usize = 1_024;

/// For how long a carrier goes on being watched when its last subscriber has gone, and how many such carriers at the
/// most: a connection that breaks is to cost no gap.
const LINGER: Duration = Duration::from_secs(600);
const MAX_LINGERING: usize = 100_000;

/// The number of a subscriber.
pub type SubscriberId = u32;

/// No subscriber.
const NOBODY: SubscriberId = 0;

/// Something to tell.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Its number: how many events there were, itself included.
    pub number: u64,
    /// What it is.
    pub what: What,
}

/// What an event tells.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// The verdict on a carrier is another one.
    Verdict {
        /// The carrier.
        carrier: CarrierId,
        /// The verdict.
        verdict: Box<BriefVerdict>,
        /// The blocks that it holds at.
        head: Arc<Heads>,
    },
    /// Verdicts are given, or not any more.
    Node {
        /// Whether they are given.
        able: bool,
        /// Why not.
        reason: Option<Reason>,
    },
    /// The chain takes no orders, or takes them again.
    Orders {
        /// Whether they are stopped.
        stopped: bool,
    },
}

/// What a subscriber takes out of the book.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Waiting {
    /// First: something is missing, for this reason, and every carrier is to be told anew.
    pub gap: Option<GapReason>,
    /// Then these.
    pub events: Vec<Arc<Event>>,
}

/// A carrier that somebody watches: some hundred bytes.
#[derive(Debug)]
struct Watched {
    /// What was told last, as a hash; 0: nothing yet.
    told: u64,
    batch: BatchId,
    /// How many events there were when it began to be watched.
    since: u64,
    /// [`NOBODY`]: the last one has gone, and may come back.
    first: SubscriberId,
    /// The others: nearly always none.
    #[expect(clippy::box_collection, reason = "16 bytes less for each of 100,000 carriers that have no others")]
    more: Option<Box<Vec<SubscriberId>>>,
}

#[derive(Debug, Default)]
struct Subscriber {
    carriers: Box<[CarrierId]>,
    waiting: VecDeque<Arc<Event>>,
    gap: Option<GapReason>,
}

impl Subscriber {
    /// How many events may wait.
    fn most_waiting(&self) -> usize {
        self.carriers.len().max(MAX_WAITING)
    }
}

/// Who watches what.
#[derive(Debug, Default)]
pub struct Book {
    watched: HashMap<CarrierId, Watched>,
    subscribers: HashMap<SubscriberId, Subscriber>,
    next_subscriber: SubscriberId,
    log: VecDeque<Arc<Event>>,
    /// The number of the last event.
    events: u64,
    /// The number of the last event that is not in the log any more.
    dropped: u64,
    /// Carriers whose verdict changes by itself when this block is final.
    due: BTreeMap<u32, Vec<CarrierId>>,
    /// Carriers whose last subscriber has gone, and when.
    lingering: VecDeque<(CarrierId, Instant)>,
}

impl Book {
    /// Adds a subscriber who has heard nothing yet.
    pub fn subscribe(&mut self, carriers: Box<[CarrierId]>) -> SubscriberId {
        let id = self.free_id();
        if carriers.iter().any(|carrier| !self.watched.contains_key(carrier)) {
            // Nobody knows what those did until now: no cursor from before is good for them.
            self.events = self.events.saturating_add(1);
        }
        for carrier in &carriers {
            match self.watched.get_mut(carrier) {
                Some(watched) if watched.first == id => {}
                Some(watched) if watched.first == NOBODY => watched.first = id,
                Some(watched) => {
                    let more = watched.more.get_or_insert_default();
                    if !more.contains(&id) {
                        more.push(id);
                    }
                }
                None => {
                    let (batch, since) = (BatchId::default(), self.events);
                    let watched = Watched { told: 0, batch, since, first: id, more: None };
                    self.watched.insert(*carrier, watched);
                }
            }
        }
        self.subscribers.insert(id, Subscriber { carriers, ..Subscriber::default() });
        id
    }

    /// Puts what a subscriber has missed since it had heard `events` in line, or a gap.
    pub fn replay(&mut self, id: SubscriberId, events: Option<u64>) {
        let missed: Result<Vec<_>, GapReason> = match events {
            None => Err(GapReason::Restarted),
            Some(events) if events > self.events => Err(GapReason::Restarted),
            Some(events) if events < self.dropped => Err(GapReason::TooOld),
            Some(events) => Ok(self.log.iter().filter(|event| event.number > events).cloned().collect()),
        };
        let Some(subscriber) = self.subscribers.get_mut(&id) else { return };
        let watched_since = |carrier| self.watched.get(carrier).map_or(u64::MAX, |watched| watched.since);
        let missed = missed.and_then(|missed| {
            let all_along = subscriber.carriers.iter().all(|carrier| Some(watched_since(carrier)) <= events);
            all_along.then_some(missed).ok_or(GapReason::NotWatched)
        });
        match missed {
            Err(reason) => subscriber.gap = Some(reason),
            Ok(missed) => {
                let mine: HashSet<&CarrierId> = subscriber.carriers.iter().collect();
                let concerns = |event: &Arc<Event>| match &event.what {
                    What::Verdict { carrier, .. } => mine.contains(carrier),
                    What::Node { .. } | What::Orders { .. } => true,
                };
                let missed: VecDeque<_> = missed.into_iter().filter(concerns).collect();
                if missed.len() > subscriber.most_waiting() {
                    subscriber.gap = Some(GapReason::TooOld);
                } else {
                    subscriber.waiting = missed;
                }
            }
        }
    }

    /// Removes a subscriber. Carriers that nobody else watches are watched a while longer.
    pub fn unsubscribe(&mut self, id: SubscriberId, now: Instant) {
        let Some(subscriber) = self.subscribers.remove(&id) else { return };
        for carrier in &subscriber.carriers {
            let Some(watched) = self.watched.get_mut(carrier) else { continue };
            if let Some(more) = &mut watched.more {
                more.retain(|other| *other != id);
            }
            if watched.first != id {
                continue;
            }
            match watched.more.as_mut().and_then(|more| more.pop()) {
                Some(other) => watched.first = other,
                None => {
                    watched.first = NOBODY;
                    self.lingering.push_back((*carrier, now));
                }
            }
        }
        self.let_go(now);
    }

    /// Stops watching what nobody has come back for.
    fn let_go(&mut self, now: Instant) {
        while let Some((carrier, gone)) = self.lingering.front().copied() {
            let is_over = now.saturating_duration_since(gone) >= LINGER || self.lingering.len() > MAX_LINGERING;
            if !is_over {
                return;
            }
            self.lingering.pop_front();
            if self.watched.get(&carrier).is_some_and(|watched| watched.first == NOBODY) {
                self.watched.remove(&carrier);
            }
        }
    }

    /// Tells a verdict, if it is another one than was told last; returns to whom.
    pub fn tell(
        &mut self,
        carrier: CarrierId,
        batch: BatchId,
        verdict: BriefVerdict,
        head: &Arc<Heads>,
    ) -> Vec<SubscriberId> {
        let told = fingerprint(&verdict);
        let Some(watched) = self.watched.get_mut(&carrier) else { return Vec::new() };
        watched.batch = batch;
        if watched.told == told {
            return Vec::new();
        }
        watched.told = told;
        let mut listeners: Vec<_> = Some(watched.first).filter(|first| *first != NOBODY).into_iter().collect();
        listeners.extend(watched.more.iter().flat_map(|more| more.iter()));
        let event = self.log(What::Verdict { carrier, verdict: Box::new(verdict), head: head.clone() });
        for id in &listeners {
            self.put(*id, event.clone());
        }
        listeners
    }

    /// Takes note of a verdict that a carrier's only subscriber was told beside the events.
    pub fn note(&mut self, carrier: CarrierId, batch: BatchId, verdict: &BriefVerdict) {
        let Some(watched) = self.watched.get_mut(&carrier) else { return };
        watched.batch = batch;
        if watched.told == 0 && watched.more.is_none() {
            watched.told = fingerprint(verdict);
        }
    }

    /// Tells everybody whether verdicts are given.
    pub fn tell_all(&mut self, what: What) {
        let event = self.log(what);
        let everybody: Vec<_> = self.subscribers.keys().copied().collect();
        for id in everybody {
            self.put(id, event.clone());
        }
    }

    /// Takes what waits for a subscriber; `None`: it is not in the book.
    pub fn take(&mut self, id: SubscriberId) -> Option<Waiting> {
        let subscriber = self.subscribers.get_mut(&id)?;
        Some(Waiting { gap: subscriber.gap.take(), events: subscriber.waiting.drain(..).collect() })
    }

    /// Some carriers of a subscriber: `count` at the most, from the `from`-th on.
    pub fn carriers_of(&self, id: SubscriberId, from: usize, count: usize) -> Vec<CarrierId> {
        let Some(subscriber) = self.subscribers.get(&id) else { return Vec::new() };
        subscriber.carriers.iter().skip(from).take(count).copied().collect()
    }

    /// Which of these somebody watches.
    pub fn watched_of(&self, carriers: impl IntoIterator<Item = CarrierId>) -> Vec<CarrierId> {
        carriers.into_iter().filter(|carrier| self.watched.contains_key(carrier)).collect()
    }

    /// The watched carriers of these batches.
    pub fn watched_in(&self, batches: &HashSet<BatchId>) -> Vec<CarrierId> {
        let of_batches = self.watched.iter().filter(|(_, watched)| batches.contains(&watched.batch));
        of_batches.map(|(carrier, _)| *carrier).collect()
    }

    /// Every watched carrier.
    pub fn all_watched(&self) -> Vec<CarrierId> {
        self.watched.keys().copied().collect()
    }

    /// Remembers that a carrier's verdict may change by itself once a block above `block` is final.
    pub fn set_due(&mut self, carrier: CarrierId, block: u32) {
        let due = self.due.entry(block).or_default();
        if !due.contains(&carrier) {
            due.push(carrier);
        }
    }

    /// The carriers that were due below the final block `finalized`.
    pub fn take_due(&mut self, finalized: u32) -> Vec<CarrierId> {
        let later = self.due.split_off(&finalized);
        std::mem::replace(&mut self.due, later).into_values().flatten().collect()
    }

    /// How many events there were.
    pub const fn events(&self) -> u64 {
        self.events
    }

    /// How many subscribers and watched carriers there are.
    pub fn len(&self) -> (usize, usize) {
        (self.subscribers.len(), self.watched.len())
    }

    fn free_id(&mut self) -> SubscriberId {
        loop {
            self.next_subscriber = self.next_subscriber.wrapping_add(1);
            if self.next_subscriber != NOBODY && !self.subscribers.contains_key(&self.next_subscriber) {
                return self.next_subscriber;
            }
        }
    }

    fn log(&mut self, what: What) -> Arc<Event> {
        self.events = self.events.saturating_add(1);
        let event = Arc::new(Event { number: self.events, what });
        if self.log.len() >= MAX_LOG {
            self.dropped = self.log.pop_front().map_or(self.dropped, |event| event.number);
        }
        self.log.push_back(event.clone());
        event
    }

    fn put(&mut self, id: SubscriberId, event: Arc<Event>) {
        let Some(subscriber) = self.subscribers.get_mut(&id) else { return };
        if subscriber.gap.is_some() {
            // Everything is told anew anyhow, as of later than this.
            return;
        }
        if subscriber.waiting.len() >= subscriber.most_waiting() {
            subscriber.waiting.clear();
            subscriber.gap = Some(GapReason::TooSlow);
            return;
        }
        subscriber.waiting.push_back(event);
    }
}

/// Never 0. Two verdicts with one fingerprint would be taken for the same: one in 2^64.
fn fingerprint(verdict: &BriefVerdict) -> u64 {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    verdict.hash(&mut hasher);
    hasher.finish().max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use specie_rpc_types::{Block, Hash};

    fn verdict(state: &str) -> BriefVerdict {
        BriefVerdict {
            currency: None,
            state: state.into(),
            reason: Reason::NoEvidence.into(),
            proven: false,
            balance: None,
            denomination: None,
            sequence: None,
            pending_spends: 0,
        }
    }

    fn head() -> Arc<Heads> {
        let block = Block { number: 1, hash: Hash([0; 32]), age_ms: 0 };
        Arc::new(Heads { best: block, finalized: block })
    }

    fn carrier(number: u8) -> CarrierId {
        CarrierId([number; 32])
    }

    /// The states that are told, in order.
    fn told(waiting: &Waiting) -> String {
        let state = |event: &Arc<Event>| match &event.what {
            What::Verdict { carrier, verdict, .. } => format!("{}{} ", carrier.0[0], verdict.state),
            What::Node { .. } => "node ".into(),
            What::Orders { .. } => "orders ".into(),
        };
        waiting.events.iter().map(state).collect()
    }

    #[test]
    fn f14_each_change_is_told_once_to_those_who_watch() {
        let mut book = Book::default();
        let one = book.subscribe([carrier(1), carrier(2)].into());
        let other = book.subscribe([carrier(2), carrier(2)].into());
        assert_eq!(book.tell(carrier(1), BatchId(1), verdict("a"), &head()), [one]);
        assert_eq!(book.tell(carrier(1), BatchId(1), verdict("a"), &head()), [0; 0]);
        assert_eq!(book.tell(carrier(2), BatchId(1), verdict("a"), &head()), [one, other]);
        assert_eq!(book.tell(carrier(3), BatchId(1), verdict("a"), &head()), [0; 0]);
        assert_eq!(told(&book.take(one).unwrap()), "1a 2a ");
        assert_eq!(told(&book.take(other).unwrap()), "2a ");
        assert_eq!(book.take(one), Some(Waiting::default()));
        book.unsubscribe(one, Instant::now());
        assert_eq!(book.len(), (1, 2));
        assert_eq!(book.tell(carrier(2), BatchId(1), verdict("b"), &head()), [other]);
        assert_eq!(told(&book.take(other).unwrap()), "2b ");
        let gone = Instant::now();
        book.unsubscribe(other, gone);
        assert_eq!((book.len(), book.take(other)), ((0, 2), None));
        book.let_go(gone + LINGER);
        assert_eq!(book.len(), (0, 0));
    }

    #[test]
    fn f14_resumed_subscriber_hears_what_it_missed_and_nothing_else() {
        let mut book = Book::default();
        let first = book.subscribe([carrier(1), carrier(2)].into());
        for state in ["a", "b", "c"] {
            book.tell(carrier(1), BatchId(1), verdict(state), &head());
            book.tell(carrier(2), BatchId(1), verdict(state), &head());
        }
        let heard = book.take(first).unwrap().events[1].number;
        let again = book.subscribe([carrier(1)].into());
        book.replay(again, Some(heard));
        assert_eq!(told(&book.take(again).unwrap()), "1b 1c ");
        book.unsubscribe(first, Instant::now());
    }

    #[test]
    fn f14_what_happens_while_the_connection_is_broken_is_not_lost() {
        let mut book = Book::default();
        let first = book.subscribe([carrier(1)].into());
        book.tell(carrier(1), BatchId(1), verdict("a"), &head());
        let heard = book.events();
        book.unsubscribe(first, Instant::now());
        assert_eq!(book.tell(carrier(1), BatchId(1), verdict("b"), &head()), [0; 0]);
        let again = book.subscribe([carrier(1)].into());
        book.replay(again, Some(heard));
        assert_eq!(told(&book.take(again).unwrap()), "1b ");

        // After so long nobody has watched it, and that is said.
        let (gone, heard) = (Instant::now(), book.events());
        book.unsubscribe(again, gone);
        book.let_go(gone + LINGER);
        book.tell(carrier(1), BatchId(1), verdict("c"), &head());
        let late = book.subscribe([carrier(1)].into());
        book.replay(late, Some(heard));
        assert_eq!(book.take(late).unwrap().gap, Some(GapReason::NotWatched));
    }

    /// One block may change every carrier that somebody watches.
    #[test]
    fn f14_as_many_events_wait_as_carriers_are_watched() {
        let carriers: Box<[CarrierId]> = (0..2 * MAX_WAITING)
            .map(|number| {
                let mut id = [0; 32];
                id[..8].copy_from_slice(&(number as u64).to_le_bytes());
                CarrierId(id)
            })
            .collect();
        let mut book = Book::default();
        let id = book.subscribe(carriers.clone());
        for carrier in &carriers {
            book.tell(*carrier, BatchId(1), verdict("a"), &head());
        }
        book.tell(carriers[0], BatchId(1), verdict("a"), &head());
        let waiting = book.take(id).unwrap();
        assert_eq!((waiting.gap, waiting.events.len()), (None, carriers.len()));
        for carrier in carriers.iter().chain([&carriers[0]]) {
            book.tell(*carrier, BatchId(1), verdict(if carrier == &carriers[0] { "c" } else { "b" }), &head());
        }
        book.tell(carriers[0], BatchId(1), verdict("d"), &head());
        assert_eq!(book.take(id).unwrap().gap, Some(GapReason::TooSlow));
    }

    #[test]
    fn f14_gaps_are_told_and_have_reasons() {
        let mut book = Book::default();
        let id = book.subscribe([carrier(1)].into());
        book.replay(id, None);
        assert_eq!(book.take(id).unwrap().gap, Some(GapReason::Restarted));
        book.replay(id, Some(book.events() + 1));
        assert_eq!(book.take(id).unwrap().gap, Some(GapReason::Restarted));
        for number in 0..MAX_LOG + 10 {
            book.tell(carrier(1), BatchId(1), verdict(&number.to_string()), &head());
        }
        let waiting = book.take(id).unwrap();
        assert_eq!((waiting.gap, waiting.events.len()), (Some(GapReason::TooSlow), 0));
        book.replay(id, Some(1));
        assert_eq!(book.take(id).unwrap().gap, Some(GapReason::TooOld));
        book.replay(id, Some(book.events() - 5));
        assert_eq!(book.take(id).unwrap().events.len(), 5);
    }

    #[test]
    fn f14_verdicts_that_change_by_themselves_fall_due() {
        let mut book = Book::default();
        book.set_due(carrier(1), 10);
        book.set_due(carrier(2), 11);
        assert_eq!(book.take_due(10), []);
        assert_eq!(book.take_due(11), [carrier(1)]);
        assert_eq!(book.take_due(100), [carrier(2)]);
    }
}

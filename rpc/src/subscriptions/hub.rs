//! Hears of changes from the index, and tells those who watch.

use super::{
    book::{Book, SubscriberId, Waiting, What},
    cursor::Cursor,
};
use crate::{
    cache::Cached,
    error::Error,
    metrics::Metrics,
    standing::{orders_stopped, Grounds, Standing},
    verdicts::Asked,
};
use parking_lot::{Condvar, Mutex};
use specie_indexer::{core::Base, Listener, Touched};
use specie_primitives::ids::{BatchId, CarrierId};
use specie_rpc_types::{Account, BriefVerdict, CarrierEvent, Heads};
use std::{
    collections::HashMap,
    sync::{Arc, Weak},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};
use tokio::sync::Notify;

/// How often the hub looks whether the node can still answer, when nothing else happens.
const LOOK: Duration = Duration::from_millis(500);

/// How many carriers are looked at in one go: a millisecond.
const AT_ONCE: usize = 256;

/// Subscribers and what they have to be told.
pub struct Hub {
    grounds: Arc<Grounds>,
    book: Mutex<Book>,
    bells: Mutex<HashMap<SubscriberId, Arc<Notify>>>,
    touched: Arc<Inbox>,
    run: u64,
    metrics: Metrics,
}

/// What the index has said and the hub has not looked at.
#[derive(Default)]
struct Inbox {
    touched: Mutex<Touched>,
    filled: Condvar,
}

impl Listener for Inbox {
    fn changed(&self, touched: Touched) {
        self.touched.lock().merge(touched);
        self.filled.notify_one();
    }
}

impl Hub {
    /// A hub on a thread of its own, which ends when the hub is dropped.
    pub fn start(grounds: Arc<Grounds>, metrics: Metrics) -> std::io::Result<Arc<Self>> {
        // Another one after every start, whatever the clock does.
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let run = since.as_nanos() as u64 ^ u64::from(std::process::id()).rotate_left(48);
        let touched = Arc::new(Inbox::default());
        grounds.index.set_listener(touched.clone());
        let hub =
            Arc::new(Self { grounds, book: Mutex::default(), bells: Mutex::default(), touched, run, metrics });
        let (inbox, weak) = (hub.touched.clone(), Arc::downgrade(&hub));
        std::thread::Builder::new().name("specie-subscriptions".into()).spawn(move || serve(&inbox, &weak))?;
        Ok(hub)
    }

    /// Adds a subscriber; with a cursor, what it missed is put in line.
    pub fn subscribe(&self, carriers: Box<[CarrierId]>, cursor: Option<Cursor>) -> (SubscriberId, Arc<Notify>) {
        let mut book = self.book.lock();
        let id = book.subscribe(carriers);
        if let Some(cursor) = cursor {
            book.replay(id, (cursor.run == self.run).then_some(cursor.events));
        }
        self.metrics.watched(book.len());
        drop(book);
        let bell = Arc::new(Notify::new());
        self.bells.lock().insert(id, bell.clone());
        bell.notify_one();
        (id, bell)
    }

    /// Removes a subscriber.
    pub fn unsubscribe(&self, id: SubscriberId) {
        self.bells.lock().remove(&id);
        let mut book = self.book.lock();
        book.unsubscribe(id, Instant::now());
        self.metrics.watched(book.len());
    }

    /// How many subscriptions there are.
    pub fn len(&self) -> usize {
        self.book.lock().len().0
    }

    /// What waits for a subscriber, and whether everything has to be told before it: `None` when the subscriber is not
    /// known any more.
    pub fn take(&self, id: SubscriberId) -> Option<(bool, Vec<CarrierEvent>)> {
        let Waiting { gap, events } = self.book.lock().take(id)?;
        let Some(reason) = gap else {
            return Some((false, events.iter().map(|event| self.event(event.number, &event.what)).collect()));
        };
        self.metrics.gap(reason.name());
        let cursor = self.cursor(self.book.lock().events()).to_string();
        Some((true, vec![CarrierEvent::Gap { cursor, reason: reason.into() }]))
    }

    /// The verdicts, as of now, on the carriers of a subscriber from the `from`-th on: as many as are told in one go.
    /// `None`: there are no more.
    pub fn everything(&self, id: SubscriberId, from: usize) -> Option<(usize, Vec<CarrierEvent>)> {
        let (some, cursor) = {
            let book = self.book.lock();
            // Before looking: what changes meanwhile is told once more.
            (book.carriers_of(id, from, AT_ONCE), self.cursor(book.events()))
        };
        if some.is_empty() {
            return None;
        }
        let next = from.saturating_add(some.len());
        let standing = self.grounds.stand(&some);
        let Some(head) = standing.heads_if_able() else {
            // Once the node is able again, everything is told.
            return Some((usize::MAX, vec![self.node_event(cursor, &standing)]));
        };
        let cache = Cached::over(&standing, &*self.grounds.node);
        let tell = |carrier: &CarrierId| {
            let (cursor, address) = (cursor.to_string(), Account(carrier.0));
            match self.look(*carrier, &standing, &cache) {
                Ok((batch, verdict)) => {
                    self.book.lock().note(*carrier, batch, &verdict);
                    CarrierEvent::Verdict { cursor, address, verdict: Box::new(verdict), head }
                }
                Err(error) => {
                    CarrierEvent::Error { cursor, address, code: error.code().number(), message: error.to_string() }
                }
            }
        };
        Some((next, some.iter().map(tell).collect()))
    }

    fn event(&self, number: u64, what: &What) -> CarrierEvent {
        let cursor = self.cursor(number).to_string();
        match what {
            What::Verdict { carrier, verdict, head } => CarrierEvent::Verdict {
                cursor,
                address: Account(carrier.0),
                verdict: verdict.clone(),
                head: Heads::clone(head),
            },
            What::Node { able, reason } => {
                CarrierEvent::Node { cursor, able: *able, reason: reason.map(Into::into) }
            }
            What::Orders { stopped } => CarrierEvent::Orders { cursor, stopped: *stopped },
        }
    }

    fn node_event(&self, cursor: Cursor, standing: &Standing) -> CarrierEvent {
        let reason = standing.ignorance.map(|ignorance| ignorance.reason().into());
        CarrierEvent::Node { cursor: cursor.to_string(), able: standing.ignorance.is_none(), reason }
    }

    const fn cursor(&self, events: u64) -> Cursor {
        Cursor { run: self.run, events }
    }

    fn look(
        &self,
        carrier: CarrierId,
        standing: &Standing,
        cache: &Cached<'_>,
    ) -> Result<(BatchId, BriefVerdict), Error> {
        let verdict = Asked::about(carrier).brief(standing, cache)?;
        let record = cache.carrier(&carrier)?.map(|entry| entry.record);
        if let Some(due) = record.and_then(|record| record.funding_due) {
            if standing.moment.as_ref().is_some_and(|moment| moment.finalized().number <= due) {
                self.book.lock().set_due(carrier, due);
            }
        }
        Ok((record.map_or(BatchId::default(), |record| record.batch), verdict))
    }

    /// Looks at what was touched, and tells what is other than before.
    fn tell(&self, touched: Touched, said: &mut Said) {
        let standing = self.grounds.stand(&[]);
        let able = standing.ignorance.is_none();
        if said.able != Some(able) {
            let reason = standing.ignorance.map(|ignorance| ignorance.reason());
            if said.able.is_some() {
                self.book.lock().tell_all(What::Node { able, reason });
            }
            said.able = Some(able);
            if able {
                // What changed while nothing was said.
                let all = self.book.lock().all_watched();
                self.tell_of(all);
            }
            self.ring_all();
        }
        if !able {
            return;
        }
        self.tell_of_orders(&standing, said);
        let carriers = {
            let mut book = self.book.lock();
            let mut carriers = book.watched_of(touched.carriers);
            if !touched.batches.is_empty() {
                carriers.extend(book.watched_in(&touched.batches));
            }
            if let Some(moment) = &standing.moment {
                let due = book.take_due(moment.finalized().number);
                carriers.extend(book.watched_of(due));
            }
            carriers
        };
        self.tell_of(carriers);
    }

    /// Tells everybody, in one event, that orders are stopped or go on: not each of a hundred thousand carriers.
    fn tell_of_orders(&self, standing: &Standing, said: &mut Said) {
        let Some(stopped) = standing.moment.as_ref().map(orders_stopped) else { return };
        let before = said.stopped.replace(stopped);
        if before.unwrap_or(false) == stopped {
            return;
        }
        self.book.lock().tell_all(What::Orders { stopped });
        if !stopped {
            // What changed in the meantime; the others are as they were told before.
            let all = self.book.lock().all_watched();
            self.tell_of(all);
        }
        self.ring_all();
    }

    fn tell_of(&self, carriers: Vec<CarrierId>) {
        for some in carriers.chunks(AT_ONCE) {
            let standing = self.grounds.stand(some);
            let Some(head) = standing.heads_if_able() else { return };
            let head = Arc::new(head);
            let cache = Cached::over(&standing, &*self.grounds.node);
            let mut rung = Vec::new();
            for carrier in some {
                let Ok((batch, verdict)) = self.look(*carrier, &standing, &cache) else { continue };
                rung.extend(self.book.lock().tell(*carrier, batch, verdict, &head));
            }
            self.ring(&rung);
        }
    }

    fn ring(&self, subscribers: &[SubscriberId]) {
        if subscribers.is_empty() {
            return;
        }
        let bells = self.bells.lock();
        subscribers.iter().filter_map(|id| bells.get(id)).for_each(|bell| bell.notify_one());
    }

    fn ring_all(&self) {
        self.bells.lock().values().for_each(|bell| bell.notify_one());
    }
}

/// What everybody has been told.
#[derive(Default)]
struct Said {
    /// Whether verdicts are given; `None`: nothing was said yet.
    able: Option<bool>,
    /// Whether the chain takes no orders.
    stopped: Option<bool>,
}

/// Serves the inbox until the hub is gone.
fn serve(inbox: &Inbox, hub: &Weak<Hub>) {
    let mut said = Said::default();
    loop {
        let touched = {
            let mut touched = inbox.touched.lock();
            if touched.is_empty() {
                inbox.filled.wait_for(&mut touched, LOOK);
            }
            std::mem::take(&mut *touched)
        };
        let Some(hub) = hub.upgrade() else { return };
        hub.tell(touched, &mut said);
    }
}

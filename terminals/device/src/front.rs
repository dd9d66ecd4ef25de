//! Screen and keys in a program of their own: a browser in kiosk mode, a panel, a voice.
//!
//! The machine listens on a socket in its folder. It sends each page as a line of JSON ([`Page`]), the current one to whoever connects; and takes
//! each entry as a line of JSON: `{"choice":0}`, `{"text":"20"}`, `"cancel"`. What was entered for an earlier page does not count:
//! an entry names its page, `{"page":7,"entry":{"choice":0}}`. With nobody connected the machine serves nobody, and every wait times out.

use crate::{Entry, Keypad, Page, Screen};
use serde::{Deserialize, Serialize};
use std::{
    collections::VecDeque,
    io::{self, BufRead as _, BufReader, Write as _},
    os::unix::{
        fs::PermissionsExt as _,
        net::{UnixListener, UnixStream},
    },
    path::Path,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// How long a program may take to read a page.
const SLOW: Duration = Duration::from_secs(2);

/// A page as it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// Its number, which its entries name.
    pub number: u64,
    /// The page.
    pub page: Page,
}

/// An entry as it is taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entered {
    /// The number of the page that it is for.
    pub page: u64,
    /// What was done.
    pub entry: Entry,
}

#[derive(Default)]
struct State {
    shown: Option<Shown>,
    number: u64,
    entries: VecDeque<Entry>,
    /// Whether an entry for this page was taken.
    is_answered: bool,
    streams: Vec<UnixStream>,
}

#[derive(Default)]
struct Inner {
    state: Mutex<State>,
    changed: Condvar,
}

/// The machine's side. Clones are of the same front.
#[derive(Clone, Default)]
pub struct Front(Arc<Inner>);

impl Front {
    /// Listens at a path, on threads of its own, until the process ends.
    pub fn listen(path: &Path) -> io::Result<Self> {
        // Left by a program that was killed: whoever runs the machine has its journal, and so this socket.
        match std::fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let (front, listener) = (Self::default(), UnixListener::bind(path)?);
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))?;
        let served = front.clone();
        std::thread::Builder::new().name("front".into()).spawn(move || {
            for stream in listener.incoming().flatten() {
                served.welcome(stream);
            }
        })?;
        Ok(front)
    }

    fn welcome(&self, stream: UnixStream) {
        let Ok(reading) = stream.try_clone() else { return };
        // Who does not read is let go of: the machine waits for no screen.
        if stream.set_write_timeout(Some(SLOW)).is_err() {
            return;
        }
        let mut state = self.lock();
        state.streams.push(stream);
        let shown = state.shown.clone();
        if let Some(shown) = shown {
            state.send(&shown);
        }
        drop(state);
        let front = self.clone();
        let _ = std::thread::Builder::new().spawn(move || {
            for line in BufReader::new(reading).lines() {
                let Ok(line) = line else { return };
                // What is no entry is passed over.
                if let Ok(entered) = serde_json::from_str::<Entered>(&line) {
                    front.enter(entered);
                }
            }
        });
    }

    fn enter(&self, Entered { page, entry }: Entered) {
        let mut state = self.lock();
        if page == state.number {
            state.entries.push_back(entry);
        }
        drop(state);
        self.0.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn send(&mut self, shown: &Shown) {
        let Ok(text) = serde_json::to_string(shown) else { return };
        // Who has gone gets no more.
        self.streams.retain_mut(|stream| writeln!(stream, "{text}").is_ok());
    }
}

impl Screen for Front {
    fn show(&mut self, page: &Page) {
        let mut state = self.lock();
        // The same page again, of which nothing was taken yet: what was entered for it meanwhile still counts.
        if state.shown.as_ref().is_some_and(|shown| shown.page == *page) && !state.is_answered {
            return;
        }
        state.number += 1;
        state.entries.clear();
        state.is_answered = false;
        let shown = Shown { number: state.number, page: page.clone() };
        state.shown = Some(shown.clone());
        state.send(&shown);
    }
}

impl Keypad for Front {
    fn read(&mut self, limit: Duration) -> Entry {
        let begun = Instant::now();
        let mut state = self.lock();
        loop {
            if let Some(entry) = state.entries.pop_front() {
                state.is_answered = true;
                return entry;
            }
            let left = limit.saturating_sub(begun.elapsed());
            if left.is_zero() {
                return Entry::TimedOut;
            }
            state = self.0.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn cancelled(&mut self) -> bool {
        let mut state = self.lock();
        let is_cancelled = state.entries.contains(&Entry::Cancel);
        state.is_answered |= !state.entries.is_empty();
        state.entries.clear();
        is_cancelled
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f21_a_front_sees_pages_and_its_entries_count_for_the_page_that_it_saw() {
        let folder = tempfile::tempdir().unwrap();
        let mut front = Front::listen(&folder.path().join("screen")).unwrap();
        front.show(&Page::new("one").choice("a"));
        let mut stream = UnixStream::connect(folder.path().join("screen")).unwrap();
        let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
        let mut next = || serde_json::from_str::<Shown>(&lines.next().unwrap().unwrap()).unwrap();
        let shown = next();
        assert_eq!((shown.number, shown.page.heading.as_str()), (1, "one"));
        writeln!(stream, "garbage").unwrap();
        writeln!(stream, r#"{{"page":1,"entry":{{"choice":0}}}}"#).unwrap();
        assert_eq!(front.read(Duration::from_secs(9)), Entry::Choice(0));
        front.show(&Page::new("two").entry("amount"));
        assert_eq!(next().number, 2);
        // A finger that was too slow for the last page.
        writeln!(stream, r#"{{"page":1,"entry":{{"choice":0}}}}"#).unwrap();
        writeln!(stream, r#"{{"page":2,"entry":{{"text":"20"}}}}"#).unwrap();
        assert_eq!(front.read(Duration::from_secs(9)), Entry::Text("20".into()));
        // The same page once more, while an entry for it was on its way; and again after one was taken.
        front.show(&Page::new("three"));
        assert_eq!(next().number, 3);
        writeln!(stream, r#"{{"page":3,"entry":{{"choice":1}}}}"#).unwrap();
        while front.lock().entries.is_empty() {
            std::thread::yield_now();
        }
        front.show(&Page::new("three"));
        assert_eq!(front.read(Duration::from_secs(9)), Entry::Choice(1));
        front.show(&Page::new("three"));
        assert_eq!(next().number, 4);
        writeln!(stream, r#"{{"page":4,"entry":"cancel"}}"#).unwrap();
        assert_eq!(front.read(Duration::from_secs(9)), Entry::Cancel);
        assert_eq!(front.read(Duration::from_millis(1)), Entry::TimedOut);
        drop(stream);
        front.show(&Page::new("four"));
        assert_eq!(front.read(Duration::from_millis(1)), Entry::TimedOut);
    }
}

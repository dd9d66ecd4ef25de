//! Screen and keys, between the machine and whoever plays the customer.

use crate::{Entry, Keypad, Page, Screen};
use std::{
    collections::VecDeque,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

#[derive(Default)]
struct State {
    page: Page,
    shown: u64,
    keys: VecDeque<Entry>,
}

/// What both sides see.
#[derive(Default)]
pub struct Panel {
    state: Mutex<State>,
    changed: Condvar,
}

impl Panel {
    /// The page that is shown, and how many were shown before.
    pub fn page(&self) -> (Page, u64) {
        let state = self.lock();
        (state.page.clone(), state.shown)
    }

    /// The customer does something.
    pub fn enter(&self, entry: Entry) {
        self.lock().keys.push_back(entry);
        self.changed.notify_all();
    }

    /// Waits for a page that is so, and gives it. `None`: there was none in time.
    pub fn wait_for(&self, limit: Duration, mut is_so: impl FnMut(&Page) -> bool) -> Option<Page> {
        let begun = Instant::now();
        let mut state = self.lock();
        loop {
            if is_so(&state.page) {
                return Some(state.page.clone());
            }
            let left = limit.saturating_sub(begun.elapsed());
            if left.is_zero() {
                return None;
            }
            state = self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The machine's side of the panel's screen.
pub struct PanelScreen(pub Arc<Panel>);

impl Screen for PanelScreen {
    fn show(&mut self, page: &Page) {
        let mut state = self.0.lock();
        state.page = page.clone();
        state.shown += 1;
        // What was pressed for another page is not for this one.
        state.keys.clear();
        drop(state);
        self.0.changed.notify_all();
    }
}

/// The machine's side of the panel's keys.
pub struct PanelKeys(pub Arc<Panel>);

impl Keypad for PanelKeys {
    fn read(&mut self, limit: Duration) -> Entry {
        let begun = Instant::now();
        let mut state = self.0.lock();
        loop {
            if let Some(entry) = state.keys.pop_front() {
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
        let mut state = self.0.lock();
        let is_cancelled = state.keys.contains(&Entry::Cancel);
        state.keys.clear();
        is_cancelled
    }
}

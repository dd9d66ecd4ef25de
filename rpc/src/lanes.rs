//! Lanes for work that takes its time: so many at once, so many in line, and nobody else's way is blocked.
//!
//! A verdict on an address takes microseconds and is given at once, on the thread that took the call in. Evidence,
//! long lists and histories go to threads of their own, each kind in its lane: an explorer that pages through
//! histories never keeps a machine waiting for a verdict.

use crate::error::Error;
use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};
use tokio::sync::Semaphore;

/// When to come back to a lane that is full.
const RETRY_AFTER: Duration = Duration::from_millis(250);

/// A lane.
#[derive(Debug)]
pub struct Lane {
    places: Semaphore,
    inside: AtomicUsize,
    most_inside: usize,
}

/// One who is in a lane.
struct Inside<'a>(&'a AtomicUsize);

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Lane {
    /// A lane for `at_once` pieces of work, and as many as `in_line` behind them.
    pub fn new(at_once: usize, in_line: usize) -> Self {
        Self {
            places: Semaphore::new(at_once),
            inside: AtomicUsize::new(0),
            most_inside: at_once.saturating_add(in_line),
        }
    }

    /// Does the work in the lane.
    ///
    /// Errors: [`Error::Overloaded`] when the line is full; those of the work.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let before = self.inside.fetch_add(1, Ordering::Relaxed);
        let _inside = Inside(&self.inside);
        if before >= self.most_inside {
            return Err(Error::Overloaded { retry_after: RETRY_AFTER });
        }
        let _place = self.places.acquire().await.map_err(|error| Error::Internal(error.to_string()))?;
        tokio::task::spawn_blocking(work).await.map_err(|error| Error::Internal(error.to_string()))?
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[tokio::test]
    async fn f14_full_lane_refuses_and_frees_itself() {
        let lane = Arc::new(Lane::new(1, 1));
        let (hold, held) = std::sync::mpsc::channel::<()>();
        let first = tokio::spawn({
            let lane = lane.clone();
            async move { lane.run(move || Ok(held.recv().is_err())).await }
        });
        while lane.inside.load(Ordering::Relaxed) < 1 {
            tokio::task::yield_now().await;
        }
        let second = tokio::spawn({
            let lane = lane.clone();
            async move { lane.run(|| Ok(2)).await }
        });
        while lane.inside.load(Ordering::Relaxed) < 2 {
            tokio::task::yield_now().await;
        }
        assert!(matches!(lane.run(|| Ok(3)).await, Err(Error::Overloaded { .. })));
        drop(hold);
        assert!(first.await.unwrap().unwrap());
        assert_eq!(second.await.unwrap().unwrap(), 2);
        assert_eq!(lane.run(|| Ok(3)).await.unwrap(), 3);
    }
}

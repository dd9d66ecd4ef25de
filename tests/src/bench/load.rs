//! Load: calls at a fixed rate, whose latency counts from when they were due, or as many as the node can take.
//!
//! A client that waits for the last answer before it asks again asks less while the node is slow, and so leaves out
//! just those times that are long. Here a call has a time at which it is due, whatever became of those before it.

use super::{
    histogram,
    wire::{call, connect},
};
use hdrhistogram::Histogram;
use std::{
    error::Error,
    sync::{
        atomic::{AtomicU64, Ordering},
        Arc,
    },
    time::{Duration, Instant},
};
use tokio::sync::Semaphore;

/// The parameters of the n-th call.
pub type Params = Arc<dyn Fn(u64) -> String + Send + Sync>;

/// What came of a load.
pub struct Outcome {
    /// From when each call was due to its answer, in microseconds.
    pub latencies: Histogram<u64>,
    /// How many answers were errors.
    pub errors: u64,
    /// How long it all took.
    pub elapsed: Duration,
}

impl Outcome {
    /// Answers in a second.
    pub fn rate(&self) -> f64 {
        self.latencies.len() as f64 / self.elapsed.as_secs_f64()
    }
}

/// `count` calls on one connection, one every `1 / rate` seconds.
pub async fn at_rate(
    url: &str,
    method: &'static str,
    params: Params,
    rate: u64,
    count: u64,
) -> Result<Outcome, Box<dyn Error>> {
    let (mut caller, mut answers) = connect(url).await.map_err(|error| error.to_string())?;
    let interval = Duration::from_nanos(1_000_000_000 / rate.max(1));
    let begun = Instant::now() + Duration::from_millis(20);
    let due = move |number: u64| begun + interval * number as u32;
    let sender = tokio::spawn(async move {
        for number in 0..count {
            let text = call(number, method, &params(number));
            wait_for(due(number)).await;
            if caller.send(text).await.is_err() {
                return None;
            }
        }
        // Kept open until the last answer is in.
        Some(caller)
    });
    let (mut latencies, mut errors) = (histogram()?, 0);
    for _ in 0..count {
        let (id, text) = answers.next().await.map_err(|error| error.to_string())?;
        latencies.saturating_record(Instant::now().saturating_duration_since(due(id)).as_micros() as u64);
        errors += u64::from(is_error(&text));
    }
    let _caller = sender.await?;
    Ok(Outcome { latencies, errors, elapsed: begun.elapsed() })
}

/// `count` calls over `connections`, with `window` of each under way at any time. Latencies count from the sending.
pub async fn at_full_speed(
    url: &str,
    method: &'static str,
    params: Params,
    connections: u64,
    window: usize,
    count: u64,
) -> Result<Outcome, Box<dyn Error>> {
    let begun = Instant::now();
    let mut tasks = Vec::new();
    for connection in 0..connections {
        let (url, params, share) = (url.to_owned(), params.clone(), count / connections.max(1));
        tasks.push(tokio::spawn(async move {
            one_at_full_speed(&url, method, params, connection * share, window, share).await
        }));
    }
    let (mut latencies, mut errors) = (histogram()?, 0);
    for task in tasks {
        let (some, failed) = task.await?.map_err(|error| error.to_string())?;
        latencies.add(some)?;
        errors += failed;
    }
    Ok(Outcome { latencies, errors, elapsed: begun.elapsed() })
}

async fn one_at_full_speed(
    url: &str,
    method: &'static str,
    params: Params,
    first: u64,
    window: usize,
    count: u64,
) -> Result<(Histogram<u64>, u64), Box<dyn Error + Send + Sync>> {
    let (mut caller, mut answers) = connect(url).await?;
    let places = Arc::new(Semaphore::new(window));
    let sent: Arc<Vec<AtomicU64>> = Arc::new((0..count).map(|_| AtomicU64::new(0)).collect());
    let begun = Instant::now();
    let sender = {
        let (places, sent) = (places.clone(), sent.clone());
        tokio::spawn(async move {
            for number in 0..count {
                let Ok(place) = places.acquire().await else { return None };
                place.forget();
                if let Some(sent) = sent.get(number as usize) {
                    sent.store(begun.elapsed().as_micros() as u64, Ordering::Relaxed);
                }
                let text = call(number, method, &params(first + number));
                if caller.send(text).await.is_err() {
                    return None;
                }
            }
            Some(caller)
        })
    };
    let mut latencies = Histogram::new_with_bounds(1, 60_000_000, 3)?;
    let mut errors = 0;
    for _ in 0..count {
        let (id, text) = answers.next().await?;
        places.add_permits(1);
        let sent = sent.get(id as usize).map_or(0, |sent| sent.load(Ordering::Relaxed));
        latencies.saturating_record((begun.elapsed().as_micros() as u64).saturating_sub(sent));
        errors += u64::from(is_error(&text));
    }
    let _caller = sender.await?;
    Ok((latencies, errors))
}

/// Whether an answer is an error. Looks at its first bytes only: an answer may be a megabyte.
pub fn is_error(text: &str) -> bool {
    text.get(..text.len().min(64)).is_some_and(|start| start.contains("\"error\""))
}

/// Sleeps most of the time and spins the rest: a timer is good to a millisecond.
async fn wait_for(due: Instant) {
    let left = due.saturating_duration_since(Instant::now());
    if left > Duration::from_millis(2) {
        tokio::time::sleep(left - Duration::from_millis(1)).await;
    }
    while Instant::now() < due {
        tokio::task::yield_now().await;
    }
}

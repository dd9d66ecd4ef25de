//! Load: calls at a fixed rate, whose latency counts from when they were due, or as many as the node can take.
//!
//! A client that waits for the last answer before it asks again asks less while the node is slow, and so leaves out
//! just those times that are long. Here a call has a time at which it is due, whatever became of those before it.

use super::{
    histogram,
    wire::{call, connect, WireError},
};
use hdrhistogram::Histogram;
use std::{
    error::Error,
    sync::Arc,
    time::{Duration, Instant},
};

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
    let mut connection = connect(url).await.map_err(|error| error.to_string())?;
    let interval = Duration::from_nanos(1_000_000_000 / rate.max(1));
    let begun = Instant::now() + Duration::from_millis(20);
    let due = move |number: u64| begun + interval * number as u32;
    // The clock has a thread of its own: a timer of the client's runtime is good to a millisecond, and spinning there
    // would keep it from reading the answers.
    let (tick, mut ticks) = tokio::sync::mpsc::unbounded_channel();
    let clock = std::thread::spawn(move || {
        for number in 0..count {
            std::thread::sleep(due(number).saturating_duration_since(Instant::now()));
            if tick.send(call(number, method, &params(number))).is_err() {
                return;
            }
        }
    });
    let (mut latencies, mut errors) = (histogram()?, 0);
    while latencies.len() < count {
        tokio::select! {
            Some(text) = ticks.recv() => connection.send(text).await.map_err(|error| error.to_string())?,
            answer = connection.next() => {
                let (id, text) = answer.map_err(|error| error.to_string())?;
                latencies.saturating_record(Instant::now().saturating_duration_since(due(id)).as_micros() as u64);
                errors += u64::from(is_error(&text));
            }
        }
    }
    clock.join().map_err(|_| "the clock has stopped")?;
    Ok(Outcome { latencies, errors, elapsed: begun.elapsed() })
}

/// `count` calls over `connections`, with `window` of each under way at any time. Latencies count from the sending.
pub async fn at_full_speed(
    url: &str,
    method: &'static str,
    params: Params,
    connections: u64,
    window: u64,
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
    window: u64,
    count: u64,
) -> Result<(Histogram<u64>, u64), WireError> {
    let mut connection = connect(url).await?;
    let mut sent = std::collections::HashMap::new();
    let mut latencies = Histogram::new_with_bounds(1, 60_000_000, 3)?;
    let (mut number, mut errors) = (0, 0);
    while latencies.len() < count {
        if number < count && (sent.len() as u64) < window {
            sent.insert(number, Instant::now());
            connection.send(call(number, method, &params(first + number))).await?;
            number += 1;
            continue;
        }
        let (id, text) = connection.next().await?;
        let sent = sent.remove(&id).ok_or("an answer to no call")?;
        latencies.saturating_record(sent.elapsed().as_micros() as u64);
        errors += u64::from(is_error(&text));
    }
    Ok((latencies, errors))
}

/// Whether an answer is an error. Looks at its first bytes only: an answer may be a megabyte.
pub fn is_error(text: &str) -> bool {
    text.get(..text.len().min(64)).is_some_and(|start| start.contains("\"error\""))
}

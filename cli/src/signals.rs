//! Signals that ask a command to end: Ctrl-C, what `kill` sends, and what a terminal sends that is closed.

use std::io;
use tokio::signal::unix::{signal, Signal, SignalKind};

/// From now on these signals do not end the process: whoever has this hears of them.
pub struct Signals([Signal; 3]);

impl Signals {
    /// Takes them over.
    pub fn catch() -> io::Result<Self> {
        Ok(Self([
            signal(SignalKind::interrupt())?,
            signal(SignalKind::terminate())?,
            signal(SignalKind::hangup())?,
        ]))
    }

    /// Waits for the next one; also for one that came since they were taken over.
    pub async fn next(&mut self) {
        let Self([interrupt, terminate, hangup]) = self;
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hangup.recv() => {}
        }
    }
}

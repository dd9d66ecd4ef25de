//! Something moves while the command waits, on a terminal only.

use indicatif::{ProgressBar, ProgressStyle};
use std::time::Duration;

/// How often it moves.
const BEAT: Duration = Duration::from_millis(120);

/// Moves until it is dropped, and leaves nothing behind. Without a terminal nothing is written.
pub struct Waiting(ProgressBar);

impl Waiting {
    /// Begins; `what` is being waited for. Programs read standard error too: for them nothing moves.
    pub fn begin(what: &'static str, is_json: bool) -> Self {
        if is_json {
            return Self(ProgressBar::hidden());
        }
        let bar = ProgressBar::new_spinner().with_message(what);
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} ({elapsed})") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(BEAT);
        Self(bar)
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

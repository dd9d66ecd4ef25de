//! Times as answers tell them.

use std::time::Duration;

/// Milliseconds, as many as fit.
pub fn millis(duration: Duration) -> u64 {
    duration.as_millis().try_into().unwrap_or(u64::MAX)
}

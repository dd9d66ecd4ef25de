//! Waiting for something to come true.

use std::{
    error::Error,
    future::Future,
    time::{Duration, Instant},
};

/// How long anything may take that is bound to happen.
pub const PATIENCE: Duration = Duration::from_secs(90);

/// Waits until something holds; an error when it takes longer than [`PATIENCE`].
pub async fn wait_until<F>(mut holds: impl FnMut() -> F) -> Result<(), Box<dyn Error>>
where
    F: Future<Output = Result<bool, Box<dyn Error>>>,
{
    let begun = Instant::now();
    while !holds().await? {
        if begun.elapsed() > PATIENCE {
            return Err("waited too long".into());
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    Ok(())
}

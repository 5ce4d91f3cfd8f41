//! Pauses between attempts to reach the server.

use std::time::Duration;
use tokio::sync::watch;

/// The least pause between two attempts of which the first failed.
const LEAST: Duration = Duration::from_secs(1);

/// A random number for the engine's pauses; 0 where the system has no randomness, which for one device means only that its pauses do not
/// vary.
pub fn jitter() -> u8 {
    let mut byte = [0; 1];
    getrandom::fill(&mut byte).map_or(0, |()| byte[0])
}

/// Waits before another attempt. New work ends the pause, but not before [`LEAST`]: somebody who goes on editing without a network does not
/// cause an attempt at each edit.
pub async fn before_next_attempt(work: &mut watch::Receiver<()>, pause: Duration) {
    let least = pause.min(LEAST);
    tokio::time::sleep(least).await;
    tokio::select! {
        _ = work.changed() => {}
        () = tokio::time::sleep(pause.saturating_sub(least)) => {}
    }
}

//! How sync is doing, as a screen shows it.

use domain::UtcMillis;
use serde::{Deserialize, Serialize};

/// How sync is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncState {
    /// What it is doing.
    pub phase: Phase,
    /// When everything was last up to date, by this device's clock.
    pub fresh_at: Option<UtcMillis>,
    /// The server's clock minus this device's.
    pub skew_ms: i64,
    /// Changes made here that are not answered yet.
    #[serde(default)]
    pub waiting: u32,
    /// Changes made here that were refused.
    #[serde(default)]
    pub parked: u32,
    /// An earlier outbox could not be read, and was put aside.
    #[serde(default)]
    pub set_aside: bool,
}

/// What sync is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Nobody is signed in.
    #[default]
    Idle,
    /// Fetching.
    Syncing,
    /// Up to date, with a link to the server.
    Live,
    /// The server cannot be reached; what is shown is from the cache.
    Offline,
    /// The session ended remotely or was reset: sign in again.
    SignedOut,
}

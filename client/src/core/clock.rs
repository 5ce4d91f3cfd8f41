//! This device's clock, and the clock by which notices are judged, which demos and tests can set.

use domain::UtcMillis;
use tokio::sync::watch;

/// The instant now by this device's clock.
pub(crate) fn now() -> UtcMillis {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    UtcMillis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// By which notices are judged.
#[derive(Clone, Debug)]
pub enum Clock {
    /// This device's.
    System,
    /// This device's, so many milliseconds ahead: a demo of the days to come.
    Ahead(i64),
    /// The instant that was sent last: a test's.
    Set(watch::Receiver<UtcMillis>),
}

impl Clock {
    /// The instant now.
    pub fn now(&self) -> UtcMillis {
        match self {
            Self::System => now(),
            Self::Ahead(ms) => now().plus(*ms),
            Self::Set(instant) => *instant.borrow(),
        }
    }

    /// Returns when the clock was set to another instant; never, where nobody sets it.
    pub(crate) async fn changed(&mut self) {
        if let Self::Set(instant) = self
            && instant.changed().await.is_ok()
        {
            return;
        }
        std::future::pending().await
    }
}

//! This machine's clock, by which simulated meters report and simulated payments expire.

use domain::UtcMillis;

/// The instant now, in UTC milliseconds.
pub fn now() -> UtcMillis {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    UtcMillis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

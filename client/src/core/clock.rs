//! This device's clock, and the clock by which notices are judged, which demos and tests can set.

use domain::UtcMillis;
use domain::field::device_clock::MonotonicReading;
use std::sync::OnceLock;
#[cfg(not(unix))]
use std::time::Instant;
use tokio::sync::watch;
use uuid::Uuid;

/// The instant now by this device's clock.
pub(crate) fn now() -> UtcMillis {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    UtcMillis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// The monotonic clock now: since the system was started where it names that start, otherwise since this program was. It goes on while
/// the device sleeps, and no setting of the clock moves it.
#[cfg(unix)]
pub(crate) fn monotonic() -> Option<MonotonicReading> {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    const CLOCK: rustix::time::ClockId = rustix::time::ClockId::Boottime;
    // Apple's goes on in sleep under this name.
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    const CLOCK: rustix::time::ClockId = rustix::time::ClockId::Monotonic;
    let time = rustix::time::clock_gettime(CLOCK);
    Some(MonotonicReading { run: run(), ms: time.tv_sec.saturating_mul(1_000).saturating_add(time.tv_nsec / 1_000_000) })
}

/// The monotonic clock now, since this program was started. The system's goes on while the device sleeps.
#[cfg(not(unix))]
pub(crate) fn monotonic() -> Option<MonotonicReading> {
    static START: OnceLock<Instant> = OnceLock::new();
    let ms = START.get_or_init(Instant::now).elapsed().as_millis();
    Some(MonotonicReading { run: run(), ms: i64::try_from(ms).ok()? })
}

/// The server's time when an answer has come. The server read its clock (`read`) at some moment of the `waited_ms` that the answer took, which may be
/// minutes on a slow line: its time is between that and so much later, and of these what was expected, if anything was.
pub(crate) fn server_time(expected: Option<UtcMillis>, read: UtcMillis, waited_ms: i64) -> UtcMillis {
    expected.map_or(read, |expected| expected.clamp(read, read.plus(waited_ms.max(0))))
}

/// Which run the monotonic clock counts from.
fn run() -> Uuid {
    static RUN: OnceLock<Uuid> = OnceLock::new();
    *RUN.get_or_init(|| {
        let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok();
        boot.and_then(|text| text.trim().parse().ok()).unwrap_or_else(Uuid::now_v7)
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_that_took_long_says_no_more_than_it_can() {
        let read = UtcMillis(1_000_000);
        assert_eq!(server_time(None, read, 120_000), read);
        assert_eq!(server_time(Some(read.plus(90_000)), read, 120_000), read.plus(90_000), "a download of two minutes");
        assert_eq!(server_time(Some(read.plus(90_000)), read, 200), read.plus(200), "what was expected is wrong");
        assert_eq!(server_time(Some(read.plus(-90_000)), read, 120_000), read);
    }

    #[test]
    fn the_monotonic_clock_goes_forward_within_one_run() {
        let (first, second) = (monotonic().unwrap(), monotonic().unwrap());
        assert_eq!(first.run, second.run);
        assert!(second.ms >= first.ms && first.ms > 0);
    }
}

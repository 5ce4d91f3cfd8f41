//! The clock of a device: what it said when an operation was made, and which instant that was.
//!
//! A device's clock may be set to anything, and be set anew between two operations. So an operation carries, beside its time, how far the
//! server was ahead of that clock as far as the device knew, and a monotonic reading, which no setting of a clock moves. Operations of one
//! run have a distance that can be trusted; one instant of that run which is known makes all others known.

use crate::UtcMillis;
use crate::metering::reading::{CLOCK_TOLERANCE_MS, EARLIEST};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use uuid::Uuid;

/// A clock that is off by less than this is right: an answer of the server takes that long at times.
const NOISE_MS: i64 = 30_000;

/// Milliseconds since the device was started (or the program, where the system does not say), time asleep with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct MonotonicReading {
    /// Which start. Readings of two starts have no distance.
    pub run: Uuid,
    /// Milliseconds since then.
    pub ms: i64,
}

/// What a device knew about its clock at an instant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DeviceClock {
    /// Milliseconds that the server was ahead of the device's clock, below zero if behind; none where the device did not know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skew_ms: Option<i64>,
    /// The monotonic clock at that instant; none where the device has no such clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub monotonic: Option<MonotonicReading>,
}

/// An instant as a device names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Stamp {
    /// By the device's clock.
    pub at: UtcMillis,
    /// What it knew about that clock.
    #[serde(default)]
    pub clock: DeviceClock,
}

impl From<UtcMillis> for Stamp {
    fn from(at: UtcMillis) -> Self {
        Self { at, clock: DeviceClock::default() }
    }
}

impl Stamp {
    /// Which instant it is, as far as the device itself knows: what its clock said, unless that is off by more than an answer takes.
    pub fn instant(&self) -> UtcMillis {
        let skew = self.clock.skew_ms.filter(|skew| skew.saturating_abs() >= NOISE_MS);
        self.at.plus(skew.unwrap_or_default())
    }

    /// By the server's clock, if the device knew how far that was.
    fn by_skew(&self) -> Option<UtcMillis> {
        self.clock.skew_ms.map(|skew| self.at.plus(skew))
    }
}

/// What a device's time comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Judged {
    /// Milliseconds to add to every time that this clock gave then.
    pub correction_ms: i64,
    /// Whether the corrected time can be trusted. Otherwise nothing shows that the clock was right, and nothing that it was wrong.
    pub is_sure: bool,
}

impl Judged {
    /// A time by this clock, corrected.
    pub fn correct(&self, at: UtcMillis) -> UtcMillis {
        at.plus(self.correction_ms)
    }
}

/// The runs of a device of which an instant is known: at which instant each began.
#[derive(Clone, Debug, Default)]
pub struct KnownRuns(HashMap<Uuid, UtcMillis>);

impl KnownRuns {
    /// The runs that a push makes known: the one in which it was sent, since it arrived at `received`; and that of each operation whose
    /// device knew the skew when it was made.
    pub fn of_push(sent: Option<&Stamp>, made: impl IntoIterator<Item = Stamp>, received: UtcMillis) -> Self {
        let mut runs = HashMap::new();
        if let Some(sent) = sent
            && let Some(monotonic) = sent.clock.monotonic
        {
            // The device's own measure has no transit in it; it is taken where it agrees with the arrival.
            let measured = sent.by_skew().filter(|at| is_near(*at, received));
            runs.insert(monotonic.run, measured.unwrap_or(received).plus(monotonic.ms.saturating_neg()));
        }
        for stamp in made {
            if let (Some(monotonic), Some(at)) = (stamp.clock.monotonic, stamp.by_skew())
                && is_possible(at, received)
            {
                runs.entry(monotonic.run).or_insert_with(|| at.plus(monotonic.ms.saturating_neg()));
            }
        }
        Self(runs)
    }

    /// Which instant a stamp names. First the run in which it was made, then what its device knew of the skew; where neither is known, the
    /// time stands, and is sure only if it is the time of arrival.
    pub fn judge(&self, made: &Stamp, received: UtcMillis) -> Judged {
        let begun = made.clock.monotonic.and_then(|monotonic| Some(self.0.get(&monotonic.run)?.plus(monotonic.ms)));
        let by_run = begun.filter(|at| is_possible(*at, received));
        let by_skew = made.by_skew().filter(|at| is_possible(*at, received));
        let known = match (by_run, by_skew) {
            // They differ by how long a message takes: the skew was measured without that.
            (Some(run), Some(skew)) if is_near(run, skew) => Some(skew),
            (Some(run), _) => Some(run),
            (None, skew) => skew,
        };
        match known {
            Some(at) => {
                let off = at.since(made.at);
                Judged { correction_ms: if off.saturating_abs() < NOISE_MS { 0 } else { off }, is_sure: true }
            }
            None => Judged { correction_ms: 0, is_sure: is_near(made.at, received) },
        }
    }
}

/// Whether two instants differ by less than clocks that are right do.
fn is_near(one: UtcMillis, other: UtcMillis) -> bool {
    one.since(other).saturating_abs() <= CLOCK_TOLERANCE_MS
}

/// Whether something can have been done at an instant that was received at another.
fn is_possible(at: UtcMillis, received: UtcMillis) -> bool {
    at >= EARLIEST && at.since(received) <= CLOCK_TOLERANCE_MS
}

#[cfg(test)]
#[path = "device_clock_tests.rs"]
mod tests;

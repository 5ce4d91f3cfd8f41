//! What is not known of a connection's day, estimated by its own usual day.

use super::{BalancePeriod, ConnectionDays, overlap};
use crate::core::local_time::DAY_MS;
use crate::{LocalDay, Millilitres, UtcMillis};

/// Days whose mean is the usual one: the last before its meter fell silent.
pub const USUAL_DAYS: usize = 14;

/// With fewer days than this nothing is usual.
const FEWEST_DAYS: usize = 3;

/// After so long a meter that has said nothing is silent; until then its readings are late.
const SILENT_MS: i64 = DAY_MS;

/// What a connection uses on a usual day.
#[derive(Clone, Copy, Debug)]
pub(super) struct Usual {
    pub volume: Option<Millilitres>,
}

/// What is not known of a day.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Gap {
    pub silent: Millilitres,
    pub silent_ms: i64,
    pub late: Millilitres,
}

/// The last reading of a connection that is used.
fn known_until(connection: &ConnectionDays) -> Option<UtcMillis> {
    connection.spans.iter().filter_map(|span| span.known_until).max()
}

impl Usual {
    /// The mean of the days before the one from which on something is not known: those of a faulty meter before the balance begins.
    pub fn of(period: &BalancePeriod, connection: &ConnectionDays) -> Self {
        let cut = match known_until(connection) {
            Some(known) if !connection.is_faulty => period.zone.day_of(known),
            Some(known) => period.zone.day_of(known).min(period.first),
            None => return Self { volume: None },
        };
        // On the day on which the first meter was put up, only a part was measured.
        let begun = connection.spans.first().map_or(LocalDay(i32::MIN), |span| period.zone.day_of(span.since));
        let known = connection.days.iter().filter(|(day, _)| begun < *day && *day < cut);
        let volumes: Vec<i64> = known.rev().take(USUAL_DAYS).map(|(_, measured)| measured.volume.0.max(0)).collect();
        let mean = || Millilitres(volumes.iter().sum::<i64>() / volumes.len() as i64);
        Self { volume: (volumes.len() >= FEWEST_DAYS).then(mean) }
    }

    fn during(self, ms: i64) -> Millilitres {
        let whole = self.volume.unwrap_or_default();
        Millilitres((i128::from(whole.0) * i128::from(ms) / i128::from(DAY_MS)) as i64)
    }
}

/// What is not known of a day on which so much was measured.
pub(super) fn gap(
    period: &BalancePeriod,
    connection: &ConnectionDays,
    (start, end): (UtcMillis, UtcMillis),
    measured: Millilitres,
    usual: Usual,
) -> Gap {
    let mut gap = Gap::default();
    let time = (start, end.min(period.now));
    if connection.is_faulty {
        // What it says may be anything: it misses what its usual day has more.
        let ms = super::there(&connection.spans, time);
        let missed = usual.during(ms) - measured;
        return Gap { silent: missed.max(Millilitres::ZERO), silent_ms: ms, ..gap };
    }
    for span in &connection.spans {
        let Some((from, to)) = overlap(span, time) else { continue };
        let ms = to.since(span.known_until.map_or(from, |known| known.max(from))).max(0);
        if span.known_until.is_none_or(|known| period.now.since(known) > SILENT_MS) {
            gap.silent += usual.during(ms);
            gap.silent_ms += ms;
        } else {
            gap.late += usual.during(ms);
        }
    }
    gap
}

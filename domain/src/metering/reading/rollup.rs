//! Rollups: what was used, by local day and hour. They form a group, so a segment can be taken out as it was put in.

use crate::core::local_time::HOUR_MS;
use crate::metering::reading::GAP_MS;
use crate::metering::reading::walk::Segment;
use crate::{LocalDay, Millilitres, TimeZone, UtcMillis};

/// What a connection used in one local day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DayUse {
    /// Used in the day.
    pub volume: Millilitres,
    /// Milliseconds of the day whose volume is measured rather than shared out from a longer gap.
    pub covered_ms: i64,
    /// By local hour: used, and milliseconds covered. Hours within a gap have neither.
    pub hours: [HourUse; 24],
}

/// What was used in one local hour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HourUse {
    /// Used in the hour.
    pub volume: Millilitres,
    /// Milliseconds of the hour that were measured.
    pub covered_ms: i64,
}

impl DayUse {
    /// Nothing was used and nothing was measured.
    pub fn is_zero(&self) -> bool {
        self == &Self::default()
    }

    /// Adds another part of the same day; `sign` −1 takes it away again.
    pub fn combine(&mut self, other: &Self, sign: i64) {
        self.volume.0 += sign * other.volume.0;
        self.covered_ms += sign * other.covered_ms;
        for (mine, theirs) in self.hours.iter_mut().zip(&other.hours) {
            mine.volume.0 += sign * theirs.volume.0;
            mine.covered_ms += sign * theirs.covered_ms;
        }
    }
}

/// Shares a segment out over the local days it touches, in proportion to time and exact in sum.
///
/// A segment of at most [`GAP_MS`] also counts for hours. A longer one counts as measured for a day only if it lies wholly in it:
/// two readings at midnight say exactly what the day between used, and nothing of its hours.
pub(super) fn spread(segment: &Segment, zone: TimeZone, mut put: impl FnMut(LocalDay, DayUse)) {
    let short = segment.to.since(segment.from) <= GAP_MS;
    let share = Share { segment };
    let mut from = segment.from;
    while from < segment.to {
        let day = zone.day_of(from);
        let to = zone.start_of(day.plus(1)).min(segment.to);
        let whole = from == segment.from && to == segment.to;
        let mut part = DayUse {
            volume: share.between(from, to),
            covered_ms: if short || whole { to.since(from) } else { 0 },
            ..DayUse::default()
        };
        if short {
            let mut at = from;
            while at < to {
                let hour_end = UtcMillis(at.0.div_euclid(HOUR_MS) * HOUR_MS + HOUR_MS).min(to);
                let hour = &mut part.hours[zone.hour_of(at)];
                hour.volume += share.between(at, hour_end);
                hour.covered_ms += hour_end.since(at);
                at = hour_end;
            }
        }
        put(day, part);
        from = to;
    }
}

/// Linear in time, rounded down from the segment's start, so that parts always add up to the whole.
struct Share<'a> {
    segment: &'a Segment,
}

impl Share<'_> {
    fn until(&self, t: UtcMillis) -> i128 {
        let Segment { from, to, volume, .. } = *self.segment;
        i128::from(volume.0) * i128::from(t.since(from)) / i128::from(to.since(from))
    }

    fn between(&self, from: UtcMillis, to: UtcMillis) -> Millilitres {
        Millilitres((self.until(to) - self.until(from)) as i64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ConnectionId;
    use crate::core::local_time::DAY_MS;

    fn segment(from: UtcMillis, ms: i64, ml: i64) -> Segment {
        Segment { connection: ConnectionId(uuid::Uuid::nil()), from, to: from.plus(ms), volume: Millilitres(ml) }
    }

    #[test]
    fn a_day_between_two_midnights_is_measured_and_its_hours_are_not() {
        let zone = TimeZone::Makassar;
        let start = zone.start_of(LocalDay(20_000));
        let mut days = Vec::new();
        spread(&segment(start, DAY_MS, 512_345), zone, |day, part| days.push((day, part)));
        assert_eq!(days.len(), 1);
        let (day, part) = &days[0];
        assert_eq!((*day, part.volume, part.covered_ms), (LocalDay(20_000), Millilitres(512_345), DAY_MS));
        assert!(part.hours.iter().all(|hour| hour.covered_ms == 0));
    }

    #[test]
    fn a_minute_across_midnight_is_shared_between_both_days() {
        let zone = TimeZone::Jakarta;
        let start = zone.start_of(LocalDay(20_001)).plus(-20_000);
        let mut days = Vec::new();
        spread(&segment(start, 60_000, 100), zone, |day, part| days.push((day, part)));
        let volumes: Vec<_> = days.iter().map(|(_, part)| part.volume.0).collect();
        assert_eq!(volumes, [33, 67]);
        assert_eq!((days[0].1.hours[23].volume.0, days[1].1.hours[0].volume.0), (33, 67));
    }
}

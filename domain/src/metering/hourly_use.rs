//! What many connections used by the hour: today beside the two days before, in one time zone, whichever zones the connections are in.

use crate::core::local_time::HOUR_MS;
use crate::metering::reading::rollup::HourUse;
use crate::{LocalDay, TimeZone};

/// Days that are kept: today, yesterday and the day before that.
pub const DAYS: usize = 3;

/// The hours of a local day.
pub type Hours = [HourUse; 24];

/// The use of [`DAYS`] local days of one time zone, by the hour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HourlyUse {
    zone: TimeZone,
    today: LocalDay,
    days: [Hours; DAYS],
}

impl HourlyUse {
    /// Nothing yet of the days up to `today` in a time zone.
    pub fn new(zone: TimeZone, today: LocalDay) -> Self {
        Self { zone, today, days: [Hours::default(); DAYS] }
    }

    /// The first and the last local day of another time zone of which an hour lies in these days.
    pub fn days_of(&self, zone: TimeZone) -> (LocalDay, LocalDay) {
        let first = self.zone.start_of(self.today.plus(1 - DAYS as i32));
        let end = self.zone.start_of(self.today.plus(1));
        (zone.day_of(first), zone.day_of(end.plus(-1)))
    }

    /// Adds a local day of a connection in a time zone: each hour where it lies, because the zones are whole hours apart. An hour outside of
    /// these days is left out.
    pub fn add(&mut self, zone: TimeZone, day: LocalDay, used: &Hours) {
        let start = zone.start_of(day);
        for (hour, used) in used.iter().enumerate() {
            let at = start.plus(hour as i64 * HOUR_MS);
            let back = i64::from(self.today.0) - i64::from(self.zone.day_of(at).0);
            let Some(mine) = usize::try_from(back).ok().and_then(|back| self.days.get_mut(back)) else { continue };
            let mine = &mut mine[self.zone.hour_of(at)];
            mine.volume.0 += used.volume.0;
            mine.covered_ms += used.covered_ms;
        }
    }

    /// The days: today, yesterday, the day before that.
    pub const fn days(&self) -> &[Hours; DAYS] {
        &self.days
    }
}

/// What of a day was used in its first `elapsed_ms`: whole hours, and of the hour that is not over its part, as if an hour's use were even.
pub fn until(hours: &Hours, elapsed_ms: i64) -> HourUse {
    let mut sum = HourUse::default();
    for (hour, used) in hours.iter().enumerate() {
        let part = (elapsed_ms - hour as i64 * HOUR_MS).clamp(0, HOUR_MS);
        let share = |whole: i64| (i128::from(whole) * i128::from(part) / i128::from(HOUR_MS)) as i64;
        sum.volume.0 += share(used.volume.0);
        sum.covered_ms += share(used.covered_ms);
    }
    sum
}

/// How much of the first `elapsed_ms` of a day was measured at so many connections, per mille.
pub fn coverage(covered_ms: i64, connections: i64, elapsed_ms: i64) -> u16 {
    let whole = i128::from(connections) * i128::from(elapsed_ms);
    if whole <= 0 {
        return 0;
    }
    (i128::from(covered_ms) * 1_000 / whole).clamp(0, 1_000) as u16
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::local_time::DAY_MS;
    use crate::{Millilitres, UtcMillis};
    use proptest::prelude::*;

    fn hours(volumes: [i64; 24]) -> Hours {
        volumes.map(|volume| HourUse { volume: Millilitres(volume), covered_ms: HOUR_MS })
    }

    fn total(days: &[Hours]) -> i64 {
        days.iter().flatten().map(|hour| hour.volume.0).sum()
    }

    #[test]
    fn the_first_hour_of_a_day_in_the_east_is_an_hour_of_the_evening_before_in_the_west() {
        let today = LocalDay(20_000);
        let mut used = HourlyUse::new(TimeZone::Jakarta, today);
        let mut day = [0; 24];
        (day[0], day[2]) = (5, 7);
        used.add(TimeZone::Jayapura, today, &hours(day));
        let [now, before, _] = used.days();
        assert_eq!((before[22].volume.0, now[0].volume.0), (5, 7), "two hours apart");
        assert_eq!(used.days_of(TimeZone::Jayapura), (LocalDay(19_998), LocalDay(20_001)));
        assert_eq!(used.days_of(TimeZone::Jakarta), (LocalDay(19_998), today));
    }

    #[test]
    fn by_half_past_an_hour_half_of_that_hour_counts() {
        let day = hours([60; 24]);
        let used = until(&day, 6 * HOUR_MS + HOUR_MS / 2);
        assert_eq!((used.volume.0, used.covered_ms), (390, 6 * HOUR_MS + HOUR_MS / 2));
        assert_eq!(coverage(used.covered_ms, 2, 6 * HOUR_MS + HOUR_MS / 2), 500, "one of two");
        assert_eq!((coverage(1, 0, 1), coverage(5, 1, 1)), (0, 1_000));
    }

    proptest! {
        #[test]
        fn every_hour_of_the_days_counts_once_and_at_its_instant(
            volumes in proptest::collection::vec(0_i64..1_000, 24 * 7), own in 0_usize..3, other in 0_usize..3,
        ) {
            let (own, other) = (TimeZone::ALL[own], TimeZone::ALL[other]);
            let today = LocalDay(20_000);
            let mut used = HourlyUse::new(own, today);
            // Seven days of the other zone around these three, hour after hour.
            let first = other.start_of(LocalDay(19_995));
            for (place, day) in volumes.chunks_exact(24).enumerate() {
                let mut of_day = [0; 24];
                of_day.copy_from_slice(day);
                used.add(other, LocalDay(19_995 + place as i32), &hours(of_day));
            }
            let from = own.start_of(today.plus(1 - DAYS as i32));
            let volume_at = |at: UtcMillis| volumes[(at.since(first) / HOUR_MS) as usize];
            for back in 0..DAYS {
                for hour in 0..24 {
                    let at = from.plus((DAYS - 1 - back) as i64 * DAY_MS + hour as i64 * HOUR_MS);
                    prop_assert_eq!(used.days()[back][hour].volume.0, volume_at(at));
                }
            }
            // The days that are asked for hold all of it.
            let (first_day, last_day) = used.days_of(other);
            let mut again = HourlyUse::new(own, today);
            for (place, day) in volumes.chunks_exact(24).enumerate() {
                let local = LocalDay(19_995 + place as i32);
                if (first_day..=last_day).contains(&local) {
                    let mut of_day = [0; 24];
                    of_day.copy_from_slice(day);
                    again.add(other, local, &hours(of_day));
                }
            }
            prop_assert_eq!(total(again.days()), total(used.days()));
        }

        #[test]
        fn more_of_a_day_is_never_less_and_all_of_it_is_its_sum(
            volumes in proptest::array::uniform24(0_i64..1_000_000), one in 0_i64..=DAY_MS, other in 0_i64..=DAY_MS,
        ) {
            let day = hours(volumes);
            let (early, late) = (one.min(other), one.max(other));
            prop_assert!(until(&day, early).volume <= until(&day, late).volume);
            prop_assert_eq!(until(&day, 0).volume.0, 0);
            prop_assert_eq!(until(&day, DAY_MS).volume.0, volumes.iter().sum::<i64>());
        }
    }
}

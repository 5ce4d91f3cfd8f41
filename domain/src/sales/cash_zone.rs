//! The time zone of days of cash. A utility's is that of most of its meters, which can change; a day that was counted keeps the zone in which it was, so
//! that no cash moves from a counted day to another one, where it would be counted twice or not at all.

use crate::{LocalDay, TimeZone, UtcMillis};

/// Days one after the other in one time zone. They follow each other without a gap: where the zone changes, a day is an hour or two shorter or longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ZoneDays {
    /// The time zone.
    pub zone: TimeZone,
    /// The first day.
    pub from: LocalDay,
    /// The day behind the last one.
    pub until: LocalDay,
    /// When the first day begins: when the day before it ends, in that day's zone.
    pub begins: UtcMillis,
}

impl ZoneDays {
    /// When the last day ends.
    pub fn ends(self) -> UtcMillis {
        self.zone.start_of(self.until)
    }

    /// On which day an instant of it is.
    pub fn day_of(self, at: UtcMillis) -> LocalDay {
        self.zone.day_of(at).max(self.from)
    }
}

/// The zone of a day: that of the first day from it on that was counted, and the utility's where none was. `counted` is in order of days, each once.
pub fn zone_of(counted: &[(LocalDay, TimeZone)], zone: TimeZone, day: LocalDay) -> TimeZone {
    counted.iter().find(|(counted, _)| *counted >= day).map_or(zone, |(_, zone)| *zone)
}

/// Some days by their time zones, from one up to another, without it. `counted` are the days that were counted, at least those from the day before on and the
/// first behind them, each with its zone; `zone` is the utility's.
pub fn by_zone(counted: &[(LocalDay, TimeZone)], zone: TimeZone, (from, until): (LocalDay, LocalDay)) -> Vec<ZoneDays> {
    let mut found: Vec<ZoneDays> = Vec::new();
    let (mut before, mut day) = (zone_of(counted, zone, from.plus(-1)), from);
    while day < until {
        let own = zone_of(counted, zone, day);
        match found.last_mut().filter(|days| days.zone == own) {
            Some(days) => days.until = day.plus(1),
            None => found.push(ZoneDays { zone: own, from: day, until: day.plus(1), begins: before.start_of(day) }),
        }
        (before, day) = (own, day.plus(1));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::local_time::HOUR_MS;
    use proptest::prelude::*;

    const FROM: LocalDay = LocalDay(20_000);

    /// The day of an instant, among forty.
    fn day_of(counted: &[(LocalDay, TimeZone)], zone: TimeZone, at: UtcMillis) -> Option<LocalDay> {
        let all = by_zone(counted, zone, (FROM, FROM.plus(40)));
        let mut found = all.iter().filter(|days| days.begins <= at && at < days.ends()).map(|days| days.day_of(at));
        let day = found.next();
        assert_eq!(found.next(), None, "an instant is on one day");
        day
    }

    fn a_zone() -> impl Strategy<Value = TimeZone> {
        prop::sample::select(TimeZone::ALL.to_vec())
    }

    /// Days that were counted one after the other, each while most meters were in some zone: a day keeps the zone that it has by then.
    fn counted() -> impl Strategy<Value = Vec<(LocalDay, TimeZone)>> {
        prop::collection::vec((0_i32..40, a_zone()), 0..12).prop_map(|asked| {
            let mut counted: Vec<(LocalDay, TimeZone)> = Vec::new();
            for (number, zone) in asked {
                count(&mut counted, FROM.plus(number), zone);
            }
            counted
        })
    }

    fn count(counted: &mut Vec<(LocalDay, TimeZone)>, day: LocalDay, zone: TimeZone) {
        let own = zone_of(counted, zone, day);
        if counted.iter().all(|(known, _)| *known != day) {
            counted.push((day, own));
            counted.sort_by_key(|(day, _)| *day);
        }
    }

    #[test]
    fn a_day_that_was_counted_stays_where_it_is_when_most_meters_are_elsewhere() {
        // Half past eleven in the evening in Jakarta is after midnight in Makassar.
        let late = UtcMillis(TimeZone::Jakarta.start_of(FROM.plus(4)).0 - HOUR_MS / 2);
        let counted = [(FROM.plus(3), TimeZone::Jakarta)];
        assert_eq!(day_of(&counted, TimeZone::Makassar, late), Some(FROM.plus(3)));
        assert_eq!(day_of(&[], TimeZone::Makassar, late), Some(FROM.plus(4)));
        let next = TimeZone::Jakarta.start_of(FROM.plus(4));
        assert_eq!(day_of(&counted, TimeZone::Makassar, next), Some(FROM.plus(4)), "the next day begins where it ends");
        assert_eq!(day_of(&counted, TimeZone::Jayapura, next), Some(FROM.plus(4)));
        let back = [(FROM.plus(3), TimeZone::Jayapura)];
        let gap = TimeZone::Jayapura.start_of(FROM.plus(4));
        assert_eq!(day_of(&back, TimeZone::Jakarta, gap), Some(FROM.plus(4)), "though it is the day before in Jakarta");
    }

    proptest! {
        #[test]
        fn each_instant_is_on_one_day_whatever_was_counted_in_which_zone(counted in counted(), zone in a_zone(), hours in 24_i64..38 * 24) {
            let at = UtcMillis(TimeZone::Jakarta.start_of(FROM).0 + hours * HOUR_MS);
            let day = day_of(&counted, zone, at);
            prop_assert!(day.is_some());
            let all = by_zone(&counted, zone, (FROM, FROM.plus(40)));
            prop_assert!(all.windows(2).all(|two| two[0].ends() == two[1].begins && two[0].until == two[1].from));
        }

        #[test]
        fn counting_a_day_moves_no_instant_of_it_or_before_it(
            counted in counted(), zone in a_zone(), later in a_zone(), number in 1_i32..40, hours in 24_i64..38 * 24,
        ) {
            let at = UtcMillis(TimeZone::Jakarta.start_of(FROM).0 + hours * HOUR_MS);
            let (day, before) = (FROM.plus(number), day_of(&counted, zone, at));
            let mut after = counted;
            count(&mut after, day, zone);
            if before.is_some_and(|before| before <= day) {
                prop_assert_eq!(day_of(&after, later, at), before, "also once most meters are elsewhere");
            }
        }
    }
}

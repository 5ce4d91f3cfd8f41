//! When a message is sent: at once, at the end of quiet hours, or in the next digest.

use crate::alerts::kinds::Severity;
use crate::alerts::preferences::Preferences;
use crate::{TimeZone, UtcMillis};

/// When a message is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// Now.
    AtOnce,
    /// At a later instant, with whatever else waits for it.
    At(UtcMillis),
}

/// When something that happens now is sent to a user. What is critical waits for nothing. What goes into the digest waits for its minute,
/// and where that is in quiet hours, for their end.
pub fn due(now: UtcMillis, severity: Severity, preferences: &Preferences, zone: TimeZone) -> Due {
    if severity == Severity::Critical {
        return Due::AtOnce;
    }
    let is_digest = preferences.digest.takes(severity);
    let begins = if is_digest { preferences.digest.at.next_after(now, zone) } else { now };
    let at = preferences.quiet.map_or(begins, |quiet| quiet.end(begins, zone));
    if at > now { Due::At(at) } else { Due::AtOnce }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LocalDay;
    use crate::alerts::preferences::{Digest, DigestOf, MinuteOfDay, QuietHours};
    use crate::core::local_time::{DAY_MS, HOUR_MS, MINUTE_MS};
    use proptest::prelude::*;

    const START: i64 = 1_800_000_000_000;

    fn preferences(quiet: Option<(u16, u16)>, of: DigestOf, at: u16) -> Preferences {
        let minute = |minute: u16| MinuteOfDay::try_from(minute).expect("a minute");
        let quiet = quiet.map(|(from, to)| QuietHours { from: minute(from), to: minute(to) });
        Preferences { quiet, digest: Digest { of, at: minute(at) }, ..Preferences::default() }
    }

    #[test]
    fn a_warning_of_the_night_comes_in_the_morning_of_each_zone() {
        let at_night = preferences(Some((21 * 60, 7 * 60)), DigestOf::Nothing, 0);
        for zone in TimeZone::ALL {
            let day = LocalDay::from_ymd(2026, 11, 29).expect("a day");
            let (midnight, morning) = (zone.start_of(day), zone.start_of(day).plus(7 * HOUR_MS));
            for (before_midnight, expected) in [(-3 * HOUR_MS, morning), (0, morning), (7 * HOUR_MS - 1, morning)] {
                let now = midnight.plus(before_midnight);
                assert_eq!(due(now, Severity::Warning, &at_night, zone), Due::At(expected), "{zone:?} {before_midnight}");
                assert_eq!(due(now, Severity::Critical, &at_night, zone), Due::AtOnce, "{zone:?}");
            }
            for awake in [-3 * HOUR_MS - 1, 7 * HOUR_MS, 20 * HOUR_MS] {
                assert_eq!(due(midnight.plus(awake), Severity::Warning, &at_night, zone), Due::AtOnce, "{zone:?} {awake}");
            }
        }
        let (jakarta, jayapura) = (TimeZone::Jakarta, TimeZone::Jayapura);
        let now = jakarta.start_of(LocalDay(20_786)).plus(20 * HOUR_MS);
        assert_eq!(due(now, Severity::Warning, &at_night, jakarta), Due::AtOnce, "20.00 there");
        assert!(matches!(due(now, Severity::Warning, &at_night, jayapura), Due::At(_)), "22.00 here, at the same instant");
    }

    #[test]
    fn a_digest_that_falls_into_quiet_hours_waits_for_their_end() {
        let (zone, midnight) = (TimeZone::Makassar, TimeZone::Makassar.start_of(LocalDay(20_786)));
        let of = preferences(Some((22 * 60, 6 * 60)), DigestOf::NotCritical, 5 * 60);
        assert_eq!(due(midnight.plus(12 * HOUR_MS), Severity::Info, &of, zone), Due::At(midnight.plus(DAY_MS + 6 * HOUR_MS)));
        let of = preferences(None, DigestOf::Info, 8 * 60);
        assert_eq!(due(midnight.plus(8 * HOUR_MS), Severity::Info, &of, zone), Due::At(midnight.plus(DAY_MS + 8 * HOUR_MS)));
        assert_eq!(due(midnight.plus(8 * HOUR_MS - 1), Severity::Info, &of, zone), Due::At(midnight.plus(8 * HOUR_MS)));
        assert_eq!(due(midnight, Severity::Warning, &of, zone), Due::AtOnce, "only what is good to know waits for it");
    }

    /// The minutes of the day, counted on by one from an instant, without the arithmetic that is tested.
    fn is_quiet(at: UtcMillis, zone: TimeZone, (from, to): (u16, u16)) -> bool {
        let hours = match zone {
            TimeZone::Jakarta => 7,
            TimeZone::Makassar => 8,
            TimeZone::Jayapura => 9,
        };
        let minute = ((at.0 / MINUTE_MS + hours * 60) % 1_440) as u16;
        let mut covered = from;
        while covered != to {
            if covered == minute {
                return true;
            }
            covered = (covered + 1) % 1_440;
        }
        false
    }

    fn digest_of() -> impl Strategy<Value = DigestOf> {
        prop_oneof![Just(DigestOf::Nothing), Just(DigestOf::Info), Just(DigestOf::NotCritical)]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn nothing_but_what_is_critical_is_sent_in_quiet_hours(
            after in 0..40 * DAY_MS, zone in 0_usize..3, from in 0_u16..1_440, to in 0_u16..1_440, of in digest_of(), at in 0_u16..1_440,
            severity in 0_usize..3,
        ) {
            let (now, zone, severity) = (UtcMillis(START + after), TimeZone::ALL[zone], Severity::ALL[severity]);
            let set = preferences(Some((from, to)), of, at);
            let sent = match due(now, severity, &set, zone) {
                Due::AtOnce => now,
                Due::At(later) => {
                    prop_assert!(later > now && later.since(now) <= 2 * DAY_MS, "within two days");
                    prop_assert!(severity != Severity::Critical);
                    later
                }
            };
            prop_assert!(severity == Severity::Critical || !is_quiet(sent, zone, (from, to)));
        }

        #[test]
        fn what_waits_for_quiet_hours_alone_waits_no_minute_longer(
            after in 0..40 * DAY_MS, zone in 0_usize..3, from in 0_u16..1_440, to in 0_u16..1_440,
        ) {
            let (now, zone) = (UtcMillis(START + after), TimeZone::ALL[zone]);
            let set = preferences(Some((from, to)), DigestOf::Nothing, 0);
            match due(now, Severity::Warning, &set, zone) {
                Due::AtOnce => prop_assert!(!is_quiet(now, zone, (from, to))),
                Due::At(later) => {
                    prop_assert!(is_quiet(now, zone, (from, to)) && is_quiet(later.plus(-1), zone, (from, to)));
                    prop_assert_eq!(later.0 % MINUTE_MS, 0);
                }
            }
        }

        #[test]
        fn without_quiet_hours_a_digest_comes_at_its_minute_within_a_day(
            after in 0..40 * DAY_MS, zone in 0_usize..3, at in 0_u16..1_440,
        ) {
            let (now, zone) = (UtcMillis(START + after), TimeZone::ALL[zone]);
            let Due::At(later) = due(now, Severity::Info, &preferences(None, DigestOf::Info, at), zone) else {
                return Err(TestCaseError::fail("it waits"));
            };
            prop_assert!(later > now && later.since(now) <= DAY_MS);
            let (hour, minute) = zone.clock_of(later);
            prop_assert_eq!(u16::from(hour) * 60 + u16::from(minute), at);
        }
    }
}

//! What a person asks of a meter beside moving its valve, and for how long that holds.

use crate::core::local_time::{DAY_MS, HOUR_MS};
use std::ops::RangeInclusive;

/// Seconds between reports that may be asked for: more often costs a battery its life, and less often nobody learns of a leak in time.
pub const INTERVALS: RangeInclusive<u32> = 60..=86_400;

/// Those that a form offers.
pub const OFFERED: [u32; 7] = [60, 300, 900, 1_800, 3_600, 21_600, 86_400];

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MeterTask {
    /// To read its register and to report it, now.
    ReadNow,
    /// To restart.
    Restart,
    /// To report at another interval from now on.
    SetInterval {
        /// Seconds between two reports.
        interval_s: u32,
    },
}

impl MeterTask {
    /// Whether it may be asked of a meter at all.
    pub fn is_allowed(self) -> bool {
        match self {
            Self::ReadNow | Self::Restart => true,
            Self::SetInterval { interval_s } => INTERVALS.contains(&interval_s),
        }
    }

    /// Milliseconds for which the order holds. A reading that comes much later is none of now, and nobody expects a restart of the day
    /// before; another interval is wanted still when a meter connects again the next day.
    pub const fn holds_ms(self) -> i64 {
        match self {
            Self::ReadNow => HOUR_MS,
            Self::Restart => 6 * HOUR_MS,
            Self::SetInterval { .. } => DAY_MS,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_interval_that_is_offered_may_be_asked_for_and_they_rise() {
        assert!(OFFERED.iter().all(|interval_s| MeterTask::SetInterval { interval_s: *interval_s }.is_allowed()));
        assert!(OFFERED.is_sorted());
        assert_eq!((OFFERED.first(), OFFERED.last()), (Some(INTERVALS.start()), Some(INTERVALS.end())));
    }

    proptest! {
        #[test]
        fn an_interval_may_be_asked_for_from_a_minute_to_a_day(interval_s in any::<u32>()) {
            let task = MeterTask::SetInterval { interval_s };
            prop_assert_eq!(task.is_allowed(), (60..=86_400).contains(&interval_s));
            prop_assert!(task.holds_ms() > 0);
        }
    }
}

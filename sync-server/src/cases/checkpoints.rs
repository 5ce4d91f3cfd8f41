//! Which earlier states of a meter are kept: enough that a late reading sends the rules back by little more than it is late.

use domain::core::local_time::DAY_MS;

/// The day of an instant, counted from 1970 in UTC.
pub const fn day(at: i64) -> i64 {
    at.div_euclid(DAY_MS)
}

/// Whether the last state of a day is kept `today`: each of the last two days, every fourth of the last 16, every 16th of the last 64, and
/// every 64th of the last 512. About a dozen for a meter.
pub const fn is_kept(day: i64, today: i64) -> bool {
    let step = match today - day {
        ..=2 => 1,
        3..=16 => 4,
        17..=64 => 16,
        65..=512 => 64,
        _ => return false,
    };
    day.rem_euclid(step) == 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// The nearest state before a reading that is `late` days late is at most four times as old, as long as it is kept day by day.
        #[test]
        fn going_back_costs_in_proportion_to_how_late_a_reading_is(today in 20_000_i64..30_000, late in 0_i64..128) {
            let mut kept: Vec<i64> = Vec::new();
            for day in today - 600..=today {
                kept.retain(|before| is_kept(*before, day));
                kept.push(day);
            }
            let nearest = kept.iter().copied().filter(|day| *day <= today - late).max();
            prop_assert!(nearest.is_some_and(|day| today - day <= late * 4 + 4), "{kept:?}");
            prop_assert!(kept.len() <= 20, "{kept:?}");
        }
    }
}

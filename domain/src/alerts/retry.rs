//! When a delivery that failed is tried again, and when no more.

use crate::UtcMillis;
use crate::core::local_time::{HOUR_MS, MINUTE_MS};

/// The pause after the first try that failed; it doubles with each. Milliseconds.
const FIRST_PAUSE_MS: i64 = MINUTE_MS / 2;

/// The longest pause. Milliseconds.
const LONGEST_PAUSE_MS: i64 = HOUR_MS;

/// No try begins so long after the delivery was due first. Milliseconds.
pub const GIVEN_UP_AFTER_MS: i64 = 24 * HOUR_MS;

/// How a provider refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It may take it later: at once, or not before so many milliseconds have passed.
    Temporary {
        /// What the provider asked for, if it did.
        not_before_ms: Option<i64>,
    },
    /// It never will.
    Permanent,
}

/// The next try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NextTry {
    /// At this instant.
    At(UtcMillis),
    /// None by itself.
    Never,
}

/// The next try of a delivery after `attempts` of them, which was due first at `since`. `spread`, 0 to 999, scatters what failed together
/// over a quarter of the pause, so that a provider that comes back is not met by everything at once.
pub fn next_try(refusal: Refusal, attempts: u32, since: UtcMillis, now: UtcMillis, spread: u16) -> NextTry {
    let Refusal::Temporary { not_before_ms } = refusal else { return NextTry::Never };
    let doubled = FIRST_PAUSE_MS << attempts.saturating_sub(1).min(16);
    let pause = doubled.min(LONGEST_PAUSE_MS);
    let scattered = pause + pause / 4 * i64::from(spread.min(999)) / 1_000;
    let next = now.plus(scattered.max(not_before_ms.unwrap_or_default()));
    if next.since(since) < GIVEN_UP_AFTER_MS { NextTry::At(next) } else { NextTry::Never }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const START: UtcMillis = UtcMillis(1_800_000_000_000);
    const LATER: Refusal = Refusal::Temporary { not_before_ms: None };

    #[test]
    fn a_permanent_refusal_is_the_last_word() {
        assert_eq!(next_try(Refusal::Permanent, 1, START, START, 0), NextTry::Never);
    }

    #[test]
    fn pauses_double_to_an_hour_and_end_after_a_day() {
        let mut pauses = Vec::new();
        let (mut now, mut attempts) = (START, 1);
        while let NextTry::At(next) = next_try(LATER, attempts, START, now, 0) {
            pauses.push(next.since(now) / 1_000);
            (now, attempts) = (next, attempts + 1);
        }
        assert_eq!(&pauses[..9], [30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600]);
        assert!(now.since(START) > GIVEN_UP_AFTER_MS - 2 * HOUR_MS, "it was tried for nearly a day");
        assert!(attempts < 40, "{attempts} tries");
    }

    #[test]
    fn a_provider_that_names_a_time_is_not_asked_before_it() {
        let asked = Refusal::Temporary { not_before_ms: Some(2 * HOUR_MS) };
        assert_eq!(next_try(asked, 1, START, START, 0), NextTry::At(START.plus(2 * HOUR_MS)));
        let far = Refusal::Temporary { not_before_ms: Some(25 * HOUR_MS) };
        assert_eq!(next_try(far, 1, START, START, 0), NextTry::Never);
    }

    proptest! {
        #[test]
        fn a_next_try_is_later_within_a_day_and_never_more_than_a_pause_and_a_quarter_away(
            attempts in 0_u32..100, after in 0..30 * HOUR_MS, spread in 0_u16..1_000,
        ) {
            let now = START.plus(after);
            match next_try(LATER, attempts, START, now, spread) {
                NextTry::At(next) => {
                    prop_assert!(next > now && next.since(START) < GIVEN_UP_AFTER_MS);
                    prop_assert!(next.since(now) <= LONGEST_PAUSE_MS + LONGEST_PAUSE_MS / 4);
                }
                NextTry::Never => prop_assert!(after > GIVEN_UP_AFTER_MS - LONGEST_PAUSE_MS * 5 / 4 - 1),
            }
        }
    }
}

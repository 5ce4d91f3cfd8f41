//! What thresholds would do if they held from now on: when the next notification of a low balance would come by the usual use.

use crate::alerts::notice::{Known, Now};
use crate::billing::balance::{Level, Standing, Thresholds, level};
use crate::{Rupiah, UtcMillis};

/// When a customer would be notified next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preview {
    /// As soon as the thresholds hold: the balance is worse by them than by those before.
    AtOnce(Level),
    /// At an instant, of a level.
    At(UtcMillis, Level),
    /// Not within the days that a forecast covers.
    NotSoon,
    /// The thresholds are reached already, and nothing worse comes within those days.
    Reached,
    /// It has run out already: nothing worse can come before a top-up.
    Empty,
    /// What a usual day costs is not known.
    Unknown,
}

/// When a customer would be notified next if other thresholds held from now on and the use goes on as usual. A level is left as a balance
/// leaves it: at 120 % of the threshold.
pub fn preview(known: &Known, thresholds: Thresholds, now: UtcMillis) -> Preview {
    let Now { standing, level: before, .. } = known.at(now);
    let wanted = level(before, standing, thresholds);
    if wanted > before {
        return Preview::AtOnce(wanted);
    }
    if wanted == Level::Empty {
        return Preview::Empty;
    }
    let last = Standing { balance: known.balance, tenths_of_days_left: known.lasts.tenths_of_days };
    let changed = Known { thresholds, level: level(known.level, last, thresholds), ..*known };
    match changed.worsens(now) {
        Some((at, level)) => Preview::At(at, level),
        None if known.lasts.per_day <= Rupiah(0) => Preview::Unknown,
        None if wanted > Level::Ok => Preview::Reached,
        None => Preview::NotSoon,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::billing::forecast::BalanceForecast;
    use crate::core::local_time::DAY_MS;
    use proptest::prelude::*;

    const START: UtcMillis = UtcMillis(1_800_000_000_000);

    fn known(balance: i64, per_day: i64, thresholds: Thresholds) -> Known {
        let tenths_of_days = (per_day > 0).then(|| balance * 10 / per_day);
        let lasts = BalanceForecast { per_day: Rupiah(per_day), tenths_of_days, ..BalanceForecast::default() };
        let standing = Standing { balance: Rupiah(balance), tenths_of_days_left: tenths_of_days };
        let level = level(Level::Ok, standing, thresholds);
        Known {
            balance: Rupiah(balance),
            posted: Rupiah(balance),
            full: Rupiah(balance),
            lasts,
            thresholds,
            level,
            at: START,
            until: START,
        }
    }

    fn of(rupiah: i64, days: i64) -> Thresholds {
        Thresholds { rupiah: Rupiah(rupiah), days }
    }

    #[test]
    fn a_threshold_is_reached_when_so_much_was_used() {
        let known = known(100_000, 10_000, of(50_000, 3));
        let Preview::At(at, Level::Warning) = preview(&known, of(70_000, 0), START) else { panic!("it runs down") };
        assert!(at.since(START.plus(3 * DAY_MS)).abs() < 1_000, "{at:?}");
        assert_eq!(preview(&known, of(100_000, 0), START), Preview::AtOnce(Level::Warning));
        assert_eq!(preview(&known, of(0, 12), START), Preview::AtOnce(Level::Warning), "it lasts ten days");
    }

    #[test]
    fn what_cannot_be_forecast_has_no_date() {
        assert_eq!(preview(&known(100_000, 0, of(50_000, 3)), of(60_000, 3), START), Preview::Unknown);
        assert_eq!(preview(&known(900_000, 10_000, of(50_000, 3)), of(60_000, 3), START), Preview::NotSoon);
        assert_eq!(preview(&known(0, 10_000, of(50_000, 3)), of(60_000, 3), START), Preview::Empty);
        assert_eq!(preview(&known(50_000, 400, of(90_000, 3)), of(80_000, 3), START), Preview::Reached, "below them for weeks");
    }

    proptest! {
        #[test]
        fn higher_thresholds_never_notify_later(
            balance in 1_i64..400_000, per_day in 1_000_i64..40_000, rupiah in 0_i64..300_000, more in 0_i64..100_000, days in 0_i64..10,
        ) {
            let known = known(balance, per_day, of(0, 0));
            let when = |thresholds| match preview(&known, thresholds, START) {
                Preview::AtOnce(_) => START,
                Preview::At(at, _) => at,
                Preview::NotSoon | Preview::Reached | Preview::Empty | Preview::Unknown => UtcMillis(i64::MAX),
            };
            prop_assert!(when(of(rupiah + more, days)) <= when(of(rupiah, days)) || known.level > Level::Warning);
        }

        #[test]
        fn the_present_thresholds_say_what_the_timer_waits_for(
            balance in 1_i64..400_000, per_day in 1_000_i64..40_000, rupiah in 0_i64..300_000, days in 0_i64..10,
        ) {
            let thresholds = of(rupiah, days);
            let known = known(balance, per_day, thresholds);
            let expected = known.worsens(START).map(|(at, level)| Preview::At(at, level));
            let otherwise = if known.level > Level::Ok { Preview::Reached } else { Preview::NotSoon };
            prop_assert_eq!(preview(&known, thresholds, START), expected.unwrap_or(otherwise));
        }
    }
}

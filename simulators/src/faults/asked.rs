//! A fault as somebody asks for it: in JSON over HTTP, or in words on the command line.

use super::kind::{Fault, Kind};
use domain::Serial;
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

/// L/h. A meter of a household overloads above 3,125, and the property goes on using water.
const RATES: RangeInclusive<i64> = 1..=2_000;
/// Seconds that a fault lasts, or takes to come to its full effect.
const TIMES: RangeInclusive<i64> = 1..=30 * 86_400;
/// Seconds that a clock can jump.
const MOST_JUMP: i64 = 366 * 86_400;
/// Seconds that a clock jumps if nobody says how far: an hour back.
const JUMP: i64 = -3_600;

/// Body of `POST /faults`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// Of which meter.
    pub meter: Serial,
    /// Which fault.
    pub kind: Kind,
    /// L/h, for leaks and irrigation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate_lph: Option<i64>,
    /// Seconds until it ends by itself; without, it runs until somebody ends it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub for_s: Option<i64>,
    /// Seconds in which a slow rise or a low battery comes to its full effect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub over_s: Option<i64>,
    /// Seconds that the clock goes forward, or back if negative.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_s: Option<i64>,
}

/// Why a fault cannot be had as it was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadFault {
    /// A rate of what has none.
    #[error("{0} has no rate: only leaks and irrigation have one")]
    HasNoRate(Kind),
    /// A time of what has its full effect at once.
    #[error("{0} has its full effect at once: only slow_rise and low_battery take a time to it")]
    IsAtOnce(Kind),
    /// A jump of what is no clock.
    #[error("{0} moves no clock: only clock_jump does")]
    MovesNoClock(Kind),
    /// A rate out of bounds.
    #[error("a rate is from {} to {} L/h", RATES.start(), RATES.end())]
    Rate,
    /// A time out of bounds.
    #[error("a time is from one second to 30 days")]
    Time,
    /// A jump out of bounds.
    #[error("a clock jumps by a second to 366 days, forward or back")]
    Jump,
}

impl Asked {
    /// The fault, and for how many seconds.
    ///
    /// # Errors
    /// A figure that this kind does not have, or out of its bounds.
    pub fn fault(&self) -> Result<(Fault, Option<i64>), BadFault> {
        let kind = self.kind;
        let for_s = within(self.for_s, &TIMES, BadFault::Time)?;
        if self.rate_lph.is_some() && kind.water().is_none() {
            return Err(BadFault::HasNoRate(kind));
        }
        if self.over_s.is_some() && kind.over_s().is_none() {
            return Err(BadFault::IsAtOnce(kind));
        }
        if self.by_s.is_some() && kind != Kind::ClockJump {
            return Err(BadFault::MovesNoClock(kind));
        }
        let over_s = within(self.over_s, &TIMES, BadFault::Time)?.or(kind.over_s()).unwrap_or(1);
        let fault = match (kind, kind.water()) {
            (_, Some((profile, usual))) => {
                Fault::Water { profile, rate_lph: within(self.rate_lph, &RATES, BadFault::Rate)?.unwrap_or(usual), over_s }
            }
            (Kind::LowBattery, _) => Fault::LowBattery { over_s },
            (Kind::ClockJump, _) => {
                let by_s = within(self.by_s, &(-MOST_JUMP..=MOST_JUMP), BadFault::Jump)?.unwrap_or(JUMP);
                if by_s == 0 {
                    return Err(BadFault::Jump);
                }
                Fault::ClockJump { by_s }
            }
            (Kind::Tamper, _) => Fault::Tamper,
            _ => Fault::Silence,
        };
        Ok((fault, for_s))
    }
}

fn within(given: Option<i64>, bounds: &RangeInclusive<i64>, bad: BadFault) -> Result<Option<i64>, BadFault> {
    if given.is_some_and(|given| !bounds.contains(&given)) { Err(bad) } else { Ok(given) }
}

/// Seconds of `90s`, `30m`, `2h` or `1d`; a minus in front is a time back.
///
/// # Errors
/// Anything else.
pub fn seconds(text: &str) -> Result<i64, String> {
    let bad = || format!("{text:?} is no time: write 90s, 30m, 2h or 1d");
    let unit = match text.chars().last() {
        Some('s') => 1,
        Some('m') => 60,
        Some('h') => 3_600,
        Some('d') => 86_400,
        _ => return Err(bad()),
    };
    let number: i64 = text[..text.len() - 1].parse().map_err(|_| bad())?;
    number.checked_mul(unit).ok_or_else(bad)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn asked(kind: Kind) -> Asked {
        Asked { meter: "WM-1".parse().expect("a serial"), kind, rate_lph: None, for_s: None, over_s: None, by_s: None }
    }

    #[test]
    fn every_kind_can_be_had_without_figures_and_is_itself() {
        for kind in Kind::ALL {
            let (fault, for_s) = asked(kind).fault().expect("a fault");
            assert_eq!((fault.kind(), for_s), (kind, None));
            assert_eq!(serde_json::to_value(kind).expect("JSON"), kind.as_str());
        }
    }

    #[test]
    fn a_figure_that_a_kind_does_not_have_is_refused() {
        let rate = Asked { rate_lph: Some(5), ..asked(Kind::Silence) };
        assert_eq!(rate.fault(), Err(BadFault::HasNoRate(Kind::Silence)));
        let over = Asked { over_s: Some(5), ..asked(Kind::Drip) };
        assert_eq!(over.fault(), Err(BadFault::IsAtOnce(Kind::Drip)));
        let by = Asked { by_s: Some(5), ..asked(Kind::Tamper) };
        assert_eq!(by.fault(), Err(BadFault::MovesNoClock(Kind::Tamper)));
        let still = Asked { by_s: Some(0), ..asked(Kind::ClockJump) };
        assert_eq!(still.fault(), Err(BadFault::Jump));
        assert!(serde_json::from_str::<Asked>(r#"{"meter":"WM-1","kind":"drip","rate":5}"#).is_err(), "no such field");
        assert!(serde_json::from_str::<Asked>(r#"{"meter":"W/1","kind":"drip"}"#).is_err(), "no serial");
        assert!(serde_json::from_str::<Asked>(r#"{"meter":"WM-1","kind":"flood"}"#).is_err(), "no such kind");
    }

    proptest! {
        #[test]
        fn figures_are_taken_within_their_bounds_only(
            rate in -100_i64..4_000, for_s in -86_400_i64..60 * 86_400, over_s in -86_400_i64..60 * 86_400, by_s in -2 * MOST_JUMP..2 * MOST_JUMP
        ) {
            let taken = |asked: Asked| asked.fault().is_ok();
            prop_assert_eq!(taken(Asked { rate_lph: Some(rate), ..asked(Kind::Burst) }), RATES.contains(&rate));
            prop_assert_eq!(taken(Asked { for_s: Some(for_s), ..asked(Kind::Silence) }), TIMES.contains(&for_s));
            prop_assert_eq!(taken(Asked { over_s: Some(over_s), ..asked(Kind::LowBattery) }), TIMES.contains(&over_s));
            let jumps = by_s != 0 && (-MOST_JUMP..=MOST_JUMP).contains(&by_s);
            prop_assert_eq!(taken(Asked { by_s: Some(by_s), ..asked(Kind::ClockJump) }), jumps);
        }

        #[test]
        fn a_time_is_read_as_it_is_meant(number in -10_000_i64..10_000) {
            for (unit, one) in [("s", 1), ("m", 60), ("h", 3_600), ("d", 86_400)] {
                prop_assert_eq!(seconds(&format!("{number}{unit}")), Ok(number * one));
            }
        }

        #[test]
        fn no_text_makes_the_reader_of_times_panic(text: String) {
            let _ = seconds(&text);
        }
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for bad in ["", "h", "2", "2 h", "1.5h", "2hours", "9223372036854775807d", "2µ"] {
            assert!(seconds(bad).is_err(), "{bad}");
        }
    }
}

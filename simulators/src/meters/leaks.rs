//! Leaks, as a meter's minutes show them: for the demo, and for judging the rules that look for them (docs/DETECTION.md).

use super::dice::Dice;
use serde::{Deserialize, Serialize};

/// Minutes of a day.
const DAY: i64 = 1_440;

/// How a leak runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Profile {
    /// A cistern whose flapper does not close: refilled by the same volume every so often.
    Toilet,
    /// A tap, a joint or a pipe: always the same, give or take a few per cent with the pressure.
    Steady,
    /// A joint that gives way: from nothing to its full rate within so many days.
    SlowRise,
    /// A pipe or hose that has burst.
    Burst,
    /// A garden that a timer waters every day at the same hour. It is no leak: what looks for leaks has to leave it alone.
    Irrigation,
}

/// Days in which a slow leak comes to its full rate.
pub const RISE_DAYS: i64 = 5;

/// Minutes of each day for which a garden is watered.
pub const IRRIGATION_MINUTES: i64 = 40;

/// A leak, or what looks like one.
#[derive(Clone, Debug)]
pub struct Leak {
    /// How it runs.
    pub profile: Profile,
    /// Its full rate, mL/h; of irrigation the rate while it is on.
    pub rate: i64,
    dice: Dice,
    /// Minutes in which a slow rise comes to its full rate.
    rises_in: i64,
    /// What a refill takes, mL; the refills of one cistern are alike within some per cent.
    refill: f64,
    owed: f64,
    next_refill: f64,
}

impl Leak {
    /// A leak of a profile and rate; the seed decides what is left open.
    pub fn new(profile: Profile, rate: i64, seed: u64) -> Self {
        let mut dice = Dice::new(seed, 0x1EA4);
        // The fill valve opens when the level has fallen by some centimetres: half a litre to two and a half. A leak so small that this
        // would take an hour lets only the float valve dribble.
        let refill = dice.between(500.0, 2_500.0).min(rate as f64);
        Self { profile, rate, next_refill: refill, refill, owed: 0.0, dice, rises_in: RISE_DAYS * DAY }
    }

    /// The same, which comes to its full rate within so many minutes if it rises slowly.
    pub fn rising_in(self, minutes: i64) -> Self {
        Self { rises_in: minutes.max(1), ..self }
    }

    /// What runs away in its `minute`-th minute, mL. Minutes have to be asked for in order.
    pub fn next_minute(&mut self, minute: i64) -> i64 {
        let rate = self.rate as f64 / 60.0;
        self.owed += match self.profile {
            Profile::SlowRise => rate * (minute as f64 / self.rises_in as f64).min(1.0),
            Profile::Irrigation if minute.rem_euclid(DAY) >= IRRIGATION_MINUTES => 0.0,
            _ => rate * self.dice.between(0.94, 1.06),
        };
        let gives = match self.profile {
            Profile::Toilet if self.owed < self.next_refill => 0.0,
            Profile::Toilet => {
                self.next_refill = self.refill * self.dice.between(0.92, 1.08);
                self.owed
            }
            _ => self.owed,
        };
        let whole = gives.floor();
        self.owed -= whole;
        whole as i64
    }

    /// The minute from which on it has a rate, in mL/h: later than the first only for a slow rise.
    pub fn reaches(&self, rate: i64) -> i64 {
        match self.profile {
            Profile::SlowRise => self.rises_in * rate.min(self.rate) / self.rate.max(1),
            _ => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn runs(leak: &mut Leak, from: i64, minutes: i64) -> i64 {
        (from..from + minutes).map(|minute| leak.next_minute(minute)).sum()
    }

    proptest! {
        #[test]
        fn every_profile_comes_to_its_rate(
            profile in prop::sample::select(vec![Profile::Toilet, Profile::Steady, Profile::SlowRise, Profile::Burst]),
            rate in 2_000_i64..=2_000_000, seed: u64, rises_in in 1_i64..=10 * DAY
        ) {
            let mut leak = Leak::new(profile, rate, seed).rising_in(rises_in);
            let rising = if profile == Profile::SlowRise { rises_in } else { 0 };
            let first = runs(&mut leak, 0, rising);
            prop_assert!((first - rate * rising / 120).abs() <= rate / 60 + rate * rising / 1_000, "{first} while it rises");
            let day = runs(&mut leak, rising, DAY);
            // A cistern may owe a refill, or have given the one before in this day.
            prop_assert!((day - rate * 24).abs() <= rate * 24 / 50 + 3_000, "{day} in a day");
        }

        #[test]
        fn a_garden_is_watered_at_its_rate_for_its_minutes_and_no_longer(rate in 60_000_i64..=2_000_000, seed: u64) {
            let mut garden = Leak::new(Profile::Irrigation, rate, seed);
            for day in 0..3 {
                let on = runs(&mut garden, day * DAY, IRRIGATION_MINUTES);
                prop_assert!((on - rate * IRRIGATION_MINUTES / 60).abs() <= rate * IRRIGATION_MINUTES / 60 / 20, "{on}");
                prop_assert_eq!(runs(&mut garden, day * DAY + IRRIGATION_MINUTES, DAY - IRRIGATION_MINUTES), 0);
            }
        }

        #[test]
        fn a_seed_gives_the_same_minutes_and_no_minute_takes_water_back(rate in 1_000_i64..=2_000_000, seed: u64) {
            for profile in [Profile::Toilet, Profile::Steady, Profile::SlowRise, Profile::Burst, Profile::Irrigation] {
                let minutes = || {
                    let mut leak = Leak::new(profile, rate, seed);
                    (0..300).map(|minute| leak.next_minute(minute)).collect::<Vec<_>>()
                };
                prop_assert_eq!(minutes(), minutes());
                prop_assert!(minutes().iter().all(|ml| *ml >= 0));
            }
        }
    }

    #[test]
    fn a_flapper_pauses_and_a_drip_does_not() {
        let dry = |profile| {
            let mut leak = Leak::new(profile, 10_000, 3);
            (0..DAY).filter(|minute| leak.next_minute(*minute) == 0).count()
        };
        assert!(dry(Profile::Toilet) > 1_100 && dry(Profile::Steady) == 0);
    }
}

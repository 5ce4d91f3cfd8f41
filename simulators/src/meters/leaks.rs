//! Leaks, as a meter's minutes show them: for the demo, and for judging the rules that look for them (docs/DETECTION.md).

use super::dice::Dice;

/// How a leak runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Profile {
    /// A cistern whose flapper does not close: refilled by the same volume every so often.
    Toilet,
    /// A tap, a joint or a pipe: always the same, give or take a few per cent with the pressure.
    Steady,
    /// A joint that gives way: from nothing to its full rate within so many days.
    SlowRise,
    /// A pipe or hose that has burst.
    Burst,
}

/// Days in which a slow leak comes to its full rate.
pub const RISE_DAYS: i64 = 5;

/// A leak.
#[derive(Clone, Debug)]
pub struct Leak {
    /// How it runs.
    pub profile: Profile,
    /// Its full rate, mL/h.
    pub rate: i64,
    dice: Dice,
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
        Self { profile, rate, next_refill: refill, refill, owed: 0.0, dice }
    }

    /// What runs away in its `minute`-th minute, mL. Minutes have to be asked for in order.
    pub fn next_minute(&mut self, minute: i64) -> i64 {
        let rate = self.rate as f64 / 60.0;
        self.owed += match self.profile {
            Profile::SlowRise => rate * (minute as f64 / (RISE_DAYS * 1_440) as f64).min(1.0),
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
            Profile::SlowRise => RISE_DAYS * 1_440 * rate.min(self.rate) / self.rate.max(1),
            _ => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_profile_comes_to_its_rate() {
        for (profile, rate) in
            [(Profile::Toilet, 9_000), (Profile::Steady, 2_000), (Profile::SlowRise, 50_000), (Profile::Burst, 300_000)]
        {
            let mut leak = Leak::new(profile, rate, 7);
            let first: i64 = (0..RISE_DAYS * 1_440).map(|minute| leak.next_minute(minute)).sum();
            let day: i64 = (RISE_DAYS * 1_440..(RISE_DAYS + 1) * 1_440).map(|minute| leak.next_minute(minute)).sum();
            assert!((day - rate * 24).abs() < rate * 24 / 20, "{profile:?}: {day}");
            let part = if profile == Profile::SlowRise { 2 } else { 1 };
            assert!((first - rate * 24 * RISE_DAYS / part).abs() < rate * 24 / 4, "{profile:?}: {first}");
        }
    }

    #[test]
    fn a_flapper_pauses_and_a_drip_does_not() {
        let dry = |profile| {
            let mut leak = Leak::new(profile, 10_000, 3);
            (0..1_440).filter(|minute| leak.next_minute(*minute) == 0).count()
        };
        assert!(dry(Profile::Toilet) > 1_100 && dry(Profile::Steady) == 0);
    }
}

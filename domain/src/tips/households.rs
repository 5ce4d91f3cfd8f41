//! Invented households by the hour, the same in each run, for the tests of advice: who lives there, what they do by day, and what goes wrong.

use crate::core::local_time::{DAY_MS, HOUR_MS};
use crate::metering::reading::DayUse;
use crate::metering::reading::rollup::HourUse;
use crate::{LocalDay, Millilitres};

/// Days of a household.
pub(super) const DAYS: i32 = 70;

/// The first of them, a Monday.
pub(super) const FIRST: LocalDay = LocalDay(20_423);

const LITRE: i64 = 1_000;

/// What goes wrong, from some day 16 to 40 days before the last on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wrong {
    /// Nothing.
    Nothing,
    /// The garden is watered at night, every night or every other.
    GardenAtNight,
    /// Everybody bathes twice as long.
    LongerBaths,
    /// A flapper leaks.
    SteadyFlow,
}

/// Numbers that follow from a seed, by splitmix64.
pub(super) struct Dice(u64);

impl Dice {
    /// The numbers of a seed; the same ones each time.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mix = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mix = (mix ^ (mix >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mix ^ (mix >> 31)
    }

    /// One of `low` to `high`.
    pub const fn between(&mut self, low: i64, high: i64) -> i64 {
        low + (self.next() % (high - low + 1) as u64) as i64
    }

    const fn hour(&mut self, low: i64, high: i64) -> usize {
        self.between(low, high) as usize
    }

    const fn is_one_in(&mut self, of: u64) -> bool {
        self.next().is_multiple_of(of)
    }
}

/// Who lives there, and what they have.
struct Home {
    persons: i64,
    flush: i64,
    shower: i64,
    tap: i64,
    kitchen: i64,
    wash_every: i64,
    wash: i64,
    has_garden: bool,
    garden: i64,
}

impl Home {
    const fn new(dice: &mut Dice) -> Self {
        Self {
            persons: dice.between(1, 6),
            flush: dice.between(5, 9) * LITRE,
            shower: dice.between(20, 55) * LITRE,
            tap: dice.between(15, 35) * LITRE,
            kitchen: dice.between(20, 60) * LITRE,
            wash_every: dice.between(1, 4),
            wash: dice.between(60, 130) * LITRE,
            has_garden: dice.between(1, 3) == 1,
            garden: dice.between(20, 80) * LITRE,
        }
    }

    /// A person's day.
    fn person(&self, dice: &mut Dice, hours: &mut [i64; 24], baths: i64) {
        for _ in 0..dice.between(4, 6) {
            hours[dice.hour(5, 22)] += self.flush;
        }
        if dice.is_one_in(3) {
            hours[dice.hour(0, 4)] += self.flush;
        }
        for (low, high) in [(5, 7), (16, 19)] {
            if !dice.is_one_in(8) {
                let hour = dice.hour(low, high);
                hours[hour] += self.shower * dice.between(70, 130) / 100 * baths;
            }
        }
        if dice.is_one_in(60) {
            hours[dice.hour(0, 4)] += self.shower;
        }
        for _ in 0..8 {
            hours[dice.hour(5, 22)] += self.tap / 8;
        }
    }

    /// What a household does together.
    fn together(&self, dice: &mut Dice, hours: &mut [i64; 24], day: i64) {
        let is_weekend = day % 7 >= 5;
        for hour in [6, 11, 18] {
            hours[hour] += self.kitchen * dice.between(60, 140) / 300;
        }
        if day % self.wash_every == 0 || (is_weekend && dice.is_one_in(2)) {
            hours[dice.hour(6, 10)] += self.wash;
        }
        if self.has_garden && !dice.is_one_in(4) {
            hours[dice.hour(16, 17)] += self.garden;
        }
        if is_weekend {
            let hour = dice.hour(8, 15);
            hours[hour] += dice.between(0, 60) * LITRE;
        }
    }
}

/// The days of a household. One in 40 it is away, one in 25 it has guests.
pub(super) fn household(seed: u64, wrong: Wrong) -> Vec<(LocalDay, DayUse)> {
    let mut dice = Dice::new(seed * 7_919 + 13);
    let home = Home::new(&mut dice);
    let begins = i64::from(DAYS) - if wrong == Wrong::Nothing { 0 } else { dice.between(16, 40) };
    let (at, much, every) = (dice.hour(0, 3), dice.between(100, 400) * LITRE, dice.between(1, 2));
    let rate = dice.between(4, 40) * LITRE;
    let mut days = Vec::new();
    for day in 0..i64::from(DAYS) {
        let mut hours = [0; 24];
        let goes_wrong = |of: Wrong| wrong == of && day >= begins;
        let is_away = dice.is_one_in(40);
        let guests = if dice.is_one_in(25) { dice.between(1, 2) } else { 0 };
        let people = if is_away { 0 } else { home.persons + guests };
        for _ in 0..people {
            home.person(&mut dice, &mut hours, if goes_wrong(Wrong::LongerBaths) { 2 } else { 1 });
        }
        if people > 0 {
            home.together(&mut dice, &mut hours, day);
        }
        if goes_wrong(Wrong::GardenAtNight) && day % every == 0 {
            hours[at] += much * dice.between(80, 120) / 100;
        }
        if goes_wrong(Wrong::SteadyFlow) {
            for hour in &mut hours {
                *hour += rate * dice.between(90, 110) / 100;
            }
        }
        days.push((FIRST.plus(day as i32), measured(hours)));
    }
    days
}

/// A day of which every hour was measured.
pub(super) fn measured(hours: [i64; 24]) -> DayUse {
    let hours = hours.map(|volume| HourUse { volume: Millilitres(volume), covered_ms: HOUR_MS });
    DayUse { volume: hours.iter().map(|hour| hour.volume).sum(), covered_ms: DAY_MS, hours }
}

//! Invented households, minute by minute, with the uses that look like leaks and are none: guests, hoses, pools, washing at night, holidays,
//! irrigation by a timer, a storage tank behind a float valve, a shop that uses water all day.

use super::dice::Dice;

/// Minutes of a day.
const DAY: usize = 1_440;

/// A tank between the meter and the house, as many Indonesian houses have (tandon): a float valve fills it when it has fallen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tank {
    /// mL.
    pub volume: f64,
    /// At which part the float valve opens.
    pub opens_at: f64,
    /// mL a minute.
    pub fills: f64,
}

/// A household's people and habits.
#[derive(Clone, Debug)]
pub struct Household {
    seed: u64,
    /// Who lives here.
    pub people: usize,
    /// Multiplies how often water is used: 0.6 to 1.6.
    thrift: f64,
    wakes: f64,
    sleeps: f64,
    /// Whether the washing machine runs at two in the night.
    pub washes_at_night: bool,
    /// Days in a hundred with the garden hose on, if there is a garden; at which minute, mL a minute.
    pub garden: Option<(f64, f64, f64)>,
    /// Each night by a timer: at which minute, for how many, mL a minute.
    pub irrigation: Option<(usize, usize, f64)>,
    /// Whether a pool is filled now and then.
    pub has_pool: bool,
    /// A storage tank, if there is one.
    pub tank: Option<Tank>,
    /// A shop: somebody uses water nearly every minute of its opening hours.
    pub is_shop: bool,
}

impl Household {
    /// The `index`-th household of a seed. Each kind comes among any fifty; who is which depends on the seed.
    pub fn new(seed: u64, index: u64) -> Self {
        let mut dice = Dice::new(seed, index);
        let kind = (index + seed) % 50;
        let garden = (kind % 4 == 1).then(|| {
            let at = if dice.chance(0.5) { dice.between(345.0, 420.0) } else { dice.between(960.0, 1_060.0) };
            (dice.between(20.0, 90.0), at, dice.between(7_000.0, 16_000.0))
        });
        let irrigation = (kind % 10 == 3).then(|| {
            let (at, length) = (dice.between(30.0, 290.0) as usize, dice.between(15.0, 90.0) as usize);
            (at, length, dice.between(1_500.0, 12_000.0))
        });
        let tank = (kind % 25 == 6).then(|| Tank {
            volume: dice.between(350_000.0, 1_100_000.0),
            opens_at: dice.between(0.5, 0.85),
            fills: dice.between(9_000.0, 20_000.0),
        });
        Self {
            people: if kind == 49 { 9 } else { 1 + (index as usize % 6) },
            thrift: dice.between(0.6, 1.6),
            wakes: dice.between(270.0, 400.0),
            sleeps: dice.between(1_260.0, 1_410.0),
            washes_at_night: kind % 7 == 2,
            has_pool: kind % 12 == 5,
            is_shop: kind == 40,
            garden,
            irrigation,
            tank,
            seed: dice.draw(),
        }
    }

    /// What it uses in each minute of so many days, mL, from a local midnight on.
    pub fn minutes(&self, days: usize) -> Vec<i64> {
        let mut all = vec![0.0; days * DAY];
        let mut calendar = Dice::new(self.seed, 1);
        let (mut away, mut guests, mut with_guests) = (0, 0, 0);
        for (day, minutes) in all.chunks_mut(DAY).enumerate() {
            if away > 0 {
                away -= 1;
                self.timed(&mut Dice::new(self.seed, 1_000 + day as u64), minutes);
                continue;
            }
            // Away once in half a year, guests once in two months.
            if !self.is_shop && calendar.chance(1.0 / 180.0) {
                away = calendar.between(2.0, 14.0) as usize;
            }
            if guests == 0 && calendar.chance(1.0 / 60.0) {
                (guests, with_guests) = (calendar.between(1.0, 7.0) as usize, calendar.between(1.0, 5.0) as usize);
            }
            let here = self.people + if guests > 0 { with_guests } else { 0 };
            let mut dice = Dice::new(self.seed, 1_000 + day as u64);
            self.timed(&mut dice, minutes);
            self.day(&mut dice, minutes, here, guests > 0);
            guests = guests.saturating_sub(1);
        }
        if self.has_pool {
            self.pool(&mut calendar, &mut all);
        }
        all.into_iter().map(|ml| ml.round() as i64).collect()
    }

    /// What goes on whether somebody is there or not.
    fn timed(&self, dice: &mut Dice, minutes: &mut [f64]) {
        if let Some((at, length, flow)) = self.irrigation {
            let flow = flow * dice.between(0.96, 1.04);
            minutes[at..at + length].iter_mut().for_each(|minute| *minute += flow);
        }
    }

    fn day(&self, dice: &mut Dice, minutes: &mut [f64], people: usize, late: bool) {
        let up = self.wakes + dice.between(-30.0, 45.0);
        let down = self.sleeps + if late { dice.between(0.0, 170.0) } else { dice.between(-20.0, 40.0) };
        let down = down.min(1_439.0);
        for _ in 0..people {
            // Toilet: 6 to 9 L, five to six times a day, and in one night of three once at night.
            for _ in 0..dice.times(5.5 * self.thrift.sqrt()) {
                let at = dice.between(up, down);
                pour(minutes, at, dice.between(6_000.0, 9_000.0), 7_000.0);
            }
            if dice.chance(0.33) {
                pour(minutes, dice.between(0.0, up), dice.between(5_000.0, 9_000.0), 7_000.0);
                pour(minutes, dice.between(0.0, up), dice.between(300.0, 1_500.0), 4_000.0);
            }
            // Shower or mandi, in the morning and toward evening; taps; the kitchen.
            for (from, to, chance) in [(up, up + 120.0, 0.9), (960.0, down, 0.8)] {
                if dice.chance(chance) {
                    let flow = dice.between(5_000.0, 10_000.0);
                    pour(minutes, dice.between(from, to), flow * dice.between(3.0, 10.0) * self.thrift, flow);
                }
            }
            for _ in 0..dice.times(14.0 * self.thrift) {
                pour(minutes, dice.between(up, down), dice.by_ratio(150.0, 4_000.0), dice.between(2_000.0, 6_000.0));
            }
        }
        for _ in 0..dice.times(3.0 + people as f64) {
            pour(minutes, dice.between(up, down), dice.by_ratio(1_000.0, 15_000.0), dice.between(3_000.0, 7_000.0));
        }
        if dice.chance((0.15 + 0.12 * people as f64).min(0.95)) {
            let at = if self.washes_at_night { 115.0 + dice.between(0.0, 20.0) } else { dice.between(up, down - 100.0) };
            for (fill, after) in [0.0, 28.0, 41.0, 54.0].into_iter().enumerate() {
                pour(minutes, at + after, dice.between(11_000.0, 17_000.0) + if fill == 0 { 6_000.0 } else { 0.0 }, 9_000.0);
            }
        }
        if let Some((percent, at, flow)) = self.garden
            && dice.chance(percent / 100.0)
        {
            pour(minutes, at + dice.between(-35.0, 35.0), flow * dice.between(15.0, 65.0), flow * dice.between(0.9, 1.1));
        }
        if self.is_shop {
            for minute in minutes.iter_mut().take(1_320).skip(480) {
                *minute += if dice.chance(0.8) { dice.between(400.0, 4_500.0) } else { 0.0 };
            }
        }
    }

    /// A pool of 6 to 10 m³ is filled by the hose, twice a year, over a day.
    fn pool(&self, dice: &mut Dice, all: &mut [f64]) {
        let days = all.len() / DAY;
        for day in 0..days {
            if dice.chance(1.0 / 180.0) {
                let (at, flow) = (day * DAY + dice.between(420.0, 720.0) as usize, dice.between(11_000.0, 18_000.0));
                let length = (dice.between(6_000_000.0, 10_000_000.0) / flow) as usize;
                let end = (at + length).min(all.len());
                all[at..end].iter_mut().for_each(|minute| *minute += flow);
            }
        }
    }
}

impl Tank {
    /// What flows into a tank from which this is taken, mL for each minute.
    pub fn before(&self, taken: &[i64]) -> Vec<i64> {
        let (mut level, mut filling, mut rest) = (self.volume, false, 0.0);
        let inflow = |taken: &i64| {
            level -= *taken as f64;
            filling = level < self.volume * self.opens_at || filling && level < self.volume;
            // The float throttles over the last hundredth.
            let full = (self.volume - level) / (self.volume * 0.01);
            let flow = if filling { (self.fills * full.clamp(0.1, 1.0)).min((self.volume - level).max(0.0)) } else { 0.0 };
            level += flow;
            rest += flow;
            let whole = f64::floor(rest);
            rest -= whole;
            whole as i64
        };
        taken.iter().map(inflow).collect()
    }
}

/// Spreads a volume over minutes from a minute on, at a flow.
fn pour(minutes: &mut [f64], at: f64, volume: f64, flow: f64) {
    let (mut left, mut at) = (volume, at.max(0.0));
    while left > 0.0 {
        let Some(minute) = minutes.get_mut(at as usize) else { return };
        let gives = (flow * (at.floor() + 1.0 - at)).min(left);
        *minute += gives;
        left -= gives.max(1.0);
        at = at.floor() + 1.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn households_use_what_households_use() {
        for index in 0..50 {
            let household = Household::new(1, index);
            let litres = household.minutes(60).iter().sum::<i64>() / 60 / 1_000 / household.people as i64;
            let most = if household.is_shop || household.garden.is_some() || household.has_pool || household.irrigation.is_some()
            {
                3_000
            } else {
                320
            };
            assert!((50..most).contains(&litres), "{index}: {litres} L a person and day");
        }
    }

    #[test]
    fn what_leaves_a_tank_has_flowed_into_it() {
        let tank = Tank { volume: 500_000.0, opens_at: 0.7, fills: 12_000.0 };
        let taken = Household::new(3, 2).minutes(20);
        let filled = tank.before(&taken);
        let (taken, into): (i64, i64) = (taken.iter().sum(), filled.iter().sum());
        assert!((taken - into).abs() <= 300_000, "{taken} {into}");
        assert!(filled.iter().all(|ml| *ml <= 12_001));
    }
}

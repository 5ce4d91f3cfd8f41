//! A household as its meter shows it: at intervals, by a register that steps.

use domain::core::local_time::MINUTE_MS;
use domain::leaks::{Interval, Source};
use domain::metering::meter::Valve;
use domain::{LocalDay, Millilitres, TimeZone, UtcMillis};
use simulators::meters::households::{Household, Tank};

/// The zone of all households here.
pub const ZONE: TimeZone = TimeZone::Jakarta;

/// The local day on which invented households begin: 5 January 2026.
const FIRST_DAY: i64 = 20_458;

/// How a meter reports.
#[derive(Clone, Copy, Debug)]
pub struct Grid {
    /// From one reading to the next.
    pub minutes: i64,
    /// Of the register, mL.
    pub step: i64,
}

/// A household's use.
pub struct Meter {
    /// For people.
    pub name: String,
    /// The local day of the first minute.
    first: i64,
    /// mL.
    minutes: Vec<i64>,
    /// For each day.
    monitored: Vec<bool>,
    /// What was used before each minute, mL.
    before: Vec<i64>,
    /// The tank that leaks run behind.
    tank: Option<Tank>,
}

impl Meter {
    pub fn new(name: String, first: i64, minutes: Vec<i64>, monitored: Vec<bool>) -> Self {
        let before = sums(&minutes);
        Self { name, first, minutes, monitored, before, tank: None }
    }

    /// An invented one. `behind`: its leaks are behind its tank.
    pub fn invented(index: usize, household: &Household, days: usize, behind: bool) -> Self {
        let taken = household.minutes(days);
        let minutes = household.tank.filter(|_| !behind).map_or_else(|| taken.clone(), |tank| tank.before(&taken));
        let mut meter = Self::new(format!("{index}: {household:?}"), FIRST_DAY, minutes, vec![true; days]);
        if behind {
            meter.tank = household.tank;
            meter.before = sums(&household.tank.map_or(taken.clone(), |tank| tank.before(&taken)));
        }
        meter
    }

    pub fn days(&self) -> i64 {
        self.monitored.len() as i64
    }

    /// The local day that is the `day`-th of it.
    pub fn local_day(&self, day: i64) -> LocalDay {
        LocalDay((self.first + day) as i32)
    }

    /// What was used on its `day`-th day, mL.
    pub fn used_on(&self, day: i64) -> i64 {
        let sum = |minute: i64| self.before.get(minute as usize).copied().unwrap_or_default();
        sum((day + 1) * 1_440) - sum(day * 1_440)
    }

    /// Days that were measured, from a day on.
    pub fn measured_from(&self, day: i64) -> i64 {
        self.monitored.iter().skip(day as usize).filter(|monitored| **monitored).count() as i64
    }

    pub fn is_measured(&self, day: i64) -> bool {
        self.monitored.get(day as usize).copied().unwrap_or(false)
    }

    /// The sums before each minute with a leak that gives these volumes from a minute on.
    pub fn with_leak(&self, start: i64, leak: &[i64]) -> Vec<i64> {
        let range = start as usize..(start as usize + leak.len()).min(self.minutes.len());
        let mut minutes: Vec<i64> = self.minutes[..range.end].to_vec();
        minutes[range].iter_mut().zip(leak).for_each(|(minute, more)| *minute += more);
        // A tank's level depends on what was taken before: it has to be followed from the beginning.
        sums(&self.tank.map_or(minutes.clone(), |tank| tank.before(&minutes)))
    }

    /// Sums before each minute.
    pub fn sums(&self) -> &[i64] {
        &self.before
    }

    /// The `number`-th interval of a grid over such sums; `None` behind their end. `Err` if it was not measured.
    pub fn interval(&self, grid: Grid, sums: &[i64], number: i64) -> Option<Result<Interval, ()>> {
        // Meters do not report on the hour.
        let from = number * grid.minutes + grid.minutes * 2 / 5;
        let to = from + grid.minutes;
        let register = |minute: i64| Some((sums.get(minute as usize)? + grid.step / 3) / grid.step * grid.step);
        let (begin, end) = (register(from)?, register(to)?);
        if !self.is_measured(from / 1_440) || !self.is_measured((to - 1) / 1_440) {
            return Some(Err(()));
        }
        let at = |minute: i64| UtcMillis((self.first * 1_440 + minute) * MINUTE_MS).plus(-ZONE.offset_ms());
        let volume = Millilitres(end - begin);
        Some(Ok(Interval { from: at(from), to: at(to), volume, valve: Valve::Open, source: Source::Meter }))
    }

    /// The minute of an instant.
    pub fn minute_of(&self, at: UtcMillis) -> i64 {
        at.plus(ZONE.offset_ms()).0 / MINUTE_MS - self.first * 1_440
    }
}

fn sums(minutes: &[i64]) -> Vec<i64> {
    let mut sum = 0;
    let add = |ml: &i64| {
        sum += ml;
        sum
    };
    std::iter::once(0).chain(minutes.iter().map(add)).collect()
}

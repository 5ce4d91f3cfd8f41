//! What was found, how late, and how often there was nothing.

use std::collections::BTreeMap;

/// The size of a leak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    From2,
    From5,
    From10,
    From30,
    From100,
    /// 10 to 12 % of Q3.
    SmallBurst,
    /// 40 to 80 % of Q3.
    LargeBurst,
}

impl Class {
    pub const SIZES: [Self; 5] = [Self::From2, Self::From5, Self::From10, Self::From30, Self::From100];
    pub const BURSTS: [Self; 2] = [Self::SmallBurst, Self::LargeBurst];

    /// mL/h.
    pub const fn range(self) -> (f64, f64) {
        match self {
            Self::From2 => (2_000.0, 5_000.0),
            Self::From5 => (5_000.0, 10_000.0),
            Self::From10 => (10_000.0, 30_000.0),
            Self::From30 => (30_000.0, 100_000.0),
            Self::From100 => (100_000.0, 300_000.0),
            Self::SmallBurst => (250_000.0, 300_000.0),
            Self::LargeBurst => (1_000_000.0, 2_000_000.0),
        }
    }

    pub const fn name(self) -> &'static str {
        match self {
            Self::From2 => "2–5 L/h",
            Self::From5 => "5–10 L/h",
            Self::From10 => "10–30 L/h",
            Self::From30 => "30–100 L/h",
            Self::From100 => "100–300 L/h",
            Self::SmallBurst => "burst 250–300 L/h",
            Self::LargeBurst => "burst 1–2 m³/h",
        }
    }

    /// Whether issue 17 asks for it to be found within 26 hours.
    pub fn is_due(self) -> bool {
        self >= Self::From10
    }

    pub fn is_burst(self) -> bool {
        self >= Self::SmallBurst
    }
}

/// The result of a detector on a grid.
pub struct Score {
    pub name: &'static str,
    /// Delays in minutes, `None` where a leak was not found while it ran.
    pub leaks: BTreeMap<Class, Vec<Option<i64>>>,
    pub false_alarms: BTreeMap<&'static str, usize>,
    days: i64,
}

impl Score {
    pub fn new(name: &'static str) -> Self {
        Self { name, leaks: BTreeMap::new(), false_alarms: BTreeMap::new(), days: 0 }
    }

    pub fn false_alarm(&mut self, rule: &'static str) {
        *self.false_alarms.entry(rule).or_insert(0) += 1;
    }

    pub fn observed(&mut self, days: i64) {
        self.days += days;
    }

    pub fn leak(&mut self, class: Class, delay: Option<i64>) {
        self.leaks.entry(class).or_default().push(delay);
    }

    pub fn years(&self) -> f64 {
        self.days as f64 / 365.25
    }

    pub fn per_year(&self) -> f64 {
        self.false_alarms.values().sum::<usize>() as f64 / self.years().max(f64::MIN_POSITIVE)
    }

    /// The part of some classes' leaks that was found within so many minutes.
    pub fn within(&self, of: impl Fn(Class) -> bool, minutes: i64) -> f64 {
        let delays: Vec<_> = self.leaks.iter().filter(|(class, _)| of(**class)).flat_map(|(_, delays)| delays).collect();
        let found = delays.iter().filter(|delay| delay.is_some_and(|delay| delay <= minutes)).count();
        found as f64 / delays.len().max(1) as f64
    }

    /// The part of all leaks that was found while they ran.
    pub fn recall(&self) -> f64 {
        self.within(|_| true, i64::MAX)
    }

    /// The part of the alarms that is right where a household has one leak a year.
    pub fn precision(&self) -> f64 {
        let right = self.recall();
        if right > 0.0 { right / (right + self.per_year()) } else { 0.0 }
    }

    /// F1 where a household has one leak a year.
    pub fn f1(&self) -> f64 {
        harmonic(self.precision(), self.recall())
    }

    /// F1 as the run has it: with all of its leaks and false alarms.
    pub fn f1_of_run(&self) -> f64 {
        let found = self.leaks.values().flatten().flatten().count() as f64;
        let all = found + self.false_alarms.values().sum::<usize>() as f64;
        harmonic(if all > 0.0 { found / all } else { 0.0 }, self.recall())
    }

    /// The middle delay of a class, and that of 95 in 100, in minutes; of leaks that were found.
    pub fn delays(&self, class: Class) -> Option<(i64, i64)> {
        let mut found: Vec<i64> = self.leaks.get(&class)?.iter().flatten().copied().collect();
        found.sort_unstable();
        Some((*found.get(found.len() / 2)?, *found.get(found.len() * 95 / 100)?))
    }
}

fn harmonic(a: f64, b: f64) -> f64 {
    if a + b > 0.0 { 2.0 * a * b / (a + b) } else { 0.0 }
}

//! Families that are made of the real flat's days: each member lives another part of its 240 days again, by the minute, and something goes wrong
//! in them that is known.

use domain::core::local_time::{DAY_MS, HOUR_MS, MINUTE_MS};
use domain::metering::reading::DayUse;
use domain::metering::reading::rollup::HourUse;
use domain::patterns::{Cistern, DayDraws, Patterns, Series, analyse};
use domain::{LocalDay, Millilitres, TimeZone};
use fastrand::Rng;
use flate2::read::GzDecoder;
use std::collections::BTreeMap;
use std::ops::Range;

const REAL: &[u8] = include_bytes!("../data/household-2019.csv.gz");

/// Days of a family.
pub const DAYS: usize = 84;

/// The first of them, a Monday.
pub const FIRST: LocalDay = LocalDay(20_423);

/// Where they live.
pub const ZONE: TimeZone = TimeZone::Jakarta;

/// Minutes of a day.
pub const MINUTES: usize = 1_440;

/// Naples is an hour ahead of UTC, two in summer; the hour in winter will do for a day's rhythm.
const NAPLES_MIN: i64 = 60;

/// What each minute of a day uses, mL.
pub type Minutes = Vec<i64>;

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wrong {
    /// A flapper does not close: it runs all the time, or the cistern fills again and again.
    Flapper,
    /// Everybody's showers are twice as long.
    LongerShowers,
    /// A garden is watered between 00.00 and 04.00.
    GardenAtNight,
}

impl Wrong {
    /// All of it.
    pub const ALL: [Self; 3] = [Self::Flapper, Self::LongerShowers, Self::GardenAtNight];
}

/// The real flat's monitored days, in their order.
pub struct Flat {
    days: Vec<(LocalDay, Minutes)>,
}

impl Flat {
    /// Reads them.
    pub fn read() -> Self {
        let mut days: BTreeMap<LocalDay, Minutes> = BTreeMap::new();
        for row in csv::Reader::from_reader(GzDecoder::new(REAL)).deserialize::<(i64, i64)>() {
            let (minute, ml) = row.expect("a row");
            let minute = minute + NAPLES_MIN;
            let day = LocalDay(minute.div_euclid(MINUTES as i64) as i32);
            days.entry(day).or_insert_with(|| vec![0; MINUTES])[minute.rem_euclid(MINUTES as i64) as usize] += ml;
        }
        Self { days: days.into_iter().collect() }
    }

    /// Its days.
    pub fn days(&self) -> &[(LocalDay, Minutes)] {
        &self.days
    }

    fn day(&self, at: usize) -> &Minutes {
        &self.days[at % self.days.len()].1
    }
}

/// A family of one to four.
pub struct Family {
    rng: Rng,
    /// Where in the flat's days each member begins.
    members: Vec<usize>,
}

impl Family {
    /// The one of a number.
    pub fn new(flat: &Flat, seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed);
        let members = (0..rng.usize(1..=4)).map(|_| rng.usize(0..flat.days.len())).collect();
        Self { rng, members }
    }

    /// Its days as they are.
    pub fn days(&self, flat: &Flat) -> Vec<Minutes> {
        let day = |at: usize| {
            let mut sum = vec![0; MINUTES];
            for member in &self.members {
                sum.iter_mut().zip(flat.day(member + at)).for_each(|(sum, ml)| *sum += ml);
            }
            sum
        };
        (0..DAYS).map(day).collect()
    }

    /// Puts into the days of a span what goes wrong; returns how much of it each day got, mL.
    pub fn put(&self, flat: &Flat, days: &mut [Minutes], wrong: Wrong, span: Range<usize>) -> Vec<i64> {
        let mut rng = self.rng.clone();
        let mut put = vec![0; days.len()];
        match wrong {
            Wrong::Flapper => flapper(&mut rng, days, span, &mut put),
            Wrong::GardenAtNight => garden(&mut rng, days, span, &mut put),
            Wrong::LongerShowers => {
                for at in span {
                    for member in &self.members {
                        put[at] += longer(flat.day(member + at), &mut days[at]);
                    }
                }
            }
        }
        put
    }
}

/// 4 to 40 L/h all the time, or 0.3 to 1.5 L every quarter to three quarters of an hour.
fn flapper(rng: &mut Rng, days: &mut [Minutes], span: Range<usize>, put: &mut [i64]) {
    let (runs, rate) = (rng.bool(), rng.i64(4..=40) * 1_000);
    let (every, each) = (rng.i64(15..=45), rng.i64(300..=1_500));
    let mut next = 0;
    for (number, at) in span.enumerate() {
        for minute in 0..MINUTES as i64 {
            let now = number as i64 * MINUTES as i64 + minute;
            let more = if runs {
                rate * (minute + 1) / 60 - rate * minute / 60
            } else if now >= next {
                next = now + every + rng.i64(-2..=2);
                each
            } else {
                0
            };
            days[at][minute as usize] += more;
            put[at] += more;
        }
    }
}

/// 100 to 400 L at 8 to 15 L/min, every night or every other.
fn garden(rng: &mut Rng, days: &mut [Minutes], span: Range<usize>, put: &mut [i64]) {
    let (from, flow, much) = (rng.usize(0..=180), rng.i64(8_000..=15_000), rng.i64(100..=400) * 1_000);
    let every = rng.usize(1..=2);
    for at in span.filter(|at| at % every == 0) {
        let mut left = much * rng.i64(80..=120) / 100;
        put[at] += left;
        for minute in &mut days[at][from + rng.usize(0..=20)..] {
            let gives = left.min(flow);
            *minute += gives;
            left -= gives;
        }
    }
}

/// Lets the showers of a member's day go on for as long again, as they were; returns how much that is. What counts as one here is no rule of the
/// product's: 20 L and more in 4 to 30 minutes on end, of which fewer than half are those of a filling cistern, 2 L or twice that.
fn longer(own: &[i64], all: &mut [i64]) -> i64 {
    let is_cistern = |ml: &&i64| [2_000, 4_000].into_iter().any(|flow: i64| (**ml - flow).abs() * 100 <= flow * 3);
    let mut more = 0;
    let mut from = 0;
    for run in own.split_inclusive(|ml| *ml <= 20) {
        let end = from + run.len();
        let shower = run.split_last().filter(|(last, _)| **last <= 20).map_or(run, |(_, shower)| shower);
        let (length, volume) = (shower.len() as i64, shower.iter().sum::<i64>());
        let of_cistern = shower.iter().filter(is_cistern).count() as i64;
        if volume >= 20_000 && (4..=30).contains(&length) && volume >= 2_600 * length && of_cistern * 2 < length {
            for (minute, ml) in all[(from + shower.len()).min(MINUTES)..].iter_mut().zip(shower) {
                *minute += ml;
                more += ml;
            }
        }
        from = end;
    }
    more
}

/// What is known of a family's days, and with their draws if `fine`: by readings a minute apart of a register that steps by so much, mL.
pub fn patterns(days: &[Minutes], step: i64, fine: bool) -> Patterns {
    let mut patterns = Patterns::of((0..).zip(days).map(|(at, day)| (FIRST.plus(at), used(day))));
    if fine {
        for (day, draws) in draws(days, step) {
            patterns.put_draws(day, draws);
        }
    }
    patterns
}

/// The draws of each day.
pub fn draws(days: &[Minutes], step: i64) -> Vec<(LocalDay, DayDraws)> {
    let mut newest: Option<Cistern> = None;
    let found = series(days, step).into_iter().map(|(day, series)| {
        let draws = analyse(&series, newest);
        newest = draws.fine().map_or(newest, |found| found.cistern);
        (day, draws)
    });
    found.collect()
}

/// The series of each day.
pub fn series(days: &[Minutes], step: i64) -> Vec<(LocalDay, Series)> {
    let mut register = 0;
    let registers: Vec<i64> = std::iter::once(0)
        .chain(days.iter().flatten().map(|ml| {
            register += ml;
            register / step * step
        }))
        .collect();
    let of_day = |at: usize| {
        let day = FIRST.plus(at as i32);
        let mut series = Series::new(ZONE, day);
        let from = (at * MINUTES).saturating_sub(180);
        let to = ((at + 1) * MINUTES + 180).min(registers.len() - 1);
        for minute in from..to {
            let begin = ZONE.start_of(FIRST).plus(minute as i64 * MINUTE_MS);
            series.add((begin, begin.plus(MINUTE_MS)), Millilitres(registers[minute + 1] - registers[minute]));
        }
        (day, series)
    };
    (0..days.len()).map(of_day).collect()
}

/// A day by its hours.
fn used(day: &[i64]) -> DayUse {
    let mut used = DayUse { volume: Millilitres(day.iter().sum()), covered_ms: DAY_MS, ..DayUse::default() };
    for (hour, minutes) in used.hours.iter_mut().zip(day.chunks(60)) {
        *hour = HourUse { volume: Millilitres(minutes.iter().sum()), covered_ms: HOUR_MS };
    }
    used
}

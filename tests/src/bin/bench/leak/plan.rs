//! Which leaks a household gets, and how one run with them goes.

use super::detectors::Detector;
use super::score::{Class, Score};
use super::series::{Grid, Meter};
use simulators::meters::dice::Dice;
use simulators::meters::leaks::{Leak, Profile, RISE_DAYS};

/// A meter's first days: it learns what is usual. No leak begins and no alarm counts in them.
pub const LEARNING_DAYS: i64 = 30;

/// For how many days a leak runs at its full rate before somebody repairs it; bursts for one.
const RUNS_DAYS: i64 = 5;

/// What each household gets of each size, and of the two sizes of bursts.
const OF_EACH: [(Profile, usize); 3] = [(Profile::Toilet, 2), (Profile::Steady, 2), (Profile::SlowRise, 1)];
const BURSTS: usize = 4;

/// No cistern leaks more than this through its flapper, mL/h.
const FLAPPER_MOST: f64 = 120_000.0;

/// A leak at its place.
pub struct Planned {
    /// Its size.
    pub class: Class,
    /// The minute at which it begins.
    pub start: i64,
    /// When it is large enough for its delay to be counted: when a slow rise comes to 10 L/h, or to its full rate.
    pub onset: i64,
    /// What it gives, minute by minute.
    pub gives: Vec<i64>,
}

/// The leaks of a household, at random times on measured days.
pub fn leaks(meter: &Meter, seed: u64, number: u64) -> Vec<Planned> {
    let mut dice = Dice::new(seed ^ 0x1EAC, number);
    let mut all = Vec::new();
    for class in Class::SIZES {
        for (profile, count) in OF_EACH {
            all.extend((0..count).filter_map(|_| planned(meter, &mut dice, class, profile)));
        }
    }
    for class in Class::BURSTS {
        all.extend((0..BURSTS).filter_map(|_| planned(meter, &mut dice, class, Profile::Burst)));
    }
    all
}

fn planned(meter: &Meter, dice: &mut Dice, class: Class, profile: Profile) -> Option<Planned> {
    let (low, high) = class.range();
    let high = if profile == Profile::Toilet { high.min(FLAPPER_MOST) } else { high };
    let mut leak = Leak::new(profile, dice.by_ratio(low, high) as i64, dice.draw());
    let start = (0..100).find_map(|_| {
        let start = dice.between((LEARNING_DAYS * 1_440) as f64, (meter.days() * 1_440) as f64) as i64;
        let day = start / 1_440;
        (day..day + 3).all(|day| meter.is_measured(day)).then_some(start)
    })?;
    let onset = start + leak.reaches(leak.rate.min(10_000));
    let days = match profile {
        Profile::SlowRise => RISE_DAYS + RUNS_DAYS,
        Profile::Burst => 1,
        _ => RUNS_DAYS,
    };
    let gives = (0..days * 1_440).map(|minute| leak.next_minute(minute)).collect();
    Some(Planned { class, start, onset, gives })
}

/// Runs a detector over a household: as it is, and with each leak.
pub fn run(meter: &Meter, grid: Grid, fresh: &Detector, leaks: &[Planned], score: &mut Score, alarms: Option<&str>) {
    let mut detector = fresh.clone();
    let mut states = vec![(0, detector.clone())];
    let mut number = 0;
    while let Some(interval) = meter.interval(grid, meter.sums(), number) {
        let day = (number * grid.minutes) / 1_440;
        if states.len() as i64 <= day {
            states.push((number, detector.clone()));
        }
        if let Some(rule) = interval.ok().and_then(|interval| detector.absorb(&interval))
            && day >= LEARNING_DAYS
        {
            score.false_alarm(rule);
            if let Some(name) = alarms {
                let at = number * grid.minutes;
                eprintln!("{rule} on day {day} at {:02}:{:02}: {name}", at / 60 % 24, at % 60);
            }
        }
        number += 1;
    }
    score.observed(meter.measured_from(LEARNING_DAYS));
    for leak in leaks {
        let Some((first, state)) = states.get((leak.start / 1_440) as usize) else { continue };
        let sums = meter.with_leak(leak.start, &leak.gives);
        let found = find(meter, grid, (*first, state.clone()), &sums, leak.start);
        let late = if leak.class.is_burst() { 40 } else { 26 * 60 };
        if alarms.is_some() && leak.class.is_due() && found.is_none_or(|at| at - leak.onset > late) {
            let (day, minute) = (leak.start / 1_440, leak.start % 1_440);
            eprintln!(
                "{} missed or late: {:?} on day {day} at minute {minute}, found at {found:?}: {}",
                score.name, leak.class, meter.name
            );
        }
        score.leak(leak.class, found.map(|at| (at - leak.onset).max(0)));
    }
}

/// The minute at which a leak is found, if it is while it runs.
fn find(meter: &Meter, grid: Grid, (mut number, mut detector): (i64, Detector), sums: &[i64], start: i64) -> Option<i64> {
    while let Some(interval) = meter.interval(grid, sums, number) {
        number += 1;
        let Ok(interval) = interval else { continue };
        let at = meter.minute_of(interval.to);
        if detector.absorb(&interval).is_some() && at > start {
            return Some(at);
        }
    }
    None
}

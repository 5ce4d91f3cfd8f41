//! What water was drawn for on a day, where the readings are fine enough: flushes, showers, a washing machine, a garden, and the rest.
//!
//! A day's minutes ([`Series`]) are cut into draws, what runs all the time is taken off, and each draw is named by rules that were learnt from
//! a real flat ([`analyse`]; docs/PATTERNS.md has the rules, what they find and where they fail). Everything is whole millilitres and whole
//! minutes. A day is a function of its readings and of the cistern that the days before it showed.

mod cistern;
mod found;
mod machine;
mod runs;
mod series;

pub use cistern::Cistern;
pub use found::{Coarse, DayDraws, Found, Use};
pub use series::{FINE_MS, Series};

use crate::Millilitres;
use runs::{Run, near};
use series::{AROUND, DAY_MINUTES};

/// A shower uses so much at the least: less cannot be told from a long tap. mL.
const SHOWER: i64 = 20_000;

/// How long a shower is, minutes, and what flows in it at the least, mL a minute.
const SHOWER_MINUTES: std::ops::RangeInclusive<usize> = 3..=60;
const SHOWER_FLOW: i64 = 2_300;

/// A hose: a steady flow of so much a minute, for so many minutes, mL.
const HOSE_FLOW: i64 = 6_000;
const HOSE_MINUTES: usize = 6;

/// What a hose gives at the least by day, when a shower flows steadily too, and at night, mL.
const HOSE_BY_DAY: i64 = 100_000;
const HOSE_AT_NIGHT: i64 = 60_000;

/// So much in one draw is a hose however it flows: a garden, a pool, a tank. mL.
const HOSE_SURELY: i64 = 250_000;

/// What is small and comes again and again at night: one fill, and for how many minutes. mL.
const FILL: std::ops::RangeInclusive<i64> = 300..=15_000;
const FILL_MINUTES: usize = 10;

/// Minutes of showers that are kept of a day.
const KEPT_SHOWERS: usize = 24;

/// What a draw is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Name {
    Flush,
    Shower,
    Machine,
    Garden,
    Tap,
}

/// A draw that has a name.
#[derive(Clone, Copy, Debug)]
struct Draw {
    at: usize,
    name: Name,
    volume: i64,
    minutes: usize,
}

/// What water was drawn for on the day of a series. `known`: the cistern that the newest of the days before it showed.
pub fn analyse(series: &Series, known: Option<Cistern>) -> DayDraws {
    if let Some(coarse) = series.coarse() {
        return DayDraws::Coarse(coarse);
    }
    let base = runs::base(series.minutes());
    let all = runs::runs(series.minutes(), &base);
    let seen = cistern::learn(&all);
    let cistern = seen.filter(|of| of.flow.is_some()).or(known).or(seen);
    let (mut draws, rest) = flushes(all, cistern);
    let rest = machines(rest, &mut draws);
    draws.extend(rest.iter().map(named));
    draws.retain(|draw| is_of_day(draw.at));
    let ran = series.minutes().iter().zip(&base).map(|(minute, base)| *minute.min(base));
    let base: i64 = ran.skip(AROUND).take(DAY_MINUTES).sum();
    DayDraws::Fine(found(&draws, base, seen.filter(|of| of.flow.is_some()).or(known)))
}

/// Whether a minute of a series is one of its day.
fn is_of_day(at: usize) -> bool {
    (AROUND..AROUND + DAY_MINUTES).contains(&at)
}

/// The local hour of a minute of a series.
const fn hour(at: usize) -> usize {
    (at + DAY_MINUTES - AROUND) / 60 % 24
}

/// Takes the flushes out of the runs.
fn flushes(all: Vec<Run>, cistern: Option<Cistern>) -> (Vec<Draw>, Vec<Run>) {
    let (mut draws, mut rest) = (Vec::new(), Vec::new());
    for run in all {
        let Some(cistern) = cistern else {
            rest.push(run);
            continue;
        };
        let taken = cistern.take(&run);
        let (at, minutes) = (run.at, usize::from(cistern.minutes));
        draws.extend(taken.volumes.iter().map(|volume| Draw { at, name: Name::Flush, volume: *volume, minutes }));
        if taken.volumes.is_empty() { rest.push(run) } else { rest.extend(taken.rest) }
    }
    (draws, rest)
}

/// Takes the cycles of washing machines out of the runs.
fn machines(rest: Vec<Run>, draws: &mut Vec<Draw>) -> Vec<Run> {
    let cycles = machine::cycles(&rest);
    let mut volumes = vec![0; cycles.len()];
    let left = rest
        .into_iter()
        .filter(|run| {
            let Some(of) = cycles.iter().position(|cycle| cycle.has(run)) else { return true };
            volumes[of] += run.volume();
            false
        })
        .collect();
    let cycle = |(cycle, volume): (&machine::Cycle, i64)| Draw {
        at: cycle.first,
        name: Name::Machine,
        volume,
        minutes: cycle.last - cycle.first,
    };
    draws.extend(cycles.iter().zip(volumes).map(cycle));
    left
}

/// What is neither a flush nor of a machine.
fn named(run: &Run) -> Draw {
    let (volume, minutes) = (run.volume(), run.flow.len());
    let name = if is_hose(run) {
        Name::Garden
    } else if volume >= SHOWER && SHOWER_MINUTES.contains(&minutes) && volume >= SHOWER_FLOW * minutes as i64 {
        Name::Shower
    } else {
        Name::Tap
    };
    Draw { at: run.at, name, volume, minutes }
}

/// Whether it flows as a hose does: steadily, and much.
fn is_hose(run: &Run) -> bool {
    if run.flow.len() < HOSE_MINUTES {
        return false;
    }
    let (inner, usual) = run.inner();
    let steady = inner.iter().filter(|flow| near(**flow, usual, 150)).count();
    let least = if matches!(hour(run.at), 23 | 0..5) { HOSE_AT_NIGHT } else { HOSE_BY_DAY };
    let is_steady = usual >= HOSE_FLOW && steady * 10 >= inner.len() * 8;
    run.volume() >= HOSE_SURELY || is_steady && run.volume() >= least
}

fn found(draws: &[Draw], base: i64, cistern: Option<Cistern>) -> Found {
    let sum = |is: &dyn Fn(&&Draw) -> bool| {
        let mut of = Use::default();
        draws.iter().filter(is).for_each(|draw| of.add(draw.volume, draw.minutes));
        of
    };
    let of = |name: Name| sum(&|draw| draw.name == name);
    let showers = draws.iter().filter(|draw| draw.name == Name::Shower).take(KEPT_SHOWERS);
    Found {
        flush: of(Name::Flush),
        shower: of(Name::Shower),
        machine: of(Name::Machine),
        garden: of(Name::Garden),
        tap: of(Name::Tap),
        base: Millilitres(base),
        cistern,
        showers: showers.map(|draw| u8::try_from(draw.minutes).unwrap_or(u8::MAX)).collect(),
        night_garden: sum(&|draw| draw.name == Name::Garden && matches!(hour(draw.at), 22 | 23 | 0..5)),
        night_fills: fills(draws),
    }
}

/// The draws between 00.00 and 05.00 of which most have one volume.
fn fills(draws: &[Draw]) -> Use {
    let is_fill = |draw: &&Draw| hour(draw.at) < 5 && FILL.contains(&draw.volume) && draw.minutes <= FILL_MINUTES;
    let mut volumes: Vec<i64> = draws.iter().filter(is_fill).map(|draw| draw.volume).collect();
    volumes.sort_unstable();
    let alike = |volume: &i64| volumes.iter().copied().filter(|other| near(*other, *volume, 100)).collect::<Vec<i64>>();
    let mut most = Vec::new();
    for volume in &volumes {
        let alike = alike(volume);
        // Of as many the smaller volume.
        if alike.len() > most.len() {
            most = alike;
        }
    }
    let mut fills = Use::default();
    most.iter().for_each(|volume| fills.add(*volume, 1));
    fills
}

#[cfg(test)]
mod tests;

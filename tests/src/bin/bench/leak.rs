//! How well the leak rules find leaks, beside rules that others have published: docs/DETECTION.md.
//!
//! Each household runs once as it is, which gives the false alarms, and once more for each of its leaks, from the state that the meter had
//! on the day on which the leak begins.

mod baselines;
mod detectors;
pub mod households;
mod plan;
mod score;
pub mod series;
mod table;

use super::{Line, Outcome};
use detectors::Detector;
use households::Set;
use score::Score;
use series::Grid;
use std::io::Write;

/// Minutes of an interval, and litres of a step.
const GRIDS: [(i64, i64); 9] = [(1, 1), (1, 10), (1, 100), (15, 1), (15, 10), (15, 100), (60, 1), (60, 10), (60, 100)];

/// The seed of the invented households and of the leaks, unless another is asked for.
const SEED: u64 = 17;

/// What was asked for: `[--household FILE] [--seed N] [--quick] [--alarms]`.
struct Asked {
    household: Option<String>,
    seed: u64,
    grids: usize,
    alarms: bool,
}

impl Asked {
    fn read(arguments: &[String]) -> Outcome<Self> {
        let mut asked = Self { household: None, seed: SEED, grids: GRIDS.len(), alarms: false };
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            match argument.as_str() {
                "--household" => asked.household = Some(rest.next().ok_or("--household FILE")?.clone()),
                "--seed" => asked.seed = rest.next().ok_or("--seed N")?.parse()?,
                "--quick" => asked.grids = 1,
                "--alarms" => asked.alarms = true,
                other => return Err(format!("leak does not know {other}").into()),
            }
        }
        Ok(asked)
    }
}

/// Runs the evaluation and prints its tables.
///
/// # Errors
/// A household's file cannot be read.
pub fn run(arguments: &[String]) -> Outcome<Vec<Line>> {
    let asked = Asked::read(arguments)?;
    let mut out = std::io::stdout().lock();
    let mut lines = Vec::new();
    for set in Set::all(asked.household.as_deref(), asked.seed)? {
        writeln!(out, "\n== {} ==", set.name)?;
        for (minutes, litres) in &GRIDS[..if set.is_main { asked.grids } else { 1 }] {
            let grid = Grid { minutes: *minutes, step: litres * 1_000 };
            let scores: Vec<Score> = Detector::all().iter().map(|detector| evaluate(&set, grid, detector, &asked)).collect();
            table::print(&mut out, grid, &scores)?;
            lines.extend(table::lines(&set.name, grid, &scores));
        }
    }
    Ok(lines)
}

fn evaluate(set: &Set, grid: Grid, detector: &Detector, asked: &Asked) -> Score {
    let mut score = Score::new(detector.name());
    for (number, meter) in set.meters.iter().enumerate() {
        let leaks = plan::leaks(meter, asked.seed, number as u64);
        let alarms = asked.alarms.then_some(meter.name.as_str());
        plan::run(meter, grid, detector, &leaks, &mut score, alarms);
    }
    score
}

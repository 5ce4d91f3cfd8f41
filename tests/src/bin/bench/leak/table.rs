//! The tables of a run.

use super::super::Line;
use super::score::{Class, Score};
use super::series::Grid;
use std::io::Write;

/// Within which a leak is due, minutes: 26 hours, and 40 minutes for a burst (issue 17).
const DUE: i64 = 26 * 60;
const BURST_DUE: i64 = 40;

/// Prints what a grid comes to.
pub fn print(out: &mut impl Write, grid: Grid, scores: &[Score]) -> std::io::Result<()> {
    let (years, leaks) = scores.first().map_or((0.0, 0), |score| (score.years(), score.leaks.values().map(Vec::len).sum()));
    let litres = grid.step / 1_000;
    writeln!(out, "\n{} min, {litres} L: {leaks} leaks, {years:.1} household-years without any", grid.minutes)?;
    writeln!(
        out,
        "{:<10} {:>9} {:>7} {:>6} {:>9} {:>10} {:>12} {:>14}",
        "", "precision", "recall", "F1", "F1 of run", "false/year", "≥10 L/h 26 h", "bursts 40 min"
    )?;
    for score in scores {
        writeln!(
            out,
            "{:<10} {:>9.3} {:>7.3} {:>6.3} {:>9.3} {:>10.2} {:>10.1} % {:>12.1} %",
            score.name,
            score.precision(),
            score.recall(),
            score.f1(),
            score.f1_of_run(),
            score.per_year(),
            100.0 * score.within(Class::is_due, DUE),
            100.0 * score.within(Class::is_burst, BURST_DUE)
        )?;
    }
    let Some(ours) = scores.first() else { return Ok(()) };
    for (class, delays) in &ours.leaks {
        let found = delays.iter().flatten().count();
        let within = 100.0 * ours.within(|one| one == *class, if class.is_burst() { BURST_DUE } else { DUE });
        let due = if class.is_burst() { "40 min" } else { "26 h" };
        let delay = ours
            .delays(*class)
            .map_or("–".into(), |(middle, most)| format!("delay {} median, {} p95", time(middle), time(most)));
        writeln!(out, "  {:<18} {found:>4} of {:>4} found, {within:>5.1} % within {due}, {delay}", class.name(), delays.len())?;
    }
    writeln!(out, "  false alarms by rule: {:?}", ours.false_alarms)
}

fn time(minutes: i64) -> String {
    if minutes < 120 { format!("{minutes} min") } else { format!("{:.1} h", minutes as f64 / 60.0) }
}

/// The same as lines of a benchmark: F1 beside each of the others.
pub fn lines(set: &str, grid: Grid, scores: &[Score]) -> Vec<Line> {
    let Some((ours, others)) = scores.split_first() else { return Vec::new() };
    let line = |other: &Score| Line {
        work: format!("{set}, {} min, {} L", grid.minutes, grid.step / 1_000),
        peer: other.name.into(),
        ours: 100.0 * ours.f1(),
        theirs: Some(100.0 * other.f1()),
        unit: "F1, %",
        better: "higher",
        spread: 0.0,
        memory_mb: None,
        durability: format!("{:.2} false alarms a household-year, theirs {:.2}", ours.per_year(), other.per_year()),
    };
    others.iter().map(line).collect()
}

//! How near a month's forecast comes on its 10th and 20th day, beside what anybody would guess, and how often the month ends in its band:
//! docs/FORECAST.md.

use super::leak::households::Set;
use super::leak::series::Meter;
use super::{Line, Outcome};
use domain::metering::compare::forecast::{PAST_DAYS, PastDay, month_end};
use domain::{LocalDay, LocalMonth, Millilitres};
use std::collections::BTreeMap;
use std::io::Write;

/// Days of a month that are over when it is forecast.
const AFTER: [i32; 2] = [10, 20];

/// Measured days that a month needs to be judged, and the one before to be compared with.
const NEEDED: [usize; 2] = [25, 20];

/// Days of history before a month is forecast: half of what the forecast would look at.
const HISTORY: usize = 35;

/// The seed of the invented households, unless another is asked for: the one of `leak`.
const SEED: u64 = 17;

/// What others would say.
const PEERS: [&str; 3] = ["same as last month", "mean of 14 days", "the week before"];

/// A household's measured days, mL.
type Days = BTreeMap<LocalDay, i64>;

/// What a household's months come to: errors of ours and of the peers in parts of the truth, and how often the truth was in the band.
#[derive(Default)]
struct Score {
    errors: [Vec<f64>; 4],
    in_band: usize,
}

impl Score {
    fn mean(&self, of: usize) -> f64 {
        let errors = &self.errors[of];
        100.0 * errors.iter().sum::<f64>() / errors.len().max(1) as f64
    }

    fn months(&self) -> usize {
        self.errors[0].len()
    }

    fn coverage(&self) -> f64 {
        100.0 * self.in_band as f64 / self.months().max(1) as f64
    }
}

/// Runs the evaluation and prints its table: `[--household FILE] [--seed N]`.
///
/// # Errors
/// A household's file cannot be read, or an argument is unknown.
pub fn run(arguments: &[String]) -> Outcome<Vec<Line>> {
    let (mut file, mut seed) = (None, SEED);
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match argument.as_str() {
            "--household" => file = Some(rest.next().ok_or("--household FILE")?.clone()),
            "--seed" => seed = rest.next().ok_or("--seed N")?.parse()?,
            other => return Err(format!("forecast does not know {other}").into()),
        }
    }
    let mut groups: Vec<(String, Vec<Days>)> = Vec::new();
    for (place, set) in Set::all(file.as_deref(), seed)?.iter().enumerate() {
        match (file.is_some(), place) {
            // The first set is the real flat and the invented ones; the real flat has a set of its own.
            (false, 0) => groups.push(("50 invented households".into(), set.meters.iter().skip(1).map(days).collect())),
            // Its leaks are of no interest here.
            (false, 3..) => {}
            _ => groups.push((set.name.clone(), set.meters.iter().map(days).collect())),
        }
    }
    let mut out = std::io::stdout().lock();
    writeln!(out, "{:<44} {:>4} {:>7} {:>8}", "mean error of the month's volume, %", "day", "months", "forecast")?;
    let mut lines = Vec::new();
    for (name, households) in &groups {
        for after in AFTER {
            let mut score = Score::default();
            households.iter().for_each(|household| judge(household, after, &mut score));
            write!(out, "{name:<44} {after:>4} {:>7} {:>8.2}", score.months(), score.mean(0))?;
            for (peer, who) in PEERS.iter().enumerate() {
                write!(out, "   {who} {:.2}", score.mean(peer + 1))?;
            }
            writeln!(out, "   in the band {:.0} %", score.coverage())?;
            lines.extend(PEERS.iter().enumerate().map(|(peer, who)| line(name, after, &score, (peer, who))));
        }
    }
    Ok(lines)
}

fn line(name: &str, after: i32, score: &Score, (peer, who): (usize, &str)) -> Line {
    Line {
        work: format!("{name}, day {after}"),
        peer: who.into(),
        ours: score.mean(0),
        theirs: Some(score.mean(peer + 1)),
        unit: "% off",
        better: "lower",
        spread: 0.0,
        memory_mb: None,
        durability: format!("{} months, {:.0} % in the band of 80 %", score.months(), score.coverage()),
    }
}

fn days(meter: &Meter) -> Days {
    (0..meter.days()).filter(|day| meter.is_measured(*day)).map(|day| (meter.local_day(day), meter.used_on(day))).collect()
}

/// Forecasts each month of a household on a day, as far as there is enough of it.
fn judge(days: &Days, after: i32, score: &mut Score) {
    let (Some((first, _)), Some((last, _))) = (days.first_key_value(), days.last_key_value()) else { return };
    for month in (first.month().0..=last.month().0).map(LocalMonth) {
        let (begin, end) = (month.first_day(), month.first_day().plus(month.days()));
        let measured = days.range(begin..end).count();
        let before: Vec<i64> = days.range(LocalMonth(month.0 - 1).first_day()..begin).map(|(_, ml)| *ml).collect();
        let today = begin.plus(after);
        let past: Days = days.range(today.plus(-PAST_DAYS)..today).map(|(day, ml)| (*day, *ml)).collect();
        let truth: i64 = days.range(begin..end).map(|(_, ml)| *ml).sum();
        if measured < NEEDED[0] || before.len() < NEEDED[1] || past.len() < HISTORY || truth == 0 {
            continue;
        }
        let so_far: i64 = days.range(begin..today).map(|(_, ml)| *ml).sum();
        let left: Vec<LocalDay> = days.range(today..end).map(|(day, _)| *day).collect();
        let known: Vec<PastDay> = (today.0 - PAST_DAYS..today.0)
            .map(LocalDay)
            .map(|day| {
                // What was not monitored is not in the truth either: it is known to have used nothing, and says nothing.
                let volume = Millilitres(past.get(&day).copied().unwrap_or(0));
                PastDay { day, volume, is_complete: past.contains_key(&day) }
            })
            .collect();
        let Some(forecast) = month_end(&known, today, Millilitres::ZERO) else { continue };
        let unmonitored: i64 = forecast.ahead.iter().filter(|(day, _)| !left.contains(day)).map(|(_, volume)| volume.0).sum();
        let ours = forecast.volume.0 - unmonitored;
        let peers =
            [mean(&before) * measured as i64, so_far + mean_of_14(&past, today) * left.len() as i64, so_far + week(&past, &left)];
        let all = [ours, peers[0], peers[1], peers[2]];
        for (errors, said) in score.errors.iter_mut().zip(all) {
            errors.push((said - truth).abs() as f64 / truth as f64);
        }
        let band = forecast.low.0 - unmonitored..=forecast.high.0 - unmonitored;
        score.in_band += usize::from(band.contains(&truth));
    }
}

fn mean(volumes: &[i64]) -> i64 {
    volumes.iter().sum::<i64>() / volumes.len().max(1) as i64
}

fn mean_of_14(past: &Days, today: LocalDay) -> i64 {
    let late: Vec<i64> = past.range(today.plus(-14)..).map(|(_, ml)| *ml).collect();
    if late.is_empty() { mean(&past.values().copied().collect::<Vec<_>>()) } else { mean(&late) }
}

/// Seasonal naive: each day that is left as the last one of its weekday was.
fn week(past: &Days, left: &[LocalDay]) -> i64 {
    let of = |day: &LocalDay| past.iter().rev().find(|(known, _)| known.weekday() == day.weekday()).map_or(0, |(_, ml)| *ml);
    left.iter().map(of).sum()
}

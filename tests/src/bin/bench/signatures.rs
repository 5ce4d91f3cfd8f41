//! How well draws are named and what goes wrong in a household brings its advice, beside what hours alone say; what a mended fault is said to
//! have saved; and what looking costs a server and a phone: docs/PATTERNS.md.

use super::{Line, Outcome, figure, median};
use domain::core::local_time::{DAY_MS, HOUR_MS, MINUTE_MS};
use domain::patterns::{DayDraws, Evidence, Found, Kind, Patterns, analyse};
use domain::tips::{Category, Effect, Measured, effect, for_you, own_volume, rank, shower_effect};
use domain::{LocalDay, Millilitres, TimeZone, UtcMillis};
use std::collections::BTreeMap;
use std::io::Write;
use std::time::Instant;
use sync_server::core::now;
use sync_server::jobs::draws::once_at;
use sync_server::metering::intake::{Intake, MeterMessage, Source};
use tests::families::{DAYS, FIRST, Family, Flat, Minutes, Wrong, draws, patterns, series};
use tests::world::{World, reading};
use tokio::sync::oneshot;

/// Families, unless another number is asked for; and the seed of the first.
const CASES: usize = 200;
const SEED: u64 = 0;

/// Steps of a register that are tried, mL.
const STEPS: [i64; 3] = [1, 10, 100];

/// The day on which a fault is mended.
const MENDED: usize = 42;

/// Days of two meters that the server looks at.
const SERVER_DAYS: i64 = 6;

/// Runs the evaluation and prints its tables: `[--seed N] [--cases N]`.
///
/// # Errors
/// An argument is unknown, or the server fails.
pub async fn run(arguments: &[String]) -> Outcome<Vec<Line>> {
    let (mut seed, mut cases) = (SEED, CASES);
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match argument.as_str() {
            "--seed" => seed = rest.next().ok_or("--seed N")?.parse()?,
            "--cases" => cases = rest.next().ok_or("--cases N")?.parse()?,
            other => return Err(format!("signatures does not know {other}").into()),
        }
    }
    let flat = Flat::read();
    fixtures(&flat)?;
    let mut lines = Vec::new();
    for step in STEPS {
        lines.extend(advice(&flat, (seed, cases), step)?);
    }
    lines.extend(savings(&flat, (seed, cases))?);
    lines.push(phone(&flat));
    lines.push(nightly(&flat).await?);
    Ok(lines)
}

/// What is found in the real flat. Its source measured the machine from 17 September 2019 on alone: what is called one before is none.
fn fixtures(flat: &Flat) -> Outcome {
    let days: Vec<Minutes> = flat.days().iter().map(|(_, day)| day.clone()).collect();
    let began = LocalDay::from_ymd(2019, 9, 17).ok_or("a day")?;
    let found = draws(&days, 1);
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "{:<28} {:>8} {:>8} {:>8} {:>8} {:>8}   L: flush, shower, machine, garden, taps",
        "the real flat", "flushes", "showers", "machine", "garden", "taps"
    )?;
    for (name, is_late) in [("before it had a machine", false), ("since", true)] {
        let of = flat.days().iter().zip(&found).filter(|((day, _), _)| (*day >= began) == is_late);
        let fine: Vec<&Found> = of.filter_map(|(_, (_, draws))| draws.fine()).collect();
        let uses = |found: &Found| [found.flush, found.shower, found.machine, found.garden, found.tap];
        let counts: [u32; 5] = std::array::from_fn(|at| fine.iter().map(|found| u32::from(uses(found)[at].count)).sum());
        let litres: [i64; 5] = std::array::from_fn(|at| fine.iter().map(|found| uses(found)[at].volume.0).sum::<i64>() / 1_000);
        write!(out, "{:<28}", format!("{name}, {} days", fine.len()))?;
        counts.iter().try_for_each(|count| write!(out, " {count:>8}"))?;
        writeln!(out, "   {litres:?}")?;
    }
    Ok(())
}

const fn fitting(wrong: Wrong) -> Category {
    match wrong {
        Wrong::Flapper => Category::Leak,
        Wrong::LongerShowers => Category::Shower,
        Wrong::GardenAtNight => Category::Garden,
    }
}

/// The category of the advice that comes first, if something that was seen calls for it.
fn first(patterns: &Patterns) -> Option<Category> {
    let offers = for_you(&rank(&patterns.evidence(None), |_| false), 3);
    offers.first().filter(|offer| offer.evidence.is_some()).and_then(|offer| offer.tip()).map(|tip| tip.category)
}

/// Of the families with something wrong those in which the fitting advice comes first, and of those as they are those in which it does not; with
/// draws, and by hours alone.
fn advice(flat: &Flat, (seed, cases): (u64, usize), step: i64) -> Outcome<Vec<Line>> {
    // By what is wrong: families, found with draws and by hours, said for nothing with draws and by hours.
    let mut counts: BTreeMap<Wrong, [usize; 5]> = BTreeMap::new();
    for number in 0..cases {
        let (family, wrong) = (Family::new(flat, seed + number as u64), Wrong::ALL[number % 3]);
        let untouched = family.days(flat);
        let mut injected = untouched.clone();
        family.put(flat, &mut injected, wrong, DAYS - 16 - number % 25..DAYS);
        let fits = |days: &[Minutes], fine: bool| usize::from(first(&patterns(days, step, fine)) == Some(fitting(wrong)));
        let found = [1, fits(&injected, true), fits(&injected, false), fits(&untouched, true), fits(&untouched, false)];
        counts.entry(wrong).or_default().iter_mut().zip(found).for_each(|(sum, one)| *sum += one);
    }
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "a register that steps by {step} mL: of families the fitting advice first, and said for nothing; by hours alone"
    )?;
    let mut all = [0; 5];
    for (wrong, counts) in &counts {
        let [of, found, by_hours, said, said_by_hours] = counts;
        writeln!(out, "{:<28} {of:>5} {found:>5} {said:>5}   {by_hours:>5} {said_by_hours:>5}", format!("{wrong:?}"))?;
        all.iter_mut().zip(counts).for_each(|(sum, one)| *sum += one);
    }
    let percent = |part: usize| 100.0 * part as f64 / all[0].max(1) as f64;
    let line = |work: &str, ours: f64, theirs: f64| Line {
        work: format!("{work}, step {step} mL"),
        peer: "by hours alone".into(),
        theirs: Some(theirs),
        unit: "% of cases",
        better: "higher",
        ..figure("", ours, 0.0, "families of the real flat's days, a reading a minute")
    };
    Ok(vec![
        line("the fitting advice is first", percent(all[1]), percent(all[2])),
        line("absent where nothing is wrong", 100.0 - percent(all[3]), 100.0 - percent(all[4])),
    ])
}

/// What is said to be saved of a fault that is mended, by the whole day and by its own draws: of how many families within a tenth of the truth.
fn savings(flat: &Flat, (seed, cases): (u64, usize)) -> Outcome<Vec<Line>> {
    let mut counts: BTreeMap<Wrong, [usize; 3]> = BTreeMap::new();
    for number in 0..cases {
        let (family, wrong) = (Family::new(flat, seed + number as u64), Wrong::ALL[number % 3]);
        let mut days = family.days(flat);
        let put = family.put(flat, &mut days, wrong, 0..MENDED);
        let whole: Vec<i64> = days.iter().map(|day| day.iter().sum()).collect();
        let near = |measured: Option<Measured>| {
            usize::from(measured.is_some_and(|of| {
                let window = usize::from(of.window);
                let truth = put[MENDED - window..MENDED].iter().sum::<i64>() / window as i64;
                (of.saved().0 - truth).abs() * 10 <= truth
            }))
        };
        let found = [1, near(by_own(&draws(&days, 1), wrong)), near(saved(&whole))];
        counts.entry(wrong).or_default().iter_mut().zip(found).for_each(|(sum, one)| *sum += one);
    }
    let mut out = std::io::stdout().lock();
    writeln!(out, "{:<28} {:>5} {:>10} {:>10}", "saved within a tenth", "of", "own draws", "whole day")?;
    for (wrong, [of, own, whole]) in &counts {
        writeln!(out, "{:<28} {of:>5} {own:>10} {whole:>10}", format!("{wrong:?}"))?;
    }
    let percent = |part: usize, of: usize| 100.0 * part as f64 / of.max(1) as f64;
    let line = |(wrong, [of, own, whole]): (&Wrong, &[usize; 3])| Line {
        work: format!("saving within a tenth, {wrong:?}"),
        peer: "by the whole day".into(),
        theirs: Some(percent(*whole, *of)),
        unit: "% of cases",
        better: "higher",
        ..figure("", percent(*own, *of), 0.0, "four weeks on both sides; of showers five, as many as before, each as it is since")
    };
    Ok(counts.iter().map(line).collect())
}

/// What is saved a day since a fault was mended, by its own draws: showers by what each uses.
fn by_own(draws: &[(LocalDay, DayDraws)], wrong: Wrong) -> Option<Measured> {
    let of = |day: LocalDay| draws.get((day.0 - FIRST.0) as usize)?.1.fine();
    if fitting(wrong) == Category::Shower {
        return shower_effect(FIRST.plus(MENDED as i32), FIRST.plus(DAYS as i32), |day| of(day).map(|found| found.shower));
    }
    let own = |found: &Found| own_volume(fitting(wrong), found).map_or(0, |volume| volume.0);
    let volumes: Vec<i64> = draws.iter().map(|(_, draws)| draws.fine().map_or(0, own)).collect();
    saved(&volumes)
}

/// What is saved a day since the fault was mended.
fn saved(volumes: &[i64]) -> Option<Measured> {
    let volume_of = |day: LocalDay| volumes.get((day.0 - FIRST.0) as usize).copied().map(Millilitres);
    match effect(FIRST.plus(MENDED as i32), FIRST.plus(DAYS as i32), volume_of) {
        Effect::Measured(measured) => Some(measured),
        Effect::Early { .. } | Effect::TooFew { .. } => None,
    }
}

/// A phone's part: twelve weeks of rows into patterns, what is known and seen, and the order of advice.
fn phone(flat: &Flat) -> Line {
    let days = Family::new(flat, SEED).days(flat);
    let draws: Vec<(LocalDay, DayDraws)> = draws(&days, 1);
    let hours = patterns(&days, 1, false);
    let took = || {
        let began = Instant::now();
        let mut patterns = hours.clone();
        for (day, draws) in &draws {
            patterns.put_draws(*day, draws.clone());
        }
        let evidence: Vec<Evidence> = patterns.evidence(Some(3));
        let known = (patterns.summary(Some(3)), rank(&evidence, |_| false), evidence.iter().any(|of| of.kind() == Kind::Risen));
        std::hint::black_box(known);
        began.elapsed().as_secs_f64() * 1_000.0
    };
    let (ours, spread) = median((0..50).map(|_| took()).collect());
    figure("a phone's part of the page", ours, spread, "84 days with their draws, without reading them from the cache")
}

/// The server's part: days that are over, from readings a minute apart to what a device gets; in seconds for 100,000 connections' day.
async fn nightly(flat: &Flat) -> Outcome<Line> {
    let running = World::new().start().await;
    let zone = TimeZone::Jakarta;
    let day = zone.day_of(now()).plus(-1);
    let start = zone.start_of(day.plus(-(SERVER_DAYS as i32)));
    let minutes: Vec<i64> = Family::new(flat, SEED).days(flat).concat();
    let mut register = 0;
    let count = (SERVER_DAYS * DAY_MS + 6 * HOUR_MS) / MINUTE_MS;
    let course: Vec<(UtcMillis, i64)> = (0..count)
        .zip(minutes)
        .map(|(minute, ml)| {
            register += ml;
            (start.plus(minute * MINUTE_MS), register)
        })
        .collect();
    let writer = &running.server.app.store.writer;
    for meter in [1, 2] {
        for part in course.chunks(100) {
            let readings = part.iter().map(|(t, register)| reading(*t, *register, 0)).collect();
            let (said, answered) = oneshot::channel();
            let answer = Box::new(move |counts| drop(said.send(counts)));
            let message = MeterMessage::Readings(readings);
            writer.intake(Intake { meter, message, received: now(), source: Source::Mqtt, answer }).await?;
            answered.await?.ok_or("a message was not stored")?;
        }
    }
    writer.publish(false).await?;
    let began = Instant::now();
    // Both connections' days end within an hour: the second is in Makassar.
    once_at(&running.server.app, zone.start_of(day).plus(6 * HOUR_MS)).await?;
    let took = began.elapsed().as_secs_f64();
    let read = running.server.app.store.read(|db| {
        let sql = "SELECT COUNT(*) FROM usage_day WHERE draws LIKE '{\"fine\"%'";
        Ok(db.query_row(sql, [], |row| row.get::<_, i64>(0))?)
    });
    let looked_at = read.await?;
    running.server.stop().await;
    if looked_at == 0 {
        return Err("no day was looked at".into());
    }
    let whole = series(&Family::new(flat, SEED).days(flat), 1);
    let alone = Instant::now();
    whole.iter().for_each(|(_, series)| drop(std::hint::black_box(analyse(series, None))));
    let rules = alone.elapsed().as_secs_f64() / whole.len() as f64;
    Ok(Line {
        unit: "s",
        ..figure(
            "100,000 connections' day",
            100_000.0 * took / looked_at as f64,
            0.0,
            &format!("WAL + FULL; {looked_at} days, one after the other; of it {:.1} s are the rules", 100_000.0 * rules),
        )
    })
}

//! `cargo xtask sim`: plays seeds, prints what was met, and the shortest schedule of the first that fails.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it speaks to the person at the terminal")]

use clap::Parser;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;
use tests::sim::report::shrink;
use tests::sim::{CHECKS, Counts, FAULTS, Sabotage, Schedule, Templates, play};

/// Schedules tried while one is made short.
const TRIES: usize = 300;

/// One seed in so many is played twice.
const TWICE: u64 = 20;

#[derive(Parser)]
struct Cli {
    /// How many seeds
    #[arg(long, default_value_t = 300)]
    seeds: u64,
    /// The first seed; alone it is the only one
    #[arg(long)]
    seed: Option<u64>,
    /// Break each of the five rules on purpose instead, and see that it is found within this many seeds
    #[arg(long)]
    sabotage: Option<u64>,
    /// Play a schedule that was kept
    #[arg(long)]
    schedule: Option<std::path::PathBuf>,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let templates = Templates::make();
    if let Some(file) = &cli.schedule {
        let text = std::fs::read_to_string(file).expect("a file");
        let schedule: Schedule = serde_json::from_str(&text).expect("a schedule");
        let report = play(&templates, &schedule, None);
        println!("{:?}", report.outcome);
        return if report.outcome.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    if let Some(most) = cli.sabotage {
        return broken_on_purpose(&templates, most);
    }
    let (first, last) = match (cli.seed, cli.seeds) {
        (Some(seed), 300) => (seed, seed + 1),
        (first, count) => (first.unwrap_or(0), first.unwrap_or(0) + count),
    };
    let started = Instant::now();
    let counts = Mutex::new(Counts::default());
    let failed: Mutex<Option<(u64, String)>> = Mutex::new(None);
    let next = AtomicU64::new(first);
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                while failed.lock().expect("a lock").is_none() {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= last {
                        return;
                    }
                    let schedule = Schedule::draw(seed);
                    let report = play(&templates, &schedule, None);
                    let again = (seed.is_multiple_of(TWICE)).then(|| play(&templates, &schedule, None).trace);
                    counts.lock().expect("a lock").add(&report.counts);
                    let outcome = match again {
                        Some(trace) if trace != report.trace => Err("two runs of this seed differ".to_owned()),
                        _ => report.outcome.map_err(|broken| broken.0),
                    };
                    if let Err(broken) = outcome {
                        failed.lock().expect("a lock").get_or_insert((seed, broken));
                    }
                }
            });
        }
    });
    let counts = counts.into_inner().expect("a lock");
    print_counts(&counts);
    let seconds = started.elapsed().as_secs_f64();
    if let Some((seed, broken)) = failed.into_inner().expect("a lock") {
        println!("seed {seed}: {broken}");
        let short = shrink(&templates, &Schedule::draw(seed), None, TRIES);
        let broken = play(&templates, &short, None).outcome;
        println!("{} steps suffice: {broken:?}\n{}", short.steps.len(), serde_json::to_string(&short).expect("JSON"));
        return ExitCode::FAILURE;
    }
    let played = last - first;
    println!("{played} seeds in {seconds:.0} s, {:.0} ms a seed", seconds * 1_000.0 / played as f64);
    let missing = counts.missing();
    if played >= 300 && !missing.is_empty() {
        println!("never met: {}", missing.join(", "));
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

fn print_counts(counts: &Counts) {
    for (title, names, found) in [("faults", FAULTS, &counts.faults), ("checks", CHECKS, &counts.checks)] {
        println!("{title}:");
        for name in names {
            println!("  {:>10}  {name}", found.get(name).copied().unwrap_or(0));
        }
    }
}

/// Breaks each rule on purpose: a check that does not find it is none.
fn broken_on_purpose(templates: &Templates, most: u64) -> ExitCode {
    let mut outcome = ExitCode::SUCCESS;
    for rule in Sabotage::ALL {
        let found = (0..most).find_map(|seed| {
            let report = play(templates, &Schedule::draw(seed), Some(rule));
            report.outcome.err().map(|broken| (seed, broken.0))
        });
        match found {
            Some((seed, broken)) => println!("{rule:?}: found by seed {seed}: {broken}"),
            None => {
                println!("{rule:?}: not found within {most} seeds");
                outcome = ExitCode::FAILURE;
            }
        }
    }
    outcome
}

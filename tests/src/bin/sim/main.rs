//! `cargo xtask sim`: plays seeds, prints what was met, and the shortest schedule of the first that fails.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it speaks to the person at the terminal")]

use clap::Parser;
use std::process::ExitCode;
use std::time::Instant;
use tests::sim::report::shrink;
use tests::sim::runs::{breakable, run};
use tests::sim::{CHECKS, Counts, FAULTS, Sabotage, Schedule, Templates, play};

/// Schedules tried while one is made short.
const TRIES: usize = 300;

#[derive(Parser)]
struct Cli {
    /// How many seeds
    #[arg(long, default_value_t = 300)]
    seeds: u64,
    /// The first seed; alone it is the only one
    #[arg(long)]
    seed: Option<u64>,
    /// Break each of the ten rules on purpose instead, and see that it is found within this many seeds
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
    let run = run(&templates, first..last);
    print_counts(&run.counts);
    let seconds = started.elapsed().as_secs_f64();
    if let Some((seed, broken)) = run.failed {
        println!("seed {seed}: {broken}");
        let short = shrink(&templates, &Schedule::draw(seed), None, TRIES);
        let broken = play(&templates, &short, None).outcome;
        println!("{} steps suffice: {broken:?}\n{}", short.steps.len(), serde_json::to_string(&short).expect("JSON"));
        return ExitCode::FAILURE;
    }
    let played = last - first;
    println!("{played} seeds in {seconds:.0} s, {:.0} ms a seed", seconds * 1_000.0 / played as f64);
    let missing = run.counts.missing();
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
        match breakable(templates, rule, most) {
            Some((seed, broken)) => println!("{rule:?}: found by seed {seed}: {broken}"),
            None => {
                println!("{rule:?}: not found within {most} seeds");
                outcome = ExitCode::FAILURE;
            }
        }
    }
    outcome
}

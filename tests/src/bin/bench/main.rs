//! `bench NAME`: ours beside a peer, in one run; prints a table and writes `target/bench/NAME.json`.

mod calendar;
mod comparison;
mod customers;
mod demo;
mod fairness;
mod fleet;
mod forecast;
mod import;
mod ingest;
mod leak;
mod ledger;
mod live;
mod motion;
mod peers;
mod postgres;
mod reports;
mod revenue;
mod rules;
mod schedules;
mod screens;
mod scroll;
mod signatures;
mod sync;
mod trace;

use serde::Serialize;
use std::io::Write;
use std::path::PathBuf;

/// What a benchmark comes to.
pub type Outcome<T = ()> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// One line of a table.
#[derive(Debug, Serialize)]
pub struct Line {
    work: String,
    peer: String,
    ours: f64,
    theirs: Option<f64>,
    unit: &'static str,
    better: &'static str,
    spread: f64,
    memory_mb: Option<f64>,
    durability: String,
}

/// The middle of some figures, and how far they lie apart: (highest − lowest) / middle.
pub fn median(mut values: Vec<f64>) -> (f64, f64) {
    values.sort_by(f64::total_cmp);
    let middle = values.get(values.len() / 2).copied().unwrap_or_default();
    let (low, high) = (values.first().copied().unwrap_or_default(), values.last().copied().unwrap_or_default());
    (middle, if middle > 0.0 { (high - low) / middle } else { 0.0 })
}

/// A line of milliseconds without a peer.
pub fn figure(work: &str, ours: f64, spread: f64, durability: &str) -> Line {
    Line {
        work: work.into(),
        peer: "none".into(),
        ours,
        theirs: None,
        unit: "ms",
        better: "lower",
        spread,
        memory_mb: None,
        durability: durability.into(),
    }
}

/// The folder of results.
pub fn results() -> std::io::Result<PathBuf> {
    let program = std::env::current_exe()?;
    let target = program.ancestors().nth(2).map(|folder| folder.join("bench")).unwrap_or_default();
    std::fs::create_dir_all(&target)?;
    Ok(target)
}

fn main() -> Outcome {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.split_first() {
        // Its memory is measured: without a runtime it is that of its work.
        Some((name, rest)) if name == "reports-worker" => reports::worker(rest),
        _ => run(&arguments),
    }
}

#[tokio::main]
async fn run(arguments: &[String]) -> Outcome {
    let (name, rest) = arguments.split_first().map_or(("", &[] as &[String]), |(name, rest)| (name.as_str(), rest));
    if name == "device" {
        return sync::device(rest).await;
    }
    if name == "import-worker" {
        return import::worker(rest);
    }
    let lines = match name {
        "calendar" => calendar::run(rest)?,
        "comparison" => comparison::run()?,
        "customers" => customers::run(rest).await?,
        "fairness" => fairness::run().await?,
        "fleet" => fleet::run(rest).await?,
        "forecast" => forecast::run(rest)?,
        "import" if rest.first().is_some_and(|part| part == "whole") => import::whole(&rest[1..]).await?,
        "import" => import::run(rest)?,
        "live" => live::run().await?,
        "motion" => motion::run(rest).await?,
        "ingest" => ingest::run().await?,
        "leak" => leak::run(rest)?,
        "ledger" => ledger::run(rest).await?,
        "reports" => reports::run(rest)?,
        "revenue" => revenue::run(rest).await?,
        "rules" => rules::run().await?,
        "schedules" => schedules::run(rest)?,
        "screens" => screens::run().await?,
        "scroll" => scroll::run(rest).await?,
        "signatures" => signatures::run(rest).await?,
        "sync" => sync::run(rest).await?,
        other => return Err(format!("there is no benchmark {other}").into()),
    };
    let mut out = std::io::stdout().lock();
    for line in &lines {
        let theirs = line.theirs.map_or("–".into(), |value| format!("{value:.0}"));
        let ratio =
            line.theirs.filter(|theirs| *theirs > 0.0).map_or(String::new(), |theirs| format!("{:.1} ×", line.ours / theirs));
        writeln!(
            out,
            "{:<44} {:<34} {:>10.1} {:>10} {:<10} {:>7}  spread {:>3.0} %  {}",
            line.work,
            line.peer,
            line.ours,
            theirs,
            line.unit,
            ratio,
            line.spread * 100.0,
            line.durability
        )?;
    }
    std::fs::write(results()?.join(format!("{name}.json")), serde_json::to_vec_pretty(&lines)?)?;
    Ok(())
}

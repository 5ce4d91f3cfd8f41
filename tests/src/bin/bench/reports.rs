//! Reports: receipts on paper and a workbook beside libraries that make the same, and how long a long report and many receipts take.
//!
//! `bench reports` does all; `bench reports receipts`, `workbook`, `detail` or `memory` one part; `bench reports receipts 1` with one repeat.

mod ours;
mod theirs;

pub use ours::worker;

use super::{Line, Outcome, figure, median};
use serde::{Deserialize, Serialize};
use std::process::Command;

/// Interleaved repeats.
const REPEATS: usize = 5;

const RECEIPTS: u32 = 1_000;
const ROWS: u32 = 200_000;

/// Connections of a report with some three hundred pages, and the pages that it has at least.
const CONNECTIONS: u32 = 12_400;
const PAGES: u32 = 300;

/// Receipts in one process, by which memory is compared with that of fewer.
const MANY: u32 = 10_000;

const DURABILITY: &str = "none: files are written once";

/// What a worker or a peer prints.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Done {
    /// Seconds without what a running program has loaded already.
    seconds: f64,
    /// How many receipts or rows there are.
    made: u32,
    /// The most memory until then, in MB.
    peak_mb: f64,
}

impl Done {
    /// What is compared.
    pub fn sample(&self) -> Sample {
        Sample { per_second: f64::from(self.made) / self.seconds, peak_mb: self.peak_mb }
    }
}

/// What a run came to.
#[derive(Clone, Copy, Debug)]
pub struct Sample {
    per_second: f64,
    peak_mb: f64,
}

/// Runs what is asked for, and returns the lines of the table.
pub fn run(arguments: &[String]) -> Outcome<Vec<Line>> {
    let only = arguments.first().map(String::as_str);
    let repeats: usize = arguments.get(1).map(|text| text.parse()).transpose()?.unwrap_or(REPEATS);
    let is_wanted = |part: &str| only.is_none_or(|only| only == part);
    let mut lines = Vec::new();
    if is_wanted("receipts") {
        let peers = [("weasyprint", "WeasyPrint (goal: 10 ×)"), ("reportlab", "ReportLab (goal: 1.5 ×)")];
        lines.extend(beside("receipts", RECEIPTS, "receipts/s", &peers, repeats)?);
    }
    if is_wanted("workbook") {
        let peers = [("xlsxwriter", "XlsxWriter, constant_memory (goal: 4 ×, a third of memory)")];
        lines.extend(beside("workbook", ROWS, "rows/s", &peers, repeats)?);
    }
    if is_wanted("detail") {
        lines.push(detail(repeats)?);
    }
    if is_wanted("memory") {
        lines.push(memory()?);
    }
    if lines.is_empty() { Err("bench reports [receipts|workbook|detail|memory] [REPEATS]".into()) } else { Ok(lines) }
}

/// Has each side do the same work by turns.
fn beside(work: &str, count: u32, unit: &'static str, peers: &[(&str, &str)], repeats: usize) -> Outcome<Vec<Line>> {
    let folder = tempfile::tempdir()?;
    let mut ours: Vec<Sample> = Vec::new();
    let mut theirs: Vec<Vec<Sample>> = vec![Vec::new(); peers.len()];
    for _ in 0..repeats {
        ours.push(ours::run(work, count, &folder.path().join("ours"))?.sample());
        for ((program, _), samples) in peers.iter().zip(&mut theirs) {
            samples.push(theirs::run(program, count)?);
        }
    }
    let (speed, spread) = median(ours.iter().map(|sample| sample.per_second).collect());
    let name = format!("{work}, {count}");
    let mut lines = Vec::new();
    for ((_, peer), samples) in peers.iter().zip(&theirs) {
        let line = |work: String, unit, better, ours_came_to, theirs, spread| Line {
            work,
            peer: (*peer).to_owned(),
            ours: ours_came_to,
            theirs: Some(theirs),
            unit,
            better,
            spread,
            memory_mb: Some(peak(&ours)),
            durability: DURABILITY.into(),
        };
        let fast = median(samples.iter().map(|sample| sample.per_second).collect()).0;
        lines.push(line(name.clone(), unit, "higher", speed, fast, spread));
        lines.push(line(format!("{name}: most memory"), "MB", "lower", peak(&ours), peak(samples), 0.0));
    }
    Ok(lines)
}

/// The most memory that any run took, in MB.
fn peak(samples: &[Sample]) -> f64 {
    samples.iter().map(|sample| sample.peak_mb).fold(0.0, f64::max)
}

/// A report of some three hundred pages on paper.
fn detail(repeats: usize) -> Outcome<Line> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("detail.pdf");
    let mut took = Vec::new();
    for _ in 0..repeats {
        took.push(ours::run("detail", CONNECTIONS, &file)?.seconds * 1_000.0);
    }
    let about = Command::new("pdfinfo").arg(&file).output()?;
    let about = String::from_utf8_lossy(&about.stdout).into_owned();
    let pages = about.lines().find_map(|line| line.strip_prefix("Pages:")?.trim().parse::<u32>().ok()).unwrap_or_default();
    if pages < PAGES {
        return Err(format!("the report has {pages} pages, of {PAGES}").into());
    }
    let (middle, spread) = median(took);
    Ok(figure(&format!("usage in detail, {CONNECTIONS} connections, {pages} pages (goal: 5,000)"), middle, spread, DURABILITY))
}

/// The most memory of a process with many receipts, beside that of one with a tenth of them.
fn memory() -> Outcome<Line> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("receipt.pdf");
    let few = ours::run("receipts", RECEIPTS, &file)?.peak_mb;
    let many = ours::run("receipts", MANY, &file)?.peak_mb;
    Ok(Line {
        work: format!("{MANY} receipts in one process: most memory"),
        peer: format!("ours, {RECEIPTS} receipts"),
        ours: many,
        theirs: Some(few),
        unit: "MB",
        better: "lower",
        spread: 0.0,
        memory_mb: Some(many),
        durability: DURABILITY.into(),
    })
}

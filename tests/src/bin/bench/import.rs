//! Imports: from a file to checked rows with the errors of each, beside libraries that read the same file and insert its rows unchecked.
//!
//! `bench import` does all; `bench import csv`, `bench import xlsx` or `bench import ods` one part; `bench import csv 1` with one repeat.
//! `bench import whole` is another one: the app's whole way with a file, to the server and back (`whole.rs`).

mod files;
mod ours;
mod theirs;
mod whole;

pub use ours::worker;
pub use whole::run as whole;

use super::{Line, Outcome, figure, median};
use files::Format;
use ours::Done;
use std::io::Write;

/// Interleaved repeats.
const REPEATS: usize = 5;

/// Rows of the small CSV, with whose peak of memory that of the large one is compared, and which is checked again after a mend.
const FEW: u32 = 100_000;

const DURABILITY: &str = "ours WAL + NORMAL, encrypted, every row checked, its errors stored; theirs WAL + NORMAL, plain, one transaction, \
                          nothing checked";

const OF_OURS: &str = "WAL + NORMAL, encrypted";

/// A file, and who reads it besides ours.
struct Part {
    format: Format,
    rows: u32,
    peers: &'static [Peer],
}

/// A peer.
struct Peer {
    /// Its name in `peers.py`.
    program: &'static str,
    /// Its name in the table.
    name: &'static str,
    /// How often it runs at most.
    repeats: usize,
}

const PARTS: [Part; 3] = [
    Part {
        format: Format::Csv,
        rows: 1_000_000,
        peers: &[Peer { program: "polars", name: "polars + SQLite (goal: 1.5 ×)", repeats: REPEATS }],
    },
    Part {
        format: Format::Xlsx,
        rows: 200_000,
        peers: &[
            Peer { program: "openpyxl", name: "openpyxl + SQLite (goal: 8 ×)", repeats: REPEATS },
            Peer { program: "calamine", name: "python-calamine + SQLite (goal: 1.2 ×)", repeats: REPEATS },
        ],
    },
    // About 20 MB. odfpy takes longer than all others together, and 30 KB of memory a row.
    Part {
        format: Format::Ods,
        rows: 290_000,
        peers: &[
            Peer { program: "odfpy", name: "odfpy + SQLite (goal: 5 ×)", repeats: 1 },
            Peer { program: "calamine", name: "python-calamine + SQLite (no goal)", repeats: REPEATS },
        ],
    },
];

/// What reading a file once came to.
#[derive(Clone, Copy, Debug)]
pub struct Sample {
    rows_per_second: f64,
    peak_mb: f64,
}

/// What a peer came to in all.
#[derive(Default)]
struct Runs {
    samples: Vec<Sample>,
    failure: Option<String>,
}

/// Runs what is asked for, and returns the lines of the table.
pub fn run(arguments: &[String]) -> Outcome<Vec<Line>> {
    let only = arguments.first().map(String::as_str);
    let repeats: usize = arguments.get(1).map(|text| text.parse()).transpose()?.unwrap_or(REPEATS);
    let mut lines = Vec::new();
    for part in PARTS.iter().filter(|part| only.is_none_or(|only| only == part.format.name())) {
        let (ours, of_part) = part.run(repeats)?;
        lines.extend(of_part);
        if part.format == Format::Csv {
            lines.extend(small(part.rows, &ours, repeats)?);
        }
    }
    if lines.is_empty() {
        return Err("bench import [csv|xlsx|ods] [REPEATS], or bench import whole [ROWS] [KILLS]".into());
    }
    Ok(lines)
}

impl Part {
    /// Has each side read the file by turns.
    fn run(&self, repeats: usize) -> Outcome<(Vec<Sample>, Vec<Line>)> {
        let file = files::made(self.format, self.rows)?;
        let mut ours: Vec<Sample> = Vec::new();
        let mut theirs: Vec<Runs> = self.peers.iter().map(|_| Runs::default()).collect();
        for repeat in 0..repeats {
            let done = ours::run(&file, self.rows, false)?;
            if repeat == 0 {
                self.say(&done, std::fs::metadata(&file)?.len())?;
            }
            ours.push(done.sample());
            for (peer, runs) in self.peers.iter().zip(&mut theirs) {
                if repeat >= peer.repeats || runs.failure.is_some() {
                    continue;
                }
                match theirs::run(peer.program, &file, self.rows) {
                    Ok(sample) => runs.samples.push(sample),
                    Err(error) => runs.failure = Some(error.to_string()),
                }
            }
        }
        let lines = self.peers.iter().zip(&theirs).flat_map(|(peer, runs)| self.lines(&ours, peer, runs)).collect();
        Ok((ours, lines))
    }

    fn say(&self, done: &Done, bytes: u64) -> std::io::Result<()> {
        let counts = &done.counts;
        writeln!(
            std::io::stdout().lock(),
            "{}, {:.1} MB: {} rows; ours found {} right, {} with an error, {} with a warning",
            self.format.name(),
            bytes as f64 / 1_000_000.0,
            counts.rows,
            counts.create,
            counts.error,
            counts.warning
        )
    }

    /// Beside a peer: how fast, and how much memory.
    fn lines(&self, ours: &[Sample], peer: &Peer, runs: &Runs) -> Vec<Line> {
        let work = format!("{}, {} rows × {}", self.format.name(), self.rows, self.format.columns());
        let (speed, spread) = median(ours.iter().map(|sample| sample.rows_per_second).collect());
        let fast = |peer: String, theirs: Option<f64>, durability: String| Line {
            work: work.clone(),
            peer,
            ours: speed,
            theirs,
            unit: "rows/s",
            better: "higher",
            spread,
            memory_mb: Some(peak(ours)),
            durability,
        };
        if let Some(failure) = &runs.failure {
            return vec![fast(format!("{}: {failure}", peer.name), None, "not measured".into())];
        }
        let theirs = median(runs.samples.iter().map(|sample| sample.rows_per_second).collect()).0;
        let once = if peer.repeats == 1 { "; theirs once" } else { "" };
        vec![
            fast(peer.name.into(), Some(theirs), format!("{DURABILITY}{once}")),
            memory(&format!("{work}: most memory"), peer.name, peak(ours), peak(&runs.samples), DURABILITY),
        ]
    }
}

/// The small CSV: its peak of memory beside that of the large one, and checking it again after a mend.
fn small(rows: u32, large: &[Sample], repeats: usize) -> Outcome<Vec<Line>> {
    let file = files::made(Format::Csv, FEW)?;
    let done = (0..repeats).map(|_| ours::run(&file, FEW, true)).collect::<Outcome<Vec<Done>>>()?;
    let samples: Vec<Sample> = done.iter().map(Done::sample).collect();
    let (check_ms, spread) = median(done.iter().filter_map(|done| done.check_ms).collect());
    let of_small = format!("ours, {FEW} rows");
    Ok(vec![
        memory(&format!("csv, {rows} rows: most memory (goal: 200)"), &of_small, peak(large), peak(&samples), OF_OURS),
        figure(&format!("a cell mended, {FEW} rows checked again"), check_ms, spread, OF_OURS),
    ])
}

/// The most memory that any run took, in MB.
fn peak(samples: &[Sample]) -> f64 {
    samples.iter().map(|sample| sample.peak_mb).fold(0.0, f64::max)
}

fn memory(work: &str, peer: &str, ours: f64, theirs: f64, durability: &str) -> Line {
    Line {
        work: work.into(),
        peer: peer.into(),
        ours,
        theirs: Some(theirs),
        unit: "MB",
        better: "lower",
        spread: 0.0,
        memory_mb: Some(ours),
        durability: durability.into(),
    }
}

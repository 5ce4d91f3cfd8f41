//! The app's whole way with a sheet of households: a device brings, reads, checks, mends and commits it without a network, sends it, and takes it back;
//! once undisturbed and once killed in each step. It fails unless server and device have the same rows, and those of the sheet.
//!
//! `bench import whole [ROWS] [KILLS] [SEED]`: 100,000 rows and two kills a step unless said otherwise.

use super::super::{Line, Outcome, figure};
use super::files::Format;
use std::io::Write;
use tests::sheets::{Encoding, write_csv, write_xlsx};
use tests::whole_import::{self, Plan, Whole};

/// Rows of a sheet.
const ROWS: u32 = 100_000;

/// Kills in each step.
const KILLS: u32 = 2;

const DURABILITY: &str = "device WAL + NORMAL, encrypted; server WAL + FULL";

/// Runs both formats, and returns what each step took.
pub async fn run(arguments: &[String]) -> Outcome<Vec<Line>> {
    let number = |place: usize| arguments.get(place).map(|text| text.parse::<u32>()).transpose();
    let (rows, kills) = (number(0)?.unwrap_or(ROWS), number(1)?.unwrap_or(KILLS));
    let seed = arguments.get(2).map(|text| text.parse::<u64>()).transpose()?.unwrap_or_else(|| fastrand::u64(..1_000_000));
    let mut lines = Vec::new();
    for format in [Format::Csv, Format::Xlsx] {
        let bytes = file(format, rows)?;
        let runs = if kills == 0 { vec![0] } else { vec![0, kills] };
        for kills in runs {
            let name = format!("pelanggan.{}", format.name());
            let plan = Plan { name, bytes: bytes.clone(), households: rows, kills, seed, is_sent_between: true };
            let whole = whole_import::run(plan).await;
            writeln!(
                std::io::stdout().lock(),
                "{}, {rows} rows: {} customers committed and taken back, {} rows compared, {} kills, seed {seed}",
                format.name(),
                whole.customers,
                whole.compared,
                whole.kills
            )?;
            lines.extend(lines_of(format, rows, kills, &whole));
        }
    }
    Ok(lines)
}

/// A sheet as a program on Windows saves it.
fn file(format: Format, rows: u32) -> Outcome<Vec<u8>> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("pelanggan");
    match format {
        Format::Csv => write_csv(&file, rows, format.columns(), Encoding::Windows1252)?,
        Format::Xlsx | Format::Ods => write_xlsx(&file, rows)?,
    }
    Ok(std::fs::read(&file)?)
}

fn lines_of(format: Format, rows: u32, kills: u32, whole: &Whole) -> Vec<Line> {
    let of = format!("{}, {rows} rows, {kills} kills a step", format.name());
    let mut lines: Vec<Line> = whole
        .steps
        .iter()
        .map(|(step, took)| figure(&format!("{of}: {}", step.name()), took.as_secs_f64() * 1_000.0, 0.0, DURABILITY))
        .collect();
    let memory = Line {
        unit: "MB",
        memory_mb: Some(whole.peak_mb),
        ..figure(&format!("{of}: most memory of the device"), whole.peak_mb, 0.0, DURABILITY)
    };
    lines.push(memory);
    lines
}

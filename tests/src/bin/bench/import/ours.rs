//! Our side: the app's own way from a file to checked rows in an import's encrypted file, each time in a process of its own, so that its peak
//! of memory is of this work alone: `bench import-worker FILE [mend]`.

use super::super::Outcome;
use super::Sample;
use client::imports::check::{Surroundings, check};
use client::imports::known::Nothing;
use client::imports::read::{Reading, open, read};
use client::imports::state::State;
use client::store::imports::ImportFile;
use domain::imports::Level;
use domain::{TimeZone, ZoneId};
use imports::Limits;
use protocol::ui::imports::Counts;
use serde::{Deserialize, Serialize};
use std::io::Write;
use std::ops::ControlFlow;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;
use sync_server::core::now;
use tests::households::{ZONES, mistaken};
use tests::memory::memory_mb;
use uuid::Uuid;

/// What a worker is asked to do besides reading.
const MEND: &str = "mend";

/// The name that the first household with a mistake lacks.
const NAME: &str = "Siti Aminah";

/// What a worker did.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Done {
    /// Seconds from opening the file until all is committed.
    seconds: f64,
    /// The most memory until then, in MB.
    peak_mb: f64,
    /// The rows by their fate.
    pub counts: Counts,
    /// Milliseconds for mending one cell and checking all rows again, where that was asked for.
    pub check_ms: Option<f64>,
}

impl Done {
    /// What is compared.
    pub fn sample(&self) -> Sample {
        Sample { rows_per_second: f64::from(self.counts.rows) / self.seconds, peak_mb: self.peak_mb }
    }
}

/// Has a worker read a file of so many households. Fails unless each row was checked and exactly the mistaken ones have an error.
pub fn run(file: &Path, rows: u32, is_mended: bool) -> Outcome<Done> {
    let mut worker = Command::new(std::env::current_exe()?);
    worker.arg("import-worker").arg(file).args(is_mended.then_some(MEND));
    let output = worker.env("RUST_LOG", "error").stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err(format!("the import of {} ended with {}", file.display(), output.status).into());
    }
    let done: Done = serde_json::from_slice(&output.stdout)?;
    let Counts { create, error, .. } = done.counts;
    if (done.counts.rows, create, error) != (rows, rows - mistaken(rows), mistaken(rows)) {
        return Err(format!(
            "{}: {rows} rows, of which {} have an error, came to {:?}",
            file.display(),
            mistaken(rows),
            done.counts
        )
        .into());
    }
    Ok(done)
}

/// The worker's own program.
pub fn worker(arguments: &[String]) -> Outcome {
    let (path, is_mended) = match arguments {
        [path] => (Path::new(path), false),
        [path, work] if work == MEND => (Path::new(path), true),
        _ => return Err("bench import-worker FILE [mend]".into()),
    };
    let folder = tempfile::tempdir()?;
    let key = format!("{:064x}", Uuid::new_v4().as_u128());
    let around = around();
    let mut state = State::new(Uuid::now_v7(), path.display().to_string(), now(), None);
    let started = Instant::now();
    let mut file = ImportFile::open(&folder.path().join("import.db"), &key)?;
    let Some(mut workbook) = open(&file, &mut state, path, &Limits::default())? else {
        return Err(format!("not opened: {:?}", state.failure).into());
    };
    let with = Reading { around: &around, known: &Nothing, remembered: &|_| None };
    let is_read = read(&mut file, &mut state, &mut workbook, &with, &mut |_| ControlFlow::Continue(()))?;
    let seconds = started.elapsed().as_secs_f64();
    if !is_read || !state.is_checked {
        return Err(format!("not read and checked: {:?}", state.failure).into());
    }
    let peak_mb = memory_mb(std::process::id()).ok_or("the kernel does not tell the peak of memory")?;
    let counts = state.counts;
    let check_ms = if is_mended { Some(mend(&mut file, &mut state, &around)?) } else { None };
    writeln!(std::io::stdout(), "{}", serde_json::to_string(&Done { seconds, peak_mb, counts, check_ms })?)?;
    Ok(())
}

/// The zones are known before, so that reading checks each row at once.
fn around() -> Surroundings {
    let time_zone = TimeZone::Jakarta;
    let zone = |name: &&str| (ZoneId(Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes())), (*name).to_owned());
    Surroundings { zones: ZONES.iter().map(zone).collect(), today: time_zone.day_of(now()), time_zone }
}

/// Mends the first cell with an error and checks every row again, as each mend in the app does; returns milliseconds.
fn mend(file: &mut ImportFile, state: &mut State, around: &Surroundings) -> Outcome<f64> {
    let found = file.first_findings(Level::Error, 1)?;
    let first = found.first().ok_or("no row has an error")?;
    let (row, column) = (first.row, first.column.ok_or("the first error is of no cell")?);
    let before = state.counts.error;
    let started = Instant::now();
    file.transact(|tx| tx.mend_cell(row, column, NAME))?;
    check(file, state, around, &Nothing, &mut |_| ControlFlow::Continue(()))?;
    let took = started.elapsed().as_secs_f64() * 1_000.0;
    if state.counts.error + 1 != before {
        return Err(format!("{before} errors, and {} after one was mended", state.counts.error).into());
    }
    Ok(took)
}

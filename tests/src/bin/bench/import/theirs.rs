//! The other side: libraries of Python from PyPI, pinned in `requirements.txt`, which `cargo xtask bench` installs.

use super::super::{Outcome, results};
use super::Sample;
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What `peers.py` prints.
#[derive(Deserialize)]
struct Done {
    seconds: f64,
    rows: u32,
    peak_mb: f64,
}

/// The Python that has them.
pub fn python() -> Outcome<PathBuf> {
    let python = results()?.join("venv/bin/python");
    if python.exists() { Ok(python) } else { Err("the peers are not there: `cargo xtask bench import` installs them".into()) }
}

/// Has a peer read a file of so many rows, each of which it must have stored.
pub fn run(peer: &str, file: &Path, rows: u32) -> Outcome<Sample> {
    let folder = tempfile::tempdir()?;
    let script = folder.path().join("peers.py");
    std::fs::write(&script, include_str!("peers.py"))?;
    let mut python = Command::new(python()?);
    python.arg(&script).arg(peer).arg(file).arg(folder.path().join("imported.db"));
    let output = python.stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err(format!("ended with {}", output.status).into());
    }
    let done: Done = serde_json::from_slice(&output.stdout)?;
    if done.rows != rows {
        return Err(format!("it stored {} rows of {rows}", done.rows).into());
    }
    Ok(Sample { rows_per_second: f64::from(rows) / done.seconds, peak_mb: done.peak_mb })
}

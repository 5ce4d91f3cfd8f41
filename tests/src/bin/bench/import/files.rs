//! The files that are read, made once and kept under `target/bench/import`: a CSV by this program, an XLSX by `rust_xlsxwriter`, an ODS by
//! `ods.py` from a CSV.

use super::super::{Outcome, results};
use super::theirs::python;
use std::path::{Path, PathBuf};
use std::process::Command;
use tests::households::{COLUMNS, DAYS, NUMBERS};
use tests::sheets::{Encoding, write_csv, write_xlsx};

/// A part of the files' names. With another one, files of before are not used again.
const EDITION: u32 = 1;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Csv,
    Xlsx,
    Ods,
}

impl Format {
    /// As it is asked for, and as the file's name ends.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Ods => "ods",
        }
    }

    /// Columns of a file.
    pub const fn columns(self) -> usize {
        match self {
            Self::Csv => 10,
            Self::Xlsx | Self::Ods => COLUMNS.len(),
        }
    }
}

/// A file with so many households, made if it is not there.
pub fn made(format: Format, rows: u32) -> Outcome<PathBuf> {
    let folder = results()?.join("import");
    std::fs::create_dir_all(&folder)?;
    let file = folder.join(format!("households-{EDITION}-{rows}.{}", format.name()));
    if !file.exists() {
        // A file that is there is whole.
        let part = file.with_extension("part");
        match format {
            Format::Csv => write_csv(&part, rows, format.columns(), Encoding::Utf8)?,
            Format::Xlsx => write_xlsx(&part, rows)?,
            Format::Ods => write_ods(&part, rows)?,
        }
        std::fs::rename(&part, &file)?;
    }
    Ok(file)
}

fn write_ods(file: &Path, rows: u32) -> Outcome {
    let folder = tempfile::tempdir()?;
    let (source, script) = (folder.path().join("households.csv"), folder.path().join("ods.py"));
    write_csv(&source, rows, Format::Ods.columns(), Encoding::Utf8)?;
    std::fs::write(&script, include_str!("ods.py"))?;
    let status = Command::new(python()?).arg(&script).arg(&source).arg(file).args([NUMBERS, DAYS]).status()?;
    if status.success() { Ok(()) } else { Err(format!("ods.py ended with {status}").into()) }
}

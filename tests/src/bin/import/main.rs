//! Imports a file without a screen, by the code of the app, and prints as JSON what it found: `cargo xtask import FILE`.
//!
//! There is no utility around it, so the zones that the sheet names count as known. `--apply` makes a server with these zones, imports the
//! file as an admin would on a device without a network, connects, and says what is on the server then.

mod apply;

use clap::Parser;
use client::imports::check::{Surroundings, check};
use client::imports::known::Nothing;
use client::imports::read::{Reading, open, read};
use client::imports::state::State;
use client::store::imports::ImportFile;
use domain::imports::parse::plain::shown;
use domain::imports::{Field, Finding, Level};
use domain::{TimeZone, UtcMillis, ZoneId};
use imports::Limits;
use protocol::ui::imports::{Column, Mapped, Stage};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::error::Error;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use uuid::Uuid;

/// Findings that are printed.
const PRINTED: usize = 20;

/// Rows that are read together.
const TOGETHER: u32 = 5_000;

#[derive(Parser)]
#[command(bin_name = "cargo xtask import", about = "Imports a file without a screen, and prints what it found as JSON")]
struct Options {
    /// The file: CSV, XLSX, XLSM, XLSB, XLS or ODS
    file: PathBuf,
    /// The sheet, by name; the first that is shown and has a table if none is named
    #[arg(long)]
    sheet: Option<String>,
    /// The row with the names of the columns, as the sheet counts; 0 if there is none
    #[arg(long)]
    header_row: Option<u32>,
    /// The encoding of a CSV, such as windows-1252
    #[arg(long)]
    encoding: Option<String>,
    /// What separates the fields of a CSV
    #[arg(long)]
    delimiter: Option<char>,
    /// Commit what is right to a server of its own, and say what is there then
    #[arg(long)]
    apply: bool,
}

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let options = Options::parse();
    let folder = tempfile::tempdir()?;
    let (mut report, read) = dry_run(&options, folder.path())?;
    let is_read = read.is_some();
    if let Some((state, zones)) = read.filter(|_| options.apply) {
        report["applied"] = apply::apply(&options, &zones, mapped(&state)?)?;
    }
    println(&serde_json::to_string_pretty(&report)?)?;
    Ok(if is_read { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn println(text: &str) -> std::io::Result<()> {
    use std::io::Write;
    writeln!(std::io::stdout().lock(), "{text}")
}

/// What the columns hold, as a person would confirm it.
fn mapped(state: &State) -> Result<Mapped, Box<dyn Error>> {
    let mapping = state.mapping.clone().ok_or("no columns")?;
    Ok(Mapped { id: state.id, kind: mapping.kind, columns: mapping.columns, policy: state.policy, zone: None })
}

/// A report, and of a sheet that could be read what it is and which zones it names.
type DryRun = (Value, Option<(State, Vec<String>)>);

fn dry_run(options: &Options, folder: &Path) -> Result<DryRun, Box<dyn Error>> {
    let key = format!("{:064x}", Uuid::new_v4().as_u128());
    let mut file = ImportFile::open(&folder.join("import.db"), &key)?;
    let name = options.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let now = sync_server::core::now();
    let mut state = State::new(Uuid::now_v7(), name.clone(), now, None);
    state.asked.encoding.clone_from(&options.encoding);
    (state.asked.delimiter, state.asked.header_row) = (options.delimiter, options.header_row);
    let Some(mut workbook) = open(&file, &mut state, &options.file, &Limits::default())? else {
        return Ok((json!({ "file": name, "failure": state.failure }), None));
    };
    let Some(sheet) = chosen(&state, options.sheet.as_deref()) else {
        let sheets: Vec<&str> = state.sheets.iter().map(|sheet| sheet.name.as_str()).collect();
        return Ok((json!({ "file": name, "failure": { "code": "missing", "about": options.sheet }, "sheets": sheets }), None));
    };
    state.sheet = sheet;
    let mut around = around(now);
    let with = Reading { around: &around, known: &Nothing, remembered: &|_| None };
    let is_read = read(&mut file, &mut state, &mut workbook, &with, &mut |_| ControlFlow::Continue(()))?;
    if is_read {
        around.zones = zones(&file, &state)?;
        // Rows that name no zone are in the first.
        state.zone = around.zones.first().map(|(zone, _)| *zone);
        check(&mut file, &mut state, &around, &Nothing, &mut |_| ControlFlow::Continue(()))?;
    }
    let report = report(&file, &state, &around)?;
    let zones = around.zones.into_iter().map(|(_, name)| name).collect();
    Ok((report, is_read.then_some((state, zones))))
}

/// The named sheet, or the one that the app takes: the first that is shown and has a table.
fn chosen(state: &State, name: Option<&str>) -> Option<u32> {
    let found = match name {
        Some(name) => state.sheets.iter().position(|sheet| sheet.name == name),
        None => return Some(state.sheet),
    };
    found.and_then(|place| u32::try_from(place).ok())
}

fn around(now: UtcMillis) -> Surroundings {
    let time_zone = TimeZone::Jakarta;
    Surroundings { zones: Vec::new(), today: time_zone.day_of(now), time_zone }
}

/// The zones that the sheet names; one where it names none.
fn zones(file: &ImportFile, state: &State) -> Result<Vec<(ZoneId, String)>, Box<dyn Error>> {
    let mut names = BTreeSet::new();
    if let Some(column) = state.mapping.as_ref().and_then(|mapping| mapping.column_of(Field::Zone)) {
        let mut behind = state.header_row();
        loop {
            let rows = file.rows_behind(behind, TOGETHER)?;
            let Some(last) = rows.last() else { break };
            behind = last.row.number;
            let cells = rows.iter().filter_map(|stored| stored.row.cells.get(column));
            names.extend(cells.filter(|cell| !cell.is_blank()).map(|cell| shown(cell).trim().to_owned()));
        }
    }
    if names.is_empty() {
        names.insert("Semua".to_owned());
    }
    Ok(names.into_iter().map(|name| (ZoneId(Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes())), name)).collect())
}

fn report(file: &ImportFile, state: &State, around: &Surroundings) -> Result<Value, Box<dyn Error>> {
    let format = state.format.as_ref();
    let mapping = state.columns.iter().enumerate().map(|(place, column)| column_of(place, column)).collect::<Vec<_>>();
    let groups = file.groups()?.into_iter().map(|group| {
        json!({
            "count": group.count, "level": group.level, "reason": group.key.reason, "field": group.key.field,
            "repair": group.key.action, "value": group.key.value,
        })
    });
    let zones: Vec<&str> = around.zones.iter().map(|(_, name)| name.as_str()).collect();
    Ok(json!({
        "file": state.name,
        "format": format.map(|format| &format.name),
        "encoding": format.and_then(|format| format.encoding.as_deref()),
        "delimiter": format.and_then(|format| format.delimiter),
        "sheets": state.sheets,
        "sheet": state.sheets.get(state.sheet as usize).map(|sheet| &sheet.name),
        "failure": state.failure,
        "header_row": state.header_row(),
        "kind": state.mapping.as_ref().map(|mapping| mapping.kind),
        "missing": state.mapping.as_ref().map(domain::imports::Mapping::missing),
        "mapping": mapping,
        "notes": state.notes,
        "zones": zones,
        "counts": state.counts,
        "is_checked": state.is_checked && state.stage != Stage::Failed,
        "groups": groups.collect::<Vec<_>>(),
        "errors": findings(file, state, Level::Error)?,
        "warnings": findings(file, state, Level::Warning)?,
    }))
}

fn column_of(place: usize, column: &Column) -> Value {
    json!({
        "column": letter(place), "name": column.name, "field": column.field, "confidence": f64::from(column.confidence) / 1_000.0,
        "samples": column.samples,
    })
}

/// A column as spreadsheets name it.
fn letter(place: usize) -> String {
    let last = char::from(b'A' + (place % 26) as u8);
    match place / 26 {
        0 => last.to_string(),
        rest => format!("{}{last}", letter(rest - 1)),
    }
}

/// The first findings of a level, in order of rows.
fn findings(file: &ImportFile, state: &State, level: Level) -> Result<Vec<Value>, Box<dyn Error>> {
    let found: Vec<Finding> = file.first_findings(level, PRINTED as u32)?;
    let print = |finding: &Finding| {
        let column = finding.column.map(|column| column as usize);
        json!({
            "row": finding.row,
            "column": column.map(letter),
            "name": column.and_then(|column| state.columns.get(column)).map(|column| &column.name),
            "field": finding.field,
            "value": finding.value,
            "reason": finding.reason,
            "repair": finding.repair.action,
            "proposed": finding.repair.proposed,
            "other_row": finding.other_row,
        })
    };
    Ok(found.iter().map(print).collect())
}

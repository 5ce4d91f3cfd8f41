//! An import as the page shows it.

use crate::core::jobs::Jobs;
use crate::error::Error;
use crate::imports::check::Surroundings;
use crate::imports::commit::{UNDO_MS, can_undo};
use crate::imports::state::State;
use crate::store::Store;
use crate::store::imports::{GroupRow, ImportFile, Only, StoredRow};
use crate::store::outbox::sent_of_batch;
use domain::UtcMillis;
use domain::billing::tariff::TariffClass;
use domain::imports::mapping::allowed;
use domain::imports::parse::plain::shown;
use domain::imports::{Field, Level, Overrides};
use domain::people::{ConnectionKind, CustomerStatus};
use protocol::ui::imports::{Fate, Group, Import, ImportLine, ImportRow, RowsQuery, RowsWindow, Sent, Stage};

/// Rows of a window at most.
const WINDOW: u32 = 200;

/// A line of the list.
pub fn line(state: &State) -> ImportLine {
    ImportLine {
        id: state.id,
        name: state.name.clone(),
        at: state.at,
        stage: state.stage,
        kind: state.mapping.as_ref().map(|mapping| mapping.kind),
        counts: state.counts,
    }
}

/// An import.
///
/// # Errors
/// The outbox cannot be read.
pub fn import(state: &State, store: &Store, around: &Surroundings, jobs: &Jobs, now: UtcMillis) -> Result<Import, Error> {
    let mut columns = state.columns.clone();
    if let Some(mapping) = &state.mapping {
        for (column, field) in columns.iter_mut().zip(&mapping.columns) {
            column.field = *field;
        }
    }
    Ok(Import {
        line: line(state),
        format: state.format.clone(),
        sheets: state.sheets.clone(),
        sheet: state.sheet,
        failure: state.failure.clone(),
        notes: state.notes.clone(),
        header_row: state.header_row(),
        columns,
        policy: state.policy,
        zone: state.zone,
        zones: around.zones.clone(),
        is_remembered: state.is_remembered,
        fields: state.mapping.as_ref().map(|mapping| allowed(mapping.kind).to_vec()).unwrap_or_default(),
        missing: state.mapping.as_ref().map(domain::imports::Mapping::missing).unwrap_or_default(),
        job: jobs.of(state.id),
        sent: sent(state, store)?,
        undo_until: can_undo(state, now).then(|| state.committed_at.map(|at| at.plus(UNDO_MS))).flatten(),
        changed_since: state.changed_since.clone(),
    })
}

fn sent(state: &State, store: &Store) -> Result<Sent, Error> {
    if !matches!(state.stage, Stage::Committing | Stage::Committed | Stage::Undoing | Stage::Undone) {
        return Ok(Sent::default());
    }
    let all = state.operations + state.undo_operations;
    store.read_now(|db| sent_of_batch(db, state.id, all))
}

/// A group of findings.
pub fn group(state: &State, around: &Surroundings, row: GroupRow) -> Group {
    let column = row.first.column.and_then(|column| state.columns.get(column as usize));
    Group {
        level: row.level,
        count: row.count,
        column: column.map(|column| column.name.clone()).unwrap_or_default(),
        choices: row.key.field.map(|field| choices(field, around)).unwrap_or_default(),
        key: row.key,
        first: row.first,
    }
}

/// The words that a field takes.
fn choices(field: Field, around: &Surroundings) -> Vec<String> {
    let own = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    match field {
        Field::Status => own(&CustomerStatus::ALL.map(CustomerStatus::as_str)),
        Field::PropertyKind => own(&ConnectionKind::ALL.map(ConnectionKind::as_str)),
        Field::TariffClass => own(&TariffClass::ALL.map(TariffClass::as_str)),
        Field::Zone => around.zones.iter().map(|(_, name)| name.clone()).collect(),
        _ => Vec::new(),
    }
}

/// A part of the rows.
///
/// # Errors
/// The import's file cannot be read.
pub fn rows(file: &ImportFile, state: &State, asked: &RowsQuery) -> Result<RowsWindow, Error> {
    let limit = asked.limit.min(WINDOW);
    let (total, stored): (u32, Vec<StoredRow>) = match &asked.group {
        None => {
            let only = match (asked.fate, asked.level) {
                (Some(fate), _) => Only::Fate(fate),
                (None, Some(Level::Error)) => Only::Fate(Fate::Error),
                (None, Some(Level::Warning)) => Only::Warned,
                (None, None) => Only::All,
            };
            (total(file, state, only)?, file.rows_of(state.header_row(), only, asked.offset, limit)?)
        }
        Some(key) => {
            let (total, numbers) = file.rows_of_group(key, asked.offset, limit)?;
            let rows = numbers.into_iter().map(|number| file.row(number)).collect::<Result<Vec<_>, _>>()?;
            (total, rows.into_iter().flatten().collect())
        }
    };
    let overrides = file.overrides_of(stored.iter().map(|stored| stored.row.number))?;
    let rows = stored.into_iter().map(|stored| row(file, state, &overrides, &stored)).collect::<Result<_, _>>()?;
    Ok(RowsWindow { total, rows })
}

/// How many rows there are of which a window shows a part: as the last check counted them.
fn total(file: &ImportFile, state: &State, only: Only) -> Result<u32, Error> {
    let counts = state.counts;
    Ok(match only {
        // Before the first check only the sheet's rows were counted, those of its header among them.
        Only::All if counts.create + counts.update + counts.same + counts.left_out + counts.error == 0 => {
            file.count_rows(state.header_row())?
        }
        Only::All => counts.rows,
        Only::Fate(Fate::Create) => counts.create,
        Only::Fate(Fate::Update) => counts.update,
        Only::Fate(Fate::Same) => counts.same,
        Only::Fate(Fate::LeftOut) => counts.left_out,
        Only::Fate(Fate::Error) => counts.error,
        Only::Warned => counts.warning,
    })
}

fn row(file: &ImportFile, state: &State, overrides: &Overrides, stored: &StoredRow) -> Result<ImportRow, Error> {
    let mended = overrides.apply(&stored.row);
    let width = state.columns.len().max(mended.cells.len());
    let cell = |place: usize| mended.cells.get(place).map(|cell| shown(cell).into_owned()).unwrap_or_default();
    Ok(ImportRow {
        row: stored.row.number,
        cells: (0..width).map(cell).collect(),
        fate: stored.fate.unwrap_or(Fate::LeftOut),
        findings: file.findings_of(stored.row.number)?,
        changes: Vec::new(),
    })
}

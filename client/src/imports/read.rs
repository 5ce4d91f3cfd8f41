//! Reading: the file once from its beginning to its end, each row stored and, where the columns are understood, checked at once.

use crate::error::Error;
use crate::imports::check::{Basis, Checker, FileRules, SAMPLE, Surroundings, Watch, with_notes_of_check};
use crate::imports::failures::{failure_of_opening, failure_of_reading, failure_of_sheet};
use crate::imports::known::Known;
use crate::imports::sheets::{fill_down, likely_sheet};
use crate::imports::state::State;
use crate::imports::walk::{Walk, Walked, settle};
use crate::store::imports::{Block, ImportFile};
use domain::ZoneId;
use domain::imports::parse::plain::shown;
use domain::imports::{Header, Kind, Mapping, Overrides, SheetRow, Suggested, header, suggest, suggest_for};
use imports::{Format, Limits, Notes, Options, ReadError, Workbook, open_with};
use protocol::ui::imports::{Column, Counts, FileFormat, Policy, Sheet, SheetNote, Stage};
use std::collections::HashSet;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

/// Rows after which a watcher is asked.
const TOGETHER: u32 = 5_000;

/// Values of a column that the page shows.
const SHOWN: usize = 3;

/// The longest of them, in characters.
const SHOWN_LENGTH: usize = 40;

/// Finds what the columns of a source held the last time.
pub type Remembered<'a> = &'a dyn Fn(&str) -> Option<Mapping>;

/// What reading needs besides the files.
pub struct Reading<'a> {
    /// The utility's zones and today.
    pub around: &'a Surroundings,
    /// What is there already.
    pub known: &'a dyn Known,
    /// What columns held before.
    pub remembered: Remembered<'a>,
}

/// Opens the file that was brought, and says what it is. A file that cannot be opened is a failed import, not an error.
///
/// # Errors
/// The import's file cannot be written.
pub fn open(file: &ImportFile, state: &mut State, brought: &Path, limits: &Limits) -> Result<Option<Workbook>, Error> {
    let options = Options {
        encoding: state.asked.encoding.clone(),
        delimiter: state.asked.delimiter.and_then(|delimiter| u8::try_from(delimiter).ok()),
    };
    match open_with(brought, limits, &options) {
        Ok(mut workbook) => {
            state.format = Some(format(workbook.format()));
            // Whoever opens it for the first time has chosen no sheet.
            if state.sheets.is_empty() {
                state.sheet = likely_sheet(&mut workbook);
            }
            state.sheets = workbook.sheets().iter().map(sheet).collect();
            state.failure = None;
            Ok(Some(workbook))
        }
        Err(error) => {
            state.stage = Stage::Failed;
            state.failure = Some(failure_of_opening(&error));
            file.set_state(state)?;
            Ok(None)
        }
    }
}

/// Reads the chosen sheet. Returns false if it was stopped, or cannot be read; then the import has failed.
///
/// # Errors
/// The import's file cannot be written, or what is there cannot be read.
pub fn read(
    file: &mut ImportFile,
    state: &mut State,
    workbook: &mut Workbook,
    with: &Reading<'_>,
    watch: Watch<'_>,
) -> Result<bool, Error> {
    // What is known of a sheet is forgotten with its rows, and comes back when the last of them was read.
    state.forget_sheet();
    file.transact(|tx| {
        tx.clear()?;
        tx.set_state(state)
    })?;
    let outcome = walk_over(file, state, workbook, with, watch)?;
    state.sheets = workbook.sheets().iter().map(self::sheet).collect();
    let is_read = match outcome {
        Outcome::Read(sheet, walked, notes) => {
            sheet.settle(file, state, walked, &notes)?;
            if let Some(filled) = fill_down(file, state.header_row(), &notes.tall_merges)? {
                state.notes.push(filled);
                state.is_checked = false;
            }
            state.stage = Stage::Mapping;
            true
        }
        Outcome::Stopped => false,
        Outcome::Failed(error) => {
            state.stage = Stage::Failed;
            state.failure = Some(failure_of_reading(&error));
            false
        }
    };
    file.set_state(state)?;
    Ok(is_read)
}

/// How a reading ended.
enum Outcome<'a> {
    /// With the last row.
    Read(Box<Understood<'a>>, Walked, Notes),
    /// Before it, because somebody stopped it.
    Stopped,
    /// Before it, because the file cannot be read.
    Failed(ReadError),
}

fn walk_over<'a>(
    file: &mut ImportFile,
    state: &State,
    workbook: &mut Workbook,
    with: &Reading<'a>,
    watch: Watch<'_>,
) -> Result<Outcome<'a>, Error> {
    std::thread::scope(|scope| {
        let mut run = Run {
            walk: Walk::start(scope, file)?,
            with,
            sample: Vec::new(),
            sheet: None,
            block: Block::default(),
            is_data: false,
            rows: 0,
            name: state.sheets.get(state.sheet as usize).map_or("", |sheet| sheet.name.as_str()),
            asked: state.asked.header_row,
            rules: FileRules { is_1904: false, ..FileRules::of(state) },
        };
        let mut interrupted = None;
        let read = workbook.read(state.sheet as usize, &mut |row, _| match run.take(row) {
            Ok(()) if run.rows.is_multiple_of(TOGETHER) && watch(run.rows).is_break() => {
                interrupted = Some(Ok(()));
                ControlFlow::Break(())
            }
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                interrupted = Some(Err(error));
                ControlFlow::Break(())
            }
        });
        match (interrupted, read) {
            (Some(Err(error)), _) => Err(error),
            (Some(Ok(())), _) => Ok(Outcome::Stopped),
            (None, Err(error)) => Ok(Outcome::Failed(error)),
            (None, Ok(notes)) => run.end().map(|(sheet, walked)| Outcome::Read(sheet, walked, notes)),
        }
    })
}

/// One reading of a sheet: the first rows are held until there are enough to understand the columns by.
struct Run<'r, 'f, 'a> {
    walk: Walk<'f, 'a>,
    with: &'r Reading<'a>,
    sample: Vec<SheetRow>,
    sheet: Option<Box<Understood<'a>>>,
    block: Block,
    /// Whether the rows of the block are behind the header.
    is_data: bool,
    rows: u32,
    /// What the sheet is called; of a CSV nothing.
    name: &'r str,
    asked: Option<u32>,
    rules: FileRules,
}

/// A sheet whose header was found, or that has none.
struct Understood<'a> {
    header: Option<Header>,
    columns: Vec<Column>,
    mapping: Mapping,
    is_remembered: bool,
    /// The zone of connections whose row names none.
    zone: Option<ZoneId>,
    rows: u32,
    /// Checks rows, where each field that is needed has a column.
    checker: Option<Arc<Checker<'a>>>,
}

impl<'a> Run<'_, '_, 'a> {
    fn take(&mut self, row: &SheetRow) -> Result<(), Error> {
        self.rows += 1;
        if self.sheet.is_some() {
            return self.store(row);
        }
        self.sample.push(row.clone());
        if self.sample.len() == SAMPLE { self.understand() } else { Ok(()) }
    }

    /// Finds header and columns by the rows so far, and stores those.
    fn understand(&mut self) -> Result<(), Error> {
        let sample = std::mem::take(&mut self.sample);
        let found = match self.asked {
            Some(0) => None,
            Some(asked) => sample.iter().position(|row| row.number == asked).and_then(|place| header::at(&sample, place)),
            None => header::find(&sample),
        };
        let behind = found.as_ref().map_or(0, |header| header.last_row);
        let data = &sample[sample.partition_point(|row| row.number <= behind)..];
        let named = found.clone().unwrap_or_else(|| nameless(data));
        let above = found.as_ref().map_or(0, |header| sample.partition_point(|row| row.number < header.first_row));
        let suggested = suggest(&named, data).counted_above(&sample[..above]).in_zones(&self.with.around.zones, data);
        // Sheets without names of columns may be of any source.
        let source = Some(suggested.mapping.signature()).filter(|source| !source.is_empty());
        let remembered = source
            .and_then(|source| (self.with.remembered)(&source))
            .filter(|known| known.columns.len() == suggested.mapping.columns.len())
            .map(|known| known.counted_as(&suggested.mapping).with_times_of(&suggested.mapping));
        let columns = columns(&named, &suggested, remembered.as_ref(), data);
        let is_remembered = remembered.is_some();
        let mapping = remembered.unwrap_or(suggested.mapping);
        let zone = self.with.around.default_zone(self.name, &mapping);
        let checker = mapping.is_complete().then(|| {
            let basis = Basis {
                mapping: mapping.clone(),
                policy: Policy::default(),
                zone,
                file: self.rules,
                around: self.with.around,
                known: self.with.known,
            };
            Arc::new(Checker::new(basis, data, Overrides::default(), HashSet::new()))
        });
        self.sheet = Some(Box::new(Understood { header: found, columns, mapping, is_remembered, zone, rows: 0, checker }));
        sample.iter().try_for_each(|row| self.store(row))
    }

    /// Puts a row into the block of those before it. What is behind the header begins a block.
    fn store(&mut self, row: &SheetRow) -> Result<(), Error> {
        let header = self.sheet.as_ref().and_then(|sheet| sheet.header.as_ref()).map_or(0, |header| header.last_row);
        if !self.is_data && row.number > header {
            self.hand_on()?;
            self.is_data = true;
        }
        self.block.push(row);
        if self.block.is_full() { self.hand_on() } else { Ok(()) }
    }

    fn hand_on(&mut self) -> Result<(), Error> {
        if self.block.is_empty() {
            return Ok(());
        }
        let checker = self.sheet.as_ref().and_then(|sheet| sheet.checker.clone()).filter(|_| self.is_data);
        self.walk.take_in(std::mem::take(&mut self.block), checker)
    }

    fn end(mut self) -> Result<(Box<Understood<'a>>, Walked), Error> {
        if self.sheet.is_none() {
            self.understand()?;
        }
        self.hand_on()?;
        let walked = self.walk.end()?;
        let mut sheet = self.sheet.ok_or_else(|| Error::Protocol("a sheet was read and not understood".to_owned()))?;
        sheet.rows = self.rows;
        Ok((sheet, walked))
    }
}

impl Understood<'_> {
    /// Finishes the check, and says in the state what the sheet came to.
    fn settle(self, file: &mut ImportFile, state: &mut State, walked: Walked, notes: &Notes) -> Result<(), Error> {
        state.notes = self::notes(notes);
        state.is_1904 = notes.is_1904;
        state.header = self.header;
        state.columns = self.columns;
        state.mapping = Some(self.mapping);
        state.is_remembered = self.is_remembered;
        state.zone = self.zone;
        state.policy = Policy::default();
        state.counts = Counts { rows: self.rows, ..Counts::default() };
        // Days that stand as numbers were read as if they were counted from 1900.
        state.is_checked = self.checker.is_some() && !notes.is_1904;
        if let Some(checker) = self.checker {
            file.transact(|tx| tx.keep_of_columns(checker.of_columns()))?;
            let (counts, of_check) = settle(file, &checker, walked)?;
            state.counts = counts;
            with_notes_of_check(&mut state.notes, of_check);
        }
        Ok(())
    }
}

/// What the columns hold where somebody says that the rows are something else.
///
/// # Errors
/// The import's file cannot be read.
pub fn suggested_for(file: &ImportFile, state: &State, kind: Kind, around: &Surroundings) -> Result<Mapping, Error> {
    let rows = file.rows_behind(state.header_row(), SAMPLE as u32)?;
    let sample: Vec<SheetRow> = rows.into_iter().map(|stored| stored.row).collect();
    let title = state.header.as_ref().map_or(0, |header| header.first_row.saturating_sub(1));
    let above = file.rows_behind(0, title)?.into_iter().map(|stored| stored.row).filter(|row| row.number <= title);
    let above: Vec<SheetRow> = above.collect();
    let header = state.header.clone().unwrap_or_else(|| nameless(&sample));
    Ok(suggest_for(kind, &header, &sample).counted_above(&above).in_zones(&around.zones, &sample).mapping)
}

/// Columns without names, as many as the widest row has.
fn nameless(rows: &[SheetRow]) -> Header {
    let width = rows.iter().map(|row| row.cells.len()).max().unwrap_or_default();
    Header { first_row: 0, last_row: 0, names: vec![String::new(); width], confidence_per_mille: 0 }
}

fn columns(header: &Header, suggested: &Suggested, remembered: Option<&Mapping>, rows: &[SheetRow]) -> Vec<Column> {
    let column = |(place, name): (usize, &String)| {
        let of = suggested.columns.get(place).copied().flatten();
        let field = match remembered {
            Some(mapping) => mapping.columns.get(place).copied().flatten(),
            None => of.map(|of| of.field),
        };
        let values = rows.iter().filter_map(|row| row.cells.get(place)).filter(|cell| !cell.is_blank());
        Column {
            name: name.clone(),
            field,
            suggested: of.map(|of| of.field),
            confidence: of.map_or(0, |of| of.confidence_per_mille),
            samples: values.take(SHOWN).map(|cell| shown(cell).chars().take(SHOWN_LENGTH).collect()).collect(),
        }
    };
    header.names.iter().enumerate().map(column).collect()
}

fn format(format: &Format) -> FileFormat {
    let (name, encoding, delimiter) = match format {
        Format::Csv { encoding, delimiter, .. } => ("csv", Some((*encoding).to_owned()), Some(char::from(*delimiter))),
        Format::Xlsx { has_macros: false } => ("xlsx", None, None),
        Format::Xlsx { has_macros: true } => ("xlsm", None, None),
        Format::Xlsb => ("xlsb", None, None),
        Format::Xls => ("xls", None, None),
        Format::Ods => ("ods", None, None),
        _ => ("", None, None),
    };
    FileFormat { name: name.to_owned(), encoding, delimiter }
}

fn sheet(info: &imports::SheetInfo) -> Sheet {
    let failure = info.failure.as_ref().map(failure_of_sheet);
    Sheet { name: info.name.clone(), is_hidden: info.is_hidden, failure }
}

fn notes(notes: &Notes) -> Vec<SheetNote> {
    let mut found = Vec::new();
    let mut note = |code: &str, count: u32, row: u32| {
        if count > 0 {
            found.push(SheetNote { code: code.to_owned(), count, row });
        }
    };
    note("hidden_rows", notes.hidden_rows, 0);
    note("merges", notes.merges, 0);
    note("dates_1904", u32::from(notes.is_1904), 0);
    let ragged = notes.ragged;
    for (code, seen) in [
        ("replaced", notes.replaced),
        ("not_finite", notes.not_finite),
        ("without_result", notes.without_result),
        ("ragged_shorter", ragged.and_then(|ragged| ragged.shorter)),
        ("ragged_longer", ragged.and_then(|ragged| ragged.longer)),
    ] {
        if let Some(seen) = seen {
            note(code, seen.count, seen.first_row);
        }
    }
    found
}

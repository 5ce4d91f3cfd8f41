//! Checking: every row is read by the mapping and compared with what is there. The same for a row that comes from the file and for one that was
//! stored, so that a sheet is read once and checked as often as somebody mends it. What a row comes to depends on other rows in two ways only: by what
//! it repeats of one, and by whether another table has begun. So rows are checked on all cores.

use crate::error::Error;
use crate::imports::compare::{Comparer, Deed, Standing, Wanted};
use crate::imports::known::Known;
use crate::imports::state::State;
use crate::imports::walk::{Walk, settle};
use crate::store::imports::{Block, Fates, ImportFile, Marks};
use domain::imports::repeats::Sum;
use domain::imports::{
    Field, Finding, Kind, Level, Mapping, Overrides, Reason, Record, Repeat, Repeats, RowReader, Rules, SheetRow, SkipReason,
};
use domain::sync::edit::CustomerField;
use domain::{Area, LocalDay, TimeZone, ZoneId};
use protocol::ui::imports::{Counts, Fate, Policy, SheetNote};
use std::collections::{BTreeMap, HashSet};
use std::ops::ControlFlow;
use std::sync::Arc;

/// Rows by which columns decide what their marks and dates mean.
pub const SAMPLE: usize = 2_000;

/// What a check needs besides the file.
#[derive(Clone, Debug)]
pub struct Surroundings {
    /// The utility's zones, by name.
    pub zones: Vec<(ZoneId, String)>,
    /// Today where the utility is.
    pub today: LocalDay,
    /// The time zone of the sheet's times.
    pub time_zone: TimeZone,
}

impl Surroundings {
    /// The zone of connections whose row names none, unless somebody chooses another one: that which the sheet is called by, where no column has
    /// zones; else the utility's, where it has one only.
    pub fn default_zone(&self, sheet: &str, mapping: &Mapping) -> Option<ZoneId> {
        let is_its = |(_, name): &&(ZoneId, String)| name.trim().eq_ignore_ascii_case(sheet.trim());
        let of_sheet = self.zones.iter().find(is_its).filter(|_| mapping.column_of(Field::Zone).is_none());
        match (of_sheet, self.zones.as_slice()) {
            (Some((zone, _)), _) | (None, [(zone, _)]) => Some(*zone),
            (None, _) => None,
        }
    }

    pub(super) fn rules(&self, file: FileRules) -> Rules {
        let (zones, today, time_zone) = (self.zones.clone(), self.today, self.time_zone);
        let FileRules { is_1904, is_delimited } = file;
        // A utility has no outline of its own yet; whatever is outside of Indonesia is no place that it supplies.
        Rules { zones, area: Some(Area::INDONESIA), today, time_zone, is_1904, takes_hidden: true, is_delimited }
    }
}

/// What the file itself says of how its rows are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FileRules {
    /// Whether the workbook counts its days from 1904.
    pub is_1904: bool,
    /// Whether it is delimited text.
    pub is_delimited: bool,
}

impl FileRules {
    /// Those of an import whose sheet was read.
    pub fn of(state: &State) -> Self {
        let is_delimited = state.format.as_ref().is_some_and(|format| format.delimiter.is_some());
        Self { is_1904: state.is_1904, is_delimited }
    }
}

/// Is asked after some rows whether to go on; it is given how many rows were done.
pub type Watch<'a> = &'a mut dyn FnMut(u32) -> ControlFlow<()>;

/// Checks rows.
pub struct Checker<'a> {
    reader: RowReader,
    repeats: Repeats,
    comparer: Comparer<'a>,
    overrides: Overrides,
    left_out: HashSet<u32>,
}

/// Rows that were passed over: how many, and the first.
pub type Skips = BTreeMap<SkipReason, (u32, u32)>;

/// What is noted of rows besides what they come to.
#[derive(Default)]
pub struct Noted {
    /// The sums of what no two rows should have.
    pub sums: Vec<Sum>,
    /// The rows that were passed over.
    pub skipped: Skips,
    /// Whether another table has begun, whose columns are not those of the mapping: before the rows, and then behind them.
    pub is_other_table: bool,
}

/// What a check is made by.
pub struct Basis<'a> {
    /// What the columns hold.
    pub mapping: Mapping,
    /// What is to be done.
    pub policy: Policy,
    /// The zone of connections whose row names none.
    pub zone: Option<ZoneId>,
    /// How the file's rows are read.
    pub file: FileRules,
    /// The utility's zones and today.
    pub around: &'a Surroundings,
    /// What is there already.
    pub known: &'a dyn Known,
}

impl<'a> Checker<'a> {
    /// Begins a check of a sheet whose first rows are `sample`.
    pub fn new(basis: Basis<'a>, sample: &[SheetRow], overrides: Overrides, left_out: HashSet<u32>) -> Self {
        let mended: Vec<SheetRow> = sample.iter().map(|row| overrides.apply(row).into_owned()).collect();
        Self {
            reader: RowReader::new(basis.mapping.clone(), basis.around.rules(basis.file), &mended),
            repeats: Repeats::new(&basis.mapping),
            comparer: Comparer { known: basis.known, mapping: basis.mapping, policy: basis.policy, zone: basis.zone },
            overrides,
            left_out,
        }
    }

    /// What is to be said of columns as a whole.
    pub fn of_columns(&self) -> &[Finding] {
        self.reader.column_findings()
    }

    /// What is to be said of a sheet as a whole, by what its rows came to.
    pub fn notes(&self, skipped: Skips, fates: &Fates) -> Vec<SheetNote> {
        let notes = skipped.into_iter().filter_map(|(reason, (count, row))| {
            let code = match reason {
                SkipReason::Total => "totals",
                SkipReason::Header | SkipReason::Numbering => "repeated_headers",
                SkipReason::Note => "notes",
                SkipReason::Blank | SkipReason::Hidden => return None,
            };
            Some(SheetNote { code: code.to_owned(), count, row })
        });
        let mut notes: Vec<SheetNote> = notes.collect();
        if self.comparer.mapping.kind == Kind::Balances {
            notes.push(SheetNote { code: "balances".to_owned(), count: fates.all(), row: 0 });
        }
        notes
    }

    /// Checks the rows of a block as if they repeated nothing of others. `is_other_table` says whether another table has begun before them.
    ///
    /// # Errors
    /// What is there cannot be read.
    pub fn block(&self, block: &Block, is_other_table: bool) -> Result<(Marks, Vec<Finding>, Noted), Error> {
        let (mut marks, mut findings) = (Marks::default(), Vec::new());
        let mut noted = Noted { is_other_table, ..Noted::default() };
        let mut row = SheetRow::default();
        for place in 0..block.len() {
            block.read(place, &mut row);
            let (fate, found) = self.judge(&row, &[], &mut noted)?;
            marks.push(fate, is_warned(&found));
            findings.extend(found);
        }
        Ok((marks, findings, noted))
    }

    /// Checks those rows of a block again that repeat something, in place of what was said of them. None of them is of another table.
    ///
    /// # Errors
    /// What is there cannot be read.
    pub fn again(&self, block: &Block, repeats: &[Repeat], marks: &mut Marks, findings: &mut Vec<Finding>) -> Result<(), Error> {
        let (mut row, mut found_again) = (SheetRow::default(), Vec::new());
        for of_row in repeats.chunk_by(|one, other| one.row == other.row) {
            let Some(place) = of_row.first().and_then(|repeat| block.place_of(repeat.row)) else { continue };
            block.read(place, &mut row);
            let (fate, found) = self.judge(&row, of_row, &mut Noted::default())?;
            marks.set(place, fate, is_warned(&found), is_further(&found));
            found_again.extend(found);
        }
        findings.retain(|finding| repeats.binary_search_by_key(&finding.row, |repeat| repeat.row).is_err());
        findings.extend(found_again);
        findings.sort_by_key(|finding| finding.row);
        Ok(())
    }

    fn judge(&self, row: &SheetRow, repeated: &[Repeat], noted: &mut Noted) -> Result<(Fate, Vec<Finding>), Error> {
        let mended = self.overrides.apply(row);
        let mut read = self.reader.read(&mended);
        // Looked at before what was left out, since the head of the other table may be.
        let begins_other = read.findings.iter().any(|finding| finding.reason == Reason::OtherTable);
        let is_header = read.skipped.is_some_and(|skipped| skipped.reason == SkipReason::Header);
        noted.is_other_table = begins_other || noted.is_other_table && !is_header;
        if self.left_out.contains(&row.number) {
            return Ok((Fate::LeftOut, Vec::new()));
        }
        if let Some(skipped) = read.skipped {
            let (count, _) = noted.skipped.entry(skipped.reason).or_insert((0, row.number));
            *count += 1;
            return Ok((Fate::LeftOut, read.findings));
        }
        if noted.is_other_table && !begins_other {
            return Ok((Fate::Error, vec![RowReader::of_other_table(&mended)]));
        }
        let Some(record) = read.record else { return Ok((Fate::Error, read.findings)) };
        let first_of = |sum| {
            noted.sums.push((sum, row.number));
            repeated.iter().find(|repeat| repeat.sum == sum).map(|repeat| repeat.first)
        };
        read.findings.extend(self.repeats.findings(row.number, &record, first_of));
        if read.findings.iter().any(|finding| finding.level == Level::Error) {
            return Ok((Fate::Error, read.findings));
        }
        let standing = Standing { is_further: is_further(&read.findings), wanted: Wanted::Fate };
        let compared = self.comparer.compare(row.number, &record, standing)?;
        read.findings.extend(compared.findings.into_iter().map(|finding| finding.quoting(&mended)));
        Ok((compared.fate, read.findings))
    }

    /// The record of a row as it is mended; `None` where there is none.
    pub fn record(&self, row: &SheetRow) -> Option<Record> {
        self.reader.read(&self.overrides.apply(row)).record
    }

    /// What is to be done with a row that a check found right, and what people call it; where it is not right any more, what is found in it now.
    /// `is_further` says whether that check took it for a further connection of an earlier row's customer.
    ///
    /// # Errors
    /// What is there cannot be read.
    pub fn deed(&self, row: &SheetRow, is_further: bool) -> Result<Result<(Deed, String), Vec<Finding>>, Error> {
        let read = self.reader.read(&self.overrides.apply(row));
        let mut findings = read.findings;
        let Some(record) = read.record else { return Ok(Err(findings)) };
        let compared = self.comparer.compare(row.number, &record, Standing { is_further, wanted: Wanted::Deed })?;
        if compared.fate == Fate::Error {
            findings.extend(compared.findings);
            return Ok(Err(findings));
        }
        let title = match &record {
            Record::Customer(customer) => customer.field(CustomerField::Name).unwrap_or(&customer.number).to_owned(),
            Record::Reading(reading) => match (&reading.serial, &reading.number) {
                (Some(serial), _) => serial.to_string(),
                (None, number) => number.clone().unwrap_or_default(),
            },
            Record::Balance(balance) => balance.number.clone(),
        };
        Ok(Ok((compared.deed, title)))
    }
}

fn is_further(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| finding.reason == Reason::FurtherConnection)
}

pub(super) fn is_warned(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| finding.level == Level::Warning)
}

/// Fates as the page counts them.
pub fn counts(fates: &Fates) -> Counts {
    Counts {
        rows: fates.all(),
        create: fates.of(Fate::Create),
        update: fates.of(Fate::Update),
        same: fates.of(Fate::Same),
        left_out: fates.of(Fate::LeftOut),
        error: fates.of(Fate::Error),
        warning: fates.warned,
    }
}

/// Notes of a check, in place of those of an earlier one.
pub fn with_notes_of_check(notes: &mut Vec<SheetNote>, of_check: Vec<SheetNote>) {
    notes.retain(|note| !matches!(note.code.as_str(), "totals" | "repeated_headers" | "notes" | "balances"));
    notes.extend(of_check);
}

/// Checks every stored row anew. Returns false if it was stopped.
///
/// # Errors
/// The import's file cannot be read or written, or what is there cannot be read.
pub fn check(
    file: &mut ImportFile,
    state: &mut State,
    around: &Surroundings,
    known: &dyn Known,
    watch: Watch<'_>,
) -> Result<bool, Error> {
    let Some(mapping) = state.mapping.clone() else { return Ok(true) };
    let (policy, zone, rules) = (state.policy, state.zone, FileRules::of(state));
    let basis = Basis { mapping, policy, zone, file: rules, around, known };
    let header = state.header_row();
    let sample: Vec<SheetRow> = file.rows_behind(header, SAMPLE as u32)?.into_iter().map(|stored| stored.row).collect();
    let checker = Arc::new(Checker::new(basis, &sample, file.overrides()?, file.left_out()?));
    file.transact(|tx| {
        tx.clear_findings()?;
        tx.keep_of_columns(checker.of_columns())
    })?;
    let walked = std::thread::scope(|scope| {
        let mut walk = Walk::start(scope, &mut *file)?;
        let (mut behind, mut done) = (header, 0);
        while let Some(stored) = walk.file().block_behind(behind)? {
            behind = stored.last;
            done += stored.rows;
            walk.check_stored(stored, &checker)?;
            if watch(done).is_break() {
                return Ok(None);
            }
        }
        walk.end().map(Some)
    })?;
    let Some(walked) = walked else { return Ok(false) };
    let (counts, notes) = settle(file, &checker, walked)?;
    state.counts = counts;
    state.is_checked = true;
    with_notes_of_check(&mut state.notes, notes);
    file.set_state(state)?;
    Ok(true)
}

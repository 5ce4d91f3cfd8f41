//! Rows of a sheet into records, by a mapping. What a form would refuse is refused here by the same rule.

use crate::core::position::Area;
use crate::core::search::search_form;
use crate::imports::address_parts::AddressParts;
use crate::imports::cell::{Cell, SheetRow};
use crate::imports::field::{Field, Kind};
use crate::imports::finding::{Action, Doubt, Finding, Level, Parsed, Reason};
use crate::imports::mapping::{Mapping, required};
use crate::imports::names::distance;
use crate::imports::parse::plain::{is_no_name, says_nothing, shown};
use crate::imports::plan::Plan;
use crate::imports::record::Record;
use crate::imports::totals::{self, Shape, SkipReason, Skipped};
use crate::{LocalDay, TimeZone, ZoneId};

/// What a row is read by, besides its mapping.
#[derive(Clone, Debug)]
pub struct Rules {
    /// The utility's zones with their names.
    pub zones: Vec<(ZoneId, String)>,
    /// The area that is supplied; a position outside it is an error.
    pub area: Option<Area>,
    /// Today where the utility is.
    pub today: LocalDay,
    /// The time zone of the sheet's times.
    pub time_zone: TimeZone,
    /// Whether the workbook counts its days from 1904.
    pub is_1904: bool,
    /// Whether rows that the sheet hides are read, each with a warning, or left out.
    pub takes_hidden: bool,
    /// Whether the sheet is delimited text, in which a separator within a value moves those behind it.
    pub is_delimited: bool,
}

/// What a row came to: a record, or why it was left out, or neither where a finding is an error.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadRow {
    /// The record.
    pub record: Option<Record>,
    /// What is to be said of its cells.
    pub findings: Vec<Finding>,
    /// That it is no data.
    pub skipped: Option<Skipped>,
}

/// A zone with its name in the forms in which it is looked for.
#[derive(Clone, Debug)]
struct ZoneName {
    id: ZoneId,
    name: String,
    form: String,
}

/// Reads rows of one sheet.
#[derive(Clone, Debug)]
pub struct RowReader {
    pub(super) mapping: Mapping,
    pub(super) rules: Rules,
    pub(super) plan: Plan,
    /// The column of each field, by the field's place among all.
    columns: Vec<Option<usize>>,
    /// The columns with the parts of the customer's address.
    pub(super) address: AddressParts,
    shape: Shape,
    zones: Vec<ZoneName>,
    findings: Vec<Finding>,
}

/// Nothing, for columns that a row does not reach.
const NOTHING: &Cell = &Cell::Empty;

impl RowReader {
    /// A reader of a sheet. `sample` is rows of it below the header, by which columns decide what their marks and dates mean: the more, the
    /// surer.
    pub fn new(mapping: Mapping, rules: Rules, sample: &[SheetRow]) -> Self {
        let keys = [Field::Number, Field::Serial];
        let shape = Shape {
            keys: keys.into_iter().filter_map(|field| mapping.column_of(field)).collect(),
            name: mapping.column_of(Field::Name),
            header: mapping.header.clone(),
            required: required(mapping.kind)
                .iter()
                .map(|fields| fields.iter().flat_map(|field| mapping.columns_of(*field)).collect())
                .collect(),
            ..Shape::default()
        };
        let shape = shape.seen(mapping.column_of(Field::Number), sample);
        let data: Vec<&SheetRow> = sample.iter().filter(|row| totals::skip(row, &shape).is_none()).collect();
        let (plan, findings) = Plan::new(&mapping, &rules, sample, &data);
        let columns = Field::ALL.iter().map(|field| mapping.column_of(*field)).collect();
        let zones =
            rules.zones.iter().map(|(id, name)| ZoneName { id: *id, name: name.clone(), form: search_form(name) }).collect();
        let address = AddressParts::of(&mapping);
        Self { mapping, rules, plan, columns, address, shape, zones, findings }
    }

    /// What is to be said of columns as a whole, once: warnings, and an error for each field that needs a column.
    pub fn column_findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Reads a row.
    pub fn read(&self, row: &SheetRow) -> ReadRow {
        let skipped = |reason| ReadRow { skipped: Some(Skipped { row: row.number, reason }), ..ReadRow::default() };
        if row.is_hidden && !self.rules.takes_hidden {
            return skipped(SkipReason::Hidden);
        }
        if totals::begins_other_table(row, &self.shape) {
            return ReadRow { findings: vec![Self::of_other_table(row)], ..ReadRow::default() };
        }
        if let Some(reason) = totals::skip(row, &self.shape) {
            return skipped(reason);
        }
        // Whatever else is in such a row may stand in another column.
        if let Some(surplus) = self.surplus(row) {
            return ReadRow { findings: vec![surplus], ..ReadRow::default() };
        }
        let mut cells = Cells { reader: self, row, findings: Vec::new(), is_refused: false };
        if row.is_hidden {
            let hidden = Doubt::new(Reason::HiddenRow, Action::ChooseRow).at(Level::Warning, row.number, (None, None), "");
            cells.findings.push(hidden);
        }
        cells.look_for_dittos();
        if cells.is_refused {
            return ReadRow { findings: cells.findings, ..ReadRow::default() };
        }
        let record = match self.mapping.kind {
            Kind::Customers => cells.customer().map(Record::Customer),
            Kind::Readings => cells.reading().map(Record::Reading),
            Kind::Balances => cells.balance().map(Record::Balance),
        };
        ReadRow { record: record.filter(|_| !cells.is_refused), findings: cells.findings, skipped: None }
    }

    /// That a row is of another table than this one: said of the row with which that begins, and to be said of those behind it.
    pub fn of_other_table(row: &SheetRow) -> Finding {
        let first = row.cells.iter().find(|cell| !cell.is_blank()).map(shown).unwrap_or_default();
        Doubt::new(Reason::OtherTable, Action::ChooseRow).at(Level::Error, row.number, (None, None), &first)
    }

    /// The first value of a delimited row that is behind all columns.
    fn surplus(&self, row: &SheetRow) -> Option<Finding> {
        let width = self.mapping.header.len();
        let (place, cell) = row.cells.iter().enumerate().skip(width).find(|(_, cell)| !cell.is_blank())?;
        if !self.rules.is_delimited || width == 0 {
            return None;
        }
        let doubt = Doubt::new(Reason::ShiftedColumns, Action::EditCell);
        Some(doubt.at(Level::Error, row.number, (Some(place as u32), None), &shown(cell)))
    }

    pub(super) fn column(&self, field: Field) -> Option<usize> {
        self.columns.get(field as usize).copied().flatten()
    }

    /// The zone of a name, or of a name without the word for zone.
    pub(super) fn zone(&self, text: &str) -> Parsed<Option<ZoneId>> {
        if let Some(zone) = self.zones.iter().find(|zone| zone.name.eq_ignore_ascii_case(text)) {
            return Ok((Some(zone.id), None));
        }
        let form = search_form(text);
        let bare = |form: &str| {
            let rest = ["wilayah", "zona", "zone", "rayon", "wil"].into_iter().find_map(|word| form.strip_prefix(word));
            rest.filter(|rest| !rest.is_empty()).unwrap_or(form).to_owned()
        };
        let same = |zone: &&ZoneName| zone.form == form || bare(&zone.form) == bare(&form);
        let mut found = self.zones.iter().filter(same);
        if let (Some(zone), None) = (found.next(), found.next()) {
            return Ok((Some(zone.id), None));
        }
        let doubt = Doubt::new(Reason::UnknownZone, Action::ChooseWord).of_value(text);
        let near = self.zones.iter().filter_map(|zone| Some((distance(&zone.form, &form, 2)?, &zone.name))).min();
        Err(match near {
            Some((_, name)) if form.len() >= 4 => doubt.proposing(name.as_str()),
            _ => doubt,
        })
    }
}

/// The cells of a row as they are read, with what is found.
pub(super) struct Cells<'a> {
    pub reader: &'a RowReader,
    pub row: &'a SheetRow,
    pub findings: Vec<Finding>,
    /// Whether a finding is an error.
    pub is_refused: bool,
}

impl<'a> Cells<'a> {
    /// The cell of a field as it stands.
    pub fn raw(&self, field: Field) -> &'a Cell {
        self.reader.column(field).and_then(|column| self.row.cells.get(column)).unwrap_or(NOTHING)
    }

    /// The cell of a field that may be empty: a word for nothing is nothing.
    pub fn optional(&self, field: Field) -> &'a Cell {
        match self.raw(field) {
            Cell::Text(text) if says_nothing(text.trim()) => NOTHING,
            cell => cell,
        }
    }

    /// The cell of a field that must not be empty: dashes alone are nothing, and so is what says that nobody is there.
    pub fn needed(&self, field: Field) -> &'a Cell {
        let is_empty: fn(&str) -> bool = if field == Field::Name { is_no_name } else { says_nothing };
        match self.raw(field) {
            Cell::Text(text) if text.trim().bytes().all(|byte| byte == b'-') || is_empty(text.trim()) => NOTHING,
            cell => cell,
        }
    }

    /// Notes what is found at a field.
    pub fn note(&mut self, field: Field, level: Level, doubt: Doubt) {
        self.is_refused |= level == Level::Error;
        let column = self.reader.column(field).map(|column| column as u32);
        let doubt = if column.is_none() { doubt.by(Action::MapColumn) } else { doubt };
        let place = (column, Some(field));
        self.findings.push(doubt.at(level, self.row.number, place, &shown(self.raw(field))));
    }

    /// The cell of one of a field's columns, where a word for nothing is nothing.
    pub fn in_column(&self, column: usize) -> &'a Cell {
        match self.row.cells.get(column) {
            Some(Cell::Text(text)) if says_nothing(text.trim()) => NOTHING,
            cell => cell.unwrap_or(NOTHING),
        }
    }

    /// Notes what is found in one of a field's columns.
    pub fn note_in(&mut self, (column, field): (usize, Field), level: Level, doubt: Doubt) {
        self.is_refused |= level == Level::Error;
        let value = self.row.cells.get(column).unwrap_or(NOTHING);
        self.findings.push(doubt.at(level, self.row.number, (Some(column as u32), Some(field)), &shown(value)));
    }

    /// What was read of a field that may be empty. A formula that went wrong is nothing, with a warning.
    pub fn take<T>(&mut self, field: Field, parsed: Parsed<Option<T>>) -> Option<T> {
        match parsed {
            Ok((value, None)) => value,
            Ok((value, Some(doubt))) => {
                self.note(field, Level::Warning, doubt);
                value
            }
            Err(doubt) => {
                let level = if doubt.reason == Reason::ErrorCell { Level::Warning } else { Level::Error };
                self.note(field, level, doubt);
                None
            }
        }
    }

    /// What was read of a field that must not be empty.
    pub fn need<T>(&mut self, field: Field, parsed: Parsed<Option<T>>) -> Option<T> {
        match parsed {
            Ok((None, _)) => self.note(field, Level::Error, Doubt::new(Reason::Required, Action::EditCell)),
            Err(doubt) => self.note(field, Level::Error, doubt),
            taken => return self.take(field, taken),
        }
        None
    }
}

#[cfg(test)]
#[path = "reader_tests.rs"]
mod tests;

//! What the numbers of a column count: by its name, by a row below the names or above the table, by a column of units beside it, or by what
//! somebody chose; m³ and rupiah where the sheet names no unit. Where it names a unit that the importer does not know, the number is an error: a
//! unit that is guessed makes tenfold or thousandfold registers that look like any other.

use crate::Millilitres;
use crate::imports::cell::{Cell, SheetRow};
use crate::imports::field::Field;
use crate::imports::finding::{Action, Doubt, Parsed, Reason};
use crate::imports::mapping::Mapping;
use crate::imports::names::Name;
use crate::imports::parse::plain::{says_nothing, shown};
use crate::imports::parse::volume::{self, ColumnMark, Unit};
use crate::imports::units::{Counted, counted, is_of_decimals, is_of_factors, is_of_units, is_vague, unit_of};

/// Rows below the names of columns in which their units may stand.
const BELOW: usize = 2;

/// How the numbers of a field are counted.
#[derive(Clone, Debug, Default)]
pub(super) struct Counting {
    /// What somebody chose.
    chosen: Option<Unit>,
    /// The unit of rows that say none of their own; `None` where the column's unit is not known.
    unit: Option<Unit>,
    /// The column that has the unit of each row.
    units: Option<usize>,
    /// The column that has what each number is to be multiplied by.
    factors: Option<usize>,
    /// The column that has how many digits of each number are decimals.
    decimals: Option<usize>,
    is_volume: bool,
}

impl Counting {
    /// How a field of a mapping is counted. `sample` is the first rows of the sheet, and `rows` those of them that are data.
    pub fn new(mapping: &Mapping, field: Field, sample: &[SheetRow], rows: &[&SheetRow]) -> Self {
        let is_volume = field != Field::Balance;
        let usual = if is_volume { Unit::CubicMetres } else { Unit::Rupiah };
        let choice = mapping.choice(field);
        let own: Vec<Name> =
            mapping.columns_of(field).filter_map(|column| mapping.header.get(column)).map(|name| Name::new(name)).collect();
        if own.is_empty() {
            return Self { chosen: choice.chosen_unit, unit: choice.unit.or(Some(usual)), is_volume, ..Self::default() };
        }
        let is_named = own.iter().any(|name| name.unit.is_some_and(|unit| unit.is_volume() == is_volume));
        let columns = mapping.columns_of(field).filter(|_| is_volume);
        let below = columns.fold(Counted::Nothing, |found, column| found.or(below(column, sample)));
        let is_otherwise = own.iter().any(|name| name.is_counted_otherwise) || !is_named && below == Counted::Other;
        // Somebody may have mended that row since it was read.
        let of_sheet = below.unit().filter(|unit| unit.is_volume() && !is_named).or(choice.unit);
        // Columns that are read as something else say nothing of this one.
        let free: Vec<(usize, String)> = mapping
            .header
            .iter()
            .enumerate()
            .filter(|(column, _)| mapping.columns.get(*column).is_none_or(Option::is_none))
            .map(|(column, name)| (column, Name::new(name).joined()))
            .collect();
        let of_units = |(column, name): &&(usize, String)| {
            if !is_of_units(name, is_volume) {
                return false;
            }
            let values = rows.iter().filter_map(|row| row.cells.get(*column)).map(shown).filter(|text| !is_nothing(text));
            let is_unit = values.map(|text| is_counted(&text, is_volume)).collect::<Vec<bool>>();
            let units = is_unit.iter().filter(|is| **is).count();
            !is_unit.is_empty() && (!is_vague(name) || units * 2 > is_unit.len())
        };
        let units = free.iter().find(of_units).map(|(column, _)| *column).filter(|_| !is_otherwise && !is_named);
        let factors = free.iter().find(|(_, name)| is_volume && is_of_factors(name)).map(|(column, _)| *column);
        let decimals = free.iter().find(|(_, name)| is_volume && is_of_decimals(name)).map(|(column, _)| *column);
        // Rows without a unit are of the one that all others have; beside others that have different ones they are of any of them.
        let of_others = units.and_then(|column| only_unit(column, rows)).filter(|unit| unit.is_volume() == is_volume);
        let is_mixed = units.is_some() && of_sheet.is_none() && of_others.is_none();
        let unit = if is_otherwise || is_mixed { None } else { of_sheet.or(of_others).or(Some(usual)) };
        Self { chosen: choice.chosen_unit, unit, units, factors, decimals, is_volume }
    }

    /// The unit of a row; `None` where that is not known.
    pub fn of_row(&self, row: &SheetRow) -> Option<Unit> {
        if self.chosen.is_some() {
            return self.chosen;
        }
        let text = |column: Option<usize>| column.and_then(|column| row.cells.get(column)).map(shown);
        if text(self.factors).is_some_and(|factor| !is_one(&factor)) {
            return None;
        }
        if text(self.decimals).is_some_and(|decimals| are_decimals(&decimals)) {
            return None;
        }
        match text(self.units) {
            Some(unit) if !is_nothing(&unit) => counted(&unit).unit().filter(|unit| unit.is_volume() == self.is_volume),
            _ => self.unit,
        }
    }

    /// Reads a volume of a row. A number with a unit behind it needs no other.
    pub fn volume(&self, row: &SheetRow, cell: &Cell, mark: ColumnMark) -> Parsed<Option<Millilitres>> {
        let unit = self.of_row(row);
        let (volume, doubt) = volume::read(cell, mark, unit.unwrap_or(Unit::CubicMetres))?;
        let is_something = volume.is_some_and(|volume| volume != Millilitres::ZERO);
        if unit.is_none() && is_something && !volume::has_unit(cell) {
            return Err(Doubt::new(Reason::UnknownUnit, Action::ChooseUnit));
        }
        Ok((volume, doubt))
    }
}

/// The one unit that all rows have that name any.
fn only_unit(column: usize, rows: &[&SheetRow]) -> Option<Unit> {
    let texts = rows.iter().filter_map(|row| row.cells.get(column)).map(shown).filter(|text| !is_nothing(text));
    let mut units = texts.map(|text| counted(&text).unit());
    let first = units.next()??;
    units.all(|unit| unit == Some(first)).then_some(first)
}

/// What a row below the names of columns says that one of them counts: `[l]`. A text with other digits than those of a unit is a number of that column.
pub(super) fn below(column: usize, sample: &[SheetRow]) -> Counted {
    let cells = sample.iter().take(BELOW).filter_map(|row| row.cells.get(column));
    let found = cells.map(|cell| match cell {
        Cell::Text(text) if is_word(text) => counted(text),
        _ => Counted::Nothing,
    });
    found.fold(Counted::Nothing, Counted::or)
}

/// Names, in their short words, of a column that says on which side of an account each balance is.
const SIDES: [&str; 16] = [
    "dk",
    "kd",
    "dc",
    "cd",
    "drcr",
    "crdr",
    "dbcr",
    "crdb",
    "dbkr",
    "krdb",
    "debitcredit",
    "creditdebit",
    "debetcredit",
    "creditdebet",
    "debitkredit",
    "debetkredit",
];

/// What stands there for what is owed.
const OWED: [&str; 5] = ["d", "dr", "db", "debit", "debet"];

/// The column that says on which side of an account each balance is.
pub(super) fn sides(mapping: &Mapping) -> Option<usize> {
    let is_free = |column: usize| mapping.columns.get(column).is_none_or(Option::is_none);
    let is_of_sides = |name: &str| SIDES.contains(&Name::new(name).joined().as_str());
    mapping.header.iter().enumerate().position(|(column, name)| is_free(column) && is_of_sides(name))
}

/// Whether a cell says that a balance is owed.
pub(super) fn is_owed(cell: &Cell) -> bool {
    let text = shown(cell);
    OWED.iter().any(|word| text.trim().trim_end_matches('.').eq_ignore_ascii_case(word))
}

fn is_word(text: &str) -> bool {
    let begins_in_digit = text.trim_start().starts_with(|letter: char| letter.is_ascii_digit());
    !begins_in_digit && (unit_of(text).is_some() || !text.bytes().any(|byte| byte.is_ascii_digit()))
}

fn is_nothing(text: &str) -> bool {
    text.trim().is_empty() || says_nothing(text.trim())
}

/// Whether a text is a unit, known or not.
fn is_counted(text: &str, is_volume: bool) -> bool {
    match counted(text) {
        Counted::Nothing => false,
        Counted::Unit(unit) => unit.is_volume() == is_volume,
        Counted::Other => true,
    }
}

/// Digits that are decimals at most; more are those of a register as a whole.
const MOST_DECIMALS: f64 = 3.0;

/// Whether a text says that some digits of a number are decimals, so that it is not known whether they stand behind a mark.
fn are_decimals(text: &str) -> bool {
    let is_none = |number: f64| number <= 0.0 || number > MOST_DECIMALS;
    !is_nothing(text) && !text.trim().replace(',', ".").parse::<f64>().is_ok_and(is_none)
}

/// Whether a factor changes nothing. Nought stands where there is none.
fn is_one(text: &str) -> bool {
    let is = |number: f64| number.abs() < f64::EPSILON || (number - 1.0).abs() < f64::EPSILON;
    is_nothing(text) || text.trim().replace(',', ".").parse::<f64>().is_ok_and(is)
}

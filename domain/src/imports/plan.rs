//! How each column of a mapping is read, decided once by a sample, and what is to be said of columns as a whole.

use crate::core::local_time::HOUR_MS;
use crate::imports::cell::{Cell, SheetRow};
use crate::imports::counting::{Counting, sides};
use crate::imports::estimates::Estimates;
use crate::imports::field::{Field, Kind};
use crate::imports::finding::{Action, Doubt, Finding, Level, Reason};
use crate::imports::local_zones;
use crate::imports::mapping::Mapping;
use crate::imports::months::Month;
use crate::imports::parse::clock;
use crate::imports::parse::date::{self, DateOrder, DateRules, OrderHint};
use crate::imports::parse::date_text::{ends_in_utc, names_utc, two_digits_each};
use crate::imports::parse::identifier::Lengths;
use crate::imports::parse::plain::shown;
use crate::imports::parse::volume::{ColumnMark, Says, mark_of, says};
use crate::imports::reader::Rules;
use crate::{LocalDay, TimeZone};
use jiff::civil::{DateTime, Time};
use std::collections::HashSet;

/// How the columns are read.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub mark: ColumnMark,
    pub register: Counting,
    pub month_mark: ColumnMark,
    pub month: Counting,
    /// The columns of months with the last day of each, in order of time.
    pub months: Vec<(LocalDay, usize)>,
    pub balance: Counting,
    /// The column that says whether each balance is owed.
    pub sides: Option<usize>,
    pub number_width: Option<u8>,
    pub serial_width: Option<u8>,
    pub read_at: DateRules,
    pub installed_on: DateRules,
    /// How many digits times of readings have that stand without a mark, in a column of their own.
    pub time_digits: usize,
    /// Hours to add to a reading's day and time where these are in columns of their own.
    pub time_shift: u8,
    /// The column that has the time zone of each reading.
    pub local_zones: Option<usize>,
    /// The columns that say of readings whether they are estimates.
    pub estimates: Estimates,
}

/// Rows that must show the same before a whole column is said to.
const ENOUGH: usize = 3;

/// The cells of a field in a sample, with the numbers of their rows.
struct Sample<'a> {
    mapping: &'a Mapping,
    rows: &'a [&'a SheetRow],
    time_zone: TimeZone,
}

impl<'a> Sample<'a> {
    fn cells(&self, field: Field) -> impl Iterator<Item = (u32, &'a Cell)> + use<'a> {
        let (column, rows) = (self.mapping.column_of(field), self.rows);
        let cell = move |row: &&'a SheetRow| Some((row.number, row.cells.get(column?)?));
        rows.iter().filter_map(cell).filter(|(_, cell)| !cell.is_blank())
    }

    fn finding(&self, field: Field, doubt: Doubt, first: Option<(u32, &Cell)>) -> Finding {
        let column = self.mapping.column_of(field).map(|column| column as u32);
        let value = first.map(|(_, cell)| shown(cell)).unwrap_or_default();
        doubt.at(Level::Warning, first.map_or(0, |(row, _)| row), (column, Some(field)), &value)
    }
}

impl Plan {
    /// Decides how columns are read, and says what is doubtful of them. `first` is the first rows of the sheet, and `rows` those of them that are data.
    pub fn new(mapping: &Mapping, from: &Rules, first: &[SheetRow], rows: &[&SheetRow]) -> (Self, Vec<Finding>) {
        let sample = Sample { mapping, rows, time_zone: from.time_zone };
        let mut findings = Vec::new();
        for field in mapping.missing() {
            let doubt = Doubt::new(Reason::MissingColumn, Action::MapColumn);
            findings.push(doubt.at(Level::Error, 0, (None, Some(field)), ""));
        }
        findings.extend(without_serial(mapping));
        findings.extend([Field::Register, Field::Balance].into_iter().filter_map(|field| numbers_of_groups(&sample, field)));
        // Two digits of a year are of this year and the next, for what is planned, or of the past.
        let newest_year = from.today.ymd().0 + 1;
        let rules = DateRules { order: DateOrder::DayFirst, is_1904: from.is_1904, newest_year, shift_hours: 0 };
        let plan = Self {
            mark: mark(&sample, Field::Register),
            register: Counting::new(mapping, Field::Register, first, rows),
            month_mark: mark(&sample, Field::MonthRegister),
            month: Counting::new(mapping, Field::MonthRegister, first, rows),
            months: months(&sample, &mut findings),
            balance: Counting::new(mapping, Field::Balance, first, rows),
            sides: sides(mapping),
            number_width: width(&sample, Field::Number, &mut findings),
            serial_width: width(&sample, Field::Serial, &mut findings),
            read_at: dates(&sample, Field::ReadAt, rules, &mut findings),
            installed_on: dates(&sample, Field::InstalledOn, rules, &mut findings),
            time_digits: clock::digits_of(sample.cells(Field::ReadTime).map(|(_, cell)| cell)),
            time_shift: mapping.choice(Field::ReadTime).shift_hours.unwrap_or(0),
            local_zones: local_zones::column(mapping, rows),
            estimates: Estimates::new(mapping),
        };
        findings.extend(utc_clocks(&sample));
        (plan, findings)
    }
}

/// That what customers' rows say of a meter is left out, since no column has its serial number.
fn without_serial(mapping: &Mapping) -> Option<Finding> {
    let has = |field: &Field| mapping.column_of(*field).is_some();
    let says_more = [Field::Register, Field::InstalledOn].iter().any(has);
    let is_lost = mapping.kind == Kind::Customers && says_more && !has(&Field::Serial) && !has(&Field::FurtherSerial);
    let doubt = Doubt::new(Reason::MissingColumn, Action::MapColumn);
    is_lost.then(|| doubt.at(Level::Warning, 0, (None, Some(Field::Serial)), ""))
}

/// That a spreadsheet took the mark of thousands for that of decimals: of `25.000` it made the number 25, and `1.250.000`, which is no number
/// then, it left as a text.
fn numbers_of_groups(sample: &Sample<'_>, field: Field) -> Option<Finding> {
    let has_groups = |text: &str| ['.', ','].iter().any(|mark| text.matches(*mark).count() >= 2);
    let (mut grouped, mut small) = (None, 0);
    for (row, cell) in sample.cells(field) {
        match cell {
            Cell::Number(number) if number.abs() >= 1_000.0 => return None,
            Cell::Number(number) if *number != 0.0 => small += 1,
            Cell::Text(text) if has_groups(text) && matches!(says(text), Some(Says::Decimals(_))) => {
                grouped = grouped.or(Some((row, cell)));
            }
            _ => {}
        }
    }
    let first = grouped.filter(|_| small >= ENOUGH)?;
    Some(sample.finding(field, Doubt::new(Reason::MixedMarks, Action::FormatAsText), Some(first)))
}

fn mark(sample: &Sample<'_>, field: Field) -> ColumnMark {
    if let Some(mark) = sample.mapping.choice(field).mark {
        return ColumnMark::Known(mark);
    }
    let cells =
        sample.mapping.columns_of(field).flat_map(|column| sample.rows.iter().filter_map(move |row| row.cells.get(column)));
    mark_of(cells.filter_map(|cell| if let Cell::Text(text) = cell { Some(text.as_str()) } else { None }))
}

/// The columns of months. One that no month is the name of, or one of an earlier column, is not read.
fn months(sample: &Sample<'_>, findings: &mut Vec<Finding>) -> Vec<(LocalDay, usize)> {
    let mut months: Vec<(LocalDay, usize)> = Vec::new();
    for column in sample.mapping.columns_of(Field::MonthRegister) {
        let name = sample.mapping.header.get(column).map_or("", String::as_str);
        let last = Month::of_name(name).and_then(Month::last_day).filter(|day| !months.iter().any(|(other, _)| other == day));
        match last {
            Some(last) => months.push((last, column)),
            None => {
                let doubt = Doubt::new(Reason::NotAMonth, Action::MapColumn);
                findings.push(doubt.at(Level::Warning, 0, (Some(column as u32), Some(Field::MonthRegister)), name));
            }
        }
    }
    months.sort_unstable();
    months
}

fn width(sample: &Sample<'_>, field: Field, findings: &mut Vec<Finding>) -> Option<u8> {
    let chosen = sample.mapping.choice(field).width;
    let cells = || sample.cells(field);
    if let (None, Some(digits)) = (chosen, Lengths::of(cells().map(|(_, cell)| cell)).lost_zeros()) {
        let is_short = |(_, cell): &(u32, &Cell)| shown(cell).trim().len() < usize::from(digits);
        let doubt = Doubt::new(Reason::LostLeadingZeros, Action::PadZeros).proposing(digits.to_string());
        findings.push(sample.finding(field, doubt, cells().find(is_short)));
    }
    chosen.filter(|width| *width > 0)
}

fn dates(sample: &Sample<'_>, field: Field, rules: DateRules, findings: &mut Vec<Finding>) -> DateRules {
    let choice = sample.mapping.choice(field);
    let order = choice.order.unwrap_or_else(|| {
        let (order, doubt) = order(sample, field, rules.newest_year);
        findings.extend(doubt);
        order
    });
    let rules = DateRules { order, shift_hours: choice.shift_hours.unwrap_or(0), ..rules };
    if choice.shift_hours.is_none() {
        findings.extend(moved_midnights(sample, field, rules).or_else(|| utc_times(sample, field, rules)));
    }
    rules
}

/// What is first of day, month and year by the values; the day where they do not say it.
fn order(sample: &Sample<'_>, field: Field, newest_year: i16) -> (DateOrder, Option<Finding>) {
    let doubt = |reason, first| {
        let doubt = Doubt::new(reason, Action::ChooseDateOrder).proposing(DateOrder::DayFirst.as_str());
        Some(sample.finding(field, doubt, first))
    };
    match years_first(sample, field, newest_year) {
        Some((_, true)) => return (DateOrder::YearFirst, None),
        Some((first, false)) => return (DateOrder::DayFirst, doubt(Reason::AmbiguousDateOrder, Some(first))),
        None => {}
    }
    let (mut days, mut months, mut either) = (None, None, None);
    // A spreadsheet that takes the month for the first turns the texts that fit into dates, with day and month in each other's place, and
    // leaves the others as they are.
    let (mut stored, mut is_stored_late) = (0, false);
    for (row, cell) in sample.cells(field) {
        match cell {
            Cell::Time(time) => (stored, is_stored_late) = (stored + 1, is_stored_late || time.day() > 12),
            Cell::Text(text) => match date::hint(text) {
                OrderHint::Says(DateOrder::DayFirst) => days = days.or(Some((row, cell))),
                OrderHint::Says(DateOrder::MonthFirst) => months = months.or(Some((row, cell))),
                OrderHint::Either => either = either.or(Some((row, cell))),
                OrderHint::Says(DateOrder::YearFirst) | OrderHint::Nothing => {}
            },
            _ => {}
        }
    }
    let is_half_turned = days.is_some() && either.is_none() && stored >= ENOUGH && !is_stored_late;
    match (days, months) {
        (Some(_), Some(other)) => (DateOrder::DayFirst, doubt(Reason::MixedDateOrder, Some(other))),
        (Some(first), None) if is_half_turned => (DateOrder::DayFirst, doubt(Reason::MixedDateOrder, Some(first))),
        (Some(_), None) => (DateOrder::DayFirst, None),
        (None, Some(_)) => (DateOrder::MonthFirst, None),
        (None, None) if either.is_some() => (DateOrder::DayFirst, doubt(Reason::AmbiguousDateOrder, either)),
        (None, None) => (DateOrder::DayFirst, None),
    }
}

/// The years of short dates that are older than this are none of a meter: `31` is no 1931.
const OLDEST: i16 = 90;

/// The first date of two digits each that may begin with its year, where each of the column may, and whether they cannot be read otherwise. With slashes
/// and dots the year is mostly last: such a column is doubted only where that would have more years than days.
fn years_first<'a>(sample: &Sample<'a>, field: Field, newest_year: i16) -> Option<((u32, &'a Cell), bool)> {
    let is_year = |number: i16| number <= newest_year % 100 || number >= OLDEST;
    let (mut first, mut is_otherwise, mut is_dashed) = (None, true, true);
    let (mut ones, mut threes) = (HashSet::new(), HashSet::new());
    for (row, cell) in sample.cells(field) {
        let Cell::Text(text) = cell else { continue };
        let Some(([one, two, three], mark)) = two_digits_each(text) else { continue };
        if !(is_year(one) && (1..=12).contains(&two) && (1..=31).contains(&three)) {
            return None;
        }
        is_otherwise &= (1..=31).contains(&one) && is_year(three);
        is_dashed &= mark == '-';
        first = first.or(Some((row, cell)));
        ones.insert(one);
        threes.insert(three);
    }
    let is_doubted = !is_otherwise || is_dashed || ones.len() <= threes.len();
    first.filter(|_| is_doubted).map(|first| (first, !is_otherwise))
}

/// That all times are 17.00, 16.00 or 15.00: midnights of one of Indonesia's zones as UTC has them.
fn moved_midnights(sample: &Sample<'_>, field: Field, rules: DateRules) -> Option<Finding> {
    let mut hour = None;
    let mut count = 0;
    for (_, cell) in sample.cells(field) {
        let Ok((Some(time), _)) = date::read(cell, rules) else { continue };
        let own = midnight_in_utc(time)?;
        if hour.is_some_and(|hour| hour != own) {
            return None;
        }
        (hour, count) = (Some(own), count + 1);
    }
    let hours = 24 - hour.filter(|_| count >= ENOUGH)?;
    let doubt = Doubt::new(Reason::UtcMidnights, Action::ShiftHours).proposing(hours.to_string());
    Some(sample.finding(field, doubt, sample.cells(field).next()))
}

/// That times of readings are said to be in UTC, behind them or by the name of their column. Midnights are days that a program wrote as times.
fn utc_times(sample: &Sample<'_>, field: Field, rules: DateRules) -> Option<Finding> {
    let name = sample.mapping.column_of(field).and_then(|column| sample.mapping.header.get(column));
    let is_named = name.is_some_and(|name| names_utc(name));
    let is_so = |cell: &Cell| {
        let is_said = is_named || matches!(cell, Cell::Text(text) if ends_in_utc(text));
        is_said && matches!(date::read(cell, rules), Ok((Some(time), _)) if time.time() != Time::midnight())
    };
    let first = sample.cells(field).filter(|_| field == Field::ReadAt).find(|(_, cell)| is_so(cell))?;
    let hours = sample.time_zone.offset_ms() / HOUR_MS;
    let doubt = Doubt::new(Reason::UtcTimes, Action::ShiftHours).proposing(hours.to_string());
    Some(sample.finding(field, doubt, Some(first)))
}

/// The same of times that are beside their day in a column of their own.
fn utc_clocks(sample: &Sample<'_>) -> Option<Finding> {
    let field = Field::ReadTime;
    let name = sample.mapping.column_of(field).and_then(|column| sample.mapping.header.get(column))?;
    let is_named = names_utc(name);
    let is_so = |cell: &Cell| is_named || matches!(cell, Cell::Text(text) if ends_in_utc(text));
    let is_open = sample.mapping.choice(field).shift_hours.is_none();
    let first = sample.cells(field).filter(|_| is_open).find(|(_, cell)| is_so(cell))?;
    let hours = sample.time_zone.offset_ms() / HOUR_MS;
    let doubt = Doubt::new(Reason::UtcTimes, Action::ShiftHours).proposing(hours.to_string());
    Some(sample.finding(field, doubt, Some(first)))
}

fn midnight_in_utc(time: DateTime) -> Option<i8> {
    (time.minute() == 0 && matches!(time.hour(), 15..=17)).then(|| time.hour())
}

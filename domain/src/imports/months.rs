//! Sheets with a column for each month: which names of columns are months, and whether what stands in them are registers or what was used.

use crate::LocalDay;
use crate::imports::bare_name;
use crate::imports::cell::{Cell, SheetRow};
use crate::imports::parse::date::{self, DateOrder, DateRules};
use crate::imports::parse::date_text::month_alone;
use crate::imports::parse::volume::{self, Unit, mark_of};
use jiff::civil::Date;

/// A month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month {
    year: i16,
    month: i8,
}

/// How many months a sheet has at the least so that its columns are months, and not one of them something else.
pub const LEAST: usize = 2;

/// How many in a thousand rows must have no register below an earlier one.
const RISING: usize = 900;

/// Dates in a heading: ISO, as they are shown here.
const RULES: DateRules = DateRules { order: DateOrder::DayFirst, is_1904: false, newest_year: 2100, shift_hours: 0 };

/// Words in front of a month with which a column still holds registers.
const OF_REGISTERS: [&str; 16] = [
    "stand",
    "stan",
    "std",
    "meter",
    "angka",
    "baca",
    "bacaan",
    "pembacaan",
    "akhir",
    "bulan",
    "bln",
    "tahun",
    "register",
    "reading",
    "read",
    "wm",
];

impl Month {
    /// The month that a column's name says: `Januari 2026`, `Jan-26`, `01/2026`, a date that stands for it, also as spreadsheets number days, and the
    /// same behind words for a register (`Stand Meter Jan 2026`) or in front of them, as where months stand above the names of columns
    /// (`Jan 2026 Stand Akhir`). What else stands there makes it another column, as in `Pemakaian Jan 2026`.
    pub fn of_name(name: &str) -> Option<Self> {
        let (bare, _) = bare_name::parted(name);
        let bare = bare.trim();
        let alone = |text: &str| month_alone(text).map(|(year, month)| Self { year, month });
        alone(bare).or_else(|| Self::of_day(bare)).or_else(|| {
            let begins = bare.char_indices().filter(|(place, letter)| *place > 0 && letter.is_whitespace());
            begins.map(|(place, _)| bare.split_at(place)).find_map(|(front, behind)| {
                let is_register = |words: &str| words.split_whitespace().all(is_of_registers);
                let last = || alone(behind.trim()).filter(|_| is_register(front));
                last().or_else(|| alone(front.trim()).filter(|_| is_register(behind)))
            })
        })
    }

    /// The month that a cell of a heading is, where it is nothing else.
    pub fn of_cell(cell: &Cell) -> Option<Self> {
        match cell {
            Cell::Text(text) => Self::of_name(text),
            Cell::Time(time) => Self::of_date(time.date()),
            Cell::Number(number) if number.fract() == 0.0 => {
                let (time, _) = date::read(cell, RULES).ok()?;
                // A number is the first day of a month, or any number.
                time.filter(|time| time.day() == 1 && is_serial(*number))
                    .map(|time| Self { year: time.year(), month: time.month() })
            }
            _ => None,
        }
    }

    fn of_day(text: &str) -> Option<Self> {
        let number = text.parse::<f64>().ok().filter(|_| text.len() == 5);
        if let Some(number) = number {
            return Self::of_cell(&Cell::Number(number));
        }
        let (time, _) = date::read(&Cell::Text(text.to_owned()), RULES).ok()?;
        Self::of_date(time?.date())
    }

    /// The month that a day stands for, where it is the first or the last of it, or the day that a spreadsheet makes of `Jan-26` in that year. On any
    /// other day registers were read on that day, and not at the end of its month.
    fn of_date(day: Date) -> Option<Self> {
        let stands_for_it = day.day() == 1 || day == day.last_of_month() || i16::from(day.day()) == day.year() % 100;
        stands_for_it.then(|| Self { year: day.year(), month: day.month() })
    }

    /// Its last day: registers of a month are read at its end.
    pub fn last_day(self) -> Option<LocalDay> {
        let last = Date::new(self.year, self.month, 1).ok()?.last_of_month();
        LocalDay::from_ymd(last.year(), last.month(), last.day())
    }
}

/// Whether a cell of a heading is a month or a day.
pub fn is_dated(cell: &Cell) -> bool {
    let is_day = || matches!(cell, Cell::Text(_)) && date::read(cell, RULES).is_ok_and(|(time, _)| time.is_some());
    matches!(cell, Cell::Time(_)) || Month::of_cell(cell).is_some() || is_day()
}

fn is_of_registers(word: &str) -> bool {
    OF_REGISTERS.iter().any(|known| word.eq_ignore_ascii_case(known))
}

/// The numbers of the days of 1954 to 2064.
fn is_serial(number: f64) -> bool {
    (20_000.0..=60_000.0).contains(&number)
}

/// Whether the columns of these months hold registers: along a row they rise or stay, which what was used does not for long. `sample` is rows
/// below the header; false where they have too little to say so.
pub fn are_registers(months: &[(usize, Month)], sample: &[SheetRow]) -> bool {
    let mut months = months.to_vec();
    months.sort_by_key(|(_, month)| *month);
    let cells = |row: &SheetRow| months.iter().filter_map(|(column, _)| row.cells.get(*column).cloned()).collect::<Vec<Cell>>();
    let rows: Vec<Vec<Cell>> = sample.iter().map(cells).collect();
    let texts = rows.iter().flatten().filter_map(|cell| if let Cell::Text(text) = cell { Some(text.as_str()) } else { None });
    let mark = mark_of(texts);
    let (mut all, mut rising) = (0, 0);
    for row in &rows {
        let read: Vec<_> = row.iter().filter_map(|cell| volume::read(cell, mark, Unit::CubicMetres).ok()?.0).collect();
        // One that never moves could be either.
        if read.len() >= LEAST && read.first() != read.last() {
            all += 1;
            rising += usize::from(read.is_sorted());
        }
    }
    all > 0 && rising * 1_000 >= all * RISING
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn month(year: i16, month: i8) -> Month {
        Month { year, month }
    }

    #[test]
    fn names_of_columns_are_months_in_both_languages_and_as_spreadsheets_have_them() {
        for name in [
            "Jan 2026",
            "Januari 2026",
            "JANUARI 2026",
            "Jan-26",
            "January 2026 (m3)",
            "01/2026",
            "2026-01",
            "202601",
            "2026-01-01",
            "2026-01-31 00:00:00",
            "31/01/2026",
            "2026-01-26",
            "46023",
            "Stand Jan 2026",
            "Stand Meter Januari 2026",
            "STAND METER TAHUN 2026 Jan",
            "Angka Bulan Jan 2026",
            "Stand (m3) Jan 2026",
            "Januari 2026 Stand Akhir",
        ] {
            assert_eq!(Month::of_name(name), Some(month(2026, 1)), "{name}");
        }
        for (name, number) in [("Agustus 2026", 8), ("Agt 2026", 8), ("Nop 2026", 11), ("Peb 2026", 2), ("Des-26", 12)] {
            assert_eq!(Month::of_name(name), Some(month(2026, number)), "{name}");
        }
        for name in [
            "Jan",
            "2026",
            "Pemakaian Jan 2026",
            "Nama",
            "No Pelanggan",
            "12345",
            "40115",
            "",
            "Tagihan 01/2026",
            "Jan 2026 Awal",
            "Jan 2026 M3",
            "2026-01-10",
            "10 Januari 2026",
            "2026-02-27",
        ] {
            assert_eq!(Month::of_name(name), None, "{name}");
            assert_eq!(Month::of_name(&format!("{name} (m3)")), None, "{name}");
        }
    }

    #[test]
    fn a_month_ends_with_its_last_day() {
        assert_eq!(month(2024, 2).last_day(), LocalDay::from_ymd(2024, 2, 29));
        assert_eq!(month(2026, 12).last_day(), LocalDay::from_ymd(2026, 12, 31));
    }

    #[test]
    fn registers_rise_and_what_was_used_does_not() {
        let row = |numbers: &[f64]| SheetRow {
            number: 2,
            is_hidden: false,
            cells: numbers.iter().copied().map(Cell::Number).collect(),
        };
        let months = [(0, month(2026, 1)), (1, month(2026, 2)), (2, month(2026, 3))];
        assert!(are_registers(&months, &[row(&[10.0, 22.0, 31.0]), row(&[100.0, 100.0, 104.5])]));
        assert!(!are_registers(&months, &[row(&[10.0, 12.0, 9.0]), row(&[20.0, 18.0, 21.0])]), "what was used");
        assert!(!are_registers(&months, &[row(&[5.0, 5.0, 5.0])]), "nothing moves");
        assert!(!are_registers(&months, &[]));
        // In their order of time, not of columns.
        let turned = [(2, month(2026, 1)), (1, month(2026, 2)), (0, month(2026, 3))];
        assert!(are_registers(&turned, &[row(&[31.0, 22.0, 10.0])]));
    }

    proptest! {
        #[test]
        fn every_month_is_read_from_each_way_to_write_it(year in 1990..2100_i16, number in 1..=12_i8, long in any::<bool>()) {
            let names = ["Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November", "Desember"];
            let name = names[usize::from(number.unsigned_abs()) - 1];
            let name = if long { name } else { &name[..3] };
            let expected = Some(month(year, number));
            prop_assert_eq!(Month::of_name(&format!("{name} {year}")), expected);
            prop_assert_eq!(Month::of_name(&format!("Stand {name} {year}")), expected);
            prop_assert_eq!(Month::of_name(&format!("{number:02}/{year}")), expected);
            prop_assert_eq!(Month::of_name(&format!("{year}-{number:02}")), expected);
            let first = Date::new(year, number, 1).expect("a day");
            prop_assert_eq!(Month::of_cell(&Cell::Time(first.at(0, 0, 0, 0))), expected);
        }
    }
}

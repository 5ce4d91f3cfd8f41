//! What the values of a column look like, as far as that speaks for a field or against it.

use crate::billing::tariff::TariffClass;
use crate::core::position::Area;
use crate::imports::cell::Cell;
use crate::imports::field::Field;
use crate::imports::parse::date::{DateOrder, DateRules};
use crate::imports::parse::date_text::month_alone;
use crate::imports::parse::plain::{number_text, says_nothing, text_of};
use crate::imports::parse::word::meaning;
use crate::imports::parse::{clock, date, money, nik, phone, place, volume};
use crate::people::{ConnectionKind, CustomerStatus};

/// Values that are looked at.
const MOST: usize = 200;

/// How many of a column's values are of a field's form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// Values that are not blank, and no words for nothing.
    pub count: u32,
    /// How many are of the form of each field in [`FORMS`].
    fitting: [u32; FORMS.len()],
    /// How many are a month without a day.
    months: u32,
}

/// Fields whose values have a form.
const FORMS: [Field; 18] = [
    Field::Number,
    Field::Name,
    Field::Nik,
    Field::Phone,
    Field::Email,
    Field::PostalCode,
    Field::Position,
    Field::Latitude,
    Field::Longitude,
    Field::ReadAt,
    Field::ReadTime,
    Field::InstalledOn,
    Field::Register,
    Field::Balance,
    Field::HouseholdSize,
    Field::Status,
    Field::PropertyKind,
    Field::TariffClass,
];

impl Profile {
    /// What cells look like.
    pub fn of<'a>(cells: impl IntoIterator<Item = &'a Cell>) -> Self {
        let mut profile = Self::default();
        for cell in cells.into_iter().filter(|cell| !is_nothing(cell)).take(MOST) {
            profile.count += 1;
            profile.months += u32::from(text_of(cell).ok().flatten().is_some_and(|text| month_alone(&text).is_some()));
            for (count, field) in profile.fitting.iter_mut().zip(FORMS) {
                *count += u32::from(fits(cell, field));
            }
        }
        profile
    }

    /// How many in a thousand values are of a field's form; `None` if the field has none, or the column is blank.
    pub fn share(&self, field: Field) -> Option<u16> {
        let place = FORMS.iter().position(|form| *form == field)?;
        (self.count > 0).then(|| (self.fitting[place] * 1_000 / self.count) as u16)
    }

    /// How many in a thousand values are a month without a day.
    pub fn share_of_months(&self) -> u16 {
        (self.months * 1_000).checked_div(self.count).unwrap_or(0) as u16
    }

    /// How sure a field is by its values alone; `None` if they could be many things.
    pub const fn sure_by_values(field: Field) -> Option<u16> {
        match field {
            Field::Nik | Field::Position => Some(700),
            Field::Email => Some(750),
            Field::Phone => Some(600),
            _ => None,
        }
    }
}

fn is_nothing(cell: &Cell) -> bool {
    cell.is_blank() || matches!(cell, Cell::Text(text) if says_nothing(text.trim()))
}

fn fits(cell: &Cell, field: Field) -> bool {
    let text = text_of(cell).ok().flatten().unwrap_or_default();
    let degrees = |from: f64, to: f64| match cell {
        Cell::Number(number) => number.fract() != 0.0 && (from..=to).contains(number),
        _ => text.contains(['.', ',']) && text.replace(',', ".").parse().is_ok_and(|number| (from..=to).contains(&number)),
    };
    match field {
        // Numbers of customers have a digit, whatever else is in them; names of people have none, and letters.
        Field::Number => text.bytes().any(|byte| byte.is_ascii_digit()) && text.chars().count() <= 24,
        Field::Name => text.chars().any(char::is_alphabetic) && !text.starts_with(|letter: char| letter.is_ascii_digit()),
        Field::Nik => nik::read(cell).is_ok_and(|(nik, _)| nik.is_some_and(|nik| nik::is_plausible(&nik))),
        Field::Phone => is_mobile(cell),
        Field::Email => text.split_once('@').is_some_and(|(_, host)| host.contains('.')),
        Field::PostalCode => text.len() == 5 && text.bytes().all(|byte| byte.is_ascii_digit()),
        Field::Position => {
            matches!(cell, Cell::Text(_)) && place::pair(cell, Some(Area::INDONESIA)).is_ok_and(|(at, _)| at.is_some())
        }
        Field::Latitude => degrees(-11.0, 6.0),
        Field::Longitude => degrees(95.0, 141.1),
        Field::ReadAt | Field::InstalledOn => is_date(cell),
        Field::ReadTime => clock::read(cell, 0).is_ok_and(|(time, _)| time.is_some()),
        Field::Register => match cell {
            Cell::Number(number) => *number >= 0.0,
            _ => volume::says(&text).is_some(),
        },
        Field::Balance => money::read(cell).is_ok(),
        Field::HouseholdSize => match cell {
            Cell::Number(number) => number_text(*number).parse().is_ok_and(|size: u8| (1..=99).contains(&size)),
            _ => text.starts_with(|letter: char| letter.is_ascii_digit()) && text.len() <= 10,
        },
        Field::Status => meaning::<CustomerStatus>(&text).is_some(),
        Field::PropertyKind => meaning::<ConnectionKind>(&text).is_some(),
        Field::TariffClass => meaning::<TariffClass>(&text).is_some(),
        _ => false,
    }
}

/// Whether a cell is a number of a mobile telephone; other numbers could be anything.
fn is_mobile(cell: &Cell) -> bool {
    phone::read(cell)
        .is_ok_and(|(phone, _)| phone.is_some_and(|phone| phone.starts_with("08") && (10..=13).contains(&phone.len())))
}

/// Numbers from here on have the digits of a day and of a time of the day behind each other, or are none: `202401120830`.
const COMPACT: f64 = 190_000_000_000.0;

fn is_date(cell: &Cell) -> bool {
    let rules = DateRules { order: DateOrder::DayFirst, is_1904: false, newest_year: 2100, shift_hours: 0 };
    match cell {
        Cell::Time(time) => !clock::is_no_day(time.date()),
        // Days of 1954 to 2064 as spreadsheets number them.
        Cell::Number(number) if *number < COMPACT => (20_000.0..60_000.0).contains(number),
        _ => {
            let other = DateRules { order: DateOrder::MonthFirst, ..rules };
            date::read(cell, rules).or_else(|_| date::read(cell, other)).is_ok_and(|(time, _)| time.is_some())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_looks_like_what_most_of_its_values_are() {
        let text = |text: &str| Cell::Text(text.to_owned());
        let share = |cells: &[Cell], field| Profile::of(cells).share(field);
        let degrees = [Cell::Number(-6.2), text("106,8"), text("-7.25"), Cell::Empty];
        assert_eq!(share(&degrees, Field::Latitude), Some(666));
        assert_eq!(share(&degrees, Field::Longitude), Some(333));
        assert_eq!(share(&[text("12"), Cell::Number(-6.0)], Field::Latitude), Some(0), "whole degrees are nowhere");
        assert_eq!(share(&[text("40115"), Cell::Number(40_115.0), text("4011")], Field::PostalCode), Some(666));
        assert_eq!(
            share(&[text("25/12/2024"), text("12/25/2024"), Cell::Number(45_303.0), Cell::Number(120.0)], Field::ReadAt),
            Some(750)
        );
        assert_eq!(share(&[Cell::Empty], Field::Nik), None);
        assert_eq!(share(&[text("x")], Field::Zone), None, "a zone has no form");
        assert_eq!(share(&[text("Siti"), text("H. Budi 2"), text("000124")], Field::Name), Some(666));
        assert_eq!(share(&[text("Siti"), Cell::Number(124.0)], Field::Number), Some(500));
        let months = [text("Januari 2025"), text("202501"), Cell::Number(202_501.0), text("12/01/2025")];
        assert_eq!(Profile::of(&months).share_of_months(), 750);
        assert_eq!(Profile::default().share_of_months(), 0);
    }
}

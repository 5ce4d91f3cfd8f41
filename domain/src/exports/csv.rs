//! A table as CSV. The file says of no field what it is, so a text that a spreadsheet would take for a number, a date or a formula has an
//! apostrophe in front of it; readers of ours leave it off again.

use crate::core::csv::{BOM, separated, separator};
use crate::exports::table::iso;
use crate::exports::{Cell, Kind, Layout};

/// What numbers, dates, times and powers of ten are written with beside digits.
const OF_NUMBERS: &str = " \u{a0}\u{202f}.,:/-+()%eE";

impl Layout {
    /// The first line of the file, with what it begins with so that Excel reads it as UTF-8.
    pub fn csv_head(&self) -> String {
        let names = self.columns.iter().map(|column| column.name.as_str());
        format!("{BOM}{}", separated(separator(self.language), names))
    }

    /// A row as a line with its end.
    pub fn csv_line(&self, cells: &[Cell]) -> String {
        let fields: Vec<String> = self.columns.iter().zip(cells).map(|(column, cell)| self.field(column.kind, cell)).collect();
        separated(separator(self.language), fields.iter().map(String::as_str))
    }

    fn field(&self, kind: Kind, cell: &Cell) -> String {
        match cell {
            Cell::Nothing => String::new(),
            Cell::Text(text) => as_text(text),
            Cell::Number(number) => self.plain(kind, *number),
            Cell::At(at) => self.instant(*at),
            Cell::Day(day) => iso(*day),
        }
    }
}

/// A text as a field that no spreadsheet takes for a number or a date.
pub fn as_text(text: &str) -> String {
    if is_taken_for_number(text) { format!("'{text}") } else { text.to_owned() }
}

/// Whether a spreadsheet would take a text for a number or a date: `000123`, `0812-3456-7890`, `12/5`, `8E10`.
fn is_taken_for_number(text: &str) -> bool {
    text.contains(|letter: char| letter.is_ascii_digit())
        && text.chars().all(|letter| letter.is_ascii_digit() || OF_NUMBERS.contains(letter))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exports::Column;
    use crate::people::Language;
    use crate::{LocalDay, TimeZone};
    use proptest::prelude::*;

    fn layout(language: Language, kinds: &[Kind]) -> Layout {
        let columns = kinds.iter().map(|kind| Column { name: "Nama".into(), kind: *kind, width: 10 }).collect();
        Layout { columns, language, zone: TimeZone::Jakarta }
    }

    #[test]
    fn numbers_are_numbers_and_what_names_somebody_stays_text() {
        let kinds = [Kind::Code, Kind::Code, Kind::Code, Kind::Text, Kind::Thousandths, Kind::Rupiah, Kind::Day];
        let day = LocalDay::from_ymd(2026, 11, 22).unwrap();
        let cells = [
            Cell::text("000123"),
            Cell::text("+62 812-3456-7890"),
            Cell::text("3273010101900001"),
            Cell::text("=cmd()"),
            Cell::Number(-1_500),
            Cell::Number(-5_000),
            Cell::Day(day),
        ];
        let line = layout(Language::Id, &kinds).csv_line(&cells);
        assert_eq!(line, "'000123;'+62 812-3456-7890;'3273010101900001;\"'=cmd()\";\"-1,5\";-5000;2026-11-22\r\n");
        let line = layout(Language::En, &kinds).csv_line(&cells);
        assert!(line.ends_with(",-1.5,-5000,2026-11-22\r\n"), "{line}");
    }

    #[test]
    fn what_only_looks_like_a_number_is_marked_and_a_name_is_not() {
        for text in ["12/5", "0812 3456", "(021) 555-0199", "8E10", "1.250.000", "12:30", "-7"] {
            assert!(is_taken_for_number(text), "{text}");
        }
        for text in ["Blok 12", "IW-0012", "-", "", "Jl. Melati 5", "E"] {
            assert!(!is_taken_for_number(text), "{text}");
        }
    }

    #[test]
    fn the_first_line_begins_with_the_mark_and_separates_as_the_language_does() {
        assert_eq!(layout(Language::Id, &[Kind::Text, Kind::Text]).csv_head(), "\u{feff}Nama;Nama\r\n");
        assert_eq!(layout(Language::En, &[Kind::Text, Kind::Text]).csv_head(), "\u{feff}Nama,Nama\r\n");
    }

    /// What a reader sees of a field that is no number of ours: quotes are for itself, and blanks it may leave out.
    fn seen(cell: &str) -> &str {
        cell.trim_matches(['"', ' ', '\t', '\u{200b}', '\u{feff}'])
    }

    proptest! {
        #[test]
        fn no_text_is_computed_whatever_separates_the_fields_and_wherever_it_stands(
            texts in prop::collection::vec("[a0=+@\t\r\n,;|\"' \u{200b}-]{0,10}|=cmd\\(\\)|\\+62[0-9]{8}", 3..4),
            is_indonesian in any::<bool>(),
        ) {
            let language = if is_indonesian { Language::Id } else { Language::En };
            let layout = layout(language, &[Kind::Text, Kind::Code, Kind::Text]);
            let cells: Vec<Cell> = texts.iter().map(Cell::text).collect();
            let line = layout.csv_line(&cells);
            for separator in [',', ';', '|', '\t'] {
                for cell in line.split([separator, '\r', '\n']) {
                    let cell = seen(cell);
                    // A minus and digits alone are a number, and compute nothing.
                    let is_number = cell.strip_prefix('-').is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()));
                    prop_assert!(is_number || !cell.starts_with(['=', '+', '-', '@']), "{cell:?} of {line:?}");
                }
            }
        }

        #[test]
        fn a_code_of_digits_alone_is_never_a_number(code in "[0-9]{1,20}") {
            let line = layout(Language::Id, &[Kind::Code]).csv_line(&[Cell::text(code.as_str())]);
            prop_assert_eq!(line, format!("'{code}\r\n"));
        }
    }
}

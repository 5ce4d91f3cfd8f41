//! A cell as text, as far as it is one.

use crate::core::text::visible;
use crate::imports::cell::Cell;
use crate::imports::finding::{Action, Doubt, Reason};
use std::borrow::Cow;

/// 2^53: up to here a floating number holds each whole one.
pub const EXACT: f64 = 9_007_199_254_740_992.0;

/// What people and programs write where a field has nothing, in small letters: `nan` and `nat` are of pandas, `\N` is of MySQL.
const NOTHING: [&str; 26] = [
    "-",
    "--",
    "---",
    "n/a",
    "na",
    "#n/a",
    "null",
    "nil",
    "none",
    "tidak ada",
    "tdk ada",
    "kosong",
    "belum ada",
    "blm ada",
    "tak ada",
    "tidak punya",
    "tdk punya",
    "belum punya",
    "blm punya",
    "nihil",
    "<null>",
    "(kosong)",
    "—",
    "nan",
    "nat",
    "\\n",
];

/// Whether a text says that there is nothing.
pub fn says_nothing(text: &str) -> bool {
    text.len() <= 12
        && text.as_bytes().first().is_some_and(|first| begins_nothing(*first))
        && NOTHING.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Whether one of [`NOTHING`] begins with a byte, as hardly a value does: each cell of a sheet is asked for it. The last is of the long dash.
const fn begins_nothing(first: u8) -> bool {
    matches!(first.to_ascii_lowercase(), b'-' | b'n' | b'#' | b't' | b'k' | b'b' | b'<' | b'(' | b'\\' | 0xe2)
}

/// Whether a text says so that can be nobody's name, as *Nil* and *Nan* are.
pub fn is_no_name(text: &str) -> bool {
    says_nothing(text) && !["na", "nil", "none", "nan", "nat"].iter().any(|name| text.eq_ignore_ascii_case(name))
}

/// Names of errors in formulas, as spreadsheets write them into text files; `#N/A` says that there is nothing.
const ERRORS: [&str; 8] = ["#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#SPILL!", "#CALC!"];

/// Whether a text stands in place of a value that a spreadsheet did not have or did not show: the name of an error, LibreOffice's own as well
/// (`Err:502`), or hashes, as where a column was too narrow for a number.
fn is_lost(text: &str) -> bool {
    if let Some(code) = text.strip_prefix("Err:") {
        return code.len() == 3 && code.bytes().all(|digit| digit.is_ascii_digit());
    }
    text.starts_with('#') && (ERRORS.contains(&text) || text.len() >= 3 && text.bytes().all(|letter| letter == b'#'))
}

/// The digits of a whole number that a program wrote as a floating one: `100001.0`. What it had in front of them is lost.
pub fn whole_of_float(text: &str) -> Option<&str> {
    let whole = text.strip_suffix(".0").filter(|whole| !whole.is_empty() && whole.bytes().all(|byte| byte.is_ascii_digit()))?;
    (whole == "0" || !whole.starts_with('0')).then_some(whole)
}

/// A text without what cannot be seen and what surrounds it.
pub fn trimmed(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text.trim());
    }
    Cow::Owned(visible(text).trim().to_owned())
}

/// A text without the mark of a text, which is not a part of it and stays in files that another program wrote: `'0124`.
pub fn unmarked(text: &str) -> &str {
    text.trim_start_matches('\'')
}

/// A number as people write it who mean a text: without `.0`, and without powers of ten.
pub fn number_text(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() <= EXACT { (number as i64).to_string() } else { number.to_string() }
}

/// Whether a text is a number in powers of ten, as spreadsheets write long ones: `8.12E+10`. Its last digits are lost. Programs in Java leave the
/// sign out, `6.28E11`: a mark behind the first digit says that it is no number of a house or a meter, such as `12E5`.
pub fn is_scientific(text: &str) -> bool {
    // Both are ASCII: most texts have none, which bytes say faster than letters.
    let mark = text.bytes().position(|byte| matches!(byte, b'E' | b'e'));
    let Some((number, power)) = mark.map(|at| (&text[..at], &text[at + 1..])) else { return false };
    let (power, is_signed) = power.strip_prefix('+').map_or((power, false), |power| (power, true));
    if !is_signed && !matches!(number.as_bytes(), [_, b'.' | b',', _, ..]) {
        return false;
    }
    let is_number = number.starts_with(|letter: char| letter.is_ascii_digit())
        && number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b',');
    is_number && !power.is_empty() && power.bytes().all(|byte| byte.is_ascii_digit())
}

/// Digits are lost, and only the file can bring them back.
pub fn lost_digits() -> Doubt {
    Doubt::new(Reason::LostDigits, Action::FormatAsText)
}

/// A cell as text; `None` if there is nothing in it.
///
/// # Errors
/// It is a date, true or false, or a formula that went wrong, also where only its name is left as a text.
pub fn text_of(cell: &Cell) -> Result<Option<Cow<'_, str>>, Doubt> {
    match cell {
        Cell::Empty => Ok(None),
        Cell::Text(text) => match trimmed(text) {
            text if is_lost(&text) => Err(Doubt::new(Reason::ErrorCell, Action::EditCell)),
            text => Ok(Some(text).filter(|text| !text.is_empty())),
        },
        Cell::Number(number) => Ok(Some(Cow::Owned(number_text(*number)))),
        Cell::Time(_) => Err(Doubt::new(Reason::BecameDate, Action::FormatAsText)),
        Cell::Bool(_) => Err(Doubt::new(Reason::WrongType, Action::EditCell)),
        Cell::Error(_) => Err(Doubt::new(Reason::ErrorCell, Action::EditCell)),
    }
}

/// A cell as a finding quotes it.
pub fn shown(cell: &Cell) -> Cow<'_, str> {
    match cell {
        Cell::Empty => Cow::Borrowed(""),
        Cell::Text(text) | Cell::Error(text) => Cow::Borrowed(text),
        Cell::Number(number) => Cow::Owned(number_text(*number)),
        Cell::Time(time) => Cow::Owned(time.to_string().replace('T', " ")),
        Cell::Bool(is) => Cow::Borrowed(if *is { "TRUE" } else { "FALSE" }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_are_texts_have_no_point_and_no_power() {
        for (number, text) in [
            (124.0, "124"),
            (-0.0, "0"),
            (0.5, "0.5"),
            (1e21, "1000000000000000000000"),
            (3_273_010_101_900_001.0, "3273010101900001"),
        ] {
            assert_eq!(number_text(number), text);
        }
    }

    #[test]
    fn a_number_in_powers_of_ten_is_seen() {
        for text in ["8.12E+10", "8,12345E+10", "8E+10", "3.27e+15", "6.28123E11", "6,28123e11"] {
            assert!(is_scientific(text), "{text}");
        }
        for text in ["812", "12E5", "1E5", "12.5E5", "1.5E", "1.5Eb", "E+10", "8.12E+", "8.12E+1a", "WM-2E+1", ""] {
            assert!(!is_scientific(text), "{text}");
        }
    }

    #[test]
    fn words_for_nothing_are_nothing() {
        for text in ["-", "N/A", "NULL", "Tidak Ada", "blm ada", "Tdk Punya", "NIHIL", "—", "#N/A", "NaN", "\\N"] {
            assert!(says_nothing(text), "{text}");
        }
        for text in ["0", "ada", "Nana", "-5", ""] {
            assert!(!says_nothing(text), "{text}");
        }
        for word in NOTHING {
            assert!(says_nothing(word) && says_nothing(&word.to_ascii_uppercase()), "{word}");
        }
    }

    #[test]
    fn what_stands_in_place_of_a_value_is_no_text() {
        for text in ["#REF!", " #VALUE! ", "#DIV/0!", "#NAME?", "Err:502", "########"] {
            assert_eq!(text_of(&Cell::Text(text.into())).map_err(|doubt| doubt.reason), Err(Reason::ErrorCell), "{text}");
        }
        for text in ["#12", "#", "##", "Err:5", "Error", "No #"] {
            assert_eq!(text_of(&Cell::Text(text.into())), Ok(Some(text.into())), "{text}");
        }
    }

    #[test]
    fn a_float_is_the_whole_number_before_its_point() {
        assert_eq!((whole_of_float("100001.0"), whole_of_float("0.0")), (Some("100001"), Some("0")));
        for text in ["100001", "01.0", ".0", "1.5", "1.00", "A1.0", "1.0.0"] {
            assert_eq!(whole_of_float(text), None, "{text}");
        }
    }

    #[test]
    fn only_texts_and_numbers_are_texts() {
        assert_eq!(text_of(&Cell::Text(" \u{feff}a b\u{a0} ".into())), Ok(Some("a b".into())));
        assert_eq!(text_of(&Cell::Text("\u{200b}".into())), Ok(None));
        assert_eq!(text_of(&Cell::Bool(true)).map_err(|doubt| doubt.reason), Err(Reason::WrongType));
        assert_eq!(text_of(&Cell::Error("#REF!".into())).map_err(|doubt| doubt.reason), Err(Reason::ErrorCell));
    }
}

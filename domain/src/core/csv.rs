//! CSV that a spreadsheet opens as what it is: fields quoted (RFC 4180), and none that it would take for a formula.
//!
//! Which character separates fields is the reader's setting: Excel in Indonesia takes semicolons, and then a quoted field is split at each of
//! them. So a formula must not begin anywhere that some reader takes for the beginning of a cell.

use crate::people::Language;

/// What a spreadsheet takes for the beginning of a formula; the wide ones as well, in some languages.
const FORMULA: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];

/// Behind these some reader begins a cell.
const SEPARATORS: [char; 8] = [',', ';', '|', '\t', '\r', '\n', '"', '\u{2028}'];

/// What a file begins with so that Excel reads it as UTF-8.
pub const BOM: &str = "\u{feff}";

/// What separates fields where a language is read: a spreadsheet set to Indonesian takes the comma for that of decimals.
pub const fn separator(language: Language) -> &'static str {
    match language {
        Language::Id => ";",
        Language::En => ",",
    }
}

/// A line with its end. Where a spreadsheet would begin to compute there is an apostrophe, which shows what follows as text.
pub fn line<'a>(fields: impl IntoIterator<Item = &'a str>) -> String {
    separated(",", fields)
}

/// The same with a separator of its own.
pub fn separated<'a>(separator: &str, fields: impl IntoIterator<Item = &'a str>) -> String {
    let mut line = fields.into_iter().map(field).collect::<Vec<_>>().join(separator);
    line.push_str("\r\n");
    line
}

fn field(text: &str) -> String {
    let guarded = if is_below_zero(text) { text.to_owned() } else { guard(text) };
    if guarded == text && !text.contains(SEPARATORS) {
        return guarded;
    }
    format!("\"{}\"", guarded.replace('"', "\"\""))
}

/// Whether a text is a number below zero, which is no formula: `-5000`, `-1,5`.
fn is_below_zero(text: &str) -> bool {
    let Some(number) = text.strip_prefix('-') else { return false };
    let (whole, part) = number.split_once([',', '.']).unwrap_or((number, "0"));
    [whole, part].iter().all(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The text with an apostrophe in front of what would be computed, at its beginning and behind each separator. What is not seen in front of
/// it, as spaces, some readers leave out.
fn guard(text: &str) -> String {
    let mut guarded = String::with_capacity(text.len() + 1);
    let mut begins_cell = true;
    for letter in text.chars() {
        if begins_cell && FORMULA.contains(&letter) {
            guarded.push('\'');
            begins_cell = false;
        }
        guarded.push(letter);
        begins_cell = SEPARATORS.contains(&letter) || (begins_cell && !is_seen(letter));
    }
    guarded
}

fn is_seen(letter: char) -> bool {
    let is_mark =
        matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
    !(letter.is_whitespace() || letter.is_control() || is_mark)
}

#[cfg(test)]
mod tests {
    use super::{line, separated, separator};
    use crate::people::Language;
    use proptest::prelude::*;

    #[test]
    fn what_would_be_computed_is_shown_as_text() {
        for text in ["=1+1", "+62812", "@SUM(A1)", "-cmd|' /C calc'!A0", "\u{ff1d}1"] {
            assert_eq!(line([text]), format!("\"'{text}\"\r\n"));
        }
        assert_eq!(line(["\t=1"]), "\"'\t'=1\"\r\n");
        assert_eq!(line(["-5000", "ABC-1", "10"]), "-5000,ABC-1,10\r\n");
        assert_eq!(line(["-1.5", "-1,5", "-1,5,0", "-a"]), "-1.5,\"-1,5\",\"'-1,5,0\",\"'-a\"\r\n");
    }

    #[test]
    fn quotes_separators_and_lines_stay_within_their_field() {
        assert_eq!(line(["a,b", "c;d", "say \"hi\"", "x\ny", ""]), "\"a,b\",\"c;d\",\"say \"\"hi\"\"\",\"x\ny\",\r\n");
    }

    #[test]
    fn behind_any_separator_and_any_blank_nothing_is_computed() {
        assert_eq!(line(["Kos;=1+1"]), "\"Kos;'=1+1\"\r\n");
        assert_eq!(line(["a\" ;  @x", "b|-1", " =1", "\u{200b}=1"]), "\"a\"\" ;  '@x\",\"b|'-1\",\" '=1\",\"\u{200b}'=1\"\r\n");
    }

    #[test]
    fn fields_are_separated_as_a_spreadsheet_of_the_language_expects() {
        let separated_by = |language| separated(separator(language), ["a;b", "1,5", "=1"]);
        assert_eq!(separated_by(Language::Id), "\"a;b\";\"1,5\";\"'=1\"\r\n");
        assert_eq!(separated_by(Language::En), "\"a;b\",\"1,5\",\"'=1\"\r\n");
    }

    proptest! {
        #[test]
        fn whatever_separates_fields_no_cell_is_a_formula(fields in prop::collection::vec("[a=+@\t\r\n,;|\"' \u{200b}-]{0,12}", 1..4)) {
            let line = line(fields.iter().map(String::as_str));
            for separator in [',', ';', '|', '\t'] {
                for cell in line.split([separator, '\r', '\n']) {
                    let seen = cell.trim_matches(['"', ' ', '\u{200b}']);
                    let is_number = seen.strip_prefix('-').is_some_and(|rest| rest.is_empty() || rest.bytes().all(|byte| byte.is_ascii_digit()));
                    prop_assert!(is_number && seen.len() > 1 || !seen.starts_with(['=', '+', '-', '@']), "{cell:?} of {line:?}");
                }
            }
        }
    }
}

//! Which formats of numbers show a date or a time: nothing else makes a number one.

/// Whether a built-in format shows a date or a time, by its number (ECMA-376 part 1, 18.8.30).
pub(crate) fn is_built_in_date(id: u32) -> bool {
    matches!(id, 14..=22 | 27..=36 | 45..=47 | 50..=58)
}

/// Whether a format's code shows a date or a time. Its first section decides.
pub(crate) fn is_date(code: &str) -> bool {
    let mut is_dated = false;
    let mut letters = code.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' | '_' | '*' => {
                letters.next();
            }
            '"' => {
                letters.by_ref().find(|inner| *inner == '"');
            }
            '[' => {
                let inner: String = letters.by_ref().take_while(|inner| *inner != ']').collect();
                let is_elapsed = !inner.is_empty() && inner.chars().all(|unit| matches!(unit, 'h' | 'H' | 'm' | 'M' | 's' | 'S'));
                is_dated |= is_elapsed;
            }
            ';' => break,
            // No date has places for digits that may be missing, and none begins with one that may not: `#,##0 m³` and `0 m3` are numbers whose
            // unit somebody did not quote.
            '#' | '?' => return false,
            '0' if !is_dated => return false,
            'd' | 'D' | 'm' | 'M' | 'y' | 'Y' | 'h' | 'H' | 's' | 'S' => is_dated = true,
            _ => {}
        }
    }
    is_dated && !code.eq_ignore_ascii_case("standard")
}

/// Places of a longest number that is shown by a pattern of its own.
const LONGEST: usize = 24;

/// Stands for a digit among the places of a pattern.
const DIGIT: u8 = 0;

/// Up to here a floating number holds each whole one: 2^53.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// How a number of somebody is shown: noughts stand for digits that it does not have, and marks in front of the digits and between them, as in
/// `000000`, `00-000` and `"SR-"0000`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Digits {
    places: [u8; LONGEST],
    len: u8,
}

impl Digits {
    /// By a format's code, of which the first section counts; none for a format of amounts, of dates, or with anything behind the digits.
    fn of_code(code: &str) -> Option<Self> {
        let mut digits = Self { places: [DIGIT; LONGEST], len: 0 };
        let mut letters = code.chars();
        while let Some(letter) = letters.next() {
            match letter {
                '0' => digits.push(DIGIT)?,
                '-' | '(' | ')' => digits.push_mark(letter)?,
                '\\' => digits.push_mark(letters.next()?)?,
                '"' => {
                    for inner in letters.by_ref().take_while(|inner| *inner != '"') {
                        digits.push_mark(inner)?;
                    }
                }
                ';' => break,
                _ => return None,
            }
        }
        // Of one digit and groups behind spaces an amount may be shown, which has noughts in front as well: `0 000`.
        let is_amount = digits.places[1] != DIGIT && digits.marks().all(|mark| mark == b' ');
        (digits.count() >= 2 && digits.places().last() == Some(&DIGIT) && !is_amount).then_some(digits)
    }

    fn push(&mut self, place: u8) -> Option<()> {
        *self.places.get_mut(usize::from(self.len))? = place;
        self.len += 1;
        Some(())
    }

    fn push_mark(&mut self, letter: char) -> Option<()> {
        let mark = u8::try_from(letter).ok().filter(|mark| mark.is_ascii_graphic() || *mark == b' ')?;
        self.push(mark)
    }

    fn places(&self) -> &[u8] {
        &self.places[..usize::from(self.len)]
    }

    fn marks(&self) -> impl Iterator<Item = u8> {
        self.places().iter().copied().filter(|place| *place != DIGIT)
    }

    fn count(&self) -> usize {
        self.places().len() - self.marks().count()
    }
}

/// How a style shows a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Shown {
    /// As a number.
    #[default]
    Number,
    /// As a date or a time.
    Date,
    /// By a pattern of digits, with noughts in front or marks between.
    Digits(Digits),
}

impl Shown {
    /// By a built-in format's number.
    pub fn of_built_in(id: u32) -> Self {
        if is_built_in_date(id) { Self::Date } else { Self::Number }
    }

    /// By a format's code.
    pub fn of_code(code: &str) -> Self {
        match (Digits::of_code(code), is_date(code)) {
            (Some(digits), _) => Self::Digits(digits),
            (None, true) => Self::Date,
            (None, false) => Self::Number,
        }
    }
}

/// A number as its pattern shows it, where that is not its digits alone: `124` as `000124`, `12345` as `12-345`. Whoever formats a column so has
/// numbers of customers in it, of which noughts and marks are a part.
pub(crate) fn padded(number: f64, digits: Digits) -> Option<String> {
    if number.fract() != 0.0 || !(0.0..=EXACT).contains(&number) {
        return None;
    }
    let (whole, count) = ((number as u64).to_string(), digits.count());
    if whole.len() >= count && digits.marks().next().is_none() {
        return None;
    }
    let whole = format!("{whole:0>count$}");
    let (surplus, own) = whole.split_at(whole.len() - count);
    let (mut surplus, mut own) = (Some(surplus), own.chars());
    let mut shown = String::new();
    for place in digits.places() {
        if *place == DIGIT {
            shown.push_str(surplus.take().unwrap_or_default());
            shown.extend(own.next());
        } else {
            shown.push(char::from(*place));
        }
    }
    Some(shown)
}

#[cfg(test)]
mod tests {
    use super::{Digits, Shown, is_built_in_date, is_date, padded};

    #[test]
    fn a_date_is_known_by_its_places() {
        for code in [
            "dd/mm/yyyy",
            "yyyy-mm-dd hh:mm:ss",
            "[$-421]dd mmmm yyyy;@",
            "[h]:mm:ss",
            "h:mm AM/PM",
            "mmm\\-yy",
            "dd\" bulan \"mm",
            "[Red]d/m/yy",
            "mm:ss.0",
        ] {
            assert!(is_date(code), "{code}");
        }
        assert!([14, 22, 46, 47, 57].into_iter().all(is_built_in_date));
    }

    #[test]
    fn amounts_and_units_are_no_dates() {
        for code in [
            "General",
            "Standard",
            "0.00",
            "#,##0.00",
            "\"Rp\"#,##0",
            "[$Rp-421]#,##0",
            "_(* #,##0_)",
            "0\" m³\"",
            "#,##0 m³",
            "@",
            "0.00E+00",
            "\\d0",
            "0;\"dd\"",
            "000000",
            "[Red]0",
            "0 m3",
            "0.00 m³",
        ] {
            assert!(!is_date(code), "{code}");
        }
        assert!([0, 1, 9, 37, 44, 48, 49, 164].into_iter().all(|id| !is_built_in_date(id)));
    }

    fn shown(number: f64, code: &str) -> Option<String> {
        Digits::of_code(code).and_then(|digits| padded(number, digits))
    }

    #[test]
    fn noughts_in_front_are_shown_where_the_format_has_them() {
        assert!(matches!(Shown::of_code("000000"), Shown::Digits(_)));
        assert_eq!(
            (Shown::of_code("0"), Shown::of_code("0.00"), Shown::of_code("dd/mm/yy")),
            (Shown::Number, Shown::Number, Shown::Date)
        );
        assert_eq!(shown(124.0, "000000").as_deref(), Some("000124"));
        assert_eq!(shown(124.0, "000000;@").as_deref(), Some("000124"));
        assert_eq!(shown(0.0, "000").as_deref(), Some("000"));
        for (number, code) in [
            (123_456.0, "000000"),
            (1_234_567.0, "000000"),
            (1.5, "000000"),
            (-124.0, "000000"),
            (3_273_010_101_900_001.0, "0000000000000000"),
            (f64::NAN, "000000"),
        ] {
            assert_eq!(shown(number, code), None, "{number}");
        }
    }

    #[test]
    fn marks_of_a_pattern_are_a_part_of_the_number() {
        for (number, code, expected) in [
            (10_020_003.0, "00-000-0000", "01-002-0003"),
            (10_020_003.0, "00\\.000\\.0000", "01.002.0003"),
            (124.0, "\"SR-\"0000", "SR-0124"),
            (123_456.0, "\"SR-\"0000", "SR-123456"),
            (12_345.0, "00-000", "12-345"),
            (81_234_567_890.0, "0000-0000-0000", "0812-3456-7890"),
            (2_518_321_234.0, "(0000)\\ 0000000", "(0251) 8321234"),
            (124.0, "00\\ 000", "00 124"),
        ] {
            assert_eq!(shown(number, code).as_deref(), Some(expected), "{code}");
        }
        for code in ["0-000 m3", "0\\ 000", "0 000", "0\" m3\"", "#,##0", "0.00", "00:00", "\"Rp\"0", "[Red]00-00", "0E+00"] {
            assert_eq!(Digits::of_code(code), None, "{code}");
        }
    }
}

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

/// Digits of a longest number that is shown with noughts in front.
const LONGEST: usize = 20;

/// How a style shows a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Shown {
    /// As a number.
    #[default]
    Number,
    /// As a date or a time.
    Date,
    /// With noughts in front, up to so many digits.
    Digits(u8),
}

impl Shown {
    /// By a built-in format's number.
    pub fn of_built_in(id: u32) -> Self {
        if is_built_in_date(id) { Self::Date } else { Self::Number }
    }

    /// By a format's code.
    pub fn of_code(code: &str) -> Self {
        let is_noughts = (2..=LONGEST).contains(&code.len()) && code.bytes().all(|byte| byte == b'0');
        match (is_noughts, is_date(code)) {
            (true, _) => Self::Digits(code.len() as u8),
            (false, true) => Self::Date,
            (false, false) => Self::Number,
        }
    }
}

/// A number as it is shown with noughts in front of it, where there are any: `124` as `000124`. Whoever formats a column so has numbers of
/// customers in it, of which the noughts are a part.
pub(crate) fn padded(number: f64, digits: u8) -> Option<String> {
    let is_shorter = number.fract() == 0.0 && (0.0..10_f64.powi(i32::from(digits) - 1)).contains(&number);
    is_shorter.then(|| format!("{:0width$}", number as u64, width = usize::from(digits)))
}

#[cfg(test)]
mod tests {
    use super::{Shown, is_built_in_date, is_date, padded};

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

    #[test]
    fn noughts_in_front_are_shown_where_the_format_has_them() {
        assert_eq!(Shown::of_code("000000"), Shown::Digits(6));
        assert_eq!(
            (Shown::of_code("0"), Shown::of_code("0.00"), Shown::of_code("dd/mm/yy")),
            (Shown::Number, Shown::Number, Shown::Date)
        );
        assert_eq!(padded(124.0, 6).as_deref(), Some("000124"));
        assert_eq!(padded(0.0, 3).as_deref(), Some("000"));
        for (number, digits) in
            [(123_456.0, 6), (1_234_567.0, 6), (1.5, 6), (-124.0, 6), (3_273_010_101_900_001.0, 16), (f64::NAN, 6)]
        {
            assert_eq!(padded(number, digits), None, "{number}");
        }
    }
}

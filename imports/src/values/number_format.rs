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
            // No date has places for digits that may be missing: `#,##0 m³` is a number whose unit somebody did not quote.
            '#' | '?' => return false,
            'd' | 'D' | 'm' | 'M' | 'y' | 'Y' | 'h' | 'H' | 's' | 'S' => is_dated = true,
            _ => {}
        }
    }
    is_dated && !code.eq_ignore_ascii_case("standard")
}

#[cfg(test)]
mod tests {
    use super::{is_built_in_date, is_date};

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
        ] {
            assert!(!is_date(code), "{code}");
        }
        assert!([0, 1, 9, 37, 44, 48, 49, 164].into_iter().all(|id| !is_built_in_date(id)));
    }
}

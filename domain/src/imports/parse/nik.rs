//! A national identity number (NIK) in a cell: 16 digits, which a spreadsheet that took them for a number may have rounded.

use crate::imports::cell::Cell;
use crate::imports::finding::{Action, Doubt, Parsed, Reason};
use crate::imports::parse::plain::{EXACT, is_scientific, lost_digits, number_text, says_nothing, text_of, whole_of_float};
use crate::people::Customer;
use crate::sync::edit::{CustomerField, Editable};

/// Reads a NIK. `None` if there is nothing.
///
/// # Errors
/// It has not 16 digits, or some of them are lost.
pub fn read(cell: &Cell) -> Parsed<Option<String>> {
    if let Cell::Number(number) = cell {
        return of_number(*number);
    }
    let Some(text) = text_of(cell)? else { return Ok((None, None)) };
    // The mark of a text, which is not a part of it, stays in files that another program wrote.
    let text = text.trim_start_matches(['\'', '`', '\u{2019}']);
    if text.is_empty() || text == "0" || says_nothing(text) {
        return Ok((None, None));
    }
    if is_scientific(text) {
        return Err(lost_digits());
    }
    if let Some(number) = whole_of_float(text).and_then(|whole| whole.parse().ok()) {
        return of_number(number);
    }
    let is_plain = text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_digit());
    let nik = if is_plain { text.to_owned() } else { <Customer as Editable>::clean(CustomerField::Nik, text)? };
    let doubt = (!is_plausible(&nik)).then(|| Doubt::new(Reason::ImplausibleNik, Action::EditCell));
    Ok((Some(nik), doubt))
}

fn of_number(number: f64) -> Parsed<Option<String>> {
    if number == 0.0 {
        return Ok((None, None));
    }
    if !(1e15..1e16).contains(&number) || number.fract() != 0.0 {
        return Err(Doubt::new(Reason::Malformed, Action::EditCell));
    }
    if number > EXACT {
        return Err(lost_digits());
    }
    let nik = number_text(number);
    // Programs that keep 15 digits leave a zero for the last one: nobody's serial number is 0000, as which the first nine of a day are left.
    if nik.ends_with("0000") {
        return Err(lost_digits());
    }
    // Others round without a trace.
    let reason = if is_plausible(&nik) { Reason::MaybeRounded } else { Reason::ImplausibleNik };
    Ok((Some(nik), Some(Doubt::new(reason, Action::FormatAsText))))
}

/// Whether the digits have a province, a date of birth and a serial number in them. To the day of a woman's birth 40 is added.
pub fn is_plausible(nik: &str) -> bool {
    let part = |from: usize| nik.get(from..from + 2).and_then(|two| two.parse::<u8>().ok()).unwrap_or_default();
    let is_day = matches!(part(6), 1..=31 | 41..=71);
    let day = part(6) % 40;
    let is_in_month = match part(8) {
        2 => day <= 29,
        4 | 6 | 9 | 11 => day <= 30,
        month => (1..=12).contains(&month),
    };
    (11..=99).contains(&part(0)) && is_day && is_in_month && nik.get(12..).is_some_and(|serial| serial != "0000")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn outcome(cell: Cell) -> (Option<String>, Option<Reason>, bool) {
        match read(&cell) {
            Ok((nik, doubt)) => (nik, doubt.map(|doubt| doubt.reason), true),
            Err(doubt) => (None, Some(doubt.reason), false),
        }
    }

    #[test]
    fn a_nik_is_sixteen_digits_and_a_stored_number_is_doubted() {
        let text = |text: &str| outcome(Cell::Text(text.into()));
        let good = Some("3273010101900001".to_owned());
        assert_eq!(text("3273010101900001"), (good.clone(), None, true));
        assert_eq!(text("'3273 0101 0190 0001"), (good.clone(), None, true));
        assert_eq!(text("3273014101900001").1, None, "a woman");
        assert_eq!(text("3273013201900001").1, Some(Reason::ImplausibleNik), "day 32");
        assert_eq!(text("3273010113900001").1, Some(Reason::ImplausibleNik), "month 13");
        assert_eq!(text("3273017102900001").1, Some(Reason::ImplausibleNik), "31 February");
        assert_eq!(text("327301010190000"), (None, Some(Reason::Malformed), false));
        assert_eq!(text("3,27301E+15"), (None, Some(Reason::LostDigits), false));
        assert_eq!(text("tidak ada"), (None, None, true));
        assert_eq!(text("3273010101900001.0"), (good.clone(), Some(Reason::MaybeRounded), true));
        assert_eq!(outcome(Cell::Number(3_273_010_101_900_001.0)), (good, Some(Reason::MaybeRounded), true));
        let without_last = outcome(Cell::Number(3_273_010_101_900_000.0));
        assert_eq!(without_last, (None, Some(Reason::LostDigits), false), "the last four digits are no serial");
        assert_eq!(outcome(Cell::Number(3_273_013_201_900_001.0)).1, Some(Reason::ImplausibleNik), "day 32");
        assert_eq!(outcome(Cell::Number(9_171_010_101_900_001.0)), (None, Some(Reason::LostDigits), false), "over 2^53");
        assert_eq!(outcome(Cell::Number(12.0)), (None, Some(Reason::Malformed), false));
    }

    proptest! {
        #[test]
        fn what_is_read_is_what_the_form_takes(text in "[0-9 .'a-]{0,20}") {
            prop_assume!(whole_of_float(text.trim().trim_start_matches('\'')).is_none());
            if let Ok((Some(nik), _)) = read(&Cell::Text(text.clone())) {
                prop_assert_eq!(<Customer as Editable>::clean(CustomerField::Nik, &nik), Ok(nik.clone()));
                prop_assert_eq!(<Customer as Editable>::clean(CustomerField::Nik, text.trim().trim_start_matches('\'')), Ok(nik));
            }
        }
    }
}

//! A telephone number in a cell, into the form in which Indonesia dials it: `0812…`, and `+65…` abroad.

use crate::core::text::{is_phone, phone, phone_key};
use crate::imports::cell::Cell;
use crate::imports::finding::{Action, Doubt, Parsed, Reason};
use crate::imports::parse::plain::{EXACT, is_scientific, lost_digits, number_text, says_nothing, text_of, whole_of_float};
use crate::people::Customer;
use crate::sync::edit::{CustomerField, Editable};

/// Numbers of fewer digits have no area code, and so no zero in front.
const WITH_AREA: usize = 8;

/// Digits of the longest code of an area, with its zero.
const LONGEST_CODE: usize = 5;

/// Reads a telephone number. One that lost its zero gets it back, with a warning. `None` if there is nothing.
///
/// # Errors
/// It is no telephone number, or digits of it are lost.
pub fn read(cell: &Cell) -> Parsed<Option<String>> {
    let text = match cell {
        Cell::Number(number) if *number == 0.0 => return Ok((None, None)),
        Cell::Number(number) if number.fract() != 0.0 || *number < 0.0 => {
            return Err(Doubt::new(Reason::Malformed, Action::EditCell));
        }
        Cell::Number(number) if *number > EXACT => return Err(lost_digits()),
        Cell::Number(number) => return of_digits(number_text(*number), true),
        _ => text_of(cell)?,
    };
    let Some(text) = text else { return Ok((None, None)) };
    let text = text.trim_start_matches(['\'', '`']);
    if text.is_empty() || text == "0" || says_nothing(text) {
        return Ok((None, None));
    }
    if is_scientific(text) {
        return Err(lost_digits());
    }
    if let Some(whole) = whole_of_float(text) {
        return of_float(whole);
    }
    if text.bytes().all(|byte| byte.is_ascii_digit()) && (6..=15).contains(&text.len()) {
        return of_digits(text.to_owned(), false);
    }
    let proposing = |doubt: Doubt| match first_of_several(text) {
        Some(first) => doubt.proposing(first),
        None => doubt,
    };
    if is_several(text) {
        return Err(proposing(Doubt::new(Reason::Malformed, Action::EditCell)));
    }
    let clean = <Customer as Editable>::clean(CustomerField::Phone, text).map_err(|invalid| proposing(Doubt::from(invalid)))?;
    let key = phone_key(&clean);
    if key.starts_with('+') { Ok((Some(national(key)), None)) } else { of_digits(key, false) }
}

/// Digits alone. Where a spreadsheet took them for a number, the zero in front is gone.
fn of_digits(digits: String, is_number: bool) -> Parsed<Option<String>> {
    if !is_phone(&digits) {
        return Err(Doubt::new(Reason::Malformed, Action::EditCell));
    }
    // As nearly all are written: the form in which Indonesia dials them.
    if digits.starts_with('0') && !digits.starts_with("00") {
        return Ok((Some(digits), None));
    }
    let is_mobile = digits.starts_with('8') && (9..=12).contains(&digits.len());
    let has_code = digits.starts_with('0') || digits.starts_with("62") && digits.len() >= 10;
    if has_code {
        return Ok((Some(national(phone_key(&digits))), None));
    }
    if is_mobile || is_number && digits.len() >= WITH_AREA {
        let mended = format!("0{digits}");
        let doubt = Doubt::new(Reason::LostLeadingZero, Action::Accept).proposing(mended.clone());
        return Ok((Some(mended), Some(doubt)));
    }
    Ok((Some(digits), None))
}

/// Digits that a program kept as a floating number, which is said of each.
fn of_float(whole: &str) -> Parsed<Option<String>> {
    if whole == "0" {
        return Ok((None, None));
    }
    let (phone, doubt) = of_digits(whole.to_owned(), true)?;
    Ok((phone, doubt.or(Some(Doubt::new(Reason::MaybeRounded, Action::Accept)))))
}

/// A number with its country's code as it is dialled here.
fn national(key: String) -> String {
    match key.strip_prefix("+62") {
        Some(rest) => format!("0{rest}"),
        None => key,
    }
}

/// Whether a slash parts two numbers, and not an area's code from the number there: `021/5550199`.
fn is_several(text: &str) -> bool {
    let digits = |text: &str| text.bytes().filter(u8::is_ascii_digit).collect::<Vec<_>>();
    text.split_once('/').is_some_and(|(first, _)| {
        let first = digits(first);
        first.len() > LONGEST_CODE || !first.starts_with(b"0")
    })
}

/// The first of two numbers in one cell, or the number between a word in front of it (`HP 0812…`, `WA: 0812…`) and a remark, if it is one.
fn first_of_several(text: &str) -> Option<String> {
    let plain = phone(text);
    let bare = plain.trim_start_matches(|letter: char| letter.is_alphabetic() || matches!(letter, '.' | ':' | ' '));
    let first = bare.split(['/', ',', ';', '\n']).next()?.split(" (").next()?;
    // A letter within the digits is one of them mistyped; a remark stands apart.
    let remark = first.char_indices().find(|(at, letter)| letter.is_alphabetic() && first[..*at].ends_with(' '));
    let first = remark.map_or(first, |(at, _)| &first[..at]).trim();
    let is_one = first.len() < plain.trim().len() && is_phone(first);
    is_one.then(|| national(phone_key(first)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn outcome(cell: Cell) -> Result<(Option<String>, Option<Reason>), Reason> {
        read(&cell).map(|(phone, doubt)| (phone, doubt.map(|doubt| doubt.reason))).map_err(|doubt| doubt.reason)
    }

    #[test]
    fn numbers_come_into_one_form() {
        for written in [
            "081234567890",
            "+62 812-3456-7890",
            "6281234567890",
            "0812 3456 7890",
            "(0812) 34567890",
            "+62 (0)81234567890",
            "'081234567890",
        ] {
            assert_eq!(outcome(Cell::Text(written.into())), Ok((Some("081234567890".into()), None)), "{written}");
        }
        assert_eq!(outcome(Cell::Number(6_281_234_567_890.0)), Ok((Some("081234567890".into()), None)));
        assert_eq!(outcome(Cell::Text("(021) 555-0199".into())), Ok((Some("0215550199".into()), None)));
        assert_eq!(outcome(Cell::Text("5550199".into())), Ok((Some("5550199".into()), None)));
        assert_eq!(outcome(Cell::Text("+65 6123 4567".into())), Ok((Some("+6561234567".into()), None)));
    }

    #[test]
    fn a_lost_zero_is_put_back_and_lost_digits_are_not() {
        let mended = Ok((Some("081234567890".into()), Some(Reason::LostLeadingZero)));
        assert_eq!(outcome(Cell::Number(81_234_567_890.0)), mended);
        assert_eq!(outcome(Cell::Text("81234567890".into())), mended);
        assert_eq!(outcome(Cell::Text("812-3456-7890".into())), mended);
        assert_eq!(outcome(Cell::Number(215_550_199.0)), Ok((Some("0215550199".into()), Some(Reason::LostLeadingZero))));
        assert_eq!(outcome(Cell::Text("8.12E+10".into())), Err(Reason::LostDigits));
        assert_eq!(outcome(Cell::Text("81234567890.0".into())), mended);
        assert_eq!(outcome(Cell::Text("0.0".into())), Ok((None, None)));
        assert_eq!(
            outcome(Cell::Text("6281234567890.0".into())),
            Ok((Some("081234567890".into()), Some(Reason::MaybeRounded))),
            "no digit more than it has"
        );
        assert_eq!(outcome(Cell::Text("0812".into())), Err(Reason::Malformed));
        assert_eq!(outcome(Cell::Number(812.5)), Err(Reason::Malformed));
    }

    #[test]
    fn of_two_numbers_the_first_is_proposed() {
        for text in [
            "081234567890 / 081345678901",
            "+62 812-3456-7890 (WA istri)",
            "HP. 081234567890",
            "WA: 0812-3456-7890",
            "081234567890 a.n. Budi",
        ] {
            let doubt = read(&Cell::Text(text.into())).expect_err("no single number");
            assert_eq!((doubt.reason, doubt.repair.proposed.as_deref()), (Reason::Malformed, Some("081234567890")), "{text}");
        }
        // Also where both together have no more digits than one number can have.
        for (text, first) in
            [("7501234/7505678", "7501234"), ("022-750123/750124", "022-750123"), ("0361-234567/8", "0361-234567")]
        {
            let doubt = read(&Cell::Text(text.into())).expect_err("no single number");
            let first = phone_key(first);
            assert_eq!((doubt.reason, doubt.repair.proposed), (Reason::Malformed, Some(national(first))), "{text}");
        }
        assert_eq!(outcome(Cell::Text("021/5550199".into())), Ok((Some("0215550199".into()), None)), "an area's code");
    }

    proptest! {
        #[test]
        fn digits_behind_one_zero_are_in_their_form_already(text in "0[1-9][0-9]{4,13}") {
            prop_assert_eq!(read(&Cell::Text(text.clone())), Ok((Some(national(phone_key(&text))), None)));
        }

        #[test]
        fn what_is_read_is_what_the_form_takes_and_the_same_number(text in "[+(]{0,1}[0-9 ()/.-]{0,18}") {
            if let Ok((Some(read), doubt)) = read(&Cell::Text(text.clone())) {
                prop_assert_eq!(<Customer as Editable>::clean(CustomerField::Phone, &read), Ok(read.clone()));
                if doubt.is_none() {
                    prop_assert_eq!(phone_key(&read), phone_key(&text));
                }
            }
        }
    }
}

//! Numbers that are texts: a customer's number, a meter's serial number, a postal code. Zeros in front count.

use crate::Serial;
use crate::imports::cell::Cell;
use crate::imports::finding::{Action, Doubt, Parsed, Reason};
use crate::imports::parse::plain::{EXACT, is_scientific, lost_digits, number_text, text_of, whole_of_float};
use std::borrow::Cow;

/// What stands in place of a serial number where it could not be read: *broken*, *lost*, *blurred*, *stuck*, *shattered*, *dead*, *buried*.
const REMARKS: [&str; 9] = ["rusak", "hilang", "buram", "macet", "pecah", "mati", "kabur", "tertimbun", "terkubur"];

/// What stands in place of a customer's number where the connection is none any more: *pulled out*, *closed*, *cut off*, *dismantled*.
const CLOSED: [&str; 8] = ["dicabut", "cabut", "tutup", "ditutup", "putus", "diputus", "bongkar", "dibongkar"];

/// The longest number of a customer, in characters.
const LONGEST: usize = 64;

/// A cell as text without powers of ten, with zeros in front of digits up to `width`. `None` if there is nothing.
///
/// # Errors
/// It is no number and no text, or digits of it are lost.
pub fn digits_of(cell: &Cell, width: Option<u8>) -> Result<Option<Cow<'_, str>>, Doubt> {
    let text = match cell {
        Cell::Number(number) if *number < 0.0 || number.fract() != 0.0 => {
            return Err(Doubt::new(Reason::Malformed, Action::EditCell));
        }
        Cell::Number(number) if *number > EXACT => return Err(lost_digits()),
        Cell::Number(number) => Cow::Owned(number_text(*number)),
        _ => match text_of(cell)? {
            None => return Ok(None),
            Some(text) => text,
        },
    };
    let text = match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim_start_matches('\'')),
        Cow::Owned(text) => Cow::Owned(text.trim_start_matches('\'').to_owned()),
    };
    if is_scientific(&text) {
        return Err(lost_digits());
    }
    let text = match whole_of_float(&text) {
        Some(whole) => Cow::Owned(whole.to_owned()),
        None => text,
    };
    let missing = usize::from(width.unwrap_or(0)).saturating_sub(text.len());
    if missing > 0 && !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(Some(Cow::Owned("0".repeat(missing) + &text)));
    }
    Ok(Some(text).filter(|text| !text.is_empty()))
}

/// Reads a customer's number: one line of at most 64 characters. `None` if there is nothing.
///
/// # Errors
/// It is longer, or has what no line has.
pub fn number(cell: &Cell, width: Option<u8>) -> Parsed<Option<String>> {
    let Some(text) = digits_of(cell, width)? else { return Ok((None, None)) };
    if text.chars().count() > LONGEST {
        return Err(Doubt::new(Reason::TooLong, Action::EditCell));
    }
    if text.chars().any(char::is_control) {
        return Err(Doubt::new(Reason::Malformed, Action::EditCell));
    }
    Ok((Some(text.into_owned()), None))
}

/// Reads the number of a customer whom a row may add.
///
/// # Errors
/// As [`number`], or it is a remark.
pub fn new_number(cell: &Cell, width: Option<u8>) -> Parsed<Option<String>> {
    let found = number(cell, width)?;
    let is_closed = |text: &String| CLOSED.iter().any(|word| text.eq_ignore_ascii_case(word));
    if found.0.as_ref().is_some_and(is_closed) { Err(Doubt::new(Reason::Malformed, Action::EditCell)) } else { Ok(found) }
}

/// Reads a serial number. `None` if there is nothing, also where noughts alone stand for it.
///
/// # Errors
/// It is a remark, or has a character that no serial has; without spaces and slashes it may be one, which is proposed.
pub fn serial(cell: &Cell, width: Option<u8>) -> Parsed<Option<Serial>> {
    let Some(text) = digits_of(cell, width)?.filter(|text| text.bytes().any(|byte| byte != b'0')) else {
        return Ok((None, None));
    };
    let wrong = |text: &str| {
        let doubt = Doubt::new(Reason::Malformed, Action::EditCell);
        let joined: String = text.split_whitespace().collect::<Vec<_>>().join("-").replace(['/', '\\', '_'], "-");
        match Serial::try_from(joined) {
            Ok(serial) if has_digit(serial.as_str()) => doubt.proposing(serial.as_str()),
            _ => doubt,
        }
    };
    if is_remark(&text) {
        return Err(Doubt::new(Reason::Malformed, Action::EditCell));
    }
    text.parse().map(|serial| (Some(serial), None)).map_err(|_| wrong(&text))
}

/// Whether a text is no serial number but a remark about a meter whose number nobody could read.
fn is_remark(text: &str) -> bool {
    REMARKS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Whether a text has a digit.
fn has_digit(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
}

/// What the lengths of a column's sample say of zeros in front.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lengths {
    /// Digits of the longest, of values of digits alone.
    longest: u8,
    /// How many have that many.
    many_longest: u32,
    /// How many were stored as numbers, or are texts without a zero in front, and have fewer.
    shorter: u32,
    /// Whether some text begins with a zero.
    has_zero: bool,
    /// Whether some are of letters: then lengths say nothing.
    has_letters: bool,
}

impl Lengths {
    /// The lengths of a sample.
    pub fn of<'a>(cells: impl IntoIterator<Item = &'a Cell>) -> Self {
        let mut lengths = Self::default();
        for text in cells.into_iter().filter_map(|cell| digits_of(cell, None).ok().flatten()) {
            if !text.bytes().all(|byte| byte.is_ascii_digit()) {
                lengths.has_letters = true;
                continue;
            }
            let length = u8::try_from(text.len()).unwrap_or(u8::MAX);
            lengths.has_zero |= text.starts_with('0');
            match length.cmp(&lengths.longest) {
                std::cmp::Ordering::Greater => {
                    lengths.shorter += lengths.many_longest;
                    (lengths.longest, lengths.many_longest) = (length, 1);
                }
                std::cmp::Ordering::Equal => lengths.many_longest += 1,
                std::cmp::Ordering::Less => lengths.shorter += 1,
            }
        }
        lengths
    }

    /// How many digits the values seem to have had, where zeros in front seem to be lost: most are of one length and some are shorter, or
    /// some still have their zero. A count from 1 on has lengths of its own, and is left alone.
    pub const fn lost_zeros(self) -> Option<u8> {
        let is_long = self.longest >= 5;
        let is_mostly_one = self.many_longest > self.shorter || self.has_zero;
        if self.shorter > 0 && !self.has_letters && is_long && is_mostly_one { Some(self.longest) } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Cell {
        Cell::Text(text.into())
    }

    #[test]
    fn a_number_stays_the_text_that_it_is() {
        assert_eq!(number(&text(" 000124 "), None), Ok((Some("000124".into()), None)));
        assert_eq!(number(&Cell::Number(124.0), None), Ok((Some("124".into()), None)));
        assert_eq!(number(&Cell::Number(124.0), Some(6)), Ok((Some("000124".into()), None)));
        assert_eq!(number(&text("IW-1"), Some(6)), Ok((Some("IW-1".into()), None)));
        assert_eq!(number(&text("'0124"), None), Ok((Some("0124".into()), None)));
        assert_eq!(number(&text("100001.0"), None), Ok((Some("100001".into()), None)), "a number as pandas writes it");
        assert_eq!(number(&text("1.0.0"), None), Ok((Some("1.0.0".into()), None)));
        let reason = |cell: Cell| number(&cell, None).map_err(|doubt| doubt.reason);
        assert_eq!(reason(text("1.2E+11")), Err(Reason::LostDigits));
        assert_eq!(reason(Cell::Number(1e17)), Err(Reason::LostDigits));
        assert_eq!(reason(Cell::Number(1.5)), Err(Reason::Malformed));
        assert_eq!(reason(text(&"9".repeat(65))), Err(Reason::TooLong));
        assert_eq!(reason(text("1\n2")), Err(Reason::Malformed));
        assert_eq!(reason(Cell::Time(jiff::civil::datetime(2024, 1, 12, 0, 0, 0, 0))), Err(Reason::BecameDate));
    }

    #[test]
    fn a_remark_that_somebody_is_gone_is_no_number_of_a_customer() {
        for remark in ["DICABUT", " Tutup ", "putus"] {
            assert_eq!(new_number(&text(remark), None).map_err(|doubt| doubt.reason), Err(Reason::Malformed), "{remark}");
        }
        for one in ["TUTUP-1", "000124", "CABUTAN"] {
            assert_eq!(new_number(&text(one), None), Ok((Some(one.into()), None)));
        }
        assert_eq!(new_number(&Cell::Empty, None), Ok((None, None)));
    }

    #[test]
    fn a_serial_number_with_a_space_is_refused_with_a_proposal() {
        assert_eq!(
            serial(&text("WM-2024-001"), None).map(|(serial, _)| serial.map(String::from)),
            Ok(Some("WM-2024-001".into()))
        );
        let doubt = serial(&text("WM 2024/001"), None).expect_err("no serial");
        assert_eq!((doubt.reason, doubt.repair.proposed.as_deref()), (Reason::Malformed, Some("WM-2024-001")));
        assert_eq!((serial(&text("00000000"), None), serial(&Cell::Number(0.0), Some(6))), (Ok((None, None)), Ok((None, None))));
        for remark in ["é", "tidak terbaca", "RUSAK", "hilang"] {
            assert_eq!(serial(&text(remark), None).expect_err("no serial").repair.proposed, None, "{remark}");
        }
    }

    #[test]
    fn lengths_tell_of_lost_zeros() {
        let lost = |cells: &[Cell]| Lengths::of(cells).lost_zeros();
        let number = |number| Cell::Number(number);
        assert_eq!(lost(&[number(100_124.0), number(200_125.0), number(9_126.0)]), Some(6));
        assert_eq!(lost(&[text("000124"), number(125.0), number(126.0)]), Some(6));
        assert_eq!(lost(&[number(100_124.0), number(200_125.0)]), None, "one length");
        assert_eq!(lost(&[number(1.0), number(9.0), number(10.0), number(100.0)]), None, "a count");
        assert_eq!(lost(&[number(9_998.0), number(9_999.0), number(10_000.0)]), None, "a long count");
        assert_eq!(lost(&[text("IW-1"), number(100_124.0), number(200_124.0), number(9_126.0)]), None, "letters");
    }
}

//! An amount of rupiah in a cell, by the rules of what people type ([`crate::core::typed_money`]).

use crate::Rupiah;
use crate::core::typed_money::{WrongAmount, parse_rupiah};
use crate::imports::cell::Cell;
use crate::imports::finding::{Action, Doubt, Parsed, Reason};
use crate::imports::parse::plain::{is_scientific, lost_digits, text_of, unmarked};

/// The first amount that is too large: more than 12 digits.
const TOO_LARGE: f64 = 1e12;

/// What computing with floating numbers leaves beside a whole amount.
const NOISE: f64 = 1e-4;

/// Reads rupiah. In brackets, as accountants write it, an amount is below zero. `None` if there is nothing.
///
/// # Errors
/// It is no amount, or one that could mean two.
pub fn read(cell: &Cell) -> Parsed<Option<Rupiah>> {
    if let Cell::Number(number) = cell {
        return of_number(*number).map(|amount| (Some(amount), None));
    }
    let Some(text) = text_of(cell)? else { return Ok((None, None)) };
    if is_scientific(&text) {
        return Err(lost_digits());
    }
    of_text(unmarked(&text)).map(|amount| (Some(amount), None)).map_err(|wrong| edit(reason(wrong)))
}

/// Whether a cell is a dash, as accountants write nought: `-`, `Rp -`.
pub fn is_dash(cell: &Cell) -> bool {
    let Cell::Text(text) = cell else { return false };
    let bare = text.trim().trim_start_matches(|letter: char| letter.is_ascii_alphabetic()).trim_start_matches(['.', ' ']);
    !bare.is_empty() && bare.bytes().all(|byte| byte == b'-')
}

fn of_number(number: f64) -> Result<Rupiah, Doubt> {
    let whole = number.round();
    if whole.abs() >= TOO_LARGE || !number.is_finite() {
        return Err(edit(Reason::TooLarge));
    }
    if (number - whole).abs() > NOISE {
        return Err(edit(Reason::Sen));
    }
    Ok(Rupiah(whole as i64))
}

fn of_text(text: &str) -> Result<Rupiah, WrongAmount> {
    // The currency may stand before the bracket or in it.
    let bare = text.trim_start_matches(|letter: char| letter.is_ascii_alphabetic()).trim_start_matches(['.', ' ']);
    // Of nothing no sen are lost.
    if bare.contains('0') && bare.bytes().all(|byte| matches!(byte, b'0' | b'.' | b',')) {
        return Ok(Rupiah(0));
    }
    let Some(inner) = bare.strip_suffix(')').and_then(|text| text.strip_prefix('(')) else { return parse_rupiah(text) };
    let currency = &text[..text.len() - bare.len()];
    // A sign within the brackets would be a second one.
    if inner.contains(['-', '+', '\u{2212}']) {
        return Err(WrongAmount::NotANumber);
    }
    parse_rupiah(&format!("{currency}{inner}")).map(|amount| Rupiah(-amount.0))
}

const fn edit(reason: Reason) -> Doubt {
    Doubt::new(reason, Action::EditCell)
}

const fn reason(wrong: WrongAmount) -> Reason {
    match wrong {
        WrongAmount::Empty | WrongAmount::NotANumber => Reason::NotANumber,
        WrongAmount::ShortForm => Reason::ShortForm,
        WrongAmount::Sen => Reason::Sen,
        WrongAmount::Unclear => Reason::UnclearAmount,
        WrongAmount::TooLong | WrongAmount::Below(_) | WrongAmount::Above(_) => Reason::TooLarge,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(text: &str) -> Result<Option<Rupiah>, Reason> {
        read(&Cell::Text(text.into())).map(|(amount, _)| amount).map_err(|doubt| doubt.reason)
    }

    #[test]
    fn amounts_are_read_exactly_or_refused() {
        for (written, amount) in [
            ("Rp 1.234.567,00", 1_234_567),
            ("1,234,567", 1_234_567),
            ("1.234.567", 1_234_567),
            ("(50.000)", -50_000),
            ("Rp (50.000)", -50_000),
            ("(Rp50.000,00)", -50_000),
            ("-50.000", -50_000),
            ("25000.00", 25_000),
            ("'25000", 25_000),
            ("0", 0),
            ("0.00", 0),
            ("Rp 0,00", 0),
        ] {
            assert_eq!(text(written), Ok(Some(Rupiah(amount))), "{written}");
        }
        for (written, reason) in [
            ("25.00", Reason::UnclearAmount),
            ("25000,50", Reason::Sen),
            ("50rb", Reason::ShortForm),
            ("(-50.000)", Reason::NotANumber),
            ("lunas", Reason::NotANumber),
            ("1.5E+6", Reason::LostDigits),
            ("1234567890123", Reason::TooLarge),
        ] {
            assert_eq!(text(written), Err(reason), "{written}");
        }
        assert_eq!(text("  "), Ok(None));
    }

    #[test]
    fn numbers_are_whole_rupiah() {
        let number = |number| read(&Cell::Number(number)).map(|(amount, _)| amount).map_err(|doubt| doubt.reason);
        assert_eq!(number(25_000.0), Ok(Some(Rupiah(25_000))));
        assert_eq!(number(0.1 + 0.2 + 0.7), Ok(Some(Rupiah(1))));
        assert_eq!(number(25_000.5), Err(Reason::Sen));
        assert_eq!(number(1e12), Err(Reason::TooLarge));
    }

    proptest! {
        #[test]
        fn every_spelling_of_an_amount_is_that_amount(amount in 0_i64..1_000_000_000_000, spelling in 0_usize..6) {
            let groups = |mark: &str| {
                let digits = amount.to_string();
                let first = digits.len() % 3;
                let parts: Vec<&str> = std::iter::once(&digits[..first]).filter(|part| !part.is_empty())
                    .chain((first..digits.len()).step_by(3).map(|at| &digits[at..at + 3])).collect();
                parts.join(mark)
            };
            let written = match spelling {
                0 => amount.to_string(),
                1 => groups("."),
                2 => groups(","),
                3 => format!("Rp {}", groups(".")),
                4 => format!("Rp{},-", groups(".")),
                _ => groups(" "),
            };
            prop_assert_eq!(text(&written), Ok(Some(Rupiah(amount))));
            prop_assert_eq!(text(&format!("({written})")), if spelling == 4 { Err(Reason::NotANumber) } else { Ok(Some(Rupiah(-amount))) });
            prop_assert_eq!(read(&Cell::Number(amount as f64)), Ok((Some(Rupiah(amount)), None)));
        }
    }
}

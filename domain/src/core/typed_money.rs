//! Money as people type it: the one reader of rupiah, for every field of customers and admins. An amount is read exactly, or it is refused
//! with a reason that can be said in a sentence; none is guessed, and none is ever taken for a hundred times itself.
//!
//! The rules. Dots, commas and spaces stand before groups of three digits, all of the same kind; nothing but noughts may follow as sen, behind
//! four digits or more. `Rp` or `IDR` and a sign may come first, `,-` last.

use crate::Rupiah;
use crate::core::text::compact;

/// Digits of an amount at most: what is longer is a slip of the finger, and stays far from the range of `i64`.
const LONGEST: usize = 12;

/// Short forms of thousands and millions, which people write in messages.
const SHORT_FORMS: [&str; 8] = ["rb", "ribu", "k", "jt", "juta", "m", "mio", "miliar"];

/// Why a text is no amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WrongAmount {
    /// Nothing is there.
    #[error("no amount")]
    Empty,
    /// It is no number.
    #[error("not a number")]
    NotANumber,
    /// A short form, such as `1,5 jt` or `50rb`.
    #[error("an amount is written in full")]
    ShortForm,
    /// It has sen that are not nought.
    #[error("an amount has no sen")]
    Sen,
    /// It could mean two amounts, such as `25.00`.
    #[error("three digits follow a dot or comma")]
    Unclear,
    /// It has more than 12 digits.
    #[error("too many digits")]
    TooLong,
    /// It is below the least that the field takes.
    #[error("less than {0}")]
    Below(Rupiah),
    /// It is above the most that the field takes.
    #[error("more than {0}")]
    Above(Rupiah),
}

/// The amounts that a field takes, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AmountRange {
    /// The least.
    pub least: Rupiah,
    /// The most.
    pub most: Rupiah,
}

impl AmountRange {
    /// From one amount to another.
    pub const fn new(least: Rupiah, most: Rupiah) -> Self {
        Self { least, most }
    }

    /// An amount, if the range holds it.
    ///
    /// # Errors
    /// [`WrongAmount::Below`] or [`WrongAmount::Above`].
    pub fn check(self, amount: Rupiah) -> Result<Rupiah, WrongAmount> {
        match amount {
            small if small < self.least => Err(WrongAmount::Below(self.least)),
            large if large > self.most => Err(WrongAmount::Above(self.most)),
            fits => Ok(fits),
        }
    }

    /// What is typed, if it is an amount that the range holds.
    ///
    /// # Errors
    /// Why it is not.
    pub fn parse(self, text: &str) -> Result<Rupiah, WrongAmount> {
        match parse_rupiah(text) {
            Ok(amount) => self.check(amount),
            Err(WrongAmount::TooLong) => Err(WrongAmount::Above(self.most)),
            Err(wrong) => Err(wrong),
        }
    }
}

/// Reads rupiah: `Rp1.250.000`, `1250000`, `25,000`, `50 000`, `Rp 50.000,00`, `25000.00`, `1.250.000,-` or `−Rp5.000`.
///
/// # Errors
/// Why it is no amount.
pub fn parse_rupiah(text: &str) -> Result<Rupiah, WrongAmount> {
    let clean = plain(text);
    let (is_negative, text) = unsigned(&clean);
    if text.is_empty() {
        return Err(if is_negative { WrongAmount::NotANumber } else { WrongAmount::Empty });
    }
    let text = without_dash(text);
    if text.is_empty() {
        return Err(WrongAmount::NotANumber);
    }
    let amount = whole(text)?;
    Ok(Rupiah(if is_negative { -amount } else { amount }))
}

/// A text without what cannot be seen, with full-width forms and dashes as the plain ones that they stand for.
fn plain(text: &str) -> String {
    let one = |letter| match letter {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(letter) - 0xfee0).unwrap_or(letter),
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        letter => letter,
    };
    compact(text).chars().map(|letter| one(letter).to_ascii_lowercase()).collect()
}

/// Whether a sign says that it is negative, and what stands behind sign and currency.
fn unsigned(text: &str) -> (bool, &str) {
    let sign = |text: &str| text.starts_with(['-', '+']);
    let first = if sign(text) { text[1..].trim_start() } else { text };
    let Some(rest) = ["rp", "idr"].into_iter().find_map(|currency| first.strip_prefix(currency)) else {
        return (text.starts_with('-'), first);
    };
    let rest = rest.strip_prefix('.').unwrap_or(rest).trim_start();
    // One sign, on either side of the currency.
    match sign(rest) && !sign(text) {
        true => (rest.starts_with('-'), rest[1..].trim_start()),
        false => (text.starts_with('-'), rest),
    }
}

/// A text without the `,-` that stands for no sen.
fn without_dash(text: &str) -> &str {
    let bare = text.trim_end_matches('-');
    if bare.len() == text.len() { text } else { bare.strip_suffix([',', '.']).unwrap_or(text) }
}

/// Digits with their groups and noughts.
fn whole(text: &str) -> Result<i64, WrongAmount> {
    let is_mark = |letter: char| matches!(letter, '.' | ',' | ' ');
    if let Some(at) = text.find(|letter: char| !letter.is_ascii_digit() && !is_mark(letter)) {
        let is_short = at > 0 && SHORT_FORMS.contains(&text[at..].trim_end_matches(['.', ' ']));
        return Err(if is_short { WrongAmount::ShortForm } else { WrongAmount::NotANumber });
    }
    let Some(last) = text.rfind(is_mark) else { return value(text) };
    let (head, tail) = (&text[..last], &text[last + 1..]);
    let mark = text[last..].chars().next().unwrap_or('.');
    if tail.len() == 3 {
        return grouped(text, mark).ok_or(WrongAmount::Unclear).and_then(|digits| value(&digits));
    }
    if mark == ' ' || !(1..=2).contains(&tail.len()) {
        return Err(WrongAmount::Unclear);
    }
    // Two digits behind a few are sen, or a group of three that is not finished. Behind more, or behind groups with another mark, they are sen.
    let head = match head.find(is_mark).and_then(|at| head[at..].chars().next()) {
        None if head.len() > 3 => head.to_owned(),
        Some(other) if other != mark => grouped(head, other).ok_or(WrongAmount::Unclear)?,
        _ => return Err(WrongAmount::Unclear),
    };
    if tail.bytes().all(|digit| digit == b'0') { value(&head) } else { Err(WrongAmount::Sen) }
}

/// The digits of groups of three with one mark between them.
fn grouped(text: &str, mark: char) -> Option<String> {
    let (first, rest) = text.split_once(mark)?;
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let is_first = (1..=3).contains(&first.len()) && digits(first) && !first.starts_with('0');
    let is_grouped = is_first && rest.split(mark).all(|part| part.len() == 3 && digits(part));
    is_grouped.then(|| text.chars().filter(char::is_ascii_digit).collect())
}

fn value(digits: &str) -> Result<i64, WrongAmount> {
    let plain = digits.trim_start_matches('0');
    if plain.len() > LONGEST { Err(WrongAmount::TooLong) } else { Ok(plain.parse().unwrap_or(0)) }
}

#[cfg(test)]
#[path = "typed_money_tests.rs"]
mod tests;

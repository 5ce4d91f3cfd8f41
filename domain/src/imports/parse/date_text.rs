//! Dates and times as people write them: numbers and names of months, with what stands between them.

use crate::core::words::words;
use crate::imports::parse::plain::unmarked;
use jiff::civil::Time;
use serde::{Deserialize, Serialize};

words! {
    /// What is first of day and month where both are numbers.
    DateOrder {
        /// `31/12/2024`.
        DayFirst = "day_first",
        /// `12/31/2024`.
        MonthFirst = "month_first",
        /// `24-12-31`, of two digits each. A year of four digits says itself where it is; beside one this is [`Self::DayFirst`].
        YearFirst = "year_first",
    }
}

/// What a text says of the order of its column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderHint {
    /// Nothing: it is no date, its month has a name, or its year is first.
    Nothing,
    /// It reads both ways, as two dates.
    Either,
    /// One of its numbers is over 12.
    Says(DateOrder),
}

/// A date and a time as they are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spelled {
    /// Day and month in the order in which they stand.
    pub numbers: [i8; 2],
    /// The year, or the last two digits of it.
    pub year: i16,
    /// Whether the year has two digits.
    pub is_year_short: bool,
    /// The order, where the writing says it.
    pub order: Option<DateOrder>,
    /// The time of the day; midnight where there is none.
    pub clock: Time,
}

/// A run of digits or of letters, with what stands in front of it: `\0` for nothing, a space, or one sign; `?` for anything else.
#[derive(Clone, Copy, Debug)]
struct Token<'a> {
    text: &'a str,
    is_number: bool,
    before: char,
}

/// A date and a time have so many tokens at most: a day's name, the date, a word, the time, its fraction, a zone and its offset.
const MOST: usize = 14;

/// Names of months, in their order: Indonesian and English, long and short, as they are met.
const MONTHS: [&[&str]; 12] = [
    &["jan", "januari", "january"],
    &["feb", "peb", "febr", "februari", "pebruari", "february"],
    &["mar", "mrt", "maret", "march"],
    &["apr", "april"],
    &["mei", "may"],
    &["jun", "juni", "june"],
    &["jul", "juli", "july"],
    &["agu", "agt", "ags", "agus", "agst", "agust", "aug", "agustus", "august"],
    &["sep", "sept", "september"],
    &["okt", "oct", "oktober", "october"],
    &["nov", "nop", "november", "nopember"],
    &["des", "dec", "desember", "december"],
];

/// Months as numbers of the Romans, in their order, as officials write them: `12/XII/2010`.
const ROMAN: [&str; 12] = ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"];

/// What may stand in front of a date; the last is the end of *Jum'at*.
const LEADING: [&str; 31] = [
    "senin",
    "selasa",
    "rabu",
    "kamis",
    "jumat",
    "sabtu",
    "minggu",
    "ahad",
    "sen",
    "sel",
    "rab",
    "kam",
    "jum",
    "sab",
    "min",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "mon",
    "tue",
    "wed",
    "thu",
    "fri",
    "sat",
    "sun",
    "tgl",
    "at",
];

/// What may stand between a date and its time, and behind the time.
const JOINING: [&str; 5] = ["t", "pukul", "jam", "pkl", "at"];
const TRAILING: [&str; 5] = ["z", "wib", "wita", "wit", "utc"];

fn is_one_of(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.eq_ignore_ascii_case(word))
}

fn month(name: &str) -> Option<i8> {
    MONTHS.iter().position(|names| is_one_of(name, names)).map(|place| place as i8 + 1)
}

fn roman(text: &str) -> Option<i8> {
    ROMAN.iter().position(|number| text.eq_ignore_ascii_case(number)).map(|place| place as i8 + 1)
}

/// Splits a text; `None` if it has more tokens than a date and time can have.
fn tokens(text: &str) -> Option<([Token<'_>; MOST], usize)> {
    let mut found = [Token { text: "", is_number: false, before: '?' }; MOST];
    let (mut count, mut at) = (0, 0);
    while at < text.len() {
        let rest = &text[at..];
        let gap = rest.find(|letter: char| letter.is_ascii_alphanumeric()).unwrap_or(rest.len());
        let between = &rest[..gap];
        if gap == rest.len() {
            return matches!(between.trim(), "" | ".").then_some((found, count));
        }
        let rest = &rest[gap..];
        let is_number = rest.as_bytes()[0].is_ascii_digit();
        let same = |letter: char| letter.is_ascii_alphanumeric() && letter.is_ascii_digit() == is_number;
        let length = rest.find(|letter: char| !same(letter)).unwrap_or(rest.len());
        *found.get_mut(count)? = Token { text: &rest[..length], is_number, before: sign(between) };
        count += 1;
        at += gap + length;
    }
    Some((found, count))
}

/// What stands between two tokens, in one sign.
fn sign(between: &str) -> char {
    let mut signs = between.trim().chars();
    match (between.is_empty(), signs.next(), signs.next()) {
        (true, ..) => '\0',
        (false, None, _) => ' ',
        (false, Some(one), None) => one,
        _ => '?',
    }
}

/// Reads a date with its time, if it has one; `None` if the text is none.
pub(super) fn spelled(text: &str) -> Option<Spelled> {
    plain(text).or_else(|| by_tokens(text))
}

/// `31/12/2024` and its like in ten bytes, as nearly all dates of files are: the same as by tokens, in a tenth of the time.
fn plain(text: &str) -> Option<Spelled> {
    let bytes: &[u8; 10] = text.as_bytes().try_into().ok()?;
    if bytes[2] != bytes[5] || !matches!(bytes[2], b'/' | b'-' | b'.') {
        return None;
    }
    let number = |digits: &[u8]| {
        digits.iter().try_fold(0_i16, |number, digit| digit.is_ascii_digit().then(|| number * 10 + i16::from(digit - b'0')))
    };
    let (first, second, year) = (number(&bytes[..2])?, number(&bytes[3..5])?, number(&bytes[6..])?);
    Some(Spelled { numbers: [first as i8, second as i8], year, is_year_short: false, order: None, clock: Time::midnight() })
}

fn by_tokens(text: &str) -> Option<Spelled> {
    let (tokens, count) = tokens(text)?;
    let mut tokens = &tokens[..count];
    while let Some((first, rest)) = tokens.split_first().filter(|(first, _)| is_one_of(first.text, &LEADING)) {
        let is_name = !first.is_number && !rest.is_empty();
        if !is_name {
            return None;
        }
        tokens = rest;
    }
    let ([first, second, third], rest) = tokens.split_first_chunk::<3>()?;
    let is_between = |token: &Token<'_>| matches!(token.before, ' ' | '-' | '/' | '.' | ',');
    let is_near = |token: &Token<'_>| is_between(token) || token.before == '\0';
    let (numbers, year, order) = match (first.is_number, second.is_number, third.is_number) {
        (true, true, true) if is_between(second) && second.before == third.before && first.text.len() == 4 => {
            // The year is first, and then the month.
            ([small(second)?, small(third)?], first, Some(DateOrder::MonthFirst))
        }
        (true, true, true) if is_between(second) && second.before == third.before => {
            ([small(first)?, small(second)?], third, None)
        }
        (true, false, true) if is_near(second) && is_near(third) => {
            // `12V2010` is no date.
            let of_letters = || roman(second.text).filter(|_| is_between(second) && is_between(third));
            ([small(first)?, month(second.text).or_else(of_letters)?], third, Some(DateOrder::DayFirst))
        }
        (false, true, true) if is_near(second) && is_between(third) => {
            ([month(first.text)?, small(second)?], third, Some(DateOrder::MonthFirst))
        }
        _ => return None,
    };
    let is_year_short = match year.text.len() {
        2 => true,
        4 => false,
        _ => return None,
    };
    Some(Spelled { numbers, year: year.text.parse().ok()?, is_year_short, order, clock: clock(rest)? })
}

/// Year and month of a text that has no day: `Januari 2025`, `Jan-25`, `01/2025`, `2025-01`, `202501`, `012025`.
pub fn month_alone(text: &str) -> Option<(i16, i8)> {
    let (tokens, count) = tokens(text.trim())?;
    let is_month = |month: &i8| (1..=12).contains(month);
    let full = |text: &str| text.parse::<i16>().ok().filter(|year| text.len() == 4 && (1900..=2100).contains(year));
    let year = |token: &Token<'_>| match token.text.len() {
        2 if token.is_number => token.text.parse::<i16>().ok().map(|short| 2000 + short),
        _ => full(token.text),
    };
    match &tokens[..count] {
        [whole] if whole.is_number && whole.text.len() == 6 => {
            let (first, last) = (full(&whole.text[..4]).zip(whole.text[4..].parse().ok()), full(&whole.text[2..]));
            first.or_else(|| last.zip(whole.text[..2].parse().ok())).filter(|(_, month)| is_month(month))
        }
        [first, second] if matches!(second.before, ' ' | '-' | '/' | '.' | ',' | '\0' | '\'') => {
            let (year, month) = match (first.is_number, second.is_number) {
                (false, true) => (year(second)?, month(first.text)?),
                (true, false) => (full(first.text)?, month(second.text)?),
                (true, true) if second.text.len() == 4 => (full(second.text)?, small(first)?),
                (true, true) => (full(first.text)?, small(second)?),
                (false, false) => return None,
            };
            Some((year, month)).filter(|(_, month)| is_month(month))
        }
        _ => None,
    }
}

/// A number of one or two digits.
fn small(token: &Token<'_>) -> Option<i8> {
    if token.text.len() > 2 { None } else { token.text.parse().ok() }
}

/// The time of the day behind a date. A zone's name is left out, for times are local; so is an offset of Indonesia's zones, and `Z` or
/// `+00`, which programs write behind local times.
fn clock(tokens: &[Token<'_>]) -> Option<Time> {
    let Some((first, rest)) = tokens.split_first() else { return Some(Time::midnight()) };
    let tokens = if is_one_of(first.text, &JOINING) { rest } else { tokens };
    let ([hour, minute], mut rest) = tokens.split_first_chunk::<2>()?;
    let is_mark = |token: &Token<'_>| token.is_number && matches!(token.before, ':' | '.');
    if !hour.is_number || !is_mark(minute) || minute.text.len() != 2 || !matches!(hour.before, ' ' | '\0' | ',' | '.') {
        return None;
    }
    let mut second = 0;
    if let Some((token, behind)) = rest.split_first().filter(|(token, _)| is_mark(token)) {
        (second, rest) = (small(token)?, behind);
        if let Some((fraction, behind)) = rest.split_first().filter(|(token, _)| is_mark(token)) {
            rest = if fraction.before == '.' { behind } else { return None };
        }
    }
    let mut hour = small(hour)?;
    if let Some((token, behind)) = rest.split_first().filter(|(token, _)| is_one_of(token.text, &["am", "pm"])) {
        let is_pm = token.text.eq_ignore_ascii_case("pm");
        hour = match hour {
            12 => {
                if is_pm {
                    12
                } else {
                    0
                }
            }
            1..12 => hour + if is_pm { 12 } else { 0 },
            _ => return None,
        };
        rest = behind;
    }
    if let Some((_, behind)) = rest.split_first().filter(|(token, _)| is_one_of(token.text, &TRAILING)) {
        rest = behind;
    }
    let is_offset = match rest {
        [] => true,
        [offset] => offset.before == '+' && is_one_of(offset.text, &["07", "08", "09", "00", "0700", "0800", "0900", "0000"]),
        [offset, zero] => {
            offset.before == '+' && is_one_of(offset.text, &["07", "08", "09", "7", "8", "9", "00"]) && zero.text == "00"
        }
        _ => false,
    };
    if is_offset { Time::new(hour, small(minute)?, second, 0).ok() } else { None }
}

/// The time of the day of a text that has no day: `13:45`, `1.45 PM`, `pukul 13.45 WIB`.
pub(super) fn time_alone(text: &str) -> Option<Time> {
    let (tokens, count) = tokens(text.trim())?;
    if count == 0 { None } else { clock(&tokens[..count]) }
}

/// Whether a text says at its end that its time is in UTC.
pub fn ends_in_utc(text: &str) -> bool {
    let text = text.trim();
    let last = text.rsplit(|letter: char| !letter.is_ascii_alphabetic()).next();
    let is_zero = text.rsplit_once('+').is_some_and(|(_, offset)| is_one_of(offset, &["00", "0000", "00:00"]));
    is_zero || last.is_some_and(|word| is_one_of(word, &["z", "utc"]))
}

/// Whether the name of a column says that its times are in UTC; `UTC+7` is another zone.
pub fn names_utc(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let is_letter = |letter: char| letter.is_ascii_alphabetic();
    ["utc", "gmt"].into_iter().flat_map(|zone| name.match_indices(zone)).any(|(at, zone)| {
        let (before, behind) = (&name[..at], &name[at + zone.len()..]);
        !before.ends_with(is_letter) && !behind.starts_with(is_letter) && !behind.trim_start().starts_with(['+', '-'])
    })
}

/// The numbers of a date of two digits each, which may begin with its year, and what stands between them: `26-01-15`.
pub fn two_digits_each(text: &str) -> Option<([i16; 3], char)> {
    let date = unmarked(text.trim()).split([' ', 'T']).next()?;
    let is_short = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    let mark = date.chars().find(|letter| matches!(letter, '-' | '/' | '.'))?;
    let mut numbers = date.split(mark).map(|part| part.parse::<i16>().ok().filter(|_| is_short(part)));
    let found = [numbers.next()??, numbers.next()??, numbers.next()??];
    numbers.next().is_none().then_some((found, mark))
}

/// What a text says of the order of day and month in its column.
pub fn hint(text: &str) -> OrderHint {
    let Some(written) = spelled(unmarked(text.trim())) else { return OrderHint::Nothing };
    match (written.order, written.numbers) {
        (Some(_), _) => OrderHint::Nothing,
        (None, [first, second]) if first > 12 && second <= 12 => OrderHint::Says(DateOrder::DayFirst),
        (None, [first, second]) if second > 12 && first <= 12 => OrderHint::Says(DateOrder::MonthFirst),
        (None, [first, second]) if first > 12 || second > 12 || first == second => OrderHint::Nothing,
        (None, _) => OrderHint::Either,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_plain_date_is_what_its_tokens_are(first in 0..100_u8, second in 0..100_u8, year in 0..10_000_u16, mark in "[/.-]", other in "[/.-]") {
            let text = format!("{first:02}{mark}{second:02}{other}{year:04}");
            if let Some(read) = plain(&text) {
                prop_assert_eq!(Some(read), by_tokens(&text));
            }
            prop_assert_eq!(plain(&text).is_some(), mark == other);
        }

        #[test]
        fn whatever_has_ten_bytes_is_read_one_way(text in "[0-9a-z/. -]{10}") {
            prop_assert_eq!(spelled(&text), by_tokens(&text));
        }
    }
}

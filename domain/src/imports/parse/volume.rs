//! A volume in a cell: cubic metres or litres with decimals, into millilitres. What `1.234` means is decided by the column, never by the
//! cell: a thousandfold lies between the two.

use crate::Millilitres;
use crate::core::words::words;
use crate::imports::cell::Cell;
use crate::imports::finding::{Action, Doubt, Parsed, Reason};
use crate::imports::parse::plain::{is_scientific, lost_digits, text_of, unmarked};
use serde::{Deserialize, Serialize};

words! {
    /// The mark in front of decimals; the other one groups.
    Mark {
        /// `1.234,5`, as in Indonesia.
        Comma = "comma",
        /// `1,234.5`.
        Point = "point",
    }
}

words! {
    /// What a column's numbers count.
    Unit {
        /// Cubic metres.
        CubicMetres = "cubic_metres",
        /// Litres.
        Litres = "litres",
        /// Cubic feet.
        CubicFeet = "cubic_feet",
        /// Hundreds of cubic feet, as utilities in the United States bill.
        HundredCubicFeet = "hundred_cubic_feet",
        /// Gallons of the United States.
        Gallons = "gallons",
        /// Thousands of these.
        ThousandGallons = "thousand_gallons",
        /// Rupiah.
        Rupiah = "rupiah",
        /// Thousands of rupiah.
        ThousandRupiah = "thousand_rupiah",
    }
}

impl Unit {
    /// Whether it is one of volumes.
    pub const fn is_volume(self) -> bool {
        !matches!(self, Self::Rupiah | Self::ThousandRupiah)
    }

    /// The unit in millionths of a millilitre, where it is no metric one: exact by the definitions of the foot (0.3048 m) and of the gallon
    /// (231 cubic inches).
    const fn foreign(self) -> Option<i128> {
        match self {
            Self::CubicFeet => Some(28_316_846_592),
            Self::HundredCubicFeet => Some(2_831_684_659_200),
            Self::Gallons => Some(3_785_411_784),
            Self::ThousandGallons => Some(3_785_411_784_000),
            Self::CubicMetres | Self::Litres | Self::Rupiah | Self::ThousandRupiah => None,
        }
    }
}

/// What computing with floating numbers leaves beside a volume, in millilitres: it is not worth a warning.
const NOISE: f64 = 0.01;

/// Digits in front of the decimals at most.
const LONGEST: usize = 10;

impl Mark {
    const fn letter(self) -> char {
        match self {
            Self::Comma => ',',
            Self::Point => '.',
        }
    }

    const fn of(letter: char) -> Self {
        if letter == ',' { Self::Comma } else { Self::Point }
    }

    const fn other(self) -> Self {
        match self {
            Self::Comma => Self::Point,
            Self::Point => Self::Comma,
        }
    }
}

/// What a text says of the marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Says {
    /// It has none.
    Nothing,
    /// This one stands in front of its decimals, or would.
    Decimals(Mark),
    /// It reads both ways.
    Either,
}

/// What a text says of the marks of decimals; `None` if it is no number.
pub fn says(text: &str) -> Option<Says> {
    let text = without_unit(text);
    let text = text.strip_prefix('-').unwrap_or(text);
    let fits = |letter: char| letter.is_ascii_digit() || matches!(letter, '.' | ',' | ' ');
    if !text.starts_with(|letter: char| letter.is_ascii_digit()) || !text.chars().all(fits) {
        return None;
    }
    let mut marks = text.chars().filter(|letter| matches!(letter, '.' | ','));
    let Some(last) = text.rfind(['.', ',']) else { return Some(Says::Nothing) };
    let mark = Mark::of(marks.next_back()?);
    let others = marks.collect::<String>();
    if others.contains(mark.other().letter()) {
        return Some(Says::Decimals(mark));
    }
    if !others.is_empty() {
        return Some(Says::Decimals(mark.other()));
    }
    let (head, tail) = (&text[..last], &text[last + 1..]);
    let could_group = tail.len() == 3 && (1..=3).contains(&head.len()) && !head.starts_with('0');
    Some(if could_group { Says::Either } else { Says::Decimals(mark) })
}

/// What a column says of the marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnMark {
    /// No value has a mark that says it.
    Unknown,
    /// Values say that it is this one.
    Known(Mark),
    /// Values contradict one another.
    Mixed,
}

/// So many values that read both ways outweigh one that says what their mark is by fewer than three digits behind it: in front of decimals
/// it would stand before fewer than three in one of ten, so that the one was mistyped.
const OUTWEIGHED: usize = 50;

/// The mark of a column by the texts of its sample.
pub fn mark_of<'a>(texts: impl IntoIterator<Item = &'a str>) -> ColumnMark {
    let mut column = ColumnMark::Unknown;
    // Values that read both ways, by their mark, and those that say it, of these by how few digits they have behind it.
    let (mut commas, mut points, mut deciding, mut by_length) = (0, 0, 0, 0);
    for text in texts {
        match says(text) {
            Some(Says::Decimals(mark)) => {
                deciding += 1;
                by_length += usize::from(has_few_decimals(text, mark));
                column = match column {
                    ColumnMark::Unknown => ColumnMark::Known(mark),
                    ColumnMark::Known(before) if before != mark => ColumnMark::Mixed,
                    known => known,
                };
            }
            Some(Says::Either) if text.contains(',') => commas += 1,
            Some(Says::Either) => points += 1,
            Some(Says::Nothing) | None => {}
        }
    }
    let either = match column {
        ColumnMark::Known(Mark::Comma) => commas,
        ColumnMark::Known(Mark::Point) => points,
        ColumnMark::Unknown | ColumnMark::Mixed => 0,
    };
    let is_mistyped = deciding > 0 && by_length == deciding && either >= deciding * OUTWEIGHED;
    if is_mistyped { ColumnMark::Mixed } else { column }
}

/// Whether a text has one mark, with fewer digits behind it than a group has.
fn has_few_decimals(text: &str, mark: Mark) -> bool {
    let parts = without_unit(text).split_once(mark.letter());
    parts.is_some_and(|(head, tail)| tail.len() < 3 && !head.contains(mark.other().letter()))
}

/// Reads a volume. `None` if there is nothing.
///
/// # Errors
/// It is no volume, it is below zero, or its column does not say what its marks mean.
pub fn read(cell: &Cell, mark: ColumnMark, unit: Unit) -> Parsed<Option<Millilitres>> {
    if let Cell::Number(number) = cell {
        let (volume, doubt) = of_number(*number, unit)?;
        return Ok((Some(metric(volume, unit)?), doubt));
    }
    let Some(text) = text_of(cell)? else { return Ok((None, None)) };
    if is_scientific(&text) {
        return Err(lost_digits());
    }
    let (text, unit) = with_own_unit(unmarked(&text), unit);
    let (volume, doubt) = of_text(text, mark, unit)?;
    Ok((Some(metric(volume, unit)?), doubt))
}

/// Millilitres of a volume that was read in millionths of a foreign unit, rounded to the nearest; others are millilitres already.
fn metric(volume: Millilitres, unit: Unit) -> Result<Millilitres, Doubt> {
    let Some(of_one) = unit.foreign() else { return Ok(volume) };
    let exact = i128::from(volume.0) * of_one;
    i64::try_from((exact + 500_000_000_000) / 1_000_000_000_000).map(Millilitres).map_err(|_| edit(Reason::TooLarge))
}

/// Decimals that a unit has in millilitres.
const fn decimals(unit: Unit) -> u32 {
    match unit {
        Unit::Litres => 3,
        _ => 6,
    }
}

fn of_number(number: f64, unit: Unit) -> Parsed<Millilitres> {
    let exact = number * f64::from(10_u32.pow(decimals(unit)));
    if number < 0.0 {
        return Err(edit(Reason::Negative));
    }
    if !number.is_finite() || number >= 10_f64.powi(LONGEST as i32) {
        return Err(edit(Reason::TooLarge));
    }
    if number.fract() == 0.0 {
        return Ok((Millilitres(number as i64 * 10_i64.pow(decimals(unit))), None));
    }
    // The shortest decimal that is this number is what was typed; beyond some millions a product of it is not exact any more.
    let (volume, doubt) = decimal(&number.to_string(), Mark::Point, decimals(unit) as usize)?;
    Ok((volume, doubt.filter(|_| (exact - exact.round()).abs() > NOISE)))
}

fn of_text(text: &str, column: ColumnMark, unit: Unit) -> Parsed<Millilitres> {
    match plain(text, column, unit) {
        Some(volume) => Ok((volume, None)),
        None => by_marks(text, column, unit),
    }
}

/// Digits with one mark at most, as nearly all registers of files are: the same as by marks, in a fraction of the time.
fn plain(text: &str, column: ColumnMark, unit: Unit) -> Option<Millilitres> {
    let most = decimals(unit);
    if text.len() > LONGEST + 1 + most as usize {
        return None;
    }
    let (mut value, mut digits, mut places, mut mark) = (0_i64, 0, 0, None);
    for byte in text.bytes() {
        match byte {
            b'0'..=b'9' => {
                value = value * 10 + i64::from(byte - b'0');
                digits += 1;
                places += u32::from(mark.is_some());
            }
            b'.' | b',' if mark.is_none() && digits > 0 => mark = Some(Mark::of(char::from(byte))),
            _ => return None,
        }
    }
    let is_clear = match (mark, column) {
        (None, _) => true,
        (Some(mark), ColumnMark::Known(known)) if mark != known => false,
        // Three of them can be a group.
        (Some(_), _) => places > 0 && places != 3 && places <= most,
    };
    let fits = digits > places && digits - places <= LONGEST as u32;
    (is_clear && fits).then(|| Millilitres(value * 10_i64.pow(most - places)))
}

fn by_marks(text: &str, column: ColumnMark, unit: Unit) -> Parsed<Millilitres> {
    let mark = match (says(text), column) {
        (None, _) => return Err(edit(Reason::NotANumber)),
        (Some(Says::Nothing), _) => Mark::Comma,
        (Some(Says::Decimals(mark)), ColumnMark::Known(known)) if mark != known => {
            return Err(Doubt::new(Reason::MixedMarks, Action::EditCell));
        }
        (Some(Says::Decimals(mark)), _) => mark,
        (Some(Says::Either), ColumnMark::Known(known)) => known,
        (Some(Says::Either), ColumnMark::Unknown | ColumnMark::Mixed) => {
            return Err(Doubt::new(Reason::AmbiguousMark, Action::ChooseMark));
        }
    };
    if text.starts_with('-') {
        return Err(edit(Reason::Negative));
    }
    decimal(text, mark, decimals(unit) as usize)
}

/// A number in units of its last decimal, its groups checked.
fn decimal(text: &str, mark: Mark, decimals: usize) -> Parsed<Millilitres> {
    let (head, tail) = text.split_once(mark.letter()).unwrap_or((text, ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_digits(tail) || !is_grouped(head, mark.other().letter()) {
        return Err(edit(Reason::NotANumber));
    }
    let mut value = 0_i64;
    let digits = head.bytes().filter(u8::is_ascii_digit).skip_while(|digit| *digit == b'0');
    if digits.clone().count() > LONGEST {
        return Err(edit(Reason::TooLarge));
    }
    let places = tail.bytes().chain(std::iter::repeat(b'0')).take(decimals);
    for digit in digits.chain(places) {
        value = value * 10 + i64::from(digit - b'0');
    }
    let surplus = tail.get(decimals..).unwrap_or("");
    if surplus.bytes().all(|digit| digit == b'0') {
        return Ok((Millilitres(value), None));
    }
    let volume = Millilitres(value + i64::from(surplus.as_bytes()[0] >= b'5'));
    Ok((volume, Some(rounded(volume))))
}

/// Whether digits are plain, or in groups of three with this mark or with spaces between them.
fn is_grouped(text: &str, mark: char) -> bool {
    let mark = if text.contains(' ') { ' ' } else { mark };
    let mut groups = text.split(mark);
    let first = groups.next().unwrap_or("");
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let (mut count, mut fits) = (0, is_digits(first));
    for group in groups {
        count += 1;
        fits &= group.len() == 3 && is_digits(group);
    }
    fits && (count == 0 || first.len() <= 3 && !first.starts_with('0'))
}

fn rounded(volume: Millilitres) -> Doubt {
    let (whole, part) = (volume.0 / 1_000_000, volume.0 % 1_000_000);
    Doubt::new(Reason::Rounded, Action::Accept).proposing(format!("{whole},{part:06}"))
}

/// Units as they stand behind a number, longer ones first.
const UNITS: [(&str, Unit); 18] = [
    ("meter kubik", Unit::CubicMetres),
    ("kubik", Unit::CubicMetres),
    ("m³", Unit::CubicMetres),
    ("m^3", Unit::CubicMetres),
    ("m3", Unit::CubicMetres),
    ("kgal", Unit::ThousandGallons),
    ("gallons", Unit::Gallons),
    ("gallon", Unit::Gallons),
    ("gal", Unit::Gallons),
    ("ccf", Unit::HundredCubicFeet),
    ("hcf", Unit::HundredCubicFeet),
    ("cf", Unit::CubicFeet),
    ("ft3", Unit::CubicFeet),
    ("litres", Unit::Litres),
    ("litre", Unit::Litres),
    ("liter", Unit::Litres),
    ("ltr", Unit::Litres),
    ("l", Unit::Litres),
];

fn with_own_unit(text: &str, unit: Unit) -> (&str, Unit) {
    // Most texts are numbers alone.
    if text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b',')) {
        return (text, unit);
    }
    let bare = |name: &str| {
        let at = text.len().checked_sub(name.len())?;
        let end = text.get(at..)?;
        end.eq_ignore_ascii_case(name).then(|| text[..at].trim_end())
    };
    let own = UNITS.iter().find_map(|(name, unit)| bare(name).map(|text| (text, *unit)));
    own.unwrap_or((text, unit))
}

/// Whether a cell says itself what its number counts.
pub fn has_unit(cell: &Cell) -> bool {
    let Cell::Text(text) = cell else { return false };
    let bare = unmarked(text.trim());
    with_own_unit(bare, Unit::CubicMetres).0.len() < bare.len()
}

fn without_unit(text: &str) -> &str {
    with_own_unit(unmarked(text.trim()), Unit::CubicMetres).0
}

const fn edit(reason: Reason) -> Doubt {
    Doubt::new(reason, Action::EditCell)
}

#[cfg(test)]
#[path = "volume_tests.rs"]
mod tests;

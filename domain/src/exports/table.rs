//! A table that leaves the app: what each column holds decides how its cells are written, in every kind of file.

use crate::core::money::group;
use crate::people::Language;
use crate::{LocalDay, Millilitres, Rupiah, TimeZone, UtcMillis};
use serde::{Deserialize, Serialize};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Words.
    Text,
    /// What names somebody or something and is no number, whatever digits it has: a telephone, a NIK, a customer number, a serial. No zero of it
    /// may be lost.
    Code,
    /// A whole number.
    Whole,
    /// Whole rupiah.
    Rupiah,
    /// Thousandths of the unit that the column's name says: litres of a cubic metre, millilitres of a litre.
    Thousandths,
    /// Millilitres under a name that says cubic metres: exact for programs, to the litre for people.
    Volume,
    /// Tenths of a percent.
    PerMille,
    /// An instant, in the zone of the table.
    Instant,
    /// A day.
    Day,
}

impl Kind {
    /// Whether its cells are numbers.
    pub const fn is_number(self) -> bool {
        matches!(self, Self::Whole | Self::Rupiah | Self::Thousandths | Self::Volume | Self::PerMille)
    }

    /// Digits behind the point that a stored number has.
    pub const fn decimals(self) -> u32 {
        match self {
            Self::Thousandths => 3,
            Self::Volume => 6,
            Self::PerMille => 1,
            Self::Text | Self::Code | Self::Whole | Self::Rupiah | Self::Instant | Self::Day => 0,
        }
    }
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Its name, with the unit and the zone where it has one.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
    /// How wide it is beside the others: about as many letters as most of its cells have.
    pub width: u8,
}

/// A cell. A number is one of the column's unit: see [`Kind`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cell {
    /// Nothing is known.
    Nothing,
    /// Words, or what names something.
    Text(String),
    /// A number.
    Number(i64),
    /// An instant.
    At(UtcMillis),
    /// A day.
    Day(LocalDay),
}

impl Cell {
    /// A text; an empty one is nothing.
    pub fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::Nothing } else { Self::Text(text) }
    }

    /// A number, if there is one.
    pub fn number(number: Option<i64>) -> Self {
        number.map_or(Self::Nothing, Self::Number)
    }

    /// Rupiah, if there are any.
    pub fn rupiah(amount: Option<Rupiah>) -> Self {
        Self::number(amount.map(|amount| amount.0))
    }

    /// A volume for a column of cubic metres, to the litre.
    pub fn cubic_metres(volume: Option<Millilitres>) -> Self {
        Self::number(volume.map(|volume| volume.0.saturating_add(500).div_euclid(1_000)))
    }

    /// An instant, if there is one.
    pub fn at(at: Option<UtcMillis>) -> Self {
        at.map_or(Self::Nothing, Self::At)
    }
}

/// What a table's rows have in common.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layout {
    /// The columns.
    pub columns: Vec<Column>,
    /// In which language numbers are written, and what separates the fields of a CSV.
    pub language: Language,
    /// The zone of all instants: one for the table, so that a column can be sorted by.
    pub zone: TimeZone,
}

impl Layout {
    /// A number for a program that reads this language: `-1234,5`, without groups and without zeros at its end.
    pub fn plain(&self, kind: Kind, number: i64) -> String {
        let (sign, whole, part) = parts(kind, number);
        let part = part.trim_end_matches('0');
        if part.is_empty() {
            return format!("{sign}{whole}");
        }
        format!("{sign}{whole}{}{part}", self.point())
    }

    /// A number for people: `−1.234,500`, rupiah as `Rp1.250.000`, and `12,5 %`.
    pub fn shown(&self, kind: Kind, number: i64) -> String {
        match kind {
            Kind::Rupiah => Rupiah(number).to_string(),
            Kind::Volume => self.grouped(Kind::Thousandths, litres(number)),
            Kind::PerMille => format!("{}\u{a0}%", self.grouped(kind, number)),
            _ => self.grouped(kind, number),
        }
    }

    /// `−1.234,500`.
    fn grouped(&self, kind: Kind, number: i64) -> String {
        let (sign, whole, part) = parts(kind, number);
        let sign = if sign.is_empty() { "" } else { "\u{2212}" };
        let separator = if self.language == Language::Id { '.' } else { ',' };
        let whole = group(whole, separator);
        if part.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}{}{part}", self.point()) }
    }

    /// An instant as programs read it: `2026-11-22 14:05`.
    pub fn instant(&self, at: UtcMillis) -> String {
        let (hour, minute) = self.zone.clock_of(at);
        format!("{} {hour:02}:{minute:02}", iso(self.zone.day_of(at)))
    }

    const fn point(&self) -> char {
        match self.language {
            Language::Id => ',',
            Language::En => '.',
        }
    }
}

/// Millilitres to the litre; half of one counts away from zero, so that a volume and its opposite are the same digits.
const fn litres(millilitres: i64) -> i64 {
    let litres = (millilitres.unsigned_abs() / 1_000 + (millilitres.unsigned_abs() % 1_000) / 500) as i64;
    if millilitres < 0 { -litres } else { litres }
}

/// A day as programs read it: `2026-11-22`.
pub(super) fn iso(day: LocalDay) -> String {
    let (year, month, day) = day.ymd();
    format!("{year:04}-{month:02}-{day:02}")
}

/// A number's sign, whole part, and digits behind the point.
fn parts(kind: Kind, number: i64) -> (&'static str, u64, String) {
    let decimals = kind.decimals();
    let (scale, width) = (10_u64.pow(decimals), decimals as usize);
    let sign = if number < 0 { "-" } else { "" };
    let part = if decimals == 0 { String::new() } else { format!("{:0width$}", number.unsigned_abs() % scale) };
    (sign, number.unsigned_abs() / scale, part)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(language: Language) -> Layout {
        Layout { columns: Vec::new(), language, zone: TimeZone::Makassar }
    }

    #[test]
    fn numbers_are_plain_for_programs_and_grouped_for_people() {
        let (id, en) = (layout(Language::Id), layout(Language::En));
        let plain = [0, 7, 12_000, -1_234_500, -5].map(|number| id.plain(Kind::Thousandths, number));
        assert_eq!(plain, ["0", "0,007", "12", "-1234,5", "-0,005"]);
        assert_eq!(en.plain(Kind::Thousandths, 12_345), "12.345");
        assert_eq!((id.plain(Kind::Rupiah, -5_000), id.shown(Kind::Rupiah, 1_250_000)), ("-5000".into(), "Rp1.250.000".into()));
        assert_eq!(id.shown(Kind::Thousandths, -1_234_500), "\u{2212}1.234,500");
        assert_eq!((en.shown(Kind::Whole, 100_000), en.plain(Kind::Whole, i64::MIN)), ("100,000".into(), i64::MIN.to_string()));
    }

    #[test]
    fn a_volume_is_exact_for_programs_and_to_the_litre_for_people() {
        let (id, en) = (layout(Language::Id), layout(Language::En));
        assert_eq!(
            (id.plain(Kind::Volume, 1_234_567_890), id.shown(Kind::Volume, 1_234_567_890)),
            ("1234,56789".into(), "1.234,568".into())
        );
        let shown = [499, 500, -499, -500, -1_500, i64::MAX].map(|millilitres| en.shown(Kind::Volume, millilitres));
        assert_eq!(shown[..5], ["0.000", "0.001", "0.000", "\u{2212}0.001", "\u{2212}0.002"]);
        assert_eq!(shown[5], "9,223,372,036,854.776");
        assert_eq!(
            (id.shown(Kind::PerMille, -125), en.plain(Kind::PerMille, 1_000)),
            ("\u{2212}12,5\u{a0}%".into(), "100".into())
        );
    }

    #[test]
    fn instants_are_in_the_zone_of_the_table() {
        let at = TimeZone::Makassar.start_of(LocalDay::from_ymd(2026, 11, 2).unwrap()).plus(5 * 60_000);
        assert_eq!(layout(Language::Id).instant(at), "2026-11-02 00:05");
    }

    #[test]
    fn a_volume_is_rounded_to_the_litre_and_an_empty_text_is_nothing() {
        let litres = [1_499, 1_500, -1].map(|volume| Cell::cubic_metres(Some(Millilitres(volume))));
        assert_eq!(litres, [Cell::Number(1), Cell::Number(2), Cell::Number(0)]);
        assert_eq!((Cell::text(""), Cell::cubic_metres(None)), (Cell::Nothing, Cell::Nothing));
    }
}

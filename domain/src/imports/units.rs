//! What the names of columns say that numbers count, and what a column of units says of each row.

use crate::core::search::search_form;
use crate::imports::cell::SheetRow;
use crate::imports::parse::plain::shown;
use crate::imports::parse::volume::Unit;

/// What a text says that numbers count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Counted {
    /// It names no unit.
    #[default]
    Nothing,
    /// This unit.
    Unit(Unit),
    /// A unit that is not known, or a multiple of one: what a number is in millilitres cannot be said.
    Other,
}

impl Counted {
    /// The unit.
    pub fn unit(self) -> Option<Unit> {
        match self {
            Self::Unit(unit) => Some(unit),
            Self::Nothing | Self::Other => None,
        }
    }

    /// This, or what another part of the name says. A multiple counts wherever it stands.
    pub fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Other, _) | (_, Self::Other) => Self::Other,
            (Self::Nothing, other) => other,
            (own, _) => own,
        }
    }
}

/// Words of a unit at the most: `thousand us gallons`.
const WORDS: usize = 3;

/// Units that are refused: other volumes than those of [`Unit`], what is no volume, and money that is not rupiah.
const OTHERS: [&str; 46] = [
    "ml",
    "cl",
    "dl",
    "hl",
    "dal",
    "hectolitre",
    "hectolitres",
    "hectoliter",
    "hectoliters",
    "megalitre",
    "megalitres",
    "megaliter",
    "megaliters",
    "mgal",
    "mcf",
    "kcf",
    "acft",
    "bbl",
    "barrel",
    "barrels",
    "galon",
    "kwh",
    "mwh",
    "usd",
    "dollar",
    "dollars",
    "eur",
    "euro",
    "euros",
    "gbp",
    "sgd",
    "myr",
    "thb",
    "php",
    "vnd",
    "inr",
    "aud",
    "kes",
    "tzs",
    "ugx",
    "zar",
    "zmw",
    "ngn",
    "ghs",
    "xof",
    "etb",
];

/// Words beside a unit that make it a multiple of it, or another one.
const MULTIPLES: [&str; 18] = [
    "x",
    "ten",
    "tens",
    "hundred",
    "hundreds",
    "thousand",
    "thousands",
    "million",
    "millions",
    "imperial",
    "imp",
    "uk",
    "ribu",
    "ribuan",
    "ratusan",
    "puluhan",
    "juta",
    "jutaan",
];

/// Words beside a unit of one letter that say that it is one: `dalam L`.
const SAYING: [&str; 5] = ["in", "dalam", "satuan", "unit", "units"];

/// Names, in their short words, of a column that has the unit of each row. The first four may have an office of the utility as well, or a flat.
const OF_VOLUMES: [&str; 19] = [
    "unit",
    "units",
    "satuan",
    "unitkode",
    "uom",
    "unitofmeasure",
    "unitsofmeasure",
    "unitofmeasurement",
    "measurementunit",
    "uomkode",
    "bacaunit",
    "bacaunits",
    "bacauom",
    "meterunit",
    "registerunit",
    "volumeunit",
    "satuanmeter",
    "satuanstand",
    "satuanvolume",
];
const VAGUE: usize = 4;

/// The same for the money of each row.
const OF_MONEY: [&str; 5] = ["currency", "currencykode", "matauang", "valuta", "ccy"];

/// Names of a column that has what each register is to be multiplied by.
const FACTORS: [&str; 17] = [
    "multiplier",
    "metermultiplier",
    "bacamultiplier",
    "registermultiplier",
    "dialmultiplier",
    "multiplikator",
    "factor",
    "meterfactor",
    "bacafactor",
    "registerfactor",
    "multiplicationfactor",
    "multiplyingfactor",
    "faktor",
    "faktorkali",
    "faktormeter",
    "faktorpengali",
    "pengali",
];

/// Names of a column that has how many digits of each register are decimals, in their short words.
const DECIMALS: [&str; 14] = [
    "decimal",
    "decimals",
    "decimalplaces",
    "decimaldigits",
    "nodecimals",
    "noofdecimals",
    "numberofdecimals",
    "desimal",
    "digitdesimal",
    "jmldesimal",
    "angkadesimal",
    "digit",
    "digits",
    "jmldigit",
];

/// Labels of what a whole sheet counts, in the form of a search.
const LABELS: [&str; 9] =
    ["unit", "units", "satuan", "uom", "unitofmeasure", "readingunit", "readingunits", "volumeunit", "satuanstand"];

/// The unit of volumes that a row above a table names for all of it, in one cell or in two: `Units: Gallons`.
pub(super) fn labelled(row: &SheetRow) -> Option<Unit> {
    let texts: Vec<String> = row.cells.iter().filter(|cell| !cell.is_blank()).map(|cell| shown(cell).into_owned()).collect();
    texts.iter().enumerate().find_map(|(place, text)| {
        let (label, behind) = text.split_once([':', '=']).unwrap_or((text.as_str(), ""));
        let value = if behind.trim().is_empty() { texts.get(place + 1)?.as_str() } else { behind };
        let is_label = LABELS.contains(&search_form(label).as_str());
        unit_of(value).filter(|unit| is_label && unit.is_volume())
    })
}

/// The unit that a text is.
pub(super) fn unit_of(text: &str) -> Option<Unit> {
    match search_form(text).as_str() {
        "m3" | "kubik" | "meterkubik" | "cubicmetre" | "cubicmetres" | "cubicmeter" | "cubicmeters" | "kl" | "kilolitre"
        | "kilolitres" | "kiloliter" | "kiloliters" => Some(Unit::CubicMetres),
        "l" | "lt" | "liter" | "liters" | "ltr" | "ltrs" | "litre" | "litres" | "dm3" => Some(Unit::Litres),
        "cf" | "cuft" | "cft" | "ft3" | "cubicft" | "cubicfeet" | "cubicfoot" => Some(Unit::CubicFeet),
        "ccf" | "hcf" | "100cf" | "100cuft" | "100ft3" | "100cubicfeet" | "hundredcubicfeet" => Some(Unit::HundredCubicFeet),
        "gal" | "gals" | "gallon" | "gallons" | "usgal" | "usgals" | "usgallon" | "usgallons" => Some(Unit::Gallons),
        "kgal" | "kgals" | "tgal" | "kgallons" | "1000gal" | "1000gals" | "1000gallons" | "1000usgallons" | "galx1000"
        | "gallonsx1000" | "thousandgal" | "thousandgallons" | "thousandusgallons" => Some(Unit::ThousandGallons),
        "rp" | "idr" | "rupiah" => Some(Unit::Rupiah),
        "rp000" | "000" | "ribuan" | "rp1000" | "riburupiah" | "ribu" | "rpribu" | "ribuanrupiah" | "ribuanrp" | "riburp" => {
            Some(Unit::ThousandRupiah)
        }
        _ => None,
    }
}

/// What a text says that is a unit, or has one in it beside other words: `dalam liter`, `10 Gallons`.
pub(super) fn counted(text: &str) -> Counted {
    if let Some(unit) = unit_of(text) {
        return Counted::Unit(unit);
    }
    let parts = text.split(|letter: char| !letter.is_alphanumeric());
    let words: Vec<String> = parts.map(search_form).filter(|word| !word.is_empty()).collect();
    let mut places = (1..=words.len().min(WORDS)).rev().flat_map(|length| (0..=words.len() - length).map(move |at| (at, length)));
    let found = places.find_map(|(at, length)| Some((at, length, unit_of(&words[at..at + length].concat())?)));
    let is_other = words.iter().any(|word| is_other(word));
    let is_times = || matches!(words.as_slice(), [.., x, last] if x == "x" && is_power(last));
    let Some((at, length, unit)) = found else { return if is_other || is_times() { Counted::Other } else { Counted::Nothing } };
    let beside = || words[..at].iter().chain(&words[at + length..]);
    if is_other || beside().any(|word| is_multiple(word) || unit_of(word).is_some_and(|other| other != unit)) {
        return Counted::Other;
    }
    // One letter beside other words stands for many things: `L/P`.
    let is_unit = words[at].len() > 1 || beside().all(|word| SAYING.contains(&word.as_str()));
    if is_unit { Counted::Unit(unit) } else { Counted::Nothing }
}

/// What the last words of a name say, which are taken off it where they are a unit: `reading in gallons`.
pub(super) fn taken_off(words: &mut Vec<String>) -> Counted {
    if is_multiplied(words) {
        return Counted::Other;
    }
    let found = (1..words.len().min(WORDS + 1)).rev().find_map(|length| {
        let at = words.len() - length;
        Some((at, unit_of(&words[at..].concat())?))
    });
    let Some((at, unit)) = found else { return Counted::Nothing };
    if is_multiple(&words[at - 1]) {
        return Counted::Other;
    }
    words.truncate(at);
    if at > 1 && words.last().is_some_and(|word| word == "in" || word == "dalam") {
        words.pop();
    }
    Counted::Unit(unit)
}

/// Whether the last words of a name say that its numbers are others than its unit says: `reading x10`.
pub(super) fn is_multiplied(words: &[String]) -> bool {
    match words {
        [_, .., x, last] if x == "x" && is_power(last) => true,
        [_, .., last] => is_other(last),
        _ => false,
    }
}

/// Whether a name, its short words joined, is that of a column with the unit of each row.
pub(super) fn is_of_units(name: &str, is_volume: bool) -> bool {
    if is_volume { OF_VOLUMES.contains(&name) } else { OF_MONEY.contains(&name) }
}

/// Whether a column of this name has units only where its values are some.
pub(super) fn is_vague(name: &str) -> bool {
    OF_VOLUMES[..VAGUE].contains(&name)
}

/// Whether a name, its short words joined, is that of a column with a factor.
pub(super) fn is_of_factors(name: &str) -> bool {
    FACTORS.contains(&name)
}

/// Whether a name, its short words joined, is that of a column with the number of decimals of each register.
pub(super) fn is_of_decimals(name: &str) -> bool {
    DECIMALS.contains(&name)
}

/// Whether a word by itself is a unit that is refused, or a multiple: `hl`, `x10`, `10gal`.
fn is_other(word: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text != "1" && text.bytes().all(|byte| byte.is_ascii_digit());
    let unit = word.trim_start_matches(|letter: char| letter.is_ascii_digit());
    let is_glued = is_power(&word[..word.len() - unit.len()]) && unit_of(unit).is_some() && unit_of(word).is_none();
    OTHERS.contains(&word) || word.strip_prefix('x').or_else(|| word.strip_suffix('x')).is_some_and(is_number) || is_glued
}

fn is_multiple(word: &str) -> bool {
    MULTIPLES.contains(&word) || is_power(word)
}

/// Whether a text is 10, 100 and so on, or noughts alone, as what is left of `0.01`.
fn is_power(text: &str) -> bool {
    let noughts = text.strip_prefix('1').unwrap_or(text);
    !noughts.is_empty() && noughts.bytes().all(|byte| byte == b'0')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_is_known_beside_other_words_and_a_multiple_of_it_is_not_taken_for_it() {
        for (text, unit) in [
            ("Liters", Unit::Litres),
            ("dm³", Unit::Litres),
            ("dalam liter", Unit::Litres),
            ("dalam L", Unit::Litres),
            ("kL", Unit::CubicMetres),
            ("satuan m3", Unit::CubicMetres),
            ("m3/bulan", Unit::CubicMetres),
            ("US Gallons", Unit::Gallons),
            ("Gallons x 1000", Unit::ThousandGallons),
            ("1000 gal", Unit::ThousandGallons),
            ("100 cf", Unit::HundredCubicFeet),
            ("dalam ribuan rupiah", Unit::ThousandRupiah),
        ] {
            assert_eq!(counted(text), Counted::Unit(unit), "{text}");
        }
        for text in [
            "10 Gallons",
            "10gal",
            "m3 x10",
            "x10",
            "x 10",
            "x 10 m3",
            "0.01 m3",
            "Imperial Gallons",
            "ML",
            "hL",
            "10 L",
            "USD",
            "juta rupiah",
        ] {
            assert_eq!(counted(text), Counted::Other, "{text}");
        }
        for text in ["", "WA", "L/P", "3", "10", "dibaca tgl 10", "Wilayah Utara", "x1", "x 1"] {
            assert_eq!(counted(text), Counted::Nothing, "{text}");
        }
    }

    #[test]
    fn a_unit_at_the_end_of_a_name_is_taken_off_it() {
        for (name, counts, rest) in [
            ("baca in gallons", Counted::Unit(Unit::Gallons), "baca"),
            ("meter baca cubic feet", Counted::Unit(Unit::CubicFeet), "meter baca"),
            ("stand dalam liter", Counted::Unit(Unit::Litres), "stand"),
            ("baca thousand gallons", Counted::Unit(Unit::ThousandGallons), "baca"),
            ("baca imperial gallons", Counted::Other, "baca imperial gallons"),
            ("baca 10 gallons", Counted::Other, "baca 10 gallons"),
            ("baca x10", Counted::Other, "baca x10"),
            ("baca x 10", Counted::Other, "baca x 10"),
            ("baca hl", Counted::Other, "baca hl"),
            ("stand akhir", Counted::Nothing, "stand akhir"),
            ("gallons", Counted::Nothing, "gallons"),
        ] {
            let mut words: Vec<String> = name.split(' ').map(str::to_owned).collect();
            assert_eq!((taken_off(&mut words), words.join(" ")), (counts, rest.to_owned()), "{name}");
        }
    }
}

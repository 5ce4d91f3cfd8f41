//! Sheets with several meters of a customer in one row: which columns are called by the number of a meter (`Meter 1`, `No Meter 2`), and whether
//! what stands in them are serial numbers, and not what those meters show.

use crate::imports::cell::SheetRow;
use crate::imports::field::Field;
use crate::imports::names::{Dictionary, Name};
use crate::imports::parse::plain::{says_nothing, text_of};

/// How many columns a sheet has at the least so that each holds a meter of its own.
const LEAST: usize = 2;

/// The highest number of a meter in a name. Years and days stand in names as well.
const HIGHEST: u8 = 50;

/// How sure a name has to be of serial numbers, in thousandths, so that its values are not looked at: `Meter` alone may have what it shows.
const SURE: u16 = 900;

/// How many in a thousand values must look like a serial number where the name alone does not say so.
const MOST: usize = 800;

/// Digits that a serial number without letters has at the least; a register has fewer.
const DIGITS: usize = 7;

/// A name without the number at its end, and that number: 1 where there is none.
fn parted(name: &str) -> Option<(&str, u8)> {
    let name = name.trim().trim_end_matches([')', ']', '.']).trim_end();
    let front = name.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let bare = front.trim_end_matches([' ', '-', '_', '.', '#', '(', '[']);
    let bare = bare.strip_suffix("ke").or_else(|| bare.strip_suffix("Ke")).or_else(|| bare.strip_suffix("KE")).unwrap_or(bare);
    let number = if front.len() == name.len() { 1 } else { name[front.len()..].parse().ok()? };
    let bare = bare.trim_end_matches([' ', '-', '_', '.']);
    ((1..=HIGHEST).contains(&number) && !bare.is_empty()).then_some((bare, number))
}

/// How sure a name without its number is one of serial numbers, in thousandths.
fn sure_of_serial(dictionary: &Dictionary, bare: &str) -> Option<u16> {
    let near = dictionary.near(&Name::new(bare));
    near.iter().find(|near| near.field == Some(Field::Serial) && near.is_exact).map(|near| near.per_mille)
}

/// Whether a text is of letters and digits, or of many digits.
fn is_like_a_serial(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    digits > 0 && if is_number { digits >= DIGITS } else { text.bytes().any(|byte| byte.is_ascii_alphabetic()) }
}

/// The columns of meters by their numbers, each number once and the lowest first; none where there are fewer than [`LEAST`]. `sample` is rows
/// below the header.
pub(super) fn numbered(dictionary: &Dictionary, names: &[String], sample: &[SheetRow]) -> Vec<usize> {
    let mut found: Vec<(u8, usize, bool)> = Vec::new();
    for (place, name) in names.iter().enumerate() {
        let Some((bare, number)) = parted(name) else { continue };
        let Some(sure) = sure_of_serial(dictionary, bare) else { continue };
        if !found.iter().any(|(other, ..)| *other == number) {
            found.push((number, place, sure >= SURE));
        }
    }
    found.sort_unstable();
    let is_said = found.iter().all(|(_, _, is_sure)| *is_sure);
    let places: Vec<usize> = found.into_iter().map(|(_, place, _)| place).collect();
    let is_so = places.len() >= LEAST && (is_said || hold_serials(&places, sample));
    if is_so { places } else { Vec::new() }
}

fn hold_serials(places: &[usize], sample: &[SheetRow]) -> bool {
    let cells = sample.iter().flat_map(|row| places.iter().filter_map(|place| row.cells.get(*place)));
    let texts = cells.filter_map(|cell| text_of(cell).ok().flatten()).filter(|text| !says_nothing(text));
    let (mut all, mut like) = (0, 0);
    for text in texts {
        all += 1;
        like += usize::from(is_like_a_serial(&text));
    }
    all > 0 && like * 1_000 >= all * MOST
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imports::cell::Cell;
    use proptest::prelude::*;

    fn found(names: &[&str], row: &[&str]) -> Vec<usize> {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let cells = row.iter().map(|text| Cell::Text((*text).to_owned())).collect();
        numbered(&Dictionary::new(), &names, &[SheetRow { number: 2, is_hidden: false, cells }])
    }

    #[test]
    fn columns_called_by_the_number_of_a_meter_are_meters_where_they_hold_serials() {
        assert_eq!(found(&["Nama", "Meter 1", "Meter 2", "Meter 3"], &["Siti", "WM-1", "WM-2", "-"]), [1, 2, 3]);
        assert_eq!(found(&["No Meter 2", "No. Meter 1"], &["", ""]), [1, 0], "by their numbers; the name says it");
        assert_eq!(found(&["No Meter", "No Meter 2"], &["A1", "A2"]), [0, 1], "the first without a number");
        assert_eq!(found(&["No Seri Meter ke-1", "No Seri Meter ke-2"], &["A1", "A2"]), [0, 1]);
        assert_eq!(found(&["Meter (1)", "Meter (2)"], &["20240001", "20240002"]), [0, 1]);
        assert_eq!(found(&["Meter 1", "Meter 2"], &["1234", "88"]), [0_usize; 0], "what they show");
        assert_eq!(found(&["Meter 1", "Meter 2"], &["", ""]), [0_usize; 0]);
        assert_eq!(found(&["No Meter", "Nama"], &["A1", "Siti"]), [0_usize; 0], "one alone");
        assert_eq!(found(&["No Meter", "No Meter"], &["A1", "A2"]), [0_usize; 0], "the same twice");
        assert_eq!(found(&["Stand Meter 1", "Stand Meter 2"], &["A1", "A2"]), [0_usize; 0]);
    }

    proptest! {
        #[test]
        fn any_names_give_columns_that_are_there_each_once(names in prop::collection::vec("(No )?[Mm]eter ?[0-9]{0,3}|\\PC{0,12}", 0..8)) {
            let found = numbered(&Dictionary::new(), &names, &[]);
            prop_assert!(found.is_empty() || found.len() >= LEAST);
            prop_assert!(found.iter().enumerate().all(|(at, place)| *place < names.len() && !found[..at].contains(place)));
        }
    }
}

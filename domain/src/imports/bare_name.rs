//! What of a column's name says what the column holds: without the number that it has in a list, and without units and remarks in brackets.

use crate::imports::units::{Counted, counted};

/// Digits that a number in a list has at the most: `2024.` is a year.
const LONGEST: usize = 2;

/// A name without its number in a list (`3. Alamat`, `3) Alamat`) and without brackets, wherever these stand, and what these say that is counted.
/// A name that is nothing else is left as it is.
pub(super) fn parted(name: &str) -> (String, Counted) {
    let (mut bare, mut inside, mut depth) = (String::with_capacity(name.len()), String::new(), 0_usize);
    let mut found = Counted::Nothing;
    for letter in without_number(name).chars() {
        match letter {
            '(' | '[' => {
                if depth == 0 {
                    inside.clear();
                    bare.push(' ');
                }
                depth += 1;
            }
            ')' | ']' if depth > 0 => {
                depth -= 1;
                if depth == 0 {
                    found = found.or(counted(&inside));
                }
            }
            letter if depth > 0 => inside.push(letter),
            letter => bare.push(letter),
        }
    }
    if depth > 0 {
        found = found.or(counted(&inside));
    }
    if bare.trim().is_empty() { (name.to_owned(), Counted::Nothing) } else { (bare, found) }
}

/// A name without its number in a list.
fn without_number(name: &str) -> &str {
    let name = name.trim_start();
    let rest = name.trim_start_matches(|letter: char| letter.is_ascii_digit());
    let is_number = (1..=LONGEST).contains(&(name.len() - rest.len()));
    let behind = rest.strip_prefix(['.', ')']).map(str::trim_start).filter(|text| text.starts_with(char::is_alphabetic));
    behind.filter(|_| is_number).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imports::parse::volume::Unit;

    #[test]
    fn a_name_is_what_is_left_without_numbers_and_brackets() {
        for (name, bare, unit) in [
            ("Stand Meter (m3) Lalu", "Stand Meter Lalu", Some(Unit::CubicMetres)),
            ("Stand [Liter", "Stand", Some(Unit::Litres)),
            ("(Rp) Saldo", "Saldo", Some(Unit::Rupiah)),
            ("No. HP (WA) (aktif)", "No. HP", None),
            ("Alamat (RT (dua) RW) Rumah", "Alamat Rumah", None),
            ("1. Nomor Pelanggan*", "Nomor Pelanggan*", None),
            ("12) Wilayah", "Wilayah", None),
            ("(3) Golongan", "Golongan", None),
            ("2024. Januari", "2024. Januari", None),
            ("1.5 liter", "1.5 liter", None),
            ("3", "3", None),
            ("(m3)", "(m3)", None),
        ] {
            let (found, counts) = parted(name);
            let found = found.split_whitespace().collect::<Vec<_>>().join(" ");
            assert_eq!((found.as_str(), counts.unit()), (bare, unit), "{name}");
        }
    }
}

//! What utilities call the columns of their sheets, in Indonesian and English, and how near a name is to one of these.

use crate::core::search::search_form;
use crate::imports::bare_name;
use crate::imports::field::Field;
use crate::imports::known_names::{NAMES, SAME};
use crate::imports::parse::volume::Unit;
use crate::imports::units::{self, Counted};
use std::collections::HashSet;
use std::sync::LazyLock;

/// A word shorter than this is not looked for with a letter wrong: too many are near.
const LONG: usize = 6;

/// What makes a register or a day one of the month before, which is in the file of that month: in its short words.
const PAST: [&str; 2] = ["lalu", "awal"];

/// What makes a balance one that is owed, which is no credit.
const OWED: [&str; 10] =
    ["piutang", "tunggakan", "hutang", "utang", "arrears", "outstanding", "due", "owing", "owed", "receivable"];

/// What may stand beside any name without making it another one: whose it is.
const BESIDE: [&str; 2] = ["plg", "air"];

/// What may stand in front of any name: the group of columns in which it is. Behind another word it says more of that, as in `No. Identitas`.
const GROUPS: [&str; 3] = ["data", "teknis", "identitas"];

/// A word shorter than this is not taken apart.
const COMPOUND: usize = 5;

/// Every word that a name can be made of, of two letters and more.
static WORDS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let names = NAMES.iter().flat_map(|(_, _, names)| names.split(['|', ' ']));
    names.chain(SAME.iter().flat_map(|same| same.split('|'))).filter(|word| word.len() >= 2).collect()
});

/// The words that a word is written together of, as `STANAKHIR` or `tglbaca`: three at most, and of these as few as can be. `None` if it is one
/// word, or not known ones all the way.
fn apart(word: &str) -> Option<Vec<&str>> {
    if word.len() < COMPOUND || !word.bytes().all(|byte| byte.is_ascii_lowercase()) || WORDS.contains(word) {
        return None;
    }
    let halves =
        |word: &str| (2..word.len().saturating_sub(1)).rev().filter(|at| WORDS.contains(&word[..*at])).collect::<Vec<_>>();
    let firsts = halves(word);
    if let Some(at) = firsts.iter().find(|at| WORDS.contains(&word[**at..])) {
        return Some(vec![&word[..*at], &word[*at..]]);
    }
    firsts.iter().find_map(|first| {
        let rest = &word[*first..];
        let second = halves(rest).into_iter().find(|at| WORDS.contains(&rest[*at..]))?;
        Some(vec![&word[..*first], &rest[..second], &rest[second..]])
    })
}

/// The short word of a word.
fn short(word: &str) -> &str {
    SAME.iter().find(|same| same.split('|').any(|known| known == word)).and_then(|same| same.split('|').next()).unwrap_or(word)
}

/// The short word of one that has a letter wrong.
fn short_of_wrong(word: &str) -> Option<&'static str> {
    let is_near = |known: &&str| known.len() >= LONG && distance(word, known, 1).is_some();
    let found = || SAME.iter().find(|same| same.split('|').any(|known| is_near(&known)))?.split('|').next();
    if word.len() >= LONG { found() } else { None }
}

/// The name of a column in the form in which names are compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Name {
    /// Its short words.
    words: Vec<String>,
    /// Whether one of them had a letter wrong.
    is_mended: bool,
    /// The unit that stands in brackets or at its end.
    pub unit: Option<Unit>,
    /// Whether what stands there is another unit than those that are known, or a multiple of one.
    pub is_counted_otherwise: bool,
}

impl Name {
    /// The form of a name.
    pub fn new(name: &str) -> Self {
        let (bare, mut counted) = bare_name::parted(name);
        let mut words = words(&bare);
        // A bracket without a unit says more of the name: `No. HP (WA)`.
        if counted == Counted::Nothing {
            counted = units::taken_off(&mut words);
        } else if units::is_multiplied(&words) {
            counted = Counted::Other;
        }
        // `No` alone counts rows; `Nomor` alone is somebody's number.
        let form = search_form(&bare);
        if words == ["no"] && form != "no" && short(&form) == "no" {
            words = vec!["nomor".to_owned()];
        }
        let mut is_mended = false;
        for word in &mut words {
            // `tinggal` is no `tanggal` with a letter wrong.
            let is_known = WORDS.contains(word.as_str());
            if let Some(mended) = short_of_wrong(word).filter(|_| !is_known) {
                mended.clone_into(word);
                is_mended = true;
            }
        }
        Self { words, is_mended, unit: counted.unit(), is_counted_otherwise: counted == Counted::Other }
    }

    /// The words as one, which is the same however they are joined.
    pub fn joined(&self) -> String {
        self.words.concat()
    }

    /// The name with each word once, if one stands twice, as in two languages: `Nama / Name`.
    fn without_repeats(&self) -> Option<Self> {
        let mut words: Vec<String> = Vec::new();
        for word in &self.words {
            if !words.contains(word) {
                words.push(word.clone());
            }
        }
        (words.len() < self.words.len()).then(|| Self { words, ..self.clone() })
    }

    /// Whether there is no word.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }
}

/// The short words of a text. A change from a small letter to a capital begins one, as in `NoPelanggan`.
fn words(text: &str) -> Vec<String> {
    let mut spaced = String::with_capacity(text.len() + 8);
    let mut before = ' ';
    for letter in text.chars() {
        if letter.is_uppercase() && before.is_lowercase() {
            spaced.push(' ');
        }
        match letter {
            '#' => spaced.push_str(" no "),
            letter if letter.is_alphanumeric() => spaced.push(letter),
            _ => spaced.push(' '),
        }
        before = letter;
    }
    let mut words: Vec<String> = spaced.split_whitespace().map(search_form).filter(|word| !word.is_empty()).collect();
    // Letters set apart are one word: `N O S A L`.
    if words.len() >= 3 && words.iter().all(|word| word.chars().count() == 1) {
        words = vec![words.concat()];
    }
    // A number of this order counts rows: `Sr. No.`, `Sl No`; one in the other is a customer's, `No. SR`.
    if let [first, second] = words.as_slice()
        && matches!(first.as_str(), "sr" | "sl" | "s")
        && short(second) == "no"
    {
        return vec!["no".to_owned()];
    }
    let whole = |word: &String| match apart(word) {
        Some(parts) => parts.into_iter().map(|part| short(part).to_owned()).collect::<Vec<_>>(),
        None => vec![short(word).to_owned()],
    };
    words.iter().flat_map(whole).collect()
}

/// What a name is near to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Near {
    /// The field; `None` for a column that has nothing to import.
    pub field: Option<Field>,
    /// How sure, in thousandths.
    pub per_mille: u16,
    /// Whether it is the very name.
    pub is_exact: bool,
}

/// The names of columns, ready to be compared.
#[derive(Debug)]
pub struct Dictionary {
    entries: Vec<(String, Vec<&'static str>, Option<Field>, u16)>,
}

impl Dictionary {
    /// All names.
    pub fn new() -> Self {
        let all = NAMES.iter().flat_map(|(field, sure, names)| names.split('|').map(move |name| (name, *field, *sure)));
        let entry = |(name, field, sure): (&'static str, _, _)| {
            let is_one = !name.contains(' ');
            let words: Vec<&str> = name.split(' ').map(|word| if is_one { word } else { short(word) }).collect();
            (words.concat(), words, field, sure)
        };
        Self { entries: all.map(entry).collect() }
    }

    /// Whether a name is one of these as it is.
    pub fn knows(&self, name: &Name) -> bool {
        let joined = name.joined();
        let is_known = !joined.is_empty() && self.entries.iter().any(|(known, ..)| *known == joined);
        is_known || name.without_repeats().is_some_and(|once| self.knows(&once))
    }

    /// What a name is near to, a field at most once and the surest of it. A very name leaves out what is only near.
    pub fn near(&self, name: &Name) -> Vec<Near> {
        let joined = name.joined();
        let mut found: Vec<Near> = Vec::new();
        for (known, words, field, sure) in &self.entries {
            let Some((share, is_exact)) = nearness(name, &joined, known, words) else { continue };
            let near = Near { field: *field, per_mille: (u32::from(*sure) * share / 1_000) as u16, is_exact };
            match found.iter_mut().find(|other| other.field == near.field) {
                Some(other) if other.per_mille >= near.per_mille => {}
                Some(other) => *other = near,
                None => found.push(near),
            }
        }
        if found.iter().any(|near| near.is_exact) {
            found.retain(|near| near.is_exact);
        }
        match name.without_repeats().filter(|_| found.is_empty()) {
            Some(once) => self.near(&once),
            None => found,
        }
    }
}

impl Default for Dictionary {
    fn default() -> Self {
        Self::new()
    }
}

/// How near a name is to a known one, in thousandths, and whether it is the same; `None` if it is not near.
fn nearness(name: &Name, joined: &str, known: &str, words: &[&str]) -> Option<(u32, bool)> {
    if joined == known {
        return Some(if name.is_mended { (900, false) } else { (1_000, true) });
    }
    // The same words in another order: `Meter Merk`.
    if words.len() >= 2 && name.words.len() == words.len() && words.iter().all(|word| name.words.iter().any(|own| own == word)) {
        return Some((950, false));
    }
    // The same words with one of those that may stand beside any: `HP Pelanggan`, `No Meter Air`.
    let is_group = |word: &&String| BESIDE.contains(&word.as_str()) || GROUPS.contains(&word.as_str());
    let own = || name.words.iter().skip_while(is_group).filter(|word| !BESIDE.contains(&word.as_str()));
    // `No` is no such name: what stands beside it says whose number it is, as in `Pelanggan No. Langganan`.
    if words != ["no"] && name.words.len() > words.len() && own().map(String::as_str).eq(words.iter().copied()) {
        return Some((850, false));
    }
    // All words of a name of two and more, with others between them: `No Pelanggan Lama`.
    let extra = name.words.len().saturating_sub(words.len());
    let has_of =
        |others: &[&str]| name.words.iter().any(|word| others.contains(&word.as_str()) && !words.contains(&word.as_str()));
    if (1..=4).contains(&extra)
        && words.len() >= 2
        && !has_of(&PAST)
        && !has_of(&OWED)
        && words.iter().all(|word| name.words.iter().any(|own| own == word))
    {
        return Some((900 - 100 * extra as u32, false));
    }
    let most = match known.len().max(joined.len()) {
        0..=5 => return None,
        6..=8 => 1,
        _ => 2,
    };
    let apart = distance(joined, known, most)?;
    Some((950 - 100 * apart as u32, false))
}

/// How many letters two texts differ by: put in, left out, another one, or two changed round. `None` if by more than `most`.
pub fn distance(one: &str, other: &str, most: usize) -> Option<usize> {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    if one.len().abs_diff(other.len()) > most {
        return None;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=other.len()).collect();
    for (i, letter) in one.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, there) in other.iter().enumerate() {
            let mut least = (above[j] + usize::from(letter != there)).min(above[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && one[i - 1] == *there && other[j - 1] == *letter {
                least = least.min(before[j - 1] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut above, row);
    }
    above.last().copied().filter(|apart| *apart <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn best(name: &str) -> Option<Field> {
        let near = Dictionary::new().near(&Name::new(name));
        near.into_iter().max_by_key(|near| near.per_mille).and_then(|near| near.field)
    }

    #[test]
    fn names_of_utilities_are_known() {
        for (name, field) in [
            ("No. Pelanggan", Field::Number),
            ("NOSAMB", Field::Number),
            ("No Samb", Field::Number),
            ("IDPEL", Field::Number),
            ("No. Langganan", Field::Number),
            ("NoPelanggan", Field::Number),
            ("Customer Number", Field::Number),
            ("NAMA_PELANGGAN", Field::Name),
            ("No. HP (WA)", Field::Phone),
            ("Telepon", Field::Phone),
            ("No. KTP", Field::Nik),
            ("Golongan Tarif", Field::TariffClass),
            ("No. Seri Meter", Field::Serial),
            ("Tgl Pasang", Field::InstalledOn),
            ("Tanggal Baca", Field::ReadAt),
            ("Stand Akhir (m3)", Field::Register),
            ("Saldo Awal (Rp)", Field::Balance),
            ("Nomor Pelangan", Field::Number),
            ("Alamt", Field::Address),
            ("Koordinat", Field::Position),
            ("STANSKRG", Field::Register),
            ("Stan Skrg", Field::Register),
            ("ST.AKHIR", Field::Register),
            ("Curr Read", Field::Register),
            ("MeterReadValue", Field::Register),
            ("METERREADDATE", Field::ReadAt),
            ("READING_END_DATE", Field::ReadAt),
            ("ReadTimestamp", Field::ReadAt),
            ("Timestamp Local", Field::ReadAt),
            ("N O S A L", Field::Number),
            ("Acct #", Field::Number),
            ("Consumer No.", Field::Number),
            ("No. SR", Field::Number),
            ("pel_hp", Field::Phone),
            ("koderayon", Field::Zone),
            ("No. Meter Air", Field::Serial),
            ("NAMA KEPALA KELUARGA", Field::Name),
            ("Stand Meter (m3) Ini", Field::Register),
            ("5. Golongan*", Field::TariffClass),
            ("No. Identitas Pelanggan", Field::Nik),
            ("Data Pelanggan No HP", Field::Phone),
            ("Identitas Pelanggan No. KTP", Field::Nik),
        ] {
            assert_eq!(best(name), Some(field), "{name}");
        }
        assert_eq!((best("NOMOR"), best("NO")), (Some(Field::Number), None));
        for name in [
            "No.",
            "No Urut",
            "Stand Lalu",
            "Tgl Baca Lalu",
            "Tanggal Baca Sebelumnya",
            "No Pelanggan Lama",
            "Stand Meter Bulan Lalu",
            "Pemakaian (m3)",
            "Keterangan",
            "RT/RW",
            "Warna",
            "Sr. No.",
            "Sl No",
            "Prev Read",
            "stanangkat",
            "Stand Meter (m3) Lalu",
        ] {
            assert_eq!(best(name), None, "{name}");
        }
    }

    #[test]
    fn units_stand_in_brackets_or_at_the_end() {
        assert_eq!(Name::new("Pemakaian (m3)").unit, Some(Unit::CubicMetres));
        assert_eq!(Name::new("Stand [Liter]").unit, Some(Unit::Litres));
        assert_eq!(Name::new("Saldo Rp").unit, Some(Unit::Rupiah));
        assert_eq!(Name::new("Saldo (Rp 000)").unit, Some(Unit::ThousandRupiah));
        assert_eq!(Name::new("Reading (cf)").unit, Some(Unit::CubicFeet));
        assert_eq!(Name::new("Current Read (gal)").unit, Some(Unit::Gallons));
        assert_eq!(Name::new("Nama").unit, None);
    }

    #[test]
    fn a_word_is_taken_apart_where_all_of_it_is_known() {
        assert_eq!(apart("stanakhir"), Some(vec!["stan", "akhir"]));
        assert_eq!(apart("meterreaddate"), Some(vec!["meter", "read", "date"]));
        for whole in ["alamat", "warna", "normal", "wanita", "petugas", "nama2", "no"] {
            assert_eq!(apart(whole), None, "{whole}");
        }
    }

    #[test]
    fn a_distance_counts_letters() {
        assert_eq!(distance("pelanggan", "pelangan", 2), Some(1));
        assert_eq!(distance("alamat", "alamta", 2), Some(1));
        assert_eq!(distance("alamat", "nama", 2), None);
        assert_eq!(distance("kab", "kec", 2), Some(2));
    }
}

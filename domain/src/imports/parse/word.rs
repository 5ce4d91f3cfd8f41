//! Words of a small set in a cell: whether a customer is supplied, the kind of a property, the tariff class; as utilities write them, in
//! Indonesian and English. A code of a tariff that says only where it stands in the utility's own table is none of these, and is asked for.

use crate::billing::tariff::TariffClass;
use crate::core::search::search_form;
use crate::imports::cell::Cell;
use crate::imports::finding::{Action, Doubt, Parsed, Reason};
use crate::imports::parse::plain::{shown, text_of};
use crate::people::{ConnectionKind, CustomerStatus};

/// A word of a small set.
pub trait Word: Copy + PartialEq + 'static {
    /// What utilities write, in the form of a search, with what it means.
    const ALIASES: &'static [(&'static str, Self)];

    /// The one of a word as it is stored.
    fn stored(word: &str) -> Option<Self>;
}

impl Word for CustomerStatus {
    const ALIASES: &'static [(&'static str, Self)] = &[
        ("aktif", Self::Active),
        ("active", Self::Active),
        ("berlangganan", Self::Active),
        ("pelangganaktif", Self::Active),
        ("terpasang", Self::Active),
        ("sambung", Self::Active),
        ("buka", Self::Active),
        ("normal", Self::Active),
        ("aktifkembali", Self::Active),
        ("bukakembali", Self::Active),
        ("nonaktif", Self::Inactive),
        ("tidakaktif", Self::Inactive),
        ("tdkaktif", Self::Inactive),
        ("inactive", Self::Inactive),
        ("inaktif", Self::Inactive),
        ("pasif", Self::Inactive),
        ("berhenti", Self::Inactive),
        ("berhentilangganan", Self::Inactive),
        ("cabut", Self::Inactive),
        ("dicabut", Self::Inactive),
        ("bongkar", Self::Inactive),
        ("bongkaran", Self::Inactive),
        ("tutuptetap", Self::Inactive),
        ("tutuppermanen", Self::Inactive),
        ("putuspermanen", Self::Inactive),
        ("belumaktif", Self::Inactive),
        ("closed", Self::Inactive),
        ("pencabutan", Self::Inactive),
        ("bongkarmeter", Self::Inactive),
        ("bongkarrampung", Self::Inactive),
        ("tutup", Self::Suspended),
        ("ditutup", Self::Suspended),
        ("tutupsementara", Self::Suspended),
        ("suspended", Self::Suspended),
        ("suspend", Self::Suspended),
        ("segel", Self::Suspended),
        ("disegel", Self::Suspended),
        ("putus", Self::Suspended),
        ("diputus", Self::Suspended),
        ("putussementara", Self::Suspended),
        ("ditangguhkan", Self::Suspended),
        ("blokir", Self::Suspended),
        ("diblokir", Self::Suspended),
        ("isolir", Self::Suspended),
        ("penutupan", Self::Suspended),
        ("penyegelan", Self::Suspended),
        ("pemutusan", Self::Suspended),
        ("pemutusansementara", Self::Suspended),
    ];

    fn stored(word: &str) -> Option<Self> {
        Self::from_word(word)
    }
}

impl Word for ConnectionKind {
    const ALIASES: &'static [(&'static str, Self)] = &[
        ("rumah", Self::Residential),
        ("rumahtinggal", Self::Residential),
        ("rumahtangga", Self::Residential),
        ("rt", Self::Residential),
        ("hunian", Self::Residential),
        ("perumahan", Self::Residential),
        ("residential", Self::Residential),
        ("residensial", Self::Residential),
        ("house", Self::Residential),
        ("home", Self::Residential),
        ("household", Self::Residential),
        ("domestic", Self::Residential),
        ("niaga", Self::Commercial),
        ("usaha", Self::Commercial),
        ("tempatusaha", Self::Commercial),
        ("toko", Self::Commercial),
        ("ruko", Self::Commercial),
        ("kantor", Self::Commercial),
        ("warung", Self::Commercial),
        ("kios", Self::Commercial),
        ("pasar", Self::Commercial),
        ("rumahmakan", Self::Commercial),
        ("restoran", Self::Commercial),
        ("bengkel", Self::Commercial),
        ("klinik", Self::Commercial),
        ("hotel", Self::Commercial),
        ("komersial", Self::Commercial),
        ("commercial", Self::Commercial),
        ("shop", Self::Commercial),
        ("office", Self::Commercial),
        ("industri", Self::Industrial),
        ("pabrik", Self::Industrial),
        ("gudang", Self::Industrial),
        ("industrial", Self::Industrial),
        ("industry", Self::Industrial),
        ("factory", Self::Industrial),
        ("kos", Self::BoardingHouse),
        ("kost", Self::BoardingHouse),
        ("koskosan", Self::BoardingHouse),
        ("kostkostan", Self::BoardingHouse),
        ("rumahkos", Self::BoardingHouse),
        ("rumahkost", Self::BoardingHouse),
        ("indekos", Self::BoardingHouse),
        ("boardinghouse", Self::BoardingHouse),
        ("kontrakan", Self::Rental),
        ("rumahkontrakan", Self::Rental),
        ("kontrak", Self::Rental),
        ("sewa", Self::Rental),
        ("rumahsewa", Self::Rental),
        ("rental", Self::Rental),
        ("lainnya", Self::Other),
        ("lain", Self::Other),
        ("lainlain", Self::Other),
        ("sosial", Self::Other),
        ("masjid", Self::Other),
        ("mushola", Self::Other),
        ("mushalla", Self::Other),
        ("musholla", Self::Other),
        ("mesjid", Self::Other),
        ("tempatibadah", Self::Other),
        ("rumahibadah", Self::Other),
        ("pesantren", Self::Other),
        ("pondokpesantren", Self::Other),
        ("kantordesa", Self::Other),
        ("balaidesa", Self::Other),
        ("instansipemerintah", Self::Other),
        ("rumahsakit", Self::Other),
        ("posyandu", Self::Other),
        ("hidranumum", Self::Other),
        ("gereja", Self::Other),
        ("sekolah", Self::Other),
        ("puskesmas", Self::Other),
        ("instansi", Self::Other),
        ("other", Self::Other),
    ];

    fn stored(word: &str) -> Option<Self> {
        Self::from_word(word)
    }
}

impl Word for TariffClass {
    const ALIASES: &'static [(&'static str, Self)] = &[
        ("rumahtangga", Self::Residential),
        ("rt", Self::Residential),
        ("r", Self::Residential),
        ("r1", Self::Residential),
        ("r2", Self::Residential),
        ("r3", Self::Residential),
        ("r4", Self::Residential),
        ("r5", Self::Residential),
        ("rt1", Self::Residential),
        ("rt2", Self::Residential),
        ("rt3", Self::Residential),
        ("rumahtangga1", Self::Residential),
        ("rumahtangga2", Self::Residential),
        ("rumahtangga3", Self::Residential),
        ("rumahtanggaa", Self::Residential),
        ("rumahtanggab", Self::Residential),
        ("rumahtanggac", Self::Residential),
        ("rumahtanggad", Self::Residential),
        ("rumahtangga4", Self::Residential),
        ("rumahtanggai", Self::Residential),
        ("rumahtanggaii", Self::Residential),
        ("rumahtanggaiii", Self::Residential),
        ("rumahtanggaiv", Self::Residential),
        ("rumahtanggaa1", Self::Residential),
        ("rumahtanggaa2", Self::Residential),
        ("rumahtanggaa3", Self::Residential),
        ("rumahtanggaa4", Self::Residential),
        ("rumahtanggasederhana", Self::Residential),
        ("rumahtanggamenengah", Self::Residential),
        ("rumahtanggamewah", Self::Residential),
        ("rta", Self::Residential),
        ("rtb", Self::Residential),
        ("rtc", Self::Residential),
        ("rtd", Self::Residential),
        ("rti", Self::Residential),
        ("rtii", Self::Residential),
        ("rtiii", Self::Residential),
        ("rtiv", Self::Residential),
        ("ri", Self::Residential),
        ("rii", Self::Residential),
        ("riii", Self::Residential),
        ("riv", Self::Residential),
        ("rumahtanggakhusus", Self::Residential),
        ("residential", Self::Residential),
        ("household", Self::Residential),
        ("domestic", Self::Residential),
        ("rumahpribadi", Self::PrivateHome),
        ("privatehome", Self::PrivateHome),
        ("perumahan", Self::PrivateHome),
        ("niaga", Self::Commercial),
        ("niagakecil", Self::Commercial),
        ("niagabesar", Self::Commercial),
        ("niaga1", Self::Commercial),
        ("niaga2", Self::Commercial),
        ("niaga3", Self::Commercial),
        ("niagai", Self::Commercial),
        ("niagaii", Self::Commercial),
        ("niagaiii", Self::Commercial),
        ("niagasedang", Self::Commercial),
        ("niagamenengah", Self::Commercial),
        ("n1", Self::Commercial),
        ("n2", Self::Commercial),
        ("n3", Self::Commercial),
        ("usaha", Self::Commercial),
        ("komersial", Self::Commercial),
        ("commercial", Self::Commercial),
        ("business", Self::Commercial),
        ("industri", Self::Industrial),
        ("industrikecil", Self::Industrial),
        ("industribesar", Self::Industrial),
        ("industrimenengah", Self::Industrial),
        ("industrisedang", Self::Industrial),
        ("industrii", Self::Industrial),
        ("industriii", Self::Industrial),
        ("industri1", Self::Industrial),
        ("industri2", Self::Industrial),
        ("i1", Self::Industrial),
        ("i2", Self::Industrial),
        ("i3", Self::Industrial),
        ("industrial", Self::Industrial),
        ("industry", Self::Industrial),
    ];

    fn stored(word: &str) -> Option<Self> {
        Self::from_word(word)
    }
}

/// The word that a text means, as a whole or by its parts.
pub fn meaning<W: Word>(text: &str) -> Option<W> {
    whole(text).or_else(|| of_parts(text))
}

fn whole<W: Word>(text: &str) -> Option<W> {
    let form = form(text);
    W::stored(text).or_else(|| W::ALIASES.iter().find(|(alias, _)| *alias == form).map(|(_, word)| *word))
}

/// What a code and its name mean in one cell: `R2 - Rumah Tangga`, `Niaga (N1)`. A part that means nothing is a utility's own code, one word
/// with a digit: other words may deny the first, as in `Aktif (cabut 2023)`.
fn of_parts<W: Word>(text: &str) -> Option<W> {
    let parts = text.split(['-', '–', '/', ':', '|', '(', ')']).map(str::trim).filter(|part| !part.is_empty());
    let mut meant: Option<W> = None;
    for part in parts {
        match whole(part) {
            Some(word) if meant.is_none_or(|meant| meant == word) => meant = Some(word),
            None if part.bytes().any(|byte| byte.is_ascii_digit()) && !part.contains(char::is_whitespace) => {}
            _ => return None,
        }
    }
    meant
}

/// Letters and digits alone, small; as [`search_form`], in one step for plain letters.
fn form(text: &str) -> String {
    if !text.is_ascii() {
        return search_form(text);
    }
    text.bytes().filter(u8::is_ascii_alphanumeric).map(|byte| char::from(byte.to_ascii_lowercase())).collect()
}

/// Reads a word. `None` if there is nothing.
///
/// # Errors
/// It is none of the set: to be asked for all cells with it at once.
pub fn read<W: Word>(cell: &Cell) -> Parsed<Option<W>> {
    // Of yes and no, and of 1 and 0, each utility has its own meaning.
    let text = match cell {
        Cell::Bool(_) => shown(cell),
        _ => match text_of(cell)? {
            None => return Ok((None, None)),
            Some(text) => text,
        },
    };
    match meaning(&text) {
        Some(word) => Ok((Some(word), None)),
        None => Err(Doubt::new(Reason::UnknownWord, Action::ChooseWord).of_value(&text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word<W: Word>(text: &str) -> Result<Option<W>, Reason> {
        read(&Cell::Text(text.into())).map(|(word, _)| word).map_err(|doubt| doubt.reason)
    }

    #[test]
    fn words_of_utilities_are_known() {
        for (text, status) in [
            ("Aktif", CustomerStatus::Active),
            ("Non-aktif", CustomerStatus::Inactive),
            ("NON AKTIF", CustomerStatus::Inactive),
            ("Tutup", CustomerStatus::Suspended),
            ("suspended", CustomerStatus::Suspended),
            ("Segel", CustomerStatus::Suspended),
            ("Tutup Permanen", CustomerStatus::Inactive),
            ("Belum Aktif", CustomerStatus::Inactive),
        ] {
            assert_eq!(word(text), Ok(Some(status)), "{text}");
        }
        for (text, class) in [
            ("R1", TariffClass::Residential),
            ("R-1", TariffClass::Residential),
            ("RT", TariffClass::Residential),
            ("Rumah Tangga", TariffClass::Residential),
            ("private_home", TariffClass::PrivateHome),
            ("NIAGA", TariffClass::Commercial),
            ("Industri", TariffClass::Industrial),
            ("RT A", TariffClass::Residential),
            ("R. II", TariffClass::Residential),
            ("Rumah Tangga A2", TariffClass::Residential),
            ("Rumah Tangga III", TariffClass::Residential),
            ("Niaga I", TariffClass::Commercial),
            ("R2 - Rumah Tangga", TariffClass::Residential),
            ("2A/Rumah Tangga", TariffClass::Residential),
            ("Niaga (N1)", TariffClass::Commercial),
        ] {
            assert_eq!(word(text), Ok(Some(class)), "{text}");
        }
        for text in ["R1/Niaga", "R1 - Khusus", "Bukan - Niaga", "2 - 3"] {
            assert_eq!(word::<TariffClass>(text), Err(Reason::UnknownWord), "{text}");
        }
        assert_eq!(word::<CustomerStatus>("Aktif (cabut 2023)"), Err(Reason::UnknownWord));
        assert_eq!(word("Rumah Makan"), Ok(Some(ConnectionKind::Commercial)));
        assert_eq!(word("Rumah Ibadah"), Ok(Some(ConnectionKind::Other)));
        assert_eq!(word("Rumah Kost"), Ok(Some(ConnectionKind::BoardingHouse)));
        assert_eq!(word("boarding_house"), Ok(Some(ConnectionKind::BoardingHouse)));
    }

    #[test]
    fn an_unknown_word_is_asked_for_once_for_all_its_cells() {
        let doubt = read::<TariffClass>(&Cell::Text(" S  IA ".into())).expect_err("unknown");
        assert_eq!((doubt.reason, doubt.repair.action), (Reason::UnknownWord, Action::ChooseWord));
        assert_eq!(doubt.repair.value.as_deref(), Some("s ia"));
        let doubt = read::<CustomerStatus>(&Cell::Bool(true)).expect_err("true of what?");
        assert_eq!((doubt.reason, doubt.repair.value.as_deref()), (Reason::UnknownWord, Some("true")));
        for code in ["0", "1", "N", "Y"] {
            assert_eq!(word::<CustomerStatus>(code), Err(Reason::UnknownWord), "{code} means another thing at each utility");
        }
    }

    #[test]
    fn each_alias_is_in_its_form_and_means_one_thing() {
        fn check<W: Word>() {
            for (place, (alias, _)) in W::ALIASES.iter().enumerate() {
                assert_eq!(search_form(alias), *alias);
                assert!(!W::ALIASES[..place].iter().any(|(other, _)| other == alias), "{alias} twice");
            }
        }
        check::<CustomerStatus>();
        check::<ConnectionKind>();
        check::<TariffClass>();
    }
}

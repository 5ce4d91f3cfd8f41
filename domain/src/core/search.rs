//! The form in which texts are searched: letters and digits alone, small, without the marks on them, so that people find a name however it is
//! spelled: *Nur'aini*, *Nur Aini* and *nuraini*, *IW-0012* and *iw0012*, *0812-3456* and *+62 812 3456*.

use crate::core::text::{phone_key, visible};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Words of a search at most; the rest is one word, so that nothing that was typed is left out.
const MOST_WORDS: usize = 6;

/// Arrows, shapes and emoji.
const fn is_symbol(letter: char) -> bool {
    matches!(letter, '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}')
}

/// A text as it is searched. It has no spaces.
pub fn search_form(text: &str) -> String {
    let mut form = String::with_capacity(text.len());
    for letter in text.nfkd().filter(|letter| !is_combining_mark(*letter)).flat_map(char::to_lowercase) {
        match letter {
            // Letters that are not a plain one with a mark.
            'ß' => form.push_str("ss"),
            'æ' => form.push_str("ae"),
            'œ' => form.push_str("oe"),
            'ø' => form.push('o'),
            'đ' | 'ð' => form.push('d'),
            'ł' => form.push('l'),
            'ħ' => form.push('h'),
            'ı' => form.push('i'),
            letter if letter.is_alphanumeric() && !is_combining_mark(letter) => form.push(letter),
            _ => {}
        }
    }
    form
}

/// What a record is found by: the forms of its fields, a space between them, so that no word is found across two fields.
pub fn searched<'a>(fields: impl IntoIterator<Item = &'a str>) -> String {
    let forms: Vec<String> = fields.into_iter().map(search_form).filter(|form| !form.is_empty()).collect();
    forms.join(" ")
}

/// A telephone number as it is searched: with the country's code and with a zero in its place, since people type either.
pub fn searched_phone(phone: &str) -> String {
    let key = phone_key(phone);
    match key.strip_prefix("+62") {
        Some(national) => format!("62{national} 0{national}"),
        None => search_form(&key),
    }
}

/// What somebody searches for: every word has to be found, in any order. Lists look for the words as one first ([`Search::as_one`]), since
/// who types `Warga 03` means those that begin so, and for each by itself only where that finds nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    words: Vec<String>,
}

impl Search {
    /// Reads what was typed. Punctuation alone searches for nothing; of symbols alone, such as emoji, no record has any, and none is found.
    pub fn new(typed: &str) -> Self {
        let typed = visible(typed);
        let mut words: Vec<String> = typed.split_whitespace().map(search_form).filter(|word| !word.is_empty()).collect();
        if words.len() > MOST_WORDS {
            let rest = words.split_off(MOST_WORDS - 1).concat();
            words.push(rest);
        }
        if words.is_empty() {
            let symbols: String = typed.chars().filter(|letter| is_symbol(*letter)).collect();
            words.extend(Some(symbols).filter(|symbols| !symbols.is_empty()));
        }
        Self { words }
    }

    /// The same as one word, as it was typed: found where its words stand beside each other.
    #[must_use]
    pub fn as_one(&self) -> Self {
        let whole = self.words.concat();
        Self { words: if whole.is_empty() { Vec::new() } else { vec![whole] } }
    }

    /// The words.
    pub fn words(&self) -> &[String] {
        &self.words
    }

    /// Whether nothing is searched for.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Whether a record is found, by its [`searched`] text.
    pub fn finds(&self, searched: &str) -> bool {
        self.words.iter().all(|word| searched.contains(word.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn finds(typed: &str, fields: &[&str]) -> bool {
        Search::new(typed).finds(&searched(fields.iter().copied()))
    }

    #[test]
    fn marks_apostrophes_spaces_and_dashes_make_no_difference() {
        for typed in ["nuraini", "Nur'aini", "NUR’AINI", "nur aini", "núr-aini", "Nur`aini", "aini nur", " Nur\u{200b}aini "] {
            assert!(finds(typed, &["Nur'aini Putri", "Jl. Melati 5"]), "{typed}");
        }
        for (typed, field) in [
            ("iw 0012", "IW-0012"),
            ("iw0012", "IW-0012"),
            ("DSOUZA", "D'Souza"),
            ("jose", "José"),
            ("dang thi hanh", "Đặng Thị Hạnh"),
            ("strasse", "Straße"),
            ("ｗｍ１", "WM-1"),
        ] {
            assert!(finds(typed, &[field]), "{typed} in {field}");
        }
        assert!(!finds("putri melati kenanga", &["Nur'aini Putri", "Jl. Melati 5"]));
        assert!(!finds("putrijl", &["Putri", "Jl. Melati"]), "a word is not found across two fields");
        assert!(Search::new(" '-… ").is_empty());
    }

    #[test]
    fn symbols_alone_find_nothing_and_beside_letters_are_not_looked_at() {
        for typed in ["😀", " 💧 ⚠ ", "→"] {
            assert!(!finds(typed, &["Nur'aini 😀", "→ 💧"]) && !Search::new(typed).as_one().is_empty(), "{typed}");
        }
        assert!(finds("💧 nuraini", &["Nur'aini"]));
    }

    #[test]
    fn as_one_the_words_stand_beside_each_other() {
        let finds = |typed: &str, field: &str| Search::new(typed).as_one().finds(&searched([field]));
        assert!(finds("Warga 03", "Warga 0317") && finds("nur aini", "Nur'aini"));
        assert!(!finds("Warga 03", "Warga 1103") && !finds("aini nur", "Nur'aini"));
        assert!(Search::new(" - ").as_one().is_empty());
    }

    #[test]
    fn a_number_is_found_with_the_countrys_code_and_without() {
        let record = searched_phone("+62 812-3456-789");
        for typed in ["08123456789", "0812 3456 789", "+62812", "62 812 3456", "812-3456", "456789"] {
            assert!(Search::new(typed).finds(&record), "{typed}");
        }
        assert!(!Search::new("0813").finds(&record));
    }

    proptest! {
        #[test]
        fn the_form_is_its_own_and_every_part_of_a_text_finds_it(text in "\\PC{0,40}", from in 0_usize..40, length in 1_usize..12) {
            let form = search_form(&text);
            prop_assert_eq!(search_form(&form), form.clone());
            let letters: Vec<char> = form.chars().collect();
            let part: String = letters.iter().skip(from).take(length).collect();
            prop_assert!(Search::new(&part).finds(&form));
        }

        #[test]
        fn whatever_stands_between_letters_is_not_looked_at(text in "[a-z]{2,12}", marks in proptest::collection::vec((1_usize..20, "['’` .\\-\u{301}]"), 0..6)) {
            let mut written = text.clone();
            for (place, mark) in marks {
                let place = written.char_indices().map(|(at, _)| at).nth(1 + place % text.len()).unwrap_or(written.len());
                written.insert_str(place, &mark);
            }
            prop_assert_eq!(search_form(&written), text.clone());
            prop_assert!(finds(&text, &[written.as_str()]));
            prop_assert!(finds(&written, &[text.as_str()]));
        }
    }
}

//! Text as people type and paste it, in one normal form: what cannot be seen is taken off before anything is read, compared or kept.
//!
//! Such marks come with text that is copied from web pages, spreadsheets and chats: zero-width spaces and joiners, direction marks, a byte
//! order mark, soft hyphens, no-break spaces. Two values that look the same are then two values, and a number is none.

/// Whether a character has no shape of its own and no meaning to people who read a name, a number or an address: zero width, direction,
/// soft hyphens, fillers, variation selectors, tags, byte order marks.
const fn is_invisible(letter: char) -> bool {
    matches!(letter,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
}

/// Whether a character is a space other than the one that a keyboard gives: no-break, thin, ideographic and the like.
const fn is_odd_space(letter: char) -> bool {
    matches!(letter, '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}')
}

/// A text without what cannot be seen: invisible marks are taken off, and every kind of space is a plain one. Separators of lines and
/// paragraphs are line ends. Nothing is trimmed.
pub fn visible(text: &str) -> String {
    let letters = text.chars().filter(|letter| !is_invisible(*letter));
    let plain = letters.map(|letter| match letter {
        letter if is_odd_space(letter) => ' ',
        '\u{2028}' | '\u{2029}' => '\n',
        letter => letter,
    });
    plain.collect()
}

/// A number, a code or an address of mail without what cannot be seen: as [`visible`], and spaces that nobody types are taken off as well,
/// since they come from how a program groups digits. Trimmed.
pub fn compact(text: &str) -> String {
    let letters = text.chars().filter(|letter| !is_invisible(*letter) && !is_odd_space(*letter));
    letters.collect::<String>().trim().to_owned()
}

/// An address of mail as it is kept and compared: compact, in small letters.
pub fn email(text: &str) -> String {
    compact(text).to_lowercase()
}

/// A telephone number in the letters of a keyboard: other keyboards and programs have wide digits and signs, and hyphens and dashes of their
/// own, which look the same.
pub fn phone(text: &str) -> String {
    let plain = |letter: char| match letter {
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' => '-',
        // The wide forms of ASCII, in its order.
        '\u{ff01}'..='\u{ff5e}' => u8::try_from(u32::from(letter) - 0xfee0).map_or(letter, char::from),
        letter => letter,
    };
    visible(text).chars().map(plain).collect()
}

/// Digits of a telephone number as they are compared: with the country's code, without what stands between. `(021) 555-0199`,
/// `021 5550199`, `+62 21 555 0199` and `+62 (0)21-555-0199` are one number. What is no number is its own text.
pub fn phone_key(text: &str) -> String {
    // Of digits alone nothing has to be taken off, and a file has a million of them.
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return key_of_digits(text, false);
    }
    let text = compact(&phone(text));
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    if digits.is_empty() {
        return text;
    }
    key_of_digits(&digits, text.trim_start_matches(['(', ' ']).starts_with('+'))
}

fn key_of_digits(digits: &str, has_plus: bool) -> String {
    // A country's code is behind `+` or `00`; a number that begins with a zero is one of this country.
    let with_code = if has_plus { Some(digits) } else { digits.strip_prefix("00") };
    let national = match with_code {
        Some(code) => code.strip_prefix("62"),
        None => digits.strip_prefix('0').or_else(|| digits.strip_prefix("62").filter(|rest| rest.len() >= 8)),
    };
    match (national, with_code) {
        (Some(rest), _) => format!("+62{}", rest.trim_start_matches('0')),
        (None, Some(code)) => format!("+{code}"),
        (None, None) => digits.to_owned(),
    }
}

/// Whether a text is a telephone number: 6 to 15 digits (ITU-T E.164) behind a `+` or not, with spaces, hyphens, dots or slashes between
/// them, and area codes in round brackets, which are closed. To be asked of a text without invisible marks.
pub fn is_phone(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let (mut is_open, mut at_start) = (false, true);
    for letter in text.bytes() {
        let fits = match letter {
            b'(' => !std::mem::replace(&mut is_open, true),
            b')' => std::mem::replace(&mut is_open, false),
            b'+' => at_start,
            b' ' | b'-' | b'.' | b'/' => true,
            letter => letter.is_ascii_digit(),
        };
        if !fits {
            return false;
        }
        at_start &= letter == b'(';
    }
    (6..=15).contains(&digits) && !is_open
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::parse_input::{parse_cubic_metres, parse_per_mille};
    use crate::core::typed_money::parse_rupiah;
    use crate::field::field_record::{clean_note, parse_register};
    use crate::people::{Customer, Language};
    use crate::sales::voucher::VoucherCode;
    use crate::sync::edit::{CustomerField, Editable};
    use proptest::prelude::*;

    /// Marks that nobody sees; the last ones are spaces that nobody types.
    const MARKS: [char; 22] = [
        '\u{ad}',
        '\u{34f}',
        '\u{61c}',
        '\u{180e}',
        '\u{200b}',
        '\u{200c}',
        '\u{200d}',
        '\u{200e}',
        '\u{200f}',
        '\u{202a}',
        '\u{202e}',
        '\u{2060}',
        '\u{2063}',
        '\u{2066}',
        '\u{2069}',
        '\u{fe0f}',
        '\u{feff}',
        '\u{3164}',
        '\u{e0061}',
        '\u{a0}',
        '\u{2007}',
        '\u{202f}',
    ];

    /// A text with marks put in at places that are drawn.
    fn marked(text: &str, marks: &[(usize, char)]) -> String {
        let mut letters: Vec<char> = text.chars().collect();
        for (place, mark) in marks {
            letters.insert(place % (letters.len() + 1), *mark);
        }
        letters.into_iter().collect()
    }

    fn marks(kinds: usize) -> impl Strategy<Value = Vec<(usize, char)>> {
        proptest::collection::vec((0_usize..100, proptest::sample::select(MARKS[..kinds].to_vec())), 0..8)
    }

    #[test]
    fn landlines_are_phones_and_one_number_has_one_form() {
        for text in [
            "(021) 555-0199",
            "021 555 0199",
            "+62 811 222 333",
            "0811-222-333",
            "021.555.0199",
            "(0274) 512345",
            "+62 (0)21-555-0199",
        ] {
            assert!(is_phone(text), "{text}");
        }
        for text in [
            "",
            "telepon",
            "08x",
            "(021 555-0199",
            "021) 555-0199",
            "((021)) 5550199",
            "62+811222333",
            "12345",
            "1234567890123456",
            "0811,222,333",
        ] {
            assert!(!is_phone(text), "{text}");
        }
        for text in [
            "021 5550199",
            "021-555-0199",
            "+62 21 555 0199",
            "+62 (0)21-555-0199",
            "0062215550199",
            "62215550199",
            "(021)\u{a0}555\u{200b}0199",
            "021\u{2011}555\u{2011}0199",
            "(021) 555 \u{2013} 0199",
            "\u{ff0b}\u{ff16}\u{ff12} 21 555 0199",
        ] {
            assert!(is_phone(&phone(text)), "{text}");
            assert_eq!(phone_key(text), phone_key("(021) 555-0199"), "{text}");
        }
        assert_ne!(phone_key("+1 21 555 0199"), phone_key("021 555 0199"));
        assert_ne!(phone_key("0811 222 333"), phone_key("0811 222 334"));
        assert_eq!(phone_key(""), "");
    }

    #[test]
    fn what_is_seen_stays() {
        for text in ["Siti Nurhaliza", "Đặng Thị Hạnh", "Мария", "محمد", "王小明", "Kos 🏠 & Warung", "a\tb\nc"]
        {
            assert_eq!(visible(text), text);
        }
        assert_eq!(visible("Budi\u{a0}Santoso\u{feff}"), "Budi Santoso");
        assert_eq!(compact("\u{feff}Rp\u{a0}1.250.000 "), "Rp1.250.000");
        assert_eq!(email(" Sari\u{200b}@Contoh.ID\u{200e}"), "sari@contoh.id");
    }

    proptest! {
        #[test]
        fn the_normal_form_is_its_own(text in "\\PC{0,40}", marks in marks(22)) {
            let text = marked(&text, &marks);
            prop_assert_eq!(visible(&visible(&text)), visible(&text));
            prop_assert_eq!(compact(&compact(&text)), compact(&text));
            prop_assert_eq!(email(&email(&text)), email(&text));
            prop_assert_eq!(phone_key(&phone_key(&text)), phone_key(&text));
            prop_assert_eq!(phone(&phone(&text)), phone(&text));
            for field in CustomerField::ALL {
                if let Ok(clean) = Customer::clean(field, &text) {
                    prop_assert_eq!(Customer::clean(field, &clean), Ok(clean));
                }
            }
        }

        #[test]
        fn a_value_with_any_marks_in_it_is_read_as_the_clean_one(marks in marks(22)) {
            for text in ["Rp1.250.000", "-5000", "rp5.000,-"] {
                prop_assert_eq!(parse_rupiah(&marked(text, &marks)), parse_rupiah(text));
            }
            prop_assert_eq!(parse_cubic_metres(&marked("1.250,5m³", &marks), Language::Id), parse_cubic_metres("1.250,5m³", Language::Id));
            prop_assert_eq!(parse_per_mille(&marked("12,5%", &marks), Language::Id), Some(125));
            prop_assert_eq!(parse_register(&marked("1234,567", &marks)), parse_register("1234,567"));
            let code: VoucherCode = marked("hemat-10", &marks).parse().expect("a code");
            prop_assert_eq!(code.as_str(), "HEMAT-10");
            let digits = [
                (CustomerField::Nik, "3273010101900001"),
                (CustomerField::PostalCode, "40115"),
                (CustomerField::HouseholdSize, "12"),
                (CustomerField::Email, "sari@contoh.id"),
                (CustomerField::Status, "active"),
            ];
            for (field, text) in digits {
                prop_assert_eq!(Customer::clean(field, &marked(text, &marks)), Ok(text.to_owned()));
            }
            let phone = Customer::clean(CustomerField::Phone, &marked("(021)555-0199", &marks));
            prop_assert_eq!(phone.map(|phone| phone_key(&phone)), Ok(phone_key("0215550199")));
        }

        #[test]
        fn a_name_or_a_note_with_marks_of_no_width_is_the_clean_one(text in "[A-Za-zÀ-ž]{1,8}( [A-Za-z]{1,8}){0,3}", marks in marks(19)) {
            for field in [CustomerField::Name, CustomerField::Address, CustomerField::City, CustomerField::Province] {
                prop_assert_eq!(Customer::clean(field, &marked(&text, &marks)), Ok(text.clone()));
            }
            prop_assert_eq!(clean_note(&marked(&text, &marks)), Ok(text.clone()));
        }

        #[test]
        fn a_phone_in_any_grouping_has_one_form(digits in "8[0-9]{8,10}", places in proptest::collection::vec((0_usize..30, "[-. /]"), 0..5)) {
            let mut grouped = format!("0{digits}");
            for (place, mark) in places {
                grouped.insert_str(place % (grouped.len() + 1), &mark);
            }
            prop_assert_eq!(phone_key(&grouped), format!("+62{digits}"));
            prop_assert_eq!(phone_key(&format!("+62 {digits}")), format!("+62{digits}"));
        }
    }
}

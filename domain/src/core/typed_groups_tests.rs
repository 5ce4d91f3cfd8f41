//! A field of money under fingers: typed key by key, deleted in the middle, pasted.

use super::*;
use crate::core::typed_money::WrongAmount;
use proptest::prelude::*;

/// A field with its caret.
#[derive(Default)]
struct Field {
    held: FieldText,
    caret: usize,
}

impl Field {
    fn of(text: &str, caret: usize) -> Self {
        Self { held: FieldText { text: text.into(), own_marks: false }, caret }
    }

    fn edit(&mut self, text: &str, caret: usize, (forward, pasted): (bool, bool)) {
        let (held, moved) = edited(&self.held, &Edit { text, caret, forward, pasted });
        (self.held, self.caret) = (held, moved.unwrap_or(caret));
    }

    fn put(&mut self, piece: &str, pasted: bool) {
        let text = format!("{}{piece}{}", &self.held.text[..self.caret], &self.held.text[self.caret..]);
        self.edit(&text, self.caret + piece.len(), (false, pasted));
    }

    fn type_in(mut self, keys: &str) -> Self {
        keys.chars().for_each(|key| self.put(&key.to_string(), false));
        self
    }

    fn backspace(&mut self) {
        if self.caret > 0 {
            let text = format!("{}{}", &self.held.text[..self.caret - 1], &self.held.text[self.caret..]);
            self.edit(&text, self.caret - 1, (false, false));
        }
    }

    fn delete(&mut self) {
        if self.caret < self.held.text.len() {
            let text = format!("{}{}", &self.held.text[..self.caret], &self.held.text[self.caret + 1..]);
            self.edit(&text, self.caret, (true, false));
        }
    }

    fn shows(&self) -> (&str, usize) {
        (&self.held.text, self.caret)
    }
}

#[test]
fn digits_are_grouped_as_they_are_typed_and_sen_stay_sen() {
    for (keys, shown) in [
        ("25000", "25.000"),
        ("1250000", "1.250.000"),
        ("25000.00", "25.000,00"),
        ("25000,00", "25.000,00"),
        ("1.250.000", "1.250.000"),
        ("1.2500", "12.500"),
        ("Rp50.000", "Rp50.000"),
        ("25.00", "25.00"),
        ("0", "0"),
    ] {
        let field = Field::default().type_in(keys);
        assert_eq!(field.shows(), (shown, shown.len()), "{keys}");
    }
    assert_eq!(parse_rupiah(Field::default().type_in("25.000.00").shows().0), Err(WrongAmount::Unclear));
}

#[test]
fn the_caret_stays_between_the_digits_where_it_was() {
    let mut field = Field::of("1.250.000", 3);
    field.put("9", false);
    assert_eq!(field.shows(), ("12.950.000", 4));
    field.backspace();
    assert_eq!(field.shows(), ("1.250.000", 3));
    field.delete();
    assert_eq!(field.shows(), ("120.000", 2));
    let mut field = Field::of("25.000", 3);
    field.backspace();
    assert_eq!(field.shows(), ("25.000", 2), "the mark stays, the caret goes on");
    field.backspace();
    assert_eq!(field.shows(), ("2.000", 1));
    let mut field = Field::of("25.000", 2);
    field.delete();
    assert_eq!(field.shows(), ("25.000", 3));
    field.delete();
    assert_eq!(field.shows(), ("2.500", 3));
    let mut field = Field::of("25.000,00", 1);
    field.put("9", false);
    assert_eq!(field.shows(), ("295.000,00", 2));
}

#[test]
fn what_is_pasted_is_read_first() {
    for (text, shown) in
        [("25000.00", "25.000"), ("Rp 50.000,00", "50.000"), ("50 000", "50.000"), ("25.00", "25.00"), ("1,5 jt", "1,5 jt")]
    {
        let mut field = Field::default();
        field.put(text, true);
        assert_eq!(field.held.text, shown, "{text}");
    }
    let mut field = Field::of("25.000", 3);
    field.put("00", true);
    assert_eq!(field.shows(), ("2.500.000", 5));
    let mut field = Field::of("12.500", 6);
    field.edit("12.50", 5, (false, true));
    assert_eq!(field.held.text, "12.50", "pasted over all of it, and no deletion");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// The oracle is a list of digits and a place between them.
    #[test]
    fn keys_do_to_the_digits_what_they_do_to_a_list(keys in proptest::collection::vec((0_u8..5, 0_u8..10), 0..40)) {
        let (mut field, mut digits, mut place) = (Field::default(), Vec::<u8>::new(), 0_usize);
        for (kind, digit) in keys {
            let at_mark = |at: usize, field: &Field| field.held.text.as_bytes().get(at) == Some(&b'.');
            match kind {
                0 if !(field.caret > 0 && at_mark(field.caret - 1, &field)) => {
                    field.backspace();
                    if place > 0 {
                        place -= 1;
                        digits.remove(place);
                    }
                }
                1 if !at_mark(field.caret, &field) => {
                    field.delete();
                    if place < digits.len() {
                        digits.remove(place);
                    }
                }
                0 => field.backspace(),
                1 => field.delete(),
                2 => {
                    place = usize::from(digit) % (digits.len() + 1);
                    let left = |at: &usize| field.held.text[..*at].bytes().filter(u8::is_ascii_digit).count() == place;
                    field.caret = (0..=field.held.text.len()).find(left).unwrap_or(0);
                }
                _ => {
                    field.put(&digit.to_string(), false);
                    digits.insert(place, b'0' + digit);
                    place += 1;
                }
            }
            let shown: Vec<u8> = field.held.text.bytes().filter(u8::is_ascii_digit).collect();
            prop_assert_eq!(&shown, &digits);
            let left = field.held.text[..field.caret].bytes().filter(u8::is_ascii_digit).count();
            prop_assert_eq!(left, place);
            prop_assert!(is_grouped(&field.held.text));
        }
    }

    #[test]
    fn sen_typed_behind_an_amount_never_make_it_more(amount in 1_000_i64..=99_999_999, mark in "[.,]", noughts in 1_usize..=2) {
        let keys = format!("{amount}{mark}{}", "0".repeat(noughts));
        let field = Field::default().type_in(&keys);
        prop_assert_eq!(parse_rupiah(&field.held.text), Ok(Rupiah(amount)), "{}", field.held.text);
        let mut pasted = Field::default();
        pasted.put(&keys, true);
        prop_assert_eq!(parse_rupiah(&pasted.held.text), Ok(Rupiah(amount)), "{}", pasted.held.text);
    }
}

//! What people type for an amount, and what is refused with a reason.

use super::*;
use crate::core::money::group;
use proptest::prelude::*;

#[test]
fn amounts_are_read_as_people_write_them() {
    let read = [
        ("Rp1.250.000", 1_250_000),
        ("1250000", 1_250_000),
        ("rp 5.000,-", 5_000),
        ("1.250.000,-", 1_250_000),
        ("1.250.000,--", 1_250_000),
        ("1.250.000,–", 1_250_000),
        ("Rp. 5.000,00", 5_000),
        ("Rp.5.000", 5_000),
        ("Rp 50.000,00", 50_000),
        ("Rp50.000", 50_000),
        ("IDR 50,000.00", 50_000),
        ("25000.00", 25_000),
        ("25000,00", 25_000),
        ("25000.0", 25_000),
        ("25.000", 25_000),
        ("25,000", 25_000),
        ("25.000,00", 25_000),
        ("25,000.00", 25_000),
        ("50 000", 50_000),
        ("50\u{a0}000", 50_000),
        ("1\u{202f}250\u{202f}000", 1_250_000),
        ("1 250 000,00", 1_250_000),
        ("Ｒｐ５０．０００", 50_000),
        (" 0 ", 0),
        ("007", 7),
        ("−Rp5.000", -5_000),
        ("Rp −5.000", -5_000),
        ("-5000", -5_000),
        ("+Rp5.000", 5_000),
        ("999.999.999.999", 999_999_999_999),
    ];
    for (text, amount) in read {
        assert_eq!(parse_rupiah(text), Ok(Rupiah(amount)), "{text}");
    }
}

#[test]
fn what_is_no_amount_or_could_be_two_is_refused_with_its_reason() {
    use WrongAmount::{Empty, NotANumber, Sen, ShortForm, TooLong, Unclear};
    let refused: [(&[&str], WrongAmount); 6] = [
        (&["", "  ", "\u{200b}", "Rp", "rp. "], Empty),
        (
            &["abc", "Rp5x", "1e6", "٣", "-", "--5", "-Rp-5", "(5.000)", "5.000-", "5/2", "1\n000", "Rp Rp5", "5k5", ",-"],
            NotANumber,
        ),
        (&["1,5 jt", "1,5jt", "50rb", "50 ribu", "2 juta", "50k", "1,2 M"], ShortForm),
        (&["25000.50", "25.000,5", "25,000.75", "1.250.000,05", "2500,1"], Sen),
        (
            &[
                "25.00",
                "25,00",
                "25.5",
                "250.00",
                "1.25",
                "0,5",
                "0.500",
                "25.",
                "25,",
                ".500",
                "25..000",
                "25.000.00",
                "25.000.0",
                "1.250,000",
                "1,250.000",
                "2500.000",
                "12.34.567",
                "50 00",
                "25.0000",
                "1 000.000",
                "25.000,000",
            ],
            Unclear,
        ),
        (&["1.250.000.000.000", "1250000000000", "9999999999999999999999"], TooLong),
    ];
    for (texts, wrong) in refused {
        for text in texts {
            assert_eq!(parse_rupiah(text), Err(wrong), "{text:?}");
        }
    }
}

#[test]
fn a_range_says_which_of_its_ends_was_passed() {
    let range = AmountRange::new(Rupiah(10_000), Rupiah(50_000_000));
    assert_eq!(range.parse("10.000"), Ok(Rupiah(10_000)));
    assert_eq!(range.parse("9.999"), Err(WrongAmount::Below(Rupiah(10_000))));
    assert_eq!(range.parse("-50.000"), Err(WrongAmount::Below(Rupiah(10_000))));
    assert_eq!(range.parse("999.999.999"), Err(WrongAmount::Above(Rupiah(50_000_000))));
    assert_eq!(range.parse("99999999999999"), Err(WrongAmount::Above(Rupiah(50_000_000))));
    assert_eq!(range.parse("25.00"), Err(WrongAmount::Unclear));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn an_amount_is_read_back_from_however_the_app_writes_it(amount in -999_999_999_999_i64..=999_999_999_999) {
        let bare = group(amount.unsigned_abs(), '.');
        let shown = Rupiah(amount).to_string();
        for text in [shown.clone(), format!("{amount}"), shown.replace('R', " R"), format!("{shown},-")] {
            prop_assert_eq!(parse_rupiah(&text), Ok(Rupiah(amount)), "{}", text);
        }
        if amount.abs() >= 1_000 {
            prop_assert_eq!(parse_rupiah(&format!("{shown},00")), Ok(Rupiah(amount)));
        }
        for text in [bare.clone(), format!("+Rp{bare}"), bare.replace('.', ","), bare.replace('.', " ")] {
            prop_assert_eq!(parse_rupiah(&text), Ok(Rupiah(amount.abs())), "{}", text);
        }
    }

    /// The oracle is plain: an amount has the digits of the text, or those without one or two noughts behind its last mark.
    #[test]
    fn no_amount_is_taken_for_a_hundred_times_itself(text in "[0-9]{0,4}([., ]?[0-9]{1,3}){0,4}") {
        let Ok(Rupiah(amount)) = parse_rupiah(&text) else { return Ok(()) };
        let tail = text.rsplit(['.', ',', ' ']).next().unwrap_or_default();
        let marked = tail.len() < text.trim().len();
        let kept = if marked && tail.len() < 3 { &text[..text.len() - tail.len()] } else { text.as_str() };
        let digits: String = kept.chars().filter(char::is_ascii_digit).collect();
        prop_assert_eq!(digits.parse::<i64>().unwrap_or(0), amount, "{}", text);
    }

    #[test]
    fn any_text_is_read_or_refused_and_never_ends_the_program(text in "\\PC{0,40}") {
        let _ = parse_rupiah(&text);
    }
}

//! Tests of volumes and their marks.

use super::*;
use proptest::prelude::*;

fn text(text: &str, mark: ColumnMark) -> Result<Option<Millilitres>, Reason> {
    read(&Cell::Text(text.into()), mark, Unit::CubicMetres).map(|(volume, _)| volume).map_err(|doubt| doubt.reason)
}

#[test]
fn a_column_says_what_its_marks_mean() {
    for (column, mark) in [
        (&["1.234", "12,5"][..], ColumnMark::Known(Mark::Comma)),
        (&["1.234", "12.50"], ColumnMark::Known(Mark::Point)),
        (&["1.234", "1.234.567"], ColumnMark::Known(Mark::Comma)),
        (&["1,234", "1,234.5"], ColumnMark::Known(Mark::Point)),
        (&["0.512"], ColumnMark::Known(Mark::Point)),
        (&["12345,678 m3"], ColumnMark::Known(Mark::Comma)),
        (&["1.234", "999", "lama"], ColumnMark::Unknown),
        (&["12,5", "12.5"], ColumnMark::Mixed),
    ] {
        assert_eq!(mark_of(column.iter().copied()), mark, "{column:?}");
    }
}

#[test]
fn one_value_of_many_does_not_say_what_the_marks_of_all_others_mean() {
    let with = |other: &'static str, many: usize| mark_of(std::iter::repeat_n("1.234", many).chain([other]));
    assert_eq!((with("12.5", 100), with("12.50 m3", 100)), (ColumnMark::Mixed, ColumnMark::Mixed));
    assert_eq!(with("12.5", 10), ColumnMark::Known(Mark::Point), "as many as have fewer digits by chance");
    for (other, mark) in [("12,5", Mark::Comma), ("1234.567", Mark::Point), ("0.512", Mark::Point), ("1.234.567", Mark::Comma)] {
        assert_eq!(with(other, 100), ColumnMark::Known(mark), "{other}");
    }
}

#[test]
fn a_thousandfold_is_never_guessed() {
    let (comma, point) = (ColumnMark::Known(Mark::Comma), ColumnMark::Known(Mark::Point));
    assert_eq!(text("1.234", comma), Ok(Some(Millilitres::cubic_metres(1_234))));
    assert_eq!(text("1.234", point), Ok(Some(Millilitres::litres(1_234))));
    assert_eq!(text("1.234", ColumnMark::Unknown), Err(Reason::AmbiguousMark));
    assert_eq!(text("1.234", ColumnMark::Mixed), Err(Reason::AmbiguousMark));
    assert_eq!(text("12.5", comma), Err(Reason::MixedMarks));
    assert_eq!(text("12.5", ColumnMark::Unknown), Ok(Some(Millilitres::litres(12_500))));
}

#[test]
fn volumes_are_read_to_the_millilitre() {
    let comma = ColumnMark::Known(Mark::Comma);
    for (written, volume) in [
        ("0", 0),
        ("18,5 m³", 18_500_000),
        ("1.234,567891", 1_234_567_891),
        ("1 234,5", 1_234_500_000),
        ("0042", 42_000_000),
        ("'0042", 42_000_000),
        ("1250 L", 1_250_000),
        ("7,25 meter kubik", 7_250_000),
        ("33 M^3", 33_000_000),
        ("12M³", 12_000_000),
        ("1,2345670000", 1_234_567),
    ] {
        assert_eq!(text(written, comma), Ok(Some(Millilitres(volume))), "{written}");
    }
    for (written, reason) in [
        ("1.23,5", Reason::NotANumber),
        ("1.2345.678", Reason::NotANumber),
        ("rusak", Reason::NotANumber),
        ("-5", Reason::Negative),
        ("12345678901", Reason::TooLarge),
        ("1,5E+3", Reason::LostDigits),
    ] {
        assert_eq!(text(written, comma), Err(reason), "{written}");
    }
}

#[test]
fn foreign_units_are_made_cubic_metres_exactly() {
    for (number, unit, millilitres) in [
        (1.0, Unit::CubicFeet, 28_317),
        (1_000_000.0, Unit::CubicFeet, 28_316_846_592),
        (10_000.0, Unit::HundredCubicFeet, 28_316_846_592),
        (1_000_000.0, Unit::Gallons, 3_785_411_784),
        (1_000.5, Unit::ThousandGallons, 3_787_304_490),
    ] {
        assert_eq!(
            read(&Cell::Number(number), ColumnMark::Unknown, unit),
            Ok((Some(Millilitres(millilitres)), None)),
            "{unit:?}"
        );
        let written = Cell::Text(number.to_string());
        assert_eq!(read(&written, ColumnMark::Unknown, unit), Ok((Some(Millilitres(millilitres)), None)), "{unit:?}");
    }
    assert_eq!(text("1000000 gal", ColumnMark::Unknown), Ok(Some(Millilitres(3_785_411_784))), "its own unit goes first");
    let metric = read(&Cell::Text("12 m3".into()), ColumnMark::Unknown, Unit::Gallons);
    assert_eq!(metric, Ok((Some(Millilitres::cubic_metres(12)), None)));
    let largest = read(&Cell::Number(9_999_999_999.0), ColumnMark::Unknown, Unit::ThousandGallons);
    assert!(largest.is_ok(), "no overflow");
}

#[test]
fn more_decimals_than_millilitres_are_rounded_and_said() {
    let (volume, doubt) = read(&Cell::Text("1,2345675".into()), ColumnMark::Unknown, Unit::CubicMetres).expect("a volume");
    assert_eq!((volume, doubt.map(|doubt| doubt.reason)), (Some(Millilitres(1_234_568)), Some(Reason::Rounded)));
    let (volume, doubt) = read(&Cell::Number(100.0 / 3.0), ColumnMark::Unknown, Unit::CubicMetres).expect("a volume");
    assert_eq!((volume, doubt.map(|doubt| doubt.reason)), (Some(Millilitres(33_333_333)), Some(Reason::Rounded)));
    let (_, doubt) = read(&Cell::Number(1.000_000_1), ColumnMark::Unknown, Unit::CubicMetres).expect("a volume");
    assert_eq!(doubt.map(|doubt| doubt.reason), Some(Reason::Rounded), "a tenth of a millilitre");
    assert_eq!(read(&Cell::Number(0.1 + 0.2), ColumnMark::Unknown, Unit::CubicMetres), Ok((Some(Millilitres(300_000)), None)));
    assert_eq!(read(&Cell::Number(-1.0), ColumnMark::Unknown, Unit::CubicMetres).map_err(|d| d.reason), Err(Reason::Negative));
}

#[test]
fn a_register_with_a_mark_or_without_one_is_plain() {
    let comma = ColumnMark::Known(Mark::Comma);
    assert_eq!(plain("1234,5", comma, Unit::CubicMetres), Some(Millilitres(1_234_500_000)));
    assert_eq!(plain("0512", ColumnMark::Unknown, Unit::Litres), Some(Millilitres(512_000)));
    for text in ["", ",5", "12,", "1.2.3", "-5", "1,234", "1234.5", "12345678901", "1 234", "1,2345678"] {
        assert_eq!(plain(text, comma, Unit::CubicMetres), None, "{text}");
    }
}

proptest! {
    #[test]
    fn a_plain_volume_is_what_it_is_by_its_marks(
        text in "[0-9]{0,11}[.,]?[0-9]{0,7}",
        mark in prop::sample::select(vec![
            ColumnMark::Unknown,
            ColumnMark::Mixed,
            ColumnMark::Known(Mark::Comma),
            ColumnMark::Known(Mark::Point),
        ]),
        unit in prop::sample::select(vec![Unit::CubicMetres, Unit::Litres, Unit::Gallons]),
    ) {
        if let Some(volume) = plain(&text, mark, unit) {
            prop_assert_eq!(by_marks(&text, mark, unit), Ok((volume, None)));
        }
    }

    #[test]
    fn every_spelling_of_a_volume_is_that_volume(ml in 0_i64..10_000_000_000_000, is_comma in any::<bool>(), is_grouped in any::<bool>()) {
        let (decimal, group) = if is_comma { (',', '.') } else { ('.', ',') };
        let mut whole = (ml / 1_000_000).to_string();
        if is_grouped {
            for at in (1..whole.len()).rev().filter(|at| (whole.len() - at).is_multiple_of(3)).collect::<Vec<_>>() {
                whole.insert(at, group);
            }
        }
        let written = format!("{whole}{decimal}{:06}", ml % 1_000_000);
        let known = ColumnMark::Known(if is_comma { Mark::Comma } else { Mark::Point });
        prop_assert_eq!(text(&written, known), Ok(Some(Millilitres(ml))));
        let own = mark_of([written.as_str()]);
        prop_assert_eq!(own, known, "six decimals say it by themselves");
    }

    #[test]
    fn a_number_is_the_decimal_that_it_was_written_as(litres in 0_i64..10_000_000_000_000) {
        let number: f64 = format!("{}.{:03}", litres / 1_000, litres % 1_000).parse().expect("a number");
        prop_assert_eq!(read(&Cell::Number(number), ColumnMark::Unknown, Unit::CubicMetres), Ok((Some(Millilitres::litres(litres)), None)));
        let litres = litres % 10_000_000_000;
        prop_assert_eq!(read(&Cell::Number(litres as f64), ColumnMark::Unknown, Unit::Litres), Ok((Some(Millilitres::litres(litres)), None)));
    }
}

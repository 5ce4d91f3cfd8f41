//! Tests of dates as spreadsheets and people have them.

use super::*;
use jiff::civil::datetime;
use proptest::prelude::*;

const RULES: DateRules = DateRules { order: DateOrder::DayFirst, is_1904: false, newest_year: 2027, shift_hours: 0 };

fn text(text: &str) -> Result<DateTime, Reason> {
    read(&Cell::Text(text.into()), RULES).map(|(time, _)| time.expect("not blank")).map_err(|doubt| doubt.reason)
}

#[test]
fn times_are_read_as_programs_write_them() {
    let time = Ok(datetime(2024, 1, 12, 8, 30, 0, 0));
    for written in [
        "2024-01-12 08:30:00+07",
        "2024-01-12 08:30:00.123+07",
        "2024-01-12T08:30:00.000+0700",
        "2024-01-12 08:30:00+00:00",
        "2024-01-12 08:30:00+00",
        "20240112083000",
        "202401120830",
        "20240112 08:30:00",
        "20240112T083000Z",
        "20240112 0830",
        "20240112 8.30 AM",
    ] {
        assert_eq!(text(written), time, "{written}");
    }
    for number in [20_240_112_083_000.0, 202_401_120_830.0] {
        assert_eq!(read(&Cell::Number(number), RULES).map(|(found, _)| found).map_err(|doubt| doubt.reason), time.map(Some));
    }
    for written in ["2024-01-12 08:30-05", "20240112996000", "202401120", "6281234567890", "20240112-0830", "628112131415"] {
        assert_eq!(text(written), Err(Reason::NotADate), "{written}");
    }
    assert_eq!(text("20240112.0"), Ok(datetime(2024, 1, 12, 0, 0, 0, 0)), "a day that went through a floating number");
    assert!(["2024-01-12 01:30:00+00", "20240112T083000Z"].into_iter().all(date_text::ends_in_utc));
    assert!(!date_text::ends_in_utc("2024-01-12 01:30:00+07:00"));
}

#[test]
fn the_number_of_a_day_in_a_text_is_proposed_with_its_time() {
    let proposed = |text: &str| read(&Cell::Text(text.into()), RULES).expect_err("a number").repair.proposed;
    for text in ["45303.35417", "45303,35417"] {
        assert_eq!(proposed(text).as_deref(), Some("2024-01-12 08:30:00"), "{text}");
    }
    assert_eq!(proposed("45303").as_deref(), Some("2024-01-12"));
    assert_eq!(proposed("45303.0").as_deref(), Some("2024-01-12"));
    assert!(
        ["4530.5", "453030,5", "45303.", "45303.5x"]
            .into_iter()
            .all(|text| proposed(text).as_deref() != Some("2024-01-12 12:00:00"))
    );
    assert_eq!(text("2024-01-12 08:30:00"), Ok(datetime(2024, 1, 12, 8, 30, 0, 0)), "what is proposed is read");
}

#[test]
fn dates_are_read_as_people_write_them() {
    for written in [
        "12/01/2024",
        "'12/01/2024",
        "12-1-24",
        "12.01.2024",
        "12 01 2024",
        "2024-01-12",
        "2024/1/12",
        "20240112",
        "12 Januari 2024",
        "12/I/2024",
        "12-i-24",
        "12 I 2024",
        "12 Jan 2024",
        "12-Jan-24",
        "12Jan2024",
        "Jumat, 12 Januari 2024",
        "Jum'at, 12 Januari 2024",
        "Fri, 12 Jan. 2024",
        "January 12, 2024",
        "2024-01-12T00:00:00Z",
        "12 JANUARI 2024",
        "12 / 01 / 2024",
        "\u{feff}12/01/2024\u{a0}",
    ] {
        assert_eq!(text(written), Ok(datetime(2024, 1, 12, 0, 0, 0, 0)), "{written}");
    }
    for (written, month) in [
        ("Agt", 8),
        ("Agu", 8),
        ("Ags", 8),
        ("Agst", 8),
        ("Agus", 8),
        ("Febr", 2),
        ("Agustus", 8),
        ("Aug", 8),
        ("Des", 12),
        ("Dec", 12),
        ("Desember", 12),
        ("Mei", 5),
        ("May", 5),
        ("Okt", 10),
        ("Oct", 10),
        ("Nop", 11),
        ("Nopember", 11),
        ("Peb", 2),
        ("Maret", 3),
        ("Juli", 7),
        ("June", 6),
        ("Sept", 9),
        ("April", 4),
        ("IV", 4),
        ("ix", 9),
        ("XII", 12),
    ] {
        assert_eq!(text(&format!("9 {written} 2023")), Ok(datetime(2023, month, 9, 0, 0, 0, 0)), "{written}");
    }
}

#[test]
fn times_are_local_whatever_stands_behind_them() {
    for written in [
        "12/01/2024 08.30",
        "12/01/2024 08:30",
        "12/01/2024 08:30:00",
        "2024-01-12T08:30:00.000Z",
        "2024-01-12T08:30:00+07:00",
        "12 Januari 2024 pukul 08.30 WIB",
        "12/01/2024, 8:30 AM",
        "12 Jan 2024 8.30",
    ] {
        assert_eq!(text(written), Ok(datetime(2024, 1, 12, 8, 30, 0, 0)), "{written}");
    }
    assert_eq!(text("12/01/2024 12:05 AM"), Ok(datetime(2024, 1, 12, 0, 0, 0, 0).checked_add(5.minutes()).expect("a time")));
    assert_eq!(text("12/01/2024 1:05 PM"), Ok(datetime(2024, 1, 12, 13, 5, 0, 0)));
    for written in ["2024-01-12T08:30:00-05:00", "12/01/2024 25:00", "12/01/2024 08:3", "12/01/2024 08:30 besok", "12/01/2024 8"]
    {
        assert_eq!(text(written), Err(Reason::NotADate), "{written}");
    }
}

#[test]
fn what_is_no_date_is_said_with_its_reason() {
    for (written, reason) in [
        ("31/04/2024", Reason::NoSuchDay),
        ("29/02/2023", Reason::NoSuchDay),
        ("12/25/2024", Reason::OtherDateOrder),
        ("32/32/2024", Reason::NoSuchDay),
        ("12/01/204", Reason::NotADate),
        ("12/01-2024", Reason::NotADate),
        ("2024-01/12", Reason::NotADate),
        ("Januari 2024", Reason::NotADate),
        ("kemarin", Reason::NotADate),
        ("12", Reason::NotADate),
        ("4,5E+4", Reason::LostDigits),
        ("12 Jnuari 2024", Reason::NotADate),
        ("12I2024", Reason::NotADate),
        ("12/XIII/2024", Reason::NotADate),
        ("12/IIII/2024", Reason::NotADate),
        ("12/01/1850", Reason::NotADate),
    ] {
        assert_eq!(text(written), Err(reason), "{written}");
    }
}

#[test]
fn of_a_month_without_a_day_the_last_is_proposed() {
    for written in ["Februari 2024", "Feb-24", "feb'24", "02/2024", "2024-02", "2024 Feb", "202402", "022024"] {
        let doubt = read(&Cell::Text(written.into()), RULES).expect_err(written);
        assert_eq!((doubt.reason, doubt.repair.proposed.as_deref()), (Reason::NotADate, Some("2024-02-29")), "{written}");
    }
    let doubt = read(&Cell::Number(202_412.0), RULES).expect_err("no day");
    assert_eq!((doubt.reason, doubt.repair.proposed.as_deref()), (Reason::NotADate, Some("2024-12-31")));
    let doubt = read(&Cell::Text("45303".into()), RULES).expect_err("a number in a text");
    assert_eq!((doubt.reason, doubt.repair.proposed.as_deref()), (Reason::NotADate, Some("2024-01-12")));
    for written in ["13/2024", "202413", "Januari", "2024", "999999", "kemarin 2024"] {
        let doubt = read(&Cell::Text(written.into()), RULES).expect_err(written);
        assert_eq!((doubt.reason, doubt.repair.proposed), (Reason::NotADate, None), "{written}");
    }
}

#[test]
fn a_date_that_is_written_together_is_proposed_with_its_marks() {
    let american = DateRules { order: DateOrder::MonthFirst, ..RULES };
    let proposed = |cell: Cell, rules| {
        let doubt = read(&cell, rules).expect_err("no date as it stands");
        assert_eq!(doubt.reason, Reason::NotADate, "{cell:?}");
        doubt.repair.proposed
    };
    for (number, day) in [
        (12_122_010.0, Some("2010-12-12")),
        (25_122_010.0, Some("2010-12-25")),
        (20_102_010.0, Some("2010-10-20")),
        (1_122_010.0, Some("2010-12-01")),
        (9_012_010.0, Some("2010-01-09")),
        (12_252_010.0, None),
        (12_120_010.0, None),
        (32_122_010.0, None),
    ] {
        assert_eq!(proposed(Cell::Number(number), RULES).as_deref(), day, "{number}");
        assert_eq!(proposed(Cell::Text(format!("{number:08}")), RULES).as_deref(), day, "{number}");
    }
    assert_eq!(proposed(Cell::Text("12252010".into()), american).as_deref(), Some("2010-12-25"));
    assert_eq!(text("20101212"), Ok(datetime(2010, 12, 12, 0, 0, 0, 0)), "a year in front is as machines write it");
}

#[test]
fn dates_of_noughts_are_nothing() {
    for cell in
        [Cell::Number(0.0), Cell::Text("0000-00-00".into()), Cell::Text("00/00/0000 00:00".into()), Cell::Text("0".into())]
    {
        assert_eq!(read(&cell, RULES), Ok((None, None)), "{cell:?}");
    }
}

#[test]
fn two_digits_of_a_year_are_the_newest_that_can_be() {
    assert_eq!(text("1/2/27").map(|time| time.year()), Ok(2027));
    assert_eq!(text("1/2/28").map(|time| time.year()), Ok(1928));
}

#[test]
fn a_column_of_months_first_is_read_so() {
    let american = DateRules { order: DateOrder::MonthFirst, ..RULES };
    let read = |text: &str| read(&Cell::Text(text.into()), american).map(|(time, _)| time).map_err(|doubt| doubt.reason);
    assert_eq!(read("01/12/2024"), Ok(Some(datetime(2024, 1, 12, 0, 0, 0, 0))));
    assert_eq!(read("25/12/2024"), Err(Reason::OtherDateOrder));
    assert_eq!(read("2024-01-12"), Ok(Some(datetime(2024, 1, 12, 0, 0, 0, 0))), "a year in front is no matter of order");
    assert_eq!(hint("25/12/2024"), OrderHint::Says(DateOrder::DayFirst));
    assert_eq!(hint("12/25/2024 08.30"), OrderHint::Says(DateOrder::MonthFirst));
    assert_eq!(hint("11/12/2024"), OrderHint::Either);
    assert_eq!(hint("12/12/2024"), OrderHint::Nothing);
    assert_eq!(hint("2024-11-12"), OrderHint::Nothing);
}

#[test]
fn numbers_are_days_as_spreadsheets_count_them() {
    let number = |number, is_1904| {
        read(&Cell::Number(number), DateRules { is_1904, ..RULES })
            .map(|(time, _)| time.expect("a time"))
            .map_err(|doubt| doubt.reason)
    };
    assert_eq!(number(45_303.0, false), Ok(datetime(2024, 1, 12, 0, 0, 0, 0)));
    assert_eq!(number(43_841.0, true), Ok(datetime(2024, 1, 12, 0, 0, 0, 0)));
    assert_eq!(number(45_303.354_166_666_664, false), Ok(datetime(2024, 1, 12, 8, 30, 0, 0)));
    assert_eq!(number(59.0, false), Ok(datetime(1900, 2, 28, 0, 0, 0, 0)));
    assert_eq!(number(60.0, false), Err(Reason::NoSuchDay));
    assert_eq!(number(61.0, false), Ok(datetime(1900, 3, 1, 0, 0, 0, 0)));
    assert_eq!(number(0.354, false), Err(Reason::NoDate));
    assert_eq!(number(20_240_112.0, false), Ok(datetime(2024, 1, 12, 0, 0, 0, 0)));
    assert_eq!(number(20_240_199.0, false), Err(Reason::NotADate));
    assert_eq!(number(-1.0, false), Err(Reason::NotADate));
    assert_eq!((number(2_019.0, false), number(2_019.0, true)), (Err(Reason::NotADate), Err(Reason::NotADate)), "a year alone");
}

#[test]
fn midnights_that_a_program_moved_are_put_back() {
    let cell = |time| Cell::Time(time);
    let late = read(&cell(datetime(2024, 1, 12, 0, 0, 48, 0)), RULES).expect("a time").0;
    assert_eq!(late, Some(datetime(2024, 1, 12, 0, 0, 0, 0)));
    let utc = read(&cell(datetime(2024, 1, 11, 17, 0, 12, 0)), DateRules { shift_hours: 7, ..RULES }).expect("a time").0;
    assert_eq!(utc, Some(datetime(2024, 1, 12, 0, 0, 0, 0)));
    assert_eq!(read(&cell(datetime(1899, 12, 31, 8, 30, 0, 0)), RULES).map_err(|doubt| doubt.reason), Err(Reason::NoDate));
}

#[test]
fn an_instant_is_of_the_zone() {
    let time = datetime(2024, 1, 12, 8, 30, 0, 0);
    // 2024-01-12T01:30:00Z.
    assert_eq!(instant(time, TimeZone::Jakarta), Some(UtcMillis(1_705_023_000_000)));
    assert_eq!(instant(time, TimeZone::Jayapura), Some(UtcMillis(1_705_023_000_000 - 2 * 3_600_000)));
}

proptest! {
    #[test]
    fn every_spelling_of_a_time_is_that_time(days in 0_i32..36_000, minutes in 0_i64..1_440, spelling in 0_usize..8) {
        let midnight = date(1950, 1, 1).to_datetime(Time::midnight()).checked_add(days.days()).expect("a day");
        let time = midnight.checked_add(minutes.minutes()).expect("a time");
        let (y, m, d, h, min) = (time.year(), time.month(), time.day(), time.hour(), time.minute());
        let name = MONTHS_LONG[m as usize - 1];
        let (cell, exact) = match spelling {
            0 => (Cell::Time(time), time),
            1 => (Cell::Text(format!("{d:02}/{m:02}/{y} {h:02}.{min:02}")), time),
            2 => (Cell::Text(format!("{d}-{m}-{y} {h}:{min:02}:00")), time),
            3 => (Cell::Text(format!("{y}-{m:02}-{d:02}T{h:02}:{min:02}:00Z")), time),
            4 => (Cell::Text(format!("{d} {name} {y} {h:02}:{min:02}")), time),
            5 => (Cell::Text(format!("{d} {} {y}", &name[..3])), midnight),
            6 => (Cell::Text(format!("{y}{m:02}{d:02}")), midnight),
            _ => (Cell::Number(f64::from(days) + 18_264.0 + minutes as f64 / 1_440.0), time),
        };
        prop_assert_eq!(read(&cell, RULES), Ok((Some(exact), None)));
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,40}", date in "[0-9JanDes/:. T+-]{0,24}") {
        let _ = (read(&Cell::Text(text.clone()), RULES), read(&Cell::Text(date.clone()), RULES), hint(&text), hint(&date));
    }

    #[test]
    fn any_number_is_read_or_refused(bits in any::<u64>(), is_1904 in any::<bool>()) {
        let _ = read(&Cell::Number(f64::from_bits(bits)), DateRules { is_1904, ..RULES });
    }
}

const MONTHS_LONG: [&str; 12] =
    ["Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November", "Desember"];

//! Tests of times of readings in a column of their own, and of readings that the sheet calls estimates.

use super::*;
use crate::imports::parse::date::instant;

const FIELDS: [Field; 4] = [Field::Serial, Field::ReadAt, Field::ReadTime, Field::Register];

fn at(row: &ReadRow) -> Option<UtcMillis> {
    match &row.record {
        Some(Record::Reading(reading)) => Some(reading.read_at),
        _ => None,
    }
}

fn on(day: i8, hour: i8, minute: i8) -> Option<UtcMillis> {
    instant(datetime(2024, 1, day, hour, minute, 0, 0), TimeZone::Jakarta)
}

#[test]
fn a_time_in_a_column_of_its_own_is_joined_to_its_day() {
    let rows = sheet(&[
        "WM-1|12/01/2024|13:45|1",
        "WM-2|13/01/2024|1.45 PM|2",
        "WM-3|13/01/2024||3",
        "WM-4|13/01/2024|-|4",
        "WM-5|13/01/2024|siang|5",
        "WM-6|kemarin|13.45|6",
        "WM-7|13/01/2024 07:30||7",
    ]);
    let (found, of_columns) = read(mapping(Kind::Readings, &FIELDS), &rows);
    assert_eq!(of_columns, []);
    let times: Vec<_> = found.iter().map(at).collect();
    assert_eq!(times, [on(12, 13, 45), on(13, 13, 45), on(13, 0, 0), on(13, 0, 0), None, None, on(13, 7, 30)]);
    assert_eq!(reasons(&found[4]), [(Field::ReadTime, Level::Error, Reason::NotATime)]);
    assert_eq!((found[4].findings[0].column, found[4].findings[0].value.as_str()), (Some(2), "siang"));
    assert_eq!(reasons(&found[5]), [(Field::ReadAt, Level::Error, Reason::NotADate)]);
}

#[test]
fn a_time_of_a_workbook_is_of_the_day_beside_it() {
    let row = |number: u32, time: Cell| SheetRow {
        number,
        is_hidden: false,
        cells: vec![
            Cell::Text(format!("WM-{number}")),
            Cell::Time(datetime(2024, 1, 12, 0, 0, 0, 0)),
            time,
            Cell::Number(f64::from(number)),
        ],
    };
    let rows = [
        row(2, Cell::Time(datetime(1899, 12, 31, 13, 45, 0, 0))),
        row(3, Cell::Number(13.75 / 24.0)),
        row(4, Cell::Time(datetime(2024, 1, 12, 13, 45, 0, 0))),
        row(5, Cell::Time(datetime(2024, 1, 11, 13, 45, 0, 0))),
        row(6, Cell::Number(134_500.0)),
        row(7, Cell::Number(4_500.0)),
        row(8, Cell::Error("#REF!".into())),
    ];
    let (found, _) = read(mapping(Kind::Readings, &FIELDS), &rows);
    let times: Vec<_> = found.iter().map(at).collect();
    let early = on(12, 0, 45);
    assert_eq!(times, [on(12, 13, 45), on(12, 13, 45), on(12, 13, 45), None, on(12, 13, 45), early, None]);
    assert_eq!(reasons(&found[3]), [(Field::ReadTime, Level::Error, Reason::NotATime)], "another day");
    assert_eq!(reasons(&found[6]), [(Field::ReadTime, Level::Error, Reason::ErrorCell)]);
}

#[test]
fn times_of_their_own_column_in_utc_are_asked_for_and_moved_with_their_day() {
    let rows = sheet(&["WM-1|12/01/2024|20:15|1", "WM-2|13/01/2024||2"]);
    let mut chosen = mapping(Kind::Readings, &FIELDS);
    "Read Time (UTC)".clone_into(&mut chosen.header[2]);
    let (found, of_columns) = read(chosen.clone(), &rows);
    assert_eq!((of_columns, at(&found[0])), (vec![Reason::UtcTimes], on(12, 20, 15)));
    chosen.choices.insert(Field::ReadTime, Choice { shift_hours: Some(7), ..Choice::default() });
    let (found, of_columns) = read(chosen, &rows);
    assert_eq!((of_columns, at(&found[0]), at(&found[1])), (vec![], on(13, 3, 15), on(13, 0, 0)));
}

#[test]
fn a_reading_that_the_sheet_calls_an_estimate_is_taken_with_a_warning() {
    let rows = sheet(&["WM-1|13/01/2024|1|E", "WM-2|13/01/2024|2|A", "WM-3|13/01/2024|3|Taksir", "WM-4|13/01/2024|4|"]);
    let mut chosen = mapping(Kind::Readings, &[Field::Serial, Field::ReadAt, Field::Register]);
    chosen.header.push("Status Baca".to_owned());
    let (found, of_columns) = read(chosen.clone(), &rows);
    assert_eq!(of_columns, []);
    let brief = |row: &ReadRow| row.findings.iter().map(|one| (one.level, one.reason, one.column)).collect::<Vec<_>>();
    let warned = vec![(Level::Warning, Reason::Estimated, Some(3))];
    assert_eq!(found.iter().map(brief).collect::<Vec<_>>(), [warned.clone(), vec![], warned, vec![]]);
    assert!(found.iter().all(|row| row.record.is_some()));
    chosen.columns.push(Some(Field::Model));
    assert!(read(chosen, &rows).0.iter().all(|row| row.findings.is_empty()), "a column that holds something else");
}

#[test]
fn a_day_and_its_time_that_are_both_moved_from_utc_are_moved_once() {
    let rows = sheet(&["WM-1|12/01/2024 20:15|20:15|1", "WM-2|12/01/2024 20:15||2"]);
    let mut chosen = mapping(Kind::Readings, &FIELDS);
    for field in [Field::ReadAt, Field::ReadTime] {
        chosen.choices.insert(field, Choice { shift_hours: Some(7), ..Choice::default() });
    }
    let (found, _) = read(chosen, &rows);
    assert_eq!([at(&found[0]), at(&found[1])], [on(13, 3, 15), on(13, 3, 15)]);
}

#[test]
fn a_column_of_time_zones_says_of_each_reading_in_which_its_time_is() {
    let rows = sheet(&[
        "WM-1|12/01/2024 08:15|1|WIB",
        "WM-2|12/01/2024 09:15|2|WITA",
        "WM-3|12/01/2024 10:15|3|Asia/Jayapura",
        "WM-4|12/01/2024 08:15|4|",
        "WM-5|12/01/2024 08:15|5|Asia/Singapore",
    ]);
    for name in ["Zona Waktu", "Time Zone"] {
        let mut chosen = mapping(Kind::Readings, &[Field::Serial, Field::ReadAt, Field::Register]);
        chosen.header.push(name.to_owned());
        let (found, _) = read(chosen, &rows);
        let early = on(12, 8, 15);
        assert_eq!(found.iter().map(at).collect::<Vec<_>>(), [early, early, early, early, None], "{name}");
        assert_eq!(reasons(&found[4]), [(Field::ReadAt, Level::Error, Reason::UnknownTimeZone)]);
    }
    let mut of_supply = mapping(Kind::Readings, &[Field::Serial, Field::ReadAt, Field::Register]);
    of_supply.header.push("Zona".to_owned());
    assert!(read(of_supply, &rows).0.iter().all(|row| row.record.is_some()), "a column of zones of supply");
}

#[test]
fn a_short_date_begins_with_its_year_where_its_column_shows_that() {
    let of = |dates: [&str; 2]| {
        let rows = sheet(&[format!("WM-1|{}|1", dates[0]).as_str(), format!("WM-2|{}|2", dates[1]).as_str()]);
        let (found, of_columns) = read(mapping(Kind::Readings, &[Field::Serial, Field::ReadAt, Field::Register]), &rows);
        (at(&found[0]), of_columns)
    };
    let on = |year, day| instant(datetime(year, 1, day, 0, 0, 0, 0), TimeZone::Jakarta);
    assert_eq!(of(["26-01-15", "26-01-31"]), (on(2026, 15), vec![]), "no meter was read in 1931");
    assert_eq!(of(["15-01-26", "31-01-26"]), (on(2026, 15), vec![]), "2031 is to come");
    assert_eq!(of(["24-01-15", "24-02-14"]), (on(2015, 24), vec![Reason::AmbiguousDateOrder]));
    // With slashes as well; where the year would be the same and the days not, it is last, as people write it.
    assert_eq!(of(["26/01/15", "26/01/31"]), (on(2026, 15), vec![]));
    assert_eq!(of(["25/01/18", "25/01/19"]), (on(2018, 25), vec![Reason::AmbiguousDateOrder]));
    assert_eq!(of(["15.01.24", "16.01.24"]), (on(2024, 15), vec![]));
    let rows = sheet(&["WM-1|24-01-15|1"]);
    let mut chosen = mapping(Kind::Readings, &[Field::Serial, Field::ReadAt, Field::Register]);
    chosen.choices.insert(Field::ReadAt, Choice { order: Some(DateOrder::YearFirst), ..Choice::default() });
    assert_eq!(at(&read(chosen, &rows).0[0]), on(2024, 15), "what somebody chose");
}

//! Tests of rows with a column for each month.

use super::*;
use crate::imports::header;
use crate::imports::suggest;

fn of_months(header: &[&str]) -> Mapping {
    let columns = std::iter::once(Some(Field::Serial)).chain(header.iter().skip(1).map(|_| Some(Field::MonthRegister))).collect();
    let header = header.iter().map(|name| (*name).to_owned()).collect();
    Mapping { kind: Kind::Readings, header, columns, choices: Default::default() }
}

fn reading(row: &ReadRow) -> Vec<((i16, i8, i8), Millilitres)> {
    match &row.record {
        Some(Record::Reading(reading)) => {
            reading.all().map(|(at, register)| (TimeZone::Jakarta.day_of(at).ymd(), register)).collect()
        }
        other => panic!("no reading: {other:?}, {:?}", row.findings),
    }
}

#[test]
fn each_month_with_a_register_is_a_reading_at_its_end() {
    let rows = sheet(&["WM-1|100|110,5|", "WM-2||20,25|-", "WM-3|1|rusak|3", "WM-4|-|-|-"]);
    // The columns need not stand in the order of time.
    let (found, of_columns) = read(of_months(&["No Meter", "Februari 2024", "Maret 2024", "Jan 2024"]), &rows);
    assert_eq!(of_columns, []);
    let cubic = |tenths: i64| Millilitres(tenths * 100_000);
    assert_eq!(reading(&found[0]), [((2024, 2, 29), cubic(1_000)), ((2024, 3, 31), cubic(1_105))]);
    assert_eq!(reading(&found[1]), [((2024, 3, 31), Millilitres(20_250_000))]);
    let error = |field, reason| vec![(field, Level::Error, reason)];
    assert_eq!((&found[2].record, reasons(&found[2])), (&None, error(Field::MonthRegister, Reason::NotANumber)));
    assert_eq!(found[2].findings[0].column, Some(2), "the cell itself");
    assert_eq!(reasons(&found[3]), error(Field::MonthRegister, Reason::Required));
}

#[test]
fn a_month_that_is_not_over_has_no_register_and_what_is_no_month_is_not_read() {
    let rows = sheet(&["WM-1|1|2|3|4|5"]);
    let (found, of_columns) = read(of_months(&["No Meter", "Okt 2026", "Nov 2026", "Pemakaian", "10/2026", "Sep 2026"]), &rows);
    assert_eq!(of_columns, [Reason::NotAMonth, Reason::NotAMonth], "a word, and a month that another column has");
    assert_eq!(reading(&found[0]).iter().map(|(day, _)| *day).collect::<Vec<_>>(), [(2026, 9, 30), (2026, 10, 31)]);
    assert_eq!(reasons(&found[0]), [(Field::MonthRegister, Level::Warning, Reason::InFuture)]);
}

#[test]
fn a_workbook_whose_headings_are_dates_is_understood() {
    let first = |month| Cell::Time(datetime(2026, month, 1, 0, 0, 0, 0));
    let text = |text: &str| Cell::Text(text.to_owned());
    let row = |number, cells| SheetRow { number, is_hidden: false, cells };
    let rows = [
        row(1, vec![text("REKAP STAND METER")]),
        row(2, vec![text("No Meter"), text("Nama"), first(1), first(2), first(3)]),
        row(3, vec![text("WM-1"), text("Siti"), Cell::Number(10.0), Cell::Number(12.5), Cell::Empty]),
        row(4, vec![text("WM-2"), text("Budi"), Cell::Number(7.0), Cell::Number(7.0), Cell::Number(9.0)]),
    ];
    let header = header::find(&rows).expect("a header");
    assert_eq!((header.first_row, header.names[2].as_str()), (2, "2026-01-01"));
    let found = suggest(&header, &rows[2..]);
    assert_eq!(found.kind, Kind::Readings);
    let (read, _) = read(found.mapping, &rows[2..]);
    assert_eq!(read.iter().map(|row| reading(row).len()).collect::<Vec<_>>(), [2, 3]);
}

#[test]
fn registers_of_days_within_months_are_not_those_of_their_ends() {
    let day = |month, day| Cell::Time(datetime(2024, month, day, 0, 0, 0, 0));
    let text = |text: &str| Cell::Text(text.to_owned());
    let row = |number, cells| SheetRow { number, is_hidden: false, cells };
    let rows = [
        row(1, vec![text("No Meter"), text("Nama"), day(2, 10), day(3, 10), day(4, 10)]),
        row(2, vec![text("WM-1"), text("Siti"), Cell::Number(10.0), Cell::Number(12.5), Cell::Number(14.0)]),
    ];
    let header = header::find(&rows).expect("a header");
    assert_eq!((header.first_row, header.names[2].as_str()), (1, "2024-02-10"));
    assert_eq!(suggest(&header, &rows[1..]).mapping.columns_of(Field::MonthRegister).count(), 0);
    let (found, of_columns) = read(of_months(&["No Meter", "2024-02-10", "Maret 2024"]), &sheet(&["WM-1|10|12"]));
    assert_eq!((of_columns, reading(&found[0]).len()), (vec![Reason::NotAMonth], 1), "nor where somebody says so");
}

proptest! {
    #[test]
    fn as_many_readings_as_cells_with_a_number_in_order_of_time(cells in prop::collection::vec(prop::option::of(0..1_000_000_u32), 1..12)) {
        prop_assume!(cells.iter().any(Option::is_some));
        let names: Vec<String> = std::iter::once("No Meter".to_owned()).chain((1..=cells.len()).map(|month| format!("{month:02}/2025"))).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let text = |cell: &Option<u32>| cell.map_or(String::new(), |number| number.to_string());
        let line = std::iter::once("WM-1".to_owned()).chain(cells.iter().map(text)).collect::<Vec<_>>().join("|");
        let (found, _) = read(of_months(&names), &sheet(&[line.as_str()]));
        let registers = reading(&found[0]);
        let expected: Vec<Millilitres> = cells.iter().flatten().map(|number| Millilitres::cubic_metres(i64::from(*number))).collect();
        prop_assert_eq!(registers.iter().map(|(_, register)| *register).collect::<Vec<_>>(), expected);
        prop_assert!(registers.iter().map(|(day, _)| *day).is_sorted());
    }
}

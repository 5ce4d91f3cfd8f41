//! Tests of what numbers count.

use super::*;
use crate::imports::{header, suggest};

/// The columns that are suggested for a sheet, and its rows below the header.
fn suggested(rows: &[&str]) -> (Mapping, Vec<SheetRow>) {
    let rows = sheet(rows);
    let header = header::find(&rows).expect("a header");
    let data = rows[1..].to_vec();
    (suggest(&header, &data).mapping, data)
}

/// What each row comes to: millilitres or rupiah, or why it is not taken.
fn counts(mapping: Mapping, rows: &[SheetRow]) -> Vec<Result<i64, Reason>> {
    let of = |row: &ReadRow| match &row.record {
        Some(Record::Reading(reading)) => Ok(reading.register.0),
        Some(Record::Balance(balance)) => Ok(balance.balance.0),
        _ => Err(row.findings.last().expect("a finding").reason),
    };
    read(mapping, rows).0.iter().filter(|row| row.skipped.is_none()).map(of).collect()
}

#[test]
fn a_register_whose_unit_is_not_known_is_not_taken_for_cubic_metres() {
    for (name, count) in [
        ("Reading (Liters)", Ok(1_000_000_i64)),
        ("Stand Akhir (dalam liter)", Ok(1_000_000)),
        ("Reading (kL)", Ok(1_000_000_000)),
        ("Reading in Gallons", Ok(3_785_412)),
        ("Meter Reading Cubic Feet", Ok(28_316_847)),
        ("Reading (Gallons x 1000)", Ok(3_785_411_784)),
        ("Reading (10 Gallons)", Err(Reason::UnknownUnit)),
        ("Reading (Imperial Gallons)", Err(Reason::UnknownUnit)),
        ("Reading (m3 x10)", Err(Reason::UnknownUnit)),
        ("Reading (hL)", Err(Reason::UnknownUnit)),
        ("Reading (ML)", Err(Reason::UnknownUnit)),
        ("Reading", Ok(1_000_000_000)),
    ] {
        let (mut mapping, rows) = suggested(&[format!("Meter ID|Read Date|{name}").as_str(), "WM-1|2024-03-11|1000"]);
        assert_eq!(counts(mapping.clone(), &rows), [count], "{name}");
        mapping.choices.entry(Field::Register).or_default().chosen_unit = Some(Unit::Litres);
        assert_eq!(counts(mapping, &rows), [Ok(1_000_000)], "{name}: what somebody chose");
    }
}

#[test]
fn each_row_counts_in_its_own_unit() {
    let (mapping, rows) = suggested(&[
        "Meter ID|Read Date|Reading|Unit of Measure",
        "WM-1|2024-03-11|1000|GAL",
        "WM-2|2024-03-11|1000|m3",
        "WM-3|2024-03-11|1000|ML",
        "WM-4|2024-03-11|1000|",
        "WM-5|2024-03-11|1000 L|ML",
        "WM-6|2024-03-11|0|ML",
    ]);
    let unknown = || Err(Reason::UnknownUnit);
    let all = [Ok(3_785_412_i64), Ok(1_000_000_000), unknown(), unknown(), Ok(1_000_000), Ok(0)];
    assert_eq!(counts(mapping, &rows), all);
    let rows = ["WM-1|2024-03-11|1000|GAL", "WM-2|2024-03-11|1000|", "WM-3|2024-03-11|1000|CF"];
    let (mapping, rows) = suggested(&["Meter ID|Read Date|Reading|Unit", rows[0], rows[1], rows[2]]);
    // By the first rows alone all are gallons.
    let (mut of_gallons, sample) = (mapping, rows[..2].to_vec());
    of_gallons.choices.entry(Field::Register).or_default().unit = Some(Unit::Gallons);
    let reader = RowReader::new(of_gallons, rules(), &sample);
    let registers: Vec<_> = rows.iter().map(|row| reader.read(row).record).collect();
    let of = |record: &Option<Record>| match record {
        Some(Record::Reading(reading)) => reading.register.0,
        other => panic!("no reading: {other:?}"),
    };
    assert_eq!(registers.iter().map(of).collect::<Vec<_>>(), [3_785_412, 3_785_412, 28_316_847]);
    for office in ["Unit|Cabang Utara", "Satuan|Rumah", "UNIT_CODE|01"] {
        let (name, value) = office.split_once('|').expect("a column");
        let header = format!("No Samb|Tgl Baca|Stand Akhir|{name}");
        let row = format!("000124|2024-03-11|1000|{value}");
        let (mapping, rows) = suggested(&[header.as_str(), row.as_str()]);
        assert_eq!(counts(mapping, &rows), [Ok(1_000_000_000)], "{office} is no unit");
    }
}

#[test]
fn a_register_beside_a_factor_is_asked_for() {
    let (mapping, rows) = suggested(&[
        "Serial No|Reading Date|Current Reading (m3)|Meter Factor",
        "WM-1|2024-03-11|1000|10",
        "WM-2|2024-03-11|1000|1,0",
        "WM-3|2024-03-11|1000|",
    ]);
    assert_eq!(counts(mapping, &rows), [Err(Reason::UnknownUnit), Ok(1_000_000_000), Ok(1_000_000_000)]);
}

#[test]
fn a_unit_below_the_names_or_above_the_table_is_that_of_all_rows() {
    for (units, count) in
        [("-|-|[l]", Ok(1_000_000_i64)), ("|dd/mm/yyyy|m3", Ok(1_000_000_000)), ("||hL", Err(Reason::UnknownUnit))]
    {
        let (mapping, rows) = suggested(&["Meter ID|Read Date|Index", units, "WM-1|2024-03-11|1000"]);
        assert_eq!(counts(mapping, &rows).last().copied(), Some(count), "{units}");
    }
    let rows = sheet(&["Report:|Meter Reads", "Units:|Gallons", "", "Meter ID|Read Date|Reading", "WM-1|2024-03-11|1000"]);
    let header = header::find(&rows).expect("a header");
    let found = suggest(&header, &rows[4..]).counted_above(&rows[..3]);
    assert_eq!(counts(found.mapping, &rows[4..]), [Ok(3_785_412)]);
}

#[test]
fn a_balance_in_other_money_is_not_taken_for_rupiah() {
    let (mapping, rows) = suggested(&["No Pelanggan|Saldo|Mata Uang", "000124|50000|IDR", "000125|50000|USD", "000126|50000|"]);
    assert_eq!(counts(mapping, &rows), [Ok(50_000), Err(Reason::UnknownUnit), Err(Reason::UnknownUnit)]);
    let (mapping, rows) = suggested(&["No Pelanggan|Saldo|Mata Uang", "000124|50000|IDR", "000125|50000|"]);
    assert_eq!(counts(mapping, &rows), [Ok(50_000), Ok(50_000)], "the money of all others");
    for (name, count) in [
        ("Saldo (dalam ribuan rupiah)", Ok(50_000_000_i64)),
        ("Saldo (juta rupiah)", Err(Reason::UnknownUnit)),
        ("Balance (USD)", Err(Reason::UnknownUnit)),
    ] {
        let (mapping, rows) = suggested(&[format!("No Pelanggan|{name}").as_str(), "000124|50000", "000125|0"]);
        assert_eq!(counts(mapping, &rows), [count, Ok(0)], "{name}");
    }
}

#[test]
fn a_balance_that_its_row_says_is_owed_needs_a_minus() {
    let (mapping, rows) = suggested(&["No Pelanggan|Saldo|D/K", "000124|5000|K", "000125|5000|D", "000126|-5000|D"]);
    assert_eq!(counts(mapping.clone(), &rows), [Ok(5_000), Err(Reason::Owed), Ok(-5_000)]);
    let (found, _) = read(mapping, &rows);
    assert_eq!(found[1].findings[0].repair.proposed.as_deref(), Some("-5000"));
    for (name, owed) in [("D/C", "D"), ("DB/CR", "DB"), ("Dr/Cr", "DR"), ("DB/KR", "db")] {
        let (mapping, rows) =
            suggested(&[format!("Account No|Balance|{name}").as_str(), "1001|5000|C", format!("1002|7500|{owed}").as_str()]);
        assert_eq!(counts(mapping, &rows), [Ok(5_000), Err(Reason::Owed)], "{name}");
    }
}

#[test]
fn a_register_with_a_number_of_decimals_beside_it_is_not_taken_as_it_stands() {
    for name in ["Decimals", "Desimal", "Jumlah Desimal", "No. of Decimals", "Digit"] {
        let head = format!("Meter ID|Read Date|Reading|{name}");
        let rows = ["WM-1|2024-03-11|1000|3", "WM-2|2024-03-11|1000|0", "WM-3|2024-03-11|1000|", "WM-4|2024-03-11|1000|5"];
        let (mut mapping, rows) = suggested(&[head.as_str(), rows[0], rows[1], rows[2], rows[3]]);
        let whole = Ok(1_000_000_000_i64);
        assert_eq!(counts(mapping.clone(), &rows), [Err(Reason::UnknownUnit), whole, whole, whole], "{name}");
        mapping.choices.entry(Field::Register).or_default().chosen_unit = Some(Unit::Litres);
        assert_eq!(counts(mapping, &rows)[0], Ok(1_000_000), "{name}: what somebody chose");
    }
}

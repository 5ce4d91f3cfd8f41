//! Tests of addresses that a sheet has in parts.

use super::*;
use crate::imports::{header, suggest};

/// The mapping that is suggested for a sheet with these zones, and its rows below the header.
fn suggested(rows: &[&str], zones: &[&str]) -> (Mapping, Vec<SheetRow>) {
    let rows = sheet(rows);
    let header = header::find(&rows).expect("a header");
    let zones: Vec<(ZoneId, String)> = zones.iter().map(|name| (ZoneId(Uuid::from_u128(1)), (*name).to_owned())).collect();
    (suggest(&header, &rows[1..]).in_zones(&zones, &rows[1..]).mapping, rows[1..].to_vec())
}

fn addresses(rows: &[&str]) -> Vec<Option<String>> {
    let (mapping, rows) = suggested(rows, &["Wilayah Utara"]);
    let (found, _) = read(mapping, &rows);
    found.iter().map(|row| customer(row).address().map(str::to_owned)).collect()
}

#[test]
fn an_address_is_made_of_its_parts_where_no_column_has_it() {
    let villages = [
        "No Pelanggan|Nama|Dusun|RT|RW|Desa|Gol",
        "000124|Siti|Krajan|02|03|Sukamaju|R1",
        "000125|Budi|Dsn. Krajan|RT 1|-|Desa Sukamaju|R1",
        "000126|Rini||000|4|Sukamaju|R1",
        "000127|Tono|-||||R1",
    ];
    let made = ["Dusun Krajan, RT 02/RW 03, Desa Sukamaju", "Dsn. Krajan, RT 1, Desa Sukamaju", "RW 4, Desa Sukamaju"];
    let made: Vec<Option<String>> = made.iter().map(|address| Some((*address).to_owned())).chain([None]).collect();
    assert_eq!(addresses(&villages), made);
    let estate = ["No Pelanggan|Nama|No. Rumah|Blok|RT/RW|No HP", "000124|Siti|12|A1|02/03|081234567890"];
    assert_eq!(addresses(&estate), [Some("Blok A1 No. 12, RT/RW 02/03".to_owned())]);
}

#[test]
fn no_address_is_made_beside_a_whole_one_or_of_a_village_alone() {
    let whole = ["No Pelanggan|Nama|Alamat|RT|RW|No HP", "000124|Siti|Jl. Melati 5|02|03|081234567890"];
    assert_eq!(addresses(&whole), [Some("Jl. Melati 5".to_owned())]);
    let empty = ["No Pelanggan|Nama|Alamat|RT|RW|No HP", "000124|Siti||02|03|081234567890"];
    assert_eq!(addresses(&empty), [None::<String>]);
    let village = ["No Pelanggan|Nama|Desa|Kecamatan|No HP", "000124|Siti|Sukamaju|Cibiru|081234567890"];
    assert_eq!(addresses(&village), [None::<String>]);
}

#[test]
fn an_address_of_parts_is_no_other_one_than_who_is_there_has() {
    let rows = ["No Pelanggan|Nama|Dusun|RT|No HP", "000124|Siti|Krajan|02|081234567890"];
    let (mapping, rows) = suggested(&rows, &["Utara"]);
    let (found, _) = read(mapping, &rows);
    let says_address = |has_address| customer(&found[0]).said(has_address).any(|(field, _)| field == CustomerField::Address);
    assert_eq!((says_address(false), says_address(true)), (true, false));
}

#[test]
fn a_part_that_a_spreadsheet_made_a_date_of_is_left_out_with_a_warning() {
    let (mapping, mut rows) =
        suggested(&["No Pelanggan|Nama|Dusun|RT/RW|No HP", "000124|Siti|Krajan|02/03|081234567890"], &["Utara"]);
    rows[0].cells[3] = Cell::Time(datetime(2026, 3, 2, 0, 0, 0, 0));
    let (found, _) = read(mapping, &rows);
    assert_eq!(reasons(&found[0]), [(Field::Address, Level::Warning, Reason::BecameDate)]);
    assert_eq!(found[0].findings[0].column, Some(3));
    assert_eq!(customer(&found[0]).address(), Some("Dusun Krajan"));
}

#[test]
fn a_hamlet_is_a_zone_where_the_utility_has_one_of_that_name() {
    let rows = ["No Pelanggan|Nama|Dusun|RT", "000124|Siti|Krajan|02", "000125|Budi|Barat|01"];
    let zone = |zones: &[&str]| suggested(&rows, zones).0.column_of(Field::Zone);
    assert_eq!((zone(&["Dusun Krajan", "Timur"]), zone(&["Utara"]), zone(&[])), (Some(2), None, Some(2)));
    let blocks = ["No Pelanggan|Nama|Blok|No Rumah", "000124|Siti|A|12", "000125|Budi|A|13"];
    assert_eq!(suggested(&blocks, &["Wilayah Utara"]).0.column_of(Field::Zone), None);
    let named = ["No Pelanggan|Nama|Wilayah|RT", "000124|Siti|Krajan|02"];
    assert_eq!(suggested(&named, &["Utara"]).0.column_of(Field::Zone), Some(2), "it says that it is one");
}

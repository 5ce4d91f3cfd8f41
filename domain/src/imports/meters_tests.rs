//! Tests of rows with several meters.

use super::*;
use crate::imports::record::FurtherMeter;
use std::collections::BTreeSet;

const FIELDS: [Field; 6] =
    [Field::Number, Field::Name, Field::Address, Field::Serial, Field::FurtherSerial, Field::FurtherSerial];

fn serials(record: &CustomerRecord) -> Vec<&str> {
    let first = record.meter.iter().map(|meter| meter.serial.as_str());
    first.chain(record.further.iter().map(|meter| meter.serial.as_str())).collect()
}

#[test]
fn each_meter_of_a_row_is_read_and_empty_columns_are_none() {
    let rows = sheet(&["1|Siti|Jl. A|WM-1|WM-2|WM-3", "2|Budi|Jl. B||-|WM-4", "3|Ani|Jl. C|WM-5||", "4|Tono|Jl. D|||"]);
    let (found, _) = read(mapping(Kind::Customers, &FIELDS), &rows);
    assert_eq!(serials(customer(&found[0])), ["WM-1", "WM-2", "WM-3"]);
    assert_eq!(customer(&found[0]).further[1], FurtherMeter { serial: "WM-3".parse().expect("a serial"), column: 5 });
    assert_eq!(serials(customer(&found[1])), ["WM-4"], "the first that is there is the row's");
    assert!(customer(&found[1]).connection.is_some() && customer(&found[1]).further.is_empty());
    assert_eq!(serials(customer(&found[2])), ["WM-5"]);
    assert!(customer(&found[3]).meter.is_none() && customer(&found[3]).connection.is_none());
}

#[test]
fn a_meter_that_stands_twice_in_a_row_or_is_none_refuses_it_at_its_cell() {
    let rows = sheet(&["1|Siti|Jl. A|WM-1|WM-2|WM-1", "2|Budi|Jl. B|WM-3|WM 4!|"]);
    let (found, _) = read(mapping(Kind::Customers, &FIELDS), &rows);
    assert_eq!(reasons(&found[0]), [(Field::FurtherSerial, Level::Error, Reason::TwiceInRow)]);
    assert_eq!((found[0].findings[0].column, &found[0].record), (Some(5), &None));
    assert_eq!(reasons(&found[1]), [(Field::FurtherSerial, Level::Error, Reason::Malformed)]);
    assert_eq!(found[1].findings[0].column, Some(4));
}

#[test]
fn a_remark_in_place_of_a_serial_number_is_no_meter() {
    let rows = sheet(&["1|Siti|Jl. A|rusak", "2|Budi|Jl. B|tidak ada", "3|Ani|Jl. C|0012"]);
    let (found, _) = read(mapping(Kind::Customers, &FIELDS[..4]), &rows);
    assert_eq!(reasons(&found[0]), [(Field::Serial, Level::Error, Reason::Malformed)]);
    assert_eq!((found[0].findings[0].column, &found[0].record), (Some(3), &None));
    assert!(customer(&found[1]).meter.is_none());
    assert_eq!(serials(customer(&found[2])), ["0012"]);
}

proptest! {
    #[test]
    fn a_row_has_each_of_its_meters_once_in_order_or_is_refused(places in prop::collection::vec(0..6_u8, 3)) {
        // 0 is an empty cell.
        let cells: Vec<String> = places.iter().map(|place| if *place == 0 { String::new() } else { format!("WM-{place}") }).collect();
        let text = format!("1|Siti|Jl. A|{}", cells.join("|"));
        let (found, _) = read(mapping(Kind::Customers, &FIELDS), &sheet(&[&text]));
        let filled: Vec<&str> = cells.iter().map(String::as_str).filter(|cell| !cell.is_empty()).collect();
        let is_each_once = filled.iter().collect::<BTreeSet<_>>().len() == filled.len();
        prop_assert_eq!(found[0].record.is_some(), is_each_once);
        if is_each_once {
            prop_assert_eq!(serials(customer(&found[0])), filled);
        }
    }
}

//! Repeated values against a walk that keeps every one of them.

use super::*;
use crate::imports::field::Kind;
use crate::imports::record::{BalanceRecord, FurtherMeter, MeterPart, ReadingRecord};
use crate::{Millilitres, Rupiah, UtcMillis};
use proptest::prelude::*;
use std::collections::HashMap;

/// What was seen before, as one goes from row to row.
struct Walk {
    repeats: Repeats,
    rows: HashMap<u64, u32>,
}

impl Walk {
    fn new() -> Self {
        let columns = vec![Some(Field::Number), Some(Field::Name), Some(Field::Phone)];
        let mapping = Mapping { kind: Kind::Customers, header: Vec::new(), columns, choices: Default::default() };
        Self { repeats: Repeats::new(&mapping), rows: HashMap::new() }
    }

    fn note(&mut self, row: u32, record: &Record) -> Vec<Finding> {
        let first_of = |sum| Some(*self.rows.entry(sum).or_insert(row)).filter(|first| *first != row);
        self.repeats.findings(row, record, first_of)
    }
}

fn customer(number: &str, name: &str, phone: &str, serial: Option<&str>) -> Record {
    let fields = [(CustomerField::Name, name), (CustomerField::Phone, phone), (CustomerField::Address, "Jl. Melati 5")];
    let meter = serial.map(|serial| MeterPart {
        serial: serial.parse().expect("a serial"),
        model: None,
        installed_on: None,
        register: None,
    });
    let fields = fields.into_iter().map(|(field, value)| (field, value.to_owned())).collect();
    let (number, further) = (number.into(), Vec::new());
    Record::Customer(CustomerRecord { number, fields, connection: None, meter, further, address_of_parts: None })
}

#[test]
fn the_first_row_with_the_same_is_named() {
    let mut walk = Walk::new();
    assert_eq!(walk.note(2, &customer("1", "Nur'aini", "0811", Some("A"))), []);
    assert_eq!(walk.note(3, &customer("2", "Budi", "0812", Some("B"))), []);
    let found = walk.note(4, &customer("1", "NUR AINI", "0811", Some("A")));
    let brief: Vec<_> = found.iter().map(|finding| (finding.field, finding.level, finding.other_row, finding.column)).collect();
    assert_eq!(
        brief,
        [
            (Some(Field::Number), Level::Error, Some(2), Some(0)),
            (Some(Field::Serial), Level::Error, Some(2), None),
            (Some(Field::Phone), Level::Warning, Some(2), Some(2)),
            (Some(Field::Name), Level::Warning, Some(2), Some(1)),
        ]
    );
    assert_eq!(walk.note(5, &customer("0811", "Siti", "0813", None)), [], "a number is no telephone");
    assert_eq!(walk.note(2, &customer("1", "Nur'aini", "0811", Some("A"))), [], "the row itself, read again");
}

#[test]
fn a_number_in_another_spelling_is_warned_of() {
    let mut walk = Walk::new();
    let mut brief = |row, number, name, phone| {
        let found = walk.note(row, &customer(number, name, phone, None));
        found.iter().map(|finding| (finding.field, finding.level, finding.other_row)).collect::<Vec<_>>()
    };
    assert_eq!(brief(2, "A-001 B", "Siti", "0811"), []);
    assert_eq!(brief(3, "a-001b", "Budi", "0812"), [(Some(Field::Number), Level::Warning, Some(2))]);
    assert_eq!(brief(4, "A-001 B", "Rini", "0813"), [(Some(Field::Number), Level::Error, Some(2))], "said once");
    assert_eq!((brief(5, "A-0012", "Tono", "0814"), brief(6, "0012", "Wati", "0815")), (vec![], vec![]));
}

#[test]
fn the_same_customer_with_another_meter_has_a_further_connection() {
    let mut walk = Walk::new();
    let mut brief = |row, record: &Record| {
        let found = walk.note(row, record);
        found.iter().map(|finding| (finding.reason, finding.level, finding.other_row)).collect::<Vec<_>>()
    };
    assert_eq!(brief(2, &customer("1", "Nur'aini", "0811", Some("A"))), []);
    let further = [(Reason::FurtherConnection, Level::Warning, Some(2))];
    assert_eq!(brief(3, &customer("1", "NUR AINI", "0811", Some("B"))), further);
    assert_eq!(brief(4, &customer("1", "Nur Aini", "0811", Some("C"))), further, "the first row of all is named");
    let twice = (Reason::DuplicateInFile, Level::Error, Some(2));
    for other in [
        customer("1", "Budi", "0811", Some("D")),
        customer("1", "Nur Aini", "0812", Some("E")),
        customer("1", "Nur Aini", "0811", None),
        customer("1", "Nur Aini", "0811", Some("A")),
    ] {
        assert_eq!(brief(5, &other)[0], twice, "{other:?}");
    }
}

#[test]
fn a_meter_stands_once_in_whichever_column() {
    let with_further = |record: Record, serial: &str| match record {
        Record::Customer(customer) => {
            let further = vec![FurtherMeter { serial: serial.parse().expect("a serial"), column: 7 }];
            Record::Customer(CustomerRecord { further, ..customer })
        }
        other => other,
    };
    let mut walk = Walk::new();
    assert_eq!(walk.note(2, &with_further(customer("1", "Nur'aini", "0811", Some("A")), "B")), []);
    let found = walk.note(3, &customer("2", "Budi", "0812", Some("B")));
    assert_eq!(found.iter().map(|one| (one.field, one.other_row)).collect::<Vec<_>>(), [(Some(Field::Serial), Some(2))]);
    let found = walk.note(4, &with_further(customer("3", "Siti", "0813", Some("C")), "A"));
    let brief: Vec<_> = found.iter().map(|one| (one.field, one.column, one.level, one.other_row)).collect();
    assert_eq!(brief, [(Some(Field::FurtherSerial), Some(7), Level::Error, Some(2))]);
}

#[test]
fn a_meter_is_read_once_at_one_time() {
    let mut walk = Walk::new();
    let reading = |at| {
        let serial = Some("A".parse().expect("a serial"));
        Record::Reading(ReadingRecord {
            serial,
            number: None,
            read_at: UtcMillis(at),
            register: Millilitres::ZERO,
            earlier: Vec::new(),
        })
    };
    assert!(walk.note(2, &reading(1)).is_empty() && walk.note(3, &reading(2)).is_empty());
    assert_eq!(walk.note(4, &reading(1))[0].other_row, Some(2));
}

#[test]
fn a_balance_stands_once_for_each_customer() {
    let mut walk = Walk::new();
    let balance = |number: &str| Record::Balance(BalanceRecord { number: number.into(), balance: Rupiah(1) });
    assert!(walk.note(2, &balance("1")).is_empty() && walk.note(3, &balance("2")).is_empty());
    assert_eq!(walk.note(4, &balance("2"))[0].other_row, Some(3));
}

proptest! {
    #[test]
    fn forms_are_those_of_a_search(name in "[a-zA-Z0-9 .,'é/-]{0,20}", address in "[ -~]{0,40}") {
        let search_form = crate::core::search::search_form;
        let fields = vec![(CustomerField::Name, name.clone()), (CustomerField::Address, address.clone())];
        let number = "1".to_owned();
        let further = Vec::new();
        let customer = CustomerRecord { number, fields, connection: None, meter: None, further, address_of_parts: None };
        let Forms { person, name: end } = Forms::of(&customer);
        let mut of_name = search_form(&name).into_bytes();
        of_name.push(0xff);
        prop_assert_eq!(&person[..end], of_name);
        prop_assert_eq!(&person[end..], search_form(&address).into_bytes());
    }

    #[test]
    fn sorted_sums_name_what_a_walk_from_row_to_row_names(
        values in prop::collection::vec((0..6u64, 0..6u64), 0..60),
        spread in prop::sample::select(vec![1, 1 << 20, 0x9e37_79b9_7f4a_7c15_u64]),
    ) {
        let mut sums: Vec<Sum> = Vec::new();
        let (mut rows, mut walked) = (HashMap::new(), Vec::new());
        for (place, (one, other)) in values.into_iter().enumerate() {
            let row = place as u32 + 2;
            for sum in [one.wrapping_mul(spread), other.wrapping_mul(spread)] {
                let first = *rows.entry(sum).or_insert(row);
                let repeat = Repeat { row, sum, first };
                if first != row && !walked.contains(&repeat) {
                    walked.push(repeat);
                }
                sums.push((sum, row));
            }
        }
        let mut found = repeated(&mut sums);
        found.sort_unstable();
        walked.sort_unstable();
        prop_assert_eq!(found, walked);
    }
}

//! What a file says twice: the same customer's number, meter, telephone, or name and address. Only a sum of 64 bits of each is kept, with the
//! first row that has it.

use crate::imports::field::Field;
use crate::imports::finding::{Action, Doubt, Finding, Level, Reason};
use crate::imports::mapping::Mapping;
use crate::imports::record::{CustomerRecord, Record};
use crate::sync::edit::CustomerField;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasherDefault, DefaultHasher, Hasher};

/// A sum that is one already.
#[derive(Clone, Copy, Debug, Default)]
struct Same(u64);

impl Hasher for Same {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, sum: u64) {
        self.0 = sum;
    }
}

/// The first rows of what was seen, about 20 to 40 bytes for each value. Two different values have one sum in a file of a million rows with a
/// chance of one in thirty million.
#[derive(Clone, Debug)]
pub struct Seen {
    rows: HashMap<u64, u32, BuildHasherDefault<Same>>,
    limit: usize,
    columns: Vec<(Field, u32)>,
}

impl Seen {
    /// Nothing seen yet, and at most `limit` values kept: of values beyond it duplicates are not found.
    pub fn new(mapping: &Mapping, limit: usize) -> Self {
        let columns = mapping.columns.iter().enumerate().filter_map(|(place, field)| Some(((*field)?, place as u32)));
        Self { rows: HashMap::default(), limit, columns: columns.collect() }
    }

    /// Whether values are no longer kept.
    pub fn is_full(&self) -> bool {
        self.rows.len() >= self.limit
    }

    /// Notes a record, and says what an earlier row has as well.
    pub fn note(&mut self, row: u32, record: &Record) -> Vec<Finding> {
        let mut found = Vec::new();
        match record {
            Record::Customer(customer) => self.customer(row, customer, &mut found),
            Record::Reading(reading) => {
                let (field, of) = match (&reading.serial, &reading.number) {
                    (Some(serial), _) => (Field::Serial, serial.as_str()),
                    (None, Some(number)) => (Field::Number, number.as_str()),
                    (None, None) => return found,
                };
                let sum = sum(field, &[of.as_bytes(), &reading.read_at.0.to_le_bytes()]);
                self.look(row, (field, of), Level::Error, sum, &mut found);
            }
            Record::Balance(balance) => {
                let sum = sum(Field::Number, &[balance.number.as_bytes()]);
                self.look(row, (Field::Number, &balance.number), Level::Error, sum, &mut found);
            }
        }
        found
    }

    fn customer(&mut self, row: u32, customer: &CustomerRecord, found: &mut Vec<Finding>) {
        let number = sum(Field::Number, &[customer.number.as_bytes()]);
        self.look(row, (Field::Number, &customer.number), Level::Error, number, found);
        if let Some(meter) = &customer.meter {
            let serial = meter.serial.as_str();
            self.look(row, (Field::Serial, serial), Level::Error, sum(Field::Serial, &[serial.as_bytes()]), found);
        }
        // Families share a telephone: this and what follows is to be looked at, and no error.
        if let Some(phone) = customer.field(CustomerField::Phone) {
            self.look(row, (Field::Phone, phone), Level::Warning, sum(Field::Phone, &[phone.as_bytes()]), found);
        }
        let person = customer.field(CustomerField::Name).zip(customer.field(CustomerField::Address));
        if let Some((name, address)) = person {
            self.look(row, (Field::Name, name), Level::Warning, form_sum(name, address), found);
        }
    }

    fn look(&mut self, row: u32, (field, value): (Field, &str), level: Level, sum: u64, found: &mut Vec<Finding>) {
        let is_full = self.is_full();
        let first = match self.rows.entry(sum) {
            Entry::Occupied(entry) if *entry.get() == row => return,
            Entry::Occupied(entry) => *entry.get(),
            Entry::Vacant(entry) => {
                if !is_full {
                    entry.insert(row);
                }
                return;
            }
        };
        let column = self.columns.iter().find(|(of, _)| *of == field).map(|(_, column)| *column);
        let doubt = Doubt::new(Reason::DuplicateInFile, Action::ChooseRow);
        found.push(Finding { other_row: Some(first), ..doubt.at(level, row, (column, Some(field)), value) });
    }
}

/// The sum of a field's value; values of different fields have different ones.
fn sum(field: Field, parts: &[&[u8]]) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write_u8(field as u8);
    for part in parts {
        hasher.write(part);
        hasher.write_u8(0xff);
    }
    hasher.finish()
}

/// The sum of name and address in the form of a search, so that signs, spaces and capitals make no difference.
fn form_sum(name: &str, address: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write_u8(Field::Name as u8);
    for text in [name, address] {
        if text.is_ascii() {
            let letters = text.bytes().filter(u8::is_ascii_alphanumeric);
            letters.for_each(|letter| hasher.write_u8(letter.to_ascii_lowercase()));
        } else {
            crate::core::search::search_form(text).bytes().for_each(|letter| hasher.write_u8(letter));
        }
        hasher.write_u8(0xff);
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imports::field::Kind;
    use crate::imports::record::{BalanceRecord, MeterPart, ReadingRecord};
    use crate::{Millilitres, Rupiah, UtcMillis};

    fn mapping() -> Mapping {
        let columns = vec![Some(Field::Number), Some(Field::Name), Some(Field::Phone)];
        Mapping { kind: Kind::Customers, header: Vec::new(), columns, choices: Default::default() }
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
        Record::Customer(CustomerRecord { number: number.into(), fields, connection: None, meter })
    }

    #[test]
    fn the_first_row_with_the_same_is_named() {
        let mut seen = Seen::new(&mapping(), 100);
        assert_eq!(seen.note(2, &customer("1", "Nur'aini", "0811", Some("A"))), []);
        assert_eq!(seen.note(3, &customer("2", "Budi", "0812", Some("B"))), []);
        let found = seen.note(4, &customer("1", "NUR AINI", "0811", Some("A")));
        let brief: Vec<_> =
            found.iter().map(|finding| (finding.field, finding.level, finding.other_row, finding.column)).collect();
        assert_eq!(
            brief,
            [
                (Some(Field::Number), Level::Error, Some(2), Some(0)),
                (Some(Field::Serial), Level::Error, Some(2), None),
                (Some(Field::Phone), Level::Warning, Some(2), Some(2)),
                (Some(Field::Name), Level::Warning, Some(2), Some(1)),
            ]
        );
        assert_eq!(seen.note(5, &customer("0811", "Siti", "0813", None)), [], "a number is no telephone");
        assert_eq!(seen.note(2, &customer("1", "Nur'aini", "0811", Some("A"))), [], "the row itself, read again");
    }

    #[test]
    fn a_meter_is_read_once_at_one_time() {
        let mut seen = Seen::new(&mapping(), 100);
        let reading = |at| {
            let serial = Some("A".parse().expect("a serial"));
            Record::Reading(ReadingRecord { serial, number: None, read_at: UtcMillis(at), register: Millilitres::ZERO })
        };
        assert!(seen.note(2, &reading(1)).is_empty() && seen.note(3, &reading(2)).is_empty());
        assert_eq!(seen.note(4, &reading(1))[0].other_row, Some(2));
    }

    #[test]
    fn no_more_is_kept_than_the_limit() {
        let mut seen = Seen::new(&mapping(), 1);
        let balance = |number: &str| Record::Balance(BalanceRecord { number: number.into(), balance: Rupiah(1) });
        assert!(seen.note(2, &balance("1")).is_empty() && seen.is_full());
        assert!(seen.note(3, &balance("2")).is_empty() && seen.note(4, &balance("2")).is_empty());
        assert_eq!(seen.note(5, &balance("1"))[0].other_row, Some(2), "what is kept is still found");
    }
}

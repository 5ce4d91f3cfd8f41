//! What a file says twice: the same customer's number, meter, telephone, or name and address. Rows are compared by a sum of 64 bits of each such
//! value. Each row gives its sums by itself, in any order and on any thread; when all are there, equal ones lie beside each other once sorted.

use crate::imports::field::Field;
use crate::imports::finding::{Action, Doubt, Finding, Level, Reason};
use crate::imports::mapping::Mapping;
use crate::imports::record::{CustomerRecord, Record};
use crate::sync::edit::CustomerField;
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// A sum of a value, and a row that has it. Two different values have one sum in a file of a million rows with a chance of one in two million.
pub type Sum = (u64, u32);

/// A row with a value that an earlier row has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Repeat {
    /// The row.
    pub row: u32,
    /// The sum of the value, as the first part of a [`Sum`] has it.
    pub sum: u64,
    /// The first row that has it.
    pub first: u32,
}

/// The rows that repeat a value of an earlier one, in no order of theirs. `sums` are all of the values in question; those that stand once are
/// taken out, and the others are sorted.
pub fn repeated(sums: &mut Vec<Sum>) -> Vec<Repeat> {
    keep_doubtful(sums);
    sums.sort_unstable();
    let mut found = Vec::new();
    for same in sums.chunk_by(|one, other| one.0 == other.0) {
        let Some((sum, first)) = same.first().copied() else { continue };
        let mut before = first;
        for (_, row) in same {
            // A row that says a value twice repeats nobody.
            if *row != before {
                found.push(Repeat { row: *row, sum, first });
                before = *row;
            }
        }
    }
    found
}

/// Bits for each sum, of which it takes one.
const BITS_EACH: usize = 16;

/// Takes out nearly all sums that stand once, in a fraction of the time that sorting them takes: those whose bit no other one takes.
fn keep_doubtful(sums: &mut Vec<Sum>) {
    let words = (sums.len() * BITS_EACH / 64).next_power_of_two();
    // All sums of a part have their first bits in common, so that others say where the bit is.
    let place = |sum: u64| ((sum >> 6) as usize & (words - 1), 1_u64 << (sum & 63));
    let (mut once, mut again) = (vec![0_u64; words], vec![0_u64; words]);
    for (sum, _) in sums.iter() {
        let (word, bit) = place(*sum);
        again[word] |= once[word] & bit;
        once[word] |= bit;
    }
    sums.retain(|(sum, _)| {
        let (word, bit) = place(*sum);
        again[word] & bit != 0
    });
}

/// Says of records what they repeat.
#[derive(Clone, Debug)]
pub struct Repeats {
    columns: Vec<(Field, u32)>,
}

/// A value that no other row should have.
struct Value<'a> {
    field: Field,
    text: &'a str,
    level: Level,
    sum: u64,
    /// The column in which it stands, where the field has several.
    column: Option<u32>,
}

impl Repeats {
    /// Of sheets with this mapping.
    pub fn new(mapping: &Mapping) -> Self {
        let columns = mapping.columns.iter().enumerate().filter_map(|(place, field)| Some(((*field)?, place as u32)));
        Self { columns: columns.collect() }
    }

    /// What a row repeats. `first_of` is given the sum of each of its values, and returns the first row that has it where that is an earlier one.
    pub fn findings(&self, row: u32, record: &Record, mut first_of: impl FnMut(u64) -> Option<u32>) -> Vec<Finding> {
        let mut found = Vec::new();
        let mut say = |doubt: Doubt, value: &Value<'_>, first: u32| {
            let of_field = || self.columns.iter().find(|(of, _)| *of == value.field).map(|(_, column)| *column);
            let column = value.column.or_else(of_field);
            let finding = doubt.at(value.level, row, (column, Some(value.field)), value.text);
            found.push(Finding { other_row: Some(first), ..finding });
        };
        let duplicate = || Doubt::new(Reason::DuplicateInFile, Action::ChooseRow);
        let mut look = |value: Value<'_>| {
            if let Some(first) = first_of(value.sum) {
                say(duplicate(), &value, first);
            }
        };
        match record {
            Record::Customer(customer) => {
                let forms = Forms::of(customer);
                let owner = customer.meter.as_ref().and_then(|_| first_of(owner_sum(customer, &forms)));
                let values = values_of(customer, &forms);
                let repeated: Vec<(Value<'_>, u32)> =
                    values.filter_map(|value| first_of(value.sum).map(|first| (value, first))).collect();
                let has_own_meter =
                    !repeated.iter().any(|(value, _)| matches!(value.field, Field::Serial | Field::FurtherSerial));
                match owner.filter(|_| has_own_meter) {
                    // The same telephone and address are those of the same customer then.
                    Some(first) => {
                        let further = Doubt::new(Reason::FurtherConnection, Action::Accept);
                        say(further, &plain(Field::Number, &customer.number, Level::Warning), first);
                    }
                    None => {
                        // What has the very number of an earlier row has its spelling as well.
                        let is_same = repeated.iter().any(|(value, _)| is_of_number(value, Level::Error));
                        let others = repeated.iter().filter(|(value, _)| !(is_same && is_of_number(value, Level::Warning)));
                        others.for_each(|(value, first)| say(duplicate(), value, *first));
                    }
                }
            }
            Record::Reading(reading) => {
                let (field, text) = match (&reading.serial, &reading.number) {
                    (Some(serial), _) => (Field::Serial, serial.as_str()),
                    (None, Some(number)) => (Field::Number, number.as_str()),
                    (None, None) => return Vec::new(),
                };
                for (at, _) in reading.all() {
                    let sum = sum(field, &[text.as_bytes(), &at.0.to_le_bytes()]);
                    look(Value { field, text, level: Level::Error, sum, column: None });
                }
            }
            Record::Balance(balance) => {
                let sum = sum(Field::Number, &[balance.number.as_bytes()]);
                look(Value { field: Field::Number, text: &balance.number, level: Level::Error, sum, column: None });
            }
        }
        found
    }
}

fn is_of_number(value: &Value<'_>, level: Level) -> bool {
    value.field == Field::Number && value.level == level
}

/// What no two rows should have, but for further connections of a customer.
fn values_of<'a>(customer: &'a CustomerRecord, forms: &Forms) -> impl Iterator<Item = Value<'a>> {
    let number = plain(Field::Number, &customer.number, Level::Error);
    let serial = customer.meter.as_ref().map(|meter| plain(Field::Serial, meter.serial.as_str(), Level::Error));
    // Families share a telephone: this and what follows is to be looked at, and no error.
    let phone = customer.field(CustomerField::Phone).map(|phone| plain(Field::Phone, phone, Level::Warning));
    let person = customer.field(CustomerField::Name).zip(customer.field(CustomerField::Address));
    let person = person.map(|(name, _)| Value {
        field: Field::Name,
        text: name,
        level: Level::Warning,
        sum: sum(Field::Name, &[&forms.person]),
        column: None,
    });
    // A meter is the same one in whichever column it stands.
    let further = customer.further.iter().map(|meter| Value {
        field: Field::FurtherSerial,
        text: meter.serial.as_str(),
        level: Level::Error,
        sum: sum(Field::Serial, &[meter.serial.as_str().as_bytes()]),
        column: Some(meter.column),
    });
    [Some(number), spelling(&customer.number), serial, phone, person].into_iter().flatten().chain(further)
}

/// The sum of who a row is about: number, name and telephone. Rows that have it in common and a meter each are connections of one customer; where a name
/// or a telephone is another one, a number was mistyped.
fn owner_sum(customer: &CustomerRecord, forms: &Forms) -> u64 {
    let phone = customer.field(CustomerField::Phone).unwrap_or_default();
    let name = sum(Field::Name, &[&forms.person[..forms.name]]);
    sum(Field::Label, &[customer.number.as_bytes(), &name.to_le_bytes(), phone.as_bytes()])
}

/// A number with letters or spaces in it, whatever the size of these and wherever a space stands: `a-001` beside `A-001` is hardly another customer.
fn spelling(number: &str) -> Option<Value<'_>> {
    if !number.contains(|letter: char| letter.is_alphabetic() || letter.is_whitespace()) {
        return None;
    }
    let form: String = number.chars().filter(|letter| !letter.is_whitespace()).flat_map(char::to_lowercase).collect();
    Some(Value { sum: sum(Field::Number, &[form.as_bytes(), b"spelling"]), ..plain(Field::Number, number, Level::Warning) })
}

fn plain(field: Field, text: &str, level: Level) -> Value<'_> {
    Value { field, text, level, sum: sum(field, &[text.as_bytes()]), column: None }
}

/// The sum of a field's value; values of different fields have different ones. Each part is summed from what the one before came to, so that where
/// one ends counts as well.
fn sum(field: Field, parts: &[&[u8]]) -> u64 {
    parts.iter().fold(field as u64, |seed, part| xxh3_64_with_seed(part, seed))
}

/// Name and address of a customer in the form of a search, so that signs, spaces and capitals make no difference.
struct Forms {
    /// Both, with a byte between them that no text has.
    person: Vec<u8>,
    /// Where the name ends with that byte.
    name: usize,
}

impl Forms {
    fn of(customer: &CustomerRecord) -> Self {
        let of = |field| customer.field(field).unwrap_or_default();
        let (name, address) = (of(CustomerField::Name), of(CustomerField::Address));
        let mut person = Vec::with_capacity(name.len() + address.len() + 1);
        push_form(name, &mut person);
        person.push(0xff);
        let name = person.len();
        push_form(address, &mut person);
        Self { person, name }
    }
}

/// Puts [`crate::core::search::search_form`] of a text behind what is there.
fn push_form(text: &str, form: &mut Vec<u8>) {
    if !text.is_ascii() {
        form.extend_from_slice(crate::core::search::search_form(text).as_bytes());
        return;
    }
    // Every letter is written, and what is none is written over by the next: nothing depends on what a letter is but where the next one goes.
    let mut end = form.len();
    form.resize(end + text.len(), 0);
    for letter in text.bytes() {
        form[end] = letter.to_ascii_lowercase();
        end += usize::from(letter.is_ascii_alphanumeric());
    }
    form.truncate(end);
}

#[cfg(test)]
mod tests {
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
        Record::Customer(CustomerRecord { number: number.into(), fields, connection: None, meter, further: Vec::new() })
    }

    #[test]
    fn the_first_row_with_the_same_is_named() {
        let mut walk = Walk::new();
        assert_eq!(walk.note(2, &customer("1", "Nur'aini", "0811", Some("A"))), []);
        assert_eq!(walk.note(3, &customer("2", "Budi", "0812", Some("B"))), []);
        let found = walk.note(4, &customer("1", "NUR AINI", "0811", Some("A")));
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
            let customer = CustomerRecord { number, fields, connection: None, meter: None, further: Vec::new() };
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
}

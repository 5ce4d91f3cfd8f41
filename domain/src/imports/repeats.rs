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
#[path = "repeats_tests.rs"]
mod tests;

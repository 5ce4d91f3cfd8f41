//! What is there already, as a row is compared with it: what this device holds, or nothing.

use crate::core::shared::lock;
use crate::error::Error;
use crate::imports::readings::reading_of;
use crate::queries::known;
use crate::queries::known::{KnownCustomer, KnownMeter};
use crate::store::Store;
use domain::people::Customer;
use domain::{CustomerId, MeterId, Millilitres, Serial, UtcMillis};
use rusqlite::Connection;
use std::collections::{HashMap, HashSet};
use std::sync::Mutex;

/// Looks records up, for all cores at once.
pub trait Known: Sync {
    /// The customer of a number.
    ///
    /// # Errors
    /// The cache cannot be read.
    fn customer(&self, number: &str) -> Result<Option<KnownCustomer>, Error>;

    /// Digits of the longest number of a customer that begins with a zero; 0 where none does, or it does not matter.
    fn longest_with_zero(&self) -> usize {
        0
    }

    /// The meter of a serial number.
    ///
    /// # Errors
    /// The cache cannot be read.
    fn meter(&self, serial: &Serial) -> Result<Option<KnownMeter>, Error>;

    /// Whether a reading of a meter by eye is there: when, and what the register showed.
    ///
    /// # Errors
    /// The cache cannot be read.
    fn has_reading(&self, meter: MeterId, reading: (UtcMillis, Millilitres)) -> Result<bool, Error>;

    /// Whether anybody has a telephone number: otherwise none need be looked for.
    fn has_phones(&self) -> bool {
        true
    }

    /// The number of another customer with a telephone number, in the form in which two are compared.
    ///
    /// # Errors
    /// The cache cannot be read.
    fn number_by_phone(&self, phone_key: &str) -> Result<Option<String>, Error>;
}

/// What this device holds, with an index of telephone numbers that is made when a job begins.
pub struct KnownHere<'a> {
    store: &'a Store,
    /// Numbers of customers by the telephone number in its compared form.
    phones: HashMap<String, String>,
    /// The keys that are there, where what comes to be there meanwhile does not matter.
    keys: Option<Keys>,
}

/// Most rows of a sheet are of nobody who is there, which these say without a question to the cache.
struct Keys {
    numbers: HashSet<String>,
    /// Digits of the longest of these that begins with a zero.
    longest_with_zero: usize,
    serials: HashSet<String>,
    /// Whether there is any reading by eye.
    has_readings: bool,
}

impl<'a> KnownHere<'a> {
    /// Makes the index. What is there is asked for row by row, as it is then.
    ///
    /// # Errors
    /// The cache cannot be read.
    pub fn new(store: &'a Store) -> Result<Self, Error> {
        Ok(Self { store, phones: store.read_now(known::phones)?, keys: None })
    }

    /// Makes the index for a check, which says how things stand when it begins.
    ///
    /// # Errors
    /// The cache cannot be read.
    pub fn for_check(store: &'a Store) -> Result<Self, Error> {
        let keys = |db: &Connection| {
            let (numbers, serials) = (known::numbers(db)?, known::serials(db)?);
            let has_zero = |number: &&String| number.starts_with('0') && number.bytes().all(|digit| digit.is_ascii_digit());
            let longest_with_zero = numbers.iter().filter(has_zero).map(String::len).max().unwrap_or_default();
            Ok(Keys { numbers, longest_with_zero, serials, has_readings: known::has_readings(db)? })
        };
        Ok(Self { keys: Some(store.read_now(keys)?), ..Self::new(store)? })
    }
}

impl Known for KnownHere<'_> {
    fn customer(&self, number: &str) -> Result<Option<KnownCustomer>, Error> {
        if self.keys.as_ref().is_some_and(|keys| !keys.numbers.contains(number)) {
            return Ok(None);
        }
        self.store.read_now(|db| known::customer_of_number(db, number))
    }

    fn longest_with_zero(&self) -> usize {
        self.keys.as_ref().map_or(0, |keys| keys.longest_with_zero)
    }

    fn meter(&self, serial: &Serial) -> Result<Option<KnownMeter>, Error> {
        if self.keys.as_ref().is_some_and(|keys| !keys.serials.contains(serial.as_str())) {
            return Ok(None);
        }
        self.store.read_now(|db| known::meter_of_serial(db, serial))
    }

    fn has_reading(&self, meter: MeterId, reading: (UtcMillis, Millilitres)) -> Result<bool, Error> {
        if self.keys.as_ref().is_some_and(|keys| !keys.has_readings) {
            return Ok(false);
        }
        self.store.read_now(|db| known::has_reading(db, reading_of(meter, reading), meter, reading))
    }

    fn has_phones(&self) -> bool {
        !self.phones.is_empty()
    }

    fn number_by_phone(&self, phone_key: &str) -> Result<Option<String>, Error> {
        Ok(self.phones.get(phone_key).cloned())
    }
}

/// What this device holds, and the customers whom rows of a commit add that are not kept yet.
pub struct WithAdded<'a> {
    here: KnownHere<'a>,
    /// By number: who, and which row adds them.
    added: Mutex<HashMap<String, (CustomerId, u32)>>,
}

impl<'a> WithAdded<'a> {
    /// With nobody added.
    pub fn new(here: KnownHere<'a>) -> Self {
        Self { here, added: Mutex::default() }
    }

    /// A row adds a customer.
    pub fn add(&self, number: &str, customer: CustomerId, row: u32) {
        lock(&self.added).insert(number.to_owned(), (customer, row));
    }

    /// The row that adds a customer, until that is kept.
    pub fn row_of(&self, customer: CustomerId) -> Option<u32> {
        lock(&self.added).values().find(|(added, _)| *added == customer).map(|(_, row)| *row)
    }

    /// Those that were added are kept now.
    pub fn are_kept(&self) {
        lock(&self.added).clear();
    }
}

impl Known for WithAdded<'_> {
    fn customer(&self, number: &str) -> Result<Option<KnownCustomer>, Error> {
        let added = lock(&self.added).get(number).copied();
        match added {
            Some((id, _)) => Ok(Some(KnownCustomer { customer: Customer::new(id, number.to_owned()), connections: Vec::new() })),
            None => self.here.customer(number),
        }
    }

    fn meter(&self, serial: &Serial) -> Result<Option<KnownMeter>, Error> {
        self.here.meter(serial)
    }

    fn has_reading(&self, meter: MeterId, reading: (UtcMillis, Millilitres)) -> Result<bool, Error> {
        self.here.has_reading(meter, reading)
    }

    fn has_phones(&self) -> bool {
        self.here.has_phones()
    }

    fn number_by_phone(&self, phone_key: &str) -> Result<Option<String>, Error> {
        self.here.number_by_phone(phone_key)
    }
}

/// Nothing is there: an empty cache, and the command line.
pub struct Nothing;

impl Known for Nothing {
    fn customer(&self, _: &str) -> Result<Option<KnownCustomer>, Error> {
        Ok(None)
    }

    fn meter(&self, _: &Serial) -> Result<Option<KnownMeter>, Error> {
        Ok(None)
    }

    fn has_reading(&self, _: MeterId, _: (UtcMillis, Millilitres)) -> Result<bool, Error> {
        Ok(false)
    }

    fn has_phones(&self) -> bool {
        false
    }

    fn number_by_phone(&self, _: &str) -> Result<Option<String>, Error> {
        Ok(None)
    }
}

//! What is there already, as a row is compared with it: what this device holds, or nothing.

use crate::error::Error;
use crate::queries::known;
use crate::queries::known::KnownCustomer;
use crate::store::Store;
use domain::{MeterId, Serial};
use std::collections::HashMap;

/// Looks records up.
pub trait Known {
    /// The customer of a number.
    ///
    /// # Errors
    /// The cache cannot be read.
    fn customer(&self, number: &str) -> Result<Option<KnownCustomer>, Error>;

    /// The meter of a serial number.
    ///
    /// # Errors
    /// The cache cannot be read.
    fn meter(&self, serial: &Serial) -> Result<Option<MeterId>, Error>;

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
}

impl<'a> KnownHere<'a> {
    /// Makes the index.
    ///
    /// # Errors
    /// The cache cannot be read.
    pub fn new(store: &'a Store) -> Result<Self, Error> {
        Ok(Self { store, phones: store.read_now(known::phones)? })
    }
}

impl Known for KnownHere<'_> {
    fn customer(&self, number: &str) -> Result<Option<KnownCustomer>, Error> {
        self.store.read_now(|db| known::customer_of_number(db, number))
    }

    fn meter(&self, serial: &Serial) -> Result<Option<MeterId>, Error> {
        self.store.read_now(|db| known::meter_of_serial(db, serial))
    }

    fn number_by_phone(&self, phone_key: &str) -> Result<Option<String>, Error> {
        Ok(self.phones.get(phone_key).cloned())
    }
}

/// Nothing is there: an empty cache, and the command line.
pub struct Nothing;

impl Known for Nothing {
    fn customer(&self, _: &str) -> Result<Option<KnownCustomer>, Error> {
        Ok(None)
    }

    fn meter(&self, _: &Serial) -> Result<Option<MeterId>, Error> {
        Ok(None)
    }

    fn number_by_phone(&self, _: &str) -> Result<Option<String>, Error> {
        Ok(None)
    }
}

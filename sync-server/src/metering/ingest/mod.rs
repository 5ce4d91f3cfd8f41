//! Ways in for what meters say; one pipeline behind all of them.

pub mod mqtt;

use crate::core::Store;
use crate::error::Error;
use crate::metering::fleet::{Credential, authorized_meter};
use crate::metering::intake::Intake;
use domain::{Millilitres, UtcMillis};
use protocol::metering::messages::{Refusal, Telemetry};
use std::collections::HashMap;

/// 9999-12-31T23:59:59Z; a later time is no time.
const LAST_INSTANT: UtcMillis = UtcMillis(253_402_300_799_000);

/// A meter that a credential was found to speak for.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    /// The meter's key.
    pub meter: i64,
    /// Where its register returns to zero.
    pub modulus: Millilitres,
}

/// The meters one credential was found to speak for. It lives as long as one connection or request, so a revoked right ends with it.
pub struct Directory {
    credential: Credential,
    known: HashMap<String, Option<Known>>,
}

/// Serials remembered at most; a gateway that names more is looked up each time.
const REMEMBERED: usize = 5_000;

impl Directory {
    /// For one credential.
    pub fn new(credential: Credential) -> Self {
        Self { credential, known: HashMap::new() }
    }

    /// The meter of a serial, if the credential may speak for it.
    ///
    /// # Errors
    /// The database.
    pub async fn find(&mut self, store: &Store<Intake>, serial: &str) -> Result<Option<Known>, Error> {
        if let Some(known) = self.known.get(serial) {
            return Ok(*known);
        }
        let (credential, wanted) = (self.credential, serial.to_owned());
        let found = store.read(move |db| authorized_meter(db, credential, &wanted)).await?;
        let known = found.map(|(meter, modulus)| Known { meter, modulus });
        if self.known.len() < REMEMBERED {
            self.known.insert(serial.to_owned(), known);
        }
        Ok(known)
    }
}

/// Whether a reading can be one at all; what is refused here is never stored.
///
/// # Errors
/// Why it cannot.
pub fn admit(reading: &Telemetry, modulus: Millilitres) -> Result<(), Refusal> {
    if !(Millilitres::ZERO..modulus).contains(&reading.reg) {
        Err(Refusal::RegisterOutOfRange)
    } else if !(UtcMillis(0)..=LAST_INSTANT).contains(&reading.t) {
        Err(Refusal::TimeOutOfRange)
    } else {
        Ok(())
    }
}

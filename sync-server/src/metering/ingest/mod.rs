//! How meter messages come in; one pipeline behind MQTT and HTTP.

pub mod mqtt;
pub mod refusals;

use crate::core::Store;
use crate::core::turns::Source;
use crate::error::Error;
use crate::metering::fleet::{Credential, authorized_meter, meter_beside_gateway};
use crate::metering::intake::Intake;
use domain::{Millilitres, UtcMillis};
use protocol::metering::messages::{Refusal, Telemetry};
use std::collections::HashMap;

/// 9999-12-31T23:59:59Z; a later time is refused.
const LAST_INSTANT: UtcMillis = UtcMillis(253_402_300_799_000);

/// A meter that a credential may send for.
#[derive(Clone, Copy, Debug)]
pub struct AuthorizedMeter {
    /// The meter's key.
    pub meter: i64,
    /// Where its register returns to zero.
    pub modulus: Millilitres,
}

impl AuthorizedMeter {
    /// In which lane its messages wait for their turn.
    pub const fn source(&self) -> Source {
        Source::meter(self.meter)
    }
}

/// The meters that one credential was found to send for. It lasts as long as one session or request, so a revoked right ends with it.
pub struct Directory {
    credential: Credential,
    meters: HashMap<String, Option<AuthorizedMeter>>,
    refused: HashMap<String, Option<i64>>,
}

/// Serial numbers kept at most; a gateway that names more has each further one looked up every time.
const MAX_KEPT: usize = 5_000;

impl Directory {
    /// For one credential.
    pub fn new(credential: Credential) -> Self {
        Self { credential, meters: HashMap::new(), refused: HashMap::new() }
    }

    /// The meter of a serial number, if the credential may send for it.
    ///
    /// # Errors
    /// The database.
    pub async fn find(&mut self, store: &Store<Intake>, serial: &str) -> Result<Option<AuthorizedMeter>, Error> {
        if let Some(kept) = self.meters.get(serial) {
            return Ok(*kept);
        }
        let (credential, wanted) = (self.credential, serial.to_owned());
        let found = store.read(move |db| authorized_meter(db, credential, &wanted)).await?;
        let found = found.map(|(meter, modulus)| AuthorizedMeter { meter, modulus });
        if self.meters.len() < MAX_KEPT {
            self.meters.insert(serial.to_owned(), found);
        }
        Ok(found)
    }

    /// The meter at which it is to be counted that the credential sent for a serial number that it may not send for: the meter itself, where
    /// a gateway does not list it, or the one that signed in.
    ///
    /// # Errors
    /// The database.
    pub async fn counted_at(&mut self, store: &Store<Intake>, serial: Option<&str>) -> Result<Option<i64>, Error> {
        let (gateway, serial) = match (self.credential, serial) {
            (Credential::Meter(own), _) => return Ok(Some(own)),
            (Credential::Gateway(_), None) => return Ok(None),
            (Credential::Gateway(gateway), Some(serial)) => (gateway, serial),
        };
        if let Some(kept) = self.refused.get(serial) {
            return Ok(*kept);
        }
        let wanted = serial.to_owned();
        let found = store.read(move |db| meter_beside_gateway(db, gateway, &wanted)).await?;
        if self.refused.len() < MAX_KEPT {
            self.refused.insert(serial.to_owned(), found);
        }
        Ok(found)
    }
}

/// Whether a register that returns to zero at `modulus` can show this.
pub fn can_show(modulus: Millilitres, register: Millilitres) -> bool {
    (Millilitres::ZERO..modulus).contains(&register)
}

/// Checks whether telemetry can be a reading at all; what is refused here is never stored.
///
/// # Errors
/// Why it cannot.
pub fn admit(telemetry: &Telemetry, modulus: Millilitres) -> Result<(), Refusal> {
    if !can_show(modulus, telemetry.reg) {
        Err(Refusal::RegisterOutOfRange)
    } else if !(UtcMillis(0)..=LAST_INSTANT).contains(&telemetry.t) {
        Err(Refusal::TimeOutOfRange)
    } else {
        Ok(())
    }
}

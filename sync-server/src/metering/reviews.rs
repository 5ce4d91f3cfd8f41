//! Readings that need an explanation, and what a person declares of them: judged anew with everything that follows.

use crate::core::scope::Caller;
use crate::core::{Db, Tx, audit};
use crate::error::Error;
use crate::field::rows::records;
use crate::metering::judging::rebuild;
use crate::metering::rows::readings;
use domain::MeterId;
use protocol::core::problem::Code;
use protocol::metering::reviews::{DeclareReading, Declared, UNUSUAL, UnusualReadings};
use protocol::sync::rows::Entity;

/// Characters of a reason, at least and at most.
const REASON: std::ops::RangeInclusive<usize> = 3..=500;

/// The readings of a meter of the caller's utility that do not simply follow the one before.
///
/// # Errors
/// [`Code::NotFound`] if there is no such meter, or the database.
pub fn unusual(db: &Db, caller: &Caller, meter: MeterId) -> Result<UnusualReadings, Error> {
    Ok(UnusualReadings { readings: readings::unusual(db, key(db, caller, meter)?, UNUSUAL)? })
}

/// Declares a reading right or wrong, or takes that back: its meter is judged anew, sums and charges follow.
///
/// # Errors
/// No such meter or reading, no reason, or the database.
pub fn declare(tx: &mut Tx<'_>, caller: &Caller, asked: &DeclareReading) -> Result<UnusualReadings, Error> {
    let reason = asked.reason.trim();
    if !REASON.contains(&reason.chars().count()) {
        return Err(Error::problem(Code::BadRequest, "a reason of 3 to 500 characters is needed"));
    }
    let meter = key(tx, caller, asked.meter)?;
    let before =
        readings::declared(tx, meter, asked.t)?.ok_or_else(|| Error::problem(Code::NotFound, "there is no such reading"))?;
    if before != asked.declared {
        readings::declare(tx, meter, asked.t, asked.declared.map(|declared| declared == Declared::Right))?;
        rebuild(tx, meter)?;
        let changes = [
            ("declared", word(before).to_owned(), word(asked.declared).to_owned()),
            ("at", String::new(), asked.t.0.to_string()),
            ("reason", String::new(), reason.to_owned()),
        ];
        let entry = audit::Entry::by(caller, ("declare_reading", asked.key), (Entity::Meter as u8, asked.meter.0));
        audit::record(tx, &entry, changes)?;
    }
    Ok(UnusualReadings { readings: readings::unusual(tx, meter, UNUSUAL)? })
}

fn key(db: &Db, caller: &Caller, meter: MeterId) -> Result<i64, Error> {
    records::meter(db, caller.utility, meter)?
        .map(|(num, _)| num)
        .ok_or_else(|| Error::problem(Code::NotFound, "there is no such meter"))
}

const fn word(declared: Option<Declared>) -> &'static str {
    match declared {
        Some(Declared::Right) => "right",
        Some(Declared::Wrong) => "wrong",
        None => "",
    }
}

//! The day of a utility: figures that the other nouns have, in one answer for *Ringkasan*. It keeps nothing and has no table of its own.

pub mod http;
#[cfg(test)]
mod tests;

use crate::alerts::dead_letters;
use crate::core::Db;
use crate::core::scope::Caller;
use crate::error::Error;
use crate::metering::summary as metering;
use crate::sales::summary as sales;
use domain::UtcMillis;
use protocol::summary::{DaySummary, Due};

/// The day of the caller's utility as it is now.
///
/// # Errors
/// The database.
pub fn of(db: &Db, admin: &Caller, now: UtcMillis) -> Result<DaySummary, Error> {
    let utility = admin.utility;
    let metering::Used { time_zone, day, metered, days } = metering::used(db, utility, now)?;
    let [today, yesterday, day_before] = days;
    Ok(DaySummary {
        at: now,
        time_zone,
        day,
        metered,
        today,
        yesterday,
        day_before,
        receipts: sales::receipts(db, utility, (time_zone, day))?,
        waiting: sales::waiting(db, utility, now)?,
        due: Due {
            payment_cases: sales::open_cases(db, utility)?,
            bank_refunds: sales::waiting_refunds(db, utility)?,
            openings: sales::waiting_openings(db, utility)?,
            dead_letters: dead_letters::count(db, admin)?,
        },
    })
}

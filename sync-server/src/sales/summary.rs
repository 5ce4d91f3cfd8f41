//! What sales has to say of a utility's day: what was received, what waits for its payment, and what waits for an admin.

use crate::core::Db;
use crate::error::Error;
use crate::sales::rows::receipts::Stretches;
use crate::sales::rows::{bank_refunds, cases, opening_lists, receipts as rows, waiting as waiting_rows};
use domain::core::local_time::DAY_MS;
use domain::{LocalDay, TimeZone, UtcMillis};
use protocol::summary::{ReceiptLine, WaitingSum};

/// How far the server's clock may have been set back between two transfers, so that the earlier one has the later time.
const SET_BACK: i64 = DAY_MS;

/// What was received today, yesterday and this month, by the local days of a time zone. It costs the postings on the four accounts of the
/// utility through which money comes and goes, since the month began.
///
/// # Errors
/// The database.
pub fn receipts(db: &Db, utility: i64, (zone, today): (TimeZone, LocalDay)) -> Result<Vec<ReceiptLine>, Error> {
    let since = Stretches {
        today: zone.start_of(today),
        yesterday: zone.start_of(today.plus(-1)),
        month: zone.start_of(today.month().first_day()),
    };
    let earliest = since.month.min(since.yesterday).plus(-SET_BACK);
    match rows::first_since(db, utility, earliest)? {
        Some(first) => rows::received(db, utility, first, since),
        None => Ok(Vec::new()),
    }
}

/// The purchases that wait for their payment.
///
/// # Errors
/// The database.
pub fn waiting(db: &Db, utility: i64, now: UtcMillis) -> Result<WaitingSum, Error> {
    waiting_rows::count(db, utility, now)
}

/// How many cases about money are open.
///
/// # Errors
/// The database.
pub fn open_cases(db: &Db, utility: i64) -> Result<i64, Error> {
    cases::count_open(db, utility)
}

/// How many refunds by bank transfer wait for a second admin.
///
/// # Errors
/// The database.
pub fn waiting_refunds(db: &Db, utility: i64) -> Result<i64, Error> {
    bank_refunds::count_waiting(db, utility)
}

/// How many opening balances wait for a second admin.
///
/// # Errors
/// The database.
pub fn waiting_openings(db: &Db, utility: i64) -> Result<i64, Error> {
    opening_lists::count_waiting(db, utility)
}

//! The cash book, and the work of technicians: what people of the office and of the field have done in the period.

use crate::error::Error;
use crate::reports::fill::Filling;
use crate::reports::rows::{cash_book as cash, work};
use domain::UtcMillis;
use domain::maintenance::priority::ServiceLevels;
use domain::reports::kinds::{CashBook, Counting, technicians_of};
use domain::reports::{Report, kinds};

/// When the period begins, and when it is over.
fn stretch(with: &Filling<'_>) -> (UtcMillis, UtcMillis) {
    let (zone, period) = (with.head.zone, with.head.period);
    (zone.start_of(period.first), zone.start_of(period.last.plus(1)))
}

/// Cash over the counter, and the days of it that were counted. What was there before is not known: nobody says here what is taken to the bank.
///
/// # Errors
/// The database.
pub fn cash_book(with: &Filling<'_>) -> Result<Report, Error> {
    let (utility, period) = (with.within.utility, with.head.period);
    let lines = cash::moved(with.db, utility, stretch(with))?;
    let closings = cash::counted(with.db, utility, (period.first, period.last))?;
    Ok(kinds::cash_book(&with.head, &CashBook { opening: None, lines, closings }))
}

/// Technicians' work.
///
/// # Errors
/// The database.
pub fn technicians(with: &Filling<'_>) -> Result<Report, Error> {
    let (utility, stretch) = (with.within.utility, stretch(with));
    let (orders, readings) = (work::done(with.db, utility, stretch)?, work::readings(with.db, utility, stretch)?);
    let (levels, as_of) = (ServiceLevels::default(), with.head.as_of);
    let counting = Counting { orders: &orders, readings: &readings, stretch, levels: &levels, as_of };
    Ok(kinds::technicians(&with.head, &technicians_of(&counting)))
}

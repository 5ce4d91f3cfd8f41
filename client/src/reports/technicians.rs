//! Work of technicians, from the work orders and manual readings that this device holds.

use crate::error::Error;
use crate::queries;
use crate::reports::fill::Filling;
use domain::maintenance::priority::ServiceLevels;
use domain::reports::kinds::{Counting, technicians_of};
use domain::reports::{Report, kinds};

/// Technicians' work of the period.
pub fn technicians(with: &Filling<'_>) -> Result<Report, Error> {
    let (zone, period) = (with.head.zone, with.head.period);
    let stretch = (zone.start_of(period.first), zone.start_of(period.last.plus(1)));
    let (orders, readings) = (queries::work_done(with.db, stretch)?, queries::readings_done(with.db, stretch)?);
    let (levels, as_of) = (ServiceLevels::default(), with.head.as_of);
    let counting = Counting { orders: &orders, readings: &readings, stretch, levels: &levels, as_of };
    Ok(kinds::technicians(&with.head, &technicians_of(&counting)))
}

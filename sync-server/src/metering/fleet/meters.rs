//! Meters.

use crate::core::Tx;
use crate::core::feed::RowId;
use crate::core::holders;
use crate::error::Error;
use crate::metering::rows::meters as rows;
use domain::metering::meter::REPORT_INTERVALS;
use protocol::core::problem::Code;
use protocol::metering::messages::Status;
use protocol::sync::rows::Entity;

pub use crate::metering::rows::meters::{NewMeter, has_serial, is_known as is_known_meter};

/// Adds a meter, not yet installed.
///
/// # Errors
/// The serial is taken, or the database.
pub fn add_meter(tx: &mut Tx<'_>, utility: i64, new: &NewMeter) -> Result<i64, Error> {
    if rows::has_serial(tx, &new.serial)? {
        return Err(Error::problem(Code::BadRequest, "there is a meter with this serial number already"));
    }
    rows::insert(tx, utility, new)
}

/// Keeps the firmware and the interval that a meter reports.
///
/// # Errors
/// The database.
pub fn take_status(tx: &mut Tx<'_>, meter: i64, status: &Status) -> Result<(), Error> {
    let firmware = status.fw.as_deref().map(|text| text.chars().take(64).collect::<String>());
    let interval = status.interval_s.filter(|seconds| REPORT_INTERVALS.contains(seconds));
    if rows::write_status(tx, meter, firmware.as_deref(), interval)? { put_meter(tx, meter) } else { Ok(()) }
}

/// Gives a meter another revision, and puts it into the bucket of everyone who may hold it.
pub(crate) fn put_meter(tx: &mut Tx<'_>, meter: i64) -> Result<(), Error> {
    let (id, rev) = rows::revise(tx, meter)?;
    for bucket in holders::of_meter(tx, meter)? {
        tx.put(bucket, Entity::Meter, &RowId::of(id), rev)?;
    }
    Ok(())
}

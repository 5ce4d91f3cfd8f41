//! The orders of a meter as a user who may see the whole fleet gets them.

use crate::core::Db;
use crate::core::scope::Caller;
use crate::error::Error;
use crate::valve::rows::orders;
use domain::MeterId;
use protocol::core::problem::Code;
use protocol::valve::orders::{COMMANDS, MeterOrderList};

/// The newest orders of a meter of the caller's utility.
///
/// # Errors
/// [`Code::NotFound`] if there is no such meter, or the database.
pub fn of_meter(db: &Db, caller: &Caller, meter: MeterId) -> Result<MeterOrderList, Error> {
    let num = orders::meter_key(db, caller.utility, meter)?;
    let num = num.ok_or_else(|| Error::problem(Code::NotFound, "there is no such meter"))?;
    Ok(MeterOrderList { commands: orders::list(db, num, COMMANDS)? })
}

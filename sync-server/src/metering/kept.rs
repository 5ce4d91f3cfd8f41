//! Work that stays with a zone where its meter was taken down: whoever is at it has steps to do still, and ends it.

use crate::core::feed::RowId;
use crate::core::{Tx, holders};
use crate::error::Error;
use crate::metering::rows::{installations, kept};
use domain::WorkOrderId;
use protocol::sync::rows::Entity;

/// Keeps the work at a meter that was taken down with the zone where the meter was, if it goes on or is that by which the meter was taken down.
///
/// # Errors
/// The database.
pub fn keep(tx: &mut Tx<'_>, meter: i64, by: Option<WorkOrderId>) -> Result<(), Error> {
    if installations::connection_of(tx, meter)?.is_some() {
        return Ok(());
    }
    let Some(connection) = installations::last_connection(tx, meter)? else { return Ok(()) };
    let zone = holders::of_connection(tx, connection)?.zone;
    for (order, id, rev) in kept::going_on(tx, meter, by)? {
        tx.put(zone, Entity::WorkOrder, &RowId::of(id), rev)?;
        for (record, of_record) in kept::records(tx, order)? {
            tx.put(zone, Entity::WorkRecord, &RowId::of(record), of_record)?;
        }
    }
    Ok(())
}

//! Work orders: announced, begun, completed and cancelled, and held by the admins and by whoever works in the meter's zone.

use crate::core::feed::RowId;
use crate::core::{Db, Tx, holders};
use crate::error::Error;
use crate::maintenance::rows;
use crate::maintenance::rows::{NewOrder, StoredOrder};
use domain::UtcMillis;
use domain::maintenance::work_order::{Window, WorkStep, authorising, judged_otherwise_from};
use protocol::sync::rows::Entity;

/// Announces work at a meter.
///
/// # Errors
/// There is an order of this identifier, or the database.
pub fn announce(tx: &mut Tx<'_>, new: &NewOrder<'_>) -> Result<(), Error> {
    rows::insert(tx, new)?;
    put(tx, new.meter, *new.id.0.as_bytes(), 1)
}

/// Writes that something happened to a work order at an instant, and by whom (key); returns from when on what happened at its meter may be
/// judged otherwise now. What was known already changes nothing.
///
/// # Errors
/// The database.
pub fn step(
    tx: &mut Tx<'_>,
    order: &StoredOrder,
    step: WorkStep,
    (at, by): (UtcMillis, i64),
) -> Result<Option<UtcMillis>, Error> {
    let after = order.progress.clone().with(step, at);
    if after == order.progress {
        return Ok(None);
    }
    let rev = rows::write_step(tx, order.num, step, (at, by))?;
    put(tx, order.meter, order.id, rev)?;
    Ok(judged_otherwise_from(&order.progress, &after))
}

/// Moves an order that nobody has begun to another window, as a person has set it.
///
/// # Errors
/// Somebody has begun it, or the database.
pub fn move_to(tx: &mut Tx<'_>, order: &StoredOrder, window: Window) -> Result<(), Error> {
    let rev = rows::write_window(tx, order.num, window)?;
    put(tx, order.meter, order.id, rev)
}

/// Says who is to do an order that nobody has begun, by key and name, as a person has set it.
///
/// # Errors
/// Somebody has begun it, or the database.
pub fn assign(tx: &mut Tx<'_>, order: &StoredOrder, technician: Option<&(i64, String)>) -> Result<(), Error> {
    let rev = rows::write_technician(tx, order.num, technician)?;
    put(tx, order.meter, order.id, rev)
}

/// The order, by key, that authorises what happened at a meter at an instant.
///
/// # Errors
/// The database.
pub fn authorising_at(db: &Db, meter: i64, at: UtcMillis) -> Result<Option<i64>, Error> {
    let begun = rows::begun(db, meter)?;
    Ok(authorising(begun.iter().map(|(order, progress)| (*order, progress)), at))
}

/// Sends an order of a meter to whoever holds it, at a revision.
///
/// # Errors
/// The database.
pub fn put(tx: &mut Tx<'_>, meter: i64, id: [u8; 16], rev: i64) -> Result<(), Error> {
    for bucket in holders::of_field_records(tx, meter)? {
        tx.put(bucket, Entity::WorkOrder, &RowId::of(id), rev)?;
    }
    Ok(())
}

//! Work records: added under an order, and held by the admins and by whoever works in the meter's zone.

use crate::core::feed::RowId;
use crate::core::{Db, Tx};
use crate::error::Error;
use crate::maintenance::rows::records;
use crate::maintenance::rows::records::NewRecord;
use crate::maintenance::{orders, parts};
use crate::metering::rows::kept;
use domain::UtcMillis;
use domain::maintenance::record::MOST_RECORDS;
use protocol::sync::rows::Entity;

/// Whether an order (key) has room for another record.
///
/// # Errors
/// The database.
pub fn has_room(db: &Db, order: i64) -> Result<bool, Error> {
    Ok(records::count_of(db, order)? < MOST_RECORDS)
}

/// Adds a record. A part that was used is taken from the stock in the same transaction.
///
/// # Errors
/// There is one of this identifier, or the database.
pub fn add(tx: &mut Tx<'_>, new: &NewRecord<'_>) -> Result<(), Error> {
    let record = records::insert(tx, new)?;
    parts::used(tx, new, record)?;
    let (order, meter) = new.under;
    let order = kept::id(tx, order)?;
    for bucket in orders::buckets(tx, meter, order)? {
        tx.put(bucket, Entity::WorkRecord, &RowId::of(*new.id.0.as_bytes()), 1)?;
    }
    Ok(())
}

/// Marks the records of an order (its key and its meter's) that were done after its end, as that is known now, and sends them to whoever holds them.
///
/// # Errors
/// The database.
pub fn mark_late(tx: &mut Tx<'_>, (order, meter): (i64, i64), ended: UtcMillis) -> Result<(), Error> {
    let late = records::mark_late(tx, order, ended)?;
    if late.is_empty() {
        return Ok(());
    }
    let order = kept::id(tx, order)?;
    let buckets = orders::buckets(tx, meter, order)?;
    for (id, rev) in late {
        for bucket in &buckets {
            tx.put(*bucket, Entity::WorkRecord, &RowId::of(id), rev)?;
        }
    }
    Ok(())
}

//! Work records: added under an order, and held by the admins and by whoever works in the meter's zone.

use crate::core::feed::RowId;
use crate::core::{Db, Tx, holders};
use crate::error::Error;
use crate::maintenance::rows::records;
use crate::maintenance::rows::records::NewRecord;
use domain::maintenance::record::MOST_RECORDS;
use protocol::sync::rows::Entity;

/// Whether an order (key) has room for another record.
///
/// # Errors
/// The database.
pub fn has_room(db: &Db, order: i64) -> Result<bool, Error> {
    Ok(records::count_of(db, order)? < MOST_RECORDS)
}

/// Adds a record.
///
/// # Errors
/// There is one of this identifier, or the database.
pub fn add(tx: &mut Tx<'_>, new: &NewRecord<'_>) -> Result<(), Error> {
    records::insert(tx, new)?;
    let (_, meter) = new.under;
    for bucket in holders::of_field_records(tx, meter)? {
        tx.put(bucket, Entity::WorkRecord, &RowId::of(*new.id.0.as_bytes()), 1)?;
    }
    Ok(())
}

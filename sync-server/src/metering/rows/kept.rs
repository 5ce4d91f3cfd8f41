//! Work orders that a zone goes on holding where their meter was until it was taken down.

use crate::core::Db;
use crate::error::Error;
use domain::WorkOrderId;
use protocol::sync::rows::Entity;
use rusqlite::params;

/// The buckets (keys) of the zones that hold an order of a meter which was taken down somewhere. Where the connection has moved to another zone since,
/// the one that it has left goes on holding it.
///
/// # Errors
/// The database.
pub fn zones(db: &Db, meter: i64, order: [u8; 16]) -> Result<Vec<i64>, Error> {
    // A utility has few zones, and the log has no index by row alone.
    let mut query = db.prepare_cached(
        "SELECT b.num FROM meter m CROSS JOIN bucket b ON b.utility = m.utility AND b.name >= 'zone:' AND b.name < 'zone;'
         CROSS JOIN change g ON g.bucket = b.num AND g.entity = ?2 AND g.id = ?3 AND g.removed = 0
         WHERE m.num = ?1 AND EXISTS (SELECT 1 FROM installation WHERE meter = ?1 AND until IS NOT NULL)",
    )?;
    let found = query.query_map(params![meter, Entity::WorkOrder as u8, order], |row| row.get(0))?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// An order: key, identifier and revision.
pub type Kept = (i64, [u8; 16], i64);

/// The orders of a meter that go on, and the one by which it was taken down unless that is over.
///
/// # Errors
/// The database.
pub fn going_on(db: &Db, meter: i64, by: Option<WorkOrderId>) -> Result<Vec<Kept>, Error> {
    let mut query = db.prepare_cached(
        "SELECT num, id, rev FROM work_order WHERE meter = ?1 AND completed_at IS NULL AND cancelled_at IS NULL
         AND (begun_at IS NOT NULL OR id = ?2)",
    )?;
    let by = by.map(|order| order.0.into_bytes());
    let found = query.query_map(params![meter, by], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// The records of an order (key): identifier and revision of each.
///
/// # Errors
/// The database.
pub fn records(db: &Db, order: i64) -> Result<Vec<([u8; 16], i64)>, Error> {
    let mut query = db.prepare_cached("SELECT id, rev FROM work_record WHERE work_order = ?1")?;
    Ok(query.query_map([order], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?)
}

/// The identifier of an order (key).
///
/// # Errors
/// There is no such order, or the database.
pub fn id(db: &Db, order: i64) -> Result<[u8; 16], Error> {
    let mut query = db.prepare_cached("SELECT id FROM work_order WHERE num = ?1")?;
    Ok(query.query_row([order], |row| row.get(0))?)
}

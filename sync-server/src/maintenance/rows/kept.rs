//! Orders that a zone goes on holding where their meter was until it was swapped.

use crate::core::Db;
use crate::error::Error;
use domain::WorkOrderId;
use protocol::sync::rows::Entity;
use rusqlite::params;

/// The connections, by key, where a meter was and is not now, or is again.
///
/// # Errors
/// The database.
pub fn left(db: &Db, meter: i64) -> Result<Vec<i64>, Error> {
    let mut query = db.prepare_cached("SELECT DISTINCT connection FROM installation WHERE meter = ?1 AND until IS NOT NULL")?;
    Ok(query.query_map([meter], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

/// Whether a bucket (key) holds an order.
///
/// # Errors
/// The database.
pub fn is_held(db: &Db, bucket: i64, order: [u8; 16]) -> Result<bool, Error> {
    let mut query =
        db.prepare_cached("SELECT EXISTS (SELECT 1 FROM change WHERE bucket = ?1 AND entity = ?2 AND id = ?3 AND removed = 0)")?;
    Ok(query.query_row(params![bucket, Entity::WorkOrder as u8, order], |row| row.get(0))?)
}

/// An order: key, identifier and revision.
pub type Kept = (i64, [u8; 16], i64);

/// The orders of a meter that go on, and the one by which it was swapped unless that is over.
///
/// # Errors
/// The database.
pub fn going_on(db: &Db, meter: i64, swapped_by: Option<WorkOrderId>) -> Result<Vec<Kept>, Error> {
    let mut query = db.prepare_cached(
        "SELECT num, id, rev FROM work_order WHERE meter = ?1 AND completed_at IS NULL AND cancelled_at IS NULL
         AND (begun_at IS NOT NULL OR id = ?2)",
    )?;
    let swapped_by = swapped_by.map(|order| order.0.into_bytes());
    let found = query.query_map(params![meter, swapped_by], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
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

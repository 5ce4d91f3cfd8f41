//! Rows of field records, with the columns that queries search by.

use crate::error::Error;
use crate::store::rows::read;
use protocol::sync::rows;
use rusqlite::{Connection, params};

pub(crate) fn put_note(db: &Connection, id: &str, rev: i64, body: &str) -> Result<(), Error> {
    let row: rows::Note = read(body)?;
    db.prepare_cached("INSERT OR REPLACE INTO note (id, rev, meter, at, body) VALUES (?1, ?2, ?3, ?4, ?5)")?.execute(params![
        id,
        rev,
        row.meter.to_string(),
        row.at.0,
        body
    ])?;
    Ok(())
}

pub(crate) fn put_manual_reading(db: &Connection, id: &str, rev: i64, body: &str) -> Result<(), Error> {
    let row: rows::ManualReading = read(body)?;
    db.prepare_cached("INSERT OR REPLACE INTO manual_reading (id, rev, meter, at, body) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![id, rev, row.meter.to_string(), row.at.0, body])?;
    Ok(())
}

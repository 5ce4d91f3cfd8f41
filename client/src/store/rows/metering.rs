//! Rows of meters and usage, with the columns that queries search by.

use crate::error::Error;
use crate::store::rows::read;
use protocol::sync::rows;
use rusqlite::{Connection, params};

pub(crate) fn put_meter(db: &Connection, id: &str, rev: i64, body: &str) -> Result<(), Error> {
    let row: rows::Meter = read(body)?;
    let (connection, zone) = (row.connection.map(|id| id.to_string()), row.zone.map(|id| id.to_string()));
    db.prepare_cached("INSERT OR REPLACE INTO meter (id, rev, serial, connection, zone, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?
        .execute(params![id, rev, row.serial.as_str(), connection, zone, body])?;
    Ok(())
}

pub(crate) fn put_usage_day(db: &Connection, id: &str, rev: i64, body: &str) -> Result<(), Error> {
    let row: rows::UsageDay = read(body)?;
    db.prepare_cached("INSERT OR REPLACE INTO usage_day (id, rev, connection, day, body) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![id, rev, row.connection.to_string(), row.day.0, body])?;
    Ok(())
}

pub(crate) fn put_usage_month(db: &Connection, id: &str, rev: i64, body: &str) -> Result<(), Error> {
    let row: rows::UsageMonth = read(body)?;
    db.prepare_cached("INSERT OR REPLACE INTO usage_month (id, rev, connection, month, body) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![id, rev, row.connection.to_string(), row.month.0, body])?;
    Ok(())
}

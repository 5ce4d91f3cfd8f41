//! Rows of customers, connections and users, with the columns that queries search by.

use crate::error::Error;
use crate::store::rows::meta::get;
use crate::store::rows::read;
use domain::UserId;
use protocol::people::auth;
use protocol::sync::rows;
use rusqlite::{Connection, OptionalExtension, params};

pub(crate) fn put_customer(db: &Connection, id: &str, rev: i64, body: &str) -> Result<(), Error> {
    let row: rows::Customer = read(body)?;
    let search = format!("{} {} {} {} {}", row.name, row.number, row.phone, row.address, row.city).to_lowercase();
    db.prepare_cached("INSERT OR REPLACE INTO customer (id, rev, name, number, search, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?
        .execute(params![id, rev, row.name, row.number, search, body])?;
    Ok(())
}

pub(crate) fn put_connection(db: &Connection, id: &str, rev: i64, body: &str) -> Result<(), Error> {
    let row: rows::Connection = read(body)?;
    db.prepare_cached(
        "INSERT OR REPLACE INTO connection (id, rev, customer, zone, address, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute(params![id, rev, row.customer.to_string(), row.zone.to_string(), row.address, body])?;
    Ok(())
}

pub(crate) fn put_conflict(db: &Connection, id: &str, rev: i64, body: &str) -> Result<(), Error> {
    let row: rows::Conflict = read(body)?;
    db.prepare_cached("INSERT OR REPLACE INTO conflict (id, rev, row_id, body) VALUES (?1, ?2, ?3, ?4)")?.execute(params![
        id,
        rev,
        row.row.to_string(),
        body
    ])?;
    Ok(())
}

/// A user's profile as this device shows it, pending operations included.
pub(crate) fn profile(db: &Connection, user: UserId) -> Result<Option<rows::Profile>, Error> {
    let mut query = db.prepare_cached("SELECT body FROM profile WHERE id = ?1")?;
    let body: Option<String> = query.query_row([user.to_string()], |row| row.get(0)).optional()?;
    body.as_deref().map(read).transpose()
}

/// The author of rows that are made on this device: the name of the signed-in user.
pub(crate) fn author(db: &Connection) -> Result<String, Error> {
    let profile: Option<auth::Profile> = get(db, "user:profile")?.as_deref().map(read).transpose()?;
    Ok(profile.map_or(String::new(), |profile| profile.name))
}

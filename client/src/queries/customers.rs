//! One customer as it is shown and edited, and what two people changed, from the cache alone.

use crate::error::Error;
use crate::queries::{meter_now, read};
use domain::CustomerId;
use protocol::sync::rows::{Conflict, Customer, Meter, MeterState};
use protocol::ui::{ConflictsWindow, CustomerDetail, CustomerMeter, ListQuery};
use rusqlite::{Connection, OptionalExtension};

/// Conflicts of a window at most.
const WINDOW: u32 = 200;

/// One customer with connections, and what two people changed of them.
///
/// # Errors
/// The cache cannot be read.
pub fn customer(db: &Connection, id: CustomerId) -> Result<Option<CustomerDetail>, Error> {
    let key = id.to_string();
    let body: Option<String> =
        db.prepare_cached("SELECT body FROM customer WHERE id = ?1")?.query_row([&key], |row| row.get(0)).optional()?;
    let Some(body) = body else { return Ok(None) };
    let mut connections = db.prepare_cached("SELECT body FROM connection WHERE customer = ?1 ORDER BY address, id")?;
    let connections = connections.query_map([&key], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
    let mut conflicts = db.prepare_cached(
        "SELECT body FROM conflict WHERE row_id = ?1 OR row_id IN (SELECT id FROM connection WHERE customer = ?1) ORDER BY id",
    )?;
    let conflicts = conflicts.query_map([&key], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
    let mut waiting = db.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM base_row WHERE (entity = 2 AND id = ?1)
           OR (entity = 3 AND id IN (SELECT id FROM connection WHERE customer = ?1)))",
    )?;
    Ok(Some(CustomerDetail {
        customer: read(&body)?,
        waiting: waiting.query_row([&key], |row| row.get(0))?,
        meters: meters(db, &key)?,
        connections: connections.iter().map(|body| read(body)).collect::<Result<_, _>>()?,
        conflicts: conflicts.iter().map(|body| conflict(db, body)).collect::<Result<_, _>>()?,
    }))
}

/// The meters at a customer's connections.
fn meters(db: &Connection, customer: &str) -> Result<Vec<CustomerMeter>, Error> {
    let mut query = db.prepare_cached(
        "SELECT m.body, s.body FROM connection n JOIN meter m ON m.connection = n.id LEFT JOIN meter_state s ON s.id = m.id
         WHERE n.customer = ?1 ORDER BY m.serial",
    )?;
    let found = query.query_map([customer], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut meters = Vec::new();
    for (meter, state) in found.collect::<Result<Vec<(String, Option<String>)>, _>>()? {
        let meter: Meter = read(&meter)?;
        let state: Option<MeterState> = state.as_deref().map(read).transpose()?;
        let Some(connection) = meter.connection else { continue };
        meters.push(CustomerMeter { connection, serial: meter.serial.to_string(), now: meter_now(&meter, state.as_ref()) });
    }
    Ok(meters)
}

/// Every field that two people changed and that waits for a decision, the oldest first.
///
/// # Errors
/// The cache cannot be read.
pub fn conflicts(db: &Connection) -> Result<Vec<Conflict>, Error> {
    let mut query = db.prepare_cached("SELECT body FROM conflict ORDER BY id LIMIT 500")?;
    let bodies = query.query_map([], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
    bodies.iter().map(|body| conflict(db, body)).collect()
}

/// A part of them, and how many there are.
///
/// # Errors
/// The cache cannot be read.
pub fn conflicts_window(db: &Connection, asked: ListQuery) -> Result<ConflictsWindow, Error> {
    let total = db.prepare_cached("SELECT COUNT(*) FROM conflict")?.query_row([], |row| row.get(0))?;
    let mut query = db.prepare_cached("SELECT body FROM conflict ORDER BY id LIMIT +?1 OFFSET ?2")?;
    let bodies = query.query_map([asked.limit.min(WINDOW), asked.offset], |row| row.get(0))?;
    let bodies = bodies.collect::<Result<Vec<String>, _>>()?;
    Ok(ConflictsWindow { total, conflicts: bodies.iter().map(|body| conflict(db, body)).collect::<Result<_, _>>()? })
}

/// A conflict with the present title of its row.
fn conflict(db: &Connection, body: &str) -> Result<Conflict, Error> {
    let conflict: Conflict = read(body)?;
    let mut query = db.prepare_cached(
        "SELECT name FROM customer WHERE id = ?1
         UNION ALL SELECT json_extract(body, '$.label') || ' · ' || address FROM connection WHERE id = ?1
         UNION ALL SELECT json_extract(body, '$.name') FROM profile WHERE id = ?1",
    )?;
    let title: Option<String> = query.query_row([conflict.row.to_string()], |row| row.get(0)).optional()?;
    Ok(Conflict { title: title.unwrap_or_default(), ..conflict })
}

/// The title of a row: the customer's name for a customer, a connection or a conflict of them, a meter's serial, a user's name,
/// a template's name.
///
/// # Errors
/// The cache cannot be read.
pub fn title(db: &Connection, id: &str) -> Result<String, Error> {
    // One key, found step by step: with keys joined by OR every customer would be read for each edit.
    let customer: Option<String> = db
        .prepare_cached(
            "SELECT body FROM customer WHERE id = COALESCE(
               (SELECT customer FROM connection WHERE id = ?1),
               (SELECT customer FROM connection WHERE id = (SELECT row_id FROM conflict WHERE id = ?1)),
               (SELECT row_id FROM conflict WHERE id = ?1), ?1)",
        )?
        .query_row([id], |row| row.get(0))
        .optional()?;
    if let Some(customer) = customer.as_deref().map(read::<Customer>).transpose()? {
        return Ok(customer.name);
    }
    let other: Option<String> = db
        .prepare_cached(
            "SELECT serial FROM meter WHERE id = ?1 UNION ALL SELECT json_extract(body, '$.name') FROM profile
               WHERE id = ?1 OR id = (SELECT row_id FROM conflict WHERE id = ?1)
             UNION ALL SELECT name FROM report_template WHERE id = ?1
             UNION ALL SELECT json_extract(body, '$.serial') FROM meter_swap WHERE id = ?1",
        )?
        .query_row([id], |row| row.get(0))
        .optional()?;
    Ok(other.unwrap_or_default())
}

//! Customers as they are listed and edited, from the cache alone.
//!
//! The list reads a window behind an index by name; a search reads the index of search texts, which is a tenth of the rows' size.

use super::read;
use crate::error::Error;
use domain::CustomerId;
use protocol::rows::{Conflict, Customer};
use protocol::ui::{CustomerDetail, CustomerQuery, CustomerRow, Customers};
use rusqlite::{Connection, OptionalExtension, Row, params};

/// Rows of a window at most.
const WINDOW: u32 = 200;

/// A window of the list, in order of name.
///
/// # Errors
/// The cache cannot be read.
pub fn customers(db: &Connection, asked: &CustomerQuery) -> Result<Customers, Error> {
    let total: u32 = db.prepare_cached("SELECT COUNT(*) FROM customer")?.query_row([], |row| row.get(0))?;
    let needle = asked.search.trim().to_lowercase();
    let limit = asked.limit.min(WINDOW);
    let (matching, rows) = if needle.is_empty() {
        let mut query = db.prepare_cached(
            "SELECT c.body, b.id IS NOT NULL FROM customer c LEFT JOIN base_row b ON b.entity = 2 AND b.id = c.id
             ORDER BY c.name COLLATE NOCASE, c.id LIMIT ?1 OFFSET ?2",
        )?;
        let rows = query.query_map([limit, asked.offset], columns)?.collect::<Result<Vec<_>, _>>()?;
        (total, rows)
    } else {
        let pattern = format!("%{}%", needle.replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_"));
        let mut count = db.prepare_cached(r"SELECT COUNT(*) FROM customer WHERE search LIKE ?1 ESCAPE '\'")?;
        let matching = count.query_row([&pattern], |row| row.get(0))?;
        let mut query = db.prepare_cached(
            r"SELECT c.body, b.id IS NOT NULL FROM customer c LEFT JOIN base_row b ON b.entity = 2 AND b.id = c.id
              WHERE c.search LIKE ?1 ESCAPE '\' ORDER BY c.name COLLATE NOCASE, c.id LIMIT ?2 OFFSET ?3",
        )?;
        let rows = query.query_map(params![pattern, limit, asked.offset], columns)?.collect::<Result<Vec<_>, _>>()?;
        (matching, rows)
    };
    let rows = rows.into_iter().map(|(body, waiting)| row(&body, waiting)).collect::<Result<_, _>>()?;
    Ok(Customers { total, matching, offset: asked.offset, rows })
}

fn columns(row: &Row<'_>) -> rusqlite::Result<(String, bool)> {
    Ok((row.get(0)?, row.get(1)?))
}

fn row(body: &str, waiting: bool) -> Result<CustomerRow, Error> {
    let Customer { id, number, name, status, phone, address, city, .. } = read(body)?;
    let parts: Vec<&str> = [address.as_str(), city.as_str()].into_iter().filter(|part| !part.is_empty()).collect();
    Ok(CustomerRow { id, number, name, phone, address: parts.join(", "), status, waiting })
}

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
        connections: connections.iter().map(|body| read(body)).collect::<Result<_, _>>()?,
        conflicts: conflicts.iter().map(|body| conflict(db, body)).collect::<Result<_, _>>()?,
    }))
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

/// A conflict with what its row is called now.
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

/// What people call a row: the customer's name for a customer, a connection or a conflict of them, a meter's serial, a user's name.
///
/// # Errors
/// The cache cannot be read.
pub fn title(db: &Connection, id: &str) -> Result<String, Error> {
    let customer: Option<String> = db
        .prepare_cached(
            "SELECT body FROM customer WHERE id = ?1 OR id = (SELECT customer FROM connection WHERE id = ?1)
               OR id = (SELECT row_id FROM conflict WHERE id = ?1)
               OR id = (SELECT customer FROM connection WHERE id = (SELECT row_id FROM conflict WHERE id = ?1))",
        )?
        .query_row([id], |row| row.get(0))
        .optional()?;
    if let Some(customer) = customer.as_deref().map(read::<Customer>).transpose()? {
        return Ok(customer.name);
    }
    let other: Option<String> = db
        .prepare_cached(
            "SELECT serial FROM meter WHERE id = ?1 UNION ALL SELECT json_extract(body, '$.name') FROM profile
               WHERE id = ?1 OR id = (SELECT row_id FROM conflict WHERE id = ?1)",
        )?
        .query_row([id], |row| row.get(0))
        .optional()?;
    Ok(other.unwrap_or_default())
}

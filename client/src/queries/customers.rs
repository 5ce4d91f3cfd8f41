//! Customers as they are listed and edited, from the cache alone.
//!
//! The list reads a window of one index by name, which holds what is searched as well and is a fifth of the rows' size.

use crate::error::Error;
use crate::queries::read;
use domain::CustomerId;
use domain::core::text::visible;
use protocol::sync::rows::{Conflict, Customer};
use protocol::ui::{ConflictsWindow, CustomerDetail, CustomerQuery, CustomerRow, Customers, ListQuery};
use rusqlite::{Connection, OptionalExtension};

/// Rows of a window at most.
const WINDOW: u32 = 200;

/// A window of the list, in order of name.
///
/// # Errors
/// The cache cannot be read.
pub fn customers(db: &Connection, asked: &CustomerQuery) -> Result<Customers, Error> {
    let total: u32 = db.prepare_cached("SELECT COUNT(*) FROM customer")?.query_row([], |row| row.get(0))?;
    let needle = visible(&asked.search).trim().to_lowercase();
    let (matching, window) = if needle.is_empty() {
        let mut query = db.prepare_cached(LISTED)?;
        let window = query.query_map([asked.limit.min(WINDOW), asked.offset], |row| row.get(0))?;
        (total, window.collect::<Result<Vec<String>, _>>()?)
    } else {
        search(db, &needle, asked)?
    };
    let mut read = db.prepare_cached(
        "SELECT body, EXISTS (SELECT 1 FROM base_row b WHERE b.entity = 2 AND b.id = c.id) FROM customer c WHERE id = ?1",
    )?;
    let mut rows = Vec::with_capacity(window.len());
    for id in window {
        let (body, waiting): (String, bool) = read.query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))?;
        rows.push(row(&body, waiting)?);
    }
    Ok(Customers { total, matching, offset: asked.offset, rows })
}

/// The keys of a window. Only the index is walked, so that the last window costs little more than the first.
const LISTED: &str = "SELECT id FROM customer ORDER BY name COLLATE NOCASE, id LIMIT ?1 OFFSET ?2";

/// The keys of what a search finds, in order of name.
const FOUND: &str = "SELECT id FROM customer WHERE instr(search, ?1) > 0 ORDER BY name COLLATE NOCASE, id";

/// How many match, and the keys of the window: one walk over the index for both.
fn search(db: &Connection, needle: &str, asked: &CustomerQuery) -> Result<(u32, Vec<String>), Error> {
    let window = asked.offset..asked.offset.saturating_add(asked.limit.min(WINDOW));
    let mut query = db.prepare_cached(FOUND)?;
    let mut found = query.query([needle])?;
    let (mut matching, mut ids) = (0, Vec::new());
    while let Some(row) = found.next()? {
        if window.contains(&matching) {
            ids.push(row.get(0)?);
        }
        matching += 1;
    }
    Ok((matching, ids))
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

/// A part of them, and how many there are.
///
/// # Errors
/// The cache cannot be read.
pub fn conflicts_window(db: &Connection, asked: ListQuery) -> Result<ConflictsWindow, Error> {
    let total = db.prepare_cached("SELECT COUNT(*) FROM conflict")?.query_row([], |row| row.get(0))?;
    let mut query = db.prepare_cached("SELECT body FROM conflict ORDER BY id LIMIT ?1 OFFSET ?2")?;
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

/// The title of a row: the customer's name for a customer, a connection or a conflict of them, a meter's serial, a user's name.
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
               WHERE id = ?1 OR id = (SELECT row_id FROM conflict WHERE id = ?1)",
        )?
        .query_row([id], |row| row.get(0))
        .optional()?;
    Ok(other.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    #[test]
    fn lists_and_searches_walk_the_index_alone() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("cache.db"), &"00".repeat(32)).unwrap();
        for sql in [LISTED, FOUND] {
            let plan = store.read_now(|db| {
                let parameters = if sql == LISTED { vec![1, 2] } else { vec![1] };
                let mut explain = db.prepare(&format!("EXPLAIN QUERY PLAN {sql}"))?;
                let steps = explain.query_map(rusqlite::params_from_iter(parameters), |row| row.get(3))?;
                Ok(steps.collect::<Result<Vec<String>, _>>()?)
            });
            assert_eq!(plan.unwrap(), ["SCAN customer USING COVERING INDEX customer_list"]);
        }
    }
}

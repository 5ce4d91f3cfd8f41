//! How SQLite finds the rows of a statement, for tests that say which index it reads.

use crate::store::Store;
use rusqlite::{Connection, params_from_iter};

/// The steps by which a statement finds its rows in a store.
pub fn plan(store: &Store, sql: &str, parameters: &[u32]) -> Vec<String> {
    let read = |db: &Connection| {
        let mut explain = db.prepare(&format!("EXPLAIN QUERY PLAN {sql}"))?;
        let steps = explain.query_map(params_from_iter(parameters), |row| row.get(3))?;
        Ok(steps.collect::<Result<Vec<String>, _>>()?)
    };
    store.read_now(read).unwrap()
}

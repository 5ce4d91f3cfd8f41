//! How SQLite finds the rows of a statement, for tests that say which index it reads.

use crate::core::{Db, migrate};
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

/// An empty database of today's schema.
pub fn empty() -> Connection {
    let mut db = Connection::open_in_memory().unwrap();
    migrate::run(&mut db).unwrap();
    db
}

/// The steps by which a statement finds its rows, where each of its parameters is 1.
pub fn plan(db: &Db, sql: &str) -> Vec<String> {
    let parameters = vec![Value::Integer(1); db.prepare(sql).unwrap().parameter_count()];
    plan_with(db, sql, &parameters)
}

/// The steps by which a statement finds its rows: a partial index is read where the parameters show that it has them all.
pub fn plan_with(db: &Db, sql: &str, parameters: &[Value]) -> Vec<String> {
    let mut explain = db.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
    let steps = explain.query_map(params_from_iter(parameters), |row| row.get(3)).unwrap();
    steps.collect::<Result<_, _>>().unwrap()
}

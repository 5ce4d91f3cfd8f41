//! That each statement of revenue that may be asked of many rows finds them by a key or an index.

use crate::core::migrate;
use crate::revenue::rows::{counted, customers, sums, transfers};
use domain::revenue::Dimension;
use rusqlite::Connection;
use rusqlite::types::Value;

fn plan(db: &Connection, sql: &str) -> Vec<String> {
    let mut explain = db.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
    let parameters = vec![Value::Integer(1); explain.parameter_count()];
    let steps = explain.query_map(rusqlite::params_from_iter(parameters), |row| row.get::<_, String>(3)).unwrap();
    steps.collect::<Result<Vec<_>, _>>().unwrap()
}

#[test]
fn every_statement_of_revenue_searches_and_scans_no_table() {
    let mut db = Connection::open_in_memory().unwrap();
    migrate::run(&mut db).unwrap();
    let at = transfers::at_query(Dimension::Zone);
    for (sql, found_by) in [
        (counted::AFTER, "SEARCH t USING INTEGER PRIMARY KEY (rowid>?)"),
        (counted::POSTINGS, "posting_transfer (transfer>? AND transfer<?)"),
        (sums::OF_DAYS, "PRIMARY KEY (utility=? AND dimension=? AND day>? AND day<?)"),
        (transfers::PLACES, "PRIMARY KEY (utility=? AND dimension=? AND day>? AND day<?)"),
        (at.as_str(), "PRIMARY KEY (utility=? AND day=? AND kind=? AND transfer>?)"),
        (transfers::LOAD, "SEARCH t USING INTEGER PRIMARY KEY (rowid=?)"),
    ] {
        let steps = plan(&db, sql);
        assert!(steps.iter().any(|step| step.contains(found_by)), "{sql}: {steps:?}");
        assert!(!steps.iter().any(|step| step.starts_with("SCAN")), "{sql}: {steps:?}");
    }
}

#[test]
fn customers_cost_one_walk_over_the_connections_and_stretches_of_keys() {
    let mut db = Connection::open_in_memory().unwrap();
    migrate::run(&mut db).unwrap();
    let steps = plan(&db, customers::EACH);
    let scanned: Vec<_> = steps.iter().filter(|step| step.starts_with("SCAN")).collect();
    assert!(scanned.iter().all(|step| step.starts_with("SCAN c")), "{steps:?}");
    for table in ["usage_month", "month_charge", "revenue_connection"] {
        let by_key = |step: &&String| step.contains(table) && step.contains("connection=? AND month");
        assert!(steps.iter().any(|step| by_key(&step)), "{table}: {steps:?}");
    }
}

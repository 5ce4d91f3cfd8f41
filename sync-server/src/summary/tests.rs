//! That each statement of the summary that reads more than a few rows finds them by a key or an index.

use crate::core::migrate;
use crate::metering::rows::usage;
use crate::sales::rows::{receipts, waiting};
use rusqlite::Connection;
use rusqlite::types::Value;

#[test]
fn every_statement_of_the_summary_searches_and_scans_no_table() {
    let mut db = Connection::open_in_memory().unwrap();
    migrate::run(&mut db).unwrap();
    let plan = |sql: &str| {
        let mut explain = db.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let parameters = vec![Value::Integer(1); explain.parameter_count()];
        let steps = explain.query_map(rusqlite::params_from_iter(parameters), |row| row.get::<_, String>(3)).unwrap();
        steps.collect::<Result<Vec<_>, _>>().unwrap()
    };
    for (sql, found_by) in [
        (usage::EACH_DAY, "PRIMARY KEY (connection=? AND day>? AND day<?)"),
        (usage::METERED, "installation_now"),
        (receipts::FIRST_SINCE, "transfer_time"),
        (receipts::RECEIVED, "PRIMARY KEY (account=? AND transfer>?)"),
        (waiting::COUNT, "purchase_expiry"),
    ] {
        let steps = plan(sql);
        assert!(steps.iter().any(|step| step.contains(found_by)), "{sql}: {steps:?}");
        assert!(!steps.iter().any(|step| step.starts_with("SCAN")), "{sql}: {steps:?}");
    }
}

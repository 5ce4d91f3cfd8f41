//! That each statement of closing that reads more than a few rows finds them by a key or an index.

use crate::core::migrate;
use crate::sales::rows::{cash, cut, months, settlements, time_zone};
use domain::UtcMillis;
use domain::core::local_time::DAY_MS;
use rusqlite::Connection;
use rusqlite::types::Value;

#[test]
fn every_statement_of_closing_searches_and_scans_no_table() {
    let mut db = Connection::open_in_memory().unwrap();
    migrate::run(&mut db).unwrap();
    let plan = |sql: &str| {
        let mut explain = db.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let parameters = vec![Value::Integer(1); explain.parameter_count()];
        let steps = explain.query_map(rusqlite::params_from_iter(parameters), |row| row.get::<_, String>(3)).unwrap();
        steps.collect::<Result<Vec<_>, _>>().unwrap()
    };
    for (sql, found_by) in [
        (cash::OPEN, "PRIMARY KEY (account=? AND transfer>? AND transfer<?)"),
        (cut::FIRST, "COVERING INDEX transfer_time"),
        (cut::LOWEST, "COVERING INDEX transfer_time"),
        (cut::STRAGGLERS, "COVERING INDEX transfer_time"),
        (cut::BALANCE, "PRIMARY KEY (account=? AND transfer<?)"),
        (months::LATE_SUM, "PRIMARY KEY (utility=? AND month=? AND transfer>? AND transfer<?)"),
        (settlements::NEXT_DAY, "settlement_line_days (file=? AND begun_at>?)"),
        (settlements::LOOK, "payment_started (started_at>? AND started_at<?)"),
        (time_zone::OF_UTILITY, "installation_now"),
    ] {
        let steps = plan(sql);
        assert!(steps.iter().any(|step| step.contains(found_by)), "{sql}: {steps:?}");
        assert!(!steps.iter().any(|step| step.starts_with("SCAN")), "{sql}: {steps:?}");
    }
}

/// A ledger of one account: a transfer of a rupiah at each of these times, in this order.
fn ledger(times: &[i64]) -> Connection {
    let db = Connection::open_in_memory().unwrap();
    db.execute_batch(
        "CREATE TABLE transfer (num INTEGER PRIMARY KEY, utility INTEGER, at INTEGER); CREATE INDEX transfer_time ON transfer (utility, at);
         CREATE TABLE posting (account INTEGER, transfer INTEGER, amount INTEGER, after INTEGER, PRIMARY KEY (account, transfer)) WITHOUT ROWID;",
    )
    .unwrap();
    for (place, at) in times.iter().enumerate() {
        let num = place as i64 + 1;
        db.execute("INSERT INTO transfer (num, utility, at) VALUES (?1, 1, ?2)", [num, *at]).unwrap();
        db.execute("INSERT INTO posting (account, transfer, amount, after) VALUES (1, ?1, 1, ?1)", [num]).unwrap();
    }
    db
}

proptest::proptest! {
    #[test]
    fn the_balance_at_an_instant_is_the_plain_sum_however_often_the_clock_was_set_back(
        steps in proptest::collection::vec((-DAY_MS / 2..2 * DAY_MS, 0_i64..3), 1..30), at in 0_i64..30 * DAY_MS, cut_off in 0_i64..32,
    ) {
        // The clock goes on, or back, by less than a day below where it was at most.
        let (mut times, mut now, mut highest) = (Vec::new(), 10 * DAY_MS, 10 * DAY_MS);
        for (by, again) in steps {
            now = (now + by).max(highest - DAY_MS);
            highest = highest.max(now);
            times.extend(std::iter::repeat_n(now, again as usize));
        }
        let db = ledger(&times);
        let found = cut::at(&db, 1, UtcMillis(at), cut_off).unwrap();
        let plain = times.iter().take(cut_off as usize).filter(|time| **time < at).count() as i64;
        proptest::prop_assert_eq!(cut::balance(&db, 1, &found).unwrap().0, plain, "{:?} of {:?}", found, times);
        let before = times.iter().take(cut_off as usize).rposition(|time| *time < at).map_or(0, |place| place as i64 + 1);
        proptest::prop_assert!(found.last() >= before, "{:?} of {:?}", found, times);
    }
}

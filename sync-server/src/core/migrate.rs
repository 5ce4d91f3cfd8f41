//! Migrations: they only ever add, run once each, in order, and are checked against what was run before.

use crate::error::Error;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior};
use sha2::{Digest, Sha256};

/// `application_id` of our databases: "IWtr".
const APPLICATION_ID: i64 = 0x4957_7472;

const MIGRATIONS: &[&str] = &[
    include_str!("../../migrations/0001_init.sql"),
    include_str!("../../migrations/0002_commands.sql"),
    include_str!("../../migrations/0003_log.sql"),
    include_str!("../../migrations/0004_facts.sql"),
    include_str!("../../migrations/0005_audit.sql"),
    include_str!("../../migrations/0006_fewer_indexes.sql"),
    include_str!("../../migrations/0007_money.sql"),
    include_str!("../../migrations/0008_payments.sql"),
    include_str!("../../migrations/0009_money_rows.sql"),
    include_str!("../../migrations/0010_valve.sql"),
    include_str!("../../migrations/0011_office.sql"),
    include_str!("../../migrations/0012_sessions.sql"),
    include_str!("../../migrations/0013_glossary.sql"),
    include_str!("../../migrations/0014_stories.sql"),
    include_str!("../../migrations/0015_limits.sql"),
    include_str!("../../migrations/0016_payments.sql"),
    include_str!("../../migrations/0017_refusals.sql"),
    include_str!("../../migrations/0018_people.sql"),
    include_str!("../../migrations/0019_decrees.sql"),
    include_str!("../../migrations/0020_notes.sql"),
    include_str!("../../migrations/0021_password_codes.sql"),
    include_str!("../../migrations/0022_alerts.sql"),
    include_str!("../../migrations/0023_purchase_number.sql"),
    include_str!("../../migrations/0024_cases.sql"),
    include_str!("../../migrations/0025_added.sql"),
    include_str!("../../migrations/0026_valves_by_hand.sql"),
    include_str!("../../migrations/0027_health.sql"),
    include_str!("../../migrations/0028_zones.sql"),
    include_str!("../../migrations/0029_invitations.sql"),
    include_str!("../../migrations/0030_openings.sql"),
    include_str!("../../migrations/0031_work_orders.sql"),
    include_str!("../../migrations/0032_order_batches.sql"),
    include_str!("../../migrations/0033_revenue.sql"),
    include_str!("../../migrations/0034_closing.sql"),
    include_str!("../../migrations/0035_announcements.sql"),
    include_str!("../../migrations/0036_class_rules.sql"),
    include_str!("../../migrations/0038_reports.sql"),
    include_str!("../../migrations/0039_saved_views.sql"),
    include_str!("../../migrations/0040_tips.sql"),
    include_str!("../../migrations/0041_zone_balance.sql"),
    include_str!("../../migrations/0042_schedules.sql"),
    include_str!("../../migrations/0043_report_runs.sql"),
    include_str!("../../migrations/0044_work.sql"),
    include_str!("../../migrations/0045_meter_swaps.sql"),
    include_str!("../../migrations/0046_work_leave.sql"),
    include_str!("../../migrations/0047_draws.sql"),
    include_str!("../../migrations/0048_neighbours.sql"),
    include_str!("../../migrations/0049_settlement_parts.sql"),
    include_str!("../../migrations/0050_people_by_customer.sql"),
    include_str!("../../migrations/0051_checklists_without_names.sql"),
    include_str!("../../migrations/0052_stays_and_due_days.sql"),
    include_str!("../../migrations/0053_parts.sql"),
    include_str!("../../migrations/0054_unusual_readings.sql"),
    include_str!("../../migrations/0055_coarse_steps.sql"),
    include_str!("../../migrations/0056_visit_moves.sql"),
];

/// Brings a database up to date.
///
/// # Errors
/// The database is of a newer schema, is not ours, or was made by a migration that has since been edited.
pub fn run(connection: &mut Connection) -> Result<(), Error> {
    let known = MIGRATIONS.len() as i64;
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found: i64 = tx.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let application: i64 = tx.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let empty: bool = tx.query_row("SELECT NOT EXISTS (SELECT 1 FROM sqlite_schema)", [], |row| row.get(0))?;
    if !empty && application != APPLICATION_ID {
        return Err(Error::Setup("the file is a database, but not one of IndoWater's server".into()));
    }
    if found > known {
        return Err(Error::SchemaTooNew { found, known });
    }
    for (index, sql) in MIGRATIONS.iter().enumerate() {
        let version = index as i64 + 1;
        let key = format!("migration:{version}");
        let digest = hex(&Sha256::digest(sql));
        if version > found {
            tx.execute_batch(sql)?;
            tx.execute("INSERT INTO meta (key, value) VALUES (?1, ?2)", [&key, &digest])?;
            continue;
        }
        let ran: Option<String> = tx.query_row("SELECT value FROM meta WHERE key = ?1", [&key], |row| row.get(0)).optional()?;
        if ran.as_deref() != Some(&digest) {
            return Err(Error::Setup(format!("migration {version} differs from the one this database was made by")));
        }
    }
    // A database of an older schema goes on with the epoch its buckets are in.
    let epoch = "COALESCE((SELECT MAX(epoch) FROM bucket), ?1)";
    tx.execute(
        &format!("INSERT OR IGNORE INTO meta (key, value) VALUES ('epoch', CAST({epoch} AS TEXT))"),
        [crate::core::now().0],
    )?;
    tx.pragma_update(None, "user_version", known)?;
    tx.pragma_update(None, "application_id", APPLICATION_ID)?;
    tx.commit()?;
    Ok(())
}

/// Marks a backup's copy as one: a server that is started on it serves an older state than devices hold, and begins another epoch.
///
/// # Errors
/// The database.
pub fn mark_as_copy(copy: &Connection) -> Result<(), Error> {
    copy.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('is_copy', '1')", [])?;
    Ok(())
}

/// A database that is a backup's copy begins another epoch: what was acknowledged after it was made is not in it, and devices bring it
/// again.
///
/// # Errors
/// The database.
pub fn begin_if_copy(connection: &mut Connection) -> Result<(), Error> {
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if tx.execute("DELETE FROM meta WHERE key = 'is_copy'", [])? > 0 {
        tracing::warn!("this is a backup's copy: devices take everything anew, and bring again what it has forgotten");
        crate::core::feed::begin_epoch(&tx, crate::core::now())?;
    }
    Ok(tx.commit()?)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_run_changes_nothing_and_a_newer_schema_is_refused() {
        let mut db = Connection::open_in_memory().unwrap();
        run(&mut db).unwrap();
        run(&mut db).unwrap();
        db.pragma_update(None, "user_version", 99).unwrap();
        assert!(matches!(run(&mut db), Err(Error::SchemaTooNew { found: 99, .. })));
    }

    #[test]
    fn someone_elses_database_is_left_alone() {
        let mut db = Connection::open_in_memory().unwrap();
        db.execute_batch("CREATE TABLE theirs (x)").unwrap();
        assert!(matches!(run(&mut db), Err(Error::Setup(_))));
    }

    #[test]
    fn the_key_of_an_older_refund_is_taken_from_its_detail_once() {
        let db = Connection::open_in_memory().unwrap();
        let glossary = MIGRATIONS.iter().position(|sql| sql.contains("refund_key")).unwrap();
        MIGRATIONS[..glossary].iter().for_each(|sql| db.execute_batch(sql).unwrap());
        let key = "0190b6f1-7a52-7cc0-8000-00000000002a";
        db.execute_batch(&format!(
            "INSERT INTO payment_audit (at, order_id, what, detail) VALUES (1, 'IW-1', 'refund_asked', 'Rp30.000 key {key}: the wrong key : yes'),
               (2, 'IW-1', 'odd', 'paid key x: y')"
        ))
        .unwrap();
        db.execute_batch(MIGRATIONS[glossary]).unwrap();
        let mut keys = db.prepare("SELECT refund_key FROM payment_audit ORDER BY num").unwrap();
        let keys: Vec<Option<String>> = keys.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        assert_eq!(keys, [Some(key.to_owned()), None]);
        assert!(db.execute("UPDATE payment_audit SET refund_key = NULL", []).is_err(), "append-only");
    }

    #[test]
    fn the_zones_that_a_connection_has_left_are_taken_over_in_order_of_time() {
        let db = Connection::open_in_memory().unwrap();
        let stays = MIGRATIONS.iter().position(|sql| sql.contains("CREATE TABLE connection_zone_stay")).unwrap();
        MIGRATIONS[..stays].iter().for_each(|sql| db.execute_batch(sql).unwrap());
        let past = "INSERT INTO connection_zone_past (connection, zone, until) VALUES (7, 1, 30), (7, 2, 20), (8, 1, 10)";
        db.execute_batch(&format!("PRAGMA foreign_keys = OFF; {past}")).unwrap();
        db.execute_batch(MIGRATIONS[stays]).unwrap();
        let mut kept = db.prepare("SELECT zone, until FROM connection_zone_stay WHERE connection = 7 ORDER BY num").unwrap();
        let kept: Vec<(i64, i64)> =
            kept.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect();
        assert_eq!(kept, [(2, 20), (1, 30)]);
        assert!(db.execute("DELETE FROM connection_zone_stay", []).is_err(), "append-only");
    }

    #[test]
    fn every_foreign_key_to_what_may_go_has_an_index_so_that_no_delete_scans() {
        let mut db = Connection::open_in_memory().unwrap();
        run(&mut db).unwrap();
        let tables: Vec<String> = db
            .prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")
            .unwrap()
            .query_map([], |row| row.get(0))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        for table in ["session", "connection", "conflict", "payment_effect", "payment_audit", "meter_order"] {
            assert!(tables.iter().any(|name| name == table));
            let keys: Vec<String> = db
                .prepare(&format!("SELECT \"from\" FROM pragma_foreign_key_list('{table}') WHERE \"table\" <> 'utility'"))
                .unwrap()
                .query_map([], |row| row.get(0))
                .unwrap()
                .collect::<Result<_, _>>()
                .unwrap();
            for key in keys {
                let plan: String = db
                    .query_row(&format!("EXPLAIN QUERY PLAN SELECT 1 FROM {table} WHERE {key} = 1"), [], |row| row.get(3))
                    .unwrap();
                assert!(plan.starts_with("SEARCH"), "{table}.{key}: {plan}");
            }
        }
    }
}

//! SIGKILL again and again while reports are made and mailed: each is there once, in the app once, and mailed at least once under one identifier.

use super::{DELIVERED, NOTIFIED, RUNS};
use domain::core::local_time::DAY_MS;
use domain::reports::ReportKind;
use domain::{ReportScheduleId, UserId, UtcMillis};
use rusqlite::{Connection, OpenFlags};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use sync_server::cli::provision::transact;
use sync_server::core::{now, open_connection};
use sync_server::reports::rows::schedules;
use tests::alerts::until;
use tests::mail::MailServer;
use tests::runs::daily;
use tests::server::{ServerProcess, check};
use tests::world::World;
use uuid::Uuid;

/// Schedules that are all due at once.
const SCHEDULES: usize = 200;

/// How often the server is killed.
const KILLS: usize = 20;

/// Writes schedules that were due yesterday, for the world's admin.
fn write_all(world: &World) {
    let mut db = open_connection(&world.config().database(), OpenFlags::SQLITE_OPEN_READ_WRITE).expect("a database");
    transact(&mut db, |tx| {
        let (num, id): (i64, [u8; 16]) =
            tx.db.query_row("SELECT num, id FROM user WHERE role = 'admin'", [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let utility = tx.db.query_row("SELECT num FROM utility", [], |row| row.get(0))?;
        let content = daily(ReportKind::DeviceStatus, vec![UserId(Uuid::from_bytes(id))]);
        let due: UtcMillis = now().plus(-DAY_MS);
        for _ in 0..SCHEDULES {
            schedules::insert(tx, ReportScheduleId(Uuid::now_v7()), (utility, num), (&content, Some(due)))?;
        }
        Ok(())
    })
    .expect("written");
}

fn count(db: &Connection, sql: &str) -> i64 {
    db.query_row(sql, [], |row| row.get(0)).expect(sql)
}

/// Mails that the server knows to be sent.
const SENT: &str = "SELECT COUNT(*) FROM delivery WHERE state = 'sent'";

#[tokio::test(flavor = "multi_thread")]
async fn a_server_killed_twenty_times_makes_each_report_once_and_mails_it_at_least_once() {
    let mail = MailServer::start(&[]).await;
    let world = World::new();
    let data = world.folder.path().to_owned();
    write_all(&world);
    let settings = [
        ("INDOWATER_EMAIL_HOST", "127.0.0.1".to_owned()),
        ("INDOWATER_EMAIL_PORT", mail.port.to_string()),
        ("INDOWATER_EMAIL_TLS", "none".to_owned()),
        ("INDOWATER_EMAIL_FROM", "IndoWater <air@test.example>".to_owned()),
        // A typesetter for each of them would take minutes.
        ("INDOWATER_RECEIPTS", "/nowhere/receipts".to_owned()),
    ];
    let settings = settings.map(|(name, value)| (name.to_owned(), value));
    let mut server = ServerProcess::start_with(&data, &settings).await;
    let db = open_connection(&world.config().database(), OpenFlags::SQLITE_OPEN_READ_ONLY).expect("the database");
    for kill in 1..=KILLS {
        let enough = (SCHEDULES * kill / (KILLS + 1)) as i64;
        until("a share of them", async || {
            let is = count(&db, RUNS);
            (is >= enough).then_some(()).ok_or(is.to_string())
        })
        .await;
        server.kill_and_start().await;
    }
    let whole = SCHEDULES as i64;
    until("the end", async || {
        let is = (count(&db, RUNS), count(&db, SENT));
        (is == (whole, whole)).then_some(()).ok_or(format!("{is:?}"))
    })
    .await;
    server.kill();

    check(&data).expect("every row is where it belongs");
    assert_eq!((count(&db, DELIVERED), count(&db, NOTIFIED)), (whole, whole), "one each in the app");
    let days = "SELECT COUNT(*) FROM (SELECT schedule, day FROM report_run GROUP BY schedule, day HAVING COUNT(*) = 1)";
    assert_eq!(count(&db, days), whole);
    let mut sent: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for message in mail.mail() {
        let text = message["text"].as_str().unwrap_or_default().to_owned();
        sent.entry(message["headers"]["message-id"].to_string()).or_default().insert(text);
        assert_eq!(message["files"], Value::Array(Vec::new()));
    }
    assert_eq!(sent.len(), SCHEDULES, "an identifier for each");
    assert!(sent.values().all(|texts| texts.len() == 1 && texts.iter().all(|text| text.contains("tidak dilampirkan"))));
}

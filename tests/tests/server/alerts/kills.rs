//! Twenty times SIGKILL amid ten thousand notifications: each is handed to its provider at least once, and a reader that goes by the
//! messages' identifiers shows each once.

use domain::alerts::kinds::Provider;
use domain::alerts::preferences::Preferences;
use domain::billing::balance::Level;
use rusqlite::{Connection, OpenFlags};
use serde_json::json;
use std::collections::BTreeMap;
use sync_server::alerts::enqueue::{NewNotification, enqueue};
use sync_server::alerts::rows::settings;
use sync_server::alerts::sending;
use sync_server::cli::provision::transact;
use sync_server::core::open_connection;
use tests::alerts::{CUSTOMER, OTHER, low, until};
use tests::receiver::{Receiver, reply};
use tests::server::{ServerProcess, check};
use tests::world::World;

const NOTIFICATIONS: usize = 10_000;

/// How often the server is killed.
const KILLS: usize = 20;

/// Writes the notifications, as the transactions of their causes would.
fn write_all(world: &World, webhook: &str) {
    let mut db = open_connection(&world.config().database(), OpenFlags::SQLITE_OPEN_READ_WRITE).expect("a database");
    transact(&mut db, |tx| {
        sending::begin(tx, &[Provider::Webhook])?;
        for user in [CUSTOMER, OTHER] {
            let preferences = Preferences { webhook: Some(format!("{webhook}/{user}")), ..Preferences::default() };
            settings::keep_preferences(tx, user, &preferences)?;
        }
        for n in 0..NOTIFICATIONS {
            let user = if n % 2 == 0 { CUSTOMER } else { OTHER };
            let content = low(Level::Critical, n as i64);
            let new = NewNotification { user, connection: None, meter: None, dedupe_key: format!("uji:{n}"), content };
            assert!(enqueue(tx, &new)?);
            assert!(n % 100 > 0 || !enqueue(tx, &new)?, "the same again is not new");
        }
        Ok(())
    })
    .expect("notified");
}

fn rows<R: rusqlite::types::FromSql>(db: &Connection, sql: &str) -> Vec<R> {
    let mut query = db.prepare(sql).expect("SQL");
    query.query_map([], |row| row.get(0)).expect("reads").collect::<Result<_, _>>().expect("rows")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_killed_twenty_times_amid_ten_thousand_notifications_hands_each_on() {
    let receiver = Receiver::start(|_| reply(200, json!({}))).await;
    let world = World::new();
    let data = world.folder.path().to_owned();
    write_all(&world, &receiver.url());
    let settings = [("ENABLED", "true"), ("ALLOW_PRIVATE", "true")];
    let settings = settings.map(|(name, value)| (format!("INDOWATER_WEBHOOK_{name}"), value.to_owned()));
    let mut server = ServerProcess::start_with(&data, &settings).await;
    for kill in 1..=KILLS {
        let enough = NOTIFICATIONS * kill / (KILLS + 1);
        until("a share of them", async || (receiver.count() >= enough).then_some(()).ok_or(receiver.count().to_string())).await;
        server.kill_and_start().await;
    }
    let db = open_connection(&world.config().database(), OpenFlags::SQLITE_OPEN_READ_ONLY).expect("the database");
    let open = || rows::<i64>(&db, "SELECT COUNT(*) FROM delivery WHERE state <> 'sent'")[0];
    until("the end", async || (open() == 0).then_some(()).ok_or(open().to_string())).await;
    server.kill();

    let mut shown: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for request in receiver.received() {
        shown.entry(request.header("idempotency-key").to_owned()).or_default().push(request.body);
    }
    let again = receiver.count() - shown.len();
    assert!(shown.values().all(|bodies| bodies.iter().all(|body| *body == bodies[0])), "a repeat says the same");
    let messages: Vec<Vec<u8>> = rows(&db, "SELECT message FROM delivery ORDER BY message");
    let messages: Vec<String> =
        messages.into_iter().map(|bytes| uuid::Uuid::from_slice(&bytes).expect("an identifier").to_string()).collect();
    assert_eq!(messages.len(), NOTIFICATIONS);
    assert!(messages.iter().eq(shown.keys()), "each at least once, and no other");
    assert!(again > 0, "kills that cut nothing off prove nothing");
    assert!(again <= KILLS * sending::BATCH, "{again} repeats: more than was on its way when the server died");
    assert_eq!(rows::<i64>(&db, "SELECT COUNT(*) FROM change WHERE entity = 16 AND removed = 0"), [NOTIFICATIONS as i64]);
    check(&data).expect("as stored");
}

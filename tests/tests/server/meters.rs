//! Meters as the server holds them: one session each, revoked on request, reporting often while watched, and moved with all that follows.

use client::Client;
use domain::UtcMillis;
use domain::core::local_time::MINUTE_MS;
use protocol::metering::live::{CLOSE_INTERVAL_S, Watch};
use protocol::metering::messages::{MeterOrder, OrderAction};
use protocol::sync::pull::{Page, Pulled};
use protocol::ui::{Request, Secret};
use rumqttc::{AsyncClient, Event, EventLoop, LastWill, MqttOptions, Packet, QoS};
use rusqlite::OpenFlags;
use serde_json::json;
use std::time::Duration;
use sync_server::check;
use sync_server::core::{now, open_connection};
use sync_server::metering::{fleet, install};
use tests::world::{Device, PASSWORD, Running, World, email, reading};
use tokio::time::timeout;

/// Longer than the interval at which the server checks a session's rights.
const SOON: Duration = Duration::from_secs(30);

/// A meter's connection with its last will.
fn meter(running: &Running, device: &Device, client_id: &str) -> (AsyncClient, EventLoop) {
    let mut options = MqttOptions::new(client_id, "127.0.0.1", running.server.mqtt.port());
    options.set_credentials(device.serial.as_str(), &device.secret).set_keep_alive(Duration::from_secs(60));
    let topic = format!("indowater/v1/{}/status", device.serial);
    options.set_last_will(LastWill::new(topic, r#"{"online":false}"#, QoS::AtLeastOnce, true));
    AsyncClient::new(options, 8)
}

async fn publish(device: &Device, (client, events): &mut (AsyncClient, EventLoop), t: UtcMillis, register: i64) {
    let payload = serde_json::to_vec(&reading(t, register, 0)).expect("JSON");
    client.publish(format!("indowater/v1/{}/telemetry", device.serial), QoS::AtLeastOnce, false, payload).await.expect("queued");
    while !matches!(events.poll().await.expect("connected"), Event::Incoming(Packet::PubAck(_))) {}
}

async fn said_offline(running: &Running) -> bool {
    let read = running.server.app.store.read(|db| {
        Ok(db.query_row("SELECT said_offline FROM meter_state ORDER BY meter LIMIT 1", [], |row| row.get::<_, bool>(0))?)
    });
    read.await.expect("reads")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reconnecting_meter_replaces_its_old_session_and_stays_online() {
    let running = World::new().start().await;
    let device = running.world.meters[0].clone();
    let mut old = meter(&running, &device, "radio");
    publish(&device, &mut old, now(), 10).await;
    let mut new = meter(&running, &device, "radio");
    publish(&device, &mut new, now().plus(1), 20).await;
    let ended = async { while old.1.poll().await.is_ok() {} };
    timeout(SOON, ended).await.expect("the old connection is ended");
    publish(&device, &mut new, now().plus(2), 30).await;
    assert!(!said_offline(&running).await, "it is there, in its newer connection");
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_credential_ends_its_open_connection() {
    let running = World::new().start().await;
    let device = running.world.meters[0].clone();
    let mut connection = meter(&running, &device, "m");
    publish(&device, &mut connection, now(), 10).await;
    let serial = device.serial.clone();
    let revoke = running.server.app.store.writer.work(move |tx| fleet::revoke_credential(tx, serial.as_str()));
    assert!(revoke.await.expect("revoked"));
    let ended = async { while connection.1.poll().await.is_ok() {} };
    timeout(SOON, ended).await.expect("the connection is ended");
    assert!(connection.1.poll().await.is_err(), "and it is not let in again");
    assert!(!said_offline(&running).await, "what it left to be said is not said");
    running.server.stop().await;
}

async fn watching(running: &Running, name: &str) -> Client {
    let client = running.client(name).await;
    let asked = Request::SignIn { email: email(name), password: Secret(PASSWORD.into()) };
    client.call(asked).await.expect("signed in");
    let meters = vec![running.world.meters[0].id];
    client.call(Request::Watch(Watch { closely: meters.clone(), meters })).await.expect("watches");
    client
}

#[tokio::test(flavor = "multi_thread")]
async fn a_meter_reports_every_five_seconds_while_its_owner_watches_it() {
    let running = World::new().start().await;
    let device = running.world.meters[0].clone();
    let (client, mut events) = meter(&running, &device, "m");
    client.subscribe(format!("indowater/v1/{}/command", device.serial), QoS::AtLeastOnce).await.expect("queued");
    while !matches!(events.poll().await.expect("connected"), Event::Incoming(Packet::SubAck(_))) {}
    let next = async |events: &mut EventLoop| loop {
        if let Event::Incoming(Packet::Publish(message)) = events.poll().await.expect("connected") {
            return serde_json::from_slice::<MeterOrder>(&message.payload).expect("a command");
        }
    };
    let _stranger = watching(&running, "other").await;
    let nothing = timeout(Duration::from_secs(2), next(&mut events)).await;
    assert!(nothing.is_err(), "a stranger who watches changes nothing");
    let _owner = watching(&running, "customer").await;
    let command = timeout(SOON, next(&mut events)).await.expect("a command comes");
    assert_eq!((command.action, command.interval_s), (OrderAction::SetInterval, Some(CLOSE_INTERVAL_S)));
    let ends = command.until.expect("it ends").since(now());
    assert!((10_000..=120_000).contains(&ends), "it ends by itself, in {ends} ms");
    running.server.stop().await;
}

async fn rows(running: &Running, name: &str) -> Vec<(String, String)> {
    let token = running.tokens(name).await.access_token;
    let http = reqwest::Client::new();
    let pull = http.post(format!("{}/sync/v1/pull", running.url())).bearer_auth(&token).json(&json!({ "cursors": [] }));
    let pulled: Pulled = pull.send().await.expect("an answer").json().await.expect("a pull's answer");
    let mut rows = Vec::new();
    for head in pulled.add {
        let page = http.get(format!("{}/sync/v1/snapshot/{}", running.url(), head.bucket)).bearer_auth(&token);
        let page: Page = page.send().await.expect("an answer").json().await.expect("a page");
        rows.extend(page.rows.into_iter().map(|row| (format!("{:?}", row.entity.known().expect("known")), row.id)));
    }
    rows
}

#[tokio::test(flavor = "multi_thread")]
async fn a_moved_meter_leaves_its_old_customers_rows_with_its_late_usage() {
    let running = World::new().start().await;
    let [a, b] = running.world.meters.clone();
    let swapped = now().0 - 30 * MINUTE_MS;
    let mut connection = meter(&running, &b, "b");
    // Before and after the swap, which is entered in the server later.
    for minute in [-3, -2, -1, 1, 2, 3] {
        publish(&b, &mut connection, UtcMillis(swapped + minute * MINUTE_MS), 1_000_000 + (minute + 3) * 200).await;
    }
    running.server.app.store.writer.publish(false).await.expect("published");
    assert!(rows(&running, "other").await.contains(&("Meter".into(), b.id.to_string())));
    let moved = running.server.app.store.writer.work(move |tx| {
        let num = |sql: &str| tx.db.query_row(sql, [], |row| row.get::<_, i64>(0));
        let meter = num("SELECT num FROM meter WHERE serial = 'WM-TEST-B'")?;
        let place = num("SELECT connection FROM installation JOIN meter ON num = meter WHERE serial = 'WM-TEST-A'")?;
        install::install(tx, meter, place, UtcMillis(swapped))
    });
    moved.await.expect("moved");
    running.server.app.store.writer.forget_meters().await.expect("read anew");
    running.server.app.store.writer.publish(false).await.expect("published");
    for entity in ["Meter", "MeterState"] {
        let row = (entity.to_owned(), b.id.to_string());
        assert!(!rows(&running, "other").await.contains(&row), "{entity} is its old customer's no longer");
        assert!(rows(&running, "customer").await.contains(&row), "{entity} is its new customer's");
        assert!(rows(&running, "technician").await.contains(&row), "{entity} is in its new zone");
        assert!(rows(&running, "admin").await.contains(&row));
    }
    let displaced = ("Meter".to_owned(), a.id.to_string());
    assert!(!rows(&running, "customer").await.contains(&displaced), "the displaced meter is nobody's");
    assert!(rows(&running, "admin").await.contains(&displaced));
    let db = open_connection(&running.world.config().database(), OpenFlags::SQLITE_OPEN_READ_ONLY).expect("opens");
    assert_eq!(check::check(&db).expect("checks").findings, Vec::<String>::new());
    let mut query = db.prepare("SELECT SUM(volume) FROM usage_day GROUP BY connection ORDER BY connection").expect("SQL");
    let sums: Vec<i64> = query.query_map([], |row| row.get(0)).expect("reads").collect::<Result<_, _>>().expect("sums");
    assert_eq!(sums, [400, 400], "two minutes of use on either side of the swap");
    running.server.stop().await;
}

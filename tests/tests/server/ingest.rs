//! Ingest with real clients: what is acknowledged is on disk, what is refused changes nothing, and nobody speaks for another.
#![allow(clippy::print_stdout, reason = "a test that counts prints its counts")]

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::UtcMillis;
use domain::core::local_time::MINUTE_MS;
use rumqttc::{AsyncClient, Event, MqttOptions, Packet, QoS};
use rusqlite::OpenFlags;
use std::collections::BTreeSet;
use std::process::Command;
use std::time::Duration;
use sync_server::check;
use sync_server::core::{now, open_connection};
use tests::views::plan;
use tests::world::{Device, Running, World, reading};

/// `mosquitto_pub` from Debian, as a judge that knows nothing of us.
fn mosquitto_pub(running: &Running, device: &Device, topic: &str, payload: &str, version: &str) -> std::process::Output {
    Command::new("mosquitto_pub")
        .args(["-h", "127.0.0.1", "-p", &running.server.mqtt.port().to_string(), "-V", version, "-q", "1"])
        .args(["-u", device.serial.as_str(), "-P", &device.secret, "-t", topic, "-m", payload])
        .output()
        .expect("mosquitto_pub is installed")
}

async fn readings(running: &Running) -> Vec<(i64, i64)> {
    let read = running.server.app.store.read(|db| {
        let mut query = db.prepare("SELECT t, register FROM reading ORDER BY meter, t")?;
        Ok(query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?)
    });
    read.await.expect("reads")
}

#[tokio::test(flavor = "multi_thread")]
async fn mosquitto_pub_of_both_versions_is_acknowledged_when_its_reading_is_on_disk() {
    let running = World::new().start().await;
    let device = running.world.meters[0].clone();
    let t = now().0 - 10 * MINUTE_MS;
    for (place, version) in ["mqttv311", "mqttv5"].into_iter().enumerate() {
        let topic = format!("indowater/v1/{}/telemetry", device.serial);
        let at = t + place as i64 * MINUTE_MS;
        let payload = format!(r#"{{"t":{at},"reg":{},"flow":12000,"unknown":1}}"#, 1_000 + place * 500);
        let output = mosquitto_pub(&running, &device, &topic, &payload, version);
        assert!(output.status.success(), "{version}: {}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(readings(&running).await.len(), place + 1, "on disk when {version} was acknowledged");
    }
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_meter_reports_for_no_other_and_a_wrong_secret_for_none() {
    let running = World::new().start().await;
    let [ours, other] = running.world.meters.clone();
    let payload = format!(r#"{{"t":{},"reg":1}}"#, now().0);
    let theirs = format!("indowater/v1/{}/telemetry", other.serial);
    let output = mosquitto_pub(&running, &ours, &theirs, &payload, "mqttv5");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("Not authorized"), "version 5 says why: {said}");
    let liar = Device { secret: other.secret.clone(), ..ours.clone() };
    let mine = format!("indowater/v1/{}/telemetry", ours.serial);
    for version in ["mqttv311", "mqttv5"] {
        assert!(!mosquitto_pub(&running, &liar, &mine, &payload, version).status.success(), "{version}");
    }
    assert_eq!(readings(&running).await, []);
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_last_will_marks_the_meter_offline_until_something_of_it_comes() {
    let running = World::new().start().await;
    let device = running.world.meters[0].clone();
    let mut options = MqttOptions::new("w", "127.0.0.1", running.server.mqtt.port());
    options.set_credentials(device.serial.as_str(), &device.secret);
    let topic = format!("indowater/v1/{}/status", device.serial);
    options.set_last_will(rumqttc::LastWill::new(topic, r#"{"online":false}"#, QoS::AtLeastOnce, true));
    let (client, mut events) = AsyncClient::new(options, 8);
    let payload = serde_json::to_vec(&reading(now(), 5, 0)).expect("JSON");
    client.publish(format!("indowater/v1/{}/telemetry", device.serial), QoS::AtLeastOnce, false, payload).await.expect("queued");
    while !matches!(events.poll().await.expect("connected"), Event::Incoming(Packet::PubAck(_))) {}
    let mut reader = running.server.app.live.meters.join();
    reader.listen(vec![device.id]);
    // Without a DISCONNECT: as when the battery is pulled.
    drop((client, events));
    let frames = tokio::time::timeout(Duration::from_secs(10), reader.mailbox.fetch()).await.expect("the will is published");
    assert!(frames.iter().any(|frame| frame.said_offline));
    // It is back, and sends first what it had kept.
    let kept = serde_json::json!([{ "serial": device.serial, "t": now().0 - 10 * MINUTE_MS, "reg": 4 }]);
    assert_eq!(post(&running, "gateway", &running.world.gateway, &kept).await.0, 200);
    let frames = tokio::time::timeout(Duration::from_secs(10), reader.mailbox.fetch()).await.expect("a frame");
    assert!(frames.iter().all(|frame| !frame.said_offline));
    running.server.stop().await;
}

async fn post(running: &Running, name: &str, secret: &str, body: &serde_json::Value) -> (u16, serde_json::Value) {
    let request =
        reqwest::Client::new().post(format!("{}/ingest/v1/telemetry", running.url())).basic_auth(name, Some(secret)).json(body);
    let response = request.send().await.expect("an answer");
    (response.status().as_u16(), response.json().await.unwrap_or_default())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_gets_each_refused_reading_with_its_reason_and_the_rest_is_kept() {
    let running = World::new().start().await;
    let t = now().0 - MINUTE_MS;
    let body = serde_json::json!([
        { "serial": "WM-TEST-A", "t": t, "reg": 100 },
        { "serial": "WM-TEST-A", "t": t, "reg": 100 },
        { "serial": "WM-NOBODY", "t": t, "reg": 100 },
        { "serial": "WM-TEST-B", "t": t, "reg": -1 },
        { "serial": "WM-TEST-B", "t": -5, "reg": 1 },
    ]);
    let (status, answer) = post(&running, "gateway", &running.world.gateway, &body).await;
    assert_eq!((status, &answer["stored"], &answer["duplicates"]), (200, &1.into(), &1.into()));
    let why: Vec<_> =
        answer["refused"].as_array().expect("refused").iter().map(|r| (r["index"].as_u64(), r["why"].as_str())).collect();
    assert_eq!(
        why,
        [(Some(2), Some("unknown_meter")), (Some(3), Some("register_out_of_range")), (Some(4), Some("time_out_of_range"))]
    );
    assert_eq!(post(&running, "gateway", "wrong", &body).await.0, 401);
    // The case of a scheme does not matter (RFC 9110, 11.1).
    let pair = STANDARD.encode(format!("gateway:{}", running.world.gateway));
    for (scheme, status) in [("basic", 200), ("BASIC", 200), ("Bearer", 401), ("Basi", 401)] {
        let request = reqwest::Client::new().post(format!("{}/ingest/v1/telemetry", running.url()));
        let answer = request.header("authorization", format!("{scheme} {pair}")).json(&body).send().await.expect("an answer");
        assert_eq!(answer.status().as_u16(), status, "{scheme}");
    }
    let device = running.world.meters[0].clone();
    let (_, answer) = post(&running, device.serial.as_str(), &device.secret, &body).await;
    assert_eq!(answer["refused"].as_array().map(Vec::len), Some(3), "a meter speaks for itself only: {answer}");
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_reading_in_the_middle_of_a_message_says_of_the_valve_and_the_battery_is_known() {
    let running = World::new().start().await;
    let t = now().0 - 10 * MINUTE_MS;
    // The valve and the battery once in a while, the register each minute; a clock from before any meter says nothing.
    let body = serde_json::json!([
        { "serial": "WM-TEST-A", "t": 1_000, "reg": 0, "rssi": -90 },
        { "serial": "WM-TEST-A", "t": t, "reg": 100, "valve": "open", "bat": 80, "c": 27 },
        { "serial": "WM-TEST-A", "t": t + MINUTE_MS, "reg": 200, "valve": "closed", "bat": 79 },
        { "serial": "WM-TEST-A", "t": t + 2 * MINUTE_MS, "reg": 200 },
    ]);
    assert_eq!(post(&running, "gateway", &running.world.gateway, &body).await.0, 200);
    // What came before and is sent again does not stand against it.
    let again = serde_json::json!([
        { "serial": "WM-TEST-A", "t": t, "reg": 100, "valve": "open", "bat": 80 },
        { "serial": "WM-TEST-A", "t": t + 3 * MINUTE_MS, "reg": 200 },
    ]);
    assert_eq!(post(&running, "gateway", &running.world.gateway, &again).await.0, 200);
    let db = open_connection(&running.world.config().database(), OpenFlags::SQLITE_OPEN_READ_ONLY).expect("opens");
    let sql = "SELECT t, valve, valve_t, battery, celsius, rssi FROM meter_state";
    type State = (i64, String, i64, i64, i64, Option<i64>);
    let state: State = db
        .query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?)))
        .expect("a state");
    assert_eq!(state, (t + 3 * MINUTE_MS, "closed".into(), t + MINUTE_MS, 79, 27, None));
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_late_reading_says_of_the_valve_stands_where_no_later_one_names_it() {
    let running = World::new().start().await;
    let t = now().0 - 10 * MINUTE_MS;
    let send = async |minute: i64, valve: Option<&str>| {
        let mut reading = serde_json::json!({ "serial": "WM-TEST-A", "t": t + minute * MINUTE_MS, "reg": 100 });
        if let Some(valve) = valve {
            reading["valve"] = valve.into();
        }
        assert_eq!(post(&running, "gateway", &running.world.gateway, &serde_json::json!([reading])).await.0, 200);
        let db = open_connection(&running.world.config().database(), OpenFlags::SQLITE_OPEN_READ_ONLY).expect("opens");
        let sql = "SELECT t, valve, valve_t FROM meter_state";
        let row =
            db.query_row(sql, [], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?, row.get::<_, Option<i64>>(2)?)));
        let (newest, valve, valve_t) = row.expect("a state");
        ((newest - t) / MINUTE_MS, valve, valve_t.map(|valve_t| (valve_t - t) / MINUTE_MS))
    };
    assert_eq!(send(5, None).await, (5, "unknown".into(), None));
    assert_eq!(send(1, Some("open")).await, (5, "open".into(), Some(1)));
    assert_eq!(send(3, Some("closed")).await, (5, "closed".into(), Some(3)), "the meter's newest word on it, which came late");
    assert_eq!(send(2, Some("open")).await, (5, "closed".into(), Some(3)), "older than that");
    assert_eq!(send(3, Some("closed")).await, (5, "closed".into(), Some(3)), "the same once more");
    assert_eq!(send(4, None).await, (5, "closed".into(), Some(3)));
    assert_eq!(send(6, Some("open")).await, (6, "open".into(), Some(6)));
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_battery_that_an_older_release_took_for_a_level_is_forgotten_with_the_next_reading() {
    let running = World::new().start().await;
    let t = now().0 - 10 * MINUTE_MS;
    let line = |minute: i64, bat: i64| serde_json::json!([{ "serial": "WM-TEST-A", "t": t + minute * MINUTE_MS, "reg": 100, "bat": bat }]);
    assert_eq!(post(&running, "gateway", &running.world.gateway, &line(0, 80)).await.0, 200);
    let writer = &running.server.app.store.writer;
    writer.work(|tx| Ok(tx.db.execute("UPDATE meter_state SET battery = -1", [])?)).await.expect("written");
    writer.forget_meters().await.expect("read anew");
    assert_eq!(post(&running, "gateway", &running.world.gateway, &line(1, 255)).await.0, 200);
    let db = open_connection(&running.world.config().database(), OpenFlags::SQLITE_OPEN_READ_ONLY).expect("opens");
    let level: Option<i64> = db.query_row("SELECT battery FROM meter_state", [], |row| row.get(0)).expect("a state");
    assert_eq!(level, None, "a level of -1 is below every limit, and work would be announced for it");
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_in_any_order_is_summed_and_proven_by_check() {
    let running = World::new().start().await;
    let start = now().0 - 3 * 86_400_000;
    let minutes = 3 * 24 * 60;
    for order in [7_i64, 11, 1] {
        let body: Vec<_> = (0..minutes)
            .map(|place| (place * order) % minutes)
            .map(|minute| serde_json::json!({ "serial": "WM-TEST-A", "t": start + minute * MINUTE_MS, "reg": minute * 130 }))
            .collect();
        let (status, _) = post(&running, "gateway", &running.world.gateway, &serde_json::json!(body)).await;
        assert_eq!(status, 200);
    }
    let file = running.world.config().database();
    let db = open_connection(&file, OpenFlags::SQLITE_OPEN_READ_ONLY).expect("opens");
    let report = check::check(&db).expect("checks");
    assert_eq!(report.findings, Vec::<String>::new());
    let used: i64 = db.query_row("SELECT SUM(volume) FROM usage_day", [], |row| row.get(0)).expect("a sum");
    assert_eq!(used, (minutes - 1) * 130);
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn days_of_an_empty_house_whose_meter_reports_once_a_day_are_known() {
    let running = World::new().start().await;
    let start = now().0 - 4 * 86_400_000;
    for day in 0..4 {
        let body = serde_json::json!([{ "serial": "WM-TEST-A", "t": start + day * 86_400_000, "reg": 5_000 }]);
        assert_eq!(post(&running, "gateway", &running.world.gateway, &body).await.0, 200);
    }
    let db = open_connection(&running.world.config().database(), OpenFlags::SQLITE_OPEN_READ_ONLY).expect("opens");
    assert_eq!(check::check(&db).expect("checks").findings, Vec::<String>::new());
    let sql = "SELECT COUNT(*), SUM(volume), SUM(covered_ms) FROM usage_day";
    let known: (i64, i64, i64) = db.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).expect("the days");
    assert_eq!(known, (4, 0, 0));
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_meters_of_one_connection_on_one_day_add_up() {
    let running = World::new().start().await;
    let swapped = now().0 - 30 * MINUTE_MS;
    let install = running.server.app.store.writer.work(move |tx| {
        let num = |sql: &str| tx.db.query_row(sql, [], |row| row.get::<_, i64>(0));
        let meter = num("SELECT num FROM meter WHERE serial = 'WM-TEST-B'")?;
        let connection = num("SELECT connection FROM installation JOIN meter ON num = meter WHERE serial = 'WM-TEST-A'")?;
        sync_server::metering::install::install(tx, meter, connection, UtcMillis(swapped))
    });
    install.await.expect("installed");
    running.server.app.store.writer.forget_meters().await.expect("read anew");
    let line = |serial: &str, minute: i64, reg: i64| serde_json::json!([{ "serial": serial, "t": swapped + minute * MINUTE_MS, "reg": reg }]);
    // The old meter's last readings come in pieces, between those of the new one.
    for body in [
        line("WM-TEST-A", -10, 1_000),
        line("WM-TEST-A", -9, 3_000),
        line("WM-TEST-B", 1, 50_000_000),
        line("WM-TEST-B", 2, 50_000_700),
        line("WM-TEST-A", -8, 4_000),
        line("WM-TEST-B", 3, 50_001_000),
    ] {
        assert_eq!(post(&running, "gateway", &running.world.gateway, &body).await.0, 200);
    }
    let db = open_connection(&running.world.config().database(), OpenFlags::SQLITE_OPEN_READ_ONLY).expect("opens");
    assert_eq!(check::check(&db).expect("checks").findings, Vec::<String>::new());
    let used: i64 = db.query_row("SELECT SUM(volume) FROM usage_day", [], |row| row.get(0)).expect("a sum");
    assert_eq!(used, 3_000 + 1_000, "the old meter's three litres and the new one's one; its start is no use");
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn readings_from_the_future_do_not_slow_down_those_of_today() {
    let running = World::new().start().await;
    let future: Vec<_> = (0..2_000)
        .map(|step| serde_json::json!({ "serial": "WM-TEST-A", "t": now().0 + 86_400_000 + step * 1_000, "reg": 5 }))
        .collect();
    assert_eq!(post(&running, "gateway", &running.world.gateway, &serde_json::json!(future)).await.0, 200);
    let start = now().0 - 60 * MINUTE_MS;
    for minute in 0..50 {
        let body = serde_json::json!([{ "serial": "WM-TEST-A", "t": start + minute * MINUTE_MS, "reg": 1_000 + minute * 100 }]);
        assert_eq!(post(&running, "gateway", &running.world.gateway, &body).await.0, 200);
    }
    let db = open_connection(&running.world.config().database(), OpenFlags::SQLITE_OPEN_READ_ONLY).expect("opens");
    let steps = plan(&db, "SELECT MAX(t) FROM reading INDEXED BY reading_left_out WHERE meter = 1 AND verdict >= 18", []);
    assert!(steps.iter().any(|step| step.contains("reading_left_out")), "{steps:?}");
    assert_eq!(check::check(&db).expect("checks").findings, Vec::<String>::new());
    let used: i64 = db.query_row("SELECT SUM(volume) FROM usage_day", [], |row| row.get(0)).expect("a sum");
    assert_eq!(used, 4_900);
    running.server.stop().await;
}

/// Publishes one reading a time, 64 in flight, until the connection breaks; returns the times that were acknowledged.
async fn publish_until_killed(port: u16, device: Device, first: i64, rate: Duration) -> BTreeSet<i64> {
    let mut options = MqttOptions::new("k", "127.0.0.1", port);
    options.set_credentials(device.serial.as_str(), &device.secret).set_inflight(64);
    let (client, mut events) = AsyncClient::new(options, 64);
    let topic = format!("indowater/v1/{}/telemetry", device.serial);
    let sender = tokio::spawn(async move {
        let mut tick = tokio::time::interval(rate);
        for step in 0.. {
            tick.tick().await;
            let t = first + step;
            let payload = serde_json::to_vec(&reading(UtcMillis(t), t % 1_000_000_000, 0)).unwrap_or_default();
            if client.publish(&topic, QoS::AtLeastOnce, false, payload).await.is_err() {
                return;
            }
        }
    });
    let (mut sent, mut by_id, mut acknowledged) = (0, std::collections::HashMap::new(), BTreeSet::new());
    while let Ok(event) = events.poll().await {
        match event {
            Event::Outgoing(rumqttc::Outgoing::Publish(id)) => {
                by_id.insert(id, first + sent);
                sent += 1;
            }
            Event::Incoming(Packet::PubAck(ack)) => acknowledged.extend(by_id.remove(&ack.pkid)),
            _ => {}
        }
    }
    sender.abort();
    acknowledged
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_kills_under_load_lose_and_double_nothing_that_was_acknowledged() {
    let world = World::new();
    let device = world.meters[0].clone();
    let mut acknowledged = BTreeSet::new();
    let mut first = now().0 - 30 * 86_400_000;
    for round in 0..50 {
        let mut server = Command::new(tests::world::program("sync-server"));
        server.arg("serve").arg("--data").arg(world.folder.path()).args(["--http", "127.0.0.1:0", "--mqtt", "127.0.0.1:0"]);
        let mut server = server.env("RUST_LOG", "error").stdout(std::process::Stdio::piped()).spawn().expect("starts");
        let stdout = server.stdout.take().expect("piped");
        let port = tokio::task::spawn_blocking(move || {
            use std::io::BufRead;
            let line = std::io::BufReader::new(stdout).lines().nth(1).expect("two lines").expect("text");
            line.rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port")
        });
        let port = port.await.expect("a port");
        let publishing = tokio::spawn(publish_until_killed(port, device.clone(), first, Duration::from_millis(2)));
        tokio::time::sleep(Duration::from_millis(150 + round * 7 % 130)).await;
        // SIGKILL: nothing is flushed, nothing is said.
        server.kill().expect("killed");
        server.wait().expect("gone");
        acknowledged.extend(publishing.await.expect("publishes"));
        first += 100_000;
    }
    let db = open_connection(&world.config().database(), OpenFlags::SQLITE_OPEN_READ_ONLY).expect("opens");
    let mut query = db.prepare("SELECT t FROM reading").expect("a query");
    let stored: Vec<i64> = query.query_map([], |row| row.get(0)).expect("runs").collect::<Result<_, _>>().expect("reads");
    let distinct: BTreeSet<i64> = stored.iter().copied().collect();
    let lost = acknowledged.difference(&distinct).count();
    println!(
        "50 kills: {} acknowledged, {} stored, {lost} lost, {} doubled",
        acknowledged.len(),
        stored.len(),
        stored.len() - distinct.len()
    );
    assert!(acknowledged.len() > 1_000, "the load was real");
    assert_eq!((lost, stored.len() - distinct.len()), (0, 0));
    assert_eq!(check::check(&db).expect("checks").findings, Vec::<String>::new());
}

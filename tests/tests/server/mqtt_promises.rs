//! A positive acknowledgement is a promise: what can be read of a message is stored, what cannot is refused alone, counted, and shown.

use crate::api::send;
use crate::raw_mqtt::{Connecting, Raw, publish};
use domain::core::local_time::MINUTE_MS;
use protocol::metering::messages::Refusal;
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;
use sync_server::core::now;
use tests::world::{Device, Running, World};
use tokio::time::{sleep, timeout};

/// How many readings there are.
pub async fn stored(running: &Running) -> i64 {
    let read = running.server.app.store.read(|db| Ok(db.query_row("SELECT count(*) FROM reading", [], |row| row.get(0))?));
    read.await.expect("reads")
}

/// Publishes each payload with QoS 1 and waits for its PUBACK; returns the reason of each, 0 where the version has none.
async fn publish_all(running: &Running, device: &Device, version: u8, payloads: &[Vec<u8>]) -> Vec<u8> {
    let (mut raw, _) = Raw::connect(running.server.mqtt, device, &Connecting::new(version, "m", true)).await;
    let topic = format!("indowater/v1/{}/telemetry", device.serial);
    let mut reasons = Vec::new();
    for (place, payload) in payloads.iter().enumerate() {
        raw.send(&publish(version, place as u16 + 1, &topic, payload)).await;
        let (_, body) = raw.packet_of(4).await.expect("a PUBACK");
        reasons.push(body.get(2).copied().unwrap_or_default());
    }
    reasons
}

/// 500 readings of a minute each, of which one field of each is as given.
fn batch(start: i64, field: &str) -> String {
    let one = |step: i64| format!(r#"{{"t":{},"reg":{}{field}}}"#, start + step * 1_000, 1_000 + step);
    format!("[{}]", (0..500).map(one).collect::<Vec<_>>().join(","))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_odd_field_costs_none_of_five_hundred_readings() {
    let running = World::new().start().await;
    let device = running.world.meters[0].clone();
    let start = |place: i64| now().0 - (20 - place) * 600_000;
    let fields =
        [r#","c":27.4"#, r#","rssi":-80.0"#, r#","valve":"unknown""#, r#","valve":"ajar""#, r#","flow":NaN"#, r#","bits":-1"#];
    let mut payloads: Vec<Vec<u8>> =
        fields.iter().zip(0..).map(|(field, place)| batch(start(place), field).into_bytes()).collect();
    payloads.push((batch(start(6), "") + "\0").into_bytes());
    let floats = |text: String| text.replace(r#","reg""#, r#".0,"reg""#).replace('}', ".0}");
    payloads.push(floats(batch(start(7), "")).into_bytes());
    for version in [4, 5] {
        let expected = 500 * payloads.len() as i64;
        assert_eq!(publish_all(&running, &device, version, &payloads).await, vec![0; payloads.len()], "version {version}");
        assert_eq!(stored(&running).await, expected, "version {version}");
    }
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn more_readings_than_are_stored_at_a_time_are_stored_all_the_same() {
    let running = World::new().start().await;
    let device = running.world.meters[0].clone();
    let start = now().0 - 3_600_000;
    let one = |step: i64| format!(r#"{{"t":{},"reg":{}}}"#, start + step * 1_000, 1_000 + step);
    let payload = format!("[{}]", (0..1_201).map(one).collect::<Vec<_>>().join(","));
    assert_eq!(publish_all(&running, &device, 4, &[payload.into_bytes()]).await, [0]);
    assert_eq!(stored(&running).await, 1_201);
    running.server.stop().await;
}

/// The refusals of the first meter as the bearer of `token` gets them, once `counted` of them are counted: they are written
/// in parts, and a part may hold one line of each kind before all of a kind are counted.
async fn refusals(running: &Running, token: &str, counted: i64) -> (Vec<(String, String, i64)>, Value) {
    let path = format!("/meters/v1/refusals?meter={}", running.world.meters[0].id);
    let asked = async {
        loop {
            let (status, answer) = send(running, Method::GET, &path, Some(token), None).await;
            assert_eq!(status, 200, "{answer}");
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let line = |r: &Value| (text(&r["reason"]), text(&r["field"]), r["count"].as_i64().unwrap_or_default());
            let mut list: Vec<_> = answer["refusals"].as_array().expect("a list").iter().map(line).collect();
            list.sort();
            if list.iter().map(|(_, _, count)| count).sum::<i64>() >= counted {
                return (list, answer);
            }
            sleep(Duration::from_millis(100)).await;
        }
    };
    timeout(Duration::from_secs(30), asked).await.expect("counted in time")
}

fn line(reason: &str, field: &str, count: i64) -> (String, String, i64) {
    (reason.into(), field.into(), count)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_is_refused_alone_counted_by_reason_and_shown() {
    let running = World::new().start().await;
    let device = running.world.meters[0].clone();
    let t = now().0 - 10 * MINUTE_MS;
    let mixed = format!(
        r#"[{{"t":{t},"reg":1}},{{"t":{t}.5,"reg":2}},{{"t":{},"reg":2400.5}},[1,2],{{"t":{},"reg":3,"c":27.4}},{{"t":{},"reg":4,"reg":5}},{{"reg":4}},{{"t":1,"reg":-4}}]"#,
        t + 1_000,
        t + 2_000,
        t + 3_000
    );
    let payloads = [mixed.into_bytes(), b"{\"t\":1,".to_vec(), b"[1,2]".to_vec(), b"1".to_vec()];
    assert_eq!(publish_all(&running, &device, 4, &payloads).await, [0; 4]);
    assert_eq!(stored(&running).await, 2, "what can be read is stored");
    let expected = [
        line("dropped", "c", 1),
        line("malformed", "", 5),
        line("missing_field", "t", 1),
        line("register_out_of_range", "reg", 1),
        line("repeated_field", "reg", 1),
        line("unreadable_field", "reg", 1),
        line("unreadable_field", "t", 1),
    ];
    for name in ["admin", "technician"] {
        let token = running.tokens(name).await.access_token;
        let counted = expected.iter().map(|(_, _, count)| count).sum();
        assert_eq!(refusals(&running, &token, counted).await.0, expected, "{name}");
    }
    let reasons = publish_all(&running, &device, 5, &payloads[1..]).await;
    assert_eq!(reasons, [0x99; 3], "version 5 has a reason for a message of which nothing was stored");
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_without_end_are_few_rows_and_few_writes() {
    let running = World::new().start().await;
    let device = running.world.meters[0].clone();
    let (mut raw, _) = Raw::connect(running.server.mqtt, &device, &Connecting::new(4, "m", true)).await;
    let topic = format!("indowater/v1/{}/telemetry", device.serial);
    let mut bytes = Vec::new();
    for id in 1..=5_000_u16 {
        bytes.extend(publish(4, id, &topic, format!(r#"{{"t":1,"odd{id}":1}}"#).as_bytes()));
    }
    let acks = async {
        raw.send(&bytes).await;
        for _ in 0..5_000 {
            raw.packet_of(4).await.expect("a PUBACK");
        }
    };
    timeout(Duration::from_secs(60), acks).await.expect("no refusal waits for the disk");
    let token = running.tokens("admin").await.access_token;
    let (list, answer) = refusals(&running, &token, 5_000).await;
    assert_eq!(list, [line("missing_field", "reg", 5_000)]);
    assert_eq!(answer["stored_at"], Value::Null, "it sends, and no reading was ever stored");
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_are_seen_by_those_who_may_see_the_meter_and_by_no_others() {
    let running = World::new().start().await;
    let path = |place: usize| format!("/meters/v1/refusals?meter={}", running.world.meters[place].id);
    for (name, statuses) in [("admin", [200, 200]), ("technician", [200, 404]), ("customer", [403, 403])] {
        let token = running.tokens(name).await.access_token;
        for (place, expected) in statuses.into_iter().enumerate() {
            let (status, answer) = send(&running, Method::GET, &path(place), Some(&token), None).await;
            assert_eq!(status.as_u16(), expected, "{name} {place} {answer}");
        }
    }
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_meter_gateway_s_odd_fields_cost_none_of_its_other_readings() {
    let running = World::new().start().await;
    let t = now().0 - MINUTE_MS;
    let body = format!(
        r#"[{{"serial":"WM-TEST-A","t":{t}.0,"reg":100.0,"c":27.4}},{{"serial":"WM-TEST-B","t":{t},"reg":1.5}},[1,2],{{"serial":"WM-TEST-B","t":{t},"reg":7,"flow":NaN}}]"#
    );
    let request = reqwest::Client::new().post(format!("{}/ingest/v1/telemetry", running.url()));
    let request = request.basic_auth("gateway", Some(&running.world.gateway)).header("content-type", "application/json");
    let response = request.body(body).send().await.expect("an answer");
    assert_eq!(response.status(), 200);
    let answer: Value = response.json().await.expect("JSON");
    assert_eq!(answer["stored"], json!(2), "{answer}");
    let why: Vec<_> =
        answer["refused"].as_array().expect("a list").iter().map(|r| (r["index"].clone(), r["why"].clone())).collect();
    assert_eq!(why, [(json!(1), json!("unreadable_field")), (json!(2), json!("malformed"))]);
    running.server.stop().await;
}

/// Takes the first meter out of its gateway's list.
async fn unlist(running: &Running) {
    let unlisted = running.server.app.store.writer.work(|tx| {
        let meter = "(SELECT num FROM meter WHERE serial = 'WM-TEST-A')";
        Ok(tx.db.execute(&format!("DELETE FROM gateway_meter WHERE meter = {meter}"), [])?)
    });
    assert_eq!(unlisted.await.expect("unlisted"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_meter_that_its_gateway_does_not_list_is_silent_and_its_page_says_why() {
    let running = World::new().start().await;
    unlist(&running).await;
    let device = running.world.meters[0].clone();
    let gateway = Device { serial: "gateway".parse().expect("a name"), secret: running.world.gateway.clone(), ..device.clone() };
    let (mut raw, _) = Raw::connect(running.server.mqtt, &gateway, &Connecting::new(4, "g", true)).await;
    let topic = format!("indowater/v1/{}/telemetry", device.serial);
    for id in 1..=3 {
        raw.send(&publish(4, id, &topic, format!(r#"{{"t":{},"reg":1}}"#, now().0).as_bytes())).await;
        raw.packet_of(4).await.expect("a PUBACK: a refusal would cost the gateway its other meters' readings");
    }
    assert_eq!(stored(&running).await, 0);
    let token = running.tokens("technician").await.access_token;
    let (list, _) = refusals(&running, &token, 3).await;
    assert_eq!(list, [line("topic_not_allowed", "", 3)]);
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_over_http_is_counted_at_the_meter_as_well() {
    let running = World::new().start().await;
    unlist(&running).await;
    let device = running.world.meters[0].clone();
    let post = async |name: &str, secret: &str, body: String| {
        let request = reqwest::Client::new().post(format!("{}/ingest/v1/telemetry", running.url()));
        let request = request.basic_auth(name, Some(secret)).header("content-type", "application/json");
        request.body(body).send().await.expect("an answer").status().as_u16()
    };
    let unlisted = format!(r#"[{{"serial":"{}","t":{},"reg":1}}]"#, device.serial, now().0);
    assert_eq!(post("gateway", &running.world.gateway, unlisted).await, 200, "the others' readings are not refused over it");
    assert_eq!(post(device.serial.as_str(), &device.secret, "{\"t\":1,".to_owned()).await, 400);
    assert_eq!(stored(&running).await, 0);
    let token = running.tokens("technician").await.access_token;
    let (list, _) = refusals(&running, &token, 2).await;
    assert_eq!(list, [line("malformed", "", 1), line("unknown_meter", "", 1)]);
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_is_kept_without_a_register_that_its_meter_cannot_show() {
    let running = World::new().start().await;
    let device = running.world.meters[0].clone();
    let (mut raw, _) = Raw::connect(running.server.mqtt, &device, &Connecting::new(4, "m", true)).await;
    let topic = format!("indowater/v1/{}/event", device.serial);
    for (place, register) in [-1, i64::MAX, 2_400].into_iter().enumerate() {
        let t = now().0 - (3 - place as i64) * MINUTE_MS;
        let payload = format!(r#"{{"t":{t},"kind":"magnet","reg":{register}}}"#);
        raw.send(&publish(4, place as u16 + 1, &topic, payload.as_bytes())).await;
        raw.packet_of(4).await.expect("a PUBACK");
    }
    let read = running.server.app.store.read(|db| {
        let mut query = db.prepare("SELECT register FROM meter_event ORDER BY t")?;
        Ok(query.query_map([], |row| row.get(0))?.collect::<Result<Vec<Option<i64>>, _>>()?)
    });
    assert_eq!(read.await.expect("reads"), [None, None, Some(2_400)]);
    let token = running.tokens("technician").await.access_token;
    assert_eq!(refusals(&running, &token, 2).await.0, [line("dropped", "reg", 2)]);
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_meter_that_is_gone_keeps_no_refusal_of_another_from_being_written() {
    let running = World::new().start().await;
    let app = &running.server.app;
    let read = app.store.read(|db| {
        let of = |sql: &str| db.query_row(sql, [], |row| row.get::<_, i64>(0));
        Ok((of("SELECT num FROM meter WHERE serial = 'WM-TEST-A'")?, of("SELECT MAX(num) + 1 FROM meter")?))
    });
    let (there, gone) = read.await.expect("reads");
    for meter in [there, gone] {
        app.refusals.refused_for(meter, Refusal::TopicNotAllowed, now());
    }
    app.refusals.write(&app.store).await.expect("written");
    let token = running.tokens("technician").await.access_token;
    assert_eq!(refusals(&running, &token, 1).await.0, [line("topic_not_allowed", "", 1)]);
    running.server.stop().await;
}

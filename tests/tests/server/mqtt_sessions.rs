//! MQTT sessions as clients rely on them: what is granted, who gets an order, whose will counts, and what is kept while a client is away.

use crate::mqtt_promises::stored;
use crate::raw_mqtt::{Connecting, Raw, SOON, publish, subscribe};
use domain::UtcMillis;
use domain::core::local_time::MINUTE_MS;
use domain::valve::decision::Cause;
use protocol::metering::messages::{MeterOrder, OrderAction};
use rumqttc::{AsyncClient, Event, EventLoop, MqttOptions, Packet, QoS};
use std::time::Duration;
use sync_server::core::now;
use sync_server::valve::orders::{NewOrder, create};
use tests::shop;
use tests::world::{Device, Running, World, reading};
use tokio::time::timeout;
use uuid::Uuid;

/// An order of a person to the first meter.
async fn order(running: &Running, action: OrderAction) -> Uuid {
    let work = running.server.app.store.writer.work(move |tx| {
        let num = |sql: &str| tx.db.query_row(sql, [], |row| row.get::<_, i64>(0));
        let new = NewOrder {
            meter: num("SELECT num FROM meter WHERE serial = 'WM-TEST-A'")?,
            connection: None,
            action,
            interval_s: None,
            until: tx.now.plus(10 * MINUTE_MS),
            cause: Cause::Person,
            who: Some(num("SELECT num FROM user WHERE role = 'admin'")?),
            reason: "Uji",
            despite_protected: "",
        };
        create(tx, &new)
    });
    work.await.expect("created").expect("none of its kind is open")
}

fn command(device: &Device) -> String {
    format!("indowater/v1/{}/command", device.serial)
}

/// The order in a PUBLISH, and the QoS and packet identifier that it came with.
fn order_in((header, body): &(u8, Vec<u8>), version: u8) -> (Uuid, u8, u16) {
    let qos = header >> 1 & 3;
    let mut at = 2 + usize::from(u16::from_be_bytes([body[0], body[1]]));
    let id = if qos > 0 { u16::from_be_bytes([body[at], body[at + 1]]) } else { 0 };
    at += if qos > 0 { 2 } else { 0 } + usize::from(version == 5);
    (serde_json::from_slice::<MeterOrder>(&body[at..]).expect("an order").id, qos, id)
}

/// A client that has subscribed to the device's orders.
async fn subscribed(running: &Running, device: &Device, how: &Connecting) -> Raw {
    let (mut raw, _) = Raw::connect(running.server.mqtt, device, how).await;
    raw.send(&subscribe(how.version, 1, &command(device), 1)).await;
    raw.packet_of(9).await.expect("a SUBACK");
    raw
}

/// Publishes a status and waits for its PUBACK; fails on any order that comes before. What was sent to this client earlier has come then.
async fn nothing_came(raw: &mut Raw, device: &Device) {
    let topic = format!("indowater/v1/{}/status", device.serial);
    for id in 100..103 {
        raw.send(&publish(4, id, &topic, br#"{"online":true}"#)).await;
        loop {
            let (header, body) = raw.packet().await.expect("connected");
            assert_ne!(header >> 4, 3, "an order came: {}", String::from_utf8_lossy(&body));
            if header >> 4 == 4 {
                break;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subscription_is_granted_as_asked_at_most_and_delivered_at_that() {
    let running = World::new().start().await;
    let device = running.world.meters[0].clone();
    for version in [4, 5] {
        for (asked, granted) in [(0, 0), (1, 1), (2, 1)] {
            let how = Connecting::new(version, &format!("q{asked}"), true);
            let (mut raw, _) = Raw::connect(running.server.mqtt, &device, &how).await;
            raw.send(&subscribe(version, 7, &command(&device), asked)).await;
            let (_, body) = raw.packet_of(9).await.expect("a SUBACK");
            assert_eq!(body.last(), Some(&granted), "version {version}, asked {asked}");
            let action = [OrderAction::ReadNow, OrderAction::Restart, OrderAction::OpenValve][usize::from(asked)];
            let wanted = if version == 4 { Some(order(&running, action).await) } else { None };
            // Version 5 gets what the other has left open.
            let (got, qos, id) = order_in(&raw.packet_of(3).await.expect("an order"), version);
            assert!(wanted.is_none_or(|wanted| got == wanted || asked > 0));
            assert_eq!((qos, id > 0), (granted, granted > 0), "version {version}, asked {asked}");
        }
    }
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_clients_of_one_credential_do_not_get_an_order_twice() {
    let running = World::new().start().await;
    let device = running.world.meters[0].clone();
    let mut first = subscribed(&running, &device, &Connecting::new(4, "first", true)).await;
    let before = order(&running, OrderAction::ReadNow).await;
    let (got, _, id) = order_in(&first.packet_of(3).await.expect("an order"), 4);
    assert_eq!(got, before);
    first.send(&[0x40, 2, (id >> 8) as u8, id as u8]).await;
    let mut second = subscribed(&running, &device, &Connecting::new(4, "second", true)).await;
    nothing_came(&mut second, &device).await;
    let after = order(&running, OrderAction::OpenValve).await;
    let (got, _, _) = order_in(&second.packet_of(3).await.expect("an order"), 4);
    assert_eq!(got, after, "the newer client gets what is new");
    nothing_came(&mut first, &device).await;
    // The line of the second breaks before it has acknowledged: the other one gets what may never have come.
    drop(second);
    let (got, _, _) = order_in(&first.packet_of(3).await.expect("the order that the other one never acknowledged"), 4);
    assert_eq!(got, after);
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_subscribes_again_on_its_connection_does_not_get_an_order_twice() {
    let running = World::new().start().await;
    let device = running.world.meters[0].clone();
    let how = Connecting { expiry: Some(3_600), ..Connecting::new(5, "kept", true) };
    let mut client = subscribed(&running, &device, &how).await;
    let sent = order(&running, OrderAction::ReadNow).await;
    assert_eq!(order_in(&client.packet_of(3).await.expect("an order"), 5).0, sent);
    drop(client);
    // It finds its session kept, gets what it has not acknowledged, and subscribes as clients do on each connection.
    let how = Connecting { clean: false, ..how };
    let (mut again, _) = Raw::connect(running.server.mqtt, &device, &how).await;
    assert_eq!(order_in(&again.packet_of(3).await.expect("the order once more"), 5).0, sent);
    again.send(&subscribe(5, 1, &command(&device), 1)).await;
    let next = loop {
        let packet = again.packet().await.expect("connected");
        if packet.0 >> 4 == 9 {
            break order(&running, OrderAction::OpenValve).await;
        }
        assert_ne!(packet.0 >> 4, 3, "the order came a second time before the SUBACK");
    };
    assert_eq!(order_in(&again.packet_of(3).await.expect("the next order"), 5).0, next, "nothing is sent twice before it");
    running.server.stop().await;
}

async fn said_offline(running: &Running) -> bool {
    let read = running.server.app.store.read(|db| {
        Ok(db.query_row("SELECT said_offline FROM meter_state ORDER BY meter LIMIT 1", [], |row| row.get::<_, bool>(0))?)
    });
    read.await.expect("reads")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_will_of_an_older_connection_does_not_override_a_newer_one() {
    let running = World::new().start().await;
    let device = running.world.meters[0].clone();
    let status = format!("indowater/v1/{}/status", device.serial);
    let with_will = |client_id: &str| Connecting {
        will: Some((status.clone(), r#"{"online":false}"#.into())),
        ..Connecting::new(4, client_id, true)
    };
    let telemetry = format!("indowater/v1/{}/telemetry", device.serial);
    let say = async |raw: &mut Raw, id: u16| {
        raw.send(&publish(4, id, &telemetry, format!(r#"{{"t":{},"reg":{id}}}"#, now().0).as_bytes())).await;
        raw.packet_of(4).await.expect("a PUBACK");
    };
    let (mut older, _) = Raw::connect(running.server.mqtt, &device, &with_will("older")).await;
    say(&mut older, 1).await;
    let (mut newer, _) = Raw::connect(running.server.mqtt, &device, &with_will("newer")).await;
    say(&mut newer, 2).await;
    let mut watch = running.server.app.live.meters.join();
    watch.listen(vec![device.id]);
    drop(older);
    let offline = async { while !watch.mailbox.fetch().await.iter().any(|frame| frame.said_offline) {} };
    assert!(timeout(Duration::from_secs(2), offline).await.is_err(), "the newer connection has said that it is there");
    assert!(!said_offline(&running).await);
    say(&mut newer, 3).await;
    drop(newer);
    let offline = async { while !watch.mailbox.fetch().await.iter().any(|frame| frame.said_offline) {} };
    timeout(SOON, offline).await.expect("its own will counts");
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_will_waits_for_its_delay_and_is_dropped_if_its_client_comes_back() {
    let running = World::new().start().await;
    let device = running.world.meters[0].clone();
    let will = (format!("indowater/v1/{}/status", device.serial), r#"{"online":false}"#.to_owned());
    let with_delay = |seconds| Connecting {
        expiry: Some(600),
        will: Some(will.clone()),
        will_delay: Some(seconds),
        ..Connecting::new(5, "delayed", false)
    };
    let (mut first, _) = Raw::connect(running.server.mqtt, &device, &with_delay(4)).await;
    let telemetry = format!("indowater/v1/{}/telemetry", device.serial);
    first.send(&publish(5, 1, &telemetry, format!(r#"{{"t":{},"reg":1}}"#, now().0).as_bytes())).await;
    first.packet_of(4).await.expect("a PUBACK");
    let mut watch = running.server.app.live.meters.join();
    watch.listen(vec![device.id]);
    drop(first);
    let offline = async { while !watch.mailbox.fetch().await.iter().any(|frame| frame.said_offline) {} };
    assert!(timeout(Duration::from_millis(500), offline).await.is_err(), "the delay is not over");
    let (second, connack) = Raw::connect(running.server.mqtt, &device, &with_delay(1)).await;
    assert_eq!(connack[0], 1, "its session was kept");
    let offline = async { while !watch.mailbox.fetch().await.iter().any(|frame| frame.said_offline) {} };
    assert!(timeout(Duration::from_secs(4), offline).await.is_err(), "the client has come back");
    assert!(!said_offline(&running).await);
    drop(second);
    let offline = async { while !watch.mailbox.fetch().await.iter().any(|frame| frame.said_offline) {} };
    timeout(SOON, offline).await.expect("nobody has come back until the delay was over");
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_over_http_while_a_will_waits_is_later_than_the_will() {
    let running = World::new().start().await;
    let device = running.world.meters[0].clone();
    let will = (format!("indowater/v1/{}/status", device.serial), r#"{"online":false}"#.to_owned());
    let how = Connecting { expiry: Some(600), will: Some(will), will_delay: Some(2), ..Connecting::new(5, "delayed", false) };
    let (raw, _) = Raw::connect(running.server.mqtt, &device, &how).await;
    drop(raw);
    shop::until(&running, "SELECT COUNT(*) FROM mqtt_session WHERE ended_at IS NOT NULL", 1).await;
    let body = serde_json::json!([{ "serial": device.serial, "t": now().0, "reg": 1 }]);
    let request = reqwest::Client::new().post(format!("{}/ingest/v1/telemetry", running.url()));
    let answer = request.basic_auth(&device.serial, Some(&device.secret)).json(&body).send().await.expect("an answer");
    assert!(answer.status().is_success());
    let mut watch = running.server.app.live.meters.join();
    watch.listen(vec![device.id]);
    let offline = async { while !watch.mailbox.fetch().await.iter().any(|frame| frame.said_offline) {} };
    assert!(timeout(Duration::from_secs(4), offline).await.is_err(), "it has reported since its line was gone");
    assert!(!said_offline(&running).await);
    running.server.stop().await;
}

/// A real client that asks to keep its session.
fn rumqttc_client(running: &Running, device: &Device) -> (AsyncClient, EventLoop) {
    let mut options = MqttOptions::new("kept", "127.0.0.1", running.server.mqtt.port());
    options.set_credentials(device.serial.as_str(), &device.secret).set_clean_session(false).set_inflight(100);
    AsyncClient::new(options, 100)
}

async fn until(events: &mut EventLoop, is_it: impl Fn(&Packet) -> bool) -> Packet {
    loop {
        if let Event::Incoming(packet) = timeout(SOON, events.poll()).await.expect("in time").expect("connected")
            && is_it(&packet)
        {
            return packet;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rumqttc_keeps_what_it_had_not_sent_over_each_reconnect() {
    let running = World::new().start().await;
    let device = running.world.meters[0].clone();
    let (client, mut events) = rumqttc_client(&running, &device);
    client.subscribe(command(&device), QoS::AtLeastOnce).await.expect("queued");
    until(&mut events, |packet| matches!(packet, Packet::SubAck(_))).await;
    let topic = format!("indowater/v1/{}/telemetry", device.serial);
    let start = now().0 - 60 * MINUTE_MS;
    for round in 0..3_i64 {
        for step in 0..30 {
            let payload = serde_json::to_vec(&reading(UtcMillis(start + (round * 30 + step) * 1_000), 1_000, 0)).expect("JSON");
            client.publish(&topic, QoS::AtLeastOnce, false, payload).await.expect("queued");
        }
        // The line breaks before any of them is sent.
        events.clean();
        let Packet::ConnAck(ack) = until(&mut events, |packet| matches!(packet, Packet::ConnAck(_))).await else { return };
        assert!(ack.session_present, "round {round}");
        for _ in 0..30 {
            until(&mut events, |packet| matches!(packet, Packet::PubAck(_))).await;
        }
    }
    assert_eq!(stored(&running).await, 90);
    // Its subscription is there without a word of it, and an order that came while it was away is delivered.
    events.clean();
    let wanted = order(&running, OrderAction::OpenValve).await;
    let Packet::Publish(got) = until(&mut events, |packet| matches!(packet, Packet::Publish(_))).await else { return };
    assert_eq!(serde_json::from_slice::<MeterOrder>(&got.payload).expect("an order").id, wanted);
    running.server.stop().await;
}

/// Whether a CONNACK says that a session was kept.
fn is_present(connack: &[u8]) -> bool {
    assert_eq!(connack[1], 0, "accepted");
    connack[0] & 1 == 1
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_kept_over_a_restart_of_the_server_and_no_longer_than_asked() {
    let running = World::new().start().await;
    let [device, other] = running.world.meters.clone();
    let kept = Connecting::new(4, "radio", false);
    let (raw, connack) = Raw::connect(running.server.mqtt, &device, &kept).await;
    assert!(!is_present(&connack), "there was none yet");
    drop(raw);
    let Running { world, server } = running;
    server.stop().await;
    let running = world.start().await;
    let mqtt = running.server.mqtt;
    let present = async |device: &Device, how: Connecting| is_present(&Raw::connect(mqtt, device, &how).await.1);
    assert!(present(&device, kept.clone()).await, "the server was restarted");
    assert!(!present(&other, kept.clone()).await, "another meter with the same identifier has a session of its own");
    assert!(!present(&device, Connecting::new(4, "radio", true)).await, "a clean session is new");
    assert!(!present(&device, kept.clone()).await, "and has ended the one that was kept");
    let five = |clean: bool, expiry| Connecting { expiry, ..Connecting::new(5, "five", clean) };
    assert!(!present(&device, five(true, Some(600))).await);
    assert!(present(&device, five(false, Some(600))).await);
    assert!(present(&device, five(false, None)).await, "kept until now, and from now on not");
    timeout(SOON, async { while present(&device, five(false, None)).await {} }).await.expect("ended with its connection");
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn kept_sessions_of_a_credential_are_few_and_the_oldest_goes() {
    let running = World::new().start().await;
    let device = running.world.meters[0].clone();
    for place in 0..40 {
        let how = Connecting::new(4, &format!("client-{place}"), false);
        Raw::connect(running.server.mqtt, &device, &how).await;
    }
    let count = running.server.app.store.read(|db| Ok(db.query_row("SELECT count(*) FROM mqtt_session", [], |row| row.get(0))?));
    let count: i64 = count.await.expect("reads");
    assert!((1..=8).contains(&count), "{count}");
    let (_, connack) = Raw::connect(running.server.mqtt, &device, &Connecting::new(4, "client-39", false)).await;
    assert!(is_present(&connack), "the newest is there");
    let (_, connack) = Raw::connect(running.server.mqtt, &device, &Connecting::new(4, "client-0", false)).await;
    assert!(!is_present(&connack), "the oldest is not");
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_overruns_the_receive_maximum_waits_and_loses_nothing() {
    let running = World::new().start().await;
    let device = running.world.meters[0].clone();
    let topic = format!("indowater/v1/{}/telemetry", device.serial);
    let start = now().0 - 60 * MINUTE_MS;
    for version in [4, 5] {
        let (mut raw, _) = Raw::connect(running.server.mqtt, &device, &Connecting::new(version, "m", true)).await;
        let mut bytes = Vec::new();
        for id in 1..=2_000_u16 {
            bytes.extend(publish(version, id, &topic, format!(r#"{{"t":{},"reg":5}}"#, start + i64::from(id)).as_bytes()));
        }
        raw.send(&bytes).await;
        for _ in 0..2_000 {
            raw.packet_of(4).await.expect("a PUBACK for each");
        }
    }
    assert_eq!(stored(&running).await, 2_000);
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_packet_that_is_too_large_and_a_qos_2_end_the_connection() {
    let running = World::new().start().await;
    let device = running.world.meters[0].clone();
    let topic = format!("indowater/v1/{}/telemetry", device.serial);
    for version in [4, 5] {
        let (mut raw, _) = Raw::connect(running.server.mqtt, &device, &Connecting::new(version, "m", true)).await;
        raw.try_send(&publish(version, 1, &topic, &vec![b' '; 300 * 1024])).await;
        assert!(raw.is_closed().await, "version {version}");
        let (mut raw, _) = Raw::connect(running.server.mqtt, &device, &Connecting::new(version, "m", true)).await;
        let mut twice = publish(version, 1, &topic, br#"{"t":1,"reg":2}"#);
        twice[0] = 0x34;
        raw.send(&twice).await;
        while let Some((header, _)) = raw.packet().await {
            assert_ne!(header >> 4, 5, "no PUBREC: its reason would cost some clients a place in flight for ever");
        }
    }
    running.server.stop().await;
}

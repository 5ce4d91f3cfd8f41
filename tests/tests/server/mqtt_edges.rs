//! How much of the listener one client, one credential and one address may hold, before and after signing in: others still get in.

use crate::raw_mqtt::{Connecting, Raw, connect};
use std::time::Duration;
use tests::world::{Device, Running, World};
use tokio::time::timeout;

async fn gets_in(running: &Running, device: &Device, client_id: &str) -> Raw {
    let (raw, connack) = Raw::connect(running.server.mqtt, device, &Connecting::new(4, client_id, true)).await;
    assert_eq!(connack[1], 0);
    raw
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connect_of_more_than_four_kibibytes_is_not_read() {
    let running = World::new().start().await;
    let device = running.world.meters[0].clone();
    let mut raw = Raw::open(running.server.mqtt).await;
    // Its header alone: 5,000 bytes are to follow.
    raw.send(&[0x10, 0x88, 0x27]).await;
    assert!(timeout(Duration::from_secs(5), raw.is_closed()).await.expect("at once, not at the time-out"));
    let mut raw = Raw::open(running.server.mqtt).await;
    let name = device.serial.as_str();
    raw.try_send(&connect(name, &"x".repeat(60_000), &Connecting::new(4, "m", true))).await;
    assert!(timeout(Duration::from_secs(5), raw.is_closed()).await.expect("at once"));
    gets_in(&running, &device, "m").await;
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_who_say_nothing_keep_no_meter_out_and_are_few() {
    let running = World::new().start().await;
    let device = running.world.meters[0].clone();
    let mut strangers = Vec::new();
    for _ in 0..600 {
        strangers.push(Raw::open(running.server.mqtt).await);
    }
    timeout(Duration::from_secs(5), gets_in(&running, &device, "m")).await.expect("gets in at once");
    assert!(timeout(Duration::from_secs(5), strangers[0].is_closed()).await.expect("the one that waited longest made room"));
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_credential_has_few_places_and_its_oldest_connection_makes_room() {
    let running = World::new().start().await;
    let [device, other] = running.world.meters.clone();
    let mut connections = Vec::new();
    for place in 0..12 {
        connections.push(gets_in(&running, &device, &format!("client-{place}")).await);
    }
    for connection in &mut connections[..8] {
        assert!(timeout(Duration::from_secs(5), connection.is_closed()).await.expect("made room"));
    }
    assert!(timeout(Duration::from_secs(1), connections[11].packet()).await.is_err(), "the newest stays");
    gets_in(&running, &other, "m").await;
    running.server.stop().await;
}

/// A CONNECT with one byte changed: the one of the protocol level, behind the fixed header and the name.
fn connect_of_level(device: &Device, level: u8) -> Vec<u8> {
    let mut packet = connect(device.serial.as_str(), &device.secret, &Connecting::new(4, "bridge", true));
    packet[8] = level;
    packet
}

#[tokio::test(flavor = "multi_thread")]
async fn a_level_that_is_not_served_is_answered_so_that_its_client_can_take_another() {
    let running = World::new().start().await;
    let device = running.world.meters[0].clone();
    // 0x84 is 3.1.1 as a bridge of Mosquitto asks for it first; 6 is of no standard yet.
    for (level, answer) in [(3, vec![0, 1]), (0x84, vec![0, 1]), (6, vec![0, 0x84, 0])] {
        let mut raw = Raw::open(running.server.mqtt).await;
        raw.send(&connect_of_level(&device, level)).await;
        assert_eq!(raw.packet().await, Some((0x20, answer)), "level {level}");
        assert!(raw.is_closed().await, "level {level}");
    }
    gets_in(&running, &device, "bridge").await;
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_standards_have_refused_at_a_connect_is_refused_with_its_code() {
    let running = World::new().start().await;
    let device = running.world.meters[0].clone();
    let will_of_qos = |version, will_qos| {
        let topic = format!("indowater/v1/{}/status", device.serial);
        Connecting { will: Some((topic, "{}".into())), will_qos, ..Connecting::new(version, "m", true) }
    };
    let cases = [
        // 3.1.1, 3.1.3.1: a session that is to be kept wants an identifier.
        (Connecting::new(4, "", false), 2),
        (Connecting::new(4, "", true), 0),
        (Connecting::new(5, "", false), 0),
        // 5, 3.2.2.3.4: a will of a QoS that is not granted. 3.1.1 has no such rule.
        (will_of_qos(5, 1), 0),
        (will_of_qos(5, 2), 0x9B),
        (will_of_qos(4, 2), 0),
    ];
    for (at, (how, code)) in cases.iter().enumerate() {
        let mut raw = Raw::open(running.server.mqtt).await;
        raw.send(&connect(device.serial.as_str(), &device.secret, how)).await;
        let (header, body) = raw.packet().await.expect("an answer");
        assert_eq!((header, body[1]), (0x20, *code), "case {at}");
    }
    running.server.stop().await;
}

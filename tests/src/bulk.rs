//! Bulk meters of zones in a test's world: registers every half hour, brought as a meter would bring them.

use crate::world::{Running, reading};
use domain::core::local_time::MINUTE_MS;
use domain::{UtcMillis, ZoneId};
use serde_json::{Value, json};
use sync_server::metering::intake::{Counts, Intake, MeterMessage, Source};
use tokio::sync::oneshot;
use uuid::Uuid;

/// Milliseconds between two readings.
pub const STEP_MS: i64 = 30 * MINUTE_MS;

/// Registers by instant.
pub type Course = Vec<(UtcMillis, i64)>;

/// Registers every half hour from an instant on, by steps that differ, of `about` to twice as many millilitres.
pub fn course(start: UtcMillis, steps: i64, about: i64) -> Course {
    let mut register = 5_000_000;
    let at = |step: i64| {
        register += if step > 0 { about + (step * 7_919) % about } else { 0 };
        (start.plus(step * STEP_MS), register)
    };
    (0..=steps).map(at).collect()
}

/// A bulk meter that is registered from an instant on, as a request has it.
pub fn register(serial: &str, since: UtcMillis) -> Value {
    json!({ "what": "register", "serial": serial, "model": "Woltman DN100", "q3": 100, "since": since })
}

/// Does something about the bulk meters of a zone, as an admin.
pub async fn change(running: &Running, zone: ZoneId, inflow: Value) -> Value {
    let token = running.token("admin").await;
    let body = json!({ "key": Uuid::now_v7(), "zone": zone, "inflow": inflow });
    running.post(&token, "/admin/v1/zones/inflow", &body).await
}

/// Brings the readings of a bulk meter, as it would over MQTT.
pub async fn flows(running: &Running, serial: &str, course: &Course, received: UtcMillis) {
    let wanted = serial.to_owned();
    let key = running
        .server
        .app
        .store
        .read(move |db| Ok(db.query_row("SELECT num FROM meter WHERE serial = ?1", [&wanted], |row| row.get::<_, i64>(0))?));
    let meter = key.await.expect("the meter");
    let readings = course.iter().map(|(t, register)| reading(*t, *register, 0)).collect();
    let (sends, receives) = oneshot::channel::<Option<Counts>>();
    let answer = move |counts: Option<Counts>| drop(sends.send(counts));
    let message = MeterMessage::Readings(readings);
    let intake = Intake { meter, message, received, source: Source::Mqtt, answer: Box::new(answer) };
    running.server.app.store.writer.intake(intake).await.expect("queued");
    receives.await.expect("answered").expect("stored");
}

/// Brings the readings of a meter of the world, by its gateway.
pub async fn used(running: &Running, serial: &str, course: &Course) {
    let readings: Vec<_> = course.iter().map(|(t, reg)| json!({ "serial": serial, "t": t, "reg": reg })).collect();
    let request = reqwest::Client::new().post(format!("{}/ingest/v1/telemetry", running.url())).json(&readings);
    let answer = request.basic_auth("gateway", Some(&running.world.gateway)).send().await.expect("an answer");
    assert!(answer.status().is_success(), "{}", answer.status());
}

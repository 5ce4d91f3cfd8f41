//! Cases of meters in tests: a household in which a leak begins, a battery that fades, and the rules over them.

use crate::world::Running;
use domain::UtcMillis;
use domain::core::local_time::{DAY_MS, MINUTE_MS};
use serde_json::{Value, json};
use simulators::faults::condition::Condition;
use simulators::faults::kind::Fault;
use sync_server::core::now;
use sync_server::jobs::health;
use sync_server::jobs::leaks::once_at;

/// Days of use before the leak.
const BEFORE: i64 = 20;

/// Days with it.
const WITH: i64 = 2;

/// Quarters of an hour in a day.
const QUARTERS: i64 = 96;

/// Judges all that is due, as the job does it.
pub async fn judge(running: &Running) {
    let at = running.server.app.store.clock.now().plus(2 * MINUTE_MS);
    once_at(&running.server.app, at).await.expect("judged");
}

/// Brings the first meter a household that uses water four times a day, and in its last two days 60 L an hour without a pause; and judges it.
pub async fn leak(running: &Running) {
    let start = now().0 - (BEFORE + WITH) * DAY_MS;
    let mut register = 1_000_000;
    let reading = |quarter: i64| {
        let is_used = (quarter % QUARTERS) % 24 == 8;
        register += if quarter / QUARTERS >= BEFORE { 15_000 } else { i64::from(is_used) * 40_000 };
        json!({ "serial": "WM-TEST-A", "t": start + (quarter + 1) * 15 * MINUTE_MS, "reg": register })
    };
    let body: Vec<_> = (0..(BEFORE + WITH) * QUARTERS).map(reading).collect();
    report(running, &body).await;
    judge(running).await;
}

/// Sends readings by the gateway.
pub async fn report(running: &Running, readings: &[Value]) {
    let request = reqwest::Client::new().post(format!("{}/ingest/v1/telemetry", running.url())).json(readings);
    let answer = request.basic_auth("gateway", Some(&running.world.gateway)).send().await.expect("an answer");
    assert!(answer.status().is_success(), "{}", answer.status());
}

/// Days for which a battery that fades was watched.
const WATCHED: i64 = 84;

/// Days in which it is empty.
const EMPTY_IN: i64 = 120;

/// The readings of a meter whose battery fades as the simulator's fault does, one a day up to now.
pub fn fading(serial: &str) -> Vec<Value> {
    let start = now().plus(-WATCHED * DAY_MS);
    let mut condition = Condition::new(17);
    condition.begin(Fault::LowBattery { over_s: EMPTY_IN * DAY_MS / 1_000 }, start, None, 95);
    let reading = |day: i64| {
        let t = start.plus(day * DAY_MS);
        json!({ "serial": serial, "t": t, "reg": 1_000_000 + day * 100_000, "bat": condition.at(t).battery })
    };
    (0..=WATCHED).map(reading).collect()
}

/// Judges the health of all meters that are due at an instant, as the job does it.
pub async fn judge_health(running: &Running, at: UtcMillis) {
    health::once_at(&running.server.app, at, UtcMillis(0)).await.expect("judged");
}

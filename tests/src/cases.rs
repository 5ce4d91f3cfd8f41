//! Cases of meters in tests: a household in which a leak begins, and the rules over it.

use crate::world::Running;
use domain::core::local_time::{DAY_MS, MINUTE_MS};
use serde_json::json;
use sync_server::core::now;
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
    let request = reqwest::Client::new().post(format!("{}/ingest/v1/telemetry", running.url())).json(&body);
    let answer = request.basic_auth("gateway", Some(&running.world.gateway)).send().await.expect("an answer");
    assert!(answer.status().is_success(), "{}", answer.status());
    judge(running).await;
}

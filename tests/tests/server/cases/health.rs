//! The health of meters: one case for each aspect, opened and closed by itself, and the same on a device as on the server.

use super::open_cases;
use client::Client;
use domain::UtcMillis;
use domain::alerts::case::{Cause, Found};
use domain::core::local_time::{DAY_MS, HOUR_MS, MINUTE_MS};
use domain::metering::health::{Aspect, Evidence};
use protocol::ui::{Answer, Fleet, FleetFilter, FleetQuery, Request};
use serde_json::json;
use sync_server::core::now;
use sync_server::jobs::health::once_at;
use tests::cases::{fading, judge_health, report};
use tests::field::{clean, sign_in, until};
use tests::world::{Kept, Running, World, client_with};

/// Cause, severity and whether it goes on, of the cases of the first meter, in the order in which they were found.
async fn stored(running: &Running) -> Vec<(String, String, bool)> {
    let read = running.server.app.store.read(|db| {
        let mut query = db.prepare("SELECT cause, severity, cleared_at IS NULL FROM meter_case WHERE meter = 1 ORDER BY num")?;
        Ok(query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?.collect::<Result<Vec<_>, _>>()?)
    });
    read.await.expect("reads")
}

fn case(cause: &str, severity: &str, open: bool) -> (String, String, bool) {
    (cause.to_owned(), severity.to_owned(), open)
}

/// A reading of the first meter at an instant.
async fn reading(running: &Running, t: UtcMillis, battery: i64) {
    report(running, &[json!({ "serial": "WM-TEST-A", "t": t, "reg": 9_400_000, "bat": battery })]).await;
}

async fn fleet(client: &Client) -> Fleet {
    let asked = FleetQuery { only: Some(FleetFilter::Attention), limit: 10, ..FleetQuery::default() };
    match client.call(Request::Fleet(asked)).await.expect("an answer") {
        Answer::Fleet(fleet) => fleet,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_battery_that_fades_is_one_case_until_there_is_another_one() {
    let running = World::new().start().await;
    let folder = running.world.folder.path().to_owned();
    let admin = client_with(&folder.join("admin"), &running.url(), &Kept::default()).await;
    sign_in(&admin, "admin").await;
    let customer = client_with(&folder.join("customer"), &running.url(), &Kept::default()).await;
    sign_in(&customer, "customer").await;
    report(&running, &fading("WM-TEST-A")).await;
    judge_health(&running, now()).await;
    let low = async || open_cases(&admin).await.into_iter().find(|row| row.case.about() == Cause::LowBattery);
    let found = until(&admin, "the case", low).await.case.found;
    let Found::Health { evidence: Evidence::Battery { level, days: Some(days) } } = found else { panic!("{found:?}") };
    assert!((20..40).contains(&level) && (20..60).contains(&days), "{level} {days}");
    // The device judges by the same rule, from the meter's row.
    let unhealthy = until(&admin, "its health", async || Some(fleet(&admin).await).filter(|fleet| !fleet.rows.is_empty())).await;
    assert_eq!((unhealthy.counts.attention, unhealthy.rows[0].serial.as_str()), (1, "WM-TEST-A"));
    let reason = unhealthy.rows[0].health.as_ref().and_then(|health| health.reason(Aspect::Battery)).expect("why");
    assert!(matches!(reason.evidence, Evidence::Battery { level: same, .. } if same == level), "{reason:?}");

    for _ in 0..3 {
        reading(&running, now(), 27).await;
        judge_health(&running, now()).await;
    }
    assert_eq!(stored(&running).await, [case("low_battery", "moderate", true)]);
    reading(&running, now(), 100).await;
    judge_health(&running, now()).await;
    assert_eq!(stored(&running).await, [case("low_battery", "moderate", false)]);
    until(&admin, "that it is over", async || open_cases(&admin).await.is_empty().then_some(())).await;
    until(&admin, "that it is healthy", async || fleet(&admin).await.rows.is_empty().then_some(())).await;
    assert!(open_cases(&customer).await.is_empty(), "the meter is the utility's affair");
    let notified = running.server.app.store.read(|db| {
        Ok(db.query_row("SELECT COUNT(*) FROM notification WHERE kind = 'meter_health'", [], |row| row.get::<_, i64>(0))?)
    });
    assert_eq!(notified.await.expect("reads"), 0, "nobody is notified of it");
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silence_is_one_case_by_time_alone_and_ends_with_the_next_report() {
    let running = World::new().start().await;
    reading(&running, now(), 90).await;
    let begun = now();
    judge_health(&running, begun).await;
    judge_health(&running, begun.plus(29 * MINUTE_MS)).await;
    assert!(stored(&running).await.is_empty(), "it is silent for no longer than meters are");
    // A server that listens since ten minutes does not know who was silent before.
    once_at(&running.server.app, begun.plus(32 * MINUTE_MS), begun.plus(22 * MINUTE_MS)).await.expect("judged");
    assert!(stored(&running).await.is_empty());
    judge_health(&running, begun.plus(55 * MINUTE_MS)).await;
    judge_health(&running, begun.plus(2 * HOUR_MS)).await;
    assert_eq!(stored(&running).await, [case("silent", "moderate", true)]);
    judge_health(&running, begun.plus(DAY_MS + HOUR_MS)).await;
    assert_eq!(stored(&running).await, [case("silent", "severe", true)], "the same, after a day");
    reading(&running, now(), 90).await;
    judge_health(&running, now()).await;
    assert_eq!(stored(&running).await, [case("silent", "severe", false)]);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_jumps_ahead_is_one_case_and_no_silence() {
    let running = World::new().start().await;
    reading(&running, now(), 90).await;
    for minute in 0..5 {
        reading(&running, now().plus(2 * HOUR_MS + minute * MINUTE_MS), 90).await;
    }
    judge_health(&running, now()).await;
    judge_health(&running, now()).await;
    assert_eq!(stored(&running).await, [case("clock_off", "severe", true)]);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_was_never_right_is_a_case_although_no_reading_is_believed() {
    let running = World::new().start().await;
    // The local time, sent as UTC.
    reading(&running, now().plus(7 * HOUR_MS), 90).await;
    judge_health(&running, now()).await;
    assert_eq!(stored(&running).await, [case("clock_off", "severe", true)]);
    judge_health(&running, now().plus(4 * HOUR_MS)).await;
    let found = [case("clock_off", "severe", true), case("silent", "moderate", true)];
    assert_eq!(stored(&running).await, found, "and it is known until when it reported");
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_order_of_readings_leaves_the_same_condition() {
    let running = World::new().start().await;
    report(&running, &fading("WM-TEST-A")).await;
    // The other meter's come in disorder, a part of them twice, and it is judged in between.
    let readings = fading("WM-TEST-B");
    let mut parts: Vec<_> = readings.chunks(7).collect();
    let mut order = fastrand::Rng::with_seed(17);
    order.shuffle(&mut parts);
    for (place, part) in parts.iter().enumerate() {
        report(&running, part).await;
        if place % 3 == 0 {
            report(&running, part).await;
            judge_health(&running, now()).await;
        }
    }
    judge_health(&running, now()).await;
    let read = running.server.app.store.read(|db| {
        let sql =
            "SELECT json_extract(condition, '$.battery'), json_extract(condition, '$.empty_at') FROM meter_health ORDER BY meter";
        let mut query = db.prepare(sql)?;
        Ok(query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<Vec<(Option<i64>, Option<i64>)>, _>>()?)
    });
    let conditions = read.await.expect("reads");
    assert!(conditions[0].0.is_some() && conditions[0].1.is_some(), "{conditions:?}");
    assert_eq!(conditions[0], conditions[1]);
    clean(running).await;
}
